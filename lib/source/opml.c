// Lists of feeds: OPML 1 and 2, as every feed reader imports and exports them.
//
// Outlines nest: those without an address are folders. Here the list is flat, and the folders around a feed
// are its category. Written, a category is one folder again, so that what was read comes back the same.
#include <string.h>

#include "source/feed.h"

static char *attribute(const gs_xml_node *outline, const char *name, gs_arena *arena)
{
    return gs_clean_line(gs_xml_attribute_of(outline, name), arena);
}

static bool is_outline(const gs_xml_node *node)
{
    return gs_xml_is_element(node) && gs_view_equal_nocase(node->name, gs_view_of("outline"));
}

static char *name_of(const gs_xml_node *outline, gs_arena *arena)
{
    char *title = attribute(outline, "title", arena);
    return title[0] != '\0' ? title : attribute(outline, "text", arena);
}

// "feed://host/x" and "feed:https://host/x" are what some readers make of web addresses.
static char *address_of(const gs_xml_node *outline, gs_arena *arena)
{
    gs_view url = gs_view_of(attribute(outline, "xmlUrl", arena));
    gs_view type = gs_xml_attribute_of(outline, "type");
    if (url.size == 0 &&
        (gs_view_equal_nocase(type, gs_view_of("rss")) || gs_view_equal_nocase(type, gs_view_of("atom")))) {
        url = gs_view_of(attribute(outline, "url", arena));
    }
    if (gs_view_equal_nocase(gs_view_slice(url, 0, 7), gs_view_of("feed://"))) {
        return gs_arena_format(arena, "http://%.*s", (int)(url.size - 7), url.data + 7);
    }
    if (gs_view_equal_nocase(gs_view_slice(url, 0, 5), gs_view_of("feed:"))) {
        url = gs_view_slice(url, 5, url.size);
    }
    return gs_arena_text(arena, url);
}

// The names of the folders around outline, the outermost first, parted by '/'.
static char *folders_of(const gs_xml_node *outline, gs_arena *arena)
{
    const gs_xml_node *folders[GS_LIMIT_XML_DEPTH];
    size_t count = 0;
    for (const gs_xml_node *each = outline->parent; each && count < GS_LIMIT_XML_DEPTH; each = each->parent) {
        if (is_outline(each)) {
            folders[count++] = each;
        }
    }
    gs_buffer path = {0};
    while (count > 0 && path.size < GS_LIMIT_FIELD_BYTES) {
        char *name = name_of(folders[--count], arena);
        if (path.size > 0 && name[0] != '\0') {
            gs_buffer_byte(&path, '/');
        }
        gs_buffer_text(&path, name);
    }
    char *category = gs_arena_text(arena, gs_buffer_view(&path));
    gs_buffer_free(&path);
    return category;
}

static bool take_outline(const gs_xml_node *node, gs_opml_outline *outline, gs_arena *arena)
{
    char *url = is_outline(node) ? address_of(node, arena) : NULL;
    if (!url || url[0] == '\0') {
        return false;
    }
    *outline = (gs_opml_outline){
        .title = name_of(node, arena),
        .xml_url = url,
        .html_url = attribute(node, "htmlUrl", arena),
        .category = attribute(node, "category", arena),
        .language = attribute(node, "language", arena),
        .type = attribute(node, "type", arena),
    };
    if (outline->category[0] == '\0') {
        outline->category = folders_of(node, arena);
    }
    return true;
}

static bool read_tree(const gs_xml_node *root, gs_arena *arena, gs_opml_outline **outlines, size_t *count,
                      gs_error *error)
{
    if (!gs_view_equal_nocase(root->name, gs_view_of("opml"))) {
        gs_view name = gs_view_slice(root->name, 0, 100);
        return gs_fail(error, GS_E_INPUT, "not OPML: expected <opml>, found <%.*s>", (int)name.size,
                       name.data);
    }
    gs_buffer found = {0};
    for (const gs_xml_node *node = root; node; node = gs_xml_following(node, root, false)) {
        gs_opml_outline outline;
        if (take_outline(node, &outline, arena)) {
            gs_buffer_append(&found, &outline, sizeof outline);
        }
    }
    *count = found.size / sizeof outlines[0][0];
    *outlines = gs_arena_alloc(arena, found.size + 1);
    if (found.size > 0) {
        memcpy(*outlines, found.data, found.size);
    }
    gs_buffer_free(&found);
    return true;
}

bool gs_opml_parse(gs_view bytes, gs_arena *arena, gs_opml_outline **outlines, size_t *count, gs_error *error)
{
    gs_buffer decoded = {0};
    gs_view text;
    bool good = gs_feed_decode(bytes, &decoded, &text, error);
    if (good) {
        gs_arena *tree = gs_arena_new(0);
        const gs_xml_node *root = gs_xml_read(text, tree, error);
        good = root ? read_tree(root, arena, outlines, count, error) : gs_fail_within(error, "not OPML");
        gs_arena_free(&tree);
    }
    gs_buffer_free(&decoded);
    return good;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void put_attribute(gs_buffer *out, const char *name, const char *value)
{
    if (or_empty(value)[0] != '\0') {
        gs_buffer_format(out, " %s=\"", name);
        gs_markup_escape(gs_view_of(value), out);
        gs_buffer_byte(out, '"');
    }
}

static void put_outline(gs_buffer *out, const char *indent, const gs_opml_outline *outline)
{
    const char *title = or_empty(outline->title)[0] != '\0' ? outline->title : outline->xml_url;
    const char *type = or_empty(outline->type)[0] != '\0' ? outline->type : "rss";
    gs_buffer_format(out, "%s<outline", indent);
    put_attribute(out, "type", type);
    put_attribute(out, "text", title);
    put_attribute(out, "title", title);
    put_attribute(out, "xmlUrl", outline->xml_url);
    put_attribute(out, "htmlUrl", outline->html_url);
    put_attribute(out, "language", outline->language);
    gs_buffer_text(out, "/>\n");
}

static bool is_in(const gs_opml_outline *outline, const char *category)
{
    return strcmp(or_empty(outline->category), category) == 0;
}

static void put_folder(gs_buffer *out, const gs_opml_outline *outlines, size_t count, size_t first)
{
    const char *category = or_empty(outlines[first].category);
    bool folder = category[0] != '\0';
    if (folder) {
        gs_buffer_text(out, "    <outline");
        put_attribute(out, "text", category);
        put_attribute(out, "title", category);
        gs_buffer_text(out, ">\n");
    }
    for (size_t i = first; i < count; i++) {
        if (is_in(&outlines[i], category)) {
            put_outline(out, folder ? "      " : "    ", &outlines[i]);
        }
    }
    gs_buffer_text(out, folder ? "    </outline>\n" : "");
}

void gs_opml_write(const char *title, const gs_opml_outline *outlines, size_t count, gs_buffer *out)
{
    gs_buffer_text(
        out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>");
    gs_markup_escape(gs_view_of(title), out);
    gs_buffer_text(out, "</title>\n  </head>\n  <body>\n");
    for (size_t i = 0; i < count; i++) {
        bool first = true;
        for (size_t j = 0; j < i && first; j++) {
            first = !is_in(&outlines[j], or_empty(outlines[i].category));
        }
        if (first) {
            put_folder(out, outlines, count, i);
        }
    }
    gs_buffer_text(out, "  </body>\n</opml>\n");
}
