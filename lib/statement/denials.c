// Denials that point at a claim: what is denied where the words only name it.
//
// "None of that is true", "dismissed a report that ships had entered the strait", "there is no truth to ...",
// "called the claim baseless": what can be compared with what others say is the claim, not these words. It is
// looked for in the words themselves (the clause behind "report that", the noun behind "accusations of"),
// then in what the speaker was asked, then in what another speaker said shortly before. Where none of these
// has it, none is made up: a denial of the wrong claim would set people against each other.
//
// What is denied by being refused ("denied him access", "denied bail") is no claim, and its act is a refusal.
#include "denials.h"

#include <string.h>

enum {
    OBJECT_REACH = 8, // tokens from a verb to its object, from the front of a phrase to its noun
    PREDICATE = 7,    // tokens from a pronoun to the word that calls it false
    BARE_WORDS = 3,   // "Not true.", "Fake news": of a denial that is nothing else
    LEAST_WORDS = 2,  // of a claim
};

static bool is_mark(const st_reading *reading, uint32_t token)
{
    st_kind kind = st_at(reading, token)->kind;
    return kind == ST_KIND_PUNCT || kind == ST_KIND_OPEN || kind == ST_KIND_CLOSE;
}

// ---- the statement's own words ---------------------------------------------------------------------

static bool is_pronoun(const st_reading *reading, uint32_t token)
{
    return ST_ANY(reading, token, "it", "that", "this", "these", "those", "them", "they", "which");
}

// "It", "that", "all of this", "any such move", "the latter": words that stand for what was said before.
static bool points_back(const st_reading *reading, st_range range)
{
    range = st_denials_trimmed(reading, range);
    uint32_t words = range.end - range.begin;
    if (words == 1)
        return is_pronoun(reading, range.begin);
    if (words <= 3 && is_pronoun(reading, range.end - 1))
        return ST_ANY(reading, range.begin, "all", "any", "some", "most", "both");
    return words <= 4 && (st_is(reading, range.begin, "such") ||
                          (st_is(reading, range.begin + 1, "such") && st_is(reading, range.begin, "any")));
}

bool st_denials_is_no(const st_reading *reading, const st_range *contents, size_t count)
{
    st_range words = count == 1 ? st_denials_trimmed(reading, contents[0]) : (st_range){0, 0};
    return words.end - words.begin == 1 && st_is(reading, words.begin, "no");
}

bool st_denials_is_it(const st_reading *reading, const st_range *contents, size_t count)
{
    st_range words = count == 1 ? st_denials_trimmed(reading, contents[0]) : (st_range){0, 0};
    return words.end - words.begin == 1 && is_pronoun(reading, words.begin);
}

bool st_denials_refuses(const st_reading *reading, uint32_t head, st_range content)
{
    if (strcmp(st_at(reading, head)->lemma, "deny") != 0)
        return false;
    content = st_denials_trimmed(reading, content);
    if (content.end - content.begin > 1 && ST_ANY(reading, content.begin, "him", "her", "them", "us", "me"))
        return !st_is(reading, content.begin, "her") || st_denials_is(reading, content.begin + 1, "refused");
    for (uint32_t i = content.begin; i < content.end && i < content.begin + OBJECT_REACH; i++) {
        if (st_at(reading, i)->upos == GS_NOUN && st_denials_is(reading, i, "refused"))
            return i + 1 == content.end || st_at(reading, i + 1)->upos != GS_NOUN;
        if (st_denials_verbal(reading, i) || st_at(reading, i)->upos == GS_ADP ||
            st_at(reading, i)->upos == GS_SCONJ)
            return false;
    }
    return false;
}

bool st_denials_labels(const st_reading *reading, uint32_t head, const st_range *contents, size_t count)
{
    if (!st_denials_word_is(st_at(reading, head)->lemma, "label") || count == 0)
        return false;
    uint32_t begin = contents[0].begin, end = contents[count - 1].end;
    uint32_t falsity = st_denials_falsity(reading, begin, end);
    if (falsity == ST_NONE)
        return false;
    st_range object = st_denials_trimmed(reading, (st_range){begin, falsity});
    if (begin > head + 1 && contents[0].begin - head < OBJECT_REACH && object.begin >= object.end)
        object = (st_range){head + 1, begin}; // 'called the claim "baseless"'
    return object.begin < object.end &&
           (st_denials_claim_noun(reading, object) != ST_NONE || is_pronoun(reading, object.begin));
}

// What a verb of denying, or of calling false, has for its object.
static bool read_object(st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    const st_attribution *attribution = site->attribution;
    Gainsay__V1__Statement__Act act = attribution->cue_word.act;
    bool labels =
        st_denials_labels(reading, attribution->head, attribution->content, attribution->content_count);
    if (!labels && act != GAINSAY__V1__STATEMENT__ACT__DENY && act != GAINSAY__V1__STATEMENT__ACT__REJECT)
        return false;
    st_range object =
        st_denials_trimmed(reading, (st_range){attribution->content[0].begin,
                                               attribution->content[attribution->content_count - 1].end});
    if (labels && object.begin > attribution->head + 1 && object.begin - attribution->head < OBJECT_REACH)
        object.begin = attribution->head + 1;
    if (labels) {
        uint32_t end = st_denials_before_label(reading, object.begin, object.end);
        uint32_t falsity = st_denials_falsity(reading, object.begin, object.end);
        object.end = end < falsity ? end : falsity;
    }
    site->labels = labels;
    uint32_t noun = st_denials_claim_noun(reading, object);
    if (noun != ST_NONE) {
        site->points = !st_denials_of_noun(reading, object.begin, noun, object.end,
                                           GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied);
        // "denied reports about talks": what they say of them is not told.
        if (site->points && noun + 1 < object.end && ST_ANY(reading, noun + 1, "about", "on", "concerning"))
            site->points = false;
        return !site->points && denied->claim.begin < denied->claim.end;
    }
    bool denies = labels || act == GAINSAY__V1__STATEMENT__ACT__DENY;
    site->points = denies && points_back(reading, object);
    return false;
}

// "We reject these accusations", "I deny that the gates were closed": what the speaker denies in so many
// words.
static bool read_first_person(st_denial_site *site, st_range piece, st_denied *denied)
{
    const st_reading *reading = site->reading;
    for (uint32_t verb = piece.begin + 1; verb + 1 < piece.end; verb++) {
        bool denies = st_denials_word_is(st_at(reading, verb)->lemma, "deny"), own = false, bars = false;
        bool rejects = ST_ANY(reading, verb, "reject", "dismiss");
        if ((!denies && !rejects) || st_at(reading, verb)->upos != GS_VERB)
            continue;
        for (uint32_t i = verb > piece.begin + 4 ? verb - 4 : piece.begin; i < verb; i++) {
            own |= ST_ANY(reading, i, "i", "we");
            bars |= st_denials_negates(reading, i) || reading->marks[i].word == ST_WORD_MODAL;
        }
        if (!own || bars)
            continue;
        st_range object = {verb + 1, piece.end};
        if (denies && st_is(reading, verb + 1, "that") && st_denials_words(reading, object) > LEAST_WORDS + 1)
            return st_denials_found_at(reading, (st_range){verb + 2, piece.end}, "",
                                       GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied);
        uint32_t noun = st_denials_claim_noun(reading, object);
        if (noun != ST_NONE && st_denials_of_noun(reading, object.begin, noun, object.end,
                                                  GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied))
            return true;
        site->points = noun != ST_NONE || (denies && points_back(reading, object));
        site->at = verb;
        return false;
    }
    return false;
}

// "It did not happen", "that never took place": the end of a piece whose subject only points.
static bool never_was(const st_reading *reading, uint32_t first, uint32_t end)
{
    if (end - first < 3 || end - first > PREDICATE + 2 || !is_pronoun(reading, first))
        return false;
    bool negated = false, happens = false;
    for (uint32_t i = first + 1; i < end; i++) {
        negated |= st_denials_negates(reading, i);
        bool last = i + 1 == end || (i + 2 == end && st_is(reading, i + 1, "place"));
        happens |= last && (strcmp(st_at(reading, i)->lemma, "happen") == 0 ||
                            strcmp(st_at(reading, i)->lemma, "occur") == 0 ||
                            (strcmp(st_at(reading, i)->lemma, "take") == 0 && i + 2 == end));
    }
    return negated && happens;
}

// "No such meeting", "nothing of the sort": what has no name of its own here was told before.
static void read_pointers(st_denial_site *site, st_range piece, st_denied *denied)
{
    const st_reading *reading = site->reading;
    for (uint32_t i = piece.begin; i + 1 < piece.end && !site->points; i++) {
        bool such = st_is(reading, i, "no") && st_is(reading, i + 1, "such");
        bool sort = st_is(reading, i, "nothing") && ST_ANY(reading, i + 1, "of", "like") &&
                    i + 2 < piece.end && ST_ANY(reading, i + 2, "the", "that");
        if (!such && !sort)
            continue;
        site->points = true;
        site->at = i;
        denied->noun = such && i + 2 < piece.end ? i + 2 : 0;
    }
    if (!site->points && never_was(reading, piece.begin, piece.end)) {
        site->points = true;
        site->at = piece.begin;
    }
}

// "There is no truth to the reports that ...".
static bool read_truth_to(st_denial_site *site, st_range object, uint32_t truth, st_denied *denied)
{
    const st_reading *reading = site->reading;
    uint32_t noun = st_denials_claim_noun(reading, object);
    if (noun != ST_NONE && st_denials_of_noun(reading, object.begin, noun, object.end,
                                              GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied))
        return true;
    site->points |= noun != ST_NONE || points_back(reading, object);
    site->at = truth;
    return false;
}

// "The claim that ... is a lie", "these accusations have no basis": the subject is a noun of saying.
static bool read_subject(st_denial_site *site, st_range piece, uint32_t noun, uint32_t falsity,
                         st_denied *denied)
{
    const st_reading *reading = site->reading;
    uint32_t end = falsity; // the subject ends before the verb of the predicate
    while (end > noun + 1 && !st_denials_verbal(reading, end - 1))
        end--;
    if (st_denials_of_noun(reading, piece.begin, noun, end - 1 > noun ? end - 1 : falsity,
                           GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied))
        return true;
    site->points = end > noun + 1;
    site->at = falsity;
    return false;
}

// "That is a lie", "No, none of this is true", "Fake news.": a subject that points, or none.
static void read_pronoun(st_denial_site *site, st_range piece, uint32_t falsity, uint32_t next)
{
    const st_reading *reading = site->reading;
    uint32_t first = piece.begin;
    while (first < falsity &&
           (is_mark(reading, first) || ST_ANY(reading, first, "no", "but", "and", "so", "well") ||
            st_at(reading, first)->upos == GS_INTJ))
        first++;
    bool pro =
        is_pronoun(reading, first) || (ST_ANY(reading, first, "none", "all", "nothing") &&
                                       st_is(reading, first + 1, "of") && is_pronoun(reading, first + 2));
    bool ends = next >= piece.end || is_mark(reading, next) || st_at(reading, next)->upos == GS_CCONJ ||
                st_at(reading, next)->upos == GS_SCONJ ||
                ST_ANY(reading, next, "news", "from", "and", "of", "in");
    bool bare = st_denials_words(reading, piece) <= BARE_WORDS && !st_denials_verbal(reading, piece.begin);
    if ((pro && ends && falsity - first <= PREDICATE) || bare) {
        site->points = true;
        site->at = first;
    }
}

// The words of a piece (a sentence of what was said) that call something false: its subject tells what.
static bool read_piece(st_denial_site *site, st_range piece, st_denied *denied)
{
    const st_reading *reading = site->reading;
    piece = st_denials_trimmed(reading, piece);
    read_pointers(site, piece, denied);
    if (read_first_person(site, piece, denied))
        return true;
    uint32_t falsity = st_denials_falsity(reading, piece.begin, piece.end);
    if (falsity == ST_NONE || site->points)
        return false;
    uint32_t next = falsity + 1;
    next += next < piece.end && st_denials_is(reading, next, "claim"); // "false information"
    if (st_is(reading, falsity, "truth") && next < piece.end && ST_ANY(reading, next, "to", "in"))
        return read_truth_to(site, (st_range){next + 1, piece.end}, falsity, denied);
    if (st_is(reading, piece.begin, "it") && next < piece.end && st_is(reading, next, "that"))
        return st_denials_found_at(reading, (st_range){next + 1, piece.end}, "",
                                   GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied);
    uint32_t noun = st_denials_claim_noun(reading, (st_range){piece.begin, falsity});
    if (noun != ST_NONE)
        return read_subject(site, piece, noun, falsity, denied);
    read_pronoun(site, piece, falsity, next);
    return false;
}

// Sentences of what was said, one after the other.
static bool read_words(st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    const st_attribution *attribution = site->attribution;
    if (st_denials_is_no(reading, attribution->content, attribution->content_count)) {
        site->points = site->answers = true; // "asked whether ..., she said no"
        return false;
    }
    for (size_t c = 0; c < attribution->content_count && !site->points; c++) {
        st_range content = attribution->content[c];
        for (uint32_t begin = content.begin, i = begin; i < content.end && !site->points; i++) {
            if (!st_is_terminal(reading, i) && !st_is_mark(reading, i, ";") && i + 1 < content.end)
                continue;
            if (read_piece(site, (st_range){begin, i + 1}, denied))
                return true;
            site->piece = site->points ? (st_range){begin, i + 1} : site->piece;
            begin = i + 1;
        }
    }
    return false;
}

// ---- the door --------------------------------------------------------------------------------------

static void write_claim(st_reading *reading, const st_denied *denied, gs_statement *statement)
{
    gs_view words = st_text(reading, denied->claim);
    statement->denied_claim = denied->text ? (char *)denied->text : gs_arena_text(reading->arena, words);
    statement->denied_speaker = (char *)(denied->of ? denied->of : "");
    statement->denied_from = denied->from;
    statement->denied = gs_arena_alloc(reading->arena, sizeof *statement->denied);
    statement->denied[0] = gs_arena_alloc(reading->arena, sizeof *statement->denied[0]);
    gainsay__v1__span__init(statement->denied[0]);
    statement->denied[0]->begin = st_at(reading, denied->claim.begin)->begin;
    statement->denied[0]->end = st_at(reading, denied->claim.end - 1)->end;
    statement->n_denied = 1;
}

// What the statement answers: the claim that it denies, or its own words if they are one clause.
static void write_question(const st_reading *reading, const st_attribution *attribution,
                           const st_denied *denied, gs_statement *statement)
{
    bool tells = statement->act == GAINSAY__V1__STATEMENT__ACT__ASSERT ||
                 statement->act == GAINSAY__V1__STATEMENT__ACT__DENY;
    char *question = NULL;
    if (denied && !denied->text)
        question = st_question_of(reading, denied->claim);
    else if (!denied && tells && attribution->content_count == 1)
        question = st_question_of(reading, attribution->content[0]);
    if (question)
        statement->question = question;
}

void st_denials_read(st_reading *reading, const st_attribution *attribution, size_t before,
                     gs_statement *statement)
{
    st_denial_site site = {.reading = reading, .attribution = attribution, .before = before};
    st_denied denied = {0};
    if (attribution->content_count == 0)
        return;
    site.at = attribution->content[0].begin;
    site.piece = attribution->content[0];
    if (st_denials_refuses(reading, attribution->head, attribution->content[0])) {
        statement->act = GAINSAY__V1__STATEMENT__ACT__REJECT;
        return;
    }
    bool found = read_object(&site, &denied);
    if (!found && !site.points && !site.labels)
        found = read_words(&site, &denied);
    if (!found && site.points)
        found = st_denials_look_back(&site, &denied);
    if (site.labels)
        statement->act = GAINSAY__V1__STATEMENT__ACT__DENY;
    if (found)
        write_claim(reading, &denied, statement);
    write_question(reading, attribution, found ? &denied : NULL, statement);
}
