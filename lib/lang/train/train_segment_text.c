// Treebank sentences back to running text, with the begins of words and sentences marked.
//
// Treebanks are web and mail for a good part; news writes some things in other ways. On the varied pass
// quotation marks change between curly and straight, double and single, a paragraph at a time; abbreviations
// that keep their full stop change places with others of their group, so that "Sen." is learned from "Mr."
// and "Calif." from "Inc.", and some close a sentence whose full stop they share; and some paragraphs get a
// dateline or a speaker's name and a colon, which begin the first sentence and do not end one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train_segment.h"
#include "neural/train/random.h"

enum {
    GROUP_WORDS = 40,
    GROUP_CLOSING = 2, // groups whose words may close a sentence
    GROUP_CLOSING_LAST = 4,
    // how often, once in so many
    CLOSING_IN = 6,
    INSIDE_IN = 60,
    SINGLE_IN = 4,
    OPENING_IN = 20,
    SURNAME_IN = 8,
    TITLED_IN = 2,
};

// Forms that stand in each other's place.
static const char *const groups[][GROUP_WORDS] = {
    {"Mr.",     "Mrs.",  "Ms.",   "Dr.",  "Prof.", "Sen.", "Rep.",  "Gov.",  "Gen.",  "Lt.",
     "Col.",    "Capt.", "Sgt.",  "Rev.", "Hon.",  "Adm.", "Maj.",  "Pres.", "Sens.", "Reps.",
     "Messrs.", "Brig.", "Cmdr.", "Cpl.", "Det.",  "Amb.", "Supt.", "Insp.", "St."},
    {"Jan.", "Feb.", "Mar.", "Apr.", "Aug.", "Sept.", "Sep.", "Oct.", "Nov.", "Dec."},
    {"Inc.", "Corp.", "Co.", "Ltd.", "Bros.", "Jr.", "Sr.", "Cos.", "Assn.", "Dept."},
    {"Calif.", "Ariz.", "Colo.", "Conn.", "Fla.",  "Ga.",   "Ill.",  "Ind.",  "Kan.", "Ky.",
     "La.",    "Mass.", "Md.",   "Mich.", "Minn.", "Mo.",   "Miss.", "Mont.", "Neb.", "Nev.",
     "N.C.",   "N.H.",  "N.J.",  "N.M.",  "N.Y.",  "N.D.",  "Okla.", "Ore.",  "Pa.",  "R.I.",
     "S.C.",   "S.D.",  "Tenn.", "Va.",   "Vt.",   "Wash.", "W.Va.", "Wis.",  "Wyo.", "Tex."},
    {"U.S.", "U.K.", "U.N.", "E.U.", "D.C."},
    {"...", "\xE2\x80\xA6"},
    {"--", "\xE2\x80\x94", "\xE2\x80\x93"},
};

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
        if (found)
            return groups[g][gs_random_next(random) % count];
    }
    return form;
}

static bool one_in(uint64_t *random, uint32_t times)
{
    return gs_random_next(random) % times == 0;
}

typedef struct text_style { // how a paragraph writes its marks
    bool vary;
    bool curly, single; // quotation marks
} text_style;

static uint32_t exchange_mark(uint32_t c, text_style style, bool opens, bool alone)
{
    switch (c) {
    case '"':
    case 0x201C:
    case 0x201D:
        if (c != '"')
            opens = c == 0x201C;
        if (style.single)
            return !style.curly ? '\'' : opens ? 0x2018 : 0x2019;
        return !style.curly ? '"' : opens ? 0x201C : 0x201D;
    case '\'':
        return !style.curly ? '\'' : opens && alone ? 0x2018 : 0x2019;
    case 0x2018:
    case 0x2019:
        return style.curly ? c : '\'';
    default:
        return c;
    }
}

// The form with its marks exchanged. A straight mark is an opening one where white space stands before it and
// none behind it.
static const char *quoted(segment_text *self, const char *form, text_style style, bool opens)
{
    if (!style.vary || strpbrk(form, "'\"\xE2") == NULL)
        return form;
    gs_buffer_clear(&self->form);
    gs_view view = gs_view_of(form);
    for (size_t at = 0; at < view.size;)
        gs_utf8_append(&self->form, exchange_mark(gs_utf8_next(view, &at), style, opens, view.size == 1));
    return self->form.data;
}

#define PICK(list, random) (list)[gs_random_next(random) % (sizeof(list) / sizeof *(list))]

// "BEIJING, April 24 (Xinhua) --" or "Reporter:", word by word.
static void append_opening(segment_text *self, uint64_t *random)
{
    static const char *const places[] = {"BEIJING",  "WASHINGTON", "LONDON", "GENEVA", "MOSCOW",
                                         "NEW YORK", "TEHRAN",     "Paris",  "SEOUL",  "BRUSSELS",
                                         "Kyiv",     "TOKYO",      "CAIRO",  "Berlin"};
    static const char *const months[] = {"April", "May",   "Jan.", "Sept.", "Sept",
                                         "Dec.",  "March", "Nov",  "Oct."};
    static const char *const agencies[] = {"Xinhua", "Reuters", "AP", "UPI", "AFP", "CNN", "TASS"};
    static const char *const dashes[] = {"-", "--", "\xE2\x80\x93", "\xE2\x80\x94"};
    static const char *const speakers[] = {
        "Q",         "A",      "Reporter",          "MR. SMITH", "THE PRESIDENT",
        "Question",  "Lavrov", "SECRETARY BLINKEN", "Mao Ning",  "Leavitt",
        "MS. PSAKI", "AFP"};
    uint8_t mark = SEGMENT_WORD | SEGMENT_SENTENCE;
    bool speaker = one_in(random, 2);
    const char *words = speaker ? PICK(speakers, random) : PICK(places, random);
    char word[32];
    for (size_t size; *words; words += size + (words[size] == ' ')) {
        size = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)size, words);
        append(self, word, mark);
        mark = SEGMENT_WORD;
        if (words[size] == ' ')
            append(self, " ", 0);
    }
    if (speaker) {
        append(self, ":", mark);
        append(self, " ", 0);
        return;
    }
    if (one_in(random, 2)) {
        append(self, ",", mark);
        append(self, " ", 0);
        append(self, PICK(months, random), mark);
        append(self, " ", 0);
        snprintf(word, sizeof word, "%u", 1 + (unsigned)(gs_random_next(random) % 31));
        append(self, word, mark);
    }
    append(self, " ", 0);
    if (one_in(random, 2)) {
        append(self, "(", mark);
        append(self, PICK(agencies, random), mark);
        append(self, ")", mark);
        append(self, " ", 0);
    }
    append(self, PICK(dashes, random), mark);
    append(self, " ", 0);
}

// Some names become abbreviations; at the end of a sentence, one whose full stop is the sentence's too: then
// true, and the full stop is not to be written.
static bool append_abbreviation(segment_text *self, const corpus_sentence *sentence, uint32_t w,
                                uint64_t *random)
{
    const corpus_word *word = &sentence->words[w], *next = word + 1;
    if (w == 0 || w + 1 >= sentence->count || word->upos != GS_PROPN || word->multiword)
        return false;
    bool closes = w + 2 == sentence->count && strcmp(next->form, ".") == 0;
    if (!closes && !word->space_after && strcmp(next->form, ",") != 0)
        return false;
    if (!one_in(random, closes ? CLOSING_IN : INSIDE_IN))
        return false;
    const char *const *group = PICK(groups, random);
    if (group < groups[GROUP_CLOSING] || group > groups[GROUP_CLOSING_LAST])
        return false;
    size_t count = 0;
    while (count < GROUP_WORDS && group[count])
        count++;
    append(self, group[gs_random_next(random) % count], SEGMENT_WORD);
    return true;
}

// Is the form one of the titles, group 0?
static bool is_title(const char *form)
{
    for (size_t i = 0; i < GROUP_WORDS && groups[0][i]; i++)
        if (strcmp(groups[0][i], form) == 0)
            return true;
    return false;
}

// A short surname at a sentence's end looks like an abbreviation with its full stop, and is none: "…, said
// He." And behind a title it begins no sentence: "Gen. He".
static const char *short_surname(const corpus_sentence *sentence, uint32_t w, uint64_t *random)
{
    static const char *const surnames[] = {"He",  "An",  "So",   "Li",   "Hu",   "Ma",   "Xi",  "Wu",  "Lu",
                                           "Yi",  "Ho",  "Ng",   "Oh",   "Ko",   "Do",   "Yu",  "Xu",  "Bo",
                                           "Le",  "Vo",  "Qi",   "Wen",  "Mao",  "Kim",  "Lee", "Han", "Cho",
                                           "Fox", "May", "Will", "Rice", "Long", "Young"};
    const corpus_word *word = &sentence->words[w];
    bool closes = w > 0 && w + 2 == sentence->count && strcmp(word[1].form, ".") == 0 && word->multiword == 0;
    bool titled = w > 0 && w + 1 < sentence->count && word->upos == GS_PROPN && is_title(word[-1].form);
    bool named = word->upos == GS_PROPN || word->upos == GS_NOUN;
    if (titled ? one_in(random, TITLED_IN) : closes && named && one_in(random, SURNAME_IN))
        return PICK(surnames, random);
    return NULL;
}

static void append_sentence(segment_text *self, const corpus_sentence *sentence, text_style style, bool begun,
                            uint64_t *random)
{
    uint8_t mark = begun ? SEGMENT_WORD : SEGMENT_WORD | SEGMENT_SENTENCE;
    for (uint32_t w = 0; w < sentence->count; w++) {
        const corpus_word *word = &sentence->words[w];
        if (style.vary && append_abbreviation(self, sentence, w, random)) {
            if (w + 2 == sentence->count)
                return;
        } else {
            const char *form = style.vary ? short_surname(sentence, w, random) : NULL;
            if (!form)
                form = style.vary ? exchange(word->form, random) : word->form;
            bool opens = (w == 0 || word[-1].space_after) && !word->space_after;
            append(self, quoted(self, form, style, opens), mark);
        }
        mark = SEGMENT_WORD;
        if (word->space_after && w + 1 < sentence->count)
            append(self, " ", 0);
    }
}

void segment_text_make(segment_text *self, const corpus_sentence *sentences, size_t count, bool vary,
                       uint64_t *random)
{
    gs_buffer_clear(&self->bytes);
    text_style style = {.vary = vary};
    bool opening = false;
    if (vary) {
        style.curly = one_in(random, 2);
        style.single = one_in(random, SINGLE_IN);
        opening = one_in(random, OPENING_IN);
    }
    if (opening)
        append_opening(self, random);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            append(self, " ", 0);
        append_sentence(self, &sentences[i], style, opening && i == 0, random);
    }
}
