// From what servers send as XML to what an XML parser accepts.
//
// Real feeds hold HTML entities that no DTD declares, bare ampersands and '<', control characters,
// windows-1252 bytes sold as Unicode, and CDATA that is never closed. One pass rewrites them. Declarations
// (DOCTYPE), processing instructions and comments are left out, so nothing that could define an entity
// reaches the parser at all, and CDATA becomes escaped text. Invariant: the pass is linear, since each search
// for an end remembers where it failed.
#include "source/feed.h"

#include <string.h>

// A tag that is longer is text. It also bounds what libxml2 does per tag, which is quadratic in attributes.
enum { TAG_BYTES = 16 * 1024 };

typedef struct repair {
    gs_view text;
    size_t at;
    size_t next_close;   // the first '>' at or after `at` when it was last looked up
    bool no_comment_end; // there is no "-->" in the rest
    bool in_root;        // the first element has begun
    gs_buffer *out;
} repair;

static bool is_name_start(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (unsigned char)byte >= 0x80;
}

static bool starts(const repair *self, const char *what)
{
    return gs_view_starts(gs_view_slice(self->text, self->at, self->text.size), what);
}

static void put(repair *self, uint32_t code_point)
{
    code_point = gs_windows_1252(code_point);
    bool space = code_point == '\t' || code_point == '\n' || code_point == '\r';
    if ((code_point < 0x20 && !space) || code_point == 0xFFFE || code_point == 0xFFFF) {
        return;
    }
    char byte = (char)code_point;
    if (code_point < 0x80 && strchr("<>&\"", byte)) {
        gs_markup_escape(gs_view_make(&byte, 1), self->out);
        return;
    }
    gs_utf8_append(self->out, code_point);
}

static void skip_doctype(repair *self)
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
static bool skip_comment(repair *self)
{
    if (self->no_comment_end) {
        return false;
    }
    size_t end = gs_view_find(self->text, gs_view_of("-->"), self->at + 4);
    self->no_comment_end = end == SIZE_MAX;
    self->at = end == SIZE_MAX ? self->at : end + 3;
    return end != SIZE_MAX;
}

static void take_cdata(repair *self)
{
    size_t begin = self->at + strlen("<![CDATA[");
    size_t end = gs_view_find(self->text, gs_view_of("]]>"), begin);
    size_t stop = end == SIZE_MAX ? self->text.size : end;
    for (size_t at = begin; at < stop;) {
        put(self, gs_utf8_next(self->text, &at));
    }
    self->at = end == SIZE_MAX ? self->text.size : end + 3;
}

static bool is_tag(repair *self)
{
    size_t name = self->at + 1;
    if (name < self->text.size && self->text.data[name] == '/') {
        name++;
    }
    if (name >= self->text.size || !is_name_start(self->text.data[name])) {
        return false;
    }
    if (self->next_close < self->at) {
        self->next_close = gs_view_find(self->text, gs_view_of(">"), self->at);
    }
    // The end of a document that was cut off may close its last tag without '>'.
    size_t close = self->next_close == SIZE_MAX ? self->text.size : self->next_close;
    return close - self->at <= TAG_BYTES;
}

// Copies the value that opens at the quote, its '<' escaped, if it closes before the tag can be over.
static bool take_quoted(repair *self, size_t limit)
{
    char quote = self->text.data[self->at];
    size_t end = gs_view_find(gs_view_slice(self->text, 0, limit), gs_view_make(&quote, 1), self->at + 1);
    if (end == SIZE_MAX) {
        return false;
    }
    gs_view value = gs_view_slice(self->text, 0, end);
    gs_buffer_byte(self->out, quote);
    for (size_t at = self->at + 1; at < end;) {
        uint32_t reference = gs_markup_reference(value, &at);
        put(self, reference ? reference : gs_utf8_next(value, &at));
    }
    gs_buffer_byte(self->out, quote);
    self->at = end + 1;
    return true;
}

static void take_tag(repair *self)
{
    self->in_root = true;
    size_t limit = self->at + TAG_BYTES < self->text.size ? self->at + TAG_BYTES : self->text.size;
    char before = '\0';
    while (self->at < limit) {
        char byte = self->text.data[self->at];
        if ((byte == '"' || byte == '\'') && before == '=' && take_quoted(self, limit)) {
            before = byte;
            continue;
        }
        size_t from = self->at;
        uint32_t code_point = gs_utf8_next(self->text, &self->at);
        if (code_point == '<' && before != '\0') {
            self->at = from; // the '>' was forgotten
            return;
        }
        if (code_point >= 0x20 || strchr("\t\n\r", byte)) {
            gs_utf8_append(self->out, code_point);
        }
        if (code_point == '>') {
            return;
        }
        before = strchr(" \t\n\r", byte) && before != '\0' ? before : byte;
    }
}

static void take_less_than(repair *self)
{
    if (starts(self, "<!--") && skip_comment(self)) {
        return;
    }
    if (starts(self, "<![CDATA[")) {
        take_cdata(self);
        return;
    }
    if (!self->in_root && starts(self, "<!")) {
        skip_doctype(self);
        return;
    }
    if (starts(self, "<?")) {
        size_t end =
            gs_view_find(gs_view_slice(self->text, 0, self->at + TAG_BYTES), gs_view_of("?>"), self->at);
        if (end != SIZE_MAX) {
            self->at = end + 2;
            return;
        }
    }
    if (is_tag(self)) {
        take_tag(self);
        return;
    }
    put(self, '<');
    self->at++;
}

void gs_feed_repair(gs_view text, gs_buffer *out)
{
    repair self = {.text = text, .out = out, .next_close = gs_view_find(text, gs_view_of(">"), 0)};
    gs_buffer_reserve(out, text.size);
    while (self.at < text.size) {
        if (text.data[self.at] == '<') {
            take_less_than(&self);
            continue;
        }
        uint32_t code_point = gs_markup_reference(text, &self.at);
        if (code_point == 0) {
            code_point = gs_utf8_next(text, &self.at);
        }
        if (self.in_root) { // nothing but white space may stand before the first element
            put(&self, code_point);
        }
    }
}
