// robots: what a robots.txt allows (RFC 9309). Bytes in, verdicts out; nothing here knows of HTTP.
#ifndef GAINSAY_NET_ROBOTS_H
#define GAINSAY_NET_ROBOTS_H

#include "base/base.h"

enum {
    GS_ROBOTS_BYTES = 500 * 1024,            // of a file are read; the rest is not in force
    GS_ROBOTS_DELAY_MOST_MS = 5 * 60 * 1000, // a longer Crawl-delay counts as this one
};

typedef struct gs_robots gs_robots;

// product: the name that groups are for us by ("gainsay"), case aside; without a group of that name the one
// of "*" is in force, and without that nothing is forbidden. Never fails: what is no rule is skipped.
gs_robots *gs_robots_parse(gs_view text, const char *product);
void gs_robots_free(gs_robots **self_p);
// path: path and query of a URL, percent-encoded or not. The longest rule decides, of equal ones the kinder.
bool gs_robots_allows(const gs_robots *self, const char *path);
uint32_t gs_robots_delay_ms(const gs_robots *self); // Crawl-delay of the group in force; 0 if it has none
size_t gs_robots_memory(const gs_robots *self);     // bytes held

#endif
