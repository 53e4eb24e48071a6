// The training loop: batches of one corpus at a time, drawn by shares that drift from the begin of the
// training to its end (much silver first, then mostly treebanks), each batch cut into shards that run beside
// each other; the rate rises for some updates, then falls to zero along half a cosine (Loshchilov and Hutter,
// "SGDR", 2017).
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

enum { SENTENCES_MAX = 512, MEASURE_WORDS = 1500 };

typedef struct shard_job {
    net_shard *shard;
    const net *model;
    const net_data *data;
    uint32_t examples[SENTENCES_MAX];
    uint32_t count, words;
    const net_rates *rates;
    uint64_t seed;
} shard_job;

static void *run_shard(void *argument)
{
    const shard_job *job = argument;
    net_shard_run(job->shard, job->model, job->data, job->examples, job->count, job->rates, job->seed);
    return NULL;
}

static void run_shards(shard_job *jobs)
{
    pthread_t threads[NET_SHARDS];
    bool beside[NET_SHARDS] = {false};
    for (uint32_t s = 1; s < NET_SHARDS; s++)
        beside[s] = pthread_create(&threads[s], NULL, run_shard, &jobs[s]) == 0;
    for (uint32_t s = 0; s < NET_SHARDS; s++)
        if (!beside[s])
            run_shard(&jobs[s]);
    for (uint32_t s = 1; s < NET_SHARDS; s++)
        if (beside[s])
            pthread_join(threads[s], NULL);
}

static void shuffle(net_source *source, uint64_t *state)
{
    size_t count = source->end - source->begin;
    if (!source->order) {
        source->order = gs_allocate(count * sizeof *source->order);
        for (size_t i = 0; i < count; i++)
            source->order[i] = (uint32_t)(source->begin + i);
    }
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(gs_random_next(state) % i);
        uint32_t swap = source->order[i - 1];
        source->order[i - 1] = source->order[j];
        source->order[j] = swap;
    }
    source->at = 0;
}

static net_source *draw_source(net_source *sources, size_t count, double progress, uint64_t *state)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += sources[i].share_begin + (sources[i].share_end - sources[i].share_begin) * progress;
    double at = (double)(gs_random_next(state) >> 11) * (1.0 / 9007199254740992.0) * total;
    for (size_t i = 0; i + 1 < count; i++) {
        at -= sources[i].share_begin + (sources[i].share_end - sources[i].share_begin) * progress;
        if (at < 0)
            return &sources[i];
    }
    return &sources[count - 1];
}

// Fills the jobs with the source's next examples, each to the shard that has least.
static void draw_batch(shard_job *jobs, const net_data *data, net_source *source, uint32_t batch_words,
                       uint64_t *state)
{
    for (uint32_t s = 0; s < NET_SHARDS; s++)
        jobs[s].count = jobs[s].words = 0;
    for (;;) {
        if (!source->order || source->at == source->end - source->begin)
            shuffle(source, state);
        uint32_t example = source->order[source->at], least = 0;
        for (uint32_t s = 1; s < NET_SHARDS; s++)
            if (jobs[s].words < jobs[least].words)
                least = s;
        shard_job *job = &jobs[least];
        if (job->words + data->examples[example].count > batch_words || job->count == SENTENCES_MAX)
            return;
        job->examples[job->count++] = example;
        job->words += data->examples[example].count;
        source->at++;
    }
}

static void add_loss(net_loss *to, const net_loss *from)
{
    to->upos += from->upos;
    to->xpos += from->xpos;
    to->arc += from->arc;
    to->relation += from->relation;
    to->name += from->name;
    to->words += from->words;
    to->upos_right += from->upos_right;
    to->xpos_right += from->xpos_right;
    to->head_right += from->head_right;
    to->relation_right += from->relation_right;
    to->name_right += from->name_right;
    to->name_words += from->name_words;
}

net_loss net_measure(const net *self, const net_data *data, const net_source *source, net_guess *guesses)
{
    net_loss total = {0};
    shard_job job = {.shard = net_shard_new(self, MEASURE_WORDS), .model = self, .data = data};
    for (size_t i = source->begin; i <= source->end; i++) {
        bool last = i == source->end;
        if (last || job.words + data->examples[i].count > MEASURE_WORDS || job.count == SENTENCES_MAX) {
            run_shard(&job);
            add_loss(&total, net_shard_loss(job.shard));
            if (guesses) {
                memcpy(guesses, net_shard_guesses(job.shard), job.words * sizeof *guesses);
                guesses += job.words;
            }
            job.count = job.words = 0;
        }
        if (!last) {
            job.examples[job.count++] = (uint32_t)i;
            job.words += data->examples[i].count;
        }
    }
    net_shard_free(&job.shard);
    return total;
}

// One thread's part of net_teach.
typedef struct teach_job {
    const net *teacher;
    const net_data *data;
    size_t begin, end; // examples
    net_soft *soft;    // of the first of them
} teach_job;

static void *teach(void *argument)
{
    const teach_job *part = argument;
    net_soft *to = part->soft;
    shard_job job = {
        .shard = net_shard_new(part->teacher, MEASURE_WORDS), .model = part->teacher, .data = part->data};
    net_shard_teach(job.shard);
    for (size_t i = part->begin; i <= part->end; i++) {
        bool last = i == part->end;
        if (last || job.words + part->data->examples[i].count > MEASURE_WORDS || job.count == SENTENCES_MAX) {
            run_shard(&job);
            memcpy(to, net_shard_soft(job.shard), job.words * sizeof *to);
            to += job.words;
            job.count = job.words = 0;
        }
        if (!last) {
            job.examples[job.count++] = (uint32_t)i;
            job.words += part->data->examples[i].count;
        }
    }
    net_shard_free(&job.shard);
    return NULL;
}

// Adds `more` to the opinion of `count` teachers: of the classes of both the likeliest stay.
static void merge_label(net_soft_label *label, const net_soft_label *more, size_t count)
{
    int16_t classes[2 * NET_SOFT];
    float weights[2 * NET_SOFT];
    size_t n = 0;
    for (int k = 0; k < 2 * NET_SOFT; k++) {
        const net_soft_label *from = k < NET_SOFT ? label : more;
        float weight = (float)from->weight[k % NET_SOFT] * (k < NET_SOFT ? (float)count : 1.0f);
        size_t at = 0;
        while (at < n && classes[at] != from->class[k % NET_SOFT])
            at++;
        if (at == n) {
            classes[n] = from->class[k % NET_SOFT];
            weights[n++] = 0.0f;
        }
        weights[at] += weight / (float)(count + 1);
    }
    for (int k = 0; k < NET_SOFT; k++) {
        size_t best = 0;
        for (size_t at = 1; at < n; at++)
            if (weights[at] > weights[best])
                best = at;
        label->class[k] = classes[best];
        label->weight[k] = (uint8_t)(weights[best] > 0.0f ? weights[best] + 0.5f : 0.0f);
        weights[best] = -1.0f;
    }
}

static void merge(net_soft *soft, const net_soft *more, size_t words, size_t count)
{
    for (size_t w = 0; w < words; w++) {
        merge_label(&soft[w].upos, &more[w].upos, count);
        merge_label(&soft[w].xpos, &more[w].xpos, count);
        merge_label(&soft[w].head, &more[w].head, count);
        merge_label(&soft[w].relation, &more[w].relation, count);
    }
}

// Two threads, half of the source each.
static void ask(const net *teacher, const net_data *data, const net_source *source, net_soft *soft)
{
    size_t middle = source->begin + (source->end - source->begin) / 2, half = 0;
    for (size_t i = source->begin; i < middle; i++)
        half += data->examples[i].count;
    teach_job parts[2] = {{teacher, data, source->begin, middle, soft},
                          {teacher, data, middle, source->end, soft + half}};
    pthread_t thread;
    bool beside = pthread_create(&thread, NULL, teach, &parts[1]) == 0;
    teach(&parts[0]);
    if (beside)
        pthread_join(thread, NULL);
    else
        teach(&parts[1]);
}

void net_teach(net *const *teachers, size_t count, net_data *data, const net_source *source)
{
    size_t words = 0;
    for (size_t i = source->begin; i < source->end; i++)
        words += data->examples[i].count;
    data->soft = gs_reallocate(data->soft, (data->soft_count + words) * sizeof *data->soft);
    net_soft *soft = data->soft + data->soft_count;
    net_soft *more = gs_allocate(words * sizeof *more);
    for (size_t t = 0; t < count; t++) {
        ask(teachers[t], data, source, t == 0 ? soft : more);
        if (t > 0)
            merge(soft, more, words, t);
    }
    free(more);
    for (size_t i = source->begin; i < source->end; i++) {
        net_example *example = &data->examples[i];
        example->soft_begin = (uint32_t)data->soft_count;
        for (uint32_t w = 0; w < example->count; w++) {
            net_word *word = &data->words[example->word_begin + w];
            if (word->head == -2)
                word->head = (int16_t)(data->soft[data->soft_count + w].head.class[0] - 1);
        }
        data->soft_count += example->count;
    }
}

static void report(const net *self, const net_data *data, const net_source *watched, size_t count,
                   const train_progress *progress, const net_loss *loss, uint32_t update)
{
    gs_buffer line = {0};
    double n = loss->words ? loss->words : 1;
    gs_buffer_format(&line, "update %u: loss tag %.3f arc %.3f relation %.3f name %.3f", update,
                     (loss->upos + loss->xpos) / n, loss->arc / n, loss->relation / n,
                     loss->name / (loss->name_words ? loss->name_words : 1));
    for (size_t i = 0; i < count; i++) {
        net_loss dev = net_measure(self, data, &watched[i], NULL);
        double words = dev.words, names = dev.name_words ? dev.name_words : 1;
        gs_buffer_format(&line, " | %s UPOS %.2f XPOS %.2f UAS %.2f LAS %.2f names %.2f", watched[i].what,
                         100 * dev.upos_right / words, 100 * dev.xpos_right / words,
                         100 * dev.head_right / words, 100 * dev.relation_right / words,
                         100 * dev.name_right / names);
    }
    progress->line(progress->context, line.data);
    gs_buffer_free(&line);
}

static float rate_at(const net_recipe *recipe, uint32_t update)
{
    if (update < recipe->warm_up)
        return recipe->rate * (float)(update + 1) / (float)recipe->warm_up;
    double part = (double)(update - recipe->warm_up) / (double)(recipe->updates - recipe->warm_up);
    return recipe->rate * (float)(0.5 + 0.5 * cos(3.14159265358979 * part));
}

void net_train(net *self, const net_data *data, net_source *sources, size_t source_count,
               const net_recipe *recipe, const net_source *watched, size_t watched_count,
               const train_progress *progress)
{
    shard_job *jobs = gs_allocate(NET_SHARDS * sizeof *jobs);
    net_shard *shards[NET_SHARDS];
    for (uint32_t s = 0; s < NET_SHARDS; s++) {
        shards[s] = net_shard_new(self, recipe->batch_words);
        jobs[s] = (shard_job){.shard = shards[s], .model = self, .data = data, .rates = &recipe->rates};
    }
    uint64_t state = recipe->seed;
    net_loss loss = {0};
    for (uint32_t update = 0; update < recipe->updates; update++) {
        net_source *source = draw_source(sources, source_count, (double)update / recipe->updates, &state);
        draw_batch(jobs, data, source, recipe->batch_words, &state);
        uint32_t words = 0;
        for (uint32_t s = 0; s < NET_SHARDS; s++) {
            jobs[s].seed = gs_random_next(&state);
            words += jobs[s].words;
        }
        run_shards(jobs);
        net_update(self, shards, data, rate_at(recipe, update), 1.0f / (float)words);
        for (uint32_t s = 0; s < NET_SHARDS; s++)
            add_loss(&loss, net_shard_loss(shards[s]));
        if (recipe->report_every &&
            ((update + 1) % recipe->report_every == 0 || update + 1 == recipe->updates)) {
            report(self, data, watched, watched_count, progress, &loss, update + 1);
            memset(&loss, 0, sizeof loss);
        }
    }
    for (uint32_t s = 0; s < NET_SHARDS; s++)
        net_shard_free(&shards[s]);
    for (size_t i = 0; i < source_count; i++) {
        free(sources[i].order);
        sources[i].order = NULL;
    }
    free(jobs);
}
