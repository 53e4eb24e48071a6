// A log line is one line, whatever goes into it.
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>

#include "base/base.h"

typedef struct fixture {
    gs_log log;
    int read_end;
    char text[16384]; // what was read last
} fixture;

static void open_log(fixture *self, gs_log_format format)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    gs_log_init(&self->log, "tester");
    assert_int_equal(self->log.fd, STDERR_FILENO);
    assert_int_equal(self->log.level, GS_INFO);
    assert_int_equal(self->log.format, GS_LOG_LOGFMT);
    self->log.fd = ends[1];
    self->log.format = format;
    self->read_end = ends[0];
}

static void close_log(fixture *self)
{
    close(self->log.fd);
    close(self->read_end);
}

// The line without its time; checks that it is exactly one line.
static const char *last_line(fixture *self)
{
    ssize_t size = read(self->read_end, self->text, sizeof self->text - 1);
    assert_true(size > 0);
    self->text[size] = '\0';
    assert_ptr_equal(strchr(self->text, '\n'), self->text + size - 1);
    self->text[size - 1] = '\0';
    const char *level = strstr(self->text, self->log.format == GS_LOG_JSON ? "\"level\"" : "level=");
    assert_non_null(level);
    return level;
}

static bool is_silent(const fixture *self)
{
    char byte;
    return read(self->read_end, &byte, 1) < 0 && errno == EAGAIN;
}

static void logfmt_quotes_only_where_needed(void **state)
{
    (void)state;
    fixture self;
    open_log(&self, GS_LOG_LOGFMT);
    gs_info(&self.log, "article committed", gs_str("article", "a1b2"), gs_int("statements", -3),
            gs_real("score", 0.25));
    assert_string_equal(last_line(&self), "level=info daemon=tester msg=\"article committed\" article=a1b2 "
                                          "statements=-3 score=0.25");
    gs_warn(&self.log, "ready", gs_str("empty", ""), gs_str("none", NULL), gs_str("is", "a=b"),
            gs_str("path", "c:\\x"), gs_str("said", "\"no\""));
    assert_string_equal(last_line(&self),
                        "level=warn daemon=tester msg=ready empty=\"\" none=\"\" is=\"a=b\" "
                        "path=\"c:\\\\x\" said=\"\\\"no\\\"\"");
    gs_oops(&self.log, "café");
    assert_string_equal(last_line(&self), "level=error daemon=tester msg=café");
    gs_time time;
    assert_memory_equal(self.text, "time=", 5);
    assert_true(gs_time_parse(gs_view_make(self.text + 5, 24), &time));
    close_log(&self);
}

static void json_is_json(void **state)
{
    (void)state;
    fixture self;
    open_log(&self, GS_LOG_JSON);
    gs_info(&self.log, "two words", gs_str("key", "a\"b\\c\n\t\x01"), gs_int("n", INT64_MIN),
            gs_real("r", 1.5), gs_real("nan", NAN), gs_real("inf", -INFINITY));
    assert_string_equal(
        last_line(&self),
        "\"level\":\"info\",\"daemon\":\"tester\",\"msg\":\"two words\",\"key\":\"a\\\"b\\\\c\\n\\t"
        "\\u0001\",\"n\":-9223372036854775808,\"r\":1.5,\"nan\":null,\"inf\":null}");
    assert_memory_equal(self.text, "{\"time\":\"", 9);
    gs_oops(&self.log, "");
    assert_string_equal(last_line(&self), "\"level\":\"error\",\"daemon\":\"tester\",\"msg\":\"\"}");
    close_log(&self);
}

static void hostile_text_stays_in_its_value(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *escaped;
    } cases[] = {
        {"x\ntime=forged level=error", "\"x\\ntime=forged level=error\""},
        {"\x1b[2J", "\"\\u001b[2J\""},
        {"\x7f", "\"\\u007f\""},
        {"\xc2\x9b", "\"\\u009b\""},
        {"\xe2\x80\xa8", "\"\\u2028\""},
        {"\xe2\x80\xae", "\"\\u202e\""},
        {"\xe2\x81\xa9", "\"\\u2069\""},
        {"\xef\xbb\xbf", "\"\\ufeff\""},
        {"\xff", "\"\\ufffd\""},
        {"\xc3", "\"\\ufffd\""},
        {"\r", "\"\\r\""},
    };
    for (int format = GS_LOG_LOGFMT; format <= GS_LOG_JSON; format++) {
        fixture self;
        open_log(&self, (gs_log_format)format);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            char expected[128];
            snprintf(expected, sizeof expected, format == GS_LOG_JSON ? "\"key\":%s}" : "key=%s",
                     cases[i].escaped);
            gs_info(&self.log, "m", gs_str("key", cases[i].raw));
            const char *line = last_line(&self);
            const char *field = strstr(line, format == GS_LOG_JSON ? "\"key\"" : "key=");
            assert_non_null(field);
            assert_string_equal(field, expected);
        }
        close_log(&self);
    }
}

static void long_values_are_cut_at_a_code_point(void **state)
{
    (void)state;
    fixture self;
    open_log(&self, GS_LOG_JSON);
    char text[9001];
    for (size_t i = 0; i + 1 < sizeof text; i += 2) {
        memcpy(text + i, "\xc3\xa9", 2);
    }
    text[0] = 'x';
    text[1] = 'x';
    text[2] = 'x'; // an odd start: the cut would fall inside a code point
    memmove(text + 3, text + 4, sizeof text - 4);
    text[sizeof text - 2] = '\0';
    gs_info(&self.log, "m", gs_str("key", text));
    const char *line = last_line(&self);
    assert_true(strlen(line) < 2200);
    assert_true(gs_view_ends(gs_view_of(line), "...\"}"));
    assert_true(gs_utf8_valid(gs_view_of(line), NULL));
    assert_null(strstr(line, "\\ufffd"));
    close_log(&self);
}

static void lines_below_the_level_are_dropped(void **state)
{
    (void)state;
    fixture self;
    open_log(&self, GS_LOG_LOGFMT);
    gs_debug(&self.log, "quiet");
    assert_true(is_silent(&self));
    self.log.level = GS_ERROR;
    gs_warn(&self.log, "quiet");
    gs_log_write(&self.log, (gs_level)(GS_ERROR + 1), "no such level", NULL, 0);
    assert_true(is_silent(&self));
    self.log.level = GS_DEBUG;
    gs_debug(&self.log, "heard");
    assert_contains(last_line(&self), "level=debug");
    close_log(&self);
}

static void a_log_that_cannot_be_written_stops_nobody(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    fixture self;
    open_log(&self, GS_LOG_LOGFMT);
    char filler[4096] = {0};
    while (write(self.log.fd, filler, sizeof filler) > 0) {
    }
    uint64_t before = gs_monotonic_us();
    errno = ENOENT;
    gs_info(&self.log, "nobody reads");
    assert_int_equal(errno, ENOENT);
    assert_true(gs_monotonic_us() - before < 2000000);
    close(self.read_end);
    gs_info(&self.log, "nobody can read");
    close(self.log.fd);
    gs_info(&self.log, "closed");
}

static void a_condition_that_lasts_is_told_once_an_interval(void **state)
{
    (void)state;
    gs_log log;
    uint64_t last = 0;
    gs_log_init(&log, NULL);
    assert_string_equal(log.daemon, "");
    assert_true(gs_log_every(&log, &last, UINT64_C(3600000000)));
    assert_false(gs_log_every(&log, &last, UINT64_C(3600000000)));
    assert_false(gs_log_every(&log, &last, UINT64_C(3600000000)));
    assert_int_equal(log.suppressed, 2);
    assert_true(gs_log_every(&log, &last, 0));
    last = gs_monotonic_us() - 2000;
    assert_true(gs_log_every(&log, &last, 1000));
}

static void a_long_daemon_name_is_cut(void **state)
{
    (void)state;
    gs_log log;
    char name[200];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    gs_log_init(&log, name);
    assert_int_equal(strlen(log.daemon), sizeof log.daemon - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logfmt_quotes_only_where_needed),
        cmocka_unit_test(json_is_json),
        cmocka_unit_test(hostile_text_stays_in_its_value),
        cmocka_unit_test(long_values_are_cut_at_a_code_point),
        cmocka_unit_test(lines_below_the_level_are_dropped),
        cmocka_unit_test(a_log_that_cannot_be_written_stops_nobody),
        cmocka_unit_test(a_condition_that_lasts_is_told_once_an_interval),
        cmocka_unit_test(a_long_daemon_name_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
