// article_input: articles out of files of any kind, one after the other, for the commands that read text.
#ifndef GAINSAY_CLI_ARTICLE_INPUT_H
#define GAINSAY_CLI_ARTICLE_INPUT_H

#include "options.h"
#include "source/source.h"
#include "statement/statement.h"

// Called for each article; it lives in the arena until the next call. False: that article failed, with the
// error.
typedef bool (*gs_article_taker)(void *context, const gs_article *article, gs_arena *arena, gs_error *error);

// Reads the files ("-": standard input) and hands their articles on. What cannot be read is one line on
// standard error that names file and line; the rest goes on. Returns the exit status.
int gs_articles_read(const char *command, const gs_texts *files, gs_input input, gs_article_taker take,
                     void *context);

// The model of this installation and an extractor on it, which the caller frees before the model. NULL after
// one line on standard error if there is none.
gs_extractor *gs_extractor_open(const char *command, gs_model **model);

#endif
