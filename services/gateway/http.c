// http: one thread around epoll. Other threads hand in committed events and finished answers and wake it by
// an eventfd; it resumes the connections that have something to send.
//
// A fan-out goes over all streams once. Under load the next one waits as long as the last one took, so at
// least half of the time is left for new requests, and what came meanwhile goes out together: the busier it
// is, the fewer and larger the writes.
#include "http_internal.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IDLE_S = 60,                  // a connection on which nothing moves for so long is closed
    CONNECTION_BYTES = 16 * 1024, // request line, headers and one piece of the answer
    BEAT_LOOK_US = 1000 * 1000,   // how often quiet streams are looked for
    FAN_OUT_MOST_US = 50 * 1000,  // the longest wait between two fan-outs
    TURN_MS = 500,
};

// ---- opening -----------------------------------------------------------------------------------------

static bool split_listen(const char *listen, char host[256], char port[8])
{
    const char *colon = strrchr(listen, ':');
    size_t size = colon != NULL ? (size_t)(colon - listen) : 0;
    if (colon == NULL || size >= 256 || strlen(colon + 1) >= 8) {
        return false;
    }
    const bool bracketed = size > 2 && listen[0] == '[' && listen[size - 1] == ']';
    snprintf(host, 256, "%.*s", (int)(bracketed ? size - 2 : size), listen + (bracketed ? 1 : 0));
    snprintf(port, 8, "%s", colon + 1);
    return true;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
    }
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

static bool open_socket(gw_http *self, bool *v6, gs_error *error)
{
    const char *listen_at = self->options.config->gateway.listen;
    char host[256], port[8];
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    const int one = 1;
    if (!split_listen(listen_at, host, port) ||
        getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, port, &hints, &found) != 0) {
        return gs_fail(error, GS_E_USAGE, "gateway.listen %s: no such address", listen_at);
    }
    self->local = is_loopback(found->ai_addr);
    *v6 = found->ai_family == AF_INET6;
    self->listen_fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool good = self->listen_fd >= 0 &&
                setsockopt(self->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                bind(self->listen_fd, found->ai_addr, found->ai_addrlen) == 0 &&
                listen(self->listen_fd, 1024) == 0;
    if (!good) {
        gs_fail(error, errno == EADDRINUSE || errno == EACCES ? GS_E_USAGE : GS_E_IO,
                "gateway.listen %s: %s: stop what listens there, or choose another port", listen_at,
                strerror(errno));
    }
    freeaddrinfo(found);
    return good;
}

static bool open_guard(gw_http *self, gs_error *error)
{
    const gs_config *config = self->options.config;
    gs_buffer token = {0};
    if (config->gateway.token_file != NULL &&
        !gs_config_read_key(config->gateway.token_file, &token, error)) {
        return gs_fail_within(error, "gateway.token_file");
    }
    const bool open = !self->local && token.size == 0;
    self->guard = gw_guard_new(gs_buffer_view(&token), config->gateway.hosts, self->local,
                               config->gateway.per_address, config->gateway.per_minute);
    if (token.data != NULL) {
        memset(token.data, 0, token.size);
    }
    gs_buffer_free(&token);
    return !open ||
           gs_fail(
               error, GS_E_REFUSED,
               "gateway.listen %.100s can be reached from other machines and needs gateway.token_file; or "
               "listen on 127.0.0.1 behind a reverse proxy",
               config->gateway.listen);
}

void gw_address_of(struct MHD_Connection *connection, char address[GW_ADDRESS])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    address[0] = '\0';
    if (info != NULL && info->client_addr != NULL) {
        const socklen_t size = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                        : sizeof(struct sockaddr_in);
        getnameinfo(info->client_addr, size, address, GW_ADDRESS, NULL, 0, NI_NUMERICHOST);
    }
}

static enum MHD_Result may_connect(void *context, const struct sockaddr *peer, socklen_t size)
{
    gw_http *self = context;
    char address[GW_ADDRESS] = "";
    if (self->options.config->gateway.behind_proxy || self->options.config->gateway.per_address == 0) {
        return MHD_YES;
    }
    getnameinfo(peer, size, address, sizeof address, NULL, 0, NI_NUMERICHOST);
    if (gw_guard_connect(self->guard, address, gs_monotonic_us())) {
        return MHD_YES;
    }
    self->numbers.refused++;
    return MHD_NO;
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **state,
                               enum MHD_ConnectionNotificationCode code)
{
    gw_http *self = context;
    char address[GW_ADDRESS];
    (void)state;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED && !self->options.config->gateway.behind_proxy) {
        gw_address_of(connection, address);
        gw_guard_disconnect(self->guard, address);
    }
}

static void *begin_exchange(void *context, const char *uri, struct MHD_Connection *connection)
{
    gw_exchange *exchange = gs_allocate(sizeof *exchange);
    exchange->http = context;
    exchange->connection = connection;
    exchange->uri = gs_duplicate(uri);
    exchange->next = exchange->http->exchanges;
    if (exchange->next != NULL) {
        exchange->next->previous = exchange;
    }
    exchange->http->exchanges = exchange;
    return exchange;
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    gw_http *self = context;
    gw_exchange *exchange = *state;
    (void)connection;
    (void)code;
    if (exchange == NULL) {
        return;
    }
    if (exchange->next != NULL) {
        exchange->next->previous = exchange->previous;
    }
    if (exchange->previous != NULL) {
        exchange->previous->next = exchange->next;
    } else {
        self->exchanges = exchange->next;
    }
    if (exchange->client != NULL) {
        self->numbers.streams_now--;
        gw_client_free(&exchange->client);
    }
    if (exchange->job != NULL && exchange->job->done) {
        gw_job_free(exchange->job);
    } else if (exchange->job != NULL) {
        exchange->job->owner = NULL; // its answer is nobody's
    }
    free(exchange->uri);
    free(exchange);
    *state = NULL;
}

__attribute__((format(printf, 2, 0))) static void hear(void *context, const char *format, va_list arguments)
{
    gw_http *self = context;
    char line[300];
    vsnprintf(line, sizeof line, format, arguments);
    gs_debug(self->options.log, "http", gs_str("text", line));
}

static bool open_daemon(gw_http *self, bool v6, gs_error *error)
{
    const gs_config *config = self->options.config;
    const unsigned flags =
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (v6 ? MHD_USE_IPv6 : 0u);
    self->daemon = MHD_start_daemon(
        flags, 0, may_connect, self, gw_http_handle, self, MHD_OPTION_EXTERNAL_LOGGER, hear, self,
        MHD_OPTION_LISTEN_SOCKET, self->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)config->gateway.connections, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_URI_LOG_CALLBACK,
        begin_exchange, self, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, self, MHD_OPTION_NOTIFY_CONNECTION,
        connection_changed, self, MHD_OPTION_END);
    if (self->daemon == NULL) {
        return gs_fail(error, GS_E_IO, "the HTTP server cannot be started: %s", strerror(errno));
    }
    self->listen_fd = -1; // the daemon's now
    self->epoll_fd = MHD_get_daemon_info(self->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return true;
}

// ---- the loop ----------------------------------------------------------------------------------------

void gw_stream_suspend(gw_exchange *exchange)
{
    exchange->suspended = true;
    MHD_suspend_connection(exchange->connection);
}

static void resume(gw_exchange *exchange)
{
    if (exchange->suspended) {
        exchange->suspended = false;
        MHD_resume_connection(exchange->connection);
    }
}

static void take_over(gw_http *self)
{
    uint64_t count;
    if (read(self->wake_fd, &count, sizeof count) < 0) {
        return; // nothing was handed over
    }
    pthread_mutex_lock(&self->lock);
    gw_frame *frames = self->first;
    const uint64_t newest = self->newest;
    self->first = self->last = NULL;
    self->closing = self->stop;
    pthread_mutex_unlock(&self->lock);
    self->fan_out = self->fan_out || frames != NULL || newest > gw_events_newest(self->events);
    gw_events_add(self->events, newest, frames);
    for (gw_job *job = gw_pool_finished(self->pool); job != NULL;) {
        gw_job *next = job->next;
        gw_exchange *exchange = job->owner;
        job->done = true;
        if (exchange != NULL) {
            resume(exchange);
        } else {
            gw_job_free(job);
        }
        job = next;
    }
}

static void fan_out(gw_http *self)
{
    const uint64_t begun_us = gs_monotonic_us();
    const bool beat = begun_us >= self->beat_at_us;
    if (self->closing || (!beat && (!self->fan_out || begun_us < self->fan_out_at_us))) {
        return;
    }
    self->beat_at_us = beat ? begun_us + BEAT_LOOK_US : self->beat_at_us;
    self->fan_out = false;
    for (gw_exchange *each = self->exchanges; each != NULL; each = each->next) {
        if (each->client != NULL && each->suspended && gw_client_ready(each->client, begun_us)) {
            resume(each);
        }
    }
    MHD_run(self->daemon); // writes what was resumed
    const uint64_t took_us = gs_monotonic_us() - begun_us;
    self->fan_out_at_us = begun_us + took_us + (took_us < FAN_OUT_MOST_US ? took_us : FAN_OUT_MOST_US);
}

static int wait_ms(gw_http *self)
{
    MHD_UNSIGNED_LONG_LONG limit = TURN_MS;
    const uint64_t now_us = gs_monotonic_us();
    if (MHD_get_timeout(self->daemon, &limit) == MHD_NO || limit > TURN_MS) {
        limit = TURN_MS;
    }
    if (self->fan_out) {
        const uint64_t left_us = self->fan_out_at_us > now_us ? self->fan_out_at_us - now_us : 0;
        limit =
            left_us / 1000 + (left_us > 0 ? 1 : 0) < limit ? left_us / 1000 + (left_us > 0 ? 1 : 0) : limit;
    }
    return (int)limit;
}

static void *serve(void *context)
{
    gw_http *self = context;
    while (!self->closing) {
        struct pollfd waiting[] = {{.fd = self->epoll_fd, .events = POLLIN},
                                   {.fd = self->wake_fd, .events = POLLIN}};
        poll(waiting, 2, wait_ms(self));
        take_over(self);
        MHD_run(self->daemon);
        fan_out(self);
    }
    return NULL;
}

// ---- the other threads' side -------------------------------------------------------------------------

static void wake(gw_http *self)
{
    const uint64_t one = 1;
    ssize_t written;
    do {
        written = write(self->wake_fd, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
}

void gw_http_publish(gw_http *self, uint64_t newest, gw_frame *frames)
{
    pthread_mutex_lock(&self->lock);
    self->newest = newest;
    if (frames != NULL && self->last != NULL) {
        self->last->next = frames;
    } else if (frames != NULL) {
        self->first = frames;
    }
    while (frames != NULL) {
        self->last = frames;
        frames = frames->next;
    }
    pthread_mutex_unlock(&self->lock);
    wake(self);
}

void gw_http_ready(gw_http *self, bool ready, const char *reason)
{
    pthread_mutex_lock(&self->lock);
    self->ready = ready;
    snprintf(self->reason, sizeof self->reason, "%s", reason);
    pthread_mutex_unlock(&self->lock);
}

const gw_http_numbers *gw_http_count(const gw_http *self)
{
    return &self->numbers;
}

static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool open_all(gw_http *self, gs_error *error)
{
    const gs_config *config = self->options.config;
    bool v6 = false;
    if (!open_socket(self, &v6, error) || !open_guard(self, error)) {
        return false;
    }
    const gw_pool_options pool_options = {.store = config->gateway.store,
                                          .threads = config->gateway.readers,
                                          .query_ms = config->gateway.query_ms,
                                          .done_fd = self->wake_fd,
                                          .other = self->options.other,
                                          .context = self->options.context};
    self->db = gw_db_open(config->gateway.store, true, error);
    self->events = gw_events_new(self->db, self->options.newest);
    self->pool = self->db != NULL ? gw_pool_new(&pool_options, error) : NULL;
    if (self->pool == NULL || !open_daemon(self, v6, error)) {
        return false;
    }
    self->running = pthread_create(&self->thread, NULL, serve, self) == 0;
    return self->running || gs_fail(error, GS_E_IO, "the HTTP server's thread cannot be started");
}

gw_http *gw_http_new(const gw_http_options *options, gs_error *error)
{
    gw_http *self = gs_allocate(sizeof *self);
    self->options = *options;
    self->newest = options->newest;
    self->listen_fd = -1;
    self->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&self->lock, NULL);
    snprintf(self->reason, sizeof self->reason, "the feed was not reached yet");
    raise_file_limit();
    if (!open_all(self, error)) {
        gw_http_free(&self);
    }
    return self;
}

void gw_http_free(gw_http **self_p)
{
    gw_http *self = *self_p;
    if (self == NULL) {
        return;
    }
    if (self->running) {
        pthread_mutex_lock(&self->lock);
        self->stop = true;
        pthread_mutex_unlock(&self->lock);
        wake(self);
        pthread_join(self->thread, NULL);
    }
    self->closing = true;
    if (self->daemon != NULL) {
        for (gw_exchange *each = self->exchanges; each != NULL; each = each->next) {
            resume(each); // streams end, since it is closing; what waits for a worker is cut off
        }
        MHD_run(self->daemon);
        MHD_stop_daemon(self->daemon);
    }
    gw_pool_free(&self->pool);
    gw_events_free(&self->events);
    gw_db_close(&self->db);
    gw_guard_free(&self->guard);
    for (gw_frame *frame = self->first; frame != NULL;) {
        gw_frame *next = frame->next;
        gw_frame_free(frame);
        frame = next;
    }
    if (self->listen_fd >= 0) {
        close(self->listen_fd);
    }
    close(self->wake_fd);
    pthread_mutex_destroy(&self->lock);
    free(self);
    *self_p = NULL;
}
