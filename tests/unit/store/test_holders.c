// Office-holders in the store: written, replaced, removed, read in order, and brought to a store of before.
#include <sqlite3.h>

#include "store_test.h"

typedef struct listing {
    char names[200];
} listing;

static bool list(void *context, const gs_holder *holder)
{
    listing *self = context;
    strncat(self->names, holder->name, sizeof self->names - strlen(self->names) - 2);
    strcat(self->names, " ");
    return true;
}

static void put_holder(fixture *self, uint64_t number, const char *name)
{
    gs_holder holder = GAINSAY__V1__HOLDER__INIT;
    holder.name = (char *)name;
    must(self, gs_holder_put(self->store, number_id(number), &holder, &self->error));
}

static void expect_names(fixture *self, const char *names)
{
    listing found = {0};
    must(self, gs_holder_each(self->store, list, &found, &self->error));
    assert_string_equal(found.names, names);
}

static void test_holders_survive_a_restart(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_holder(self, 1, "Ana");
    put_holder(self, 2, "Bo");
    put_holder(self, 3, "Cem");
    commit(self);
    begin(self);
    put_holder(self, 1, "Anna");
    must(self, gs_holder_remove(self->store, number_id(2), &self->error));
    commit(self);
    begin(self);
    put_holder(self, 4, "Undone");
    gs_store_rollback(self->store);
    reopen(self, GS_STORE_AGGREGATOR);
    expect_names(self, "Cem Anna ");
}

// A store of the version before has no such table.
static void test_an_older_store_is_brought_forward(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    gs_store_close(&self->store);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(self->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DROP TABLE holders; DROP TABLE opinions; PRAGMA user_version = 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_holder(self, 1, "Ana");
    commit(self);
    expect_names(self, "Ana ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_holders_survive_a_restart),
        TEST(test_an_older_store_is_brought_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
