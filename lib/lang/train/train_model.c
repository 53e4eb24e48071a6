// The recipe of the shipped model, from the corpora to the file: which data each part sees, in which order,
// and what is said of it in the file's "about" section.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lemma.h"
#include "../model_writer.h"
#include "../network.h"
#include "../segment.h"
#include "corpus_rename.h"
#include "net.h"

typedef struct trainer {
    const train_options *options;
    corpus ewt, gum, treebanks, silver, renamed, gum_renamed, wikigold_renamed, headlines, treebank_headlines,
        news, wikigold, wikigold_rest, wikigold_fifth, re3d, ewt_dev, gum_dev;
    gs_buffer segment, lemma, lexicon, network, about;
    lang_lexicon lexicon_view;
    name_pool pool;
    net_data data;
    double began; // seconds
} trainer;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void tell(void *context, const char *line)
{
    const trainer *self = context;
    if (self->options->progress)
        self->options->progress(self->options->context, seconds() - self->began, line);
}

typedef bool (*corpus_reader)(corpus *self, const char *path, gs_error *error);

static bool read_corpora(trainer *self, gs_error *error)
{
    const struct {
        corpus *to;
        corpus_reader read;
        const char *file;
    } files[] = {
        {&self->ewt, corpus_read_conllu, "ud/en_ewt-train.conllu"},
        {&self->gum, corpus_read_conllu, "ud/en_gum-train.conllu"},
        {&self->treebanks, corpus_read_conllu, "ud/en_ewt-train.conllu"},
        {&self->treebanks, corpus_read_conllu, "ud/en_gum-train.conllu"},
        {&self->silver, corpus_read_silver, "polnear-silver/train.conll.gz"},
        {&self->wikigold, corpus_read_bio, "ner/wikigold.conll"},
        {&self->re3d, corpus_read_bio, "ner/re3d-train.conll"},
        {&self->ewt_dev, corpus_read_conllu, "ud/en_ewt-dev.conllu"},
        {&self->gum_dev, corpus_read_conllu, "ud/en_gum-dev.conllu"},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", self->options->data, files[i].file);
        if (!files[i].read(files[i].to, path, error))
            return false;
    }
    corpus_names_from_entities(&self->gum);
    corpus_hold_out_fifth(&self->wikigold, &self->wikigold_rest, &self->wikigold_fifth);
    return true;
}

static bool train_lists(trainer *self, gs_error *error)
{
    char gazetteer[4096];
    snprintf(gazetteer, sizeof gazetteer, "%s/gazetteer", self->options->data);
    const train_progress progress = {tell, self};
    tell(self, "segmenter: from the treebanks' train splits");
    if (!train_segmenter(&self->treebanks, self->options->seed, &progress, &self->segment, error))
        return false;
    tell(self, "lemmatiser and lexicon");
    return train_lemmatiser(&self->treebanks, self->options->wordnet, &self->lemma, error) &&
           train_lexicon(self->options->wordnet, self->options->iso_codes, gazetteer, &self->pool,
                         &self->lexicon, error) &&
           lang_lexicon_open(&self->lexicon_view, gs_buffer_view(&self->lexicon), error);
}

// Widths of the network; the teacher is the wider one.
typedef struct widths {
    uint32_t input, hidden, arc, label;
} widths;

static net_size size_of(const net_data *data, widths wide)
{
    net_size size = {.rows = lang_row_count(&data->vocabulary),
                     .input = wide.input,
                     .hidden = wide.hidden,
                     .layers = 3,
                     .tag_layer = 1,
                     .arc = wide.arc,
                     .label = wide.label,
                     .name = 96,
                     .upos = (uint32_t)gs_padded(GS_UPOS_COUNT),
                     .names = (uint32_t)gs_padded(LANG_NAME_LABELS)};
    for (int s = 0; s < NET_SETS; s++) {
        size.xpos[s] = (uint32_t)gs_padded(data->xpos[s].count);
        size.relations[s] = (uint32_t)gs_padded(data->relations[s].count);
    }
    return size;
}

enum { SOURCES = 11, TREEBANKS_AND_NAMES = 5, WATCHED = 3, TEACHERS = 2 };

// What is learned from: scheme, whether the student learns it from the teacher, and its share of the batches
// at the begin and at the end of the teacher's and of the student's training. The first five are as they were
// annotated; their forms make the vocabulary.
typedef struct lesson {
    const char *what;
    size_t corpus; // offset in the trainer
    uint8_t set;
    bool learn, taught;
    double teacher[2], student[2];
} lesson;

static const lesson LESSONS[SOURCES] = {
    {"EWT", offsetof(trainer, ewt), 0, true, true, {0.28, 0.46}, {0.30, 0.42}},
    {"GUM", offsetof(trainer, gum), 0, true, true, {0.16, 0.26}, {0.17, 0.24}},
    {"silver", offsetof(trainer, silver), 1, true, false, {0.26, 0.05}, {0.06, 0.00}},
    {"wikigold", offsetof(trainer, wikigold_rest), 0, true, false, {0.06, 0.05}, {0.06, 0.05}},
    {"re3d", offsetof(trainer, re3d), 0, true, false, {0.02, 0.02}, {0.02, 0.01}},
    {"silver, renamed", offsetof(trainer, renamed), 1, true, false, {0.10, 0.05}, {0.08, 0.05}},
    {"GUM, renamed", offsetof(trainer, gum_renamed), 0, true, true, {0.04, 0.05}, {0.04, 0.05}},
    {"wikigold, renamed", offsetof(trainer, wikigold_renamed), 0, true, false, {0.05, 0.05}, {0.05, 0.05}},
    {"silver, headlines", offsetof(trainer, headlines), 1, true, false, {0.03, 0.01}, {0.02, 0.01}},
    {"treebanks, headlines",
     offsetof(trainer, treebank_headlines),
     0,
     true,
     true,
     {0.02, 0.02},
     {0.02, 0.02}},
    {"news, read by the teacher", offsetof(trainer, news), 0, false, true, {0.00, 0.00}, {0.20, 0.10}},
};

static void make_variants(trainer *self)
{
    corpus_rename(&self->renamed, &self->silver, &self->pool, self->options->seed + 1);
    corpus_rename(&self->gum_renamed, &self->gum, &self->pool, self->options->seed + 2);
    corpus_rename(&self->wikigold_renamed, &self->wikigold_rest, &self->pool, self->options->seed + 3);
    corpus_headlines(&self->headlines, &self->renamed);
    corpus_headlines(&self->treebank_headlines, &self->ewt);
    corpus_headlines(&self->treebank_headlines, &self->gum);
    corpus_untagged(&self->news, &self->silver);
}

static const corpus *corpus_of(const trainer *self, size_t offset)
{
    return (const corpus *)(const void *)((const char *)self + offset);
}

static void add_sources(trainer *self, net_source sources[SOURCES], net_source watched[WATCHED])
{
    const corpus *annotated[TREEBANKS_AND_NAMES];
    for (size_t i = 0; i < TREEBANKS_AND_NAMES; i++)
        annotated[i] = corpus_of(self, LESSONS[i].corpus);
    self->data.lexicon = &self->lexicon_view;
    net_data_vocabulary(&self->data, annotated, TREEBANKS_AND_NAMES, 3);
    for (size_t i = 0; i < SOURCES; i++)
        sources[i] = net_data_add(&self->data, corpus_of(self, LESSONS[i].corpus), LESSONS[i].set,
                                  LESSONS[i].learn, LESSONS[i].what);
    watched[0] = net_data_add(&self->data, &self->ewt_dev, 0, false, "EWT dev");
    watched[1] = net_data_add(&self->data, &self->gum_dev, 0, false, "GUM dev");
    watched[2] = net_data_add(&self->data, &self->wikigold_fifth, 0, false, "wikigold fifth");
}

static net *run_training(trainer *self, const char *who, widths wide, const net_recipe *recipe,
                         net_source sources[SOURCES], const net_source watched[WATCHED])
{
    net_size size = size_of(&self->data, wide);
    net *model = net_new(&size, recipe->seed);
    gs_buffer line = {0};
    gs_buffer_format(&line, "%s: %u known forms, %zu words to learn from, %zu weights and %u rows of %u", who,
                     self->data.vocabulary.count, self->data.word_count, model->params->count, size.rows,
                     size.input);
    tell(self, line.data);
    gs_buffer_free(&line);
    train_progress progress = {tell, self};
    net_train(model, &self->data, sources, SOURCES, recipe, watched, WATCHED, &progress);
    return model;
}

// Two wider networks learn from what people annotated; the one that is shipped learns from both and the same
// annotation, half and half, and from them alone on news that nobody annotated.
static void train_network(trainer *self)
{
    net_source sources[SOURCES], watched[WATCHED];
    make_variants(self);
    add_sources(self, sources, watched);
    for (size_t i = 0; i < SOURCES; i++) {
        sources[i].share_begin = LESSONS[i].teacher[0];
        sources[i].share_end = LESSONS[i].teacher[1];
    }
    net_recipe recipe = {
        .updates = self->options->updates ? self->options->updates / 3 + 1 : TRAIN_TEACHER_UPDATES,
        .batch_words = 400,
        .rate = 0.002f,
        .warm_up = 200,
        .rates = {.input = 0.25f, .hidden = 0.25f, .recurrent = 0.2f, .heads = 0.25f, .unknown = 0.5f},
        .seed = self->options->seed,
        .report_every = 2000};
    net *teachers[TEACHERS];
    for (size_t t = 0; t < TEACHERS; t++, recipe.seed++)
        teachers[t] = run_training(self, "teacher", (widths){128, 128, 128, 128}, &recipe, sources, watched);
    tell(self, "the teachers read");
    for (size_t i = 0; i < SOURCES; i++) {
        if (LESSONS[i].taught)
            net_teach(teachers, TEACHERS, &self->data, &sources[i]);
        sources[i].share_begin = LESSONS[i].student[0];
        sources[i].share_end = LESSONS[i].student[1];
    }
    for (size_t t = 0; t < TEACHERS; t++)
        net_free(&teachers[t]);
    recipe.updates = self->options->updates ? self->options->updates : TRAIN_UPDATES;
    recipe.rates =
        (net_rates){.input = 0.2f, .hidden = 0.2f, .recurrent = 0.15f, .heads = 0.2f, .unknown = 0.5f};
    net *student = run_training(self, "network", (widths){128, 96, 96, 96}, &recipe, sources, watched);
    net_export(student, &self->data, &self->network);
    net_free(&student);
}

static const char ABOUT[] =
    "Language model of Gainsay for English: words, sentences, tags, lemmas, syntax, names.\n"
    "Trained on: UD English EWT train (CC BY-SA 4.0), UD English GUM train without its non-commercial genres "
    "(CC BY 4.0),\n"
    "CoreNLP's annotation of the PolNeAR train texts (research corpus, no licence stated), four fifths of "
    "wikigold (CC BY\n"
    "4.0), re3d train (defence news, mixed open licences). Word lists: WordNet 3.0 (WordNet licence), "
    "iso-codes (LGPL 2.1+),\n"
    "Phoenix and CAMEO dictionaries (MIT), OpenSanctions territories (MIT), office-holders (Wikidata, CC0).\n"
    "The weights are offered under CC BY-SA 4.0, the terms of the treebank that asks for most.\n";

static bool save(trainer *self, const char *path, gs_error *error)
{
    gs_buffer_text(&self->about, ABOUT);
    gs_model_writer *writer = gs_model_writer_new();
    gs_model_writer_add(writer, "about", 1, &self->about);
    gs_model_writer_add(writer, "segment", LANG_SEGMENT_VERSION, &self->segment);
    gs_model_writer_add(writer, "lemma", LANG_LEMMA_VERSION, &self->lemma);
    gs_model_writer_add(writer, "lexicon", LANG_LEXICON_VERSION, &self->lexicon);
    gs_model_writer_add(writer, "network", LANG_NETWORK_VERSION, &self->network);
    bool good = gs_model_writer_save(writer, path, error);
    gs_model_writer_free(&writer);
    return good;
}

static void free_all(trainer *self)
{
    corpus *const corpora[] = {&self->news,
                               &self->headlines,
                               &self->treebank_headlines,
                               &self->renamed,
                               &self->gum_renamed,
                               &self->wikigold_renamed,
                               &self->wikigold_rest,
                               &self->wikigold_fifth,
                               &self->wikigold,
                               &self->ewt,
                               &self->gum,
                               &self->treebanks,
                               &self->silver,
                               &self->re3d,
                               &self->ewt_dev,
                               &self->gum_dev};
    for (size_t i = 0; i < sizeof corpora / sizeof corpora[0]; i++)
        corpus_free(corpora[i]);
    gs_buffer *const buffers[] = {&self->segment, &self->lemma, &self->lexicon, &self->network, &self->about};
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        gs_buffer_free(buffers[i]);
    net_data_free(&self->data);
    name_pool_free(&self->pool);
}

bool gs_train(const train_options *options, const char *path, gs_error *error)
{
    trainer *self = gs_allocate(sizeof *self);
    self->options = options;
    self->began = seconds();
    tell(self, "reading the corpora");
    bool good = read_corpora(self, error) && train_lists(self, error);
    if (good) {
        train_network(self);
        good = save(self, path, error);
    }
    free_all(self);
    free(self);
    return good;
}
