// One utterance may be reported by many articles. The statement keeps all reports, sorted by time of
// publication, and takes its own fields from the first, so that it reads the same in whatever order the
// articles came.
//
// The first report can change: an earlier article may come later, and the first article may take its words
// back. Both make the statement another one in time and place, so that it is judged again.
#include "ledger_internal.h"

#include <string.h>

int ledger_compare_published(const char *a, const char *b)
{
    gs_time left, right;
    bool left_known = a && gs_time_parse(gs_view_of(a), &left),
         right_known = b && gs_time_parse(gs_view_of(b), &right);
    if (!left_known || !right_known)
        return (int)right_known - (int)left_known; // unknown comes last
    if (left.unix_s != right.unix_s)
        return left.unix_s < right.unix_s ? -1 : 1;
    return (left.nanosecond > right.nanosecond) - (left.nanosecond < right.nanosecond);
}

static int compare_reports(const gs_report *a, const gs_report *b)
{
    int order = ledger_compare_published(a->published, b->published);
    return order ? order : strcmp(a->article_id, b->article_id);
}

static bool same_spans(gs_span **a, size_t count_a, gs_span **b, size_t count_b)
{
    if (count_a != count_b)
        return false;
    for (size_t i = 0; i < count_a; i++)
        if (a[i]->begin != b[i]->begin || a[i]->end != b[i]->end)
            return false;
    return true;
}

// Nothing but the revision's number differs.
static bool same_report(const gs_report *a, const gs_report *b)
{
    return strcmp(a->url, b->url) == 0 && strcmp(a->publisher, b->publisher) == 0 &&
           strcmp(a->title, b->title) == 0 && strcmp(a->published, b->published) == 0 &&
           same_spans(a->content, a->n_content, b->content, b->n_content) &&
           same_spans(a->cue, a->n_cue, b->cue, b->n_cue) &&
           same_spans(a->source, a->n_source, b->source, b->n_source);
}

static size_t find_report(const gs_statement *statement, const char *article_id)
{
    for (size_t i = 0; i < statement->n_reports; i++)
        if (strcmp(statement->reports[i]->article_id, article_id) == 0)
            return i;
    return SIZE_MAX;
}

static void remove_report(gs_statement *statement, size_t at)
{
    statement->n_reports--;
    memmove(&statement->reports[at], &statement->reports[at + 1],
            (statement->n_reports - at) * sizeof *statement->reports);
}

static void insert_report(gs_statement *statement, gs_report *report, gs_arena *arena)
{
    gs_report **reports = gs_arena_alloc(arena, (statement->n_reports + 1) * sizeof(gs_report *));
    size_t at = 0;
    while (at < statement->n_reports && compare_reports(statement->reports[at], report) < 0)
        at++;
    if (at > 0)
        memcpy(reports, statement->reports, at * sizeof(gs_report *));
    reports[at] = report;
    if (at < statement->n_reports)
        memcpy(reports + at + 1, statement->reports + at, (statement->n_reports - at) * sizeof(gs_report *));
    statement->reports = reports;
    statement->n_reports++;
}

// The statement's own fields follow its first report. Only the spans are known of a report that is not the
// extraction's own, so selectors, which need the text, are left out then.
static void base_on(gs_statement *statement, const gs_report *report)
{
    statement->article_id = report->article_id;
    statement->url = report->url;
    statement->publisher = report->publisher;
    statement->title = report->title;
    statement->published = report->published;
    statement->content = report->content;
    statement->n_content = report->n_content;
    statement->cue = report->cue;
    statement->n_cue = report->n_cue;
    statement->source = report->source;
    statement->n_source = report->n_source;
    statement->revision = report->revision;
    statement->n_selectors = 0;
    statement->selectors = NULL;
    if (statement->speaker) {
        statement->speaker->mention = report->n_source ? report->source[0] : NULL;
        statement->speaker->n_evidence = 0;
        statement->speaker->evidence = NULL;
    }
}

static bool emit_statement(ledger_turn *turn, gs_statement *statement, bool is_new)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    if (is_new) {
        event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
        event.statement = statement;
    } else {
        event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE;
        event.statement_update = statement;
    }
    event.topic = (char *)gs_event_topic(&event, turn->arena);
    return turn->ledger->store.emit(turn->ledger->store.context, &event, turn->error);
}

static bool put(ledger_turn *turn, gs_id id, gs_statement *statement, bool is_new, bool tell)
{
    const gs_ledger_store *store = &turn->ledger->store;
    return store->statement_put(store->context, id, statement, turn->error) &&
           (!tell || emit_statement(turn, statement, is_new));
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
    report->content = statement->content;
    report->n_content = statement->n_content;
    report->cue = statement->cue;
    report->n_cue = statement->n_cue;
    report->source = statement->source;
    report->n_source = statement->n_source;
    report->revision = statement->revision;
    return report;
}

static bool take_new(ledger_turn *turn, gs_id id, const gs_statement *statement)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_statement *fresh = (gs_statement *)gs_wire_copy(&statement->base, turn->arena);
    fresh->statement_id = ledger_id_text(turn->arena, id);
    fresh->n_reports = 0;
    insert_report(fresh, report_of(statement, turn->arena), turn->arena);
    ledger_mark_judged(turn, id, fresh, false);
    return put(turn, id, fresh, true, true) &&
           store->report_add(store->context, statement->article_id, id, turn->error);
}

bool ledger_take_statement(ledger_turn *turn, gs_id id, const gs_statement *statement)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_statement *known = NULL;
    if (!store->statement_get(store->context, id, turn->arena, &known, turn->error))
        return false;
    if (!known)
        return take_new(turn, id, statement);
    gs_report *report = report_of(statement, turn->arena);
    size_t at = find_report(known, statement->article_id);
    bool was_first = at == 0, was_there = at != SIZE_MAX;
    if (was_there && same_report(known->reports[at], report)) {
        if (known->reports[at]->revision == report->revision)
            return true;
        known->reports[at]->revision = report->revision;
        if (was_first)
            known->revision = report->revision;
        return put(turn, id, known, false, false);
    }
    if (was_there)
        remove_report(known, at);
    insert_report(known, report, turn->arena);
    if (known->reports[0] == report) {
        gs_statement *fresh = (gs_statement *)gs_wire_copy(&statement->base, turn->arena);
        fresh->statement_id = known->statement_id;
        fresh->reports = known->reports;
        fresh->n_reports = known->n_reports;
        known = fresh;
    } else if (was_first) {
        base_on(known, known->reports[0]);
    }
    if (was_first || known->reports[0] == report)
        ledger_mark_judged(turn, id, known, true);
    return put(turn, id, known, false, true) &&
           (was_there || store->report_add(store->context, statement->article_id, id, turn->error));
}

static bool retract_statement(ledger_turn *turn, gs_id id)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_index_remove(turn->ledger->index, id);
    return ledger_drop_contradictions(turn, id) && store->statement_remove(store->context, id, turn->error) &&
           ledger_emit_retraction(turn, ledger_id_text(turn->arena, id), NULL, NULL,
                                  "the article no longer says it");
}

bool ledger_drop_report(ledger_turn *turn, gs_id id)
{
    const gs_ledger_store *store = &turn->ledger->store;
    const char *article_id = turn->extraction->article->article_id;
    gs_statement *known = NULL;
    if (!store->report_remove(store->context, article_id, id, turn->error) ||
        !store->statement_get(store->context, id, turn->arena, &known, turn->error))
        return false;
    size_t at = known ? find_report(known, article_id) : SIZE_MAX;
    if (at == SIZE_MAX)
        return true;
    remove_report(known, at);
    if (known->n_reports == 0)
        return retract_statement(turn, id);
    if (at == 0) {
        base_on(known, known->reports[0]);
        ledger_mark_judged(turn, id, known, true);
    }
    return put(turn, id, known, false, true);
}
