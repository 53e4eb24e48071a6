// What surrounds the words of a claim: the keys of what it is about, how others may call its speaker, whose
// deed each clause tells, and whether the whole answers somebody or takes back what was said.
#include "claims_internal.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum { CALLED_LEAST = 4, REPLY_WORDS = 12 };

static bool is_among(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

// ---- who speaks ------------------------------------------------------------------------------------

static void add_called(cd_reading *self, gs_view word)
{
    char small[64];
    if (word.size == 0 || word.size >= sizeof small || self->called_count == CD_CALLED)
        return;
    for (size_t i = 0; i < word.size; i++)
        small[i] = word.data[i] >= 'A' && word.data[i] <= 'Z' ? (char)(word.data[i] + 32) : word.data[i];
    self->called[self->called_count++] = cd_wordnet_hash(gs_view_make(small, word.size));
}

static void add_called_words(cd_reading *self, const char *text)
{
    for (const char *at = text ? text : ""; *at;) {
        size_t size = strcspn(at, " ");
        if (size >= CALLED_LEAST)
            add_called(self, gs_view_make(at, size));
        at += size;
        at += *at == ' ';
    }
}

static void read_called(cd_reading *self, const gs_speaker *speaker)
{
    if (!speaker)
        return;
    const char *name = speaker->name ? speaker->name : "", *last = strrchr(name, ' ');
    add_called(self, gs_view_of(last ? last + 1 : name));
    if (self->called_count == 0)
        self->called[self->called_count++] = 0;
    add_called_words(self, speaker->role);
    add_called_words(self, speaker->organisation);
}

// ---- whose deed ------------------------------------------------------------------------------------

static void read_subjects(cd_reading *self)
{
    static const char *const first[] = {"i", "we"};
    for (uint32_t i = 0; i < self->parse->word_count; i++) {
        const gs_word *word = &self->parse->words[i];
        uint8_t clause = self->clause_of[i];
        if (clause == CD_NONE || word->upos != GS_PRON ||
            (self->reader->classes[word->relation] != CD_REL_SUBJECT &&
             word->relation != self->reader->passive_subject))
            continue;
        bool speaker = is_among(self->lower[i], first, COUNT(first));
        self->clauses[clause].flags |= speaker ? CD_FIRST : CD_THIRD;
    }
}

// ---- answers ---------------------------------------------------------------------------------------

static bool is_sign(const cd_reading *self, uint32_t word)
{
    return word < self->parse->word_count && self->parse->words[word].upos == GS_PUNCT;
}

// One short sentence that says of what was said before that it is not so.
static bool points_back(const cd_reading *self, const gs_parse_sentence *sentence)
{
    static const char *const pointing[] = {"that", "this", "it", "none", "nothing", "these", "those"};
    static const char *const true_words[] = {"true", "correct", "right", "accurate", "so", "case", "happen"};
    static const char *const false_words[] = {
        "false",     "untrue",  "wrong", "incorrect",  "nonsense",    "lie",      "fiction",
        "invention", "rubbish", "fake",  "inaccurate", "fabrication", "baseless", "groundless"};
    static const char *const turning[] = {"not", "n't", "n\xE2\x80\x99t", "none", "nothing", "never"};
    bool points = false, truth = false, falsity = false, turns = false;
    if (sentence->word_end - sentence->word_begin > REPLY_WORDS)
        return false;
    for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++) {
        const gs_word *word = &self->parse->words[i];
        points |= is_among(self->lower[i], pointing, COUNT(pointing)) &&
                  (self->reader->classes[word->relation] == CD_REL_SUBJECT ||
                   word->relation == self->reader->passive_subject);
        truth |= is_among(word->lemma, true_words, COUNT(true_words));
        falsity |= is_among(word->lemma, false_words, COUNT(false_words));
        turns |= is_among(self->lower[i], turning, COUNT(turning));
    }
    return points && ((truth && turns) || (falsity && !turns));
}

// "I was given an early list", "we were mistaken": not told by one word, but these are.
static bool takes_back(const cd_reading *self, const gs_parse_sentence *sentence)
{
    static const char *const first[] = {"i", "we", "my", "our"};
    static const char *const taking[] = {
        "correct", "mistake", "mistaken",   "misspeak",  "misspoke",  "retract",    "withdraw", "wrong",
        "error",   "misread", "reconsider", "apologise", "apologize", "incomplete", "outdated", "premature"};
    bool speaker = false, takes = false;
    for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++) {
        speaker |= is_among(self->lower[i], first, COUNT(first));
        takes |= is_among(self->parse->words[i].lemma, taking, COUNT(taking));
    }
    return speaker && takes;
}

static void read_reply(cd_reading *self)
{
    static const char *const plain[] = {"no", "nonsense", "wrong", "false", "untrue", "rubbish", "never"};
    if (self->parse->word_count > 0 && is_among(self->lower[0], plain, COUNT(plain)) &&
        (self->parse->word_count == 1 || is_sign(self, 1)))
        self->reply |= CD_REPLY_NO;
    for (size_t s = 0; s < self->parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &self->parse->sentences[s];
        self->reply |= points_back(self, sentence) ? CD_REPLY_NO : 0;
        self->reply |= takes_back(self, sentence) ? CD_REPLY_CORRECTS : 0;
    }
}

// ---- stance ----------------------------------------------------------------------------------------

// Each list has a bit; in the text whole words, in the cue their beginnings.
static const char *const TEXT_STANCES[][8] = {
    {"no"},
    {"not", "n't", "n\xE2\x80\x99t"},
    {"never"},
    {"none", "nobody", "neither", "nowhere"},
    {"nothing"},
    {"any", "anything", "anybody", "anyone"},
    {"ever", "once"},
    {"single", "whatever", "whatsoever", "slightest"},
    {"all", "every", "everything", "everybody", "always", "entire", "whole"},
    {"only", "merely", "simply", "just", "mere"},
    {"still", "yet", "so"},
    {"already", "since", "now"},
    {"if", "unless", "should"},
    {"would", "could", "might", "may"},
    {"false", "untrue", "lie", "invented", "nonsense", "wrong", "fiction"},
    {"yes", "indeed", "certainly", "clearly"},
    {"again", "further", "another"},
    {"but", "although", "though", "however"},
    {"without", "except", "nor"},
    {"there"},
};
static const char *const CUE_STANCES[][8] = {
    {"claim", "alleg", "assert", "accus"},
    {"den", "dismiss", "refut", "disput", "contradict", "rebuff"},
    {"reject", "rul", "refus"},
    {"admi", "conced", "acknowledg"},
    {"repl", "respon", "retort", "counter", "shot", "answer"},
    {"confirm", "add", "continu", "explain", "recall"},
    {"warn", "urg", "call", "demand", "appeal"},
    {"stat", "insist", "maintain", "assur", "stress"},
    {"announc", "pledg", "promis", "vow"},
};
_Static_assert(COUNT(TEXT_STANCES) + COUNT(CUE_STANCES) == CD_STANCES, "a bit for each list");

static void read_stance(cd_reading *self, const char *cue)
{
    for (uint32_t i = 0; i < self->parse->word_count; i++)
        for (size_t s = 0; s < COUNT(TEXT_STANCES); s++)
            for (size_t w = 0; w < COUNT(TEXT_STANCES[s]) && TEXT_STANCES[s][w]; w++)
                if (strcmp(self->lower[i], TEXT_STANCES[s][w]) == 0)
                    self->stance |= UINT32_C(1) << s;
    for (const char *at = cue ? cue : ""; *at;) {
        for (size_t s = 0; s < COUNT(CUE_STANCES); s++)
            for (size_t w = 0; w < COUNT(CUE_STANCES[s]) && CUE_STANCES[s][w]; w++)
                if (strncmp(at, CUE_STANCES[s][w], strlen(CUE_STANCES[s][w])) == 0)
                    self->stance |= UINT32_C(1) << (COUNT(TEXT_STANCES) + s);
        at += strcspn(at, " ");
        at += *at == ' ';
    }
}

void cd_read_setting(cd_reading *self, const gs_statement *statement)
{
    // Topics are made for the feed and are not everywhere; the title is.
    gs_statement bare = *statement;
    bare.n_topics = 0;
    cd_matter_read(self->reader->matters, &bare, &self->matter);
    read_called(self, statement->speaker);
    read_subjects(self);
    read_reply(self);
    read_stance(self, statement->cue_text);
}
