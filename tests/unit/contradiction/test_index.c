// The index: who is about the same matter, the window, removal, expiry, order, bounds, hostile input, and
// memory that follows what is alive.
#include "ledger_test.h"

#include <stdio.h>

#include "contradiction/index_internal.h"

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

static const said DAM = {"Ana Ruiz", "PE", "2025-04-24", "The gates of the dam were closed."};
static const said DAM_AGAIN = {"Bo Li", "CN", "2025-04-25", "Nobody closed the gates of the dam."};
static const said FISH = {"Bo Li", "CN", "2025-04-25", "The trawler was fishing inside the zone."};

static size_t find(gs_index *index, const gs_statement *statement, gs_id *ids)
{
    size_t count = 99;
    gs_index_find(index, statement, ids, 8, &count);
    return count;
}

static void shared_words_bring_statements_together(void **state)
{
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    gs_statement *dam = statement_of(*state, &DAM, "a", ""),
                 *again = statement_of(*state, &DAM_AGAIN, "b", ""),
                 *fish = statement_of(*state, &FISH, "c", "");
    assert_int_equal(find(index, dam, ids), 0);
    gs_index_add(index, id_of(dam), dam);
    gs_index_add(index, id_of(fish), fish);
    assert_int_equal(gs_index_size(index), 2);
    assert_int_equal(find(index, again, ids), 1);
    assert_true(gs_id_equal(ids[0], id_of(dam)));
    gs_index_add(index, id_of(dam), dam); // replaces
    assert_int_equal(gs_index_size(index), 2);
    assert_int_equal(find(index, again, ids), 1);
    gs_index_remove(index, id_of(dam));
    gs_index_remove(index, id_of(dam));
    assert_int_equal(gs_index_size(index), 1);
    assert_int_equal(find(index, again, ids), 0);
    gs_index_add(index, id_of(dam), dam);
    assert_int_equal(find(index, again, ids), 1);
    gs_index_free(&index);
    assert_null(index);
}

static void only_the_window_counts(void **state)
{
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    said late = DAM_AGAIN, undated = DAM_AGAIN;
    late.day = "2025-05-02";
    undated.day = "";
    gs_statement *dam = statement_of(*state, &DAM, "a", "");
    gs_index_add(index, id_of(dam), dam);
    assert_int_equal(find(index, statement_of(*state, &late, "b", ""), ids), 0);
    assert_int_equal(find(index, statement_of(*state, &undated, "b", ""), ids), 1);
    assert_int_equal(find(index, statement_of(*state, &undated, "b", "2025-05-20T08:00:00Z"), ids), 0);
    // Nothing goes that still lies within the window of the newest statement, however late the day is.
    gs_index_expire(index, (uint64_t)gs_days_from_civil(2026, 4, 24));
    assert_int_equal(gs_index_size(index), 1);
    gs_statement *newer = statement_of(*state, &late, "b", "");
    gs_index_add(index, id_of(newer), newer);
    gs_index_expire(index, (uint64_t)gs_days_from_civil(2025, 4, 24));
    assert_int_equal(gs_index_size(index), 2);
    gs_index_expire(index, (uint64_t)gs_days_from_civil(2025, 4, 25));
    assert_int_equal(gs_index_size(index), 1);
    gs_index_free(&index);
}

static void memory_follows_what_is_alive(void **state)
{
    gs_index *index = gs_index_new(7);
    size_t most = 0;
    gs_id ids[8];
    for (int day = 0; day < 400; day++) {
        int year, month, number;
        gs_civil_from_days(20000 + day, &year, &month, &number);
        for (int i = 0; i < 50; i++) {
            said line = {
                "Ana Ruiz", "PE", gs_arena_format(*state, "%04d-%02d-%02d", year, month, number),
                gs_arena_format(*state, "The river%d reached the bridge%d of town%d.", day, i, day * 50 + i)};
            gs_statement *statement =
                statement_of(*state, &line, gs_arena_format(*state, "a%d-%d", day, i), "");
            gs_index_add(index, id_of(statement), statement);
        }
        gs_index_expire(index, (uint64_t)(20000 + day - 7));
        assert_true(gs_index_size(index) <= 8 * 50);
        if (day == 60)
            most = gs_index_bytes(index);
    }
    assert_true(gs_index_bytes(index) <= most * 2);
    said last = {"Bo Li", "CN", "", "Nobody closed the bridge3 over the river399."};
    assert_true(find(index, statement_of(*state, &last, "b", ""), ids) > 0);
    said best = {"Ana Ruiz", "PE", "2025-11-07", "The river399 reached the bridge3 of town19953."};
    assert_true(gs_id_equal(ids[0], id_of(statement_of(*state, &best, "a399-3", ""))));
    gs_index_free(&index);
}

static void the_best_come_first_and_ties_go_by_id(void **state)
{
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    for (int i = 0; i < 40; i++) {
        said line = {"Ana Ruiz", "PE", "2025-04-24",
                     gs_arena_format(*state, "The gates of the dam were opened for number qq%d.", i)};
        gs_statement *statement = statement_of(*state, &line, gs_arena_format(*state, "a%d", i), "");
        gs_index_add(index, id_of(statement), statement);
    }
    gs_statement *dam = statement_of(*state, &DAM, "a", "");
    gs_index_add(index, id_of(dam), dam);
    assert_int_equal(find(index, statement_of(*state, &DAM_AGAIN, "b", ""), ids), 8);
    assert_true(gs_id_equal(ids[0], id_of(dam)));
    for (size_t i = 2; i < 8; i++)
        assert_true(memcmp(ids[i - 1].bytes, ids[i].bytes, GS_ID_BYTES) < 0);
    gs_index_free(&index);
}

static void a_statement_does_not_find_itself(void **state)
{
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    gs_statement *dam = statement_of(*state, &DAM, "a", ""),
                 *again = statement_of(*state, &DAM_AGAIN, "b", "");
    gs_index_add(index, id_of(dam), dam);
    gs_index_add(index, id_of(again), again);
    assert_int_equal(find(index, again, ids), 1);
    assert_true(gs_id_equal(ids[0], id_of(dam)));
    gs_index_free(&index);
}

static gs_statement *titled(gs_arena *arena, const said *line, const char *article, const char *title)
{
    gs_statement *statement = statement_of(arena, line, article, "");
    statement->title = (char *)title;
    return statement;
}

// Two articles about one affair: what is said there without naming it is found, what is said elsewhere is
// not.
static void articles_of_one_story_find_each_other(void **state)
{
    static const said told[] = {
        {"Marta Ibarrola", "CL", "2025-04-24", "The trawler Santa Lucia was fishing off Iquique."},
        {"Marta Ibarrola", "CL", "2025-04-24", "We called her three times on the radio."},
        {"Rodrigo Valdelomar", "PE", "2025-04-25", "The Santa Lucia was forty miles off Iquique."},
        {"Rodrigo Valdelomar", "PE", "2025-04-25", "Nobody heard a thing."},
        {"Jane Roe", "GB", "2025-04-25", "Nobody heard a word of the budget."},
    };
    static const char *const articles[] = {"a", "a", "b", "b", "c"};
    static const char *const titles[] = {"Chile stops trawler Santa Lucia", "Chile stops trawler Santa Lucia",
                                         "Peru on the seizure of the Santa Lucia",
                                         "Peru on the seizure of the Santa Lucia", "Budget passes"};
    gs_index *index = gs_index_new(7);
    gs_statement *statements[5];
    gs_id ids[8];
    for (size_t i = 0; i < 5; i++) {
        statements[i] = titled(*state, &told[i], articles[i], titles[i]);
        gs_index_add(index, id_of(statements[i]), statements[i]);
    }
    size_t count = find(index, statements[3], ids), radio = 99, budget = 99;
    for (size_t i = 0; i < count; i++) {
        radio = gs_id_equal(ids[i], id_of(statements[1])) ? i : radio;
        budget = gs_id_equal(ids[i], id_of(statements[4])) ? i : budget;
    }
    assert_true(radio < 8);
    assert_true(radio < budget);
    // A speaker alone brings nothing together.
    said elsewhere = {"Marta Ibarrola", "CL", "2025-04-25", "Copper exports grew by a fifth."};
    gs_statement *copper = titled(*state, &elsewhere, "d", "Copper sells");
    count = find(index, copper, ids);
    for (size_t i = 0; i < count; i++)
        assert_false(gs_id_equal(ids[i], id_of(statements[1])));
    gs_index_free(&index);
}

static void what_stands_against_it_comes_before_what_agrees(void **state)
{
    static const said told[] = {
        {"Ana Ruiz", "PE", "2025-04-24", "The council will accept the Callao treaty."},
        {"Bo Li", "CN", "2025-04-24", "The council will reject the Callao treaty."},
        {"Carla Diaz", "CO", "2025-04-24", "The council will publish the Callao treaty."},
    };
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    for (size_t i = 0; i < 3; i++) {
        gs_statement *statement = statement_of(*state, &told[i], gs_arena_format(*state, "a%zu", i), "");
        gs_index_add(index, id_of(statement), statement);
    }
    said query = {"Dan Moe", "NO", "2025-04-24", "The council will accept the Callao treaty in May."};
    gs_statement *statement = statement_of(*state, &query, "q", "");
    assert_int_equal(find(index, statement, ids), 3);
    said refusal = {"Dan Moe", "NO", "2025-04-24", "The council accepts no Callao treaty."};
    statement = statement_of(*state, &refusal, "q", "");
    assert_int_equal(find(index, statement, ids), 3);
    size_t reject = 9, publish = 9;
    for (size_t i = 0; i < 3; i++) {
        reject = gs_id_equal(ids[i], id_of(statement_of(*state, &told[1], "a1", ""))) ? i : reject;
        publish = gs_id_equal(ids[i], id_of(statement_of(*state, &told[2], "a2", ""))) ? i : publish;
    }
    assert_true(reject < publish);
    gs_index_free(&index);
}

// ---- order and bounds ------------------------------------------------------------------------------

enum { MANY = 6000, OF_WORDS = 40 };

// Statements of few words, so that lists grow past their bound and ties are many.
static gs_statement *numbered(gs_arena *arena, uint32_t number)
{
    char day[12];
    uint32_t mixed = number * UINT32_C(2654435761);
    snprintf(day, sizeof day, "2025-04-%02u", 1 + mixed % 20);
    said line = {gs_arena_format(arena, "Speaker%u", mixed >> 8 & 15), "PE",
                 gs_arena_text(arena, gs_view_of(day)),
                 gs_arena_format(arena, "The harbour kept word%u and word%u from thing%u.",
                                 (mixed >> 4) % OF_WORDS, (mixed >> 12) % OF_WORDS, mixed >> 20 & 3)};
    gs_statement *statement = statement_of(arena, &line, gs_arena_format(arena, "a%u", number / 8), "");
    gs_id_text(gs_id_of("numbered", gs_view_make(&number, sizeof number), gs_view_of("")),
               statement->statement_id);
    return statement;
}

static void fill(gs_index *index, gs_arena *arena, uint32_t step)
{
    for (uint32_t i = 0; i < MANY; i++) {
        gs_statement *statement = numbered(arena, i * step % MANY);
        gs_index_add(index, id_of(statement), statement);
    }
}

static void the_order_of_arrival_changes_nothing(void **state)
{
    gs_index *forward = gs_index_new(90), *mixed = gs_index_new(90);
    fill(forward, *state, 1);
    fill(mixed, *state, 4999); // coprime to MANY: each once
    assert_int_equal(gs_index_size(forward), MANY);
    assert_int_equal(gs_index_size(mixed), MANY);
    for (uint32_t i = 0; i < MANY; i += 211) {
        gs_id a[32], b[32];
        size_t a_count, b_count;
        gs_statement *statement = numbered(*state, i);
        gs_index_find(forward, statement, a, 32, &a_count);
        gs_index_find(mixed, statement, b, 32, &b_count);
        assert_int_equal(a_count, b_count);
        assert_memory_equal(a, b, a_count * sizeof *a);
    }
    gs_index_free(&forward);
    gs_index_free(&mixed);
}

// With nothing to cut off, the search finds what reading every statement finds.
static void the_search_agrees_with_reading_everything(void **state)
{
    gs_index *index = gs_index_new(90);
    for (uint32_t i = 0; i < 300; i++) {
        gs_statement *statement = numbered(*state, i);
        gs_index_add(index, id_of(statement), statement);
    }
    for (uint32_t i = 0; i < 300; i += 17) {
        gs_id found[GS_INDEX_FOUND], read[GS_INDEX_FOUND];
        size_t found_count, read_count;
        gs_statement *statement = numbered(*state, i);
        gs_index_find(index, statement, found, 32, &found_count);
        cd_index_scan(index, statement, read, 32, &read_count);
        assert_int_equal(found_count, 32);
        assert_int_equal(found_count, read_count);
        assert_memory_equal(found, read, found_count * sizeof *found);
    }
    gs_index_free(&index);
}

// Removing most of a segment thins it out; what is left is found as before.
static void what_is_left_after_removals_is_found(void **state)
{
    gs_index *index = gs_index_new(90);
    fill(index, *state, 1);
    size_t bytes = gs_index_bytes(index);
    for (uint32_t i = 0; i < MANY; i++)
        if (i % 16 != 3)
            gs_index_remove(index, id_of(numbered(*state, i)));
    assert_int_equal(gs_index_size(index), MANY / 16);
    assert_true(gs_index_bytes(index) < bytes / 2);
    for (uint32_t i = 3; i < MANY; i += 16) {
        gs_id ids[64];
        size_t count;
        gs_statement *statement = numbered(*state, i);
        gs_id own = id_of(statement);
        statement->statement_id = (char *)"";
        gs_index_find(index, statement, ids, 64, &count);
        bool found = false;
        for (size_t j = 0; j < count; j++)
            found |= gs_id_equal(ids[j], own);
        assert_true(found);
        gs_index_remove(index, own);
    }
    assert_int_equal(gs_index_size(index), 0);
    gs_index_free(&index);
}

// ---- hostile input ---------------------------------------------------------------------------------

enum { EQUAL = 200000 };

static void equal_statements_in_great_number_cost_little(void **state)
{
    gs_index *index = gs_index_new(90);
    gs_statement *dam = statement_of(*state, &DAM, "a", "");
    for (uint32_t i = 0; i < EQUAL; i++)
        gs_index_add(index, gs_id_of("equal", gs_view_make(&i, sizeof i), gs_view_of("")), dam);
    assert_int_equal(gs_index_size(index), EQUAL);
    assert_true(gs_index_bytes(index) / EQUAL < 600);
    gs_statement *again = statement_of(*state, &DAM_AGAIN, "b", "");
    gs_id ids[GS_INDEX_FOUND];
    size_t count;
    uint64_t began = gs_monotonic_us();
    for (int i = 0; i < 10; i++)
        gs_index_find(index, again, ids, GS_INDEX_FOUND, &count);
    assert_true(gs_monotonic_us() - began < 2000000); // sanitizers and a busy machine included
    assert_int_equal(count, GS_INDEX_FOUND);
    gs_index_free(&index);
}

static void texts_of_any_kind_are_taken(void **state)
{
    gs_index *index = gs_index_new(90);
    gs_id ids[8];
    size_t size = 64 * 1024;
    char *longest = gs_arena_alloc(*state, size + 1);
    for (size_t i = 0; i < size; i++)
        longest[i] = (char)(i % 7 == 6 ? ' ' : 'a' + (i * 31 + i / 97) % 26);
    longest[size] = '\0';
    const said lines[] = {
        {"", "", "", ""},
        {"Ana Ruiz", "PE", "2025-04-24", longest},
        {"", "", "9999-12-31", "'' ... -- \xE2\x80\x99 \xFF\xFE \xF0\x9F\x98\x80 n't 's"},
        {"\xC3\x89mile", "", "0001-01-01",
         "\xC3\x89t\xC3\xA9 \xD0\x9C\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB0 1,2,3.4.5 U.S. U.S.S.R."},
    };
    for (size_t i = 0; i < 4; i++) {
        gs_statement *statement = statement_of(*state, &lines[i], i == 0 ? "" : "a", "");
        gs_index_add(index, id_of(statement), statement);
        find(index, statement, ids);
    }
    assert_int_equal(gs_index_size(index), 4);
    gs_statement empty = GAINSAY__V1__STATEMENT__INIT;
    assert_int_equal(find(index, &empty, ids), 0);
    gs_index_expire(index, UINT64_MAX);
    gs_index_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shared_words_bring_statements_together, setup, teardown),
        cmocka_unit_test_setup_teardown(only_the_window_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_follows_what_is_alive, setup, teardown),
        cmocka_unit_test_setup_teardown(the_best_come_first_and_ties_go_by_id, setup, teardown),
        cmocka_unit_test_setup_teardown(a_statement_does_not_find_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(articles_of_one_story_find_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(what_stands_against_it_comes_before_what_agrees, setup, teardown),
        cmocka_unit_test_setup_teardown(the_order_of_arrival_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(the_search_agrees_with_reading_everything, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_left_after_removals_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_statements_in_great_number_cost_little, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_of_any_kind_are_taken, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
