// supervisor: a child that dies is started again, later each time it dies young; a child that says that a
// person must act ends the whole; and no child outlives this process.
//
// All signals come through one signalfd, so everything happens in one loop and nothing in a handler. Children
// get process groups of their own: Ctrl-C reaches only this process, which then stops them in the order in
// which nothing is left half done (who feeds first, who commits last). If this process is itself killed, the
// kernel kills them (PR_SET_PDEATHSIG); killed daemons lose nothing and repeat nothing, which is their
// contract.
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BACKOFF_FIRST_US = 200 * 1000,
    BACKOFF_MOST_US = 10 * 1000 * 1000,
    HEALTHY_US = 30 * 1000 * 1000, // alive for so long, and the back-off starts anew
    LOOK_US = 1000 * 1000,
    PATIENCE_US = 10 * 1000 * 1000, // between the request to stop and SIGKILL
    EXEC_FAILED = 127,
};

typedef struct child {
    char *name;       // owned
    char **arguments; // owned, NULL last
    unsigned stop_step;
    bool keeps_stdin, ends_all;
    pid_t pid;           // 0: not running
    uint64_t started_us; // monotonic
    uint64_t due_us;     // monotonic: when to start it (again), while not running
    uint64_t backoff_us; // wait before the next start
} child;

struct gs_supervisor {
    gs_log *log;     // borrowed
    int signal_fd;   // owned
    child *children; // owned
    size_t count;
    bool stopping;  // nothing is started any more
    bool impatient; // asked to stop a second time
    int exit_status;
};

gs_supervisor *gs_supervisor_new(gs_log *log, gs_error *error)
{
    sigset_t signals;
    sigemptyset(&signals);
    const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        sigaddset(&signals, taken[i]);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    const int fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) {
        gs_fail(error, GS_E_IO, "cannot watch signals: %s", strerror(errno));
        return NULL;
    }
    gs_supervisor *self = gs_allocate(sizeof *self);
    self->log = log;
    self->signal_fd = fd;
    return self;
}

void gs_supervisor_free(gs_supervisor **self_p)
{
    gs_supervisor *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++) {
        child *one = &self->children[i];
        if (one->pid > 0) {
            kill(one->pid, SIGKILL);
            waitpid(one->pid, NULL, 0);
        }
        for (char **argument = one->arguments; *argument; argument++)
            free(*argument);
        free(one->arguments);
        free(one->name);
    }
    close(self->signal_fd);
    free(self->children);
    free(self);
    *self_p = NULL;
}

void gs_supervisor_add(gs_supervisor *self, const gs_child_options *options)
{
    self->children = gs_reallocate(self->children, (self->count + 1) * sizeof *self->children);
    child *one = &self->children[self->count++];
    *one = (child){.name = gs_duplicate(options->name),
                   .stop_step = options->stop_step,
                   .keeps_stdin = options->keeps_stdin,
                   .ends_all = options->ends_all,
                   .backoff_us = BACKOFF_FIRST_US};
    size_t count = 0;
    while (options->arguments[count])
        count++;
    one->arguments = gs_allocate((count + 1) * sizeof *one->arguments);
    for (size_t i = 0; i < count; i++)
        one->arguments[i] = gs_duplicate(options->arguments[i]);
}

// In the new process, before the program: only async-signal-safe calls, for other threads may hold locks.
static void become(const child *one, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) // it died before the line above took effect
        _exit(EXEC_FAILED);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (!one->keeps_stdin) {
        const int nothing = open("/dev/null", O_RDONLY);
        if (nothing >= 0)
            dup2(nothing, STDIN_FILENO);
    }
    execvp(one->arguments[0], one->arguments);
    _exit(EXEC_FAILED);
}

static void start(gs_supervisor *self, child *one)
{
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0)
        become(one, parent);
    one->started_us = gs_monotonic_us();
    if (pid < 0) {
        gs_warn(self->log, "cannot start a process, trying again", gs_str("child", one->name),
                gs_str("reason", strerror(errno)));
        one->due_us = one->started_us + BACKOFF_MOST_US;
        return;
    }
    one->pid = pid;
    gs_debug(self->log, "started", gs_str("child", one->name), gs_int("pid", pid));
}

static void begin_stop(gs_supervisor *self, int exit_status)
{
    if (!self->stopping) {
        self->stopping = true;
        self->exit_status = exit_status;
    }
}

static void schedule_restart(gs_supervisor *self, child *one, const char *how, int number)
{
    const uint64_t now = gs_monotonic_us();
    if (now - one->started_us >= HEALTHY_US)
        one->backoff_us = BACKOFF_FIRST_US;
    one->due_us = now + one->backoff_us;
    gs_warn(self->log, "ended; it will be started again", gs_str("child", one->name), gs_int(how, number),
            gs_real("in_seconds", (double)one->backoff_us / 1e6));
    one->backoff_us = one->backoff_us * 2 < BACKOFF_MOST_US ? one->backoff_us * 2 : BACKOFF_MOST_US;
}

static void ended(gs_supervisor *self, child *one, int wait_status)
{
    one->pid = 0;
    if (self->stopping)
        return;
    if (WIFSIGNALED(wait_status)) {
        schedule_restart(self, one, "signal", WTERMSIG(wait_status));
        return;
    }
    const int status = WEXITSTATUS(wait_status);
    if (status == GS_EXIT_DONE && one->ends_all) {
        begin_stop(self, GS_EXIT_DONE);
    } else if (status == GS_EXIT_USAGE) {
        gs_oops(self->log, "needs a person to act first (see its message above); stopping",
                gs_str("child", one->name));
        begin_stop(self, GS_EXIT_USAGE);
    } else if (status == EXEC_FAILED) {
        gs_oops(self->log, "cannot be run; stopping", gs_str("child", one->name),
                gs_str("program", one->arguments[0]));
        begin_stop(self, GS_EXIT_USAGE);
    } else {
        schedule_restart(self, one, "status", status);
    }
}

static void reap(gs_supervisor *self)
{
    for (size_t i = 0; i < self->count; i++) {
        child *one = &self->children[i];
        int wait_status = 0;
        if (one->pid > 0 && waitpid(one->pid, &wait_status, WNOHANG) == one->pid)
            ended(self, one, wait_status);
    }
}

static void tell_all(gs_supervisor *self, int signal_number)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->children[i].pid > 0)
            kill(self->children[i].pid, signal_number);
}

// Waits for a signal, at most timeout_us, and acts on what came.
static void serve_signals(gs_supervisor *self, uint64_t timeout_us)
{
    struct pollfd waited = {.fd = self->signal_fd, .events = POLLIN};
    poll(&waited, 1, (int)(timeout_us / 1000) + 1);
    struct signalfd_siginfo came;
    while (read(self->signal_fd, &came, sizeof came) == (ssize_t)sizeof came) {
        if (came.ssi_signo == SIGHUP) {
            tell_all(self, SIGHUP);
        } else if (came.ssi_signo != SIGCHLD) {
            self->impatient = self->stopping;
            begin_stop(self, GS_EXIT_DONE);
        }
    }
    reap(self); // also when several SIGCHLD came as one
}

// Starts what is due; returns how long until the next one is, at most `most`.
static uint64_t start_due(gs_supervisor *self, uint64_t most)
{
    uint64_t wait = most;
    for (size_t i = 0; i < self->count; i++) {
        child *one = &self->children[i];
        if (one->pid > 0)
            continue;
        const uint64_t now = gs_monotonic_us();
        if (one->due_us <= now)
            start(self, one);
        else if (one->due_us - now < wait)
            wait = one->due_us - now;
    }
    return wait;
}

static size_t count_running(const gs_supervisor *self, unsigned step)
{
    size_t running = 0;
    for (size_t i = 0; i < self->count; i++)
        running += self->children[i].pid > 0 && self->children[i].stop_step <= step;
    return running;
}

static void stop_step(gs_supervisor *self, unsigned step)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->children[i].pid > 0 && self->children[i].stop_step == step)
            kill(self->children[i].pid, SIGTERM);
    const uint64_t until = gs_monotonic_us() + PATIENCE_US;
    while (count_running(self, step) > 0 && gs_monotonic_us() < until && !self->impatient)
        serve_signals(self, 100 * 1000);
    for (size_t i = 0; i < self->count; i++) {
        child *one = &self->children[i];
        if (one->pid == 0 || one->stop_step > step)
            continue;
        gs_warn(self->log, "does not stop, killing it (nothing is lost)", gs_str("child", one->name));
        kill(one->pid, SIGKILL);
        waitpid(one->pid, NULL, 0);
        one->pid = 0;
    }
}

static void stop_all(gs_supervisor *self)
{
    unsigned last = 0;
    for (size_t i = 0; i < self->count; i++)
        if (self->children[i].stop_step > last)
            last = self->children[i].stop_step;
    for (unsigned step = 0; step <= last; step++)
        stop_step(self, step);
}

int gs_supervisor_run(gs_supervisor *self, gs_supervisor_look *look, void *context)
{
    uint64_t looked_us = gs_monotonic_us();
    while (!self->stopping) {
        serve_signals(self, start_due(self, LOOK_US));
        const uint64_t now = gs_monotonic_us();
        if (look && !self->stopping && now - looked_us >= LOOK_US) {
            looked_us = now;
            if (look(context))
                begin_stop(self, GS_EXIT_DONE);
        }
    }
    stop_all(self);
    return self->exit_status;
}
