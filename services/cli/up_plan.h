// up_plan: what `gainsay up` runs on: the runtime directory, the configuration in it, and where the programs
// are.
#ifndef GAINSAY_CLI_UP_PLAN_H
#define GAINSAY_CLI_UP_PLAN_H

#include "base/base.h"
#include "options.h"

typedef struct gs_up_plan {
    char *directory;   // owned; absolute
    char *config_path; // owned; what the daemons are given
    bool config_made;  // ours, to be removed at the end
    int lock_fd;       // owned; the directory, locked: one `up` at a time; -1 when not taken
    char *programs;    // owned; folder of this program, NULL if unknown
} gs_up_plan;

// Makes the runtime directory if need be, locks it and writes gainsay.yaml into it, with ipc:// endpoints
// there, so that several may run side by side. sources: paths, addresses of feeds, or "-" for standard input.
bool gs_up_plan_make(gs_up_plan *plan, const char *directory, const gs_texts *sources, gs_error *error);
// With a configuration of the user's own: its directory is locked, nothing is written.
bool gs_up_plan_use(gs_up_plan *plan, const char *config_path, const gs_texts *overrides, gs_error *error);
void gs_up_plan_free(gs_up_plan *plan);

// Path of a file that is installed with the programs, in ../share/gainsay beside bin/; owned by the caller,
// NULL if it is missing.
char *gs_up_share_path(const char *name);
// Path of a program: beside this one, or its bare name, to be found in PATH. Owned by the caller.
char *gs_up_program(const gs_up_plan *plan, const char *name);

#endif
