// filter: what a client asks for: the query string of a URL, read into conditions.
//
// The same conditions are put to the read model as SQL (filter_sql.c) and to live events in memory
// (filter_match.c). A value may list alternatives with commas; a parameter that is given twice must hold
// twice: country=CN,US is one of both, country=CN&country=US has both sides.
#ifndef GAINSAY_GATEWAY_FILTER_H
#define GAINSAY_GATEWAY_FILTER_H

#include "facets.h"

enum {
    GW_QUERY_BYTES = 4096, // of a query string
    GW_GROUPS = 4,         // times that one parameter may be given
    GW_VALUES = 16,        // alternatives in one
    GW_VALUE_BYTES = 256,  // of one value
    GW_TERMS = 16,         // words and phrases of q
    GW_PAGE_DEFAULT = 50,
    GW_PAGE_MOST = 500,
};

// One parameter: any of its values will do.
typedef struct gw_group {
    char *values[GW_VALUES]; // in the filter's arena
    size_t count;
} gw_group;

typedef struct gw_groups {
    gw_group groups[GW_GROUPS]; // all of them must hold
    size_t count;
} gw_groups;

typedef struct gw_term {
    char *text;   // as written, for FTS5
    char *folded; // as compared with live events
    bool prefix;  // word*
} gw_term;

typedef struct gw_filter {
    gw_groups countries, speakers, topics;
    gw_group ids, sources, types;
    gw_term terms[GW_TERMS];
    size_t term_count;
    uint32_t kinds, scopes, relations, acts, forms; // bit n: value n of the enum; 0: any
    double min_score;
    bool has_official, official;
    int64_t since, until; // Unix seconds; INT64_MIN, INT64_MAX: open. until is exclusive
    gs_id dispute, statement;
    bool has_dispute, has_statement;
    // Of a page, not of a row:
    uint32_t limit;
    bool oldest_first, most_first;
    uint64_t cursor; // rows beyond this one; 0: from the beginning
    uint64_t after;  // live streams: sequence; UINT64_MAX: from now on
} gw_filter;

// Reads a query string (without '?'). Unknown parameters are an error, so that a misspelt one is not taken
// for "no condition". Everything is copied to arena.
bool gw_filter_parse(gs_view query, gs_arena *arena, gw_filter *filter, gs_error *error);

// filter_match.c: would the event pass? texts are the event's, folded as gw_folded_texts has it.
bool gw_filter_match(const gw_filter *filter, const gw_facets *facets, const gw_texts *folded);
void gw_fold_texts(const gw_texts *texts, gw_texts *folded);
bool gw_filter_needs_texts(const gw_filter *filter);

// filter_sql.c: the condition for one kind of rows as SQL, and what is bound to its parameters.
enum { GW_BINDINGS = 256 };

typedef struct gw_binding {
    enum { GW_BIND_NUMBER, GW_BIND_REAL, GW_BIND_TEXT, GW_BIND_ID } type;
    int64_t number;
    double real;
    const char *text; // borrowed from the filter, or in the arena given to gw_filter_sql
    gs_id id;
} gw_binding;

typedef struct gw_sql {
    gs_buffer where;   // "" or " AND …", over the table under the alias t
    const char *match; // FTS5 expression, in the arena; NULL: no full-text search
    gw_binding bindings[GW_BINDINGS];
    size_t binding_count;
} gw_sql;

// False: the filter has a condition that such rows do not know; error says which.
bool gw_filter_sql(const gw_filter *filter, gw_type type, gs_arena *arena, gw_sql *sql, gs_error *error);

#endif
