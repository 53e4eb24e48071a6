// entry: the rules by which an entry of a source becomes an article, without the fetching in between.
//
// They stand here, and not in the ingestor, so that `gainsay source test` tells what the ingestor would do.
#include <string.h>

#include "source/http_message.h"

enum {
    WHOLE_TEXT_BYTES = 600, // a feed's content of this size is the text, a shorter one a teaser
    THIN_BYTES = 250,       // a page with less text than this has its text elsewhere
    CLOSING_TAGS = 8,       // behind the last word
    DAY_S = 24 * 60 * 60,
};

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

// Ends like a teaser: "…", "[...]", "Read more".
static bool breaks_off(const char *html)
{
    static const char *const ends[] = {"…",          "...",     "[…]",       "[...]",     "&hellip;",
                                       "[&hellip;]", "&#8230;", "[&#8230;]", "read more", "continue reading"};
    gs_view text = gs_view_trim(gs_view_of(html));
    for (int tags = 0; tags < CLOSING_TAGS && gs_view_ends(text, ">"); tags++) {
        size_t at = text.size;
        while (at > 0 && text.data[at - 1] != '<') {
            at--;
        }
        text = gs_view_trim(gs_view_slice(text, 0, at > 0 ? at - 1 : 0));
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const size_t size = strlen(ends[i]);
        if (text.size >= size &&
            gs_view_equal_nocase(gs_view_slice(text, text.size - size, text.size), gs_view_of(ends[i]))) {
            return true;
        }
    }
    return false;
}

bool gs_entry_has_text(const gs_feed_entry *entry)
{
    return or_empty(entry->link)[0] == '\0' ||
           (strlen(or_empty(entry->content)) >= WHOLE_TEXT_BYTES && !breaks_off(entry->content));
}

const char *gs_entry_html(const gs_feed_entry *entry)
{
    return or_empty(entry->content)[0] != '\0' ? entry->content : or_empty(entry->summary);
}

const char *gs_entry_time(const gs_feed_entry *entry)
{
    return or_empty(entry->published)[0] != '\0' ? entry->published : or_empty(entry->updated);
}

bool gs_entry_is_old(const gs_feed_entry *entry, gs_feed_format format, int64_t now_s)
{
    gs_time time;
    return format == GS_FEED_SITEMAP && gs_time_parse(gs_view_of(gs_entry_time(entry)), &time) &&
           time.unix_s < now_s - (int64_t)GS_SITEMAP_DAYS * DAY_S;
}

void gs_entry_describe(const gs_feed_entry *entry, gs_article *article, gs_arena *arena)
{
    if (or_empty(entry->title)[0] != '\0') {
        article->title = gs_arena_text(arena, gs_view_of(entry->title));
    }
    if (gs_entry_time(entry)[0] != '\0' && article->published[0] == '\0') {
        article->published = gs_arena_text(arena, gs_view_of(gs_entry_time(entry)));
    }
    if (or_empty(entry->author)[0] != '\0' && article->byline[0] == '\0') {
        article->byline = gs_arena_text(arena, gs_view_of(entry->author));
    }
}

bool gs_type_is_page(const char *content_type)
{
    static const char *const texts[] = {"text/html", "application/xhtml", "text/plain", "application/xml",
                                        "text/xml"};
    const gs_view told = gs_view_of(content_type);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (gs_view_equal_nocase(gs_view_slice(told, 0, strlen(texts[i])), gs_view_of(texts[i]))) {
            return true;
        }
    }
    return content_type[0] == '\0';
}

const char *gs_type_charset(const char *content_type, gs_arena *arena)
{
    return gs_arena_text(arena, gs_media_parameter(gs_view_of(content_type), "charset"));
}

const char *gs_page_elsewhere(const gs_page *page)
{
    const char *other = page->amp_url[0] != '\0' ? page->amp_url : page->print_url;
    return other[0] != '\0' && strlen(page->article->text) < THIN_BYTES ? other : NULL;
}
