// The lexicon of the model file, and sections that are not what they should be.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/lexicon.h"
#include "lang/model_writer.h"

typedef struct fixture {
    gs_model *model; // NULL if there is none
    lang_lexicon lexicon;
    gs_view section;
} fixture;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    gs_error error;
    self->model = gs_model_open(NULL, &error);
    if (self->model &&
        !(gs_model_section(self->model, "lexicon", LANG_LEXICON_VERSION, &self->section, &error) &&
          lang_lexicon_open(&self->lexicon, self->section, &error)))
        gs_model_close(&self->model);
    if (!self->model)
        print_message("no lexicon to test: %s\n", error.message);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    if (self->model)
        gs_model_close(&self->model);
    free(self);
    return 0;
}

static const lang_lexicon *lexicon_of(void **state)
{
    fixture *self = *state;
    if (!self->model)
        skip();
    return &self->lexicon;
}

static bool has(const lang_lexicon *lexicon, const char *form, lang_lexicon_bit bit)
{
    return (lang_lexicon_look_up(lexicon, gs_view_of(form)) >> bit & 1) != 0;
}

static void test_word_classes(void **state)
{
    const lang_lexicon *lexicon = lexicon_of(state);
    assert_true(has(lexicon, "ministry", LANG_LEXICON_NOUN));
    assert_true(has(lexicon, "ministries", LANG_LEXICON_NOUN_PLURAL));
    assert_true(has(lexicon, "women", LANG_LEXICON_NOUN_PLURAL));
    assert_false(has(lexicon, "ministries", LANG_LEXICON_NOUN));
    assert_true(has(lexicon, "claims", LANG_LEXICON_VERB_S));
    assert_true(has(lexicon, "Claims", LANG_LEXICON_VERB_S));
    assert_true(has(lexicon, "running", LANG_LEXICON_VERB_ING));
    assert_true(has(lexicon, "went", LANG_LEXICON_VERB_PAST));
    assert_false(has(lexicon, "goed", LANG_LEXICON_VERB_PAST));
    assert_true(has(lexicon, "higher", LANG_LEXICON_ADJECTIVE_ER));
    assert_true(has(lexicon, "claimed", LANG_LEXICON_SPEECH_VERB));
}

static void test_names_need_a_capital(void **state)
{
    const lang_lexicon *lexicon = lexicon_of(state);
    assert_true(has(lexicon, "Turkey", LANG_LEXICON_COUNTRY));
    assert_true(has(lexicon, "TURKEY", LANG_LEXICON_COUNTRY));
    assert_false(has(lexicon, "turkey", LANG_LEXICON_COUNTRY));
    assert_true(has(lexicon, "May", LANG_LEXICON_MONTH));
    assert_false(has(lexicon, "may", LANG_LEXICON_MONTH));
    assert_true(has(lexicon, "Merkel", LANG_LEXICON_SURNAME));
    assert_true(has(lexicon, "Angela", LANG_LEXICON_GIVEN));
    assert_true(has(lexicon, "Kurds", LANG_LEXICON_PEOPLE));
    assert_true(has(lexicon, "NATO", LANG_LEXICON_BODY));
    assert_true(has(lexicon, "WHO", LANG_LEXICON_BODY));
    assert_false(has(lexicon, "who", LANG_LEXICON_BODY));
    assert_false(has(lexicon, "Who", LANG_LEXICON_BODY));
}

static void test_unknown_words(void **state)
{
    const lang_lexicon *lexicon = lexicon_of(state);
    char longest[300];
    memset(longest, 'A', sizeof longest);
    assert_int_equal(lang_lexicon_look_up(lexicon, gs_view_of("")), 0);
    assert_int_equal(lang_lexicon_look_up(lexicon, gs_view_of("qxzzyv")), 0);
    assert_int_equal(lang_lexicon_look_up(lexicon, gs_view_make(longest, sizeof longest)), 0);
    assert_int_equal(lang_lexicon_look_up(lexicon, gs_view_of("\xff\xfe\xc3")), 0);
}

// A section of one word, "word", at an address that suits it.
typedef struct tiny {
    uint32_t count, bucket_bits;
    uint64_t zero, hash;
    uint32_t bits, buckets[3];
} tiny;

static tiny make_tiny(void)
{
    tiny section = {.count = 1, .bucket_bits = 1, .bits = 5};
    section.hash = lang_lexicon_hash(gs_view_of("word"), LANG_LEXICON_SMALL);
    section.buckets[1] = section.hash >> 63 ? 0 : 1;
    section.buckets[2] = 1;
    return section;
}

static bool opens(const tiny *section, size_t size)
{
    lang_lexicon lexicon;
    gs_error error = {0};
    bool good = lang_lexicon_open(&lexicon, gs_view_make(section, size), &error);
    if (!good) {
        assert_int_equal(error.code, GS_E_DAMAGED);
        assert_true(error.message[0] != '\0');
    }
    return good;
}

static void test_damage_is_refused(void **state)
{
    (void)state;
    tiny good = make_tiny(), bad;
    lang_lexicon lexicon;
    assert_true(lang_lexicon_open(&lexicon, gs_view_make(&good, sizeof good), NULL));
    assert_int_equal(lang_lexicon_look_up(&lexicon, gs_view_of("Word")), 5);
    for (size_t size = 0; size < sizeof good; size++)
        assert_false(opens(&good, size));
    bad = good, bad.count = UINT32_MAX;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.bucket_bits = 0;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.bucket_bits = 63;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.buckets[0] = 1;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.buckets[1] = 1000;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.buckets[2] = 2;
    assert_false(opens(&bad, sizeof bad));
}

// Whatever opens after a byte was changed can be asked; the sanitizers see to the rest.
static void test_garbled_section_stays_inside(void **state)
{
    (void)state;
    static const char *const words[] = {"word", "Word", "WORD", "other", "Ünder"};
    for (size_t at = 0; at < sizeof(tiny); at++)
        for (unsigned flip = 1; flip < 256; flip <<= 1) {
            tiny bad = make_tiny();
            ((unsigned char *)&bad)[at] ^= (unsigned char)flip;
            lang_lexicon lexicon;
            if (!lang_lexicon_open(&lexicon, gs_view_make(&bad, sizeof bad), NULL))
                continue;
            for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
                lang_lexicon_look_up(&lexicon, gs_view_of(words[i]));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_word_classes),
        cmocka_unit_test(test_names_need_a_capital),
        cmocka_unit_test(test_unknown_words),
        cmocka_unit_test(test_damage_is_refused),
        cmocka_unit_test(test_garbled_section_stays_inside),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
