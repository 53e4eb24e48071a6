// One request on an easy handle of its own, so cookies and credentials never pass from one to another;
// transfers share open connections only.
//
// The guard on addresses sits where the socket is opened, after resolution, and again before each request,
// where a connection that another transfer opened may be used; so a name that resolves differently the second
// time does not get around it. Proxies from the environment are not used: behind one the guard would see the
// proxy's address only. The bound on the body holds for it as it comes, and decompressed (content.c).
#include "net/transfer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECT_TIMEOUT_MS = 10 * 1000,
    LOW_SPEED_BYTES = 100,
};

struct gs_transfer {
    CURLM *multi;             // borrowed
    CURL *easy;               // owned
    struct curl_slist *lines; // owned: headers of the request
    const char *as_public;    // borrowed; NULL: none
    const gs_url *url;        // borrowed
    gs_buffer body;
    gs_headers headers;
    size_t max_bytes;
    size_t header_bytes;
    bool head_is_enough;
    bool allow_private;
    bool too_large;
    bool header_flood;
    bool refused; // an address was refused
    char words[CURL_ERROR_SIZE];
};

// ---- what libcurl calls ------------------------------------------------------------------------------

static bool may_reach(gs_transfer *self, const struct sockaddr *address)
{
    char text[INET_ADDRSTRLEN] = "";
    if (self->as_public && address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    }
    const bool may = self->allow_private || gs_address_is_public(address) ||
                     (self->as_public && strcmp(text, self->as_public) == 0);
    self->refused = self->refused || !may;
    return may;
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    gs_transfer *self = context;
    if (purpose != CURLSOCKTYPE_IPCXN || !may_reach(self, &address->addr)) {
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Before each request, on a new connection or an old one.
static int on_request(void *context, char *ip, char *local_ip, int port, int local_port)
{
    (void)local_ip;
    (void)port;
    (void)local_port;
    gs_transfer *self = context;
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    const struct sockaddr *address = (const struct sockaddr *)&in6;
    if (inet_pton(AF_INET, ip, &in.sin_addr) == 1) {
        address = (const struct sockaddr *)&in;
    } else if (inet_pton(AF_INET6, ip, &in6.sin6_addr) != 1) {
        in6.sin6_addr = in6addr_any; // refused, as what is no address
    }
    return may_reach(self, address) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    gs_transfer *self = context;
    const size_t bytes = size * count;
    const size_t room = self->max_bytes - self->body.size;
    if (bytes <= room) {
        gs_buffer_append(&self->body, data, bytes);
        return bytes;
    }
    self->too_large = true;
    gs_buffer_append(&self->body, data, self->head_is_enough ? room : 0);
    return CURL_WRITEFUNC_ERROR;
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    gs_transfer *self = context;
    const gs_view line = gs_view_make(data, size * count);
    self->header_bytes += line.size;
    if (self->header_bytes > GS_NET_HEADER_BYTES) {
        self->header_flood = true;
        return 0; // less than was given ends the transfer
    }
    gs_headers_line(&self->headers, line);
    return line.size;
}

// ---- setting it up -----------------------------------------------------------------------------------

static void add_line(gs_transfer *self, const char *name, const char *value)
{
    // A stored value came from a server once; a line break in it would be a header of its own.
    if (!value || value[0] == '\0' || strpbrk(value, "\r\n")) {
        return;
    }
    gs_buffer line = {0};
    gs_buffer_format(&line, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(self->lines, line.data);
    self->lines = longer ? longer : self->lines;
    gs_buffer_free(&line);
}

static void set_limits(gs_transfer *self, const gs_transfer_plan *plan)
{
    CURL *easy = self->easy;
    const uint64_t connect_ms = CONNECT_TIMEOUT_MS;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(plan->timeout_ms < connect_ms ? plan->timeout_ms : connect_ms));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)plan->timeout_ms);
    if (plan->stall_s > 0) {
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES);
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)plan->stall_s);
    }
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L); // bytes without a status line are no answer
    curl_easy_setopt(easy, CURLOPT_PROXY, "");          // overrides the environment
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, self);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, self);
    if (!plan->head_is_enough) { // where Content-Length tells, it need not be read to be too much
        curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)self->max_bytes);
    }
}

static void set_request(gs_transfer *self, const gs_transfer_plan *plan)
{
    CURL *easy = self->easy;
    const gs_post *post = plan->post;
    gs_buffer bearer = {0};
    add_line(self, "If-None-Match", plan->etag);
    add_line(self, "If-Modified-Since", plan->last_modified);
    if (post) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->json.size);
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, post->json.size > 0 ? post->json.data : "");
        add_line(self, "Content-Type", "application/json");
        add_line(self, "Accept", "application/json");
    }
    for (const char *const *header = post && post->headers ? post->headers : NULL; header && header[0];
         header += 2) {
        add_line(self, header[0], header[1]);
    }
    if (post && post->bearer) {
        gs_buffer_format(&bearer, "Bearer %s", post->bearer);
        add_line(self, "Authorization", bearer.data);
        gs_buffer_free(&bearer);
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->lines);
    curl_easy_setopt(easy, CURLOPT_URL, plan->url->text);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, plan->user_agent);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate, br, zstd"); // what content.c can undo
    curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (plan->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, plan->ca_file);
    }
    if (plan->resolve) {
        curl_easy_setopt(easy, CURLOPT_RESOLVE, plan->resolve);
    }
}

static void set_callbacks(gs_transfer *self, void *owner)
{
    CURL *easy = self->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, owner);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->words);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, self);
}

gs_transfer *gs_transfer_start(const gs_transfer_plan *plan, CURLM *multi, void *owner, gs_error *error)
{
    gs_transfer *self = gs_allocate(sizeof *self);
    self->url = plan->url;
    self->as_public = plan->as_public;
    self->max_bytes = plan->max_bytes;
    self->head_is_enough = plan->head_is_enough;
    self->allow_private = plan->allow_private;
    self->easy = curl_easy_init();
    if (!self->easy) {
        gs_fail(error, GS_E_INTERNAL, "%.200s: libcurl cannot make a handle", plan->url->shown);
        gs_transfer_free(&self);
        return NULL;
    }
    set_limits(self, plan);
    set_request(self, plan);
    set_callbacks(self, owner);
    CURLMcode code = curl_multi_add_handle(multi, self->easy);
    if (code != CURLM_OK) {
        gs_fail(error, GS_E_INTERNAL, "%.200s: %s", plan->url->shown, curl_multi_strerror(code));
        gs_transfer_free(&self);
        return NULL;
    }
    self->multi = multi;
    return self;
}

void gs_transfer_free(gs_transfer **self_p)
{
    if (!self_p || !*self_p) {
        return;
    }
    gs_transfer *self = *self_p;
    if (self->multi) {
        curl_multi_remove_handle(self->multi, self->easy);
    }
    curl_easy_cleanup(self->easy);
    curl_slist_free_all(self->lines);
    gs_buffer_free(&self->body);
    gs_headers_free(&self->headers);
    free(self);
    *self_p = NULL;
}

// ---- what came ---------------------------------------------------------------------------------------

// One line in the words of whoever cut the transfer: ours where a bound of ours did, else libcurl's.
static bool explain(const gs_transfer *self, CURLcode code, gs_error *error)
{
    const char *words = self->words[0] ? self->words : curl_easy_strerror(code);
    const char *url = self->url->shown;
    if (self->too_large || code == CURLE_FILESIZE_EXCEEDED) {
        return gs_fail(error, GS_E_LIMIT, "%.200s: the answer has more than %zu bytes", url, self->max_bytes);
    }
    if (self->header_flood || code == CURLE_OUT_OF_MEMORY) {
        // libcurl calls a header line beyond its own 100 kB "out of memory".
        return gs_fail(error, GS_E_LIMIT, "%.200s: the answer's headers have more than %d bytes", url,
                       GS_NET_HEADER_BYTES);
    }
    if (self->refused && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK)) {
        return gs_fail(error, GS_E_REFUSED,
                       "%.200s: leads to a private or reserved address; set allow_private for this source if "
                       "that is meant",
                       url);
    }
    return gs_fail(error, GS_E_IO, "%.200s: %.250s", url, words);
}

static const char *text_of(const gs_buffer *buffer)
{
    return buffer->size > 0 ? buffer->data : "";
}

bool gs_transfer_result(gs_transfer *self, CURLcode code, gs_response *response, gs_error *error)
{
    const int64_t now_s = (int64_t)(gs_unix_us() / 1000000);
    const char *type = NULL;
    if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && self->too_large && self->head_is_enough)) {
        return explain(self, code, error);
    }
    if (!self->headers.complete) { // libcurl takes the end of the connection for the end of the headers
        return gs_fail(error, GS_E_IO, "%.200s: the connection ended within the headers", self->url->shown);
    }
    if (!gs_content_undo(gs_buffer_view(&self->headers.encoding), &self->body, self->max_bytes,
                         self->head_is_enough, self->too_large, error)) {
        return gs_fail_within(error, "%.200s", self->url->shown);
    }
    curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &response->status);
    curl_easy_getinfo(self->easy, CURLINFO_CONTENT_TYPE, &type);
    response->type = type ? type : "";
    response->etag = text_of(&self->headers.etag);
    response->last_modified = text_of(&self->headers.last_modified);
    response->retry_after_s = gs_retry_after(gs_buffer_view(&self->headers.retry_after), now_s);
    response->fresh_s = gs_headers_fresh_s(&self->headers, now_s);
    response->gone = response->status == 410;
    response->body = gs_buffer_view(&self->body);
    return true;
}

const char *gs_transfer_location(const gs_transfer *self)
{
    long status = 0;
    curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    const bool leads = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    return leads && self->headers.location.size > 0 ? self->headers.location.data : NULL;
}
