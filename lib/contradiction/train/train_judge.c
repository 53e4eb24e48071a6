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
#include "wire/wire.h"

static const char ABOUT[] =
    "Judge of contradictions: learned from negated SNLI and MNLI pairs (Hossain and others 2020; odd lines), "
    "Breaking-NLI (Glockner and others 2018, CC BY-SA 4.0), pairs derived from UD English EWT (CC BY-SA 4.0) "
    "and GUM (CC BY), the project's own annotated stream and stories, and articles of the Fake News "
    "Challenge "
    "(Apache-2.0), taken not to contradict themselves.\n";
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

// Each statement's echo teaches without outweighing what people said. ECHO_AFTER: places on in the stream is
// who echoes.
enum { ECHO_AFTER = 4 };
static const float ECHO_WEIGHT = 0.1F;

// Of an article of ordinary news so many statements, and of their pairs every so many-th. Now and then two do
// contradict each other; weighed down, that does little harm.
enum { ORDINARY_STATEMENTS = 40, ORDINARY_EVERY = 2 };
static const float ORDINARY_WEIGHT = 0.7F;

typedef struct trainer {
    const cd_train_options *options;
    const gs_model *model;
    double began; // seconds
    cd_reader *reader;
    gs_arena *arena;
    cd_bags pairs, statements;
    cd_trees *pair_trees;
    cd_stream stream;
    uint32_t dev_stories; // of stream-dev, which come first
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
    float features[CD_PAIR_FEATURES];
    cd_pairing pairing = {.wordnet = cd_reader_wordnet(self->reader), .a = a, .b = b};
    while (cd_pairing_next(&pairing, &clash.clause_a, &clash.clause_b)) {
        cd_pair_features(cd_reader_wordnet(self->reader), a, clash.clause_a, b, clash.clause_b, features,
                         &clash);
        cd_text_cover(a, b, &features[CD_F_TEXT_COVER], &features[CD_F_TEXT_COVER_HEAVIER]);
        if (cd_pair_gate(features))
            memcpy(cd_bags_add(&self->pairs), features, sizeof features);
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
    size_t annotated = self->pairs.count;
    if (!derive_pairs(self, error))
        return false;
    char line[80];
    snprintf(line, sizeof line, "%zu annotated pairs, %zu derived", annotated, self->pairs.count - annotated);
    say(self, line);
    if (!self->options->without) {
        cross_validate(&self->pairs, FOLDS, &PAIR_BOOST);
        cd_figures figures = cd_bags_measure(&self->pairs, DECIDES);
        say_figures(self, "pairs, cross-validated", &figures);
    }
    self->pair_trees = cd_bags_learn(&self->pairs, UINT32_MAX, &PAIR_BOOST);
    return true;
}

// ---- statements ------------------------------------------------------------------------------------

static void take_instance(void *context, const float features[CD_STATEMENT_FEATURES], const cd_clash *clash)
{
    trainer *self = context;
    (void)clash;
    memcpy(cd_bags_add(&self->statements), features, CD_STATEMENT_FEATURES * sizeof *features);
}

static void add_instances_of(trainer *self, const gs_statement *a, const cd_claims *claims_a,
                             const gs_statement *b, const cd_claims *claims_b)
{
    if (cd_may_contradict(a, claims_a, b, claims_b))
        cd_each_instance(cd_reader_wordnet(self->reader), self->pair_trees, a, claims_a, b, claims_b,
                         take_instance, self);
}

static void add_statements(trainer *self, const cd_said *a, const cd_claims *claims_a, const cd_said *b,
                           const cd_claims *claims_b)
{
    cd_bag *bag = cd_bags_open(&self->statements, cd_stream_contradict(&self->stream, a, b), 1,
                               a->story < self->dev_stories ? a->story : a->story % self->dev_stories);
    bag->source = a->story < self->dev_stories ? CD_OF_STREAM : CD_OF_STORIES;
    bag->a = (uint32_t)(a - self->stream.said);
    bag->b = (uint32_t)(b - self->stream.said);
    bag->hard = cd_stream_near_miss(&self->stream, a, b);
    bag->held = self->options->without && strcmp(self->stream.stories[a->story], self->options->without) == 0;
    add_instances_of(self, a->statement, claims_a, b->statement, claims_b);
}

static bool is_first_report(const trainer *self, size_t i)
{
    return self->stream.said[i].utterance == i;
}

// The words of said told by another who has a say in the story: annotated stories hardly have it, because it
// is plain that the two agree.
static void add_echo(trainer *self, const cd_said *said, const cd_said *other)
{
    gs_statement echo = *other->statement;
    if (cd_same_person(said->statement->speaker, echo.speaker) || said->story != other->story)
        return;
    echo.text = said->statement->text;
    echo.cue_text = said->statement->cue_text;
    echo.act = said->statement->act;
    const cd_claims *claims = cd_claims_of(self->reader, said->statement, self->arena),
                    *echoed = cd_claims_of(self->reader, &echo, self->arena);
    cd_bag *bag = cd_bags_open(&self->statements, false, ECHO_WEIGHT, said->story % self->dev_stories);
    bag->source = CD_MADE;
    bag->held =
        self->options->without && strcmp(self->stream.stories[said->story], self->options->without) == 0;
    add_instances_of(self, said->statement, claims, &echo, echoed);
}

// ---- ordinary news ---------------------------------------------------------------------------------

static void add_article(trainer *self, const json_t *statements, uint32_t fold)
{
    const gs_statement *said[ORDINARY_STATEMENTS];
    const cd_claims *claims[ORDINARY_STATEMENTS];
    size_t i, count = 0;
    json_t *row;
    gs_error ignored = {0};
    json_array_foreach(statements, i, row)
    {
        char *text = json_dumps(row, JSON_COMPACT);
        const ProtobufCMessage *message =
            count < ORDINARY_STATEMENTS
                ? gs_wire_from_json(&gainsay__v1__statement__descriptor, gs_view_of(text ? text : ""),
                                    self->arena, &ignored)
                : NULL;
        free(text);
        if (!message)
            continue;
        said[count] = (const gs_statement *)(const void *)message;
        claims[count] = cd_claims_of(self->reader, said[count], self->arena);
        count++;
    }
    for (size_t a = 0; a < count; a++) {
        for (size_t b = a + 1; b < count; b++) {
            if ((a + b) % ORDINARY_EVERY > 0)
                continue;
            bool ordered = strcmp(said[a]->statement_id, said[b]->statement_id) <= 0;
            size_t first = ordered ? a : b, second = ordered ? b : a;
            cd_bag *bag = cd_bags_open(&self->statements, false, ORDINARY_WEIGHT, fold);
            bag->source = CD_MADE;
            add_instances_of(self, said[first], claims[first], said[second], claims[second]);
        }
    }
}

static bool read_ordinary(trainer *self, gs_error *error)
{
    const char *path = self->options->ordinary;
    FILE *file = fopen(path, "r");
    bool good = file || gs_fail(error, GS_E_IO, "cannot read %s: %s", path, strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    for (uint32_t number = 1; good && getline(&line, &capacity, file) > 0; number++) {
        json_t *row = json_loads(line, 0, NULL);
        const json_t *statements = json_object_get(row, "statements");
        gs_arena_reset(self->arena);
        if (json_is_array(statements))
            add_article(self, statements, number % self->dev_stories);
        else
            good = gs_fail(error, GS_E_INPUT, "%s:%u: not a line of gainsay extract --json", path, number);
        json_decref(row);
    }
    free(line);
    if (file)
        fclose(file);
    return good;
}

static bool read_statements(trainer *self, gs_error *error)
{
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s/stream-dev", self->options->data);
    bool good = cd_stream_read(&self->stream, path.data, error);
    gs_buffer_free(&path);
    self->dev_stories = self->stream.story_count;
    if (good && self->options->stories)
        good = cd_stories_read(&self->stream, self->options->stories, error);
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
    for (size_t i = 0; i + ECHO_AFTER < self->stream.count; i++)
        add_echo(self, &self->stream.said[i], &self->stream.said[i + ECHO_AFTER]);
    free(claims);
    return true;
}

static void tell_statements(const trainer *self, cd_source source)
{
    static const double thresholds[] = {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    cd_bags some = {.bags = gs_allocate((self->statements.count + 1) * sizeof *some.bags)};
    for (size_t i = 0; i < self->statements.count; i++)
        if (self->statements.bags[i].source == source)
            some.bags[some.count++] = self->statements.bags[i];
    for (size_t t = 0; t < sizeof thresholds / sizeof thresholds[0] && some.count > 0; t++) {
        char what[64];
        size_t hard = 0, called = 0;
        for (size_t i = 0; i < some.count; i++) {
            hard += some.bags[i].hard;
            called += some.bags[i].hard && some.bags[i].score >= thresholds[t];
        }
        cd_figures figures = cd_bags_measure(&some, thresholds[t]);
        snprintf(what, sizeof what, "%s at %.1f, near %zu/%zu", source == CD_OF_STREAM ? "stream" : "stories",
                 thresholds[t], called, hard);
        say_figures(self, what, &figures);
    }
    free(some.bags);
}

static bool write_predictions(const trainer *self, gs_error *error)
{
    FILE *file = fopen(self->options->predictions, "w");
    if (!file)
        return gs_fail(error, GS_E_IO, "cannot write %s: %s", self->options->predictions, strerror(errno));
    for (size_t i = 0; i < self->statements.count; i++) {
        const cd_bag *bag = &self->statements.bags[i];
        if (bag->source != CD_OF_STREAM)
            continue;
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
    if (!read_statements(self, error) || (self->options->ordinary && !read_ordinary(self, error)))
        return false;
    double slope, offset;
    cross_validate(&self->statements, self->dev_stories, &STATEMENT_BOOST);
    cd_bags_calibrate(&self->statements, &slope, &offset);
    if (!self->options->without) {
        tell_statements(self, CD_OF_STORIES);
        tell_statements(self, CD_OF_STREAM);
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
