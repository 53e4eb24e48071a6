// Sitemaps (sitemaps.org protocol 0.9) to entries, with Google's news extension; and indexes of sitemaps.
//
// A news sitemap is the list of a publisher's articles of the last two days, with titles and dates: a feed in
// all but name. A plain one lists all of a site's pages; its entries have nothing but an address and perhaps
// the time of the last change. What the image and video extensions say about an address is not the page's.
#include "source/feed.h"

typedef struct rule {
    gs_feed_space space;
    const char *name;
    size_t field; // offset in gs_feed_entry
    bool is_date;
} rule;

static const rule rules[] = {
    {GS_SPACE_CORE, "lastmod", offsetof(gs_feed_entry, updated), true},
    {GS_SPACE_NEWS, "title", offsetof(gs_feed_entry, title), false},
    {GS_SPACE_NEWS, "publication_date", offsetof(gs_feed_entry, published), true},
    {GS_SPACE_NEWS, "name", offsetof(gs_feed_entry, publisher), false},
    {GS_SPACE_NEWS, "language", offsetof(gs_feed_entry, language), false},
};

static char **field_of(gs_feed_entry *entry, size_t offset)
{
    return (char **)(void *)((char *)entry + offset);
}

static void take_element(const gs_xml_node *element, gs_feed_entry *entry, gs_arena *arena)
{
    gs_feed_space space = gs_feed_space_of(element);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char **field = field_of(entry, rules[i].field);
        if (rules[i].space != space || !gs_view_equal_nocase(element->name, gs_view_of(rules[i].name)) ||
            (*field)[0] != '\0') {
            continue;
        }
        char *line = gs_feed_line(element, arena);
        *field = rules[i].is_date ? gs_date_utc(gs_view_of(line), arena) : line;
        return;
    }
}

// An address as it is written: what looks like a reference in it ("&copy=1") stays.
static char *location_of(const gs_xml_node *part, const char *base_url, gs_arena *arena)
{
    for (const gs_xml_node *child = part->first; child; child = child->next) {
        if (gs_feed_is(child, GS_SPACE_CORE, "loc")) {
            gs_buffer joined = {0};
            char *written = gs_clean_line(gs_xml_text(child, &joined), arena);
            gs_buffer_free(&joined);
            return gs_feed_link(child, gs_view_of(written), base_url, arena);
        }
    }
    return gs_arena_text(arena, gs_view_of(""));
}

static void read_url(const gs_xml_node *url, const char *base_url, gs_feed_entry *entry, gs_arena *arena)
{
    entry->link = location_of(url, base_url, arena);
    entry->id = entry->link;
    const gs_xml_node *node = gs_xml_following(url, url, false);
    while (node) {
        bool enter = !gs_xml_is_element(node) || gs_feed_space_of(node) != GS_SPACE_OTHER; // images, videos
        if (gs_xml_is_element(node)) {
            take_element(node, entry, arena);
        }
        node = gs_xml_following(node, url, !enter);
    }
}

static size_t count_parts(const gs_xml_node *root, const char *name)
{
    size_t count = 0;
    for (const gs_xml_node *child = root->first; child; child = child->next) {
        count += gs_feed_is(child, GS_SPACE_CORE, name);
    }
    return count;
}

static void read_urls(gs_feed *feed, const gs_xml_node *root, const char *base_url, gs_arena *arena)
{
    gs_feed_add_entries(feed, count_parts(root, "url"), arena);
    size_t index = 0;
    for (const gs_xml_node *child = root->first; child; child = child->next) {
        if (gs_feed_is(child, GS_SPACE_CORE, "url")) {
            read_url(child, base_url, &feed->entries[index++], arena);
        }
    }
    if (feed->count > 0) { // all entries of a news sitemap name the one publication
        feed->title = feed->entries[0].publisher;
        feed->language = feed->entries[0].language;
    }
}

static void read_maps(gs_feed *feed, const gs_xml_node *root, const char *base_url, gs_arena *arena)
{
    gs_feed_add_entries(feed, 0, arena);
    feed->maps = gs_arena_alloc(arena, (count_parts(root, "sitemap") + 1) * sizeof *feed->maps);
    for (const gs_xml_node *child = root->first; child; child = child->next) {
        if (!gs_feed_is(child, GS_SPACE_CORE, "sitemap")) {
            continue;
        }
        char *map = location_of(child, base_url, arena);
        if (map[0] != '\0') {
            feed->maps[feed->map_count++] = map;
        }
    }
}

gs_feed *gs_feed_from_sitemap(const gs_xml_node *root, const char *base_url, gs_arena *arena)
{
    gs_feed *feed = NULL;
    if (gs_view_equal_nocase(root->name, gs_view_of("urlset"))) {
        feed = gs_feed_new(GS_FEED_SITEMAP, arena);
        read_urls(feed, root, base_url, arena);
    } else if (gs_view_equal_nocase(root->name, gs_view_of("sitemapindex"))) {
        feed = gs_feed_new(GS_FEED_SITEMAP_INDEX, arena);
        read_maps(feed, root, base_url, arena);
    }
    return feed;
}
