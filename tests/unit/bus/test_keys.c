// Keys: files, and who may connect where. The loopback name "0.0.0.0" stands for an address off this machine:
// it is not a local endpoint by the rules, and connecting to it reaches the own machine.
#include "rig.h"

typedef struct pair {
    char key[128], pub[128];
} pair;

static pair make(rig *self, const char *name)
{
    pair made;
    gs_error error = {0};
    if (!gs_keys_make(self->directory, name, &error))
        fail_msg("%s", error.message);
    snprintf(made.key, sizeof made.key, "%s/%s.key", self->directory, name);
    snprintf(made.pub, sizeof made.pub, "%s/%s.pub", self->directory, name);
    return made;
}

static void copy_into(const char *from, const char *directory, const char *name)
{
    char command[512];
    snprintf(command, sizeof command, "cp '%s' '%s/%s'", from, directory, name);
    assert_int_equal(system(command), 0);
}

static void keygen_writes_two_files_and_never_over_others(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    mode_t before = umask(0); // the worst case
    pair made = make(self, "server");
    umask(before);
    struct stat status;
    assert_int_equal(stat(made.key, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(made.pub, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    char text[4096] = "";
    FILE *file = fopen(made.pub, "r");
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_null(strstr(text, "secret-key"));
    assert_non_null(strstr(text, "public-key"));
    assert_false(gs_keys_make(self->directory, "server", &error));
    assert_non_null(strstr(error.message, "exists already"));
    assert_int_equal(remove(made.key), 0);
    assert_false(gs_keys_make(self->directory, "server", &error)); // the other half is still there
    assert_false(gs_keys_make("/nonexistent", "server", &error));
    assert_non_null(strstr(error.message, "/nonexistent/server.key"));
    static const char *const bad[] = {"", "a/b", "../x", ".hidden"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(gs_keys_make(self->directory, bad[i], &error));
        assert_int_equal(error.code, GS_E_USAGE);
    }
}

static void bad_key_files_are_named(void **state)
{
    rig *self = *state;
    pair made = make(self, "one");
    char junk[128], absent[128];
    snprintf(junk, sizeof junk, "%s/junk", self->directory);
    snprintf(absent, sizeof absent, "%s/absent.key", self->directory);
    FILE *file = fopen(junk, "w");
    fputs("this is not a certificate\n", file);
    fclose(file);
    struct {
        gs_bus_options options;
        const char *expected;
    } cases[] = {
        {{.own_key = absent}, "absent.key"},
        {{.own_key = junk}, "is not a key file"},
        {{.own_key = self->directory}, "not a file"},
        {{.own_key = made.pub}, "holds no secret key"},
        {{.own_key = made.key, .server_key = absent}, "security.server_key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gs_error error = {0};
        cases[i].options.log = &self->log;
        assert_null(gs_bus_new(&cases[i].options, &error));
        assert_int_equal(error.code, GS_E_REFUSED);
        if (strstr(error.message, cases[i].expected) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error.message, cases[i].expected);
    }
    assert_int_equal(chmod(made.key, 0644), 0);
    gs_error error = {0};
    gs_bus *bus = gs_bus_new(&(gs_bus_options){.own_key = made.key, .log = &self->log}, &error);
    assert_non_null(bus);
    assert_int_equal(rig_logged(self, "others on this machine can read the secret key"), 1);
    gs_bus_free(&bus);
}

static void take_item(void *context, uint64_t peer, gs_id id, gs_view payload)
{
    (void)payload;
    gs_intake **self = context;
    gs_intake_acknowledge(*self, peer, id);
    gs_intake_flush(*self);
}

static void acknowledged(void *context, const gs_id *ids, const uint64_t *tags, size_t count)
{
    (void)ids, (void)tags;
    *(size_t *)context += count;
}

static void refused(void *context, gs_id id, uint64_t tag, const char *reason)
{
    (void)context, (void)id, (void)tag, (void)reason;
}

static gs_sink *sink_at(gs_bus *bus, const char *endpoint, size_t *done, gs_error *error)
{
    return gs_sink_new(bus,
                       &(gs_sink_options){.endpoint = endpoint,
                                          .name = "x",
                                          .resend_us = 60 * 1000 * 1000,
                                          .acknowledged = acknowledged,
                                          .refused = refused,
                                          .context = done},
                       error);
}

static void endpoints_off_this_machine_need_keys(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    size_t done = 0;
    assert_null(gs_intake_new(
        self->bus, &(gs_intake_options){.endpoint = "tcp://0.0.0.0:7711", .item = take_item}, &error));
    assert_int_equal(error.code, GS_E_REFUSED);
    assert_non_null(strstr(error.message, "security.own_key"));
    assert_null(sink_at(self->bus, "tcp://192.0.2.1:7711", &done, &error));
    assert_non_null(strstr(error.message, "security.own_key"));
    pair made = make(self, "one");
    gs_bus *half = gs_bus_new(&(gs_bus_options){.own_key = made.key, .log = &self->log}, &error);
    assert_null(gs_intake_new(half, &(gs_intake_options){.endpoint = "tcp://0.0.0.0:7711", .item = take_item},
                              &error));
    assert_non_null(strstr(error.message, "security.allowed_clients"));
    assert_null(sink_at(half, "tcp://192.0.2.1:7711", &done, &error));
    assert_non_null(strstr(error.message, "security.server_key"));
    gs_bus_free(&half);
    gs_bus *lost = gs_bus_new(
        &(gs_bus_options){.own_key = made.key, .allowed_clients = "/nonexistent", .log = &self->log}, &error);
    assert_null(gs_intake_new(lost, &(gs_intake_options){.endpoint = "tcp://0.0.0.0:7711", .item = take_item},
                              &error));
    assert_non_null(strstr(error.message, "/nonexistent is not a directory"));
    gs_bus_free(&lost);
}

static void run_both(gs_bus *a, gs_bus *b, int ms)
{
    uint64_t until = gs_monotonic_us() + (uint64_t)ms * 1000;
    while (gs_monotonic_us() < until) {
        assert_true(gs_bus_run(a, 5, NULL));
        assert_true(gs_bus_run(b, 5, NULL));
    }
}

static void only_known_keys_connect(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    pair server = make(self, "server"), friend = make(self, "friend"), stranger = make(self, "stranger");
    char allowed[128], endpoint[96];
    snprintf(allowed, sizeof allowed, "%s/allowed", self->directory);
    assert_int_equal(mkdir(allowed, 0755), 0);
    copy_into(friend.pub, allowed, "friend.pub");
    rig_tcp(endpoint, "0.0.0.0");
    gs_bus *far = gs_bus_new(
        &(gs_bus_options){.own_key = server.key, .allowed_clients = allowed, .log = &self->log}, &error);
    gs_intake *intake = NULL;
    intake = gs_intake_new(
        far, &(gs_intake_options){.endpoint = endpoint, .item = take_item, .context = &intake}, &error);
    if (intake == NULL)
        fail_msg("%s", error.message);

    struct {
        const char *key, *server;
        bool welcome;
        const char *here, *there; // what the two sides log
    } cases[] = {
        {friend.key, server.pub, true, NULL, NULL},
        {stranger.key, server.pub, false, "the server does not know this program's key",
         "key is not allowed here"},
        {friend.key, stranger.pub, false, "check that security.server_key is this server's", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t done = 0;
        gs_bus *near = gs_bus_new(
            &(gs_bus_options){.own_key = cases[i].key, .server_key = cases[i].server, .log = &self->log},
            &error);
        gs_sink *sink = sink_at(near, endpoint, &done, &error);
        assert_non_null(sink);
        gs_sink_send(sink, rig_id(i), gs_view_of("x"), 0);
        uint64_t until = gs_monotonic_us() + 3 * 1000 * 1000;
        while (gs_monotonic_us() < until && done == 0 &&
               (cases[i].here == NULL || rig_logged(self, cases[i].here) == 0))
            run_both(near, far, 10);
        run_both(near, far, 300);
        assert_int_equal(done, cases[i].welcome);
        if (cases[i].here != NULL && rig_logged(self, cases[i].here) != 1)
            fail_msg("logged %d times: %s", rig_logged(self, cases[i].here), cases[i].here);
        if (cases[i].there != NULL)
            assert_int_equal(rig_logged(self, cases[i].there), 1);
        gs_sink_free(&sink);
        gs_bus_free(&near);
    }
    gs_intake_free(&intake);
    gs_bus_free(&far);
}

static void a_client_without_keys_is_told(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    pair server = make(self, "server");
    char endpoint[96], local[96];
    rig_tcp(endpoint, "0.0.0.0");
    snprintf(local, sizeof local, "tcp://127.0.0.1:%s", strrchr(endpoint, ':') + 1);
    gs_bus *far = gs_bus_new(
        &(gs_bus_options){.own_key = server.key, .allowed_clients = self->directory, .log = &self->log},
        &error);
    gs_intake *intake = NULL;
    intake = gs_intake_new(
        far, &(gs_intake_options){.endpoint = endpoint, .item = take_item, .context = &intake}, &error);
    assert_non_null(intake);
    size_t done = 0;
    gs_sink *sink = sink_at(self->bus, local, &done, &error);
    gs_sink_send(sink, rig_id(1), gs_view_of("x"), 0);
    run_both(self->bus, far, 500);
    assert_int_equal(done, 0);
    assert_int_equal(rig_logged(self, "the two sides do not agree on keys"), 1);
    gs_sink_free(&sink);
    gs_intake_free(&intake);
    gs_bus_free(&far);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keygen_writes_two_files_and_never_over_others, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(bad_key_files_are_named, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(endpoints_off_this_machine_need_keys, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(only_known_keys_connect, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_client_without_keys_is_told, rig_up, rig_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
