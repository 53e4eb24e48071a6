// What gs_config_check refuses, and whether its message leads to the line that has to change.
#include "unit.h"

#include "base/base.h"

static unit_folder folder;

static int make_folder(void **state)
{
    (void)state;
    folder = unit_folder_make();
    static const char *const keys[] = {"own.key", "server.pub"};
    for (size_t i = 0; i < 2; i++) {
        char path[UNIT_PATH];
        unit_join(&folder, keys[i], path);
        unit_write(path, "key", 3);
    }
    char clients[UNIT_PATH];
    unit_join(&folder, "clients", clients);
    return mkdir(clients, 0700);
}

static int remove_folder(void **state)
{
    (void)state;
    unit_folder_remove(&folder);
    return 0;
}

static bool check_text(const char *text, const char *override, gs_error *error)
{
    char path[UNIT_PATH];
    unit_join(&folder, "gainsay.yaml", path);
    unit_write(path, text, strlen(text));
    gs_config *config = gs_config_load(path, &override, override ? 1 : 0, error);
    if (!config) {
        fail_msg("not loaded: %s", error->message);
    }
    bool ok = gs_config_check(config, error);
    gs_config_free(&config);
    return ok;
}

static void what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"ingestor:\n  name: a b\n", ":2: ingestor.name: expected a name of 1 to 63 letters"},
        {"extractor:\n  name: "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
         ":2: extractor.name"},
        {"aggregator:\n\n  live: 127.0.0.1:7721\n",
         ":3: aggregator.live: expected tcp://HOST:PORT or ipc://PATH"},
        {"connect:\n  live: tcp://*:7721\n", ":2: connect.live: \"tcp://*:7721\" means all interfaces"},
        {"connect:\n  ingestors:\n    - ipc:///a\n    - nowhere\n",
         ":4: connect.ingestors[2]: expected tcp://"},
        {"aggregator:\n  live: ipc:///x\n  replay: ipc:///x\n",
         ":3: aggregator.replay: ipc:///x is also the address of aggregator.live"},
        {"ingestor:\n  store: same.db\naggregator:\n  store: same.db\n", ":4: aggregator.store: "},
        {"ingestor:\n  sources:\n    - kind: stdin\n", ":3: ingestor.sources[1].id: expected a text"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: file\n",
         ":3: ingestor.sources[1].path: expected the path"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: directory\n      path:\n",
         ":5: ingestor.sources[1].path"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: jsonl\n", "source \"a\" reads"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: warc\n", "source \"a\" reads"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: socket\n",
         ":3: ingestor.sources[1].endpoint: expected where source \"a\" listens"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: socket\n      endpoint: /run/x\n",
         ":5: ingestor.sources[1].endpoint: expected unix:///PATH, ipc:///PATH or tcp://HOST:PORT, found"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: socket\n      endpoint: unix://\n",
         "expected a path after unix://"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: socket\n      endpoint: inproc://x\n",
         "found \"inproc"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: socket\n      endpoint: tcp://127.0.0.1:7710\n",
         ":5: ingestor.sources[1].endpoint: tcp://127.0.0.1:7710 is also the address of something else"},
        {"ingestor:\n  sources:\n    - {id: a, kind: socket, endpoint: 'unix:///x'}\n"
         "    - {id: b, kind: socket, endpoint: 'unix:///x'}\n",
         ":4: ingestor.sources[2].endpoint: unix:///x is also"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: feed\n",
         ":3: ingestor.sources[1].url: expected http://"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: feed\n      url: ftp://x/\n",
         ":5: ingestor.sources[1].url"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: feed\n      url: https:///x\n",
         "found \"https:///x\""},
        {"ingestor:\n  sources:\n    - id: a\n      kind: feed\n      url: http://\n", "found \"http://\""},
        {"ingestor:\n  sources:\n    - id: a\n      kind: feed\n      url: http://a b\n",
         "found \"http://a b\""},
        {"ingestor:\n  sources:\n    - id: a\n      kind: stdin\n    - id: b\n      kind: stdin\n",
         ":6: ingestor.sources[2].kind: source 1 reads standard input already"},
        {"ingestor:\n  sources:\n    - {id: b, kind: stdin}\n    - {id: a, kind: file, path: x}\n"
         "    - {id: b, kind: file, path: y}\n",
         ":5: ingestor.sources[3].id: source 1 has the id \"b\" too"},
        {"opinion:\n  floor: 0.5\n  url: 127.0.0.1:8080\n",
         ":3: opinion.url: expected the base of an API, such as http://127.0.0.1:8080/v1, found "
         "\"127.0.0.1:8080\""},
        {"opinion:\n  url: http://127.0.0.1/v1?key=1\n  model: m\n", ":2: opinion.url: expected the base"},
        {"opinion:\n  url: http://me:secret@127.0.0.1/v1\n  model: m\n",
         ":2: opinion.url: holds a name or password"},
        {"opinion:\n  url: http://127.0.0.1:8080/v1\n", ":2: opinion.url: needs opinion.model"},
        {"opinion:\n  url: http://127.0.0.1/v1\n  model: \"a\\tb\"\n",
         "opinion.model: expected at most 200 bytes"},
        {"opinion:\n  url: http://example.org/v1\n  model: m\n  key_file: own.key\n",
         ":4: opinion.key_file: would be sent in the clear to http://example.org/v1"},
        {"opinion:\n  url: http://127.0.0.1.example.org/v1\n  model: m\n  key_file: own.key\n",
         "would be sent in the clear"},
        {"directory: nowhere\n", ":1: directory: expected a directory"},
        {"security:\n  own_key: nowhere.key\n", ":2: security.own_key: the key file"},
        {"security:\n  own_key: clients\n", "is not a key file; `gainsay keygen`"},
        {"security:\n  server_key: nowhere.pub\n", ":2: security.server_key: the key file"},
        {"security:\n  allowed_clients: own.key\n", ":2: security.allowed_clients: expected a directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_error error = {0};
        if (check_text(cases[i].text, NULL, &error)) {
            fail_msg("was taken: %s", cases[i].text);
        }
        assert_contains(error.message, cases[i].says);
        assert_contains(error.message, "gainsay.yaml");
    }
}

static void a_key_is_one_word(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key; // NULL: refused
    } cases[] = {
        {"sk-1", "sk-1"}, {"\n sk-1\r\n", "sk-1"}, {"", NULL},
        {" \n", NULL},    {"two words", NULL},     {"one\ntwo", NULL},
        {"k\x7f", NULL},  {"caf\xc3\xa9", NULL},   {"k\xff", NULL},
    };
    char path[UNIT_PATH];
    unit_join(&folder, "api-key", path);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_buffer key = {0};
        gs_error error = {0};
        unit_write(path, cases[i].text, strlen(cases[i].text));
        assert_int_equal(gs_config_read_key(path, &key, &error), cases[i].key != NULL);
        if (cases[i].key) {
            assert_string_equal(key.data, cases[i].key);
        } else {
            assert_contains(error.message, "api-key");
            assert_int_equal(key.size, 0);
        }
        gs_buffer_free(&key);
    }
    gs_buffer key = {0};
    gs_error error = {0};
    char *large = gs_allocate(1002);
    memset(large, 'k', 1001);
    unit_write(path, large, 1001);
    assert_false(gs_config_read_key(path, &key, &error));
    free(large);
    unit_join(&folder, "nowhere", path);
    assert_false(gs_config_read_key(path, &key, &error));
    assert_contains(error.message, "nowhere");
}

static void remote_addresses_need_keys(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"ingestor:\n  work: tcp://*:7710\n",
         ":2: ingestor.work: tcp://*:7710 can be reached from other machines and "
         "needs security.own_key and security.allowed_clients: make keys with "
         "`gainsay keygen`"},
        {"aggregator:\n  control: tcp://192.0.2.1:7\nsecurity:\n  own_key: own.key\n",
         ":2: aggregator.control: tcp://192.0.2.1:7 can be reached from other machines and needs "
         "security.allowed_clients:"},
        {"aggregator:\n  control: tcp://192.0.2.1:7\nsecurity:\n  allowed_clients: clients\n",
         "needs security.own_key:"},
        {"connect:\n  intake: tcp://news.example.org:7\n",
         ":2: connect.intake: tcp://news.example.org:7 is on another "
         "machine and needs security.own_key and security.server_key:"},
        {"aggregator:\n  control: tcp://*:7\nsecurity:\n  own_key: own.key\n  allowed_clients: "
         "clients\n",
         "security.server_key is missing"},
        {"connect:\n  intake: tcp://192.0.2.1:7\nsecurity:\n  own_key: own.key\n",
         "needs security.server_key:"},
        {"connect:\n  intake: tcp://192.0.2.1:7\nsecurity:\n  server_key: server.pub\n",
         "needs security.own_key:"},
        {"ingestor:\n  sources:\n    - id: a\n      kind: socket\n      endpoint: tcp://*:7799\n",
         ":5: ingestor.sources[1].endpoint: tcp://*:7799 can be reached from other machines and needs "
         "security.own_key and security.allowed_clients"},
        {"connect:\n  ingestors:\n    - tcp://192.0.2.1:7\n",
         ":3: connect.ingestors[1]: tcp://192.0.2.1:7 is on"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_error error = {0};
        assert_false(check_text(cases[i].text, NULL, &error));
        assert_int_equal(error.code, GS_E_REFUSED);
        assert_contains(error.message, cases[i].says);
        assert_contains(error.message, "gainsay keygen");
    }
    static const char *const good[] = {
        "ingestor: {work: 'tcp://*:7710'}\nsecurity: {own_key: own.key, server_key: server.pub, "
        "allowed_clients: clients}\n",
        "connect: {live: 'tcp://192.0.2.1:7', ingestors: ['tcp://192.0.2.1:8']}\n"
        "security: {own_key: own.key, server_key: server.pub}\n",
        "ingestor:\n  sources:\n    - {id: a, kind: socket, endpoint: 'tcp://*:7799'}\n"
        "    - {id: b, kind: socket, endpoint: 'unix://in'}\n    - {id: c, kind: warc, path: x}\n"
        "security: {own_key: own.key, server_key: server.pub, allowed_clients: clients}\n",
        "ingestor: {work: 'ipc://work'}\naggregator: {live: 'tcp://[::1]:7'}\n",
        "ingestor:\n  sources:\n    - {id: a, kind: feed, url: 'HTTPS://example.org'}\n    - {id: b, kind: "
        "stdin}\n",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        gs_error error = {0};
        if (!check_text(good[i], NULL, &error)) {
            fail_msg("refused: %s", error.message);
        }
    }
}

static void a_line_that_is_not_to_blame_is_not_named(void **state)
{
    (void)state;
    gs_error error = {0};
    assert_false(
        check_text("ingestor:\n  work: tcp://127.0.0.1:7710\n", "ingestor.work=tcp://*:7710", &error));
    assert_contains(error.message, "gainsay.yaml: ingestor.work: tcp://*:7710");
    const char *override = "ingestor.work=tcp://*:7710";
    gs_config *config = gs_config_load(NULL, &override, 1, &error);
    assert_false(gs_config_check(config, &error));
    assert_contains(error.message, "embedded defaults: ingestor.work: tcp://*:7710");
    gs_config_free(&config);
}

static void names_and_stores_cannot_be_taken_away(void **state)
{
    (void)state;
    gs_error error = {0};
    assert_false(check_text("", "ingestor.name=", &error));
    assert_contains(error.message,
                    "ingestor.name: expected a name of 1 to 63 letters, digits and the signs . - _, "
                    "found nothing");
    assert_false(check_text("", "aggregator.store=", &error));
    assert_contains(error.message, "aggregator.store: expected the path of a file, found nothing");
    assert_false(check_text("", "aggregator.live=", &error));
    assert_contains(error.message, "aggregator.live: expected tcp://HOST:PORT");
}

static void a_file_that_is_gone_names_no_line(void **state)
{
    (void)state;
    char path[UNIT_PATH];
    unit_join(&folder, "gone.yaml", path);
    unit_write(path, "ingestor:\n  name: a b\n", 22);
    gs_error error = {0};
    gs_config *config = gs_config_load(path, NULL, 0, &error);
    assert_non_null(config);
    assert_int_equal(unlink(path), 0);
    assert_false(gs_config_check(config, &error));
    assert_contains(error.message, "gone.yaml: ingestor.name: expected a name");
    gs_config_free(&config);
}

static void numbers_set_by_a_program_are_checked(void **state)
{
    (void)state;
    gs_error error = {0};
    gs_config *config = gs_config_load(NULL, NULL, 0, &error);
    config->ingestor.lease = 0;
    assert_false(gs_config_check(config, &error));
    assert_contains(error.message, "ingestor.lease: expected a number from 1 to 3600, found \"0\"");
    config->ingestor.lease = 1;
    config->ingestor.outbox_bytes = 1;
    assert_false(gs_config_check(config, &error));
    assert_contains(error.message, "ingestor.outbox_bytes");
    config->ingestor.outbox_bytes = 65536;
    config->aggregator.min_score = -0.5;
    assert_false(gs_config_check(config, &error));
    assert_contains(error.message, "aggregator.min_score");
    config->aggregator.min_score = 0.0 / 1.0;
    assert_true(gs_config_check(config, &error));
    assert_true(gs_config_check(config, NULL));
    gs_config_free(&config);
    char path[UNIT_PATH];
    unit_join(&folder, "source.yaml", path);
    static const char text[] = "ingestor:\n  sources:\n  - id: a\n    kind: stdin\n    every: 1\n";
    unit_write(path, text, sizeof text - 1);
    config = gs_config_load(path, NULL, 0, &error);
    assert_non_null(config);
    config->ingestor.sources[0].every = UINT32_MAX;
    assert_false(gs_config_check(config, &error));
    assert_contains(error.message,
                    "source.yaml:5: ingestor.sources[1].every: expected a number from 0 to 604800");
    gs_config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(a_key_is_one_word),
        cmocka_unit_test(remote_addresses_need_keys),
        cmocka_unit_test(a_line_that_is_not_to_blame_is_not_named),
        cmocka_unit_test(names_and_stores_cannot_be_taken_away),
        cmocka_unit_test(a_file_that_is_gone_names_no_line),
        cmocka_unit_test(numbers_set_by_a_program_are_checked),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
