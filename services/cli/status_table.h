// status_table: what the daemons report, as a table of at most 80 columns. status and top share it.
#ifndef GAINSAY_CLI_STATUS_TABLE_H
#define GAINSAY_CLI_STATUS_TABLE_H

#include "client.h"

// A line a daemon, then the feed, the second opinion, and what each has to tell. all: every figure below
// that.
void gs_status_print(const Gainsay__V1__ControlReply *reply, bool all);
// The aggregator's answer to "how are you all?"; NULL with an error. Lives in the client's arena.
const Gainsay__V1__ControlReply *gs_status_ask(gs_client *client, gs_error *error);
// The newest number of the feed by that answer; 0 if it does not tell.
uint64_t gs_status_newest(const Gainsay__V1__ControlReply *reply);

#endif
