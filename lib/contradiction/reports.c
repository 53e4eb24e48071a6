// One utterance may be reported by many articles. The statement keeps all reports, sorted by time of
// publication, and takes its own fields from the first, so that it reads the same in whatever order the
// articles came.
//
// Articles that tell an utterance in words of their own, or name its speaker better or worse, make its
// reports carry what each of them says (a report is then "spelled out"). The statement has the words of the
// first of them, the day that any of them tells, and the speaker with all that they tell of it together.
// Nothing else is kept, so that a report can go and the statement is what the others make it.
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

static bool same_speaker(const gs_speaker *a, const gs_speaker *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a->name, b->name) == 0 && strcmp(a->role, b->role) == 0 &&
           strcmp(a->organisation, b->organisation) == 0 && strcmp(a->country, b->country) == 0 &&
           strcmp(a->entity_id, b->entity_id) == 0;
}

// Nothing but the revision's number differs.
static bool same_report(const gs_report *a, const gs_report *b)
{
    return strcmp(a->copy_of, b->copy_of) == 0 && strcmp(a->url, b->url) == 0 &&
           strcmp(a->publisher, b->publisher) == 0 && strcmp(a->title, b->title) == 0 &&
           strcmp(a->published, b->published) == 0 &&
           same_spans(a->content, a->n_content, b->content, b->n_content) &&
           same_spans(a->cue, a->n_cue, b->cue, b->n_cue) &&
           same_spans(a->source, a->n_source, b->source, b->n_source) && strcmp(a->text, b->text) == 0 &&
           strcmp(a->said_on, b->said_on) == 0 && a->act == b->act && same_speaker(a->speaker, b->speaker);
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
    statement->n_denied = 0; // spans in another article; the claim itself stays
    if (report->text[0]) {
        statement->text = report->text;
        statement->form = report->form;
        statement->cue_text = report->cue_text;
        statement->act = report->act;
        statement->confidence = report->confidence;
    }
    if (statement->speaker) {
        statement->speaker->mention = report->n_source ? report->source[0] : NULL;
        statement->speaker->n_evidence = 0;
        statement->speaker->evidence = NULL;
    }
}

// ---- reports in words of their own -----------------------------------------------------------------

static void spell_out(gs_report *report, const gs_statement *statement, gs_arena *arena)
{
    report->text = statement->text;
    report->form = statement->form;
    report->cue_text = statement->cue_text;
    report->said_on = statement->said_on;
    report->act = statement->act;
    report->confidence = statement->confidence;
    if (!statement->speaker)
        return;
    report->speaker = (gs_speaker *)gs_wire_copy(&statement->speaker->base, arena);
    report->speaker->mention = report->n_source ? report->source[0] : NULL;
    if (strcmp(report->article_id, statement->article_id) != 0)
        report->speaker->n_evidence = 0;
}

static bool is_spelled_out(const gs_statement *statement)
{
    return statement->n_reports > 0 && statement->reports[0]->text[0];
}

static bool tells_more(const char *a, const char *b)
{
    return a[0] && !b[0];
}

// Does the statement say something that the known one's fields would lose?
static bool is_told_otherwise(const gs_statement *statement, const gs_statement *known)
{
    const gs_speaker *speaker = statement->speaker, *other = known->speaker;
    if (strcmp(statement->text, known->text) != 0 || strcmp(statement->said_on, known->said_on) != 0 ||
        strcmp(statement->cue_text, known->cue_text) != 0 || statement->act != known->act)
        return true;
    if (!speaker || !other)
        return speaker != other;
    return strcmp(speaker->name, other->name) != 0 || strcmp(speaker->role, other->role) != 0 ||
           strcmp(speaker->organisation, other->organisation) != 0 ||
           strcmp(speaker->country, other->country) != 0 ||
           tells_more(speaker->entity_id, other->entity_id) || speaker->official != other->official;
}

static bool is_fuller_name(const char *a, const char *b, const char *country, gs_arena *arena)
{
    gs_naming full, bare;
    gs_naming_read(gs_view_of(a), arena, &full);
    gs_naming_read(gs_view_of(b), arena, &bare);
    return full.count > bare.count && gs_naming_compare(&full, &bare, country) != GS_NAMING_APART;
}

static void fill(char **slot, const char *text)
{
    if (!(*slot)[0])
        *slot = (char *)text;
}

// Puts what another report tells of the speaker in where this one tells nothing.
static void add_to_speaker(gs_speaker *speaker, const gs_speaker *other, gs_arena *arena)
{
    bool had_role = speaker->role[0] != '\0';
    if (is_fuller_name(other->name, speaker->name, other->country, arena)) {
        if (strcmp(speaker->organisation, speaker->name) == 0)
            speaker->organisation = (char *)"";
        speaker->name = other->name;
        speaker->kind = other->kind;
    }
    fill(&speaker->role, other->role);
    fill(&speaker->organisation, other->organisation);
    fill(&speaker->country, other->country);
    fill(&speaker->entity_id, other->entity_id);
    fill(&speaker->told_by, other->told_by);
    if (!had_role)
        speaker->official |= other->official;
}

// Day and speaker from all reports that are spelled out.
static void settle(gs_statement *statement, gs_arena *arena)
{
    if (!is_spelled_out(statement))
        return;
    const gs_report *first = statement->reports[0];
    statement->said_on = (char *)"";
    for (size_t i = 0; i < statement->n_reports; i++)
        fill(&statement->said_on, statement->reports[i]->said_on);
    if (!first->speaker)
        return;
    statement->speaker = (gs_speaker *)gs_wire_copy(&first->speaker->base, arena);
    for (size_t i = 1; i < statement->n_reports; i++)
        if (statement->reports[i]->speaker)
            add_to_speaker(statement->speaker, statement->reports[i]->speaker, arena);
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
    if (tell && statement->speaker &&
        statement->speaker->kind != GAINSAY__V1__SPEAKER__KIND__KIND_UNSPECIFIED)
        cd_utterances_add(turn->ledger->utterances, id, statement);
    return store->statement_put(store->context, id, statement, turn->error) &&
           (!tell || emit_statement(turn, statement, is_new));
}

static gs_report *report_of(const ledger_turn *turn, const gs_statement *statement)
{
    gs_report *report = gs_arena_alloc(turn->arena, sizeof *report);
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
    report->copy_of = turn->extraction->article->copy_of;
    return report;
}

static bool take_new(ledger_turn *turn, gs_id id, const gs_statement *statement)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_statement *fresh = (gs_statement *)gs_wire_copy(&statement->base, turn->arena);
    fresh->statement_id = ledger_id_text(turn->arena, id);
    fresh->nested_in = (char *)ledger_id_in(turn, statement->nested_in);
    fresh->denied_statement = (char *)ledger_id_in(turn, statement->denied_statement);
    fresh->n_reports = 0;
    insert_report(fresh, report_of(turn, statement), turn->arena);
    ledger_mark_judged(turn, id, fresh, false);
    return put(turn, id, fresh, true, true) && ledger_list_copy(turn, id, fresh) &&
           store->report_add(store->context, statement->article_id, id, turn->error);
}

// The known statement with one more report, or another one of the same article; NULL if nothing changes but
// the revision's number.
static gs_statement *with_report(ledger_turn *turn, gs_statement *known, const gs_statement *statement,
                                 gs_report *report)
{
    size_t at = find_report(known, statement->article_id);
    bool was_there = at != SIZE_MAX;
    if (is_spelled_out(known) || is_told_otherwise(statement, known))
        spell_out(report, statement, turn->arena);
    if (was_there && same_report(known->reports[at], report))
        return NULL;
    if (report->text[0] && !is_spelled_out(known))
        for (size_t i = 0; i < known->n_reports; i++)
            spell_out(known->reports[i], known, turn->arena);
    if (was_there)
        remove_report(known, at);
    insert_report(known, report, turn->arena);
    if (known->reports[0] == report) {
        gs_statement *fresh = (gs_statement *)gs_wire_copy(&statement->base, turn->arena);
        fresh->statement_id = known->statement_id;
        fresh->nested_in = (char *)ledger_id_in(turn, statement->nested_in);
        fresh->denied_statement = (char *)ledger_id_in(turn, statement->denied_statement);
        fresh->reports = known->reports;
        fresh->n_reports = known->n_reports;
        known = fresh;
    } else if (at == 0) {
        base_on(known, known->reports[0]);
    }
    settle(known, turn->arena);
    return known;
}

// Would a judge see another statement?
static bool is_changed(const gs_statement *statement, const gs_statement *before)
{
    return strcmp(statement->article_id, before->article_id) != 0 ||
           strcmp(statement->text, before->text) != 0 || strcmp(statement->said_on, before->said_on) != 0 ||
           strcmp(statement->published, before->published) != 0 ||
           strcmp(statement->title, before->title) != 0 ||
           strcmp(statement->cue_text, before->cue_text) != 0 ||
           strcmp(statement->denied_claim, before->denied_claim) != 0 || statement->act != before->act ||
           !same_speaker(statement->speaker, before->speaker);
}

bool ledger_take_item(ledger_turn *turn, const ledger_item *item)
{
    const gs_ledger_store *store = &turn->ledger->store;
    const gs_statement *statement = item->statement;
    gs_statement *known = item->known;
    if (!known)
        return take_new(turn, item->id, statement);
    gs_statement before = *known;
    size_t at = find_report(known, statement->article_id);
    gs_report *report = report_of(turn, statement);
    bool rested = false, rests = false;
    if (at == SIZE_MAX && !ledger_rests_on_copies(turn, known, &rested))
        return false;
    gs_statement *changed = with_report(turn, known, statement, report);
    if (!changed) {
        if (known->reports[at]->revision == report->revision)
            return true;
        known->reports[at]->revision = report->revision;
        if (at == 0)
            known->revision = report->revision;
        return put(turn, item->id, known, false, false);
    }
    if (rested && !ledger_rests_on_copies(turn, changed, &rests))
        return false;
    // What only copies told is told by somebody else now: it may stand against what the others of them say.
    bool is_borne_out = rested && !rests;
    if (at == 0 || changed->reports[0] == report || is_borne_out || is_changed(changed, &before))
        ledger_mark_judged(turn, item->id, changed, true);
    return put(turn, item->id, changed, false, true) && ledger_list_copy(turn, item->id, changed) &&
           (at != SIZE_MAX ||
            store->report_add(store->context, statement->article_id, item->id, turn->error));
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
    const char *copied = known->reports[at]->copy_of;
    bool rests = false;
    remove_report(known, at);
    if (!ledger_unlist_copy(turn, id, known, copied))
        return false;
    if (known->n_reports == 0)
        return retract_statement(turn, id);
    if (!ledger_rests_on_copies(turn, known, &rests))
        return false;
    gs_statement before = *known;
    if (at == 0)
        base_on(known, known->reports[0]);
    settle(known, turn->arena);
    if (at == 0 || rests || is_changed(known, &before))
        ledger_mark_judged(turn, id, known, true);
    return put(turn, id, known, false, true);
}
