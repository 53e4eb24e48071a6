// screen: see screen.h. A statement is a line of who and when and the exact words below it; a contradiction
// puts both statements under each other with the reason, so that it is seen at a glance.
//
// Columns are counted as a terminal counts them (utf8proc's widths: wide characters take two, marks none).
#include "screen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utf8proc.h>

enum { COLUMNS = 80 };

typedef struct style {
    const char *on, *off;
} style;

static const style plain = {"", ""};
static const style bold = {"\x1b[1m", "\x1b[0m"};
static const style dim = {"\x1b[2m", "\x1b[0m"};
static const style red = {"\x1b[1;31m", "\x1b[0m"};
static const style yellow = {"\x1b[33m", "\x1b[0m"};
static const style cyan = {"\x1b[36m", "\x1b[0m"};

static style in(style wanted, bool colour)
{
    return colour ? wanted : plain;
}

bool gs_screen_colour(int fd)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(fd) && (none == NULL || none[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

// ---- text of others --------------------------------------------------------------------------------------

// Control characters, line and paragraph separators, direction marks, invisible format characters.
static bool is_hidden(uint32_t code_point)
{
    const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
           category == UTF8PROC_CATEGORY_CS || category == UTF8PROC_CATEGORY_CN;
}

static bool is_space(uint32_t code_point)
{
    return code_point == ' ' || code_point == '\n' || code_point == '\t' || code_point == '\r' ||
           code_point == 0xA0;
}

// One line: white space folded, hidden characters left out.
static void append_clean(gs_buffer *out, const char *text)
{
    const gs_view view = gs_view_of(text);
    size_t at = 0;
    bool gap = false;
    bool begun = false;
    while (at < view.size) {
        const uint32_t code_point = gs_utf8_next(view, &at);
        if (is_space(code_point)) {
            gap = begun;
            continue;
        }
        if (is_hidden(code_point)) {
            continue;
        }
        if (gap) {
            gs_buffer_byte(out, ' ');
            gap = false;
        }
        gs_utf8_append(out, code_point);
        begun = true;
    }
}

// ---- wrapping --------------------------------------------------------------------------------------------

// Bytes of text that fit into `columns`, at least one character.
static size_t fitting(gs_view text, size_t columns)
{
    size_t at = 0;
    size_t width = 0;
    while (at < text.size) {
        size_t next = at;
        const int one = utf8proc_charwidth((utf8proc_int32_t)gs_utf8_next(text, &next));
        width += one > 0 ? (size_t)one : 0;
        if (width > columns && at > 0) {
            return at;
        }
        at = next;
    }
    return at;
}

static void indent(gs_buffer *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++) {
        gs_buffer_byte(out, ' ');
    }
}

// Text in lines of COLUMNS, each behind `margin` columns, in one style.
static void append_wrapped(gs_buffer *out, const char *text, size_t margin, style look)
{
    gs_buffer clean = {0};
    append_clean(&clean, text);
    gs_view rest = gs_buffer_view(&clean);
    while (rest.size > 0) {
        size_t end = fitting(rest, COLUMNS - margin);
        if (end < rest.size) {
            size_t space = end;
            while (space > 0 && rest.data[space] != ' ') {
                space--;
            }
            end = space > 0 ? space : end;
        }
        indent(out, margin);
        gs_buffer_text(out, look.on);
        gs_buffer_append(out, rest.data, end);
        gs_buffer_text(out, look.off);
        gs_buffer_byte(out, '\n');
        rest = gs_view_trim(gs_view_slice(rest, end, rest.size));
    }
    gs_buffer_free(&clean);
}

// ---- statements ------------------------------------------------------------------------------------------

static const char *day_of(const gs_statement *statement)
{
    return statement->said_on[0] != '\0' ? statement->said_on : statement->published;
}

static void append_joined(gs_buffer *out, const char *separator, const char *text)
{
    if (text[0] != '\0') {
        gs_buffer_text(out, out->size != 0 ? separator : "");
        append_clean(out, text);
    }
}

static void append_who(gs_buffer *who, const gs_speaker *speaker)
{
    if (speaker == NULL) {
        gs_buffer_text(who, "unnamed");
        return;
    }
    append_joined(who, ", ", speaker->name);
    append_joined(who, ", ", speaker->role);
    if (strcmp(speaker->organisation, speaker->name) != 0) {
        append_joined(who, ", ", speaker->organisation);
    }
    if (who->size == 0) {
        gs_buffer_text(who, "unnamed");
    }
}

// "2026-03-02  CL  Marta Ibarrola, Foreign Minister"
static void append_heading(gs_buffer *out, const gs_statement *statement, size_t margin, bool colour)
{
    gs_buffer who = {0};
    const gs_speaker *speaker = statement->speaker;
    const char *country = speaker != NULL && speaker->country[0] != '\0' ? speaker->country : "--";
    append_who(&who, speaker);
    indent(out, margin);
    gs_buffer_text(out, in(dim, colour).on);
    gs_buffer_format(out, "%-10.10s  ", day_of(statement));
    gs_buffer_text(out, in(dim, colour).off);
    gs_buffer_text(out, in(cyan, colour).on);
    append_clean(out, country);
    gs_buffer_text(out, in(cyan, colour).off);
    gs_buffer_text(out, "  ");
    gs_view name = gs_buffer_view(&who);
    const size_t used = margin + 16;
    gs_buffer_text(out, in(bold, colour).on);
    gs_buffer_append(out, name.data, fitting(name, COLUMNS - used));
    gs_buffer_text(out, in(bold, colour).off);
    gs_buffer_byte(out, '\n');
    gs_buffer_free(&who);
}

static void append_sources(gs_buffer *out, const gs_statement *statement, size_t margin, bool colour)
{
    gs_buffer line = {0};
    append_joined(&line, " · ", statement->publisher);
    if (statement->n_reports > 1) {
        gs_buffer_format(&line, " and %zu more", statement->n_reports - 1);
    }
    append_joined(&line, " · ", statement->url);
    if (line.size != 0) {
        append_wrapped(out, line.data, margin, in(dim, colour));
    }
    gs_buffer_free(&line);
}

void gs_screen_statement(gs_buffer *out, const gs_statement *statement, bool colour)
{
    append_heading(out, statement, 0, colour);
    append_wrapped(out, statement->text, 4, plain);
    append_sources(out, statement, 4, colour);
}

// ---- contradictions and disputes -------------------------------------------------------------------------

static const char *const kinds[] = {
    "contradiction",         "denial",  "conflict of facts", "conflict of numbers", "conflict of times",
    "conflict of positions", "reversal"};
static const char *const scopes[] = {"", "against its earlier self", "within one government",
                                     "between states", ""};

static const char *word_of(const char *const *words, size_t count, int value)
{
    return value >= 0 && (size_t)value < count ? words[value] : words[0];
}

void gs_screen_contradiction(gs_buffer *out, const gs_contradiction *contradiction, bool colour)
{
    const char *kind = word_of(kinds, sizeof kinds / sizeof *kinds, (int)contradiction->kind);
    const char *scope = word_of(scopes, sizeof scopes / sizeof *scopes, (int)contradiction->scope);
    gs_buffer_format(out, "%s≠ CONTRADICTION%s  %s%s%s, %.2f\n", in(red, colour).on, in(red, colour).off,
                     kind, scope[0] != '\0' ? " " : "", scope, contradiction->score);
    append_wrapped(out, contradiction->reason, 2, in(yellow, colour));
    const gs_statement *sides[] = {contradiction->a, contradiction->b};
    for (size_t i = 0; i < 2; i++) {
        if (sides[i] != NULL) {
            append_heading(out, sides[i], 2, colour);
            append_wrapped(out, sides[i]->text, 6, plain);
            append_sources(out, sides[i], 6, colour);
        }
    }
}

void gs_screen_dispute(gs_buffer *out, const gs_dispute *dispute, bool colour)
{
    gs_buffer line = {0};
    append_clean(&line, dispute->question);
    gs_buffer_format(&line, " (%zu contradiction%s:", dispute->n_contradiction_ids,
                     dispute->n_contradiction_ids == 1 ? "" : "s");
    for (size_t i = 0; i < dispute->n_sides; i++) {
        gs_buffer_text(&line, i == 0 ? " " : " / ");
        append_clean(&line, dispute->sides[i]->label);
    }
    gs_buffer_byte(&line, ')');
    gs_buffer_format(out, "%s? DISPUTE%s\n", in(yellow, colour).on, in(yellow, colour).off);
    append_wrapped(out, line.data, 2, plain);
    gs_buffer_free(&line);
}

static void append_retraction(gs_buffer *out, const gs_retraction *retraction, bool colour)
{
    const char *what = retraction->statement_id[0] != '\0'       ? "statement"
                       : retraction->contradiction_id[0] != '\0' ? "contradiction"
                                                                 : "dispute";
    const char *id = retraction->statement_id[0] != '\0'       ? retraction->statement_id
                     : retraction->contradiction_id[0] != '\0' ? retraction->contradiction_id
                                                               : retraction->dispute_id;
    gs_buffer line = {0};
    gs_buffer_format(&line, "− RETRACTED %s %.8s: ", what, id);
    append_clean(&line, retraction->reason);
    append_wrapped(out, line.data, 0, in(dim, colour));
    gs_buffer_free(&line);
}

void gs_screen_event(gs_buffer *out, const gs_event *event, bool colour)
{
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        gs_screen_statement(out, event->statement, colour);
        break;
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE:
        gs_buffer_text(out, "+ also reported, or corrected:\n");
        gs_screen_statement(out, event->statement_update, colour);
        break;
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        gs_screen_contradiction(out, event->contradiction, colour);
        break;
    case GAINSAY__V1__FEED_EVENT__BODY_DISPUTE:
        gs_screen_dispute(out, event->dispute, colour);
        break;
    case GAINSAY__V1__FEED_EVENT__BODY_RETRACTION:
        append_retraction(out, event->retraction, colour);
        break;
    case GAINSAY__V1__FEED_EVENT__BODY_HEARTBEAT:
        return;
    default:
        gs_buffer_format(out, "(an event of a newer kind, number %llu)\n",
                         (unsigned long long)event->sequence);
    }
    gs_buffer_byte(out, '\n');
}
