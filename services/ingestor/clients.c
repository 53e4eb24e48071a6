// clients: the programs that are connected to a Unix socket.
//
// A sender's lines are counted as accepted or refused when they are read, and the counts are told once the
// batch has been written: {"accepted":3} or {"accepted":3,"refused":1}. Lines are taken in order, so the sum
// of all counts says how far a sender has come. One that does not read its answers loses nothing but their
// number: counts add up until it does.
#include "sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LINES_A_TURN = 1024,           // of one client
    BACKLOG = 16,                  // connections that wait to be accepted
    GIVE_UP_US = 10 * 1000 * 1000, // for who has ended to read its last answer
    FULL_TOLD_US = 60 * 1000 * 1000,
};

static void on_readable(void *context, int fd);
static void on_connection(void *context, int fd);

// ---- the socket --------------------------------------------------------------------------------------

// A socket file that nobody listens on is what a kill leaves behind.
static bool clear_path(const struct sockaddr_un *address, gs_error *error)
{
    struct stat about;
    if (lstat(address->sun_path, &about) != 0) {
        return errno == ENOENT || gs_fail(error, GS_E_IO, "cannot listen here: %s", strerror(errno));
    }
    if (!S_ISSOCK(about.st_mode)) {
        return gs_fail(error, GS_E_IO,
                       "cannot listen here: there is a file that is no socket; remove it, or "
                       "choose another path");
    }
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool taken =
        probe >= 0 &&
        (connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN);
    if (probe >= 0) {
        close(probe);
    }
    if (taken) {
        return gs_fail(error, GS_E_IO,
                       "another program listens here already; stop it, or choose another path");
    }
    return unlink(address->sun_path) == 0 || errno == ENOENT ||
           gs_fail(error, GS_E_IO, "cannot listen here: %s", strerror(errno));
}

bool clients_listen(listener *self, gs_error *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t size = strlen(self->path) + 1;
    if (size > sizeof address.sun_path) {
        return gs_fail(error, GS_E_USAGE, "the path has more than %zu bytes", sizeof address.sun_path - 1);
    }
    memcpy(address.sun_path, self->path, size);
    if (!clear_path(&address, error)) {
        return false;
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    // Nobody can connect before listen(2), so nobody can before the mode is set.
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(self->path, S_IRUSR | S_IWUSR) != 0 || listen(fd, BACKLOG) != 0) {
        gs_fail(error, GS_E_IO, "cannot listen here: %s", strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    self->fd = fd;
    gs_bus_watch(self->owner->bus, fd, false, on_connection, self);
    return true;
}

static void on_connection(void *context, int listening)
{
    listener *self = context;
    while (self->client_count < GS_LIMIT_CLIENTS) {
        const int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            self->full = errno == EMFILE || errno == ENFILE;
            break;
        }
        client *made = gs_allocate(sizeof *made);
        made->fd = fd;
        made->lines = gs_lines_new(fd, 0, 0);
        self->clients[self->client_count++] = made;
        gs_bus_watch(self->owner->bus, fd, false, on_readable, self);
    }
    self->full = self->full || self->client_count == GS_LIMIT_CLIENTS;
    if (self->full) {
        gs_bus_unwatch(self->owner->bus, listening); // those who wait go on waiting
        if (gs_log_every(&self->owner->daemon.log, &self->told_us, FULL_TOLD_US)) {
            gs_warn(&self->owner->daemon.log, "no more programs can be served here for now",
                    gs_str("endpoint", self->endpoint), gs_int("connected", (int64_t)self->client_count));
        }
    }
}

// Lets others in again, once there may be room.
static void admit(listener *self)
{
    if (self->full && self->fd >= 0 && self->client_count < GS_LIMIT_CLIENTS) {
        self->full = false;
        gs_bus_watch(self->owner->bus, self->fd, false, on_connection, self);
    }
}

static void drop_client(listener *self, size_t index)
{
    client *gone = self->clients[index];
    gs_bus_unwatch(self->owner->bus, gone->fd);
    gs_lines_free(&gone->lines);
    close(gone->fd);
    free(gone);
    self->clients[index] = self->clients[--self->client_count];
    admit(self);
}

void clients_close(listener *self)
{
    if (self->fd >= 0) { // first: who sees its connection end shall not find the old address again
        (void)unlink(self->path);
        gs_bus_unwatch(self->owner->bus, self->fd);
        close(self->fd);
        self->fd = -1;
    }
    while (self->client_count != 0) {
        drop_client(self, self->client_count - 1);
    }
}

// ---- reading -----------------------------------------------------------------------------------------

static void on_readable(void *context, int fd)
{
    listener *self = context;
    source *from = listener_source(self);
    gs_bus_unwatch(self->owner->bus, fd); // until it has been read; a full batch must not spin the loop
    for (size_t i = 0; i < self->client_count; i++) {
        self->clients[i]->ready = self->clients[i]->ready || self->clients[i]->fd == fd;
    }
    if (from != NULL) {
        from->due_us = 0;
    }
}

static void end_client(client *one)
{
    one->ready = false;
    one->ended = true;
    one->give_up_us = gs_monotonic_us() + GIVE_UP_US;
}

static void read_client(listener *self, source *from, client *one)
{
    for (int i = 0; i < LINES_A_TURN && batch_has_room(self->owner); i++) {
        gs_view line;
        gs_error error = {0};
        char place[300];
        switch (gs_lines_next(one->lines, true, &line, &error)) {
        case GS_LINE_OK:
            if (gs_view_trim(line).size != 0) {
                const bool taken = listener_line(self, from, line, gs_lines_number(one->lines));
                one->accepted += taken ? 1 : 0;
                one->refused += taken ? 0 : 1;
            }
            break;
        case GS_LINE_WAIT:
            one->ready = false;
            gs_bus_watch(self->owner->bus, one->fd, false, on_readable, self);
            return;
        case GS_LINE_END:
            end_client(one);
            return;
        case GS_LINE_ERROR:
            if (error.code == GS_E_IO) { // it is gone, without a word
                end_client(one);
                return;
            }
            one->refused++;
            snprintf(place, sizeof place, "%.200s", self->endpoint);
            source_complain(self->owner, from, place, error.message);
            break;
        }
    }
}

void clients_read(listener *self, source *from)
{
    const size_t count = self->client_count;
    admit(self); // also when it was not places that were short, but descriptors
    for (size_t i = 0; i < count && batch_has_room(self->owner); i++) {
        client *one = self->clients[(self->turn + i) % count];
        if (one->ready) {
            read_client(self, from, one);
        }
    }
    self->turn = count > 0 ? (self->turn + 1) % count : 0;
    for (size_t i = 0; i < count; i++) {
        from->due_us = self->clients[i]->ready ? 0 : from->due_us;
    }
}

// ---- answering ---------------------------------------------------------------------------------------

static void write_reply(client *one)
{
    const int size = one->refused == 0
                         ? snprintf(one->reply, sizeof one->reply, "{\"accepted\":%llu}\n",
                                    (unsigned long long)one->accepted)
                         : snprintf(one->reply, sizeof one->reply, "{\"accepted\":%llu,\"refused\":%llu}\n",
                                    (unsigned long long)one->accepted, (unsigned long long)one->refused);
    one->reply_size = (size_t)size;
    one->reply_sent = 0;
    one->accepted = one->refused = 0;
}

// False: nobody is there to be told.
static bool send_reply(client *one)
{
    while (one->reply_sent < one->reply_size || one->accepted + one->refused > 0) {
        if (one->reply_sent == one->reply_size) {
            write_reply(one);
        }
        const ssize_t sent = send(one->fd, one->reply + one->reply_sent, one->reply_size - one->reply_sent,
                                  MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        one->reply_sent += (size_t)sent;
    }
    return !one->ended; // all is told
}

void clients_tell(listener *self)
{
    for (size_t i = self->client_count; i > 0; i--) {
        client *one = self->clients[i - 1];
        const bool there = send_reply(one);
        const bool late = one->ended && gs_monotonic_us() > one->give_up_us;
        // Who cannot be told may still have lines under way, which are read first.
        if ((!there && one->ended) || late) {
            drop_client(self, i - 1);
        }
    }
}
