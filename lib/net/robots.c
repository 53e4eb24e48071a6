// robots.txt by RFC 9309: groups, the longest rule, "*" and "$", percent-encoding.
//
// Both sides of a comparison are brought to one form first, so that comparing is comparing bytes: what need
// not be percent-encoded is decoded, what must be is encoded, in capitals. In that form a raw '*' or '$' is
// always a sign of the pattern, for those of a URL stand as %2A and %24.
//
// A pattern is matched piece by piece between its stars, each at its first place behind the last: a star
// takes anything, so an earlier place never does harm, and no pattern costs more than one pass over the URL.
//
// Crawl-delay is no part of the RFC, but what site owners write when they mean it; it counts as a rule of its
// group. Only the group in force is kept.
#include "net/robots.h"

#include <stdlib.h>
#include <string.h>

typedef struct rule {
    size_t begin, size; // of its pattern in texts
    bool allow;
} rule;

typedef struct group {
    rule *rules; // owned
    size_t count, capacity;
    uint32_t delay_ms;
    bool present; // there is such a group, though perhaps without a rule
} group;

struct gs_robots {
    group force;     // the group in force
    gs_buffer texts; // patterns in comparable form, one behind the other
};

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_encoded(gs_buffer *out, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char encoded[3] = {'%', digits[c >> 4], digits[c & 15]};
    gs_buffer_append(out, encoded, sizeof encoded);
}

// Behind the '?' a colon or slash means the same encoded or not; in the path it does not.
static void put_decoded(gs_buffer *out, unsigned char c, bool in_query)
{
    if (is_unreserved(c) || (in_query && (c == ':' || c == '/'))) {
        gs_buffer_byte(out, (char)c);
    } else {
        put_encoded(out, c);
    }
}

static void put_comparable(gs_buffer *out, gs_view text, bool is_pattern)
{
    const size_t begin = out->size;
    bool in_query = false;
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        const int high = c == '%' && i + 2 < text.size ? hex_value(text.data[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text.data[i + 2]) : -1;
        in_query = in_query || c == '?';
        if (low >= 0) {
            put_decoded(out, (unsigned char)(high * 16 + low), in_query);
            i += 2;
        } else if (is_pattern && c == '*') {
            if (out->size == begin || out->data[out->size - 1] != '*') { // several stars are one
                gs_buffer_byte(out, '*');
            }
        } else if (is_pattern && c == '$' && i + 1 == text.size) {
            gs_buffer_byte(out, '$');
        } else if (c <= ' ' || c >= 0x7F || c == '*' || c == '$' || c == '%') {
            put_encoded(out, c);
        } else {
            gs_buffer_byte(out, (char)c);
        }
    }
}

static bool matches(gs_view pattern, gs_view path)
{
    const bool anchored = gs_view_ends(pattern, "$");
    pattern.size -= anchored;
    size_t at = 0;     // in path: what is matched
    bool first = true; // the first piece stands at the beginning
    bool last = false;
    while (!last) {
        const char *star = pattern.size > 0 ? memchr(pattern.data, '*', pattern.size) : NULL;
        const size_t size = star ? (size_t)(star - pattern.data) : pattern.size;
        const size_t left = path.size - at;
        const char *place = path.data + at;
        last = star == NULL;
        if (size > left) {
            return false;
        }
        if (last && anchored) { // at the end, and if there was no star at the beginning as well
            if (first && size != left) {
                return false;
            }
            place = path.data + path.size - size;
        } else if (!first) {
            place = memmem(place, left, pattern.data, size);
        }
        if (!place || memcmp(place, pattern.data, size) != 0) {
            return false;
        }
        at = (size_t)(place - path.data) + size;
        pattern = gs_view_slice(pattern, size + 1, pattern.size);
        first = false;
    }
    return true;
}

static void add_rule(gs_robots *self, group *to, bool allow, gs_view value)
{
    if (value.size == 0) { // "Disallow:" forbids nothing
        return;
    }
    if (to->count == to->capacity) {
        to->capacity = to->capacity ? to->capacity * 2 : 16;
        to->rules = gs_reallocate(to->rules, to->capacity * sizeof *to->rules);
    }
    rule *fresh = &to->rules[to->count++];
    *fresh = (rule){.begin = self->texts.size, .allow = allow};
    put_comparable(&self->texts, value, true);
    fresh->size = self->texts.size - fresh->begin;
}

// Seconds with or without a fraction; 0 for what is no number.
static uint32_t read_delay(gs_view value)
{
    uint64_t milliseconds = 0;
    uint64_t unit = 1000; // what a digit is worth; below 1000 behind the point
    for (size_t i = 0; i < value.size && unit > 0; i++) {
        const char c = value.data[i];
        if (c == '.' && unit == 1000) {
            unit = 100;
        } else if (c < '0' || c > '9') {
            return 0;
        } else if (unit == 1000) {
            milliseconds = milliseconds * 10 + (uint64_t)(c - '0') * 1000;
            milliseconds = milliseconds > GS_ROBOTS_DELAY_MOST_MS ? GS_ROBOTS_DELAY_MOST_MS : milliseconds;
        } else {
            milliseconds += (uint64_t)(c - '0') * unit;
            unit /= 10;
        }
    }
    return milliseconds > GS_ROBOTS_DELAY_MOST_MS ? GS_ROBOTS_DELAY_MOST_MS : (uint32_t)milliseconds;
}

typedef struct reader {
    gs_robots *robots;
    const char *product;
    group ours, anyone;
    bool in_ours, in_anyone; // the group being read is for these
    bool in_names;           // the last line named a product: another one names one more for the same rules
} reader;

static void take_name(reader *self, gs_view value)
{
    size_t size = 0;
    if (!self->in_names) {
        self->in_ours = self->in_anyone = false;
    }
    while (size < value.size && (value.data[size] == '-' || value.data[size] == '_' ||
                                 ((value.data[size] | 0x20) >= 'a' && (value.data[size] | 0x20) <= 'z'))) {
        size++; // "Gainsay/1.0" is for gainsay of any version
    }
    self->in_names = true;
    self->in_anyone = self->in_anyone || (value.size > 0 && value.data[0] == '*');
    self->in_ours =
        self->in_ours || gs_view_equal_nocase(gs_view_slice(value, 0, size), gs_view_of(self->product));
    self->ours.present = self->ours.present || self->in_ours;
}

static void take_rule(reader *self, group *to, gs_view key, gs_view value)
{
    if (gs_view_equal_nocase(key, gs_view_of("crawl-delay"))) {
        const uint32_t delay_ms = read_delay(value);
        to->delay_ms = delay_ms > to->delay_ms ? delay_ms : to->delay_ms;
    } else {
        add_rule(self->robots, to, gs_view_equal_nocase(key, gs_view_of("allow")), value);
    }
}

static void take_line(reader *self, gs_view line)
{
    const char *comment = line.size > 0 ? memchr(line.data, '#', line.size) : NULL;
    line = comment ? gs_view_slice(line, 0, (size_t)(comment - line.data)) : line;
    const char *colon = line.size > 0 ? memchr(line.data, ':', line.size) : NULL;
    if (!colon) {
        return;
    }
    const size_t split = (size_t)(colon - line.data);
    const gs_view key = gs_view_trim(gs_view_slice(line, 0, split));
    const gs_view value = gs_view_trim(gs_view_slice(line, split + 1, line.size));
    if (gs_view_equal_nocase(key, gs_view_of("user-agent"))) {
        take_name(self, value);
        return;
    }
    if (!gs_view_equal_nocase(key, gs_view_of("allow")) &&
        !gs_view_equal_nocase(key, gs_view_of("disallow")) &&
        !gs_view_equal_nocase(key, gs_view_of("crawl-delay"))) {
        return; // Sitemap and others stand outside the groups and end none
    }
    self->in_names = false;
    if (self->in_ours) {
        take_rule(self, &self->ours, key, value);
    }
    if (self->in_anyone) {
        take_rule(self, &self->anyone, key, value);
    }
}

gs_robots *gs_robots_parse(gs_view text, const char *product)
{
    gs_robots *self = gs_allocate(sizeof *self);
    reader state = {.robots = self, .product = product};
    const bool cut = text.size > GS_ROBOTS_BYTES;
    text =
        gs_view_slice(text, gs_view_starts(text, "\xEF\xBB\xBF") ? 3 : 0, cut ? GS_ROBOTS_BYTES : text.size);
    size_t begin = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\n' || text.data[i] == '\r') {
            take_line(&state, gs_view_slice(text, begin, i));
            begin = i + 1;
        }
    }
    if (!cut) { // half a line would be a rule that nobody wrote
        take_line(&state, gs_view_slice(text, begin, text.size));
    }
    self->force = state.ours.present ? state.ours : state.anyone;
    free(state.ours.present ? state.anyone.rules : state.ours.rules);
    return self;
}

void gs_robots_free(gs_robots **self_p)
{
    if (!self_p || !*self_p) {
        return;
    }
    free((*self_p)->force.rules);
    gs_buffer_free(&(*self_p)->texts);
    free(*self_p);
    *self_p = NULL;
}

bool gs_robots_allows(const gs_robots *self, const char *path)
{
    gs_buffer comparable = {0};
    size_t longest = 0;
    bool allowed = true;
    put_comparable(&comparable, gs_view_of(path), false);
    const gs_view asked = gs_buffer_view(&comparable);
    for (size_t i = 0; i < self->force.count; i++) {
        const rule *one = &self->force.rules[i];
        const gs_view pattern = gs_view_make(self->texts.data + one->begin, one->size);
        const bool decides = one->size > longest || (one->size == longest && one->allow);
        if (decides && matches(pattern, asked)) {
            longest = one->size;
            allowed = one->allow;
        }
    }
    allowed = allowed || gs_view_equal(asked, gs_view_of("/robots.txt"));
    gs_buffer_free(&comparable);
    return allowed;
}

uint32_t gs_robots_delay_ms(const gs_robots *self)
{
    return self->force.delay_ms;
}

size_t gs_robots_memory(const gs_robots *self)
{
    return sizeof *self + self->texts.capacity + self->force.capacity * sizeof *self->force.rules;
}
