// The peers of the language benchmark: how each is started, and what to say where it cannot be. Both have
// compilers that work while they run, so their programs warm up for some seconds before the passes that
// count.
#include <stdio.h>
#include <unistd.h>

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

static bench_command opennlp(const lang_peers_place *place, const char **why)
{
    bench_command self = {0};
    if (access(OPENNLP_JAR, R_OK) != 0) {
        *why = LANG_PEERS[OPENNLP].installed;
        return self;
    }
    if (!place->corpus && !bench_has_file(place->directory, "opennlp-tag.bin")) {
        *why = "its models are not trained yet; name a corpus with --corpus";
        return self;
    }
    bench_command_add(&self, "java");
    bench_command_add(&self, "-cp");
    bench_command_add(&self, OPENNLP_JAR);
    bench_command_add(&self, LANG_PEERS_SOURCE "/OpenNlpBench.java");
    bench_command_add(&self, place->directory);
    bench_command_add(&self, place->corpus ? place->corpus : "-");
    return self;
}

static bench_command compromise(const lang_peers_place *place, const char **why)
{
    bench_command self = {0};
    if (!bench_has_file(place->directory, "node_modules/compromise/package.json")) {
        *why = LANG_PEERS[COMPROMISE].installed;
        return self;
    }
    bench_command_add(&self, "node");
    bench_command_add(&self, LANG_PEERS_SOURCE "/compromise_bench.mjs");
    bench_command_add(&self, place->directory);
    return self;
}

void lang_peer_run(size_t peer, const lang_peers_place *place, size_t runs, char *const *files,
                   bench_figures *figures, const char **why)
{
    figures->count = 0;
    bench_command self = peer == OPENNLP ? opennlp(place, why) : compromise(place, why);
    if (self.count == 0)
        return;
    char count[24];
    snprintf(count, sizeof count, "%zu", runs);
    bench_command_add(&self, count);
    for (size_t i = 0; files[i]; i++)
        bench_command_add(&self, files[i]);
    fflush(NULL);
    int status = bench_command_run(&self, figures);
    bench_command_free(&self);
    if (status == 0 && figures->count == runs)
        return;
    figures->count = 0;
    *why = status == 127 ? LANG_PEERS[peer].installed : "it failed; what it said stands above";
}
