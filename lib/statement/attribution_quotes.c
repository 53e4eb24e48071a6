// Which words stand in quotation marks, and in which quotation.
//
// A paragraph begins outside; so a quotation over several paragraphs, each opened anew, is open to the end of
// each, and a closing mark that is missing or too many spoils one paragraph at most. Marks that show their
// side are taken at their word: “ ” `` '' « » „; but a ” before a word opens where nothing is open, and a “
// behind one closes, as they are typed by mistake. A straight one tells it by the space beside it, and where
// it stands between two spaces or none by whether a quotation is open. An opening mark within a quotation
// begins a new one: the closing mark was forgotten. Single marks count outside of double ones, and only if
// they are words of their own and the other one follows in the paragraph: most of them are apostrophes.
#include "attribution_features.h"

#include <string.h>

#include "attribution_internal.h"

typedef enum mark_kind {
    MARK_NONE,
    MARK_OPEN,
    MARK_CLOSE,
    MARK_LOW,      // „ opens; “ or ” closes
    MARK_STRAIGHT, // "
    MARK_LEFT,     // « opens, or closes what » opened
    MARK_RIGHT,
    MARK_SINGLE_OPEN,
    MARK_SINGLE_CLOSE,
    MARK_SINGLE, // '
} mark_kind;

static const struct {
    const char *form;
    mark_kind kind;
} MARKS[] = {
    {"\"", MARK_STRAIGHT},
    {"\xE2\x80\x9C", MARK_OPEN},  // “
    {"\xE2\x80\x9D", MARK_CLOSE}, // ”
    {"\xE2\x80\x9E", MARK_LOW},   // „
    {"``", MARK_OPEN},
    {"''", MARK_CLOSE},
    {"\xC2\xAB", MARK_LEFT},             // «
    {"\xC2\xBB", MARK_RIGHT},            // »
    {"\xE2\x80\x98", MARK_SINGLE_OPEN},  // ‘
    {"\xE2\x80\x99", MARK_SINGLE_CLOSE}, // ’
    {"`", MARK_SINGLE_OPEN},
    {"'", MARK_SINGLE},
};

// What is open.
typedef enum open_kind { OPEN_NONE, OPEN_DOUBLE, OPEN_LOW, OPEN_LEFT, OPEN_RIGHT, OPEN_SINGLE } open_kind;

typedef struct quoting {
    const gs_parse *parse;
    st_features *out;
    uint32_t word, end; // the current word, and behind the paragraph's last
    open_kind open;
    uint32_t begin; // of what is open
    uint32_t count; // quotations so far
} quoting;

static mark_kind mark_of(const gs_parse *parse, uint32_t word)
{
    const gs_word *at = &parse->words[word];
    size_t size = at->end - at->begin;
    if (size > 3)
        return MARK_NONE;
    for (size_t m = 0; m < sizeof MARKS / sizeof MARKS[0]; m++)
        if (strlen(MARKS[m].form) == size && memcmp(parse->text.data + at->begin, MARKS[m].form, size) == 0)
            return MARKS[m].kind;
    return MARK_NONE;
}

static bool space_after(const quoting *self)
{
    return self->word + 1 == self->end || self->parse->words[self->word + 1].space_before;
}

// Which of two ways a mark without a side looks: 1 opening, -1 closing, 0 either.
static int side_of(const quoting *self)
{
    bool before = self->parse->words[self->word].space_before, after = space_after(self);
    return before == after ? 0 : before ? 1 : -1;
}

// A single closing mark follows in the paragraph.
static bool single_closes(const quoting *self)
{
    for (uint32_t i = self->word + 1; i < self->end && i < self->word + ST_WINDOW_WORDS; i++) {
        mark_kind kind = mark_of(self->parse, i);
        if ((kind == MARK_SINGLE_CLOSE || kind == MARK_SINGLE) && !self->parse->words[i].space_before)
            return true;
    }
    return false;
}

// Whether the mark at the word closes what is open.
static bool closes(const quoting *self, mark_kind kind)
{
    switch (self->open) {
    case OPEN_DOUBLE:
        return kind == MARK_CLOSE || kind == MARK_STRAIGHT || (kind == MARK_OPEN && side_of(self) < 0);
    case OPEN_LOW:
        return kind == MARK_OPEN || kind == MARK_CLOSE;
    case OPEN_LEFT:
        return kind == MARK_RIGHT;
    case OPEN_RIGHT:
        return kind == MARK_LEFT;
    case OPEN_SINGLE:
        return (kind == MARK_SINGLE_CLOSE || kind == MARK_SINGLE) &&
               !self->parse->words[self->word].space_before;
    case OPEN_NONE:
        break;
    }
    return false;
}

// What the mark at the word opens now; OPEN_NONE: nothing.
static open_kind opens(const quoting *self, mark_kind kind)
{
    bool doubled = self->open != OPEN_NONE && self->open != OPEN_SINGLE;
    if (kind == MARK_LOW)
        return OPEN_LOW;
    if (kind == MARK_OPEN)
        return closes(self, kind) ? OPEN_NONE : OPEN_DOUBLE;
    if (kind == MARK_CLOSE && self->open == OPEN_NONE && side_of(self) > 0)
        return OPEN_DOUBLE;
    if (kind == MARK_STRAIGHT && (side_of(self) > 0 || (side_of(self) == 0 && !doubled)))
        return OPEN_DOUBLE;
    if (kind == MARK_LEFT && self->open != OPEN_RIGHT)
        return OPEN_LEFT;
    if (kind == MARK_RIGHT && self->open != OPEN_LEFT)
        return OPEN_RIGHT;
    bool single = kind == MARK_SINGLE_OPEN || (kind == MARK_SINGLE && side_of(self) > 0);
    return single && self->open == OPEN_NONE && single_closes(self) ? OPEN_SINGLE : OPEN_NONE;
}

// Words [begin, to) are the open quotation; now their number is known.
static void finish(quoting *self, uint32_t to)
{
    static const uint16_t FROM[ST_QUOTE_LENGTHS] = {0, 4, 6, 10, 20, 40}; // words, marks included
    uint8_t length = 1;
    while (length < ST_QUOTE_LENGTHS && to - self->begin >= FROM[length])
        length++;
    for (uint32_t i = self->begin; i < to; i++) {
        self->out->quotation[i] = self->count;
        self->out->length[i] = length;
    }
    self->count++;
    self->open = OPEN_NONE;
}

static void read_paragraph(quoting *self, uint32_t begin)
{
    for (self->word = begin; self->word < self->end; self->word++) {
        mark_kind kind = mark_of(self->parse, self->word);
        open_kind open = kind == MARK_NONE ? OPEN_NONE : opens(self, kind);
        uint8_t *quote = &self->out->quote[self->word];
        if (open != OPEN_NONE) {
            if (self->open != OPEN_NONE)
                finish(self, self->word);
            self->open = open;
            self->begin = self->word;
            *quote = ST_QUOTE_OPEN;
        } else if (kind != MARK_NONE && closes(self, kind)) {
            finish(self, self->word + 1);
            *quote = ST_QUOTE_CLOSE;
        } else {
            *quote = self->open == OPEN_NONE ? ST_QUOTE_OUT : ST_QUOTE_IN;
        }
    }
    if (self->open != OPEN_NONE)
        finish(self, self->end);
}

void st_quotations_read(const gs_parse *parse, st_features *out)
{
    quoting self = {.parse = parse, .out = out};
    for (size_t i = 0; i < parse->word_count; i++)
        out->quotation[i] = ST_NO_QUOTATION;
    for (size_t s = 0; s < parse->sentence_count;) {
        uint32_t begin = parse->sentences[s].word_begin, paragraph = parse->sentences[s].paragraph;
        for (self.end = begin; s < parse->sentence_count && parse->sentences[s].paragraph == paragraph; s++)
            self.end = parse->sentences[s].word_end;
        read_paragraph(&self, begin);
    }
}
