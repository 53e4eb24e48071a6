// zmq_keys: CURVE (RFC 26) for every endpoint that others can reach. Servers check a client's public key
// against a directory of certificates through ZAP (RFC 27), which CZMQ's zauth actor answers.
//
// ZAP has one handler for a context and CZMQ one context for a process, so the handler below is shared by
// all buses of a process: the only state of this room that is not inside an object. It is counted, guarded,
// and gone with the last bus that serves keyed endpoints. Daemons have one bus; tests have several.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/zmq_internal.h"

enum { KEY_BYTES = 32, KEY_TEXT = 41 };

struct gs_keys {
    zcert_t *own;          // owned; NULL: no keys
    char server[KEY_TEXT]; // public key of the servers, Z85; "" if not given
    char *allowed;         // owned; directory
    bool serving;          // holds a share of the handler
};

static struct {
    pthread_mutex_t lock;
    zactor_t *actor;
    char *directory;
    unsigned users;
} handler = {.lock = PTHREAD_MUTEX_INITIALIZER};

// ---- reading certificates --------------------------------------------------------------------------

static bool all_zero(const unsigned char *key)
{
    unsigned char any = 0;
    for (size_t i = 0; i < KEY_BYTES; i++)
        any |= key[i];
    return any == 0;
}

static zcert_t *load(const char *path, const char *setting, gs_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        gs_fail(error, GS_E_REFUSED, "%s: cannot read the key file %s: %s", setting, path, strerror(errno));
        return NULL;
    }
    if (!S_ISREG(status.st_mode) || access(path, R_OK) != 0) {
        gs_fail(error, GS_E_REFUSED, "%s: cannot read the key file %s: %s", setting, path,
                S_ISREG(status.st_mode) ? strerror(errno) : "not a file");
        return NULL;
    }
    zcert_t *certificate = zcert_load(path);
    if (certificate == NULL)
        gs_fail(error, GS_E_REFUSED, "%s: %s is not a key file; make one with: gainsay keygen", setting,
                path);
    return certificate;
}

static bool load_own(gs_keys *self, const char *path, gs_log *log, gs_error *error)
{
    self->own = load(path, "security.own_key", error);
    if (self->own == NULL)
        return false;
    if (all_zero(zcert_secret_key(self->own)))
        return gs_fail(error, GS_E_REFUSED,
                       "security.own_key: %s holds no secret key; name the .key file, not the .pub file",
                       path);
    struct stat status;
    if (stat(path, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        gs_warn(log, "others on this machine can read the secret key; run chmod 600 on it",
                gs_str("file", path));
    return true;
}

static bool load_server(gs_keys *self, const char *path, gs_error *error)
{
    zcert_t *server = load(path, "security.server_key", error);
    if (server == NULL)
        return false;
    memcpy(self->server, zcert_public_txt(server), sizeof self->server);
    zcert_destroy(&server);
    return true;
}

gs_keys *gs_keys_new(const gs_bus_options *options, gs_log *log, gs_error *error)
{
    gs_keys *self = gs_allocate(sizeof *self);
    self->allowed = gs_duplicate(options->allowed_clients);
    bool good = (options->own_key == NULL || load_own(self, options->own_key, log, error)) &&
                (options->server_key == NULL || load_server(self, options->server_key, error));
    if (!good)
        gs_keys_free(&self);
    return self;
}

// ---- the ZAP handler -------------------------------------------------------------------------------

static bool join_locked(const char *directory, gs_error *error)
{
    if (handler.users > 0 && strcmp(handler.directory, directory) != 0)
        return gs_fail(error, GS_E_REFUSED,
                       "one program can have one directory of allowed clients only, and %s is in use already",
                       handler.directory);
    if (handler.users == 0) {
        handler.actor = zactor_new(zauth, NULL);
        if (handler.actor == NULL)
            return gs_fail(error, GS_E_INTERNAL, "cannot start the check of client keys: %s",
                           zmq_strerror(errno));
        zstr_sendx(handler.actor, "CURVE", directory, NULL);
        zsock_wait(handler.actor);
        handler.directory = gs_duplicate(directory);
    }
    handler.users++;
    return true;
}

static bool join(gs_keys *self, gs_error *error)
{
    if (self->serving)
        return true;
    pthread_mutex_lock(&handler.lock);
    self->serving = join_locked(self->allowed, error);
    pthread_mutex_unlock(&handler.lock);
    return self->serving;
}

static void leave(gs_keys *self)
{
    if (!self->serving)
        return;
    pthread_mutex_lock(&handler.lock);
    if (--handler.users == 0) {
        zactor_destroy(&handler.actor);
        free(handler.directory);
        handler.directory = NULL;
    }
    pthread_mutex_unlock(&handler.lock);
    self->serving = false;
}

void gs_keys_free(gs_keys **self_p)
{
    gs_keys *self = *self_p;
    if (self == NULL)
        return;
    leave(self);
    zcert_destroy(&self->own);
    free(self->allowed);
    free(self);
    *self_p = NULL;
}

// ---- sockets ---------------------------------------------------------------------------------------

bool gs_keys_serve(gs_keys *self, zsock_t *socket, const char *endpoint, gs_error *error)
{
    if (gs_endpoint_is_local(endpoint))
        return true;
    if (self->own == NULL)
        return gs_fail(error, GS_E_REFUSED,
                       "cannot listen on %s without keys: others can reach it. Set security.own_key and "
                       "security.allowed_clients (gainsay keygen makes keys), or listen on 127.0.0.1",
                       endpoint);
    if (self->allowed == NULL)
        return gs_fail(error, GS_E_REFUSED,
                       "cannot listen on %s: set security.allowed_clients to a directory with the public "
                       "certificates (.pub) of those who may connect",
                       endpoint);
    struct stat status;
    if (stat(self->allowed, &status) != 0 || !S_ISDIR(status.st_mode))
        return gs_fail(error, GS_E_REFUSED, "security.allowed_clients: %s is not a directory; create it",
                       self->allowed);
    if (!join(self, error))
        return false;
    zcert_apply(self->own, socket);
    zsock_set_zap_domain(socket, "gainsay");
    zsock_set_curve_server(socket, 1);
    return true;
}

bool gs_keys_approach(gs_keys *self, zsock_t *socket, const char *endpoint, gs_error *error)
{
    if (gs_endpoint_is_local(endpoint))
        return true;
    if (self->own == NULL)
        return gs_fail(error, GS_E_REFUSED,
                       "cannot connect to %s without keys: set security.own_key (gainsay keygen makes one)",
                       endpoint);
    if (self->server[0] == '\0')
        return gs_fail(
            error, GS_E_REFUSED,
            "cannot connect to %s: set security.server_key to the server's public certificate (.pub)",
            endpoint);
    zcert_apply(self->own, socket);
    zsock_set_curve_serverkey(socket, self->server);
    return true;
}

// ---- making keys -----------------------------------------------------------------------------------

static bool good_name(const char *name)
{
    return *name != '\0' && *name != '.' && strlen(name) <= 100 && strchr(name, '/') == NULL;
}

static bool absent(const char *path, gs_error *error)
{
    if (access(path, F_OK) == 0)
        return gs_fail(error, GS_E_REFUSED, "%s exists already; remove it first, or choose another name",
                       path);
    return true;
}

// zcert writes through stdio with the process's umask; the file is made beforehand so that the secret never
// lies in a file that others can open.
static bool save(zcert_t *certificate, const char *path, bool secret, gs_error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
    if (file < 0)
        return gs_fail(error, GS_E_IO, "cannot write %s: %s", path, strerror(errno));
    close(file);
    int failed = secret ? zcert_save_secret(certificate, path) : zcert_save_public(certificate, path);
    struct stat status;
    if (failed != 0 || stat(path, &status) != 0 || status.st_size == 0)
        return gs_fail(error, GS_E_IO, "cannot write %s: is the disk full?", path);
    return chmod(path, secret ? 0600 : 0644) == 0 ||
           gs_fail(error, GS_E_IO, "cannot set the mode of %s: %s", path, strerror(errno));
}

bool gs_keys_make(const char *directory, const char *name, gs_error *error)
{
    if (!good_name(name))
        return gs_fail(error, GS_E_USAGE, "\"%s\" cannot name a key; use a short word without slashes", name);
    gs_buffer key = {0}, public = {0};
    gs_buffer_format(&key, "%s/%s.key", directory, name);
    gs_buffer_format(&public, "%s/%s.pub", directory, name);
    bool made = absent(key.data, error) && absent(public.data, error);
    if (made) {
        zcert_t *certificate = zcert_new();
        zcert_set_meta(certificate, "name", "%s", name);
        made = save(certificate, key.data, true, error) && save(certificate, public.data, false, error);
        zcert_destroy(&certificate);
    }
    gs_buffer_free(&key);
    gs_buffer_free(&public);
    return made;
}
