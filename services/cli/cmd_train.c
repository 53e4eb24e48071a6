// gainsay train: the model file from annotated corpora. The recipe itself is lib/lang/train/train_model.c.
#include <stdint.h>
#include <stdio.h>

#include "client.h"
#include "commands.h"
#include "lang/train/train.h"

static void print_progress(void *context, double seconds, const char *line)
{
    (void)context;
    printf("%5.0f s  %s\n", seconds, line);
    fflush(stdout);
}

int gs_cmd_train(int argc, char **argv)
{
    train_options train = {.wordnet = "/usr/share/wordnet",
                           .iso_codes = "/usr/share/iso-codes/json",
                           .progress = print_progress};
    uint64_t seed = 1, updates = 0;
    gs_texts operands = {0};
    const gs_option options[] = {
        {"data", GS_OPTION_TEXT, &train.data, "DIRECTORY", "corpora: ud/, polnear-silver/, ner/, gazetteer/"},
        {"wordnet", GS_OPTION_TEXT, &train.wordnet, "DIRECTORY", "WordNet 3.0 (default /usr/share/wordnet)"},
        {"iso-codes", GS_OPTION_TEXT, &train.iso_codes, "DIRECTORY", "(default /usr/share/iso-codes/json)"},
        {"seed", GS_OPTION_NUMBER, &seed, "N", "the same seed gives the same model (default 1)"},
        {"updates", GS_OPTION_NUMBER, &updates, "N",
         "steps of the network's training (default: the recipe's)"},
    };
    const gs_usage usage = {
        "train",
        "--data DIRECTORY [OPTIONS] MODEL",
        "Trains every part of the language model and writes it to the file MODEL. Takes two\n"
        "processors, 4 GB of memory and less than an hour.",
        "  gainsay train --data corpora english.gsm",
        options,
        sizeof options / sizeof options[0],
        1,
        1};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status)) {
        gs_error error = {0};
        train.seed = seed;
        train.updates = updates > UINT32_MAX ? UINT32_MAX : (uint32_t)updates;
        if (!train.data)
            gs_fail(&error, GS_E_USAGE, "--data is missing: the directory with the corpora");
        if (!train.data || !gs_train(&train, operands.items[0], &error))
            status = gs_complain("train", &error);
    }
    gs_texts_free(&operands);
    return gs_finish_output("train", status);
}
