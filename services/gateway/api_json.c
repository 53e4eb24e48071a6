// api_json: rows as JSON. A message is printed by the wire's own mapping, and what the gateway adds (its
// place in the feed, ids of speaker and source) follows inside the same object.
#include "api.h"
#include "json.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add_ids(const gs_statement *statement, const char *speaker_key, const char *source_key,
                    gs_buffer *out)
{
    gs_id id;
    if (statement == NULL) {
        return;
    }
    if (gw_speaker_id(statement->speaker, &id)) {
        gw_json_id(out, speaker_key, id);
    }
    if (gw_source_id(statement->publisher, statement->url, &id)) {
        gw_json_id(out, source_key, id);
    }
}

// Opens the message's object again to add to it.
static void print_message(const gw_row *row, gs_buffer *out)
{
    gw_json_key(out, NULL);
    gs_wire_to_json(row->message, out);
    out->size--;
    gw_json_sequence(out, "sequence", row->row);
    gw_json_sequence(out, "updated", row->updated);
    if (row->type == GW_STATEMENT) {
        add_ids((const gs_statement *)row->message, "speaker_id", "source_id", out);
    } else if (row->type == GW_CONTRADICTION) {
        const gs_contradiction *contradiction = (const gs_contradiction *)row->message;
        add_ids(contradiction->a, "speaker_id_a", "source_id_a", out);
        add_ids(contradiction->b, "speaker_id_b", "source_id_b", out);
    }
    gw_json_close(out, '}');
}

static void print_speaker(const gw_row *row, gs_buffer *out)
{
    const ProtobufCEnumValue *kind =
        protobuf_c_enum_descriptor_get_value(&gainsay__v1__speaker__kind__descriptor, row->kind);
    gw_json_open(out, NULL, '{');
    gw_json_id(out, "speaker_id", row->id);
    gw_json_text_if(out, "name", row->name);
    gw_json_text_if(out, "role", row->role);
    gw_json_text_if(out, "organisation", row->organisation);
    gw_json_text_if(out, "country", row->country);
    gw_json_text_if(out, "entity_id", row->entity_id);
    if (kind != NULL && row->kind > 0) {
        gw_json_text(out, "kind", kind->name);
    }
    gw_json_bool(out, "official", row->official);
    gw_json_number(out, "statements", row->statements);
    gw_json_number(out, "contradictions", row->contradictions);
    gw_json_time(out, "first", row->first);
    gw_json_time(out, "last", row->last);
    gw_json_close(out, '}');
}

static void print_source(const gw_row *row, gs_buffer *out)
{
    gw_json_open(out, NULL, '{');
    gw_json_id(out, "source_id", row->id);
    gw_json_text_if(out, "name", row->name);
    gw_json_text_if(out, "host", row->host);
    gw_json_number(out, "statements", row->statements);
    gw_json_time(out, "first", row->first);
    gw_json_time(out, "last", row->last);
    gw_json_close(out, '}');
}

void gw_row_json(const gw_row *row, gs_buffer *out)
{
    if (row->type == GW_SPEAKER) {
        print_speaker(row, out);
    } else if (row->type == GW_SOURCE) {
        print_source(row, out);
    } else {
        print_message(row, out);
    }
}

void gw_list_json(const gw_list *list, gs_buffer *out)
{
    gw_json_open(out, NULL, '{');
    gw_json_open(out, "items", '[');
    for (size_t i = 0; i < list->rows.count; i++) {
        gw_row_json(&list->rows.rows[i], out);
    }
    gw_json_close(out, ']');
    if (list->rows.next > 0) {
        gw_json_sequence(out, "next", list->rows.next);
    }
    gw_json_close(out, '}');
    gs_buffer_byte(out, '\n');
}

bool gw_summary_json(gw_db *db, gs_buffer *out, gs_error *error)
{
    static const struct {
        const char *key, *sql;
    } counts[] = {{"statements", "SELECT sum(count) FROM days WHERE type = 0"},
                  {"contradictions", "SELECT sum(count) FROM days WHERE type = 1"},
                  {"disputes", "SELECT sum(count) FROM days WHERE type = 2"},
                  {"speakers", "SELECT count(*) FROM speakers"},
                  {"sources", "SELECT count(*) FROM sources"}};
    int64_t number = 0;
    if (!gw_db_number(db, "SELECT sequence FROM mark", 0, &number, error)) {
        return false;
    }
    gw_json_open(out, NULL, '{');
    gw_json_text(out, "version", GAINSAY_VERSION);
    gw_json_sequence(out, "sequence", (uint64_t)number);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (!gw_db_number(db, counts[i].sql, 0, &number, error)) {
            return false;
        }
        gw_json_number(out, counts[i].key, (uint64_t)number);
    }
    gw_json_close(out, '}');
    gs_buffer_byte(out, '\n');
    return true;
}

void gw_days_json(const gw_day *days, size_t count, gs_buffer *out)
{
    gw_json_open(out, NULL, '{');
    gw_json_open(out, "items", '[');
    for (size_t i = 0; i < count; i++) {
        char text[GS_TIME_TEXT];
        gw_time_text(days[i].day * 24 * 60 * 60, text);
        gw_json_open(out, NULL, '{');
        gw_json_view(out, "day", gs_view_slice(gs_view_of(text), 0, strlen("YYYY-MM-DD")));
        gw_json_number(out, "statements", days[i].counts[GW_STATEMENT]);
        gw_json_number(out, "contradictions", days[i].counts[GW_CONTRADICTION]);
        gw_json_close(out, '}');
    }
    gw_json_close(out, ']');
    gw_json_close(out, '}');
    gs_buffer_byte(out, '\n');
}
