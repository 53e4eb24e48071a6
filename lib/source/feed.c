// Bytes of any kind of feed to entries.
//
// What it is is told by content, never by name or media type, since servers get both wrong: decode, look at
// the first byte for JSON, else make a tree of it and ask who knows its root. The tree is ours (xml.c), so
// no document can name an entity or a file; it lives in an arena of its own and is gone when the feed is
// there.
#include "source/feed.h"

#include <string.h>

enum { TREE_BYTES = 4096 }; // of the tree's first block: most feeds that were not changed are small

const char *gs_feed_format_name(gs_feed_format format)
{
    static const char *const names[] = {"RSS",       "RSS 1.0", "Atom",         "CDF",
                                        "JSON Feed", "sitemap", "sitemap index"};
    return names[format];
}

gs_feed *gs_feed_new(gs_feed_format format, gs_arena *arena)
{
    gs_feed *feed = gs_arena_zalloc(arena, sizeof *feed);
    feed->format = format;
    feed->title = feed->link = feed->language = gs_arena_text(arena, gs_view_of(""));
    return feed;
}

void gs_feed_add_entries(gs_feed *feed, size_t count, gs_arena *arena)
{
    char *none = feed->count == 0 ? gs_arena_text(arena, gs_view_of("")) : NULL;
    feed->entries = gs_arena_alloc(arena, (count + 1) * sizeof *feed->entries);
    feed->count = count;
    for (size_t i = 0; i < count; i++) {
        feed->entries[i] = (gs_feed_entry){none, none, none, none, none, none, none, none, none, none};
    }
}

uint32_t gs_feed_number(gs_view text, uint32_t most)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.size && text.data[i] >= '0' && text.data[i] <= '9' && value <= most; i++) {
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    return value < most ? (uint32_t)value : most;
}

static void drop_nul(gs_buffer *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] != '\0') {
            text->data[kept++] = text->data[i];
        }
    }
    text->size = kept;
}

bool gs_feed_decode(gs_view bytes, gs_buffer *decoded, gs_view *text, gs_error *error)
{
    if (bytes.size > GS_LIMIT_FILE_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "a feed of %zu bytes; at most %d are read", bytes.size,
                       GS_LIMIT_FILE_BYTES);
    }
    *text = bytes;
    gs_view label = gs_xml_encoding_label(bytes);
    bool utf8 = label.size == 0 || gs_view_equal_nocase(label, gs_view_of("utf-8"));
    bool marked = gs_view_starts(bytes, "\xEF\xBB\xBF");
    if (bytes.size > 0 &&
        (!utf8 || marked || memchr(bytes.data, '\0', bytes.size) || !gs_utf8_valid(bytes, NULL))) {
        gs_decode(bytes, label, decoded);
        drop_nul(decoded);
        *text = gs_buffer_view(decoded);
    }
    return true;
}

static void refuse_root(const gs_xml_node *root, gs_error *error)
{
    gs_view name = gs_view_slice(root->name, 0, 100);
    if (gs_view_equal_nocase(name, gs_view_of("html"))) {
        gs_fail(error, GS_E_INPUT,
                "not a feed: this is an HTML page; give the address of its RSS or Atom feed");
    } else if (gs_view_equal_nocase(name, gs_view_of("opml"))) {
        gs_fail(error, GS_E_INPUT,
                "not a feed: this is an OPML list of feeds; give the address of one of them");
    } else {
        gs_fail(error, GS_E_INPUT,
                "not a feed: expected <rss>, <feed>, <rdf:RDF>, <urlset> or a JSON Feed, found <%.*s>",
                (int)name.size, name.data);
    }
}

static gs_feed *read_xml(gs_view text, const char *base_url, gs_arena *arena, gs_error *error)
{
    gs_arena *tree = gs_arena_new(TREE_BYTES);
    gs_feed *feed = NULL;
    gs_xml_node *root = gs_xml_read(text, tree, error);
    if (root) {
        feed = gs_feed_from_xml(root, base_url, arena);
        feed = feed ? feed : gs_feed_from_sitemap(root, base_url, arena);
        if (!feed) {
            refuse_root(root, error);
        }
    } else {
        gs_fail_within(error, "not a feed");
    }
    gs_arena_free(&tree);
    return feed;
}

gs_feed *gs_feed_parse(gs_view bytes, const char *base_url, gs_arena *arena, gs_error *error)
{
    gs_buffer decoded = {0};
    gs_view text;
    gs_feed *feed = NULL;
    if (gs_feed_decode(bytes, &decoded, &text, error)) {
        gs_view head = gs_view_trim(text);
        bool json = head.size > 0 && (head.data[0] == '{' || head.data[0] == '[');
        feed =
            json ? gs_feed_from_json(head, base_url, arena, error) : read_xml(text, base_url, arena, error);
    }
    gs_buffer_free(&decoded);
    return feed;
}
