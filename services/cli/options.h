// options: one table per command says what it takes; reading it, refusing what is not in it and printing
// --help all follow from that table.
#ifndef GAINSAY_CLI_OPTIONS_H
#define GAINSAY_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Texts borrowed from argv; the array is owned.
typedef struct gs_texts {
    const char **items;
    size_t count;
} gs_texts;

void gs_texts_add(gs_texts *texts, const char *text);
void gs_texts_free(gs_texts *texts);

typedef enum gs_option_kind {
    GS_OPTION_FLAG,   // target: bool *
    GS_OPTION_TEXT,   // target: const char **
    GS_OPTION_TEXTS,  // target: gs_texts *, may be given again and again
    GS_OPTION_NUMBER, // target: uint64_t *
} gs_option_kind;

typedef struct gs_option {
    const char *name; // without the two dashes
    gs_option_kind kind;
    void *target;
    const char *value; // how the help calls the value; NULL for a flag
    const char *help;  // one line
} gs_option;

typedef struct gs_usage {
    const char *command;      // "tail"
    const char *synopsis;     // what follows the name: "[--json] FILE…|-"
    const char *about;        // one or more lines
    const char *examples;     // lines, or NULL
    const gs_option *options; // borrowed
    size_t option_count;
    size_t operands_min;
    size_t operands_max; // SIZE_MAX for any number
} gs_usage;

// Reads `--name value`, `--name=value` and operands in any order; `--` ends the options and `-` is an
// operand. Returns true when the command shall go on; otherwise *exit_status says with what to end, and the
// help or the one line about what is wrong has been printed. What operands holds is to be freed either way.
bool gs_options_read(const gs_usage *usage, int argc, char **argv, gs_texts *operands, int *exit_status);

// The candidate that `word` was most likely meant to be, or NULL if none is near.
const char *gs_nearest(const char *word, const char *const *candidates, size_t count);

#endif
