// The lemmas of the model file, and sections that are not what they should be.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/lemma.h"
#include "lang/lemma_table.h"
#include "lang/model_writer.h"

typedef struct fixture {
    gs_model *model;             // NULL if there is none
    lang_lemmatiser *lemmatiser; // likewise
    gs_view section;
    gs_arena *arena;
} fixture;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    gs_error error;
    self->arena = gs_arena_new(0);
    self->model = gs_model_open(NULL, &error);
    if (self->model && gs_model_section(self->model, "lemma", LANG_LEMMA_VERSION, &self->section, &error))
        self->lemmatiser = lang_lemmatiser_new(self->section, &error);
    if (!self->lemmatiser)
        print_message("no lemmas to test: %s\n", error.message);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    lang_lemmatiser_free(&self->lemmatiser);
    if (self->model)
        gs_model_close(&self->model);
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

static void test_lemmas(void **state)
{
    static const struct {
        const char *form, *tag;
        gs_upos upos;
        const char *lemma;
    } cases[] = {
        {"said", "VBD", GS_VERB, "say"},
        {"Said", "VBD", GS_VERB, "say"},
        {"ministries", "NNS", GS_NOUN, "ministry"},
        {"MINISTRIES", "NNS", GS_NOUN, "ministry"},
        {"us", "PRP", GS_PRON, "we"},
        {"n't", "RB", GS_PART, "not"},
        {"'s", "VBZ", GS_AUX, "be"},
        {"'s", "POS", GS_PART, "'s"},
        {"was", "VBD", GS_AUX, "be"},
        {"better", "JJR", GS_ADJ, "good"},
        {"Obama", "NNP", GS_PROPN, "Obama"},
        {"Kremlin", "NNP", GS_PROPN, "Kremlin"},
        {"States", "NNPS", GS_PROPN, "State"},
        {"American", "JJ", GS_ADJ, "American"},
        {"The", "DT", GS_DET, "the"},
        {"women", "NNS", GS_NOUN, "woman"},
        {"voting", "VBG", GS_VERB, "vote"},
        {"putting", "VBG", GS_VERB, "put"},
        {"flimpers", "NNS", GS_NOUN, "flimper"},
        {"%", "NN", GS_SYM, "%"},
        {"Ärzte", "NNP", GS_PROPN, "Ärzte"},
    };
    fixture *self = *state;
    if (!self->lemmatiser)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *lemma =
            lang_lemma(self->lemmatiser, gs_view_of(cases[i].form), cases[i].upos, cases[i].tag, self->arena);
        assert_string_equal(lemma, cases[i].lemma);
    }
}

static void test_odd_forms(void **state)
{
    fixture *self = *state;
    if (!self->lemmatiser)
        skip();
    char longest[5000];
    memset(longest, 'a', sizeof longest);
    gs_view form = gs_view_make(longest, sizeof longest);
    const char *lemma = lang_lemma(self->lemmatiser, form, GS_NOUN, "NNS", self->arena);
    assert_int_equal(strlen(lemma), sizeof longest);
    assert_string_equal(lang_lemma(self->lemmatiser, gs_view_of(""), GS_X, "FW", self->arena), "");
    assert_non_null(lang_lemma(self->lemmatiser, gs_view_of("\xff\x80s"), GS_NOUN, "NNS", self->arena));
    assert_non_null(lang_lemma(self->lemmatiser, gs_view_of("s"), GS_NOUN, "no such tag", self->arena));
}

// ---- sections made by hand

enum { SLOTS = 8, STRINGS = 8 };

typedef struct tiny {
    uint32_t slot_count, string_bytes;
    uint64_t zero;
    lemma_slot slots[SLOTS];
    char strings[STRINGS];
} tiny;

// "geese" NNS is "goose"; other NNS lose one byte.
static tiny make_tiny(void)
{
    tiny section = {.slot_count = SLOTS, .string_bytes = STRINGS};
    memcpy(section.strings + 1, "goose", 6);
    const uint64_t hashes[2] = {
        lemma_hash("geese", 5, lemma_seed("NNS", 3, LEMMA_SMALL, LEMMA_SHAPE_SMALL)),
        lemma_hash("", 0, lemma_seed("NNS", 3, LEMMA_EDIT, LEMMA_SHAPE_SMALL)),
    };
    const uint32_t values[2] = {1, UINT32_C(1) << 24};
    for (size_t i = 0; i < 2; i++) {
        size_t at = hashes[i] % SLOTS;
        while (section.slots[at].check != 0)
            at = (at + 1) % SLOTS;
        section.slots[at] = (lemma_slot){lemma_check(hashes[i]), values[i]};
    }
    return section;
}

static bool opens(const tiny *section, size_t size)
{
    gs_error error = {0};
    lang_lemmatiser *lemmatiser = lang_lemmatiser_new(gs_view_make(section, size), &error);
    bool good = lemmatiser != NULL;
    if (!good) {
        assert_int_equal(error.code, GS_E_DAMAGED);
        assert_true(error.message[0] != '\0');
    }
    lang_lemmatiser_free(&lemmatiser);
    return good;
}

static void test_damage_is_refused(void **state)
{
    fixture *self = *state;
    tiny good = make_tiny(), bad;
    lang_lemmatiser *lemmatiser = lang_lemmatiser_new(gs_view_make(&good, sizeof good), NULL);
    assert_non_null(lemmatiser);
    assert_string_equal(lang_lemma(lemmatiser, gs_view_of("Geese"), GS_NOUN, "NNS", self->arena), "goose");
    assert_string_equal(lang_lemma(lemmatiser, gs_view_of("ducks"), GS_NOUN, "NNS", self->arena), "duck");
    assert_string_equal(lang_lemma(lemmatiser, gs_view_of("s"), GS_NOUN, "NNS", self->arena), "s");
    lang_lemmatiser_free(&lemmatiser);
    for (size_t size = 0; size < sizeof good; size++)
        assert_false(opens(&good, size));
    bad = good, bad.slot_count = 7;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.slot_count = UINT32_C(1) << 31;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.string_bytes = UINT32_MAX;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.slots[3].value = STRINGS;
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.strings[STRINGS - 1] = 'x';
    assert_false(opens(&bad, sizeof bad));
    bad = good, bad.strings[0] = 'x';
    assert_false(opens(&bad, sizeof bad));
    bad = good;
    for (size_t i = 0; i < SLOTS; i++)
        bad.slots[i].check = 1; // no slot is empty: a search would never end
    assert_false(opens(&bad, sizeof bad));
}

// Whatever opens after a byte was changed can be asked; the sanitizers see to the rest.
static void test_garbled_section_stays_inside(void **state)
{
    fixture *self = *state;
    static const char *const words[] = {"geese", "Geese", "GEESE", "ducks", "s", "éé", "Éés"};
    for (size_t at = 0; at < sizeof(tiny); at++)
        for (unsigned flip = 1; flip < 256; flip <<= 1) {
            tiny bad = make_tiny();
            ((unsigned char *)&bad)[at] ^= (unsigned char)flip;
            lang_lemmatiser *lemmatiser = lang_lemmatiser_new(gs_view_make(&bad, sizeof bad), NULL);
            for (size_t i = 0; lemmatiser && i < sizeof words / sizeof words[0]; i++) {
                const char *lemma = lang_lemma(lemmatiser, gs_view_of(words[i]), GS_NOUN, "NNS", self->arena);
                assert_true(strlen(lemma) < 64);
            }
            lang_lemmatiser_free(&lemmatiser);
            gs_arena_reset(self->arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lemmas),
        cmocka_unit_test(test_odd_forms),
        cmocka_unit_test(test_damage_is_refused),
        cmocka_unit_test(test_garbled_section_stays_inside),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
