// daemon: options, signals and systemd, the same for every daemon.
//
// Signals are blocked before any thread exists (threads inherit the mask) and read from a signalfd in the
// event loop: no code runs in a signal handler, and a signal that comes between two looks waits. Options
// such as --name become overrides of the configuration, so a reload applies them again by itself.
#include "base/daemon.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "base/view.h"

typedef struct options {
    const char *kind;
    bool check;
    bool version;
    bool help;
} options;

enum {
    OPTION_CONFIG = 256,
    OPTION_CHECK,
    OPTION_VERSION,
    OPTION_HELP,
    OPTION_NAME,
    OPTION_SET,
    OPTION_FORMAT,
    OPTION_LEVEL
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {"name", required_argument, NULL, OPTION_NAME},
    {"set", required_argument, NULL, OPTION_SET},
    {"log-format", required_argument, NULL, OPTION_FORMAT},
    {"log-level", required_argument, NULL, OPTION_LEVEL},
    {NULL, 0, NULL, 0},
};

static const char common_usage[] =
    "  --config FILE        configuration (YAML); without it the embedded defaults\n"
    "  --set KEY=VALUE      one setting over the configuration, may be repeated,\n"
    "                       e.g. --set ingestor.work=ipc:///run/gainsay/work\n"
    "  --name NAME          name of this process among its kind\n"
    "  --log-level LEVEL    debug, info, warn or error\n"
    "  --log-format FORMAT  logfmt or json\n"
    "  --check              say whether the configuration is right, then end\n"
    "  --version            print the version, then end\n"
    "  --help               print this, then end\n"
    "\n"
    "SIGTERM or SIGINT: finish what is in hand, then end with 0. SIGHUP: read the configuration anew.\n"
    "Ends with 0 when asked to end, 1 when it cannot go on, 2 when a person must change something first.\n";

static void complain(const char *kind, const char *message)
{
    fprintf(stderr, "gainsay-%s: %s\n", kind, message);
}

static void add_override(gs_daemon *daemon, const char *prefix, const char *key, const char *value)
{
    gs_buffer text = {0};
    gs_buffer_text(&text, prefix);
    gs_buffer_text(&text, key);
    gs_buffer_text(&text, value);
    size_t count = daemon->override_count;
    daemon->overrides = gs_reallocate(daemon->overrides, (count + 1) * sizeof(char *));
    daemon->overrides[count] = text.data ? text.data : gs_duplicate("");
    daemon->override_count = count + 1;
}

static bool take_option(gs_daemon *daemon, options *taken, int option)
{
    switch (option) {
    case OPTION_CONFIG:
        free(daemon->config_path);
        daemon->config_path = gs_duplicate(optarg);
        return true;
    case OPTION_CHECK:
        return taken->check = true;
    case OPTION_VERSION:
        return taken->version = true;
    case OPTION_HELP:
        return taken->help = true;
    case OPTION_NAME:
        add_override(daemon, taken->kind, ".name=", optarg);
        return true;
    case OPTION_SET:
        add_override(daemon, "", "", optarg);
        return true;
    case OPTION_FORMAT:
        add_override(daemon, "log", ".format=", optarg);
        return true;
    case OPTION_LEVEL:
        add_override(daemon, "log", ".level=", optarg);
        return true;
    default:
        return false;
    }
}

static bool read_options(gs_daemon *daemon, options *taken, int argc, char **argv, gs_error *error)
{
    opterr = 0; // the messages here are one line and say where help is
    optind = 0; // glibc: begin anew, also after another parse in this process
    int option;
    while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        const char *text = optind > 0 && optind <= argc ? argv[optind - 1] : "";
        if (option == ':') {
            return gs_fail(error, GS_E_USAGE, "option %.100s needs a value; see --help", text);
        }
        if (!take_option(daemon, taken, option)) {
            return gs_fail(error, GS_E_USAGE, "unknown option %.100s; see --help", text);
        }
    }
    if (optind < argc) {
        return gs_fail(error, GS_E_USAGE, "unexpected argument %.100s; see --help", argv[optind]);
    }
    return true;
}

static gs_config *load(const gs_daemon *daemon, gs_error *error)
{
    gs_config *config = gs_config_load(daemon->config_path, (const char *const *)daemon->overrides,
                                       daemon->override_count, error);
    if (config && !gs_config_check(config, error)) {
        gs_config_free(&config);
    }
    return config;
}

static const char *name_of(const gs_config *config, const char *kind)
{
    const struct {
        const char *kind;
        const char *name;
    } names[] = {{"ingestor", config->ingestor.name},
                 {"extractor", config->extractor.name},
                 {"aggregator", config->aggregator.name},
                 {"gateway", config->gateway.name},
                 {"push", config->push.name}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(kind, names[i].kind) == 0) {
            return names[i].name;
        }
    }
    return kind;
}

static void set_log(gs_log *log, const gs_config *config)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(config->log.level, levels[i]) == 0) {
            log->level = (gs_level)i;
        }
    }
    log->format = strcmp(config->log.format, "json") == 0 ? GS_LOG_JSON : GS_LOG_LOGFMT;
}

static bool open_signals(gs_daemon *daemon, gs_error *error)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaddset(&set, numbers[i]);
    }
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return gs_fail(error, GS_E_IO, "signals cannot be set up: %s", strerror(errno));
    }
    daemon->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (daemon->signal_fd < 0) {
        return gs_fail(error, GS_E_IO, "signalfd: %s", strerror(errno));
    }
    return true;
}

static void print_usage(const char *kind, const char *usage)
{
    printf("Usage: gainsay-%s [OPTION]...\n\n%s\n%s", kind, common_usage, usage ? usage : "");
}

// True when the daemon shall go on; otherwise everything is said and *exit_status set.
static bool prepare(gs_daemon *daemon, options *taken, const char *usage, int argc, char **argv,
                    int *exit_status)
{
    gs_error error = {0};
    *exit_status = GS_EXIT_USAGE;
    if (!read_options(daemon, taken, argc, argv, &error)) {
        complain(taken->kind, error.message);
        return false;
    }
    if (taken->help || taken->version) {
        if (taken->help) {
            print_usage(taken->kind, usage);
        } else {
            printf("gainsay-%s %s\n", taken->kind, GAINSAY_VERSION);
        }
        *exit_status = fflush(stdout) == 0 ? GS_EXIT_DONE : GS_EXIT_FAILED;
        return false;
    }
    daemon->config = load(daemon, &error);
    if (!daemon->config) {
        complain(taken->kind, error.message);
        return false;
    }
    if (taken->check) {
        printf("configuration ok: %s\n", daemon->config_path ? daemon->config_path : "embedded defaults");
        *exit_status = fflush(stdout) == 0 ? GS_EXIT_DONE : GS_EXIT_FAILED;
        return false;
    }
    if (!open_signals(daemon, &error)) {
        complain(taken->kind, error.message);
        *exit_status = GS_EXIT_FAILED;
        return false;
    }
    *exit_status = GS_EXIT_DONE;
    return true;
}

bool gs_daemon_start(gs_daemon *daemon, const char *kind, const char *usage, int argc, char **argv,
                     int *exit_status)
{
    *daemon = (gs_daemon){.signal_fd = -1, .started_us = gs_unix_us()};
    options taken = {.kind = kind};
    if (!prepare(daemon, &taken, usage, argc, argv, exit_status)) {
        gs_daemon_end(daemon);
        return false;
    }
    gs_log_init(&daemon->log, name_of(daemon->config, kind));
    set_log(&daemon->log, daemon->config);
    uint64_t interval_us = 0;
    if (sd_watchdog_enabled(0, &interval_us) > 0) {
        daemon->watchdog_us = interval_us / 2;
    }
    return true;
}

void gs_daemon_signals(gs_daemon *daemon)
{
    struct signalfd_siginfo pending;
    while (read(daemon->signal_fd, &pending, sizeof pending) == (ssize_t)sizeof pending) {
        if (pending.ssi_signo == SIGHUP) {
            daemon->reload = true;
        } else {
            daemon->stop = true;
        }
    }
}

bool gs_daemon_reload(gs_daemon *daemon)
{
    gs_error error = {0};
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)gs_monotonic_us());
    gs_config *config = load(daemon, &error);
    sd_notify(0, "READY=1");
    if (!config) {
        gs_oops(&daemon->log, "configuration not reloaded, the old one stays",
                gs_str("reason", error.message));
        return false;
    }
    gs_config_free(&daemon->config);
    daemon->config = config;
    set_log(&daemon->log, config);
    return true;
}

void gs_daemon_ready(gs_daemon *daemon, const char *status)
{
    daemon->pinged_us = gs_monotonic_us();
    sd_notifyf(0, "READY=1\nSTATUS=%s", status ? status : "");
}

void gs_daemon_stopping(gs_daemon *daemon)
{
    (void)daemon;
    sd_notify(0, "STOPPING=1");
}

void gs_daemon_ping(gs_daemon *daemon)
{
    uint64_t now = gs_monotonic_us();
    if (daemon->watchdog_us == 0 || now - daemon->pinged_us < daemon->watchdog_us) {
        return;
    }
    daemon->pinged_us = now;
    sd_notify(0, "WATCHDOG=1");
}

void gs_daemon_end(gs_daemon *daemon)
{
    if (daemon->signal_fd >= 0) {
        close(daemon->signal_fd);
        daemon->signal_fd = -1;
    }
    for (size_t i = 0; i < daemon->override_count; i++) {
        free(daemon->overrides[i]);
    }
    free(daemon->overrides);
    daemon->overrides = NULL;
    daemon->override_count = 0;
    gs_config_free(&daemon->config);
    free(daemon->config_path);
    daemon->config_path = NULL;
}
