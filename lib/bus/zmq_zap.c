// zmq_zap: says which client keys may connect (ZAP, RFC 27): those whose public certificates lie in a
// directory. It runs as a CZMQ actor, since libzmq asks during handshakes, at any time, and waits for the
// answer.
//
// Why not CZMQ's own zauth: its certificate store ends the program (an assertion in zcertstore_insert) when
// two files hold the same key, and an operator who copies both NAME.pub and NAME.key into the directory makes
// just that. Here a key that is there twice is there, a file that is no certificate is passed over, and a
// directory that cannot be read allows nobody. Files may come and go at any time; the directory is read again
// at a handshake when what is known of it is more than a second old.
//
// ZAP has one handler for a context and CZMQ one context for a process, so all buses of a process share the
// actor: the only state of this room that is not inside an object. It is counted, guarded, and gone with its
// last user. Daemons have one bus; tests have several.
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bus/zmq_internal.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"

enum {
    KEY_BYTES = 32,
    FILES_MOST = 10000,
    FRESH_US = 1000 * 1000,
    REQUEST_FRAMES = 7, // version, request id, domain, address, identity, mechanism, key
};

// ---- the directory ---------------------------------------------------------------------------------

typedef struct allowed {
    char *directory;  // owned
    gs_buffer keys;   // KEY_BYTES each
    uint64_t read_us; // 0: never
} allowed;

static void add_file(allowed *self, const char *name)
{
    gs_buffer path = {0};
    struct stat status;
    gs_buffer_format(&path, "%s/%s", self->directory, name);
    if (stat(path.data, &status) == 0 && S_ISREG(status.st_mode)) {
        zcert_t *certificate = gs_keys_read(path.data);
        if (certificate != NULL)
            gs_buffer_append(&self->keys, zcert_public_key(certificate), KEY_BYTES);
        zcert_destroy(&certificate);
    }
    gs_buffer_free(&path);
}

static void read_directory(allowed *self)
{
    gs_buffer_clear(&self->keys);
    self->read_us = gs_monotonic_us();
    DIR *directory = opendir(self->directory);
    if (directory == NULL)
        return;
    const struct dirent *entry = readdir(directory);
    for (int i = 0; entry != NULL && i < FILES_MOST; i++, entry = readdir(directory)) {
        if (entry->d_name[0] != '.')
            add_file(self, entry->d_name);
    }
    closedir(directory);
}

static bool is_allowed(allowed *self, const void *key)
{
    if (self->read_us == 0 || gs_monotonic_us() - self->read_us > FRESH_US)
        read_directory(self);
    for (size_t at = 0; at < self->keys.size; at += KEY_BYTES) {
        if (memcmp(self->keys.data + at, key, KEY_BYTES) == 0)
            return true;
    }
    return false;
}

// ---- the actor -------------------------------------------------------------------------------------

// Answers one request; what it does not understand it refuses.
static void answer(allowed *self, zsock_t *socket)
{
    zmsg_t *request = zmsg_recv(socket);
    if (request == NULL)
        return;
    zframe_t *frames[REQUEST_FRAMES];
    size_t count = 0;
    while (count < REQUEST_FRAMES && (frames[count] = zmsg_pop(request)) != NULL)
        count++;
    bool good = count == REQUEST_FRAMES && zframe_streq(frames[0], "1.0") &&
                zframe_streq(frames[5], "CURVE") && zframe_size(frames[6]) == KEY_BYTES &&
                is_allowed(self, zframe_data(frames[6]));
    zmsg_t *reply = zmsg_new();
    zmsg_addstr(reply, "1.0");
    zmsg_addmem(reply, count > 1 ? zframe_data(frames[1]) : NULL, count > 1 ? zframe_size(frames[1]) : 0);
    zmsg_addstr(reply, good ? "200" : "400");
    zmsg_addstr(reply, good ? "OK" : "this key is not allowed here");
    zmsg_addstr(reply, ""); // user id
    zmsg_addstr(reply, ""); // metadata
    zmsg_send(&reply, socket);
    for (size_t i = 0; i < count; i++)
        zframe_destroy(&frames[i]);
    zmsg_destroy(&request);
}

// The actor must not end before it is told to: without a handler libzmq lets everybody in who speaks CURVE.
static void act(zsock_t *pipe, void *directory)
{
    allowed self = {.directory = gs_duplicate(directory)};
    zsock_t *socket = zsock_new(ZMQ_REP);
    bool bound = socket != NULL && zsock_bind(socket, ZAP_ENDPOINT) == 0;
    zsock_signal(pipe, 0);
    zsock_signal(pipe, bound ? 0 : 1); // read by start_locked
    zmq_pollitem_t items[] = {
        {.socket = zsock_resolve(pipe), .events = ZMQ_POLLIN},
        {.socket = bound ? zsock_resolve(socket) : NULL, .fd = -1, .events = ZMQ_POLLIN},
    };
    for (bool stopped = false; !stopped;) {
        if (zmq_poll(items, bound ? 2 : 1, -1) < 0)
            continue; // a signal
        if (items[0].revents != 0) {
            char *command = zstr_recv(pipe);
            stopped = command != NULL && strcmp(command, "$TERM") == 0;
            zstr_free(&command);
        } else if (items[1].revents != 0) {
            answer(&self, socket);
        }
    }
    zsock_destroy(&socket);
    gs_buffer_free(&self.keys);
    free(self.directory);
}

// ---- its users -------------------------------------------------------------------------------------

static struct {
    pthread_mutex_t lock;
    zactor_t *actor;
    char *directory;
    unsigned users;
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool start_locked(const char *directory, gs_error *error)
{
    char *copy = gs_duplicate(directory);
    shared.actor = zactor_new(act, copy);
    if (shared.actor == NULL || zsock_wait(shared.actor) != 0) {
        zactor_destroy(&shared.actor);
        free(copy);
        return gs_fail(error, GS_E_INTERNAL, "cannot start the check of client keys: %s",
                       zmq_strerror(errno));
    }
    shared.directory = copy;
    return true;
}

bool gs_zap_join(const char *directory, gs_error *error)
{
    bool joined = false;
    pthread_mutex_lock(&shared.lock);
    if (shared.users > 0 && strcmp(shared.directory, directory) != 0)
        gs_fail(error, GS_E_REFUSED,
                "one program can have one directory of allowed clients only, and %s is in use",
                shared.directory);
    else
        joined = shared.users > 0 || start_locked(directory, error);
    shared.users += joined;
    pthread_mutex_unlock(&shared.lock);
    return joined;
}

void gs_zap_leave(void)
{
    pthread_mutex_lock(&shared.lock);
    if (--shared.users == 0) {
        zactor_destroy(&shared.actor);
        free(shared.directory);
        shared.directory = NULL;
    }
    pthread_mutex_unlock(&shared.lock);
}
