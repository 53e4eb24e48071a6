// The threshold is the one of a row of them whose mean of exact figures is best. The calibration is a
// logistic regression of "linked" on the two probabilities and their squares (Platt, "Probabilistic Outputs
// for Support Vector Machines", 1999), by plain gradient ascent: five numbers, a few thousand attributions.
#include "attribution_tune.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum { ASCENTS = 4000 };

// An attribution that was found, for the calibration.
typedef struct sample {
    float cue, spans, probability;
    bool right;
} sample;

typedef struct sample_list {
    sample *items; // owned
    size_t count, capacity;
} sample_list;

st_tuned st_tuned_new(void)
{
    return (st_tuned){0.4f, {-2.0f, 3.0f, 0.0f, 1.0f, 0.0f}};
}

static void add_samples(sample_list *list, const st_attributed *found, const bool *right, size_t count)
{
    while (list->count + count > list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 4096;
        list->items = gs_reallocate(list->items, list->capacity * sizeof *list->items);
    }
    for (size_t i = 0; i < count; i++)
        list->items[list->count++] =
            (sample){found[i].cue_probability, found[i].span_probability, found[i].probability, right[i]};
}

static st_score read_all(st_attributor *attributor, const st_corpus *dev, sample_list *samples)
{
    st_score score = {0};
    gs_arena *arena = gs_arena_new(0);
    for (size_t d = 0; d < dev->document_count; d++) {
        st_attributed *found;
        size_t count = st_attributor_read(attributor, dev->documents[d].parse, arena, &found);
        bool *right = gs_arena_alloc(arena, count + 1);
        st_score_add(&score, &dev->documents[d], found, count, right);
        if (samples)
            add_samples(samples, found, right, count);
        gs_arena_reset(arena);
    }
    gs_arena_free(&arena);
    return score;
}

st_score st_measure(st_attributor *attributor, const st_corpus *dev)
{
    return read_all(attributor, dev, NULL);
}

static void calibrate(const sample_list *samples, float weights[ST_CALIBRATION])
{
    double w[ST_CALIBRATION];
    for (int k = 0; k < ST_CALIBRATION; k++)
        w[k] = (double)weights[k];
    for (int ascent = 0; ascent < ASCENTS; ascent++) {
        double gradient[ST_CALIBRATION] = {0};
        for (size_t i = 0; i < samples->count; i++) {
            const sample *s = &samples->items[i];
            double c = (double)s->cue, p = (double)s->spans;
            const double x[ST_CALIBRATION] = {1.0, c, c * c, p, p * p};
            double sum = 0;
            for (int k = 0; k < ST_CALIBRATION; k++)
                sum += w[k] * x[k];
            double miss = (s->right ? 1.0 : 0.0) - 1.0 / (1.0 + exp(-sum));
            for (int k = 0; k < ST_CALIBRATION; k++)
                gradient[k] += miss * x[k];
        }
        for (int k = 0; k < ST_CALIBRATION; k++)
            w[k] += 2.0 * gradient[k] / (double)(samples->count + 1);
    }
    for (int k = 0; k < ST_CALIBRATION; k++)
        weights[k] = (float)w[k];
}

st_tuned st_tune(st_attributor *attributor, const st_corpus *dev)
{
    st_tuned tuned = st_tuned_new();
    float best = tuned.threshold;
    double most = -1.0;
    for (int step = 10; step <= 30; step++) {
        float threshold = (float)step * 0.02f;
        st_attributor_tune(attributor, threshold, tuned.calibration);
        st_score score = st_measure(attributor, dev);
        double mean = st_mean_f1(&score);
        best = mean > most ? threshold : best;
        most = mean > most ? mean : most;
    }
    tuned.threshold = best;
    st_attributor_tune(attributor, tuned.threshold, tuned.calibration);
    sample_list samples = {0};
    read_all(attributor, dev, &samples);
    calibrate(&samples, tuned.calibration);
    free(samples.items);
    st_attributor_tune(attributor, tuned.threshold, tuned.calibration);
    return tuned;
}

void st_tell_reliability(st_attributor *attributor, const st_corpus *dev, gs_buffer *line)
{
    sample_list samples = {0};
    size_t all[10] = {0}, right[10] = {0};
    read_all(attributor, dev, &samples);
    for (size_t i = 0; i < samples.count; i++) {
        int tenth = (int)(samples.items[i].probability * 10.0f);
        tenth = tenth > 9 ? 9 : tenth;
        all[tenth]++;
        right[tenth] += samples.items[i].right;
    }
    gs_buffer_text(line, "linked, by probability:");
    for (int i = 0; i < 10; i++)
        if (all[i] > 0)
            gs_buffer_format(line, " %.1f: %.2f of %zu", i / 10.0, (double)right[i] / (double)all[i], all[i]);
    free(samples.items);
}

// ---- predictions

static json_t *spans_json(const gs_parse *parse, const st_words *words, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("[II]", (json_int_t)parse->words[words[i].begin].begin,
                                              (json_int_t)parse->words[words[i].end - 1].end));
    return list;
}

static json_t *document_json(const st_document *document, const st_attributed *found, size_t count)
{
    json_t *list = json_array();
    const gs_parse *parse = document->parse;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:o,s:o,s:o,s:f}", "source",
                                              spans_json(parse, found[i].sources, found[i].source_count),
                                              "cue", spans_json(parse, &found[i].cue, 1), "content",
                                              spans_json(parse, found[i].contents, found[i].content_count),
                                              "probability", (double)found[i].probability));
    return json_pack("{s:s,s:o}", "id", document->id, "attributions", list);
}

bool st_predictions_write(st_attributor *attributor, const st_corpus *dev, const char *path, gs_error *error)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return gs_fail(error, GS_E_IO, "%s: cannot write: %s", path, strerror(errno));
    gs_arena *arena = gs_arena_new(0);
    bool good = true;
    for (size_t d = 0; d < dev->document_count; d++) {
        st_attributed *found;
        size_t count = st_attributor_read(attributor, dev->documents[d].parse, arena, &found);
        json_t *line = document_json(&dev->documents[d], found, count);
        good = json_dumpf(line, file, JSON_COMPACT | JSON_REAL_PRECISION(4)) == 0 &&
               fputc('\n', file) != EOF && good;
        json_decref(line);
        gs_arena_reset(arena);
    }
    gs_arena_free(&arena);
    good = fclose(file) == 0 && good;
    return good || gs_fail(error, GS_E_IO, "%s: cannot write: %s", path, strerror(errno));
}
