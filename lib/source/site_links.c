// The articles that a page links to, for sites without a feed.
//
// Which links are articles is told by three things together: they stay on the site, their address looks like
// one article's (a date, a number, or several words in its last part, and no word that sites use for
// sections), and their text is a headline's length. One address is often linked twice, from the picture and
// from the headline, so texts are compared and the longest is kept. Links in menus and footers count only on
// pages where there are no others.
#include <stdlib.h>
#include <string.h>

#include "source/tags.h"

enum {
    MOST_LINKS = 1024,   // of one page; those beyond are passed over
    TEXT_BYTES = 4096,   // of a link's content; what follows is not looked at
    HEADLINE_BYTES = 16, // of a link's text, at least
    HEADLINE_WORDS = 3,  // likewise
    SLUG_WORDS = 4,      // in the last part of an address that needs no date or number
    NUMBER_DIGITS = 5,
};

typedef struct listing {
    gs_link links[MOST_LINKS];
    size_t count;
    gs_view page; // address of the page itself
    gs_view base;
    gs_arena *arena;
} listing;

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

// The host without "www.", with its port; empty if the address is not http(s).
static gs_view host_of(gs_view url)
{
    if (!gs_link_is_web(url)) {
        return gs_view_slice(url, 0, 0);
    }
    size_t begin = gs_view_find(url, gs_view_of("//"), 0) + 2;
    size_t end = begin;
    while (end < url.size && !strchr("/?#", url.data[end])) {
        end++;
    }
    gs_view host = gs_view_slice(url, begin, end);
    return gs_view_equal_nocase(gs_view_slice(host, 0, 4), gs_view_of("www."))
               ? gs_view_slice(host, 4, host.size)
               : host;
}

static gs_view path_of(gs_view url)
{
    size_t begin = gs_view_find(url, gs_view_of("//"), 0);
    begin = gs_view_find(url, gs_view_of("/"), begin == SIZE_MAX ? 0 : begin + 2);
    return gs_view_slice(url, begin == SIZE_MAX ? url.size : begin, url.size);
}

static bool is_among(gs_view word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (gs_view_equal_nocase(word, gs_view_of(words[i]))) {
            return true;
        }
    }
    return false;
}

// A part of a path that is a list's, a service's or a file's that is no page.
static bool is_section(gs_view part)
{
    static const char *const names[] = {
        "tag",    "tags",      "category", "categories", "topic",   "topics",   "author",  "authors",
        "search", "login",     "signup",   "register",   "account", "contact",  "about",   "privacy",
        "terms",  "subscribe", "feed",     "rss",        "page",    "wp-admin", "wp-json", "cart"};
    static const char *const files[] = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".pdf", ".zip",
                                        ".mp3", ".mp4",  ".xml", ".rss", ".css",  ".js",  ".json"};
    if (is_among(part, names, sizeof names / sizeof names[0])) {
        return true;
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (gs_view_ends(part, files[i])) {
            return true;
        }
    }
    return false;
}

// Words in "what-the-minister-said_today.html".
static size_t slug_words(gs_view part)
{
    size_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < part.size && part.data[i] != '.'; i++) {
        bool gap = part.data[i] == '-' || part.data[i] == '_';
        words += !gap && !inside;
        inside = !gap;
    }
    return words;
}

static bool is_year(gs_view part)
{
    return part.size == 4 && (gs_view_starts(part, "19") || gs_view_starts(part, "20")) &&
           is_digit(part.data[2]) && is_digit(part.data[3]);
}

static bool has_number(gs_view part)
{
    size_t run = 0;
    for (size_t i = 0; i < part.size; i++) {
        run = is_digit(part.data[i]) ? run + 1 : 0;
        if (run >= NUMBER_DIGITS) {
            return true;
        }
    }
    return false;
}

// Whether the address is one article's rather than a section's.
static bool is_article_address(gs_view url)
{
    gs_view path = path_of(url);
    gs_view last = gs_view_slice(path, 0, 0);
    bool dated = false;
    bool numbered = false;
    size_t depth = 0;
    size_t at = 0;
    while (at < path.size && path.data[at] == '/') {
        size_t end = at + 1;
        while (end < path.size && !strchr("/?#", path.data[end])) {
            end++;
        }
        gs_view part = gs_view_slice(path, at + 1, end);
        at = end;
        if (part.size == 0) {
            continue;
        }
        if (is_section(part)) {
            return false;
        }
        dated = dated || (depth > 0 && is_digit(part.data[0]) && part.size <= 2) || is_year(last);
        numbered = numbered || has_number(part);
        last = part;
        depth++;
    }
    numbered = numbered || has_number(gs_view_slice(path, at, path.size)); // ?id=123456
    size_t words = slug_words(last);
    return depth > 0 && (words >= SLUG_WORDS || (words >= 2 && (dated || numbered)) || numbered);
}

static size_t count_words(const char *text)
{
    size_t words = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    }
    return words;
}

// A link around a whole teaser holds a heading; that is its text.
static gs_view heading_in(gs_view content)
{
    gs_tag tag;
    size_t begin = SIZE_MAX;
    for (size_t at = 0; gs_tags_next(content, &at, &tag);) {
        bool heading = tag.name.size == 2 && (tag.name.data[0] | 0x20) == 'h' && is_digit(tag.name.data[1]);
        if (heading && !tag.closing && begin == SIZE_MAX) {
            begin = tag.end;
        } else if (heading && tag.closing && begin != SIZE_MAX) {
            return gs_view_slice(content, begin, tag.begin);
        }
    }
    return content;
}

static char *text_of(gs_view html, const gs_tag *anchor, gs_arena *arena)
{
    gs_view rest = gs_view_slice(html, anchor->end, anchor->end + TEXT_BYTES);
    size_t end = rest.size;
    gs_tag tag;
    for (size_t at = 0; gs_tags_next(rest, &at, &tag);) {
        if (gs_tag_is(&tag, "a")) {
            end = tag.begin;
            break;
        }
    }
    gs_buffer line = {0};
    gs_markup_text(heading_in(gs_view_slice(rest, 0, end)), &line);
    char *text = gs_clean_text(gs_buffer_view(&line), arena); // the cut may have split a code point
    gs_buffer_free(&line);
    return text[0] != '\0' ? text : gs_tag_attribute(anchor, "title", arena);
}

static gs_link *find(listing *self, const char *url)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->links[i].url, url) == 0) {
            return &self->links[i];
        }
    }
    return NULL;
}

static void take_anchor(listing *self, gs_view html, const gs_tag *anchor)
{
    gs_view href = gs_view_of(gs_tag_attribute(anchor, "href", self->arena));
    href = gs_view_slice(href, 0, gs_view_find(href, gs_view_of("#"), 0));
    char *url = gs_link_absolute(href, self->base, self->arena);
    gs_view address = gs_view_of(url);
    gs_view host = host_of(address);
    if (host.size == 0 || !gs_view_equal_nocase(host, host_of(self->page)) ||
        gs_view_equal(address, self->page) || !is_article_address(address)) {
        return;
    }
    char *text = text_of(html, anchor, self->arena);
    gs_link *known = find(self, url);
    if (known) {
        known->title = strlen(text) > strlen(known->title) ? text : known->title;
    } else if (self->count < MOST_LINKS) {
        self->links[self->count++] =
            (gs_link){.url = url, .title = text, .type = gs_arena_text(self->arena, gs_view_of(""))};
    }
}

static void take_anchors(listing *self, gs_view html, bool menus)
{
    static const char *const outside[] = {"nav", "footer"};
    size_t depth = 0;
    gs_tag tag;
    for (size_t at = 0; gs_tags_next(html, &at, &tag);) {
        if (is_among(tag.name, outside, sizeof outside / sizeof outside[0])) {
            depth = tag.closing ? depth - (depth > 0) : depth + 1;
        } else if (!tag.closing && gs_tag_is(&tag, "a") && (menus || depth == 0)) {
            take_anchor(self, html, &tag);
        }
    }
}

static bool is_headline(const char *text)
{
    return strlen(text) >= HEADLINE_BYTES && count_words(text) >= HEADLINE_WORDS;
}

static size_t copy_headlines(const listing *self, gs_link *links)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (is_headline(self->links[i].title)) {
            links[count++] = self->links[i];
        }
    }
    return count;
}

bool gs_page_links(gs_view html, const char *base_url, gs_arena *arena, gs_link **links, size_t *count,
                   gs_error *error)
{
    gs_buffer decoded = {0};
    gs_view text;
    listing *self = gs_allocate(sizeof *self);
    self->arena = arena;
    self->page = gs_view_of(base_url);
    *count = 0;
    *links = gs_arena_alloc(arena, MOST_LINKS * sizeof **links);
    bool good = gs_tags_open(html, base_url, &decoded, &text, &self->base, arena, error);
    for (int menus = 0; good && menus < 2 && *count == 0; menus++) {
        self->count = 0;
        take_anchors(self, text, menus == 1);
        *count = copy_headlines(self, *links);
    }
    free(self);
    gs_buffer_free(&decoded);
    return good;
}
