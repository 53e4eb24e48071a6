// source_trial: one source, address or file, tried: what the ingestor would take of it, found out step by
// step by the rules that it goes by (lib/source), and told in a report.
#ifndef GAINSAY_CLI_SOURCE_TRIAL_H
#define GAINSAY_CLI_SOURCE_TRIAL_H

#include "source/source.h"
#include "source_fetch.h"
#include "source_report.h"
#include "source_verbs.h"
#include "store/store.h"

typedef struct gs_trial {
    const gs_source_options *options; // borrowed, like the configuration in it
    gs_source_report report;
    gs_fetcher *fetcher; // owned; made when something is fetched
    gs_store *store;     // owned: the ingestor's, to tell what it has read; NULL if there is none
    gs_arena *arena;     // owned: of what is tried
    gs_arena *entry;     // owned: of the entry under way

    // Of what is tried.
    const gs_source_config *source; // borrowed; NULL if it is none of the configuration
    bool as_files;                  // as the ingestor reads files: none of them is a feed
    size_t left;                    // entries still to be looked at
    const char *is;                 // what it is; static
    size_t entries;                 // it has so many
    const char *newest;             // in the arena
    size_t taken, passed, refused;  // of those that were looked at
    char reason[300];               // of the first refusal
    // Of all.
    size_t tried, failed;
} gs_trial;

void gs_trial_open(gs_trial *self, const gs_source_options *options);
void gs_trial_close(gs_trial *self);
void gs_trial_begin(gs_trial *self, const char *name, const gs_source_config *source);
void gs_trial_end(gs_trial *self);
void gs_trial_refuse(gs_trial *self, const char *reason); // what is under way gives nothing

// source_trial_web.c. as_list: a page whose links are articles.
void gs_trial_address(gs_trial *self, const char *url, bool as_list);
void gs_trial_feed(gs_trial *self, const gs_feed *feed);
void gs_trial_links(gs_trial *self, gs_view html, const char *url);
// A page that is an article. entry: what led to it, or NULL. Its bytes may be the fetcher's.
void gs_trial_page(gs_trial *self, gs_view html, const char *url, const char *charset,
                   const gs_feed_entry *entry);

// source_trial_file.c. url: where the content is from, or NULL.
void gs_trial_path(gs_trial *self, const char *path, const char *url);
void gs_trial_bytes(gs_trial *self, gs_view bytes, const char *url, const char *content_type);

// source_kept.c: --kept. False with an error if an operand is no page that is kept.
bool gs_source_test_kept(gs_trial *self, gs_error *error);

// The last step: the article as the ingestor would finish it. It lives in the arena of the entry.
void gs_trial_article(gs_trial *self, gs_article *article);

#endif
