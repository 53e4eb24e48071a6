// text: escaping, one function a format. Each goes over the text once, by code points; what is not valid
// UTF-8 becomes U+FFFD on the way.
#include "text.h"

#include <string.h>

static bool turns_the_line(uint32_t code_point)
{
    return (code_point >= 0x202a && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069) ||
           code_point == 0x200e || code_point == 0x200f || code_point == 0x61c;
}

static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || code_point == 0x2028 ||
           code_point == 0x2029 || code_point == 0xfeff;
}

void gw_text_plain(gs_view text, size_t most, gs_buffer *out)
{
    size_t count = 0;
    bool space = false;
    for (size_t at = 0; at < text.size;) {
        const uint32_t code_point = gs_utf8_next(text, &at);
        if (code_point == ' ' || is_control(code_point)) {
            space = count > 0;
            continue;
        }
        if (turns_the_line(code_point)) {
            continue;
        }
        if (most > 0 && count >= most) {
            gs_buffer_text(out, "…");
            return;
        }
        if (space) {
            gs_buffer_byte(out, ' ');
            count++;
        }
        space = false;
        gs_utf8_append(out, code_point);
        count++;
    }
}

void gw_text_lines(gs_view text, gs_buffer *out)
{
    for (size_t at = 0; at < text.size;) {
        const uint32_t code_point = gs_utf8_next(text, &at);
        if (code_point == '\n' || (!is_control(code_point) && !turns_the_line(code_point))) {
            gs_utf8_append(out, code_point);
        }
    }
}

void gw_text_json(gs_view text, gs_buffer *out)
{
    gs_buffer_byte(out, '"');
    for (size_t at = 0; at < text.size;) {
        const uint32_t code_point = gs_utf8_next(text, &at);
        if (code_point == '"' || code_point == '\\') {
            gs_buffer_byte(out, '\\');
            gs_buffer_byte(out, (char)code_point);
        } else if (code_point == '\n') {
            gs_buffer_text(out, "\\n");
        } else if (is_control(code_point) || turns_the_line(code_point) || code_point == '<' ||
                   code_point == '>' || code_point == '&') {
            gs_buffer_format(out, "\\u%04x", (unsigned)code_point);
        } else {
            gs_utf8_append(out, code_point);
        }
    }
    gs_buffer_byte(out, '"');
}

static const char *xml_entity(uint32_t code_point)
{
    switch (code_point) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void gw_text_xml(gs_view text, gs_buffer *out)
{
    for (size_t at = 0; at < text.size;) {
        const uint32_t code_point = gs_utf8_next(text, &at);
        const char *entity = xml_entity(code_point);
        if (entity != NULL) {
            gs_buffer_text(out, entity);
        } else if (code_point == '\n' || (!is_control(code_point) && code_point < 0xfffe) ||
                   (code_point >= 0x10000 && (code_point & 0xfffe) != 0xfffe)) {
            gs_utf8_append(out, code_point);
        }
    }
}

// Programs differ in what they skip before a formula: white space of any kind, and a quote.
static bool begins_a_formula(gs_view text)
{
    for (size_t at = 0; at < text.size;) {
        const uint32_t code_point = gs_utf8_next(text, &at);
        if (code_point == ' ' || code_point == 0xa0 || code_point == 0x3000 || is_control(code_point) ||
            turns_the_line(code_point) || code_point == 0x200b) {
            continue;
        }
        // U+FF1D and the like: the full-width forms, which some programs fold
        return strchr("=+-@|%", code_point < 0x80 ? (int)code_point : ' ') != NULL || code_point == 0xff1d ||
               code_point == 0xff0b || code_point == 0xff0d || code_point == 0xff20 || code_point == 0x2212;
    }
    return false;
}

void gw_text_csv(gs_view text, gs_buffer *out)
{
    gs_buffer plain = {0};
    gw_text_lines(text, &plain);
    gs_buffer_byte(out, '"');
    if (begins_a_formula(text)) {
        gs_buffer_byte(out, '\'');
    }
    for (size_t i = 0; i < plain.size; i++) {
        if (plain.data[i] == '"') {
            gs_buffer_byte(out, '"');
        }
        gs_buffer_byte(out, plain.data[i]);
    }
    gs_buffer_byte(out, '"');
    gs_buffer_free(&plain);
}

void gw_text_url(gs_view text, gs_buffer *out)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        if (byte != 0 && strchr(unreserved, byte) != NULL) {
            gs_buffer_byte(out, (char)byte);
        } else {
            gs_buffer_format(out, "%%%02X", byte);
        }
    }
}

bool gw_text_is_link(const char *url)
{
    const gs_view view = gs_view_of(url);
    const bool http = gs_view_equal_nocase(gs_view_slice(view, 0, 7), gs_view_of("http://")) ||
                      gs_view_equal_nocase(gs_view_slice(view, 0, 8), gs_view_of("https://"));
    for (size_t at = 0; http && at < view.size;) {
        const uint32_t code_point = gs_utf8_next(view, &at);
        if (code_point == ' ' || code_point == '"' || code_point == '<' || code_point == '>' ||
            is_control(code_point) || turns_the_line(code_point) || code_point == 0xfffd) {
            return false;
        }
    }
    return http;
}
