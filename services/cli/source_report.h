// source_report: what `gainsay source test` finds out, as lines for a person or as one JSON object.
#ifndef GAINSAY_CLI_SOURCE_REPORT_H
#define GAINSAY_CLI_SOURCE_REPORT_H

#include <jansson.h>

#include "base/base.h"

enum { GS_REPORT_DEPTH = 4 };

typedef struct gs_source_report {
    bool json;
    bool quiet;                      // neither lines nor JSON: who asks prints what it wants
    json_t *places[GS_REPORT_DEPTH]; // the object under way and those around it; [0] is owned
    size_t depth;                    // of the innermost
} gs_source_report;

void gs_report_begin(gs_source_report *self, const char *name);
void gs_report_end(gs_source_report *self); // prints the object; the report is empty then
// An object in a list of the one under way, its lines indented more.
void gs_report_into(gs_source_report *self, const char *list);
void gs_report_out(gs_source_report *self);

// Both forms; nothing if text is empty or NULL. '_' in a key is a blank on the screen.
void gs_report_text(gs_source_report *self, const char *key, const char *text);
void gs_report_item(gs_source_report *self, const char *key, const char *text); // one of a list
void gs_report_bytes(gs_source_report *self, const char *key, size_t bytes);
// One form alone.
void gs_report_line(gs_source_report *self, const char *key, const char *text);
void gs_report_value(gs_source_report *self, const char *key, json_t *value); // takes ownership

#endif
