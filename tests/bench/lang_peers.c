// The peers of the language benchmark, run as child processes.
//
// A peer's program loads what it needs, warms up for some seconds (both have compilers that work while they
// run), then prints a line "run SECONDS TOKENS" for each counted pass. Its other lines on standard output
// are not ours. Children inherit the core that this process is bound to, their compilers and collectors too.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "lang_bench.h"

#define OPENNLP_JAR "/usr/share/java/opennlp-tools.jar"

enum { OPENNLP, COMPROMISE };

const lang_peer LANG_PEERS[LANG_PEER_COUNT] = {
    [OPENNLP] = {"Apache OpenNLP", "sentences, tokens, tags",
                 "not installed (Debian: libapache-opennlp-java and default-jdk-headless)"},
    [COMPROMISE] =
        {"compromise (node.js)", "sentences, tokens, tags",
         "not installed (node.js, and npm install --prefix DIR compromise, DIR as in --peers-dir)"},
};

typedef struct command {
    char **argv; // owned; the texts are borrowed. NULL-terminated
    size_t count;
} command;

static void add(command *self, const char *argument)
{
    self->argv = gs_reallocate(self->argv, (self->count + 2) * sizeof *self->argv);
    self->argv[self->count++] = (char *)(uintptr_t)argument; // execvp does not write to them
    self->argv[self->count] = NULL;
}

static bool exists(const char *directory, const char *name)
{
    char path[BENCH_PATH];
    return (size_t)snprintf(path, sizeof path, "%s/%s", directory, name) < sizeof path &&
           access(path, R_OK) == 0;
}

static command opennlp(const lang_peers_place *place, const char **why)
{
    command self = {0};
    if (access(OPENNLP_JAR, R_OK) != 0) {
        *why = LANG_PEERS[OPENNLP].installed;
        return self;
    }
    if (!place->corpus && !exists(place->directory, "opennlp-tag.bin")) {
        *why = "its models are not trained yet; name a corpus with --corpus";
        return self;
    }
    add(&self, "java");
    add(&self, "-cp");
    add(&self, OPENNLP_JAR);
    add(&self, LANG_PEERS_SOURCE "/OpenNlpBench.java");
    add(&self, place->directory);
    add(&self, place->corpus ? place->corpus : "-");
    return self;
}

static command compromise(const lang_peers_place *place, const char **why)
{
    command self = {0};
    if (!exists(place->directory, "node_modules/compromise/package.json")) {
        *why = LANG_PEERS[COMPROMISE].installed;
        return self;
    }
    add(&self, "node");
    add(&self, LANG_PEERS_SOURCE "/compromise_bench.mjs");
    add(&self, place->directory);
    return self;
}

static _Noreturn void become(char *const *argv, int out)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    execvp(argv[0], argv);
    _exit(errno == ENOENT ? 127 : 126);
}

static void take_lines(FILE *in, lang_figures *figures)
{
    char line[1024];
    while (fgets(line, sizeof line, in)) {
        lang_pass pass;
        if (figures->count < LANG_PASSES && sscanf(line, "run %lf %lf", &pass.seconds, &pass.tokens) == 2 &&
            pass.seconds > 0)
            figures->passes[figures->count++] = pass;
    }
}

// The exit status; 126 for one that a signal ended.
static int run(char *const *argv, lang_figures *figures)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        bench_fail("pipe: %s", strerror(errno));
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

void lang_peer_run(size_t peer, const lang_peers_place *place, size_t runs, char *const *files,
                   lang_figures *figures, const char **why)
{
    figures->count = 0;
    command self = peer == OPENNLP ? opennlp(place, why) : compromise(place, why);
    if (self.count == 0)
        return;
    char count[24];
    snprintf(count, sizeof count, "%zu", runs);
    add(&self, count);
    for (size_t i = 0; files[i]; i++)
        add(&self, files[i]);
    fflush(NULL);
    int status = run(self.argv, figures);
    free(self.argv);
    if (status == 0 && figures->count == runs)
        return;
    figures->count = 0;
    *why = status == 127 ? LANG_PEERS[peer].installed : "it failed; what it said stands above";
}
