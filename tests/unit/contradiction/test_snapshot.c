// The ledger's snapshot: what is loaded is what was saved, and what is not sound is refused.
#include "judge_test.h"
#include "ledger_test.h"

#include <stdio.h>

typedef struct world {
    gs_arena *arena;
    gs_memory_store *memory;
    gs_ledger_store store;
    gs_ledger *ledger;
    gs_buffer saved;
} world;

enum { SAID = 400, WINDOW = 30 };

static gs_statement *numbered(gs_arena *arena, unsigned number)
{
    static const char *const days[] = {"2025-04-20", "2025-04-24", "2025-04-29", ""};
    said line = {gs_arena_format(arena, "Speaker Number%u", number % 9), "PE", days[number % 4],
                 gs_arena_format(arena, "The bridge of Orto%u was %s by river water%u.", number % 37,
                                 number % 2 ? "closed" : "not closed", number % 11)};
    return statement_of(arena, &line, gs_arena_format(arena, "a%u", number / 5), "");
}

static bool append(void *context, const void *data, size_t size)
{
    gs_buffer_append(context, data, size);
    return true;
}

static bool refuse(void *context, const void *data, size_t size)
{
    (void)data;
    size_t *left = context;
    bool room = *left >= size;
    *left -= room ? size : 0;
    return room;
}

static int setup(void **state)
{
    world *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(0);
    self->memory = gs_memory_store_new(NULL, NULL);
    self->store = gs_memory_store_functions(self->memory);
    self->ledger = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
    for (unsigned i = 0; i < SAID; i++)
        gs_ledger_recall(self->ledger, numbered(self->arena, i));
    for (unsigned i = 0; i < SAID; i += 7)
        gs_index_remove(gs_ledger_index(self->ledger), id_of(numbered(self->arena, i)));
    *state = self;
    return gs_ledger_save(self->ledger, gs_view_of("stamp"), append, &self->saved) ? 0 : -1;
}

static int teardown(void **state)
{
    world *self = *state;
    gs_ledger_free(&self->ledger);
    gs_memory_store_free(&self->memory);
    gs_buffer_free(&self->saved);
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

static void assert_same_index(const world *self, gs_ledger *a, gs_ledger *b)
{
    assert_int_equal(gs_index_size(gs_ledger_index(a)), gs_index_size(gs_ledger_index(b)));
    for (unsigned i = 0; i < SAID; i += 13) {
        gs_id one[16], two[16];
        size_t one_count, two_count;
        gs_statement *statement = numbered(self->arena, i);
        gs_index_find(gs_ledger_index(a), statement, one, 16, &one_count);
        gs_index_find(gs_ledger_index(b), statement, two, 16, &two_count);
        assert_int_equal(one_count, two_count);
        assert_true(one_count > 0);
        assert_memory_equal(one, two, one_count * sizeof *one);
    }
}

static void what_is_loaded_is_what_was_saved(void **state)
{
    world *self = *state;
    gs_error error = {0};
    gs_view stamp;
    gs_ledger *loaded = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
    assert_true(gs_ledger_stamp(loaded, gs_buffer_view(&self->saved), &stamp, &error));
    assert_true(gs_view_equal(stamp, gs_view_of("stamp")));
    assert_true(gs_ledger_load(loaded, gs_buffer_view(&self->saved), &error));
    assert_same_index(self, self->ledger, loaded);
    // It goes on as the other does.
    for (unsigned i = SAID; i < SAID + 50; i++) {
        gs_ledger_recall(self->ledger, numbered(self->arena, i));
        gs_ledger_recall(loaded, numbered(self->arena, i));
    }
    assert_same_index(self, self->ledger, loaded);
    said late = {"Ana Ruiz", "PE", "2025-06-20", "Late."};
    gs_ledger_recall(self->ledger, statement_of(self->arena, &late, "z", ""));
    gs_ledger_recall(loaded, statement_of(self->arena, &late, "z", ""));
    uint64_t today = (uint64_t)gs_days_from_civil(2025, 6, 20);
    gs_ledger_expire(self->ledger, today);
    gs_ledger_expire(loaded, today);
    assert_int_equal(gs_index_size(gs_ledger_index(loaded)), gs_index_size(gs_ledger_index(self->ledger)));
    assert_true(gs_index_size(gs_ledger_index(loaded)) < SAID);
    // What it knows of utterances is saved as well: the same bytes come out.
    gs_buffer again = {0};
    gs_ledger *second = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
    assert_true(gs_ledger_load(second, gs_buffer_view(&self->saved), &error));
    assert_true(gs_ledger_save(second, gs_view_of("stamp"), append, &again));
    assert_int_equal(again.size, self->saved.size);
    gs_buffer_free(&again);
    gs_ledger_free(&second);
    gs_ledger_free(&loaded);
}

static void an_empty_ledger_has_a_snapshot_too(void **state)
{
    world *self = *state;
    gs_error error = {0};
    gs_buffer saved = {0};
    gs_ledger *empty = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5),
              *loaded = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
    assert_true(gs_ledger_save(empty, gs_view_of(""), append, &saved));
    assert_true(gs_ledger_load(loaded, gs_buffer_view(&saved), &error));
    assert_int_equal(gs_index_size(gs_ledger_index(loaded)), 0);
    gs_buffer_free(&saved);
    gs_ledger_free(&empty);
    gs_ledger_free(&loaded);
}

// What is loaded has no room to spare; it must grow from any size.
static void a_small_ledger_grows_after_it_was_loaded(void **state)
{
    world *self = *state;
    for (unsigned first = 1; first <= 12; first++) {
        gs_error error = {0};
        gs_buffer saved = {0};
        gs_ledger *small = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
        gs_ledger *loaded = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
        for (unsigned i = 0; i < first; i++)
            gs_ledger_recall(small, numbered(self->arena, i));
        assert_true(gs_ledger_save(small, gs_view_of(""), append, &saved));
        assert_true(gs_ledger_load(loaded, gs_buffer_view(&saved), &error));
        for (unsigned i = first; i < 60; i++)
            gs_ledger_recall(loaded, numbered(self->arena, i));
        assert_int_equal(gs_index_size(gs_ledger_index(loaded)), 60);
        gs_buffer_free(&saved);
        gs_ledger_free(&small);
        gs_ledger_free(&loaded);
    }
}

static void damage_is_refused(void **state)
{
    world *self = *state;
    gs_ledger *ledger = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
    for (size_t at = 0; at < self->saved.size; at += at < 512 ? 1 : 331) {
        gs_error error = {0};
        self->saved.data[at] ^= 0x20;
        bool loaded = gs_ledger_load(ledger, gs_buffer_view(&self->saved), &error);
        self->saved.data[at] ^= 0x20;
        if (loaded) { // a byte of padding between two arrays
            gs_ledger_free(&ledger);
            ledger = gs_ledger_new(&self->store, test_judge, WINDOW, 0.5);
            continue;
        }
        assert_true(error.message[0] != '\0');
        assert_int_equal(gs_index_size(gs_ledger_index(ledger)), 0);
    }
    for (size_t size = 0; size < self->saved.size; size += 997) {
        gs_error error = {0};
        assert_false(gs_ledger_load(ledger, gs_view_make(self->saved.data, size), &error));
    }
    // After all that, it still takes the sound one.
    gs_error error = {0};
    assert_true(gs_ledger_load(ledger, gs_buffer_view(&self->saved), &error));
    assert_same_index(self, self->ledger, ledger);
    gs_ledger_free(&ledger);
}

static void another_window_is_refused(void **state)
{
    world *self = *state;
    gs_error error = {0};
    gs_view stamp;
    gs_ledger *longer = gs_ledger_new(&self->store, test_judge, WINDOW + 1, 0.5);
    assert_false(gs_ledger_stamp(longer, gs_buffer_view(&self->saved), &stamp, &error));
    assert_non_null(strstr(error.message, "window"));
    assert_false(gs_ledger_load(longer, gs_buffer_view(&self->saved), &error));
    gs_ledger_free(&longer);
}

static void a_failed_write_is_told(void **state)
{
    world *self = *state;
    for (size_t room = 0; room < self->saved.size; room += 1 + self->saved.size / 20) {
        size_t left = room;
        assert_false(gs_ledger_save(self->ledger, gs_view_of("stamp"), refuse, &left));
    }
    char big[GS_LEDGER_STAMP + 1] = {0};
    assert_false(gs_ledger_save(self->ledger, gs_view_make(big, sizeof big), append, &self->saved));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_loaded_is_what_was_saved, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_ledger_has_a_snapshot_too, setup, teardown),
        cmocka_unit_test_setup_teardown(a_small_ledger_grows_after_it_was_loaded, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(another_window_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failed_write_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}
