// What an office tells of its holder: the body, the state it speaks for, and whether it speaks for one at
// all; and bodies that speak themselves.
//
// Texts name a body in full once and then shorten it ("the European Commission", "the Commission"; "the
// Ministry of Energy", "the ministry"), so a short name is led back to the fuller one that the article has.
// An office that names no body ("its spokesman", "deputy spokesman Pavel Morozov") belongs to the body
// mentioned last.
#include "people_internal.h"

#include <string.h>

enum {
    HOME_TOKENS = 400,    // tokens looked back for a country
    MENTION_TOKENS = 120, // and for a body
    FULL_NAME_TOKENS = 4000,
    LEAD_BYTES = 600, // of a release, which name its publisher
};

const char *st_people_home(const st_reading *reading, uint32_t token)
{
    uint32_t paragraph = reading->document->sentences[reading->marks[token].sentence].paragraph;
    for (uint32_t i = token; i-- > 0 && token - i < HOME_TOKENS;) {
        if (reading->document->sentences[reading->marks[i].sentence].paragraph != paragraph)
            break;
        const st_mark *mark = &reading->marks[i];
        if (mark->quote != ST_NONE || !mark->place || mark->place->code[0] == '-')
            continue;
        st_place_kind kind = st_place_kind_of(mark->place);
        bool subject = st_at(reading, i)->sentence_start ||
                       (i > 0 && st_is(reading, i - 1, "in") && st_at(reading, i - 1)->sentence_start);
        if (subject && (kind == ST_PLACE_COUNTRY || kind == ST_PLACE_CAPITAL))
            return mark->place->code;
    }
    return reading->home;
}

// ---- bodies ----------------------------------------------------------------------------------------

static st_org body_kind(const st_reading *reading, st_range body)
{
    static const char *const public_words[] = {"foreign",    "reserve",   "central",      "national",
                                               "federal",    "state",     "presidential", "security",
                                               "election",   "electoral", "un",           "parliamentary",
                                               "prosecutor", "coast",     "food"};
    st_org kind = ST_ORG_NONE;
    for (uint32_t i = body.begin; i < body.end; i++) {
        const st_mark *mark = &reading->marks[i];
        if (mark->org == ST_ORG_STATE || (mark->place && st_place_kind_of(mark->place) >= ST_PLACE_SEAT))
            return ST_ORG_STATE;
        if (mark->org != ST_ORG_NONE)
            kind = mark->org;
    }
    if (kind != ST_ORG_OPEN)
        return kind;
    for (uint32_t i = body.begin; i < body.end; i++)
        for (size_t w = 0; w < sizeof public_words / sizeof public_words[0]; w++)
            if (st_is(reading, i, public_words[w]))
                return ST_ORG_STATE;
    return kind;
}

// Capitals around token, with what "of" or "for" adds: "Food and Drug Administration", "Ministry of Energy".
static st_range capitals_around(const st_reading *reading, uint32_t token)
{
    st_range sentence = st_sentence_range(reading, reading->marks[token].sentence);
    uint32_t begin = token, end = st_name_end(reading, token, sentence.end);
    while (begin > sentence.begin) {
        const st_token *before = st_at(reading, begin - 1);
        bool joins = strcmp(before->lower, "and") == 0 && begin - 1 > sentence.begin &&
                     st_at(reading, begin - 2)->capitalised;
        if (before->kind != ST_KIND_WORD || reading->marks[begin - 1].word == ST_WORD_DET ||
            !(before->capitalised || joins))
            break;
        begin--;
    }
    if (end + 1 < sentence.end && (st_is(reading, end, "of") || st_is(reading, end, "for")) &&
        st_at(reading, end + 1)->capitalised)
        end = st_name_end(reading, end + 1, sentence.end);
    return (st_range){begin, end};
}

// The fuller name, earlier in the article or in its first mention, of a body called by one word; empty if
// none.
static st_range full_name(const st_reading *reading, uint32_t word)
{
    const char *lower = st_at(reading, word)->lower;
    for (uint32_t i = 0; i < reading->document->token_count && i < FULL_NAME_TOKENS; i++) {
        if (i == word || !st_at(reading, i)->capitalised || strcmp(st_at(reading, i)->lower, lower) != 0)
            continue;
        st_range range = capitals_around(reading, i);
        if (range.end - range.begin >= 2)
            return range;
    }
    return (st_range){0, 0};
}

// "the company": the organisation without a state behind it that was named last, as the parse tells names.
static st_range company_before(const st_reading *reading, uint32_t token)
{
    const gs_parse *parse = reading->document->parse;
    for (uint32_t i = token; i-- > 0;) {
        uint32_t name = st_at(reading, i)->name;
        if (name == ST_NONE || parse->names[name].kind != GS_NAME_ORG)
            continue;
        uint32_t begin = i;
        while (begin > 0 && st_at(reading, begin - 1)->name == name)
            begin--;
        st_range range = {begin, i + 1};
        i = begin;
        bool state = body_kind(reading, range) == ST_ORG_STATE;
        for (uint32_t t = range.begin; t < range.end; t++)
            state |= reading->marks[t].place != NULL;
        if (!state && st_at(reading, range.begin)->capitalised)
            return range;
    }
    return (st_range){0, 0};
}

static bool is_company_noun(const st_reading *reading, uint32_t token)
{
    static const char *const nouns[] = {"company", "firm",    "group", "manufacturer", "operator", "producer",
                                        "airline", "utility", "maker", "lender",       "retailer", "startup"};
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
        if (st_is(reading, token, nouns[i]))
            return !st_at(reading, token)->capitalised;
    return false;
}

static st_person *find_body(st_reading *reading, const char *name, const char *country)
{
    for (size_t i = reading->person_count; i-- > 0;) {
        st_person *person = &reading->people[i];
        if (person->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION &&
            (!country || strcmp(person->country, country) == 0) &&
            gs_view_equal_nocase(gs_view_of(person->name), gs_view_of(name)))
            return person;
    }
    return NULL;
}

// "the ministry", "the company": the body of that noun that was seen last.
static st_person *find_body_by_noun(st_reading *reading, gs_view noun)
{
    st_person *best = NULL;
    for (size_t i = 0; i < reading->person_count; i++) {
        st_person *person = &reading->people[i];
        if (person->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION && st_name_has_word(person->name, noun) &&
            (!best || person->last_seen > best->last_seen))
            best = person;
    }
    return best;
}

// "the Chinese government" has the state's name, as "Beijing" has its own.
static const char *body_name(const st_reading *reading, st_range range, const st_phrase *phrase)
{
    if (phrase->place) {
        uint32_t begin = range.end - 1;
        while (begin > range.begin && reading->marks[begin].in_place)
            begin--;
        return st_name_text(reading, (st_range){begin, range.end});
    }
    bool government =
        phrase->body.end - phrase->body.begin == 1 && st_is(reading, phrase->body.begin, "government");
    for (uint32_t i = range.begin; government && i < range.end; i++)
        if (reading->marks[i].place)
            return gs_arena_format(reading->arena, "Government of %s", reading->marks[i].place->name);
    if (government && st_people_home(reading, range.begin)[0])
        return gs_arena_format(reading->arena, "Government of %s",
                               gs_country_name(st_people_home(reading, range.begin)));
    return st_name_capitalised(reading, phrase->body);
}

// Whom a house speaks for that is called by its address.
static const char *behind_seat(const st_reading *reading, const st_place *place)
{
    const char *body = st_lexicon_body(gs_view_of(gs_arena_format(reading->arena, "seat %s", place->term)));
    return body ? body : place->name;
}

static void set_body(st_reading *reading, st_person *person, st_range range, const st_phrase *phrase,
                     const char *name)
{
    st_org kind = body_kind(reading, phrase->body);
    const st_place *place = phrase->place;
    person->name = person->organisation = name;
    person->full = range;
    person->official = place || kind == ST_ORG_STATE || (kind == ST_ORG_OPEN && phrase->country);
    if (place && st_place_kind_of(place) <= ST_PLACE_CAPITAL)
        person->organisation = strcmp(place->code, "EU") == 0 || strcmp(place->code, "UN") == 0
                                   ? place->name
                                   : gs_arena_format(reading->arena, "Government of %s", place->name);
    if (place && st_place_kind_of(place) == ST_PLACE_SEAT)
        person->organisation = behind_seat(reading, place);
    else if (place && st_place_kind_of(place) == ST_PLACE_BODY)
        person->organisation = place->name;
    if (phrase->country)
        person->country = phrase->country;
    else if (person->official && !(place && place->code[0] == '-'))
        person->country = st_people_home(reading, range.begin);
}

st_person *st_body_resolve(st_reading *reading, st_range range, const st_phrase *phrase)
{
    st_phrase full = *phrase;
    st_range named = range;
    bool short_name = !phrase->place && phrase->body.end - phrase->body.begin == 1 && !phrase->country;
    if (short_name) {
        st_person *known = find_body_by_noun(reading, st_text(reading, phrase->body));
        bool company = is_company_noun(reading, phrase->body.begin);
        st_range longer = company ? company_before(reading, phrase->body.begin)
                          : known ? (st_range){0, 0}
                                  : full_name(reading, phrase->body.begin);
        if (company && longer.begin < longer.end) {
            full = (st_phrase){.noun = ST_NONE, .names_body = true, .body = longer};
            named = longer;
        } else if (known) {
            known->last_seen = range.begin;
            return known;
        }
        if (!company && longer.begin < longer.end) {
            st_phrase_read(reading, longer, &full);
            if (!full.place && !full.names_body)
                full = *phrase;
            else
                named = longer;
        }
    }
    const char *name = body_name(reading, named, &full);
    st_person *person = find_body(reading, name, full.country);
    if (!person)
        person = st_person_add(reading, GAINSAY__V1__SPEAKER__KIND__INSTITUTION);
    if (!person)
        return NULL;
    if (!person->name[0])
        set_body(reading, person, named, &full, name);
    person->last_seen = range.begin;
    return person;
}

// The noun phrase around a body's noun.
static st_range body_around(const st_reading *reading, uint32_t token)
{
    if (st_at(reading, token)->capitalised)
        return capitals_around(reading, token);
    uint32_t begin = token, first = st_sentence_range(reading, reading->marks[token].sentence).begin;
    while (begin > first && reading->marks[begin - 1].quote == ST_NONE &&
           (st_at(reading, begin - 1)->upos == GS_ADJ || st_at(reading, begin - 1)->upos == GS_NOUN ||
            st_at(reading, begin - 1)->upos == GS_PROPN || reading->marks[begin - 1].place))
        begin--;
    return (st_range){begin, token + 1};
}

// The body that was the subject of a sentence before token, in its paragraph: whom "its" means.
static st_person *body_as_subject(st_reading *reading, uint32_t token)
{
    uint32_t paragraph = reading->document->sentences[reading->marks[token].sentence].paragraph;
    for (uint32_t i = token; i-- > 0 && token - i < MENTION_TOKENS;) {
        const st_mark *mark = &reading->marks[i];
        if (reading->document->sentences[mark->sentence].paragraph != paragraph)
            return NULL;
        if (st_at(reading, i)->relation != reading->subject_relation || mark->quote != ST_NONE ||
            mark->org == ST_ORG_NONE || mark->role != ST_ROLE_NONE)
            continue;
        st_range range = body_around(reading, i);
        st_phrase phrase;
        st_phrase_read(reading, range, &phrase);
        if (phrase.place || phrase.names_body)
            return st_body_resolve(reading, range, &phrase);
    }
    return NULL;
}

st_person *st_body_mentioned(st_reading *reading, uint32_t token)
{
    st_person *subject = body_as_subject(reading, token);
    if (subject)
        return subject;
    for (uint32_t i = token; i-- > 0 && token - i < MENTION_TOKENS;) {
        const st_mark *mark = &reading->marks[i];
        bool seat = mark->place && st_place_kind_of(mark->place) >= ST_PLACE_SEAT;
        if (mark->quote != ST_NONE || !(seat || mark->org != ST_ORG_NONE) || st_is(reading, i, "office") ||
            mark->role != ST_ROLE_NONE)
            continue;
        st_range range = seat ? (st_range){i, i + mark->place_words} : body_around(reading, i);
        st_phrase phrase;
        st_phrase_read(reading, range, &phrase);
        if (phrase.place || phrase.names_body)
            return st_body_resolve(reading, range, &phrase);
    }
    return NULL;
}

// ---- offices ---------------------------------------------------------------------------------------

// "deputy energy minister", "former energy minister": what is left when ranks are taken off.
static st_range without_ranks(const st_reading *reading, st_range body)
{
    static const char *const ranks[] = {"deputy",    "under",     "former", "acting", "outgoing",
                                        "first",     "press",     "senior", "vice",   "junior",
                                        "assistant", "permanent", "interim"};
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        if (body.begin < body.end && st_is(reading, body.begin, ranks[i])) {
            body.begin++;
            i = 0;
        }
        if (body.begin < body.end && st_is(reading, body.end - 1, ranks[i]))
            body.end--;
    }
    return body;
}

// The body of a portfolio that is not called after it, of that country or of all; NULL if none is known.
static const char *own_name(const st_reading *reading, const char *lower, bool minister, const char *country)
{
    const char *key = gs_arena_format(reading->arena, "%s %s", minister ? "minister" : "secretary", lower);
    const char *body =
        country[0] ? st_lexicon_body(gs_view_of(gs_arena_format(reading->arena, "%s %s", key, country)))
                   : NULL;
    return body ? body : st_lexicon_body(gs_view_of(key));
}

// "energy minister": the Ministry of Energy.
static const char *portfolio(const st_reading *reading, const st_phrase *phrase, const char *form)
{
    st_range body = without_ranks(reading, phrase->body);
    if (body.begin == body.end ||
        (phrase->country && body.end - body.begin == 1 && reading->marks[body.begin].place))
        return NULL;
    if (body_kind(reading, body) != ST_ORG_NONE && st_at(reading, body.begin)->capitalised)
        return st_name_text(reading, body);
    const char *country = phrase->country ? phrase->country : st_people_home(reading, phrase->noun);
    const char *known =
        own_name(reading, st_at(reading, body.begin)->lower, strncmp(form, "Ministry", 8) == 0, country);
    if (known)
        return known;
    return gs_arena_format(reading->arena, "%.*s%s", (int)strcspn(form, "*"), form,
                           st_name_capitalised(reading, body));
}

// "GUNSAN - " as "Gunsan".
static const char *dateline_place(const st_reading *reading)
{
    char *text = st_name_text(reading, reading->dateline);
    for (char *c = text; *c; c++)
        if (c > text && c[-1] != ' ' && *c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
    return text;
}

// The bank that the article names in capitals, for a governor of whom no province is told; NULL if none.
static const char *central_bank(const st_reading *reading)
{
    for (uint32_t i = 0; i < reading->document->token_count && i < FULL_NAME_TOKENS; i++) {
        if (!st_is(reading, i, "bank") || !st_at(reading, i)->capitalised)
            continue;
        st_range range = capitals_around(reading, i);
        if (range.end - range.begin >= 2)
            return st_name_text(reading, range);
    }
    return NULL;
}

// The house that speaks for a president, where it has a name that is used.
static const char *presidency(const st_reading *reading, const char *country)
{
    const char *body =
        country ? st_lexicon_body(gs_view_of(gs_arena_format(reading->arena, "presidency %s", country)))
                : NULL;
    return body ? body : "Office of the President";
}

// The body of an office that names none, by the form in roles.tsv. NULL if the office tells nothing.
static const char *body_of_office(const st_reading *reading, const st_phrase *phrase)
{
    const char *form = st_lexicon_role_body(gs_view_of(st_at(reading, phrase->noun)->lower));
    st_org kind = body_kind(reading, phrase->body);
    bool behind = phrase->body.begin > phrase->noun && phrase->body.begin < phrase->body.end;
    if (strcmp(form, "-") == 0)
        return NULL;
    if (strchr(form, '*'))
        return portfolio(reading, phrase, form);
    if (kind != ST_ORG_NONE)
        return NULL; // named beside it
    if (strchr(form, '+') && !behind)
        return st_is(reading, phrase->noun, "governor") ? central_bank(reading)
               : reading->dateline.begin < reading->dateline.end
                   ? gs_arena_format(reading->arena, "%.*s%s", (int)strcspn(form, "+"), form,
                                     dateline_place(reading))
                   : NULL;
    if (strchr(form, '+'))
        return behind ? gs_arena_format(reading->arena, "%.*s%s", (int)strcspn(form, "+"), form,
                                        st_name_text(reading, phrase->body))
                      : NULL;
    if (strchr(form, '@'))
        return phrase->country ? gs_arena_format(reading->arena, "%.*s%s", (int)strcspn(form, "@"), form,
                                                 gs_country_name(phrase->country))
                               : NULL;
    if (strchr(form, '='))
        return gs_arena_format(reading->arena, "%.*s%s", (int)strcspn(form, "="), form,
                               st_name_text(reading, phrase->role));
    return strcmp(form, "Office of the President") == 0 ? presidency(reading, phrase->country) : form;
}

// The body's name as the article has it in full.
static const char *body_in_full(st_reading *reading, st_range body)
{
    const st_place *place = body.begin < body.end ? reading->marks[body.begin].place : NULL;
    if (place && body.begin + reading->marks[body.begin].place_words == body.end &&
        st_place_kind_of(place) >= ST_PLACE_SEAT)
        return place->name;
    if (body.end - body.begin == 1 && reading->marks[body.begin].org != ST_ORG_NONE) {
        st_range longer = full_name(reading, body.begin);
        if (longer.begin < longer.end && body_kind(reading, longer) != ST_ORG_NONE)
            return st_name_text(reading, longer);
    }
    return st_name_capitalised(reading, body);
}

// "deputy Kremlin spokesman": the office is "deputy spokesman", the body "Kremlin".
static void set_spokesperson(st_reading *reading, st_person *person, const st_phrase *phrase)
{
    static const char *const ranks[] = {"deputy", "chief", "senior", "acting", "former"};
    st_range body = phrase->body;
    const char *noun = st_name_text(reading, (st_range){phrase->noun, phrase->noun + 1});
    person->role = noun;
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        if (body.begin < body.end && st_is(reading, body.begin, ranks[i])) {
            person->role = gs_arena_format(reading->arena, "%s %s", ranks[i], noun);
            body.begin++;
        }
    }
    if (body.begin < body.end)
        person->organisation = body_in_full(reading, body);
}

static void take_from_body(st_person *person, const st_person *body, st_role role)
{
    person->organisation = body->official ? body->organisation : body->name;
    person->country = body->country;
    person->official = body->official || role == ST_ROLE_STATE;
}

// The country that the fuller name of a body brings: "Commission" in an article on the European Commission.
static const char *country_of_body(const st_reading *reading, st_range body)
{
    bool short_name = body.end - body.begin == 1 && reading->marks[body.begin].org != ST_ORG_NONE;
    st_range longer = short_name ? full_name(reading, body.begin) : (st_range){0, 0};
    for (uint32_t i = longer.begin; i < longer.end; i++)
        if (reading->marks[i].place && reading->marks[i].place->code[0] != '-')
            return reading->marks[i].place->code;
    return NULL;
}

// "an analyst at Nordhaven Research", "the director of Hidrosud": capitals behind the office, which are no
// place.
static bool names_own_body(const st_reading *reading, const st_phrase *phrase)
{
    st_range body = phrase->body;
    if (body.begin >= body.end || body.begin <= phrase->noun || !st_at(reading, body.begin)->capitalised ||
        reading->marks[body.begin].place)
        return false;
    uint32_t before = body.begin - 1;
    while (before > phrase->noun && reading->marks[before].word == ST_WORD_DET)
        before--;
    st_role role = reading->marks[phrase->noun].role;
    return (st_is(reading, before, "at") || st_is(reading, before, "with") ||
            st_is(reading, before, "from") ||
            (st_is(reading, before, "of") && (role == ST_ROLE_BODY || role == ST_ROLE_PRIVATE))) &&
           strcmp(st_lexicon_role_body(gs_view_of(st_at(reading, phrase->noun)->lower)), "-") == 0;
}

// A release of a company: its own "regional director" and "spokeswoman" speak for it.
static bool speaks_for_publisher(const st_reading *reading)
{
    const char *publisher = reading->article->publisher;
    if (!publisher || !publisher[0] || !reading->own_day)
        return false;
    gs_view lead =
        gs_view_slice(reading->document->text, 0,
                      reading->document->text.size < LEAD_BYTES ? reading->document->text.size : LEAD_BYTES);
    return gs_view_find(lead, gs_view_of(publisher), 0) != SIZE_MAX;
}

// "financial adviser", "campaign manager": a trade, whatever the noun may mean besides.
static bool is_trade(const st_reading *reading, const st_phrase *phrase)
{
    static const char *const words[] = {"financial", "investment", "campaign", "wealth", "tax",
                                        "fashion",   "marketing",  "legal",    "sales",  "art"};
    static const char *const nouns[] = {"adviser", "advisor",  "advisers", "advisors",
                                        "manager", "director", "official"};
    bool trade = false;
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
        trade |= st_is(reading, phrase->noun, nouns[i]);
    for (size_t i = 0; trade && i < sizeof words / sizeof words[0]; i++)
        if (phrase->noun > phrase->role.begin && st_is(reading, phrase->noun - 1, words[i]))
            return true;
    return false;
}

// The country of an office that tells none: where the article reports from, unless it speaks of the seats of
// another state's government alone ("the White House", in an article from Burma): then who knows whose
// president it is.
static const char *guessed_country(const st_reading *reading, uint32_t token, uint32_t noun)
{
    static const char *const shared[] = {"president", "secretary", "official", "officials", "leader",
                                         "leaders",   "senator",   "sen.",     "rep.",      "general"};
    const char *home = st_people_home(reading, token), *other = NULL;
    bool both_have = false; // a minister is none of a state that has secretaries
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++)
        both_have |= st_is(reading, noun, shared[i]);
    if (!both_have)
        return home;
    for (uint32_t i = 0; i < reading->document->token_count && i < FULL_NAME_TOKENS; i++) {
        const st_place *place = reading->marks[i].place;
        if (!place || st_place_kind_of(place) != ST_PLACE_SEAT || place->code[0] == '-')
            continue;
        if (strcmp(place->code, home) == 0)
            return home;
        other = place->code;
    }
    bool american = other && strcmp(other, "US") == 0;
    return american || (other && st_is(reading, noun, "president")) ? "" : home;
}

void st_office_set(st_reading *reading, st_person *person, const st_phrase *phrase, uint32_t token)
{
    const char *noun = st_at(reading, phrase->noun)->lower;
    st_role role = reading->marks[phrase->noun].role;
    st_org kind = body_kind(reading, phrase->body);
    person->office = phrase->role;
    if (st_is_spokesperson(gs_view_of(noun)))
        set_spokesperson(reading, person, phrase);
    else
        person->role = st_name_text(reading, phrase->role);
    bool no_body =
        kind == ST_ORG_NONE && !phrase->country && (role == ST_ROLE_BODY || role == ST_ROLE_HOLDER);
    const char *ministry = body_of_office(reading, phrase);
    if (kind == ST_ORG_NONE && !ministry && names_own_body(reading, phrase)) {
        person->organisation = st_name_text(reading, phrase->body);
        person->official = role == ST_ROLE_STATE;
        return;
    }
    bool asks = phrase->own || (no_body && !ministry);
    if (asks && !phrase->own && speaks_for_publisher(reading)) {
        person->organisation = gs_arena_text(reading->arena, gs_view_of(reading->article->publisher));
        person->official = false;
        return;
    }
    // Without "its", only the body that the paragraph speaks of: the last one named may be anybody's.
    const st_person *mentioned = !asks         ? NULL
                                 : phrase->own ? st_body_mentioned(reading, token)
                                               : body_as_subject(reading, token);
    if (phrase->own && reading->last_institution &&
        (!mentioned || reading->last_institution->last_seen > mentioned->last_seen))
        mentioned = reading->last_institution;
    if (mentioned) {
        take_from_body(person, mentioned, role);
        return;
    }
    if (!mentioned && no_body && !ministry && !person->organisation[0] && reading->title_body[0] &&
        role == ST_ROLE_BODY) {
        person->organisation = reading->title_body;
        kind = ST_ORG_STATE;
    }
    if (ministry)
        person->organisation = ministry;
    else if (!st_is_spokesperson(gs_view_of(noun)) && kind != ST_ORG_NONE)
        person->organisation = body_in_full(reading, phrase->body);
    bool private_body = kind == ST_ORG_PRIVATE;
    person->official = role == ST_ROLE_STATE || (role == ST_ROLE_HOLDER && !private_body) ||
                       (role == ST_ROLE_BODY && (kind == ST_ORG_STATE || (phrase->country && !private_body)));
    person->official &= !is_trade(reading, phrase) || phrase->country;
    if (person->country[0])
        return;
    const char *country = phrase->country ? phrase->country : country_of_body(reading, phrase->body);
    for (uint32_t i = phrase->body.begin; i < phrase->body.end && !country; i++)
        country = st_subdivision(reading, i); // "governor of Arauca"
    if (strcmp(noun, "diplomat") == 0 && country && strcmp(country, "EU") == 0)
        return; // "a European diplomat" is of some European state
    if (country)
        person->country = country;
    else if (person->official)
        person->country = guessed_country(reading, token, phrase->noun);
    person->country_guessed = !country && person->country[0];
}

void st_office_set_body(st_reading *reading, st_person *person, st_range range, const st_phrase *phrase)
{
    const st_person *body = st_body_resolve(reading, range, phrase);
    if (!body || person->organisation[0])
        return;
    person->organisation = body->name;
    person->official |= body->official;
    if (!person->country[0])
        person->country = body->country;
}
