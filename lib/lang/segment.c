// Text to words and sentences: paragraphs and lines by rules, what is inside them by the learned steps.
//
// A paragraph is worked on in windows (segment_internal.h). A window that is full before the paragraph ends
// is left at its last sentence end, and the rest is read again in the next one; if that would throw away more
// than half of it, the sentence is ended instead. So time stays linear, and a text of ordinary paragraphs
// never sees a window's edge.
#include "segment_internal.h"

#include <stdlib.h>
#include <string.h>

struct lang_segmenter {
    seg_model model; // borrows the section
};

typedef struct seg_writer {
    const lang_segmenter *self;
    seg_judge judge;
    gs_view text;
    gs_arena *arena;
    gs_parse *parse;
    size_t word_capacity, sentence_capacity;
    seg_window *window;
    uint32_t paragraph;
} seg_writer;

lang_segmenter *lang_segmenter_new(gs_view section, gs_error *error)
{
    seg_model model;
    if (!seg_model_read(&model, section, error))
        return NULL;
    lang_segmenter *self = gs_allocate(sizeof *self);
    self->model = model;
    return self;
}

void lang_segmenter_free(lang_segmenter **self_p)
{
    free(*self_p);
    *self_p = NULL;
}

// ---- growing the result

// Room for one more item; the old array stays behind in the arena, at most as much as is in use.
static void *grow(gs_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 64;
    void *more = gs_arena_alloc(arena, *capacity * size);
    if (count)
        memcpy(more, items, count * size);
    return more;
}

static void add_word(seg_writer *writer, size_t begin, size_t end, bool space)
{
    gs_parse *parse = writer->parse;
    parse->words =
        grow(writer->arena, parse->words, parse->word_count, &writer->word_capacity, sizeof *parse->words);
    parse->words[parse->word_count++] = (gs_word){.begin = (uint32_t)begin,
                                                  .end = (uint32_t)end,
                                                  .sentence = (uint32_t)parse->sentence_count,
                                                  .head = GS_WORD_ROOT,
                                                  .space_before = space,
                                                  .lemma = ""};
}

// A run of letters or marks may be longer than a word may be.
static void add_token(seg_writer *writer, const seg_token *token)
{
    size_t begin = token->begin;
    // Not the token's own word for it: a window of atoms may have begun inside what is written without a
    // space.
    const gs_parse *parse = writer->parse;
    bool space = begin == 0 || parse->word_count == 0 || begin > parse->words[parse->word_count - 1].end;
    while (token->end - begin > GS_LIMIT_WORD_BYTES) {
        size_t end = begin + GS_LIMIT_WORD_BYTES;
        for (int i = 0; i < 3 && ((unsigned char)writer->text.data[end] & 0xC0) == 0x80; i++)
            end--;
        add_word(writer, begin, end, space);
        begin = end;
        space = false;
    }
    add_word(writer, begin, token->end, space);
}

static void end_sentence(seg_writer *writer, size_t word_begin, size_t empty_at)
{
    gs_parse *parse = writer->parse;
    parse->sentences = grow(writer->arena, parse->sentences, parse->sentence_count,
                            &writer->sentence_capacity, sizeof *parse->sentences);
    bool empty = word_begin == parse->word_count;
    parse->sentences[parse->sentence_count++] =
        (gs_parse_sentence){.begin = empty ? (uint32_t)empty_at : parse->words[word_begin].begin,
                            .end = empty ? (uint32_t)empty_at : parse->words[parse->word_count - 1].end,
                            .word_begin = (uint32_t)word_begin,
                            .word_end = (uint32_t)parse->word_count,
                            .paragraph = writer->paragraph};
}

// ---- windows

static void fill(seg_writer *writer, seg_scanner *scanner)
{
    seg_window *window = writer->window;
    seg_scan(scanner, window);
    if (!window->to_end) { // leave the window at white space, so that no word is cut
        size_t count = window->atom_count;
        while (count > SEG_WINDOW / 2 && !(window->atoms[count - 1].flags & SEG_SPACE))
            count--;
        if (count > SEG_WINDOW / 2 + 1) {
            window->atom_count = count - 1;
            memset(window->atoms + window->atom_count, 0, SEG_PAD * sizeof(seg_atom));
            window->atoms[window->atom_count].flags = SEG_SPACE;
        }
    }
    seg_cut(&writer->judge, window, writer->text);
    seg_join(&writer->judge, window);
}

static void read_line(seg_writer *writer, size_t begin, size_t end)
{
    seg_window *window = writer->window;
    seg_scanner scanner = {.text = gs_view_slice(writer->text, 0, end), .at = begin, .line = begin};
    size_t word_begin = writer->parse->word_count;
    while (scanner.at < end) {
        fill(writer, &scanner);
        if (window->token_count == 0)
            continue;
        for (size_t i = 0; i < window->token_count; i++)
            add_token(writer, &window->tokens[i]);
        scanner.at = window->tokens[window->token_count - 1].end;
    }
    end_sentence(writer, word_begin, begin);
}

// Writes the window's sentences; the place to go on from.
static size_t write_sentences(seg_writer *writer)
{
    seg_window *window = writer->window;
    seg_state state = {0};
    size_t word_begin = writer->parse->word_count, ended = 0, ended_words = word_begin;
    for (size_t i = 0; i < window->token_count; i++) {
        add_token(writer, &window->tokens[i]);
        bool last = i + 1 == window->token_count;
        if (seg_end(&writer->judge, window, &state, i) || (last && window->to_end)) {
            end_sentence(writer, word_begin, 0);
            word_begin = ended_words = writer->parse->word_count;
            ended = i + 1;
        }
    }
    if (ended == window->token_count)
        return window->tokens[ended - 1].end;
    if (ended > window->token_count / 2) {
        writer->parse->word_count = ended_words;
        return window->tokens[ended].begin;
    }
    end_sentence(writer, word_begin, 0);
    return window->tokens[window->token_count - 1].end;
}

static void read_paragraph(seg_writer *writer, size_t begin, size_t end, uint32_t width)
{
    enum { LINE_LOOK = 600 }; // bytes to look back for the begin of a line
    seg_scanner scanner = {
        .text = gs_view_slice(writer->text, 0, end), .at = begin, .line = begin, .width = width};
    size_t sentences = writer->parse->sentence_count;
    while (scanner.at < end) {
        fill(writer, &scanner);
        if (writer->window->token_count > 0)
            scanner.at = write_sentences(writer);
        for (scanner.line = scanner.at; scanner.line > begin && scanner.at - scanner.line < LINE_LOOK;
             scanner.line--)
            if (writer->text.data[scanner.line - 1] == '\n')
                break;
    }
    if (writer->parse->sentence_count > sentences)
        writer->paragraph++;
}

// ---- paragraphs and lines

typedef struct seg_lines {
    bool blank;     // there is a blank line
    uint32_t width; // at which lines are wrapped; 0 if they are not
} seg_lines;

// The end of the line that begins at begin: the offset of its line feed, carriage return or both, or the
// text's end. *next: where the next one begins.
static size_t line_end(gs_view text, size_t begin, size_t *next)
{
    size_t end = begin;
    while (end < text.size && text.data[end] != '\n' && text.data[end] != '\r')
        end++;
    *next = end < text.size ? end + 1 : end;
    if (*next < text.size && text.data[end] == '\r' && text.data[*next] == '\n')
        ++*next;
    return end;
}

static bool is_blank(gs_view text, size_t begin, size_t end)
{
    while (begin < end)
        if (!seg_is_space(gs_utf8_next(text, &begin)))
            return false;
    return true;
}

// Lines that are wrapped are about equally long where another one follows: their width is what nine in ten of
// these keep to. Text whose lines are longer than a screen is wide has not been wrapped.
static seg_lines look_at_lines(gs_view text)
{
    enum { WIDTH_LEAST = 45, WIDTH_MOST = 132 };
    uint32_t lengths[WIDTH_MOST + 2] = {0}, followed = 0;
    size_t previous = SIZE_MAX; // length of the line before, if it was not blank
    bool content = false, blank_seen = false, blank = false;
    for (size_t at = 0; at < text.size;) {
        size_t next, end = line_end(text, at, &next), length = 0;
        bool empty = is_blank(text, at, end);
        for (size_t i = at; i < end && length <= WIDTH_MOST; i++)
            length += ((unsigned char)text.data[i] & 0xC0) != 0x80;
        blank |= !empty && content && blank_seen;
        blank_seen = empty;
        content |= !empty;
        if (previous != SIZE_MAX && !empty) {
            lengths[previous]++;
            followed++;
        }
        previous = empty ? SIZE_MAX : length;
        at = next;
    }
    seg_lines lines = {.blank = blank};
    uint32_t sum = 0, width = 0;
    while (width <= WIDTH_MOST && (sum += lengths[width]) * 10 < followed * 9)
        width++;
    if (followed > 0 && width >= WIDTH_LEAST && width <= WIDTH_MOST)
        lines.width = width;
    return lines;
}

static void read_paragraphs(seg_writer *writer)
{
    gs_view text = writer->text;
    seg_lines lines = look_at_lines(text);
    size_t begin = 0;
    for (size_t at = 0; at < text.size;) {
        size_t next, end = line_end(text, at, &next);
        bool blank = lines.blank && is_blank(text, at, end);
        if (blank || !lines.blank || next >= text.size) {
            read_paragraph(writer, begin, end, lines.width);
            begin = next;
        }
        at = next;
    }
}

static void read_lines(seg_writer *writer)
{
    gs_view text = writer->text;
    for (size_t at = 0; at < text.size;) {
        const char *feed = memchr(text.data + at, '\n', text.size - at);
        size_t end = feed ? (size_t)(feed - text.data) : text.size;
        read_line(writer, at, end);
        writer->paragraph++;
        at = end + (feed ? 1 : 0);
    }
}

void lang_segment(const lang_segmenter *self, gs_lang_division division, gs_parse *parse, gs_arena *arena)
{
    enum { BYTES_PER_WORD = 5, FIRST_WORDS_MOST = 1 << 16 };
    gs_view text = gs_view_slice(parse->text, 0, UINT32_MAX - GS_LIMIT_WORD_BYTES);
    size_t words = text.size / BYTES_PER_WORD + 16;
    seg_writer writer = {.self = self,
                         .judge = {.model = &self->model},
                         .text = text,
                         .arena = arena,
                         .parse = parse,
                         .word_capacity = words < FIRST_WORDS_MOST ? words : FIRST_WORDS_MOST};
    parse->words = gs_arena_alloc(arena, writer.word_capacity * sizeof *parse->words);
    parse->sentences = NULL;
    parse->word_count = parse->sentence_count = 0;
    writer.window = gs_arena_alloc(arena, sizeof *writer.window);
    seg_window_init(writer.window);
    if (division == GS_LANG_LINES)
        read_lines(&writer);
    else
        read_paragraphs(&writer);
}
