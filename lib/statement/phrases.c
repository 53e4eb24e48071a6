// A noun phrase that names a speaker, taken apart from its words alone: "Chinese Foreign Ministry
// spokesperson Guo Jiakun" is country, body, role, name; "a spokesperson with China's Ministry of Commerce"
// is role, country, body.
//
// The role's noun divides the phrase: what stands before it tells the body or the portfolio, capitals right
// behind it are the name, and what "of", "for", "with" or "at" brings is the body again. Without such a noun,
// a phrase with an organisation's noun or a known place is a body, and other capitals are a person's name.
#include "phrases.h"

#include <string.h>

static const char *const PARTICLES[] = {"de",  "da",  "di",  "do",  "dos", "del", "della", "van",
                                        "von", "der", "den", "bin", "ibn", "al",  "el",    "la",
                                        "le",  "ten", "ter", "y",   "e",   "af",  "av"};

static bool is_particle(const char *lower)
{
    for (size_t i = 0; i < sizeof PARTICLES / sizeof PARTICLES[0]; i++)
        if (strcmp(lower, PARTICLES[i]) == 0)
            return true;
    return false;
}

static bool is_capital(const st_reading *reading, uint32_t token)
{
    const st_token *found = st_at(reading, token);
    if (found->kind != ST_KIND_WORD || strcmp(found->lower, "i") == 0 ||
        strncmp(found->lower, "i'", 2) == 0 || strncmp(found->lower, "i\xE2\x80\x99", 4) == 0)
        return false;
    // "al-Tayeb": the capital stands behind the particle.
    return found->capitalised || strncmp(found->lower, "al-", 3) == 0 || strncmp(found->lower, "el-", 3) == 0;
}

// A capital inside a title ("Obama Says African Leaders ...") that is a verb ends the name before it, and so
// does a full stop that is no abbreviation's ("Rand Paul. Trump").
static bool ends_name(const st_reading *reading, uint32_t token, uint32_t next)
{
    const st_token *found = st_at(reading, token), *behind = st_at(reading, next);
    size_t size = strlen(found->lower);
    bool verb = behind->upos == GS_VERB && behind->name == ST_NONE &&
                next + 1 < reading->document->token_count && is_capital(reading, next + 1);
    return verb || (size > 4 && found->lower[size - 1] == '.' && reading->marks[token].role == ST_ROLE_NONE);
}

uint32_t st_name_end(const st_reading *reading, uint32_t token, uint32_t limit)
{
    while (token < limit && is_capital(reading, token)) {
        uint32_t next = token + 1;
        while (next < limit && next - token <= 2 && is_particle(st_at(reading, next)->lower) &&
               !is_capital(reading, next))
            next++;
        if (next < limit && ends_name(reading, token, next))
            return token + 1;
        if (next == token + 1 || (next < limit && is_capital(reading, next)))
            token = next;
        else
            return token + 1;
    }
    return token;
}

bool st_name_is_opening_word(const st_reading *reading, uint32_t token)
{
    const st_token *found = st_at(reading, token);
    return found->sentence_start && found->upos != GS_PROPN && found->name == ST_NONE &&
           reading->marks[token].role == ST_ROLE_NONE && reading->marks[token].org == ST_ORG_NONE &&
           token + 1 < reading->document->token_count && st_at(reading, token + 1)->upos == GS_PROPN;
}

bool st_is_spokesperson(gs_view lower)
{
    return gs_view_starts(lower, "spokes");
}

static bool is_office(st_role role)
{
    return role != ST_ROLE_NONE && role != ST_ROLE_TITLE && role != ST_ROLE_ASKER;
}

static bool is_clitic(const st_reading *reading, uint32_t token)
{
    return st_is(reading, token, "'s") || st_is(reading, token, "'");
}

static bool binds_body(const st_reading *reading, uint32_t token)
{
    static const char *const words[] = {"of", "for", "with", "at", "from", "in", "to"};
    if (reading->marks[token].word != ST_WORD_PREP)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (st_is(reading, token, words[i]))
            return true;
    return false;
}

static void read_country(const st_reading *reading, st_range range, st_phrase *phrase)
{
    for (uint32_t i = range.begin; i < range.end; i++) {
        const st_place *place = reading->marks[i].place;
        if (place && place->code[0] != '-') {
            phrase->country = place->code;
            // A state named in front ("the US ambassador to Chad") speaks; a later one is spoken to.
            return;
        }
    }
}

// Leaves out leading articles, nationalities, and countries with their 's: "the Chinese", "China 's", "its";
// but not "Korea" in "Korea Coast Guard". end if there is nothing else.
static uint32_t skip_front(const st_reading *reading, uint32_t begin, uint32_t end)
{
    uint32_t i = begin;
    while (i < end) {
        const st_mark *mark = &reading->marks[i];
        uint32_t behind = i + mark->place_words;
        st_place_kind kind = mark->place ? st_place_kind_of(mark->place) : ST_PLACE_BODY;
        bool owner = mark->place && kind <= ST_PLACE_CAPITAL && behind < end && is_clitic(reading, behind);
        if (mark->word == ST_WORD_DET || is_clitic(reading, i))
            i++;
        else if (owner || (mark->place && kind == ST_PLACE_DEMONYM && behind < end))
            i = behind;
        else if (mark->place && strchr(mark->place->term, '.') && behind < end)
            i = behind; // "U.S."
        else
            break;
    }
    return i;
}

static uint32_t find_role_noun(const st_reading *reading, st_range range)
{
    uint32_t noun = ST_NONE;
    for (uint32_t i = range.begin; i < range.end; i++) {
        if (noun != ST_NONE &&
            (binds_body(reading, i) || st_is_mark(reading, i, ",") ||
             reading->marks[i].word == ST_WORD_CONJ || reading->marks[i].word == ST_WORD_PRONOUN))
            break;
        // "the president's spokesman": the possessor's office is not the speaker's.
        bool of_body = reading->marks[i].in_place || // "the UN refugee agency", "teachers union"
                       (i + 1 < range.end && reading->marks[i + 1].org != ST_ORG_NONE);
        if (is_office(reading->marks[i].role) && !of_body &&
            !(i + 1 < range.end && is_clitic(reading, i + 1)))
            noun = i;
        else if (noun != ST_NONE && is_capital(reading, i) && !is_capital(reading, noun))
            break; // "spokesperson Guo ...": the name begins
    }
    return noun;
}

static void read_titles(const st_reading *reading, st_range range, st_phrase *phrase)
{
    for (uint32_t i = range.begin; i < range.end; i++) {
        const char *lower = st_at(reading, i)->lower;
        if (strncmp(lower, "mr", 2) == 0 && reading->marks[i].role == ST_ROLE_TITLE)
            phrase->gender = strncmp(lower, "mrs", 3) == 0 ? 'f' : 'm';
        else if (reading->marks[i].role == ST_ROLE_TITLE &&
                 (strncmp(lower, "ms", 2) == 0 || strcmp(lower, "miss") == 0))
            phrase->gender = 'f';
        else if (strcmp(lower, "spokesman") == 0)
            phrase->gender = 'm';
        else if (strcmp(lower, "spokeswoman") == 0)
            phrase->gender = 'f';
    }
}

// Capitals at the end of range that can be a name: neither places nor bodies.
static st_range trailing_name(const st_reading *reading, st_range range, uint32_t least)
{
    uint32_t begin = range.end;
    while (begin > range.begin) {
        uint32_t i = begin - 1;
        const st_mark *mark = &reading->marks[i];
        bool particle = begin < range.end && is_particle(st_at(reading, i)->lower);
        if (mark->word == ST_WORD_DET || mark->word == ST_WORD_AUX || mark->word == ST_WORD_DAY ||
            (mark->word == ST_WORD_MONTH && begin == range.end && range.end - range.begin > 1 &&
             !st_is(reading, i, "april") && !st_is(reading, i, "june") && !st_is(reading, i, "august")))
            break;
        if (st_name_is_opening_word(reading, i) && begin < range.end)
            break;
        if (!(is_capital(reading, i) || particle) || mark->org != ST_ORG_NONE || mark->place ||
            mark->in_place || is_office(mark->role) || mark->role == ST_ROLE_TITLE)
            break;
        begin--;
    }
    while (begin < range.end && !is_capital(reading, begin))
        begin++;
    return range.end - begin >= least ? (st_range){begin, range.end} : (st_range){0, 0};
}

static bool has_body_word(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++) {
        if (reading->marks[i].org != ST_ORG_NONE)
            return true;
        if (reading->marks[i].place && st_place_kind_of(reading->marks[i].place) >= ST_PLACE_SEAT)
            return true;
    }
    return false;
}

// Where a body's name ends: behind its capitals, what "of", "for", "on" or "and" joins to them is still its
// name if capitals follow; "and a professor at", "and the editor of" is not.
static uint32_t body_end(const st_reading *reading, st_range range)
{
    uint32_t i = range.begin;
    while (i < range.end && !is_capital(reading, i))
        i++;
    while (i < range.end) {
        bool joins = st_is(reading, i, "of") || st_is(reading, i, "for") || st_is(reading, i, "on") ||
                     st_is(reading, i, "and") || st_is(reading, i, "&") ||
                     is_particle(st_at(reading, i)->lower);
        uint32_t next = i + 1;
        if (joins && !st_is(reading, i, "and") && next < range.end &&
            (st_is(reading, next, "the") || st_is(reading, next, "a")))
            next++;
        if (is_capital(reading, i) || is_clitic(reading, i) || st_at(reading, i)->kind == ST_KIND_NUMBER)
            i++;
        else if (joins && next < range.end && is_capital(reading, next))
            i = next;
        else
            break;
    }
    // A name ends before an ordinary word; a body without capitals, or with a noun behind them, as it did.
    bool clause = i < range.end &&
                  (reading->marks[i].word == ST_WORD_CONJ || st_at(reading, i)->upos == GS_VERB ||
                   reading->marks[i].word == ST_WORD_PRONOUN || reading->marks[i].word == ST_WORD_PREP);
    return clause && i > range.begin ? i : range.end;
}

static void read_office(const st_reading *reading, st_range range, st_phrase *phrase)
{
    uint32_t noun = phrase->noun;
    uint32_t after = st_name_end(reading, noun + 1, range.end);
    uint32_t front = skip_front(reading, range.begin, noun);
    if (after > noun + 1)
        phrase->name = (st_range){noun + 1, after};
    for (uint32_t i = front; i < noun; i++) // "the endorsement of Senator Ted Cruz"
        if (reading->marks[i].word == ST_WORD_PREP && !st_is(reading, i, "under") &&
            !(i > range.begin && (is_capital(reading, i - 1) || reading->marks[i - 1].org != ST_ORG_NONE)))
            front = skip_front(reading, i + 1, noun);
    phrase->role = (st_range){front, noun + 1};
    bool complement = after < range.end && binds_body(reading, after) && after == noun + 1;
    if (complement) {
        st_range rest = {after + 1, range.end};
        for (uint32_t i = rest.begin; i < rest.end; i++)
            if (st_is_mark(reading, i, ",") || st_is_mark(reading, i, "(") ||
                reading->marks[i].word == ST_WORD_PRONOUN)
                rest.end = i;
        // "High Commissioner for Peace Marcela Ordóñez"
        st_range name = trailing_name(reading, rest, 2);
        uint32_t size = name.end - name.begin;
        bool whole = name.begin == rest.begin;
        if (size >= 3 && whole && is_capital(reading, noun))
            name.begin = name.end - 2;
        if (size >= 2 && (!whole || size >= 3) && !(binds_body(reading, name.begin - 1)) &&
            reading->marks[name.begin - 1].word != ST_WORD_DET) {
            phrase->name = name;
            rest.end = name.begin;
        }
        // "governor of Arauca", "ambassador to Chad"; but "head of the Inspectorate" is head, of a body.
        bool body = has_body_word(reading, rest);
        bool portfolio = st_is(reading, noun, "secretary") || st_is(reading, noun, "minister");
        bool sent = st_is(reading, after, "to") || st_is(reading, after, "in");
        if ((!body || portfolio) && (st_is(reading, after, "of") || st_is(reading, after, "for") || sent))
            phrase->role.end = rest.end;
        if (!sent || body) {
            phrase->body = (st_range){skip_front(reading, rest.begin, rest.end), rest.end};
            phrase->body.end = body_end(reading, phrase->body);
        } else if (noun > front)
            phrase->body = (st_range){front, noun};
    } else if (noun > front) {
        phrase->body = (st_range){front, noun};
    }
}

// "Mette Kjær of Halden Biologics": a person's name as the parse tells names, and where that person belongs.
static bool read_person_of_body(const st_reading *reading, st_range range, st_phrase *phrase)
{
    const gs_parse *parse = reading->document->parse;
    uint32_t name = st_at(reading, range.begin)->name, end = range.begin;
    if (name == ST_NONE || parse->names[name].kind != GS_NAME_PERSON)
        return false;
    while (end < range.end && st_at(reading, end)->name == name)
        end++;
    if (end + 1 >= range.end || !(st_is(reading, end, "of") || st_is(reading, end, "from") ||
                                  st_is(reading, end, "at") || st_is(reading, end, "with")))
        return false;
    phrase->name = (st_range){range.begin, end};
    phrase->body = (st_range){skip_front(reading, end + 1, range.end), range.end};
    return true;
}

void st_phrase_read(const st_reading *reading, st_range range, st_phrase *phrase)
{
    *phrase = (st_phrase){.noun = ST_NONE};
    if (range.begin >= range.end)
        return;
    const st_token *first = st_at(reading, range.begin);
    phrase->indefinite =
        strcmp(first->lower, "a") == 0 ||
        (strcmp(first->lower, "an") == 0 && reading->marks[range.begin].word == ST_WORD_DET) ||
        strcmp(first->lower, "one") == 0 || strcmp(first->lower, "another") == 0 ||
        strcmp(first->lower, "some") == 0;
    phrase->own = strcmp(first->lower, "its") == 0 || strcmp(first->lower, "his") == 0 ||
                  strcmp(first->lower, "her") == 0 || strcmp(first->lower, "their") == 0;
    read_titles(reading, range, phrase);
    phrase->noun = find_role_noun(reading, range);
    if (phrase->noun == ST_NONE)
        read_country(reading, range, phrase);
    if (phrase->noun != ST_NONE) {
        read_office(reading, range, phrase);
        // "the US ambassador to Chad" speaks for the US, the "representative in Chad" for who sent her.
        read_country(reading, (st_range){range.begin, phrase->noun}, phrase);
        if (!phrase->country)
            read_country(reading, phrase->body, phrase);
        for (uint32_t i = range.begin; i < phrase->role.begin; i++)
            phrase->possessed |= is_clitic(reading, i + 1) && i + 1 < phrase->noun &&
                                 is_capital(reading, i) && !reading->marks[i].place &&
                                 !reading->marks[i].in_place;
        for (uint32_t i = phrase->role.begin; i + 1 < phrase->noun; i++) {
            if (is_clitic(reading, i + 1)) {
                phrase->possessed |= reading->marks[i].org == ST_ORG_NONE;
                phrase->role.begin = i + 2;
            }
        }
        return;
    }
    for (uint32_t i = range.begin; i < range.end; i++) {
        if (reading->marks[i].role == ST_ROLE_TITLE && i + 1 < range.end && is_capital(reading, i + 1)) {
            phrase->name = (st_range){i + 1, st_name_end(reading, i + 1, range.end)};
            return;
        }
    }
    uint32_t front = skip_front(reading, range.begin, range.end);
    const st_place *place = reading->marks[front].place;
    if (place && front + reading->marks[front].place_words == range.end) {
        phrase->place = place;
        return;
    }
    if (read_person_of_body(reading, range, phrase))
        return;
    if (has_body_word(reading, range)) {
        phrase->names_body = true;
        phrase->body = (st_range){front, range.end};
        for (uint32_t i = front + 1; i < phrase->body.end; i++)
            if (st_is(reading, i, "in") || st_is(reading, i, "at"))
                phrase->body.end = i;
        phrase->body.end = body_end(reading, phrase->body);
        return;
    }
    phrase->name = trailing_name(reading, range, 1);
}
