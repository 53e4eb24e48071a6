// What the table of office-holders adds to an extraction: the full name behind a bare one, and the office,
// body and country that the article leaves out.
//
// The article comes first. If it names one person of that surname in full, only that person is asked for; if
// it names two, nobody is. What it says of an office must agree with the table's, and is kept as written.
#include "holders_internal.h"

#include "statement/statement.h"

#include <string.h>

// What is known of a completed statement is known less surely than what the article says.
static const double SURE_BY_USER = 0.99, SURE_BY_SURNAME = 0.95, SURE_BY_OFFICE = 0.98,
                    SURE_AMONG_OTHERS = 0.93, SURE_ONCE_SEEN = 0.97, UNSURE_WHO = 0.8;

typedef struct holder_resolution {
    const gs_holders *holders;
    gs_extraction *extraction;
    gs_arena *arena;
    int32_t day;
} holder_resolution;

static char gender_of(const gs_speaker *speaker)
{
    if (speaker->gender == GAINSAY__V1__SPEAKER__GENDER__FEMALE)
        return 'f';
    if (speaker->gender == GAINSAY__V1__SPEAKER__GENDER__MALE)
        return 'm';
    return gs_role_gender(gs_view_of(speaker->role));
}

// A capital word of which the article tells nothing is read as a body, and may be a person.
static bool may_be_person(const gs_speaker *speaker, const gs_naming *name)
{
    if (speaker->kind == GAINSAY__V1__SPEAKER__KIND__PERSON)
        return true;
    return speaker->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION && gs_naming_is_bare(name) &&
           !speaker->role[0] && !speaker->official &&
           (!speaker->organisation[0] || strcmp(speaker->organisation, speaker->name) == 0);
}

// The full name that the article itself has for a bare one: one person's, "" for none, NULL for several.
static const char *name_in_article(const holder_resolution *self, const gs_naming *bare, const char *country)
{
    const gs_extraction *extraction = self->extraction;
    const char *found = "";
    gs_naming found_name = {0};
    for (size_t i = 0; i < extraction->n_people + extraction->n_statements; i++) {
        const gs_speaker *speaker = i < extraction->n_people
                                        ? extraction->people[i]
                                        : extraction->statements[i - extraction->n_people]->speaker;
        gs_naming name;
        if (!speaker || speaker->kind != GAINSAY__V1__SPEAKER__KIND__PERSON)
            continue;
        gs_naming_read(gs_view_of(speaker->name), self->arena, &name);
        bool clash = country[0] && speaker->country[0] && strcmp(country, speaker->country) != 0;
        if (clash || gs_naming_compare(&name, bare, speaker->country) != GS_NAMING_SURNAME ||
            (found[0] && gs_naming_compare(&found_name, &name, "") == GS_NAMING_SAME))
            continue;
        if (found[0])
            return NULL;
        found = speaker->name;
        found_name = name;
    }
    return found;
}

static double certainty_of(const gs_holder_answer *answer)
{
    if (answer->told)
        return answer->by_surname ? SURE_BY_SURNAME : SURE_BY_USER;
    double certainty = answer->by_surname ? SURE_BY_SURNAME : SURE_BY_OFFICE;
    if (answer->others > 0 && answer->by_surname)
        certainty = SURE_AMONG_OTHERS;
    return answer->mentions <= 1 ? certainty * SURE_ONCE_SEEN : certainty;
}

// Puts a text in where there is none. True if it did.
static bool fill(char **slot, const char *text, gs_arena *arena)
{
    if ((*slot)[0] || !text[0])
        return false;
    *slot = gs_arena_text(arena, gs_view_of(text));
    return true;
}

static bool complete(const holder_resolution *self, gs_speaker *speaker, const gs_holder_answer *answer)
{
    bool named = false, told_role = speaker->role[0] != '\0';
    if (strcmp(speaker->organisation, speaker->name) == 0 && !answer->told)
        speaker->organisation = (char *)""; // read as a body for want of anything better
    if (answer->by_surname) {
        if (strcmp(speaker->organisation, speaker->name) == 0)
            speaker->organisation = (char *)"";
        speaker->name = gs_arena_text(self->arena, gs_view_of(answer->name));
        speaker->kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
        named = true;
    }
    bool filled = fill(&speaker->role, answer->role, self->arena);
    if (gs_body_is_short_for(speaker->organisation, answer->organisation))
        speaker->organisation = (char *)""; // "Front": the table has it in full
    filled |= fill(&speaker->organisation, answer->organisation, self->arena);
    filled |= fill(&speaker->country, answer->country, self->arena);
    filled |= fill(&speaker->entity_id, answer->entity_id, self->arena);
    if (!told_role)
        speaker->official |= answer->official;
    if (named || filled)
        speaker->told_by = gs_arena_text(self->arena, gs_view_of(answer->told_by));
    return named || filled;
}

static bool is_complete(const gs_speaker *speaker)
{
    return speaker->role[0] && strchr(speaker->organisation, ' ') && speaker->country[0];
}

static void resolve_person(const holder_resolution *self, gs_statement *statement, const gs_naming *name)
{
    gs_speaker *speaker = statement->speaker;
    bool bare = gs_naming_is_bare(name);
    if (!bare && is_complete(speaker) && self->holders->told_count == 0)
        return;
    const char *asked = bare ? name_in_article(self, name, speaker->country) : speaker->name;
    gs_holder_query query = {.name = asked && asked[0] ? asked : speaker->name,
                             .role = speaker->role,
                             .organisation = speaker->organisation,
                             .country = speaker->country,
                             .gender = gender_of(speaker),
                             .day = self->day};
    if (strcmp(query.organisation, speaker->name) == 0)
        query.organisation = "";
    gs_holder_answer answer;
    gs_holder_result result = asked ? gs_holders_find(self->holders, &query, &answer) : GS_HOLDER_SEVERAL;
    if (result == GS_HOLDER_SEVERAL && bare)
        statement->confidence *= UNSURE_WHO;
    if (result != GS_HOLDER_FOUND)
        return;
    answer.by_surname |= bare;
    if (complete(self, speaker, &answer))
        statement->confidence *= certainty_of(&answer);
}

static void resolve_body(const holder_resolution *self, gs_statement *statement)
{
    gs_speaker *speaker = statement->speaker;
    const gs_holder_query query = {
        .name = speaker->name, .country = speaker->country, .body = true, .day = self->day};
    gs_holder_answer answer;
    if (gs_holders_find(self->holders, &query, &answer) != GS_HOLDER_FOUND)
        return;
    answer.by_surname = false; // an alias stays as the article has it: "Beijing" is no mistake
    complete(self, speaker, &answer);
}

// Ids of statements whose speaker changed, and where they are nested in each other.
static void renew_ids(const holder_resolution *self, const bool *changed)
{
    gs_extraction *extraction = self->extraction;
    char **before = gs_arena_alloc(self->arena, (extraction->n_statements + 1) * sizeof *before);
    for (size_t i = 0; i < extraction->n_statements; i++) {
        before[i] = extraction->statements[i]->statement_id;
        if (!changed[i])
            continue;
        extraction->statements[i]->statement_id = gs_arena_alloc(self->arena, GS_ID_TEXT);
        gs_id_text(gs_statement_identify(extraction->statements[i]), extraction->statements[i]->statement_id);
    }
    for (size_t i = 0; i < extraction->n_statements; i++) {
        char **outer = &extraction->statements[i]->nested_in;
        for (size_t j = 0; (*outer)[0] && j < extraction->n_statements; j++) {
            if (changed[j] && strcmp(*outer, before[j]) == 0) {
                *outer = extraction->statements[j]->statement_id;
                break;
            }
        }
    }
}

void gs_holders_resolve(const gs_holders *self, gs_extraction *extraction, gs_arena *arena)
{
    holder_resolution resolution = {self, extraction, arena, INT32_MIN};
    bool *changed = gs_arena_zalloc(arena, extraction->n_statements + 1), any = false;
    if (self->count == 0)
        return;
    resolution.day = holder_day(extraction->article->published);
    if (resolution.day == INT32_MIN)
        resolution.day = holder_day(extraction->article->fetched);
    for (size_t i = 0; i < extraction->n_statements; i++) {
        gs_statement *statement = extraction->statements[i];
        gs_speaker *speaker = statement->speaker;
        if (!speaker || !speaker->name[0])
            continue;
        const char *name_before = speaker->name, *country_before = speaker->country;
        gs_naming name;
        gs_naming_read(gs_view_of(speaker->name), arena, &name);
        if (speaker->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION && self->told_count)
            resolve_body(&resolution, statement);
        if (may_be_person(speaker, &name))
            resolve_person(&resolution, statement, &name);
        changed[i] = speaker->name != name_before || speaker->country != country_before;
        any |= changed[i];
    }
    if (any)
        renew_ids(&resolution, changed);
}
