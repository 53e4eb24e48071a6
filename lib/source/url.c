// The one address of an article, of the many that lead to it.
//
// What comes out is a name, to be hashed, and nothing is fetched by it; so "http" may become "https" and
// "www." may go, where both lead to one article on every site that is known. The test for each step is not
// whether two addresses are equal by RFC 3986, but whether a site could have two different articles there;
// where it could, the addresses stay apart. In particular the case and the order of path segments stay, and
// parameters of which nothing is known stay.
//
//   RFC 3986, 6.2.2   scheme and host in lower case, percent-encoding, dot segments
//   RFC 3986, 6.2.3   default port, empty path
//   beyond it         fragments, parameters of campaigns (data/url_parameters.tsv), parameters in order of
//   name,
//                     a slash or index page at the end, forms for small screens, for printing and of AMP
//
// A form is mapped only where what remains still names an article: its last segment must look like a slug or
// a number, so that /tech/amp, a section about amplifiers, is left alone.
#include "source/source_internal.h"

#include <string.h>

enum { PARAMETERS_MAX = 64, SEGMENTS_MAX = 128 };

typedef struct url_parameter {
    const char *name, *value;
} url_parameter;

static const url_parameter dropped[] = {
#include "url_parameters.inc"
};

typedef struct url_parts {
    bool secure;
    gs_view host;     // without port; as written
    gs_view port;     // "" if none
    gs_view path;     // from the slash on
    gs_view query;    // without the question mark
    gs_view fragment; // without the number sign
} url_parts;

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_letter_or_digit(char byte)
{
    return (lower(byte) >= 'a' && lower(byte) <= 'z') || (byte >= '0' && byte <= '9');
}

// ---- taking apart ----------------------------------------------------------------------------------

// Cuts what stands behind the first mark off *rest and returns it; empty without one.
static gs_view cut_behind(gs_view *rest, const char *mark)
{
    const size_t at = gs_view_find(*rest, gs_view_of(mark), 0);
    if (at == SIZE_MAX) {
        return gs_view_make(rest->data + rest->size, 0);
    }
    const gs_view behind = gs_view_slice(*rest, at + 1, rest->size);
    *rest = gs_view_slice(*rest, 0, at);
    return behind;
}

// Labels of a host that only say in which dress the site is shown.
static gs_view without_dress(gs_view host)
{
    static const char *const labels[] = {"www.", "m.", "mobile.", "amp.", "wap.", "touch."};
    const size_t count = sizeof labels / sizeof labels[0];
    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(labels[i]);
        const gs_view rest = gs_view_slice(host, size, host.size);
        const bool still_a_host = gs_view_find(rest, gs_view_of("."), 0) != SIZE_MAX;
        if (still_a_host && gs_view_equal_nocase(gs_view_slice(host, 0, size), gs_view_of(labels[i]))) {
            host = rest;
            i = SIZE_MAX; // from the first one again
        }
    }
    return host;
}

// What stands before query and fragment.
static bool split_place(gs_view rest, url_parts *parts)
{
    const size_t slash = gs_view_find(rest, gs_view_of("/"), 0);
    parts->path = slash == SIZE_MAX ? gs_view_of("/") : gs_view_slice(rest, slash, rest.size);
    gs_view authority = gs_view_slice(rest, 0, slash == SIZE_MAX ? rest.size : slash);
    for (size_t at; (at = gs_view_find(authority, gs_view_of("@"), 0)) != SIZE_MAX;) {
        authority = gs_view_slice(authority, at + 1, authority.size);
    }
    size_t end = authority.size; // a port is digits behind the last colon
    while (end > 0 && authority.data[end - 1] >= '0' && authority.data[end - 1] <= '9') {
        end--;
    }
    const bool has_port = end > 0 && authority.data[end - 1] == ':';
    parts->port = has_port ? gs_view_slice(authority, end, authority.size) : gs_view_of("");
    parts->host = gs_view_slice(authority, 0, has_port ? end - 1 : authority.size);
    while (gs_view_ends(parts->host, ".")) {
        parts->host.size--;
    }
    if (gs_view_equal(parts->port, gs_view_of(parts->secure ? "443" : "80"))) {
        parts->port = gs_view_of("");
    }
    parts->host = without_dress(parts->host);
    const bool is_address = gs_view_starts(parts->host, "["); // of IPv6
    return parts->host.size > 0 && (is_address || gs_view_find(parts->host, gs_view_of(":"), 0) == SIZE_MAX);
}

static bool split(gs_view url, url_parts *parts)
{
    url = gs_view_trim(url);
    parts->secure = gs_view_equal_nocase(gs_view_slice(url, 0, 8), gs_view_of("https://"));
    if (!parts->secure && !gs_view_equal_nocase(gs_view_slice(url, 0, 7), gs_view_of("http://"))) {
        return false;
    }
    gs_view rest = gs_view_slice(url, parts->secure ? 8 : 7, url.size);
    parts->fragment = cut_behind(&rest, "#");
    parts->query = cut_behind(&rest, "?");
    return split_place(rest, parts);
}

// ---- percent-encoding ------------------------------------------------------------------------------

static int digit_of(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    return lower(byte) >= 'a' && lower(byte) <= 'f' ? lower(byte) - 'a' + 10 : -1;
}

// Letters, digits and marks that mean themselves (2.3) stand bare, the reserved ones (2.2) as they stand, all
// else encoded with capital digits (6.2.2.1, 6.2.2.2).
static void add_encoded(gs_buffer *out, gs_view text)
{
    static const char unreserved[] = "-._~";
    static const char reserved[] = ":/?#[]@!$&'()*+,;=";
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        const bool is_encoded = byte == '%' && i + 2 < text.size && digit_of(text.data[i + 1]) >= 0 &&
                                digit_of(text.data[i + 2]) >= 0;
        if (is_encoded) {
            byte = (unsigned char)(digit_of(text.data[i + 1]) * 16 + digit_of(text.data[i + 2]));
            i += 2;
        }
        const bool is_bare = is_letter_or_digit((char)byte) || (byte != 0 && strchr(unreserved, byte));
        if (is_bare || (!is_encoded && byte != 0 && strchr(reserved, byte))) {
            gs_buffer_byte(out, (char)byte);
        } else {
            gs_buffer_format(out, "%%%02X", byte);
        }
    }
}

// ---- the path --------------------------------------------------------------------------------------

typedef struct url_path {
    gs_view segments[SEGMENTS_MAX];
    size_t count;
    bool is_long; // more than that: it stays as it is
} url_path;

// Without dot segments (5.2.4), and without what ";" adds to a segment for the session alone.
static void split_path(gs_view path, url_path *self)
{
    self->count = 0;
    self->is_long = false;
    for (size_t at = 1; at <= path.size;) {
        size_t end = gs_view_find(path, gs_view_of("/"), at);
        end = end == SIZE_MAX ? path.size : end;
        gs_view segment = gs_view_slice(path, at, end);
        at = end + 1;
        const size_t session = gs_view_find(segment, gs_view_of(";jsessionid="), 0);
        segment = gs_view_slice(segment, 0, session);
        if (gs_view_equal(segment, gs_view_of(".."))) {
            self->count -= self->count > 0 ? 1 : 0;
        } else if (!gs_view_equal(segment, gs_view_of("."))) {
            self->is_long = self->count == SEGMENTS_MAX;
            if (self->is_long) {
                return;
            }
            self->segments[self->count++] = segment;
        }
    }
}

// "talks-end-without-deal", "20250424", "c4gx81", "story.html": what a section's name hardly is.
static bool names_an_article(gs_view segment)
{
    size_t dashes = 0;
    size_t digits = 0;
    for (size_t i = 0; i < segment.size; i++) {
        dashes += segment.data[i] == '-' || segment.data[i] == '_' ? 1 : 0;
        digits += segment.data[i] >= '0' && segment.data[i] <= '9' ? 1 : 0;
    }
    return dashes >= 2 || digits >= 4 || (dashes >= 1 && digits >= 1) || gs_view_ends(segment, ".html") ||
           gs_view_ends(segment, ".htm");
}

static bool is_word(gs_view segment, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (gs_view_equal_nocase(segment, gs_view_of(words[i]))) {
            return true;
        }
    }
    return false;
}
#define IS_WORD(segment, words) is_word(segment, words, sizeof words / sizeof words[0])

// The segment that is last when a form's mark is not counted.
static bool drop_mark_at_the_end(url_path *self)
{
    static const char *const marks[] = {"amp", "amp.html", "print", "printable", "print.html"};
    const bool is_mark = self->count >= 2 && IS_WORD(self->segments[self->count - 1], marks) &&
                         names_an_article(self->segments[self->count - 2]);
    self->count -= is_mark ? 1 : 0;
    return is_mark;
}

// "story.amp", "story.amp.html", "story_amp.html"
static bool drop_mark_of_the_name(url_path *self, gs_arena *arena)
{
    static const char *const endings[][2] = {
        {".amp", ""}, {".amp.html", ".html"}, {".print.html", ".html"}, {"_amp.html", ".html"}};
    if (self->count == 0) {
        return false;
    }
    gs_view *last = &self->segments[self->count - 1];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t size = strlen(endings[i][0]);
        if (last->size <= size || !gs_view_ends(*last, endings[i][0])) {
            continue;
        }
        const gs_view stem = gs_view_slice(*last, 0, last->size - size);
        if (endings[i][1][0] != '\0' || names_an_article(stem)) {
            *last = gs_view_of(gs_arena_format(arena, "%.*s%s", (int)stem.size, stem.data, endings[i][1]));
            return true;
        }
    }
    return false;
}

// /amp/news/story-of-the-day, /news/amp/story-of-the-day
static bool drop_mark_within(url_path *self)
{
    static const char *const marks[] = {"amp"};
    for (size_t i = 0; i + 1 < self->count; i++) {
        if (IS_WORD(self->segments[i], marks) && names_an_article(self->segments[self->count - 1])) {
            memmove(&self->segments[i], &self->segments[i + 1],
                    (self->count - i - 1) * sizeof self->segments[0]);
            self->count--;
            return true;
        }
    }
    return false;
}

static bool drop_index(url_path *self)
{
    static const char *const pages[] = {"",          "index.html",  "index.htm",    "index.php",
                                        "index.asp", "index.shtml", "default.aspx", "index.xhtml"};
    const bool is_index = self->count > 0 && IS_WORD(self->segments[self->count - 1], pages);
    self->count -= is_index ? 1 : 0;
    return is_index;
}

static void add_path(gs_buffer *out, gs_view path, gs_arena *arena)
{
    url_path segments;
    split_path(path, &segments);
    if (segments.is_long) {
        gs_buffer_append(out, path.data, path.size);
        return;
    }
    while (drop_index(&segments) || drop_mark_at_the_end(&segments) || drop_mark_within(&segments) ||
           drop_mark_of_the_name(&segments, arena)) {
        // each takes something away
    }
    for (size_t i = 0; i < segments.count; i++) {
        gs_buffer_byte(out, '/');
        gs_buffer_append(out, segments.segments[i].data, segments.segments[i].size);
    }
    if (segments.count == 0) {
        gs_buffer_byte(out, '/');
    }
}

// ---- the query -------------------------------------------------------------------------------------

static bool matches(gs_view text, const char *pattern)
{
    const size_t size = strlen(pattern);
    if (size > 0 && pattern[size - 1] == '*') {
        return text.size >= size - 1 &&
               gs_view_equal_nocase(gs_view_slice(text, 0, size - 1), gs_view_make(pattern, size - 1));
    }
    return gs_view_equal_nocase(text, gs_view_of(pattern));
}

static gs_view name_of(gs_view parameter)
{
    const size_t equals = gs_view_find(parameter, gs_view_of("="), 0);
    return gs_view_slice(parameter, 0, equals);
}

static bool is_dropped(gs_view parameter)
{
    const gs_view name = name_of(parameter);
    const gs_view value = gs_view_slice(parameter, name.size + 1, parameter.size);
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
        if (matches(name, dropped[i].name) && matches(value, dropped[i].value)) {
            return true;
        }
    }
    return parameter.size == 0;
}

static int compare_names(gs_view a, gs_view b)
{
    const gs_view name_a = name_of(a);
    const gs_view name_b = name_of(b);
    const size_t size = name_a.size < name_b.size ? name_a.size : name_b.size;
    const int order = size == 0 ? 0 : memcmp(name_a.data, name_b.data, size);
    return order != 0 ? order : (name_a.size > name_b.size) - (name_a.size < name_b.size);
}

// In the order of names; several of one name keep theirs, because it may matter. Of more than PARAMETERS_MAX
// the rest follows as it stands.
static void add_query(gs_buffer *out, gs_view query)
{
    gs_view kept[PARAMETERS_MAX];
    size_t count = 0;
    size_t at = 0;
    bool first = true;
    while (at < query.size && count < PARAMETERS_MAX) {
        size_t end = gs_view_find(query, gs_view_of("&"), at);
        end = end == SIZE_MAX ? query.size : end;
        const gs_view parameter = gs_view_slice(query, at, end);
        at = end + 1;
        if (is_dropped(parameter)) {
            continue;
        }
        size_t place = count++;
        while (place > 0 && compare_names(kept[place - 1], parameter) > 0) {
            kept[place] = kept[place - 1];
            place--;
        }
        kept[place] = parameter;
    }
    const gs_view rest = gs_view_slice(query, at, query.size);
    for (size_t i = 0; i <= count; i++) {
        const gs_view parameter = i < count ? kept[i] : rest;
        if (parameter.size > 0) {
            gs_buffer_byte(out, first ? '?' : '&');
            gs_buffer_append(out, parameter.data, parameter.size);
            first = false;
        }
    }
}

// ---- AMP caches ------------------------------------------------------------------------------------

// A cache of AMP pages shows the page of another host, and its path says which:
//   https://www.google.com/amp/s/HOST/PATH    https://HOST-WITH-DASHES.cdn.ampproject.org/c/s/HOST/PATH
// False if this is no such cache.
static bool enter_cache(url_parts *parts)
{
    static const struct {
        const char *start;
        bool google, secure;
    } ways[] = {{"/amp/s/", true, true}, {"/amp/", true, false}, {"/c/s/", false, true},
                {"/c/", false, false},   {"/v/s/", false, true}, {"/v/", false, false}};
    const bool google = gs_view_equal_nocase(parts->host, gs_view_of("google.com"));
    if (!google && !gs_view_ends(parts->host, ".cdn.ampproject.org")) {
        return false;
    }
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i].google == google && gs_view_starts(parts->path, ways[i].start)) {
            url_parts inner = *parts;
            inner.secure = ways[i].secure;
            const bool done =
                split_place(gs_view_slice(parts->path, strlen(ways[i].start), parts->path.size), &inner);
            *parts = done ? inner : *parts;
            return done;
        }
    }
    return false;
}

// ---- the door --------------------------------------------------------------------------------------

static void add_canonical(gs_buffer *out, const url_parts *parts, gs_arena *arena)
{
    // A port of its own is a server of its own, and that one has its own scheme.
    gs_buffer_text(out, parts->secure || parts->port.size == 0 ? "https://" : "http://");
    for (size_t i = 0; i < parts->host.size; i++) {
        gs_buffer_byte(out, lower(parts->host.data[i]));
    }
    if (parts->port.size > 0) {
        gs_buffer_byte(out, ':');
        gs_buffer_append(out, parts->port.data, parts->port.size);
    }
    add_path(out, parts->path, arena);
    add_query(out, parts->query);
    // Pages that are put together by a script have their articles there: "#!/story/7", "#/story/7".
    if (gs_view_starts(parts->fragment, "!") || gs_view_starts(parts->fragment, "/")) {
        gs_buffer_byte(out, '#');
        gs_buffer_append(out, parts->fragment.data, parts->fragment.size);
    }
}

static char *canonical_once(gs_view url, gs_arena *arena)
{
    gs_buffer encoded = {0};
    gs_buffer out = {0};
    url_parts parts;
    add_encoded(&encoded, gs_view_trim(url)); // first: "%61mp" is "amp"
    const bool is_web = split(gs_buffer_view(&encoded), &parts);
    while (is_web && enter_cache(&parts)) {
        // a cache in a cache; each has a shorter path
    }
    if (is_web) {
        add_canonical(&out, &parts, arena);
    }
    char *result = gs_arena_text(arena, is_web ? gs_buffer_view(&out) : url);
    gs_buffer_free(&encoded);
    gs_buffer_free(&out);
    return result;
}

char *gs_url_canonical(gs_view url, gs_arena *arena)
{
    enum { ROUNDS = 8 };
    char *result = canonical_once(url, arena);
    for (int i = 1; i < ROUNDS; i++) { // what one rule leaves may be a case for one before it
        char *next = canonical_once(gs_view_of(result), arena);
        const bool same = strcmp(next, result) == 0;
        result = next;
        if (same) {
            break;
        }
    }
    return result;
}

// ---- sites -----------------------------------------------------------------------------------------

// The last labels of a host that one owner has: two, but three where the last but one is of the kind that a
// country's registry gives out under ("co.uk", "com.au", "go.jp").
static gs_view owner_of(gs_view host)
{
    size_t dots[3] = {0, 0, 0}; // starts of the last, last but one, last but two label
    size_t found = 0;
    for (size_t i = host.size; i > 0 && found < 3; i--) {
        if (host.data[i - 1] == '.') {
            dots[found++] = i;
        }
    }
    const bool is_number =
        host.size > 0 && host.data[host.size - 1] >= '0' && host.data[host.size - 1] <= '9';
    if (found < 2 || is_number) { // "127.0.0.1"
        return host;
    }
    const bool registry = host.size - dots[0] == 2 && dots[0] - 1 - dots[1] <= 3;
    if (!registry) {
        return gs_view_slice(host, dots[1], host.size);
    }
    return found < 3 ? host : gs_view_slice(host, dots[2], host.size);
}

char *gs_url_site(gs_view url, gs_arena *arena)
{
    url_parts parts;
    char *site = gs_arena_text(arena, split(url, &parts) ? owner_of(parts.host) : gs_view_of(""));
    for (size_t i = 0; site[i] != '\0'; i++) {
        site[i] = lower(site[i]);
    }
    return site;
}
