// What a person sees of the feed. Text of articles is hostile: control characters, and the invisible ones
// that turn the direction of writing, are shown as nothing, so that no article can forge a line or steer the
// terminal.
//
// Widths are counted in terminal cells (utf8proc: East Asian wide characters take two, marks none), and lines
// break between words at 80.
#include "screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"
#include "words.h"

enum { COLUMNS = 80, DAY = 10, TEXT_INDENT = 4 };

typedef enum screen_style { STYLE_PLAIN, STYLE_NAME, STYLE_DIM, STYLE_ALARM, STYLE_TITLE } screen_style;

static const char *const STYLES[] = {"", "\033[1m", "\033[2m", "\033[1;31m", "\033[1;33m"};

typedef struct screen_pen {
    gs_buffer *out;
    size_t column, indent;
    bool space; // owed before the next word
    bool colour;
} screen_pen;

bool gs_screen_colour(int fd)
{
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    if (no_colour && no_colour[0])
        return false;
    return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

// ---- writing ---------------------------------------------------------------------------------------

static void new_line(screen_pen *pen)
{
    pen->space = false;
    gs_buffer_byte(pen->out, '\n');
    for (size_t i = 0; i < pen->indent; i++)
        gs_buffer_byte(pen->out, ' ');
    pen->column = pen->indent;
}

// The word at *at: its visible characters go into word; its width in cells.
static size_t next_word(gs_view text, size_t *at, gs_buffer *word)
{
    size_t width = 0;
    gs_buffer_clear(word);
    while (*at < text.size) {
        size_t next = *at;
        uint32_t c = gs_utf8_next(text, &next);
        if (gs_terminal_blank(c)) {
            if (word->size)
                break;
        } else if (!gs_terminal_hidden(c)) {
            // A word wider than a line is cut.
            if (width + gs_terminal_cells(c) > COLUMNS / 2 && width > 0 && word->size)
                return width;
            gs_utf8_append(word, c);
            width += gs_terminal_cells(c);
        }
        *at = next;
    }
    return width;
}

static void write_text(screen_pen *pen, const char *string, screen_style style)
{
    gs_view text = gs_view_of(string);
    gs_buffer word = {0};
    bool coloured = pen->colour && style != STYLE_PLAIN;
    if (coloured)
        gs_buffer_text(pen->out, STYLES[style]);
    for (size_t at = 0; at < text.size;) {
        bool blank = at > 0 && (gs_terminal_blank((unsigned char)text.data[at]) ||
                                gs_terminal_blank((unsigned char)text.data[at - 1]));
        size_t width = next_word(text, &at, &word);
        if (word.size == 0)
            continue;
        bool space = pen->space || blank;
        if (pen->column + width + space > COLUMNS && pen->column > pen->indent) {
            new_line(pen);
        } else if (space && pen->column > pen->indent) {
            gs_buffer_byte(pen->out, ' ');
            pen->column++;
        }
        pen->space = false;
        gs_buffer_append(pen->out, word.data, word.size);
        pen->column += width;
    }
    if (coloured)
        gs_buffer_text(pen->out, "\033[0m");
    gs_buffer_free(&word);
}

static void write_literal(screen_pen *pen, const char *ascii)
{
    gs_buffer_text(pen->out, ascii);
    pen->column += strlen(ascii);
}

static bool has(const char *text)
{
    return text && text[0];
}

// ---- people and words ------------------------------------------------------------------------------

static void write_speaker(screen_pen *pen, const gs_speaker *speaker)
{
    if (!speaker)
        return;
    write_text(pen, gs_words_name(speaker->name, speaker->kind), STYLE_NAME);
    if (has(speaker->country)) {
        write_literal(pen, " (");
        write_text(pen, speaker->country, STYLE_PLAIN);
        write_literal(pen, ")");
    }
    if (has(speaker->role)) {
        write_literal(pen, ", ");
        write_text(pen, speaker->role, STYLE_PLAIN);
    }
    if (has(speaker->organisation) && (!speaker->name || strcmp(speaker->organisation, speaker->name) != 0)) {
        write_literal(pen, ", ");
        write_text(pen, speaker->organisation, STYLE_PLAIN);
    }
}

void gs_screen_speaker(gs_buffer *out, const gs_speaker *speaker, bool colour)
{
    screen_pen pen = {.out = out, .colour = colour};
    write_speaker(&pen, speaker);
}

static const char *day_of(const gs_statement *statement, char day[DAY + 1])
{
    const char *text = has(statement->said_on)     ? statement->said_on
                       : has(statement->published) ? statement->published
                                                   : "undated";
    snprintf(day, DAY + 1, "%-10.10s", text);
    for (char *c = day; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = '?';
    return day;
}

static const char *verb_of(const gs_statement *statement)
{
    switch (statement->act) {
    case GAINSAY__V1__STATEMENT__ACT__DENY:
        return "denied:";
    case GAINSAY__V1__STATEMENT__ACT__REJECT:
        return "rejected:";
    case GAINSAY__V1__STATEMENT__ACT__DEMAND:
        return "demanded:";
    case GAINSAY__V1__STATEMENT__ACT__THREATEN:
        return "warned:";
    case GAINSAY__V1__STATEMENT__ACT__PREDICT:
        return "predicted:";
    case GAINSAY__V1__STATEMENT__ACT__PROMISE:
        return "promised:";
    case GAINSAY__V1__STATEMENT__ACT__PROPOSE:
        return "proposed:";
    case GAINSAY__V1__STATEMENT__ACT__AGREE:
        return "agreed:";
    default:
        return "said:";
    }
}

// Day, speaker, and the words below.
static void write_statement(screen_pen *pen, const gs_statement *statement)
{
    char day[DAY + 1];
    size_t indent = pen->indent;
    write_literal(pen, day_of(statement, day));
    write_literal(pen, "  ");
    pen->indent = indent + DAY + 2;
    if (statement->speaker)
        write_speaker(pen, statement->speaker);
    pen->space = true;
    write_text(pen, verb_of(statement), STYLE_DIM);
    new_line(pen);
    write_text(pen, statement->text, STYLE_PLAIN);
    if (has(statement->denied_claim)) {
        new_line(pen);
        write_text(pen, "what is denied: ", STYLE_DIM);
        pen->space = true;
        write_text(pen, statement->denied_claim, STYLE_PLAIN);
    }
    pen->indent = indent;
}

static void write_source(screen_pen *pen, const gs_statement *statement)
{
    size_t indent = pen->indent;
    if (!has(statement->publisher) && !has(statement->title) && !has(statement->article_id))
        return;
    pen->indent = indent + DAY + 2;
    new_line(pen);
    write_text(pen, has(statement->publisher) ? statement->publisher : statement->article_id, STYLE_DIM);
    if (has(statement->title)) {
        write_literal(pen, ": ");
        write_text(pen, statement->title, STYLE_DIM);
    }
    if (statement->n_reports > 1) {
        char more[48];
        pen->space = true;
        snprintf(more, sizeof more, "and %zu more report%s", statement->n_reports - 1,
                 statement->n_reports > 2 ? "s" : "");
        write_text(pen, more, STYLE_DIM);
    }
    pen->indent = indent;
}

static void end(screen_pen *pen)
{
    gs_buffer_text(pen->out, "\n\n");
}

void gs_screen_statement(gs_buffer *out, const gs_statement *statement, bool colour)
{
    screen_pen pen = {.out = out, .colour = colour};
    write_statement(&pen, statement);
    write_source(&pen, statement);
    end(&pen);
}

// ---- contradictions and disputes -------------------------------------------------------------------

// "Asked:      a-model says supersedes (0.85); without it the score is 0.90"
static void write_second_opinion(screen_pen *pen, const gs_second_opinion *said)
{
    char relation[GS_WORDS_ENUM];
    gs_buffer line = {0};
    gs_words_enum(&gainsay__v1__contradiction__relation__descriptor, (int)said->relation, relation);
    gs_buffer_format(&line, "%s says %s (%.2f); without it the score is %.2f", said->model,
                     relation[0] ? relation : "unrelated", said->confidence, said->built_in_score);
    pen->indent = TEXT_INDENT;
    new_line(pen);
    write_text(pen, "Asked:", STYLE_DIM);
    gs_buffer_text(pen->out, "      ");
    pen->column = TEXT_INDENT + DAY + 2;
    pen->indent = pen->column;
    write_text(pen, line.data, STYLE_PLAIN);
    gs_buffer_free(&line);
}

void gs_screen_contradiction(gs_buffer *out, const gs_contradiction *contradiction, bool colour)
{
    screen_pen pen = {.out = out, .colour = colour};
    char kind[GS_WORDS_ENUM], scope[GS_WORDS_ENUM], head[128];
    gs_words_enum(&gainsay__v1__contradiction__kind__descriptor, (int)contradiction->kind, kind);
    gs_words_enum(&gainsay__v1__contradiction__scope__descriptor, (int)contradiction->scope, scope);
    snprintf(head, sizeof head, "%s, %s, score %.2f", kind, scope, contradiction->score);
    write_text(&pen, "CONTRADICTION", STYLE_ALARM);
    write_literal(&pen, "  ");
    write_text(&pen, head, STYLE_DIM);
    char digits[GS_SCREEN_DIGITS + 1];
    snprintf(digits, sizeof digits, "%s", contradiction->contradiction_id);
    gs_buffer_text(out, " · ");
    pen.column += 3;
    write_text(&pen, digits, STYLE_DIM);
    const gs_statement *sides[] = {contradiction->a, contradiction->b};
    for (size_t i = 0; i < 2; i++) {
        if (!sides[i])
            continue;
        pen.indent = TEXT_INDENT;
        new_line(&pen);
        write_statement(&pen, sides[i]);
        write_source(&pen, sides[i]);
    }
    if (has(contradiction->reason)) {
        pen.indent = TEXT_INDENT;
        new_line(&pen);
        write_text(&pen, "Why:        ", STYLE_DIM);
        gs_buffer_text(out, "        ");
        pen.column = TEXT_INDENT + DAY + 2;
        pen.indent = pen.column;
        write_text(&pen, contradiction->reason, STYLE_PLAIN);
    }
    if (contradiction->second_opinion)
        write_second_opinion(&pen, contradiction->second_opinion);
    end(&pen);
}

static void screen_retraction(gs_buffer *out, const gs_retraction *retraction, bool colour)
{
    screen_pen pen = {.out = out, .colour = colour, .indent = TEXT_INDENT};
    const char *what = has(retraction->statement_id)       ? "statement"
                       : has(retraction->contradiction_id) ? "contradiction"
                                                           : "dispute";
    const char *id = has(retraction->statement_id)       ? retraction->statement_id
                     : has(retraction->contradiction_id) ? retraction->contradiction_id
                                                         : retraction->dispute_id;
    write_text(&pen, "TAKEN BACK", STYLE_TITLE);
    write_literal(&pen, "  ");
    write_text(&pen, what, STYLE_PLAIN);
    write_literal(&pen, " ");
    write_text(&pen, id, STYLE_DIM);
    write_literal(&pen, ": ");
    write_text(&pen, retraction->reason, STYLE_PLAIN);
    if (has(retraction->merged_into)) {
        write_literal(&pen, ", ");
        write_text(&pen, retraction->merged_into, STYLE_DIM);
    }
    end(&pen);
}

void gs_screen_event(gs_buffer *out, const gs_event *event, bool colour)
{
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        gs_screen_statement(out, event->statement, colour);
        return;
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE: {
        screen_pen pen = {.out = out, .colour = colour};
        write_text(&pen, "REPORTED AGAIN", STYLE_DIM);
        gs_buffer_byte(out, '\n');
        gs_screen_statement(out, event->statement_update, colour);
        return;
    }
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        if (event->repeated)
            gs_screen_again(out, event->contradiction, colour);
        else
            gs_screen_contradiction(out, event->contradiction, colour);
        return;
    case GAINSAY__V1__FEED_EVENT__BODY_DISPUTE:
        if (event->repeated)
            gs_screen_dispute_update(out, event->dispute, colour);
        else
            gs_screen_dispute(out, event->dispute, colour);
        return;
    case GAINSAY__V1__FEED_EVENT__BODY_RETRACTION:
        screen_retraction(out, event->retraction, colour);
        return;
    default:
        return; // heartbeats and events of a later version say nothing to a reader
    }
}
