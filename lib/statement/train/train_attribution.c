// The recipe: articles parsed, epochs of batches in two shards beside each other, figures on dev after each
// epoch with the network as bytes, as it will be at work; then threshold and calibration.
//
// The rate rises for some updates, then falls to zero along half a cosine (Loshchilov and Hutter, "SGDR",
// 2017). No epoch is picked by its figures on dev: the last one counts.
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attribution_net.h"
#include "attribution_tune.h"
#include "lang/model_writer.h"
#include "train.h"

enum { BATCH_WORDS = 440, WARM_UP = 200, LEMMA_TIMES = 4, SHARD_LESSONS = 512 };

static const float RATE = 0.002f, GRADIENT_SCALE = 10.0f;
static const st_rates RATES = {
    .states = 0.2f, .rows = 0.1f, .lemma = 0.05f, .layer = 0.35f, .recurrent = 0.1f, .hidden = 0.35f};
static const st_net_size SIZE = {.embedding = 64, .hidden = 80, .width = 64};

typedef struct shard_job {
    st_shard *shard;
    const st_net *model;
    const st_lesson *lessons[SHARD_LESSONS];
    uint32_t count, words;
    uint64_t seed;
} shard_job;

typedef struct trainer {
    const st_train_options *options;
    double began; // seconds
    gs_lang *lang;
    uint64_t language; // hash of the language network
    st_corpus train, dev;
    st_net *model;
    uint64_t *lemmas;
    shard_job *jobs; // ST_SHARDS
    const st_lesson **order;
    uint64_t random;
    uint32_t update, updates;
    st_loss loss; // of the epoch
} trainer;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void tell(const trainer *self, const char *line)
{
    if (self->options->progress)
        self->options->progress(self->options->context, seconds() - self->began, line);
}

// ---- an epoch

static void *run_shard(void *argument)
{
    const shard_job *job = argument;
    st_shard_run(job->shard, job->model, job->lessons, job->count, &RATES, job->seed);
    return NULL;
}

static void run_shards(shard_job *jobs)
{
    pthread_t threads[ST_SHARDS];
    bool beside[ST_SHARDS] = {false};
    for (uint32_t s = 1; s < ST_SHARDS; s++)
        beside[s] = pthread_create(&threads[s], NULL, run_shard, &jobs[s]) == 0;
    for (uint32_t s = 0; s < ST_SHARDS; s++)
        if (!beside[s])
            run_shard(&jobs[s]);
    for (uint32_t s = 1; s < ST_SHARDS; s++)
        if (beside[s])
            pthread_join(threads[s], NULL);
}

// Fills the jobs with lessons from *at on, each to the shard that has least; every shard gets one while there
// are any.
static void draw_batch(trainer *self, size_t *at)
{
    for (uint32_t s = 0; s < ST_SHARDS; s++)
        self->jobs[s].count = self->jobs[s].words = 0;
    for (; *at < self->train.lesson_count; ++*at) {
        const st_lesson *lesson = self->order[*at];
        uint32_t words = lesson->window.end - lesson->window.begin, least = 0;
        for (uint32_t s = 1; s < ST_SHARDS; s++)
            if (self->jobs[s].words < self->jobs[least].words)
                least = s;
        shard_job *job = &self->jobs[least];
        if (job->words + words > BATCH_WORDS || job->count == SHARD_LESSONS)
            return;
        job->lessons[job->count++] = lesson;
        job->words += words;
    }
}

static void shuffle(trainer *self)
{
    for (size_t i = self->train.lesson_count; i > 1; i--) {
        size_t j = (size_t)(gs_random_next(&self->random) % i);
        const st_lesson *swap = self->order[i - 1];
        self->order[i - 1] = self->order[j];
        self->order[j] = swap;
    }
}

static float rate_at(const trainer *self)
{
    if (self->update < WARM_UP)
        return RATE * (float)(self->update + 1) / (float)WARM_UP;
    double part = (double)(self->update - WARM_UP) / (double)(self->updates - WARM_UP);
    return RATE * (float)(0.5 + 0.5 * cos(3.14159265358979 * (part < 1.0 ? part : 1.0)));
}

static void run_epoch(trainer *self)
{
    st_shard *shards[ST_SHARDS];
    for (uint32_t s = 0; s < ST_SHARDS; s++)
        shards[s] = self->jobs[s].shard;
    self->loss = (st_loss){0};
    shuffle(self);
    for (size_t at = 0; at < self->train.lesson_count; self->update++) {
        draw_batch(self, &at);
        uint32_t words = 0;
        for (uint32_t s = 0; s < ST_SHARDS; s++) {
            self->jobs[s].seed = gs_random_next(&self->random);
            words += self->jobs[s].words;
        }
        run_shards(self->jobs);
        st_net_update(self->model, shards, rate_at(self), GRADIENT_SCALE / (float)words);
        for (uint32_t s = 0; s < ST_SHARDS; s++) {
            st_loss loss = st_shard_loss(shards[s]);
            self->loss.cue += loss.cue;
            self->loss.spans += loss.spans;
            self->loss.cues += loss.cues;
        }
    }
}

// ---- figures

// An attributor on the network as it stands; *bytes is its section, for the caller to free after it.
static st_attributor *attributor_of(const trainer *self, const st_tuned *tuned, void **bytes, gs_error *error)
{
    gs_buffer section = {0};
    st_net_export(self->model, self->language, tuned->threshold, tuned->calibration, &section);
    *bytes = gs_allocate_vectors(section.size);
    memcpy(*bytes, section.data, section.size);
    st_attributor *attributor =
        st_attributor_of(gs_view_make(*bytes, section.size), gs_lang_state_width(self->lang), error);
    gs_buffer_free(&section);
    return attributor;
}

static void write_score(const st_score *score, gs_buffer *line)
{
    gs_buffer_format(line, "dev source %.4f cue %.4f content %.4f mean %.4f linked %.4f (%zu for %zu)",
                     st_f1(&score->exact[ST_SOURCE]), st_f1(&score->exact[ST_CUE]),
                     st_f1(&score->exact[ST_CONTENT]), st_mean_f1(score), st_f1(&score->linked),
                     score->linked.found, score->linked.gold);
}

static bool report(const trainer *self, uint32_t epoch, gs_error *error)
{
    void *bytes;
    st_tuned tuned = st_tuned_new();
    st_attributor *attributor = attributor_of(self, &tuned, &bytes, error);
    if (attributor) {
        st_score score = st_measure(attributor, &self->dev);
        double cues = self->loss.cues ? (double)self->loss.cues : 1.0;
        gs_buffer line = {0};
        gs_buffer_format(&line, "epoch %u: loss cue %.3f spans %.3f | ", epoch, self->loss.cue / cues,
                         self->loss.spans / cues);
        write_score(&score, &line);
        tell(self, line.data);
        gs_buffer_free(&line);
    }
    bool good = attributor != NULL;
    st_attributor_free(&attributor);
    free(bytes);
    return good;
}

static bool finish(const trainer *self, gs_buffer *section, gs_error *error)
{
    void *bytes;
    st_tuned tuned = st_tuned_new();
    st_attributor *attributor = attributor_of(self, &tuned, &bytes, error);
    bool good = attributor != NULL;
    if (good) {
        tuned = st_tune(attributor, &self->dev);
        st_score score = st_measure(attributor, &self->dev);
        gs_buffer line = {0};
        gs_buffer_format(&line, "threshold %.2f | ", (double)tuned.threshold);
        write_score(&score, &line);
        tell(self, line.data);
        gs_buffer_clear(&line);
        st_tell_reliability(attributor, &self->dev, &line);
        tell(self, line.data);
        gs_buffer_free(&line);
        st_net_export(self->model, self->language, tuned.threshold, tuned.calibration, section);
        if (self->options->predictions)
            good = st_predictions_write(attributor, &self->dev, self->options->predictions, error);
    }
    st_attributor_free(&attributor);
    free(bytes);
    return good;
}

// ---- all of it

static bool begin(trainer *self, const gs_model *language, gs_error *error)
{
    gs_model_part part;
    for (size_t i = 0; gs_model_part_at(language, i, &part); i++)
        if (strcmp(part.name, "network") == 0)
            self->language = part.hash;
    self->lang = gs_lang_new(language, error);
    if (!self->lang)
        return false;
    gs_lang_give_states(self->lang, true);
    tell(self, "reading the annotated articles");
    if (!st_corpus_read(&self->train, self->options->train, self->lang, error) ||
        !st_corpus_read(&self->dev, self->options->dev, self->lang, error))
        return false;
    st_corpus_retell(&self->train, self->lang, self->options->seed);
    st_corpus_finish(&self->train);
    st_corpus_finish(&self->dev);
    st_net_size size = SIZE;
    size.states = (uint32_t)gs_lang_state_width(self->lang);
    size.lemmas = st_corpus_lemmas(&self->train, LEMMA_TIMES, &self->lemmas);
    self->model = st_net_new(&size, self->lemmas, self->options->seed);
    self->random = gs_random_mix(self->options->seed);
    self->jobs = gs_allocate(ST_SHARDS * sizeof *self->jobs);
    for (uint32_t s = 0; s < ST_SHARDS; s++) {
        self->jobs[s].shard = st_shard_new(self->model, BATCH_WORDS);
        self->jobs[s].model = self->model;
    }
    self->order = gs_allocate((self->train.lesson_count + 1) * sizeof *self->order);
    for (size_t i = 0; i < self->train.lesson_count; i++)
        self->order[i] = &self->train.lessons[i];
    gs_buffer line = {0};
    gs_buffer_format(&line, "%zu articles, %zu words, %zu windows; %u lemmas, %zu weights",
                     self->train.document_count, self->train.words, self->train.lesson_count, size.lemmas,
                     self->model->params->count);
    tell(self, line.data);
    gs_buffer_free(&line);
    return true;
}

static void end(trainer *self)
{
    for (uint32_t s = 0; self->jobs && s < ST_SHARDS; s++)
        st_shard_free(&self->jobs[s].shard);
    free(self->jobs);
    free(self->order);
    st_net_free(&self->model);
    free(self->lemmas);
    st_corpus_free(&self->train);
    st_corpus_free(&self->dev);
    gs_lang_free(&self->lang);
}

bool st_train(const st_train_options *options, const gs_model *language, gs_buffer *section, gs_error *error)
{
    trainer self = {.options = options, .began = seconds()};
    uint32_t epochs = options->epochs ? options->epochs : ST_TRAIN_EPOCHS;
    bool good = begin(&self, language, error);
    self.updates = WARM_UP + epochs * (uint32_t)(self.train.words / (ST_SHARDS * BATCH_WORDS) * 11 / 10 + 1);
    for (uint32_t epoch = 1; good && epoch <= epochs; epoch++) {
        run_epoch(&self);
        good = report(&self, epoch, error);
    }
    good = good && finish(&self, section, error);
    end(&self);
    return good;
}

static const char ABOUT[] = "Attribution network of Gainsay for English: sources, cues and contents.\n"
                            "Trained on: PolNeAR v1 train, tuned on its dev articles (Newell, Margolin and "
                            "Ruths, LREC 2018; research "
                            "corpus, no\n"
                            "licence stated), on top of the language network.\n";

bool st_train_file(const st_train_options *options, const gs_model *language, bool alone, const char *path,
                   gs_error *error)
{
    gs_buffer section = {0}, about = {0};
    if (!st_train(options, language, &section, error)) {
        gs_buffer_free(&section);
        return false;
    }
    gs_model_writer *writer = gs_model_writer_new();
    if (!alone)
        gs_model_writer_add_all(writer, language, &about);
    gs_buffer_text(&about, ABOUT);
    gs_model_writer_add(writer, "about", 1, &about);
    gs_model_writer_add(writer, ST_NETWORK_SECTION, ST_NETWORK_VERSION, &section);
    bool good = gs_model_writer_save(writer, path, error);
    gs_model_writer_free(&writer);
    return good;
}
