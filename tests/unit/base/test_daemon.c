// A daemon's start and end as its user meets them: what is printed where, and with which status it ends.
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/base.h"

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

// What a start printed, standard output and standard error apart.
typedef struct printed {
    char out[8192];
    char err[2048];
    int status;
    bool running;
} printed;

static void slurp(const char *name, char *text, size_t size)
{
    char path[UNIT_PATH];
    unit_join(&folder, name, path);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static int redirect(int fd, const char *name)
{
    char path[UNIT_PATH];
    unit_join(&folder, name, path);
    int saved = dup(fd);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(saved >= 0 && file >= 0);
    dup2(file, fd);
    close(file);
    return saved;
}

static void restore(int fd, int saved)
{
    dup2(saved, fd);
    close(saved);
}

static printed start(gs_daemon *daemon, const char *kind, const char *const *options)
{
    char *argv[16] = {(char *)(uintptr_t) "gainsay-test"};
    int argc = 1;
    for (; options[argc - 1]; argc++) {
        argv[argc] = (char *)(uintptr_t)options[argc - 1];
    }
    printed result = {.status = -1};
    fflush(stdout);
    int saved_out = redirect(STDOUT_FILENO, "out");
    int saved_err = redirect(STDERR_FILENO, "err");
    result.running = gs_daemon_start(daemon, kind, "usage of its own\n", argc, argv, &result.status);
    fflush(stdout);
    restore(STDOUT_FILENO, saved_out);
    restore(STDERR_FILENO, saved_err);
    slurp("out", result.out, sizeof result.out);
    slurp("err", result.err, sizeof result.err);
    return result;
}

#define START(daemon, kind, ...) start(daemon, kind, (const char *const[]){__VA_ARGS__, NULL})

static void answers_and_ends(void **state)
{
    (void)state;
    gs_daemon daemon;
    printed result = START(&daemon, "ingestor", "--version");
    assert_false(result.running);
    assert_int_equal(result.status, GS_EXIT_DONE);
    assert_string_equal(result.out, "gainsay-ingestor " GAINSAY_VERSION "\n");
    assert_string_equal(result.err, "");
    result = START(&daemon, "extractor", "--help");
    assert_false(result.running);
    assert_int_equal(result.status, GS_EXIT_DONE);
    assert_contains(result.out, "Usage: gainsay-extractor [OPTION]");
    assert_contains(result.out, "--log-format");
    assert_contains(result.out, "usage of its own");
    result = START(&daemon, "aggregator", "--check");
    assert_false(result.running);
    assert_int_equal(result.status, GS_EXIT_DONE);
    assert_string_equal(result.out, "configuration ok: embedded defaults\n");
}

static void check_names_the_file(void **state)
{
    (void)state;
    gs_daemon daemon;
    char path[UNIT_PATH];
    char expected[2 * UNIT_PATH];
    unit_join(&folder, "gainsay.yaml", path);
    unit_write(path, "log: {level: warn}\n", 19);
    printed result = START(&daemon, "ingestor", "--check", "--config", path);
    snprintf(expected, sizeof expected, "configuration ok: %s\n", path);
    assert_string_equal(result.out, expected);
    assert_int_equal(result.status, GS_EXIT_DONE);
    unit_write(path, "log: {level: loud}\n", 19);
    result = START(&daemon, "ingestor", "--config", path, "--check");
    snprintf(expected, sizeof expected,
             "gainsay-ingestor: %s:1: log.level: expected debug, info, warn or error, found \"loud\"\n",
             path);
    assert_false(result.running);
    assert_int_equal(result.status, GS_EXIT_USAGE);
    assert_string_equal(result.err, expected);
    assert_string_equal(result.out, "");
}

static void wrong_options_are_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *options[4];
        const char *says;
    } cases[] = {
        {{"--frobnicate"}, "gainsay-ingestor: unknown option --frobnicate; see --help\n"},
        {{"-x"}, "gainsay-ingestor: unknown option -x; see --help\n"},
        {{"--config"}, "gainsay-ingestor: option --config needs a value; see --help\n"},
        {{"--check=yes"}, "gainsay-ingestor: unknown option --check=yes; see --help\n"},
        {{"file"}, "gainsay-ingestor: unexpected argument file; see --help\n"},
        {{"--config", "/nonexistent/x"}, "/nonexistent/x: cannot be read: No such file or directory\n"},
        {{"--set", "ingestor.lease=soon"}, "--set ingestor.lease=soon: expected a number"},
        {{"--name", "a b"}, "ingestor.name: expected a name"},
        {{"--log-level", "loud"}, "--set log.level=loud: expected debug"},
        {{"--log-format", "xml"}, "--set log.format=xml: expected logfmt or json"},
        {{"--set", "ingestor.work=tcp://*:1"}, "gainsay keygen"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_daemon daemon;
        printed result = start(&daemon, "ingestor", cases[i].options);
        assert_false(result.running);
        assert_int_equal(result.status, GS_EXIT_USAGE);
        assert_contains(result.err, cases[i].says);
        assert_ptr_equal(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
        assert_string_equal(result.out, "");
        assert_null(daemon.config);
    }
}

static void options_reach_configuration_and_log(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *name;
    } kinds[] = {{"ingestor", "i-7"}, {"extractor", "e-7"}, {"aggregator", "a-7"}};
    for (size_t i = 0; i < 3; i++) {
        gs_daemon daemon;
        printed result = START(&daemon, kinds[i].kind, "--name", kinds[i].name, "--log-format", "json",
                               "--log-level", "debug", "--set", "ingestor.lease=7");
        assert_true(result.running);
        assert_int_equal(result.status, GS_EXIT_DONE);
        assert_string_equal(daemon.log.daemon, kinds[i].name);
        assert_int_equal(daemon.log.level, GS_DEBUG);
        assert_int_equal(daemon.log.format, GS_LOG_JSON);
        assert_int_equal(daemon.config->ingestor.lease, 7);
        assert_true(daemon.started_us > 0);
        gs_daemon_end(&daemon);
        gs_daemon_end(&daemon);
    }
}

static void signals_become_flags(void **state)
{
    (void)state;
    gs_daemon daemon;
    printed result = START(&daemon, "ingestor", "--log-level", "error");
    assert_true(result.running);
    assert_true(fcntl(daemon.signal_fd, F_GETFD) & FD_CLOEXEC);
    gs_daemon_signals(&daemon); // nothing pending: returns at once
    assert_false(daemon.stop || daemon.reload);
    raise(SIGPIPE);
    raise(SIGHUP);
    gs_daemon_signals(&daemon);
    assert_true(daemon.reload);
    assert_false(daemon.stop);
    raise(SIGTERM);
    gs_daemon_signals(&daemon);
    assert_true(daemon.stop);
    daemon.stop = false;
    raise(SIGINT);
    gs_daemon_signals(&daemon);
    assert_true(daemon.stop);
    gs_daemon_end(&daemon);
    assert_int_equal(daemon.signal_fd, -1);
}

static void reload_keeps_what_works(void **state)
{
    (void)state;
    gs_daemon daemon;
    char path[UNIT_PATH];
    unit_join(&folder, "reload.yaml", path);
    unit_write(path, "log: {level: error}\nextractor: {window: 10}\n", 44);
    printed result = START(&daemon, "extractor", "--config", path, "--set", "ingestor.lease=7");
    assert_true(result.running);
    unit_write(path, "log: {level: warn}\nextractor: {window: 11}\n", 43);
    assert_true(gs_daemon_reload(&daemon));
    assert_int_equal(daemon.config->extractor.window, 11);
    assert_int_equal(daemon.config->ingestor.lease, 7); // the option holds
    assert_int_equal(daemon.log.level, GS_WARN);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    daemon.log.fd = ends[1];
    static const char *const broken[] = {"extractor: {window: none}\n", "extractor: {name: 'a b'}\n"};
    for (size_t i = 0; i < 2; i++) {
        unit_write(path, broken[i], strlen(broken[i]));
        assert_false(gs_daemon_reload(&daemon));
        assert_int_equal(daemon.config->extractor.window, 11);
        char line[2048] = "";
        assert_true(read(ends[0], line, sizeof line - 1) > 0);
        assert_contains(line, "the old one stays");
        assert_contains(line, "reload.yaml:1: extractor.");
    }
    close(ends[0]);
    close(ends[1]);
    gs_daemon_end(&daemon);
}

// A stand-in for systemd: a datagram socket that the daemon is told of by NOTIFY_SOCKET.
static int open_notify(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[UNIT_PATH];
    unit_join(&folder, "notify", path);
    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    setenv("NOTIFY_SOCKET", path, 1);
    return fd;
}

static void assert_told(int fd, const char *says)
{
    char message[512] = "";
    if (recv(fd, message, sizeof message - 1, 0) < 0) {
        fail_msg("systemd was not told %s", says);
    }
    assert_contains(message, says);
}

static void systemd_is_told(void **state)
{
    (void)state;
    int fd = open_notify();
    char pid[32];
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    setenv("WATCHDOG_USEC", "200000", 1);
    setenv("WATCHDOG_PID", pid, 1);
    gs_daemon daemon;
    printed result = START(&daemon, "aggregator", "--log-level", "error");
    assert_true(result.running);
    assert_int_equal(daemon.watchdog_us, 100000);
    gs_daemon_ready(&daemon, "publishing");
    assert_told(fd, "READY=1\nSTATUS=publishing");
    gs_daemon_ping(&daemon);
    char message[64];
    assert_true(recv(fd, message, sizeof message, 0) < 0); // not due yet
    daemon.pinged_us -= 100000;
    gs_daemon_ping(&daemon);
    assert_told(fd, "WATCHDOG=1");
    assert_true(gs_daemon_reload(&daemon));
    assert_told(fd, "RELOADING=1");
    assert_told(fd, "READY=1");
    gs_daemon_stopping(&daemon);
    assert_told(fd, "STOPPING=1");
    daemon.watchdog_us = 0;
    daemon.pinged_us = 0;
    gs_daemon_ping(&daemon);
    assert_true(recv(fd, message, sizeof message, 0) < 0); // no watchdog, no ping
    gs_daemon_end(&daemon);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_ends),
        cmocka_unit_test(check_names_the_file),
        cmocka_unit_test(wrong_options_are_one_line),
        cmocka_unit_test(options_reach_configuration_and_log),
        cmocka_unit_test(signals_become_flags),
        cmocka_unit_test(reload_keeps_what_works),
        cmocka_unit_test(systemd_is_told),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
