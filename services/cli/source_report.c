// A line is a word on what it is about and then what it is, wrapped behind that word on a terminal. Where the
// output goes elsewhere lines stay whole, so that they can be searched. The text may be hostile: gs_flow lets
// no control character through.
#include "source_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow.h"
#include "screen.h"
#include "terminal.h"

enum { LABEL = 15, STEP = 2, UNBROKEN = 1 << 30 };

void gs_report_begin(gs_source_report *self, const char *name)
{
    self->depth = 0;
    self->places[0] = json_object();
    gs_report_value(self, "source", json_string(name));
    if (!self->json && !self->quiet)
        gs_print_line("", name);
    self->depth = 0;
}

void gs_report_end(gs_source_report *self)
{
    char *text = self->json && !self->quiet ? json_dumps(self->places[0], JSON_COMPACT) : NULL;
    if (text)
        puts(text);
    else if (!self->json && !self->quiet)
        putchar('\n');
    fflush(stdout); // many sources take their time
    free(text);
    json_decref(self->places[0]);
    self->places[0] = NULL;
}

static json_t *list_of(gs_source_report *self, const char *name)
{
    json_t *place = self->places[self->depth];
    json_t *list = json_object_get(place, name);
    if (!list) {
        list = json_array();
        json_object_set_new(place, name, list);
    }
    return list;
}

void gs_report_into(gs_source_report *self, const char *list)
{
    json_t *object = json_object();
    json_array_append_new(list_of(self, list), object);
    if (self->depth + 1 < GS_REPORT_DEPTH)
        self->depth++;
    self->places[self->depth] = object;
}

void gs_report_out(gs_source_report *self)
{
    self->depth -= self->depth > 0;
}

void gs_report_line(gs_source_report *self, const char *key, const char *text)
{
    if (self->json || self->quiet || !text || text[0] == '\0')
        return;
    const size_t indent = STEP * (self->depth + 1);
    const bool wraps = isatty(STDOUT_FILENO) && strchr(text, ' ') != NULL; // an address stays whole
    gs_buffer out = {0}, label = {0};
    for (size_t i = 0; i < indent; i++)
        gs_buffer_byte(&out, ' ');
    for (const char *c = key; *c; c++)
        gs_buffer_byte(&label, *c == '_' ? ' ' : *c);
    gs_buffer_format(&out, "%-*s", LABEL, label.data ? label.data : "");
    gs_flow flow;
    gs_flow_begin(&flow, &out, wraps ? gs_terminal_columns(STDOUT_FILENO) : UNBROKEN,
                  gs_screen_colour(STDOUT_FILENO));
    flow.indent = flow.column = indent + LABEL;
    gs_flow_words(&flow, text, strcmp(key, "verdict") == 0 ? GS_BOLD : 0);
    gs_flow_line(&flow);
    fwrite(out.data, 1, out.size, stdout);
    gs_buffer_free(&label);
    gs_buffer_free(&out);
}

void gs_report_value(gs_source_report *self, const char *key, json_t *value)
{
    json_object_set_new(self->places[self->depth], key, value); // a NULL, of what is not UTF-8, is left out
}

void gs_report_text(gs_source_report *self, const char *key, const char *text)
{
    if (!text || text[0] == '\0')
        return;
    gs_report_value(self, key, json_string(text));
    gs_report_line(self, key, text);
}

void gs_report_item(gs_source_report *self, const char *key, const char *text)
{
    char list[32];
    snprintf(list, sizeof list, "%ss", key);
    json_array_append_new(list_of(self, list), json_string(text));
    gs_report_line(self, key, text);
}

void gs_report_bytes(gs_source_report *self, const char *key, size_t bytes)
{
    char figure[GS_FIGURE_TEXT];
    gs_figure_bytes(bytes, figure);
    gs_report_value(self, key, json_integer((json_int_t)bytes));
    gs_report_line(self, key, figure);
}
