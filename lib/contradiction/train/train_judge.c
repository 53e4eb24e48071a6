// The recipe of the judge: sentence pairs for the model of pairs, then the statements of an annotated stream,
// with that model's opinion as a feature, for the model of statements.
//
// Of the negated inference pairs the odd lines are learned from and the even ones left to be measured. Of the
// stream, each story is judged by a model that was learned from the others; the model that is written learns
// from all of them.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "bags.h"
#include "derive.h"
#include "lang/model_writer.h"
#include "stream.h"
#include "train.h"

static const char ABOUT[] =
    "Judge of contradictions: learned from negated SNLI and MNLI pairs (Hossain and others 2020; odd lines), "
    "Breaking-NLI (Glockner and others 2018, CC BY-SA 4.0), pairs derived from UD English EWT (CC BY-SA 4.0) "
    "and "
    "GUM (CC BY), and the project's own annotated stream.\n";
static const double DECIDES = 0.5;
enum { FOLDS = 5 };

static const cd_boost_options PAIR_BOOST = {
    .features = CD_PAIR_FEATURES, .trees = 200, .rate = 0.1, .penalty = 4, .least = 4, .sample = 0.7};
static const cd_boost_options STATEMENT_BOOST = {
    .features = CD_STATEMENT_FEATURES, .trees = 120, .rate = 0.05, .penalty = 8, .least = 3, .sample = 0.5};

typedef struct pair_file {
    const char *name;
    bool half;                // odd lines alone
    float positive, negative; // weight of a pair
} pair_file;

static const pair_file PAIR_FILES[] = {
    {"nli/negation-snli.jsonl", true, 1, 1},
    {"nli/negation-mnli.jsonl", true, 1, 1},
    {"nli/breaking-dev.jsonl", false, 0.3F, 1.5F},
};

static const char *const TREEBANKS[] = {"ud/en_ewt-train.conllu", "ud/en_gum-train.conllu"};
static const float DERIVED_WEIGHT = 0.6F;

typedef struct trainer {
    const cd_train_options *options;
    const gs_model *model;
    double began; // seconds
    cd_reader *reader;
    gs_arena *arena;
    cd_bags pairs, statements;
    cd_trees *pair_trees;
    cd_stream stream;
} trainer;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void say(const trainer *self, const char *line)
{
    if (self->options->progress)
        self->options->progress(self->options->context, seconds() - self->began, line);
}

static void say_figures(const trainer *self, const char *what, const cd_figures *figures)
{
    char line[200];
    snprintf(line, sizeof line, "%-28s P %.3f R %.3f F1 %.3f  area %.3f  calibration %.3f  (%zu of %zu)",
             what, figures->precision, figures->recall, figures->f1, figures->area, figures->error,
             figures->right, figures->positives);
    say(self, line);
}

// ---- pairs of sentences ----------------------------------------------------------------------------

static const cd_claims *claims_of_text(trainer *self, const char *text)
{
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    statement.text = (char *)text;
    return cd_claims_of(self->reader, &statement, self->arena);
}

static void add_instances(trainer *self, const cd_claims *a, const cd_claims *b)
{
    cd_clash clash;
    cd_pairing pairing = {cd_reader_wordnet(self->reader), a, b, 0, 0};
    while (cd_pairing_next(&pairing, &clash.clause_a, &clash.clause_b)) {
        float *features = cd_bags_add(&self->pairs);
        cd_pair_features(cd_reader_wordnet(self->reader), a, clash.clause_a, b, clash.clause_b, features,
                         &clash);
        cd_text_cover(a, b, &features[CD_F_TEXT_COVER], &features[CD_F_TEXT_COVER_HEAVIER]);
    }
}

static void add_texts(trainer *self, const char *a, const char *b, bool positive, float weight)
{
    bool ordered = strcmp(a, b) <= 0;
    gs_arena_reset(self->arena);
    const cd_claims *one = claims_of_text(self, ordered ? a : b),
                    *two = claims_of_text(self, ordered ? b : a);
    cd_bags_open(&self->pairs, positive, weight, (uint32_t)(gs_hash(gs_view_of(a)) % FOLDS));
    add_instances(self, one, two);
}

static bool add_pair(trainer *self, const pair_file *file, const json_t *row)
{
    const char *a = json_string_value(json_object_get(row, "a")),
               *b = json_string_value(json_object_get(row, "b")),
               *label = json_string_value(json_object_get(row, "label"));
    if (!a || !b || !label)
        return false;
    bool positive = strcmp(label, "contradiction") == 0;
    add_texts(self, a, b, positive, positive ? file->positive : file->negative);
    return true;
}

static bool read_pairs(trainer *self, const pair_file *from, gs_error *error)
{
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s/%s", self->options->data, from->name);
    FILE *file = fopen(path.data, "r");
    bool good = file || gs_fail(error, GS_E_IO, "cannot read %s: %s", path.data, strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    for (size_t number = 1; good && getline(&line, &capacity, file) > 0; number++) {
        if (from->half && number % 2 == 0)
            continue;
        json_t *row = json_loads(line, 0, NULL);
        good = row && add_pair(self, from, row);
        if (!good)
            gs_fail(error, GS_E_INPUT, "%s:%zu: not a labelled pair", path.data, number);
        json_decref(row);
    }
    if (file)
        fclose(file);
    free(line);
    gs_buffer_free(&path);
    return good;
}

static void take_derived(void *context, const char *a, const char *b, bool contradiction)
{
    add_texts(context, a, b, contradiction, DERIVED_WEIGHT);
}

static bool derive_pairs(trainer *self, gs_error *error)
{
    gs_lang *lang = gs_lang_new(self->model, error);
    if (!lang)
        return false;
    cd_deriver *deriver = cd_deriver_new(lang, cd_reader_wordnet(self->reader));
    gs_buffer path = {0};
    bool good = true;
    for (size_t i = 0; good && i < sizeof TREEBANKS / sizeof TREEBANKS[0]; i++) {
        gs_buffer_clear(&path);
        gs_buffer_format(&path, "%s/%s", self->options->data, TREEBANKS[i]);
        good = cd_derive(deriver, path.data, take_derived, self, error);
    }
    gs_buffer_free(&path);
    cd_deriver_free(&deriver);
    gs_lang_free(&lang);
    return good;
}

static void cross_validate(cd_bags *bags, uint32_t folds, const cd_boost_options *options)
{
    for (uint32_t fold = 0; fold < folds; fold++) {
        cd_trees *trees = cd_bags_learn(bags, fold, options);
        for (size_t i = 0; i < bags->count; i++)
            if (bags->bags[i].fold == fold)
                bags->bags[i].score = cd_bags_score(bags, &bags->bags[i], trees);
        free(trees);
    }
}

static bool train_pairs(trainer *self, gs_error *error)
{
    for (size_t i = 0; i < sizeof PAIR_FILES / sizeof PAIR_FILES[0]; i++)
        if (!read_pairs(self, &PAIR_FILES[i], error))
            return false;
    if (!derive_pairs(self, error))
        return false;
    if (!self->options->without) {
        cross_validate(&self->pairs, FOLDS, &PAIR_BOOST);
        cd_figures figures = cd_bags_measure(&self->pairs, DECIDES);
        say_figures(self, "pairs, cross-validated", &figures);
    }
    self->pair_trees = cd_bags_learn(&self->pairs, UINT32_MAX, &PAIR_BOOST);
    return true;
}

// ---- statements ------------------------------------------------------------------------------------

static void add_statement_instances(trainer *self, const gs_statement *a, const cd_claims *claims_a,
                                    const gs_statement *b, const cd_claims *claims_b)
{
    if (claims_a->question || claims_b->question)
        return;
    const cd_wordnet *wordnet = cd_reader_wordnet(self->reader);
    float features[CD_STATEMENT_FEATURES];
    cd_clash clash;
    cd_pairing pairing = {wordnet, claims_a, claims_b, 0, CD_SHARE_LEAST};
    cd_statement_features(a, claims_a, b, claims_b, features);
    while (cd_pairing_next(&pairing, &clash.clause_a, &clash.clause_b)) {
        cd_pair_features(wordnet, claims_a, clash.clause_a, claims_b, clash.clause_b, features, &clash);
        cd_text_cover(claims_a, claims_b, &features[CD_F_TEXT_COVER], &features[CD_F_TEXT_COVER_HEAVIER]);
        features[CD_S_PAIR] = (float)cd_trees_score(self->pair_trees, features);
        cd_clause_features(a, claims_a, b, claims_b, &clash, features);
        if (cd_gate(features))
            memcpy(cd_bags_add(&self->statements), features, sizeof features);
    }
}

static void add_statements(trainer *self, const cd_said *a, const cd_claims *claims_a, const cd_said *b,
                           const cd_claims *claims_b)
{
    cd_bag *bag = cd_bags_open(&self->statements, cd_stream_contradict(&self->stream, a, b), 1, a->story);
    bag->a = (uint32_t)(a - self->stream.said);
    bag->b = (uint32_t)(b - self->stream.said);
    bag->hard = cd_stream_near_miss(&self->stream, a, b);
    bag->held = self->options->without && strcmp(self->stream.stories[a->story], self->options->without) == 0;
    add_statement_instances(self, a->statement, claims_a, b->statement, claims_b);
}

static bool is_first_report(const trainer *self, size_t i)
{
    return self->stream.said[i].utterance == i;
}

static bool read_statements(trainer *self, gs_error *error)
{
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s/stream-dev", self->options->data);
    bool good = cd_stream_read(&self->stream, path.data, error);
    gs_buffer_free(&path);
    if (!good)
        return false;
    gs_arena_reset(self->arena);
    const cd_claims **claims = gs_allocate((self->stream.count + 1) * sizeof *claims);
    for (size_t i = 0; i < self->stream.count; i++)
        claims[i] = cd_claims_of(self->reader, self->stream.said[i].statement, self->arena);
    for (size_t i = 0; i < self->stream.count; i++) {
        for (size_t j = i + 1; j < self->stream.count; j++) {
            const cd_said *a = &self->stream.said[i], *b = &self->stream.said[j];
            if (a->story != b->story || !is_first_report(self, i) || !is_first_report(self, j))
                continue;
            bool ordered = strcmp(a->statement->statement_id, b->statement->statement_id) <= 0;
            add_statements(self, ordered ? a : b, claims[ordered ? i : j], ordered ? b : a,
                           claims[ordered ? j : i]);
        }
    }
    free(claims);
    return true;
}

static void tell_statements(const trainer *self)
{
    static const double thresholds[] = {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    for (size_t t = 0; t < sizeof thresholds / sizeof thresholds[0]; t++) {
        char what[64];
        size_t hard = 0, called = 0;
        for (size_t i = 0; i < self->statements.count; i++) {
            hard += self->statements.bags[i].hard;
            called += self->statements.bags[i].hard && self->statements.bags[i].score >= thresholds[t];
        }
        cd_figures figures = cd_bags_measure(&self->statements, thresholds[t]);
        snprintf(what, sizeof what, "stories at %.1f, near %zu/%zu", thresholds[t], called, hard);
        say_figures(self, what, &figures);
    }
}

static bool write_predictions(const trainer *self, gs_error *error)
{
    FILE *file = fopen(self->options->predictions, "w");
    if (!file)
        return gs_fail(error, GS_E_IO, "cannot write %s: %s", self->options->predictions, strerror(errno));
    for (size_t i = 0; i < self->statements.count; i++) {
        const cd_bag *bag = &self->statements.bags[i];
        const cd_said *a = &self->stream.said[bag->a], *b = &self->stream.said[bag->b];
        json_t *row = json_pack("{ss ss sf sb sb ss ss}", "a", a->id, "b", b->id, "score", bag->score,
                                "contradiction", bag->positive, "near_miss", bag->hard, "text_a",
                                a->statement->text, "text_b", b->statement->text);
        char *text = json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(4));
        fprintf(file, "%s\n", text ? text : "");
        free(text);
        json_decref(row);
    }
    return fclose(file) == 0 || gs_fail(error, GS_E_IO, "cannot write %s", self->options->predictions);
}

static bool train_statements(trainer *self, cd_trees **trees, gs_error *error)
{
    if (!read_statements(self, error))
        return false;
    double slope, offset;
    cross_validate(&self->statements, self->stream.story_count, &STATEMENT_BOOST);
    cd_bags_calibrate(&self->statements, &slope, &offset);
    if (!self->options->without) {
        tell_statements(self);
        if (self->options->predictions && !write_predictions(self, error))
            return false;
    }
    *trees = cd_bags_learn(&self->statements, UINT32_MAX, &STATEMENT_BOOST);
    (*trees)->base = (float)(offset + slope * (double)(*trees)->base);
    (*trees)->slope = (float)slope;
    return true;
}

static bool write_model(const trainer *self, const cd_trees *statement_trees, const char *path,
                        gs_error *error)
{
    gs_buffer section = {0}, about = {0};
    gs_buffer_append(&section, self->pair_trees, cd_trees_size(self->pair_trees));
    gs_buffer_append(&section, statement_trees, cd_trees_size(statement_trees));
    gs_buffer_text(&about, ABOUT);
    gs_model_writer *writer = gs_model_writer_new();
    gs_model_writer_add(writer, "about", 1, &about);
    gs_model_writer_add(writer, CD_JUDGE_SECTION, CD_JUDGE_VERSION, &section);
    bool good = gs_model_writer_save(writer, path, error);
    gs_model_writer_free(&writer);
    return good;
}

bool cd_train_file(const cd_train_options *options, const gs_model *model, const char *path, gs_error *error)
{
    trainer self = {.options = options,
                    .model = model,
                    .began = seconds(),
                    .arena = gs_arena_new(0),
                    .pairs = {.features = CD_PAIR_FEATURES},
                    .statements = {.features = CD_STATEMENT_FEATURES}};
    cd_trees *statement_trees = NULL;
    self.reader = cd_reader_new(model, error);
    bool good = self.reader && train_pairs(&self, error) &&
                train_statements(&self, &statement_trees, error) &&
                write_model(&self, statement_trees, path, error);
    free(statement_trees);
    free(self.pair_trees);
    cd_bags_free(&self.pairs);
    cd_bags_free(&self.statements);
    if (self.stream.arena)
        cd_stream_free(&self.stream);
    cd_reader_free(&self.reader);
    gs_arena_free(&self.arena);
    return good;
}
