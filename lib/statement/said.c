// From attributions to statements: which of the spans that the network found are something said, and by whom.
//
// An attribution in the sense of the corpora is wider than a statement: what somebody believes, wants, did
// not say or might say is one, too. What is kept here is what was uttered: the cue is a word of saying (or
// the words stand in quotation marks), it is not denied, not future, not a condition, and not only a
// question. The source then is led to a person, body or unnamed speaker; a source that is left out ("...,
// adding that") is that of the attribution before it in the sentence.
#include "attribution.h"
#include "cues_internal.h"
#include "denials.h"

#include <string.h>

enum {
    TITLE_PARAGRAPHS = 3, // of a text, one of which may be its title
    CLIMB = 4,            // heads above a cue among which its subject is looked for
    SUBJECT_REACH = 16,   // tokens from such a subject to the cue
};

static const double RULE_CERTAINTY = 0.9; // of what only a rule found

typedef struct said_site {
    st_reading *reading;
    const st_attributed *found;
    st_range cue;
    uint32_t head;        // token that heads the cue
    const st_mark *entry; // mark of the cue's token that is in the lexicon, or NULL
    bool quoted;          // part of the content stands in quotation marks
} said_site;

static bool is_lemma(const st_reading *reading, uint32_t token, const char *const *lemmas, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(st_at(reading, token)->lemma, lemmas[i]) == 0)
            return true;
    return false;
}

#define IS_LEMMA(reading, token, ...)                                                                        \
    is_lemma(reading, token, (const char *const[]){__VA_ARGS__},                                             \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

// Tokens of words of the parse.
static st_range tokens_of(const st_reading *reading, st_words words)
{
    const uint32_t *token_of = reading->document->token_of;
    return (st_range){token_of[words.begin], token_of[words.end - 1] + 1};
}

// ---- the cue ---------------------------------------------------------------------------------------

static uint32_t heading_token(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++) {
        uint32_t head = st_at(reading, i)->head;
        if ((head == ST_NONE || head < range.begin || head >= range.end) &&
            st_at(reading, i)->kind == ST_KIND_WORD)
            return i;
    }
    return range.begin;
}

static bool is_negation(const st_reading *reading, uint32_t token)
{
    const char *lower = st_at(reading, token)->lower;
    size_t size = strlen(lower);
    return reading->marks[token].word == ST_WORD_NEG || strcmp(lower, "neither") == 0 ||
           strcmp(lower, "nor") == 0 || strcmp(lower, "cannot") == 0 ||
           (size > 3 && strcmp(lower + size - 3, "n't") == 0);
}

static bool refuses(const st_reading *reading, uint32_t token)
{
    return IS_LEMMA(reading, token, "decline", "refuse", "fail", "avoid", "refrain", "stop", "forget");
}

// "went on to say", "was reported to tell" are said; "wants to say", "is expected to announce" are not.
static bool carries_infinitive(const st_reading *reading, uint32_t token)
{
    return IS_LEMMA(reading, token, "go", "continue", "begin", "start", "proceed", "hasten", "report", "say",
                    "quote", "hear", "move", "rush", "use", "take", "write");
}

typedef struct cue_signs {
    bool denied, unreal, infinitive, passive;
} cue_signs;

static void look_at(const said_site *site, uint32_t token, cue_signs *signs)
{
    const st_reading *reading = site->reading;
    const char *lower = st_at(reading, token)->lower;
    if (st_at(reading, token)->capitalised && !st_at(reading, token)->sentence_start)
        return; // "Governor Alison Will told": a name
    signs->denied |= is_negation(reading, token) || refuses(reading, token);
    signs->unreal |= reading->marks[token].word == ST_WORD_MODAL && strcmp(lower, "can") != 0;
    signs->unreal |= strcmp(lower, "if") == 0 || strcmp(lower, "'d") == 0;
    signs->passive |= IS_LEMMA(reading, token, "be");
    signs->infinitive |= strcmp(lower, "to") == 0 && st_at(reading, token)->upos == GS_PART;
}

// What stands in the cue and what hangs on its head: auxiliaries, negations, "if", "to".
static cue_signs read_signs(const said_site *site)
{
    const st_reading *reading = site->reading;
    cue_signs signs = {0};
    st_range sentence = st_sentence_range(reading, reading->marks[site->head].sentence);
    for (uint32_t i = site->cue.begin; i < site->cue.end; i++)
        look_at(site, i, &signs);
    for (uint32_t i = sentence.begin; i < sentence.end && i < site->head; i++) {
        const st_token *token = st_at(reading, i);
        bool function = token->upos == GS_AUX || token->upos == GS_PART || token->upos == GS_SCONJ ||
                        is_negation(reading, i);
        if (token->head == site->head && function && site->head - i < 8)
            look_at(site, i, &signs);
    }
    uint32_t governor = st_at(reading, site->head)->head;
    if (governor != ST_NONE && signs.infinitive) {
        signs.denied |=
            refuses(reading, governor) || (governor > sentence.begin && is_negation(reading, governor - 1));
        signs.unreal |= !carries_infinitive(reading, governor) &&
                        !(governor >= site->cue.begin && governor < site->cue.end);
    }
    return signs;
}

// The entry of the lexicon among the cue's tokens: the head's, else the last one's.
static const st_mark *lexicon_entry(const said_site *site)
{
    const st_reading *reading = site->reading;
    if (reading->marks[site->head].cue_words)
        return &reading->marks[site->head];
    for (uint32_t i = site->cue.end; i-- > site->cue.begin;)
        if (reading->marks[i].cue_words)
            return &reading->marks[i];
    return NULL;
}

static bool is_mental(const said_site *site)
{
    return IS_LEMMA(site->reading, site->head, "believe", "think", "want", "hope", "fear", "feel", "know",
                    "see", "plan", "consider", "decide", "prefer", "like", "support", "oppose", "favor",
                    "favour", "intend", "need", "try", "seek", "find", "discover", "learn", "remember",
                    "understand", "realize", "realise", "suspect", "doubt", "wonder", "seem", "appear",
                    "imagine", "wish", "love", "hate", "worry", "hear", "watch", "look", "trust", "assume",
                    "aim", "hold", "ask", "asked", "have", "get", "make", "do", "be", "mean");
}

// ---- the content -----------------------------------------------------------------------------------

static bool is_loose_mark(const st_reading *reading, uint32_t token)
{
    return st_at(reading, token)->kind == ST_KIND_PUNCT && !st_is_mark(reading, token, "$") &&
           !st_is_mark(reading, token, "%") && !st_is_mark(reading, token, ")") &&
           !st_is_mark(reading, token, "@") && !st_is_mark(reading, token, "#");
}

// Without the opening "that" and colon, and without marks at the ends that are outside of quotations.
static st_range trimmed(const st_reading *reading, st_range content)
{
    while (content.begin < content.end &&
           ((is_loose_mark(reading, content.begin) && !st_is_mark(reading, content.begin, "(")) ||
            (st_is(reading, content.begin, "that") &&
             (st_at(reading, content.begin)->upos == GS_SCONJ ||
              st_at(reading, content.begin)->relation == reading->mark_relation))))
        content.begin++;
    while (content.end > content.begin && is_loose_mark(reading, content.end - 1) &&
           (reading->marks[content.end - 1].quote == ST_NONE ||
            reading->marks[content.end - 1].quote != reading->marks[content.begin].quote ||
            st_is_mark(reading, content.end - 1, ":")))
        content.end--;
    return content;
}

static bool shows_predicate(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++)
        if (st_at(reading, i)->upos == GS_VERB || st_at(reading, i)->upos == GS_AUX)
            return true;
    return false;
}

// Leaves out what stands between the cue and the words: a hearer ('told him "..."'), or where it was said
// ("in front of the mayor, that ...").
static st_range without_circumstance(const st_reading *reading, st_range content)
{
    if (content.end - content.begin > 2 && st_at(reading, content.begin)->upos == GS_PRON &&
        st_is_quote_open(reading, content.begin + 1))
        content.begin++;
    while (content.end - content.begin > 3 && (reading->marks[content.begin].word == ST_WORD_DAY ||
                                               reading->marks[content.begin].word == ST_WORD_TIME))
        content.begin++;
    if (content.end - content.begin > 4 && st_is(reading, content.begin, "the") &&
        st_is(reading, content.begin + 1, "same") && st_is(reading, content.begin + 2, "day"))
        content.begin += 3;
    if (st_at(reading, content.begin)->upos != GS_ADP || reading->marks[content.begin].quote != ST_NONE)
        return content;
    for (uint32_t i = content.begin + 1; i + 2 < content.end; i++) {
        bool that = st_is(reading, i, "that") && st_at(reading, i)->relation == reading->mark_relation;
        if (that && !shows_predicate(reading, (st_range){content.begin, i}))
            return (st_range){i + 1, content.end};
    }
    return content;
}

// "there are talks taking place after Beijing denied ...": what somebody else says in a clause of time is the
// writer's.
static st_range without_other_cue(const st_reading *reading, st_range content)
{
    static const char *const words[] = {"after", "before", "as", "when", "while", "though", "although"};
    for (uint32_t i = content.begin + 3; i + 2 < content.end; i++) {
        bool opens = false;
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
            opens |= st_is(reading, i, words[w]);
        if (!opens || reading->marks[i].quote != ST_NONE)
            continue;
        if (st_is_quote_close(reading, i - 1)) // '"...," when asked whether ...'
            return (st_range){content.begin, i};
        for (uint32_t j = i + 2; j < content.end && j < i + 6; j++) {
            const st_mark *mark = &reading->marks[j];
            if (mark->cue_words && mark->cue.tense == ST_PAST && st_at(reading, j)->upos == GS_VERB &&
                st_at(reading, i + 1)->capitalised)
                return (st_range){content.begin, st_is_mark(reading, i - 1, ",") ? i - 1 : i};
        }
    }
    return content;
}

// "suggested details could be revealed later": words that are the subject of what follows are said with it,
// up to the end of the clause.
static st_range with_predicate(const st_reading *reading, st_range content)
{
    st_range sentence = st_sentence_range(reading, reading->marks[content.begin].sentence);
    uint32_t end = content.end;
    if (shows_predicate(reading, content) || end >= sentence.end ||
        reading->marks[content.begin].quote != ST_NONE ||
        (st_at(reading, end)->upos != GS_AUX && st_at(reading, end)->upos != GS_VERB))
        return content;
    uint32_t verb = st_at(reading, heading_token(reading, content))->head;
    if (verb == ST_NONE || verb < end || verb >= sentence.end)
        return content;
    while (end < sentence.end && !st_is_mark(reading, end, ",") && !st_is_terminal(reading, end) &&
           reading->marks[end].quote == ST_NONE)
        end++;
    return (st_range){content.begin, end > verb ? end : content.end};
}

// A quotation belongs to its content whole, marks included.
static st_range with_marks(const st_reading *reading, st_range content)
{
    if (content.begin > 0 && st_is_quote_open(reading, content.begin - 1))
        content.begin--;
    if (st_is_quote_close(reading, content.end))
        content.end++;
    return content;
}

static uint32_t words_in(const st_reading *reading, st_range range)
{
    uint32_t count = 0;
    for (uint32_t i = range.begin; i < range.end; i++)
        count += st_at(reading, i)->kind == ST_KIND_WORD || st_at(reading, i)->kind == ST_KIND_NUMBER;
    return count;
}

static bool asks(const st_reading *reading, st_range content)
{
    static const char *const words[] = {"whether", "if",   "who",   "why",  "how",
                                        "what",    "when", "where", "which"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (st_is(reading, content.begin, words[i]) && reading->marks[content.begin].quote == ST_NONE)
            return true;
    return false;
}

static bool is_quoted(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++)
        if (reading->marks[i].quote != ST_NONE)
            return true;
    return false;
}

// "would only say", "could only tell": said, and nothing more.
static bool says_only(const said_site *site)
{
    uint32_t head = site->head;
    return head > 0 && (st_is(site->reading, head - 1, "only") || st_is(site->reading, head + 1, "only"));
}

// "according to", "in the words of", "the claim that": cues that are no verb of saying.
static bool is_other_cue(const said_site *site)
{
    const st_reading *reading = site->reading;
    if (st_is(reading, site->cue.begin, "according") || st_is(reading, site->cue.begin, "per"))
        return true;
    return IS_LEMMA(reading, site->head, "claim", "statement", "assertion", "denial", "allegation",
                    "announcement", "accusation", "warning", "assurance", "declaration", "pledge", "promise",
                    "vow", "insistence", "suggestion", "contention", "admission", "prediction",
                    "confirmation", "complaint");
}

// Is what was found something that was uttered?
static bool is_uttered(const said_site *site, const st_range *contents, size_t count)
{
    const st_reading *reading = site->reading;
    cue_signs signs = read_signs(site);
    bool predicate = false;
    uint32_t words = 0;
    for (size_t i = 0; i < count; i++) {
        predicate |= shows_predicate(reading, contents[i]);
        words += words_in(reading, contents[i]);
    }
    if (count == 0 || words == 0 || signs.denied || (signs.unreal && !says_only(site)))
        return false;
    bool whether =
        st_is(reading, contents[0].begin, "whether") && reading->marks[contents[0].begin].quote == ST_NONE;
    if (whether || (asks(reading, contents[0]) && !site->quoted))
        return false;
    if (signs.passive && site->found->source_count == 0)
        return false; // "is expected to": by nobody
    if (is_other_cue(site))
        return site->quoted || (predicate && words > 2);
    if (st_denials_labels(reading, site->head, contents, count))
        return true; // "called the claim baseless"
    bool denies = site->entry && site->entry->cue.act == GAINSAY__V1__STATEMENT__ACT__DENY;
    if ((denies && st_denials_is_it(reading, contents, count)) || st_denials_is_no(reading, contents, count))
        return true; // left out again where it is not found what "it" is
    if (!site->entry || site->entry->cue.class == ST_CUE_QUOTE)
        return site->quoted && (site->entry || !is_mental(site));
    if (site->quoted || predicate)
        return words > 1 || site->quoted;
    return words > 1 && (site->entry->cue.class == ST_CUE_NP || site->entry->cue.class == ST_CUE_INF);
}

// ---- the source ------------------------------------------------------------------------------------

static bool opens_relative(const st_reading *reading, uint32_t token)
{
    static const char *const words[] = {"who", "whose", "whom", "which", "that", "where", "when"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (st_is(reading, token, words[i]))
            return true;
    return false;
}

// The phrase at the front of range: up to a comma, a relative clause or a bracket.
static uint32_t phrase_end(const st_reading *reading, st_range range)
{
    uint32_t end = range.begin;
    while (end < range.end && !st_is_mark(reading, end, ",") && !st_is_mark(reading, end, "(") &&
           !(end > range.begin && opens_relative(reading, end)))
        end++;
    return end;
}

// Takes a source apart: its phrase and the first apposition to it that is none of a clause.
static void split_source(const st_reading *reading, st_range source, st_range *phrase, st_range *apposition)
{
    *apposition = (st_range){0, 0};
    while (source.begin + 1 < source.end &&
           (is_loose_mark(reading, source.begin) || (st_at(reading, source.begin)->upos == GS_ADP &&
                                                     reading->marks[source.begin].word == ST_WORD_PREP)))
        source.begin++;
    phrase->begin = source.begin;
    phrase->end = phrase_end(reading, source);
    uint32_t at = phrase->end;
    while (at < source.end && apposition->begin == apposition->end) {
        while (at < source.end && !st_is_mark(reading, at, ","))
            at++;
        at++;
        st_range part = {at, at < source.end ? phrase_end(reading, (st_range){at, source.end}) : at};
        if (part.begin < part.end && opens_relative(reading, part.begin))
            break;
        if (part.begin < part.end)
            *apposition = part;
        at = part.end;
    }
    // The apposition may stand behind what was marked: "said He Yadong, a spokesperson with ...".
    if (apposition->begin == apposition->end && st_is_mark(reading, source.end, ",") &&
        phrase->end == source.end) {
        st_range sentence = st_sentence_range(reading, reading->marks[source.begin].sentence);
        st_range part = {source.end + 1, sentence.end};
        part.end = part.begin < part.end ? phrase_end(reading, part) : part.begin;
        if (part.begin < part.end && !opens_relative(reading, part.begin) && part.end - part.begin < 16 &&
            !shows_predicate(reading, part))
            *apposition = part;
    }
}

static bool is_first_or_second(const st_reading *reading, st_range range)
{
    static const char *const words[] = {"i",       "we",       "you",       "me",     "us",
                                        "one",     "everyone", "everybody", "nobody", "somebody",
                                        "someone", "anyone",   "people",    "many",   "some"};
    for (size_t i = 0; i < sizeof words / sizeof words[0] && range.end - range.begin == 1; i++)
        if (st_is(reading, range.begin, words[i]))
            return true;
    return false;
}

// The attribution before the cue whose speaker goes on: in the same sentence, or right before in the
// paragraph where only a quotation follows.
static const st_attribution *speaker_before(const said_site *site)
{
    const st_reading *reading = site->reading;
    uint32_t sentence = reading->marks[site->cue.begin].sentence;
    uint32_t paragraph = reading->document->sentences[sentence].paragraph;
    if (reading->attribution_count == 0)
        return NULL;
    const st_attribution *before = &reading->attributions[reading->attribution_count - 1];
    bool same = before->sentence == sentence;
    return same || (before->paragraph == paragraph && site->quoted) ? before : NULL;
}

// The phrase of the cue's subject in the parse; empty if it has none.
static st_range subject_of(const st_reading *reading, uint32_t verb)
{
    st_range sentence = st_sentence_range(reading, reading->marks[verb].sentence);
    for (uint32_t i = sentence.begin; i < sentence.end; i++) {
        if (st_at(reading, i)->head != verb || st_at(reading, i)->relation != reading->subject_relation)
            continue;
        st_range range = {i, i + 1};
        while (range.begin > sentence.begin && st_at(reading, range.begin - 1)->head == i)
            range.begin--;
        while (range.end < sentence.end && st_at(reading, range.end)->head == i &&
               st_at(reading, range.end)->kind == ST_KIND_WORD)
            range.end++;
        return range;
    }
    return (st_range){0, 0};
}

// The source that stands behind an inverted cue ("..., said He.") or is a known surname before it, where the
// network has marked none.
static st_range source_beside(const said_site *site)
{
    st_reading *reading = site->reading;
    uint32_t cue = site->cue.begin;
    cue_site rule = {.reading = reading,
                     .cue = cue,
                     .after = site->cue.end,
                     .sentence = st_sentence_range(reading, reading->marks[cue].sentence)};
    bool inverted = cue > rule.sentence.begin &&
                    (st_is_mark(reading, cue - 1, ",") || st_is_quote_close(reading, cue - 1));
    if (inverted && cue_source_behind(&rule))
        return rule.source;
    bool one = cue == rule.sentence.begin + 1 && st_people_is_name(reading, cue - 1); // "So told parliament"
    return one ? (st_range){cue - 1, cue} : (st_range){0, 0};
}

// "The president didn't disclose who joined, though suggested ...": the subject, in front of the cue, of a
// verb that the cue hangs on; not of a participle, whose own subject may be another.
static st_range subject_above(const said_site *site)
{
    const st_reading *reading = site->reading;
    uint32_t verb = st_at(reading, site->head)->head;
    bool finite = site->entry && site->entry->cue.tense == ST_PAST && !site->quoted;
    for (int i = 0; finite && i < CLIMB && verb != ST_NONE; i++) {
        st_range source = subject_of(reading, verb);
        if (verb < site->cue.begin && source.begin < source.end && source.end <= site->cue.begin)
            return site->cue.begin - source.end < SUBJECT_REACH ? source : (st_range){0, 0};
        verb = st_at(reading, verb)->head;
    }
    return (st_range){0, 0};
}

// "The World Food Programme, which had promised ...": the noun before the relative clause, with what is on
// its left.
static st_range antecedent(const said_site *site, st_range source)
{
    const st_reading *reading = site->reading;
    if (source.end - source.begin != 1 || !opens_relative(reading, source.begin))
        return source;
    uint32_t noun = st_at(reading, site->head)->head;
    if (noun == ST_NONE || noun >= source.begin)
        return source;
    st_range range = {noun, noun + 1};
    uint32_t begin = st_sentence_range(reading, reading->marks[noun].sentence).begin;
    while (range.begin > begin && st_at(reading, range.begin - 1)->head == noun &&
           st_at(reading, range.begin - 1)->kind == ST_KIND_WORD)
        range.begin--;
    return range;
}

// The one of the source's spans that is nearest to the cue, without a dateline; empty if there is none.
static st_range nearest_source(const said_site *site)
{
    const st_reading *reading = site->reading;
    st_range best = {0, 0};
    uint32_t best_away = UINT32_MAX;
    for (size_t i = 0; i < site->found->source_count; i++) {
        st_range source = tokens_of(reading, site->found->sources[i]);
        uint32_t away = source.end <= site->cue.begin   ? site->cue.begin - source.end
                        : source.begin >= site->cue.end ? source.begin - site->cue.end
                                                        : 0;
        if (away < best_away) {
            best = source;
            best_away = away;
        }
    }
    if (best.begin < best.end)
        best.begin = cue_skip_dateline(reading, best.begin, best.end);
    while (best.begin + 1 < best.end &&
           (st_is(reading, best.begin, "to") || st_is(reading, best.begin, "by") ||
            st_is(reading, best.begin, "from")))
        best.begin++;
    return antecedent(site, best);
}

static bool set_speaker(said_site *site, st_attribution *attribution)
{
    st_reading *reading = site->reading;
    st_range source = nearest_source(site);
    if (source.begin == source.end)
        source = subject_of(reading, site->head);
    if (source.begin == source.end)
        source = subject_above(site);
    if (source.begin == source.end)
        source = source_beside(site);
    if (source.begin == source.end) {
        const st_attribution *before = speaker_before(site);
        if (!before)
            return false;
        attribution->speaker = before->speaker;
        attribution->source = before->source;
        attribution->certainty = before->certainty * 0.9;
        attribution->pronoun = true;
        return true;
    }
    st_range phrase, apposition;
    split_source(reading, source, &phrase, &apposition);
    if (is_first_or_second(reading, phrase))
        return false;
    double certainty;
    attribution->speaker = st_people_resolve(reading, phrase, apposition, &certainty, &attribution->pronoun);
    attribution->source = source;
    attribution->certainty = certainty;
    return attribution->speaker != NULL;
}

// Does the article name the person outside of its source, too?
static bool is_named_elsewhere(const st_reading *reading, const st_attribution *attribution)
{
    gs_view text = reading->document->text, name = gs_view_of(attribution->speaker->name);
    size_t begin = st_at(reading, attribution->source.begin)->begin,
           end = st_at(reading, attribution->source.end - 1)->end;
    for (size_t at = gs_view_find(text, name, 0); at != SIZE_MAX; at = gs_view_find(text, name, at + 1))
        if (at + name.size <= begin || at >= end)
            return true;
    return false;
}

static bool is_in_capitals(const st_reading *reading, uint32_t sentence)
{
    st_range range = st_sentence_range(reading, sentence);
    uint32_t capitals = 0, words = 0;
    for (uint32_t i = range.begin; i < range.end; i++) {
        bool long_word =
            st_at(reading, i)->kind == ST_KIND_WORD && st_at(reading, i)->end - st_at(reading, i)->begin > 3;
        words += long_word;
        capitals += long_word && st_at(reading, i)->capitalised;
    }
    return words > 3 && capitals * 10 >= words * 9;
}

static bool is_title_in_capitals(const st_reading *reading, const st_attribution *attribution)
{
    return attribution->paragraph < TITLE_PARAGRAPHS && is_in_capitals(reading, attribution->sentence);
}

// In a title in capitals each word could be a name ("Retired General Reveals ..."), and what stands before a
// colon may be a heading ("Veto Power Impedes Peace Efforts: ..."): only a name that the article has
// elsewhere is believed there.
static bool is_doubtful_name(const st_reading *reading, const st_attribution *attribution)
{
    const st_person *speaker = attribution->speaker;
    bool colon = attribution->cue.end == attribution->cue.begin + 1 &&
                 st_is_mark(reading, attribution->cue.begin, ":");
    bool title = is_title_in_capitals(reading, attribution);
    if (!(colon || title) || !speaker->name[0] || reading->transcript || (colon && speaker->official) ||
        attribution->source.begin >= attribution->source.end)
        return false;
    return !is_named_elsewhere(reading, attribution);
}

// ---- all of an article -----------------------------------------------------------------------------

static void claim_quotes(st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++)
        if (reading->marks[i].quote != ST_NONE)
            reading->quotes[reading->marks[i].quote].claimed = true;
}

// '"We are not troublemakers," He stressed Beijing's stance.': what is governed tells nothing, and a
// quotation that is nobody's yet stands before the speaker. Its number, or ST_NONE.
static uint32_t quotation_before(const said_site *site, const st_range *contents, size_t count)
{
    const st_reading *reading = site->reading;
    uint32_t at = site->cue.begin;
    if (site->found->source_count) {
        st_range source = tokens_of(reading, site->found->sources[0]);
        at = source.begin < at ? source.begin : at;
    }
    for (size_t i = 0; i < count; i++)
        if (contents[i].begin < site->cue.begin || shows_predicate(reading, contents[i]))
            return ST_NONE;
    if (site->quoted || !site->entry || at < 3 || !st_is_quote_close(reading, at - 1) ||
        !st_is_mark(reading, at - 2, ","))
        return ST_NONE;
    uint32_t quote = reading->marks[at - 1].quote;
    return reading->quotes[quote].claimed ? ST_NONE : quote;
}

static void take(said_site *site)
{
    st_reading *reading = site->reading;
    const st_attributed *found = site->found;
    st_range *contents = gs_arena_alloc(reading->arena, (found->content_count + 1) * sizeof *contents);
    size_t count = 0;
    for (size_t i = 0; i < found->content_count; i++) {
        st_range content = with_marks(reading, trimmed(reading, tokens_of(reading, found->contents[i])));
        if (content.begin < content.end)
            contents[count++] =
                without_other_cue(reading, without_circumstance(reading, with_predicate(reading, content)));
    }
    for (size_t i = 0; i < count; i++)
        site->quoted |= is_quoted(reading, contents[i]);
    uint32_t before = quotation_before(site, contents, count);
    if (before != ST_NONE) {
        contents[0] = (st_range){reading->quotes[before].open, reading->quotes[before].close + 1};
        count = 1;
        site->quoted = true;
    }
    st_attribution attribution = {.certainty = 1.0, .said_on = ""};
    bool uttered = is_uttered(site, contents, count);
    for (size_t i = 0; i < count; i++)
        claim_quotes(reading, contents[i]);
    if (!uttered || !set_speaker(site, &attribution))
        return;
    attribution.cue = site->cue;
    attribution.head = site->head;
    while (attribution.cue.begin < site->head && st_at(reading, attribution.cue.begin)->upos == GS_ADV)
        attribution.cue.begin++;
    while (attribution.cue.end > attribution.cue.begin + 1 && is_loose_mark(reading, attribution.cue.end - 1))
        attribution.cue.end--;
    attribution.sentence = reading->marks[site->cue.begin].sentence;
    attribution.paragraph = reading->document->sentences[attribution.sentence].paragraph;
    attribution.cue_word = site->entry ? site->entry->cue
                                       : (st_cue_word){.class = ST_CUE_QUOTE,
                                                       .act = GAINSAY__V1__STATEMENT__ACT__ASSERT,
                                                       .strength = 0.8};
    attribution.cue_word.strength = found->probability;
    for (uint32_t i = site->cue.begin; i <= site->head; i++)
        attribution.earlier |= st_is(reading, i, "had");
    if (is_doubtful_name(reading, &attribution))
        return;
    st_attribution *added = st_attribution_add(reading);
    *added = attribution;
    for (size_t i = 0; i < count; i++)
        st_attribution_content(reading, added, contents[i]);
}

typedef struct coverage {
    uint32_t *cue_of; // for each token: 1 + the attribution whose cue begins there; 0
    bool *in_cue;     // it is part of a cue that the network found
    bool *said;       // it is part of a content that the network found
} coverage;

static coverage cover(const st_reading *reading, const st_attributed *found, size_t count)
{
    size_t tokens = reading->document->token_count + 1;
    coverage covered = {gs_arena_zalloc(reading->arena, tokens * sizeof(uint32_t)),
                        gs_arena_zalloc(reading->arena, tokens), gs_arena_zalloc(reading->arena, tokens)};
    for (size_t i = 0; i < count; i++) {
        st_range cue = tokens_of(reading, found[i].cue);
        covered.cue_of[cue.begin] = (uint32_t)i + 1;
        for (uint32_t t = cue.begin; t < cue.end; t++)
            covered.in_cue[t] = true;
        for (size_t c = 0; c < found[i].content_count; c++) {
            st_range content = tokens_of(reading, found[i].contents[c]);
            for (uint32_t t = content.begin; t < content.end; t++)
                covered.said[t] = true;
        }
    }
    return covered;
}

// What a rule added last tells again what the network has found: more than half of its words.
static bool told_already(const st_reading *reading, const coverage *covered)
{
    const st_attribution *last = &reading->attributions[reading->attribution_count - 1];
    uint32_t told = 0, all = 0;
    for (size_t c = 0; c < last->content_count; c++)
        for (uint32_t t = last->content[c].begin; t < last->content[c].end; t++, all++)
            told += covered->said[t];
    return told * 2 > all && !covered->said[last->cue.begin];
}

// Of a title in capitals, only who has an office, or speaks in the article, too: "Trade Talks" in "Trump
// Insists There Are Trade Talks Despite Beijing's Denial" is nobody.
static void drop_doubtful_titles(st_reading *reading)
{
    size_t kept = 0;
    for (size_t i = 0; i < reading->attribution_count; i++) {
        const st_attribution *title = &reading->attributions[i];
        bool known =
            !is_title_in_capitals(reading, title) || title->speaker->role[0] || title->speaker->official;
        for (size_t j = i + 1; j < reading->attribution_count && !known; j++)
            known =
                reading->attributions[j].sentence > 0 && reading->attributions[j].speaker == title->speaker;
        if (known)
            reading->attributions[kept++] = *title;
    }
    reading->attribution_count = kept;
}

void st_said_attribute(st_reading *reading, const st_attributed *found, size_t count)
{
    coverage covered = cover(reading, found, count);
    for (uint32_t i = 0;
         i < reading->document->token_count && reading->attribution_count < GS_LIMIT_STATEMENTS;) {
        if (covered.cue_of[i]) {
            said_site site = {.reading = reading, .found = &found[covered.cue_of[i] - 1]};
            site.cue = tokens_of(reading, site.found->cue);
            site.head = heading_token(reading, site.cue);
            site.entry = lexicon_entry(&site);
            take(&site);
        }
        if (covered.in_cue[i]) {
            i++;
            continue;
        }
        size_t before = reading->attribution_count;
        uint32_t next = st_cues_attribute_at(reading, i);
        if (reading->attribution_count > before) {
            if (told_already(reading, &covered))
                reading->attribution_count--;
            else
                reading->attributions[before].certainty *= RULE_CERTAINTY;
        }
        i = next;
    }
    drop_doubtful_titles(reading);
}
