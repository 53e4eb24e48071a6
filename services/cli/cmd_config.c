// gainsay config: refuses a wrong configuration before a daemon meets it, and shows the defaults.
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "commands.h"
#include "statement/statement.h"

// The entities file is read as the aggregator would.
static bool check_entities(const gs_config *config, gs_error *error)
{
    if (!config->aggregator.entities)
        return true;
    gs_holders *holders = gs_holders_new(0);
    const bool ok = gs_entities_load(holders, config->aggregator.entities, NULL, error) ||
                    gs_fail_within(error, "aggregator.entities");
    gs_holders_free(&holders);
    return ok;
}

// So is the key of the second opinion.
static bool check_key(const gs_config *config, gs_error *error)
{
    gs_buffer key = {0};
    const bool ok = !config->opinion.url || !config->opinion.key_file ||
                    gs_config_read_key(config->opinion.key_file, &key, error) ||
                    gs_fail_within(error, "opinion.key_file");
    gs_buffer_free(&key);
    return ok;
}

static int check(const char *path, const gs_texts *overrides)
{
    gs_error error = {0};
    gs_config *config = gs_config_load(path, overrides->items, overrides->count, &error);
    const bool ok = config && gs_config_check(config, &error) && check_entities(config, &error) &&
                    check_key(config, &error);
    if (config)
        gs_config_free(&config);
    if (!ok) {
        gs_complain("config check", &error);
        return GS_EXIT_USAGE;
    }
    printf("%s: all is well\n", path ? path : "embedded defaults");
    return gs_finish_output("config check", GS_EXIT_DONE);
}

static int run(const gs_texts *operands, const char *config_path, const gs_texts *overrides)
{
    const char *verb = operands->items[0];
    if (strcmp(verb, "show") == 0 && operands->count == 1) {
        fputs(gs_config_default_yaml(), stdout);
        return gs_finish_output("config show", GS_EXIT_DONE);
    }
    if (strcmp(verb, "check") == 0)
        return check(operands->count > 1 ? operands->items[1] : config_path, overrides);
    fprintf(stderr, "gainsay config: expected `check [FILE]` or `show`; see `gainsay config --help`\n");
    return GS_EXIT_USAGE;
}

int gs_cmd_config(int argc, char **argv)
{
    const char *config_path = NULL;
    gs_texts operands = {0}, overrides = {0};
    const gs_option options[] = {
        {"config", GS_OPTION_TEXT, &config_path, "FILE", "the same as FILE after `check`"},
        {"set", GS_OPTION_TEXTS, &overrides, "KEY=VALUE",
         "one setting over the configuration, as daemons take it"},
    };
    const gs_usage usage = {
        "config",
        "check [FILE] | show",
        "check reads a configuration as the daemons would and says what is wrong with it: file,\n"
        "line, what was expected; the embedded defaults are checked if no FILE is given.\n"
        "show prints the embedded defaults as a commented file to start from.",
        "  gainsay config show >gainsay.yaml\n"
        "  gainsay config check gainsay.yaml",
        options,
        sizeof options / sizeof options[0],
        1,
        2};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status))
        status = run(&operands, config_path, &overrides);
    gs_texts_free(&operands);
    gs_texts_free(&overrides);
    return status;
}
