// A page to an article: its bytes are decoded and checked, made a tree, and read twice: for what the page
// says about its article (page_facts.c), and for the article's text (page_text.c).
//
// libxml2's HTML reader makes a tree of anything; it gets no network, and keeps its own bound on depth.
#include "source/page.h"

#include <libxml/HTMLparser.h>
#include <string.h>

static gs_page *read_document(const xmlDoc *document, const char *url, gs_arena *arena, gs_error *error)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    gs_page_facts found = {.arena = arena};
    gs_article *article = gs_article_new(arena);
    gs_page *page = gs_arena_zalloc(arena, sizeof *page);
    if (root) {
        gs_page_facts_read(&found, root, url);
    }
    for (int i = 0; i < GS_FACT_COUNT; i++) {
        found.text[i] = found.text[i] ? found.text[i] : gs_arena_text(arena, gs_view_of(""));
    }
    article->url = gs_arena_text(arena, gs_view_of(url));
    article->canonical_url = found.text[GS_FACT_CANONICAL];
    article->title = found.text[GS_FACT_TITLE];
    article->published = found.text[GS_FACT_PUBLISHED];
    article->byline = found.text[GS_FACT_BYLINE];
    article->publisher = found.text[GS_FACT_PUBLISHER];
    article->language = found.text[GS_FACT_LANGUAGE];
    article->text = root ? gs_page_text(root, gs_view_of(article->title), arena, error)
                         : gs_arena_text(arena, gs_view_of(""));
    if (article->text == NULL) {
        return NULL;
    }
    if (article->text[0] == '\0') {
        gs_fail(error, GS_E_INPUT, "the page has no text");
        return NULL;
    }
    page->article = article;
    page->modified = found.text[GS_FACT_MODIFIED];
    page->amp_url = found.text[GS_FACT_AMP];
    page->print_url = found.text[GS_FACT_PRINT];
    page->english =
        gs_page_is_english(gs_view_of(article->text), gs_view_of(article->language), &page->language_why);
    return page;
}

static gs_page *parse(gs_view html, const char *url, gs_arena *arena, gs_error *error)
{
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
    gs_xml_ready();
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    xmlDoc *document =
        parser ? htmlCtxtReadMemory(parser, html.data, (int)html.size, NULL, "UTF-8", options) : NULL;
    gs_page *page = NULL;
    if (document) {
        page = read_document(document, url, arena, error);
        xmlFreeDoc(document);
    } else {
        gs_fail(error, GS_E_INPUT, "the page cannot be read as HTML");
    }
    if (parser) {
        htmlFreeParserCtxt(parser);
    }
    return page;
}

gs_page *gs_page_read(gs_view html, const char *url, const char *charset, gs_arena *arena, gs_error *error)
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
    html = gs_page_decode(html, gs_view_of(charset), &decoded);
    gs_page *page = gs_page_check(html, error) ? parse(html, url, arena, error) : NULL;
    gs_buffer_free(&decoded);
    return page;
}

gs_article *gs_article_from_html(gs_view html, const char *url, gs_arena *arena, gs_error *error)
{
    const gs_page *page = gs_page_read(html, url, "", arena, error);
    return page ? page->article : NULL;
}
