// gainsay: one program for people and scripts: reads text, runs and watches the daemons, looks after their
// stores.
//
// This file only finds the command: a table of names, each with its function and its line of help. What a
// command does lives in its own cmd_*.c, and what it knows in lib/.
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "commands.h"
#include "options.h"

typedef struct command {
    const char *group; // heading; NULL: the same as the command above
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} command;

static const command COMMANDS[] = {
    {"Read text, without daemons", "digest", gs_cmd_digest, "statements, then contradictions, of articles"},
    {NULL, "extract", gs_cmd_extract, "statements and attributions alone"},
    {NULL, "judge", gs_cmd_judge, "how likely it is that two sentences contradict each other"},
    {NULL, "parse", gs_cmd_parse, "words, tags, syntax and names of texts, as CoNLL-U"},
    {NULL, "page", gs_cmd_page, "title, byline, date and article text of web pages"},
    {NULL, "feed", gs_cmd_feed, "entries of feeds and sitemaps"},
    {"Run the daemons", "up", gs_cmd_up, "start all daemons in this terminal, stop them with Ctrl-C"},
    {NULL, "source", gs_cmd_source, "list, add and test sources; import and export OPML"},
    {NULL, "config", gs_cmd_config, "check a configuration, or show the defaults"},
    {NULL, "keygen", gs_cmd_keygen, "make the keys that connections between machines need"},
    {"Watch the feed", "tail", gs_cmd_tail, "the live feed, from now or from where you left off"},
    {NULL, "replay", gs_cmd_replay, "stored events, then end"},
    {NULL, "explain", gs_cmd_explain, "how a contradiction or a dispute came about"},
    {"Look after it", "status", gs_cmd_status, "how each daemon is doing"},
    {NULL, "top", gs_cmd_top, "the same each second, with the last contradictions"},
    {NULL, "deadletter", gs_cmd_deadletter, "list or retry the articles that failed too often"},
    {NULL, "backup", gs_cmd_backup, "copy a store that may be in use"},
    {"Make the language model", "train", gs_cmd_train, "the model file, from annotated corpora"},
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

static void print_help(void)
{
    printf("gainsay: who, in what office, said what, and which of those statements contradict each other\n\n"
           "Usage: gainsay COMMAND [OPTIONS] [FILE…]\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (COMMANDS[i].group)
            printf("\n%s:\n", COMMANDS[i].group);
        printf("  %-12s%s\n", COMMANDS[i].name, COMMANDS[i].help);
    }
    printf("\n`gainsay COMMAND --help` tells more about each; `gainsay --version` prints the version.\n"
           "\nExamples:\n"
           "  gainsay digest article.txt            what is said in one article, and against what\n"
           "  gainsay up --sample --tail            everything at work on a small news stream of its own\n"
           "  gainsay tail --topic contradiction/   the live feed of a running system, contradictions only\n"
           "\nExit status: 0 done, 1 some input failed, 2 wrong usage or configuration.\n");
}

static const command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(COMMANDS[i].name, name) == 0)
            return &COMMANDS[i];
    return NULL;
}

static int refuse(const char *name)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = COMMANDS[i].name;
    const char *nearest = gs_nearest(name, names, COMMAND_COUNT);
    fprintf(stderr, "gainsay: no such command: %s%s%s%s; see `gainsay --help`\n", name,
            nearest ? " (did you mean " : "", nearest ? nearest : "", nearest ? "?)" : "");
    return GS_EXIT_USAGE;
}

// gainsay help COMMAND
static int help_about(const char *name)
{
    const command *found = find_command(name);
    if (!found)
        return refuse(name);
    char *arguments[] = {(char *)found->name, (char *)"--help", NULL};
    return found->run(2, arguments);
}

int main(int argc, char **argv)
{
    // A reader that goes away shows as a failed write, which each command ends on quietly.
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_help();
        return GS_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0) {
        printf("gainsay %s\n", GAINSAY_VERSION);
        return GS_EXIT_DONE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        if (argc > 2)
            return help_about(argv[2]);
        print_help();
        return GS_EXIT_DONE;
    }
    const command *found = find_command(name);
    if (!found)
        return refuse(name);
    return found->run(argc - 1, argv + 1);
}
