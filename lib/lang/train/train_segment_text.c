// Treebank sentences back to running text, with the begins of words and sentences marked.
//
// Treebanks are web and mail for a good part; news writes some things in other ways. On the varied pass
// quotation marks and apostrophes change between curly and straight, a paragraph at a time, and abbreviations
// that keep their full stop change places with others of their group, so that "Sen." is learned from "Mr."
// and "Calif." from "Inc.".
#include <stdlib.h>
#include <string.h>

#include "train_segment.h"

enum { GROUP_WORDS = 40 };

// Words that stand in each other's place. The first word of a group that a form equals makes it one of the
// group.
static const char *const groups[][GROUP_WORDS] = {
    {"Mr.",   "Mrs.",    "Ms.",   "Dr.",   "Prof.", "Sen.", "Rep.", "Gov.",  "Gen.",     "Lt.",
     "Col.",  "Capt.",   "Sgt.",  "Rev.",  "Hon.",  "Adm.", "Maj.", "Pres.", "Lt. Gov.", "Sens.",
     "Reps.", "Messrs.", "Brig.", "Cmdr.", "Cpl.",  "Det.", "Amb.", "Supt.", "Insp.",    "St."},
    {"Jan.", "Feb.", "Mar.", "Apr.", "Aug.", "Sept.", "Sep.", "Oct.", "Nov.", "Dec."},
    {"Inc.", "Corp.", "Co.", "Ltd.", "Bros.", "Jr.", "Sr.", "Cos.", "Assn.", "Dept."},
    {"Calif.", "Ariz.", "Colo.", "Conn.", "Fla.",  "Ga.",   "Ill.",  "Ind.",  "Kan.", "Ky.",
     "La.",    "Mass.", "Md.",   "Mich.", "Minn.", "Mo.",   "Miss.", "Mont.", "Neb.", "Nev.",
     "N.C.",   "N.H.",  "N.J.",  "N.M.",  "N.Y.",  "N.D.",  "Okla.", "Ore.",  "Pa.",  "R.I.",
     "S.C.",   "S.D.",  "Tenn.", "Va.",   "Vt.",   "Wash.", "W.Va.", "Wis.",  "Wyo.", "Tex."},
    {"U.S.", "U.K.", "U.N.", "E.U.", "D.C."},
};

uint64_t segment_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

void segment_text_free(segment_text *self)
{
    gs_buffer_free(&self->bytes);
    gs_buffer_free(&self->form);
    free(self->marks);
}

static void append(segment_text *self, const char *form, uint8_t mark)
{
    size_t at = self->bytes.size, size = strlen(form);
    gs_buffer_append(&self->bytes, form, size);
    if (self->bytes.size + 1 > self->mark_capacity) {
        self->mark_capacity = self->bytes.size * 2 + 64;
        self->marks = gs_reallocate(self->marks, self->mark_capacity);
    }
    memset(self->marks + at, 0, size + 1);
    self->marks[at] = mark;
}

static const char *exchange(const char *form, uint64_t *random)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        size_t count = 0;
        bool found = false;
        for (; count < GROUP_WORDS && groups[g][count]; count++)
            found |= strcmp(groups[g][count], form) == 0;
        if (found) {
            const char *other = groups[g][segment_random(random) % count];
            return strchr(other, ' ') ? form : other;
        }
    }
    return form;
}

typedef enum quotes { QUOTES_KEPT, QUOTES_CURLY, QUOTES_STRAIGHT } quotes;

// The form with its marks exchanged. A straight mark is made an opening one where white space stands before
// it and none behind it.
static const char *quoted(segment_text *self, const char *form, quotes style, bool opens)
{
    if (style == QUOTES_KEPT || strpbrk(form, style == QUOTES_CURLY ? "'\"" : "\xE2") == NULL)
        return form;
    gs_buffer_clear(&self->form);
    gs_view view = gs_view_of(form);
    for (size_t at = 0; at < view.size;) {
        uint32_t c = gs_utf8_next(view, &at);
        if (style == QUOTES_CURLY) {
            if (c == '\'')
                c = opens && view.size == 1 ? 0x2018 : 0x2019;
            else if (c == '"')
                c = opens ? 0x201C : 0x201D;
        } else if (c == 0x2018 || c == 0x2019) {
            c = '\'';
        } else if (c == 0x201C || c == 0x201D) {
            c = '"';
        }
        gs_utf8_append(&self->form, c);
    }
    return self->form.data;
}

static void append_sentence(segment_text *self, const corpus_sentence *sentence, bool vary, quotes style,
                            uint64_t *random)
{
    uint8_t mark = SEGMENT_WORD | SEGMENT_SENTENCE;
    for (uint32_t w = 0; w < sentence->count; w++) {
        const corpus_word *word = &sentence->words[w];
        const char *form = vary ? exchange(word->form, random) : word->form;
        bool opens = (w == 0 || word[-1].space_after) && !word->space_after;
        append(self, quoted(self, form, style, opens), mark);
        mark = SEGMENT_WORD;
        if (word->space_after && w + 1 < sentence->count)
            append(self, " ", 0);
    }
}

void segment_text_make(segment_text *self, const corpus_sentence *sentences, size_t count, bool vary,
                       uint64_t *random)
{
    gs_buffer_clear(&self->bytes);
    quotes style = QUOTES_KEPT;
    if (vary)
        style = (quotes)(QUOTES_CURLY + (int)(segment_random(random) & 1));
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            append(self, " ", 0);
        append_sentence(self, &sentences[i], vary, style, random);
    }
}
