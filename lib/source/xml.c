// UTF-8 that calls itself XML to a tree.
//
// Real feeds hold HTML entities that no DTD declares, bare ampersands and '<', control characters,
// windows-1252 bytes sold as Unicode, tags that are never closed or were never opened, and CDATA without an
// end. An XML parser must stop at each of these, so this reader is none: it takes what stands there. What
// could make a document more than its bytes is left out as a whole: declarations (DOCTYPE) and processing
// instructions are skipped, so there are no entities to define, to expand or to fetch.
//
// One pass, linear: each search for an end remembers where it failed, tags have a longest length, and both
// the depth and the number of nodes are bounded. A text without a reference is a view of the input, so a feed
// of well-written long articles is read at about the speed of looking for '<' and '&'.
#include "source/xml.h"

#include <string.h>

enum {
    TAG_BYTES = 16 * 1024, // a tag that is longer is text
    SPACES = 64,           // declarations in force at one place; others are passed over
    STRAYS = 10000,        // end tags without a beginning whose beginning is looked for
};

typedef struct reader {
    gs_view text;
    size_t at;
    size_t next_close;   // the first '>' at or after `at` when it was last looked up
    bool no_comment_end; // there is no "-->" in the rest
    size_t strays;
    size_t nodes;
    size_t depth;
    gs_xml_node *root; // NULL until the first element
    gs_xml_node *open; // the innermost element that is not closed
    gs_xml_space *spaces[SPACES];
    size_t space_depth[SPACES]; // of the element that declares it
    size_t space_count;
    gs_buffer decoded; // scratch
    gs_arena *arena;
    gs_error *error;
} reader;

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_name_start(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (unsigned char)byte >= 0x80;
}

static bool starts(const reader *self, const char *what)
{
    return gs_view_starts(gs_view_slice(self->text, self->at, self->text.size), what);
}

// Bytes that end a name in a tag, a bit, and a value without quotes, another.
enum { NAME_END = 1, VALUE_END = 2 };

static const uint8_t ends[256] = {
    ['\t'] = NAME_END | VALUE_END,
    ['\n'] = NAME_END | VALUE_END,
    ['\v'] = NAME_END | VALUE_END,
    ['\f'] = NAME_END | VALUE_END,
    ['\r'] = NAME_END | VALUE_END,
    [' '] = NAME_END | VALUE_END,
    ['<'] = NAME_END | VALUE_END,
    ['>'] = NAME_END | VALUE_END,
    ['/'] = NAME_END,
    ['='] = NAME_END,
};

static size_t skip_until(gs_view text, size_t at, unsigned end)
{
    while (at < text.size && (ends[(unsigned char)text.data[at]] & end) == 0) {
        at++;
    }
    return at;
}

static void skip_doctype(reader *self)
{
    int depth = 0;
    char quote = '\0';
    for (; self->at < self->text.size; self->at++) {
        char byte = self->text.data[self->at];
        if (quote != '\0') {
            quote = byte == quote ? '\0' : quote;
        } else if (byte == '"' || (byte == '\'' && depth == 0)) {
            quote = byte; // apostrophes inside the subset are mostly in its comments
        } else if (byte == '[') {
            depth++;
        } else if (byte == ']') {
            depth--;
        } else if (byte == '>' && depth <= 0) {
            self->at++;
            return;
        }
    }
}

// Leaves out a comment; false if it has no end, so that it is none.
static bool skip_comment(reader *self)
{
    if (self->no_comment_end) {
        return false;
    }
    size_t end = gs_view_find(self->text, gs_view_of("-->"), self->at + 4);
    self->no_comment_end = end == SIZE_MAX;
    self->at = end == SIZE_MAX ? self->at : end + 3;
    return end != SIZE_MAX;
}

static gs_xml_node *add_node(reader *self)
{
    if (++self->nodes > GS_LIMIT_XML_NODES) {
        gs_fail(self->error, GS_E_LIMIT, "it has more than %d elements and texts", GS_LIMIT_XML_NODES);
        return NULL;
    }
    gs_xml_node *node = gs_arena_zalloc(self->arena, sizeof *node);
    gs_xml_node *parent = self->open;
    node->parent = parent;
    if (parent) {
        *(parent->last ? &parent->last->next : &parent->first) = node;
        parent->last = node;
    }
    return node;
}

// Nothing but white space may stand before the first element; what else does is passed over.
static bool take_text(reader *self, gs_view raw, bool references)
{
    if (!self->open || raw.size == 0) {
        return true;
    }
    gs_xml_node *node = add_node(self);
    if (node) {
        node->text = gs_xml_decode(raw, references, &self->decoded, self->arena);
    }
    return node != NULL;
}

static size_t cdata_end(gs_view text, size_t at)
{
    while (at < text.size) {
        const char *close = memchr(text.data + at, ']', text.size - at);
        if (!close) {
            return SIZE_MAX;
        }
        at = (size_t)(close - text.data);
        if (gs_view_starts(gs_view_slice(text, at, at + 3), "]]>")) {
            return at;
        }
        at++;
    }
    return SIZE_MAX;
}

static bool take_cdata(reader *self)
{
    size_t begin = self->at + strlen("<![CDATA[");
    size_t end = cdata_end(self->text, begin);
    size_t stop = end == SIZE_MAX ? self->text.size : end;
    self->at = end == SIZE_MAX ? self->text.size : end + 3;
    return take_text(self, gs_view_slice(self->text, begin, stop), false);
}

static bool is_tag(reader *self)
{
    size_t name = self->at + 1;
    if (name < self->text.size && self->text.data[name] == '/') {
        name++;
    }
    if (name >= self->text.size || !is_name_start(self->text.data[name])) {
        return false;
    }
    if (self->next_close <= self->at) { // what stands at `at` itself is '<'
        const char *close = memchr(self->text.data + self->at, '>', self->text.size - self->at);
        self->next_close = close ? (size_t)(close - self->text.data) : SIZE_MAX;
    }
    // The end of a document that was cut off may close its last tag without '>'.
    size_t close = self->next_close == SIZE_MAX ? self->text.size : self->next_close;
    return close - self->at <= TAG_BYTES;
}

static void split_name(gs_view whole, gs_view *prefix, gs_view *name)
{
    const char *colon = whole.size > 0 ? memchr(whole.data, ':', whole.size) : NULL;
    size_t at = colon ? (size_t)(colon - whole.data) : 0;
    bool parted = colon && at + 1 < whole.size;
    *prefix = gs_view_slice(whole, 0, parted ? at : 0);
    *name = gs_view_slice(whole, parted ? at + 1 : 0, whole.size);
}

static gs_view take_name(reader *self, size_t limit)
{
    size_t begin = self->at;
    self->at = skip_until(gs_view_slice(self->text, 0, limit), begin, NAME_END);
    return gs_view_slice(self->text, begin, self->at);
}

static void skip_spaces(reader *self, size_t limit)
{
    while (self->at < limit && is_space(self->text.data[self->at])) {
        self->at++;
    }
}

// The value behind '='. One in quotes ends at the next quote, if the tag can reach that far.
static gs_view take_value(reader *self, size_t limit)
{
    char quote = self->at < limit ? self->text.data[self->at] : '\0';
    if (quote == '"' || quote == '\'') {
        const char *end = memchr(self->text.data + self->at + 1, quote, limit - self->at - 1);
        if (end) {
            size_t begin = self->at + 1;
            size_t stop = (size_t)(end - self->text.data);
            self->at = stop + 1;
            return gs_view_slice(self->text, begin, stop);
        }
    }
    size_t begin = self->at;
    self->at = skip_until(gs_view_slice(self->text, 0, limit), begin, VALUE_END);
    bool closed = self->at < limit && self->at > begin && self->text.data[self->at] == '>' &&
                  self->text.data[self->at - 1] == '/';
    self->at -= closed; // <a b=c/>
    return gs_view_slice(self->text, begin, self->at);
}

static void declare(reader *self, gs_view prefix, gs_view uri)
{
    if (self->space_count == SPACES || self->nodes >= GS_LIMIT_XML_NODES) {
        return;
    }
    self->nodes++;
    gs_xml_space *space = gs_arena_zalloc(self->arena, sizeof *space);
    *space = (gs_xml_space){.prefix = prefix, .uri = gs_view_trim(uri)};
    self->space_depth[self->space_count] = self->depth;
    self->spaces[self->space_count++] = space;
}

static gs_xml_space *space_of(const reader *self, gs_view prefix)
{
    for (size_t i = self->space_count; i > 0; i--) {
        if (gs_view_equal(self->spaces[i - 1]->prefix, prefix)) {
            return self->spaces[i - 1]->uri.size > 0 ? self->spaces[i - 1] : NULL;
        }
    }
    return NULL;
}

static void take_attribute(reader *self, gs_xml_node *element, gs_xml_attribute **last, size_t limit)
{
    gs_view whole = take_name(self, limit);
    skip_spaces(self, limit);
    gs_view value = {0};
    if (self->at < limit && self->text.data[self->at] == '=') {
        self->at++;
        skip_spaces(self, limit);
        value = gs_xml_decode(take_value(self, limit), true, &self->decoded, self->arena);
    }
    gs_xml_attribute made = {.value = value};
    split_name(whole, &made.prefix, &made.name);
    if (gs_view_equal(made.prefix, gs_view_of("xmlns"))) {
        declare(self, made.name, value);
    } else if (gs_view_equal(whole, gs_view_of("xmlns"))) {
        declare(self, made.prefix, value);
    } else if (value.size > 0 && self->nodes < GS_LIMIT_XML_NODES) {
        self->nodes++;
        gs_xml_attribute *kept = gs_arena_alloc(self->arena, sizeof *kept);
        *kept = made;
        *(*last ? &(*last)->next : &element->attributes) = kept;
        *last = kept;
    }
}

// Reads up to and over the '>'; true if the element is empty. A '<' instead ends the tag: the '>' was
// forgotten.
static bool take_attributes(reader *self, gs_xml_node *element, size_t limit)
{
    gs_xml_attribute *last = NULL;
    while (self->at < limit) {
        char byte = self->text.data[self->at];
        if (byte == '>') {
            bool empty = self->text.data[self->at - 1] == '/';
            self->at++;
            return empty;
        }
        if (byte == '<') {
            return false;
        }
        if (is_space(byte) || byte == '/' || byte == '=') {
            self->at++;
            continue;
        }
        take_attribute(self, element, &last, limit);
    }
    return false;
}

// Elements of HTML that have no end tag. They stand in texts that should have been escaped.
static bool is_void(const gs_xml_node *element)
{
    if (element->name.size > 5) {
        return false;
    }
    static const char *const names[] = {"br", "hr", "img", "wbr", "input"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (gs_view_equal_nocase(element->name, gs_view_of(names[i]))) {
            return true;
        }
    }
    return false;
}

static void close_to(reader *self, gs_xml_node *element)
{
    for (gs_xml_node *each = self->open; each != element; each = each->parent) {
        self->depth--;
    }
    self->open = element;
    while (self->space_count > 0 && self->space_depth[self->space_count - 1] > self->depth) {
        self->space_count--;
    }
}

// How far the tag at `at` may reach, between two code points.
static size_t tag_limit(const reader *self)
{
    size_t limit = self->at + TAG_BYTES;
    if (limit >= self->text.size) {
        return self->text.size;
    }
    while (((unsigned char)self->text.data[limit] & 0xC0) == 0x80) {
        limit--;
    }
    return limit;
}

static bool take_start_tag(reader *self)
{
    size_t limit = tag_limit(self);
    gs_xml_node *element = add_node(self);
    if (!element) {
        return false;
    }
    if (self->depth == GS_LIMIT_XML_DEPTH) {
        return gs_fail(self->error, GS_E_LIMIT, "its elements are nested more than %d deep",
                       GS_LIMIT_XML_DEPTH);
    }
    self->at++;
    self->depth++;
    split_name(take_name(self, limit), &element->prefix, &element->name);
    bool empty = take_attributes(self, element, limit);
    element->space = space_of(self, element->prefix);
    self->root = self->root ? self->root : element;
    self->open = element;
    if (element != self->root && (empty || is_void(element))) {
        close_to(self, element->parent);
    }
    return true;
}

// Closes the innermost element of that name, and with it all that was forgotten inside. The root stays open,
// for what follows behind an end that came too early.
static void take_end_tag(reader *self)
{
    size_t limit = tag_limit(self);
    self->at += 2;
    gs_view prefix;
    gs_view name;
    split_name(take_name(self, limit), &prefix, &name);
    while (self->at < limit && self->text.data[self->at] != '<' && self->text.data[self->at] != '>') {
        self->at++;
    }
    self->at += self->at < limit && self->text.data[self->at] == '>';
    for (gs_xml_node *each = self->open; each && each != self->root; each = each->parent) {
        if (gs_view_equal_nocase(each->name, name) && gs_view_equal_nocase(each->prefix, prefix)) {
            close_to(self, each->parent);
            return;
        }
        if (self->strays >= STRAYS) {
            return;
        }
    }
    self->strays++;
}

// Takes what begins with '<'.
static bool take_less_than(reader *self)
{
    char first = self->at + 1 < self->text.size ? self->text.data[self->at + 1] : '\0';
    if (first == '!' && starts(self, "<!--") && skip_comment(self)) {
        return true;
    }
    if (first == '!' && starts(self, "<![CDATA[")) {
        return take_cdata(self);
    }
    if (first == '!' && !self->root) {
        skip_doctype(self);
        return true;
    }
    if (first == '?') {
        size_t end =
            gs_view_find(gs_view_slice(self->text, 0, self->at + TAG_BYTES), gs_view_of("?>"), self->at);
        if (end != SIZE_MAX) {
            self->at = end + 2;
            return true;
        }
    }
    if (!is_tag(self)) {
        self->at++;
        return take_text(self, gs_view_of("<"), false);
    }
    if (first != '/') {
        return take_start_tag(self);
    }
    take_end_tag(self);
    return true;
}

gs_xml_node *gs_xml_read(gs_view text, gs_arena *arena, gs_error *error)
{
    reader self = {.text = text, .arena = arena, .error = error};
    bool good = true;
    while (good && self.at < text.size) {
        const char *less = memchr(text.data + self.at, '<', text.size - self.at);
        size_t next = less ? (size_t)(less - text.data) : text.size;
        gs_view raw = gs_view_slice(text, self.at, next);
        self.at = next;
        good = take_text(&self, raw, true) && (!less || take_less_than(&self));
    }
    gs_buffer_free(&self.decoded);
    if (good && !self.root) {
        gs_fail(error, GS_E_INPUT, "it holds no XML element");
    }
    return good ? self.root : NULL;
}

const gs_xml_node *gs_xml_following(const gs_xml_node *node, const gs_xml_node *top, bool skip_children)
{
    if (!skip_children && node->first) {
        return node->first;
    }
    while (node != top && !node->next) {
        node = node->parent;
    }
    return node == top ? NULL : node->next;
}

gs_view gs_xml_attribute_of(const gs_xml_node *element, const char *name)
{
    gs_view wanted = gs_view_of(name);
    for (const gs_xml_attribute *each = element->attributes; each; each = each->next) {
        if (gs_view_equal_nocase(each->name, wanted)) {
            return each->value;
        }
    }
    return gs_view_of("");
}

gs_view gs_xml_text(const gs_xml_node *element, gs_buffer *joined)
{
    const gs_xml_node *only = element->first;
    if (only && !only->next && !gs_xml_is_element(only)) {
        return only->text;
    }
    gs_buffer_clear(joined);
    for (const gs_xml_node *node = gs_xml_following(element, element, false); node;
         node = gs_xml_following(node, element, false)) {
        gs_buffer_append(joined, node->text.data, node->text.size);
    }
    return gs_buffer_view(joined);
}
