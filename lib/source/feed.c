// RSS, RDF, Atom and CDF to entries.
//
// decode -> repair -> libxml2's tree in recovery mode -> one walk over it. Which element fills which field is
// a table with ranks: the highest rank wins, among equals the first. So RSS with Atom links, Atom with Dublin
// Core dates, and all other mixtures need no code of their own. libxml2 gets neither DTD, nor entities, nor
// the network, and its own bound on depth (256) stays on.
#include "source/feed.h"

#include <libxml/parser.h>
#include <string.h>
#include <threads.h>

typedef enum slot {
    SLOT_TITLE,
    SLOT_LINK,
    SLOT_ID,
    SLOT_PUBLISHED,
    SLOT_UPDATED,
    SLOT_SUMMARY,
    SLOT_CONTENT,
    SLOT_AUTHOR,
    SLOT_LANGUAGE,
    SLOT_TTL,
    SLOT_COUNT,
} slot;

typedef struct rule {
    gs_feed_space space;
    const char *name;
    slot slot;
    int rank;
} rule;

static const rule rules[] = {
    {GS_SPACE_CORE, "title", SLOT_TITLE, 9},
    {GS_SPACE_DC, "title", SLOT_TITLE, 5},
    {GS_SPACE_MEDIA, "title", SLOT_TITLE, 2},
    {GS_SPACE_CORE, "link", SLOT_LINK, 9},
    {GS_SPACE_CORE, "guid", SLOT_ID, 9},
    {GS_SPACE_CORE, "id", SLOT_ID, 9},
    {GS_SPACE_DC, "identifier", SLOT_ID, 3},
    {GS_SPACE_CORE, "pubDate", SLOT_PUBLISHED, 9},
    {GS_SPACE_CORE, "published", SLOT_PUBLISHED, 9},
    {GS_SPACE_CORE, "issued", SLOT_PUBLISHED, 8},
    {GS_SPACE_DCTERMS, "issued", SLOT_PUBLISHED, 7},
    {GS_SPACE_DC, "date", SLOT_PUBLISHED, 6},
    {GS_SPACE_CORE, "created", SLOT_PUBLISHED, 5},
    {GS_SPACE_DCTERMS, "created", SLOT_PUBLISHED, 5},
    {GS_SPACE_CORE, "updated", SLOT_UPDATED, 9},
    {GS_SPACE_CORE, "modified", SLOT_UPDATED, 8},
    {GS_SPACE_CORE, "lastmod", SLOT_UPDATED, 8},
    {GS_SPACE_DCTERMS, "modified", SLOT_UPDATED, 7},
    {GS_SPACE_CORE, "summary", SLOT_SUMMARY, 9},
    {GS_SPACE_CORE, "description", SLOT_SUMMARY, 8},
    {GS_SPACE_CORE, "abstract", SLOT_SUMMARY, 8},
    {GS_SPACE_DC, "description", SLOT_SUMMARY, 5},
    {GS_SPACE_ITUNES, "summary", SLOT_SUMMARY, 4},
    {GS_SPACE_MEDIA, "description", SLOT_SUMMARY, 3},
    {GS_SPACE_CONTENT, "encoded", SLOT_CONTENT, 9},
    {GS_SPACE_CORE, "content", SLOT_CONTENT, 9},
    {GS_SPACE_XHTML, "body", SLOT_CONTENT, 8},
    {GS_SPACE_XHTML, "div", SLOT_CONTENT, 8},
    {GS_SPACE_CORE, "body", SLOT_CONTENT, 7},
    {GS_SPACE_CORE, "fullitem", SLOT_CONTENT, 7},
    {GS_SPACE_CORE, "author", SLOT_AUTHOR, 9},
    {GS_SPACE_DC, "creator", SLOT_AUTHOR, 8},
    {GS_SPACE_ITUNES, "author", SLOT_AUTHOR, 5},
    {GS_SPACE_CORE, "language", SLOT_LANGUAGE, 9},
    {GS_SPACE_DC, "language", SLOT_LANGUAGE, 8},
    {GS_SPACE_CORE, "ttl", SLOT_TTL, 9},
};

// Ranks of links that are not a plain <link>.
enum { LINK_PLAIN = 9, LINK_ALTERNATE = 8, LINK_ATTRIBUTE = 7, LINK_GUID = 5, LINK_ID = 3 };

typedef struct field {
    const xmlNode *element; // borrowed from the tree
    gs_view value;          // for what stands in attributes: link, id, updated
    int rank;               // 0 while empty
} field;

static void prepare_libxml(void)
{
    xmlInitParser();
}

void gs_xml_ready(void)
{
    static once_flag once = ONCE_FLAG_INIT; // libxml2's tables are the process's, so is this
    call_once(&once, prepare_libxml);
}

static void offer(field *target, const xmlNode *element, gs_view value, int rank)
{
    if (rank > target->rank) {
        *target = (field){.element = element, .value = value, .rank = rank};
    }
}

static bool is_blank(const xmlNode *element)
{
    gs_buffer text = {0};
    gs_feed_text(element, &text);
    bool blank = gs_view_trim(gs_buffer_view(&text)).size == 0;
    gs_buffer_free(&text);
    return blank;
}

static void offer_link(field *target, const xmlNode *element)
{
    gs_view href = gs_feed_attribute(element, "href");
    gs_view rel = gs_view_trim(gs_feed_attribute(element, "rel"));
    if (rel.size > 0 && !gs_view_equal_nocase(rel, gs_view_of("alternate"))) {
        return; // enclosure, self, via, edit, ...
    }
    if (href.size > 0) {
        gs_view type = gs_feed_attribute(element, "type");
        bool html = type.size == 0 || gs_view_find(type, gs_view_of("html"), 0) != SIZE_MAX;
        offer(target, element, href, html ? LINK_ALTERNATE : LINK_ATTRIBUTE);
    } else if (!is_blank(element)) {
        offer(target, element, gs_view_of(""), LINK_PLAIN);
    }
}

static bool is_web(gs_view link)
{
    return gs_view_equal_nocase(gs_view_slice(link, 0, 7), gs_view_of("http://")) ||
           gs_view_equal_nocase(gs_view_slice(link, 0, 8), gs_view_of("https://"));
}

// A guid is a link unless it says that it is not; an Atom id that looks like one serves where there is
// nothing else.
static void offer_id_as_link(field *target, const xmlNode *element, gs_view name)
{
    gs_view permalink = gs_view_trim(gs_feed_attribute(element, "isPermaLink"));
    bool guid = gs_view_equal_nocase(name, gs_view_of("guid"));
    if (gs_view_equal_nocase(permalink, gs_view_of("false"))) {
        return;
    }
    gs_buffer text = {0};
    gs_feed_text(element, &text);
    bool web = is_web(gs_view_trim(gs_buffer_view(&text)));
    gs_buffer_free(&text);
    if (web || (guid && permalink.size > 0)) {
        offer(target, element, gs_view_of(""), guid ? LINK_GUID : LINK_ID);
    }
}

static void take_attributes(field fields[SLOT_COUNT], const xmlNode *element)
{
    gs_view about = gs_feed_attribute(element, "about"); // RSS 1.0
    gs_view href = gs_feed_attribute(element, "href");   // CDF, like the next
    gs_view changed = gs_feed_attribute(element, "lastmod");
    if (about.size > 0) {
        offer(&fields[SLOT_ID], element, about, 2);
    }
    if (href.size > 0) {
        offer(&fields[SLOT_LINK], element, href, LINK_ATTRIBUTE);
    }
    if (changed.size > 0) {
        offer(&fields[SLOT_UPDATED], element, changed, 6);
    }
}

static void collect(field fields[SLOT_COUNT], const xmlNode *parent)
{
    for (const xmlNode *child = parent->children; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        gs_view name;
        gs_feed_space space = gs_feed_name(child, &name);
        for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
            const rule *match = &rules[i];
            if (match->space != space || !gs_view_equal_nocase(name, gs_view_of(match->name))) {
                continue;
            }
            if (match->slot == SLOT_LINK) {
                offer_link(&fields[SLOT_LINK], child);
            } else if (match->rank > fields[match->slot].rank &&
                       (child->children || match->slot == SLOT_TITLE)) {
                offer(&fields[match->slot], child, gs_view_of(""), match->rank);
            }
            if (match->slot == SLOT_ID && space == GS_SPACE_CORE) {
                offer_id_as_link(&fields[SLOT_LINK], child, name);
            }
            break;
        }
    }
}

static char *plain_value(const field *from, gs_arena *arena)
{
    if (!from->element) {
        return gs_arena_text(arena, gs_view_of(""));
    }
    gs_buffer text = {0};
    if (from->value.size > 0) {
        gs_buffer_append(&text, from->value.data, from->value.size);
    } else {
        gs_feed_text(from->element, &text);
    }
    char *value = gs_clean_line(gs_buffer_view(&text), arena);
    gs_buffer_free(&text);
    return value;
}

static char *html_value(const field *from, gs_arena *arena)
{
    gs_buffer html = {0};
    if (from->element) {
        gs_feed_html(from->element, &html);
    }
    char *value = gs_clean_text(gs_view_trim(gs_buffer_view(&html)), arena);
    gs_buffer_free(&html);
    return value;
}

static char *title_value(const field *from, gs_arena *arena)
{
    gs_buffer html = {0};
    gs_buffer text = {0};
    if (from->element) {
        gs_feed_html(from->element, &html);
        gs_markup_text(gs_buffer_view(&html), &text);
    }
    char *value = gs_clean_text(gs_buffer_view(&text), arena);
    gs_buffer_free(&html);
    gs_buffer_free(&text);
    return value;
}

static char *date_value(const field *from, gs_arena *arena)
{
    return gs_date_utc(gs_view_of(plain_value(from, arena)), arena);
}

static char *author_value(const field *from, gs_arena *arena)
{
    const xmlNode *child = from->element ? from->element->children : NULL;
    for (; child; child = child->next) {
        gs_view name;
        if (child->type == XML_ELEMENT_NODE && gs_feed_name(child, &name) == GS_SPACE_CORE &&
            gs_view_equal_nocase(name, gs_view_of("name"))) {
            field inner = {.element = child};
            return title_value(&inner, arena);
        }
    }
    return title_value(from, arena);
}

static void read_entry(const xmlNode *element, gs_feed_entry *entry, gs_arena *arena)
{
    field fields[SLOT_COUNT] = {0};
    take_attributes(fields, element);
    collect(fields, element);
    const field *link = &fields[SLOT_LINK];
    char *written = plain_value(link, arena);
    entry->link = link->element ? gs_feed_link(link->element, gs_view_of(written), arena) : written;
    entry->title = title_value(&fields[SLOT_TITLE], arena);
    entry->id = plain_value(&fields[SLOT_ID], arena);
    entry->published = date_value(&fields[SLOT_PUBLISHED], arena);
    entry->updated = date_value(&fields[SLOT_UPDATED], arena);
    entry->content = html_value(&fields[SLOT_CONTENT], arena);
    entry->summary = fields[SLOT_SUMMARY].element ? html_value(&fields[SLOT_SUMMARY], arena) : entry->content;
    entry->author = author_value(&fields[SLOT_AUTHOR], arena);
}

static bool is_named(const xmlNode *element, const char *const *names, size_t count)
{
    gs_view name;
    gs_feed_space space = gs_feed_name(element, &name);
    for (size_t i = 0; i < count; i++) {
        if ((space == GS_SPACE_CORE || space == GS_SPACE_RDF) &&
            gs_view_equal_nocase(name, gs_view_of(names[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_container(const xmlNode *element)
{
    static const char *const names[] = {"rss", "rdf", "feed", "channel", "items"};
    return is_named(element, names, sizeof names / sizeof names[0]);
}

static bool is_entry(const xmlNode *element)
{
    static const char *const names[] = {"item", "entry"};
    return is_named(element, names, sizeof names / sizeof names[0]);
}

// The next container or entry in document order; entries and what is neither are not entered.
static const xmlNode *next_part(const xmlNode *node, const xmlNode *root)
{
    bool enter = is_container(node);
    do {
        if (enter && node->children) {
            node = node->children;
        } else {
            while (node != root && !node->next) {
                node = node->parent;
            }
            if (node == root) {
                return NULL;
            }
            node = node->next;
        }
        enter = false;
    } while (node->type != XML_ELEMENT_NODE || !(is_container(node) || is_entry(node)));
    return node;
}

static gs_feed *read_tree(const xmlNode *root, gs_arena *arena)
{
    gs_feed *feed = gs_arena_zalloc(arena, sizeof *feed);
    field fields[SLOT_COUNT] = {0};
    for (const xmlNode *node = root; node; node = next_part(node, root)) {
        if (is_entry(node)) {
            feed->count++;
        } else {
            collect(fields, node);
        }
    }
    feed->title = title_value(&fields[SLOT_TITLE], arena);
    feed->language = plain_value(&fields[SLOT_LANGUAGE], arena);
    if (feed->language[0] == '\0') {
        feed->language = gs_arena_text(arena, gs_view_trim(gs_feed_attribute(root, "lang")));
    }
    const char *ttl = plain_value(&fields[SLOT_TTL], arena);
    for (size_t i = 0; i < 6 && ttl[i] >= '0' && ttl[i] <= '9'; i++) {
        feed->ttl_minutes = feed->ttl_minutes * 10 + (uint32_t)(ttl[i] - '0');
    }
    feed->entries = gs_arena_zalloc(arena, (feed->count + 1) * sizeof *feed->entries);
    size_t index = 0;
    for (const xmlNode *node = root; node; node = next_part(node, root)) {
        if (is_entry(node)) {
            read_entry(node, &feed->entries[index++], arena);
        }
    }
    return feed;
}

static gs_feed *read_document(xmlParserCtxt *parser, const gs_buffer *xml, const char *base_url,
                              gs_arena *arena, gs_error *error)
{
    const int options = XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET;
    gs_feed *feed = NULL;
    xmlDoc *document = xmlCtxtReadMemory(parser, xml->data, (int)xml->size, base_url, "UTF-8", options);
    const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
    if (!root) {
        gs_fail(error, GS_E_INPUT, "not a feed: it holds no XML element");
    } else if (gs_view_equal_nocase(gs_view_of((const char *)root->name), gs_view_of("html"))) {
        gs_fail(error, GS_E_INPUT,
                "not a feed: this is an HTML page; give the address of its RSS or Atom feed");
    } else if (!is_container(root)) {
        gs_fail(error, GS_E_INPUT, "not a feed: expected <rss>, <feed> or <rdf:RDF>, found <%.100s>",
                (const char *)root->name);
    } else {
        feed = read_tree(root, arena);
    }
    xmlFreeDoc(document);
    return feed;
}

gs_feed *gs_feed_parse(gs_view bytes, const char *base_url, gs_arena *arena, gs_error *error)
{
    if (bytes.size > GS_LIMIT_FILE_BYTES) {
        gs_fail(error, GS_E_LIMIT, "a feed of %zu bytes; at most %d are read", bytes.size,
                GS_LIMIT_FILE_BYTES);
        return NULL;
    }
    gs_buffer text = {0};
    gs_buffer xml = {0};
    gs_decode(bytes, gs_xml_encoding_label(bytes), &text);
    gs_feed_repair(gs_buffer_view(&text), &xml);
    gs_buffer_free(&text);
    gs_feed *feed = NULL;
    gs_xml_ready();
    xmlParserCtxt *parser = xml.size > 0 ? xmlNewParserCtxt() : NULL;
    if (parser) {
        feed = read_document(parser, &xml, base_url, arena, error);
        xmlFreeParserCtxt(parser);
    } else {
        gs_fail(error, GS_E_INPUT, "not a feed: it holds no XML element");
    }
    gs_buffer_free(&xml);
    return feed;
}
