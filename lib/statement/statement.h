// statement: from an article to its official statements. Text in, structures out.
#ifndef GAINSAY_STATEMENT_H
#define GAINSAY_STATEMENT_H

#include "lang/lang.h"
#include "wire/wire.h"

typedef struct gs_extract_options {
    double min_confidence; // statements below are left out
    const char *worker;    // name put into Extraction.extractor, may be NULL
} gs_extract_options;

// Statements of one article, in text order; the message and all it points to live in arena. The article's text must
// be valid UTF-8 (gs_article_finish sees to that). Spans are sorted, lie inside the text and do not overlap
// within one list. Extraction.article is the article without its text.
gs_extraction *gs_extract(const gs_article *article, const gs_extract_options *options, gs_arena *arena);

// One statement an article, made of its title (or the first 100 bytes): for measuring the transport.
gs_extraction *gs_extract_nothing(const gs_article *article, const char *worker, gs_arena *arena);

// Id of an utterance: the same for the same words of the same named speaker on the same day, in whichever article;
// for unnamed speakers and very short words, within one article only.
gs_id gs_statement_identify(const gs_statement *statement);

#endif
