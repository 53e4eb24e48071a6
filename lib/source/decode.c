// Bytes in some encoding to UTF-8.
//
// Order of trust: a byte-order mark; then UTF-8 itself, whenever the bytes are valid UTF-8 with something
// beyond ASCII in them, because text in another encoding is almost never valid UTF-8 by chance; then the
// label; then what the bytes look like; then windows-1252, which reads any byte. Labels are read as browsers
// read them (WHATWG Encoding Standard): ISO-8859-1 means windows-1252, GB2312 means GB18030, and so on. iconv
// does the conversion.
#include "source/source_internal.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

enum { LABEL_BYTES = 32, DECLARATION_BYTES = 1024 };

typedef struct alias {
    const char *label;
    const char *meant; // a name that iconv knows
} alias;

static const alias aliases[] = {
    {"iso-8859-1", "WINDOWS-1252"},
    {"iso8859-1", "WINDOWS-1252"},
    {"latin1", "WINDOWS-1252"},
    {"latin-1", "WINDOWS-1252"},
    {"us-ascii", "WINDOWS-1252"},
    {"ascii", "WINDOWS-1252"},
    {"iso-8859-9", "WINDOWS-1254"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"gb_2312-80", "GB18030"},
    {"ks_c_5601-1987", "CP949"},
    {"euc-kr", "CP949"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"x-sjis", "CP932"},
    {"big5", "BIG5-HKSCS"},
    {"tis-620", "WINDOWS-874"},
    {"iso-8859-11", "WINDOWS-874"},
    {"x-mac-roman", "MACINTOSH"},
    {"x-euc-jp", "EUC-JP"},
};

typedef struct mark {
    const char *bytes;
    size_t size;
    const char *encoding;
} mark;

static const mark marks[] = {
    {"\xEF\xBB\xBF", 3, "UTF-8"}, {"\xFF\xFE\x00\x00", 4, "UTF-32LE"}, {"\x00\x00\xFE\xFF", 4, "UTF-32BE"},
    {"\xFF\xFE", 2, "UTF-16LE"},  {"\xFE\xFF", 2, "UTF-16BE"},
};

// UTF-16 without a mark shows as an XML declaration with every other byte NUL.
static const mark bare_wide[] = {{"<\0?\0", 4, "UTF-16LE"}, {"\0<\0?", 4, "UTF-16BE"}};

static const mark *find_mark(gs_view bytes, const mark *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes.size >= table[i].size && memcmp(bytes.data, table[i].bytes, table[i].size) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

// Converts with each bad byte as U+FFFD. False, with out as it was, if iconv does not know the encoding.
static bool convert(gs_view bytes, const char *encoding, gs_buffer *out)
{
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1) {
        return false;
    }
    char *in = (char *)(uintptr_t)bytes.data; // iconv does not write through it
    size_t left = bytes.size;
    while (left > 0) {
        gs_buffer_reserve(out, left + 64);
        char *to = out->data + out->size;
        size_t room = out->capacity - out->size - 1;
        size_t got = iconv(converter, &in, &left, &to, &room);
        out->size = (size_t)(to - out->data);
        out->data[out->size] = '\0';
        if (got == (size_t)-1 && errno != E2BIG) {
            gs_utf8_append(out, 0xFFFD);
            in++;
            left--;
        }
    }
    gs_buffer_reserve(out, 64); // some encodings keep the last letter back, for an accent that may follow
    char *to = out->data + out->size;
    size_t room = out->capacity - out->size - 1;
    iconv(converter, NULL, NULL, &to, &room);
    out->size = (size_t)(to - out->data);
    out->data[out->size] = '\0';
    iconv_close(converter);
    return true;
}

static const char *meant_by(gs_view label, char name[LABEL_BYTES + 1])
{
    label = gs_view_trim(label);
    if (label.size == 0 || label.size > LABEL_BYTES) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (gs_view_equal_nocase(label, gs_view_of(aliases[i].label))) {
            return aliases[i].meant;
        }
    }
    for (size_t i = 0; i < label.size; i++) {
        // iconv gives a meaning to '/' ("//IGNORE"); no label has one
        if ((unsigned char)label.data[i] <= ' ' || (unsigned char)label.data[i] > '~' ||
            label.data[i] == '/') {
            return NULL;
        }
        name[i] = label.data[i];
    }
    name[label.size] = '\0';
    return name;
}

// More good sequences beyond ASCII than bad bytes: UTF-8 that was damaged on its way.
static bool is_mostly_utf8(gs_view bytes)
{
    size_t good = 0;
    size_t bad = 0;
    for (size_t at = 0; at < bytes.size;) {
        size_t before = at;
        uint32_t code_point = gs_utf8_next(bytes, &at);
        bool is_bad = code_point == 0xFFFD && at - before == 1;
        bad += is_bad;
        good += !is_bad && code_point >= 0x80;
    }
    return good > bad;
}

static bool is_wide(const char *encoding)
{
    return gs_view_equal_nocase(gs_view_slice(gs_view_of(encoding), 0, 6), gs_view_of("UTF-16")) ||
           gs_view_equal_nocase(gs_view_slice(gs_view_of(encoding), 0, 6), gs_view_of("UTF-32")) ||
           gs_view_equal_nocase(gs_view_slice(gs_view_of(encoding), 0, 3), gs_view_of("UCS"));
}

void gs_decode(gs_view bytes, gs_view label, gs_buffer *out)
{
    const mark *found = find_mark(bytes, marks, sizeof marks / sizeof marks[0]);
    if (found) {
        bytes = gs_view_slice(bytes, found->size, bytes.size);
    } else {
        found = find_mark(bytes, bare_wide, sizeof bare_wide / sizeof bare_wide[0]);
    }
    if (found && is_wide(found->encoding) && convert(bytes, found->encoding, out)) {
        return;
    }
    char name[LABEL_BYTES + 1];
    const char *encoding = meant_by(label, name);
    // ISO-2022 and HZ are ASCII bytes with another meaning, so being valid UTF-8 says nothing.
    bool shifts = encoding && (strncasecmp(encoding, "ISO-2022", 8) == 0 ||
                               strncasecmp(encoding, "HZ", 2) == 0 || strcasecmp(encoding, "UTF-7") == 0);
    if (!shifts && (gs_utf8_valid(bytes, NULL) || is_mostly_utf8(bytes))) {
        gs_utf8_repair(bytes, out);
        return;
    }
    // Bytes that were just read as ASCII up to the label are not UTF-16, whatever the label says.
    bool usable = encoding && !is_wide(encoding) && strcasecmp(encoding, "UTF-8") != 0 &&
                  strcasecmp(encoding, "UTF8") != 0;
    if (usable && convert(bytes, encoding, out)) {
        return;
    }
    const char *guess = usable ? NULL : gs_encoding_guess(bytes);
    if (guess && convert(bytes, guess, out)) {
        return;
    }
    if (!convert(bytes, "WINDOWS-1252", out)) {
        gs_utf8_repair(bytes, out);
    }
}

gs_view gs_xml_encoding_label(gs_view bytes)
{
    gs_view none = {0};
    gs_view head = gs_view_slice(bytes, 0, DECLARATION_BYTES);
    size_t begin = gs_view_find(head, gs_view_of("<?xml"), 0);
    size_t end = begin == SIZE_MAX ? SIZE_MAX : gs_view_find(head, gs_view_of("?>"), begin);
    size_t at = end == SIZE_MAX ? SIZE_MAX : gs_view_find(head, gs_view_of("encoding"), begin);
    if (at == SIZE_MAX || at > end) {
        return none;
    }
    at += strlen("encoding");
    while (at < end && (head.data[at] == ' ' || head.data[at] == '=')) {
        at++;
    }
    char quote = at < end ? head.data[at] : '\0';
    if (quote != '"' && quote != '\'') {
        return none;
    }
    gs_view value = gs_view_slice(head, at + 1, end);
    size_t close = gs_view_find(value, gs_view_make(&quote, 1), 0);
    return close == SIZE_MAX ? none : gs_view_slice(value, 0, close);
}
