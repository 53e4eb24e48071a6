// The encoding of bytes that nobody names and that are not UTF-8.
//
// Western text has a letter beyond ASCII here and there; every other script has them in runs. So runs come
// first: without them nothing is guessed, and the bytes are windows-1252 as everywhere on the web. Encodings
// of one byte a letter are told by the letters that make up three quarters of any text in the language;
// the tables below give them in that encoding. Encodings of two bytes a character are told by which pairs
// are allowed at all, and by how many lie where the common characters are: all of them order characters by
// how common they are, in two levels. (S. Li and K. Momoi, "A composite approach to language/encoding
// detection", 2001, describes both ideas.)
#include "source/source_internal.h"

enum {
    SAMPLE_BYTES = 256 * 1024,
    FEWEST = 16, // bytes beyond ASCII; fewer say nothing
};

typedef struct alphabet {
    const char *encoding;
    const char *common; // the letters that are met most
} alphabet;

static const alphabet alphabets[] = {
    {"WINDOWS-1251", "\xEE\xE5\xE0\xE8\xED\xF2\xF1\xF0\xE2\xEB\xEA\xEC\xB3"}, // о е а и н т с р в л к м і
    {"KOI8-U", "\xCF\xC5\xC1\xC9\xCE\xD4\xD3\xD2\xD7\xCC\xCB\xCD\xA6"},
    {"ISO-8859-5", "\xDE\xD5\xD0\xD8\xDD\xE2\xE1\xE0\xD2\xDB\xDA\xDC\xF6"},
    {"IBM866", "\xAE\xA5\xA0\xA8\xAD\xE2\xE1\xE0\xA2\xAB\xAA\xAC"},
    {"WINDOWS-1253", "\xE1\xEF\xE9\xE5\xF4\xF3\xF2\xED\xE7\xF5\xF1\xF0\xEA"}, // α ο ι ε τ σ ς ν η υ ρ π κ
    {"WINDOWS-1255", "\xE9\xE5\xE4\xEC\xE0\xF8\xFA\xE1\xEE\xF9\xF0\xED"}, // י ו ה ל א ר ת ב מ ש נ ם
    {"WINDOWS-1256", "\xC7\xE1\xED\xE3\xE6\xE4\xD1\xCA\xC8\xC9\xDA\xCF"}, // ا ل ي م و ن ر ت ب ة ع د
    {"WINDOWS-874", "\xD2\xB9\xC3\xCD\xA1\xE0\xA7\xC1\xC2\xE8\xC5\xC7\xE9\xD1\xB7\xB5\xB4\xCA\xD5\xD4\xE4"},
};

// Bytes from first to last, as lead or trail of a pair.
typedef struct range {
    unsigned char first, last;
} range;

typedef struct pairs {
    const char *encoding;
    range leads[2], trails[3];
    range singles;      // bytes beyond ASCII that stand alone; 0, 0 for none
    range common[4];    // leads of the common characters; unused ones are 0, 0
    unsigned char from; // of the trails of common characters
    double least;       // share of common characters
    range kana;         // leads that Japanese cannot do without; 0, 0: it is not Japanese
} pairs;

// In this order: Korean's common characters lie where a part of Chinese's do.
static const pairs tables[] = {
    {"CP932",
     {{0x81, 0x9F}, {0xE0, 0xFC}},
     {{0x40, 0x7E}, {0x80, 0xFC}},
     {0xA1, 0xDF},
     {{0x81, 0x83}, {0x88, 0x97}},
     0x40,
     0.85,
     {0x82, 0x83}},
    {"EUC-JP",
     {{0xA1, 0xFE}, {0x8E, 0x8E}},
     {{0xA1, 0xFE}},
     {0, 0},
     {{0xA1, 0xA1}, {0xA3, 0xA5}, {0xB0, 0xCF}},
     0xA1,
     0.85,
     {0xA4, 0xA5}},
    {"CP949",
     {{0x81, 0xFE}},
     {{0x41, 0x5A}, {0x61, 0x7A}, {0x81, 0xFE}},
     {0, 0},
     {{0xA1, 0xA1}, {0xB0, 0xC8}},
     0xA1,
     0.9,
     {0, 0}},
    {"BIG5-HKSCS",
     {{0x87, 0xFE}},
     {{0x40, 0x7E}, {0xA1, 0xFE}},
     {0, 0},
     {{0xA1, 0xA1}, {0xA4, 0xC6}},
     0x40,
     0.8,
     {0, 0}},
    {"GB18030",
     {{0x81, 0xFE}},
     {{0x40, 0x7E}, {0x80, 0xFE}},
     {0, 0},
     {{0xA1, 0xA1}, {0xA3, 0xA3}, {0xB0, 0xD7}},
     0xA1,
     0.8,
     {0, 0}},
};

static bool is_high(gs_view bytes, size_t at)
{
    return at < bytes.size && (unsigned char)bytes.data[at] >= 0x80;
}

static bool is_within(unsigned char byte, const range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (byte >= ranges[i].first && byte <= ranges[i].last && ranges[i].last > 0) {
            return true;
        }
    }
    return false;
}

// Three of four bytes beyond ASCII beside another, or behind one as trail of a pair.
static bool has_runs(gs_view bytes, size_t *high)
{
    size_t runs = 0;
    *high = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        if (is_high(bytes, i)) {
            (*high)++;
            runs +=
                is_high(bytes, i + 1) || (i > 0 && is_high(bytes, i - 1)) || (i > 1 && is_high(bytes, i - 2));
        }
    }
    return *high >= FEWEST && runs * 4 >= *high * 3;
}

static const char *guess_alphabet(gs_view bytes, size_t high)
{
    size_t counts[256] = {0};
    for (size_t i = 0; i < bytes.size; i++) {
        counts[(unsigned char)bytes.data[i]]++;
    }
    const char *best = NULL;
    size_t most = high * 3 / 5;
    for (size_t i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++) {
        size_t found = 0;
        for (const char *each = alphabets[i].common; *each; each++) {
            found += counts[(unsigned char)*each];
        }
        if (found > most) {
            most = found;
            best = alphabets[i].encoding;
        }
    }
    return best;
}

// The share of common characters; 0 if the bytes cannot be in this encoding.
static double fit(gs_view bytes, const pairs *table)
{
    size_t characters = 0;
    size_t common = 0;
    size_t kana = 0;
    size_t bad = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char lead = (unsigned char)bytes.data[i];
        unsigned char trail = i + 1 < bytes.size ? (unsigned char)bytes.data[i + 1] : 0;
        if (lead < 0x80) {
            continue;
        }
        characters++;
        if (is_within(lead, table->leads, 2) && is_within(trail, table->trails, 3)) {
            common += trail >= table->from && is_within(lead, table->common, 4);
            kana += is_within(lead, &table->kana, 1);
            i++;
        } else {
            bad += !is_within(lead, &table->singles, 1);
        }
    }
    bool japanese = table->kana.last == 0 || kana * 10 >= characters;
    bool allowed = bad * 50 <= characters && japanese;
    return allowed && characters > 0 ? (double)common / (double)characters : 0;
}

const char *gs_encoding_guess(gs_view bytes)
{
    bytes = gs_view_slice(bytes, 0, SAMPLE_BYTES);
    size_t high = 0;
    if (!has_runs(bytes, &high)) {
        return NULL;
    }
    const char *letters = guess_alphabet(bytes, high);
    if (letters) {
        return letters;
    }
    double best = 0;
    const char *encoding = NULL;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        double share = fit(bytes, &tables[i]);
        if (share < tables[i].least || share <= best) {
            continue;
        }
        best = share;
        encoding = tables[i].encoding;
        bool chinese = i + 2 >= sizeof tables / sizeof tables[0]; // Big5 and GB are compared
        if (!chinese) {
            break;
        }
    }
    return encoding;
}
