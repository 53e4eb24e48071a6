// A dispute as a person wants to see it: the question, and under it the sides beside each other, each with
// its exact words, who said them in what office for which country, and when.
//
// Each side is written twice by the same flow, plain and styled, so that the lines break alike: the plain
// line tells how wide the styled one is, and the columns are laid together line by line. More sides than fit
// go below. An update of a dispute that was told before is three lines: the tenth denial adds, it does not
// shout.
#include "screen.h"

#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "terminal.h"
#include "words.h"

enum { COLUMNS = 80, BESIDE = 2, GAP = 3, INDENT = 2, WORDS_MOST = 420 }; // bytes of one quotation

typedef Gainsay__V1__Dispute__Side side_message;

static bool has(const char *text)
{
    return text && text[0];
}

// The first digits of an id, which `gainsay explain` finds it by.
static const char *short_id(const char *id, char digits[GS_SCREEN_DIGITS + 1])
{
    snprintf(digits, GS_SCREEN_DIGITS + 1, "%s", id);
    return digits;
}

// ---- one side --------------------------------------------------------------------------------------

// Events have counts beside lists that are cut; what is stored has the lists whole.
static size_t statements_of(const side_message *side)
{
    return side->statement_count > side->n_statement_ids ? side->statement_count : side->n_statement_ids;
}

static size_t contradictions_of(const gs_dispute *dispute)
{
    return dispute->contradiction_count > dispute->n_contradiction_ids ? dispute->contradiction_count
                                                                       : dispute->n_contradiction_ids;
}

// What is not simply said: words that were denied or rejected must not look like a claim.
static void write_act(gs_flow *flow, const gs_statement *statement)
{
    switch (statement->act) {
    case GAINSAY__V1__STATEMENT__ACT__DENY:
        gs_flow_words(flow, "denied: ", GS_DIM);
        return;
    case GAINSAY__V1__STATEMENT__ACT__REJECT:
        gs_flow_words(flow, "rejected: ", GS_DIM);
        return;
    case GAINSAY__V1__STATEMENT__ACT__DEMAND:
        gs_flow_words(flow, "demanded: ", GS_DIM);
        return;
    default:
        return;
    }
}

static void write_said(gs_flow *flow, const gs_statement *statement, const char *note)
{
    char day[GS_WORDS_TIME];
    gs_words_time(has(statement->said_on) ? statement->said_on : statement->published, day);
    if (has(day)) {
        gs_flow_words(flow, day, GS_DIM);
        gs_flow_words(flow, note, GS_DIM);
        gs_flow_line(flow);
    }
    if (statement->speaker) {
        const gs_speaker *speaker = statement->speaker;
        const char *more[] = {speaker->role, speaker->organisation};
        gs_flow_words(flow, gs_words_name(speaker->name, speaker->kind), GS_BOLD);
        for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
            if (!has(more[i]) || (speaker->name && strcmp(more[i], speaker->name) == 0))
                continue;
            gs_flow_words(flow, ", ", 0);
            gs_flow_words(flow, more[i], 0);
        }
        if (has(speaker->country)) {
            gs_flow_words(flow, " (", 0);
            gs_flow_words(flow, speaker->country, 0);
            gs_flow_words(flow, ")", 0);
        }
        gs_flow_line(flow);
    }
    write_act(flow, statement);
    gs_view text = gs_view_of(statement->text);
    size_t size = text.size;
    bool cut = size > WORDS_MOST;
    for (size = cut ? WORDS_MOST : size; cut && size > 0 && text.data[size] != ' ';)
        size--;
    gs_flow_text(flow, gs_view_slice(text, 0, size), 0);
    gs_flow_words(flow, cut ? " …" : "", 0);
    gs_flow_line(flow);
    if (has(statement->denied_claim)) {
        gs_flow_words(flow, "denies: ", GS_DIM);
        gs_flow_words(flow, statement->denied_claim, GS_ITALIC);
        gs_flow_line(flow);
    }
    gs_flow_words(flow, has(statement->publisher) ? statement->publisher : statement->article_id, GS_DIM);
    gs_flow_line(flow);
}

static void write_side(gs_buffer *out, const side_message *side, size_t width, bool colour)
{
    gs_flow flow;
    char count[48];
    gs_flow_begin(&flow, out, width, colour);
    gs_flow_words(&flow, side->label, GS_BOLD | GS_UNDERLINE);
    snprintf(count, sizeof count, " · %zu statement%s", statements_of(side),
             statements_of(side) == 1 ? "" : "s");
    gs_flow_words(&flow, count, GS_DIM);
    gs_flow_line(&flow);
    if (side->first)
        write_said(&flow, side->first, "");
    if (side->latest)
        write_said(&flow, side->latest, ", latest");
}

// ---- beside each other -----------------------------------------------------------------------------

static gs_view next_line(gs_view text, size_t *at)
{
    size_t end = gs_view_find(text, gs_view_of("\n"), *at);
    end = end == SIZE_MAX ? text.size : end;
    gs_view line = gs_view_slice(text, *at, end);
    *at = end < text.size ? end + 1 : end;
    return line;
}

static void blanks(gs_buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        gs_buffer_byte(out, ' ');
}

// Sides [first, first + count), each in a column of its own.
static void write_row(gs_buffer *out, const gs_dispute *dispute, size_t first, size_t count, bool colour)
{
    gs_buffer plain[BESIDE] = {{0}}, styled[BESIDE] = {{0}};
    size_t at[BESIDE] = {0}, styled_at[BESIDE] = {0};
    size_t width = (COLUMNS - INDENT - (count - 1) * GAP) / count;
    bool more = true;
    for (size_t i = 0; i < count; i++) {
        write_side(&plain[i], dispute->sides[first + i], width, false);
        write_side(&styled[i], dispute->sides[first + i], width, colour);
    }
    while (more) {
        more = false;
        size_t owed = INDENT;
        for (size_t i = 0; i < count; i++) {
            gs_view line = next_line(gs_buffer_view(&plain[i]), &at[i]);
            gs_view shown = next_line(gs_buffer_view(&styled[i]), &styled_at[i]);
            if (line.size > 0) {
                blanks(out, owed);
                gs_buffer_append(out, shown.data, shown.size);
                owed = 0;
            }
            size_t cells = gs_terminal_width(line);
            owed += (cells < width ? width - cells : 0) + GAP;
            more |= at[i] < plain[i].size;
        }
        gs_buffer_byte(out, '\n');
    }
    for (size_t i = 0; i < count; i++) {
        gs_buffer_free(&plain[i]);
        gs_buffer_free(&styled[i]);
    }
}

// ---- the dispute -----------------------------------------------------------------------------------

static void write_counts(gs_flow *flow, const gs_dispute *dispute)
{
    char digits[GS_SCREEN_DIGITS + 1], counts[64], first[GS_WORDS_TIME], last[GS_WORDS_TIME];
    snprintf(counts, sizeof counts, "%zu contradiction%s", contradictions_of(dispute),
             contradictions_of(dispute) == 1 ? "" : "s");
    gs_words_time(dispute->first_seen, first);
    gs_words_time(dispute->last_seen, last);
    gs_flow_words(flow, counts, GS_DIM);
    if (has(first)) {
        bool one_day = strncmp(first, last, 10) == 0;
        gs_flow_words(flow, ", ", GS_DIM);
        gs_flow_text(flow, gs_view_make(first, 10), GS_DIM);
        gs_flow_words(flow, one_day ? "" : " to ", GS_DIM);
        gs_flow_text(flow, gs_view_make(last, one_day ? 0 : 10), GS_DIM);
    }
    gs_flow_words(flow, " · ", GS_DIM);
    gs_flow_words(flow, short_id(dispute->dispute_id, digits), GS_DIM);
}

static void write_head(gs_flow *flow, const gs_dispute *dispute, const char *word)
{
    gs_flow_words(flow, word, GS_BOLD | 33);
    gs_flow_words(flow, ": ", 0);
    gs_flow_words(flow, dispute->question, GS_BOLD);
    gs_flow_line(flow);
    flow->indent = INDENT;
    write_counts(flow, dispute);
    gs_flow_line(flow);
}

void gs_screen_dispute(gs_buffer *out, const gs_dispute *dispute, bool colour)
{
    gs_flow flow;
    gs_flow_begin(&flow, out, COLUMNS, colour);
    write_head(&flow, dispute, "DISPUTE");
    for (size_t i = 0; i < dispute->n_sides; i += BESIDE)
        write_row(out, dispute, i, dispute->n_sides - i < BESIDE ? dispute->n_sides - i : BESIDE, colour);
    gs_buffer_byte(out, '\n');
}

// The statement that was published last.
static const gs_statement *newest_of(const gs_dispute *dispute, const side_message **side)
{
    const gs_statement *newest = NULL;
    for (size_t i = 0; i < dispute->n_sides; i++) {
        const gs_statement *last =
            dispute->sides[i]->latest ? dispute->sides[i]->latest : dispute->sides[i]->first;
        gs_time time, best = {0};
        bool known = last && gs_time_parse(gs_view_of(last->published), &time);
        bool beaten = newest && gs_time_parse(gs_view_of(newest->published), &best) &&
                      (!known || time.unix_s <= best.unix_s);
        if (!last || beaten)
            continue;
        newest = last;
        *side = dispute->sides[i];
    }
    return newest;
}

void gs_screen_dispute_update(gs_buffer *out, const gs_dispute *dispute, bool colour)
{
    gs_flow flow;
    const side_message *side = NULL;
    const gs_statement *newest = newest_of(dispute, &side);
    gs_flow_begin(&flow, out, COLUMNS, colour);
    write_head(&flow, dispute, "DISPUTE GOES ON");
    for (size_t i = 0; i < dispute->n_sides; i++) {
        char count[64];
        snprintf(count, sizeof count, " %zu%s", statements_of(dispute->sides[i]),
                 i + 1 < dispute->n_sides ? ", " : "");
        gs_flow_words(&flow, dispute->sides[i]->label, 0);
        gs_flow_words(&flow, count, GS_DIM);
    }
    if (newest) {
        gs_flow_words(&flow, "; last ", GS_DIM);
        gs_flow_words(&flow,
                      newest->speaker ? gs_words_name(newest->speaker->name, newest->speaker->kind) : "", 0);
    }
    gs_flow_line(&flow);
    gs_buffer_byte(out, '\n');
}

void gs_screen_again(gs_buffer *out, const gs_contradiction *contradiction, bool colour)
{
    gs_flow flow;
    char digits[GS_SCREEN_DIGITS + 1], kind[GS_WORDS_ENUM];
    const gs_statement *both[] = {contradiction->b, contradiction->a};
    gs_flow_begin(&flow, out, COLUMNS, colour);
    gs_words_enum(&gainsay__v1__contradiction__kind__descriptor, (int)contradiction->kind, kind);
    gs_flow_words(&flow, "AGAIN ", GS_DIM);
    for (size_t i = 0; i < 2; i++) {
        const gs_speaker *speaker = both[i] ? both[i]->speaker : NULL;
        gs_flow_words(&flow, i ? " against " : "", GS_DIM);
        gs_flow_words(&flow, speaker ? gs_words_name(speaker->name, speaker->kind) : "", 0);
    }
    gs_flow_words(&flow, ": ", GS_DIM);
    gs_flow_words(&flow, kind, GS_DIM);
    gs_flow_words(&flow, " · ", GS_DIM);
    gs_flow_words(&flow, short_id(contradiction->contradiction_id, digits), GS_DIM);
    gs_flow_line(&flow);
}

void gs_screen_why(gs_buffer *out, const gs_contradiction *contradiction, bool colour)
{
    gs_flow flow;
    char digits[GS_SCREEN_DIGITS + 1], kind[GS_WORDS_ENUM], scope[GS_WORDS_ENUM], score[32];
    gs_flow_begin(&flow, out, COLUMNS, colour);
    flow.indent = INDENT;
    gs_words_enum(&gainsay__v1__contradiction__kind__descriptor, (int)contradiction->kind, kind);
    gs_words_enum(&gainsay__v1__contradiction__scope__descriptor, (int)contradiction->scope, scope);
    snprintf(score, sizeof score, ", score %.2f", contradiction->score);
    gs_flow_words(&flow, "CONTRADICTION ", GS_BOLD | 31);
    gs_flow_words(&flow, kind, GS_DIM);
    gs_flow_words(&flow, scope[0] ? ", " : "", GS_DIM);
    gs_flow_words(&flow, scope, GS_DIM);
    gs_flow_words(&flow, score, GS_DIM);
    gs_flow_words(&flow, " · ", GS_DIM);
    gs_flow_words(&flow, short_id(contradiction->contradiction_id, digits), GS_DIM);
    gs_flow_line(&flow);
    gs_flow_words(&flow, contradiction->reason, 0);
    gs_flow_line(&flow);
}
