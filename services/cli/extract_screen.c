// A marked article in lines of a terminal: the text, a table of the speakers, and a line for each statement.
//
// With colour, a speaker has one, content is underlined, the source bold and the cue in italics; without,
// content stands in ⟦ ⟧, the source in _ _ and the cue in * *. Where the contents of two statements share
// words, both have brackets in either case, with the number at the end too, so that it shows which one ends.
#include "extract_screen.h"

#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "grid.h"
#include "terminal.h"
#include "words.h"

enum { TEXT_COLUMNS = 100, LEAST_COLUMNS = 20, NUMBER = 24 };

typedef struct screen {
    gs_flow flow; // of the article's text
    const gs_marked *marked;
    gs_arena *arena;
    gs_buffer *out;
    size_t width;
    bool colour;
} screen;

// ---- marks -----------------------------------------------------------------------------------------

static gs_style colour_of(const screen *self, size_t statement)
{
    static const gs_style COLOURS[] = {36, 35, 33, 32, 94, 31};
    return COLOURS[self->marked->speaker_of[statement] % (sizeof COLOURS / sizeof COLOURS[0])];
}

static void write_number(screen *self, gs_flow *flow, size_t statement)
{
    char number[NUMBER];
    snprintf(number, sizeof number, "[%zu]", statement + 1);
    gs_flow_words(flow, number, colour_of(self, statement) | GS_BOLD);
}

// Of statements that share a source or a cue, the first one's mark is drawn.
static const char *sign_of(const screen *self, const gs_mark *mark)
{
    bool none = self->colour || mark->twin;
    return none ? "" : mark->part == GS_MARK_SOURCE ? "_" : mark->part == GS_MARK_CUE ? "*" : "";
}

static bool has_brackets(const screen *self, const gs_mark *mark)
{
    return mark->part == GS_MARK_CONTENT && (!self->colour || mark->entangled);
}

static void open_mark(screen *self, const gs_mark *mark, const gs_piece *piece)
{
    if (gs_piece_numbers(piece, mark))
        write_number(self, &self->flow, mark->statement);
    if (has_brackets(self, mark))
        gs_flow_words(&self->flow, "⟦", colour_of(self, mark->statement));
    gs_flow_words(&self->flow, sign_of(self, mark), 0);
}

static void close_mark(screen *self, const gs_mark *mark)
{
    gs_flow_words(&self->flow, sign_of(self, mark), 0);
    if (has_brackets(self, mark))
        gs_flow_words(&self->flow, "⟧", colour_of(self, mark->statement));
    if (mark->entangled)
        write_number(self, &self->flow, mark->statement);
}

static gs_style style_over(const screen *self, const gs_piece *piece, gs_style base)
{
    gs_style style = base;
    for (size_t i = 0; i < piece->depth; i++) {
        const gs_mark *mark = piece->over[i];
        style = (style & ~(gs_style)0xff) | colour_of(self, mark->statement);
        style |= mark->part == GS_MARK_CONTENT  ? GS_UNDERLINE
                 : mark->part == GS_MARK_SOURCE ? GS_BOLD
                                                : GS_ITALIC;
    }
    return style;
}

// Lines that the article itself breaks, as a transcript does, stay broken.
static void write_words(screen *self, gs_view text, gs_style style)
{
    for (size_t at = 0; at < text.size;) {
        size_t end = gs_view_find(text, gs_view_of("\n"), at);
        bool breaks = end != SIZE_MAX;
        end = breaks ? end : text.size;
        gs_flow_text(&self->flow, gs_view_slice(text, at, end), style);
        if (breaks)
            gs_flow_line(&self->flow);
        at = end + breaks;
    }
}

// ---- the article -----------------------------------------------------------------------------------

// The numbers of statements that have no place in the text: they were read from the title.
static void write_title(screen *self)
{
    const gs_marked *marked = self->marked;
    bool any = false;
    for (size_t i = 0; i < marked->statement_count; i++)
        if (!marked->placed[i]) {
            write_number(self, &self->flow, i);
            any = true;
        }
    if (any)
        gs_flow_words(&self->flow, " ", 0);
    if (!marked->title_in_text)
        gs_flow_words(&self->flow, marked->article->title, GS_BOLD);
    if (any || (marked->article->title[0] && !marked->title_in_text))
        gs_flow_line(&self->flow);
}

static void write_origin(screen *self)
{
    const gs_article *article = self->marked->article;
    char published[GS_WORDS_TIME];
    gs_words_time(article->published, published);
    gs_flow_text(&self->flow, gs_words_origin(article), GS_DIM);
    const char *more[] = {published, article->byline, article->url};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (more[i][0]) {
            gs_flow_words(&self->flow, " · ", GS_DIM);
            gs_flow_words(&self->flow, more[i], GS_DIM);
        }
    gs_flow_line(&self->flow);
}

static void write_article(screen *self)
{
    gs_walk walk = gs_marked_walk(self->marked, self->arena);
    const gs_mark **open = gs_arena_alloc(self->arena, (self->marked->mark_count + 1) * sizeof(gs_mark *));
    size_t depth = 0, paragraph = 0;
    gs_piece piece;
    write_title(self);
    if (!self->marked->title_in_text)
        write_origin(self);
    while (gs_walk_next(&walk, &piece)) {
        while (depth > piece.kept)
            close_mark(self, open[--depth]);
        if (piece.starts_paragraph) {
            if (paragraph > 0)
                gs_flow_line(&self->flow);
            if (paragraph == 1 && self->marked->title_in_text)
                write_origin(self);
            if (paragraph > 0 || !self->marked->title_in_text)
                gs_buffer_byte(self->out, '\n');
            paragraph++;
        }
        for (; depth < piece.depth; depth++) {
            open[depth] = piece.over[depth];
            open_mark(self, open[depth], &piece);
        }
        bool title = paragraph == 1 && self->marked->title_in_text;
        write_words(self, piece.text, style_over(self, &piece, title ? GS_BOLD : 0));
    }
    while (depth > 0)
        close_mark(self, open[--depth]);
    gs_flow_line(&self->flow);
}

static void write_legend(screen *self)
{
    gs_flow *flow = &self->flow;
    gs_buffer_byte(self->out, '\n');
    if (self->marked->statement_count == 0) {
        gs_flow_words(flow, "No statements.", GS_DIM);
    } else {
        gs_flow_words(flow, "[1] number of a statement, ", GS_DIM);
        gs_flow_words(flow, self->colour ? "its words" : "⟦its words⟧", GS_DIM | GS_UNDERLINE);
        gs_flow_words(flow, ", ", GS_DIM);
        gs_flow_words(flow, self->colour ? "who said them" : "_who said them_", GS_DIM | GS_BOLD);
        gs_flow_words(flow, ", ", GS_DIM);
        gs_flow_words(flow, self->colour ? "the word that tells" : "*the word that tells*",
                      GS_DIM | GS_ITALIC);
    }
    gs_flow_line(flow);
}

// ---- the speakers ----------------------------------------------------------------------------------

// "1, 4-6"
static const char *numbers_of(screen *self, const gs_marked_speaker *speaker)
{
    gs_buffer out = {0};
    for (size_t i = 0, end; i < speaker->statement_count; i = end) {
        size_t first = speaker->statements[i] + 1;
        for (end = i + 1; end < speaker->statement_count; end++)
            if (speaker->statements[end] + 1 != first + (end - i))
                break;
        gs_buffer_format(&out, "%s%zu", i > 0 ? ", " : "", first);
        if (end - i > 1)
            gs_buffer_format(&out, "%s%zu", end - i > 2 ? "-" : ", ", first + (end - i) - 1);
    }
    const char *text = gs_arena_text(self->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return text;
}

static const char *kind_of(screen *self, const gs_marked_speaker *speaker)
{
    char kind[GS_WORDS_ENUM];
    gs_words_enum(&gainsay__v1__speaker__kind__descriptor, (int)speaker->kind, kind);
    return gs_arena_format(self->arena, "%s%s%s", kind, kind[0] && speaker->official ? ", " : "",
                           speaker->official ? "official" : "");
}

static void write_speakers(screen *self)
{
    static const char *const HEADS[] = {"No.", "Speaker", "Role", "Organisation", "Country", "Kind", "Said"};
    enum { COLUMNS = sizeof HEADS / sizeof HEADS[0] };
    const gs_marked *marked = self->marked;
    gs_grid_cell *cells = gs_arena_alloc(self->arena, (marked->speaker_count + 1) * COLUMNS * sizeof *cells);
    for (size_t i = 0; i < marked->speaker_count; i++) {
        const gs_marked_speaker *speaker = &marked->speakers[i];
        gs_style style = colour_of(self, speaker->statements[0]);
        gs_grid_cell row[COLUMNS] = {{numbers_of(self, speaker), style | GS_BOLD},
                                     {gs_words_name(speaker->name, speaker->kind), style},
                                     {speaker->role, 0},
                                     {speaker->organisation, 0},
                                     {speaker->country, 0},
                                     {kind_of(self, speaker), 0},
                                     {gs_arena_format(self->arena, "%zu", speaker->statement_count), 0}};
        memcpy(&cells[i * COLUMNS], row, sizeof row);
    }
    gs_buffer_byte(self->out, '\n');
    gs_grid_write(self->out, self->width, self->colour, HEADS, COLUMNS, cells, marked->speaker_count);
    gs_buffer_byte(self->out, '\n');
}

// ---- the statements --------------------------------------------------------------------------------

static void write_fact(gs_flow *flow, const char *label, const char *text)
{
    if (!text || !text[0])
        return;
    gs_flow_words(flow, " · ", GS_DIM);
    gs_flow_words(flow, label, GS_DIM);
    gs_flow_words(flow, text, 0);
}

static void write_topics(gs_flow *flow, const gs_statement *statement)
{
    for (size_t i = 0; i < statement->n_topics; i++) {
        gs_flow_words(flow, i > 0 ? ", " : " · about ", GS_DIM);
        gs_flow_words(flow, statement->topics[i], 0);
    }
}

static void write_statement(screen *self, size_t index)
{
    const gs_statement *statement = self->marked->statements[index];
    const gs_marked_speaker *speaker = &self->marked->speakers[self->marked->speaker_of[index]];
    char form[GS_WORDS_ENUM], act[GS_WORDS_ENUM], confidence[NUMBER], outer[NUMBER] = "";
    size_t within = gs_marked_outer(self->marked, index);
    gs_words_enum(&gainsay__v1__statement__form__descriptor, (int)statement->form, form);
    gs_words_enum(&gainsay__v1__statement__act__descriptor, (int)statement->act, act);
    snprintf(confidence, sizeof confidence, "%.2f", statement->confidence);
    if (within != SIZE_MAX)
        snprintf(outer, sizeof outer, "[%zu]", within + 1);
    gs_flow flow;
    gs_flow_begin(&flow, self->out, self->width, self->colour);
    write_number(self, &flow, index);
    gs_flow_words(&flow, " ", 0);
    flow.indent = (size_t)snprintf(NULL, 0, "[%zu] ", self->marked->statement_count);
    gs_flow_words(&flow, gs_words_name(speaker->name, speaker->kind), colour_of(self, index));
    if (!speaker->name[0] && speaker->role[0]) {
        gs_flow_words(&flow, " ", 0);
        gs_flow_words(&flow, speaker->role, colour_of(self, index));
    }
    write_fact(&flow, "", form);
    write_fact(&flow, "", act);
    write_fact(&flow, "on ", statement->said_on);
    write_fact(&flow, "of: ", statement->event_time);
    write_fact(&flow, "at: ", statement->venue);
    write_fact(&flow, "to: ", statement->addressee);
    write_fact(&flow, "denies: ", statement->denied_claim);
    write_fact(&flow, "claim of ", statement->denied_speaker);
    write_topics(&flow, statement);
    write_fact(&flow, "confidence ", confidence);
    write_fact(&flow, "within ", outer);
    write_fact(&flow, "", statement->headline ? "headline" : "");
    gs_flow_line(&flow);
}

void gs_extract_screen(gs_buffer *out, const gs_marked *marked, size_t width, bool colour, gs_arena *arena)
{
    screen self = {.marked = marked,
                   .arena = arena,
                   .out = out,
                   .width = width > LEAST_COLUMNS ? width : LEAST_COLUMNS,
                   .colour = colour};
    gs_flow_begin(&self.flow, out, self.width < TEXT_COLUMNS ? self.width : TEXT_COLUMNS, colour);
    write_article(&self);
    write_legend(&self);
    if (marked->statement_count > 0)
        write_speakers(&self);
    for (size_t i = 0; i < marked->statement_count; i++)
        write_statement(&self, i);
    gs_buffer_byte(out, '\n');
}
