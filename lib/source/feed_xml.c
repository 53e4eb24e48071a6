// RSS, RDF, Atom and CDF to entries.
//
// One walk over the tree. Which element fills which field is a table with ranks: the highest rank wins, among
// equals the first. So RSS with Atom links, Atom with Dublin Core dates, and all other mixtures need no code
// of their own.
#include <string.h>

#include "source/feed.h"

typedef enum slot {
    SLOT_TITLE,
    SLOT_LINK,
    SLOT_ID,
    SLOT_PUBLISHED,
    SLOT_UPDATED,
    SLOT_SUMMARY,
    SLOT_CONTENT,
    SLOT_AUTHOR,
    SLOT_PUBLISHER,
    SLOT_LANGUAGE,
    SLOT_TTL,
    SLOT_PERIOD,
    SLOT_FREQUENCY,
    SLOT_HOURS,
    SLOT_DAYS,
    SLOT_COUNT,
} slot;

typedef struct rule {
    gs_feed_space space;
    gs_view name;
    slot slot;
    int rank;
} rule;

#define NAME(text)                                                                                           \
    {                                                                                                        \
        text, sizeof text - 1                                                                                \
    }

static const rule rules[] = {
    {GS_SPACE_CORE, NAME("title"), SLOT_TITLE, 9},
    {GS_SPACE_DC, NAME("title"), SLOT_TITLE, 5},
    {GS_SPACE_MEDIA, NAME("title"), SLOT_TITLE, 2},
    {GS_SPACE_CORE, NAME("link"), SLOT_LINK, 9},
    {GS_SPACE_CORE, NAME("guid"), SLOT_ID, 9},
    {GS_SPACE_CORE, NAME("id"), SLOT_ID, 9},
    {GS_SPACE_DC, NAME("identifier"), SLOT_ID, 3},
    {GS_SPACE_CORE, NAME("pubDate"), SLOT_PUBLISHED, 9},
    {GS_SPACE_CORE, NAME("published"), SLOT_PUBLISHED, 9},
    {GS_SPACE_CORE, NAME("issued"), SLOT_PUBLISHED, 8},
    {GS_SPACE_DCTERMS, NAME("issued"), SLOT_PUBLISHED, 7},
    {GS_SPACE_DC, NAME("date"), SLOT_PUBLISHED, 6},
    {GS_SPACE_CORE, NAME("created"), SLOT_PUBLISHED, 5},
    {GS_SPACE_DCTERMS, NAME("created"), SLOT_PUBLISHED, 5},
    {GS_SPACE_CORE, NAME("updated"), SLOT_UPDATED, 9},
    {GS_SPACE_CORE, NAME("modified"), SLOT_UPDATED, 8},
    {GS_SPACE_CORE, NAME("lastmod"), SLOT_UPDATED, 8},
    {GS_SPACE_DCTERMS, NAME("modified"), SLOT_UPDATED, 7},
    {GS_SPACE_CORE, NAME("summary"), SLOT_SUMMARY, 9},
    {GS_SPACE_CORE, NAME("description"), SLOT_SUMMARY, 8},
    {GS_SPACE_CORE, NAME("abstract"), SLOT_SUMMARY, 8},
    {GS_SPACE_DC, NAME("description"), SLOT_SUMMARY, 5},
    {GS_SPACE_ITUNES, NAME("summary"), SLOT_SUMMARY, 4},
    {GS_SPACE_MEDIA, NAME("description"), SLOT_SUMMARY, 3},
    {GS_SPACE_CONTENT, NAME("encoded"), SLOT_CONTENT, 9},
    {GS_SPACE_CORE, NAME("content"), SLOT_CONTENT, 9},
    {GS_SPACE_XHTML, NAME("body"), SLOT_CONTENT, 8},
    {GS_SPACE_XHTML, NAME("div"), SLOT_CONTENT, 8},
    {GS_SPACE_CORE, NAME("body"), SLOT_CONTENT, 7},
    {GS_SPACE_CORE, NAME("fullitem"), SLOT_CONTENT, 7},
    {GS_SPACE_CORE, NAME("author"), SLOT_AUTHOR, 9},
    {GS_SPACE_DC, NAME("creator"), SLOT_AUTHOR, 8},
    {GS_SPACE_ITUNES, NAME("author"), SLOT_AUTHOR, 5},
    {GS_SPACE_CORE, NAME("language"), SLOT_LANGUAGE, 9},
    {GS_SPACE_DC, NAME("language"), SLOT_LANGUAGE, 8},
    {GS_SPACE_CORE, NAME("source"), SLOT_PUBLISHER, 9},
    {GS_SPACE_DC, NAME("publisher"), SLOT_PUBLISHER, 7},
    {GS_SPACE_CORE, NAME("ttl"), SLOT_TTL, 9},
    {GS_SPACE_SY, NAME("updatePeriod"), SLOT_PERIOD, 9},
    {GS_SPACE_SY, NAME("updateFrequency"), SLOT_FREQUENCY, 9},
    {GS_SPACE_CORE, NAME("skipHours"), SLOT_HOURS, 9},
    {GS_SPACE_CORE, NAME("skipDays"), SLOT_DAYS, 9},
};

// Ranks of links that are not a plain <link>.
enum { LINK_PLAIN = 9, LINK_ALTERNATE = 8, LINK_ATTRIBUTE = 7, LINK_GUID = 5, LINK_ID = 3 };

typedef struct field {
    const gs_xml_node *element; // borrowed from the tree
    gs_view value;              // for what stands in attributes: link, id, updated
    int rank;                   // 0 while empty
} field;

static void offer(field *target, const gs_xml_node *element, gs_view value, int rank)
{
    if (rank > target->rank) {
        *target = (field){.element = element, .value = value, .rank = rank};
    }
}

static bool is_blank(const gs_xml_node *element)
{
    for (const gs_xml_node *node = element; node; node = gs_xml_following(node, element, false)) {
        if (gs_view_trim(node->text).size > 0) {
            return false;
        }
    }
    return true;
}

static void offer_link(field *target, const gs_xml_node *element)
{
    gs_view href = gs_xml_attribute_of(element, "href");
    gs_view rel = gs_view_trim(gs_xml_attribute_of(element, "rel"));
    if (rel.size > 0 && !gs_view_equal_nocase(rel, gs_view_of("alternate"))) {
        return; // enclosure, self, via, edit, ...
    }
    if (href.size > 0) {
        gs_view type = gs_xml_attribute_of(element, "type");
        bool html = type.size == 0 || gs_view_find(type, gs_view_of("html"), 0) != SIZE_MAX;
        offer(target, element, href, html ? LINK_ALTERNATE : LINK_ATTRIBUTE);
    } else if (!is_blank(element)) {
        offer(target, element, gs_view_of(""), LINK_PLAIN);
    }
}

// A guid is a link unless it says that it is not; an Atom id that looks like one serves where there is
// nothing else.
static void offer_id_as_link(field *target, const gs_xml_node *element)
{
    gs_view permalink = gs_view_trim(gs_xml_attribute_of(element, "isPermaLink"));
    bool guid = gs_view_equal_nocase(element->name, gs_view_of("guid"));
    if (gs_view_equal_nocase(permalink, gs_view_of("false"))) {
        return;
    }
    gs_buffer joined = {0};
    bool web = gs_link_is_web(gs_view_trim(gs_xml_text(element, &joined)));
    gs_buffer_free(&joined);
    if (web || (guid && permalink.size > 0)) {
        offer(target, element, gs_view_of(""), guid ? LINK_GUID : LINK_ID);
    }
}

static void take_attributes(field fields[SLOT_COUNT], const gs_xml_node *element)
{
    gs_view about = gs_xml_attribute_of(element, "about"); // RSS 1.0
    gs_view href = gs_xml_attribute_of(element, "href");   // CDF, like the next
    gs_view changed = gs_xml_attribute_of(element, "lastmod");
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

static bool is_called(const gs_xml_node *element, gs_view name)
{
    return element->name.size == name.size && (element->name.data[0] | 0x20) == (name.data[0] | 0x20) &&
           gs_view_equal_nocase(element->name, name);
}

static const rule *rule_for(const gs_xml_node *element)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (is_called(element, rules[i].name) && gs_feed_space_of(element) == rules[i].space) {
            return &rules[i];
        }
    }
    return NULL;
}

static void collect(field fields[SLOT_COUNT], const gs_xml_node *parent)
{
    for (const gs_xml_node *child = parent->first; child; child = child->next) {
        const rule *match = gs_xml_is_element(child) ? rule_for(child) : NULL;
        if (!match) {
            continue;
        }
        if (match->slot == SLOT_LINK) {
            offer_link(&fields[SLOT_LINK], child);
        } else if (child->first || match->slot == SLOT_TITLE) {
            offer(&fields[match->slot], child, gs_view_of(""), match->rank);
        }
        if (match->slot == SLOT_ID && match->space == GS_SPACE_CORE) {
            offer_id_as_link(&fields[SLOT_LINK], child);
        }
    }
}

static char *empty(gs_arena *arena)
{
    return gs_arena_text(arena, gs_view_of(""));
}

static char *plain_value(const field *from, gs_arena *arena)
{
    if (!from->element) {
        return empty(arena);
    }
    if (from->value.size > 0) {
        return gs_clean_line(from->value, arena);
    }
    gs_buffer joined = {0};
    char *value = gs_clean_line(gs_xml_text(from->element, &joined), arena);
    gs_buffer_free(&joined);
    return value;
}

static char *html_value(const field *from, gs_arena *arena)
{
    if (!from->element) {
        return empty(arena);
    }
    gs_buffer html = {0};
    char *value = gs_arena_text(arena, gs_view_trim(gs_feed_html(from->element, &html)));
    gs_buffer_free(&html);
    return value;
}

static char *title_value(const field *from, gs_arena *arena)
{
    return from->element ? gs_feed_line(from->element, arena) : empty(arena);
}

static char *date_value(const field *from, gs_arena *arena)
{
    return from->element ? gs_date_utc(gs_view_of(plain_value(from, arena)), arena) : empty(arena);
}

// Atom's persons and sources are elements with a name or title inside; RSS's are text.
static char *inner_value(const field *from, const char *name, gs_arena *arena)
{
    const gs_xml_node *child = from->element ? from->element->first : NULL;
    for (; child; child = child->next) {
        if (gs_feed_is(child, GS_SPACE_CORE, name)) {
            return gs_feed_line(child, arena);
        }
    }
    return title_value(from, arena);
}

static char *link_value(const field *from, const char *base_url, gs_arena *arena)
{
    char *written = plain_value(from, arena);
    return from->element ? gs_feed_link(from->element, gs_view_of(written), base_url, arena) : written;
}

static void read_entry(const gs_xml_node *element, const char *base_url, gs_feed_entry *entry,
                       gs_arena *arena)
{
    field fields[SLOT_COUNT] = {0};
    take_attributes(fields, element);
    collect(fields, element);
    entry->link = link_value(&fields[SLOT_LINK], base_url, arena);
    entry->title = title_value(&fields[SLOT_TITLE], arena);
    entry->id = plain_value(&fields[SLOT_ID], arena);
    entry->published = date_value(&fields[SLOT_PUBLISHED], arena);
    entry->updated = date_value(&fields[SLOT_UPDATED], arena);
    entry->content = html_value(&fields[SLOT_CONTENT], arena);
    entry->summary = fields[SLOT_SUMMARY].element ? html_value(&fields[SLOT_SUMMARY], arena) : entry->content;
    entry->author = inner_value(&fields[SLOT_AUTHOR], "name", arena);
    entry->publisher = inner_value(&fields[SLOT_PUBLISHER], "title", arena);
    entry->language = plain_value(&fields[SLOT_LANGUAGE], arena);
}

static bool is_named(const gs_xml_node *element, const gs_view *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_called(element, names[i])) {
            gs_feed_space space = gs_feed_space_of(element);
            return space == GS_SPACE_CORE || space == GS_SPACE_RDF;
        }
    }
    return false;
}

static bool is_container(const gs_xml_node *element)
{
    static const gs_view names[] = {NAME("channel"), NAME("rss"), NAME("rdf"), NAME("feed"), NAME("items")};
    return is_named(element, names, sizeof names / sizeof names[0]);
}

static bool is_entry(const gs_xml_node *element)
{
    static const gs_view names[] = {NAME("item"), NAME("entry")};
    return is_named(element, names, sizeof names / sizeof names[0]);
}

// The next container or entry in document order; entries and what is neither are not entered.
static const gs_xml_node *next_part(const gs_xml_node *node, const gs_xml_node *root)
{
    bool enter = is_container(node);
    do {
        node = gs_xml_following(node, root, !enter);
        enter = false;
    } while (node && !(gs_xml_is_element(node) && (is_entry(node) || is_container(node))));
    return node;
}

// RSS's hours of a day in GMT. Its first versions counted from 1 to 24.
static uint32_t hours_value(const field *from)
{
    uint32_t hours = 0;
    const gs_xml_node *child = from->element ? from->element->first : NULL;
    for (; child; child = child->next) {
        gs_view text =
            gs_xml_is_element(child) && child->first ? gs_view_trim(child->first->text) : (gs_view){0};
        uint32_t hour = gs_feed_number(text, 25);
        if (text.size > 0 && text.data[0] >= '0' && text.data[0] <= '9' && hour <= 24) {
            hours |= UINT32_C(1) << hour % 24;
        }
    }
    return hours;
}

static uint8_t days_value(const field *from)
{
    static const char *const names[] = {"sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday"};
    unsigned days = 0;
    const gs_xml_node *child = from->element ? from->element->first : NULL;
    for (; child; child = child->next) {
        gs_view text =
            gs_xml_is_element(child) && child->first ? gs_view_trim(child->first->text) : (gs_view){0};
        for (unsigned day = 0; day < 7; day++) {
            bool same = gs_view_equal_nocase(text, gs_view_of(names[day]));
            days |= (unsigned)same << day;
        }
    }
    return (uint8_t)days;
}

// How long the feed asks to be left alone: <ttl>, or sy:updatePeriod divided by sy:updateFrequency.
static uint32_t ttl_value(const field fields[SLOT_COUNT], gs_arena *arena)
{
    typedef struct period {
        const char *name;
        uint32_t minutes;
    } period;
    static const period periods[] = {
        {"hourly", 60}, {"daily", 1440}, {"weekly", 10080}, {"monthly", 43200}, {"yearly", 525600}};
    enum { MOST_MINUTES = 1000000 };
    if (fields[SLOT_TTL].element) {
        return gs_feed_number(gs_view_of(plain_value(&fields[SLOT_TTL], arena)), MOST_MINUTES);
    }
    uint32_t times = gs_feed_number(gs_view_of(plain_value(&fields[SLOT_FREQUENCY], arena)), MOST_MINUTES);
    gs_view name = gs_view_of(plain_value(&fields[SLOT_PERIOD], arena));
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        if (gs_view_equal_nocase(name, gs_view_of(periods[i].name))) {
            uint32_t minutes = periods[i].minutes / (times > 0 ? times : 1);
            return minutes > 0 ? minutes : 1;
        }
    }
    return 0;
}

static gs_feed_format format_of(const gs_xml_node *root)
{
    if (gs_view_equal_nocase(root->name, gs_view_of("feed"))) {
        return GS_FEED_ATOM;
    }
    if (gs_view_equal_nocase(root->name, gs_view_of("rdf"))) {
        return GS_FEED_RDF;
    }
    bool cdf = gs_xml_attribute_of(root, "href").size > 0 || gs_xml_attribute_of(root, "base").size > 0;
    return gs_view_equal_nocase(root->name, gs_view_of("channel")) && cdf ? GS_FEED_CDF : GS_FEED_RSS;
}

static void read_head(gs_feed *feed, const field fields[SLOT_COUNT], const gs_xml_node *root,
                      const char *base_url, gs_arena *arena)
{
    feed->title = title_value(&fields[SLOT_TITLE], arena);
    feed->link = link_value(&fields[SLOT_LINK], base_url, arena);
    feed->language = plain_value(&fields[SLOT_LANGUAGE], arena);
    if (feed->language[0] == '\0') {
        feed->language = gs_arena_text(arena, gs_view_trim(gs_xml_attribute_of(root, "lang")));
    }
    feed->ttl_minutes = ttl_value(fields, arena);
    feed->skip_hours = hours_value(&fields[SLOT_HOURS]);
    feed->skip_days = days_value(&fields[SLOT_DAYS]);
}

gs_feed *gs_feed_from_xml(const gs_xml_node *root, const char *base_url, gs_arena *arena)
{
    if (!is_container(root)) {
        return NULL;
    }
    gs_feed *feed = gs_feed_new(format_of(root), arena);
    field fields[SLOT_COUNT] = {0};
    size_t count = 0;
    for (const gs_xml_node *node = root; node; node = next_part(node, root)) {
        if (is_entry(node)) {
            count++;
            continue;
        }
        if (feed->format == GS_FEED_CDF) {
            take_attributes(fields, node);
        }
        collect(fields, node);
    }
    read_head(feed, fields, root, base_url, arena);
    gs_feed_add_entries(feed, count, arena);
    size_t index = 0;
    for (const gs_xml_node *node = root; node; node = next_part(node, root)) {
        if (is_entry(node)) {
            read_entry(node, base_url, &feed->entries[index++], arena);
        }
    }
    return feed;
}
