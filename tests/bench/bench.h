// bench: what the measuring programs share: a scratch directory, processes and their cost, articles of a
// fixed size, and the machine's own figures. Failures end the program with one line: a benchmark that goes on
// after one would report nonsense.
#ifndef GAINSAY_TESTS_BENCH_H
#define GAINSAY_TESTS_BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/base.h"

enum {
    BENCH_ARTICLE_BYTES = 4096, // one JSON line, newline included
    BENCH_PATH = 512,
    BENCH_ARGUMENTS = 24,
};

// Prints the line and exits with 1.
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// ---- processes (bench_process.c) -------------------------------------------------------------------

typedef struct bench_process {
    pid_t pid;        // 0: not running
    const char *name; // borrowed: "ingestor"
    int input;        // write end of its standard input, owned; -1 if none was asked for
} bench_process;

typedef struct bench_scratch {
    char path[BENCH_PATH / 2]; // of the directory; made by bench_scratch_make
    char bin[BENCH_PATH / 2];  // where the daemons are
} bench_scratch;

// parent NULL: $TMPDIR or /tmp.
void bench_scratch_make(bench_scratch *scratch, const char *parent, const char *bin);
void bench_scratch_remove(bench_scratch *scratch);

// Starts bin/gainsay-NAME with arguments (NULL-terminated), and waits until it tells READY=1 to its service
// manager, for at most ten seconds. piped: bench_process.input is the other end of its standard input.
void bench_start(bench_process *process, const bench_scratch *scratch, const char *name,
                 const char *const *arguments, bool piped);
// SIGTERM, and the end of it within 30 seconds; a status other than 0 is told on standard error.
void bench_stop(bench_process *process);
bool bench_ended(bench_process *process);              // reaps it
uint64_t bench_resident(const bench_process *process); // bytes in RAM
uint64_t bench_cpu_us(const bench_process *process);   // processor time so far, user and system

// ---- articles (bench_article.c) --------------------------------------------------------------------

// One JSON Lines article of exactly BENCH_ARTICLE_BYTES, newline included, into line. The title is made of
// words that no other number has, and carries stamp_us, so that a subscriber can tell when it was written.
void bench_article(char line[BENCH_ARTICLE_BYTES], uint64_t number, uint64_t stamp_us);
// The stamp of a title; false if it is no such title.
bool bench_article_stamp(const char *title, uint64_t *stamp_us);
void bench_articles_write(const char *path, uint64_t count);

// ---- programs beside ours (bench_peer.c) -----------------------------------------------------------

// One pass over all texts.
typedef struct bench_pass {
    double seconds;
    double found; // what the program counts: tokens, statements
} bench_pass;

enum { BENCH_PASSES = 1001 }; // of one program, at most

typedef struct bench_figures {
    bench_pass passes[BENCH_PASSES]; // as measured; bench_figures_sort puts the slowest first
    size_t count;
} bench_figures;

void bench_figures_sort(bench_figures *figures);

typedef struct bench_command {
    char **argv; // owned; the texts are borrowed. NULL-terminated
    size_t count;
} bench_command;

void bench_command_add(bench_command *self, const char *argument);
void bench_command_free(bench_command *self);
// Runs it as a child process on the core that this process is bound to, and takes a pass from each line
// "run SECONDS FOUND" of its standard output. Returns the exit status: 127 if there is no such program, 126
// for one that a signal ended.
int bench_command_run(const bench_command *self, bench_figures *figures);
bool bench_has_file(const char *directory, const char *name);

// ---- the machine and the limit (bench_machine.c, bench_raw.c) ----------------------------------------

// One line: kernel, cores, memory, and the median of 200 fdatasync of 4 KiB in the directory.
void bench_machine(const char *directory, gs_buffer *line);
// Processor time that the machine has spent since its start, over all cores, in microseconds.
typedef struct bench_load {
    uint64_t busy_us;   // by programs and the kernel
    uint64_t stolen_us; // by the host, where this machine is a virtual one
    uint64_t all_us;    // idle time too
} bench_load;
bench_load bench_load_now(void);
// From here on this process and its children run on the core that it is on now; prints one line about it.
void bench_bind_core(void);
// count messages of BENCH_ARTICLE_BYTES from one process to another over PUSH/PULL on tcp loopback;
// messages/s.
double bench_raw_push_pull(uint64_t count);

#endif
