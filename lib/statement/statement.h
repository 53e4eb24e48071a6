// statement: from an article to its official statements. Text in, structures out. This header is the room's
// door; it opens the parts below.
#ifndef GAINSAY_STATEMENT_H
#define GAINSAY_STATEMENT_H

#include "lang/lang.h"
#include "statement/entities.h"
#include "statement/holders.h"
#include "statement/naming.h"
#include "wire/wire.h"

typedef struct gs_extract_options {
    double min_confidence; // statements below are left out
    const char *worker;    // name put into Extraction.extractor, may be NULL
} gs_extract_options;

// One thread's context for extraction: what it needs of the model, and its work space. NULL and *error if the
// model lacks a part. The model must outlive it.
typedef struct gs_extractor gs_extractor;
gs_extractor *gs_extractor_new(const gs_model *model, gs_error *error);
void gs_extractor_free(gs_extractor **self_p);

// Statements of one article, in text order; the message and all it points to live in arena. The article's
// text must be valid UTF-8 (gs_article_finish sees to that). Spans are sorted, lie inside the text and do not
// overlap within one list. Extraction.article is the article without its text.
gs_extraction *gs_extract(gs_extractor *self, const gs_article *article, const gs_extract_options *options,
                          gs_arena *arena);

// One statement an article, made of its title (or the first 100 bytes): for measuring the transport.
gs_extraction *gs_extract_nothing(const gs_article *article, const char *worker, gs_arena *arena);

// The attributions as the network finds them, in the order of their cues: also those that are no statements,
// such as what somebody believes or did not say. Content as the corpora count it, with an opening "that".
typedef struct gs_attribution {
    gs_span **source;
    size_t source_count;
    gs_span *cue;
    gs_span **content;
    size_t content_count;
    double probability; // calibrated
} gs_attribution;
// As gs_extract, and these beside it; both come of one reading.
gs_extraction *gs_extract_with_attributions(gs_extractor *self, const gs_article *article,
                                            const gs_extract_options *options, gs_arena *arena,
                                            gs_attribution **attributions, size_t *count);

// Id of an utterance: the same for the same words of the same named speaker on the same day, in whichever
// article; for unnamed speakers and very short words, within one article only.
gs_id gs_statement_identify(const gs_statement *statement);

// Code of the country or international body that a term in lower case stands for ("beijing": "CN", "nato":
// "-"); NULL if it is none. capitals: it stands in capitals in the text, as "US" and "WHO" must. And the name
// to show for a code; the code itself if it is unknown. Static.
const char *gs_place_code(gs_view term, bool capitals);
const char *gs_country_name(const char *code);

#endif
