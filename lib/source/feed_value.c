// What an element of a feed says, whichever of the ways to say it was chosen.
//
// Text comes as plain text, as escaped HTML, as mark-up in the tree, or as base64, told by Atom's `type` (RFC
// 4287, section 3.1), by Atom 0.3's `mode`, or by nothing but habit (RSS). Here it all becomes an HTML
// fragment. Trees are walked with parent links and without recursion.
#include "source/feed.h"

#include <libxml/uri.h>
#include <sodium.h>
#include <string.h>

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
    {"http://purl.org/dc/elements/1.1/", "dc", GS_SPACE_DC},
    {"http://purl.org/dc/elements/1.0/", NULL, GS_SPACE_DC},
    {"http://purl.org/dc/terms/", "dcterms", GS_SPACE_DCTERMS},
    {"http://purl.org/rss/1.0/modules/dcterms/", NULL, GS_SPACE_DCTERMS},
    {"http://purl.org/rss/1.0/modules/content/", "content", GS_SPACE_CONTENT},
    {"http://www.w3.org/1999/xhtml", "xhtml", GS_SPACE_XHTML},
    {"http://search.yahoo.com/mrss/", "media", GS_SPACE_MEDIA},
    {"http://search.yahoo.com/mrss", NULL, GS_SPACE_MEDIA},
    {"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", GS_SPACE_ITUNES},
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf", GS_SPACE_RDF},
};

enum { VOCABULARY_COUNT = sizeof vocabularies / sizeof vocabularies[0] };

static gs_view view_of(const xmlChar *text)
{
    return gs_view_of((const char *)text);
}

static gs_feed_space space_of_uri(gs_view uri, const xmlNode *element)
{
    for (size_t i = 0; i < VOCABULARY_COUNT; i++) {
        if (gs_view_equal_nocase(uri, gs_view_of(vocabularies[i].uri))) {
            return vocabularies[i].space;
        }
    }
    // A feed in a name space of its own is still a feed.
    const xmlNode *root = element->doc ? xmlDocGetRootElement(element->doc) : NULL;
    return root && root->ns && gs_view_equal(view_of(root->ns->href), uri) ? GS_SPACE_CORE : GS_SPACE_OTHER;
}

gs_feed_space gs_feed_name(const xmlNode *element, gs_view *name)
{
    *name = view_of(element->name);
    if (element->ns && element->ns->href) {
        return space_of_uri(view_of(element->ns->href), element);
    }
    size_t colon = gs_view_find(*name, gs_view_of(":"), 0);
    if (colon == SIZE_MAX) {
        return GS_SPACE_CORE;
    }
    gs_view prefix = gs_view_slice(*name, 0, colon);
    *name = gs_view_slice(*name, colon + 1, name->size);
    for (size_t i = 0; i < VOCABULARY_COUNT; i++) {
        if (vocabularies[i].prefix && gs_view_equal_nocase(prefix, gs_view_of(vocabularies[i].prefix))) {
            return vocabularies[i].space;
        }
    }
    return GS_SPACE_OTHER;
}

gs_view gs_feed_attribute(const xmlNode *element, const char *name)
{
    for (const xmlAttr *attribute = element->properties; attribute; attribute = attribute->next) {
        const xmlNode *value = attribute->children;
        if (value && value->content && gs_view_equal_nocase(view_of(attribute->name), gs_view_of(name))) {
            return view_of(value->content);
        }
    }
    return gs_view_of("");
}

// The node after `node` in document order within top; NULL at the end. Children are left out on demand.
static const xmlNode *following(const xmlNode *node, const xmlNode *top, bool skip_children)
{
    if (!skip_children && node->type == XML_ELEMENT_NODE && node->children) {
        return node->children;
    }
    while (node != top && !node->next) {
        node = node->parent;
    }
    return node == top ? NULL : node->next;
}

void gs_feed_text(const xmlNode *element, gs_buffer *out)
{
    for (const xmlNode *node = following(element, element, false); node;
         node = following(node, element, false)) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            gs_buffer_text(out, (const char *)node->content);
        }
    }
}

static char *resolve(const xmlNode *element, gs_view link, gs_arena *arena)
{
    char *text = gs_arena_text(arena, link);
    xmlChar *base = xmlNodeGetBase(element->doc, (xmlNode *)(uintptr_t)element);
    if (!base) {
        return text;
    }
    // A page may not send its readers to javascript: or file: by way of a base.
    bool usable = gs_view_equal_nocase(gs_view_slice(view_of(base), 0, 7), gs_view_of("http://")) ||
                  gs_view_equal_nocase(gs_view_slice(view_of(base), 0, 8), gs_view_of("https://"));
    xmlChar *absolute = usable ? xmlBuildURI((const xmlChar *)text, base) : NULL;
    if (absolute) {
        text = gs_arena_text(arena, view_of(absolute));
    }
    xmlFree(absolute);
    xmlFree(base);
    return text;
}

static bool has_scheme(gs_view link)
{
    size_t colon = gs_view_find(link, gs_view_of(":"), 0);
    size_t slash = gs_view_find(link, gs_view_of("/"), 0);
    return colon != SIZE_MAX && colon > 0 && colon < slash;
}

char *gs_feed_link(const xmlNode *element, gs_view link, gs_arena *arena)
{
    link = gs_view_trim(link);
    return link.size == 0 || has_scheme(link) ? gs_arena_text(arena, link) : resolve(element, link, arena);
}

static gs_view local_name(const xmlNode *node)
{
    gs_view name = view_of(node->name);
    size_t colon = gs_view_find(name, gs_view_of(":"), 0);
    return colon == SIZE_MAX ? name : gs_view_slice(name, colon + 1, name.size);
}

static void put_tag(const xmlNode *element, gs_buffer *out)
{
    gs_view name = local_name(element);
    gs_buffer_byte(out, '<');
    gs_buffer_append(out, name.data, name.size);
    for (const xmlAttr *attribute = element->properties; attribute; attribute = attribute->next) {
        if (attribute->ns || !attribute->children) {
            continue;
        }
        gs_buffer_format(out, " %s=\"", (const char *)attribute->name);
        gs_markup_escape(view_of(attribute->children->content), out);
        gs_buffer_byte(out, '"');
    }
    gs_buffer_byte(out, '>');
}

static bool is_element(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE;
}

static void put_close(const xmlNode *element, gs_buffer *out)
{
    gs_view name = local_name(element);
    gs_buffer_text(out, "</");
    gs_buffer_append(out, name.data, name.size);
    gs_buffer_byte(out, '>');
}

// The mark-up inside element, without name spaces.
static void put_children(const xmlNode *element, gs_buffer *out)
{
    const xmlNode *node = element->children;
    while (node) {
        if (is_element(node)) {
            put_tag(node, out);
            if (node->children) {
                node = node->children;
                continue;
            }
            put_close(node, out);
        } else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            gs_markup_escape(view_of(node->content), out);
        }
        while (!node->next && node->parent != element) {
            node = node->parent;
            put_close(node, out);
        }
        node = node->next;
    }
}

static bool has_elements(const xmlNode *element)
{
    for (const xmlNode *node = element->children; node; node = node->next) {
        if (is_element(node)) {
            return true;
        }
    }
    return false;
}

static bool decode_base64(const gs_buffer *text, gs_buffer *out)
{
    size_t size = 0;
    size_t room = text->size / 4 * 3 + 3;
    gs_buffer bytes = {0};
    gs_buffer_reserve(&bytes, room);
    bool done = sodium_base642bin((unsigned char *)bytes.data, room, text->data, text->size, " \t\r\n", &size,
                                  NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    if (done) {
        gs_decode(gs_view_make(bytes.data, size), gs_view_of(""), out);
    }
    gs_buffer_free(&bytes);
    return done;
}

// Types whose text is just text: Atom 1.0's default, and text/plain.
static bool is_plain(const xmlNode *element, gs_view type, gs_view mode)
{
    if (gs_view_equal_nocase(type, gs_view_of("text")) ||
        gs_view_equal_nocase(type, gs_view_of("text/plain"))) {
        return true;
    }
    bool atom = element->ns && element->ns->href &&
                gs_view_equal(view_of(element->ns->href), gs_view_of("http://www.w3.org/2005/Atom"));
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

void gs_feed_html(const xmlNode *element, gs_buffer *out)
{
    if (has_elements(element)) {
        put_children(element, out);
        return;
    }
    gs_view type = gs_view_trim(gs_feed_attribute(element, "type"));
    gs_view mode = gs_view_trim(gs_feed_attribute(element, "mode"));
    gs_buffer text = {0};
    gs_feed_text(element, &text);
    gs_buffer decoded = {0};
    bool base64 = gs_view_equal_nocase(mode, gs_view_of("base64")) || (mode.size == 0 && is_binary(type));
    if (base64 && text.size > 0 && decode_base64(&text, &decoded)) {
        gs_buffer_append(out, decoded.data, decoded.size);
    } else if (is_plain(element, type, mode)) {
        gs_markup_escape(gs_buffer_view(&text), out);
    } else {
        gs_buffer_append(out, text.data, text.size);
    }
    gs_buffer_free(&decoded);
    gs_buffer_free(&text);
}
