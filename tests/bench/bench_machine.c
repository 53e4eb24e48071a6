// The machine that the figures hold for, in one line, and what its disk takes for a commit: a pipeline that
// is durable per group of articles can never answer faster than one fdatasync.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench.h"

enum { SYNCS = 200, BLOCK = 4096 };

static uint64_t sync_median_us(const char *directory)
{
    char path[BENCH_PATH];
    snprintf(path, sizeof path, "%s/fsync", directory);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) {
        bench_fail("%s: %s", path, strerror(errno));
    }
    static const char block[BLOCK];
    gs_histogram *took = gs_allocate(sizeof *took);
    for (int i = 0; i < SYNCS; i++) {
        uint64_t begin = gs_monotonic_us();
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0) {
            bench_fail("%s: %s", path, strerror(errno));
        }
        gs_histogram_add(took, gs_monotonic_us() - begin);
    }
    uint64_t median = gs_histogram_quantile(took, 0.5);
    free(took);
    close(fd);
    unlink(path);
    return median;
}

bench_load bench_load_now(void)
{
    unsigned long long user = 0, nice = 0, kernel = 0, idle = 0, waiting = 0, hard = 0, soft = 0, stolen = 0;
    FILE *stat = fopen("/proc/stat", "r");
    if (!stat || fscanf(stat, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &kernel, &idle,
                        &waiting, &hard, &soft, &stolen) != 8) {
        bench_fail("/proc/stat: not as expected");
    }
    fclose(stat);
    uint64_t tick_us = 1000000u / (uint64_t)sysconf(_SC_CLK_TCK);
    uint64_t busy = user + nice + kernel + hard + soft;
    return (bench_load){.busy_us = busy * tick_us,
                        .stolen_us = stolen * tick_us,
                        .all_us = (busy + idle + waiting + stolen) * tick_us};
}

void bench_machine(const char *directory, gs_buffer *line)
{
    struct utsname system;
    if (uname(&system) != 0) {
        bench_fail("uname: %s", strerror(errno));
    }
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    gs_buffer_format(line, "%s %s %s, %ld cores, %.0f GB of memory; fdatasync of 4 KiB in %s takes %llu us",
                     system.sysname, system.release, system.machine, sysconf(_SC_NPROCESSORS_ONLN),
                     (double)pages * (double)page / 1e9, directory,
                     (unsigned long long)sync_median_us(directory));
}

static void print_core(void)
{
    char line[512], model[256] = "an unnamed processor";
    FILE *in = fopen("/proc/cpuinfo", "r");
    while (in && fgets(line, sizeof line, in) && sscanf(line, "model name : %255[^\n]", model) != 1)
        continue;
    if (in)
        fclose(in);
    printf("machine: one core of %s\n", model);
}

void bench_bind_core(void)
{
    int core = sched_getcpu();
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (core >= 0)
        CPU_SET((size_t)core, &cores);
    if (core < 0 || sched_setaffinity(0, sizeof cores, &cores) != 0)
        bench_fail("cannot bind to a core: %s", strerror(errno));
    print_core();
}
