// Configuration as it is read: defaults, files, --set, paths, and one line for everything that is wrong.
#include "unit.h"

#include <fcntl.h>

#include "base/base.h"
#include "base/config_internal.h"

static unit_folder folder;

static int make_folder(void **state)
{
    (void)state;
    folder = unit_folder_make();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unit_folder_remove(&folder);
    return 0;
}

// Writes text as gainsay.yaml and loads it.
static gs_config *load_bytes(const void *data, size_t size, gs_error *error)
{
    char path[UNIT_PATH];
    unit_join(&folder, "gainsay.yaml", path);
    unit_write(path, data, size);
    return gs_config_load(path, NULL, 0, error);
}

static gs_config *load_text(const char *text, gs_error *error)
{
    return load_bytes(text, strlen(text), error);
}

static gs_config *load_good(const char *text)
{
    gs_error error = {0};
    gs_config *config = load_text(text, &error);
    if (!config) {
        fail_msg("refused: %s", error.message);
    }
    return config;
}

static void assert_refused(const char *text, const char *says)
{
    gs_error error = {0};
    gs_config *config = load_text(text, &error);
    if (config) {
        fail_msg("was taken: %s", text);
    }
    assert_true(error.code == GS_E_USAGE || error.code == GS_E_LIMIT);
    assert_contains(error.message, says);
    assert_contains(error.message, folder.path);
    assert_null(strchr(error.message, '\n'));
}

static void assert_text_equal(const char *a, const char *b)
{
    if (a && b) {
        assert_string_equal(a, b);
    } else {
        assert_ptr_equal(a, b);
    }
}

static void assert_key_equal(const gs_config *a, const gs_config *b, const gs_key *key)
{
    static const size_t sizes[] = {[GS_KEY_NUMBER] = sizeof(uint32_t),
                                   [GS_KEY_BYTES] = sizeof(uint64_t),
                                   [GS_KEY_REAL] = sizeof(double),
                                   [GS_KEY_BOOL] = sizeof(bool)};
    if (gs_key_is_text(key)) {
        assert_text_equal(*gs_key_text(a, key), *gs_key_text(b, key));
        return;
    }
    assert_memory_equal((const char *)a + key->offset, (const char *)b + key->offset, sizes[key->type]);
}

static void assert_config_equal(const gs_config *a, const gs_config *b)
{
    for (size_t s = 0; s < GS_SECTION_COUNT; s++) {
        for (size_t i = 0; i < gs_sections[s].count; i++) {
            assert_key_equal(a, b, &gs_sections[s].keys[i]);
        }
    }
    assert_string_equal(a->directory, b->directory);
    assert_int_equal(a->ingestor.sources_count, b->ingestor.sources_count);
    assert_int_equal(a->connect.ingestors_count, b->connect.ingestors_count);
    for (unsigned i = 0; i < a->connect.ingestors_count; i++) {
        assert_string_equal(a->connect.ingestors[i], b->connect.ingestors[i]);
    }
}

static void embedded_defaults(void **state)
{
    (void)state;
    gs_error error = {0};
    char here[UNIT_PATH];
    char path[2 * UNIT_PATH];
    assert_non_null(getcwd(here, sizeof here));
    gs_config *config = gs_config_load(NULL, NULL, 0, &error);
    assert_non_null(config);
    assert_null(config->file);
    assert_string_equal(config->directory, here);
    assert_string_equal(config->ingestor.name, "ingestor-1");
    assert_string_equal(config->ingestor.work, "tcp://127.0.0.1:7710");
    snprintf(path, sizeof path, "%s/ingestor.db", here);
    assert_string_equal(config->ingestor.store, path);
    assert_int_equal(config->ingestor.lease, 60);
    assert_int_equal(config->ingestor.outbox_bytes, UINT64_C(1) << 30);
    assert_string_equal(config->ingestor.user_agent, "Gainsay/" GAINSAY_VERSION);
    assert_int_equal(config->ingestor.sources_count, 0);
    assert_false(config->extractor.no_op);
    assert_true(config->extractor.min_confidence == 0.3);
    assert_int_equal(config->aggregator.keep_bytes, 0);
    assert_true(config->aggregator.min_score == 0.5);
    assert_int_equal(config->connect.ingestors_count, 1);
    assert_string_equal(config->connect.ingestors[0], "tcp://127.0.0.1:7710");
    assert_string_equal(config->connect.control, "tcp://127.0.0.1:7724");
    assert_null(config->security.own_key);
    assert_string_equal(config->log.format, "logfmt");
    assert_true(gs_config_check(config, &error));
    gs_config_free(&config);
    assert_null(config);
    gs_config_free(&config);
}

static void the_yaml_of_the_defaults_says_the_same(void **state)
{
    (void)state;
    char here[UNIT_PATH];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder.path), 0);
    gs_error error = {0};
    gs_config *embedded = gs_config_load(NULL, NULL, 0, &error);
    gs_config *loaded = load_good(gs_config_default_yaml());
    assert_config_equal(embedded, loaded);
    for (size_t s = 0; s < GS_SECTION_COUNT; s++) { // and it shows every key there is
        for (size_t i = 0; i < gs_sections[s].count; i++) {
            gs_place place = {.section = gs_sections[s].name, .key = gs_sections[s].keys[i].name};
            gs_place section = {.key = gs_sections[s].name};
            gs_view text = gs_view_of(gs_config_default_yaml());
            assert_true(gs_yaml_line(text, place) > gs_yaml_line(text, section));
        }
    }
    gs_config_free(&embedded);
    gs_config_free(&loaded);
    assert_int_equal(chdir(here), 0);
}

static void every_default_is_kept_where_a_file_is_silent(void **state)
{
    (void)state;
    static const char *const silent[] = {"",
                                         "# nothing\n",
                                         "{}\n",
                                         "ingestor:\nlog: ~\naggregator:\n  live:\n  keep_days: null\n",
                                         "ingestor:\n  sources:\nconnect:\n  ingestors: []\n",
                                         "directory:\n",
                                         "ingestor:\n  lease: \"\"\n  name: ''\n",
                                         "\xef\xbb\xbf# with a mark\n"};
    char here[UNIT_PATH];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder.path), 0);
    gs_config *embedded = gs_config_load(NULL, NULL, 0, NULL);
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        gs_config *config = load_good(silent[i]);
        assert_config_equal(embedded, config);
        gs_config_free(&config);
    }
    gs_config_free(&embedded);
    assert_int_equal(chdir(here), 0);
}

static void a_file_overrides_defaults(void **state)
{
    (void)state;
    gs_config *config = load_good("directory: /srv/gainsay/\n"
                                  "ingestor:\n"
                                  "  name: \"north\"\n"
                                  "  work: tcp://*:7710\n"
                                  "  store: state/in.db\n"
                                  "  outbox_bytes: 1000000\n"
                                  "  sources:\n"
                                  "    - {id: a, kind: directory, path: in}\n"
                                  "    - id: b\n"
                                  "      kind: feed\n"
                                  "      url: https://example.org/rss\n"
                                  "      publisher: Example\n"
                                  "      language: en\n"
                                  "      every: 17\n"
                                  "      allow_private: yes\n"
                                  "    - {id: c, kind: jsonl, path: /abs/c.jsonl}\n"
                                  "    - {id: d, kind: stdin}\n"
                                  "    - {id: e, kind: file, path: e.txt}\n"
                                  "    - {id: f, kind: feed, url: 'http://x/'}\n"
                                  "    - {id: g, kind: warc, path: news}\n"
                                  "    - {id: h, kind: socket, endpoint: 'unix://in'}\n"
                                  "    - {id: i, kind: socket, endpoint: 'ipc://in2'}\n"
                                  "extractor: {no_op: TRUE, min_confidence: 1}\n"
                                  "aggregator:\n"
                                  "  intake: ipc://run/intake\n"
                                  "  live: ipc://@live\n"
                                  "  min_score: 0.75\n"
                                  "connect:\n"
                                  "  live: tcp://10.0.0.1:1\n"
                                  "  ingestors: [tcp://10.0.0.1:7710, ipc://w]\n"
                                  "security: {own_key: keys/a.key, server_key: ''}\n"
                                  "log: {level: debug, format: json}\n");
    assert_string_equal(config->directory, "/srv/gainsay/");
    assert_string_equal(config->ingestor.name, "north");
    assert_string_equal(config->ingestor.store, "/srv/gainsay/state/in.db");
    assert_int_equal(config->ingestor.outbox_bytes, 1000000);
    assert_int_equal(config->ingestor.sources_count, 9);
    const gs_source_config *sources = config->ingestor.sources;
    assert_int_equal(sources[0].kind, GS_SOURCE_DIRECTORY);
    assert_string_equal(sources[0].path, "/srv/gainsay/in");
    assert_int_equal(sources[0].every, 2);
    assert_false(sources[0].allow_private);
    assert_null(sources[0].publisher);
    assert_string_equal(sources[1].publisher, "Example");
    assert_string_equal(sources[1].language, "en");
    assert_int_equal(sources[1].every, 17);
    assert_true(sources[1].allow_private);
    assert_string_equal(sources[2].path, "/abs/c.jsonl");
    assert_int_equal(sources[2].every, 2);
    assert_int_equal(sources[3].kind, GS_SOURCE_STDIN);
    assert_int_equal(sources[4].kind, GS_SOURCE_FILE);
    assert_int_equal(sources[5].every, 0);
    assert_int_equal(sources[6].kind, GS_SOURCE_WARC);
    assert_string_equal(sources[6].path, "/srv/gainsay/news");
    assert_int_equal(sources[6].every, 2);
    assert_int_equal(sources[7].kind, GS_SOURCE_SOCKET);
    assert_string_equal(sources[7].endpoint, "unix:///srv/gainsay/in");
    assert_string_equal(sources[8].endpoint, "ipc:///srv/gainsay/in2");
    assert_true(config->extractor.no_op);
    assert_true(config->extractor.min_confidence == 1.0);
    assert_true(config->aggregator.min_score == 0.75);
    assert_string_equal(config->aggregator.intake, "ipc:///srv/gainsay/run/intake");
    assert_string_equal(config->connect.intake, "ipc:///srv/gainsay/run/intake");
    assert_string_equal(config->aggregator.live, "ipc://@live");
    assert_string_equal(config->connect.live, "tcp://10.0.0.1:1");
    assert_int_equal(config->connect.ingestors_count, 2);
    assert_string_equal(config->connect.ingestors[1], "ipc:///srv/gainsay/w");
    assert_string_equal(config->security.own_key, "/srv/gainsay/keys/a.key");
    assert_null(config->security.server_key);
    gs_config_free(&config);
}

static void connect_follows_bind(void **state)
{
    (void)state;
    gs_config *config = load_good("ingestor: {work: 'tcp://0.0.0.0:5'}\naggregator: {retry: 'tcp://*:6'}\n");
    assert_string_equal(config->connect.ingestors[0], "tcp://127.0.0.1:5");
    assert_string_equal(config->connect.retry, "tcp://127.0.0.1:6");
    gs_config_free(&config);
}

static void paths_start_at_the_file(void **state)
{
    (void)state;
    char expected[UNIT_PATH];
    char *real = realpath(folder.path, NULL);
    gs_config *config = load_good("directory: sub\n");
    snprintf(expected, sizeof expected, "%s/sub", real);
    assert_string_equal(config->directory, expected);
    snprintf(expected, sizeof expected, "%s/sub/aggregator.db", real);
    assert_string_equal(config->aggregator.store, expected);
    gs_config_free(&config);
    config = load_good("");
    assert_string_equal(config->directory, real);
    gs_config_free(&config);
    free(real);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"\n\ningestor:\n  # lease: 3\n  lease: soon\n",
         ":5: ingestor.lease: expected a number from 1 to 3600, found \"soon\""},
        {"ingestor:\n  lease: 0\n", ":2: ingestor.lease: expected a number from 1 to 3600, found \"0\""},
        {"ingestor:\n  lease: 3601\n", "found \"3601\""},
        {"ingestor:\n  lease: -1\n", "found \"-1\""},
        {"ingestor:\n  lease: 0x10\n", "found \"0x10\""},
        {"ingestor:\n  lease: 99999999999999999999999999\n", "expected a number"},
        {"ingestor:\n  lease: 4294967297\n", "expected a number"},
        {"ingestor:\n  outbox_bytes: 1 GiB\n", "expected a number of bytes from 65536 to"},
        {"extractor:\n  min_confidence: 1.5\n",
         ":2: extractor.min_confidence: expected a number from 0 to 1"},
        {"extractor:\n  min_confidence: nan\n", "found \"nan\""},
        {"extractor:\n  min_confidence: -0.5\n", "found \"-0.5\""},
        {"extractor:\n  min_confidence: 1e-1\n", "found \"1e-1\""},
        {"extractor:\n  min_confidence: .5\n", "found \".5\""},
        {"extractor:\n  min_confidence: 0.\n", "found \"0.\""},
        {"extractor:\n  min_confidence: 0.1234567890123456\n", "expected a number"},
        {"extractor:\n  no_op: maybe\n", ":2: extractor.no_op: expected true or false, found \"maybe\""},
        {"log:\n  level: loud\n", ":2: log.level: expected debug, info, warn or error, found \"loud\""},
        {"log: {format: xml}\n", ":1: log.format: expected logfmt or json, found \"xml\""},
        {"ingestor:\n  sources:\n  - id: a\n    kind: feed\n  - id: b\n    kind: rss\n",
         ":6: ingestor.sources[2].kind: expected file, directory, jsonl, stdin, feed, sitemap, pages, warc "
         "or "
         "socket, found \"rss\""},
        {"ingestor:\n  sources:\n  - id: a\n", ":3: ingestor.sources[1].kind: expected file"},
        {"ingestor:\n  sources:\n  - {id: a, kind: feed, every: often}\n",
         ":3: ingestor.sources[1].every: expected"},
        {"ingestor:\n  leese: 3\n", ":2: ingestor.leese: no such key here; expected one of: name, work"},
        {"ingestor:\n  sources:\n    - id: a\n      kid: b\n",
         ":4: ingestor.sources[1].kid: no such key here"},
        {"lgo: {}\n", ":1: lgo: no such key here; expected one of: ingestor"},
        {"lgo: {}\n", "directory"},
        {"ingestor: 3\n", ":1: ingestor: expected lines of \"key: value\", found one value"},
        {"ingestor:\n  name: [a]\n", ":2: ingestor.name: expected one value, found a list"},
        {"ingestor:\n  name: {a: b}\n", ":2: ingestor.name: expected one value, found keys and values"},
        {"ingestor:\n  sources: a\n", ":2: ingestor.sources: expected a list, found one value"},
        {"ingestor:\n  sources: [a]\n", ":2: ingestor.sources[1]: expected lines of"},
        {"connect:\n  ingestors: [[a]]\n", ":2: connect.ingestors[1]: expected one value, found a list"},
        {"log:\n  level: info\n  level: warn\n", "log.level: is given twice"},
        {"log:\n  level: info\nlog:\n  level: warn\n", "log: is given twice"},
        {"log:\n  level: &a info\n  format: *a\n", ":3: log.format: aliases"},
        {"log:\n\tlevel: info\n", "is not YAML as expected"},
        {"log:\n  level: 'info\n", "is not YAML as expected"},
        {"log: {level: info\n", "is not YAML as expected"},
        {"- a\n", "expected lines of \"key: value\", found a list"},
        {"just words\n", "expected lines of \"key: value\", found one value"},
        {"? [a]\n: b\n", "is not YAML as expected"},
        {"---\nlog: {}\n---\nlog: {}\n", "more than one document"},
        {"log:\n  level: \x01\n", "is not YAML as expected"},
        {"ingestor:\n  name: caf\xe9\n", ":2: holds a non-UTF-8 byte"},
        {"\xff\xfel\n", ":1: holds a non-UTF-8 byte"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(cases[i].text, cases[i].says);
    }
}

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    gs_error error = {0};
    static const char nul[] = "log:\n  level: in\0fo\n";
    assert_null(load_bytes(nul, sizeof nul - 1, &error));
    assert_contains(error.message, ":2: holds a NUL byte");
}

static void limits_hold(void **state)
{
    (void)state;
    gs_buffer text = {0};
    gs_buffer_text(&text, "ingestor:\n  user_agent: ");
    for (int i = 0; i <= GS_LIMIT_CONFIG_VALUE_BYTES; i++) {
        gs_buffer_byte(&text, 'x');
    }
    assert_refused(text.data, ":2: ingestor.user_agent: expected at most 4096 bytes");
    gs_buffer_clear(&text);
    gs_buffer_text(&text, "ingestor:\n  sources:\n");
    for (int i = 0; i <= GS_LIMIT_SOURCES; i++) {
        gs_buffer_format(&text, "  - {id: s%d, kind: stdin}\n", i);
    }
    assert_refused(text.data, "ingestor.sources");
    assert_refused(text.data, "expected at most 10000 entries");
    gs_buffer_clear(&text);
    gs_buffer_text(&text, "connect:\n  ingestors:\n");
    for (int i = 0; i <= GS_LIMIT_INGESTORS; i++) {
        gs_buffer_format(&text, "  - tcp://127.0.0.1:%d\n", i + 1);
    }
    assert_refused(text.data, "expected at most 256 entries");
    gs_buffer_clear(&text);
    while (text.size <= GS_LIMIT_CONFIG_BYTES) {
        gs_buffer_text(&text, "# a comment that goes on and on\n");
    }
    assert_refused(text.data, "larger than 4194304 bytes");
    gs_buffer_free(&text);
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    gs_buffer text = {0};
    gs_buffer_text(&text, "ingestor: ");
    for (int i = 0; i < 500000; i++) {
        gs_buffer_text(&text, i % 2 ? "[" : "{a: ");
    }
    gs_error error = {0};
    assert_null(load_bytes(text.data, 900000, &error));
    assert_int_not_equal(error.code, GS_OK);
    gs_buffer_clear(&text);
    gs_buffer_text(&text, "a: &a [x, x]\n");
    for (char name = 'b'; name < 'z'; name++) {
        gs_buffer_format(&text, "%c: &%c [*%c, *%c]\n", name, name, name - 1, name - 1);
    }
    assert_null(load_text(text.data, &error));
    gs_buffer_free(&text);
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    gs_error error = {0};
    char path[UNIT_PATH];
    unit_join(&folder, "absent.yaml", path);
    assert_null(gs_config_load(path, NULL, 0, &error));
    assert_int_equal(error.code, GS_E_USAGE);
    assert_contains(error.message, "absent.yaml: cannot be read: No such file");
    assert_null(gs_config_load(folder.path, NULL, 0, &error));
    assert_contains(error.message, "cannot be read: Is a directory");
    assert_null(gs_config_load("/dev/zero", NULL, 0, &error));
    assert_contains(error.message, "larger than");
}

static gs_config *load_set(const char *override, gs_error *error)
{
    return gs_config_load(NULL, &override, 1, error);
}

static void set_writes_over_everything(void **state)
{
    (void)state;
    char here[UNIT_PATH];
    char expected[2 * UNIT_PATH];
    assert_non_null(getcwd(here, sizeof here));
    static const char *const overrides[] = {
        "ingestor.lease=30",
        "ingestor.lease=31",
        "log.format=json",
        "extractor.no_op=on",
        "aggregator.min_score=0.125",
        "connect.ingestors=tcp://127.0.0.1:1, ipc://w,,",
        "directory=sub",
        "security.own_key=k=v.key",
        "aggregator.live=tcp://127.0.0.1:9",
        "ingestor.user_agent=",
    };
    char path[UNIT_PATH];
    unit_join(&folder, "gainsay.yaml", path);
    static const char text[] =
        "log: {format: logfmt}\nconnect: {ingestors: [ipc:///x, ipc:///y]}\ndirectory: /z\n";
    unit_write(path, text, sizeof text - 1);
    gs_error error = {0};
    gs_config *config = gs_config_load(path, overrides, sizeof overrides / sizeof overrides[0], &error);
    assert_non_null(config);
    assert_int_equal(config->ingestor.lease, 31);
    assert_string_equal(config->log.format, "json");
    assert_true(config->extractor.no_op);
    assert_true(config->aggregator.min_score == 0.125);
    snprintf(expected, sizeof expected, "%s/sub", here);
    assert_string_equal(config->directory, expected);
    assert_int_equal(config->connect.ingestors_count, 2);
    snprintf(expected, sizeof expected, "ipc://%s/sub/w", here);
    assert_string_equal(config->connect.ingestors[1], expected);
    snprintf(expected, sizeof expected, "%s/sub/k=v.key", here);
    assert_string_equal(config->security.own_key, expected);
    assert_string_equal(config->connect.live, "tcp://127.0.0.1:9");
    assert_null(config->ingestor.user_agent);
    gs_config_free(&config);
}

static void set_complains(void **state)
{
    (void)state;
    static const struct {
        const char *override, *says;
    } cases[] = {
        {"ingestor.lease=soon",
         "--set ingestor.lease=soon: expected a number from 1 to 3600, found \"soon\""},
        {"ingestor.lease=", "expected a number from 1 to 3600, found nothing"},
        {"ingestor.leese=3", "section ingestor has no such key"},
        {"ingester.lease=3", "no such key; `gainsay config show`"},
        {"lease=3", "no such key"},
        {".=3", "no such key"},
        {"ingestor.=3", "no such key"},
        {"ingestor=3", "no such key"},
        {"ingestor.sources=x", "listed in a configuration file"},
        {"ingestor.lease", "expected SECTION.KEY=VALUE"},
        {"=3", "expected SECTION.KEY=VALUE"},
        {"", "expected SECTION.KEY=VALUE"},
        {"log.level=\x1b[31m", "--set log.level=?[31m"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_error error = {0};
        assert_null(load_set(cases[i].override, &error));
        assert_int_equal(error.code, GS_E_USAGE);
        assert_contains(error.message, cases[i].says);
    }
    gs_error error = {0};
    assert_null(load_set(NULL, &error));
    gs_buffer text = {0};
    gs_buffer_text(&text, "connect.ingestors=");
    for (int i = 0; i <= GS_LIMIT_INGESTORS; i++) {
        gs_buffer_text(&text, "ipc:///x,");
    }
    assert_null(load_set(text.data, &error));
    assert_contains(error.message, "at most 256 entries");
    gs_buffer_clear(&text);
    gs_buffer_format(&text, "log.level=%05000d", 1);
    assert_null(load_set(text.data, &error));
    assert_contains(error.message, "at most 4096 bytes");
    gs_buffer_free(&text);
}

static void a_directory_that_is_gone_is_told(void **state)
{
    (void)state;
    char here[UNIT_PATH];
    char gone[UNIT_PATH];
    gs_error error = {0};
    assert_non_null(getcwd(here, sizeof here));
    unit_join(&folder, "gone", gone);
    assert_int_equal(mkdir(gone, 0700), 0);
    assert_int_equal(chdir(gone), 0);
    assert_int_equal(rmdir(gone), 0);
    assert_null(gs_config_load(NULL, NULL, 0, &error));
    assert_contains(error.message, "the current directory cannot be found");
    assert_null(load_set("directory=sub", &error));
    assert_contains(error.message, "--set directory=sub: the current directory cannot be found");
    gs_config *config = load_set("directory=/", &error); // needs no current directory
    assert_non_null(config);
    assert_int_equal(chdir(here), 0);
    assert_string_equal(config->directory, "/");
    assert_string_equal(config->aggregator.store, "/aggregator.db");
    gs_config_free(&config);
}

static void a_pipe_can_be_read(void **state)
{
    (void)state;
    int ends[2];
    char path[64];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "log: {level: warn}\n", 19), 19);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    gs_error error = {0};
    gs_config *config = gs_config_load(path, NULL, 0, &error);
    assert_non_null(config);
    assert_string_equal(config->log.level, "warn");
    gs_config_free(&config);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(embedded_defaults),
        cmocka_unit_test(the_yaml_of_the_defaults_says_the_same),
        cmocka_unit_test(every_default_is_kept_where_a_file_is_silent),
        cmocka_unit_test(a_file_overrides_defaults),
        cmocka_unit_test(connect_follows_bind),
        cmocka_unit_test(paths_start_at_the_file),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(set_writes_over_everything),
        cmocka_unit_test(set_complains),
        cmocka_unit_test(a_directory_that_is_gone_is_told),
        cmocka_unit_test(a_pipe_can_be_read),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
