// A writer that is killed at any moment loses nothing that it reported as committed, and leaves no half
// transaction: the events stay dense, and what was written together is there together.
#include <sys/wait.h>

#include "store_test.h"

enum { ROUNDS = 12 };

// Commits groups of events, each with its statement, and writes the newest number to the pipe after each.
static void write_until_killed(fixture *self, int report)
{
    self->store = gs_store_open(self->path, GS_STORE_AGGREGATOR, &self->error);
    if (self->store == NULL)
        _exit(1);
    for (unsigned group = 0;; group++) {
        gs_arena_reset(self->arena);
        bool done = gs_store_begin(self->store, &self->error);
        for (unsigned i = 0; done && i <= group % 7; i++) {
            uint64_t number = append_event(self, "statement/CN/", "There are no talks at present.");
            done = gs_statement_put(self->store, number_id(number), make_statement(self, number, "x"), number,
                                    &self->error);
        }
        uint64_t newest = gs_feed_newest(self->store);
        if (!done || !gs_store_commit(self->store, &self->error) ||
            write(report, &newest, sizeof newest) != sizeof newest)
            _exit(1);
    }
}

// Starts a writer, kills it after a while, and returns the last number that it reported.
static uint64_t run_and_kill(fixture *self, useconds_t after_us)
{
    int report[2];
    assert_int_equal(pipe(report), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(report[0]);
        write_until_killed(self, report[1]);
    }
    close(report[1]);
    uint64_t newest = 0, next;
    // The first report shows that it runs; from there the time counts. The pipe holds all that it writes.
    assert_int_equal(read(report[0], &newest, sizeof newest), sizeof newest);
    usleep(after_us);
    kill(child, SIGKILL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    while (read(report[0], &next, sizeof next) == sizeof next)
        newest = next;
    close(report[0]);
    return newest;
}

static bool count_one(void *context, const gs_statement *statement)
{
    (void)statement;
    ++*(uint64_t *)context;
    return true;
}

static uint64_t check_dense(fixture *self)
{
    uint64_t next = 1, statements = 0;
    Gainsay__V1__ReplayRequest request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    for (;;) {
        gs_buffer bytes = {0};
        gs_arena_reset(self->arena);
        must(self, gs_feed_replay(self->store, &request, 1 << 20, &bytes, &self->error));
        Gainsay__V1__ReplayReply *reply = (Gainsay__V1__ReplayReply *)gs_wire_unpack(
            &gainsay__v1__replay_reply__descriptor, gs_buffer_view(&bytes), self->arena, &self->error);
        must(self, reply != NULL);
        gs_buffer_free(&bytes);
        for (size_t i = 0; i < reply->n_events; i++)
            assert_int_equal(reply->events[i]->sequence, next++);
        request.after = reply->upto;
        if (reply->upto == reply->newest)
            break;
    }
    assert_int_equal(next, gs_feed_newest(self->store) + 1);
    must(self, gs_statement_each(self->store, 0, count_one, &statements, &self->error));
    assert_int_equal(statements, gs_feed_newest(self->store));
    return next - 1;
}

static void test_sigkill_at_any_moment(void **state)
{
    fixture *self = *state;
    uint64_t before = 0;
    unsigned seed = 20250425;
    for (int round = 0; round < ROUNDS; round++) {
        seed = seed * 1664525u + 1013904223u;
        uint64_t reported = run_and_kill(self, (seed >> 8) % 30000);
        open_store(self, GS_STORE_AGGREGATOR);
        uint64_t newest = check_dense(self);
        assert_true(newest >= reported); // one group may have been committed and not yet reported
        assert_true(newest <= reported + 7);
        assert_true(newest > before);
        before = newest;
        gs_store_close(&self->store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_sigkill_at_any_moment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
