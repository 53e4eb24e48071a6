// source_verbs: what `gainsay source` can do, one function a verb. Each returns the exit status.
#ifndef GAINSAY_CLI_SOURCE_VERBS_H
#define GAINSAY_CLI_SOURCE_VERBS_H

#include "client.h"
#include "source_file.h"

typedef struct gs_source_options {
    gs_client client; // configured
    bool json;
    bool kept;             // test: pages that defeated the ingestor
    const char *id, *kind; // add; NULL if not given
    const char *publisher, *language;
    const char *catalogue; // add, test: an id, country or category of the catalogue
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

// Calls each entry of the catalogue whose id, country or category is word; false with an error if there is
// none.
typedef bool gs_catalogue_take(void *context, const gs_source_config *source);
bool gs_catalogue_each(const char *word, gs_arena *arena, gs_catalogue_take *take, void *context,
                       gs_error *error);

#endif
