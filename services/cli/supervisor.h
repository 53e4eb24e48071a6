// supervisor: keeps a handful of programs running as children of this one, and stops them in order.
#ifndef GAINSAY_CLI_SUPERVISOR_H
#define GAINSAY_CLI_SUPERVISOR_H

#include "base/base.h"

typedef struct gs_supervisor gs_supervisor;

typedef struct gs_child_options {
    const char *name;             // for messages; copied, like the next one
    const char *const *arguments; // program first, NULL last
    unsigned stop_step;           // children of a lower step are asked to stop, and waited for, first
    bool keeps_stdin;             // otherwise it reads /dev/null
    bool ends_all;                // when it ends by itself with status 0, everything is stopped (a viewer)
} gs_child_options;

// Blocks the signals that it takes over (SIGINT, SIGTERM, SIGHUP, SIGCHLD) for this thread, so it is to be
// made before others are started.
gs_supervisor *gs_supervisor_new(gs_log *log, gs_error *error);
void gs_supervisor_free(gs_supervisor **self_p); // kills what still runs
void gs_supervisor_add(gs_supervisor *self, const gs_child_options *options);

// Starts all children and keeps them running until SIGINT or SIGTERM, until one ends with GS_EXIT_USAGE (a
// person must act, so starting it again would not help), or until look returns true; then stops them all.
// look (may be NULL) is called about once a second. Returns the exit status.
typedef bool gs_supervisor_look(void *context);
int gs_supervisor_run(gs_supervisor *self, gs_supervisor_look *look, void *context);

#endif
