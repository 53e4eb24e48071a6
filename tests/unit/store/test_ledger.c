// Statements, contradictions and disputes by id; and the scan that fills the index at the start.
#include "store_test.h"

static void put_statement(fixture *self, uint64_t number, const char *words, uint64_t now_us)
{
    must(self, gs_statement_put(self->store, number_id(number), make_statement(self, number, words), now_us,
                                &self->error));
}

static gs_statement *get_statement(fixture *self, uint64_t number)
{
    gs_statement *found;
    must(self, gs_statement_get(self->store, number_id(number), self->arena, &found, &self->error));
    return found;
}

static void test_statements_by_id(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_statement(self, 1, "There are no talks.", 10);
    put_statement(self, 2, "Gespräche finden statt — 谈判.", 11);
    put_statement(self, 1, "There are no talks at all.", 12);
    commit(self);
    assert_string_equal(get_statement(self, 1)->text, "There are no talks at all.");
    assert_string_equal(get_statement(self, 2)->text, "Gespräche finden statt — 谈判.");
    assert_null(get_statement(self, 3));
    begin(self);
    must(self, gs_statement_remove(self->store, number_id(1), &self->error));
    must(self, gs_statement_remove(self->store, number_id(3), &self->error));
    assert_null(get_statement(self, 1));
    gs_store_rollback(self->store);
    assert_non_null(get_statement(self, 1));
}

// A field that this version does not know must come back as it was stored.
static void test_unknown_fields_survive(void **state)
{
    fixture *self = *state;
    static const uint8_t value[] = {0x07};
    ProtobufCMessageUnknownField unknown = {
        .tag = 900, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1, .data = (uint8_t *)value};
    gs_statement *statement = make_statement(self, 1, "x");
    statement->base.n_unknown_fields = 1;
    statement->base.unknown_fields = &unknown;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    must(self, gs_statement_put(self->store, number_id(1), statement, 10, &self->error));
    commit(self);
    gs_statement *found = get_statement(self, 1);
    assert_int_equal(found->base.n_unknown_fields, 1);
    assert_int_equal(found->base.unknown_fields[0].tag, 900);
    assert_memory_equal(found->base.unknown_fields[0].data, value, 1);
}

typedef struct listing {
    char words[200];
    size_t stop_after;
    size_t count;
} listing;

static bool take(void *context, const gs_statement *statement)
{
    listing *list = context;
    strncat(list->words, statement->text, sizeof list->words - strlen(list->words) - 1);
    return ++list->count < list->stop_after;
}

static void check_each(fixture *self, uint64_t since_us, size_t stop_after, const char *expected)
{
    listing list = {.stop_after = stop_after};
    must(self, gs_statement_each(self->store, since_us, take, &list, &self->error));
    assert_string_equal(list.words, expected);
}

static void test_each_in_order_of_writing(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    check_each(self, 0, 99, "");
    begin(self);
    put_statement(self, 1, "a", 100);
    put_statement(self, 2, "b", 200);
    put_statement(self, 3, "c", 300);
    put_statement(self, 1, "A", 400); // written again: counts as new
    commit(self);
    check_each(self, 0, 99, "bcA");
    check_each(self, 300, 99, "cA");
    check_each(self, 301, 99, "A");
    check_each(self, 401, 99, "");
    check_each(self, 0, 1, "b");
}

static void put_contradiction(fixture *self, uint64_t number, uint64_t a, uint64_t b)
{
    gs_contradiction contradiction = GAINSAY__V1__CONTRADICTION__INIT;
    contradiction.contradiction_id = article_name(self, number);
    contradiction.a = make_statement(self, a, "There are talks.");
    contradiction.b = make_statement(self, b, "There are none.");
    contradiction.score = 0.75;
    must(self, gs_contradiction_put(self->store, number_id(number), number_id(a), number_id(b), number_id(77),
                                    &contradiction, 10, &self->error));
}

static size_t count_contradictions(fixture *self, uint64_t statement)
{
    gs_id *ids;
    size_t count;
    must(self,
         gs_contradiction_list(self->store, number_id(statement), self->arena, &ids, &count, &self->error));
    return count;
}

static void test_contradictions_by_statement(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_contradiction(self, 100, 1, 2);
    put_contradiction(self, 101, 3, 1);
    put_contradiction(self, 102, 2, 3);
    put_contradiction(self, 102, 2, 3); // again: the same
    commit(self);
    reopen(self, GS_STORE_AGGREGATOR);
    assert_int_equal(count_contradictions(self, 1), 2);
    assert_int_equal(count_contradictions(self, 2), 2);
    assert_int_equal(count_contradictions(self, 9), 0);
    gs_contradiction *found;
    must(self, gs_contradiction_get(self->store, number_id(100), self->arena, &found, &self->error));
    assert_non_null(found);
    assert_true(found->score > 0.74 && found->score < 0.76);
    assert_string_equal(found->b->text, "There are none.");
    begin(self);
    must(self, gs_contradiction_remove(self->store, number_id(100), &self->error));
    commit(self);
    assert_int_equal(count_contradictions(self, 1), 1);
    must(self, gs_contradiction_get(self->store, number_id(100), self->arena, &found, &self->error));
    assert_null(found);
}

static void test_disputes(void **state)
{
    fixture *self = *state;
    gs_dispute dispute = GAINSAY__V1__DISPUTE__INIT, *found;
    char question[] = "Are trade talks taking place?";
    dispute.question = question;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    must(self, gs_dispute_put(self->store, number_id(1), &dispute, 10, &self->error));
    commit(self);
    must(self, gs_dispute_get(self->store, number_id(1), self->arena, &found, &self->error));
    assert_string_equal(found->question, question);
    begin(self);
    must(self, gs_dispute_remove(self->store, number_id(1), &self->error));
    commit(self);
    must(self, gs_dispute_get(self->store, number_id(1), self->arena, &found, &self->error));
    assert_null(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_statements_by_id),
        TEST(test_unknown_fields_survive),
        TEST(test_each_in_order_of_writing),
        TEST(test_contradictions_by_statement),
        TEST(test_disputes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
