// The network's training: gradients against differences, learning by heart, the same result twice, and that
// the exported network reads as the trained one did.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lang/network.h"
#include "lang/train/net_shard.h"
#include "train_test.h"

typedef struct fixture {
    corpus tiny;
    net_data data;
    net_source source;
} fixture;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    read_tiny(&self->tiny);
    const corpus *const all[] = {&self->tiny};
    net_data_vocabulary(&self->data, all, 1, 1);
    self->source = net_data_add(&self->data, &self->tiny, 0, true, "tiny");
    self->source.share_begin = self->source.share_end = 1;
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    net_data_free(&self->data);
    corpus_free(&self->tiny);
    free(self);
    return 0;
}

static net *small_net(const fixture *self, uint64_t seed)
{
    net_size size = {.rows = lang_row_count(&self->data.vocabulary),
                     .input = 32,
                     .hidden = 32,
                     .layers = 2,
                     .tag_layer = 0,
                     .arc = 32,
                     .label = 32,
                     .name = 32,
                     .upos = 32,
                     .names = 48,
                     .xpos = {16, 16},
                     .relations = {16, 16}};
    return net_new(&size, seed);
}

static double total_loss(net_shard *shard, const net *model, const fixture *self, const net_rates *rates)
{
    const uint32_t examples[] = {0, 1, 2};
    net_shard_run(shard, model, &self->data, examples, 3, rates, 5);
    const net_loss *loss = net_shard_loss(shard);
    return loss->upos + loss->xpos + loss->arc + loss->relation + loss->name;
}

static void gradients(void **state)
{
    const fixture *self = *state;
    net *model = small_net(self, 3);
    net_shard *shard = net_shard_new(model, 64);
    const net_rates rates = {.heads = 0.2f, .hidden = 0.2f, .recurrent = 0.2f, .input = 0.2f};
    total_loss(shard, model, self, &rates);
    size_t count = model->params->count, checked = 0, bad = 0;
    float *gradient = gs_allocate(count * sizeof *gradient);
    memcpy(gradient, shard->gradient, count * sizeof *gradient);
    for (size_t i = 0; i < count; i += 11) {
        const float step = 4e-3f;
        float before = model->params->values[i];
        if (fabsf(gradient[i]) < 0.02f)
            continue; // too flat for single precision
        // Transposed copies are for the backward pass alone, which is not asked here.
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
    net_shard_free(&shard);
    net_free(&model);
}

static net *train_small(fixture *self, uint32_t updates)
{
    net *model = small_net(self, 4);
    net_recipe recipe = {.updates = updates,
                         .batch_words = 64,
                         .rate = 0.01f,
                         .warm_up = 5,
                         .rates = {.input = 0.1f, .hidden = 0.1f, .recurrent = 0.1f, .heads = 0.1f},
                         .seed = 9};
    net_train(model, &self->data, &self->source, 1, &recipe, NULL, 0, NULL);
    return model;
}

static void learns_by_heart(void **state)
{
    fixture *self = *state;
    net *model = train_small(self, 120);
    net_loss loss = net_measure(model, &self->data, &self->source, NULL);
    assert_int_equal(loss.words, 17);
    assert_int_equal(loss.upos_right, 17);
    assert_int_equal(loss.xpos_right, 17);
    assert_int_equal(loss.head_right, 17);
    assert_int_equal(loss.relation_right, 17);
    assert_int_equal(loss.name_right, 17);
    net_free(&model);
}

static void same_twice(void **state)
{
    fixture *self = *state;
    net *a = train_small(self, 10), *b = train_small(self, 10);
    assert_memory_equal(a->params->values, b->params->values, a->params->count * sizeof(float));
    assert_memory_equal(a->embedding->values, b->embedding->values,
                        (size_t)a->size.rows * a->size.input * sizeof(float));
    net_free(&a);
    net_free(&b);
}

static void taught_as_annotated(void **state)
{
    fixture *self = *state;
    net *teacher = train_small(self, 120);
    net_teach(&teacher, 1, &self->data, &self->source);
    const net_example *second = &self->data.examples[1];
    const net_soft *answer = &self->data.soft[second->soft_begin + 4];
    assert_int_equal(answer->head.class[0], 0); // the root
    assert_int_equal(answer->upos.class[0], GS_VERB);
    assert_true(answer->upos.weight[0] > 128); // half from the annotation alone
    net *student = train_small(self, 120);
    assert_int_equal(net_measure(student, &self->data, &self->source, NULL).head_right, 17);
    net_free(&teacher);
    net_free(&student);
}

// The words of the corpus as a parse whose text is their forms with spaces.
static void parse_of(const fixture *self, gs_buffer *text, gs_parse *parse, gs_word *words,
                     lang_window *windows)
{
    size_t at = 0;
    for (size_t s = 0; s < self->tiny.count; s++) {
        const corpus_sentence *sentence = &self->tiny.sentences[s];
        windows[s] = (lang_window){(uint32_t)at, sentence->count, 0, true, true};
        for (uint32_t i = 0; i < sentence->count; i++, at++) {
            words[at] = (gs_word){.begin = (uint32_t)text->size,
                                  .space_before = i == 0 || sentence->words[i - 1].space_after};
            gs_buffer_text(text, sentence->words[i].form);
            words[at].end = (uint32_t)text->size;
            gs_buffer_byte(text, ' ');
        }
    }
    *parse = (gs_parse){.text = gs_buffer_view(text), .words = words, .word_count = at};
}

static void exported_reads_as_trained(void **state)
{
    fixture *self = *state;
    net *model = train_small(self, 120);
    gs_buffer section = {0}, text = {0};
    net_export(model, &self->data, &section);
    void *bytes = gs_allocate_vectors(section.size);
    memcpy(bytes, section.data, section.size);
    lang_network network;
    gs_error error = {0};
    assert_true(lang_network_open(&network, gs_view_make(bytes, section.size), &error));
    lang_lexicon empty = {.bucket_bits = 1};
    static const uint32_t no_buckets[3] = {0};
    empty.buckets = no_buckets;
    lang_worker *worker = lang_worker_new(&network, &empty);
    gs_parse parse;
    gs_word words[32];
    lang_window windows[3], sorted[3];
    parse_of(self, &text, &parse, words, windows);
    sorted[0] = windows[1]; // of six, six and five words
    sorted[1] = windows[2];
    sorted[2] = windows[0];
    uint8_t label[32];
    float kinds[32 * 4];
    lang_labels labels = {label, kinds, NULL};
    lang_worker_read(worker, &parse, sorted, 3, &labels);
    for (size_t s = 0, at = 0; s < self->tiny.count; s++)
        for (uint32_t i = 0; i < self->tiny.sentences[s].count; i++, at++) {
            const corpus_word *gold = &self->tiny.sentences[s].words[i];
            int32_t head =
                words[at].head == GS_WORD_ROOT ? -1 : (int32_t)(words[at].head - windows[s].word_begin);
            assert_int_equal(words[at].upos, gold->upos);
            assert_string_equal(network.xpos_names[words[at].xpos], gold->xpos);
            assert_int_equal(head, gold->head);
            assert_string_equal(network.relation_names[words[at].relation], gold->relation);
            assert_int_equal(label[at] != 0, gold->name[0] != 'O');
        }
    lang_worker_free(&worker);
    lang_network_close(&network);
    free(bytes);
    gs_buffer_free(&section);
    gs_buffer_free(&text);
    net_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gradients, setup, teardown),
        cmocka_unit_test_setup_teardown(learns_by_heart, setup, teardown),
        cmocka_unit_test_setup_teardown(same_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(taught_as_annotated, setup, teardown),
        cmocka_unit_test_setup_teardown(exported_reads_as_trained, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
