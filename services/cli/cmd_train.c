// gainsay train: the model file from annotated corpora: the language model first, then the attribution
// network on top of it; by itself, the judge of contradictions. The recipes themselves are
// lib/lang/train/train_model.c, lib/statement/train/train_attribution.c and
// lib/contradiction/train/train_judge.c.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "commands.h"
#include "contradiction/train/train.h"
#include "lang/train/train.h"
#include "statement/train/train.h"

typedef struct train_job {
    train_options language;
    st_train_options attribution;
    cd_train_options judge;
    const char *only;           // "language", "attribution", "judge"; NULL: the first two
    const char *language_model; // for the attribution network or the judge alone
    const char *path;           // of the model to write
} train_job;

static void print_progress(void *context, double seconds, const char *line)
{
    (void)context;
    printf("%5.0f s  %s\n", seconds, line);
    fflush(stdout);
}

static bool train_attribution(train_job *job, const char *language, bool alone, gs_error *error)
{
    gs_buffer train = {0}, dev = {0};
    gs_buffer_format(&train, "%s/polnear/train.jsonl", job->language.data);
    gs_buffer_format(&dev, "%s/polnear/dev.jsonl", job->language.data);
    job->attribution.train = train.data;
    job->attribution.dev = dev.data;
    gs_model *model = gs_model_open(language, error);
    bool good = model && st_train_file(&job->attribution, model, alone, job->path, error);
    gs_model_close(&model);
    gs_buffer_free(&train);
    gs_buffer_free(&dev);
    return good;
}

// The judge reads with the language model, and needs WordNet, which the build joins to it.
static bool train_judge(train_job *job, gs_error *error)
{
    job->judge.data = job->language.data;
    job->judge.predictions = job->attribution.predictions;
    gs_model *model = gs_model_open(job->language_model, error);
    bool good = model && cd_train_file(&job->judge, model, job->path, error);
    gs_model_close(&model);
    return good;
}

static bool run(train_job *job, gs_error *error)
{
    bool language = !job->only || strcmp(job->only, "language") == 0;
    bool attribution = !job->only || strcmp(job->only, "attribution") == 0;
    if (!job->language.data)
        return gs_fail(error, GS_E_USAGE, "--data is missing: the directory with the corpora");
    if (job->only && strcmp(job->only, "judge") == 0)
        return train_judge(job, error);
    if (!language && !attribution)
        return gs_fail(error, GS_E_USAGE, "--only %s: it is language, attribution or judge", job->only);
    if (language && !gs_train(&job->language, job->path, error))
        return false;
    return !attribution ||
           train_attribution(job, language ? job->path : job->language_model, !language, error);
}

int gs_cmd_train(int argc, char **argv)
{
    train_job job = {.language = {.wordnet = "/usr/share/wordnet",
                                  .iso_codes = "/usr/share/iso-codes/json",
                                  .progress = print_progress},
                     .attribution = {.progress = print_progress},
                     .judge = {.progress = print_progress}};
    uint64_t seed = 1, updates = 0, epochs = 0;
    gs_texts operands = {0};
    const gs_option options[] = {
        {"data", GS_OPTION_TEXT, &job.language.data, "DIRECTORY",
         "corpora: ud/, polnear-silver/, ner/, gazetteer/, polnear/;\n"
         "for the judge nli/, stream-dev/"},
        {"wordnet", GS_OPTION_TEXT, &job.language.wordnet, "DIRECTORY",
         "WordNet 3.0 (default /usr/share/wordnet)"},
        {"iso-codes", GS_OPTION_TEXT, &job.language.iso_codes, "DIRECTORY",
         "(default /usr/share/iso-codes/json)"},
        {"seed", GS_OPTION_NUMBER, &seed, "N", "the same seed gives the same model (default 1)"},
        {"only", GS_OPTION_TEXT, &job.only, "PART",
         "language, attribution or judge: MODEL holds that part alone"},
        {"language", GS_OPTION_TEXT, &job.language_model, "FILE",
         "language model that the attribution or judge part is for\n"
         "(default: the one in use)"},
        {"updates", GS_OPTION_NUMBER, &updates, "N",
         "steps of the language network's training (default: the recipe's)"},
        {"epochs", GS_OPTION_NUMBER, &epochs, "N",
         "rounds of the attribution network's training (default: the recipe's)"},
        {"stories", GS_OPTION_TEXT, &job.judge.stories, "DIRECTORY",
         "the project's own annotated stories, for the judge"},
        {"ordinary", GS_OPTION_TEXT, &job.judge.ordinary, "FILE",
         "what `extract --json` printed of ordinary news: its articles are\n"
         "taken not to contradict themselves"},
        {"without", GS_OPTION_TEXT, &job.judge.without, "STORY",
         "story of stream-dev/ that the judge does not learn from"},
        {"predictions", GS_OPTION_TEXT, &job.attribution.predictions, "FILE",
         "what the attribution network reads in polnear/dev.jsonl,\n"
         "or the judge says of stream-dev/, as JSON Lines"},
    };
    const gs_usage usage = {
        "train",
        "--data DIRECTORY [OPTIONS] MODEL",
        "Trains the language model and the attribution network on top of it, and writes them to the\n"
        "file MODEL. Takes two processors, 4 GB of memory and about an hour.",
        "  gainsay train --data corpora english.gsm\n"
        "  gainsay train --data corpora --only attribution --language english.gsm attribution.gsm",
        options,
        sizeof options / sizeof options[0],
        1,
        1};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status)) {
        gs_error error = {0};
        job.path = operands.items[0];
        job.language.seed = job.attribution.seed = seed;
        job.language.updates = updates > UINT32_MAX ? UINT32_MAX : (uint32_t)updates;
        job.attribution.epochs = epochs > 1000 ? 1000 : (uint32_t)epochs;
        if (!run(&job, &error))
            status = gs_complain("train", &error);
    }
    gs_texts_free(&operands);
    return gs_finish_output("train", status);
}
