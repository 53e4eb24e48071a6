// config: defaults, then the file, then --set, then what follows from other values.
//
// Each layer writes over the one before through the same table. The last step makes the result complete:
// paths become absolute, so a program may run in any directory, and the connect addresses that nobody gave
// are those that the daemons of this same file bind.
#include "base/config_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTION_INGESTOR = 0, SECTION_CONNECT = 3 };

bool gs_config_read(const char *path, gs_buffer *text, gs_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : 1;
    while (size > 0 && text->size <= GS_LIMIT_CONFIG_BYTES) {
        gs_buffer_reserve(text, 16 * 1024);
        size = read(fd, text->data + text->size, 16 * 1024);
        if (size < 0 && errno == EINTR) {
            size = 1;
            continue;
        }
        text->size += size > 0 ? (size_t)size : 0;
    }
    int read_errno = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (size < 0) {
        return gs_fail(error, GS_E_USAGE, "%.300s: cannot be read: %s", path, strerror(read_errno));
    }
    if (text->size > GS_LIMIT_CONFIG_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "%.300s: is larger than %d bytes; is it a configuration file?",
                       path, GS_LIMIT_CONFIG_BYTES);
    }
    text->data[text->size] = '\0';
    size_t bad = SIZE_MAX;
    gs_view view = gs_buffer_view(text);
    gs_utf8_valid(view, &bad);
    size_t nul = gs_view_find(view, gs_view_make("", 1), 0);
    bad = nul < bad ? nul : bad;
    if (bad == SIZE_MAX) {
        return true;
    }
    size_t line = 1;
    for (size_t i = 0; i < bad; i++) {
        line += view.data[i] == '\n';
    }
    return gs_fail(error, GS_E_USAGE, "%.300s:%zu: holds a %s byte; a configuration is text in UTF-8", path,
                   line, bad == nul ? "NUL" : "non-UTF-8");
}

static void set_defaults(void *base, const gs_section *section)
{
    gs_error unexpected = {0};
    for (size_t i = 0; i < section->count; i++) {
        const gs_key *key = &section->keys[i];
        if (key->fallback && !gs_key_set(base, key, key->fallback, &unexpected)) {
            // The table contradicts itself; the tests load the defaults, so this cannot leave the house.
            abort();
        }
    }
}

static bool apply_source(gs_source_config *source, const gs_yaml *yaml, size_t entry, const char *file,
                         gs_view text, gs_error *error)
{
    set_defaults(source, &gs_source_keys);
    source->file = gs_duplicate(file);
    source->entry = (uint32_t)entry + 1;
    for (size_t i = 0; i < gs_source_keys.count; i++) {
        const gs_key *key = &gs_source_keys.keys[i];
        const char *value = gs_yaml_list_value(yaml, SECTION_INGESTOR, entry, i);
        gs_place place = {.section = "ingestor", .list = "sources", .entry = entry + 1, .key = key->name};
        if (!value && key->type != GS_KEY_KIND) {
            continue;
        }
        if (!gs_key_set(source, key, value ? value : "", error)) {
            return gs_fail_at(error, file, text, place);
        }
    }
    return true;
}

static bool append_sources(gs_config *config, const gs_yaml *yaml, const char *file, gs_view text,
                           gs_error *error)
{
    const size_t count = gs_yaml_list_count(yaml, SECTION_INGESTOR);
    const size_t before = config->ingestor.sources_count;
    if (count == 0) {
        return true;
    }
    if (before + count > GS_LIMIT_SOURCES) {
        return gs_fail(error, GS_E_LIMIT, "%.300s: more than %d sources altogether", file, GS_LIMIT_SOURCES);
    }
    config->ingestor.sources =
        gs_reallocate(config->ingestor.sources, (before + count) * sizeof(gs_source_config));
    memset(config->ingestor.sources + before, 0, count * sizeof(gs_source_config));
    config->ingestor.sources_count = (unsigned)(before + count);
    for (size_t i = 0; i < count; i++) {
        if (!apply_source(&config->ingestor.sources[before + i], yaml, i, file, text, error)) {
            return false;
        }
    }
    return true;
}

static bool apply_file(gs_config *config, const gs_yaml *yaml, gs_view text, gs_error *error)
{
    for (size_t s = 0; s < GS_SECTION_COUNT; s++) {
        for (size_t i = 0; i < gs_sections[s].count; i++) {
            const gs_key *key = &gs_sections[s].keys[i];
            const char *value = gs_yaml_value(yaml, s, i);
            if (value && !gs_key_set(config, key, value, error)) {
                return gs_fail_at(error, config->file, text,
                                  (gs_place){.section = gs_sections[s].name, .key = key->name});
            }
        }
    }
    config->directory = gs_duplicate(gs_yaml_directory(yaml));
    if (!append_sources(config, yaml, config->file, text, error)) {
        return false;
    }
    size_t count = gs_yaml_list_count(yaml, SECTION_CONNECT);
    config->connect.ingestors = count ? gs_allocate(count * sizeof(char *)) : NULL;
    config->connect.ingestors_count = (unsigned)count;
    for (size_t i = 0; i < count; i++) {
        config->connect.ingestors[i] = gs_duplicate(gs_yaml_list_value(yaml, SECTION_CONNECT, i, 0));
    }
    return true;
}

static bool load_file(gs_config *config, gs_error *error)
{
    gs_buffer text = {0};
    gs_yaml *yaml = NULL;
    bool ok = gs_config_read(config->file, &text, error) &&
              (yaml = gs_yaml_load(config->file, gs_buffer_view(&text), error)) != NULL &&
              apply_file(config, yaml, gs_buffer_view(&text), error);
    gs_yaml_free(&yaml);
    gs_buffer_free(&text);
    return ok;
}

static void free_ingestors(gs_config *config)
{
    for (unsigned i = 0; i < config->connect.ingestors_count; i++) {
        free(config->connect.ingestors[i]);
    }
    free(config->connect.ingestors);
    config->connect.ingestors = NULL;
    config->connect.ingestors_count = 0;
}

static bool override_ingestors(gs_config *config, gs_view list, gs_error *error)
{
    free_ingestors(config);
    size_t begin = 0;
    while (begin < list.size) {
        size_t comma = gs_view_find(list, gs_view_make(",", 1), begin);
        size_t end = comma == SIZE_MAX ? list.size : comma;
        gs_view entry = gs_view_trim(gs_view_slice(list, begin, end));
        begin = end + 1;
        if (entry.size == 0) {
            continue;
        }
        unsigned count = config->connect.ingestors_count;
        if (count == GS_LIMIT_INGESTORS) {
            return gs_fail(error, GS_E_LIMIT, "expected at most %d entries", GS_LIMIT_INGESTORS);
        }
        config->connect.ingestors = gs_reallocate(config->connect.ingestors, (count + 1) * sizeof(char *));
        gs_buffer copy = {0};
        gs_buffer_append(&copy, entry.data, entry.size);
        config->connect.ingestors[count] = copy.data;
        config->connect.ingestors_count = count + 1;
    }
    return true;
}

// A path on the command line starts where the person who typed it is, not where the file lies.
static bool override_directory(gs_config *config, const char *value, gs_error *error)
{
    char here[PATH_MAX];
    free(config->directory);
    config->directory = gs_duplicate(value);
    if (value[0] == '/' || value[0] == '\0') {
        return true;
    }
    if (!getcwd(here, sizeof here)) {
        return gs_fail(error, GS_E_IO, "the current directory cannot be found: %s", strerror(errno));
    }
    gs_buffer joined = {0};
    gs_buffer_format(&joined, "%s/%s", here, value);
    free(config->directory);
    config->directory = joined.data;
    return true;
}

static bool set_one(gs_config *config, gs_view name, const char *value, gs_error *error)
{
    if (gs_view_equal(name, gs_view_of("directory"))) {
        return override_directory(config, value, error);
    }
    if (gs_view_equal(name, gs_view_of("connect.ingestors"))) {
        return override_ingestors(config, gs_view_of(value), error);
    }
    if (gs_view_equal(name, gs_view_of("ingestor.sources"))) {
        return gs_fail(error, GS_E_USAGE,
                       "sources are listed in a configuration file, not on the command line");
    }
    size_t point = gs_view_find(name, gs_view_make(".", 1), 0);
    const gs_section *section = point == SIZE_MAX ? NULL : gs_section_named(gs_view_slice(name, 0, point));
    if (!section) {
        return gs_fail(error, GS_E_USAGE, "no such key; `gainsay config show` lists them all");
    }
    const gs_key *key = gs_key_named(section, gs_view_slice(name, point + 1, name.size));
    if (!key) {
        return gs_fail(error, GS_E_USAGE, "section %s has no such key; `gainsay config show` lists them all",
                       section->name);
    }
    if (strlen(value) > GS_LIMIT_CONFIG_VALUE_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "expected at most %d bytes", GS_LIMIT_CONFIG_VALUE_BYTES);
    }
    return gs_key_set(config, key, value, error);
}

static bool apply_override(gs_config *config, const char *text, gs_error *error)
{
    const char *equals = text ? strchr(text, '=') : NULL;
    if (!equals || equals == text) {
        return gs_fail(error, GS_E_USAGE,
                       "--set %.100s: expected SECTION.KEY=VALUE, such as ingestor.lease=30",
                       text ? text : "");
    }
    gs_view name = gs_view_make(text, (size_t)(equals - text));
    if (!set_one(config, name, equals + 1, error)) {
        return gs_fail_within(error, "--set %.100s", text);
    }
    return true;
}

// The folder of the configuration file, or the current directory.
static char *base_directory(const gs_config *config, gs_error *error)
{
    char *real = config->file ? realpath(config->file, NULL) : NULL;
    if (real) { // also not for a pipe such as /dev/fd/63
        char *slash = strrchr(real, '/');
        slash[slash == real] = '\0';
        char *folder = gs_duplicate(real);
        free(real);
        return folder;
    }
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) {
        gs_fail(error, GS_E_IO, "the current directory cannot be found: %s", strerror(errno));
        return NULL;
    }
    return gs_duplicate(here);
}

// Replaces *path, if it is relative, by the same under directory; prefix ("ipc://") stays in front.
static void make_absolute(char **path, const char *prefix, const char *directory)
{
    const char *rest = *path ? *path + strlen(prefix) : "/";
    if (*rest == '/' || *rest == '\0') {
        return;
    }
    gs_buffer joined = {0};
    size_t size = strlen(directory);
    bool slash = size > 0 && directory[size - 1] == '/';
    gs_buffer_format(&joined, "%s%s%s%s", prefix, directory, slash ? "" : "/", rest);
    free(*path);
    *path = joined.data;
}

// "ipc://work" means a socket in the directory. "@name" is Linux's abstract name space and has no directory.
static void settle_endpoint(char **endpoint, const char *directory)
{
    static const char ipc[] = "ipc://";
    static const char plain[] = "unix://";
    if (*endpoint && gs_view_starts(gs_view_of(*endpoint), plain)) {
        make_absolute(endpoint, plain, directory);
    }
    if (*endpoint && gs_view_starts(gs_view_of(*endpoint), ipc) && (*endpoint)[strlen(ipc)] != '@' &&
        strcmp(*endpoint, "ipc://*") != 0) {
        make_absolute(endpoint, ipc, directory);
    }
}

static void settle_texts(void *base, const gs_section *section, const char *directory)
{
    for (size_t i = 0; i < section->count; i++) {
        const gs_key *key = &section->keys[i];
        if (key->type == GS_KEY_PATH || key->type == GS_KEY_STORE) {
            make_absolute(gs_key_text(base, key), "", directory);
        } else if (key->type == GS_KEY_BIND || key->type == GS_KEY_CONNECT || key->type == GS_KEY_LISTEN) {
            settle_endpoint(gs_key_text(base, key), directory);
        }
    }
}

static void settle_connect(gs_config *config)
{
    const struct {
        char **connect;
        const char *bind;
    } pairs[] = {
        {&config->connect.intake, config->aggregator.intake},
        {&config->connect.live, config->aggregator.live},
        {&config->connect.replay, config->aggregator.replay},
        {&config->connect.retry, config->aggregator.retry},
        {&config->connect.control, config->aggregator.control},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (!*pairs[i].connect && pairs[i].bind) {
            *pairs[i].connect = gs_endpoint_to_connect(pairs[i].bind);
        }
    }
    if (config->connect.ingestors_count == 0 && config->ingestor.work) {
        config->connect.ingestors = gs_allocate(sizeof(char *));
        config->connect.ingestors[0] = gs_endpoint_to_connect(config->ingestor.work);
        config->connect.ingestors_count = 1;
    }
}

static bool settle_directory(gs_config *config, gs_error *error)
{
    if (config->directory && config->directory[0] == '/') {
        return true;
    }
    char *base = base_directory(config, error);
    if (!base) {
        return false;
    }
    if (config->directory && config->directory[0] != '\0') {
        make_absolute(&config->directory, "", base);
        free(base);
        return true;
    }
    free(config->directory);
    config->directory = base;
    return true;
}

// ingestor.source_file holds sources and nothing else, so that a program may write it.
static bool holds_only_sources(const gs_yaml *yaml, const char *file, gs_error *error)
{
    bool other = gs_yaml_directory(yaml) != NULL || gs_yaml_list_count(yaml, SECTION_CONNECT) > 0;
    for (size_t s = 0; s < GS_SECTION_COUNT; s++) {
        for (size_t i = 0; i < gs_sections[s].count; i++) {
            other = other || gs_yaml_value(yaml, s, i) != NULL;
        }
    }
    return !other || gs_fail(error, GS_E_USAGE,
                             "%.300s: expected ingestor.sources and nothing else; the rest belongs into the "
                             "configuration itself",
                             file);
}

static bool load_source_file(gs_config *config, gs_error *error)
{
    const char *file = config->ingestor.source_file;
    gs_buffer text = {0};
    if (!config->file || !file || access(file, F_OK) != 0) {
        return true;
    }
    gs_yaml *yaml = NULL;
    const bool ok = gs_config_read(file, &text, error) &&
                    (yaml = gs_yaml_load(file, gs_buffer_view(&text), error)) != NULL &&
                    holds_only_sources(yaml, file, error) &&
                    append_sources(config, yaml, file, gs_buffer_view(&text), error);
    gs_yaml_free(&yaml);
    gs_buffer_free(&text);
    return ok;
}

static bool settle(gs_config *config, gs_error *error)
{
    // What is on the web adapts.
    static const uint32_t looks[GS_SOURCE_KINDS] = {
        [GS_SOURCE_DIRECTORY] = 2, [GS_SOURCE_JSONL] = 2, [GS_SOURCE_WARC] = 2, [GS_SOURCE_SOCKET] = 2};
    if (!settle_directory(config, error)) {
        return false;
    }
    for (size_t i = 0; i < GS_SECTION_COUNT; i++) {
        settle_texts(config, &gs_sections[i], config->directory);
    }
    for (unsigned i = 0; i < config->connect.ingestors_count; i++) {
        settle_endpoint(&config->connect.ingestors[i], config->directory);
    }
    if (!load_source_file(config, error)) {
        return false;
    }
    for (unsigned i = 0; i < config->ingestor.sources_count; i++) {
        gs_source_config *source = &config->ingestor.sources[i];
        settle_texts(source, &gs_source_keys, config->directory);
        source->every = source->every ? source->every : looks[source->kind];
    }
    settle_connect(config);
    return true;
}

gs_config *gs_config_load(const char *path, const char *const *overrides, size_t count, gs_error *error)
{
    gs_config *config = gs_allocate(sizeof *config);
    config->file = gs_duplicate(path);
    for (size_t i = 0; i < GS_SECTION_COUNT; i++) {
        set_defaults(config, &gs_sections[i]);
    }
    bool ok = !path || load_file(config, error);
    for (size_t i = 0; ok && i < count; i++) {
        ok = apply_override(config, overrides[i], error);
    }
    ok = ok && settle(config, error);
    if (!ok) {
        gs_config_free(&config);
    }
    return config;
}

static void free_texts(void *base, const gs_section *section)
{
    for (size_t i = 0; i < section->count; i++) {
        if (gs_key_is_text(&section->keys[i])) {
            free(*gs_key_text(base, &section->keys[i]));
        }
    }
}

void gs_config_free(gs_config **self_p)
{
    gs_config *config = *self_p;
    if (!config) {
        return;
    }
    for (size_t i = 0; i < GS_SECTION_COUNT; i++) {
        free_texts(config, &gs_sections[i]);
    }
    for (unsigned i = 0; i < config->ingestor.sources_count; i++) {
        free_texts(&config->ingestor.sources[i], &gs_source_keys);
        free(config->ingestor.sources[i].file);
    }
    free(config->ingestor.sources);
    free_ingestors(config);
    free(config->directory);
    free(config->file);
    free(config);
    *self_p = NULL;
}
