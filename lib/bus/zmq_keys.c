// zmq_keys: CURVE (RFC 26) for every endpoint that others can reach, and all TCP where there are keys:
// reading and making certificates, and putting them on sockets. Who may connect to a server is decided in
// zmq_zap.c.
//
// Certificates are written by zcert and read here: zcert_load prints to standard output when it is given any
// other file, takes a key of forbidden letters for a key, and prefers FILE_secret to the file that was named.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/zmq_internal.h"

enum { KEY_BYTES = 32, KEY_TEXT = 41, FILE_BYTES_MOST = 64 * 1024 };

struct gs_keys {
    zcert_t *own;          // owned; NULL: no keys
    char server[KEY_TEXT]; // public key of the servers, Z85; "" if not given
    char *allowed;         // owned; directory
    bool serving;          // has joined zmq_zap.c
};

// ---- reading certificates --------------------------------------------------------------------------

static bool all_zero(const unsigned char *key)
{
    unsigned char any = 0;
    for (size_t i = 0; i < KEY_BYTES; i++)
        any |= key[i];
    return any == 0;
}

// The value of `name = "value"` on a line of its own, decoded; false: there is no good one.
static bool find_key(gs_view text, const char *name, unsigned char key[KEY_BYTES])
{
    for (size_t at = 0; at < text.size;) {
        size_t end = gs_view_find(text, gs_view_of("\n"), at);
        gs_view line = gs_view_trim(gs_view_slice(text, at, end));
        at = end == SIZE_MAX ? text.size : end + 1;
        if (!gs_view_starts(line, name))
            continue;
        line = gs_view_trim(gs_view_slice(line, strlen(name), line.size));
        if (!gs_view_starts(line, "="))
            continue;
        line = gs_view_trim(gs_view_slice(line, 1, line.size));
        if (line.size != KEY_TEXT - 1 + 2 || !gs_view_starts(line, "\"") || !gs_view_ends(line, "\""))
            continue;
        char value[KEY_TEXT] = "";
        memcpy(value, line.data + 1, KEY_TEXT - 1);
        return zmq_z85_decode(key, value) != NULL;
    }
    return false;
}

zcert_t *gs_keys_read(const char *path)
{
    unsigned char public[KEY_BYTES], secret[KEY_BYTES];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    char *text = gs_allocate(FILE_BYTES_MOST);
    gs_view view = gs_view_make(text, fread(text, 1, FILE_BYTES_MOST, file));
    fclose(file);
    zcert_t *certificate = NULL;
    if (view.size < FILE_BYTES_MOST && find_key(view, "public-key", public)) {
        if (!find_key(view, "secret-key", secret))
            memset(secret, 0, sizeof secret);
        certificate = zcert_new_from(public, secret);
    }
    explicit_bzero(text, FILE_BYTES_MOST);
    explicit_bzero(secret, sizeof secret);
    free(text);
    return certificate;
}

static zcert_t *load(const char *path, const char *setting, gs_error *error)
{
    struct stat status;
    const char *why = NULL;
    if (stat(path, &status) != 0 || access(path, R_OK) != 0)
        why = strerror(errno);
    else if (!S_ISREG(status.st_mode))
        why = "not a file";
    if (why != NULL) {
        gs_fail(error, GS_E_REFUSED, "%s: cannot read the key file %s: %s", setting, path, why);
        return NULL;
    }
    zcert_t *certificate = gs_keys_read(path);
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

void gs_keys_free(gs_keys **self_p)
{
    gs_keys *self = *self_p;
    if (self == NULL)
        return;
    if (self->serving)
        gs_zap_leave();
    zcert_destroy(&self->own);
    free(self->allowed);
    free(self);
    *self_p = NULL;
}

// ---- sockets ---------------------------------------------------------------------------------------

// With keys at hand every TCP endpoint is keyed, loopback too: a server on "*" is keyed for all, and the
// programs beside it reach it as 127.0.0.1. Without keys only local endpoints are served.
static bool goes_plain(const char *endpoint, bool has_keys)
{
    return gs_endpoint_is_local(endpoint) && !(has_keys && strncmp(endpoint, "tcp://", 6) == 0);
}

bool gs_keys_serve(gs_keys *self, zsock_t *socket, const char *endpoint, gs_error *error)
{
    if (goes_plain(endpoint, self->own != NULL && self->allowed != NULL))
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
    self->serving = self->serving || gs_zap_join(self->allowed, error);
    if (!self->serving)
        return false;
    zcert_apply(self->own, socket);
    zsock_set_zap_domain(socket, "gainsay");
    zsock_set_curve_server(socket, 1);
    return true;
}

bool gs_keys_approach(gs_keys *self, zsock_t *socket, const char *endpoint, gs_error *error)
{
    if (goes_plain(endpoint, self->own != NULL && self->server[0] != '\0'))
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
