// Marks that may nest and cross, brought into pieces that only nest.
//
// The spans of a statement do not overlap among themselves, but those of two statements do: what the second
// one says is quoted inside the first. Marks are sorted by begin, the longer one first, so an outer mark is
// opened before the ones inside it. The walk keeps the marks over the current byte in that order; one that
// ends takes those after it along, and they begin again at once. That is all it takes to write a page or
// colour a terminal without ever closing what is not on top.
//
// Both are bounded: an article has at most GS_LIMIT_STATEMENTS statements, each with GS_LIMIT_SPANS spans.
#include "marked.h"

#include <stdlib.h>
#include <string.h>

#include "terminal.h"

// ---- speakers --------------------------------------------------------------------------------------

static const char *text_of(const char *text)
{
    return text ? text : "";
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(text_of(a), text_of(b)) == 0;
}

// A name and a side make a speaker; where there is no name, office and body do.
static bool is_same(const gs_marked_speaker *known, const gs_speaker *speaker)
{
    if (known->kind != speaker->kind || !same_text(known->name, speaker->name) ||
        !same_text(known->country, speaker->country))
        return false;
    if (known->name[0])
        return true;
    return same_text(known->role, speaker->role) && same_text(known->organisation, speaker->organisation);
}

static size_t find_speaker(gs_marked *self, const gs_speaker *speaker)
{
    static const gs_speaker nobody = GAINSAY__V1__SPEAKER__INIT;
    if (!speaker)
        speaker = &nobody;
    size_t found = 0;
    while (found < self->speaker_count && !is_same(&self->speakers[found], speaker))
        found++;
    gs_marked_speaker *known = &self->speakers[found];
    if (found == self->speaker_count) {
        *known = (gs_marked_speaker){.name = text_of(speaker->name),
                                     .role = "",
                                     .organisation = "",
                                     .country = text_of(speaker->country),
                                     .kind = speaker->kind};
        self->speaker_count++;
    }
    if (!known->role[0])
        known->role = text_of(speaker->role);
    if (!known->organisation[0])
        known->organisation = text_of(speaker->organisation);
    known->official |= speaker->official;
    return found;
}

static void gather_speakers(gs_marked *self, gs_arena *arena)
{
    self->speakers = gs_arena_alloc(arena, (self->statement_count + 1) * sizeof *self->speakers);
    self->speaker_of = gs_arena_alloc(arena, (self->statement_count + 1) * sizeof *self->speaker_of);
    for (size_t i = 0; i < self->statement_count; i++) {
        self->speaker_of[i] = find_speaker(self, self->statements[i]->speaker);
        self->speakers[self->speaker_of[i]].statement_count++;
    }
    size_t *next = gs_arena_alloc(arena, (self->statement_count + 1) * sizeof *next);
    for (size_t i = 0; i < self->speaker_count; i++) {
        self->speakers[i].statements = next;
        next += self->speakers[i].statement_count;
        self->speakers[i].statement_count = 0;
    }
    for (size_t i = 0; i < self->statement_count; i++) {
        gs_marked_speaker *speaker = &self->speakers[self->speaker_of[i]];
        speaker->statements[speaker->statement_count++] = i;
    }
}

size_t gs_marked_outer(const gs_marked *self, size_t statement)
{
    const char *outer = self->statements[statement]->nested_in;
    if (!outer || !outer[0])
        return SIZE_MAX;
    for (size_t i = 0; i < self->statement_count; i++)
        if (i != statement && same_text(self->statements[i]->statement_id, outer))
            return i;
    return SIZE_MAX;
}

// ---- marks -----------------------------------------------------------------------------------------

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static void add_marks(gs_marked *self, size_t statement, gs_mark_part part, gs_span *const *spans,
                      size_t count)
{
    gs_view text = gs_view_of(self->article->text);
    for (size_t i = 0; i < count; i++) {
        size_t begin = spans[i]->begin, end = spans[i]->end < text.size ? spans[i]->end : text.size;
        while (begin < end && is_space(text.data[begin]))
            begin++;
        while (begin < end && is_space(text.data[end - 1]))
            end--;
        if (begin >= end)
            continue;
        self->marks[self->mark_count++] = (gs_mark){.begin = begin,
                                                    .end = end,
                                                    .part = part,
                                                    .statement = statement,
                                                    .first = !self->placed[statement]};
        self->placed[statement] = true;
    }
}

static int outermost_first(const void *a, const void *b)
{
    const gs_mark *left = a, *right = b;
    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    if (left->end != right->end)
        return left->end > right->end ? -1 : 1;
    if (left->part != right->part)
        return left->part < right->part ? -1 : 1;
    return (left->statement > right->statement) - (left->statement < right->statement);
}

// One pass is enough: contents over the same byte share that byte, so all but the farthest were found before.
static void find_entangled(gs_marked *self)
{
    gs_mark *farthest = NULL;
    for (size_t i = 0; i < self->mark_count; i++) {
        gs_mark *mark = &self->marks[i];
        if (mark->part != GS_MARK_CONTENT)
            continue;
        if (farthest && mark->begin < farthest->end && mark->statement != farthest->statement)
            mark->entangled = farthest->entangled = true;
        if (!farthest || mark->end > farthest->end)
            farthest = mark;
    }
}

static void place_marks(gs_marked *self, gs_arena *arena)
{
    size_t most = 0;
    for (size_t i = 0; i < self->statement_count; i++) {
        const gs_statement *statement = self->statements[i];
        most += statement->n_content + statement->n_source + statement->n_cue;
    }
    self->marks = gs_arena_alloc(arena, (most + 1) * sizeof *self->marks);
    self->placed = gs_arena_zalloc(arena, (self->statement_count + 1) * sizeof *self->placed);
    for (size_t i = 0; i < self->statement_count; i++) {
        const gs_statement *statement = self->statements[i];
        add_marks(self, i, GS_MARK_CONTENT, statement->content, statement->n_content);
        add_marks(self, i, GS_MARK_SOURCE, statement->source, statement->n_source);
        add_marks(self, i, GS_MARK_CUE, statement->cue, statement->n_cue);
    }
    qsort(self->marks, self->mark_count, sizeof *self->marks, outermost_first);
    for (size_t i = 1; i < self->mark_count; i++) {
        const gs_mark *before = &self->marks[i - 1];
        gs_mark *mark = &self->marks[i];
        mark->twin = mark->begin == before->begin && mark->end == before->end && mark->part == before->part;
    }
    find_entangled(self);
}

// ---- paragraphs ------------------------------------------------------------------------------------

static size_t skip_space(gs_view text, size_t at)
{
    while (at < text.size && is_space(text.data[at]))
        at++;
    return at;
}

// The last byte before the blank line that ends the paragraph at `at`, and before the space there.
static size_t paragraph_end(gs_view text, size_t at)
{
    size_t end = at;
    for (size_t breaks = 0; at < text.size; at++) {
        if (!is_space(text.data[at])) {
            breaks = 0;
            end = at + 1;
        } else if (text.data[at] == '\n' && ++breaks == 2) {
            break;
        }
    }
    return end;
}

// The next code point, or one space for all the blanks there; 0 at the end, where blanks do not count.
static uint32_t next_folded(gs_view text, size_t *at)
{
    bool blank = false;
    while (*at < text.size) {
        size_t next = *at;
        uint32_t point = gs_utf8_next(text, &next);
        if (!gs_terminal_blank(point)) {
            *at = blank ? *at : next;
            return blank ? ' ' : point;
        }
        blank = true;
        *at = next;
    }
    return 0;
}

// The same words, whatever blanks part them.
static bool same_words(gs_view a, gs_view b)
{
    size_t i = 0, k = 0;
    uint32_t left, right;
    do {
        left = next_folded(a, &i);
        right = next_folded(b, &k);
    } while (left == right && left != 0);
    return left == right;
}

gs_marked *gs_marked_new(const gs_article *article, const gs_extraction *extraction, gs_arena *arena)
{
    gs_marked *self = gs_arena_zalloc(arena, sizeof *self);
    self->article = article;
    self->statements = extraction->statements;
    self->statement_count = extraction->n_statements;
    gather_speakers(self, arena);
    place_marks(self, arena);
    gs_view text = gs_view_of(article->text), title = gs_view_trim(gs_view_of(article->title));
    size_t begin = skip_space(text, 0);
    gs_view opening = gs_view_slice(text, begin, paragraph_end(text, begin));
    self->title_in_text = title.size > 0 && same_words(title, opening);
    return self;
}

// ---- the walk --------------------------------------------------------------------------------------

gs_walk gs_marked_walk(const gs_marked *self, gs_arena *arena)
{
    return (gs_walk){.marked = self,
                     .over = gs_arena_alloc(arena, (self->mark_count + 1) * sizeof(gs_mark *))};
}

// Takes out the marks that have ended; returns how many stay from the outermost on.
static size_t drop_ended(gs_walk *self)
{
    size_t kept = SIZE_MAX, depth = 0;
    for (size_t i = 0; i < self->depth; i++) {
        if (self->over[i]->end > self->at)
            self->over[depth++] = self->over[i];
        else if (kept == SIZE_MAX)
            kept = i;
    }
    self->depth = depth;
    return kept == SIZE_MAX ? depth : kept;
}

bool gs_walk_next(gs_walk *self, gs_piece *piece)
{
    const gs_marked *marked = self->marked;
    gs_view text = gs_view_of(marked->article->text);
    bool starts_paragraph = self->at >= self->stop;
    if (starts_paragraph) {
        self->at = skip_space(text, self->at);
        if (self->at >= text.size)
            return false;
        self->stop = paragraph_end(text, self->at);
    }
    size_t kept = drop_ended(self), end = self->stop;
    for (; self->next < marked->mark_count && marked->marks[self->next].begin <= self->at; self->next++)
        if (marked->marks[self->next].end > self->at)
            self->over[self->depth++] = &marked->marks[self->next];
    if (self->next < marked->mark_count && marked->marks[self->next].begin < end)
        end = marked->marks[self->next].begin;
    for (size_t i = 0; i < self->depth; i++)
        end = self->over[i]->end < end ? self->over[i]->end : end;
    *piece = (gs_piece){.text = gs_view_slice(text, self->at, end),
                        .begin = self->at,
                        .starts_paragraph = starts_paragraph,
                        .over = self->over,
                        .depth = self->depth,
                        .kept = starts_paragraph ? 0 : kept};
    self->at = end;
    return true;
}

bool gs_piece_numbers(const gs_piece *piece, const gs_mark *mark)
{
    return mark->first && mark->begin == piece->begin;
}
