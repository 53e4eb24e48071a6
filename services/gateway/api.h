// api: from a request to an answer, over one reading connection. Knows nothing of sockets; worker threads
// call it.
//
//   api.c              routes, errors as problem details (RFC 9457), ETag
//   api_json.c         rows as JSON, lists, the summary, counts by day
//   format_json_feed.c, format_atom.c, format_csv.c   the same lists for readers and spreadsheets
//   format_jsonld.c    one statement or contradiction as schema.org Claim or Quotation with Web Annotation
//   selectors
#ifndef GAINSAY_GATEWAY_API_H
#define GAINSAY_GATEWAY_API_H

#include "rows.h"

typedef struct gw_request {
    const char *path;          // "/api/v1/statements", without the query
    gs_view query;             // without '?'
    const char *base;          // "http://127.0.0.1:7780": begin of links
    const char *accept;        // "" if not sent
    const char *if_none_match; // "" if not sent
} gw_request;

enum { GW_ETAG = GS_ID_TEXT + 2, GW_LOCATION = 200 };

typedef struct gw_answer {
    unsigned status;
    const char *type;           // of the content; static
    gs_buffer body;             // owned
    char etag[GW_ETAG];         // "" : none
    char location[GW_LOCATION]; // of a redirect; "": none
    unsigned retry_after;       // seconds; 0: none
    const char *file_name;      // for a download; NULL: none
} gw_answer;

void gw_answer_clear(gw_answer *answer); // frees the body too
// The answer is a problem: RFC 9457, with a title of ours for the status.
void gw_answer_problem(gw_answer *answer, unsigned status, const char *detail);

// True if the path is one of the API's or of the feeds', which a worker answers.
bool gw_api_knows(const char *path);
// query_ms: how long the database may take.
void gw_api_answer(gw_db *db, const gw_request *request, uint32_t query_ms, gw_answer *answer);

// What the files above share.
typedef struct gw_list {
    const gw_request *request;
    const gw_filter *filter;
    gw_type type;
    gw_rows rows;
} gw_list;

void gw_row_json(const gw_row *row, gs_buffer *out);
void gw_list_json(const gw_list *list, gs_buffer *out);
void gw_list_json_feed(const gw_list *list, gs_buffer *out);
void gw_list_atom(const gw_list *list, gs_buffer *out);
void gw_list_csv(const gw_list *list, gs_buffer *out);
void gw_row_jsonld(const gw_row *row, const char *base, gs_buffer *out);
bool gw_summary_json(gw_db *db, gs_buffer *out, gs_error *error);
void gw_days_json(const gw_day *days, size_t count, gs_buffer *out);

// Lines about a row for people, in formats_text.c; plain and bounded.
void gw_row_title(const gw_row *row, gs_buffer *out);
void gw_row_content(const gw_row *row, gs_buffer *out); // several lines
int64_t gw_row_time(const gw_row *row);                 // Unix seconds
const char *gw_row_link(const gw_row *row);             // of the article; "" if it is no http address
void gw_row_permalink(const gw_row *row, const char *base, gs_buffer *out);

#endif
