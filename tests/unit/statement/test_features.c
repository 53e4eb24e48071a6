// What the attribution network is told: quotations by their marks, windows, and how words stand to a cue.
#include "attribution_test.h"

// The states of the words, one letter each: . outside, i inside, o opening, c closing; and after each word
// that begins another quotation than the word before, nothing: numbers are compared by the caller.
static void states_of(const char *marked, char *states, uint32_t *quotations)
{
    test_parse *parse = test_parse_new(marked);
    gs_arena *arena = gs_arena_new(0);
    st_features features = st_features_of(&parse->parse, arena);
    for (size_t i = 0; i < parse->parse.word_count; i++) {
        states[i] = ".ioc"[features.quote[i]];
        quotations[i] = features.quotation[i];
        assert_true((features.quotation[i] == ST_NO_QUOTATION) == (features.length[i] == 0));
        assert_true(features.length[i] <= ST_QUOTE_LENGTHS);
    }
    states[parse->parse.word_count] = '\0';
    gs_arena_free(&arena);
    test_parse_free(&parse);
}

static void expect_states(const char *marked, const char *expected)
{
    char states[512];
    uint32_t quotations[512];
    states_of(marked, states, quotations);
    assert_string_equal(states, expected);
}

static void marks_of_every_kind(void **state)
{
    (void)state;
    expect_states("“|No|,|” she said|.", "oiic...");
    expect_states("\"|No|,|\" she said|.", "oiic...");
    expect_states("``|No|,|'' she said|.", "oiic...");
    expect_states("«|No|,|» she said|.", "oiic...");
    expect_states("»|No|,|« she said|.", "oiic...");
    expect_states("„|No|,|“ she said|.", "oiic...");
    expect_states("‘|No|,|’ she said|.", "oiic...");
    expect_states("'|No|,|' she said|.", "oiic...");
}

static void straight_marks_without_a_side(void **state)
{
    (void)state;
    expect_states("\" No , \" he said , \" never . \"", "oiic...oiic");
}

static void an_apostrophe_opens_nothing(void **state)
{
    (void)state;
    expect_states("the workers|’ rights", "....");
    expect_states("‘|tis the season", "....");
    expect_states("‘|No|,|’ they said of the workers|’ rights", "oiic.......");
}

static void quotations_in_quotations(void **state)
{
    (void)state;
    expect_states("“|He said ‘|no|’ to me|,|” she said|.", "oiiiiiiiic...");
}

static void each_paragraph_opens_anew(void **state)
{
    (void)state;
    char states[64];
    uint32_t quotations[64];
    states_of("“|We came|.#“|We saw|.|” It rained|.", states, quotations);
    assert_string_equal(states, "oiiioiiic...");
    assert_int_equal(quotations[0], quotations[3]);
    assert_int_not_equal(quotations[3], quotations[4]);
}

// A mark that is missing spoils what follows in its paragraph at most; the next opening mark mends it.
static void a_missing_mark(void **state)
{
    (void)state;
    expect_states("“|We came|, she said|.#It rained|.", "oiiiiii...");
    char states[64];
    uint32_t quotations[64];
    states_of("“|We came|, she said|. “|We saw|.|”", states, quotations);
    assert_string_equal(states, "oiiiiiioiiic");
    assert_int_not_equal(quotations[6], quotations[7]);
    expect_states("We came|,|” she said|.", ".......");
}

static void marks_typed_by_mistake(void **state)
{
    (void)state;
    expect_states("”|Fear|.|” ― Nell", "oiic..");
    expect_states("called it “|false|.|“ It was|.", "..oiic...");
}

static void lengths_have_classes(void **state)
{
    (void)state;
    test_parse *parse = test_parse_new("a “|scare|” and “|a real and rather long one it was|,|” he said|.");
    gs_arena *arena = gs_arena_new(0);
    st_features features = st_features_of(&parse->parse, arena);
    assert_int_equal(features.length[0], 0);
    assert_int_equal(features.length[1], 1);
    assert_true(features.length[6] > features.length[1]);
    gs_arena_free(&arena);
    test_parse_free(&parse);
}

// ---- windows

static void windows_are_paragraphs(void **state)
{
    (void)state;
    test_parse *parse = test_parse_new("a b c/ d e# f g");
    st_words first = st_window_from(&parse->parse, 0), second = st_window_from(&parse->parse, first.end);
    assert_int_equal(first.end, 5);
    assert_int_equal(second.begin, 5);
    assert_int_equal(second.end, 7);
    test_parse_free(&parse);
}

static void long_paragraphs_are_cut_at_sentences(void **state)
{
    (void)state;
    gs_buffer text = {0};
    for (int i = 0; i < 45; i++)
        gs_buffer_text(&text, " a b c d e f g h i j/");
    test_parse *parse = test_parse_new(text.data);
    st_words window = st_window_from(&parse->parse, 0);
    assert_int_equal(window.end, ST_WINDOW_WORDS);
    window = st_window_from(&parse->parse, window.end);
    assert_int_equal(window.end, 450);
    test_parse_free(&parse);
    gs_buffer_clear(&text);
    for (int i = 0; i < 450; i++)
        gs_buffer_text(&text, " a");
    parse = test_parse_new(text.data);
    window = st_window_from(&parse->parse, 0);
    assert_int_equal(window.end, ST_WINDOW_WORDS);
    assert_int_equal(st_window_from(&parse->parse, window.end).end, 450);
    test_parse_free(&parse);
    gs_buffer_free(&text);
}

// ---- rows and standing

static void lemmas_are_found_in_any_case(void **state)
{
    (void)state;
    const uint64_t hashes[] = {st_lemma_hash("say"), st_lemma_hash("deny")};
    st_lemmas lemmas;
    st_lemmas_open(&lemmas, hashes, 2);
    test_parse *parse = test_parse_new("Say deny rumour");
    gs_arena *arena = gs_arena_new(0);
    st_features features = st_features_of(&parse->parse, arena);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t rows[ST_ROWS];
        size_t count = st_rows_of(&features, &lemmas, i, rows);
        assert_true(count <= ST_ROWS);
        assert_int_equal(rows[count - 1], ST_ROW_LEMMA + (i == 2 ? 0 : i + 1));
    }
    gs_arena_free(&arena);
    test_parse_free(&parse);
    st_lemmas_close(&lemmas);
}

// Every word hangs on the one before it, so those before the cue are its ancestors, those behind hang on it.
static void ways_through_the_tree(void **state)
{
    (void)state;
    test_parse *parse = test_parse_new("x/ aa said bb cc/ y “|z|”");
    gs_arena *arena = gs_arena_new(0);
    st_features features = st_features_of(&parse->parse, arena);
    st_words window = {0, (uint32_t)parse->parse.word_count}, cue = {2, 3}, reach = st_reach_of(window, cue);
    assert_true(reach.begin == 0 && reach.end == window.end);
    st_standing standing[ST_REACH_WORDS];
    st_standing_of(&features, reach, cue, standing);
    assert_int_equal(standing[0].path, 1); // the sentence before
    assert_int_equal(standing[1].path, 4 + parse->words[2].relation);
    assert_int_equal(standing[2].path, 3);
    assert_int_equal(standing[3].path, 4 + 4 * ST_RELATIONS + parse->words[3].relation);
    assert_int_equal(standing[4].path, 4 + 1 * ST_RELATIONS + parse->words[3].relation);
    assert_int_equal(standing[5].path, 2);
    assert_true(standing[0].sentence == 1 && standing[2].sentence == 2 && standing[5].sentence == 3);
    assert_true(standing[2].distance == 0 && standing[3].distance == 1 && standing[1].distance == 17);
    assert_true(standing[2].quoting == 0 && standing[7].quoting == 2);
    gs_arena_free(&arena);
    test_parse_free(&parse);
}

// Heads that run in a circle, as no tree has them, end as well.
static void circles_end(void **state)
{
    (void)state;
    test_parse *parse = test_parse_new("a b said c d e");
    parse->words[0].head = 1;
    parse->words[1].head = 0;
    parse->words[2].head = 3;
    parse->words[3].head = 2;
    parse->words[4].head = 5;
    parse->words[5].head = 4;
    gs_arena *arena = gs_arena_new(0);
    st_features features = st_features_of(&parse->parse, arena);
    st_standing standing[ST_REACH_WORDS];
    st_standing_of(&features, (st_words){0, 6}, (st_words){2, 3}, standing);
    for (size_t i = 0; i < 6; i++)
        assert_true(standing[i].path < ST_PATHS);
    gs_arena_free(&arena);
    test_parse_free(&parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_of_every_kind),
        cmocka_unit_test(straight_marks_without_a_side),
        cmocka_unit_test(an_apostrophe_opens_nothing),
        cmocka_unit_test(quotations_in_quotations),
        cmocka_unit_test(each_paragraph_opens_anew),
        cmocka_unit_test(a_missing_mark),
        cmocka_unit_test(marks_typed_by_mistake),
        cmocka_unit_test(lengths_have_classes),
        cmocka_unit_test(windows_are_paragraphs),
        cmocka_unit_test(long_paragraphs_are_cut_at_sentences),
        cmocka_unit_test(lemmas_are_found_in_any_case),
        cmocka_unit_test(ways_through_the_tree),
        cmocka_unit_test(circles_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
