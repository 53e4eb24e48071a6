// HTTP(S) on libcurl's multi interface, driven by the caller's event loop ("multi_socket").
//
// libcurl tells which descriptors and which timer it wants; this file passes both on and runs no loop of its
// own. One gs_net is one thread's. Every transfer has its own easy handle, so cookies and credentials never
// pass from one to another; they share open connections only.
//
// The guard on addresses sits where the socket is opened, after resolution, and again before each request,
// where a connection that another transfer opened may be used; so neither a redirect nor a name that resolves
// differently the second time gets around it. Proxies from the environment are not used: behind one the guard
// would see the proxy's address only. The bound on the body counts bytes after decompression.
#include "net/net_internal.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    REDIRECTS = 5,
    CONNECT_TIMEOUT_S = 10,
    LOW_SPEED_BYTES = 100,
    LOW_SPEED_S = 20,
    DEFAULT_TIMEOUT_S = 60,
    HEADER_BYTES = 64 * 1024, // all headers of one transfer, redirects included
    URL_BYTES = 8 * 1024,
    TICK_MS = 1000,
    CONNECTIONS = 256, // open at once; further transfers wait in line
    HOST_CONNECTIONS = 4,
};

typedef struct transfer {
    struct transfer *previous, *next;
    gs_net *net;
    CURL *easy;                 // owned
    struct curl_slist *headers; // owned
    char *url;                  // owned: as it was asked for
    gs_net_done *done;
    void *context;
    gs_buffer body;
    size_t max_bytes;
    size_t header_bytes;
    gs_buffer etag; // of the last answer, like the next
    gs_buffer last_modified;
    gs_buffer retry_after;
    bool allow_private;
    bool too_large;
    bool header_flood;
    bool refused; // an address was refused
    char words[CURL_ERROR_SIZE];
} transfer;

struct gs_net {
    CURLM *multi;     // owned
    char *user_agent; // owned
    gs_net_watch *watch;
    void *watch_context;
    transfer *first;
    size_t active;
    uint32_t delay_ms; // between two requests to one host
    uint64_t due_us;   // when libcurl's timer runs out (monotonic); 0 for no timer
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    (void)easy;
    (void)socket_context;
    static const int wants[] = {
        [CURL_POLL_NONE] = 0, [CURL_POLL_IN] = 1, [CURL_POLL_OUT] = 2, [CURL_POLL_INOUT] = 3};
    gs_net *self = context;
    int want = what >= 0 && what <= CURL_POLL_INOUT ? wants[what] : 0; // CURL_POLL_REMOVE is 4
    if (self->watch) {
        self->watch(self->watch_context, fd, want);
    }
    return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context)
{
    (void)multi;
    gs_net *self = context;
    self->due_us = milliseconds < 0 ? 0 : gs_monotonic_us() + (uint64_t)milliseconds * 1000;
    return 0;
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    transfer *self = context;
    if (purpose != CURLSOCKTYPE_IPCXN || (!self->allow_private && !gs_address_is_public(&address->addr))) {
        self->refused = true;
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
    transfer *self = context;
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    bool is_public = false;
    if (inet_pton(AF_INET, ip, &in.sin_addr) == 1) {
        is_public = gs_address_is_public((const struct sockaddr *)&in);
    } else if (inet_pton(AF_INET6, ip, &in6.sin6_addr) == 1) {
        is_public = gs_address_is_public((const struct sockaddr *)&in6);
    }
    self->refused = self->refused || !(is_public || self->allow_private);
    return is_public || self->allow_private ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    transfer *self = context;
    size_t bytes = size * count;
    if (bytes > self->max_bytes - self->body.size) {
        self->too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    gs_buffer_append(&self->body, data, bytes);
    return bytes;
}

static void keep_header(gs_view line, const char *name, gs_buffer *into)
{
    size_t size = strlen(name);
    if (line.size > size && line.data[size] == ':' && strncasecmp(line.data, name, size) == 0) {
        gs_view value = gs_view_trim(gs_view_slice(line, size + 1, line.size));
        gs_buffer_clear(into);
        gs_buffer_append(into, value.data, value.size);
    }
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    transfer *self = context;
    gs_view line = gs_view_make(data, size * count);
    self->header_bytes += line.size;
    if (self->header_bytes > HEADER_BYTES) {
        self->header_flood = true;
        return 0; // less than was given ends the transfer
    }
    if (gs_view_starts(line, "HTTP/")) { // a new answer, after a redirect
        gs_buffer_clear(&self->etag);
        gs_buffer_clear(&self->last_modified);
        gs_buffer_clear(&self->retry_after);
        gs_buffer_clear(&self->body);
    }
    keep_header(line, "ETag", &self->etag);
    keep_header(line, "Last-Modified", &self->last_modified);
    keep_header(line, "Retry-After", &self->retry_after);
    return line.size;
}

static void transfer_free(transfer *self)
{
    if (self->easy) {
        curl_multi_remove_handle(self->net->multi, self->easy);
        curl_easy_cleanup(self->easy);
    }
    curl_slist_free_all(self->headers);
    gs_buffer_free(&self->body);
    gs_buffer_free(&self->etag);
    gs_buffer_free(&self->last_modified);
    gs_buffer_free(&self->retry_after);
    free(self->url);
    free(self);
}

static void unlink_transfer(transfer *self)
{
    gs_net *net = self->net;
    if (self->previous) {
        self->previous->next = self->next;
    } else {
        net->first = self->next;
    }
    if (self->next) {
        self->next->previous = self->previous;
    }
    net->active--;
}

// One line in the words of whoever cut the transfer: ours where a bound of ours did, else libcurl's.
static void explain(const transfer *self, CURLcode code, gs_error *error)
{
    const char *words = self->words[0] ? self->words : curl_easy_strerror(code);
    if (self->too_large || code == CURLE_FILESIZE_EXCEEDED) {
        gs_fail(error, GS_E_LIMIT, "%.200s: the answer has more than %zu bytes", self->url, self->max_bytes);
    } else if (self->header_flood || code == CURLE_OUT_OF_MEMORY) {
        // libcurl calls a header line beyond its own 100 kB "out of memory".
        gs_fail(error, GS_E_LIMIT, "%.200s: the answer's headers have more than %d bytes", self->url,
                HEADER_BYTES);
    } else if (self->refused && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK)) {
        gs_fail(error, GS_E_REFUSED,
                "%.200s: leads to a private or reserved address; set allow_private for this source if that "
                "is meant",
                self->url);
    } else if (code == CURLE_TOO_MANY_REDIRECTS) {
        gs_fail(error, GS_E_INPUT, "%.200s: more than %d redirects", self->url, REDIRECTS);
    } else {
        gs_fail(error, GS_E_IO, "%.200s: %.250s", self->url, words);
    }
}

// Hands the outcome to the caller. The transfer is out of all lists by now, so the callback may start others.
static void finish(transfer *self, CURLcode code)
{
    gs_response response = {
        .error = "", .url = self->url, .type = "", .etag = "", .last_modified = "", .moved_to = ""};
    gs_error error = {0};
    const char *url = NULL;
    const char *type = NULL;
    curl_easy_getinfo(self->easy, CURLINFO_EFFECTIVE_URL, &url);
    curl_easy_getinfo(self->easy, CURLINFO_CONTENT_TYPE, &type);
    response.url = url ? url : self->url;
    if (code == CURLE_OK) {
        curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &response.status);
        response.type = type ? type : "";
        response.etag = self->etag.size ? self->etag.data : "";
        response.last_modified = self->last_modified.size ? self->last_modified.data : "";
        response.retry_after_s =
            gs_retry_after(gs_buffer_view(&self->retry_after), (int64_t)(gs_unix_us() / 1000000));
        response.gone = response.status == 410;
        response.body = gs_buffer_view(&self->body);
    } else {
        explain(self, code, &error);
        response.error = error.message;
    }
    self->done(self->context, &response);
}

static void finish_all(gs_net *self)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(self->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        CURLcode code = message->data.result; // message dies with the handle
        transfer *done = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&done);
        curl_multi_remove_handle(self->multi, done->easy);
        unlink_transfer(done);
        finish(done, code);
        transfer_free(done);
    }
}

gs_net *gs_net_new(const char *user_agent, gs_net_watch *watch, void *watch_context, gs_error *error)
{
    // Counted and thread-safe in libcurl since 7.84; each gs_net holds one.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        gs_fail(error, GS_E_INTERNAL, "libcurl cannot be initialised");
        return NULL;
    }
    gs_net *self = gs_allocate(sizeof *self);
    self->user_agent = gs_duplicate(user_agent ? user_agent : "gainsay/" GAINSAY_VERSION);
    self->watch = watch;
    self->watch_context = watch_context;
    self->multi = curl_multi_init();
    if (!self->multi) {
        gs_fail(error, GS_E_INTERNAL, "libcurl cannot make a multi handle");
        gs_net_free(&self);
        return NULL;
    }
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
    curl_multi_setopt(self->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS);
    return self;
}

void gs_net_pace(gs_net *self, uint32_t delay_ms)
{
    self->delay_ms = delay_ms;
}

void gs_net_free(gs_net **self_p)
{
    if (!self_p || !*self_p) {
        return;
    }
    gs_net *self = *self_p;
    while (self->first) {
        transfer *cut = self->first;
        unlink_transfer(cut);
        transfer_free(cut);
    }
    curl_multi_cleanup(self->multi);
    curl_global_cleanup();
    free(self->user_agent);
    free(self);
    *self_p = NULL;
}

// http or https with a host; the URL parser of libcurl decides, the one that will also fetch it.
static bool check_url(const char *url, gs_error *error)
{
    if (!url || url[0] == '\0') {
        return gs_fail(error, GS_E_INPUT, "an empty URL; expected http:// or https://");
    }
    if (strlen(url) > URL_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "%.100s...: a URL of more than %d bytes", url, URL_BYTES);
    }
    CURLU *parsed = curl_url();
    char *scheme = NULL;
    CURLUcode code = curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    bool good = code == CURLUE_OK && curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK;
    bool web = good && (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0);
    curl_free(scheme);
    curl_url_cleanup(parsed);
    if (!good) {
        return gs_fail(error, GS_E_INPUT, "%.200s: not a URL: %s", url, curl_url_strerror(code));
    }
    return web || gs_fail(error, GS_E_INPUT, "%.200s: expected http:// or https://", url);
}

static void add_header(transfer *self, const char *name, const char *value)
{
    // A stored value came from a server once; a line break in it would be a header of its own.
    if (!value || value[0] == '\0' || strpbrk(value, "\r\n")) {
        return;
    }
    gs_buffer line = {0};
    gs_buffer_format(&line, "%s: %s", name, value);
    struct curl_slist *longer = curl_slist_append(self->headers, line.data);
    self->headers = longer ? longer : self->headers;
    gs_buffer_free(&line);
}

static void set_limits(transfer *self, uint64_t timeout_ms)
{
    CURL *easy = self->easy;
    const uint64_t connect_ms = CONNECT_TIMEOUT_S * 1000;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(timeout_ms < connect_ms ? timeout_ms : connect_ms));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L); // bytes without a status line are no answer
    curl_easy_setopt(easy, CURLOPT_PROXY, "");          // overrides the environment
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, self);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, self);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                     (curl_off_t)self->max_bytes); // where Content-Length tells
}

static void set_exchange(transfer *self)
{
    CURL *easy = self->easy;
    curl_easy_setopt(easy, CURLOPT_URL, self->url);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, self);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->words);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, self->net->user_agent);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->headers);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ""); // all that this libcurl can undo
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, self);
}

// NULL on error.
static transfer *transfer_new(gs_net *self, const char *url, size_t max_bytes, bool allow_private,
                              gs_error *error)
{
    if (!check_url(url, error)) {
        return NULL;
    }
    transfer *fresh = gs_allocate(sizeof *fresh);
    fresh->net = self;
    fresh->url = gs_duplicate(url);
    fresh->max_bytes = max_bytes > 0 ? max_bytes : GS_LIMIT_FILE_BYTES;
    fresh->allow_private = allow_private;
    fresh->easy = curl_easy_init();
    if (!fresh->easy) {
        transfer_free(fresh);
        gs_fail(error, GS_E_INTERNAL, "%.200s: libcurl cannot make a handle", url);
        return NULL;
    }
    return fresh;
}

// Takes the transfer, whether it starts or not.
static bool transfer_start(transfer *fresh, gs_net_done *done, void *context, gs_error *error)
{
    gs_net *self = fresh->net;
    fresh->done = done;
    fresh->context = context;
    fresh->next = self->first;
    if (self->first) {
        self->first->previous = fresh;
    }
    self->first = fresh;
    self->active++;
    CURLMcode code = curl_multi_add_handle(self->multi, fresh->easy);
    if (code != CURLM_OK) {
        gs_fail(error, GS_E_INTERNAL, "%.200s: %s", fresh->url, curl_multi_strerror(code));
        unlink_transfer(fresh);
        transfer_free(fresh);
        return false;
    }
    return true;
}

bool gs_net_get(gs_net *self, const gs_request *request, gs_net_done *done, void *context, gs_error *error)
{
    transfer *fresh = transfer_new(self, request->url, request->max_bytes, request->allow_private, error);
    if (!fresh) {
        return false;
    }
    const uint64_t timeout_s = request->timeout_s > 0 ? request->timeout_s : DEFAULT_TIMEOUT_S;
    set_limits(fresh, timeout_s * 1000);
    curl_easy_setopt(fresh->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(fresh->easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(fresh->easy, CURLOPT_MAXREDIRS, (long)REDIRECTS);
    curl_easy_setopt(fresh->easy, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES);
    curl_easy_setopt(fresh->easy, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_S);
    add_header(fresh, "If-None-Match", request->etag);
    add_header(fresh, "If-Modified-Since", request->last_modified);
    set_exchange(fresh);
    return transfer_start(fresh, done, context, error);
}

// A server that thinks sends nothing for long, so only the whole time is bounded here.
bool gs_net_post(gs_net *self, const gs_post *post, gs_net_done *done, void *context, gs_error *error)
{
    if (post->bearer && strpbrk(post->bearer, "\r\n")) {
        return gs_fail(error, GS_E_USAGE, "%.200s: its key holds a line break", post->url);
    }
    transfer *fresh = transfer_new(self, post->url, post->max_bytes, post->allow_private, error);
    if (!fresh) {
        return false;
    }
    gs_buffer bearer = {0};
    set_limits(fresh, post->timeout_ms > 0 ? post->timeout_ms : (uint64_t)DEFAULT_TIMEOUT_S * 1000);
    curl_easy_setopt(fresh->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(fresh->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->json.size);
    curl_easy_setopt(fresh->easy, CURLOPT_COPYPOSTFIELDS, post->json.size > 0 ? post->json.data : "");
    add_header(fresh, "Content-Type", "application/json");
    add_header(fresh, "Accept", "application/json");
    if (post->bearer) {
        gs_buffer_format(&bearer, "Bearer %s", post->bearer);
        add_header(fresh, "Authorization", bearer.data);
        gs_buffer_free(&bearer);
    }
    set_exchange(fresh);
    return transfer_start(fresh, done, context, error);
}

void gs_net_ready(gs_net *self, int fd)
{
    int running;
    curl_multi_socket_action(self->multi, fd, 0, &running); // 0: libcurl looks itself what fd is ready for
    finish_all(self);
}

int gs_net_tick(gs_net *self)
{
    uint64_t now = gs_monotonic_us();
    if (self->due_us != 0 && now >= self->due_us) {
        int running;
        self->due_us = 0; // libcurl sets it anew from within if it wants to
        curl_multi_socket_action(self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    finish_all(self);
    now = gs_monotonic_us();
    if (self->due_us == 0) {
        return TICK_MS;
    }
    uint64_t left = self->due_us > now ? (self->due_us - now + 999) / 1000 : 0;
    return left > TICK_MS ? TICK_MS : (int)left;
}

size_t gs_net_active(const gs_net *self)
{
    return self->active;
}
