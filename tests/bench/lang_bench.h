// lang_bench: how fast lib/lang reads, and in how much memory, beside two programs that do a part of it.
#ifndef GAINSAY_TESTS_LANG_BENCH_H
#define GAINSAY_TESTS_LANG_BENCH_H

#include "bench.h"

// ---- the peers (lang_peers.c)

typedef struct lang_peer {
    const char *name;
    const char *reads;     // what it finds in a text
    const char *installed; // how to get it, where it is missing
} lang_peer;

typedef struct lang_peers_place {
    const char *directory; // holds node_modules, and keeps OpenNLP's trained models
    const char *corpus;    // CoNLL-U that OpenNLP is trained on when they are not there yet; NULL: none
} lang_peers_place;

enum { LANG_PEER_COUNT = 2 };
extern const lang_peer LANG_PEERS[LANG_PEER_COUNT];

// Runs the peer as a child process over the same files, on the core that this process is bound to; files is
// NULL-terminated. Where it gives no figures, *why says so in one line (static) and figures->count is 0.
void lang_peer_run(size_t peer, const lang_peers_place *place, size_t runs, char *const *files,
                   bench_figures *figures, const char **why);

#endif
