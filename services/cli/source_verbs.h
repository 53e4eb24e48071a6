// source_verbs: what `gainsay source` can do, one function a verb. Each returns the exit status.
#ifndef GAINSAY_CLI_SOURCE_VERBS_H
#define GAINSAY_CLI_SOURCE_VERBS_H

#include "client.h"
#include "source_file.h"

typedef struct gs_source_options {
    gs_client client; // configured
    bool json;
    bool kept;             // test: pages that defeated the ingestor
    bool all, brief;       // test: every source; a line a source
    bool opml;             // export: nothing else so far
    const char *url;       // test: the address of a file, against which its links are read
    const char *id, *kind; // add; NULL if not given
    const char *publisher, *language;
    const char *catalogue; // list, add, test: an id, country or category of the catalogue
    uint64_t every;
    uint64_t entries; // test: so many are looked at
    bool allow_private;
    const char *const *operands; // behind the verb
    size_t operand_count;
} gs_source_options;

int gs_source_list_verb(gs_source_options *options);
int gs_source_add_verb(gs_source_options *options);
int gs_source_remove_verb(gs_source_options *options);
int gs_source_import_verb(gs_source_options *options); // OPML
int gs_source_export_verb(gs_source_options *options);
int gs_source_test_verb(gs_source_options *options);

// An entry of the catalogue; or a source that comes from elsewhere, the rest empty. Texts in the arena.
typedef struct gs_catalogue_entry {
    gs_source_config source;
    const char *country, *category;
    bool verified; // somebody has tested it
} gs_catalogue_entry;

// Calls each entry of the catalogue whose id, country or category is word ("all": every one); false with an
// error if there is none, or if the callback says so.
typedef bool gs_catalogue_take(void *context, const gs_catalogue_entry *entry);
bool gs_catalogue_each(const char *word, gs_arena *arena, gs_catalogue_take *take, void *context,
                       gs_error *error);

#endif
