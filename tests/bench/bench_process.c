// Daemons as child processes: started for real, ready when they say so, measured through /proc.
//
// Readiness is sd_notify's READY=1 on a datagram socket of ours, which is what systemd would see. A child
// dies with this program (PR_SET_PDEATHSIG), so an interrupted run leaves nothing behind.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

void bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void bench_scratch_make(bench_scratch *scratch, const char *parent, const char *bin)
{
    if (!parent) {
        parent = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    }
    int size = snprintf(scratch->path, sizeof scratch->path, "%s/gs-bench-XXXXXX", parent);
    if (size < 0 || (size_t)size >= 80) { // an ipc:// path must fit in sockaddr_un
        bench_fail("%s: too long for a scratch directory; name a shorter one with --dir", parent);
    }
    if (!mkdtemp(scratch->path)) {
        bench_fail("%s: %s", scratch->path, strerror(errno));
    }
    if ((size_t)snprintf(scratch->bin, sizeof scratch->bin, "%s", bin) >= sizeof scratch->bin) {
        bench_fail("%s: path too long", bin);
    }
}

void bench_scratch_remove(bench_scratch *scratch)
{
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", scratch->path, (char *)NULL);
        _exit(127);
    }
    if (pid > 0) {
        waitpid(pid, NULL, 0);
    }
}

static int notify_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        bench_fail("%s: too long for a socket", path);
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        bench_fail("%s: %s", path, strerror(errno));
    }
    return fd;
}

static void wait_ready(bench_process *process, int fd, const char *log)
{
    uint64_t end = gs_monotonic_us() + 10 * 1000000u;
    while (gs_monotonic_us() < end && !bench_ended(process)) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, 100) <= 0) {
            continue;
        }
        char message[512];
        ssize_t size = recv(fd, message, sizeof message - 1, 0);
        message[size > 0 ? size : 0] = '\0';
        if (strstr(message, "READY=1")) {
            return;
        }
    }
    char command[BENCH_PATH + 32];
    snprintf(command, sizeof command, "tail -n 5 '%s' >&2", log);
    if (system(command) != 0) {
        fprintf(stderr, "%s: no log\n", log);
    }
    bench_fail("gainsay-%s did not become ready", process->name);
}

static _Noreturn void become_daemon(const char *program, char *const *argv, int input, const char *log,
                                    const char *notify)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    int in_fd = input >= 0 ? input : open("/dev/null", O_RDONLY);
    dup2(in_fd, 0);
    dup2(log_fd, 1);
    dup2(log_fd, 2);
    setenv("NOTIFY_SOCKET", notify, 1);
    execv(program, argv);
    fprintf(stderr, "%s: %s\n", program, strerror(errno));
    _exit(127);
}

void bench_start(bench_process *process, const bench_scratch *scratch, const char *name,
                 const char *const *arguments, bool piped)
{
    char program[BENCH_PATH], log[BENCH_PATH], notify[BENCH_PATH];
    snprintf(program, sizeof program, "%s/gainsay-%s", scratch->bin, name);
    snprintf(log, sizeof log, "%s/%s.log", scratch->path, name);
    snprintf(notify, sizeof notify, "%s/notify", scratch->path);
    if (access(program, X_OK) != 0) {
        bench_fail("%s: %s; build it, or name its directory with --bin", program, strerror(errno));
    }
    char *argv[BENCH_ARGUMENTS + 2] = {program};
    for (size_t i = 0; arguments[i]; i++) {
        if (i == BENCH_ARGUMENTS) {
            bench_fail("too many arguments for %s", name);
        }
        argv[i + 1] = (char *)(uintptr_t)arguments[i]; // execv does not write to them
    }
    int ends[2] = {-1, -1};
    if (piped && pipe2(ends, O_CLOEXEC) != 0) {
        bench_fail("pipe: %s", strerror(errno));
    }
    int notify_fd = notify_socket(notify);
    *process = (bench_process){.name = name, .input = ends[1]};
    process->pid = fork();
    if (process->pid < 0) {
        bench_fail("fork: %s", strerror(errno));
    }
    if (process->pid == 0) {
        become_daemon(program, argv, ends[0], log, notify);
    }
    if (piped) {
        close(ends[0]);
    }
    wait_ready(process, notify_fd, log);
    close(notify_fd);
}

bool bench_ended(bench_process *process)
{
    if (process->pid == 0) {
        return true;
    }
    int status = 0;
    if (waitpid(process->pid, &status, WNOHANG) != process->pid) {
        return false;
    }
    process->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: gainsay-%s ended with status %d\n", process->name, status);
    }
    return true;
}

void bench_stop(bench_process *process)
{
    if (process->input >= 0) {
        close(process->input);
    }
    process->input = -1;
    if (process->pid == 0) {
        return;
    }
    kill(process->pid, SIGTERM);
    uint64_t end = gs_monotonic_us() + 30 * 1000000u;
    while (!bench_ended(process)) {
        if (gs_monotonic_us() > end) {
            fprintf(stderr, "bench: gainsay-%s did not end in 30 s and was killed\n", process->name);
            kill(process->pid, SIGKILL);
        }
        usleep(5000);
    }
}

// Reads a small /proc file of the process; "" when it is gone.
static void read_proc(const bench_process *process, const char *file, char *text, size_t size)
{
    char path[64];
    text[0] = '\0';
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)process->pid, file);
    FILE *in = process->pid > 0 ? fopen(path, "r") : NULL;
    if (!in) {
        return;
    }
    text[fread(text, 1, size - 1, in)] = '\0';
    fclose(in);
}

uint64_t bench_resident(const bench_process *process)
{
    char text[256];
    unsigned long long pages = 0;
    read_proc(process, "statm", text, sizeof text);
    if (sscanf(text, "%*s %llu", &pages) != 1) {
        return 0;
    }
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t bench_cpu_us(const bench_process *process)
{
    char text[1024];
    unsigned long long user = 0, kernel = 0;
    read_proc(process, "stat", text, sizeof text);
    const char *after_name = strrchr(text, ')'); // a program's name may hold blanks
    if (!after_name || sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
                              &kernel) != 2) {
        return 0;
    }
    return (uint64_t)(user + kernel) * 1000000u / (uint64_t)sysconf(_SC_CLK_TCK);
}
