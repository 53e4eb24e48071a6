// WordNet as compiled into the model: words, relations, and a section that is cut short.
#include "judge_test.h"

#include "contradiction/wordnet.h"

static cd_wordnet wordnet;

static int setup(void **state)
{
    gs_error error = {0};
    gs_view section;
    (void)state;
    test_model = gs_model_open(NULL, &error);
    bool good = test_model && gs_model_section(test_model, "wordnet", CD_WORDNET_VERSION, &section, &error) &&
                cd_wordnet_open(&wordnet, section, &error);
    if (!good)
        fprintf(stderr, "%s\n", error.message);
    return good ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    gs_model_close(&test_model);
    return 0;
}

static cd_relation relate(const char *a, const char *b, cd_class class)
{
    uint32_t left = cd_wordnet_find(&wordnet, cd_wordnet_hash(gs_view_of(a)));
    uint32_t right = cd_wordnet_find(&wordnet, cd_wordnet_hash(gs_view_of(b)));
    assert_int_not_equal(left, CD_NO_WORD);
    assert_int_not_equal(right, CD_NO_WORD);
    return cd_wordnet_relate(&wordnet, left, right, class);
}

static void words_are_related(void **state)
{
    (void)state;
    assert_true(relate("car", "automobile", CD_CLASS_NOUN).synonym);
    assert_true(relate("dog", "animal", CD_CLASS_NOUN).above > 0);
    assert_false(relate("dog", "animal", CD_CLASS_NOUN).a_above);
    assert_true(relate("animal", "dog", CD_CLASS_NOUN).a_above);
    assert_true(relate("rise", "fall", CD_CLASS_VERB).antonym);
    assert_true(relate("negotiate", "negotiation", CD_CLASS_VERB).derived);
    assert_true(relate("guitar", "violin", CD_CLASS_NOUN).up > 0);
    assert_true(relate("dining room", "kitchen", CD_CLASS_NOUN).up > 0);
    // By way of the adjectives that they resemble.
    assert_true(relate("wet", "arid", CD_CLASS_ADJECTIVE).antonym);
    cd_relation apart = relate("treaty", "banana", CD_CLASS_NOUN);
    assert_false(apart.synonym || apart.antonym || apart.derived || apart.above);
}

static void relations_are_the_same_both_ways(void **state)
{
    static const char *const words[] = {"car",  "guitar", "red",    "minister", "water",
                                        "bank", "attack", "treaty", "room",     "monday"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (size_t j = 0; j < sizeof words / sizeof words[0]; j++) {
            cd_relation one = relate(words[i], words[j], CD_CLASS_NOUN);
            cd_relation other = relate(words[j], words[i], CD_CLASS_NOUN);
            assert_int_equal(one.synonym, other.synonym);
            assert_int_equal(one.antonym, other.antonym);
            assert_int_equal(one.above, other.above);
            assert_int_equal(one.up + one.down, other.up + other.down);
        }
    }
}

static void words_that_are_none_are_not_found(void **state)
{
    (void)state;
    assert_int_equal(cd_wordnet_find(&wordnet, cd_wordnet_hash(gs_view_of("xqzzt"))), CD_NO_WORD);
}

static void a_section_that_is_cut_short_is_refused(void **state)
{
    gs_view section;
    gs_error error = {0};
    cd_wordnet other;
    (void)state;
    assert_true(gs_model_section(test_model, "wordnet", CD_WORDNET_VERSION, &section, &error));
    assert_false(cd_wordnet_open(&other, gs_view_slice(section, 0, 12), &error));
    assert_false(cd_wordnet_open(&other, gs_view_slice(section, 0, section.size / 2), &error));
    assert_int_equal(error.code, GS_E_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_related),
        cmocka_unit_test(relations_are_the_same_both_ways),
        cmocka_unit_test(words_that_are_none_are_not_found),
        cmocka_unit_test(a_section_that_is_cut_short_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
