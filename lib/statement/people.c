// Who is who in one article: each person and body is entered once, with the fullest name, office and country
// that the article gives, and later mentions ("Guo", "the Treasury secretary", "she") are led back to the
// entry.
//
// A surname stands for the one person of that surname who was seen last. East Asian names have it in front,
// so both ends of a full name count. "He" and "So" are surnames, too, once somebody who bears them has been
// introduced: in the middle of a sentence a capital "He" can be nothing else, and at its start it means the
// person either way if that person spoke last.
#include "people_internal.h"

#include <string.h>

enum {
    SUBJECT_TOKENS = 8,     // of a sentence, among which its subject is looked for
    PEOPLE_MAX = 256,       // entries of one article; what comes later is not entered
    PRONOUN_PARAGRAPHS = 3, // how far back "he" may reach
    SUBJECT_SENTENCES = 12, // sentences looked back for a subject
};

st_person *st_person_add(st_reading *reading, Gainsay__V1__Speaker__Kind kind)
{
    if (!reading->people)
        reading->people = gs_arena_zalloc(reading->arena, PEOPLE_MAX * sizeof *reading->people);
    if (reading->person_count == PEOPLE_MAX)
        return NULL;
    st_person *person = &reading->people[reading->person_count++];
    *person = (st_person){.name = "", .role = "", .organisation = "", .country = "", .kind = kind};
    return person;
}

static st_person *find_by_name(st_reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->person_count; i++)
        if (gs_view_equal_nocase(gs_view_of(reading->people[i].name), gs_view_of(name)))
            return &reading->people[i];
    return NULL;
}

// How a single name stands in a full one: 3 at its end, 2 in front, 1 between, 0 not at all.
static int name_match(const char *full, gs_view name)
{
    if (st_name_same_word(st_name_last_word(full), name))
        return 3;
    if (st_name_same_word(st_name_first_word(full), name))
        return 2;
    return st_name_has_word(full, name) ? 1 : 0;
}

// The person one of whose names this is: of several, the one whose surname it is, then the one seen last.
static st_person *find_by_surname(st_reading *reading, gs_view surname)
{
    st_person *best = NULL;
    int best_match = 0;
    for (size_t i = 0; i < reading->person_count; i++) {
        st_person *person = &reading->people[i];
        if (person->kind != GAINSAY__V1__SPEAKER__KIND__PERSON || st_name_word_count(person->name) < 2)
            continue;
        int match = name_match(person->name, surname);
        if (match > best_match ||
            (match == best_match && match > 0 && person->last_seen >= best->last_seen)) {
            best = person;
            best_match = match;
        }
    }
    return best;
}

bool st_people_is_name(st_reading *reading, uint32_t token)
{
    return st_at(reading, token)->capitalised &&
           find_by_surname(reading, st_text(reading, (st_range){token, token + 1}));
}

// ---- entering people -------------------------------------------------------------------------------

// Puts what a phrase with a role tells into the entry of the person it names.
static void learn(st_reading *reading, st_person *person, const st_phrase *phrase, uint32_t token)
{
    if (!person->gender && phrase->gender != 'x')
        person->gender = phrase->gender;
    if (phrase->country && person->country_guessed) {
        person->country = phrase->country;
        person->country_guessed = false;
    }
    if (!person->role[0] && phrase->noun != ST_NONE)
        st_office_set(reading, person, phrase, token);
}

static st_person *enter_name(st_reading *reading, const st_phrase *phrase)
{
    const char *name = st_name_text(reading, phrase->name);
    st_person *person = find_by_name(reading, name);
    if (!person && phrase->name.end - phrase->name.begin == 1)
        person = find_by_surname(reading, gs_view_of(name));
    if (!person && phrase->name.end - phrase->name.begin > 1) {
        // "Mr Donald Trump" after "Trump" alone: the fuller name wins.
        st_person *alone =
            find_by_name(reading, st_name_text(reading, (st_range){phrase->name.end - 1, phrase->name.end}));
        if (alone && alone->kind == GAINSAY__V1__SPEAKER__KIND__PERSON) {
            alone->name = name;
            alone->full = phrase->name;
            person = alone;
        }
    }
    if (!person) {
        person = st_person_add(reading, GAINSAY__V1__SPEAKER__KIND__PERSON);
        if (!person)
            return NULL;
        person->name = name;
        person->full = phrase->name;
    }
    if (phrase->name.begin > person->last_seen)
        person->last_seen = phrase->name.begin;
    return person;
}

// The apposition behind a name: from the comma's other side to the next comma or the sentence's end.
static st_range apposition_after(const st_reading *reading, uint32_t token, uint32_t end)
{
    if (token + 1 >= end || !st_is_mark(reading, token, ","))
        return (st_range){0, 0};
    uint32_t last = token + 1;
    while (last < end && last - token < 24 && !st_is_mark(reading, last, ",") &&
           !st_is_terminal(reading, last) && !st_is_mark(reading, last, ";") &&
           reading->marks[last].quote == ST_NONE)
        last++;
    st_word first = reading->marks[token + 1].word;
    if (st_is(reading, token + 1, "whose") || st_is(reading, token + 1, "who") ||
        st_is(reading, token + 1, "which"))
        return (st_range){0, 0};
    bool plain = first == ST_WORD_DET || reading->marks[token + 1].role != ST_ROLE_NONE ||
                 reading->marks[token + 1].org != ST_ORG_NONE || reading->marks[token + 1].place ||
                 (first == ST_WORD_OTHER && st_at(reading, token + 1)->kind == ST_KIND_WORD);
    return plain && !st_shows_verb(reading, token + 1, last) ? (st_range){token + 1, last} : (st_range){0, 0};
}

// The words before a name that may tell its office: back to the last mark, conjunction or verb.
uint32_t st_phrase_front(const st_reading *reading, uint32_t token, uint32_t sentence_begin)
{
    while (token > sentence_begin) {
        uint32_t i = token - 1;
        const st_mark *mark = &reading->marks[i];
        if (st_at(reading, i)->kind != ST_KIND_WORD || mark->word == ST_WORD_CONJ ||
            mark->word == ST_WORD_AUX || mark->word == ST_WORD_MODAL || mark->word == ST_WORD_PRONOUN ||
            (mark->word == ST_WORD_PREP && !st_is(reading, i, "of") && !st_is(reading, i, "for")) ||
            mark->cue_words)
            break;
        token = i;
    }
    return token;
}

// "Christie and Bush, jab senators": several are nobody's office.
static bool is_plural(const st_reading *reading, uint32_t token)
{
    const char *lower = st_at(reading, token)->lower;
    size_t size = strlen(lower);
    return size > 2 && lower[size - 1] == 's' && lower[size - 2] != 's';
}

// "The spokesperson is He Zhiqiang."
static void learn_from_copula(st_reading *reading, st_person *person, uint32_t token, uint32_t sentence_begin)
{
    st_phrase office;
    if (person->role[0] || token < sentence_begin + 2 ||
        !(st_is(reading, token - 1, "is") || st_is(reading, token - 1, "was")))
        return;
    st_phrase_read(reading, (st_range){st_phrase_front(reading, token - 1, sentence_begin), token - 1},
                   &office);
    if (office.noun == token - 2 && office.name.begin == office.name.end)
        learn(reading, person, &office, token);
}

// "Director General Benjamin So, Food and Drug Administration, Manila": in one of the next two appositions.
static void learn_body_beside(st_reading *reading, st_person *person, uint32_t end, uint32_t sentence_end)
{
    for (int i = 0; i < 2 && person->role[0] && !person->organisation[0]; i++) {
        st_range beside = apposition_after(reading, end, sentence_end);
        st_phrase body;
        st_phrase_read(reading, beside, &body);
        if (beside.begin < beside.end && body.names_body && st_at(reading, body.body.begin)->capitalised)
            st_office_set_body(reading, person, beside, &body);
        end = beside.end;
    }
}

// "Senator Joel Ignacio, who chairs the health committee": the body that a clause behind the name tells. A
// committee is one of the house that the office names.
static void learn_body_led(st_reading *reading, st_person *person, uint32_t end, uint32_t sentence_end)
{
    static const char *const leads[] = {"chairs",  "heads",  "leads",    "runs", "directs",
                                        "chaired", "headed", "oversees", "led",  "heading"};
    bool led = false;
    uint32_t at = end + 2;
    if (at + 1 >= sentence_end || !st_is_mark(reading, end, ",") || !st_is(reading, end + 1, "who"))
        return;
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
        led |= st_is(reading, at, leads[i]);
    if (st_is(reading, at, "took") && st_is(reading, at + 1, "over")) {
        led = true;
        at++;
    }
    uint32_t last = at + 1;
    while (last < sentence_end && last - at < 12 && st_at(reading, last)->kind == ST_KIND_WORD &&
           (reading->marks[last].word == ST_WORD_OTHER || reading->marks[last].word == ST_WORD_DET ||
            st_at(reading, last)->capitalised || reading->marks[last].org != ST_ORG_NONE ||
            (last > at + 1 && st_at(reading, last - 1)->capitalised && last + 1 < sentence_end &&
             st_at(reading, last + 1)->capitalised)))
        last++;
    st_phrase body;
    if (!led || last == at + 1)
        return;
    st_phrase_read(reading, (st_range){at + 1, last}, &body);
    if (!body.names_body || body.place || body.body.begin >= body.body.end)
        return;
    bool committee = st_is(reading, body.body.end - 1, "committee");
    if (committee && person->organisation[0] && !st_at(reading, body.body.begin)->capitalised)
        person->organisation =
            gs_arena_format(reading->arena, "%s %s", person->organisation, st_name_text(reading, body.body));
    else if (committee || !person->organisation[0])
        person->organisation = st_name_capitalised(reading, body.body);
    if (!person->country[0] && person->official)
        person->country = st_people_home(reading, at);
}

// "Rep. Joseph Crowley (D-N.Y.)", "Mitch McConnell, R-Ky.": an American legislator, wherever the article
// reports from.
static void learn_party(st_person *person, const st_reading *reading, uint32_t end, uint32_t sentence_end)
{
    if (end + 1 >= sentence_end || !(st_is_mark(reading, end, "(") || st_is_mark(reading, end, ",")))
        return;
    gs_view text = st_text(reading, (st_range){end + 1, end + 2});
    bool party = text.size > 3 && strchr("DRI", text.data[0]) && text.data[1] == '-' && text.data[2] >= 'A' &&
                 text.data[2] <= 'Z';
    if (!party || (person->country[0] && !person->country_guessed))
        return;
    person->country = "US";
    person->country_guessed = false;
    person->official = true;
}

// A full name in running text: two or more capitals that are neither place nor body, with an office before or
// behind it, or none.
static uint32_t collect_at(st_reading *reading, uint32_t token, st_range sentence)
{
    uint32_t end = st_name_end(reading, token, sentence.end);
    if (end == token)
        return token + 1;
    uint32_t front = st_phrase_front(reading, token, sentence.begin);
    st_phrase phrase;
    st_phrase_read(reading, (st_range){front, end}, &phrase);
    uint32_t size = phrase.name.end - phrase.name.begin;
    if (phrase.name.end != end || size == 0 || size > 5)
        return end;
    // "Water Minister Serik Zhumabayev of Kazakhstan"
    if (end + 1 < sentence.end && st_is(reading, end, "of") && reading->marks[end + 1].place &&
        !phrase.country)
        phrase.country = reading->marks[end + 1].place->code;
    bool introduced = phrase.noun != ST_NONE;
    uint32_t label = st_at(reading, token)->name;
    bool no_person = label != ST_NONE && reading->document->parse->names[label].kind == GS_NAME_ORG;
    if (no_person && !introduced && !phrase.gender && !st_is_mark(reading, end, ","))
        return end;
    if (size < 2 && !introduced)
        return end;
    st_person *person = enter_name(reading, &phrase);
    if (!person)
        return end;
    learn(reading, person, &phrase, token);
    st_phrase other;
    st_range apposition = apposition_after(reading, end, sentence.end);
    st_phrase_read(reading, apposition, &other);
    if (other.noun == ST_NONE && front == token && token > sentence.begin &&
        st_is_mark(reading, token - 1, ",") && st_is_mark(reading, end, ",")) {
        // "the energy minister, Ilinca Dobrescu,"
        st_phrase_read(reading, (st_range){st_phrase_front(reading, token - 1, sentence.begin), token - 1},
                       &other);
        if (other.name.end > other.name.begin)
            other.noun = ST_NONE;
    }
    if (other.noun != ST_NONE && !person->role[0] && !is_plural(reading, other.noun))
        learn(reading, person, &other, token);
    learn_from_copula(reading, person, token, sentence.begin);
    learn_party(person, reading, end, sentence.end);
    learn_body_beside(reading, person, end, sentence.end);
    learn_body_led(reading, person, end, sentence.end);
    return end;
}

void st_people_collect(st_reading *reading)
{
    for (uint32_t s = 0; s < reading->document->sentence_count; s++) {
        st_range sentence = st_sentence_range(reading, s);
        for (uint32_t i = sentence.begin; i < sentence.end;) {
            const st_token *token = st_at(reading, i);
            bool starts =
                token->capitalised && !(token->sentence_start && reading->marks[i].word != ST_WORD_OTHER &&
                                        reading->marks[i].word != ST_WORD_MODAL);
            i = starts && !st_name_is_opening_word(reading, i) ? collect_at(reading, i, sentence) : i + 1;
        }
    }
}

// ---- resolving what a cue names --------------------------------------------------------------------

static const st_person *last_speaker(const st_reading *reading, uint32_t token, int gender)
{
    uint32_t paragraph = reading->document->sentences[reading->marks[token].sentence].paragraph;
    for (size_t i = reading->attribution_count; i-- > 0;) {
        const st_attribution *attribution = &reading->attributions[i];
        if (attribution->paragraph + PRONOUN_PARAGRAPHS < paragraph)
            return NULL;
        const st_person *speaker = attribution->speaker;
        if (speaker->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION ||
            (speaker->gender && gender && speaker->gender != gender))
            continue;
        return speaker;
    }
    return NULL;
}

// The person who is named as the subject of a sentence, or near the start of one, last before token in its
// paragraph, outside of quotations; *at: where.
static const st_person *last_subject(st_reading *reading, uint32_t token, int gender, uint32_t *at)
{
    uint32_t sentence = reading->marks[token].sentence;
    uint32_t paragraph = reading->document->sentences[sentence].paragraph;
    for (uint32_t s = sentence + 1; s-- > 0 && sentence - s < SUBJECT_SENTENCES;) {
        if (reading->document->sentences[s].paragraph != paragraph)
            return NULL;
        st_range range = st_sentence_range(reading, s);
        for (uint32_t i = range.begin; i < range.end && i < token; i++) {
            const st_token *found = st_at(reading, i);
            bool subject = found->relation == reading->subject_relation || i < range.begin + SUBJECT_TOKENS;
            if (reading->marks[i].quote != ST_NONE || !found->capitalised || !subject)
                continue;
            st_person *person = find_by_surname(reading, st_text(reading, (st_range){i, i + 1}));
            if (person && !(person->gender && person->gender != gender)) {
                *at = i;
                return person;
            }
        }
    }
    return NULL;
}

static const st_person *resolve_pronoun(st_reading *reading, uint32_t token, double *certainty)
{
    *certainty = 0.85;
    if (st_is(reading, token, "it")) {
        const st_person *mentioned = st_body_mentioned(reading, token), *spoke = reading->last_institution;
        return !spoke || (mentioned && mentioned->last_seen > spoke->last_seen) ? mentioned : spoke;
    }
    bool he = st_is(reading, token, "he"), she = st_is(reading, token, "she");
    if (!he && !she)
        return NULL;
    gs_view word =
        gs_view_slice(reading->document->text, st_at(reading, token)->begin, st_at(reading, token)->end);
    st_person *named = st_at(reading, token)->capitalised ? find_by_surname(reading, word) : NULL;
    if (named && !st_at(reading, token)->sentence_start) {
        *certainty = 0.95;
        return named;
    }
    uint32_t subject_at = 0;
    const st_person *speaker = last_speaker(reading, token, he ? 'm' : 'f');
    const st_person *subject = last_subject(reading, token, he ? 'm' : 'f', &subject_at);
    // The paragraph's own subject, unless somebody spoke after it.
    if (subject &&
        (!speaker || reading->attributions[reading->attribution_count - 1].source.begin < subject_at))
        return subject;
    // Nobody of that kind so far: a capital "He" is the person of that name.
    return speaker ? speaker : named;
}

// '"...," He retorted', "said He.": inside a sentence a capital is a name, whether or not the article tells
// whose.
static bool is_bare_surname(st_reading *reading, uint32_t token)
{
    static const char *const surnames[] = {"he", "an", "so", "will", "may", "you", "her", "who"};
    const st_token *found = st_at(reading, token);
    if (!found->capitalised || found->kind != ST_KIND_WORD || found->sentence_start || token == 0)
        return false;
    for (size_t i = 0; i < sizeof surnames / sizeof surnames[0]; i++)
        if (strcmp(found->lower, surnames[i]) == 0)
            return !st_is_quote_open(reading, token - 1) && !st_is_terminal(reading, token - 1) &&
                   !(st_is_quote_close(reading, token - 1) && token > 1 &&
                     st_is_terminal(reading, token - 2)) &&
                   !st_is_mark(reading, token - 1, ":");
    return false;
}

// "Sen." as "senator".
static gs_view office_in_full(gs_view word)
{
    static const char *const rows[][2] = {{"sen.", "senator"},
                                          {"rep.", "representative"},
                                          {"gov.", "governor"},
                                          {"gen.", "general"},
                                          {"lt.", "lieutenant"},
                                          {"col.", "colonel"},
                                          {"congressman", "representative"},
                                          {"congresswoman", "representative"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (gs_view_equal_nocase(word, gs_view_of(rows[i][0])))
            return gs_view_of(rows[i][1]);
    return word;
}

// How many words of the office's phrase the person's office and body share; -1 if the noun itself is not
// among them.
static int office_match(const st_reading *reading, const st_person *person, const st_phrase *phrase)
{
    gs_view noun = st_text(reading, (st_range){phrase->noun, phrase->noun + 1});
    bool spokes = st_is_spokesperson(noun) && st_is_spokesperson(st_name_last_word(person->role));
    bool same = gs_view_equal_nocase(office_in_full(noun), office_in_full(st_name_last_word(person->role)));
    if (!st_name_has_word(person->role, noun) && !spokes && !same)
        return -1;
    int shared = 1;
    for (uint32_t i = phrase->role.begin; i < phrase->role.end; i++) {
        gs_view word = st_text(reading, (st_range){i, i + 1});
        if (i == phrase->noun || reading->marks[i].word != ST_WORD_OTHER)
            continue;
        if (!st_name_has_word(person->role, word) && !st_name_has_word(person->organisation, word))
            return -1;
        shared++;
    }
    return shared;
}

// "Trump's top economic advisor" behind words of the Director of the National Economic Council.
static bool shares_word(const st_reading *reading, const st_person *person, const st_phrase *phrase)
{
    for (uint32_t i = phrase->role.begin; i < phrase->role.end; i++) {
        gs_view word = st_text(reading, (st_range){i, i + 1});
        if (word.size > 3 &&
            (st_name_has_word(person->role, word) || st_name_has_word(person->organisation, word)))
            return true;
    }
    return false;
}

// The holder of the office who was named before the token, or later, and seen last.
static st_person *office_holder(st_reading *reading, const st_phrase *phrase, uint32_t token, bool later)
{
    st_person *best = NULL;
    int best_match = 0;
    for (size_t i = 0; i < reading->person_count && !phrase->indefinite; i++) {
        st_person *person = &reading->people[i];
        if (person->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION || !person->role[0] ||
            (person->full.begin > token) != later)
            continue;
        if (phrase->country && person->country[0] && strcmp(phrase->country, person->country) != 0)
            continue;
        int match = office_match(reading, person, phrase);
        if (match > best_match ||
            (match == best_match && match > 0 && person->last_seen >= best->last_seen)) {
            best = person;
            best_match = match;
        }
    }
    return best;
}

// "the engineer", "the specialist": the one person near of whom no office is told yet. NULL if there are
// several.
static st_person *without_office(st_reading *reading, const st_phrase *phrase, uint32_t token)
{
    uint32_t paragraph = reading->document->sentences[reading->marks[token].sentence].paragraph;
    st_person *found = NULL;
    if (st_at(reading, phrase->noun)->lower[strlen(st_at(reading, phrase->noun)->lower) - 1] == 's')
        return NULL;
    for (uint32_t i = token; i-- > 0 && token - i < ST_REACH;) {
        uint32_t here = reading->document->sentences[reading->marks[i].sentence].paragraph;
        if (here + 1 < paragraph)
            break;
        if (reading->marks[i].quote != ST_NONE || !st_at(reading, i)->capitalised)
            continue;
        st_person *person = find_by_surname(reading, st_text(reading, (st_range){i, i + 1}));
        if (!person || person == found)
            continue;
        if (person->role[0] || found ||
            (person->gender && phrase->gender && person->gender != phrase->gender))
            return person->role[0] && found ? found : NULL;
        found = person;
    }
    return found;
}

static st_person *resolve_office(st_reading *reading, const st_phrase *phrase, uint32_t token)
{
    if (phrase->indefinite)
        return NULL;
    st_person *best = office_holder(reading, phrase, token, false);
    if (!best && !phrase->own) // "its spokesman" is nobody who is introduced later as another body's
        best = office_holder(reading, phrase, token, true);
    bool definite = token < reading->document->token_count && st_is(reading, token, "the");
    if (!best && definite)
        best = without_office(reading, phrase, token);
    if (best)
        return best;
    const st_person *speaker = last_speaker(reading, token, phrase->gender);
    bool same_paragraph =
        speaker && reading->attributions[reading->attribution_count - 1].paragraph ==
                       reading->document->sentences[reading->marks[token].sentence].paragraph;
    return same_paragraph && shares_word(reading, speaker, phrase) ? (st_person *)speaker : NULL;
}

static st_person *enter_unnamed(st_reading *reading, const st_phrase *phrase, uint32_t token)
{
    st_person *person = st_person_add(reading, GAINSAY__V1__SPEAKER__KIND__UNNAMED);
    if (!person)
        return NULL;
    person->gender = phrase->gender;
    person->full = phrase->role;
    person->last_seen = token;
    st_office_set(reading, person, phrase, token);
    return person;
}

// "his office": whoever spoke last stands behind it.
static const st_person *resolve_own_office(st_reading *reading, st_range range)
{
    const st_person *holder = last_speaker(reading, range.begin, 0);
    st_person *person = holder ? st_person_add(reading, GAINSAY__V1__SPEAKER__KIND__UNNAMED) : NULL;
    if (!person)
        return NULL;
    person->organisation = holder->role[0] ? gs_arena_format(reading->arena, "office of the %s", holder->role)
                                           : gs_arena_format(reading->arena, "office of %s", holder->name);
    person->country = holder->country;
    person->official = holder->official;
    person->full = range;
    return person;
}

static const st_person *resolve_body(st_reading *reading, st_range range, const st_phrase *phrase)
{
    if (phrase->own && st_is(reading, range.end - 1, "office"))
        return resolve_own_office(reading, range);
    st_person *person = st_body_resolve(reading, range, phrase);
    if (person)
        reading->last_institution = person;
    return person;
}

// A crowd or a thing that speaks: "sources", "the report". Never official.
static const st_person *resolve_other(st_reading *reading, st_range range, double *certainty)
{
    st_person *person = st_person_add(reading, GAINSAY__V1__SPEAKER__KIND__UNNAMED);
    *certainty = 0.4;
    if (person)
        person->full = range;
    return person;
}

// "Halden" of "Halden Biologics": the organisation of more words that begins with the one, as the parse tells
// names, or the publisher's name; else the word itself.
static const char *fuller_body_name(const st_reading *reading, st_range name)
{
    const gs_parse *parse = reading->document->parse;
    gs_view word = st_text(reading, name);
    const char *publisher = reading->article->publisher ? reading->article->publisher : "";
    if (name.end - name.begin > 1)
        return st_name_text(reading, name);
    for (size_t n = 0; n < parse->name_count; n++) {
        const gs_name *found = &parse->names[n];
        gs_view text = gs_view_slice(parse->text, parse->words[found->word_begin].begin,
                                     parse->words[found->word_end - 1].end);
        if (found->kind == GS_NAME_ORG && text.size > word.size + 1 &&
            gs_view_starts(text, st_name_text(reading, name)) && text.data[word.size] == ' ')
            return gs_arena_text(reading->arena, text);
    }
    if (gs_view_starts(gs_view_of(publisher), st_name_text(reading, name)) && publisher[word.size] == ' ')
        return gs_arena_text(reading->arena, gs_view_of(publisher));
    return st_name_text(reading, name);
}

static const st_person *resolve_name(st_reading *reading, const st_phrase *phrase, const st_phrase *beside,
                                     double *certainty, uint32_t at)
{
    bool single = phrase->name.end - phrase->name.begin == 1;
    st_person *person = enter_name(reading, phrase);
    if (!person)
        return NULL;
    learn(reading, person, phrase, at);
    if (beside->noun != ST_NONE && !person->role[0])
        learn(reading, person, beside, at);
    bool known = st_name_word_count(person->name) > 1 || person->role[0] || phrase->gender;
    if (phrase->name.begin < phrase->name.end && phrase->noun == ST_NONE && !phrase->gender &&
        phrase->body.begin < phrase->body.end && !person->organisation[0])
        person->organisation = st_name_text(reading, phrase->body);
    uint32_t label = st_at(reading, phrase->name.begin)->name;
    bool organisation = label != ST_NONE && phrase->noun == ST_NONE && !person->role[0] && !phrase->gender &&
                        reading->document->parse->names[label].kind == GS_NAME_ORG;
    bool place = label != ST_NONE && phrase->noun == ST_NONE && !person->role[0] && !phrase->gender &&
                 reading->document->parse->names[label].kind >= GS_NAME_GPE &&
                 reading->document->parse->names[label].kind <= GS_NAME_MISC;
    if (place)
        *certainty = 0.5; // "Ground Zero": the parse takes it for a place or a work
    if ((single && !known) || organisation) {
        // One capital word of which nothing is known may be a company as well as a person.
        *certainty = 0.6;
        reading->last_institution = person;
        person->kind = GAINSAY__V1__SPEAKER__KIND__INSTITUTION;
        person->name = fuller_body_name(reading, phrase->name);
        person->organisation = person->name;
    }
    if (person->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION)
        reading->last_institution = person;
    return person;
}

// "a user called @crabpot": an account speaks under its handle.
static const st_person *resolve_handle(st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++) {
        gs_view word = st_text(reading, (st_range){i, i + 1});
        if (word.size < 3 || word.data[0] != '@')
            continue;
        const char *name = gs_arena_text(reading->arena, word);
        st_person *person = find_by_name(reading, name);
        if (!person)
            person = st_person_add(reading, GAINSAY__V1__SPEAKER__KIND__PERSON);
        if (!person)
            return NULL;
        person->name = name;
        person->full = (st_range){i, i + 1};
        person->last_seen = i;
        return person;
    }
    return NULL;
}

const st_person *st_people_resolve(st_reading *reading, st_range phrase_range, st_range apposition,
                                   double *certainty, bool *pronoun)
{
    st_phrase phrase, beside;
    *certainty = 1.0;
    *pronoun = false;
    if (phrase_range.begin >= phrase_range.end)
        return NULL;
    const st_person *account = resolve_handle(reading, phrase_range);
    if (account) {
        *certainty = 0.9;
        return account;
    }
    st_phrase_read(reading, phrase_range, &phrase);
    st_phrase_read(reading, apposition, &beside);
    uint32_t first = phrase_range.begin;
    bool single = phrase_range.end - first == 1;
    if (single && is_bare_surname(reading, first) &&
        !find_by_surname(reading, st_text(reading, phrase_range))) {
        phrase = (st_phrase){.noun = ST_NONE, .name = phrase_range, .gender = 'x'};
        *certainty = 0.8;
        double ignored;
        return resolve_name(reading, &phrase, &beside, &ignored, first);
    }
    if (single && st_people_is_name(reading, first) && reading->marks[first].word != ST_WORD_PRONOUN)
        phrase = (st_phrase){.noun = ST_NONE, .name = phrase_range};
    if (single && reading->marks[first].word == ST_WORD_PRONOUN) {
        *pronoun = true;
        return resolve_pronoun(reading, first, certainty);
    }
    if (phrase.name.end > phrase.name.begin)
        return resolve_name(reading, &phrase, &beside, certainty, first);
    if (phrase.noun != ST_NONE && beside.name.end > beside.name.begin && beside.noun == ST_NONE) {
        // "the energy minister, Ilinca Dobrescu, told"
        st_phrase joined = phrase;
        joined.name = beside.name;
        return resolve_name(reading, &joined, &phrase, certainty, first);
    }
    if (phrase.noun != ST_NONE) {
        st_person *person = resolve_office(reading, &phrase, first);
        if (person) {
            *certainty = 0.9;
            person->last_seen = first;
            return person;
        }
        *certainty = reading->marks[phrase.noun].role == ST_ROLE_CROWD ? 0.6 : 0.85;
        return enter_unnamed(reading, &phrase, first);
    }
    if (phrase.place && st_place_kind_of(phrase.place) == ST_PLACE_DEMONYM)
        return NULL; // "a Paraguayan claim": nobody speaks here
    if (phrase.place || phrase.names_body)
        return resolve_body(reading, phrase_range, &phrase);
    return resolve_other(reading, phrase_range, certainty);
}
