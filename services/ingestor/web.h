// What the files of web sources share. A web source is a feed, a sitemap or a page list.
//
//   web.c        looks: asks for the source itself, takes its entries, sets the time of the next look
//   web_pages.c  the line of pages that its entries lead to, fetched one by one
//   web_notes.c  what is kept of it in the store, so that a restart neither asks nor reads twice
#ifndef GAINSAY_SERVICES_WEB_H
#define GAINSAY_SERVICES_WEB_H

#include "ingestor.h"

enum {
    WEB_PAGES_WAITING = 256,
    WEB_KNOWN = 2048,     // entries that are remembered as done, in memory
    WEB_KNOWN_KEPT = 512, // of which so many, the newest, are kept in the store
    WEB_MAPS_WAITING = 16,
    WEB_TIMEOUT_S = 60,
    WEB_AGAIN_US = 1000 * 1000, // until what found no room in the batch is tried again
};

typedef struct web_page {
    char *link, *title, *published, *author; // owned
    char *variant; // owned: the AMP or print form of it, which is asked for next; NULL if none
    uint64_t hash; // of link and date: the entry
    uint32_t tries;
    uint64_t at_us; // monotonic: not before, after a temporary failure
} web_page;

typedef struct web {
    ingestor *owner; // borrowed
    web_page waiting[WEB_PAGES_WAITING];
    size_t waiting_count;
    uint64_t known[WEB_KNOWN];    // hashes of entries that are done, a ring
    size_t known_next;            // grows; its remainder is the place in the ring
    char *maps[WEB_MAPS_WAITING]; // owned: sitemaps that an index named, still to be read
    size_t map_count;
    char *etag, *last_modified; // owned; of the last answer
    char *moved_to;   // owned: where it has gone for good, or the feed that its page named; NULL if nowhere
    bool partly;      // entries of the last answer were left: the next look asks for all of it again
    bool retired;     // 410: never asked again
    bool new_entries; // this look
    gs_schedule schedule;
    gs_look look;         // how the look went whose pages are being fetched
    int64_t next_unix_s;  // of the next look; 0 for now
    uint64_t pages_at_us; // monotonic: all pages wait until then, because their host asked for it
} web;

// web.c
source *web_source(const web *self); // its source now; NULL when it is gone
bool web_look_is_due(const web *self);
// Nothing is under way: sets when it is due again. pages_us: monotonic, when a waiting page may be asked for.
void web_settle(web *self, source *from, uint64_t pages_us);

// web_pages.c
bool web_is_known(const web *self, uint64_t hash);                        // done, or waiting
void web_know(web *self, uint64_t hash);                                  // done
bool web_take_entry(web *self, source *from, const gs_feed_entry *entry); // false: no room, ask again later
void web_next_page(web *self, source *from); // fetches the next page of the line, or settles
void web_drop_pages(web *self);

// web_notes.c
void web_notes_load(web *self, const source *from);
void web_notes_save(web *self,
                    const source *from); // into the open batch: in one transaction with its articles

#endif
