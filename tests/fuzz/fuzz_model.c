// Any bytes as a model file, and as each of its sections: refused with one line, or safe to read with. The
// first byte of an input says which:
//
//   f  a file as it stands            m  a file whose sizes and checksums are set right first
//   l  the section "lemma"            x  the section "lexicon"
//   s  the section "segment"          n  the section "network"
//
// The last two have half a megabyte and more of weights. They are made here, and the input changes them:
// three bytes a change, of which two say where (from the front, or with the top bit from the end) and one
// says what.
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../unit/lang/parse_check.h"
#include "lang/lemma.h"
#include "lang/model_writer.h"
#include "lang/network.h"
#include "lang/segment_internal.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static const char SAMPLE[] =
    "\xE2\x80\x9CWe haven\xE2\x80\x99t,\xE2\x80\x9D said Dr. Hale (U.S.) on the 7th. It's 3.5%\n\n"
    "MINISTRY WON'T PAY\nTalks... geese? O\xC3\xBA!";

static void check_refusal(const gs_error *error)
{
    FUZZ_CHECK(error->code == GS_E_DAMAGED || error->code == GS_E_IO);
    FUZZ_CHECK(error->message[0] != '\0' && strchr(error->message, '\n') == NULL);
}

// Memory of just this size, where sections lie: at a multiple of 64.
static char *aligned(size_t size)
{
    void *memory = NULL;
    FUZZ_CHECK(posix_memalign(&memory, 64, size > 0 ? size : 1) == 0);
    return memory;
}

static char *aligned_copy(const uint8_t *data, size_t size)
{
    char *copy = aligned(size);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

// ---- files

enum { FILE_HEAD = 32, FILE_ENTRY = 48, SECTIONS_MOST = 64 };

// As the writer would have it: the head's size and checksum, and those of the sections that lie in the file.
static void mend(uint8_t *file, size_t size)
{
    uint32_t count;
    uint64_t size_of_file = size, hash;
    if (size < FILE_HEAD)
        return;
    memcpy(&count, file + 12, sizeof count);
    memcpy(file + 16, &size_of_file, sizeof size_of_file);
    if (count > SECTIONS_MOST || FILE_HEAD + (size_t)count * FILE_ENTRY > size)
        return;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *entry = file + FILE_HEAD + (size_t)i * FILE_ENTRY;
        uint64_t place[2];
        memcpy(place, entry + 24, sizeof place);
        if (place[0] > size || place[1] > size - place[0])
            continue;
        hash = XXH3_64bits(file + place[0], (size_t)place[1]);
        memcpy(entry + 40, &hash, sizeof hash);
    }
    hash = XXH3_64bits(file + FILE_HEAD, (size_t)count * FILE_ENTRY);
    memcpy(file + 24, &hash, sizeof hash);
}

// True if texts can be read with it.
static bool use_model(gs_model *model)
{
    static const char *const names[] = {"segment", "lemma", "lexicon", "network", "no such section"};
    gs_error error = {0};
    gs_view about = gs_model_about(model);
    unsigned sum = 0;
    for (size_t i = 0; i < about.size; i++)
        sum += (unsigned char)about.data[i];
    for (size_t s = 0; s < sizeof names / sizeof names[0]; s++) {
        gs_view bytes = {0};
        if (!gs_model_section(model, names[s], 1, &bytes, &error))
            check_refusal(&error);
        for (size_t i = 0; i < bytes.size; i++)
            sum += (unsigned char)bytes.data[i];
    }
    gs_lang *lang = gs_lang_new(model, &error);
    bool good = lang != NULL;
    if (!lang) {
        check_refusal(&error);
    } else if (sum > 0) {
        gs_arena *arena = gs_arena_new(0);
        FUZZ_CHECK(
            !check_parse(gs_lang_parse(lang, gs_view_of(SAMPLE), GS_LANG_LINES, arena), GS_LANG_LINES));
        gs_arena_free(&arena);
    }
    gs_lang_free(&lang);
    return good;
}

static bool try_file(const uint8_t *data, size_t size)
{
    char path[64];
    int file = memfd_create("model", MFD_CLOEXEC);
    FUZZ_CHECK(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    gs_error error = {0};
    gs_model *model = gs_model_open(path, &error);
    bool good = model && use_model(model);
    if (!model)
        check_refusal(&error);
    gs_model_close(&model);
    close(file);
    return good;
}

static bool try_mended_file(const uint8_t *data, size_t size)
{
    uint8_t *copy = (uint8_t *)aligned_copy(data, size);
    mend(copy, size);
    bool good = try_file(copy, size);
    free(copy);
    return good;
}

// ---- small sections

static void try_lemmas(const uint8_t *data, size_t size)
{
    static const char *const forms[] = {"geese", "Ducks", "NATO", "iPhone", "O\xC3\xBA",
                                        "\xFF",  "",      "n't",  "s"};
    gs_error error = {0};
    char *copy = aligned_copy(data, size);
    lang_lemmatiser *lemmatiser = lang_lemmatiser_new(gs_view_make(copy, size), &error);
    gs_arena *arena = gs_arena_new(4096);
    if (!lemmatiser)
        check_refusal(&error);
    for (size_t i = 0; lemmatiser && i < sizeof forms / sizeof forms[0]; i++) {
        gs_view form = gs_view_of(forms[i]);
        FUZZ_CHECK(lang_lemma(lemmatiser, form, GS_NOUN, "NNS", arena) != NULL);
        FUZZ_CHECK(lang_lemma(lemmatiser, form, GS_VERB, NULL, arena) != NULL);
    }
    lang_lemmatiser_free(&lemmatiser);
    gs_arena_free(&arena);
    free(copy);
}

static void try_lexicon(const uint8_t *data, size_t size)
{
    static const char *const forms[] = {"word", "Word", "WORD", "iPhone", "O\xC3\xBA",
                                        "\xFF", "",     "bank", "May"};
    gs_error error = {0};
    char *copy = aligned_copy(data, size);
    lang_lexicon lexicon;
    bool good = lang_lexicon_open(&lexicon, gs_view_make(copy, size), &error);
    if (!good)
        check_refusal(&error);
    uint32_t bits = 0;
    for (size_t i = 0; good && i < sizeof forms / sizeof forms[0]; i++)
        bits |= lang_lexicon_look_up(&lexicon, gs_view_of(forms[i]));
    FUZZ_CHECK(good || bits == 0);
    free(copy);
}

// ---- large sections

typedef struct section {
    char *bytes; // kept for the next input
    size_t size;
} section;

static void append_aligned(gs_buffer *out, const void *data, size_t size)
{
    while (out->size % 64 != 0)
        gs_buffer_byte(out, '\0');
    gs_buffer_append(out, data, size);
}

static void append_bytes(gs_buffer *out, size_t size)
{
    append_aligned(out, "", 0);
    uint32_t random = (uint32_t)out->size + 1;
    for (size_t i = 0; i < size; i++) {
        random = random * 1664525u + 1013904223u;
        gs_buffer_byte(out, (char)(random >> 24));
    }
}

static void append_floats(gs_buffer *out, size_t count, float value)
{
    append_aligned(out, "", 0);
    for (size_t i = 0; i < count; i++)
        gs_buffer_append(out, &value, sizeof value);
}

static void append_matrix(gs_buffer *out, size_t in, size_t columns)
{
    static const int32_t zero[256];
    columns = (columns + GS_MATRIX_LANES - 1) / GS_MATRIX_LANES * GS_MATRIX_LANES;
    append_bytes(out, in * columns);
    append_floats(out, columns, 0.002f);
    append_aligned(out, zero, columns * sizeof zero[0]);
    append_floats(out, columns, 0.0f);
}

static void append_names(gs_buffer *out, const char *names, uint32_t size)
{
    append_aligned(out, &size, sizeof size);
    append_aligned(out, names, size);
}

enum { UNITS = 16, XPOS = 3, RELATIONS = 4, WORDS = 4, BUCKET_BITS = 2 };

static void make_network(gs_buffer *out)
{
    const uint32_t head[16] = {UNITS,
                               UNITS,
                               2,
                               0,
                               UNITS,
                               UNITS,
                               UNITS,
                               GS_UPOS_COUNT,
                               XPOS,
                               RELATIONS,
                               WORDS,
                               BUCKET_BITS,
                               LANG_AFFIX_ROWS,
                               LANG_GRAM_ROWS,
                               LANG_SHAPE_ROWS,
                               LANG_NAME_LABELS};
    const uint32_t buckets[(1 << BUCKET_BITS) + 1] = {0, 1, 2, 3, 4};
    const uint64_t hashes[WORDS] = {1, UINT64_C(1) << 62, UINT64_C(1) << 63, UINT64_C(3) << 62};
    lang_vocabulary vocabulary = {.count = WORDS};
    uint32_t rows = lang_row_count(&vocabulary);
    append_aligned(out, head, sizeof head);
    append_aligned(out, hashes, sizeof hashes);
    append_aligned(out, buckets, sizeof buckets);
    append_bytes(out, (size_t)rows * UNITS);
    append_floats(out, rows, 0.01f);
    for (int layer = 0; layer < 2; layer++)
        for (int direction = 0; direction < 2; direction++) {
            append_matrix(out, layer == 0 ? UNITS : 2 * UNITS, 4 * UNITS);
            append_matrix(out, UNITS, 4 * UNITS);
        }
    append_matrix(out, 2 * UNITS, XPOS + GS_UPOS_COUNT);
    append_matrix(out, 2 * UNITS, 4 * UNITS);
    append_matrix(out, UNITS, UNITS + LANG_DISTANCES);
    append_matrix(out, UNITS, RELATIONS);
    append_matrix(out, 2 * UNITS, UNITS);
    append_matrix(out, UNITS, LANG_NAME_LABELS);
    append_floats(out, UNITS, 0.5f);
    append_floats(out, UNITS, 0.5f);
    append_names(out, "NN\0VB\0IN", 9);
    append_names(out, "root\0nsubj\0obj\0parataxis", 25);
}

static void make_segments(gs_buffer *out)
{
    enum { CUT_BITS = 2 };
    const uint32_t head[4] = {SEG_BUCKET_BITS, CUT_BITS, 1, 0};
    static const char suffix[SEG_SUFFIX_ENTRY] = {3, 1, 'n', '\'', 't'};
    static const char cuts[SEG_CUT_ENTRY << CUT_BITS];
    gs_buffer_append(out, head, sizeof head);
    gs_buffer_append(out, suffix, sizeof suffix);
    gs_buffer_append(out, cuts, sizeof cuts);
    size_t tables = out->size;
    append_bytes(out, ((size_t)1 << SEG_BUCKET_BITS) * SEG_BUCKET_BYTES);
    // The weights follow the tables without a gap.
    size_t gap = out->size - tables - ((size_t)1 << SEG_BUCKET_BITS) * SEG_BUCKET_BYTES;
    memmove(out->data + tables, out->data + tables + gap, out->size - tables - gap);
    out->size -= gap;
}

// A file with all parts; those that are small, and the segmenter's tables, in front.
static void make_file(gs_buffer *out)
{
    static const uint32_t lemma[4 + 2 * 4 + 1] = {4, 4}, lexicon[4 + 3] = {0, 1};
    static const char *const names[] = {"lemma", "lexicon", "segment", "network"};
    static const uint32_t versions[] = {LANG_LEMMA_VERSION, LANG_LEXICON_VERSION, LANG_SEGMENT_VERSION,
                                        LANG_NETWORK_VERSION};
    enum { PARTS = sizeof names / sizeof names[0] };
    uint8_t head[FILE_HEAD + PARTS * FILE_ENTRY] = "GSMODEL\n\1\0\0\0\4";
    gs_buffer parts[PARTS] = {{0}};
    gs_buffer_append(&parts[0], lemma, sizeof lemma);
    gs_buffer_append(&parts[1], lexicon, sizeof lexicon);
    make_segments(&parts[2]);
    make_network(&parts[3]);
    append_aligned(out, head, sizeof head);
    for (size_t i = 0; i < PARTS; i++) {
        append_aligned(out, "", 0);
        uint64_t place[2] = {out->size, parts[i].size};
        uint8_t *entry = (uint8_t *)out->data + FILE_HEAD + i * FILE_ENTRY;
        memcpy(entry, names[i], strlen(names[i]));
        memcpy(entry + 16, &versions[i], sizeof versions[i]);
        memcpy(entry + 24, place, sizeof place);
        gs_buffer_append(out, parts[i].data, parts[i].size);
        gs_buffer_free(&parts[i]);
    }
}

static section *section_once(section *self, void make(gs_buffer *out))
{
    if (!self->bytes) {
        gs_buffer out = {0};
        make(&out);
        self->bytes = aligned_copy((const uint8_t *)out.data, out.size);
        self->size = out.size;
        gs_buffer_free(&out);
    }
    return self;
}

// Exchanges the bytes that the changes name; doing it in the reverse order takes it back.
static void change(section *self, const uint8_t *changes, size_t count, bool back, uint8_t *kept)
{
    for (size_t n = 0; n < count; n++) {
        size_t i = back ? count - 1 - n : n;
        size_t at = (size_t)changes[3 * i] << 8 | changes[3 * i + 1];
        at = at & 0x8000 ? self->size - 1 - (at & 0x7FFF) : at;
        if (back) {
            self->bytes[at] = (char)kept[i];
        } else {
            kept[i] = (uint8_t)self->bytes[at];
            self->bytes[at] = (char)changes[3 * i + 2];
        }
    }
}

static bool segment_sample(const section *bytes)
{
    gs_error error = {0};
    lang_segmenter *segmenter = lang_segmenter_new(gs_view_make(bytes->bytes, bytes->size), &error);
    if (!segmenter) {
        check_refusal(&error);
        return false;
    }
    gs_arena *arena = gs_arena_new(0);
    for (int d = 0; d < 2; d++) {
        gs_lang_division division = d == 0 ? GS_LANG_PARAGRAPHS : GS_LANG_LINES;
        gs_parse parse = {.text = gs_view_of(SAMPLE)};
        lang_segment(segmenter, division, &parse, arena);
        FUZZ_CHECK(!check_words(&parse));
        FUZZ_CHECK(!check_sentences(&parse, division));
    }
    gs_arena_free(&arena);
    lang_segmenter_free(&segmenter);
    return true;
}

// Two windows of one sentence each through whatever network it is.
static void read_sample(const lang_network *network)
{
    enum { FIRST = 3, SECOND = 2, ALL = FIRST + SECOND };
    static const char text[] = "The geese left. Why?";
    gs_word words[ALL] = {{.begin = 0, .end = 3, .space_before = true},
                          {.begin = 4, .end = 9, .space_before = true},
                          {.begin = 10, .end = 14, .space_before = true},
                          {.begin = 16, .end = 19, .space_before = true},
                          {.begin = 19, .end = 20}};
    const lang_window windows[] = {{.word_begin = 0, .count = FIRST, .first = true, .last = true},
                                   {.word_begin = FIRST, .count = SECOND, .capitals = 3, .first = true}};
    uint8_t label[ALL];
    float kinds[4 * ALL];
    const lang_labels labels = {label, kinds, NULL};
    const lang_lexicon no_words = {0};
    gs_parse parse = {.text = gs_view_of(text), .words = words, .word_count = ALL};
    lang_worker *worker = lang_worker_new(network, &no_words);
    lang_worker_read(worker, &parse, windows, 2, &labels);
    size_t roots = 0;
    for (size_t i = 0; i < ALL; i++) {
        FUZZ_CHECK(words[i].upos < GS_UPOS_COUNT && words[i].xpos < network->xpos);
        FUZZ_CHECK(words[i].relation < network->relations && label[i] < LANG_NAME_LABELS);
        roots += words[i].head == GS_WORD_ROOT;
    }
    FUZZ_CHECK(roots == 2);
    lang_worker_free(&worker);
}

static bool try_network(const section *bytes)
{
    gs_error error = {0};
    lang_network network;
    if (!lang_network_open(&network, gs_view_make(bytes->bytes, bytes->size), &error)) {
        check_refusal(&error);
        return false;
    }
    for (uint32_t i = 0; i < network.xpos; i++)
        FUZZ_CHECK(strlen(network.xpos_names[i]) < bytes->size);
    for (uint32_t i = 0; i < network.relations; i++)
        FUZZ_CHECK(strlen(network.relation_names[i]) < bytes->size);
    read_sample(&network);
    lang_network_close(&network);
    return true;
}

static bool try_whole(const section *bytes)
{
    return try_mended_file((const uint8_t *)bytes->bytes, bytes->size);
}

// What is made here opens as it stands, or the changes would change nothing that counts.
static void try_changed(section *self, const uint8_t *changes, size_t size, bool try(const section *))
{
    size_t count = size / 3;
    uint8_t *kept = malloc(count + 1);
    FUZZ_CHECK(kept != NULL);
    change(self, changes, count, false, kept);
    bool good = try(self);
    FUZZ_CHECK(good || count > 0);
    change(self, changes, count, true, kept);
    free(kept);
}

static void try_raw(const uint8_t *data, size_t size, bool try(const section *))
{
    section raw = {aligned_copy(data, size), size};
    try(&raw);
    free(raw.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static section segments, network, whole;
    if (size == 0)
        return 0;
    const uint8_t *rest = data + 1;
    size--;
    switch (data[0]) {
    case 'f':
        try_file(rest, size);
        break;
    case 'm':
        try_mended_file(rest, size);
        break;
    case 'l':
        try_lemmas(rest, size);
        break;
    case 'x':
        try_lexicon(rest, size);
        break;
    case 's':
        try_raw(rest, size, segment_sample);
        try_changed(section_once(&segments, make_segments), rest, size, segment_sample);
        break;
    case 'n':
        try_raw(rest, size, try_network);
        try_changed(section_once(&network, make_network), rest, size, try_network);
        break;
    case 'w':
        try_changed(section_once(&whole, make_file), rest, size, try_whole);
        break;
    default:
        break;
    }
    return 0;
}
