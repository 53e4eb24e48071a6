// filter_sql: the conditions of a filter as SQL over one table of the read model (alias t) and its full-text
// index. Only texts of this file become SQL; what a client wrote is bound, or quoted as an FTS5 string.
//
// A list of several values is marked with a unary plus, which keeps SQLite from using its index: rows are
// wanted in feed order, and walking the narrow table in that order ends at the first full page, while an
// index for each value would have to be merged and sorted whole.
#include "filter.h"

#include <string.h>

typedef struct writer {
    const gw_filter *filter;
    gw_type type;
    gs_arena *arena;
    gw_sql *sql;
    gs_buffer match; // FTS5 expression so far
    gs_error *error;
} writer;

static const char *bind(writer *self, gw_binding binding)
{
    gw_sql *sql = self->sql;
    if (sql->binding_count == GW_BINDINGS) {
        return "NULL"; // cannot be: groups, values and terms are bounded below it
    }
    sql->bindings[sql->binding_count++] = binding;
    return gs_arena_format(self->arena, "?%zu", sql->binding_count);
}

static const char *bind_number(writer *self, int64_t number)
{
    return bind(self, (gw_binding){.type = GW_BIND_NUMBER, .number = number});
}

static const char *bind_text(writer *self, const char *text)
{
    return bind(self, (gw_binding){.type = GW_BIND_TEXT, .text = text});
}

static const char *bind_id(writer *self, gs_id id)
{
    return bind(self, (gw_binding){.type = GW_BIND_ID, .id = id});
}

static bool has_none(writer *self, const char *parameter)
{
    return gs_fail(self->error, GS_E_INPUT, "%s: %s cannot be filtered by it", parameter,
                   gw_collection_names[self->type]);
}

static gs_id id_of(const char *text)
{
    gs_id id = {{0}};
    gs_id_parse(gs_view_of(text), &id);
    return id;
}

// ---- lists -------------------------------------------------------------------------------------------

// " (?1, ?2)" of texts.
static const char *list_texts(writer *self, const gw_group *group)
{
    gs_buffer list = {0};
    for (size_t i = 0; i < group->count; i++) {
        gs_buffer_format(&list, "%s%s", i > 0 ? ", " : "", bind_text(self, group->values[i]));
    }
    const char *copy = gs_arena_format(self->arena, "(%s)", list.data);
    gs_buffer_free(&list);
    return copy;
}

static const char *list_ids(writer *self, const gw_group *group)
{
    gs_buffer list = {0};
    for (size_t i = 0; i < group->count; i++) {
        gs_buffer_format(&list, "%s%s", i > 0 ? ", " : "", bind_id(self, id_of(group->values[i])));
    }
    const char *copy = gs_arena_format(self->arena, "(%s)", list.data);
    gs_buffer_free(&list);
    return copy;
}

static const char *plus(const gw_group *group)
{
    return group->count > 1 ? "+" : "";
}

static bool write_countries(writer *self, const gw_group *group)
{
    gs_buffer *where = &self->sql->where;
    if (self->type == GW_STATEMENT || self->type == GW_SPEAKER) {
        gs_buffer_format(where, " AND %st.country IN %s", plus(group), list_texts(self, group));
        return true;
    }
    if (self->type == GW_CONTRADICTION) {
        const char *list = list_texts(self, group);
        gs_buffer_format(where, " AND (t.country_a IN %s OR t.country_b IN %s)", list, list);
        return true;
    }
    if (self->type != GW_DISPUTE) {
        return has_none(self, "country");
    }
    gs_buffer_text(where, " AND (");
    for (size_t i = 0; i < group->count; i++) {
        const char *code = gs_arena_format(self->arena, ";%s;", group->values[i]);
        gs_buffer_format(where, "%sinstr(t.countries, %s)", i > 0 ? " OR " : "", bind_text(self, code));
    }
    gs_buffer_byte(where, ')');
    return true;
}

static bool write_speaker_ids(writer *self, const gw_group *group)
{
    gs_buffer *where = &self->sql->where;
    const char *rows =
        gs_arena_format(self->arena, "(SELECT row FROM speakers WHERE id IN %s)", list_ids(self, group));
    switch (self->type) {
    case GW_STATEMENT:
        gs_buffer_format(where, " AND %st.speaker %s %s", plus(group), group->count > 1 ? "IN" : "=", rows);
        return true;
    case GW_CONTRADICTION:
        gs_buffer_format(where, " AND (t.speaker_a IN %s OR t.speaker_b IN %s)", rows, rows);
        return true;
    case GW_DISPUTE:
        gs_buffer_format(
            where,
            " AND t.id IN (SELECT dispute FROM contradictions WHERE speaker_a IN %s OR speaker_b "
            "IN %s)",
            rows, rows);
        return true;
    case GW_SPEAKER:
        gs_buffer_format(where, " AND t.row IN %s", rows);
        return true;
    default:
        return has_none(self, "speaker");
    }
}

// ---- full text ---------------------------------------------------------------------------------------

static bool and_match(writer *self)
{
    if (self->type == GW_SOURCE) {
        return has_none(self, "q, speaker, topic");
    }
    if (self->match.size > 0) {
        gs_buffer_text(&self->match, " AND ");
    }
    return true;
}

// An FTS5 string: in quotes, those within doubled. Nothing else has a meaning inside.
static void write_string(writer *self, const char *text, bool prefix)
{
    gs_buffer_byte(&self->match, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"') {
            gs_buffer_byte(&self->match, '"');
        }
        gs_buffer_byte(&self->match, *c);
    }
    gs_buffer_text(&self->match, prefix ? "\"*" : "\"");
}

static bool write_column(writer *self, const char *column, const gw_group *group)
{
    if (!and_match(self)) {
        return false;
    }
    gs_buffer_format(&self->match, "%s : (", column);
    for (size_t i = 0; i < group->count; i++) {
        gs_buffer_text(&self->match, i > 0 ? " OR " : "");
        write_string(self, group->values[i], false);
    }
    gs_buffer_byte(&self->match, ')');
    return true;
}

static bool write_texts(writer *self)
{
    const gw_filter *filter = self->filter;
    gs_id id;
    for (size_t i = 0; i < filter->speakers.count; i++) {
        const gw_group *group = &filter->speakers.groups[i];
        const bool ids = gs_id_parse(gs_view_of(group->values[0]), &id);
        if (!(ids ? write_speaker_ids(self, group) : write_column(self, "names", group))) {
            return false;
        }
    }
    for (size_t i = 0; i < filter->topics.count; i++) {
        if (self->type == GW_SPEAKER ? !has_none(self, "topic")
                                     : !write_column(self, "topics", &filter->topics.groups[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < filter->term_count; i++) {
        if (!and_match(self)) {
            return false;
        }
        write_string(self, filter->terms[i].text, filter->terms[i].prefix);
    }
    return true;
}

// ---- numbers -----------------------------------------------------------------------------------------

static void list_bits(gs_buffer *out, uint32_t bits)
{
    gs_buffer_byte(out, '(');
    bool first = true;
    for (int i = 0; i < 32; i++) {
        if ((bits >> i & 1) != 0) {
            gs_buffer_format(out, "%s%d", first ? "" : ", ", i);
            first = false;
        }
    }
    gs_buffer_byte(out, ')');
}

// What contradictions have; a dispute passes by any of its contradictions.
static bool write_contradiction(writer *self)
{
    const gw_filter *filter = self->filter;
    gs_buffer conditions = {0};
    const struct {
        const char *name;
        uint32_t bits;
    } enums[] = {{"kind", filter->kinds}, {"scope", filter->scopes}, {"relation", filter->relations}};
    const char *alias = self->type == GW_DISPUTE ? "c" : "t";
    for (size_t i = 0; i < sizeof enums / sizeof enums[0]; i++) {
        if (enums[i].bits == 0) {
            continue;
        }
        if (self->type != GW_CONTRADICTION && self->type != GW_DISPUTE) {
            gs_buffer_free(&conditions);
            return has_none(self, enums[i].name);
        }
        gs_buffer_format(&conditions, " AND %s.%s IN ", alias, enums[i].name);
        list_bits(&conditions, enums[i].bits);
    }
    if (filter->min_score > 0 && self->type != GW_SPEAKER && self->type != GW_SOURCE) {
        gs_buffer_format(&conditions, " AND %s.score >= %s", alias,
                         bind(self, (gw_binding){.type = GW_BIND_REAL, .real = filter->min_score}));
    }
    if (conditions.size > 0 && self->type == GW_DISPUTE) {
        gs_buffer_format(&self->sql->where,
                         " AND EXISTS (SELECT 1 FROM contradictions c WHERE c.dispute = t.id%s)",
                         conditions.data);
    } else {
        gs_buffer_append(&self->sql->where, conditions.data, conditions.size);
    }
    gs_buffer_free(&conditions);
    return true;
}

static bool write_statement(writer *self)
{
    const gw_filter *filter = self->filter;
    gs_buffer *where = &self->sql->where;
    if ((filter->acts != 0 || filter->forms != 0) && self->type != GW_STATEMENT) {
        return has_none(self, "act, form");
    }
    if (filter->acts != 0) {
        gs_buffer_text(where, " AND t.act IN ");
        list_bits(where, filter->acts);
    }
    if (filter->forms != 0) {
        gs_buffer_text(where, " AND t.form IN ");
        list_bits(where, filter->forms);
    }
    if (filter->has_official) {
        if (self->type == GW_SOURCE) {
            return has_none(self, "official");
        }
        gs_buffer_format(where, " AND t.official = %d", filter->official ? 1 : 0);
    }
    return true;
}

static bool write_sources(writer *self, const gw_group *sources)
{
    gs_buffer *where = &self->sql->where;
    if (sources->count == 0) {
        return true;
    }
    const char *rows =
        gs_arena_format(self->arena, "(SELECT row FROM sources WHERE id IN %s)", list_ids(self, sources));
    if (self->type == GW_STATEMENT) {
        gs_buffer_format(where, " AND %st.source %s %s", plus(sources), sources->count > 1 ? "IN" : "=",
                         rows);
        return true;
    }
    if (self->type == GW_CONTRADICTION) {
        gs_buffer_format(where, " AND (t.source_a IN %s OR t.source_b IN %s)", rows, rows);
        return true;
    }
    return has_none(self, "source");
}

static bool write_links(writer *self)
{
    const gw_filter *filter = self->filter;
    gs_buffer *where = &self->sql->where;
    if (filter->has_dispute) {
        const char *id = bind_id(self, filter->dispute);
        if (self->type == GW_STATEMENT) {
            gs_buffer_format(
                where,
                " AND t.id IN (SELECT a FROM contradictions WHERE dispute = %s UNION SELECT b FROM "
                "contradictions WHERE dispute = %s)",
                id, id);
        } else if (self->type == GW_CONTRADICTION) {
            gs_buffer_format(where, " AND t.dispute = %s", id);
        } else if (self->type == GW_DISPUTE) {
            gs_buffer_format(where, " AND t.id = %s", id);
        } else {
            return has_none(self, "dispute");
        }
    }
    if (filter->has_statement) {
        const char *id = bind_id(self, filter->statement);
        if (self->type != GW_CONTRADICTION) {
            return has_none(self, "statement");
        }
        gs_buffer_format(where,
                         " AND t.row IN (SELECT row FROM contradictions WHERE a = %s UNION SELECT row FROM "
                         "contradictions WHERE b = %s)",
                         id, id);
    }
    if (filter->ids.count > 0) {
        gs_buffer_format(where, " AND t.id IN %s", list_ids(self, &filter->ids));
    }
    if (filter->since != INT64_MIN) {
        gs_buffer_format(where, " AND t.time >= %s", bind_number(self, filter->since));
    }
    if (filter->until != INT64_MAX) {
        gs_buffer_format(where, " AND t.time < %s", bind_number(self, filter->until));
    }
    return true;
}

bool gw_filter_sql(const gw_filter *filter, gw_type type, gs_arena *arena, gw_sql *sql, gs_error *error)
{
    writer self = {.filter = filter, .type = type, .arena = arena, .sql = sql, .error = error};
    gs_buffer_clear(&sql->where);
    gs_buffer_text(&sql->where, "");
    sql->binding_count = 0;
    sql->match = NULL;
    bool good =
        filter->types.count == 0 || gs_fail(error, GS_E_INPUT, "type: only /api/v1/events is filtered by it");
    for (size_t i = 0; good && i < filter->countries.count; i++) {
        good = write_countries(&self, &filter->countries.groups[i]);
    }
    good = good && write_texts(&self) && write_contradiction(&self) && write_statement(&self) &&
           write_sources(&self, &filter->sources) && write_links(&self);
    if (good && self.match.size > 0) {
        sql->match = gs_arena_text(arena, gs_buffer_view(&self.match));
    }
    gs_buffer_free(&self.match);
    return good;
}
