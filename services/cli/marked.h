// marked: an article with the statements found in it, made ready to be shown: who speaks, which number each
// statement has, and the text in pieces that begin and end where a mark does.
//
// Everything lives in the arena given to gs_marked_new, or is borrowed from the article and the extraction.
#ifndef GAINSAY_CLI_MARKED_H
#define GAINSAY_CLI_MARKED_H

#include "wire/wire.h"

typedef enum gs_mark_part { GS_MARK_CONTENT, GS_MARK_SOURCE, GS_MARK_CUE } gs_mark_part;

// One span of one statement, without the white space at its ends.
typedef struct gs_mark {
    size_t begin, end; // bytes of the article's text
    gs_mark_part part;
    size_t statement; // its number is one more
    bool first;       // the statement's number stands at its beginning
    bool twin;        // the mark before it has the same part and the same words
    bool entangled;   // content that shares words with the content of another statement
} gs_mark;

// The speakers of several statements that are the same one. Texts are "" where unknown.
typedef struct gs_marked_speaker {
    const char *name, *role, *organisation, *country;
    Gainsay__V1__Speaker__Kind kind;
    bool official;
    size_t *statements; // in text order
    size_t statement_count;
} gs_marked_speaker;

typedef struct gs_marked {
    const gs_article *article;
    gs_statement *const *statements;
    size_t statement_count;
    gs_marked_speaker *speakers; // in the order in which they first speak
    size_t speaker_count;
    size_t *speaker_of; // each statement's index into speakers
    bool *placed;       // whether its number stands in the text
    gs_mark *marks;     // by begin, the longer one first
    size_t mark_count;
    bool title_in_text; // the first paragraph is the title
} gs_marked;

gs_marked *gs_marked_new(const gs_article *article, const gs_extraction *extraction, gs_arena *arena);
// The statement that this one is quoted in; SIZE_MAX if none of this article.
size_t gs_marked_outer(const gs_marked *self, size_t statement);

// Words of a paragraph that lie under the same marks from their first to their last byte.
typedef struct gs_piece {
    gs_view text;
    size_t begin;               // offset of text
    bool starts_paragraph;      // paragraphs are parted by blank lines, which are in no piece
    const gs_mark *const *over; // the marks over it, outermost first; valid until the next piece
    size_t depth;               // how many
    size_t kept; // so many of them lay over the piece before; the others of that one have ended
} gs_piece;

typedef struct gs_walk {
    const gs_marked *marked;
    const gs_mark **over; // owned by the arena
    size_t depth;
    size_t next;     // first mark that has not begun
    size_t at, stop; // bytes; stop: end of the paragraph
} gs_walk;

gs_walk gs_marked_walk(const gs_marked *self, gs_arena *arena);
// The next piece of the text; false at its end. A mark that crosses another, or a paragraph's end, is ended
// and begun again, so the marks of a piece always nest.
bool gs_walk_next(gs_walk *self, gs_piece *piece);
// Whether the number of this mark's statement stands before the piece.
bool gs_piece_numbers(const gs_piece *piece, const gs_mark *mark);

#endif
