// format_text: a row in words, for feed readers. Names and texts of articles are bounded and cleaned of what
// would steer the reader's screen; the readers' own formats escape them once more.
#include "api.h"
#include "json.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

enum { NAME_CHARACTERS = 120, WORDS_CHARACTERS = 280, CONTENT_CHARACTERS = 4000 };

static void put(gs_buffer *out, const char *text, size_t most)
{
    gw_text_plain(gs_view_of(text), most, out);
}

// "Guo Jiakun (CN)", or the role, or what is left.
static void put_speaker(const gs_speaker *speaker, gs_buffer *out)
{
    const char *name = "somebody";
    if (speaker != NULL) {
        const char *const choices[] = {speaker->name, speaker->role, speaker->organisation};
        for (size_t i = sizeof choices / sizeof choices[0]; i-- > 0;) {
            name = choices[i] != NULL && choices[i][0] != '\0' ? choices[i] : name;
        }
    }
    put(out, name, NAME_CHARACTERS);
    if (speaker != NULL && speaker->country != NULL && speaker->country[0] != '\0') {
        gs_buffer_text(out, " (");
        put(out, speaker->country, 8);
        gs_buffer_byte(out, ')');
    }
}

static void put_statement(const gs_statement *statement, size_t most, gs_buffer *out)
{
    if (statement == NULL) {
        return;
    }
    put_speaker(statement->speaker, out);
    gs_buffer_text(out, ": “");
    put(out, statement->text, most);
    gs_buffer_text(out, "”");
}

static void put_source(const gs_statement *statement, gs_buffer *out)
{
    const char *day = statement->said_on != NULL && statement->said_on[0] != '\0' ? statement->said_on
                                                                                  : statement->published;
    gs_buffer_text(out, " — ");
    put(out, statement->publisher, NAME_CHARACTERS);
    gs_buffer_text(out, ", ");
    gw_text_plain(gs_view_slice(gs_view_of(day), 0, 10), 10, out);
    gs_buffer_byte(out, '\n');
}

static void put_whole(const gs_statement *statement, gs_buffer *out)
{
    if (statement != NULL) {
        put_statement(statement, CONTENT_CHARACTERS, out);
        put_source(statement, out);
    }
}

void gw_row_title(const gw_row *row, gs_buffer *out)
{
    if (row->type == GW_STATEMENT) {
        put_statement((const gs_statement *)row->message, WORDS_CHARACTERS, out);
    } else if (row->type == GW_CONTRADICTION) {
        const gs_contradiction *contradiction = (const gs_contradiction *)row->message;
        put_speaker(contradiction->a != NULL ? contradiction->a->speaker : NULL, out);
        gs_buffer_text(out, " and ");
        put_speaker(contradiction->b != NULL ? contradiction->b->speaker : NULL, out);
        if (contradiction->question != NULL && contradiction->question[0] != '\0') {
            gs_buffer_text(out, ": ");
            put(out, contradiction->question, WORDS_CHARACTERS);
        }
    } else if (row->type == GW_DISPUTE) {
        put(out, ((const gs_dispute *)row->message)->question, WORDS_CHARACTERS);
    } else {
        put(out, row->name, NAME_CHARACTERS);
    }
}

void gw_row_content(const gw_row *row, gs_buffer *out)
{
    if (row->type == GW_STATEMENT) {
        put_whole((const gs_statement *)row->message, out);
    } else if (row->type == GW_CONTRADICTION) {
        const gs_contradiction *contradiction = (const gs_contradiction *)row->message;
        put_whole(contradiction->a, out);
        put_whole(contradiction->b, out);
        put(out, contradiction->reason, CONTENT_CHARACTERS);
        gs_buffer_byte(out, '\n');
    } else if (row->type == GW_DISPUTE) {
        const gs_dispute *dispute = (const gs_dispute *)row->message;
        for (size_t i = 0; i < dispute->n_sides; i++) {
            put(out, dispute->sides[i]->label, NAME_CHARACTERS);
            gs_buffer_byte(out, '\n');
            put_whole(dispute->sides[i]->first, out);
            put_whole(dispute->sides[i]->latest, out);
        }
    }
}

int64_t gw_row_time(const gw_row *row)
{
    gw_facets facets = {.time = row->last};
    if (row->type == GW_STATEMENT) {
        gw_facets_of_statement((const gs_statement *)row->message, 0, &facets);
    } else if (row->type == GW_CONTRADICTION) {
        gw_facets_of_contradiction((const gs_contradiction *)row->message, 0, &facets);
    } else if (row->type == GW_DISPUTE) {
        gw_facets_of_dispute((const gs_dispute *)row->message, 0, &facets);
    }
    return facets.time;
}

const char *gw_row_link(const gw_row *row)
{
    const char *url = "";
    if (row->type == GW_STATEMENT) {
        url = ((const gs_statement *)row->message)->url;
    } else if (row->type == GW_CONTRADICTION) {
        const gs_contradiction *contradiction = (const gs_contradiction *)row->message;
        url = contradiction->b != NULL ? contradiction->b->url : "";
    }
    return url != NULL && gw_text_is_link(url) ? url : "";
}

void gw_row_permalink(const gw_row *row, const char *base, gs_buffer *out)
{
    char text[GS_ID_TEXT];
    gs_id_text(row->id, text);
    gs_buffer_format(out, "%s/%s/%s", base, gw_collection_names[row->type], text);
}
