// api: routes. A path is taken apart once: prefix, collection, id, ending; tables say what may follow.
#include "api.h"

#include <stdio.h>
#include <string.h>

#include "json.h"

static const char json_type[] = "application/json; charset=utf-8";

typedef struct format {
    const char *ending;
    const char *type;
    void (*write)(const gw_list *list, gs_buffer *out);
    bool attachment;
} format;

static const format api_formats[] = {{"", json_type, gw_list_json, false}};
static const format feed_formats[] = {
    {".json", "application/feed+json; charset=utf-8", gw_list_json_feed, false},
    {".atom", "application/atom+xml; charset=utf-8", gw_list_atom, false},
    {".csv", "text/csv; charset=utf-8; header=present", gw_list_csv, true},
};

// ---- answers -----------------------------------------------------------------------------------------

void gw_answer_clear(gw_answer *answer)
{
    gs_buffer_free(&answer->body);
    *answer = (gw_answer){.status = 0};
}

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {{400, "The request is not understood"},
                  {401, "A token is needed"},
                  {403, "Not for this host"},
                  {404, "Not found"},
                  {405, "Only GET and HEAD"},
                  {410, "Taken back"},
                  {413, "Too large"},
                  {414, "Too long an address"},
                  {421, "Not for this host"},
                  {429, "Too many requests"},
                  {503, "Not now"}};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Something failed here";
}

void gw_answer_problem(gw_answer *answer, unsigned status, const char *detail)
{
    gw_answer_clear(answer);
    answer->status = status;
    answer->type = "application/problem+json";
    gs_buffer *out = &answer->body;
    gw_json_open(out, NULL, '{');
    gw_json_text(out, "type", "about:blank");
    gw_json_text(out, "title", title_of(status));
    gw_json_number(out, "status", status);
    gw_json_text(out, "detail", detail);
    gw_json_close(out, '}');
    gs_buffer_byte(out, '\n');
}

static void answer_error(gw_answer *answer, const gs_error *error)
{
    switch (error->code) {
    case GS_E_INPUT:
    case GS_E_USAGE:
        gw_answer_problem(answer, 400, error->message);
        break;
    case GS_E_LIMIT:
        if (strstr(error->message, "takes too long") != NULL) {
            gw_answer_problem(answer, 503, error->message);
            answer->retry_after = 1;
        } else {
            gw_answer_problem(answer, 400, error->message);
        }
        break;
    default:
        gw_answer_problem(answer, 500, "the read model cannot be read at the moment");
        break;
    }
}

// A list of tags as RFC 9110 has it; weak ones count too, since an answer is compared whole.
static bool tag_matches(const char *header, const char *etag)
{
    return strcmp(header, "*") == 0 || (header[0] != '\0' && strstr(header, etag) != NULL);
}

// The tag is a hash of the body, so equal content is known as such whatever happened to the feed meanwhile.
static void finish(gw_answer *answer, const gw_request *request)
{
    char text[GS_ID_TEXT];
    gs_id_text(gs_id_of("etag", gs_buffer_view(&answer->body), gs_view_of(answer->type)), text);
    snprintf(answer->etag, sizeof answer->etag, "\"%s\"", text);
    if (tag_matches(request->if_none_match, answer->etag)) {
        gs_buffer_clear(&answer->body);
        answer->status = 304;
    }
}

// ---- lists -------------------------------------------------------------------------------------------

static void answer_list(gw_db *db, const gw_request *request, gw_type type, const format *chosen,
                        gs_arena *arena, gw_answer *answer)
{
    gs_error error = {0};
    gw_filter filter;
    gw_list list = {.request = request, .filter = &filter, .type = type};
    if (!gw_filter_parse(request->query, arena, &filter, &error) ||
        !gw_rows_list(db, &filter, type, arena, &list.rows, &error)) {
        answer_error(answer, &error);
        return;
    }
    answer->status = 200;
    answer->type = chosen->type;
    answer->file_name = chosen->attachment ? gw_collection_names[type] : NULL;
    chosen->write(&list, &answer->body);
    finish(answer, request);
}

// ---- single rows -------------------------------------------------------------------------------------

static void answer_gone(gw_db *db, const gw_request *request, gw_type type, gs_id id, const char *ending,
                        gs_arena *arena, gw_answer *answer)
{
    gs_error error = {0};
    gw_gone gone;
    if (!gw_rows_gone(db, id, arena, &gone, &error)) {
        answer_error(answer, &error);
        return;
    }
    if (!gone.known) {
        gw_answer_problem(answer, 404, "there is nothing with this id");
        return;
    }
    if (!gone.merged) {
        gw_answer_problem(answer, 410, gone.reason[0] != '\0' ? gone.reason : "it was taken back");
        return;
    }
    char text[GS_ID_TEXT];
    gs_id_text(gone.into, text);
    gw_answer_problem(answer, 308, "it turned out to be part of another one");
    snprintf(answer->location, sizeof answer->location, "/api/v1/%s/%s%s", gw_collection_names[type], text,
             ending);
    (void)request;
}

static bool wants_jsonld(const gw_request *request, const char *ending)
{
    return strcmp(ending, ".jsonld") == 0 || strstr(request->accept, "application/ld+json") != NULL;
}

static void answer_row(gw_db *db, const gw_request *request, gw_type type, gs_id id, const char *ending,
                       gs_arena *arena, gw_answer *answer)
{
    gs_error error = {0};
    gw_row row;
    bool found = false;
    if (!gw_rows_get(db, type, id, arena, &row, &found, &error)) {
        answer_error(answer, &error);
        return;
    }
    if (!found) {
        answer_gone(db, request, type, id, ending, arena, answer);
        return;
    }
    answer->status = 200;
    if (wants_jsonld(request, ending) && (type == GW_STATEMENT || type == GW_CONTRADICTION)) {
        answer->type = "application/ld+json";
        gw_row_jsonld(&row, request->base, &answer->body);
    } else {
        answer->type = json_type;
        gw_row_json(&row, &answer->body);
        gs_buffer_byte(&answer->body, '\n');
    }
    finish(answer, request);
}

// ---- the rest ----------------------------------------------------------------------------------------

static void answer_summary(gw_db *db, const gw_request *request, gw_answer *answer)
{
    gs_error error = {0};
    answer->status = 200;
    answer->type = json_type;
    if (!gw_summary_json(db, &answer->body, &error)) {
        answer_error(answer, &error);
        return;
    }
    finish(answer, request);
}

static void answer_days(gw_db *db, const gw_request *request, gs_arena *arena, gw_answer *answer)
{
    gs_error error = {0};
    gw_filter filter;
    gw_day *days;
    size_t count;
    if (!gw_filter_parse(request->query, arena, &filter, &error) ||
        !gw_rows_days(db, &filter, arena, &days, &count, &error)) {
        answer_error(answer, &error);
        return;
    }
    answer->status = 200;
    answer->type = json_type;
    gw_days_json(days, count, &answer->body);
    finish(answer, request);
}

// ---- paths -------------------------------------------------------------------------------------------

static const char api_prefix[] = "/api/v1";
static const char feed_prefix[] = "/feeds/";

bool gw_api_knows(const char *path)
{
    const gs_view view = gs_view_of(path);
    return gs_view_starts(view, "/api/") || gs_view_equal(view, gs_view_of("/api")) ||
           gs_view_starts(view, feed_prefix);
}

// The collection that name begins with; what follows it goes to *rest. GW_TYPES: none.
static gw_type collection_of(const char *name, const char **rest)
{
    for (gw_type type = 0; type < GW_TYPES; type++) {
        const size_t size = strlen(gw_collection_names[type]);
        if (size > 0 && strncmp(name, gw_collection_names[type], size) == 0 &&
            (name[size] == '\0' || name[size] == '/' || name[size] == '.')) {
            *rest = name + size;
            return type;
        }
    }
    return GW_TYPES;
}

static const format *format_of(const format *formats, size_t count, const char *ending)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(formats[i].ending, ending) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

static void route_api(gw_db *db, const gw_request *request, gs_arena *arena, gw_answer *answer)
{
    const char *name = request->path + strlen(api_prefix);
    const char *rest = "";
    if (name[0] == '\0' || strcmp(name, "/") == 0) {
        answer_summary(db, request, answer);
        return;
    }
    if (strcmp(name, "/days") == 0) {
        answer_days(db, request, arena, answer);
        return;
    }
    const gw_type type = name[0] == '/' ? collection_of(name + 1, &rest) : GW_TYPES;
    gs_id id;
    if (type != GW_TYPES && rest[0] == '\0') {
        answer_list(db, request, type, &api_formats[0], arena, answer);
    } else if (type != GW_TYPES && rest[0] == '/' &&
               gs_id_parse(gs_view_slice(gs_view_of(rest), 1, GS_ID_TEXT), &id) &&
               (rest[GS_ID_TEXT] == '\0' || strcmp(rest + GS_ID_TEXT, ".jsonld") == 0)) {
        answer_row(db, request, type, id, rest + GS_ID_TEXT, arena, answer);
    } else {
        gw_answer_problem(answer, 404, "no such path; see /api/v1/openapi.yaml");
    }
}

static void route_feed(gw_db *db, const gw_request *request, gs_arena *arena, gw_answer *answer)
{
    const char *rest = "";
    const gw_type type = collection_of(request->path + strlen(feed_prefix), &rest);
    const format *chosen =
        type == GW_TYPES ? NULL : format_of(feed_formats, sizeof feed_formats / sizeof feed_formats[0], rest);
    const bool fits = chosen != NULL && (type <= GW_DISPUTE || chosen->write == gw_list_csv);
    if (fits) {
        answer_list(db, request, type, chosen, arena, answer);
    } else {
        gw_answer_problem(answer, 404,
                          "no such feed: /feeds/contradictions.atom, .json or .csv; statements; disputes");
    }
}

void gw_api_answer(gw_db *db, const gw_request *request, uint32_t query_ms, gw_answer *answer)
{
    gs_arena *arena = gs_arena_new(0);
    const gs_view path = gs_view_of(request->path);
    gw_db_deadline(db, gs_monotonic_us() + (uint64_t)query_ms * 1000);
    if (gs_view_starts(path, feed_prefix)) {
        route_feed(db, request, arena, answer);
    } else if (gs_view_starts(path, api_prefix)) {
        route_api(db, request, arena, answer);
    } else {
        gw_answer_problem(answer, 404, "no such path; see /api/v1/openapi.yaml");
    }
    gw_db_deadline(db, 0);
    gs_arena_free(&arena);
}
