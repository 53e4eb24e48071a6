// config_check: what can be known to be wrong before a daemon starts.
//
// One rule here is about safety: an address that other machines can reach is refused unless both ends prove
// who they are (CURVE keys). The message names the line to change, because this is the moment at which a
// person decides between "make keys" and "stay on this machine".
#include "base/config_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A check in progress: the configuration, and where the error goes. The file is read again once a line is
// needed.
typedef struct check {
    const gs_config *config;
    gs_error *error;
} check;

static bool refuse_in(const check *self, const char *file, gs_place place)
{
    gs_buffer text = {0};
    gs_error unreadable = {0};
    if (file && !gs_config_read(file, &text, &unreadable)) {
        gs_buffer_clear(&text); // changed since; then there is no line to name
    }
    gs_fail_at(self->error, file, gs_buffer_view(&text), place);
    gs_buffer_free(&text);
    return false;
}

// An entry of ingestor.sources is told from the count of all, over both files; its place is that in its own.
static bool refuse(const check *self, gs_place place)
{
    const char *file = self->config->file;
    if (place.list && strcmp(place.list, gs_sections[0].list) == 0 && place.entry > 0) {
        const gs_source_config *source = &self->config->ingestor.sources[place.entry - 1];
        file = source->file;
        place.entry = source->entry;
    }
    return refuse_in(self, file, place);
}

static bool check_keys(const check *self)
{
    for (size_t s = 0; s < GS_SECTION_COUNT; s++) {
        const gs_section *section = &gs_sections[s];
        for (size_t i = 0; i < section->count; i++) {
            const gs_key *key = &section->keys[i];
            if (!gs_key_check(self->config, key, self->error)) {
                const char *value = gs_key_is_text(key) ? *gs_key_text(self->config, key) : NULL;
                return refuse(self, (gs_place){.section = section->name, .key = key->name, .value = value});
            }
        }
    }
    for (unsigned i = 0; i < self->config->connect.ingestors_count; i++) {
        const char *endpoint = self->config->connect.ingestors[i];
        if (!gs_endpoint_check(endpoint, false, self->error)) {
            return refuse(
                self,
                (gs_place){.section = "connect", .list = "ingestors", .entry = i + 1, .value = endpoint});
        }
    }
    return true;
}

// Two sockets of this machine cannot be bound to one address; the second daemon would fail at its start.
static bool check_distinct(const check *self)
{
    const gs_config *config = self->config;
    const struct {
        const char *section, *key, *endpoint;
    } binds[] = {
        {"ingestor", "work", config->ingestor.work},
        {"aggregator", "intake", config->aggregator.intake},
        {"aggregator", "live", config->aggregator.live},
        {"aggregator", "replay", config->aggregator.replay},
        {"aggregator", "retry", config->aggregator.retry},
        {"aggregator", "control", config->aggregator.control},
    };
    for (size_t i = 0; i < sizeof binds / sizeof binds[0]; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(binds[i].endpoint, binds[j].endpoint) == 0) {
                gs_fail(self->error, GS_E_USAGE, "%s is also the address of %s.%s; each needs its own",
                        binds[i].endpoint, binds[j].section, binds[j].key);
                return refuse(
                    self,
                    (gs_place){.section = binds[i].section, .key = binds[i].key, .value = binds[i].endpoint});
            }
        }
    }
    if (strcmp(config->gateway.store, config->aggregator.store) == 0 ||
        strcmp(config->gateway.store, config->ingestor.store) == 0) {
        gs_fail(self->error, GS_E_USAGE, "%s is also the store of another daemon; each needs its own",
                config->gateway.store);
        return refuse(self, (gs_place){.section = "gateway", .key = "store", .value = config->gateway.store});
    }
    if (strcmp(config->ingestor.store, config->aggregator.store) == 0) {
        gs_fail(self->error, GS_E_USAGE, "%s is also ingestor.store; each daemon needs its own",
                config->aggregator.store);
        return refuse(self,
                      (gs_place){.section = "aggregator", .key = "store", .value = config->aggregator.store});
    }
    return true;
}

static bool check_bind(const check *self, gs_place place)
{
    const gs_config *config = self->config;
    if (gs_endpoint_is_local(place.value) || (config->security.own_key && config->security.allowed_clients)) {
        return true;
    }
    gs_fail(self->error, GS_E_REFUSED,
            "%.100s can be reached from other machines and needs %s%s%s: make keys with `gainsay keygen`, or "
            "stay on this machine with tcp://127.0.0.1:PORT",
            place.value, config->security.own_key ? "" : "security.own_key",
            config->security.own_key || config->security.allowed_clients ? "" : " and ",
            config->security.allowed_clients ? "" : "security.allowed_clients");
    return refuse(self, place);
}

static bool check_connect(const check *self, gs_place place)
{
    const gs_config *config = self->config;
    if (gs_endpoint_is_local(place.value) || (config->security.own_key && config->security.server_key)) {
        return true;
    }
    gs_fail(self->error, GS_E_REFUSED,
            "%.100s is on another machine and needs %s%s%s: make keys with `gainsay keygen`, and take the "
            "server's public key for server_key",
            place.value, config->security.own_key ? "" : "security.own_key",
            config->security.own_key || config->security.server_key ? "" : " and ",
            config->security.server_key ? "" : "security.server_key");
    return refuse(self, place);
}

static bool check_reach(const check *self)
{
    for (size_t s = 0; s < GS_SECTION_COUNT; s++) {
        for (size_t i = 0; i < gs_sections[s].count; i++) {
            const gs_key *key = &gs_sections[s].keys[i];
            gs_place place = {.section = gs_sections[s].name, .key = key->name};
            bool bind = key->type == GS_KEY_BIND;
            if (!bind && key->type != GS_KEY_CONNECT) {
                continue;
            }
            place.value = *gs_key_text(self->config, key);
            if (!(bind ? check_bind(self, place) : check_connect(self, place))) {
                return false;
            }
        }
    }
    for (unsigned i = 0; i < self->config->connect.ingestors_count; i++) {
        if (!check_connect(self, (gs_place){.section = "connect",
                                            .list = "ingestors",
                                            .entry = i + 1,
                                            .value = self->config->connect.ingestors[i]})) {
            return false;
        }
    }
    return true;
}

static bool is_directory(const char *path, gs_error *error)
{
    DIR *folder = opendir(path);
    if (!folder) {
        return gs_fail(error, GS_E_USAGE, "expected a directory that can be read, found \"%.200s\": %s", path,
                       strerror(errno));
    }
    closedir(folder);
    return true;
}

static bool is_readable(const char *path, gs_error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return gs_fail(error, GS_E_REFUSED,
                       "the key file \"%.200s\" cannot be read: %s; `gainsay keygen` makes keys", path,
                       strerror(errno));
    }
    bool regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    close(fd);
    return regular ||
           gs_fail(error, GS_E_REFUSED, "\"%.200s\" is not a key file; `gainsay keygen` makes keys", path);
}

static bool check_files(const check *self)
{
    const gs_config *config = self->config;
    if (config->security.own_key && !is_readable(config->security.own_key, self->error)) {
        return refuse(self,
                      (gs_place){.section = "security", .key = "own_key", .value = config->security.own_key});
    }
    if (config->security.server_key && !is_readable(config->security.server_key, self->error)) {
        return refuse(
            self,
            (gs_place){.section = "security", .key = "server_key", .value = config->security.server_key});
    }
    if (config->security.allowed_clients && !is_directory(config->security.allowed_clients, self->error)) {
        return refuse(self, (gs_place){.section = "security",
                                       .key = "allowed_clients",
                                       .value = config->security.allowed_clients});
    }
    if (config->security.own_key && config->security.allowed_clients && !config->security.server_key) {
        gs_fail(
            self->error, GS_E_REFUSED,
            "security.server_key is missing: where there are keys, programs on this machine connect by them "
            "too; name the .pub file of this server (gainsay keygen makes it beside the .key)");
        return refuse(self,
                      (gs_place){.section = "security", .key = "own_key", .value = config->security.own_key});
    }
    if (!is_directory(config->directory, self->error)) {
        return refuse(self, (gs_place){.key = "directory", .value = config->directory});
    }
    return true;
}

static bool is_http(const char *url)
{
    gs_view view = gs_view_of(url);
    size_t scheme = gs_view_equal_nocase(gs_view_slice(view, 0, 7), gs_view_of("http://"))    ? 7
                    : gs_view_equal_nocase(gs_view_slice(view, 0, 8), gs_view_of("https://")) ? 8
                                                                                              : 0;
    return scheme > 0 && scheme < view.size && url[scheme] != '/' && !strpbrk(url, " \t\r\n");
}

static bool is_on_the_web(gs_source_kind kind)
{
    return kind == GS_SOURCE_FEED || kind == GS_SOURCE_SITEMAP || kind == GS_SOURCE_PAGES;
}

// The key that makes the source useless, with an error that tells what was expected; NULL if there is none.
static const char *wrong_key(const gs_source_config *source, gs_error *error)
{
    for (size_t i = 0; i < gs_source_keys.count; i++) {
        if (!gs_key_check(source, &gs_source_keys.keys[i], error)) {
            return gs_source_keys.keys[i].name;
        }
    }
    if (!source->id) {
        gs_fail(error, GS_E_USAGE, "expected a text that no other source has, found nothing");
        return "id";
    }
    bool needs_path = source->kind == GS_SOURCE_FILE || source->kind == GS_SOURCE_DIRECTORY ||
                      source->kind == GS_SOURCE_JSONL || source->kind == GS_SOURCE_WARC;
    if (needs_path && !source->path) {
        gs_fail(error, GS_E_USAGE, "expected the path of what source \"%.100s\" reads, found nothing",
                source->id);
        return "path";
    }
    if (source->kind == GS_SOURCE_SOCKET && !source->endpoint) {
        gs_fail(
            error, GS_E_USAGE,
            "expected where source \"%.100s\" listens, such as unix:///run/gainsay/articles, found nothing",
            source->id);
        return "endpoint";
    }
    if (is_on_the_web(source->kind) && !(source->url && is_http(source->url))) {
        gs_fail(error, GS_E_USAGE, "expected http://… or https://… for source \"%.100s\", found \"%.100s\"",
                source->id, source->url ? source->url : "");
        return "url";
    }
    return NULL;
}

static bool check_source(const check *self, unsigned index)
{
    const char *key = wrong_key(&self->config->ingestor.sources[index], self->error);
    return !key ||
           refuse(self, (gs_place){.section = "ingestor", .list = "sources", .entry = index + 1, .key = key});
}

bool gs_source_check(const gs_source_config *source, gs_error *error)
{
    for (size_t i = 0; i < gs_source_keys.count; i++) {
        const gs_key *key = &gs_source_keys.keys[i];
        const gs_view text = gs_view_of(gs_key_is_text(key) ? *gs_key_text(source, key) : NULL);
        if (text.size > GS_LIMIT_CONFIG_VALUE_BYTES) {
            return gs_fail(error, GS_E_USAGE, "%s: expected at most %d bytes, found %zu", key->name,
                           GS_LIMIT_CONFIG_VALUE_BYTES, text.size);
        }
        if (!gs_utf8_valid(text, NULL)) {
            return gs_fail(error, GS_E_USAGE, "%s: expected text in UTF-8", key->name);
        }
    }
    const char *key = wrong_key(source, error);
    return !key || gs_fail_within(error, "%s", key);
}

// The host of an address that is_http has passed, as an endpoint: gs_endpoint_is_local then knows it.
static bool is_loopback_url(const char *url)
{
    gs_buffer endpoint = {0};
    const char *host = strstr(url, "://") + 3;
    size_t size = host[0] == '[' ? strcspn(host, "]") + (strchr(host, ']') ? 1 : 0) : strcspn(host, ":/?#");
    gs_buffer_format(&endpoint, "tcp://%.*s:1", (int)size, host);
    bool local = gs_endpoint_is_local(endpoint.data);
    gs_buffer_free(&endpoint);
    return local;
}

bool gs_config_read_key(const char *path, gs_buffer *key, gs_error *error)
{
    enum { KEY_BYTES = 1000 };
    gs_buffer text = {0};
    bool ok = gs_config_read(path, &text, error);
    gs_view line = gs_view_trim(gs_buffer_view(&text));
    bool good = line.size > 0 && line.size <= KEY_BYTES;
    for (size_t i = 0; i < line.size; i++) {
        good = good && line.data[i] > ' ' && line.data[i] < 0x7f;
    }
    if (ok && good) {
        gs_buffer_append(key, line.data, line.size);
    } else if (ok) {
        ok = gs_fail(error, GS_E_USAGE,
                     "%.300s: expected one line with a key of at most %d characters without spaces", path,
                     KEY_BYTES);
    }
    if (text.data) {
        memset(text.data, 0, text.size);
    }
    gs_buffer_free(&text);
    return ok;
}

// A name that goes into requests, the store and the feed.
static bool is_printable(const char *text)
{
    enum { MODEL_BYTES = 200 };
    const gs_view view = gs_view_of(text);
    bool good = view.size > 0 && view.size <= MODEL_BYTES && gs_utf8_valid(view, NULL);
    for (size_t i = 0; i < view.size; i++) {
        good = good && (unsigned char)view.data[i] >= ' ' && view.data[i] != 0x7f;
    }
    return good;
}

// Who gives the second opinion. The address appears in messages and so must not hold a password, and a key
// does not travel in the clear beyond this machine. The key itself is read by the aggregator alone: the other
// daemons need not be allowed to.
static bool check_opinion(const check *self)
{
    const gs_config *config = self->config;
    gs_place place = {.section = "opinion", .key = "url", .value = config->opinion.url};
    if (!config->opinion.url) {
        return true;
    }
    const char *host = is_http(config->opinion.url) ? strstr(config->opinion.url, "://") + 3 : NULL;
    if (!host || strpbrk(host, "?#")) {
        gs_fail(self->error, GS_E_USAGE,
                "expected the base of an API, such as http://127.0.0.1:8080/v1, found \"%.100s\"",
                config->opinion.url);
        return refuse(self, place);
    }
    if (memchr(host, '@', strcspn(host, "/"))) {
        gs_fail(self->error, GS_E_USAGE, "holds a name or password; put the API's key into opinion.key_file");
        return refuse(self, place);
    }
    if (!config->opinion.model) {
        gs_fail(self->error, GS_E_USAGE, "needs opinion.model: the model's name, as the API at %.100s has it",
                config->opinion.url);
        return refuse(self, place);
    }
    if (!is_printable(config->opinion.model)) {
        gs_fail(self->error, GS_E_USAGE, "expected at most 200 bytes of text without control characters");
        return refuse(self, (gs_place){.section = "opinion", .key = "model", .value = config->opinion.model});
    }
    if (!config->opinion.key_file) {
        return true;
    }
    const gs_view scheme = gs_view_slice(gs_view_of(config->opinion.url), 0, 5);
    if (gs_view_equal_nocase(scheme, gs_view_of("http:")) && !is_loopback_url(config->opinion.url)) {
        gs_fail(self->error, GS_E_REFUSED,
                "would be sent in the clear to %.100s: use https://, or a server on this machine",
                config->opinion.url);
        return refuse(self,
                      (gs_place){.section = "opinion", .key = "key_file", .value = config->opinion.key_file});
    }
    return true;
}

// Who may reach the gateway: this machine, or whoever knows the token. The token itself is read by the
// gateway alone.
static bool check_gateway(const check *self)
{
    const gs_config *config = self->config;
    gs_place place = {.section = "gateway", .key = "listen", .value = config->gateway.listen};
    gs_buffer endpoint = {0};
    gs_buffer_format(&endpoint, "tcp://%s", config->gateway.listen ? config->gateway.listen : "");
    gs_error found = {0};
    bool sound = config->gateway.listen && gs_endpoint_check(endpoint.data, true, &found);
    bool local = sound && gs_endpoint_is_local(endpoint.data);
    gs_buffer_free(&endpoint);
    if (!sound) {
        gs_fail(self->error, GS_E_USAGE, "expected HOST:PORT such as 127.0.0.1:7780, found \"%.100s\"",
                config->gateway.listen ? config->gateway.listen : "");
        return refuse(self, place);
    }
    if (!local && !config->gateway.token_file) {
        gs_fail(
            self->error, GS_E_REFUSED,
            "%.100s can be reached from other machines and needs gateway.token_file (a file with one secret "
            "line); or listen on 127.0.0.1:PORT, put a reverse proxy with TLS in front (nginx: proxy_pass "
            "http://127.0.0.1:PORT; proxy_buffering off) and name its host in gateway.hosts",
            config->gateway.listen);
        return refuse(self, place);
    }
    if (config->gateway.public_url && !is_http(config->gateway.public_url)) {
        gs_fail(self->error, GS_E_USAGE, "expected http://… or https://…, found \"%.100s\"",
                config->gateway.public_url);
        return refuse(
            self, (gs_place){.section = "gateway", .key = "public_url", .value = config->gateway.public_url});
    }
    return true;
}

// Orders entries of ingestor.sources by id, then by place, so that the later of two equals is complained of.
static int by_id(const void *a, const void *b)
{
    const gs_source_config *first = *(const gs_source_config *const *)a;
    const gs_source_config *second = *(const gs_source_config *const *)b;
    int order = strcmp(first->id, second->id);
    return order ? order : (first > second) - (first < second);
}

static bool check_unique(const check *self)
{
    size_t count = self->config->ingestor.sources_count;
    const gs_source_config *sources = self->config->ingestor.sources;
    const gs_source_config **sorted = gs_allocate(count * sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &sources[i];
    }
    qsort(sorted, count, sizeof *sorted, by_id);
    bool ok = true;
    for (size_t i = 1; ok && i < count; i++) {
        if (strcmp(sorted[i - 1]->id, sorted[i]->id) == 0) {
            gs_fail(self->error, GS_E_USAGE, "source %zu has the id \"%.100s\" too; each needs its own",
                    (size_t)(sorted[i - 1] - sources) + 1, sorted[i]->id);
            ok = refuse(self, (gs_place){.section = "ingestor",
                                         .list = "sources",
                                         .entry = (size_t)(sorted[i] - sources) + 1,
                                         .key = "id"});
        }
    }
    free(sorted);
    return ok;
}

static bool check_sources(const check *self)
{
    unsigned standard_input = 0;
    for (unsigned i = 0; i < self->config->ingestor.sources_count; i++) {
        if (!check_source(self, i)) {
            return false;
        }
        if (self->config->ingestor.sources[i].kind != GS_SOURCE_STDIN) {
            continue;
        }
        if (standard_input > 0) {
            gs_fail(self->error, GS_E_USAGE, "source %u reads standard input already; only one can",
                    standard_input);
            return refuse(
                self, (gs_place){.section = "ingestor", .list = "sources", .entry = i + 1, .key = "kind"});
        }
        standard_input = i + 1;
    }
    return check_unique(self);
}

// Sources that listen: each on an address of its own, and with keys where others can reach it.
static bool check_listeners(const check *self)
{
    const gs_config *config = self->config;
    const char *const binds[] = {config->ingestor.work,    config->aggregator.intake,
                                 config->aggregator.live,  config->aggregator.replay,
                                 config->aggregator.retry, config->aggregator.control};
    for (unsigned i = 0; i < config->ingestor.sources_count; i++) {
        const gs_source_config *source = &config->ingestor.sources[i];
        const gs_place place = {.section = "ingestor",
                                .list = "sources",
                                .entry = i + 1,
                                .key = "endpoint",
                                .value = source->endpoint};
        bool taken = false;
        if (source->kind != GS_SOURCE_SOCKET) {
            continue;
        }
        for (size_t j = 0; j < sizeof binds / sizeof binds[0]; j++) {
            taken = taken || strcmp(binds[j], source->endpoint) == 0;
        }
        for (unsigned j = 0; j < i; j++) {
            const gs_source_config *other = &config->ingestor.sources[j];
            taken =
                taken || (other->kind == GS_SOURCE_SOCKET && strcmp(other->endpoint, source->endpoint) == 0);
        }
        if (taken) {
            gs_fail(self->error, GS_E_USAGE,
                    "%.200s is also the address of something else; each needs its own", source->endpoint);
            return refuse(self, place);
        }
        if (!check_bind(self, place)) {
            return false;
        }
    }
    return true;
}

static bool check_push(const check *self)
{
    const char *url = self->config->push.url;
    const char *to = self->config->push.mail_to;
    if (url && !is_http(url)) {
        gs_fail(self->error, GS_E_USAGE, "expected http://… or https://…, found \"%.100s\"", url);
        return refuse(self, (gs_place){.section = "push", .key = "url", .value = url});
    }
    if (url && to) {
        gs_fail(self->error, GS_E_USAGE, "push.url is set, too; one pusher pushes to one of them");
        return refuse(self, (gs_place){.section = "push", .key = "mail_to", .value = to});
    }
    if (to && (!strchr(to, '@') || to[0] == '-' || strpbrk(to, "\r\n"))) {
        gs_fail(self->error, GS_E_USAGE, "expected addresses such as desk@example.org, found \"%.100s\"", to);
        return refuse(self, (gs_place){.section = "push", .key = "mail_to", .value = to});
    }
    return true;
}

bool gs_config_check(const gs_config *config, gs_error *error)
{
    const check self = {.config = config, .error = error};
    return check_keys(&self) && check_distinct(&self) && check_sources(&self) && check_reach(&self) &&
           check_listeners(&self) && check_files(&self) && check_opinion(&self) && check_gateway(&self) &&
           check_push(&self);
}
