// filter: the query string, read by a table of parameters. Every loop is bounded by the length of the query,
// which the caller has cut to GW_QUERY_BYTES.
#include "filter.h"

#include <string.h>

typedef struct reader {
    gw_filter *filter;
    gs_arena *arena;
    gs_error *error;
    const char *name; // of the parameter that is read
} reader;

// ---- enums by name -----------------------------------------------------------------------------------

static bool same_word(const char *name, gs_view word)
{
    if (strlen(name) != word.size) {
        return false;
    }
    for (size_t i = 0; i < word.size; i++) {
        const char upper = word.data[i] >= 'a' && word.data[i] <= 'z' ? (char)(word.data[i] - 'a' + 'A')
                           : word.data[i] == '-'                      ? '_'
                                                                      : word.data[i];
        if (name[i] != upper) {
            return false;
        }
    }
    return true;
}

static bool enum_bit(const reader *self, const ProtobufCEnumDescriptor *type, const char *word,
                     uint32_t *bits)
{
    for (unsigned i = 0; i < type->n_values; i++) {
        const ProtobufCEnumValue *value = &type->values[i];
        if (value->value > 0 && value->value < 32 && same_word(value->name, gs_view_of(word))) {
            *bits |= UINT32_C(1) << value->value;
            return true;
        }
    }
    gs_buffer names = {0};
    for (unsigned i = 0; i < type->n_values; i++) {
        if (type->values[i].value > 0) {
            gs_buffer_format(&names, "%s%s", names.size > 0 ? ", " : "", type->values[i].name);
        }
    }
    gs_fail(self->error, GS_E_INPUT, "%s: expected one of %s, found \"%.60s\"", self->name, names.data, word);
    gs_buffer_free(&names);
    return false;
}

// ---- values ------------------------------------------------------------------------------------------

static bool read_group(const reader *self, gs_view value, gw_group *group)
{
    size_t at = 0;
    while (at <= value.size) {
        const size_t comma = gs_view_find(value, gs_view_of(","), at);
        const size_t end = comma == SIZE_MAX ? value.size : comma;
        const gs_view each = gs_view_trim(gs_view_slice(value, at, end));
        at = end + 1;
        if (each.size == 0) {
            continue;
        }
        if (each.size > GW_VALUE_BYTES) {
            return gs_fail(self->error, GS_E_LIMIT, "%s: a value has at most %d bytes", self->name,
                           GW_VALUE_BYTES);
        }
        if (group->count == GW_VALUES) {
            return gs_fail(self->error, GS_E_LIMIT, "%s: at most %d alternatives", self->name, GW_VALUES);
        }
        group->values[group->count++] = gs_arena_text(self->arena, each);
    }
    return group->count > 0 ||
           gs_fail(self->error, GS_E_INPUT, "%s: expected a value, found nothing", self->name);
}

static bool read_groups(const reader *self, gs_view value, gw_groups *groups)
{
    if (groups->count == GW_GROUPS) {
        return gs_fail(self->error, GS_E_LIMIT, "%s: given more than %d times", self->name, GW_GROUPS);
    }
    return read_group(self, value, &groups->groups[groups->count++]);
}

static bool read_enum(const reader *self, gs_view value, const ProtobufCEnumDescriptor *type, uint32_t *bits)
{
    gw_group words = {0};
    if (!read_group(self, value, &words)) {
        return false;
    }
    for (size_t i = 0; i < words.count; i++) {
        if (!enum_bit(self, type, words.values[i], bits)) {
            return false;
        }
    }
    return true;
}

static bool read_number(const reader *self, gs_view value, uint64_t most, uint64_t *number)
{
    uint64_t sum = 0;
    bool good = value.size > 0 && value.size <= 19;
    for (size_t i = 0; good && i < value.size; i++) {
        good = value.data[i] >= '0' && value.data[i] <= '9';
        sum = sum * 10 + (uint64_t)(value.data[i] - '0');
    }
    if (!good || sum > most) {
        return gs_fail(self->error, GS_E_INPUT, "%s: expected a number up to %llu, found \"%.*s\"",
                       self->name, (unsigned long long)most, value.size < 40 ? (int)value.size : 40,
                       value.data);
    }
    *number = sum;
    return true;
}

// 0 to 1 with up to six digits after the point, read without strtod, whose point follows the locale.
static bool read_share(const reader *self, gs_view value, double *share)
{
    uint64_t sum = 0, scale = 1;
    bool point = false, good = value.size > 0 && value.size <= 8;
    for (size_t i = 0; good && i < value.size; i++) {
        if (value.data[i] == '.' && !point && i > 0) {
            point = true;
            continue;
        }
        good = value.data[i] >= '0' && value.data[i] <= '9';
        sum = sum * 10 + (uint64_t)(value.data[i] - '0');
        scale *= point ? 10 : 1;
    }
    if (!good || sum > scale) {
        return gs_fail(self->error, GS_E_INPUT, "%s: expected a number from 0 to 1, found \"%.*s\"",
                       self->name, value.size < 40 ? (int)value.size : 40, value.data);
    }
    *share = (double)sum / (double)scale;
    return true;
}

static bool read_time(const reader *self, gs_view value, int64_t *seconds)
{
    gs_time time;
    if (!gs_time_parse(value, &time)) {
        return gs_fail(self->error, GS_E_INPUT,
                       "%s: expected a day (2025-04-24) or a time (2025-04-24T10:00:00Z), found \"%.*s\"",
                       self->name, value.size < 40 ? (int)value.size : 40, value.data);
    }
    *seconds = time.unix_s;
    return true;
}

static bool read_bool(const reader *self, gs_view value, bool *flag)
{
    *flag = gs_view_equal(value, gs_view_of("true")) || gs_view_equal(value, gs_view_of("1"));
    return *flag || gs_view_equal(value, gs_view_of("false")) || gs_view_equal(value, gs_view_of("0")) ||
           gs_fail(self->error, GS_E_INPUT, "%s: expected true or false", self->name);
}

static bool read_id(const reader *self, gs_view value, gs_id *id, bool *has)
{
    *has = gs_id_parse(value, id);
    return *has ||
           gs_fail(self->error, GS_E_INPUT, "%s: expected an id of 32 hexadecimal digits", self->name);
}

// ---- q: words and "phrases", all of which must occur -------------------------------------------------

static bool has_word(gs_view text)
{
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        if (byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z')) {
            return true;
        }
    }
    return false;
}

static bool add_term(const reader *self, gs_view text, bool prefix)
{
    gw_filter *filter = self->filter;
    if (!has_word(text)) {
        return true; // signs alone: nothing to look for
    }
    if (filter->term_count == GW_TERMS) {
        return gs_fail(self->error, GS_E_LIMIT, "q: at most %d words and phrases", GW_TERMS);
    }
    gs_buffer folded = {0};
    gs_utf8_fold(text, &folded);
    filter->terms[filter->term_count++] =
        (gw_term){.text = gs_arena_text(self->arena, text),
                  .folded = gs_arena_text(self->arena, gs_buffer_view(&folded)),
                  .prefix = prefix};
    gs_buffer_free(&folded);
    return true;
}

static bool read_terms(const reader *self, gs_view value)
{
    size_t at = 0;
    while (at < value.size) {
        const char first = value.data[at];
        if (first == ' ' || first == '\t' || first == '\n' || first == '\r') {
            at++;
            continue;
        }
        const bool quoted = first == '"';
        size_t end = at + (quoted ? 1 : 0);
        while (end < value.size &&
               (quoted ? value.data[end] != '"'
                       : value.data[end] > ' ' || (unsigned char)value.data[end] >= 0x80)) {
            end++;
        }
        gs_view text = gs_view_slice(value, at + (quoted ? 1 : 0), end);
        at = end + 1;
        const bool prefix =
            (!quoted && gs_view_ends(text, "*")) || (quoted && at < value.size && value.data[at] == '*');
        if (prefix && !quoted) {
            text.size--;
        } else if (prefix) {
            at++;
        }
        if (text.size > GW_VALUE_BYTES) {
            return gs_fail(self->error, GS_E_LIMIT, "q: a word or phrase has at most %d bytes",
                           GW_VALUE_BYTES);
        }
        if (!add_term(self, text, prefix)) {
            return false;
        }
    }
    return self->filter->term_count > 0 || gs_fail(self->error, GS_E_INPUT, "q: expected words, found none");
}

// ---- parameters --------------------------------------------------------------------------------------

typedef bool read_parameter(reader *self, gs_view value);

static bool read_country(reader *self, gs_view value)
{
    gw_groups *groups = &self->filter->countries;
    if (!read_groups(self, value, groups)) {
        return false;
    }
    gw_group *group = &groups->groups[groups->count - 1];
    for (size_t i = 0; i < group->count; i++) {
        char *code = group->values[i];
        const bool none = strcmp(code, "-") == 0; // those without a country
        for (char *c = code; *c != '\0'; c++) {
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        }
        if (!none && (strlen(code) != 2 || strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)) {
            return gs_fail(self->error, GS_E_INPUT,
                           "country: expected codes of two letters such as CN, found \"%.40s\"", code);
        }
        if (none) {
            *code = '\0';
        }
    }
    return true;
}

// Ids, or parts of names; a group of both would be two questions.
static bool read_speaker(reader *self, gs_view value)
{
    gw_groups *groups = &self->filter->speakers;
    if (!read_groups(self, value, groups)) {
        return false;
    }
    const gw_group *group = &groups->groups[groups->count - 1];
    size_t ids = 0;
    for (size_t i = 0; i < group->count; i++) {
        gs_id id;
        ids += gs_id_parse(gs_view_of(group->values[i]), &id) ? 1 : 0;
    }
    return ids == 0 || ids == group->count ||
           gs_fail(self->error, GS_E_INPUT, "speaker: alternatives must be all ids or all names");
}

static bool read_topic(reader *self, gs_view value)
{
    return read_groups(self, value, &self->filter->topics);
}

static bool read_source(reader *self, gs_view value)
{
    gw_group *sources = &self->filter->sources;
    gs_id id;
    if (!read_group(self, value, sources)) {
        return false;
    }
    for (size_t i = 0; i < sources->count; i++) {
        if (!gs_id_parse(gs_view_of(sources->values[i]), &id)) {
            return gs_fail(self->error, GS_E_INPUT, "source: expected ids, as /api/v1/sources lists them");
        }
    }
    return true;
}

static bool read_ids(reader *self, gs_view value)
{
    gw_group *ids = &self->filter->ids;
    gs_id id;
    if (!read_group(self, value, ids)) {
        return false;
    }
    for (size_t i = 0; i < ids->count; i++) {
        if (!gs_id_parse(gs_view_of(ids->values[i]), &id)) {
            return gs_fail(self->error, GS_E_INPUT, "id: expected ids of 32 hexadecimal digits");
        }
    }
    return true;
}

static bool read_type(reader *self, gs_view value)
{
    gw_group *types = &self->filter->types;
    if (!read_group(self, value, types)) {
        return false;
    }
    for (size_t i = 0; i < types->count; i++) {
        bool known = false;
        for (size_t type = 0; type <= GW_RETRACTION; type++) {
            known = known || strcmp(types->values[i], gw_type_names[type]) == 0;
        }
        if (!known) {
            return gs_fail(self->error, GS_E_INPUT,
                           "type: expected statement, contradiction, dispute or retraction, found \"%.40s\"",
                           types->values[i]);
        }
    }
    return true;
}

static bool read_q(reader *self, gs_view value)
{
    return read_terms(self, value);
}

static bool read_kind(reader *self, gs_view value)
{
    return read_enum(self, value, &gainsay__v1__contradiction__kind__descriptor, &self->filter->kinds);
}

static bool read_scope(reader *self, gs_view value)
{
    return read_enum(self, value, &gainsay__v1__contradiction__scope__descriptor, &self->filter->scopes);
}

static bool read_relation(reader *self, gs_view value)
{
    return read_enum(self, value, &gainsay__v1__contradiction__relation__descriptor,
                     &self->filter->relations);
}

static bool read_act(reader *self, gs_view value)
{
    return read_enum(self, value, &gainsay__v1__statement__act__descriptor, &self->filter->acts);
}

static bool read_form(reader *self, gs_view value)
{
    return read_enum(self, value, &gainsay__v1__statement__form__descriptor, &self->filter->forms);
}

static bool read_score(reader *self, gs_view value)
{
    return read_share(self, value, &self->filter->min_score);
}

static bool read_official(reader *self, gs_view value)
{
    self->filter->has_official = true;
    return read_bool(self, value, &self->filter->official);
}

static bool read_since(reader *self, gs_view value)
{
    return read_time(self, value, &self->filter->since);
}

static bool read_until(reader *self, gs_view value)
{
    return read_time(self, value, &self->filter->until);
}

static bool read_dispute(reader *self, gs_view value)
{
    return read_id(self, value, &self->filter->dispute, &self->filter->has_dispute);
}

static bool read_statement(reader *self, gs_view value)
{
    return read_id(self, value, &self->filter->statement, &self->filter->has_statement);
}

static bool read_limit(reader *self, gs_view value)
{
    uint64_t limit = 0;
    if (!read_number(self, value, GW_PAGE_MOST, &limit)) {
        return false;
    }
    self->filter->limit = limit > 0 ? (uint32_t)limit : 1;
    return true;
}

static bool read_cursor(reader *self, gs_view value)
{
    return read_number(self, value, INT64_MAX, &self->filter->cursor);
}

static bool read_after(reader *self, gs_view value)
{
    return read_number(self, value, INT64_MAX, &self->filter->after);
}

static bool read_order(reader *self, gs_view value)
{
    self->filter->oldest_first = gs_view_equal(value, gs_view_of("oldest"));
    self->filter->most_first = gs_view_equal(value, gs_view_of("most"));
    return self->filter->oldest_first || self->filter->most_first ||
           gs_view_equal(value, gs_view_of("newest")) ||
           gs_fail(self->error, GS_E_INPUT, "order: expected newest, oldest or most");
}

static const struct {
    const char *name;
    read_parameter *read;
} parameters[] = {
    {"country", read_country}, {"speaker", read_speaker},     {"topic", read_topic}, {"source", read_source},
    {"id", read_ids},          {"type", read_type},           {"q", read_q},         {"kind", read_kind},
    {"scope", read_scope},     {"relation", read_relation},   {"act", read_act},     {"form", read_form},
    {"score", read_score},     {"official", read_official},   {"since", read_since}, {"until", read_until},
    {"dispute", read_dispute}, {"statement", read_statement}, {"limit", read_limit}, {"cursor", read_cursor},
    {"after", read_after},     {"order", read_order},
};

// ---- the query string --------------------------------------------------------------------------------

static int hexadecimal(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

// Percent-decodes; '+' is a space, as forms have it. What comes out must be UTF-8 without NUL.
static bool decode(gs_view coded, gs_arena *arena, gs_view *plain, gs_error *error)
{
    char *out = gs_arena_alloc(arena, coded.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < coded.size; i++) {
        char byte = coded.data[i];
        if (byte == '+') {
            byte = ' ';
        } else if (byte == '%') {
            if (coded.size - i < 3 || hexadecimal(coded.data[i + 1]) < 0 ||
                hexadecimal(coded.data[i + 2]) < 0) {
                return gs_fail(error, GS_E_INPUT,
                               "a %% in the query is not followed by two hexadecimal digits");
            }
            byte = (char)(hexadecimal(coded.data[i + 1]) * 16 + hexadecimal(coded.data[i + 2]));
            i += 2;
        }
        if (byte == '\0') {
            return gs_fail(error, GS_E_INPUT, "the query holds a NUL byte");
        }
        out[size++] = byte;
    }
    out[size] = '\0';
    *plain = gs_view_make(out, size);
    return gs_utf8_valid(*plain, NULL) || gs_fail(error, GS_E_INPUT, "the query is not UTF-8");
}

static bool read_pair(reader *self, gs_view pair)
{
    const size_t equals = gs_view_find(pair, gs_view_of("="), 0);
    gs_view name, value;
    if (!decode(gs_view_slice(pair, 0, equals), self->arena, &name, self->error) ||
        !decode(gs_view_slice(pair, equals == SIZE_MAX ? pair.size : equals + 1, pair.size), self->arena,
                &value, self->error)) {
        return false;
    }
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (gs_view_equal(name, gs_view_of(parameters[i].name))) {
            self->name = parameters[i].name;
            return parameters[i].read(self, gs_view_trim(value));
        }
    }
    return gs_fail(self->error, GS_E_INPUT, "there is no parameter \"%.60s\"; see /api/v1/openapi.yaml",
                   name.data);
}

bool gw_filter_parse(gs_view query, gs_arena *arena, gw_filter *filter, gs_error *error)
{
    *filter =
        (gw_filter){.since = INT64_MIN, .until = INT64_MAX, .limit = GW_PAGE_DEFAULT, .after = UINT64_MAX};
    reader self = {.filter = filter, .arena = arena, .error = error};
    if (query.size > GW_QUERY_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "the query has more than %d bytes", GW_QUERY_BYTES);
    }
    for (size_t at = 0; at < query.size;) {
        const size_t ampersand = gs_view_find(query, gs_view_of("&"), at);
        const size_t end = ampersand == SIZE_MAX ? query.size : ampersand;
        if (end > at && !read_pair(&self, gs_view_slice(query, at, end))) {
            return false;
        }
        at = end + 1;
    }
    return true;
}
