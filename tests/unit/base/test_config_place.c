// Lines of keys, in YAML as people write it and as they could.
#include "unit.h"

#include "base/config_internal.h"

static const char text[] = "# comment: x\n"              // 1
                           "directory: /x\n"             // 2
                           "\n"                          // 3
                           "ingestor:   # section\n"     // 4
                           "    # name: not this\n"      // 5
                           "    name: sources\n"         // 6
                           "    \"lease\" : 3\n"         // 7
                           "    sources:\n"              // 8
                           "    - id: a\n"               // 9
                           "      path: name\n"          // 10
                           "      # - id: c\n"           // 11
                           "    -\n"                     // 12
                           "      id: b\n"               // 13
                           "    - {id: c, kind: feed}\n" // 14
                           "    silence: 3\n"            // 15
                           "'log': {level: info}\n"      // 16
                           "connect:\r\n"                // 17
                           "  ingestors: [a, b]\r\n"     // 18
                           "  live: x\r\n"               // 19
                           "names: y";                   // 20

static void lines_are_found(void **state)
{
    (void)state;
    static const struct {
        gs_place place;
        size_t line;
    } cases[] = {
        {{.key = "directory"}, 2},
        {{.key = "names"}, 20},
        {{.key = "name"}, 0},
        {{.section = "ingestor"}, 4},
        {{.section = "ingestor", .key = "name"}, 6},
        {{.section = "ingestor", .key = "lease"}, 7},
        {{.section = "ingestor", .key = "silence"}, 15},
        {{.section = "ingestor", .key = "store"}, 4},
        {{.section = "ingestor", .list = "sources"}, 8},
        {{.section = "ingestor", .list = "sources", .entry = 1}, 9},
        {{.section = "ingestor", .list = "sources", .entry = 1, .key = "id"}, 9},
        {{.section = "ingestor", .list = "sources", .entry = 1, .key = "path"}, 10},
        {{.section = "ingestor", .list = "sources", .entry = 1, .key = "kind"}, 9},
        {{.section = "ingestor", .list = "sources", .entry = 2, .key = "id"}, 13},
        {{.section = "ingestor", .list = "sources", .entry = 2, .key = "path"}, 12},
        {{.section = "ingestor", .list = "sources", .entry = 3, .key = "kind"}, 14},
        {{.section = "ingestor", .list = "sources", .entry = 4, .key = "kind"}, 8},
        {{.section = "log", .key = "level"}, 16},
        {{.section = "connect", .key = "live"}, 19},
        {{.section = "connect", .list = "ingestors", .entry = 2}, 18},
        {{.section = "log", .list = "sources", .entry = 2}, 16},
        {{.section = "security", .key = "own_key"}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t line = gs_yaml_line(gs_view_of(text), cases[i].place);
        if (line != cases[i].line) {
            fail_msg("case %zu: line %zu, expected %zu", i, line, cases[i].line);
        }
    }
    assert_int_equal(gs_yaml_line(gs_view_of(NULL), (gs_place){.key = "directory"}), 0);
}

static void places_are_written_out(void **state)
{
    (void)state;
    gs_error error = {0};
    gs_fail(&error, GS_E_USAGE, "wrong");
    gs_fail_at(&error, "f.yaml", gs_view_of(text),
               (gs_place){.section = "ingestor", .list = "sources", .entry = 2, .key = "id"});
    assert_string_equal(error.message, "f.yaml:13: ingestor.sources[2].id: wrong");
    gs_fail(&error, GS_E_USAGE, "wrong");
    gs_fail_at(&error, "f.yaml", gs_view_of(text), (gs_place){.key = "directory", .value = "/elsewhere"});
    assert_string_equal(error.message, "f.yaml: directory: wrong");
    gs_fail(&error, GS_E_USAGE, "wrong");
    gs_fail_at(&error, NULL, gs_view_of(text), (gs_place){.section = "log", .key = "level"});
    assert_string_equal(error.message, "embedded defaults: log.level: wrong");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_found),
        cmocka_unit_test(places_are_written_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
