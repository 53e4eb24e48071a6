// inputs: the articles that `gainsay digest` and `gainsay extract` are given as files or on standard input.
#ifndef GAINSAY_CLI_INPUTS_H
#define GAINSAY_CLI_INPUTS_H

#include "options.h"
#include "source/source.h"

// Each article lives in arena during the call; false ends the reading.
typedef bool gs_article_taker(void *context, const gs_article *article, gs_arena *arena);

// Reads every file ("-": standard input), told by content unless kind says otherwise. What cannot be read is
// one line on standard error, naming file and line. True if all of it could be read.
bool gs_inputs_read(const char *command, const gs_texts *files, gs_input kind, gs_article_taker *take,
                    void *context);
// Opens a JSON Lines file ("-": standard input) and calls take with each line that is not blank.
typedef bool gs_line_taker(void *context, gs_view line, const char *place);
bool gs_inputs_lines(const char *command, const char *file, gs_line_taker *take, void *context);

#endif
