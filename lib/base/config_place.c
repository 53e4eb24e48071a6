// config_place: the line of a key, for messages.
//
// libcyaml forgets lines once it has read a value, and in its errors it names the line of the event before.
// So the line is looked for in the text, by the rules that a person's eye uses: sections begin at the margin,
// keys stand indented under them, entries of a list begin with a dash. YAML written otherwise (flow style)
// is found less exactly: the line of the entry or of the section is told then.
#include "base/config_internal.h"

#include <string.h>

typedef struct line {
    gs_view text;  // without indentation and line end
    size_t indent; // spaces before it
    size_t number; // from 1
    bool blank;    // empty or a comment
} line;

typedef struct reader {
    gs_view text;
    size_t at;
    size_t number;
} reader;

static bool next_line(reader *in, line *out)
{
    if (in->at >= in->text.size) {
        return false;
    }
    size_t end = gs_view_find(in->text, gs_view_make("\n", 1), in->at);
    end = end == SIZE_MAX ? in->text.size : end;
    gs_view whole = gs_view_slice(in->text, in->at, end);
    in->at = end + 1;
    size_t indent = 0;
    while (indent < whole.size && whole.data[indent] == ' ') {
        indent++;
    }
    *out = (line){.text = gs_view_trim(whole), .indent = indent, .number = ++in->number};
    out->blank = out->text.size == 0 || out->text.data[0] == '#';
    return true;
}

// True if text begins with key and a colon; the key may stand in quotes.
static bool has_key(gs_view text, const char *key)
{
    size_t size = strlen(key);
    size_t begin = text.size > 0 && (text.data[0] == '"' || text.data[0] == '\'') ? 1 : 0;
    if (text.size < begin + size || (size > 0 && memcmp(text.data + begin, key, size) != 0)) {
        return false;
    }
    gs_view rest = gs_view_trim(gs_view_slice(text, size + 2 * begin, text.size));
    return rest.size > 0 && rest.data[0] == ':';
}

// Passes "- " and what indents the key after it.
static gs_view after_dash(gs_view text)
{
    return text.size > 0 && text.data[0] == '-' ? gs_view_trim(gs_view_slice(text, 1, text.size)) : text;
}

static bool is_dash(const line *each)
{
    return each->text.size > 0 && each->text.data[0] == '-' &&
           (each->text.size == 1 || each->text.data[1] == ' ');
}

// Inside a section: the line of its key, or the line after which its list begins. 0 if there is none.
static size_t find_in_section(reader *in, const char *key, size_t *indent)
{
    line each;
    reader ahead = *in;
    while (next_line(&ahead, &each)) {
        if (each.blank) {
            continue;
        }
        if (each.indent == 0 && !is_dash(&each)) {
            return 0;
        }
        if (*indent == SIZE_MAX) {
            *indent = each.indent;
        }
        if (each.indent == *indent && has_key(each.text, key)) {
            *in = ahead;
            return each.number;
        }
    }
    return 0;
}

// Inside a list: the line of the key in the given entry, else where the entry begins, else 0.
static size_t find_in_entry(reader *in, size_t list_indent, size_t entry, const char *key)
{
    line each;
    size_t dash_indent = SIZE_MAX;
    size_t begun = 0;
    size_t count = 0;
    while (next_line(in, &each)) {
        if (each.blank) {
            continue;
        }
        if (each.indent < list_indent || (each.indent == list_indent && !is_dash(&each))) {
            break;
        }
        if (is_dash(&each) && (dash_indent == SIZE_MAX || each.indent == dash_indent)) {
            dash_indent = each.indent;
            count++;
        }
        if (count == entry && begun == 0) {
            begun = each.number;
        }
        if (count == entry && key && has_key(after_dash(each.text), key)) {
            return each.number;
        }
    }
    return begun;
}

size_t gs_yaml_line(gs_view text, gs_place place)
{
    reader in = {.text = text};
    line each;
    const char *top = place.section ? place.section : place.key;
    bool found = false;
    while (!found && next_line(&in, &each)) {
        found = !each.blank && each.indent == 0 && has_key(each.text, top);
    }
    if (!found) {
        return 0;
    }
    if (!place.section) {
        return each.number;
    }
    size_t section_line = each.number;
    size_t indent = SIZE_MAX;
    if (!place.list) {
        size_t key_line = place.key ? find_in_section(&in, place.key, &indent) : 0; // else the section itself
        return key_line ? key_line : section_line;
    }
    size_t list_line = find_in_section(&in, place.list, &indent);
    if (list_line == 0) {
        return section_line;
    }
    size_t entry_line = place.entry > 0 ? find_in_entry(&in, indent, place.entry, place.key) : 0;
    return entry_line ? entry_line : list_line;
}

// Paths were made absolute since, so only the last part of a value is looked for.
static bool line_holds(gs_view text, size_t number, const char *value)
{
    const char *slash = strrchr(value, '/');
    reader in = {.text = text};
    line each = {0};
    while (each.number < number && next_line(&in, &each)) {
    }
    return gs_view_find(each.text, gs_view_of(slash ? slash + 1 : value), 0) != SIZE_MAX;
}

bool gs_fail_at(gs_error *error, const char *file, gs_view text, gs_place place)
{
    gs_buffer where = {0};
    size_t number = file ? gs_yaml_line(text, place) : 0;
    if (number > 0 && place.value && !line_holds(text, number, place.value)) {
        number = 0;
    }
    gs_buffer_format(&where, "%.300s", file ? file : "embedded defaults");
    if (number > 0) {
        gs_buffer_format(&where, ":%zu", number);
    }
    gs_buffer_text(&where, ": ");
    if (place.section) {
        gs_buffer_text(&where, place.section);
    }
    if (place.list) {
        gs_buffer_format(&where, ".%s", place.list);
    }
    if (place.entry > 0) {
        gs_buffer_format(&where, "[%zu]", place.entry);
    }
    if (place.key) {
        gs_buffer_format(&where, "%s%.100s", place.section ? "." : "", place.key);
    }
    gs_fail_within(error, "%s", where.data);
    gs_buffer_free(&where);
    return false;
}
