// Programs that are measured beside ours, as child processes.
//
// A peer's program loads what it needs, warms up, then prints a line "run SECONDS FOUND" for each counted
// pass; its other lines on standard output are not ours. Children inherit the core that this process is bound
// to, their compilers and collectors too, and end with it.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static int slowest_first(const void *a, const void *b)
{
    const bench_pass *left = a, *right = b;
    return (left->seconds < right->seconds) - (left->seconds > right->seconds);
}

void bench_figures_sort(bench_figures *figures)
{
    qsort(figures->passes, figures->count, sizeof figures->passes[0], slowest_first);
}

void bench_command_add(bench_command *self, const char *argument)
{
    self->argv = gs_reallocate(self->argv, (self->count + 2) * sizeof *self->argv);
    self->argv[self->count++] = (char *)(uintptr_t)argument; // execvp does not write to them
    self->argv[self->count] = NULL;
}

void bench_command_free(bench_command *self)
{
    free(self->argv);
    *self = (bench_command){0};
}

bool bench_has_file(const char *directory, const char *name)
{
    char path[BENCH_PATH];
    return (size_t)snprintf(path, sizeof path, "%s/%s", directory, name) < sizeof path &&
           access(path, R_OK) == 0;
}

static _Noreturn void become(char *const *argv, int out)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    execvp(argv[0], argv);
    _exit(errno == ENOENT ? 127 : 126);
}

static void take_lines(FILE *in, bench_figures *figures)
{
    char line[1024];
    while (fgets(line, sizeof line, in)) {
        bench_pass pass;
        if (figures->count < BENCH_PASSES && sscanf(line, "run %lf %lf", &pass.seconds, &pass.found) == 2 &&
            pass.seconds > 0)
            figures->passes[figures->count++] = pass;
    }
}

int bench_command_run(const bench_command *self, bench_figures *figures)
{
    char *const *argv = self->argv;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        bench_fail("pipe: %s", strerror(errno));
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        bench_fail("fork: %s", strerror(errno));
    if (pid == 0)
        become(argv, ends[1]);
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    if (!in)
        bench_fail("pipe: %s", strerror(errno));
    take_lines(in, figures);
    fclose(in);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            bench_fail("%s: %s", argv[0], strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
