// Claims read from a parse: polarity and its scope, mood, figures, countries; and how the memo keeps them.
#include "judge_test.h"

#include "contradiction/claims.h"
#include "contradiction/memo.h"

static cd_reader *reader;

static int group_setup(void **state)
{
    gs_error error = {0};
    (void)state;
    test_model = gs_model_open(NULL, &error);
    reader = test_model ? cd_reader_new(test_model, &error) : NULL;
    if (!reader)
        fprintf(stderr, "%s\n", error.message);
    return reader ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    cd_reader_free(&reader);
    gs_model_close(&test_model);
    return 0;
}

static int setup(void **state)
{
    *state = gs_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    gs_arena *arena = *state;
    gs_arena_free(&arena);
    return 0;
}

static const cd_claims *claims_of(void **state, const char *text)
{
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    statement.text = (char *)text;
    return cd_claims_of(reader, &statement, *state);
}

// Flags of the clause whose words begin the given part of the text.
static uint16_t flags_at(const cd_claims *claims, const char *text, const char *part)
{
    size_t at = (size_t)(strstr(text, part) - text);
    for (size_t i = 0; i < claims->clause_count; i++)
        if (cd_clauses(claims)[i].begin == at)
            return cd_clauses(claims)[i].flags;
    fail_msg("no clause begins at \"%s\"", part);
    return 0;
}

static void polarity_has_its_scope(void **state)
{
    static const struct {
        const char *text, *part;
        bool negated;
    } cases[] = {
        {"The army did not cross the river.", "The", true},
        {"No talks took place.", "No", true},
        {"Nobody crossed the river.", "Nobody", true},
        {"The ministers failed to sign the treaty.", "The", true},
        {"The ministers did not fail to sign the treaty.", "The", false},
        {"The army not only crossed the river.", "The", false},
        {"There is no doubt about the treaty.", "There", false},
        {"The talks ended later than planned.", "The", false},
        {"The bridge was closed, and the road was not repaired.", "The", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t flags = flags_at(claims_of(state, cases[i].text), cases[i].text, cases[i].part);
        if (((flags & CD_NEGATED) != 0) != cases[i].negated)
            print_message("%s\n", cases[i].text);
        assert_int_equal((flags & CD_NEGATED) != 0, cases[i].negated);
    }
}

static void moods_are_told(void **state)
{
    const char *text = "The border will be closed if the talks fail.";
    const cd_claims *claims = claims_of(state, text);
    assert_true(flags_at(claims, text, "The") & CD_CONDITIONED);
    assert_true(flags_at(claims, text, "The") & CD_FUTURE);
    assert_true(flags_at(claims, text, "if") & CD_UNREAL);
    text = "Did the army cross the river?";
    assert_true(claims_of(state, text)->question);
    text = "The government must resign.";
    assert_true(flags_at(claims_of(state, text), text, "The") & CD_DUTY);
}

static void expect_number(void **state, const char *text, cd_number_kind kind, double value, char bound)
{
    const cd_claims *claims = claims_of(state, text);
    if (claims->number_count != 1)
        print_message("%s: %u figures\n", text, claims->number_count);
    assert_int_equal(claims->number_count, 1);
    assert_int_equal(cd_numbers(claims)[0].kind, kind);
    assert_true(cd_numbers(claims)[0].value > value - 1e-6 && cd_numbers(claims)[0].value < value + 1e-6);
    assert_int_equal(cd_numbers(claims)[0].bound, bound);
}

static void figures_are_read(void **state)
{
    expect_number(state, "Six soldiers crossed the river.", CD_NUMBER_COUNT, 6, '=');
    expect_number(state, "At least 120,000 people crossed the river.", CD_NUMBER_COUNT, 120000, '>');
    expect_number(state, "Some two million people crossed the river.", CD_NUMBER_COUNT, 2000000, '~');
    expect_number(state, "Exports fell by 14.6 per cent.", CD_NUMBER_PERCENT, 14.6, '=');
    expect_number(state, "The meeting took place on 8 September.", CD_NUMBER_DAY, 908, '=');
    expect_number(state, "The meeting took place on Monday.", CD_NUMBER_WEEKDAY, 0, '=');
    expect_number(state, "The treaty was signed in 2019.", CD_NUMBER_YEAR, 2019, '=');
    expect_number(state, "The talks took two weeks.", CD_NUMBER_SPAN, 336, '=');
    assert_int_equal(claims_of(state, "The army crossed the river.")->number_count, 0);
}

static void we_are_the_speakers_country(void **state)
{
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    speaker.country = (char *)"PE";
    statement.speaker = &speaker;
    statement.text = (char *)"We met the Chinese.";
    const cd_claims *claims = cd_claims_of(reader, &statement, *state);
    size_t own = 0, other = 0;
    for (size_t i = 0; i < claims->term_count; i++) {
        own += cd_terms(claims)[i].lemma == cd_place_hash("PE");
        other += cd_terms(claims)[i].lemma == cd_place_hash("CN");
    }
    assert_int_equal(own, 1);
    assert_int_equal(other, 1);
}

static void claims_are_small(void **state)
{
    const cd_claims *claims = claims_of(
        state, "Some 120,000 people have crossed from Sudan into eastern Chad since the first of September.");
    assert_true(claims->size <= 400);
}

static gs_id id_of(uint32_t number)
{
    return gs_id_of("test", gs_view_make(&number, sizeof number), gs_view_of(""));
}

static void the_memo_keeps_what_is_used(void **state)
{
    const cd_claims *claims = claims_of(state, "The army crossed the river.");
    enum { KEPT = 64 };
    cd_memo *memo = cd_memo_new((size_t)claims->size * KEPT);
    assert_null(cd_memo_find(memo, id_of(0)));
    for (uint32_t i = 0; i < 1000; i++) {
        cd_memo_put(memo, id_of(i), claims);
        const cd_claims *found = cd_memo_find(memo, id_of(i));
        assert_non_null(found);
        assert_memory_equal(found, claims, claims->size);
    }
    assert_null(cd_memo_find(memo, id_of(0)));
    assert_non_null(cd_memo_find(memo, id_of(990)));
    assert_true(cd_memo_bytes(memo) < (size_t)claims->size * (KEPT + 1) + 64 * 1024);
    cd_memo_remove(memo, id_of(999));
    assert_null(cd_memo_find(memo, id_of(999)));
    const cd_claims *other = claims_of(state, "No talks took place.");
    cd_memo_put(memo, id_of(998), other);
    assert_memory_equal(cd_memo_find(memo, id_of(998)), other, other->size);
    cd_memo_free(&memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(polarity_has_its_scope, setup, teardown),
        cmocka_unit_test_setup_teardown(moods_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(figures_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(we_are_the_speakers_country, setup, teardown),
        cmocka_unit_test_setup_teardown(claims_are_small, setup, teardown),
        cmocka_unit_test_setup_teardown(the_memo_keeps_what_is_used, setup, teardown),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
