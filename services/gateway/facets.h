// facets: what an event, or a row of the read model, is filtered by. Worked out once from a message; the
// store writes them into columns, and the live streams compare them with each client's filter.
#ifndef GAINSAY_GATEWAY_FACETS_H
#define GAINSAY_GATEWAY_FACETS_H

#include "wire/wire.h"

typedef enum gw_type {
    GW_STATEMENT,
    GW_CONTRADICTION,
    GW_DISPUTE,
    GW_RETRACTION,
    GW_SPEAKER, // not events, but kinds of rows
    GW_SOURCE,
    GW_TYPES,
} gw_type;

extern const char *const gw_type_names[GW_TYPES];       // "statement"
extern const char *const gw_collection_names[GW_TYPES]; // "statements"; "" for retractions

enum { GW_SIDES = 8 }; // of a dispute that are looked at; a contradiction has two, a statement one

typedef struct gw_side {
    const char *country; // "" if unknown; texts are borrowed from the message
    const char *name;
    const char *role;
    const char *organisation;
    gs_id speaker; // zeros if there is nothing to know it by
    bool official;
} gw_side;

typedef struct gw_facets {
    gw_type type;
    gs_id id;
    bool has_id;
    int64_t time; // Unix seconds: when it was published; of a dispute, when it last grew
    gw_side sides[GW_SIDES];
    size_t side_count;
    int kind, scope, relation, act, form; // of the messages' enums; 0: does not apply
    double score;                         // of a contradiction; a statement's confidence
    gs_id dispute;                        // zeros if none
    const gs_statement *statements[GW_SIDES];
    size_t statement_count; // whose words, topics and titles can be searched
    const char *question;   // "" if none
} gw_facets;

// Facets of what event tells. False: it is a heartbeat, or names no valid id.
bool gw_facets_of_event(const gs_event *event, gw_facets *facets);
void gw_facets_of_statement(const gs_statement *statement, int64_t otherwise, gw_facets *facets);
void gw_facets_of_contradiction(const gs_contradiction *contradiction, int64_t otherwise, gw_facets *facets);
void gw_facets_of_dispute(const gs_dispute *dispute, int64_t otherwise, gw_facets *facets);

// The id of a speaker: of its entity where known, else of its folded name and country; of an unnamed one, of
// role, organisation and country. False if there is nothing to know it by.
bool gw_speaker_id(const gs_speaker *speaker, gs_id *id);
// The id of a source: of the publisher's folded name, or of the host of url where none is named.
bool gw_source_id(const char *publisher, const char *url, gs_id *id);
gs_view gw_url_host(const char *url); // "" if it has none
// Unix seconds of an RFC 3339 time; `otherwise` if it is none.
int64_t gw_time_of(const char *text, int64_t otherwise);

// The texts that full-text search looks through, appended: words, names, topics, titles.
typedef struct gw_texts {
    gs_buffer text, names, topics, title;
} gw_texts;
void gw_facets_texts(const gw_facets *facets, gw_texts *texts); // clears first
void gw_texts_free(gw_texts *texts);

#endif
