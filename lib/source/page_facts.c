// What a page says about its article: title, byline, times, publisher, addresses, language.
//
// Publishers say it for search engines and link previews in many places, and not in all of them truly. Each
// place has a rank: JSON-LD is made for the very purpose, Open Graph is next, then the names of other
// systems, then the visible page. The highest rank that has something wins; of equals, the first.
#include "source/page.h"

#include <libxml/uri.h>
#include <string.h>

typedef struct meta_rule {
    const char *name; // in property=, name= or itemprop=
    gs_page_fact fact;
    int rank;
} meta_rule;

static const meta_rule meta_rules[] = {
    {"og:title", GS_FACT_TITLE, 9},
    {"twitter:title", GS_FACT_TITLE, 7},
    {"headline", GS_FACT_TITLE, 7},
    {"article:published_time", GS_FACT_PUBLISHED, 9},
    {"og:article:published_time", GS_FACT_PUBLISHED, 8},
    {"datePublished", GS_FACT_PUBLISHED, 8},
    {"parsely-pub-date", GS_FACT_PUBLISHED, 7},
    {"sailthru.date", GS_FACT_PUBLISHED, 6},
    {"dcterms.created", GS_FACT_PUBLISHED, 6},
    {"dc.date.issued", GS_FACT_PUBLISHED, 6},
    {"dcterms.issued", GS_FACT_PUBLISHED, 6},
    {"dc.date", GS_FACT_PUBLISHED, 5},
    {"pubdate", GS_FACT_PUBLISHED, 5},
    {"publishdate", GS_FACT_PUBLISHED, 5},
    {"publish-date", GS_FACT_PUBLISHED, 5},
    {"date", GS_FACT_PUBLISHED, 4},
    {"article:modified_time", GS_FACT_MODIFIED, 9},
    {"og:updated_time", GS_FACT_MODIFIED, 7},
    {"dateModified", GS_FACT_MODIFIED, 8},
    {"lastmod", GS_FACT_MODIFIED, 6},
    {"last-modified", GS_FACT_MODIFIED, 5},
    {"dcterms.modified", GS_FACT_MODIFIED, 6},
    {"author", GS_FACT_BYLINE, 9},
    {"byl", GS_FACT_BYLINE, 8},
    {"parsely-author", GS_FACT_BYLINE, 7},
    {"sailthru.author", GS_FACT_BYLINE, 6},
    {"dc.creator", GS_FACT_BYLINE, 6},
    {"dcterms.creator", GS_FACT_BYLINE, 6},
    {"article:author", GS_FACT_BYLINE, 5}, // often the address of a profile; those are passed over
    {"og:site_name", GS_FACT_PUBLISHER, 9},
    {"application-name", GS_FACT_PUBLISHER, 5},
    {"dc.publisher", GS_FACT_PUBLISHER, 5},
    {"og:url", GS_FACT_CANONICAL, 5},
    {"content-language", GS_FACT_LANGUAGE, 6},
    {"og:locale", GS_FACT_LANGUAGE, 5},
};

enum {
    RANK_CANONICAL = 9,
    RANK_HEADING = 6,
    RANK_TITLE = 5,
    RANK_HTML_LANG = 9,
    RANK_VISIBLE = 3, // <time>, rel="author", what a class calls a byline
    BYLINE_BYTES = 200,
    SCRIPT_BYTES = 512 * 1024,
};

static bool is_address(const char *line)
{
    return gs_view_starts(gs_view_of(line), "http://") || gs_view_starts(gs_view_of(line), "https://");
}

void gs_page_offer(gs_page_facts *self, gs_page_fact fact, int rank, gs_view value)
{
    if (rank <= self->rank[fact] || gs_view_trim(value).size == 0) {
        return;
    }
    char *line = gs_clean_line(value, self->arena);
    if (fact == GS_FACT_PUBLISHED || fact == GS_FACT_MODIFIED) {
        line = gs_date_local(gs_view_of(line), self->arena);
    }
    const bool is_bad_byline =
        fact == GS_FACT_BYLINE && (is_address(line) || line[0] == '@' || strlen(line) > BYLINE_BYTES);
    if (line[0] == '\0' || is_bad_byline) {
        return;
    }
    self->text[fact] = line;
    self->rank[fact] = rank;
}

static void take_meta(gs_page_facts *self, const xmlNode *node)
{
    static const char *const keys[] = {"property", "name", "itemprop", "http-equiv"};
    const gs_view content = gs_page_attribute(node, "content");
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        const gs_view name = gs_page_attribute(node, keys[k]);
        for (size_t i = 0; name.size > 0 && i < sizeof meta_rules / sizeof meta_rules[0]; i++) {
            if (gs_view_equal_nocase(name, gs_view_of(meta_rules[i].name))) {
                gs_page_offer(self, meta_rules[i].fact, meta_rules[i].rank, content);
            }
        }
    }
}

static void take_link(gs_page_facts *self, const xmlNode *node)
{
    const gs_view rel = gs_page_attribute(node, "rel");
    const gs_view address = gs_page_attribute(node, "href");
    if (gs_view_equal_nocase(rel, gs_view_of("canonical"))) {
        gs_page_offer(self, GS_FACT_CANONICAL, RANK_CANONICAL, address);
    } else if (gs_view_equal_nocase(rel, gs_view_of("amphtml"))) {
        gs_page_offer(self, GS_FACT_AMP, RANK_CANONICAL, address);
    } else if (gs_view_equal_nocase(rel, gs_view_of("alternate")) &&
               gs_view_equal_nocase(gs_page_attribute(node, "media"), gs_view_of("print"))) {
        gs_page_offer(self, GS_FACT_PRINT, RANK_CANONICAL, address);
    }
}

static void take_script(gs_page_facts *self, const xmlNode *node)
{
    const xmlNode *text = node->children;
    if (text && text->content && strlen((const char *)text->content) <= SCRIPT_BYTES &&
        gs_view_equal_nocase(gs_view_trim(gs_page_attribute(node, "type")),
                             gs_view_of("application/ld+json"))) {
        gs_page_json_ld(self, gs_view_of((const char *)text->content));
    }
}

// Microdata on visible elements, and what only the visible page says.
static void take_visible(gs_page_facts *self, const xmlNode *node)
{
    const gs_view property = gs_page_attribute(node, "itemprop");
    if (gs_page_is(node, "time")) {
        const gs_view time = gs_page_attribute(node, "datetime");
        const bool modified = gs_view_equal_nocase(property, gs_view_of("dateModified"));
        const bool named = modified || gs_view_equal_nocase(property, gs_view_of("datePublished"));
        gs_page_offer(self, modified ? GS_FACT_MODIFIED : GS_FACT_PUBLISHED, named ? 8 : RANK_VISIBLE,
                      time.size > 0 ? time : gs_view_of(gs_page_line(node, self->arena)));
        return;
    }
    const gs_view rel = gs_page_attribute(node, "rel");
    const bool is_author = gs_view_equal_nocase(property, gs_view_of("author")) ||
                           gs_view_equal_nocase(rel, gs_view_of("author")) ||
                           gs_view_equal_nocase(gs_page_attribute(node, "class"), gs_view_of("byline"));
    if (is_author && self->rank[GS_FACT_BYLINE] < RANK_VISIBLE) {
        gs_page_offer(self, GS_FACT_BYLINE, RANK_VISIBLE, gs_view_of(gs_page_line(node, self->arena)));
    }
}

static void take_node(gs_page_facts *self, const xmlNode *node)
{
    if (gs_page_is(node, "meta")) {
        take_meta(self, node);
    } else if (gs_page_is(node, "link")) {
        take_link(self, node);
    } else if (gs_page_is(node, "script")) {
        take_script(self, node);
    } else if (gs_page_is(node, "title")) {
        if (self->rank[GS_FACT_TITLE] < RANK_TITLE) {
            gs_page_offer(self, GS_FACT_TITLE, RANK_TITLE, gs_view_of(gs_page_line(node, self->arena)));
        }
    } else if (gs_page_is(node, "h1")) {
        if (self->rank[GS_FACT_TITLE] < RANK_HEADING) {
            gs_page_offer(self, GS_FACT_TITLE, RANK_HEADING, gs_view_of(gs_page_line(node, self->arena)));
        }
    } else if (gs_page_is(node, "html")) {
        gs_page_offer(self, GS_FACT_LANGUAGE, RANK_HTML_LANG, gs_page_attribute(node, "lang"));
    } else if (node->properties) {
        take_visible(self, node);
    }
}

// ---- neat ----------------------------------------------------------------------------------------------

// The site's front page as the canonical address of an article is a mistake that would make all its articles
// one.
static bool is_front_page(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    return !path || path[1] == '\0';
}

static void make_absolute(gs_page_facts *self, gs_page_fact fact, const char *url)
{
    const char *found = self->text[fact];
    if (!found) {
        return;
    }
    const xmlChar *base = url && url[0] != '\0' ? (const xmlChar *)url : NULL;
    xmlChar *absolute = xmlBuildURI((const xmlChar *)found, base);
    char *result = gs_arena_text(self->arena, gs_view_of(absolute ? (const char *)absolute : found));
    xmlFree(absolute);
    self->text[fact] = is_address(result) && !is_front_page(result) ? result : NULL;
}

// "Talks go on - The Post" is "Talks go on", where the site says that it is The Post, or where the page's
// <title> has it and nothing better was found.
static void drop_site_name(gs_page_facts *self)
{
    static const char *const dashes[] = {" - ", " | ", " – ", " — ", " :: ", " » ", " • "};
    char *title = self->text[GS_FACT_TITLE];
    if (!title) {
        return;
    }
    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++) {
        char *last = NULL;
        for (char *at = strstr(title, dashes[i]); at; at = strstr(at + 1, dashes[i])) {
            last = at;
        }
        const gs_view behind = last ? gs_view_of(last + strlen(dashes[i])) : gs_view_of("");
        const char *site = self->text[GS_FACT_PUBLISHER];
        const bool named = site && gs_view_equal_nocase(behind, gs_view_of(site));
        if (last && last != title &&
            (named || (self->rank[GS_FACT_TITLE] == RANK_TITLE && behind.size < 40))) {
            *last = '\0';
            return;
        }
    }
}

static void drop_by(gs_page_facts *self)
{
    static const char *const words[] = {"by ", "by: ", "written by ", "posted by "};
    for (size_t i = 0; self->text[GS_FACT_BYLINE] && i < sizeof words / sizeof words[0]; i++) {
        const gs_view line = gs_view_of(self->text[GS_FACT_BYLINE]);
        const size_t size = strlen(words[i]);
        if (gs_view_equal_nocase(gs_view_slice(line, 0, size), gs_view_of(words[i]))) {
            self->text[GS_FACT_BYLINE] += size;
        }
    }
}

void gs_page_facts_read(gs_page_facts *self, const xmlNode *root, const char *url)
{
    for (const xmlNode *node = root; node; node = gs_page_following(node, root, false)) {
        if (node->type == XML_ELEMENT_NODE) {
            take_node(self, node);
        }
    }
    make_absolute(self, GS_FACT_CANONICAL, url);
    make_absolute(self, GS_FACT_AMP, url);
    make_absolute(self, GS_FACT_PRINT, url);
    drop_site_name(self);
    drop_by(self);
}
