// Disputes: the contradictions about one question, with their sides.
//
// Each pair names a question of its own (judge.c: its sides and its matter). A dispute gathers the questions
// that are one: those with two contradictions that rest on the same words of the same statement and speak of
// one matter. It is a connected part of the graph that these links make, and its id is the least of the ids
// of its questions; so it depends on the contradictions alone, not on the order in which they came. Under the
// other questions' ids the store keeps notes that say which dispute they are part of.
//
// What an extraction touches is made anew from its contradictions: a dispute grows, shrinks, joins another,
// falls apart or goes, by the same few steps. Contradictions are told when their dispute is known, so that
// the feed can say of each whether it is news or the same quarrel again.
#include "ledger_internal.h"
#include "wording.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINKED = 64,      // contradictions of one statement that are looked at for links
    LARGE = 128,      // contradictions of a dispute that is not made anew for each one more
    MATTER_WORDS = 2, // that the statements of two linked contradictions must share
};

typedef struct member {
    gs_contradiction *contradiction;
    gs_id id, question;
    size_t root;       // in the union of what belongs together
    ledger_pair *pair; // what this extraction made of it; NULL if it was there
} member;

typedef struct gathering {
    ledger_turn *turn;
    gs_id *questions; // that were asked for already
    size_t question_count, question_capacity;
    gs_id *disputes; // ids of the disputes that are touched, as they were
    size_t dispute_count, dispute_capacity;
    member *members;
    size_t count, capacity;
} gathering;

gs_id ledger_question_of(const gs_contradiction *contradiction)
{
    gs_id id = {0};
    if (!gs_id_parse(gs_view_of(contradiction->question_id), &id)) // stored by an older version
        gs_id_parse(gs_view_of(contradiction->dispute_id), &id);
    return id;
}

int ledger_compare_in_time(const gs_statement *a, const gs_statement *b)
{
    int order = ledger_compare_published(a->published, b->published);
    return order ? order : strcmp(a->statement_id, b->statement_id);
}

static bool has_id(const gs_id *ids, size_t count, gs_id id)
{
    for (size_t i = 0; i < count; i++)
        if (gs_id_equal(ids[i], id))
            return true;
    return false;
}

static bool add_id(ledger_turn *turn, gs_id **ids, size_t *count, size_t *capacity, gs_id id)
{
    if (has_id(*ids, *count, id))
        return false;
    *ids = ledger_grown(turn->arena, *ids, *count, capacity, sizeof **ids);
    (*ids)[(*count)++] = id;
    return true;
}

void ledger_touch_question(ledger_turn *turn, gs_id question)
{
    add_id(turn, &turn->touched, &turn->touched_count, &turn->touched_capacity, question);
}

// ---- gathering what is touched ---------------------------------------------------------------------

static bool get_dispute(ledger_turn *turn, gs_id id, gs_dispute **dispute)
{
    const gs_ledger_store *store = &turn->ledger->store;
    return store->dispute_get(store->context, id, turn->arena, dispute, turn->error);
}

// The dispute that the question is part of now.
static bool add_question(gathering *self, gs_id question)
{
    gs_dispute *dispute = NULL;
    if (!add_id(self->turn, &self->questions, &self->question_count, &self->question_capacity, question))
        return true;
    if (!get_dispute(self->turn, question, &dispute))
        return false;
    gs_id id = question;
    if (dispute && dispute->merged_into[0])
        gs_id_parse(gs_view_of(dispute->merged_into), &id);
    add_id(self->turn, &self->disputes, &self->dispute_count, &self->dispute_capacity, id);
    return true;
}

static gs_span **evidence_on(const gs_contradiction *contradiction, const char *statement, size_t *count)
{
    bool first = strcmp(contradiction->a->statement_id, statement) == 0;
    *count = first ? contradiction->n_evidence_a : contradiction->n_evidence_b;
    return first ? contradiction->evidence_a : contradiction->evidence_b;
}

// Of a statement of several sentences, evidence that is all of it tells nothing of what is in question.
static bool is_one_sentence(const gs_statement *statement)
{
    const char *text = statement->text;
    for (; *text; text++)
        if ((*text == '.' || *text == '?' || *text == '!') && text[1] == ' ' && text[2])
            return false;
    return true;
}

static bool is_all_of(gs_span **spans, size_t count, const gs_statement *statement)
{
    return count == statement->n_content && count > 0 && spans[0]->begin == statement->content[0]->begin &&
           spans[count - 1]->end == statement->content[count - 1]->end;
}

static const gs_statement *opponent(const gs_contradiction *contradiction, const gs_statement *statement)
{
    bool first = strcmp(contradiction->a->statement_id, statement->statement_id) == 0;
    return first ? contradiction->b : contradiction->a;
}

static cd_wording *claim_of(const gs_statement *statement, gs_arena *arena)
{
    cd_wording *wording = gs_arena_alloc(arena, sizeof *wording);
    const char *claim = statement->denied_claim[0] ? statement->denied_claim : statement->text;
    cd_wording_read(gs_view_of(claim), wording);
    return wording;
}

static bool has_word(const cd_wording *wording, const cd_word *word)
{
    for (size_t i = 0; i < wording->count; i++)
        if (wording->words[i].content && wording->words[i].hash == word->hash)
            return true;
    return false;
}

// Are all three about one thing? Two contradictions of one statement may be about two.
static bool share_matter(const gs_statement *statement, const gs_statement *one, const gs_statement *two,
                         gs_arena *scratch)
{
    gs_arena_reset(scratch);
    const cd_wording *words = claim_of(statement, scratch), *left = claim_of(one, scratch),
                     *right = claim_of(two, scratch);
    size_t shared = 0;
    for (size_t i = 0; i < words->count && shared < MATTER_WORDS; i++)
        shared += words->words[i].content && !words->words[i].name && has_word(left, &words->words[i]) &&
                  has_word(right, &words->words[i]);
    return shared >= MATTER_WORDS;
}

// Do two contradictions rest on the same words of the statement, and speak of one matter?
static bool is_linked(const gs_contradiction *a, const gs_contradiction *b, const gs_statement *statement,
                      gs_arena *scratch)
{
    size_t count_a, count_b;
    gs_span **spans_a = evidence_on(a, statement->statement_id, &count_a),
            **spans_b = evidence_on(b, statement->statement_id, &count_b);
    bool whole = is_all_of(spans_a, count_a, statement) || is_all_of(spans_b, count_b, statement);
    if (whole && !is_one_sentence(statement))
        return false;
    for (size_t i = 0; i < count_a; i++)
        for (size_t j = 0; j < count_b; j++)
            if (spans_a[i]->begin < spans_b[j]->end && spans_b[j]->begin < spans_a[i]->end)
                return share_matter(statement, opponent(a, statement), opponent(b, statement), scratch);
    return false;
}

// Disputes of other contradictions that rest on the same words as this one.
static bool add_linked(gathering *self, const ledger_pair *pair)
{
    ledger_turn *turn = self->turn;
    const gs_ledger_store *store = &turn->ledger->store;
    const gs_statement *both[] = {pair->contradiction->a, pair->contradiction->b};
    for (size_t s = 0; s < 2; s++) {
        gs_id statement, *ids = NULL;
        size_t count = 0;
        if (!gs_id_parse(gs_view_of(both[s]->statement_id), &statement) ||
            !store->contradiction_list(store->context, statement, turn->arena, &ids, &count, turn->error))
            return false;
        for (size_t i = 0; i < count && i < LINKED; i++) {
            gs_contradiction *other = NULL;
            if (gs_id_equal(ids[i], pair->id))
                continue;
            if (!store->contradiction_get(store->context, ids[i], turn->arena, &other, turn->error))
                return false;
            if (other && !has_id(self->questions, self->question_count, ledger_question_of(other)) &&
                is_linked(pair->contradiction, other, both[s], turn->ledger->scratch) &&
                !add_question(self, ledger_question_of(other)))
                return false;
        }
    }
    return true;
}

static void add_member(gathering *self, gs_contradiction *contradiction, gs_id id, ledger_pair *pair)
{
    self->members =
        ledger_grown(self->turn->arena, self->members, self->count, &self->capacity, sizeof *self->members);
    self->members[self->count++] = (member){contradiction, id, ledger_question_of(contradiction), 0, pair};
}

static int compare_members(const void *a, const void *b)
{
    const member *left = a, *right = b;
    int order = memcmp(left->id.bytes, right->id.bytes, GS_ID_BYTES);
    return order ? order : (right->pair != NULL) - (left->pair != NULL);
}

// All contradictions of the touched disputes, each once, and those of this extraction.
static bool add_members(gathering *self)
{
    ledger_turn *turn = self->turn;
    const gs_ledger_store *store = &turn->ledger->store;
    for (size_t i = 0; i < turn->pair_count; i++)
        add_member(self, turn->pairs[i].contradiction, turn->pairs[i].id, &turn->pairs[i]);
    for (size_t d = 0; d < self->dispute_count; d++) {
        gs_dispute *dispute = NULL;
        if (!get_dispute(turn, self->disputes[d], &dispute))
            return false;
        for (size_t i = 0; dispute && i < dispute->n_contradiction_ids; i++) {
            gs_id id;
            gs_contradiction *contradiction = NULL;
            if (!gs_id_parse(gs_view_of(dispute->contradiction_ids[i]), &id))
                continue;
            if (!store->contradiction_get(store->context, id, turn->arena, &contradiction, turn->error))
                return false;
            if (contradiction)
                add_member(self, contradiction, id, NULL);
        }
    }
    if (self->count > 1)
        qsort(self->members, self->count, sizeof *self->members, compare_members);
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++)
        if (kept == 0 || !gs_id_equal(self->members[kept - 1].id, self->members[i].id))
            self->members[kept++] = self->members[i];
    self->count = kept;
    return true;
}

// A pair that was judged twice in one turn counts as it came out last, one that went since not at all.
static bool drop_overtaken(ledger_turn *turn)
{
    const gs_ledger_store *store = &turn->ledger->store;
    size_t kept = 0;
    for (size_t i = 0; i < turn->pair_count; i++) {
        ledger_pair *pair = &turn->pairs[i];
        gs_contradiction *stored = NULL;
        if (!store->contradiction_get(store->context, pair->id, turn->arena, &stored, turn->error))
            return false;
        size_t later = i + 1;
        while (later < turn->pair_count && !gs_id_equal(turn->pairs[later].id, pair->id))
            later++;
        if (later < turn->pair_count)
            turn->pairs[later].fresh |= pair->fresh;
        else if (stored)
            turn->pairs[kept++] = *pair;
    }
    turn->pair_count = kept;
    return true;
}

// ---- what belongs together -------------------------------------------------------------------------

static size_t root_of(member *members, size_t at)
{
    while (members[at].root != at)
        at = members[at].root = members[members[at].root].root;
    return at;
}

static void join(member *members, size_t a, size_t b)
{
    a = root_of(members, a);
    b = root_of(members, b);
    members[a > b ? a : b].root = a > b ? b : a;
}

typedef struct rest {
    const gs_statement *statement;
    size_t member;
} rest;

static int compare_rests(const void *a, const void *b)
{
    const rest *left = a, *right = b;
    int order = strcmp(left->statement->statement_id, right->statement->statement_id);
    return order ? order : (left->member > right->member) - (left->member < right->member);
}

static void join_members(gathering *self)
{
    rest *rests = gs_arena_alloc(self->turn->arena, (2 * self->count + 1) * sizeof *rests);
    for (size_t i = 0; i < self->count; i++) {
        self->members[i].root = i;
        rests[2 * i] = (rest){self->members[i].contradiction->a, i};
        rests[2 * i + 1] = (rest){self->members[i].contradiction->b, i};
    }
    for (size_t i = 0; i < self->count; i++)
        for (size_t j = 0; j < i; j++)
            if (gs_id_equal(self->members[i].question, self->members[j].question)) {
                join(self->members, i, j);
                break;
            }
    if (self->count > 0)
        qsort(rests, 2 * self->count, sizeof *rests, compare_rests);
    for (size_t i = 1; i < 2 * self->count; i++)
        for (size_t j = i;
             j-- > 0 && strcmp(rests[j].statement->statement_id, rests[i].statement->statement_id) == 0;) {
            member *a = &self->members[rests[i].member], *b = &self->members[rests[j].member];
            if (root_of(self->members, rests[i].member) != root_of(self->members, rests[j].member) &&
                is_linked(a->contradiction, b->contradiction, rests[i].statement,
                          self->turn->ledger->scratch))
                join(self->members, rests[i].member, rests[j].member);
        }
}

// The dispute of all members whose root is `root`.
static gs_dispute *make_dispute(gathering *self, size_t root)
{
    gs_contradiction **items =
        gs_arena_alloc(self->turn->arena, (self->count + 1) * sizeof(gs_contradiction *));
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++)
        if (root_of(self->members, i) == root)
            items[count++] = self->members[i].contradiction;
    return ledger_dispute_make(items, count, self->turn->arena);
}

// ---- storing and telling ---------------------------------------------------------------------------

static bool is_same_message(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    gs_buffer left = {0}, right = {0};
    gs_wire_pack(a, &left);
    gs_wire_pack(b, &right);
    bool same = gs_view_equal(gs_buffer_view(&left), gs_buffer_view(&right));
    gs_buffer_free(&left);
    gs_buffer_free(&right);
    return same;
}

// Within one government, and against one's own words, people are the sides.
static const char *party(const gs_contradiction *contradiction, const gs_statement *statement)
{
    bool inside = contradiction->scope == GAINSAY__V1__CONTRADICTION__SCOPE__SELF ||
                  contradiction->scope == GAINSAY__V1__CONTRADICTION__SCOPE__SAME_GOVERNMENT;
    return inside ? cd_name_of(statement->speaker) : cd_side_of(statement->speaker);
}

static bool has_sides_of(const gs_contradiction *a, const gs_contradiction *b)
{
    const char *one[] = {party(a, a->a), party(a, a->b)}, *two[] = {party(b, b->a), party(b, b->b)};
    return a->scope == b->scope && ((strcmp(one[0], two[0]) == 0 && strcmp(one[1], two[1]) == 0) ||
                                    (strcmp(one[0], two[1]) == 0 && strcmp(one[1], two[0]) == 0));
}

// Have the same sides been told to stand against each other in this dispute before?
static bool is_repeated(gathering *self, size_t at)
{
    for (size_t i = 0; i < self->count; i++) {
        const ledger_pair *pair = self->members[i].pair;
        bool told = !pair || !pair->fresh || pair < self->members[at].pair;
        if (i != at && told && root_of(self->members, i) == root_of(self->members, at) &&
            has_sides_of(self->members[i].contradiction, self->members[at].contradiction))
            return true;
    }
    return false;
}

// Contradictions carry the id of their dispute; those that are news are told, in the order they were found.
static bool settle_members(gathering *self, gs_dispute *const *dispute_of_root)
{
    ledger_turn *turn = self->turn;
    const gs_ledger_store *store = &turn->ledger->store;
    for (size_t i = 0; i < self->count; i++) {
        member *one = &self->members[i];
        const char *dispute_id = dispute_of_root[root_of(self->members, i)]->dispute_id;
        gs_id a, b, dispute;
        if (strcmp(one->contradiction->dispute_id, dispute_id) == 0)
            continue;
        one->contradiction->dispute_id = (char *)dispute_id;
        if (gs_id_parse(gs_view_of(one->contradiction->a->statement_id), &a) &&
            gs_id_parse(gs_view_of(one->contradiction->b->statement_id), &b) &&
            gs_id_parse(gs_view_of(dispute_id), &dispute) &&
            !store->contradiction_put(store->context, one->id, a, b, dispute, one->contradiction,
                                      turn->error))
            return false;
    }
    for (size_t p = 0; p < turn->pair_count; p++)
        for (size_t i = 0; i < self->count && turn->pairs[p].fresh; i++)
            if (self->members[i].pair == &turn->pairs[p] &&
                !ledger_emit_contradiction(turn, self->members[i].contradiction, is_repeated(self, i)))
                return false;
    return true;
}

static gs_dispute *dispute_with(gs_dispute *const *disputes, size_t count, const char *question)
{
    for (size_t d = 0; d < count; d++)
        for (size_t i = 0; disputes[d] && i < disputes[d]->n_question_ids; i++)
            if (strcmp(disputes[d]->question_ids[i], question) == 0)
                return disputes[d];
    return NULL;
}

// Says of a dispute that was told where it is now, unless it is where it was.
static bool tell_old(gathering *self, gs_id id, const gs_dispute *old, gs_dispute *const *made)
{
    ledger_turn *turn = self->turn;
    const gs_ledger_store *store = &turn->ledger->store;
    const gs_dispute *now = dispute_with(made, self->count, old->dispute_id);
    if (now)
        return strcmp(now->dispute_id, old->dispute_id) == 0 ||
               ledger_emit_merger(turn, old->dispute_id, now->dispute_id,
                                  "it turned out to be part of another dispute");
    if (!store->dispute_remove(store->context, id, turn->error))
        return false;
    for (size_t i = 0; i < old->n_question_ids && !now; i++)
        now = dispute_with(made, self->count, old->question_ids[i]);
    return now ? ledger_emit_merger(turn, old->dispute_id, now->dispute_id,
                                    "what is left of it goes on under another id")
               : ledger_emit_retraction(turn, NULL, NULL, old->dispute_id, "no contradiction is left in it");
}

// What was a dispute and is none any more, or only a part of one.
static bool drop_old(gathering *self, gs_dispute *const *made)
{
    ledger_turn *turn = self->turn;
    const gs_ledger_store *store = &turn->ledger->store;
    for (size_t d = 0; d < self->dispute_count; d++) {
        gs_dispute *old = NULL;
        if (!get_dispute(turn, self->disputes[d], &old))
            return false;
        for (size_t i = 0; old && i < old->n_question_ids; i++) {
            gs_id id;
            if (!dispute_with(made, self->count, old->question_ids[i]) &&
                gs_id_parse(gs_view_of(old->question_ids[i]), &id) &&
                !store->dispute_remove(store->context, id, turn->error))
                return false;
        }
        if (!old)
            continue;
        if (!tell_old(self, self->disputes[d], old, made))
            return false;
    }
    return true;
}

bool ledger_put_notes(ledger_turn *turn, const gs_dispute *dispute)
{
    const gs_ledger_store *store = &turn->ledger->store;
    for (size_t i = 1; i < dispute->n_question_ids; i++) {
        gs_dispute note = GAINSAY__V1__DISPUTE__INIT;
        note.dispute_id = dispute->question_ids[i];
        note.merged_into = dispute->dispute_id;
        gs_id other;
        if (!gs_id_parse(gs_view_of(note.dispute_id), &other) ||
            !store->dispute_put(store->context, other, &note, turn->error))
            return false;
    }
    return true;
}

// Stores the dispute, and a note under each other question that it gathers.
static bool put_dispute(ledger_turn *turn, gs_dispute *dispute)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_dispute *known = NULL;
    gs_id id;
    if (!gs_id_parse(gs_view_of(dispute->dispute_id), &id) || !get_dispute(turn, id, &known))
        return false;
    if (known && is_same_message(&known->base, &dispute->base))
        return true;
    bool told_before = known && !known->merged_into[0];
    if (!ledger_put_notes(turn, dispute))
        return false;
    return store->dispute_put(store->context, id, dispute, turn->error) &&
           ledger_emit_dispute(turn, dispute, told_before);
}

// A large dispute that only grows, and by questions that it has: what is new is added, and the rest not read.
static bool extend_large(gathering *self, bool *done)
{
    ledger_turn *turn = self->turn;
    gs_dispute *dispute = NULL;
    if (turn->unsettled || self->dispute_count != 1 || turn->pair_count == 0)
        return true;
    if (!get_dispute(turn, self->disputes[0], &dispute))
        return false;
    if (!dispute || dispute->n_contradiction_ids < LARGE)
        return true;
    for (size_t i = 0; i < turn->pair_count; i++) {
        const char *question = turn->pairs[i].contradiction->question_id;
        if (!turn->pairs[i].fresh || !dispute_with(&dispute, 1, question))
            return true;
    }
    return ledger_dispute_extend(turn, self->disputes[0], dispute, done);
}

bool ledger_disputes_settle(ledger_turn *turn)
{
    gathering self = {.turn = turn};
    if (turn->touched_count == 0)
        return true;
    if (!drop_overtaken(turn))
        return false;
    for (size_t i = 0; i < turn->touched_count; i++)
        if (!add_question(&self, turn->touched[i]))
            return false;
    for (size_t i = 0; i < turn->pair_count; i++)
        if (!add_linked(&self, &turn->pairs[i]))
            return false;
    bool done = false;
    if (!extend_large(&self, &done))
        return false;
    if (done)
        return true;
    if (!add_members(&self))
        return false;
    join_members(&self);
    gs_dispute **made = gs_arena_zalloc(turn->arena, (self.count + 1) * sizeof *made); // by root
    for (size_t i = 0; i < self.count; i++)
        if (root_of(self.members, i) == i)
            made[i] = make_dispute(&self, i);
    if (!settle_members(&self, made) || !drop_old(&self, made))
        return false;
    for (size_t i = 0; i < self.count; i++)
        if (made[i] && !put_dispute(turn, made[i]))
            return false;
    return true;
}
