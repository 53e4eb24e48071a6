// The file of sources: what is written is what is read, whoever looks sees all of it or nothing, and what
// would not load is not written.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source_file.h"

typedef struct fixture {
    char folder[64];
    char config[96], sources[96], beside[96];
} fixture;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    snprintf(self->folder, sizeof self->folder, "/tmp/gainsay-sources-XXXXXX");
    assert_non_null(mkdtemp(self->folder));
    snprintf(self->config, sizeof self->config, "%s/gainsay.yaml", self->folder);
    snprintf(self->sources, sizeof self->sources, "%s/sources.yaml", self->folder);
    snprintf(self->beside, sizeof self->beside, "%s/sources.yaml.new", self->folder);
    FILE *file = fopen(self->config, "w");
    assert_non_null(file);
    fputs("# by hand\ningestor:\n  sources:\n    - {id: mine, kind: directory, path: box}\n", file);
    fclose(file);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    unlink(self->config);
    unlink(self->sources);
    unlink(self->beside);
    rmdir(self->folder);
    free(self);
    return 0;
}

static gs_config *load(const fixture *self)
{
    gs_error error = {0};
    gs_config *config = gs_config_load(self->config, NULL, 0, &error);
    if (!config)
        fail_msg("%s", error.message);
    return config;
}

static bool write_one(const fixture *self, const gs_source_config *source, gs_error *error)
{
    gs_config *config = load(self);
    gs_source_list list = {0};
    gs_source_list_add(&list, source);
    const bool ok = gs_source_list_write(config, NULL, 0, &list, error);
    gs_source_list_free(&list);
    gs_config_free(&config);
    return ok;
}

static void every_text_comes_back(void **state)
{
    static const char *const texts[] = {"plain",
                                        "\"quoted\" \\ back",
                                        "a: b # c",
                                        "- x",
                                        "\x01\x1f\x7f",
                                        "\xc2\x85\xc2\xa0",
                                        "\xe2\x80\xa8\xe2\x80\xa9",
                                        "\xef\xbb\xbf\xef\xbf\xbe",
                                        "\xf0\x9f\x98\x80",
                                        " ends with blanks  ",
                                        "two\nlines\ttab"};
    const fixture *self = *state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        gs_error error = {0};
        const gs_source_config source = {.id = (char *)"one",
                                         .kind = GS_SOURCE_SITEMAP,
                                         .url = (char *)"https://a.example/map.xml",
                                         .publisher = (char *)texts[i],
                                         .every = 60,
                                         .allow_private = true};
        assert_true(write_one(self, &source, &error));
        gs_config *config = load(self);
        assert_int_equal(config->ingestor.sources_count, 2);
        const gs_source_config *read = &config->ingestor.sources[1];
        assert_string_equal(read->publisher, texts[i]);
        assert_string_equal(read->url, "https://a.example/map.xml");
        assert_int_equal(read->kind, GS_SOURCE_SITEMAP);
        assert_int_equal(read->every, 60);
        assert_true(read->allow_private);
        gs_source_list own = {0};
        gs_source_list_of(config, &own);
        assert_int_equal(own.count, 1);
        gs_source_list_free(&own);
        gs_config_free(&config);
    }
}

static void what_would_not_load_is_not_written(void **state)
{
    const fixture *self = *state;
    gs_error error = {0};
    gs_source_config source = {
        .id = (char *)"one", .kind = GS_SOURCE_FEED, .url = (char *)"https://a.example/"};
    assert_true(write_one(self, &source, &error));
    source.every = 1000000000;
    assert_false(write_one(self, &source, &error));
    assert_non_null(strstr(error.message, "every"));
    assert_int_not_equal(access(self->beside, F_OK), 0);
    gs_config *config = load(self);
    assert_int_equal(config->ingestor.sources[1].every, 0);
    gs_config_free(&config);
}

static void sources_are_checked_one_by_one(void **state)
{
    (void)state;
    char *lengthy = gs_allocate(GS_LIMIT_CONFIG_VALUE_BYTES + 2);
    memset(lengthy, 'a', GS_LIMIT_CONFIG_VALUE_BYTES + 1);
    const struct {
        gs_source_config source;
        const char *says;
    } cases[] = {
        {{.id = (char *)"a", .kind = GS_SOURCE_FEED, .url = (char *)"https://a.example/"}, NULL},
        {{.id = (char *)"a", .kind = GS_SOURCE_FILE, .path = (char *)"/a"}, NULL},
        {{.kind = GS_SOURCE_FILE, .path = (char *)"/a"}, "id: "},
        {{.id = lengthy, .kind = GS_SOURCE_FILE, .path = (char *)"/a"}, "id: expected at most"},
        {{.id = (char *)"\xff", .kind = GS_SOURCE_FILE, .path = (char *)"/a"}, "id: expected text in UTF-8"},
        {{.id = (char *)"a", .kind = GS_SOURCE_FILE}, "path: "},
        {{.id = (char *)"a", .kind = GS_SOURCE_PAGES, .url = (char *)"ftp://a.example/"}, "url: "},
        {{.id = (char *)"a", .kind = GS_SOURCE_PAGES}, "url: "},
        {{.id = (char *)"a", .kind = GS_SOURCE_STDIN, .every = 604801}, "every: "},
        {{.id = (char *)"a", .kind = GS_SOURCE_SOCKET}, "endpoint: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_error error = {0};
        assert_int_equal(gs_source_check(&cases[i].source, &error), cases[i].says == NULL);
        if (cases[i].says && strncmp(error.message, cases[i].says, strlen(cases[i].says)) != 0)
            fail_msg("case %zu: %s", i, error.message);
    }
    free(lengthy);
}

static void the_lock_is_waited_for(void **state)
{
    const fixture *self = *state;
    gs_error error = {0};
    gs_config *config = load(self);
    const int lock = gs_source_file_lock(config, &error);
    assert_true(lock >= 0);
    int channel[2];
    assert_int_equal(pipe(channel), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(lock); // the parent's goes on holding it
        const int second = gs_source_file_lock(config, &error);
        const bool told = write(channel[1], "x", 1) == 1;
        _exit(second >= 0 && told ? 0 : 1);
    }
    close(channel[1]);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(channel[0], &set);
    struct timeval wait = {.tv_usec = 100000};
    assert_int_equal(select(channel[0] + 1, &set, NULL, NULL, &wait), 0);
    close(lock);
    char byte;
    assert_int_equal(read(channel[0], &byte, 1), 1);
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(channel[0]);
    gs_config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_text_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(what_would_not_load_is_not_written, setup, teardown),
        cmocka_unit_test(sources_are_checked_one_by_one),
        cmocka_unit_test_setup_teardown(the_lock_is_waited_for, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
