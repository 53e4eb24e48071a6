// What an element of a feed says, whichever of the ways to say it was chosen.
//
// Text comes as plain text, as escaped HTML, as mark-up in the tree, or as base64, told by Atom's `type` (RFC
// 4287, section 3.1), by Atom 0.3's `mode`, or by nothing but habit (RSS). Here it all becomes an HTML
// fragment. Trees are walked with parent links and without recursion.
#include <sodium.h>
#include <string.h>

#include "source/feed.h"

typedef struct vocabulary {
    const char *uri;    // compared in any case
    const char *prefix; // what is meant where the prefix was never declared; NULL for none
    gs_feed_space space;
} vocabulary;

static const vocabulary vocabularies[] = {
    {"http://www.w3.org/2005/Atom", "atom", GS_SPACE_CORE},
    {"http://purl.org/atom/ns#", NULL, GS_SPACE_CORE},
    {"http://example.com/newformat#", NULL, GS_SPACE_CORE},
    {"http://example.com/necho", NULL, GS_SPACE_CORE},
    {"http://purl.org/echo/", NULL, GS_SPACE_CORE},
    {"uri/of/echo/namespace#", NULL, GS_SPACE_CORE},
    {"http://purl.org/pie/", NULL, GS_SPACE_CORE},
    {"http://purl.org/rss/1.0/", "rss", GS_SPACE_CORE},
    {"http://my.netscape.com/rdf/simple/0.9/", NULL, GS_SPACE_CORE},
    {"http://channel.netscape.com/rdf/simple/0.9/", NULL, GS_SPACE_CORE},
    {"http://my.netscape.com/publish/formats/rss-0.91.dtd", NULL, GS_SPACE_CORE},
    {"http://purl.org/net/rss1.1#", NULL, GS_SPACE_CORE},
    {"http://backend.userland.com/rss", NULL, GS_SPACE_CORE},
    {"http://backend.userland.com/rss2", NULL, GS_SPACE_CORE},
    {"http://blogs.law.harvard.edu/tech/rss", NULL, GS_SPACE_CORE},
    {"http://www.sitemaps.org/schemas/sitemap/0.9", NULL, GS_SPACE_CORE},
    {"http://www.google.com/schemas/sitemap/0.84", NULL, GS_SPACE_CORE},
    {"http://www.google.com/schemas/sitemap-news/0.9", "news", GS_SPACE_NEWS},
    {"https://www.google.com/schemas/sitemap-news/0.9", NULL, GS_SPACE_NEWS},
    {"http://purl.org/dc/elements/1.1/", "dc", GS_SPACE_DC},
    {"http://purl.org/dc/elements/1.0/", NULL, GS_SPACE_DC},
    {"http://purl.org/dc/terms/", "dcterms", GS_SPACE_DCTERMS},
    {"http://purl.org/rss/1.0/modules/dcterms/", NULL, GS_SPACE_DCTERMS},
    {"http://purl.org/rss/1.0/modules/content/", "content", GS_SPACE_CONTENT},
    {"http://purl.org/rss/1.0/modules/syndication/", "sy", GS_SPACE_SY},
    {"http://www.w3.org/1999/xhtml", "xhtml", GS_SPACE_XHTML},
    {"http://search.yahoo.com/mrss/", "media", GS_SPACE_MEDIA},
    {"http://search.yahoo.com/mrss", NULL, GS_SPACE_MEDIA},
    {"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", GS_SPACE_ITUNES},
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf", GS_SPACE_RDF},
};

enum { VOCABULARY_COUNT = sizeof vocabularies / sizeof vocabularies[0] };

// A feed in a name space of its own is still a feed.
static bool is_root_space(const gs_xml_node *element)
{
    const gs_xml_node *root = element;
    while (root->parent) {
        root = root->parent;
    }
    return root->space && gs_view_equal(root->space->uri, element->space->uri);
}

static gs_feed_space space_of_uri(const gs_xml_node *element)
{
    for (size_t i = 0; i < VOCABULARY_COUNT; i++) {
        if (gs_view_equal_nocase(element->space->uri, gs_view_of(vocabularies[i].uri))) {
            return vocabularies[i].space;
        }
    }
    return is_root_space(element) ? GS_SPACE_CORE : GS_SPACE_OTHER;
}

gs_feed_space gs_feed_space_of(const gs_xml_node *element)
{
    if (element->space) {
        if (element->space->meaning == 0) {
            element->space->meaning = (int)space_of_uri(element);
        }
        return (gs_feed_space)element->space->meaning;
    }
    if (element->prefix.size == 0) {
        return GS_SPACE_CORE;
    }
    for (size_t i = 0; i < VOCABULARY_COUNT; i++) {
        const char *prefix = vocabularies[i].prefix;
        if (prefix && gs_view_equal_nocase(element->prefix, gs_view_of(prefix))) {
            return vocabularies[i].space;
        }
    }
    return GS_SPACE_OTHER;
}

bool gs_feed_is(const gs_xml_node *element, gs_feed_space space, const char *name)
{
    return gs_view_equal_nocase(element->name, gs_view_of(name)) && gs_feed_space_of(element) == space;
}

// The base that an element sets for what is in it: xml:base, or CDF's BASE.
static gs_view base_of(const gs_xml_node *element)
{
    for (const gs_xml_attribute *each = element->attributes; each; each = each->next) {
        bool xml = gs_view_equal(each->prefix, gs_view_of("xml"));
        bool cdf = each->prefix.size == 0 && gs_view_equal_nocase(element->name, gs_view_of("channel"));
        if ((xml || cdf) && gs_view_equal_nocase(each->name, gs_view_of("base"))) {
            return gs_view_trim(each->value);
        }
    }
    return gs_view_of("");
}

// The bases from element up to the root, resolved from the root down.
static gs_view base_at(const gs_xml_node *element, const char *base_url, gs_arena *arena)
{
    gs_view bases[GS_LIMIT_XML_DEPTH];
    size_t count = 0;
    for (const gs_xml_node *each = element; each && count < GS_LIMIT_XML_DEPTH; each = each->parent) {
        gs_view base = base_of(each);
        if (base.size > 0) {
            bases[count++] = base;
        }
    }
    gs_view whole = gs_view_of(base_url);
    while (count > 0) {
        whole = gs_view_of(gs_link_absolute(bases[--count], whole, arena));
    }
    return whole;
}

char *gs_feed_link(const gs_xml_node *element, gs_view link, const char *base_url, gs_arena *arena)
{
    link = gs_view_trim(link);
    if (link.size == 0 || gs_link_is_web(link)) {
        return gs_arena_text(arena, link);
    }
    return gs_link_absolute(link, base_at(element, base_url, arena), arena);
}

static void put_tag(const gs_xml_node *element, gs_buffer *out)
{
    gs_buffer_byte(out, '<');
    gs_buffer_append(out, element->name.data, element->name.size);
    for (const gs_xml_attribute *each = element->attributes; each; each = each->next) {
        if (each->prefix.size > 0) {
            continue;
        }
        gs_buffer_byte(out, ' ');
        gs_buffer_append(out, each->name.data, each->name.size);
        gs_buffer_text(out, "=\"");
        gs_markup_escape(each->value, out);
        gs_buffer_byte(out, '"');
    }
    gs_buffer_byte(out, '>');
}

static void put_close(const gs_xml_node *element, gs_buffer *out)
{
    gs_buffer_text(out, "</");
    gs_buffer_append(out, element->name.data, element->name.size);
    gs_buffer_byte(out, '>');
}

// The mark-up inside element, without name spaces.
static void put_children(const gs_xml_node *element, gs_buffer *out)
{
    const gs_xml_node *node = element->first;
    while (node) {
        if (gs_xml_is_element(node)) {
            put_tag(node, out);
            if (node->first) {
                node = node->first;
                continue;
            }
            put_close(node, out);
        } else {
            gs_markup_escape(node->text, out);
        }
        while (!node->next && node->parent != element) {
            node = node->parent;
            put_close(node, out);
        }
        node = node->next;
    }
}

static bool has_elements(const gs_xml_node *element)
{
    for (const gs_xml_node *node = element->first; node; node = node->next) {
        if (gs_xml_is_element(node)) {
            return true;
        }
    }
    return false;
}

static bool decode_base64(gs_view text, gs_buffer *out)
{
    size_t size = 0;
    size_t room = text.size / 4 * 3 + 3;
    gs_buffer bytes = {0};
    gs_buffer decoded = {0};
    gs_buffer_reserve(&bytes, room);
    bool done = sodium_base642bin((unsigned char *)bytes.data, room, text.data, text.size, " \t\r\n", &size,
                                  NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    if (done) {
        gs_decode(gs_view_make(bytes.data, size), gs_view_of(""), &decoded);
        gs_utf8_repair(gs_buffer_view(&decoded), out); // for its NULs
    }
    gs_buffer_free(&bytes);
    gs_buffer_free(&decoded);
    return done;
}

// Types whose text is just text: Atom 1.0's default, and text/plain.
static bool is_plain(const gs_xml_node *element, gs_view type, gs_view mode)
{
    if (gs_view_equal_nocase(type, gs_view_of("text")) ||
        gs_view_equal_nocase(type, gs_view_of("text/plain"))) {
        return true;
    }
    bool atom =
        element->space && gs_view_equal(element->space->uri, gs_view_of("http://www.w3.org/2005/Atom"));
    return atom && type.size == 0 && mode.size == 0;
}

static bool is_binary(gs_view type)
{
    // Atom 1.0 puts every type that is neither text nor XML in base64 (RFC 4287, section 4.1.3.3).
    static const char *const texts[] = {"text", "html", "xhtml", ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (gs_view_equal_nocase(type, gs_view_of(texts[i]))) {
            return false;
        }
    }
    bool is_text = gs_view_equal_nocase(gs_view_slice(type, 0, 5), gs_view_of("text/"));
    return !is_text && !gs_view_ends(type, "xml");
}

gs_view gs_feed_html(const gs_xml_node *element, gs_buffer *out)
{
    gs_buffer_clear(out);
    if (has_elements(element)) {
        put_children(element, out);
        return gs_buffer_view(out);
    }
    gs_view type = gs_view_trim(gs_xml_attribute_of(element, "type"));
    gs_view mode = gs_view_trim(gs_xml_attribute_of(element, "mode"));
    gs_view text = gs_xml_text(element, out);
    bool base64 = gs_view_equal_nocase(mode, gs_view_of("base64")) || (mode.size == 0 && is_binary(type));
    bool plain = is_plain(element, type, mode);
    if (!base64 && !plain) {
        return text;
    }
    gs_buffer source = {0}; // text may lie in *out
    gs_buffer_append(&source, text.data, text.size);
    gs_buffer_clear(out);
    bool decoded = base64 && source.size > 0 && decode_base64(gs_buffer_view(&source), out);
    if (!decoded && plain) {
        gs_markup_escape(gs_buffer_view(&source), out);
    } else if (!decoded) {
        gs_buffer_append(out, source.data, source.size);
    }
    gs_buffer_free(&source);
    return gs_buffer_view(out);
}

char *gs_feed_line(const gs_xml_node *element, gs_arena *arena)
{
    gs_buffer html = {0};
    gs_buffer text = {0};
    gs_markup_text(gs_feed_html(element, &html), &text);
    char *line = gs_arena_text(arena, gs_buffer_view(&text));
    gs_buffer_free(&html);
    gs_buffer_free(&text);
    return line;
}
