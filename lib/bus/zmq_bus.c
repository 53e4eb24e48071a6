// zmq_bus: the loop. One turn flushes what the owner put in since the last one, waits in zmq_poll, serves
// each ready socket for one bounded burst, ticks the parts when a tenth of a second is over, and flushes
// again. A socket that has more to give is ready again in the next turn, so no peer can keep the others
// waiting.
//
// All sockets are CZMQ's, in its one context for the process; everything of a bus happens on the thread
// that calls gs_bus_run, beside libzmq's own I/O thread.
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bus/zmq_internal.h"

typedef struct watch {
    void *socket; // libzmq's; NULL for a plain descriptor
    int fd;
    short events;
    bool dead; // taken out while the loop may be looking at it
    gs_socket_ready *socket_ready;
    gs_bus_ready *fd_ready;
    void *context;
} watch;

struct gs_bus {
    gs_log *log; // borrowed, or own_log
    gs_log own_log;
    gs_keys *keys;
    watch *watches;        // owned
    zmq_pollitem_t *items; // owned, parallel to watches
    size_t watch_count, watch_capacity;
    gs_part *parts;  // first
    gs_part *cursor; // the part to be served next, while going round
    uint64_t ticked_us;
};

#ifdef __SANITIZE_THREAD__
// Debian's libzmq is not instrumented: ThreadSanitizer does not see the atomic operations by which its pipes
// hand memory from thread to thread, and takes every message for a race. Races within this code stay visible,
// since libzmq never calls it. Found by name, by ThreadSanitizer's runtime.
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "race:libzmq.so\n"
           "called_from_lib:libzmq.so\n"
           "race:crypto_secretbox_open_detached\n"; // libsodium, called by libzmq for CURVE
}
#endif

// CZMQ sets itself up when it is first used, which is not safe from two threads at once.
static void start_czmq(void)
{
    zsys_handler_set(NULL); // signals are the program's
    zsys_init();
    zsys_set_logstream(NULL); // what is to be told, the bus tells in its own log
}

gs_bus_options gs_bus_options_of(const gs_config *config, gs_log *log)
{
    return (gs_bus_options){
        .own_key = config->security.own_key,
        .server_key = config->security.server_key,
        .allowed_clients = config->security.allowed_clients,
        .log = log,
    };
}

gs_bus *gs_bus_new(const gs_bus_options *options, gs_error *error)
{
    static pthread_once_t started = PTHREAD_ONCE_INIT;
    pthread_once(&started, start_czmq);
    gs_bus *self = gs_allocate(sizeof *self);
    gs_log_init(&self->own_log, "bus");
    self->log = options->log != NULL ? options->log : &self->own_log;
    self->ticked_us = gs_monotonic_us();
    self->keys = gs_keys_new(options, self->log, error);
    if (self->keys == NULL)
        gs_bus_free(&self);
    return self;
}

void gs_bus_free(gs_bus **self_p)
{
    gs_bus *self = *self_p;
    if (self == NULL)
        return;
    gs_keys_free(&self->keys);
    free(self->watches);
    free(self->items);
    free(self);
    *self_p = NULL;
}

gs_log *gs_bus_log(gs_bus *self)
{
    return self->log;
}

gs_keys *gs_bus_keys(gs_bus *self)
{
    return self->keys;
}

uint64_t gs_bus_random(void)
{
    uint64_t number = 0;
    while (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
    }
    return number;
}

// ---- what is watched -------------------------------------------------------------------------------

static void add_watch(gs_bus *self, watch added)
{
    if (self->watch_count == self->watch_capacity) {
        self->watch_capacity = self->watch_capacity == 0 ? 16 : self->watch_capacity * 2;
        self->watches = gs_reallocate(self->watches, self->watch_capacity * sizeof *self->watches);
        self->items = gs_reallocate(self->items, self->watch_capacity * sizeof *self->items);
    }
    self->watches[self->watch_count++] = added;
}

static watch *find_watch(gs_bus *self, const void *socket, int fd)
{
    for (size_t i = 0; i < self->watch_count; i++) {
        watch *found = &self->watches[i];
        if (!found->dead && found->socket == socket && (socket != NULL || found->fd == fd))
            return found;
    }
    return NULL;
}

static void kill_watch(gs_bus *self, const void *socket, int fd)
{
    watch *found = find_watch(self, socket, fd);
    if (found != NULL)
        found->dead = true;
}

void gs_bus_poll(gs_bus *self, void *socket, short events, gs_socket_ready *ready, void *context)
{
    add_watch(
        self,
        (watch){.socket = socket, .fd = -1, .events = events, .socket_ready = ready, .context = context});
}

void gs_bus_poll_change(gs_bus *self, void *socket, short events)
{
    watch *found = find_watch(self, socket, -1);
    if (found != NULL)
        found->events = events;
}

void gs_bus_unpoll(gs_bus *self, void *socket)
{
    kill_watch(self, socket, -1);
}

void gs_bus_watch(gs_bus *self, int fd, bool writable, gs_bus_ready *ready, void *context)
{
    kill_watch(self, NULL, fd); // watching it again changes what it is watched for
    short events = writable ? ZMQ_POLLOUT : ZMQ_POLLIN;
    add_watch(self, (watch){.fd = fd, .events = events, .fd_ready = ready, .context = context});
}

void gs_bus_unwatch(gs_bus *self, int fd)
{
    kill_watch(self, NULL, fd);
}

// Drops the dead ones and fills the array that zmq_poll reads.
static void prepare(gs_bus *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->watch_count; i++) {
        if (self->watches[i].dead)
            continue;
        self->watches[kept] = self->watches[i];
        const watch *live = &self->watches[kept];
        self->items[kept++] =
            (zmq_pollitem_t){.socket = live->socket, .fd = live->fd, .events = live->events};
    }
    self->watch_count = kept;
}

// ---- parts -----------------------------------------------------------------------------------------

void gs_bus_add(gs_bus *self, gs_part *part)
{
    part->previous = NULL;
    part->next = self->parts;
    if (part->next != NULL)
        part->next->previous = part;
    self->parts = part;
}

void gs_bus_remove(gs_bus *self, gs_part *part)
{
    if (self->cursor == part)
        self->cursor = part->next;
    if (part->next != NULL)
        part->next->previous = part->previous;
    if (part->previous != NULL)
        part->previous->next = part->next;
    else
        self->parts = part->next;
    part->next = part->previous = NULL;
}

static gs_part *next_part(gs_bus *self)
{
    gs_part *part = self->cursor;
    if (part != NULL)
        self->cursor = part->next;
    return part;
}

static void flush_parts(gs_bus *self, uint64_t now_us)
{
    self->cursor = self->parts;
    for (gs_part *part = next_part(self); part != NULL; part = next_part(self)) {
        if (part->flush != NULL)
            part->flush(part->owner, now_us);
    }
}

static void tick_parts(gs_bus *self, uint64_t now_us)
{
    uint64_t passed = now_us - self->ticked_us;
    if (passed < GS_TICK_US)
        return;
    // A loop that is late by less than a sign of life has heard all there was to hear.
    uint64_t slept = passed > GS_LIFE_US ? passed - GS_TICK_US : 0;
    self->ticked_us = now_us;
    self->cursor = self->parts;
    for (gs_part *part = next_part(self); part != NULL; part = next_part(self)) {
        if (part->tick != NULL)
            part->tick(part->owner, now_us, slept);
    }
}

// ---- one turn --------------------------------------------------------------------------------------

static long wait_ms(const gs_bus *self, int timeout_ms, uint64_t now_us)
{
    uint64_t due_us = self->ticked_us + GS_TICK_US;
    long until_tick = due_us > now_us ? (long)((due_us - now_us + 999) / 1000) : 0;
    return timeout_ms >= 0 && timeout_ms < until_tick ? timeout_ms : until_tick;
}

static void serve(gs_bus *self)
{
    size_t count = self->watch_count; // those added meanwhile were not polled
    for (size_t i = 0; i < count; i++) {
        watch ready = self->watches[i]; // a copy: serving may move the array
        if (self->items[i].revents == 0 || ready.dead)
            continue;
        if (ready.socket != NULL)
            ready.socket_ready(ready.context);
        else
            ready.fd_ready(ready.context, ready.fd);
    }
}

bool gs_bus_run(gs_bus *self, int timeout_ms, gs_error *error)
{
    uint64_t now_us = gs_monotonic_us();
    flush_parts(self, now_us);
    prepare(self);
    int ready = zmq_poll(self->items, (int)self->watch_count, wait_ms(self, timeout_ms, now_us));
    if (ready < 0 && errno != EINTR)
        return gs_fail(error, GS_E_INTERNAL, "waiting for messages failed: %s", zmq_strerror(errno));
    if (ready > 0)
        serve(self);
    now_us = gs_monotonic_us();
    tick_parts(self, now_us);
    flush_parts(self, now_us);
    return true;
}

gs_burst gs_burst_begin(void)
{
    return (gs_burst){.until_us = gs_monotonic_us() + GS_BURST_US, .left = GS_BURST_MESSAGES};
}

bool gs_burst_goes_on(gs_burst *burst)
{
    return burst->left-- > 0 && gs_monotonic_us() < burst->until_us;
}
