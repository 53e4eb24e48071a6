// What leaves here is text whatever it was before: no byte of it opens a tag, ends an attribute, or changes
// how its neighbours are read. The joiners of Persian, of Indian scripts and of emoji are the only format
// characters that stay; the directions of a text are the browser's to find (dir="auto").
#include "html.h"

#include <utf8proc.h>

#include "words.h"

static bool is_kept(uint32_t point)
{
    enum { ZERO_WIDTH_NON_JOINER = 0x200C, ZERO_WIDTH_JOINER = 0x200D };
    if (point == ZERO_WIDTH_NON_JOINER || point == ZERO_WIDTH_JOINER)
        return true;
    if ((point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF))
        return false; // noncharacters
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    return category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF &&
           category != UTF8PROC_CATEGORY_CS;
}

static const char *reference_of(uint32_t point)
{
    switch (point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void gs_html_text(gs_buffer *out, gs_view text)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t point = gs_utf8_next(text, &at);
        const char *reference = reference_of(point);
        if (reference)
            gs_buffer_text(out, reference);
        else if (point == '\n' || point == 0x2028 || point == 0x2029)
            gs_buffer_byte(out, '\n');
        else if (point == '\t' || point == '\r')
            gs_buffer_byte(out, ' ');
        else if (is_kept(point))
            gs_utf8_append(out, point);
    }
}

void gs_html_words(gs_buffer *out, const char *text)
{
    gs_html_text(out, gs_view_of(text));
}

void gs_html_link(gs_buffer *out, const char *url, gs_view words)
{
    bool web = gs_words_host(url).size > 0;
    if (web) {
        gs_buffer_text(out, "<a rel=\"noopener noreferrer nofollow\" href=\"");
        gs_html_words(out, url);
        gs_buffer_text(out, "\">");
    }
    gs_html_text(out, words);
    if (web)
        gs_buffer_text(out, "</a>");
}
