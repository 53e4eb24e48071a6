// http_answer: one request, from the first look to the queued response.
//
// Order of the checks: method, host, size, health (which anybody may ask), token, rate; then the path
// decides: a file of the page, a live stream, or a job for a worker, during which the connection is
// suspended.
#include "http_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "assets.h"
#include "json.h"

enum { STREAM_BLOCK = 4096, STREAM_SOCKET_BYTES = 256 * 1024 };

static const char page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";
static const char data_policy[] = "default-src 'none'; frame-ancestors 'none'";

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void add_headers(struct MHD_Response *response, const char *type, const char *policy)
{
    const struct {
        const char *name, *value;
    } headers[] = {{"Content-Type", type},
                   {"Content-Security-Policy", policy},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "no-referrer"},
                   {"X-Frame-Options", "DENY"},
                   {"Cross-Origin-Resource-Policy", "same-origin"},
                   {"Cross-Origin-Opener-Policy", "same-origin"}};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        MHD_add_response_header(response, headers[i].name, headers[i].value);
    }
}

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status,
                             struct MHD_Response *response)
{
    const enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

// Takes the answer's body.
static enum MHD_Result queue_answer(struct MHD_Connection *connection, gw_answer *answer)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->body.size, answer->body.data, MHD_RESPMEM_MUST_COPY);
    char text[GW_LOCATION];
    add_headers(response, answer->type, data_policy);
    MHD_add_response_header(response, "Cache-Control", answer->etag[0] != '\0' ? "no-cache" : "no-store");
    if (answer->etag[0] != '\0') {
        MHD_add_response_header(response, "ETag", answer->etag);
        MHD_add_response_header(response, "Vary", "Accept");
    }
    if (answer->location[0] != '\0') {
        MHD_add_response_header(response, "Location", answer->location);
    }
    if (answer->retry_after > 0) {
        snprintf(text, sizeof text, "%u", answer->retry_after);
        MHD_add_response_header(response, "Retry-After", text);
    }
    if (answer->status == 401) {
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer realm=\"gainsay\"");
    }
    if (answer->status == 405) {
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    }
    if (answer->file_name != NULL) {
        snprintf(text, sizeof text, "attachment; filename=\"gainsay-%s.csv\"", answer->file_name);
        MHD_add_response_header(response, "Content-Disposition", text);
    }
    return queue(connection, answer->status, response);
}

static enum MHD_Result refuse(gw_exchange *exchange, unsigned status, const char *detail,
                              unsigned retry_after)
{
    gw_answer answer = {.status = status};
    gw_answer_problem(&answer, status, detail);
    answer.retry_after = retry_after;
    exchange->http->numbers.refused++;
    const enum MHD_Result queued = queue_answer(exchange->connection, &answer);
    gw_answer_clear(&answer);
    return queued;
}

// ---- what needs no worker ----------------------------------------------------------------------------

static enum MHD_Result answer_health(gw_exchange *exchange, bool ready_too)
{
    gw_http *self = exchange->http;
    gw_answer answer = {.status = 200, .type = "application/json; charset=utf-8"};
    char reason[sizeof self->reason];
    pthread_mutex_lock(&self->lock);
    const bool ready = self->ready;
    memcpy(reason, self->reason, sizeof reason);
    pthread_mutex_unlock(&self->lock);
    answer.status = ready || !ready_too ? 200 : 503;
    gw_json_open(&answer.body, NULL, '{');
    gw_json_text(&answer.body, "status", answer.status == 200 ? "ok" : "not ready");
    if (ready_too) {
        gw_json_text_if(&answer.body, "reason", reason);
    }
    gw_json_sequence(&answer.body, "sequence", gw_events_newest(self->events));
    gw_json_close(&answer.body, '}');
    gs_buffer_byte(&answer.body, '\n');
    const enum MHD_Result queued = queue_answer(exchange->connection, &answer);
    gw_answer_clear(&answer);
    return queued;
}

static enum MHD_Result answer_asset(gw_exchange *exchange, const gw_asset *asset)
{
    char etag[GW_ETAG], text[GS_ID_TEXT];
    gs_id_text(gs_id_of("asset", asset->bytes, gs_view_of(asset->type)), text);
    snprintf(etag, sizeof etag, "\"%s\"", text);
    const char *known = header_of(exchange->connection, "If-None-Match");
    const bool same = known != NULL && strstr(known, etag) != NULL;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        same ? 0 : asset->bytes.size, (void *)(uintptr_t)asset->bytes.data, MHD_RESPMEM_PERSISTENT);
    add_headers(response, asset->type, page_policy);
    MHD_add_response_header(response, "ETag", etag);
    MHD_add_response_header(response, "Cache-Control", "no-cache");
    return queue(exchange->connection, same ? 304 : 200, response);
}

// ---- live streams ------------------------------------------------------------------------------------

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t size)
{
    gw_exchange *exchange = context;
    gw_http *self = exchange->http;
    (void)position;
    if (self->closing) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    const uint64_t told = gw_client_told(exchange->client);
    const ssize_t filled = gw_client_read(exchange->client, out, size, gs_monotonic_us());
    self->numbers.events += gw_client_told(exchange->client) - told;
    if (filled < 0) {
        self->numbers.cut++;
        return MHD_CONTENT_READER_END_OF_STREAM; // it comes back with the last id it saw
    }
    if (filled == 0) {
        // Some streams still read the store; they are looked at again at once.
        self->fan_out = self->fan_out || gw_client_ready(exchange->client, gs_monotonic_us());
        gw_stream_suspend(exchange);
    }
    return filled;
}

// A slow client's backlog is to stand in the ring, once for all, and not in the kernel, once for each.
static void bound_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const int bytes = STREAM_SOCKET_BYTES;
    if (info != NULL) {
        setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    }
}

static enum MHD_Result answer_stream(gw_exchange *exchange, gs_view query)
{
    gw_http *self = exchange->http;
    gs_error error = {0};
    exchange->client =
        gw_client_new(self->events, query, header_of(exchange->connection, "Last-Event-ID"), &error);
    if (exchange->client == NULL) {
        return refuse(exchange, 400, error.message, 0);
    }
    self->numbers.streams++;
    self->numbers.streams_now++;
    bound_socket(exchange->connection);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, exchange, NULL);
    add_headers(response, "text/event-stream; charset=utf-8", data_policy);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Accel-Buffering", "no"); // nginx would hold events back
    return queue(exchange->connection, 200, response);
}

// ---- jobs --------------------------------------------------------------------------------------------

static char *base_of(gw_exchange *exchange)
{
    const gs_config *config = exchange->http->options.config;
    gs_buffer base = {0};
    if (config->gateway.public_url != NULL) {
        gs_buffer_text(&base, config->gateway.public_url);
        while (base.size > 0 && base.data[base.size - 1] == '/') {
            base.data[--base.size] = '\0';
        }
    } else {
        const char *host = header_of(exchange->connection, "Host"); // gw_guard_host has passed it
        gs_buffer_format(&base, "http://%s", host != NULL ? host : config->gateway.listen);
    }
    return base.data;
}

static enum MHD_Result submit(gw_exchange *exchange, gs_view path, gs_view query)
{
    gs_buffer path_copy = {0}, query_copy = {0};
    gw_job *job = gs_allocate(sizeof *job);
    const char *accept = header_of(exchange->connection, "Accept");
    const char *known = header_of(exchange->connection, "If-None-Match");
    gs_buffer_append(&path_copy, path.data, path.size);
    gs_buffer_append(&query_copy, query.size > 0 ? query.data : "", query.size);
    job->path = path_copy.data;
    job->query = query_copy.data != NULL ? query_copy.data : gs_duplicate("");
    job->base = base_of(exchange);
    job->accept = gs_duplicate(accept != NULL ? accept : "");
    job->if_none_match = gs_duplicate(known != NULL ? known : "");
    job->owner = exchange;
    if (!gw_pool_submit(exchange->http->pool, job)) {
        gw_job_free(job);
        return refuse(exchange, 503, "too many requests wait for an answer", 1);
    }
    exchange->job = job;
    gw_stream_suspend(exchange);
    return MHD_YES;
}

// ---- the way of a request ----------------------------------------------------------------------------

static void requester(gw_exchange *exchange, char address[GW_ADDRESS])
{
    const char *forwarded = exchange->http->options.config->gateway.behind_proxy
                                ? header_of(exchange->connection, "X-Forwarded-For")
                                : NULL;
    if (forwarded == NULL) {
        gw_address_of(exchange->connection, address);
        return;
    }
    const char *last = strrchr(forwarded, ','); // what the proxy itself saw
    const gs_view view = gs_view_trim(gs_view_of(last != NULL ? last + 1 : forwarded));
    snprintf(address, GW_ADDRESS, "%.*s", view.size < GW_ADDRESS ? (int)view.size : GW_ADDRESS - 1,
             view.data);
}

static enum MHD_Result route(gw_exchange *exchange, const char *method)
{
    gw_http *self = exchange->http;
    const gs_view uri = gs_view_of(exchange->uri);
    const size_t mark = gs_view_find(uri, gs_view_of("?"), 0);
    const gs_view path = gs_view_slice(uri, 0, mark);
    const gs_view query = mark == SIZE_MAX ? gs_view_of("") : gs_view_slice(uri, mark + 1, uri.size);
    char address[GW_ADDRESS], name[GW_LOCATION];
    if (!gw_guard_host(self->guard, header_of(exchange->connection, "Host"))) {
        return refuse(exchange, 421,
                      "the Host header names another host; name it in gateway.hosts if it is yours", 0);
    }
    if (path.size >= sizeof name || query.size > GW_QUERY_BYTES) {
        return refuse(exchange, 414, "the address is too long", 0);
    }
    snprintf(name, sizeof name, "%.*s", (int)path.size, path.data);
    if (strcmp(name, "/healthz") == 0 || strcmp(name, "/readyz") == 0) {
        return answer_health(exchange, name[1] == 'r');
    }
    if (!gw_guard_token(self->guard, header_of(exchange->connection, "Authorization"))) {
        return refuse(exchange, 401, "send the gateway's token: Authorization: Bearer TOKEN", 0);
    }
    requester(exchange, address);
    if (!gw_guard_request(self->guard, address, gs_monotonic_us())) {
        self->numbers.limited++;
        return refuse(exchange, 429, "this address asks more often than gateway.per_minute allows", 1);
    }
    gw_asset asset;
    if (gw_asset_find(name, &asset)) {
        return answer_asset(exchange, &asset);
    }
    if (strcmp(name, "/api/v1/events") == 0) {
        return strcmp(method, "GET") == 0 ? answer_stream(exchange, query)
                                          : refuse(exchange, 405, "a stream is read by GET", 0);
    }
    if (gw_api_knows(name) || strcmp(name, "/metrics") == 0) {
        return submit(exchange, path, query);
    }
    return refuse(exchange, 404, "there is nothing here; the page is at /, the API at /api/v1/openapi.yaml",
                  0);
}

// Said before a body could come: no endpoint takes one.
static enum MHD_Result check_method(gw_exchange *exchange, const char *method)
{
    const char *length = header_of(exchange->connection, "Content-Length");
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        return refuse(exchange, 405, "nothing can be changed here", 0);
    }
    if ((length != NULL && strcmp(length, "0") != 0) ||
        header_of(exchange->connection, "Transfer-Encoding") != NULL) {
        return refuse(exchange, 413, "a request has no body here", 0);
    }
    return MHD_YES;
}

enum MHD_Result gw_http_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload,
                               size_t *upload_size, void **state)
{
    gw_http *self = context;
    gw_exchange *exchange = *state;
    (void)url;
    (void)version;
    (void)upload;
    (void)upload_size;
    if (exchange == NULL) {
        return MHD_NO;
    }
    if (!exchange->begun) {
        exchange->begun = true;
        self->numbers.requests++;
        return check_method(exchange, method);
    }
    if (exchange->job == NULL) {
        return route(exchange, method);
    }
    if (!exchange->job->done) { // only when the server ends
        return MHD_NO;
    }
    return queue_answer(connection, &exchange->job->answer);
}
