// Dead letters: kept whole, newest first, and each can be handed out again.
#include "store_test.h"

static void put(fixture *self, uint64_t number, const char *reason)
{
    gs_article article = GAINSAY__V1__ARTICLE__INIT;
    gs_dead_letter letter = GAINSAY__V1__DEAD_LETTER__INIT;
    char text[] = "the whole article";
    article.text = text;
    letter.article = &article;
    letter.delivery_id = article_name(self, number);
    letter.reason = gs_arena_text(self->arena, gs_view_of(reason));
    letter.failures = 5;
    must(self, gs_dead_letter_put(self->store, number_id(number), &letter, &self->error));
}

static size_t list(fixture *self, bool only_retrying, size_t max, gs_dead_letter ***letters)
{
    size_t count;
    must(self,
         gs_dead_letter_list(self->store, only_retrying, max, self->arena, letters, &count, &self->error));
    return count;
}

static uint64_t count(fixture *self)
{
    uint64_t number;
    must(self, gs_dead_letter_count(self->store, &number, &self->error));
    return number;
}

static void test_newest_first(void **state)
{
    fixture *self = *state;
    gs_dead_letter **letters;
    open_store(self, GS_STORE_AGGREGATOR);
    assert_int_equal(list(self, false, 10, &letters), 0);
    begin(self);
    for (uint64_t i = 1; i <= 40; i++)
        put(self, i, i == 40 ? "last" : "crashed");
    commit(self);
    reopen(self, GS_STORE_AGGREGATOR);
    assert_int_equal(count(self), 40);
    assert_int_equal(list(self, false, 25, &letters), 25);
    assert_string_equal(letters[0]->reason, "last");
    assert_string_equal(letters[0]->article->text, "the whole article");
    assert_string_equal(letters[24]->delivery_id, article_name(self, 16));
    assert_int_equal(letters[3]->failures, 5);
    assert_false(letters[3]->retrying);
}

static void test_retry(void **state)
{
    fixture *self = *state;
    gs_dead_letter **letters;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put(self, 1, "a");
    put(self, 2, "b");
    put(self, 3, "c");
    must(self, gs_dead_letter_retry(self->store, number_id(2), true, &self->error));
    assert_false(gs_dead_letter_retry(self->store, number_id(9), true, &self->error));
    assert_int_equal(self->error.code, GS_E_INPUT);
    commit(self); // an absent letter is no failure of the transaction
    assert_int_equal(list(self, true, 10, &letters), 1);
    assert_string_equal(letters[0]->reason, "b");
    assert_true(letters[0]->retrying);
    assert_int_equal(list(self, false, 10, &letters), 3);
    begin(self);
    put(self, 2, "b again"); // it failed again
    commit(self);
    assert_int_equal(count(self), 3);
    assert_int_equal(list(self, true, 10, &letters), 0);
    assert_int_equal(list(self, false, 10, &letters), 3);
    assert_string_equal(letters[0]->reason, "b again");
    begin(self);
    must(self, gs_dead_letter_retry(self->store, number_id(1), true, &self->error));
    must(self, gs_dead_letter_retry(self->store, number_id(1), false, &self->error));
    commit(self);
    assert_int_equal(list(self, true, 10, &letters), 0);
}

static void test_retry_all(void **state)
{
    fixture *self = *state;
    gs_dead_letter **letters;
    uint32_t marked = 0;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put(self, 1, "a");
    put(self, 2, "b");
    put(self, 3, "c");
    must(self, gs_dead_letter_retry(self->store, number_id(2), true, &self->error));
    must(self, gs_dead_letter_retry_all(self->store, &marked, &self->error));
    commit(self);
    assert_int_equal(marked, 2); // the second is on its way already
    assert_int_equal(list(self, true, 10, &letters), 3);
    begin(self);
    must(self, gs_dead_letter_retry_all(self->store, &marked, &self->error));
    commit(self);
    assert_int_equal(marked, 0);
}

static void test_count_follows_a_rollback(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put(self, 1, "a");
    put(self, 2, "b");
    commit(self);
    begin(self);
    must(self, gs_dead_letter_remove(self->store, number_id(1), &self->error));
    must(self, gs_dead_letter_remove(self->store, number_id(1), &self->error)); // absent by now
    put(self, 2, "b again");
    put(self, 3, "c");
    put(self, 4, "d");
    assert_int_equal(count(self), 3);
    gs_store_rollback(self->store);
    assert_int_equal(count(self), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_newest_first),
        TEST(test_retry),
        TEST(test_retry_all),
        TEST(test_count_follows_a_rollback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
