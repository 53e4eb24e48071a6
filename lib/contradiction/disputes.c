// disputes: the contradictions about one question, gathered. The question's id comes from the judge and
// depends on the pair alone, so the same contradictions make the same disputes in whatever order they are
// found.
//
// Sides are countries where states stand against each other, else speakers.
#include "ledger_internal.h"

#include <string.h>

static gs_event event_of(Gainsay__V1__FeedEvent__BodyCase body)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = body;
    return event;
}

// ---- growing lists in an arena ---------------------------------------------------------------------------

static void *with_room(gs_arena *arena, void *list, size_t count, size_t at)
{
    char **larger = gs_arena_alloc(arena, (count + 1) * sizeof *larger);
    if (count != 0) {
        memcpy(larger, list, at * sizeof *larger);
        memcpy(larger + at + 1, (char **)list + at, (count - at) * sizeof *larger);
    }
    return larger;
}

static size_t find_text(char *const *list, size_t count, const char *text)
{
    size_t at = 0;
    while (at < count && strcmp(list[at], text) != 0) {
        at++;
    }
    return at;
}

// ---- sides
// -------------------------------------------------------------------------------------------------

static const char *side_label(const gs_contradiction *contradiction, const gs_statement *statement)
{
    const gs_speaker *speaker = statement->speaker;
    if (speaker == NULL) {
        return "unnamed";
    }
    if (contradiction->scope == GAINSAY__V1__CONTRADICTION__SCOPE__BETWEEN_STATES &&
        speaker->country[0] != '\0') {
        return speaker->country;
    }
    if (speaker->name[0] != '\0') {
        return speaker->name;
    }
    if (speaker->organisation[0] != '\0') {
        return speaker->organisation;
    }
    return speaker->country[0] != '\0' ? speaker->country : "unnamed";
}

static Gainsay__V1__Dispute__Side *side_of(gs_dispute *dispute, const char *label, gs_arena *arena)
{
    size_t place = 0;
    while (place < dispute->n_sides && strcmp(dispute->sides[place]->label, label) < 0) {
        place++;
    }
    if (place < dispute->n_sides && strcmp(dispute->sides[place]->label, label) == 0) {
        return dispute->sides[place];
    }
    if (dispute->n_sides == LEDGER_SIDES) {
        return NULL;
    }
    Gainsay__V1__Dispute__Side *side = gs_arena_alloc(arena, sizeof *side);
    gainsay__v1__dispute__side__init(side);
    side->label = gs_arena_text(arena, gs_view_of(label));
    dispute->sides = with_room(arena, dispute->sides, dispute->n_sides, place);
    dispute->sides[place] = side;
    dispute->n_sides++;
    return side;
}

// Was this statement made before the other, of which only the id is at hand? Ties go by id.
static bool said_before(const gs_ledger_store *store, const gs_statement *statement, const char *other_id,
                        gs_arena *arena)
{
    gs_id id;
    gs_error ignored = {0};
    gs_statement *other = NULL;
    if (!gs_id_parse(gs_view_of(other_id), &id) ||
        !store->statement_get(store->context, id, arena, &other, &ignored) || other == NULL) {
        return false;
    }
    const int64_t time = ledger_time(statement->published);
    const int64_t other_time = ledger_time(other->published);
    return time != other_time ? time < other_time : strcmp(statement->statement_id, other_id) < 0;
}

static void add_to_side(const gs_ledger_store *store, gs_dispute *dispute,
                        const gs_contradiction *contradiction, const gs_statement *statement, gs_arena *arena)
{
    Gainsay__V1__Dispute__Side *side = side_of(dispute, side_label(contradiction, statement), arena);
    if (side == NULL || side->n_statement_ids >= LEDGER_SIDE ||
        find_text(side->statement_ids, side->n_statement_ids, statement->statement_id) <
            side->n_statement_ids) {
        return;
    }
    size_t place = side->n_statement_ids;
    while (place > 0 && said_before(store, statement, side->statement_ids[place - 1], arena)) {
        place--;
    }
    side->statement_ids = with_room(arena, side->statement_ids, side->n_statement_ids, place);
    side->statement_ids[place] = gs_arena_text(arena, gs_view_of(statement->statement_id));
    side->n_statement_ids++;
}

static void widen(gs_dispute *dispute, const char *published, gs_arena *arena)
{
    const int64_t time = ledger_time(published);
    if (time == INT64_MAX) {
        return;
    }
    if (dispute->first_seen[0] == '\0' || time < ledger_time(dispute->first_seen)) {
        dispute->first_seen = gs_arena_text(arena, gs_view_of(published));
    }
    if (dispute->last_seen[0] == '\0' || time > ledger_time(dispute->last_seen)) {
        dispute->last_seen = gs_arena_text(arena, gs_view_of(published));
    }
}

// ---- changed in this apply -----------------------------------------------------------------------------

static size_t changed_place(const changed_disputes *changed, const char *id)
{
    size_t place = 0;
    while (place < changed->count && strcmp(changed->disputes[place]->dispute_id, id) < 0) {
        place++;
    }
    return place;
}

static void note_changed(changed_disputes *changed, gs_dispute *dispute, gs_arena *arena)
{
    const size_t place = changed_place(changed, dispute->dispute_id);
    if (place < changed->count && strcmp(changed->disputes[place]->dispute_id, dispute->dispute_id) == 0) {
        changed->disputes[place] = dispute;
        return;
    }
    changed->disputes = with_room(arena, changed->disputes, changed->count, place);
    changed->disputes[place] = dispute;
    changed->count++;
}

static void note_gone(changed_disputes *changed, const char *id)
{
    const size_t place = changed_place(changed, id);
    if (place < changed->count && strcmp(changed->disputes[place]->dispute_id, id) == 0) {
        changed->count--;
        memmove(&changed->disputes[place], &changed->disputes[place + 1],
                (changed->count - place) * sizeof *changed->disputes);
    }
}

bool disputes_add(const gs_ledger_store *store, const gs_contradiction *contradiction, const char *question,
                  gs_id id, changed_disputes *changed, gs_arena *arena, gs_error *error)
{
    gs_dispute *dispute = NULL;
    if (!store->dispute_get(store->context, id, arena, &dispute, error)) {
        return false;
    }
    if (dispute == NULL) {
        dispute = gs_arena_alloc(arena, sizeof *dispute);
        gainsay__v1__dispute__init(dispute);
        dispute->dispute_id = gs_arena_text(arena, gs_view_of(contradiction->dispute_id));
        dispute->question = gs_arena_text(arena, gs_view_of(question));
    }
    const size_t place = dispute->n_contradiction_ids;
    dispute->contradiction_ids = with_room(arena, dispute->contradiction_ids, place, place);
    dispute->contradiction_ids[place] = gs_arena_text(arena, gs_view_of(contradiction->contradiction_id));
    dispute->n_contradiction_ids++;
    add_to_side(store, dispute, contradiction, contradiction->a, arena);
    add_to_side(store, dispute, contradiction, contradiction->b, arena);
    widen(dispute, contradiction->a->published, arena);
    widen(dispute, contradiction->b->published, arena);
    note_changed(changed, dispute, arena);
    return store->dispute_put(store->context, id, dispute, error);
}

// ---- taking back ---------------------------------------------------------------------------------------

static void remove_text(char **list, size_t *count, size_t at)
{
    (*count)--;
    memmove(&list[at], &list[at + 1], (*count - at) * sizeof *list);
}

// Does another contradiction of the dispute still rest on this statement?
static bool still_needed(const gs_ledger_store *store, const gs_dispute *dispute, const char *statement_id,
                         gs_arena *arena)
{
    for (size_t i = 0; i < dispute->n_contradiction_ids; i++) {
        gs_id id;
        gs_error ignored = {0};
        gs_contradiction *other = NULL;
        if (gs_id_parse(gs_view_of(dispute->contradiction_ids[i]), &id) &&
            store->contradiction_get(store->context, id, arena, &other, &ignored) && other != NULL &&
            (strcmp(other->a->statement_id, statement_id) == 0 ||
             strcmp(other->b->statement_id, statement_id) == 0)) {
            return true;
        }
    }
    return false;
}

static void drop_from_sides(const gs_ledger_store *store, gs_dispute *dispute, const char *statement_id,
                            gs_arena *arena)
{
    if (still_needed(store, dispute, statement_id, arena)) {
        return;
    }
    for (size_t i = 0; i < dispute->n_sides; i++) {
        Gainsay__V1__Dispute__Side *side = dispute->sides[i];
        const size_t at = find_text(side->statement_ids, side->n_statement_ids, statement_id);
        if (at < side->n_statement_ids) {
            remove_text(side->statement_ids, &side->n_statement_ids, at);
        }
    }
}

bool disputes_drop(const gs_ledger_store *store, const gs_contradiction *contradiction,
                   const char *article_id, changed_disputes *changed, gs_arena *arena, gs_error *error)
{
    gs_id id;
    gs_dispute *dispute = NULL;
    if (!gs_id_parse(gs_view_of(contradiction->dispute_id), &id)) {
        return true;
    }
    if (!store->dispute_get(store->context, id, arena, &dispute, error)) {
        return false;
    }
    if (dispute == NULL) {
        return true;
    }
    const size_t at =
        find_text(dispute->contradiction_ids, dispute->n_contradiction_ids, contradiction->contradiction_id);
    if (at < dispute->n_contradiction_ids) {
        remove_text(dispute->contradiction_ids, &dispute->n_contradiction_ids, at);
    }
    if (dispute->n_contradiction_ids == 0) {
        gs_retraction gone = GAINSAY__V1__RETRACTION__INIT;
        gs_event event = event_of(GAINSAY__V1__FEED_EVENT__BODY_RETRACTION);
        gone.dispute_id = dispute->dispute_id;
        gone.reason = "no contradiction is left in it";
        gone.article_id = (char *)article_id;
        event.retraction = &gone;
        note_gone(changed, dispute->dispute_id);
        return store->dispute_remove(store->context, id, error) && store->emit(store->context, &event, error);
    }
    drop_from_sides(store, dispute, contradiction->a->statement_id, arena);
    drop_from_sides(store, dispute, contradiction->b->statement_id, arena);
    note_changed(changed, dispute, arena);
    return store->dispute_put(store->context, id, dispute, error);
}

bool disputes_emit(const gs_ledger_store *store, const changed_disputes *changed, gs_error *error)
{
    for (size_t i = 0; i < changed->count; i++) {
        gs_event event = event_of(GAINSAY__V1__FEED_EVENT__BODY_DISPUTE);
        event.dispute = changed->disputes[i];
        if (!store->emit(store->context, &event, error)) {
            return false;
        }
    }
    return true;
}
