// extract_page: articles with their statements as one page that needs nothing else: no script, no font, no
// picture, no style but its own.
#ifndef GAINSAY_CLI_EXTRACT_PAGE_H
#define GAINSAY_CLI_EXTRACT_PAGE_H

#include "marked.h"

typedef struct gs_page gs_page;

// Opens the file, which stays as it is until gs_page_write; "-" is standard output. NULL and *error if it
// cannot be written to.
gs_page *gs_page_open(const char *path, gs_error *error);
// False with an error if the page becomes too long for a browser.
bool gs_page_add(gs_page *self, const gs_marked *marked, gs_arena *arena, gs_error *error);
bool gs_page_write(gs_page *self, gs_error *error);
void gs_page_close(gs_page **self_p);

#endif
