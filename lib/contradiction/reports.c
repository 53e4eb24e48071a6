// reports: one utterance, many articles. The statement shows the earliest report (by time of publication,
// then by article id), whichever article arrived first, so that the order of arrival changes nothing.
#include "ledger_internal.h"

#include <string.h>

int64_t ledger_time(const char *published)
{
    gs_time time;
    return gs_time_parse(gs_view_of(published), &time) ? time.unix_s : INT64_MAX;
}

static bool comes_before(const gs_report *a, const gs_report *b)
{
    const int64_t time_a = ledger_time(a->published);
    const int64_t time_b = ledger_time(b->published);
    return time_a != time_b ? time_a < time_b : strcmp(a->article_id, b->article_id) < 0;
}

static gs_report *report_of(const gs_statement *statement, gs_arena *arena)
{
    gs_report *report = gs_arena_alloc(arena, sizeof *report);
    gainsay__v1__report__init(report);
    report->article_id = statement->article_id;
    report->url = statement->url;
    report->publisher = statement->publisher;
    report->title = statement->title;
    report->published = statement->published;
    report->revision = statement->revision;
    report->content = statement->content;
    report->n_content = statement->n_content;
    report->cue = statement->cue;
    report->n_cue = statement->n_cue;
    report->source = statement->source;
    report->n_source = statement->n_source;
    return report;
}

// What was read off one article's text: spans, and who is behind the words, by that text.
static void forget_reading(gs_statement *statement)
{
    statement->n_selectors = 0;
    if (statement->speaker != NULL) {
        statement->speaker->mention = NULL;
        statement->speaker->n_evidence = 0;
    }
}

// The statement's own article fields are those of its first report.
static void show_first(gs_statement *statement)
{
    const gs_report *first = statement->reports[0];
    if (strcmp(statement->article_id, first->article_id) != 0 || statement->revision != first->revision) {
        forget_reading(statement);
    }
    statement->article_id = first->article_id;
    statement->url = first->url;
    statement->publisher = first->publisher;
    statement->title = first->title;
    statement->published = first->published;
    statement->revision = first->revision;
    statement->content = first->content;
    statement->n_content = first->n_content;
    statement->cue = first->cue;
    statement->n_cue = first->n_cue;
    statement->source = first->source;
    statement->n_source = first->n_source;
}

// The fresh statement is now the first report: its reading replaces the one of a later article.
static void adopt_reading(gs_statement *known, const gs_statement *fresh)
{
    known->speaker = fresh->speaker;
    known->form = fresh->form;
    known->cue_text = fresh->cue_text;
    known->said_on = fresh->said_on;
    known->venue = fresh->venue;
    known->addressee = fresh->addressee;
    known->topics = fresh->topics;
    known->n_topics = fresh->n_topics;
    known->act = fresh->act;
    known->nested_in = fresh->nested_in;
    known->headline = fresh->headline;
    known->event_time = fresh->event_time;
    known->selectors = fresh->selectors;
    known->n_selectors = fresh->n_selectors;
}

void reports_complete(gs_statement *statement, gs_arena *arena)
{
    if (statement->n_reports != 0) {
        return;
    }
    statement->reports = gs_arena_alloc(arena, sizeof *statement->reports);
    statement->reports[0] = report_of(statement, arena);
    statement->n_reports = 1;
}

static bool same_spans(gs_span *const *a, size_t count_a, gs_span *const *b, size_t count_b)
{
    if (count_a != count_b) {
        return false;
    }
    for (size_t i = 0; i < count_a; i++) {
        if (a[i]->begin != b[i]->begin || a[i]->end != b[i]->end) {
            return false;
        }
    }
    return true;
}

static bool same_report(const gs_report *a, const gs_report *b)
{
    return a->revision == b->revision && strcmp(a->title, b->title) == 0 &&
           strcmp(a->published, b->published) == 0 && strcmp(a->url, b->url) == 0 &&
           same_spans(a->content, a->n_content, b->content, b->n_content) &&
           same_spans(a->cue, a->n_cue, b->cue, b->n_cue) &&
           same_spans(a->source, a->n_source, b->source, b->n_source);
}

static size_t find_report(const gs_statement *statement, const char *article_id)
{
    size_t at = 0;
    while (at < statement->n_reports && strcmp(statement->reports[at]->article_id, article_id) != 0) {
        at++;
    }
    return at;
}

static void remove_at(gs_statement *statement, size_t at)
{
    memmove(&statement->reports[at], &statement->reports[at + 1],
            (statement->n_reports - at - 1) * sizeof *statement->reports);
    statement->n_reports--;
}

bool reports_merge(gs_statement *known, const gs_statement *fresh, gs_arena *arena)
{
    gs_report *report = report_of(fresh, arena);
    const size_t at = find_report(known, report->article_id);
    if (at < known->n_reports) {
        // An article that makes the same statement twice in one revision keeps its first place.
        if (known->reports[at]->revision >= report->revision || same_report(known->reports[at], report)) {
            return false;
        }
        remove_at(known, at);
    }
    if (known->n_reports >= LEDGER_REPORTS) {
        return false;
    }
    size_t place = 0;
    while (place < known->n_reports && !comes_before(report, known->reports[place])) {
        place++;
    }
    gs_report **larger = gs_arena_alloc(arena, (known->n_reports + 1) * sizeof *larger);
    memcpy(larger, known->reports, place * sizeof *larger);
    larger[place] = report;
    memcpy(larger + place + 1, known->reports + place, (known->n_reports - place) * sizeof *larger);
    known->reports = larger;
    known->n_reports++;
    show_first(known);
    if (place == 0) {
        adopt_reading(known, fresh);
    }
    return true;
}

bool reports_drop(gs_statement *known, const char *article_id, gs_arena *arena)
{
    const size_t at = find_report(known, article_id);
    (void)arena;
    if (at == known->n_reports) {
        return false;
    }
    remove_at(known, at);
    if (known->n_reports != 0) {
        show_first(known);
    }
    return true;
}
