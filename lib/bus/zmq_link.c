// zmq_link: one socket that binds or connects, its options, and its monitor (zmq_socket_monitor), through
// which libzmq tells of connections that came, broke, or failed to agree on keys. A connecting link sends
// only over a finished connection (ZMQ_IMMEDIATE), so nothing piles up behind a peer that is not there; its
// owner opens it anew after a break, because what was under way then has to be told or asked again anyway.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bus/zmq_internal.h"

enum {
    RECONNECT_MS = 50,
    RECONNECT_MOST_MS = 1000,
    HANDSHAKE_MS = 5000,
    CONNECT_MS = 5000,
    PEER_PING_MS = 5000, // ZMTP heartbeats from a publisher: a subscriber's host that vanished is dropped
    PEER_GONE_MS = 15000,
    KEEPALIVE_IDLE_S = 60,
    BIND_TRIES = 10,
    BIND_WAIT_US = 20 * 1000,
};

// ---- why an endpoint cannot be used ----------------------------------------------------------------

static const char *explain(int number)
{
    static const struct {
        int number;
        const char *text;
    } reasons[] = {
        {EADDRINUSE,
         "address already in use; is the same program running twice? Stop it, or change this endpoint "
         "in the configuration"},
        {EADDRNOTAVAIL, "this machine has no such address; change this endpoint in the configuration"},
        {ENODEV, "no such network address or interface; change this endpoint in the configuration"},
        {EACCES, "permission denied; use another port or directory, or grant access to it"},
        {EPERM, "permission denied; use another port or directory, or grant access to it"},
        {ENOENT, "the directory of this path does not exist; create it"},
        {ENOTDIR, "a part of this path is not a directory; change this endpoint in the configuration"},
        {ENAMETOOLONG, "the path is too long for a local socket (107 bytes at most); choose a shorter one"},
        {EINVAL, "not a valid endpoint; write tcp://HOST:PORT or ipc://PATH"},
        {EPROTONOSUPPORT, "not a valid endpoint; write tcp://HOST:PORT or ipc://PATH"},
        {ENOCOMPATPROTO, "not a valid endpoint; write tcp://HOST:PORT or ipc://PATH"},
        {EMFILE, "too many open files; raise the limit (ulimit -n)"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (reasons[i].number == number)
            return reasons[i].text;
    }
    return zmq_strerror(number);
}

static const char *ipc_path(const char *endpoint)
{
    return strncmp(endpoint, "ipc://", 6) == 0 ? endpoint + 6 : NULL;
}

// libzmq unlinks a socket file before it binds, which would take the endpoint away from a running program
// without a word. Somebody who accepts there is alive; a stale file refuses.
static bool somebody_listens(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (*path == '@' || strlen(path) >= sizeof address.sun_path)
        return false; // the abstract namespace has no files; the length is checked by the bind
    strcpy(address.sun_path, path);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return false;
    bool taken = connect(probe, (struct sockaddr *)&address, sizeof address) == 0 || errno == EAGAIN;
    close(probe);
    return taken;
}

// ---- opening and closing ---------------------------------------------------------------------------

static void set_number(gs_link *link, int option, int value)
{
    zmq_setsockopt(link->handle, option, &value, sizeof value);
}

static void set_options(gs_link *link)
{
    int64_t most = link->message_bytes > 0 ? link->message_bytes : GS_LIMIT_MESSAGE_BYTES;
    zmq_setsockopt(link->handle, ZMQ_MAXMSGSIZE, &most, sizeof most);
    set_number(link, ZMQ_LINGER, GS_CLOSE_MS);
    set_number(link, ZMQ_SNDHWM, link->send_most);
    set_number(link, ZMQ_RCVHWM, link->receive_most);
    set_number(link, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS);
    set_number(link, ZMQ_IPV6, strchr(link->endpoint, '[') != NULL);
    set_number(link, ZMQ_TCP_KEEPALIVE, 1);
    set_number(link, ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_S);
    if (link->type == ZMQ_ROUTER)
        set_number(link, ZMQ_ROUTER_MANDATORY, 1); // a peer that left is an error, not a silent drop
    if (link->type == ZMQ_XPUB) {
        set_number(link, ZMQ_HEARTBEAT_IVL, PEER_PING_MS);
        set_number(link, ZMQ_HEARTBEAT_TIMEOUT, PEER_GONE_MS);
    }
    if (!link->server) {
        set_number(link, ZMQ_RECONNECT_IVL, RECONNECT_MS);
        set_number(link, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MOST_MS);
        set_number(link, ZMQ_CONNECT_TIMEOUT, CONNECT_MS);
    }
    if (link->type == ZMQ_DEALER)
        set_number(link, ZMQ_IMMEDIATE, 1);
    for (size_t i = 0; i < link->topic_count; i++)
        zmq_setsockopt(link->handle, ZMQ_SUBSCRIBE, link->topics[i], strlen(link->topics[i]));
}

static void monitor_ready(void *context);

// The monitor's events come over an inproc pair. It has no high-water mark: libzmq would wait for room in it
// on its I/O thread, while this thread may be busy elsewhere.
static bool start_monitor(gs_link *link, gs_error *error)
{
    char address[64];
    snprintf(address, sizeof address, "inproc://gainsay-%016" PRIx64, gs_bus_random());
    int events = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                 ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    if (!link->server)
        events |= ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED;
    link->monitor = zsock_new(ZMQ_PAIR);
    if (link->monitor == NULL)
        return gs_fail(error, GS_E_IO, "no more sockets for %s: %s", link->endpoint, zmq_strerror(errno));
    zsock_set_rcvhwm(link->monitor, 0);
    if (zmq_socket_monitor(link->handle, address, events) != 0 ||
        zsock_connect(link->monitor, "%s", address) != 0)
        return gs_fail(error, GS_E_IO, "cannot watch the connections of %s: %s", link->endpoint,
                       zmq_strerror(errno));
    return true;
}

static bool prepare(gs_link *link, bool server, gs_error *error)
{
    link->server = server;
    link->up = link->muted = link->wants_write = false;
    link->socket = zsock_new(link->type);
    if (link->socket == NULL)
        return gs_fail(error, GS_E_IO, "no more sockets for %s: %s", link->endpoint, zmq_strerror(errno));
    link->handle = zsock_resolve(link->socket);
    set_options(link);
    gs_keys *keys = gs_bus_keys(link->bus);
    bool keyed = server ? gs_keys_serve(keys, link->socket, link->endpoint, error)
                        : gs_keys_approach(keys, link->socket, link->endpoint, error);
    return keyed && start_monitor(link, error);
}

static void start_polling(gs_link *link)
{
    gs_bus_poll(link->bus, link->handle, ZMQ_POLLIN, link->ready, link->owner);
    gs_bus_poll(link->bus, zsock_resolve(link->monitor), ZMQ_POLLIN, monitor_ready, link);
}

static bool try_bind(gs_link *link)
{
    const char *path = ipc_path(link->endpoint);
    if (path == NULL || !somebody_listens(path))
        return zmq_bind(link->handle, link->endpoint) == 0;
    errno = EADDRINUSE;
    return false;
}

// libzmq closes sockets in the background: one that this process gave up a moment ago may still be there.
static bool bind_soon(gs_link *link)
{
    bool bound = try_bind(link);
    for (int i = 0; !bound && errno == EADDRINUSE && i < BIND_TRIES; i++) {
        usleep(BIND_WAIT_US);
        bound = try_bind(link);
    }
    return bound;
}

bool gs_link_bind(gs_link *link, gs_error *error)
{
    if (!prepare(link, true, error)) {
        gs_link_close(link);
        return false;
    }
    if (!bind_soon(link)) {
        gs_fail(error, GS_E_IO, "cannot listen on %s: %s", link->endpoint, explain(errno));
        gs_link_close(link);
        return false;
    }
    start_polling(link);
    return true;
}

bool gs_link_connect(gs_link *link, gs_error *error)
{
    if (!prepare(link, false, error)) {
        gs_link_close(link);
        return false;
    }
    if (zmq_connect(link->handle, link->endpoint) != 0) {
        gs_fail(error, GS_E_IO, "cannot connect to %s: %s", link->endpoint, explain(errno));
        gs_link_close(link);
        return false;
    }
    start_polling(link);
    return true;
}

void gs_link_close(gs_link *link)
{
    if (link->socket == NULL)
        return;
    gs_bus_unpoll(link->bus, link->handle);
    zmq_socket_monitor(link->handle, NULL, 0);
    if (link->monitor != NULL) {
        gs_bus_unpoll(link->bus, zsock_resolve(link->monitor));
        zsock_destroy(&link->monitor);
    }
    zsock_destroy(&link->socket);
    link->handle = NULL;
    link->up = false;
}

bool gs_link_is_open(const gs_link *link)
{
    return link->socket != NULL;
}

static void set_events(gs_link *link)
{
    int events = (link->muted ? 0 : ZMQ_POLLIN) | (link->wants_write ? ZMQ_POLLOUT : 0);
    gs_bus_poll_change(link->bus, link->handle, (short)events);
}

void gs_link_mute(gs_link *link, bool muted)
{
    if (link->socket == NULL || link->muted == muted)
        return;
    link->muted = muted;
    set_events(link);
}

void gs_link_wait_writable(gs_link *link)
{
    if (link->socket == NULL || link->wants_write)
        return;
    link->wants_write = true;
    set_events(link);
}

// ---- what the monitor tells ------------------------------------------------------------------------

static const char *handshake_text(const gs_link *link, int event)
{
    if (link->server && event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        return "refused a program whose key is not allowed here; put its public certificate into "
               "security.allowed_clients";
    if (link->server)
        return "somebody connected who broke off, uses other keys, or does not speak ZeroMQ";
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        return "the server does not know this program's key; put its public certificate (.pub) into the "
               "server's "
               "security.allowed_clients";
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
        return "the two sides do not agree on keys, or the server does not speak ZeroMQ; give both of them "
               "keys or "
               "neither, and check security.server_key";
    return "the connection was closed before it stood; check that security.server_key is this server's, and "
           "that a "
           "Gainsay program listens there";
}

static void tell_handshake(gs_link *link, int event)
{
    gs_log *log = gs_bus_log(link->bus);
    if (gs_log_every(log, &link->refused_us, GS_COMPLAINT_US))
        gs_warn(log, handshake_text(link, event), gs_str("endpoint", link->endpoint));
}

// One event off the monitor; 0: none there.
static int next_event(gs_link *link)
{
    gs_frames message;
    if (!gs_frames_receive(zsock_resolve(link->monitor), &message))
        return 0;
    uint16_t event = 0;
    gs_view first = gs_frames_view(&message, 0);
    if (first.size >= sizeof event)
        memcpy(&event, first.data, sizeof event); // native order: it comes from this process
    gs_frames_close(&message);
    return event;
}

static void monitor_ready(void *context)
{
    gs_link *link = context;
    bool came = false, broke = false;
    for (int event = next_event(link); event != 0; event = next_event(link)) {
        if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
            came = true;
        else if (event == ZMQ_EVENT_DISCONNECTED)
            broke = true;
        else
            tell_handshake(link, event);
    }
    if (link->changed == NULL || (!came && !broke))
        return;
    // A link that broke and came again while nobody looked has lost what was under way: it counts as broken.
    link->up = came && !broke;
    link->changed(link->owner, link->up);
}

const char *gs_link_check(gs_link *link)
{
    int event = next_event(link);
    bool failed = event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH || event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL ||
                  event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;
    return failed ? handshake_text(link, event) : NULL;
}

void gs_link_foreign(gs_link *link, gs_frames *message, const char *what)
{
    gs_log *log = gs_bus_log(link->bus);
    if (!gs_log_every(log, &link->complained_us, GS_COMPLAINT_US))
        return;
    const char *address = NULL;
    if (message != NULL && message->count > 0)
        address = zmq_msg_gets(&message->part[0], "Peer-Address");
    char line[256];
    snprintf(line, sizeof line, "peer speaks something else than Gainsay 1 on %s", link->endpoint);
    gs_warn(log, line, gs_str("what", what), gs_str("peer", address));
}

// ---- patience --------------------------------------------------------------------------------------

enum { FIRST_WAIT_US = 50 * 1000, LONGEST_WAIT_US = 2 * 1000 * 1000 };

static uint64_t twice(uint64_t value, uint64_t most)
{
    return value * 2 < most ? value * 2 : most;
}

gs_patience gs_patience_new(uint64_t first_us)
{
    return (gs_patience){.silence_us = first_us, .first_us = first_us, .wait_us = FIRST_WAIT_US};
}

void gs_patience_heard(gs_patience *patience, uint64_t now_us)
{
    patience->heard_us = now_us;
    patience->silence_us = patience->first_us;
    patience->wait_us = FIRST_WAIT_US;
}

void gs_patience_lost(gs_patience *patience, bool silent, uint64_t now_us)
{
    if (silent)
        patience->silence_us = twice(patience->silence_us, GS_PATIENCE_US);
    patience->open_at_us = now_us + patience->wait_us;
    patience->wait_us = twice(patience->wait_us, LONGEST_WAIT_US);
}

void gs_patience_forgive(gs_patience *patience, uint64_t slept_us, uint64_t now_us)
{
    uint64_t heard_us = patience->heard_us + slept_us;
    patience->heard_us = heard_us < now_us ? heard_us : now_us;
}

bool gs_patience_ended(const gs_patience *patience, uint64_t now_us)
{
    return patience->heard_us + patience->silence_us < now_us;
}
