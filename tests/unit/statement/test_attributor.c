// Attributions that the model finds in plain sentences, what holds of them in any text, and sections of a
// model that are refused.
#include "attribution_test.h"

typedef struct fixture {
    gs_model *model; // NULL if there is none
    gs_lang *lang;   // likewise
    st_attributor *attributor;
    gs_arena *arena;
} fixture;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    gs_error error = {0};
    self->arena = gs_arena_new(0);
    self->model = gs_model_open(NULL, &error);
    if (!self->model)
        print_message("nothing can be read: %s\n", error.message);
    self->lang = self->model ? gs_lang_new(self->model, &error) : NULL;
    self->attributor = self->lang ? st_attributor_new(self->model, self->lang, &error) : NULL;
    if (self->model && !self->attributor)
        fail_msg("the model does not fit this program: %s", error.message);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    st_attributor_free(&self->attributor);
    gs_lang_free(&self->lang);
    gs_model_close(&self->model);
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

static fixture *fixture_of(void **state)
{
    fixture *self = *state;
    if (!self->attributor)
        skip();
    gs_arena_reset(self->arena);
    return self;
}

// ---- what holds of every reading

static void check_spans(const st_words *spans, size_t count, st_words cue, size_t words)
{
    uint32_t end = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(spans[i].begin >= end && spans[i].end > spans[i].begin && spans[i].end <= words);
        assert_true(spans[i].end <= cue.begin || spans[i].begin >= cue.end);
        end = spans[i].end;
    }
}

static size_t read(fixture *self, gs_view text, const gs_parse **parse, st_attributed **found)
{
    *parse = gs_lang_parse(self->lang, text, GS_LANG_PARAGRAPHS, self->arena);
    size_t count = st_attributor_read(self->attributor, *parse, self->arena, found),
           words = (*parse)->word_count;
    uint32_t end = 0;
    for (size_t i = 0; i < count; i++) {
        const st_attributed *one = &(*found)[i];
        assert_true(one->cue.begin >= end && one->cue.end > one->cue.begin && one->cue.end <= words);
        end = one->cue.end;
        assert_true(one->content_count > 0);
        check_spans(one->sources, one->source_count, one->cue, words);
        check_spans(one->contents, one->content_count, one->cue, words);
        assert_true(one->probability > 0.0f && one->probability < 1.0f);
        assert_true(one->cue_probability > 0.0f && one->cue_probability <= 1.0f);
        assert_true(one->span_probability >= 0.0f && one->span_probability <= 1.0f);
    }
    return count;
}

static void write_spans(const gs_parse *parse, const st_words *spans, size_t count, gs_buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        const gs_word *first = &parse->words[spans[i].begin], *last = &parse->words[spans[i].end - 1];
        gs_buffer_text(out, i > 0 ? " + " : "");
        gs_buffer_append(out, parse->text.data + first->begin, last->end - first->begin);
    }
}

// The attributions of a text, a line each: source; cue; contents.
static void expect(void **state, const char *text, const char *expected)
{
    fixture *self = fixture_of(state);
    const gs_parse *parse;
    st_attributed *found;
    gs_buffer out = {0};
    size_t count = read(self, gs_view_of(text), &parse, &found);
    for (size_t i = 0; i < count; i++) {
        gs_buffer_text(&out, i > 0 ? "\n" : "");
        write_spans(parse, found[i].sources, found[i].source_count, &out);
        gs_buffer_text(&out, "; ");
        write_spans(parse, &found[i].cue, 1, &out);
        gs_buffer_text(&out, "; ");
        write_spans(parse, found[i].contents, found[i].content_count, &out);
    }
    assert_string_equal(out.data ? out.data : "", expected);
    gs_buffer_free(&out);
}

// ---- plain sentences

static void direct(void **state)
{
    expect(state, "\"We will not negotiate under pressure,\" Mr. Lindqvist said on Tuesday.",
           "Mr. Lindqvist; said; \"We will not negotiate under pressure,\"");
}

static void indirect(void **state)
{
    expect(state, "The ministry said that the talks had not begun.",
           "The ministry; said; that the talks had not begun");
}

static void according_to(void **state)
{
    expect(state, "Prices rose by four percent, according to the central bank.",
           "the central bank; according to; Prices rose by four percent");
}

static void split_quotation(void **state)
{
    expect(state, "\"The offer is on the table,\" she said, \"and it will stay there.\"",
           "she; said; \"The offer is on the table,\" + \"and it will stay there.\"");
}

static void two_in_a_row(void **state)
{
    expect(state,
           "The president said the deal was dead. His adviser told reporters that it was very much alive.",
           "The president; said; the deal was dead\n"
           "His adviser; told; that it was very much alive");
}

static void credit_line(void **state)
{
    expect(state,
           "What readers wrote\n\n\"The bridge has been closed for a year and nobody cares.\" \xE2\x80\x94 "
           "Anna Berg",
           "Anna Berg; \xE2\x80\x94; \"The bridge has been closed for a year and nobody cares.\"");
}

static void nobody_speaks(void **state)
{
    expect(state, "It rained all day, and the roads were closed by noon.", "");
}

// ---- any text

static void nothing_to_read(void **state)
{
    fixture *self = fixture_of(state);
    const gs_parse *parse;
    st_attributed *found;
    static const char *const texts[] = {"", " ", "\n\n\n", "said", "\"", "\xFF", "\"\"\"\"\"\"\"\"\"\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_true(read(self, gs_view_of(texts[i]), &parse, &found) <= 1);
}

static void a_giant_paragraph(void **state)
{
    fixture *self = fixture_of(state);
    gs_buffer text = {0};
    for (int i = 0; i < 3000; i++)
        gs_buffer_text(&text, "\"We will see,\" the minister said. Nobody else spoke that day. ");
    const gs_parse *parse;
    st_attributed *found;
    size_t count = read(self, gs_buffer_view(&text), &parse, &found);
    assert_true(count > 2500 && count < 3500);
    gs_buffer_free(&text);
}

static void a_sentence_without_an_end(void **state)
{
    fixture *self = fixture_of(state);
    gs_buffer text = {0};
    for (int i = 0; i < 20000; i++)
        gs_buffer_text(&text, i % 7 == 3 ? "said " : i % 7 == 5 ? "\"they " : "that ");
    const gs_parse *parse;
    st_attributed *found;
    read(self, gs_buffer_view(&text), &parse, &found);
    gs_buffer_free(&text);
}

static void random_bytes(void **state)
{
    fixture *self = fixture_of(state);
    static const char *const pieces[] = {
        "said", "\"",           "he", "\xE2\x80\x9C", "\xE2\x80\x9D", "that",     ".", "\n\n",
        ",",    "according to", "'",  "\xC2\xAB",     "\xF0",         "Mr. Berg", "("};
    uint64_t random = 11;
    for (int round = 0; round < 100; round++) {
        gs_arena_reset(self->arena);
        gs_buffer text = {0};
        for (size_t i = test_below(&random, 200); i > 0; i--) {
            gs_buffer_text(&text, pieces[test_below(&random, sizeof pieces / sizeof pieces[0])]);
            gs_buffer_text(&text, test_below(&random, 4) ? " " : "");
        }
        const gs_parse *parse;
        st_attributed *found;
        read(self, gs_buffer_view(&text), &parse, &found);
        gs_buffer_free(&text);
    }
}

// Whatever stands in other paragraphs, and in which order they fill the batches.
static void a_paragraph_reads_the_same_in_any_company(void **state)
{
    fixture *self = fixture_of(state);
    static const char LAST[] = "The ministry said that the talks had not begun, but \"they will,\" it added.";
    gs_buffer text = {0};
    for (int i = 0; i < 40; i++)
        gs_buffer_format(&text, "Number %d, he said, is %s.\n\n", i, i % 3 ? "a good one of many" : "bad");
    gs_buffer_text(&text, LAST);
    const gs_parse *alone, *beside;
    st_attributed *a, *b;
    size_t many = read(self, gs_buffer_view(&text), &beside, &b);
    // An article's first paragraph is told from the others, so the sentence alone follows another one.
    gs_buffer_clear(&text);
    gs_buffer_format(&text, "A headline.\n\n%s", LAST);
    size_t few = read(self, gs_buffer_view(&text), &alone, &a);
    size_t shift = beside->word_count - alone->word_count;
    assert_true(few > 0 && many > few);
    for (size_t i = 0; i < few; i++) {
        const st_attributed *x = &a[few - 1 - i], *y = &b[many - 1 - i];
        assert_int_equal(x->cue.begin + shift, y->cue.begin);
        assert_int_equal(x->content_count, y->content_count);
        assert_memory_equal(&x->probability, &y->probability, sizeof x->probability);
    }
    gs_buffer_free(&text);
}

// ---- sections

static void expect_refusal(gs_view section, size_t states, const char *words)
{
    gs_error error = {0};
    assert_null(st_attributor_of(section, states, &error));
    assert_int_equal(error.code, GS_E_DAMAGED);
    assert_non_null(strstr(error.message, words));
    assert_null(strchr(error.message, '\n'));
}

static void damaged_sections_are_refused(void **state)
{
    fixture *self = fixture_of(state);
    gs_error error = {0};
    gs_view section;
    size_t states = gs_lang_state_width(self->lang);
    assert_true(gs_model_section(self->model, ST_NETWORK_SECTION, ST_NETWORK_VERSION, &section, &error));
    expect_refusal(gs_view_make(section.data, 0), states, "cut short");
    expect_refusal(gs_view_make(section.data, sizeof(st_network_head) - 1), states, "cut short");
    for (size_t part = 1; part < 16; part++)
        expect_refusal(gs_view_make(section.data, section.size * part / 16), states, "cut short");
    expect_refusal(gs_view_make(section.data, section.size - 1), states, "cut short");
    expect_refusal(section, states + 4, "lang gives");
    void *bytes = test_aligned(section.size);
    for (size_t word = 2; word < 10; word++) { // the head's sizes
        const uint32_t wrong[] = {0, 7, UINT32_MAX};
        for (size_t i = 0; i < 3; i++) {
            memcpy(bytes, section.data, section.size);
            memcpy((char *)bytes + 4 * word, &wrong[i], sizeof wrong[i]);
            if (memcmp(bytes, section.data, sizeof(st_network_head)) != 0 && !(word == 6 && i < 2))
                expect_refusal(gs_view_make(bytes, section.size), states, "attribution network");
        }
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direct),
        cmocka_unit_test(indirect),
        cmocka_unit_test(according_to),
        cmocka_unit_test(split_quotation),
        cmocka_unit_test(two_in_a_row),
        cmocka_unit_test(credit_line),
        cmocka_unit_test(nobody_speaks),
        cmocka_unit_test(nothing_to_read),
        cmocka_unit_test(a_giant_paragraph),
        cmocka_unit_test(a_sentence_without_an_end),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(a_paragraph_reads_the_same_in_any_company),
        cmocka_unit_test(damaged_sections_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
