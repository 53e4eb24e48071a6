// Who is meant by a name: the table's entries that bear it and do not clash with what the text says, gathered
// by person. One person is an answer; several are none, unless the days leave only one.
//
// An entry is weighed by how often and how lately its office was told, so that one odd wording does not
// outweigh the usual one, and an office that somebody left gives way to the new one. Ties go by id: what is
// found does not depend on the order in which a restart read the table.
#include "holders_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    FITS_MAX = 1024, // entries that fit one name; with more, the name tells nobody
    PERSONS_MAX = 16,
    FRESH_DAYS = 60, // so long a mention weighs the same
    NEAR_DAYS = 120, // of several people, those seen within this many days come first
};

typedef struct holder_fit {
    uint32_t entry;
    int32_t gap; // days between the day asked for and those of the entry; 0 within
    double weight;
    bool by_surname;
} holder_fit;

typedef struct holder_person {
    gs_naming name;
    const char *country;
    holder_fit best;
    int32_t gap;      // smallest of its entries
    bool same_gender; // as the query's, and not merely unknown
} holder_person;

typedef struct holder_search {
    const gs_holders *holders;
    const gs_holder_query *query;
    gs_arena *arena;
    gs_naming given;
    holder_fit *fits;
    size_t count;
    uint32_t others; // entries of the name that clash with the query
    bool too_many;
} holder_search;

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

// ---- one entry -------------------------------------------------------------------------------------

// Days from the entry's time to the day asked for; negative if it lies too far off.
static int32_t gap_of(const holder_entry *entry, int32_t day)
{
    if (day == INT32_MIN || (day >= entry->first_day && day <= entry->last_day))
        return 0;
    if (entry->told)
        return -1;
    int64_t before = (int64_t)entry->first_day - day, after = (int64_t)day - entry->last_day;
    if (before > GS_HOLDER_BEFORE_DAYS || after > GS_HOLDER_AFTER_DAYS)
        return -1;
    return (int32_t)(before > 0 ? before : after);
}

static bool offices_fit(const holder_search *search, const holder_entry *entry)
{
    const gs_holder_query *query = search->query;
    const char *role = or_empty(query->role), *body = or_empty(query->organisation);
    const char *known_role = holder_text(search->holders, entry->role),
               *known_body = holder_text(search->holders, entry->organisation);
    if (!gs_offices_agree(gs_view_of(body), gs_view_of(known_body), search->arena))
        return false;
    if (!role[0] || !known_role[0])
        return true;
    const char *whole = gs_arena_format(search->arena, "%s %s", role, body),
               *known = gs_arena_format(search->arena, "%s %s", known_role, known_body);
    return gs_offices_agree(gs_view_of(role), gs_view_of(known), search->arena) ||
           gs_offices_agree(gs_view_of(whole), gs_view_of(known_role), search->arena);
}

static bool country_fits(const holder_search *search, const holder_entry *entry)
{
    const char *country = or_empty(search->query->country);
    return !country[0] || !entry->country[0] || strcmp(country, entry->country) == 0;
}

static double weight_of(const holder_entry *entry, int32_t gap)
{
    double late = gap > FRESH_DAYS ? (gap - FRESH_DAYS) / 30.0 : 0.0;
    double weight = (double)(entry->mentions ? entry->mentions : 1) / (1.0 + late);
    if (entry->organisation)
        weight *= 2; // says more
    return entry->told ? weight + 1e9 : weight;
}

static void consider(holder_search *search, const holder_posting *posting, gs_naming_match wanted)
{
    const holder_entry *entry = &search->holders->entries[posting->entry];
    if (entry->body != search->query->body || !country_fits(search, entry))
        return;
    gs_naming full;
    uint32_t text = posting->name ? posting->name : entry->name;
    gs_naming_read(gs_view_of(holder_text(search->holders, text)), search->arena, &full);
    if (gs_naming_compare(&full, &search->given, entry->country) != wanted)
        return;
    int32_t gap = gap_of(entry, search->query->day);
    bool clash = gap < 0 ||
                 (search->query->gender && entry->gender && search->query->gender != entry->gender) ||
                 !offices_fit(search, entry);
    if (clash) {
        search->others++;
        return;
    }
    search->too_many = search->count == FITS_MAX;
    if (!search->too_many)
        search->fits[search->count++] =
            (holder_fit){.entry = posting->entry,
                         .gap = gap,
                         .weight = weight_of(entry, gap),
                         .by_surname = posting->name || wanted == GS_NAMING_SURNAME};
}

static void walk(holder_search *search, uint64_t key, gs_naming_match wanted)
{
    const gs_holders *holders = search->holders;
    for (uint32_t at = holder_chain(holders, key); at != HOLDER_NONE && !search->too_many;
         at = holders->postings[at].next)
        consider(search, &holders->postings[at], wanted);
}

// ---- persons ---------------------------------------------------------------------------------------

static int compare_fits(const void *a, const void *b, const gs_holders *holders)
{
    const holder_fit *left = a, *right = b;
    const holder_entry *one = &holders->entries[left->entry], *two = &holders->entries[right->entry];
    // Those with a country first, so that one without joins whom it may.
    if ((one->country[0] != 0) != (two->country[0] != 0))
        return one->country[0] ? -1 : 1;
    return memcmp(one->id.bytes, two->id.bytes, GS_ID_BYTES);
}

static void sort_fits(holder_search *search)
{
    for (size_t i = 1; i < search->count; i++) {
        holder_fit moved = search->fits[i];
        size_t at = i;
        for (; at > 0 && compare_fits(&moved, &search->fits[at - 1], search->holders) < 0; at--)
            search->fits[at] = search->fits[at - 1];
        search->fits[at] = moved;
    }
}

static bool is_person(const holder_person *person, const gs_naming *name, const char *country)
{
    bool same_country = !country[0] || !person->country[0] || strcmp(country, person->country) == 0;
    return same_country && gs_naming_compare(&person->name, name, person->country) == GS_NAMING_SAME;
}

// Puts the fits together by person; SIZE_MAX if they are too many.
static size_t gather_persons(holder_search *search, holder_person persons[PERSONS_MAX])
{
    size_t count = 0;
    sort_fits(search);
    for (size_t i = 0; i < search->count; i++) {
        const holder_fit *fit = &search->fits[i];
        const holder_entry *entry = &search->holders->entries[fit->entry];
        gs_naming name;
        size_t at = 0;
        gs_naming_read(gs_view_of(holder_text(search->holders, entry->name)), search->arena, &name);
        while (at < count && !is_person(&persons[at], &name, entry->country))
            at++;
        if (at == PERSONS_MAX)
            return SIZE_MAX;
        if (at == count)
            persons[count++] = (holder_person){name, entry->country, *fit, fit->gap, false};
        if (fit->weight > persons[at].best.weight)
            persons[at].best = *fit;
        if (fit->gap < persons[at].gap)
            persons[at].gap = fit->gap;
        persons[at].same_gender |= search->query->gender && entry->gender == search->query->gender;
    }
    return count;
}

static const holder_person *only_one(const holder_person *persons, size_t count, bool same_gender)
{
    const holder_person *only = NULL;
    for (size_t i = 0; i < count; i++) {
        if (persons[i].gap > NEAR_DAYS || (same_gender && !persons[i].same_gender))
            continue;
        if (only)
            return NULL;
        only = &persons[i];
    }
    return only;
}

// The only one, or the only one seen near that day, or of these the only one known to be a woman where a
// woman is asked for. NULL if there are several.
static const holder_person *decide(const holder_person *persons, size_t count)
{
    if (count == 1)
        return persons;
    const holder_person *only = only_one(persons, count, false);
    return only ? only : only_one(persons, count, true);
}

// "United Eastern Front" for "Front": of what the person's entries call the body, the longest name that ends
// with the one that they use most.
static const char *fullest_body(const holder_search *search, const holder_person *person)
{
    const gs_holders *holders = search->holders;
    const holder_entry *best = &holders->entries[person->best.entry];
    const char *fullest = holder_text(holders, best->organisation);
    for (size_t i = 0; i < search->count && fullest[0]; i++) {
        const holder_entry *entry = &holders->entries[search->fits[i].entry];
        gs_naming name;
        gs_naming_read(gs_view_of(holder_text(holders, entry->name)), search->arena, &name);
        const char *body = holder_text(holders, entry->organisation);
        if (is_person(person, &name, entry->country) && gs_body_is_short_for(fullest, body))
            fullest = body;
    }
    return fullest;
}

gs_holder_result gs_holders_find(const gs_holders *self, const gs_holder_query *query,
                                 gs_holder_answer *answer)
{
    holder_search search = {.holders = self, .query = query, .arena = self->scratch};
    holder_person persons[PERSONS_MAX];
    gs_arena_reset(search.arena);
    gs_naming_read(gs_view_of(query->name), search.arena, &search.given);
    search.fits = gs_arena_alloc(search.arena, FITS_MAX * sizeof *search.fits);
    walk(&search, holder_name_key(&search.given), GS_NAMING_SAME);
    if (search.count == 0 && !query->body)
        walk(&search, holder_surname_key(gs_naming_bare_key(&search.given)), GS_NAMING_SURNAME);
    if (search.too_many)
        return GS_HOLDER_SEVERAL;
    size_t count = gather_persons(&search, persons);
    if (count == 0)
        return GS_HOLDER_NONE;
    const holder_person *found = count == SIZE_MAX ? NULL : decide(persons, count);
    if (!found)
        return GS_HOLDER_SEVERAL;
    const holder_entry *entry = &self->entries[found->best.entry];
    *answer = (gs_holder_answer){
        .name = holder_text(self, entry->name),
        .role = holder_text(self, entry->role),
        .organisation = fullest_body(&search, found),
        .country = entry->country,
        .entity_id = holder_text(self, entry->entity_id),
        .told_by = entry->told ? GS_TOLD_BY_USER : holder_text(self, entry->articles[0]),
        .official = entry->official,
        .by_surname = found->best.by_surname,
        .told = entry->told,
        .mentions = entry->mentions,
        .others = search.others + (uint32_t)(count - 1),
    };
    return GS_HOLDER_FOUND;
}
