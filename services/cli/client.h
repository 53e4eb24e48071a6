// client: what a command that talks to the daemons needs: the configuration that tells where they are, a bus,
// an arena, and one way to complain.
#ifndef GAINSAY_CLI_CLIENT_H
#define GAINSAY_CLI_CLIENT_H

#include "bus/bus.h"
#include "options.h"

typedef struct gs_client {
    const char *command;     // for messages
    const char *config_path; // --config, or NULL
    gs_texts overrides;      // --set
    gs_config *config;       // owned, after gs_client_configure
    gs_bus *bus;             // owned, after gs_client_open
    gs_arena *arena;         // owned, after gs_client_open
    gs_log log;              // warnings of the bus
} gs_client;

// The two options that these commands share, for the table of each.
#define GS_CLIENT_OPTIONS(client)                                                                            \
    {"config", GS_OPTION_TEXT, &(client).config_path, "FILE", "where the daemons are (default: see above)"}, \
    {                                                                                                        \
        "set", GS_OPTION_TEXTS, &(client).overrides, "KEY=VALUE",                                            \
            "one setting over the configuration, e.g. connect.live=tcp://…"                                \
    }

// The last lines of the help of these commands.
#define GS_CLIENT_ABOUT                                                                                      \
    "\n\nWithout --config, $GAINSAY_CONFIG is read, or the file that a `gainsay up` started in this\n"       \
    "directory keeps at " GS_UP_CONFIG ", or else the defaults (everything on this machine)."

// What `gainsay up` writes while it runs, seen from the directory that it was started in.
#define GS_UP_DIRECTORY "gainsay-run"
#define GS_UP_CONFIG GS_UP_DIRECTORY "/gainsay.yaml"

bool gs_client_configure(gs_client *self, gs_error *error); // the configuration alone
bool gs_client_open(gs_client *self, gs_error *error);
void gs_client_close(gs_client *self);

// A question to the aggregator; the reply lives in the client's arena.
Gainsay__V1__ControlReply *gs_client_ask(gs_client *self, const Gainsay__V1__ControlRequest *request,
                                         gs_error *error);

// Prints "gainsay COMMAND: message" on standard error and returns the exit status that fits the error.
int gs_complain(const char *command, const gs_error *error);

// Ends a command that printed with stdio: GS_EXIT_FAILED with one line if standard output took not everything
// (a reader that went away is no failure), else status.
int gs_finish_output(const char *command, int status);

#endif
