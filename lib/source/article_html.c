// A page to an article: what its head says about it, and its text.
//
// libxml2's HTML reader makes a tree of anything; it gets no network, and keeps its own bound on depth. What
// a page says about itself is taken from the places that publishers fill for search engines and link
// previews: Open Graph, article:*, <link rel="canonical">, <time>. The first place of the list that has
// something wins.
#include "source/page.h"

#include <libxml/HTMLparser.h>
#include <libxml/uri.h>
#include <string.h>

typedef enum fact {
    FACT_TITLE,
    FACT_PUBLISHED,
    FACT_BYLINE,
    FACT_PUBLISHER,
    FACT_CANONICAL,
    FACT_COUNT
} fact;

typedef struct meta_rule {
    const char *name; // in property=, name= or itemprop=
    fact fact;
    int rank;
} meta_rule;

static const meta_rule meta_rules[] = {
    {"og:title", FACT_TITLE, 9},
    {"twitter:title", FACT_TITLE, 7},
    {"article:published_time", FACT_PUBLISHED, 9},
    {"og:article:published_time", FACT_PUBLISHED, 8},
    {"datePublished", FACT_PUBLISHED, 8},
    {"parsely-pub-date", FACT_PUBLISHED, 7},
    {"dcterms.created", FACT_PUBLISHED, 6},
    {"dc.date.issued", FACT_PUBLISHED, 6},
    {"dc.date", FACT_PUBLISHED, 5},
    {"pubdate", FACT_PUBLISHED, 5},
    {"date", FACT_PUBLISHED, 4},
    {"author", FACT_BYLINE, 9},
    {"byl", FACT_BYLINE, 8},
    {"parsely-author", FACT_BYLINE, 7},
    {"dc.creator", FACT_BYLINE, 6},
    {"article:author", FACT_BYLINE, 5}, // often the address of a profile; those are passed over
    {"og:site_name", FACT_PUBLISHER, 9},
    {"og:url", FACT_CANONICAL, 5},
};

enum { RANK_CANONICAL = 9, RANK_HEADING = 6, RANK_TITLE = 5, RANK_TIME = 3 };

typedef struct facts {
    char *text[FACT_COUNT]; // in the arena; NULL while unknown
    int rank[FACT_COUNT];
    const char *language;
    gs_arena *arena;
} facts;

static void offer(facts *self, fact which, int rank, gs_view value)
{
    if (rank <= self->rank[which] || gs_view_trim(value).size == 0) {
        return;
    }
    char *line = gs_clean_line(value, self->arena);
    bool address =
        gs_view_starts(gs_view_of(line), "http://") || gs_view_starts(gs_view_of(line), "https://");
    if (which == FACT_PUBLISHED) {
        line = gs_date_local(gs_view_of(line), self->arena);
    }
    if (line[0] == '\0' || (which == FACT_BYLINE && address)) {
        return;
    }
    self->text[which] = line;
    self->rank[which] = rank;
}

static void take_meta(facts *self, const xmlNode *node)
{
    static const char *const keys[] = {"property", "name", "itemprop"};
    gs_view content = gs_page_attribute(node, "content");
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        gs_view name = gs_page_attribute(node, keys[k]);
        for (size_t i = 0; name.size > 0 && i < sizeof meta_rules / sizeof meta_rules[0]; i++) {
            if (gs_view_equal_nocase(name, gs_view_of(meta_rules[i].name))) {
                offer(self, meta_rules[i].fact, meta_rules[i].rank, content);
            }
        }
    }
}

static void take_node(facts *self, const xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE) {
        return;
    }
    if (gs_page_is(node, "meta")) {
        take_meta(self, node);
    } else if (gs_page_is(node, "link")) {
        if (gs_view_equal_nocase(gs_page_attribute(node, "rel"), gs_view_of("canonical"))) {
            offer(self, FACT_CANONICAL, RANK_CANONICAL, gs_page_attribute(node, "href"));
        }
    } else if (gs_page_is(node, "title") && self->rank[FACT_TITLE] < RANK_TITLE) {
        offer(self, FACT_TITLE, RANK_TITLE, gs_view_of(gs_page_line(node, self->arena)));
    } else if (gs_page_is(node, "h1") && self->rank[FACT_TITLE] < RANK_HEADING) {
        offer(self, FACT_TITLE, RANK_HEADING, gs_view_of(gs_page_line(node, self->arena)));
    } else if (gs_page_is(node, "time")) {
        offer(self, FACT_PUBLISHED, RANK_TIME, gs_page_attribute(node, "datetime"));
    } else if (gs_page_is(node, "html")) {
        self->language = gs_arena_text(self->arena, gs_view_trim(gs_page_attribute(node, "lang")));
    }
}

// The site's front page as the canonical address of an article is a mistake that would make all its articles
// one.
static bool is_front_page(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    return !path || path[1] == '\0';
}

static char *canonical_of(const facts *self, const char *url)
{
    char *none = gs_arena_text(self->arena, gs_view_of(""));
    const char *found = self->text[FACT_CANONICAL];
    if (!found) {
        return none;
    }
    const xmlChar *base = url && url[0] != '\0' ? (const xmlChar *)url : NULL;
    xmlChar *absolute = xmlBuildURI((const xmlChar *)found, base);
    char *result = gs_arena_text(self->arena, gs_view_of(absolute ? (const char *)absolute : found));
    xmlFree(absolute);
    bool web =
        gs_view_starts(gs_view_of(result), "http://") || gs_view_starts(gs_view_of(result), "https://");
    return web && !is_front_page(result) ? result : none;
}

static char *fact_or_empty(const facts *self, fact which)
{
    return self->text[which] ? self->text[which] : gs_arena_text(self->arena, gs_view_of(""));
}

static gs_article *read_document(const xmlDoc *document, const char *url, gs_arena *arena, gs_error *error)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    facts found = {.arena = arena, .language = gs_arena_text(arena, gs_view_of(""))};
    for (const xmlNode *node = root; node; node = gs_page_following(node, root, false)) {
        take_node(&found, node);
    }
    gs_article *article = gs_article_new(arena);
    article->url = gs_arena_text(arena, gs_view_of(url));
    article->canonical_url = canonical_of(&found, url);
    article->title = fact_or_empty(&found, FACT_TITLE);
    article->published = fact_or_empty(&found, FACT_PUBLISHED);
    article->byline = fact_or_empty(&found, FACT_BYLINE);
    article->publisher = fact_or_empty(&found, FACT_PUBLISHER);
    article->language = gs_clean_text(gs_view_of(found.language), arena);
    article->text = root ? gs_page_text(root, gs_view_of(article->title), arena, error)
                         : gs_arena_text(arena, gs_view_of(""));
    if (article->text == NULL) {
        return NULL;
    }
    if (article->text[0] == '\0') {
        gs_fail(error, GS_E_INPUT, "the page has no text");
        return NULL;
    }
    return article;
}

static gs_article *parse(gs_view html, const char *url, gs_arena *arena, gs_error *error)
{
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
    gs_xml_ready();
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    xmlDoc *document =
        parser ? htmlCtxtReadMemory(parser, html.data, (int)html.size, NULL, "UTF-8", options) : NULL;
    gs_article *article = NULL;
    if (document) {
        article = read_document(document, url, arena, error);
        xmlFreeDoc(document);
    } else {
        gs_fail(error, GS_E_INPUT, "the page cannot be read as HTML");
    }
    if (parser) {
        htmlFreeParserCtxt(parser);
    }
    return article;
}

gs_article *gs_article_from_html(gs_view html, const char *url, gs_arena *arena, gs_error *error)
{
    if (html.size > GS_LIMIT_FILE_BYTES) {
        gs_fail(error, GS_E_LIMIT, "a page of %zu bytes; at most %d are read", html.size,
                GS_LIMIT_FILE_BYTES);
        return NULL;
    }
    if (gs_view_trim(html).size == 0) {
        gs_fail(error, GS_E_INPUT, "the page is empty");
        return NULL;
    }
    gs_buffer decoded = {0};
    html = gs_page_decode(html, &decoded);
    gs_article *article = gs_page_check(html, error) ? parse(html, url, arena, error) : NULL;
    gs_buffer_free(&decoded);
    return article;
}

gs_page *gs_page_read(gs_view html, const char *url, const char *charset, gs_arena *arena, gs_error *error)
{
    gs_article *article = gs_article_from_html(html, url, arena, error);
    if (!article) {
        return NULL;
    }
    (void)charset;
    gs_page *page = gs_arena_zalloc(arena, sizeof *page);
    const gs_view language = gs_view_slice(gs_view_of(article->language), 0, 2);
    page->article = article;
    page->modified = page->amp_url = page->print_url = gs_arena_text(arena, gs_view_of(""));
    page->english = language.size == 0 || gs_view_equal_nocase(language, gs_view_of("en"));
    page->language_why = language.size == 0 ? "the page does not tell" : "lang attribute of the page";
    return page;
}
