// What a piece of XML text means: references decoded, controls left out, windows-1252 sold as Unicode mended.
//
// Most text has none of these and stays where it is; the scan that finds out is what a feed of long articles
// costs, so it takes eight bytes at a time.
#include "source/xml.h"

#include <string.h>

// What the scan stops at, a bit each.
enum {
    BAD = 1,       // may not be copied as it is: controls, the first bytes of U+0080..9F and of U+FFFE
    REFERENCE = 2, // '&'
};

static const uint8_t classes[256] = {
    [0x00] = BAD, [0x01] = BAD, [0x02] = BAD, [0x03] = BAD,      [0x04] = BAD, [0x05] = BAD, [0x06] = BAD,
    [0x07] = BAD, [0x08] = BAD, [0x0B] = BAD, [0x0C] = BAD,      [0x0E] = BAD, [0x0F] = BAD, [0x10] = BAD,
    [0x11] = BAD, [0x12] = BAD, [0x13] = BAD, [0x14] = BAD,      [0x15] = BAD, [0x16] = BAD, [0x17] = BAD,
    [0x18] = BAD, [0x19] = BAD, [0x1A] = BAD, [0x1B] = BAD,      [0x1C] = BAD, [0x1D] = BAD, [0x1E] = BAD,
    [0x1F] = BAD, [0xC2] = BAD, [0xEF] = BAD, ['&'] = REFERENCE,
};

static size_t skip_until(gs_view raw, size_t at, unsigned wanted)
{
    while (at < raw.size && (classes[(unsigned char)raw.data[at]] & wanted) == 0) {
        at++;
    }
    return at;
}

// The same, eight bytes at a time where all of them are printable ASCII without '&'. A byte of x is below n
// if its top bit is set in (x - n) and not in x.
static size_t skip_plain(gs_view raw, size_t at, unsigned wanted)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    while (raw.size - at >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, raw.data + at, sizeof word);
        uint64_t reference = word ^ ones * '&';
        uint64_t found = word | (word - ones * ' ') | ((reference - ones) & ~reference);
        size_t next = at + sizeof word;
        if (found & tops) {
            size_t stop = skip_until(gs_view_slice(raw, 0, next), at, wanted);
            if (stop < next) {
                return stop;
            }
        }
        at = next;
    }
    return skip_until(raw, at, wanted);
}

static void put(gs_buffer *out, uint32_t code_point)
{
    code_point = gs_windows_1252(code_point);
    bool space = code_point == '\t' || code_point == '\n' || code_point == '\r';
    if ((code_point < 0x20 && !space) || code_point == 0xFFFE || code_point == 0xFFFF) {
        return;
    }
    if (code_point < 0x80 && out->size + 1 < out->capacity) {
        out->data[out->size++] = (char)code_point;
    } else {
        gs_utf8_append(out, code_point);
    }
}

// XML's own references, which are nearly all that escaped HTML has; then the others.
static uint32_t reference_at(gs_view raw, size_t *at)
{
    const char *text = raw.data + *at;
    size_t left = raw.size - *at;
    if (left >= 4 && text[2] == 't' && text[3] == ';' && (text[1] == 'l' || text[1] == 'g')) {
        *at += 4;
        return text[1] == 'l' ? '<' : '>';
    }
    if (left >= 5 && memcmp(text, "&amp;", 5) == 0) {
        *at += 5;
        return '&';
    }
    if (left >= 6 && memcmp(text, "&quot;", 6) == 0) {
        *at += 6;
        return '"';
    }
    return gs_markup_reference(raw, at);
}

// What raw means. A view of raw itself if nothing in it needs decoding. What a reference or a bad byte
// becomes is at most half as long again as it is (windows-1252's two bytes become three).
gs_view gs_xml_decode(gs_view raw, bool references, gs_buffer *out, gs_arena *arena)
{
    unsigned wanted = references ? BAD | REFERENCE : BAD;
    size_t at = skip_plain(raw, 0, wanted);
    if (at == raw.size) {
        return raw;
    }
    gs_buffer_clear(out);
    gs_buffer_reserve(out, raw.size + raw.size / 2 + 1);
    for (size_t done = 0; done < raw.size;) {
        if (out->capacity - out->size <= at - done) {
            gs_buffer_reserve(out, at - done);
        }
        memcpy(out->data + out->size, raw.data + done, at - done);
        out->size += at - done;
        done = at;
        if (done < raw.size) {
            uint32_t code_point = references ? reference_at(raw, &done) : 0;
            put(out, code_point ? code_point : gs_utf8_next(raw, &done));
            at = skip_plain(raw, done, wanted);
        }
    }
    return gs_view_make(gs_arena_text(arena, gs_buffer_view(out)), out->size);
}
