// client: opening and closing what commands that talk to the daemons share.
//
// A newcomer starts `gainsay up` in one terminal and types `gainsay tail` in another; that works without
// options because `up` leaves its configuration where this file looks for it, and takes it away when it ends.
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MS = 3000 };

static const char *find_config(const gs_client *self)
{
    if (self->config_path)
        return self->config_path;
    const char *named = getenv("GAINSAY_CONFIG");
    if (named && *named)
        return named;
    return access(GS_UP_CONFIG, R_OK) == 0 ? GS_UP_CONFIG : NULL;
}

bool gs_client_configure(gs_client *self, gs_error *error)
{
    self->config = gs_config_load(find_config(self), self->overrides.items, self->overrides.count, error);
    return self->config != NULL;
}

bool gs_client_open(gs_client *self, gs_error *error)
{
    gs_log_init(&self->log, self->command);
    self->log.level = GS_WARN;
    self->arena = gs_arena_new(0);
    if (!gs_client_configure(self, error))
        return false;
    const gs_bus_options options = gs_bus_options_of(self->config, &self->log);
    self->bus = gs_bus_new(&options, error);
    return self->bus != NULL;
}

void gs_client_close(gs_client *self)
{
    if (self->bus)
        gs_bus_free(&self->bus);
    if (self->config)
        gs_config_free(&self->config);
    if (self->arena)
        gs_arena_free(&self->arena);
    gs_texts_free(&self->overrides);
}

Gainsay__V1__ControlReply *gs_client_ask(gs_client *self, const Gainsay__V1__ControlRequest *request,
                                         gs_error *error)
{
    return gs_control_ask(self->bus, self->config->connect.control, request, ANSWER_MS, self->arena, error);
}

int gs_complain(const char *command, const gs_error *error)
{
    fprintf(stderr, "gainsay %s: %s\n", command, error->message);
    return error->code == GS_E_USAGE || error->code == GS_E_REFUSED ? GS_EXIT_USAGE : GS_EXIT_FAILED;
}

// Why an earlier write failed, which stdio does not keep: a pipe without a reader says so still, and of the
// rest only what can come of a write is believed.
static int earlier_failure(int last_errno)
{
    static const int of_writes[] = {EPIPE, ENOSPC, EDQUOT, EFBIG, EIO};
    struct pollfd out = {.fd = STDOUT_FILENO};
    if (poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0)
        return EPIPE;
    for (size_t i = 0; i < sizeof of_writes / sizeof of_writes[0]; i++)
        if (last_errno == of_writes[i])
            return last_errno;
    return 0;
}

int gs_finish_output(const char *command, int status)
{
    const int last_errno = errno;
    const bool failed_before = ferror(stdout) != 0;
    errno = 0;
    if (fflush(stdout) == 0 && !failed_before)
        return status;
    const int reason = errno ? errno : earlier_failure(last_errno);
    if (reason == EPIPE)
        return status;
    fprintf(stderr, "gainsay %s: standard output: %s\n", command,
            reason ? strerror(reason) : "a write failed");
    return GS_EXIT_FAILED;
}
