// format_csv: a list as CSV (RFC 4180), one table of columns a kind of rows. Every cell stands in quotes;
// text.c keeps spreadsheets from computing any of them.
#include "api.h"
#include "json.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

typedef void put_cell(const gw_row *row, gs_buffer *cell);

typedef struct column {
    const char *name;
    put_cell *put;
} column;

static const gs_statement *statement_of(const gw_row *row)
{
    return (const gs_statement *)row->message;
}

static const gs_contradiction *contradiction_of(const gw_row *row)
{
    return (const gs_contradiction *)row->message;
}

static const gs_dispute *dispute_of(const gw_row *row)
{
    return (const gs_dispute *)row->message;
}

static void put_id(const gw_row *row, gs_buffer *cell)
{
    char text[GS_ID_TEXT];
    gs_id_text(row->id, text);
    gs_buffer_text(cell, text);
}

static void put_time(const gw_row *row, gs_buffer *cell)
{
    char text[GS_TIME_TEXT];
    gs_buffer_text(cell, gw_time_text(gw_row_time(row), text));
}

static void put_enum(const ProtobufCEnumDescriptor *type, int value, gs_buffer *cell)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    gs_buffer_text(cell, found != NULL && value > 0 ? found->name : "");
}

static void put_share(double share, gs_buffer *cell)
{
    const unsigned thousandths = share > 0 && share <= 1 ? (unsigned)(share * 1000 + 0.5) : 0;
    gs_buffer_format(cell, "%u.%03u", thousandths / 1000, thousandths % 1000);
}

#define STATEMENT_CELL(name, get, field)                                                                     \
    static void name(const gw_row *row, gs_buffer *cell)                                                     \
    {                                                                                                        \
        const gs_statement *statement = get;                                                                 \
        gs_buffer_text(cell, statement != NULL ? statement->field : NULL);                                   \
    }
#define SPEAKER_CELL(name, get, field)                                                                       \
    static void name(const gw_row *row, gs_buffer *cell)                                                     \
    {                                                                                                        \
        const gs_statement *statement = get;                                                                 \
        gs_buffer_text(cell,                                                                                 \
                       statement != NULL && statement->speaker != NULL ? statement->speaker->field : NULL);  \
    }

STATEMENT_CELL(said_on, statement_of(row), said_on)
STATEMENT_CELL(text, statement_of(row), text)
STATEMENT_CELL(publisher, statement_of(row), publisher)
STATEMENT_CELL(title, statement_of(row), title)
STATEMENT_CELL(url, statement_of(row), url)
SPEAKER_CELL(speaker, statement_of(row), name)
SPEAKER_CELL(role, statement_of(row), role)
SPEAKER_CELL(organisation, statement_of(row), organisation)
SPEAKER_CELL(country, statement_of(row), country)
SPEAKER_CELL(speaker_a, contradiction_of(row)->a, name)
SPEAKER_CELL(country_a, contradiction_of(row)->a, country)
STATEMENT_CELL(text_a, contradiction_of(row)->a, text)
STATEMENT_CELL(url_a, contradiction_of(row)->a, url)
SPEAKER_CELL(speaker_b, contradiction_of(row)->b, name)
SPEAKER_CELL(country_b, contradiction_of(row)->b, country)
STATEMENT_CELL(text_b, contradiction_of(row)->b, text)
STATEMENT_CELL(url_b, contradiction_of(row)->b, url)

static void put_official(const gw_row *row, gs_buffer *cell)
{
    const gs_speaker *speaker = statement_of(row)->speaker;
    gs_buffer_text(cell, speaker != NULL && speaker->official ? "true" : "false");
}

static void put_act(const gw_row *row, gs_buffer *cell)
{
    put_enum(&gainsay__v1__statement__act__descriptor, (int)statement_of(row)->act, cell);
}

static void put_confidence(const gw_row *row, gs_buffer *cell)
{
    put_share(statement_of(row)->confidence, cell);
}

static void put_kind(const gw_row *row, gs_buffer *cell)
{
    put_enum(&gainsay__v1__contradiction__kind__descriptor, (int)contradiction_of(row)->kind, cell);
}

static void put_scope(const gw_row *row, gs_buffer *cell)
{
    put_enum(&gainsay__v1__contradiction__scope__descriptor, (int)contradiction_of(row)->scope, cell);
}

static void put_score(const gw_row *row, gs_buffer *cell)
{
    put_share(contradiction_of(row)->score, cell);
}

static void put_reason(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, contradiction_of(row)->reason);
}

static void put_question(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, contradiction_of(row)->question);
}

static void put_dispute_id(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, contradiction_of(row)->dispute_id);
}

static void put_dispute_question(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, dispute_of(row)->question);
}

static void put_sides(const gw_row *row, gs_buffer *cell)
{
    for (size_t i = 0; i < dispute_of(row)->n_sides; i++) {
        gs_buffer_text(cell, i > 0 ? " / " : "");
        gs_buffer_text(cell, dispute_of(row)->sides[i]->label);
    }
}

static void put_dispute_count(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_format(cell, "%" PRIu32, dispute_of(row)->contradiction_count);
}

static void put_first_seen(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, dispute_of(row)->first_seen);
}

static void put_name(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, row->name);
}

static void put_row_role(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, row->role);
}

static void put_row_organisation(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, row->organisation);
}

static void put_row_country(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, row->country);
}

static void put_host(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_text(cell, row->host);
}

static void put_statements(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_format(cell, "%" PRIu64, row->statements);
}

static void put_contradictions(const gw_row *row, gs_buffer *cell)
{
    gs_buffer_format(cell, "%" PRIu64, row->contradictions);
}

static const column statement_columns[] = {{"statement_id", put_id},
                                           {"published", put_time},
                                           {"said_on", said_on},
                                           {"speaker", speaker},
                                           {"role", role},
                                           {"organisation", organisation},
                                           {"country", country},
                                           {"official", put_official},
                                           {"act", put_act},
                                           {"text", text},
                                           {"publisher", publisher},
                                           {"title", title},
                                           {"url", url},
                                           {"confidence", put_confidence},
                                           {NULL, NULL}};
static const column contradiction_columns[] = {{"contradiction_id", put_id},
                                               {"time", put_time},
                                               {"kind", put_kind},
                                               {"scope", put_scope},
                                               {"score", put_score},
                                               {"question", put_question},
                                               {"speaker_a", speaker_a},
                                               {"country_a", country_a},
                                               {"text_a", text_a},
                                               {"url_a", url_a},
                                               {"speaker_b", speaker_b},
                                               {"country_b", country_b},
                                               {"text_b", text_b},
                                               {"url_b", url_b},
                                               {"reason", put_reason},
                                               {"dispute_id", put_dispute_id},
                                               {NULL, NULL}};
static const column dispute_columns[] = {{"dispute_id", put_id},
                                         {"question", put_dispute_question},
                                         {"sides", put_sides},
                                         {"contradictions", put_dispute_count},
                                         {"first_seen", put_first_seen},
                                         {"last_seen", put_time},
                                         {NULL, NULL}};
static const column speaker_columns[] = {{"speaker_id", put_id},
                                         {"name", put_name},
                                         {"role", put_row_role},
                                         {"organisation", put_row_organisation},
                                         {"country", put_row_country},
                                         {"statements", put_statements},
                                         {"contradictions", put_contradictions},
                                         {"last", put_time},
                                         {NULL, NULL}};
static const column source_columns[] = {{"source_id", put_id}, {"name", put_name},
                                        {"host", put_host},    {"statements", put_statements},
                                        {"last", put_time},    {NULL, NULL}};

static const column *const columns_of[GW_TYPES] = {[GW_STATEMENT] = statement_columns,
                                                   [GW_CONTRADICTION] = contradiction_columns,
                                                   [GW_DISPUTE] = dispute_columns,
                                                   [GW_SPEAKER] = speaker_columns,
                                                   [GW_SOURCE] = source_columns};

void gw_list_csv(const gw_list *list, gs_buffer *out)
{
    const column *columns = columns_of[list->type];
    gs_buffer cell = {0};
    for (size_t i = 0; columns[i].name != NULL; i++) {
        gs_buffer_text(out, i > 0 ? "," : "");
        gs_buffer_text(out, columns[i].name);
    }
    gs_buffer_text(out, "\r\n");
    for (size_t row = 0; row < list->rows.count; row++) {
        for (size_t i = 0; columns[i].name != NULL; i++) {
            gs_buffer_clear(&cell);
            columns[i].put(&list->rows.rows[row], &cell);
            gs_buffer_text(out, i > 0 ? "," : "");
            gw_text_csv(gs_buffer_view(&cell), out);
        }
        gs_buffer_text(out, "\r\n");
    }
    gs_buffer_free(&cell);
}
