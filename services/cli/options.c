// options: reading a command line by a table.
//
// The table is the single source: what is not in it is refused (with the nearest name that is), and --help is
// printed from it, so the two cannot drift apart. getopt_long would read the line as well, but its tables say
// nothing of help texts or types, and its messages do not name the command.
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum {
    NAME_LIMIT = 24, // longer words are never near a name of ours
    HELP_COLUMN = 24,
};

void gs_texts_add(gs_texts *texts, const char *text)
{
    texts->items = gs_reallocate(texts->items, (texts->count + 1) * sizeof *texts->items);
    texts->items[texts->count++] = text;
}

void gs_texts_free(gs_texts *texts)
{
    free(texts->items);
    *texts = (gs_texts){0};
}

// Levenshtein's distance with two rows; both words are at most NAME_LIMIT long.
static size_t distance(const char *a, const char *b)
{
    size_t rows[2][NAME_LIMIT + 1];
    size_t width = strlen(b);
    for (size_t j = 0; j <= width; j++)
        rows[0][j] = j;
    size_t current = 0;
    for (size_t i = 0; a[i]; i++) {
        const size_t *above = rows[current];
        size_t *row = rows[current = 1 - current];
        row[0] = i + 1;
        for (size_t j = 0; j < width; j++) {
            size_t best = above[j] + (a[i] != b[j]);
            if (above[j + 1] + 1 < best)
                best = above[j + 1] + 1;
            if (row[j] + 1 < best)
                best = row[j] + 1;
            row[j + 1] = best;
        }
    }
    return rows[current][width];
}

const char *gs_nearest(const char *word, const char *const *candidates, size_t count)
{
    size_t length = strlen(word);
    if (length == 0 || length > NAME_LIMIT)
        return NULL;
    const char *nearest = NULL;
    size_t least = length / 3 + 2; // a third of the letters may be wrong, and one more
    for (size_t i = 0; i < count; i++) {
        if (strlen(candidates[i]) > NAME_LIMIT)
            continue;
        bool begins = length >= 2 && strncmp(candidates[i], word, length) == 0;
        size_t steps = begins ? 1 : distance(word, candidates[i]);
        if (steps < least) {
            least = steps;
            nearest = candidates[i];
        }
    }
    return nearest;
}

static void print_option(const char *name, const char *value, const char *help)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", name, value ? " " : "", value ? value : "");
    if (strlen(left) > HELP_COLUMN - 2)
        printf("  %s\n  %*s%s\n", left, HELP_COLUMN, "", help);
    else
        printf("  %-*s%s\n", HELP_COLUMN, left, help);
}

static void print_help(const gs_usage *usage)
{
    printf("Usage: gainsay %s %s\n\n%s\n", usage->command, usage->synopsis, usage->about);
    printf("\nOptions:\n");
    for (size_t i = 0; i < usage->option_count; i++)
        print_option(usage->options[i].name, usage->options[i].value, usage->options[i].help);
    print_option("help", NULL, "this text");
    if (usage->examples)
        printf("\nExamples:\n%s\n", usage->examples);
}

static bool refuse(const gs_usage *usage, int *exit_status, const char *what, const char *word,
                   const char *remedy)
{
    fprintf(stderr, "gainsay %s: %s%s%s%s; see `gainsay %s --help`\n", usage->command, what, word ? " " : "",
            word ? word : "", remedy, usage->command);
    *exit_status = GS_EXIT_USAGE;
    return false;
}

static bool refuse_unknown(const gs_usage *usage, const char *word, size_t name_size, int *exit_status)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < usage->option_count && count < 64; i++)
        names[count++] = usage->options[i].name;
    char name[NAME_LIMIT + 2];
    snprintf(name, sizeof name, "%.*s", (int)(name_size <= NAME_LIMIT ? name_size : NAME_LIMIT + 1), word);
    const char *nearest = gs_nearest(name, names, count);
    char remedy[96] = "";
    if (nearest)
        snprintf(remedy, sizeof remedy, " (did you mean --%s?)", nearest);
    char shown[64];
    snprintf(shown, sizeof shown, "--%.*s", (int)(name_size < 48 ? name_size : 48), word);
    return refuse(usage, exit_status, "unknown option", shown, remedy);
}

static bool read_number(const char *text, uint64_t *number)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        return false;
    *number = value;
    return true;
}

static bool store_value(const gs_usage *usage, const gs_option *option, const char *value, int *exit_status)
{
    switch (option->kind) {
    case GS_OPTION_FLAG:
        *(bool *)option->target = true;
        return true;
    case GS_OPTION_TEXT:
        *(const char **)option->target = value;
        return true;
    case GS_OPTION_TEXTS:
        gs_texts_add(option->target, value);
        return true;
    case GS_OPTION_NUMBER:
        if (read_number(value, option->target))
            return true;
        char what[64];
        snprintf(what, sizeof what, "--%s wants a whole number, not", option->name);
        return refuse(usage, exit_status, what, value, "");
    }
    return false;
}

static const gs_option *find_option(const gs_usage *usage, const char *name, size_t size)
{
    for (size_t i = 0; i < usage->option_count; i++)
        if (strlen(usage->options[i].name) == size && memcmp(usage->options[i].name, name, size) == 0)
            return &usage->options[i];
    return NULL;
}

// One argument that begins with two dashes (and its value). Moves *index on if the value stands in the next
// one.
static bool read_option(const gs_usage *usage, int argc, char **argv, int *index, int *exit_status)
{
    const char *word = argv[*index] + 2;
    const char *equals = strchr(word, '=');
    size_t size = equals ? (size_t)(equals - word) : strlen(word);
    const gs_option *option = find_option(usage, word, size);
    if (!option)
        return refuse_unknown(usage, word, size, exit_status);
    if (option->kind == GS_OPTION_FLAG) {
        if (equals)
            return refuse(usage, exit_status, "no value goes with", argv[*index], "");
        return store_value(usage, option, NULL, exit_status);
    }
    if (equals)
        return store_value(usage, option, equals + 1, exit_status);
    if (*index + 1 >= argc) {
        char remedy[96];
        snprintf(remedy, sizeof remedy, " wants a value (%s)", option->value);
        return refuse(usage, exit_status, "option", argv[*index], remedy);
    }
    *index += 1;
    return store_value(usage, option, argv[*index], exit_status);
}

bool gs_options_read(const gs_usage *usage, int argc, char **argv, gs_texts *operands, int *exit_status)
{
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        if (only_operands || argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
            gs_texts_add(operands, argv[i]);
        } else if (strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help(usage);
            *exit_status = GS_EXIT_DONE;
            return false;
        } else if (argv[i][1] != '-') {
            return refuse(usage, exit_status, "unknown option", argv[i], "");
        } else if (!read_option(usage, argc, argv, &i, exit_status)) {
            return false;
        }
    }
    if (operands->count < usage->operands_min)
        return refuse(usage, exit_status, "something is missing: usage is", usage->synopsis, "");
    if (operands->count > usage->operands_max)
        return refuse(usage, exit_status, "too many arguments, the first too many is",
                      operands->items[usage->operands_max], "");
    return true;
}
