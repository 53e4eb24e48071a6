// One utterance is told by many articles, each in its own cut. Candidates are the statements of the same
// speaker on the same day: chains under a hash of a name's word and the day, each entry with a bit signature
// of its content words, so that only what may be alike is fetched and compared.
//
// Entries are never taken out one by one. A statement that is gone is not found in the store, and one that
// changed is compared as it is now; so an undone transaction leaves nothing that could do harm.
#include "utterance.h"

#include "contradiction/contradiction.h"
#include "wording.h"

#include <stdlib.h>
#include <string.h>

enum {
    NONE = UINT32_MAX,
    FIRST_CAPACITY = 256,
    KEYS_MAX = GS_NAMING_KEYS + 2,
    KEEP_DAYS = 45, // before the newest day seen: an article may quote words of last month with their day
};

// ---- days and speakers -----------------------------------------------------------------------------

static int64_t day_of(const char *text)
{
    gs_time time;
    int year, month, day;
    if (!text || !text[0] || !gs_time_parse(gs_view_of(text), &time))
        return INT64_MIN;
    gs_time_civil(time, &year, &month, &day, NULL);
    return gs_days_from_civil(year, month, day);
}

// Known days must be the same. A report without a day comes on it or soon after; two without, soon after
// each other.
static bool days_meet(const gs_statement *a, const gs_statement *b)
{
    int64_t said_a = day_of(a->said_on), said_b = day_of(b->said_on);
    int64_t told_a = day_of(a->published), told_b = day_of(b->published);
    if (said_a != INT64_MIN && said_b != INT64_MIN)
        return said_a == said_b;
    if (said_a == INT64_MIN && said_b == INT64_MIN)
        return told_a != INT64_MIN && told_b != INT64_MIN && llabs(told_a - told_b) <= CD_UTTERANCE_DAYS;
    int64_t said = said_a != INT64_MIN ? said_a : said_b, told = said_a != INT64_MIN ? told_b : told_a;
    // A day earlier by the clock of a publisher to the west.
    return told != INT64_MIN && told >= said - 1 && told <= said + CD_UTTERANCE_DAYS;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static bool countries_meet(const gs_speaker *a, const gs_speaker *b)
{
    return !or_empty(a->country)[0] || !or_empty(b->country)[0] || strcmp(a->country, b->country) == 0;
}

typedef enum speaker_match { SPEAKERS_APART, SPEAKERS_ALIKE, SPEAKERS_SAME } speaker_match;

// Two who are not named are alike if office, body and country are, and tell something.
static speaker_match compare_unnamed(const gs_speaker *a, const gs_speaker *b)
{
    bool told = a->organisation[0] || a->country[0];
    bool same = strcmp(a->role, b->role) == 0 && strcmp(a->organisation, b->organisation) == 0 &&
                strcmp(a->country, b->country) == 0;
    return told && same ? SPEAKERS_ALIKE : SPEAKERS_APART;
}

static speaker_match compare_speakers(const gs_speaker *a, const gs_speaker *b, gs_arena *scratch)
{
    if (!a || !b || !countries_meet(a, b))
        return SPEAKERS_APART;
    if (!a->name[0] && !b->name[0])
        return compare_unnamed(a, b);
    if (!a->name[0] || !b->name[0])
        return SPEAKERS_APART;
    gs_naming one, two;
    gs_naming_read(gs_view_of(a->name), scratch, &one);
    gs_naming_read(gs_view_of(b->name), scratch, &two);
    const char *country = a->country[0] ? a->country : b->country;
    gs_naming_match match = gs_naming_compare(&one, &two, country);
    if (match == GS_NAMING_APART)
        match = gs_naming_compare(&two, &one, country);
    if (match == GS_NAMING_APART)
        return SPEAKERS_APART;
    bool bodies_agree = gs_offices_agree(gs_view_of(a->organisation), gs_view_of(b->organisation), scratch) ||
                        strcmp(a->organisation, a->name) == 0 || strcmp(b->organisation, b->name) == 0;
    if (match == GS_NAMING_SAME)
        return SPEAKERS_SAME;
    return bodies_agree ? SPEAKERS_ALIKE : SPEAKERS_APART;
}

// ---- the same? -------------------------------------------------------------------------------------

static bool is_denial(int act)
{
    return act == GAINSAY__V1__STATEMENT__ACT__DENY || act == GAINSAY__V1__STATEMENT__ACT__REJECT;
}

// A paraphrase that contradicts is none.
static bool contradicts(gs_judge *judge, const gs_statement *a, const gs_statement *b, gs_arena *scratch)
{
    gs_verdict verdict;
    gs_judge_statements(judge, a, b, scratch, &verdict);
    return verdict.relation == GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS;
}

// "That is not true", said of two things.
static bool claims_are_apart(const gs_statement *a, const gs_statement *b, const cd_wording *words,
                             gs_arena *scratch)
{
    enum { POINTING_WORDS = 9 }; // a longer one says what it is about
    double overlap;
    if (words->count >= POINTING_WORDS || !a->denied_claim[0] || !b->denied_claim[0])
        return false;
    cd_wording *one = gs_arena_alloc(scratch, sizeof *one), *two = gs_arena_alloc(scratch, sizeof *two);
    cd_wording_read(gs_view_of(a->denied_claim), one);
    cd_wording_read(gs_view_of(b->denied_claim), two);
    return cd_wordings_compare(one, two, &overlap) == CD_APART;
}

// The likest of known's wordings: its overlap, plus one if verbatim. 0 if all are apart, or if they tell of
// another claim. needed: the least overlap of a verbatim one.
static double compare_wordings(const gs_statement *statement, const gs_statement *known, bool may_paraphrase,
                               double needed, gs_arena *scratch)
{
    cd_wording *one = gs_arena_alloc(scratch, sizeof *one), *two = gs_arena_alloc(scratch, sizeof *two);
    double best = 0;
    cd_wording_read(gs_view_of(statement->text), one);
    if (is_denial(statement->act) != is_denial(known->act) ||
        claims_are_apart(statement, known, one, scratch))
        return 0;
    for (size_t i = 0; i <= known->n_reports; i++) {
        const char *text = i == 0 ? known->text : known->reports[i - 1]->text;
        double overlap;
        if (!text[0] || (i > 0 && strcmp(text, known->text) == 0))
            continue;
        cd_wording_read(gs_view_of(text), two);
        cd_likeness likeness = cd_signatures_meet(one->signature, two->signature)
                                   ? cd_wordings_compare(one, two, &overlap)
                                   : CD_APART;
        if (likeness == CD_VERBATIM && overlap >= needed && overlap + 1 > best)
            best = overlap + 1;
        else if (likeness == CD_PARAPHRASE && may_paraphrase && overlap > best)
            best = overlap;
    }
    return best;
}

double cd_same_utterance(gs_judge *judge, const gs_statement *statement, const gs_statement *known,
                         gs_arena *scratch)
{
    speaker_match speakers = compare_speakers(statement->speaker, known->speaker, scratch);
    if (speakers == SPEAKERS_APART || !days_meet(statement, known))
        return 0;
    double best = compare_wordings(statement, known, speakers == SPEAKERS_SAME, 0, scratch);
    return best > 0 && best <= 1 && contradicts(judge, statement, known, scratch) ? 0 : best;
}

double cd_same_in_copy(gs_judge *judge, const gs_statement *statement, const gs_statement *known,
                       gs_arena *scratch)
{
    const double nearly_all = 0.8; // of the words, where it is left open who speaks
    speaker_match speakers = compare_speakers(statement->speaker, known->speaker, scratch);
    bool named =
        statement->speaker && known->speaker && statement->speaker->name[0] && known->speaker->name[0];
    if (speakers == SPEAKERS_APART && named)
        return 0;
    if (strcmp(statement->text, known->text) == 0) // too few words to be compared, perhaps
        return 2;
    double best = compare_wordings(statement, known, speakers == SPEAKERS_SAME,
                                   speakers == SPEAKERS_APART ? nearly_all : 0, scratch);
    return best > 0 && best <= 1 && contradicts(judge, statement, known, scratch) ? 0 : best;
}

// ---- the index -------------------------------------------------------------------------------------

typedef struct utterance_entry {
    gs_id id;
    uint64_t signature[2];
    uint64_t key; // of speaker and day
    int32_t day;
    uint32_t next;
} utterance_entry;

struct cd_utterances {
    utterance_entry *entries;
    uint32_t count, capacity;
    uint32_t *heads; // open addressing by key; NONE: free
    uint32_t head_count, head_capacity;
    int64_t newest_day;
    gs_arena *scratch;
    cd_wording wording; // of the statement at hand
};

cd_utterances *cd_utterances_new(void)
{
    cd_utterances *self = gs_allocate(sizeof *self);
    self->newest_day = INT64_MIN;
    self->scratch = gs_arena_new(0);
    return self;
}

void cd_utterances_free(cd_utterances **self_p)
{
    cd_utterances *self = *self_p;
    if (!self)
        return;
    free(self->entries);
    free(self->heads);
    gs_arena_free(&self->scratch);
    free(self);
    *self_p = NULL;
}

size_t cd_utterances_bytes(const cd_utterances *self)
{
    return sizeof *self + self->capacity * sizeof *self->entries + self->head_capacity * sizeof *self->heads;
}

static uint32_t *head_at(const cd_utterances *self, uint64_t key)
{
    uint32_t mask = self->head_capacity - 1, at = (uint32_t)(key >> 13) & mask;
    while (self->heads[at] != NONE && self->entries[self->heads[at]].key != key)
        at = (at + 1) & mask;
    return &self->heads[at];
}

static void build_heads(cd_utterances *self, uint32_t capacity)
{
    free(self->heads);
    self->heads = gs_allocate(capacity * sizeof *self->heads);
    memset(self->heads, 0xFF, capacity * sizeof *self->heads);
    self->head_capacity = capacity;
    self->head_count = 0;
    for (uint32_t i = 0; i < self->count; i++) {
        uint32_t *head = head_at(self, self->entries[i].key);
        self->head_count += *head == NONE;
        self->entries[i].next = *head;
        *head = i;
    }
}

// What a speaker is looked for by: words of the name, or office and body of one without.
static size_t speaker_keys(cd_utterances *self, const gs_speaker *speaker, uint64_t keys[KEYS_MAX])
{
    gs_naming name;
    if (!speaker)
        return 0;
    if (!speaker->name[0]) {
        keys[0] = gs_hash(gs_view_of(speaker->role)) * 31 + gs_hash(gs_view_of(speaker->organisation));
        return speaker->organisation[0] || speaker->country[0];
    }
    gs_naming_read(gs_view_of(speaker->name), self->scratch, &name);
    if (name.count == 0)
        return 0;
    // The last word, and the first: a bare surname, and a name whose country one of two does not tell.
    keys[0] = gs_naming_bare_key(&name);
    keys[1] = gs_hash(name.words[0]);
    size_t count = 2 + gs_naming_surname_keys(&name, speaker->country, keys + 2), kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool twice = false;
        for (size_t j = 0; j < kept; j++)
            twice |= keys[j] == keys[i];
        if (!twice)
            keys[kept++] = keys[i];
    }
    return kept;
}

static uint64_t key_of(uint64_t speaker, int64_t day)
{
    return (speaker ^ (uint64_t)day * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xBF58476D1CE4E5B9);
}

static int64_t index_day(const gs_statement *statement)
{
    int64_t said = day_of(statement->said_on);
    return said != INT64_MIN ? said : day_of(statement->published);
}

static void add_entry(cd_utterances *self, const utterance_entry *fresh)
{
    if ((self->head_count + 1) * 2 >= self->head_capacity)
        build_heads(self, self->head_capacity ? self->head_capacity * 2 : FIRST_CAPACITY);
    uint32_t *head = head_at(self, fresh->key);
    for (uint32_t at = *head; at != NONE; at = self->entries[at].next)
        if (gs_id_equal(self->entries[at].id, fresh->id) &&
            memcmp(self->entries[at].signature, fresh->signature, sizeof fresh->signature) == 0)
            return;
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : FIRST_CAPACITY;
        self->entries = gs_reallocate(self->entries, self->capacity * sizeof *self->entries);
    }
    self->entries[self->count] = *fresh;
    self->entries[self->count].next = *head;
    self->head_count += *head == NONE;
    *head = self->count++;
}

static void add_wording(cd_utterances *self, gs_id id, const gs_speaker *speaker, int64_t day,
                        const char *text)
{
    uint64_t keys[KEYS_MAX];
    cd_wording_read(gs_view_of(text), &self->wording);
    size_t count = self->wording.content_count ? speaker_keys(self, speaker, keys) : 0;
    for (size_t i = 0; i < count; i++) {
        utterance_entry entry = {.id = id, .key = key_of(keys[i], day), .day = (int32_t)day};
        memcpy(entry.signature, self->wording.signature, sizeof entry.signature);
        add_entry(self, &entry);
    }
}

void cd_utterances_add(cd_utterances *self, gs_id id, const gs_statement *statement)
{
    int64_t day = index_day(statement);
    if (day == INT64_MIN)
        return;
    if (day > self->newest_day)
        self->newest_day = day;
    gs_arena_reset(self->scratch);
    add_wording(self, id, statement->speaker, day, statement->text);
    for (size_t i = 0; i < statement->n_reports; i++) {
        const gs_report *report = statement->reports[i];
        if (report->text[0] && strcmp(report->text, statement->text) != 0)
            add_wording(self, id, report->speaker ? report->speaker : statement->speaker, day, report->text);
    }
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, GS_ID_BYTES);
}

static size_t take_id(gs_id ids[CD_UTTERANCES_FOUND], size_t count, gs_id id)
{
    for (size_t i = 0; i < count; i++)
        if (gs_id_equal(ids[i], id))
            return count;
    if (count < CD_UTTERANCES_FOUND)
        ids[count++] = id;
    return count;
}

size_t cd_utterances_find(cd_utterances *self, const gs_statement *statement, gs_id ids[CD_UTTERANCES_FOUND])
{
    uint64_t keys[KEYS_MAX];
    size_t found = 0;
    int64_t day = index_day(statement);
    if (self->count == 0 || day == INT64_MIN)
        return 0;
    gs_arena_reset(self->scratch);
    cd_wording_read(gs_view_of(statement->text), &self->wording);
    size_t count = speaker_keys(self, statement->speaker, keys);
    for (int64_t d = day - CD_UTTERANCE_DAYS; d <= day + CD_UTTERANCE_DAYS; d++)
        for (size_t i = 0; i < count; i++)
            for (uint32_t at = *head_at(self, key_of(keys[i], d)); at != NONE; at = self->entries[at].next)
                if (cd_signatures_meet(self->entries[at].signature, self->wording.signature))
                    found = take_id(ids, found, self->entries[at].id);
    qsort(ids, found, sizeof *ids, compare_ids);
    return found;
}

void cd_utterances_expire(cd_utterances *self, int64_t before_day)
{
    int64_t horizon = self->newest_day == INT64_MIN ? before_day : self->newest_day - KEEP_DAYS;
    uint32_t kept = 0;
    horizon = before_day < horizon ? before_day : horizon;
    for (uint32_t i = 0; i < self->count; i++)
        if (self->entries[i].day >= horizon)
            self->entries[kept++] = self->entries[i];
    if (kept == self->count)
        return;
    self->count = kept;
    build_heads(self, self->head_capacity);
}

// ---- snapshot --------------------------------------------------------------------------------------

void cd_utterances_save(const cd_utterances *self, cd_snapshot_writer *out)
{
    cd_snapshot_put(out, &self->newest_day, 1, sizeof self->newest_day);
    cd_snapshot_put(out, self->entries, self->count, sizeof *self->entries);
}

// The chains are made anew, so nothing in an entry can lead astray.
bool cd_utterances_load(cd_utterances *self, cd_snapshot_reader *in)
{
    size_t count;
    cd_snapshot_take_one(in, &self->newest_day, sizeof self->newest_day);
    free(self->entries);
    self->entries = cd_snapshot_take(in, sizeof *self->entries, &count);
    self->count = self->capacity = 0;
    bool days =
        self->newest_day == INT64_MIN || (self->newest_day > INT32_MIN && self->newest_day < INT32_MAX);
    if (in->failed || !days || count >= NONE / 4)
        return false;
    self->count = self->capacity = (uint32_t)count;
    uint32_t heads = FIRST_CAPACITY;
    while (heads < self->count * 2)
        heads *= 2;
    if (count > 0)
        build_heads(self, heads);
    return true;
}
