// What `gainsay explain` shows: both statements with everything that was read of them and where, what they
// are to each other, the dispute, and the events that told it, in order. Offsets are bytes in the article's
// text.
#include "explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "screen.h"
#include "words.h"

enum { INDENT = 4, REPORTS_SHOWN = 6, TEXT_COLUMNS = 100, RANGE = 64 };

typedef struct page {
    gs_flow flow;
    gs_buffer *out;
    gs_arena *arena;
    bool colour;
} page;

static bool has(const char *text)
{
    return text && text[0];
}

static void write_line(page *self, const char *label, const char *text)
{
    if (!has(text))
        return;
    gs_flow_words(&self->flow, label, GS_DIM);
    gs_flow_words(&self->flow, text, 0);
    gs_flow_line(&self->flow);
}

// "286-331, 340-352"
static const char *ranges(page *self, gs_span **spans, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = gs_arena_format(self->arena, "%s%s%" PRIu32 "-%" PRIu32, text, i ? ", " : "", spans[i]->begin,
                               spans[i]->end);
    return text;
}

static void write_spans(page *self, const char *label, gs_span **spans, size_t count)
{
    if (count > 0)
        write_line(self, label, ranges(self, spans, count));
}

// ---- one statement ---------------------------------------------------------------------------------

// Is the byte of the statement's words, which stands at `at` in the article, part of the evidence?
static bool is_evidence(gs_span **evidence, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++)
        if (at >= evidence[i]->begin && at < evidence[i]->end)
            return true;
    return false;
}

// The words, with what the judgement rests on in marks. Text is the content spans joined by a space.
static void write_words(page *self, const gs_statement *statement, gs_span **evidence, size_t count)
{
    gs_view text = gs_view_of(statement->text);
    size_t begin = 0, done = 0;
    bool marked = false;
    for (size_t s = 0; s < statement->n_content && begin < text.size; s++) {
        size_t size = statement->content[s]->end - statement->content[s]->begin;
        size_t end = begin + size < text.size ? begin + size : text.size;
        for (size_t i = begin; i <= end; i++) {
            bool inside = i < end && is_evidence(evidence, count, statement->content[s]->begin + i - begin);
            if (inside == marked)
                continue;
            gs_flow_text(&self->flow, gs_view_slice(text, done, i), marked ? GS_UNDERLINE : 0);
            if (!self->colour)
                gs_flow_words(&self->flow, inside ? "⟦" : "⟧", 0);
            done = i;
            marked = inside;
        }
        begin = end + 1;
    }
    gs_flow_text(&self->flow, gs_view_slice(text, done, text.size), marked ? GS_UNDERLINE : 0);
    gs_flow_line(&self->flow);
}

static void write_speaker(page *self, const gs_statement *statement)
{
    const gs_speaker *speaker = statement->speaker;
    if (!speaker)
        return;
    if (speaker->mention)
        write_line(self, "named at ", ranges(self, (gs_span *[]){speaker->mention}, 1));
    write_spans(self, "name and office read at ", speaker->evidence, speaker->n_evidence);
    write_line(self, "what the article does not say of the speaker is told by ", speaker->told_by);
}

static void write_denied(page *self, const gs_statement *statement)
{
    char from[GS_WORDS_ENUM];
    if (!has(statement->denied_claim))
        return;
    gs_words_enum(&gainsay__v1__statement__denied_from__descriptor, (int)statement->denied_from, from);
    write_line(self, "denies: ", statement->denied_claim);
    write_line(self, "  a claim of ", statement->denied_speaker);
    write_line(self, "  found in: ", from);
    write_spans(self, "  at ", statement->denied, statement->n_denied);
    write_line(self, "  made in statement ", statement->denied_statement);
}

static void write_reports(page *self, const gs_statement *statement)
{
    for (size_t i = 1; i < statement->n_reports && i <= REPORTS_SHOWN; i++) {
        const gs_report *report = statement->reports[i];
        write_line(self, "also reported: ",
                   gs_arena_format(self->arena, "%s%s%s",
                                   has(report->publisher) ? report->publisher : report->article_id,
                                   has(report->url) ? ", " : "", report->url));
    }
    if (statement->n_reports > REPORTS_SHOWN + 1)
        write_line(
            self, "and ",
            gs_arena_format(self->arena, "%zu more reports", statement->n_reports - REPORTS_SHOWN - 1));
}

static void write_statement(page *self, const char *name, const gs_statement *statement, gs_span **evidence,
                            size_t count)
{
    char act[GS_WORDS_ENUM], form[GS_WORDS_ENUM], published[GS_WORDS_TIME];
    gs_buffer speaker = {0};
    if (!statement)
        return;
    gs_buffer_byte(self->out, '\n');
    self->flow.indent = 0;
    gs_flow_words(&self->flow, name, GS_BOLD);
    gs_flow_words(&self->flow, "   ", 0);
    gs_flow_words(&self->flow, has(statement->said_on) ? statement->said_on : "undated", GS_DIM);
    gs_flow_words(&self->flow, "  ", 0);
    gs_screen_speaker(&speaker, statement->speaker, false);
    gs_flow_text(&self->flow, gs_buffer_view(&speaker), GS_BOLD);
    gs_buffer_free(&speaker);
    gs_flow_line(&self->flow);
    self->flow.indent = INDENT;
    write_words(self, statement, evidence, count);
    gs_words_enum(&gainsay__v1__statement__act__descriptor, (int)statement->act, act);
    gs_words_enum(&gainsay__v1__statement__form__descriptor, (int)statement->form, form);
    gs_words_time(statement->published, published);
    write_line(self, "told by: ",
               gs_arena_format(self->arena, "\"%s\" at %s; %s, %s, confidence %.2f", statement->cue_text,
                               ranges(self, statement->cue, statement->n_cue), act, form,
                               statement->confidence));
    write_spans(self, "words at ", statement->content, statement->n_content);
    write_speaker(self, statement);
    write_denied(self, statement);
    write_line(self, "article: ", statement->title);
    write_line(self, "  ",
               gs_arena_format(
                   self->arena, "%s%s%s%s%s", statement->publisher,
                   has(statement->publisher) && has(published) ? ", " : "", published,
                   statement->revision ? ", revision " : "",
                   statement->revision ? gs_arena_format(self->arena, "%" PRIu32, statement->revision) : ""));
    write_line(self, "  ", statement->url);
    write_line(self, "  id ", statement->article_id);
    write_line(self, "statement ", statement->statement_id);
    write_reports(self, statement);
}

// ---- the whole -------------------------------------------------------------------------------------

static void write_second_opinion(page *self, const gs_second_opinion *said)
{
    char relation[GS_WORDS_ENUM];
    if (!said)
        return;
    gs_words_enum(&gainsay__v1__contradiction__relation__descriptor, (int)said->relation, relation);
    write_line(self, "second opinion: ",
               gs_arena_format(self->arena, "%s says %s (%.2f); without it the score is %.2f", said->model,
                               relation[0] ? relation : "unrelated", said->confidence, said->built_in_score));
}

static void write_contradiction(page *self, const gs_explained *explained)
{
    const gs_contradiction *pair = explained->contradiction;
    char kind[GS_WORDS_ENUM], scope[GS_WORDS_ENUM], relation[GS_WORDS_ENUM];
    int64_t days = gs_explained_days_apart(explained);
    gs_words_enum(&gainsay__v1__contradiction__kind__descriptor, (int)pair->kind, kind);
    gs_words_enum(&gainsay__v1__contradiction__scope__descriptor, (int)pair->scope, scope);
    gs_words_enum(&gainsay__v1__contradiction__relation__descriptor, (int)pair->relation, relation);
    gs_flow_words(&self->flow, "CONTRADICTION ", GS_BOLD | 31);
    gs_flow_words(&self->flow, pair->contradiction_id, 0);
    gs_flow_line(&self->flow);
    write_line(self, "", pair->reason);
    write_line(self, "relation ",
               gs_arena_format(self->arena, "%s; kind %s; scope %s; score %.2f", relation, kind, scope,
                               pair->score));
    write_second_opinion(self, pair->second_opinion);
    write_line(self, "question: ", pair->question);
    if (days >= 0)
        write_line(self, "",
                   days == 0 ? "said on the same day"
                             : gs_arena_format(self->arena, "said %" PRId64 " day%s apart", days,
                                               days == 1 ? "" : "s"));
    write_statement(self, "A", explained->a ? explained->a : pair->a, pair->evidence_a, pair->n_evidence_a);
    write_statement(self, "B", explained->b ? explained->b : pair->b, pair->evidence_b, pair->n_evidence_b);
    self->flow.indent = 0;
}

static const char *told_of(page *self, const gs_event *event)
{
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        return gs_arena_format(self->arena, "statement of %s told",
                               event->statement->speaker ? event->statement->speaker->name : "");
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE:
        return gs_arena_format(self->arena, "statement of %s told again: %zu reports",
                               event->statement_update->speaker ? event->statement_update->speaker->name : "",
                               event->statement_update->n_reports);
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        return event->repeated ? "contradiction told, of sides that stood against each other before"
                               : "contradiction told";
    case GAINSAY__V1__FEED_EVENT__BODY_DISPUTE:
        return gs_arena_format(self->arena, "dispute %s: %" PRIu32 " contradiction%s",
                               event->dispute->dispute_id, event->dispute->contradiction_count,
                               event->dispute->contradiction_count == 1 ? "" : "s");
    default:
        break;
    }
    const gs_retraction *taken = event->retraction;
    return gs_arena_format(self->arena, "%s taken back: %s%s%s (article %s)",
                           has(taken->statement_id)       ? "statement"
                           : has(taken->contradiction_id) ? "contradiction"
                                                          : "dispute",
                           taken->reason, has(taken->merged_into) ? ", " : "", taken->merged_into,
                           taken->article_id);
}

static void write_history(page *self, const gs_explained *explained)
{
    if (explained->history_count > 0)
        write_line(self, "", "History, by number of the event in the feed");
    self->flow.indent = INDENT;
    for (size_t i = 0; i < explained->history_count; i++) {
        const gs_event *event = explained->history[i];
        char at[GS_WORDS_TIME];
        gs_words_time(event->at, at);
        write_line(self, gs_arena_format(self->arena, "%" PRIu64 "  %s  ", event->sequence, at),
                   told_of(self, event));
    }
    self->flow.indent = 0;
}

void gs_explained_screen(const gs_explained *self, gs_buffer *out, size_t width, bool colour)
{
    page sheet = {.out = out, .arena = self->arena, .colour = colour};
    gs_flow_begin(&sheet.flow, out, width < TEXT_COLUMNS ? width : TEXT_COLUMNS, colour);
    if (self->retraction)
        write_line(&sheet, "TAKEN BACK: ",
                   gs_arena_format(self->arena, "%s%s%s (article %s)", self->retraction->reason,
                                   has(self->retraction->merged_into) ? ", " : "",
                                   self->retraction->merged_into, self->retraction->article_id));
    if (self->contradiction)
        write_contradiction(&sheet, self);
    gs_buffer_byte(out, '\n');
    if (self->dispute)
        gs_screen_dispute(out, self->dispute, colour);
    for (size_t i = 0; i < self->member_count; i++)
        gs_screen_why(out, self->members[i], colour);
    if (self->member_count > 0)
        gs_buffer_byte(out, '\n');
    write_history(&sheet, self);
}

// ---- JSON ------------------------------------------------------------------------------------------

static void add_object(gs_buffer *out, const char *name, const ProtobufCMessage *message)
{
    if (!message)
        return;
    gs_buffer_format(out, ",\"%s\":", name);
    gs_wire_to_json(message, out);
}

void gs_explained_json(const gs_explained *self, gs_buffer *out)
{
    const gs_contradiction *pair = self->contradiction;
    const gs_statement *a = self->a ? self->a
                            : pair  ? pair->a
                                    : NULL,
                       *b = self->b ? self->b
                            : pair  ? pair->b
                                    : NULL;
    int64_t days = gs_explained_days_apart(self);
    gs_buffer_format(out, "{\"id\":\"%s\",\"stands\":%s",
                     pair            ? pair->contradiction_id
                     : self->dispute ? self->dispute->dispute_id
                                     : "",
                     self->retraction ? "false" : "true");
    if (days >= 0)
        gs_buffer_format(out, ",\"days_apart\":%" PRId64, days);
    add_object(out, "contradiction", pair ? &pair->base : NULL);
    add_object(out, "a", a ? &a->base : NULL);
    add_object(out, "b", b ? &b->base : NULL);
    add_object(out, "dispute", self->dispute ? &self->dispute->base : NULL);
    add_object(out, "retraction", self->retraction ? &self->retraction->base : NULL);
    gs_buffer_text(out, ",\"contradictions\":[");
    for (size_t i = 0; i < self->member_count; i++) {
        gs_buffer_text(out, i ? "," : "");
        gs_wire_to_json(&self->members[i]->base, out);
    }
    gs_buffer_text(out, "],\"history\":[");
    for (size_t i = 0; i < self->history_count; i++) {
        gs_buffer_text(out, i ? "," : "");
        gs_wire_to_json(&self->history[i]->base, out);
    }
    gs_buffer_text(out, "]}\n");
}
