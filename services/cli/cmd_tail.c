// gainsay tail: the live feed. gainsay replay: what is stored of it.
//
// They differ in where they begin and end; the loop is feed_reader.c's.
#include <stdint.h>

#include "commands.h"
#include "feed_reader.h"

#define FILTER_OPTIONS(self)                                                                                 \
    {"topic", GS_OPTION_TEXTS, &(self).topics, "PREFIX", "statement/CN/, contradiction/, … (repeatable)"},   \
        {"country", GS_OPTION_TEXTS, &(self).countries, "CC",                                                \
         "statements of a side: CN, US, EU … (repeatable)"},                                                 \
        {"speaker", GS_OPTION_TEXT, &(self).speaker, "NAME", "part of a speaker's name, in any case"},       \
    {                                                                                                        \
        "json", GS_OPTION_FLAG, &(self).json, NULL, "one FeedEvent a line"                                   \
    }

static int run(gs_feed_reader *self, const gs_usage *usage, int argc, char **argv)
{
    gs_texts operands = {0};
    int status = GS_EXIT_DONE;
    if (gs_options_read(usage, argc, argv, &operands, &status))
        status = gs_feed_reader_run(self);
    gs_feed_reader_free(self);
    gs_texts_free(&operands);
    return status;
}

int gs_cmd_tail(int argc, char **argv)
{
    gs_feed_reader self = {.client = {.command = "tail"}, .since = "now", .until = UINT64_MAX};
    const gs_option options[] = {
        {"since", GS_OPTION_TEXT, &self.since, "N|now",
         "begin after event N; 0: everything stored (default: now)"},
        FILTER_OPTIONS(self),
        {"count", GS_OPTION_NUMBER, &self.count, "N", "end after N events"},
        {"state", GS_OPTION_TEXT, &self.state_path, "FILE",
         "keep the position there, and go on from it next time"},
        {"output", GS_OPTION_TEXT, &self.output_path, "FILE", "append there instead of printing"},
        GS_CLIENT_OPTIONS(self.client),
    };
    const gs_usage usage = {
        "tail",
        "[--since N|now] [--topic PREFIX]… [--state FILE] [--json]",
        "Follows the live feed: statements, contradictions, disputes, in the order they were committed.\n"
        "What the connection loses is fetched again, so there is no gap and no repeat until Ctrl-C. With\n"
        "--state, that holds over restarts too; if it is killed, events that were printed just then may "
        "come\n"
        "again, unless they go to a file of its own by --output, which is then set right." GS_CLIENT_ABOUT,
        "  gainsay tail --since 0                     everything, then what comes\n"
        "  gainsay tail --topic contradiction/        contradictions only\n"
        "  gainsay tail --json --country CN | jq -r .statement.text\n"
        "  gainsay tail --json --state at --output feed.jsonl",
        options,
        sizeof options / sizeof options[0],
        0,
        0};
    return run(&self, &usage, argc, argv);
}

int gs_cmd_replay(int argc, char **argv)
{
    gs_feed_reader self = {
        .client = {.command = "replay"}, .since = "0", .until = UINT64_MAX, .ends_caught_up = true};
    const gs_option options[] = {
        {"since", GS_OPTION_TEXT, &self.since, "N", "begin after event N (default: 0, everything stored)"},
        {"until", GS_OPTION_NUMBER, &self.until, "N", "end after event N (default: the newest)"},
        FILTER_OPTIONS(self),
        GS_CLIENT_OPTIONS(self.client),
    };
    const gs_usage usage = {
        "replay",
        "[--since N] [--until N] [--topic PREFIX]… [--json]",
        "Prints the stored events of the feed and ends when it has reached the newest." GS_CLIENT_ABOUT,
        "  gainsay replay --since 100 --until 200 --json",
        options,
        sizeof options / sizeof options[0],
        0,
        0};
    return run(&self, &usage, argc, argv);
}
