// daemon: what every daemon does the same way: signals, readiness and watchdog towards systemd, options.
//
// Signals arrive through a signalfd that the event loop watches, so no code runs in a signal handler.
#ifndef GAINSAY_BASE_DAEMON_H
#define GAINSAY_BASE_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/config.h"
#include "base/error.h"
#include "base/log.h"

// Exit status of every program.
enum {
    GS_EXIT_DONE = 0,
    GS_EXIT_FAILED = 1, // some input failed; a supervisor restarts a daemon that ends so
    GS_EXIT_USAGE = 2,  // options, configuration, keys, or a damaged store: a person must act first
};

typedef struct gs_daemon {
    gs_log log;
    gs_config *config; // owned
    char *config_path; // owned; NULL for the embedded defaults
    char **overrides;  // owned; what --set, --name and --log-* asked for, kept for gs_daemon_reload
    size_t override_count;
    int signal_fd;        // owned
    bool stop;            // SIGTERM or SIGINT came: drain, then exit 0
    bool reload;          // SIGHUP came: the loop clears it
    uint64_t watchdog_us; // half of systemd's interval; 0 when there is none
    uint64_t pinged_us;   // monotonic, last watchdog ping
    uint64_t started_us;  // Unix
} gs_daemon;

// Options that each daemon knows: --config FILE, --check, --version, --help, --name NAME,
// --set KEY=VALUE (repeatable, e.g. --set ingestor.work=ipc:///run/gainsay/work), --log-format, --log-level.
// kind is "ingestor", "extractor", "aggregator", "gateway" or "push"; usage is printed by --help after the common options.
// Returns true when the daemon shall run; otherwise *exit_status says with what to end
// (everything has been printed by then). Unknown options are an error.
bool gs_daemon_start(gs_daemon *daemon, const char *kind, const char *usage, int argc, char **argv,
                     int *exit_status);
// Reads pending signals off signal_fd into stop and reload.
void gs_daemon_signals(gs_daemon *daemon);
// Loads and checks the configuration anew, options over it as at the start; on error keeps the old one, logs
// one line and returns false. The old one is freed: nobody may hold on to its strings past this call.
bool gs_daemon_reload(gs_daemon *daemon);
void gs_daemon_ready(gs_daemon *daemon, const char *status); // READY=1 and STATUS=
void gs_daemon_stopping(gs_daemon *daemon);                  // STOPPING=1
void gs_daemon_ping(gs_daemon *daemon);                      // WATCHDOG=1 when due; call once a loop
void gs_daemon_end(gs_daemon *daemon);

#endif
