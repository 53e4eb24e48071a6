// Days, topics, selectors, ids, limits, and texts that nobody wrote.
#include <stdio.h>

#include "../../../lib/statement/lexicon.h"
#include "statement_test.h"

// The sanitizers take ten times as long to the same end.
#ifdef __SANITIZE_ADDRESS__
enum { RUBBLE_ROUNDS = 60, HOSTILE_BYTES = 12 * 1024 };
#else
enum { RUBBLE_ROUNDS = 500, HOSTILE_BYTES = 64 * 1024 };
#endif

static const char *day_at(void **state, const char *text, size_t index)
{
    gs_extraction *extraction = extract(state, text);
    assert_true(index < extraction->n_statements);
    return extraction->statements[index]->said_on;
}

// The article is of Friday, 25 April 2025.
static void days_are_read_beside_the_cue(void **state)
{
    assert_string_equal(day_at(state, "Ana Ruiz said on Friday that rates would fall.", 0), "2025-04-25");
    assert_string_equal(day_at(state, "Ana Ruiz said on Tuesday that rates would fall.", 0), "2025-04-22");
    assert_string_equal(day_at(state, "Ana Ruiz said last Friday that rates would fall.", 0), "2025-04-18");
    assert_string_equal(day_at(state, "Ana Ruiz said yesterday that rates would fall.", 0), "2025-04-24");
    assert_string_equal(day_at(state, "On Monday, Ana Ruiz said rates would fall.", 0), "2025-04-21");
    // A day inside the words is not the day on which they were said.
    assert_string_equal(day_at(state, "Ana Ruiz said that rates would fall on Monday.", 0), "");
    assert_string_equal(day_at(state, "Ana Ruiz said rates would fall. The bank opens next Monday.", 0), "");
    // The paragraph's and the lead's day stand for the others'.
    assert_string_equal(
        day_at(state, "Ana Ruiz said on Tuesday that rates would fall. Prices would follow, she added.", 1),
        "2025-04-22");
    // "had said" speaks of an earlier day.
    assert_string_equal(
        day_at(state, "Ana Ruiz said on Tuesday it was late. Mr Bo had said it was early.", 1), "");
}

static void days_follow_the_articles_own_zone(void **state)
{
    gs_article *article = article_of(*state, "Ana Ruiz said today that rates would fall.");
    article->published = (char *)"2025-04-24T22:57:00-04:00";
    assert_string_equal(gs_extract(test_extractor, article, NULL, *state)->statements[0]->said_on,
                        "2025-04-24");
    article->published = (char *)"nonsense";
    assert_string_equal(gs_extract(test_extractor, article, NULL, *state)->statements[0]->said_on, "");
}

static void releases_and_live_blogs_are_of_their_day(void **state)
{
    assert_string_equal(day_at(state, "Vienna, 25 April 2025\n\n\"Rates will fall,\" Ana Ruiz said.", 0),
                        "2025-04-25");
    assert_string_equal(day_at(state, "Vienna, 24 April 2025\n\n\"Rates will fall,\" Ana Ruiz said.", 0), "");
    assert_string_equal(
        day_at(state, "10:00 - We begin.\n\n10:05 - Rain.\n\n10:10 - \"Rates will fall,\" Ana Ruiz says.", 0),
        "2025-04-25");
}

static void times_of_events_are_led_back_to_the_calendar(void **state)
{
    // Said on Friday, 25 April 2025.
    static const char *const rows[][2] = {
        {"the gates opened on 2 March", "2025-03-02"},
        {"the gates opened on March 2, 2024", "2024-03-02"},
        {"the gates opened on the 28th of December", "2024-12-28"},
        {"the gates had been open since February", "2025-02/.."},
        {"the gates will be closed until November", "../2025-11"},
        {"the gates opened in 2019", "2019"},
        {"the gates would open on Monday", "2025-04-28"},
        {"the gates opened on Monday", "2025-04-21"},
        {"the gates opened this morning", "2025-04-25"},
        {"the gates opened last week", "2025-W16"},
        {"the gates will open next month", "2025-05"},
        {"the gates opened three days ago", "2025-04-22"},
        {"the gates will open in ten days", "2025-05-05"},
        {"the gates may open", ""},
        {"the gates opened on 31 February", ""},
        {"there were 2000 gates", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "Minister Ana Ruiz said on Friday that %s.", rows[i][0]);
        gs_extraction *extraction = extract(state, text);
        assert_int_equal(extraction->n_statements, 1);
        assert_string_equal(extraction->statements[0]->event_time, rows[i][1]);
    }
}

static void topics_are_what_the_article_repeats(void **state)
{
    gs_extraction *extraction = extract(
        state, "Trade talks began. Trade talks are hard. \"The trade talks are useful,\" Ana Ruiz said.");
    assert_true(extraction->statements[0]->n_topics >= 1 && extraction->statements[0]->n_topics <= 3);
    assert_string_equal(extraction->statements[0]->topics[0], "trade talks");
}

static void selectors_count_code_points(void **state)
{
    gs_extraction *extraction = extract(
        state, "\xC3\x9C\xC3\x9C\xF0\x9F\x99\x82. Ana Ruiz said: \"\xC3\x9C ist da und bleibt.\" So.");
    assert_int_equal(extraction->n_statements, 1);
    const Gainsay__V1__TextSelector *selector = extraction->statements[0]->selectors[0];
    assert_int_equal(selector->begin_code_point, 20);
    assert_int_equal(selector->end_code_point, 42);
    assert_string_equal(selector->exact, "\"\xC3\x9C ist da und bleibt.\"");
    assert_string_equal(selector->prefix, "\xC3\x9C\xC3\x9C\xF0\x9F\x99\x82. Ana Ruiz said: ");
    assert_string_equal(selector->suffix, " So.");
}

static gs_id identify(void **state, const char *text, const char *article_id)
{
    gs_article *article = article_of(*state, text);
    article->article_id = (char *)article_id;
    gs_extraction *extraction = gs_extract(test_extractor, article, NULL, *state);
    assert_int_equal(extraction->n_statements, 1);
    return gs_statement_identify(extraction->statements[0]);
}

static void same_words_are_one_utterance(void **state)
{
    const char *first = "\"There were no talks, none at all,\" Ana Ruiz said on Friday.";
    const char *second =
        "Ana Ruiz told reporters on Friday: \xE2\x80\x9CThere were no talks - none at all.\xE2\x80\x9D";
    assert_true(gs_id_equal(identify(state, first, "a"), identify(state, second, "b")));
    // Another day, another person, other words.
    assert_false(
        gs_id_equal(identify(state, first, "a"),
                    identify(state, "\"There were no talks, none at all,\" Ana Ruiz said on Monday.", "a")));
    assert_false(
        gs_id_equal(identify(state, first, "a"),
                    identify(state, "\"There were no talks, none at all,\" Bo Li said on Friday.", "a")));
    assert_false(
        gs_id_equal(identify(state, first, "a"),
                    identify(state, "\"There were two talks, none at all,\" Ana Ruiz said on Friday.", "a")));
    // Unnamed people and short words stay within their article.
    const char *unnamed = "\"There were no talks, none at all,\" a senior official said on Friday.";
    assert_false(gs_id_equal(identify(state, unnamed, "a"), identify(state, unnamed, "b")));
    assert_true(gs_id_equal(identify(state, unnamed, "a"), identify(state, unnamed, "a")));
    const char *brief = "\"It is over,\" Ana Ruiz said on Friday.";
    assert_false(gs_id_equal(identify(state, brief, "a"), identify(state, brief, "b")));
}

static void nothing_is_one_statement_of_the_title(void **state)
{
    gs_article *article = article_of(*state, "Text.");
    gs_extraction *extraction = gs_extract_nothing(article, "w", *state);
    assert_int_equal(extraction->n_statements, 1);
    assert_string_equal(extraction->statements[0]->text, "A title");
    assert_true(extraction->statements[0]->headline);
    article->title = (char *)"";
    article->text = gs_arena_alloc(*state, 301);
    for (size_t i = 0; i < 150; i++)
        memcpy(article->text + 2 * i, "\xC3\xA9", 2);
    article->text[300] = '\0';
    extraction = gs_extract_nothing(article, NULL, *state);
    assert_int_equal(strlen(extraction->statements[0]->text), 100);
    assert_true(gs_utf8_valid(gs_view_of(extraction->statements[0]->text), NULL));
}

static void tables_are_sorted_and_without_doubles(void **state)
{
    (void)state;
    assert_true(st_lexicon_sound());
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

// News-like rubble, and bytes made valid: never a crash, and always sound spans.
static void rubble_keeps_the_promises(void **state)
{
    static const char *const pieces[] = {"Ana Ruiz ",
                                         "He ",
                                         "he ",
                                         "said ",
                                         "told ",
                                         "reporters ",
                                         "that ",
                                         "the ",
                                         "minister ",
                                         ", ",
                                         ". ",
                                         "\"",
                                         "\xE2\x80\x9C",
                                         "\xE2\x80\x9D",
                                         "denied ",
                                         "Beijing ",
                                         "according to ",
                                         "adding ",
                                         "not ",
                                         "did ",
                                         "\n\n",
                                         "Reporter: ",
                                         "Ms Ruiz: ",
                                         "talks ",
                                         "were ",
                                         "on Monday ",
                                         "of ",
                                         "'s ",
                                         "said: ",
                                         "a ",
                                         "spokesperson ",
                                         "\xC3\xA9\xF0\x9F\x99\x82 ",
                                         "U.S. ",
                                         "with ",
                                         "and ",
                                         "but ",
                                         "which ",
                                         "12,000 ",
                                         "- ",
                                         "; ",
                                         "? ",
                                         "who "};
    uint32_t seed = 11;
    for (int round = 0; round < 8 * RUBBLE_ROUNDS; round++) {
        gs_buffer text = {0};
        gs_buffer_byte(&text, 'A');
        for (uint32_t i = next_random(&seed) % 120; i > 0; i--)
            gs_buffer_text(&text, pieces[next_random(&seed) % (sizeof pieces / sizeof pieces[0])]);
        extract(state, text.data);
        gs_buffer_free(&text);
        gs_arena_reset(*state);
    }
    for (int round = 0; round < RUBBLE_ROUNDS; round++) {
        unsigned char bytes[512];
        gs_buffer text = {0};
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (unsigned char)next_random(&seed);
        gs_utf8_repair(gs_view_make(bytes, sizeof bytes), &text);
        extract(state, text.data);
        gs_buffer_free(&text);
        gs_arena_reset(*state);
    }
}

// Thousands of cues one after the other end within seconds and within the limits.
static void hostile_texts_stay_bounded(void **state)
{
    static const char *const pieces[] = {"Ana Ruiz said he said ",
                                         "\"A,\" he said. ",
                                         "said ",
                                         "\"",
                                         ", ",
                                         "He, ",
                                         "according to ",
                                         "Ms Ruiz: Yes it is.\n\n",
                                         "it said it ",
                                         "the ministry said "};
    for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
        gs_buffer text = {0};
        while (text.size < HOSTILE_BYTES)
            gs_buffer_text(&text, pieces[p]);
        uint64_t before = gs_monotonic_us();
        gs_article *article = article_of(*state, text.data);
        check_extraction(gs_extract(test_extractor, article, NULL, *state), article);
        assert_true(gs_monotonic_us() - before < 30 * 1000 * 1000);
        gs_buffer_free(&text);
        gs_arena_reset(*state);
    }
}

// The article that the project began with.
static void the_first_article_has_its_speakers(void **state)
{
    FILE *file = fopen(GAINSAY_SOURCE_DIR "/../shared/data/seed/article.txt", "r");
    if (!file)
        skip();
    gs_buffer text = {0};
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        gs_buffer_append(&text, block, got);
    fclose(file);
    gs_extraction *extraction = extract(state, text.data);
    size_t trump = 0, he = 0, guo = 0;
    for (size_t i = 0; i < extraction->n_statements; i++) {
        const char *name = extraction->statements[i]->speaker->name;
        trump += strcmp(name, "Donald Trump") == 0;
        he += strcmp(name, "He Yadong") == 0;
        guo += strcmp(name, "Guo Jiakun") == 0;
    }
    assert_true(trump >= 4 && he >= 4 && guo >= 3);
    gs_buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(days_are_read_beside_the_cue, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(days_follow_the_articles_own_zone, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(releases_and_live_blogs_are_of_their_day, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(times_of_events_are_led_back_to_the_calendar, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(topics_are_what_the_article_repeats, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(selectors_count_code_points, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(same_words_are_one_utterance, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_one_statement_of_the_title, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(tables_are_sorted_and_without_doubles, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(rubble_keeps_the_promises, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(hostile_texts_stay_bounded, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(the_first_article_has_its_speakers, arena_setup, arena_teardown),
    };
    return cmocka_run_group_tests(tests, extractor_setup, extractor_teardown);
}
