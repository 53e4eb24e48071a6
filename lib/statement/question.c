// The question that a clause answers with yes or no: "The talks took place on Thursday" answers "Did the
// talks take place on Thursday?". Disputes go under such a line, so it is made only where it can be made
// well: one clause, its subject first and named, nothing quoted, no "we" or "you" that would mean the reader.
//
// The auxiliary goes in front of the subject (English Grammar Today's subject-auxiliary inversion); a finite
// verb without one becomes "do" and its lemma. What negates the clause is left out: both sides answer the
// same question.
#include "denials.h"

#include <string.h>

enum { LEAST = 3, MOST = 24, SUBJECT = 9, CLIMB = 32 }; // tokens; heads looked up

typedef struct clause {
    const st_reading *reading;
    st_range range;
    uint32_t root, subject_end, verb; // heading token; behind the subject; first verb of the predicate
    st_range lead;                    // what stands between "had" and its verb
} clause;

// Words that mean somebody else to a reader of the line, and marks that it cannot have.
static bool is_unfit(const st_reading *reading, uint32_t token)
{
    if (st_at(reading, token)->kind == ST_KIND_OPEN || st_at(reading, token)->kind == ST_KIND_CLOSE)
        return true;
    if (st_is_terminal(reading, token) || st_is_mark(reading, token, ";") ||
        st_is_mark(reading, token, ":") || st_is_mark(reading, token, "(") || st_is_mark(reading, token, "—"))
        return true;
    return ST_ANY(reading, token, "i", "we", "you", "our", "your", "my", "us", "me", "ours", "this", "these",
                  "that", "those", "he", "she", "they", "it", "what", "which", "who", "his", "her", "their",
                  "because", "since", "but", "although", "though", "while", "whereas", "if");
}

static bool hangs_on(const st_reading *reading, uint32_t token, uint32_t head)
{
    for (unsigned i = 0; i < CLIMB && token != ST_NONE; i++) {
        if (token == head)
            return true;
        token = st_at(reading, token)->head;
    }
    return false;
}

static bool is_auxiliary(const st_reading *reading, uint32_t token)
{
    st_word word = reading->marks[token].word;
    return word == ST_WORD_AUX || word == ST_WORD_MODAL || st_at(reading, token)->upos == GS_AUX;
}

static bool negates(const st_reading *reading, uint32_t token)
{
    return ST_ANY(reading, token, "not", "n't", "never");
}

static bool find_root(clause *self)
{
    uint32_t roots = 0;
    for (uint32_t i = self->range.begin; i < self->range.end; i++) {
        uint32_t head = st_at(self->reading, i)->head;
        if (st_at(self->reading, i)->kind == ST_KIND_PUNCT ||
            (head != ST_NONE && head >= self->range.begin && head < self->range.end))
            continue;
        self->root = i;
        roots++;
    }
    return roots == 1;
}

// The subject is the first dependent of the root, and the clause begins with it.
static bool find_subject(clause *self)
{
    const st_reading *reading = self->reading;
    uint32_t begin = self->range.begin, subject = ST_NONE;
    if (st_is(reading, begin, "there")) {
        self->subject_end = begin + 1;
        return true;
    }
    for (uint32_t i = begin; i < self->root && i < begin + SUBJECT && subject == ST_NONE; i++) {
        uint8_t upos = st_at(reading, i)->upos;
        bool nominal = upos == GS_NOUN || upos == GS_PROPN || upos == GS_PRON || upos == GS_NUM;
        if (st_at(reading, i)->head == self->root && nominal)
            subject = i;
    }
    if (subject == ST_NONE || st_at(reading, begin)->upos == GS_ADP)
        return false;
    uint32_t end = begin;
    while (end < self->root && hangs_on(reading, end, subject) && !st_is_mark(reading, end, ","))
        end++;
    self->subject_end = end;
    return end > subject && !st_is(reading, begin, "its") && !st_is_mark(reading, end, ",");
}

static bool find_verb(clause *self)
{
    const st_reading *reading = self->reading;
    for (uint32_t i = self->subject_end; i <= self->root; i++) {
        if (is_auxiliary(reading, i) || (i == self->root && st_at(reading, i)->upos == GS_VERB)) {
            self->verb = i;
            return true;
        }
        if (st_at(reading, i)->upos != GS_ADV && !negates(reading, i))
            return false;
    }
    return false;
}

// "had met" of a report is "met" of the event: the verb behind "had", or ST_NONE.
static uint32_t verb_behind_had(const clause *self)
{
    const st_reading *reading = self->reading;
    uint32_t i = self->verb + 1;
    while (i < self->root && (st_at(reading, i)->upos == GS_ADV || negates(reading, i)))
        i++;
    bool had = st_is(reading, self->verb, "had") || st_is(reading, self->verb, "hadn't");
    bool verb =
        i == self->root && st_at(reading, i)->upos == GS_VERB && strcmp(st_at(reading, i)->lemma, "be") != 0;
    return had && self->verb < self->root && verb ? i : ST_NONE;
}

// The word that opens the question; *lemma: the verb stands in its base form then. NULL if none fits.
static const char *opening(clause *self, bool *lemma)
{
    static const struct {
        const char *negated, *plain;
    } contractions[] = {{"won't", "will"}, {"won’t", "will"}, {"can't", "can"}, {"can’t", "can"},
                        {"cannot", "can"}, {"'s", "is"},      {"'re", "are"},   {"'ll", "will"}};
    const st_reading *reading = self->reading;
    const char *lower = st_at(reading, self->verb)->lower, *base = st_at(reading, self->verb)->lemma;
    size_t size = strlen(lower), base_size = strlen(base);
    *lemma = !is_auxiliary(reading, self->verb) ||
             (self->verb == self->root && (strcmp(base, "have") == 0 || strcmp(base, "do") == 0));
    if (verb_behind_had(self) != ST_NONE) {
        self->lead = (st_range){self->verb + 1, self->root};
        self->verb = self->root;
        *lemma = true;
        return "did";
    }
    if (*lemma) {
        if (size > 3 && strcmp(lower + size - 3, "ing") == 0)
            return NULL;
        if (strcmp(lower, base) == 0)
            return "do";
        bool third =
            lower[size - 1] == 's' && size > base_size - 1 && strncmp(lower, base, base_size - 1) == 0;
        return third ? "does" : "did";
    }
    for (size_t i = 0; i < sizeof contractions / sizeof contractions[0]; i++)
        if (strcmp(lower, contractions[i].negated) == 0)
            return contractions[i].plain;
    const char *cut = strstr(lower, "n't") ? strstr(lower, "n't") : strstr(lower, "n’t");
    return cut ? gs_arena_text(reading->arena, gs_view_make(lower, (size_t)(cut - lower))) : lower;
}

// Appends the tokens as the text has them, but for negations: "no letter" is "any letter".
static void append(const clause *self, st_range range, gs_buffer *out)
{
    const st_reading *reading = self->reading;
    for (uint32_t i = range.begin; i < range.end; i++) {
        bool space = i == range.begin || st_at(reading, i)->begin > st_at(reading, i - 1)->end;
        uint8_t upos = st_at(reading, i)->upos;
        bool first = i == self->range.begin && upos != GS_PROPN && upos != GS_ADJ &&
                     (upos != GS_NOUN || st_at(reading, i)->sentence_start);
        if (negates(reading, i) && i <= self->root)
            continue;
        if (space)
            gs_buffer_byte(out, ' ');
        if (st_is(reading, i, "no") && st_at(reading, i)->upos == GS_DET)
            gs_buffer_text(out, "any");
        else if (ST_ANY(reading, i, "nobody", "nothing", "none"))
            gs_buffer_text(out, st_is(reading, i, "nobody")    ? "anybody"
                                : st_is(reading, i, "nothing") ? "anything"
                                                               : "any");
        else if (first)
            gs_buffer_text(out, st_at(reading, i)->lower);
        else
            gs_buffer_append(out, st_text(reading, (st_range){i, i + 1}).data,
                             st_at(reading, i)->end - st_at(reading, i)->begin);
    }
}

char *st_question_of(const st_reading *reading, st_range range)
{
    clause self = {.reading = reading, .range = st_denials_trimmed(reading, range)};
    uint32_t tokens = self.range.end - self.range.begin;
    if (self.range.begin >= self.range.end || tokens < LEAST || tokens > MOST ||
        reading->marks[self.range.begin].sentence != reading->marks[self.range.end - 1].sentence)
        return NULL;
    for (uint32_t i = self.range.begin; i < self.range.end; i++)
        if (is_unfit(reading, i) ||
            reading->marks[i].quote != reading->marks[self.range.begin].quote || // a quotation inside
            (negates(reading, i) && ST_ANY(reading, i + 1, "just", "only")) ||
            (st_is_mark(reading, i, ",") && i + 1 < self.range.end &&
             st_at(reading, i + 1)->upos == GS_CCONJ))
            return NULL;
    bool lemma;
    if (!find_root(&self) || !find_subject(&self) || !find_verb(&self))
        return NULL;
    const char *word = opening(&self, &lemma);
    if (!word || !word[0] || (unsigned char)word[0] >= 0x80 || word[0] == '\'')
        return NULL;
    gs_buffer out = {0};
    gs_buffer_byte(&out, (char)(word[0] >= 'a' && word[0] <= 'z' ? word[0] - 32 : word[0]));
    gs_buffer_text(&out, word + 1);
    append(&self, (st_range){self.range.begin, self.subject_end}, &out);
    bool had = self.lead.end > 0;
    append(&self,
           had ? (st_range){self.subject_end, self.lead.begin - 1} : (st_range){self.subject_end, self.verb},
           &out);
    append(&self, self.lead, &out);
    if (lemma)
        gs_buffer_format(&out, " %s", st_at(reading, self.verb)->lemma);
    append(&self, (st_range){self.verb + 1, self.range.end}, &out);
    gs_buffer_byte(&out, '?');
    char *question = gs_arena_text(reading->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return question;
}
