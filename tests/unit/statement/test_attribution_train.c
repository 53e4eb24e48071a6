// The attribution network's training: gradients against differences, learning by heart, the same result
// twice, that the exported network reads as the trained one learned, and how the figures are counted.
#include <math.h>

#include "attribution_test.h"
#include "statement/train/attribution_shard.h"
#include "statement/train/attribution_tune.h"

typedef struct fixture {
    test_parse *parse;
    st_corpus corpus;
    uint64_t *lemmas;
    uint32_t lemma_count;
} fixture;

static const char TEXT[] =
    "Talks failed in Geneva|, Anna Berg said|. “|No|,|” added the minister|, “|never|.|”/ It "
    "rained|.# According to them|, prices rose|, he wrote|.";

// The byte range of the n-th word to the m-th.
static st_range bytes_of(const gs_parse *parse, size_t from, size_t to)
{
    return (st_range){parse->words[from].begin, parse->words[to - 1].end};
}

static void add_span(fixture *self, st_gold *gold, st_part part, size_t from, size_t to)
{
    if (!gold->spans[part])
        gold->spans[part] = gs_arena_alloc(self->corpus.arena, 4 * sizeof(st_range));
    gold->spans[part][gold->count[part]++] = bytes_of(&self->parse->parse, from, to);
}

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    self->parse = test_parse_new(TEXT);
    self->corpus.arena = gs_arena_new(0);
    st_gold *gold = gs_arena_zalloc(self->corpus.arena, 3 * sizeof *gold);
    add_span(self, &gold[0], ST_SOURCE, 5, 7);
    add_span(self, &gold[0], ST_CUE, 7, 8);
    add_span(self, &gold[0], ST_CONTENT, 0, 4);
    add_span(self, &gold[1], ST_SOURCE, 14, 16);
    add_span(self, &gold[1], ST_CUE, 13, 14);
    add_span(self, &gold[1], ST_CONTENT, 9, 13);
    add_span(self, &gold[1], ST_CONTENT, 17, 21);
    add_span(self, &gold[2], ST_SOURCE, 26, 27);
    add_span(self, &gold[2], ST_CUE, 24, 26);
    add_span(self, &gold[2], ST_CONTENT, 28, 30);
    st_corpus_add(&self->corpus, "one", &self->parse->parse, gold, 3);
    st_corpus_finish(&self->corpus);
    self->lemma_count = st_corpus_lemmas(&self->corpus, 1, &self->lemmas);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    st_corpus_free(&self->corpus);
    test_parse_free(&self->parse);
    free(self->lemmas);
    free(self);
    return 0;
}

static st_net *small_net(const fixture *self, uint64_t seed)
{
    const st_net_size size = {
        .states = TEST_STATES, .embedding = 16, .hidden = 16, .width = 16, .lemmas = self->lemma_count};
    return st_net_new(&size, self->lemmas, seed);
}

static double total_loss(st_shard *shard, const st_net *model, const fixture *self, const st_rates *rates)
{
    const st_lesson *const lessons[] = {&self->corpus.lessons[0], &self->corpus.lessons[1]};
    st_shard_run(shard, model, lessons, 2, rates, 5);
    st_loss loss = st_shard_loss(shard);
    return loss.cue + loss.spans;
}

static void lessons_of_annotation(void **state)
{
    const fixture *self = *state;
    assert_int_equal(self->corpus.lesson_count, 2);
    const st_lesson *first = &self->corpus.lessons[0], *second = &self->corpus.lessons[1];
    assert_int_equal(first->cue_count, 2);
    assert_int_equal(first->labels[7], ST_BEGIN);
    const uint8_t cue[] = {ST_BEGIN, ST_IN, ST_OUT};
    assert_memory_equal(second->labels, cue, sizeof cue);
    const uint8_t split[] = {ST_CONTENT_BEGIN, ST_CONTENT_IN, ST_CONTENT_IN, ST_CONTENT_IN,   ST_OUT,
                             ST_BEGIN,         ST_IN,         ST_OUT,        ST_CONTENT_BEGIN};
    assert_memory_equal(first->cues[1].labels + 9, split, sizeof split);
}

static void gradients(void **state)
{
    const fixture *self = *state;
    st_net *model = small_net(self, 3);
    st_shard *shard = st_shard_new(model, 64);
    const st_rates rates = {.states = 0.1f, .rows = 0.1f, .layer = 0.2f, .recurrent = 0.1f, .hidden = 0.2f};
    total_loss(shard, model, self, &rates);
    size_t count = model->params->count, checked = 0, bad = 0;
    float *gradient = gs_allocate(count * sizeof *gradient);
    memcpy(gradient, shard->gradient, count * sizeof *gradient);
    for (size_t i = 0; i < count; i += 3) {
        const float step = 4e-3f;
        float before = model->params->values[i];
        if (fabsf(gradient[i]) < 0.02f)
            continue; // too flat for single precision
        model->params->values[i] = before + step;
        double above = total_loss(shard, model, self, &rates);
        model->params->values[i] = before - step;
        double below = total_loss(shard, model, self, &rates);
        model->params->values[i] = before;
        double difference = (above - below) / (2.0 * (double)step);
        bad += fabs(difference - (double)gradient[i]) > 0.05 * fabs(difference) + 0.01;
        checked++;
    }
    assert_true(checked > 200);
    assert_true(bad * 50 <= checked); // a difference may straddle the kink of leaky
    free(gradient);
    st_shard_free(&shard);
    st_net_free(&model);
}

// The rows' gradient goes another way, through tanh: a small step against it lowers the loss.
static void rows_follow_their_gradient(void **state)
{
    const fixture *self = *state;
    st_net *model = small_net(self, 3);
    st_shard *shards[ST_SHARDS];
    for (size_t s = 0; s < ST_SHARDS; s++)
        shards[s] = st_shard_new(model, 64);
    const st_rates none = {0};
    double before = total_loss(shards[0], model, self, &none);
    st_shard_run(shards[1], model, NULL, 0, &none, 1);
    float *kept = gs_floats(model->params->count);
    memcpy(kept, model->params->values, model->params->count * sizeof *kept);
    st_net_update(model, shards, 1e-3f, 1.0f);
    memcpy(model->params->values, kept, model->params->count * sizeof *kept);
    assert_true(total_loss(shards[0], model, self, &none) < before - 0.01);
    free(kept);
    for (size_t s = 0; s < ST_SHARDS; s++)
        st_shard_free(&shards[s]);
    st_net_free(&model);
}

static st_net *train_small(const fixture *self, size_t updates)
{
    st_net *model = small_net(self, 4);
    st_shard *shards[ST_SHARDS];
    const st_rates rates = {.hidden = 0.05f};
    for (size_t s = 0; s < ST_SHARDS; s++)
        shards[s] = st_shard_new(model, 64);
    for (size_t u = 0; u < updates; u++) {
        for (size_t s = 0; s < ST_SHARDS; s++) {
            const st_lesson *lesson = &self->corpus.lessons[s];
            st_shard_run(shards[s], model, &lesson, 1, &rates, u * 2 + s);
        }
        st_net_update(model, shards, 0.02f, 0.2f);
    }
    for (size_t s = 0; s < ST_SHARDS; s++)
        st_shard_free(&shards[s]);
    return model;
}

static void same_twice(void **state)
{
    const fixture *self = *state;
    st_net *a = train_small(self, 10), *b = train_small(self, 10);
    assert_memory_equal(a->params->values, b->params->values, a->params->count * sizeof(float));
    assert_memory_equal(a->rows->values, b->rows->values,
                        (size_t)a->rows->count * a->rows->width * sizeof(float));
    st_net_free(&a);
    st_net_free(&b);
}

static void exported_reads_what_was_learned(void **state)
{
    const fixture *self = *state;
    st_net *model = train_small(self, 150);
    st_shard *shard = st_shard_new(model, 64);
    assert_true(total_loss(shard, model, self, NULL) < 0.5);
    st_tuned tuned = st_tuned_new();
    gs_buffer section = {0};
    gs_error error = {0};
    st_net_export(model, 1, tuned.threshold, tuned.calibration, &section);
    void *bytes = test_aligned(section.size);
    memcpy(bytes, section.data, section.size);
    st_attributor *attributor = st_attributor_of(gs_view_make(bytes, section.size), TEST_STATES, &error);
    assert_non_null(attributor);
    st_score score = st_measure(attributor, &self->corpus);
    assert_true(st_mean_f1(&score) > 0.999);
    assert_int_equal(score.linked.right, 3);
    tuned = st_tune(attributor, &self->corpus);
    assert_true(tuned.threshold > 0.19f && tuned.threshold < 0.61f);
    st_attributor_free(&attributor);
    free(bytes);
    gs_buffer_free(&section);
    st_shard_free(&shard);
    st_net_free(&model);
}

// With the language model, where there is one: quotations of named people come again as credit lines.
static void quotations_are_retold(void **state)
{
    (void)state;
    gs_error error = {0};
    gs_model *language = gs_model_open(NULL, &error);
    if (!language)
        skip();
    gs_lang *lang = gs_lang_new(language, &error);
    assert_non_null(lang);
    gs_lang_give_states(lang, true);
    static const char text[] = "A headline\n\n\"We have seen none of these reports,\" Anna Berg said.";
    st_corpus corpus = {.arena = gs_arena_new(0)};
    st_range content = {12, 49}, source = {50, 59}, cue = {60, 64};
    st_gold gold = {{&source, &cue, &content}, {1, 1, 1}};
    const gs_parse *parse = gs_lang_parse(lang, gs_view_of(text), GS_LANG_PARAGRAPHS, corpus.arena);
    for (int i = 0; i < 20; i++)
        st_corpus_add(&corpus, "one", parse, &gold, 1);
    st_corpus_retell(&corpus, lang, 1);
    assert_true(corpus.document_count > 20);
    for (size_t d = 20; d < corpus.document_count; d++) {
        const st_document *retold = &corpus.documents[d];
        for (size_t g = 0; g < retold->gold_count; g++) {
            st_range at = retold->gold[g].spans[ST_CONTENT][0], who = retold->gold[g].spans[ST_SOURCE][0];
            gs_view quotation = gs_view_slice(retold->parse->text, at.begin, at.end);
            assert_true(gs_view_equal(quotation, gs_view_of("\"We have seen none of these reports.\"")));
            assert_true(gs_view_equal(gs_view_slice(retold->parse->text, who.begin, who.end),
                                      gs_view_of("Anna Berg")));
        }
    }
    st_corpus_free(&corpus);
    gs_lang_free(&lang);
    gs_model_close(&language);
}

static void figures_are_counted_as_the_scorer_counts(void **state)
{
    const fixture *self = *state;
    const st_document *document = &self->corpus.documents[0];
    st_words source = {5, 7}, contents[] = {{0, 4}}, wrong_source = {6, 7}, half[] = {{9, 13}};
    const st_attributed found[] = {
        {.cue = {7, 8}, .sources = &source, .source_count = 1, .contents = contents, .content_count = 1},
        {.cue = {13, 14}, .sources = &wrong_source, .source_count = 1, .contents = half, .content_count = 1}};
    bool right[2];
    st_score score = {0};
    st_score_add(&score, document, found, 2, right);
    assert_int_equal(score.exact[ST_CUE].right, 2);
    assert_int_equal(score.exact[ST_SOURCE].right, 1);
    assert_int_equal(score.exact[ST_CONTENT].right, 2);
    assert_int_equal(score.exact[ST_CONTENT].gold, 4);
    assert_true(right[0] && !right[1]);
    assert_true(score.linked.right == 1 && score.linked.found == 2 && score.linked.gold == 3);
    assert_true(fabs(st_f1(&score.exact[ST_CUE]) - 0.8) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lessons_of_annotation),
        cmocka_unit_test(gradients),
        cmocka_unit_test(rows_follow_their_gradient),
        cmocka_unit_test(same_twice),
        cmocka_unit_test(exported_reads_what_was_learned),
        cmocka_unit_test(quotations_are_retold),
        cmocka_unit_test(figures_are_counted_as_the_scorer_counts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
