// Which feeds a page names.
//
// Feed readers have agreed on <link rel="alternate" type="application/rss+xml" href="…"> since 2002; the HTML
// standard has it as well ("4.6.7.1 Link type alternate"). Feeds of comments come behind the others, because
// the first of the list is what a reader wants. A page without such links may still link to its feed for
// people: those <a> are taken whose address is a feed's by any custom there is.
#include <stdlib.h>
#include <string.h>

#include "source/tags.h"

enum {
    MOST_LINKS = 256, // of one page; those beyond are passed over
    KINDS = 3,
};

// In the order of the list.
typedef enum kind { KIND_FEED, KIND_COMMENTS, KIND_SITEMAP } kind;

typedef struct finding {
    gs_link links[KINDS][MOST_LINKS];
    size_t counts[KINDS];
    gs_view base;
    gs_arena *arena;
} finding;

static bool has_word(const char *words, const char *wanted)
{
    gs_view rest = gs_view_trim(gs_view_of(words));
    while (rest.size > 0) {
        size_t end = gs_view_find(rest, gs_view_of(" "), 0);
        if (gs_view_equal_nocase(gs_view_slice(rest, 0, end), gs_view_of(wanted))) {
            return true;
        }
        rest = gs_view_trim(gs_view_slice(rest, end, rest.size));
    }
    return false;
}

static bool is_feed_type(const char *type)
{
    static const char *const types[] = {
        "application/rss+xml",   "application/atom+xml",   "application/feed+json", "application/rdf+xml",
        "application/x-rss+xml", "application/x-atom+xml", "text/rss+xml"};
    gs_view name = gs_view_of(type);
    name = gs_view_trim(gs_view_slice(name, 0, gs_view_find(name, gs_view_of(";"), 0)));
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (gs_view_equal_nocase(name, gs_view_of(types[i]))) {
            return true;
        }
    }
    return false;
}

// Ends of paths that feeds have.
static bool is_feed_path(const char *url)
{
    static const char *const ends[] = {"/feed", "/feed/",     "/rss",       "/rss/",      ".rss",
                                       ".atom", "/atom",      "/rss.xml",   "/feed.xml",  "/atom.xml",
                                       ".rdf",  "/index.xml", "/feed.json", "/feeds.xml", "/rss.php"};
    gs_view path = gs_view_of(url);
    path = gs_view_slice(path, 0, strcspn(url, "?#"));
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (gs_view_ends(path, ends[i])) {
            return true;
        }
    }
    return false;
}

// "Comments Feed", "/comments/feed/", and what other languages call it.
static bool speaks_of_comments(const char *text)
{
    static const char *const words[] = {"comment", "komment", "coment", "koment"};
    gs_buffer folded = {0};
    gs_utf8_fold(gs_view_of(text), &folded);
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        found = found || gs_view_find(gs_buffer_view(&folded), gs_view_of(words[i]), 0) != SIZE_MAX;
    }
    gs_buffer_free(&folded);
    return found;
}

static void add(finding *self, kind which, const char *href, const char *title, const char *type)
{
    char *url = gs_link_absolute(gs_view_of(href), self->base, self->arena);
    bool relative = self->base.size == 0 && gs_view_find(gs_view_of(url), gs_view_of(":"), 0) == SIZE_MAX;
    if (url[0] == '\0' || !(gs_link_is_web(gs_view_of(url)) || relative)) {
        return;
    }
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t i = 0; i < self->counts[k]; i++) {
            if (strcmp(self->links[k][i].url, url) == 0) {
                return;
            }
        }
    }
    if (which == KIND_FEED && (speaks_of_comments(url) || speaks_of_comments(title))) {
        which = KIND_COMMENTS;
    }
    if (self->counts[which] < MOST_LINKS) {
        self->links[which][self->counts[which]++] =
            (gs_link){.url = url,
                      .title = gs_arena_text(self->arena, gs_view_of(title)),
                      .type = gs_arena_text(self->arena, gs_view_of(type))};
    }
}

static void take_link(finding *self, const gs_tag *tag)
{
    gs_arena *arena = self->arena;
    char *rel = gs_tag_attribute(tag, "rel", arena);
    char *type = gs_tag_attribute(tag, "type", arena);
    char *href = gs_tag_attribute(tag, "href", arena);
    // application/json is a JSON Feed's type by its first version, and any API's.
    bool json = gs_view_equal_nocase(gs_view_of(type), gs_view_of("application/json")) && is_feed_path(href);
    bool feed = has_word(rel, "feed") || (has_word(rel, "alternate") && (is_feed_type(type) || json));
    if (feed && !has_word(rel, "stylesheet")) {
        add(self, KIND_FEED, href, gs_tag_attribute(tag, "title", arena), type);
    } else if (has_word(rel, "sitemap")) {
        add(self, KIND_SITEMAP, href, gs_tag_attribute(tag, "title", arena), type);
    }
}

static void take_anchors(finding *self, gs_view text)
{
    gs_tag tag;
    for (size_t at = 0; gs_tags_next(text, &at, &tag);) {
        if (tag.closing || !gs_tag_is(&tag, "a")) {
            continue;
        }
        char *href = gs_tag_attribute(&tag, "href", self->arena);
        if (is_feed_path(href)) {
            add(self, KIND_FEED, href, gs_tag_attribute(&tag, "title", self->arena), "");
        }
    }
}

static void take_links(finding *self, gs_view text)
{
    gs_tag tag;
    for (size_t at = 0; gs_tags_next(text, &at, &tag);) {
        if (!tag.closing && gs_tag_is(&tag, "link")) {
            take_link(self, &tag);
        }
    }
    if (self->counts[KIND_FEED] == 0) {
        take_anchors(self, text);
    }
}

bool gs_feed_discover(gs_view html, const char *base_url, gs_arena *arena, gs_link **links, size_t *count,
                      gs_error *error)
{
    gs_buffer decoded = {0};
    gs_view text;
    finding *self = gs_allocate(sizeof *self);
    self->arena = arena;
    *count = 0;
    *links = gs_arena_alloc(arena, (size_t)KINDS * MOST_LINKS * sizeof **links);
    bool good = gs_tags_open(html, base_url, &decoded, &text, &self->base, arena, error);
    if (good) {
        take_links(self, text);
        for (size_t k = 0; k < KINDS; k++) {
            memcpy(*links + *count, self->links[k], self->counts[k] * sizeof **links);
            *count += self->counts[k];
        }
    }
    free(self);
    gs_buffer_free(&decoded);
    return good;
}
