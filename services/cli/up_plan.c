// up_plan: the configuration that `gainsay up` makes for itself.
//
// It is an ordinary configuration file in the runtime directory, written anew at each start and removed at
// the end: a person can read what runs, `gainsay tail` in another terminal finds the daemons by it, and the
// daemons need no way of being configured that is not everybody's.
#include "up_plan.h"
#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PATH_SLACK = 16, // "/control.sock" and the like after the directory
    SOCKET_PATH_MOST = sizeof(((struct sockaddr_un *)0)->sun_path) - 1,
};

static void write_pair(gs_buffer *out, const char *before, const char *value)
{
    gs_buffer_text(out, before);
    gs_yaml_scalar(out, value);
    gs_buffer_byte(out, '\n');
}

static bool is_address(const char *text)
{
    return strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
}

static bool write_path_source(gs_buffer *out, const char *source, gs_error *error)
{
    struct stat facts;
    char *path = realpath(source, NULL);
    if (!path || stat(path, &facts) != 0) {
        gs_fail(error, GS_E_USAGE, "%s: %s; name a file, a directory, the http address of a feed, or - ",
                source, strerror(errno));
        free(path);
        return false;
    }
    const bool json_lines =
        gs_view_ends(gs_view_of(path), ".jsonl") || gs_view_ends(gs_view_of(path), ".ndjson");
    const bool archive =
        gs_view_ends(gs_view_of(path), ".warc") || gs_view_ends(gs_view_of(path), ".warc.gz");
    const char *kind = S_ISDIR(facts.st_mode) ? "directory"
                       : json_lines           ? "jsonl"
                       : archive              ? "warc"
                                              : "file";
    write_pair(out, "    - id: ", path);
    gs_buffer_format(out, "      kind: %s\n", kind);
    write_pair(out, "      path: ", path);
    free(path);
    return true;
}

static bool write_source(gs_buffer *out, const char *source, gs_error *error)
{
    if (is_address(source)) {
        write_pair(out, "    - id: ", source);
        gs_buffer_text(out, "      kind: feed\n");
        write_pair(out, "      url: ", source);
        return true;
    }
    if (strcmp(source, "-") != 0)
        return write_path_source(out, source, error);
    if (isatty(STDIN_FILENO))
        return gs_fail(error, GS_E_USAGE,
                       "-: standard input is a terminal; pipe JSON Lines into it, or name a file");
    gs_buffer_text(out, "    - id: stdin\n      kind: stdin\n");
    return true;
}

// The aggregator's sockets by their keys; the ingestor's is "work".
static const char *const ENDPOINTS[] = {"intake", "live", "replay", "retry", "control"};
enum { ENDPOINT_COUNT = sizeof ENDPOINTS / sizeof ENDPOINTS[0] };

static bool compose(const gs_up_plan *plan, const gs_texts *sources, gs_buffer *out, gs_error *error)
{
    gs_buffer_text(out, "# Written by `gainsay up` at its start and removed at its end.\n");
    write_pair(out, "directory: ", plan->directory);
    gs_buffer_text(out, "ingestor:\n");
    gs_buffer line = {0};
    gs_buffer_format(&line, "ipc://%s/work.sock", plan->directory);
    write_pair(out, "  work: ", line.data);
    gs_buffer_text(out, "  store: ingestor.db\n");
    if (sources->count > 0)
        gs_buffer_text(out, "  sources:\n");
    bool ok = true;
    for (size_t i = 0; i < sources->count && ok; i++)
        ok = write_source(out, sources->items[i], error);
    gs_buffer_text(out, "aggregator:\n");
    for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
        gs_buffer_clear(&line);
        gs_buffer_format(&line, "ipc://%s/%s.sock", plan->directory, ENDPOINTS[i]);
        gs_buffer_format(out, "  %s: ", ENDPOINTS[i]);
        write_pair(out, "", line.data);
    }
    gs_buffer_text(out, "  store: aggregator.db\n");
    gs_buffer_free(&line);
    return ok;
}

static bool lock_directory(gs_up_plan *plan, gs_error *error)
{
    plan->lock_fd = open(plan->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (plan->lock_fd < 0)
        return gs_fail(error, GS_E_USAGE, "%s: %s", plan->directory, strerror(errno));
    if (flock(plan->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return gs_fail(error, GS_E_USAGE,
                       "%s: another `gainsay up` runs there; stop it, or give this one its own --directory",
                       plan->directory);
    return true;
}

static bool open_directory(gs_up_plan *plan, const char *directory, gs_error *error)
{
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return gs_fail(error, GS_E_USAGE, "%s: cannot make the runtime directory: %s", directory,
                       strerror(errno));
    plan->directory = realpath(directory, NULL);
    if (!plan->directory)
        return gs_fail(error, GS_E_USAGE, "%s: %s", directory, strerror(errno));
    if (strlen(plan->directory) + PATH_SLACK > SOCKET_PATH_MOST)
        return gs_fail(
            error, GS_E_USAGE,
            "%s: too long a path for the sockets in it (at most %d bytes); give a shorter --directory",
            plan->directory, (int)SOCKET_PATH_MOST - PATH_SLACK);
    return lock_directory(plan, error);
}

static bool write_file(const char *path, const gs_buffer *content, gs_error *error)
{
    FILE *file = fopen(path, "we");
    bool ok = file && fwrite(content->data, 1, content->size, file) == content->size;
    if (file)
        ok = fclose(file) == 0 && ok;
    return ok || gs_fail(error, GS_E_IO, "%s: %s", path, strerror(errno));
}

static char *program_folder(void)
{
    char path[PATH_MAX];
    const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    if (size <= 0)
        return NULL;
    path[size] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return gs_duplicate(path);
}

bool gs_up_plan_make(gs_up_plan *plan, const char *directory, const gs_texts *sources, gs_error *error)
{
    *plan = (gs_up_plan){.lock_fd = -1, .programs = program_folder()};
    if (!open_directory(plan, directory, error))
        return false;
    gs_buffer content = {0};
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s/gainsay.yaml", plan->directory);
    plan->config_path = path.data;
    const bool ok = compose(plan, sources, &content, error) && write_file(plan->config_path, &content, error);
    plan->config_made = ok;
    gs_buffer_free(&content);
    return ok;
}

bool gs_up_plan_use(gs_up_plan *plan, const char *config_path, const gs_texts *overrides, gs_error *error)
{
    *plan =
        (gs_up_plan){.lock_fd = -1, .programs = program_folder(), .config_path = gs_duplicate(config_path)};
    gs_config *config = gs_config_load(config_path, overrides->items, overrides->count, error);
    bool ok = config && gs_config_check(config, error);
    if (ok) {
        const char *directory = config->directory && *config->directory ? config->directory : ".";
        plan->directory = realpath(directory, NULL);
        ok = plan->directory ? lock_directory(plan, error)
                             : gs_fail(error, GS_E_USAGE, "%s: %s (`directory` in %s)", directory,
                                       strerror(errno), config_path);
    }
    if (config)
        gs_config_free(&config);
    return ok;
}

static void remove_socket(const gs_up_plan *plan, const char *name)
{
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s/%s.sock", plan->directory, name);
    unlink(path.data);
    gs_buffer_free(&path);
}

void gs_up_plan_free(gs_up_plan *plan)
{
    if (plan->config_made) {
        unlink(plan->config_path);
        remove_socket(plan, "work");
        for (size_t i = 0; i < ENDPOINT_COUNT; i++)
            remove_socket(plan, ENDPOINTS[i]);
    }
    if (plan->lock_fd >= 0)
        close(plan->lock_fd);
    free(plan->directory);
    free(plan->config_path);
    free(plan->programs);
    *plan = (gs_up_plan){.lock_fd = -1};
}

char *gs_up_share_path(const char *name)
{
    char *folder = program_folder();
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s/../share/gainsay/%s", folder ? folder : ".", name);
    free(folder);
    char *found = realpath(path.data, NULL);
    gs_buffer_free(&path);
    return found;
}

char *gs_up_program(const gs_up_plan *plan, const char *name)
{
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s/%s", plan->programs ? plan->programs : ".", name);
    if (access(path.data, X_OK) == 0)
        return path.data; // the buffer's memory is the caller's now
    gs_buffer_free(&path);
    return gs_duplicate(name);
}
