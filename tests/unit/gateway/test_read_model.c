// The read model: rows follow the events, queries find them, and the file goes on where it was or is made
// anew.
#include "gateway_test.h"

static void test_statements_are_found(void **state)
{
    fixture *self = *state;
    tell(self, make_statement(self, 1, "Guo Jiakun", "CN", "Talks on the tariff are not taking place."));
    tell(self, make_statement(self, 2, "Scott Bessent", "US", "We meet every day about the harbour."));
    tell(self, make_statement(self, 3, "Recep Tayyip Erdoğan", "TR", "The dam stays closed."));
    assert_int_equal(list(self, GW_STATEMENT, "").count, 3);
    assert_int_equal(list(self, GW_STATEMENT, "country=CN").count, 1);
    assert_int_equal(list(self, GW_STATEMENT, "country=CN,US").count, 2);
    assert_int_equal(list(self, GW_STATEMENT, "country=CN&country=US").count, 0);
    assert_int_equal(list(self, GW_STATEMENT, "q=TARIFF").count, 1);
    assert_int_equal(list(self, GW_STATEMENT, "q=tar*").count, 1);
    assert_int_equal(list(self, GW_STATEMENT, "q=tar").count, 0);
    assert_int_equal(list(self, GW_STATEMENT, "q=%22every+day%22").count, 1);
    assert_int_equal(list(self, GW_STATEMENT, "q=%22day+every%22").count, 0);
    assert_int_equal(list(self, GW_STATEMENT, "speaker=erdogan").count, 1);
    assert_int_equal(list(self, GW_STATEMENT, "since=2025-04-25").count, 0);
    assert_int_equal(list(self, GW_STATEMENT, "until=2025-04-25").count, 3);
    assert_int_equal(list(self, GW_STATEMENT, "official=false").count, 0);
    assert_int_equal(list(self, GW_SPEAKER, "country=TR").count, 1);
    assert_int_equal(list(self, GW_SPEAKER, "q=bessent").count, 1);
    const gw_rows sources = list(self, GW_SOURCE, "");
    assert_int_equal(sources.count, 1);
    assert_int_equal(sources.rows[0].statements, 3);
    assert_string_equal(sources.rows[0].host, "wire.example");
}

static void test_pages_follow_each_other(void **state)
{
    fixture *self = *state;
    for (uint64_t i = 1; i <= 7; i++) {
        tell(self, make_statement(self, i, "A", "CN", "word"));
    }
    gw_rows page = list(self, GW_STATEMENT, "limit=3");
    assert_int_equal(page.rows[0].row, 7);
    assert_int_equal(page.next, 5);
    page = list(self, GW_STATEMENT, "limit=3&cursor=5&q=word");
    assert_int_equal(page.rows[0].row, 4);
    page = list(self, GW_STATEMENT, "limit=3&cursor=2");
    assert_int_equal(page.count, 1);
    assert_int_equal(page.next, 0);
    page = list(self, GW_STATEMENT, "limit=7");
    assert_int_equal(page.next, 0);
    page = list(self, GW_STATEMENT, "limit=2&order=oldest&cursor=2");
    assert_int_equal(page.rows[0].row, 3);
}

static void test_an_update_replaces_in_place(void **state)
{
    fixture *self = *state;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    tell(self, make_statement(self, 1, "A", "CN", "old words"));
    tell(self, make_statement(self, 2, "B", "US", "others"));
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE;
    event.statement_update = make_statement(self, 1, "C", "FR", "new words");
    apply(self, &event);
    const gw_rows rows = list(self, GW_STATEMENT, "");
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.rows[1].row, 1);
    assert_int_equal(rows.rows[1].updated, 3);
    assert_int_equal(list(self, GW_STATEMENT, "q=old").count, 0);
    assert_int_equal(list(self, GW_STATEMENT, "q=new").count, 1);
    assert_int_equal(list(self, GW_STATEMENT, "country=CN").count, 0);
    assert_int_equal(list(self, GW_SPEAKER, "country=CN").rows[0].statements, 0);
    assert_int_equal(list(self, GW_SPEAKER, "country=FR").rows[0].statements, 1);
}

static void test_what_is_taken_back_is_gone(void **state)
{
    fixture *self = *state;
    gw_gone gone;
    gw_day *days;
    size_t count;
    tell(self, make_statement(self, 1, "A", "CN", "words"));
    retract_statement(self, 1);
    assert_int_equal(list(self, GW_STATEMENT, "").count, 0);
    assert_int_equal(list(self, GW_STATEMENT, "q=words").count, 0);
    assert_int_equal(gw_read_model_total(self->model, GW_STATEMENT), 0);
    must(self, gw_rows_gone(self->reader, number_id(1), self->arena, &gone, &self->error));
    assert_true(gone.known && !gone.merged);
    const gw_filter all = filter_of(self, "");
    must(self, gw_rows_days(self->reader, &all, self->arena, &days, &count, &self->error));
    assert_int_equal(count, 0);
    retract_statement(self, 9);                              // that was never known
    tell(self, make_statement(self, 1, "A", "CN", "words")); // and it may come back
    must(self, gw_rows_gone(self->reader, number_id(1), self->arena, &gone, &self->error));
    assert_false(gone.known);
}

static void test_contradictions_and_their_disputes(void **state)
{
    fixture *self = *state;
    gs_statement *a = make_statement(self, 1, "A", "CN", "they met"),
                 *b = make_statement(self, 2, "B", "US", "they did not");
    tell(self, a);
    tell(self, b);
    tell_contradiction(self, make_contradiction(self, 10, a, b));
    assert_int_equal(list(self, GW_CONTRADICTION, "country=US&country=CN").count, 1);
    assert_int_equal(list(self, GW_CONTRADICTION, "country=US&country=FR").count, 0);
    assert_int_equal(list(self, GW_CONTRADICTION, "kind=denial&scope=between-states&score=0.8").count, 1);
    assert_int_equal(list(self, GW_CONTRADICTION, "score=0.81").count, 0);
    const char *query = gs_arena_format(self->arena, "dispute=%s", id_text(self, 510));
    assert_int_equal(list(self, GW_STATEMENT, query).count, 2);
    query = gs_arena_format(self->arena, "statement=%s", id_text(self, 2));
    assert_int_equal(list(self, GW_CONTRADICTION, query).count, 1);
    assert_int_equal(list(self, GW_SPEAKER, "q=A").rows[0].contradictions, 1);
}

static void test_it_goes_on_where_it_was(void **state)
{
    fixture *self = *state;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    gs_buffer bytes = {0};
    tell(self, make_statement(self, 1, "A", "CN", "words"));
    event.sequence = 2;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = make_statement(self, 2, "B", "US", "lost");
    gs_wire_pack(&event.base, &bytes);
    must(self, gw_read_model_begin(self->model, &self->error));
    must(self, gw_read_model_apply(self->model, &event, gs_buffer_view(&bytes), &self->error));
    close_model(self); // without a commit
    open_model(self);
    assert_int_equal(gw_read_model_position(self->model), 1);
    assert_int_equal(list(self, GW_STATEMENT, "").count, 1);
    tell(self, event.statement);
    self->sequence = 1;
    tell(self, make_statement(self, 3, "C", "FR", "told before")); // sequence 2 again: a repeat
    assert_int_equal(gw_read_model_position(self->model), 2);
    assert_int_equal(list(self, GW_STATEMENT, "").count, 2);
    gs_buffer_free(&bytes);
}

static void test_a_damaged_file_is_put_away(void **state)
{
    fixture *self = *state;
    const char *reason = NULL;
    char damaged[UNIT_PATH + 10];
    tell(self, make_statement(self, 1, "A", "CN", "words"));
    close_model(self);
    char other[400];
    memset(other, 'x', sizeof other);
    unit_write(self->path, other, sizeof other);
    self->model = gw_read_model_open(self->path, 100, &reason, &self->error);
    must(self, self->model != NULL);
    assert_non_null(reason);
    assert_int_equal(gw_read_model_position(self->model), 0);
    snprintf(damaged, sizeof damaged, "%s.damaged", self->path);
    assert_int_equal(access(damaged, R_OK), 0);
}

static bool count_event(void *context, uint64_t sequence, gs_view bytes)
{
    uint64_t *last = context;
    assert_true(sequence == *last + 1 || *last == 0);
    assert_true(bytes.size > 0);
    *last = sequence;
    return true;
}

static void test_old_events_are_dropped(void **state)
{
    fixture *self = *state;
    uint64_t first = 0, last = 0;
    for (uint64_t i = 1; i <= 130; i++) {
        tell(self, make_statement(self, i, "A", "CN", "word"));
    }
    must(self, gw_rows_events(self->reader, 0, UINT64_MAX, &first, count_event, &last, &self->error));
    assert_int_equal(first, 31);
    assert_int_equal(last, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_statements_are_found),
        TEST(test_pages_follow_each_other),
        TEST(test_an_update_replaces_in_place),
        TEST(test_what_is_taken_back_is_gone),
        TEST(test_contradictions_and_their_disputes),
        TEST(test_it_goes_on_where_it_was),
        TEST(test_a_damaged_file_is_put_away),
        TEST(test_old_events_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
