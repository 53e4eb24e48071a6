// The steps of reading a page, each in its own file. Private to lib/source.
#ifndef GAINSAY_SOURCE_PAGE_H
#define GAINSAY_SOURCE_PAGE_H

#include <libxml/tree.h>

#include "source/source_internal.h"

// page_bytes.c: the page in UTF-8; html itself if it is that already, else a view of decoded. charset: what
// HTTP said, or empty; the page's own word counts after that.
gs_view gs_page_decode(gs_view html, gs_view charset, gs_buffer *decoded);
// Refuses what would keep libxml2 busy out of all proportion.
bool gs_page_check(gs_view html, gs_error *error);

// ---- page_cues.c: what an element is by its name, class and id -----------------------------------------

enum {
    GS_TAG_SKIPPED = 1,     // its content is never text of an article
    GS_TAG_PARAGRAPH = 2,   // its content is a paragraph
    GS_TAG_BLOCK = 4,       // its edges end a paragraph
    GS_TAG_LINK = 8,        //
    GS_TAG_BREAK = 16,      //
    GS_TAG_ITEM = 32,       // of a list, which may be a menu
    GS_TAG_ARTICLE = 64,    // may hold the whole article
    GS_TAG_HEADING = 128,   //
    GS_TAG_CELL = 256,      // of a table
    GS_TAG_DOUBTFUL = 512,  // is not the article's text, unless much of the page's text is in it
    GS_TAG_CAPTION = 1024,  // likewise, and even inside the article
    GS_TAG_COMMENT = 2048,  // likewise, but for nearly all of the page's text
    GS_TAG_BODY_CUE = 4096, // says itself that it holds the article's text
    GS_TAG_QUOTE = 8192,    //
    GS_TAG_TITLE = 16384,   // <h1>
    GS_TAG_INLINE = 32768,  // part of a line
    GS_TAG_SURELY = 131072, // with DOUBTFUL or BODY_CUE: said by more than a word in a class
    GS_TAG_HIDDEN = 524288, // not shown, unless a script shows it
    GS_TAG_EMBED = 262144,  // a post of a network
    GS_TAG_WHOLE = 65536,   // holds the whole page, whatever its class says
};
unsigned gs_page_traits(const xmlNode *element);

// ---- page_blocks.c: the tree as flat arrays ------------------------------------------------------------

typedef struct gs_page_element {
    uint32_t parent; // index; the first is its own
    uint32_t end;    // index behind its last descendant
    uint32_t traits;
    uint32_t bytes;  // text below it
    uint32_t linked; // of which inside links
    uint32_t prose;  // bytes of its blocks that read like prose, without what is pruned
    float score;     // page_score.c
    bool pruned;     // and all below it
} gs_page_element;

// A run of text between two edges.
typedef struct gs_page_block {
    uint32_t element;    // innermost block element around it
    uint32_t begin, end; // in the text
    uint32_t linked;     // bytes inside links
    uint32_t traits;     // of its elements up to that one: PARAGRAPH, ITEM, HEADING, CELL, QUOTE, TITLE
    uint32_t commas;
} gs_page_block;

typedef struct gs_page_blocks {
    gs_page_element *elements; // in document order
    gs_page_block *blocks;
    size_t element_count, block_count;
    gs_buffer text;
} gs_page_blocks;

// False if there are more elements than GS_LIMIT_PAGE_ELEMENTS.
bool gs_page_blocks_read(const xmlNode *root, gs_page_blocks *out, gs_error *error);
void gs_page_blocks_free(gs_page_blocks *self);
gs_view gs_page_block_text(const gs_page_blocks *self, const gs_page_block *block);
// Long enough and with few links: what paragraphs of an article look like.
bool gs_page_block_is_prose(const gs_page_blocks *self, const gs_page_block *block);

// ---- page_score.c: which part of the page is the article ------------------------------------------------

// Prunes what is none, and returns the element that holds the article.
uint32_t gs_page_choose(gs_page_blocks *self);

// ---- page_facts.c: what a page says of its article -------------------------------------------------------

typedef enum gs_page_fact {
    GS_FACT_TITLE,
    GS_FACT_PUBLISHED,
    GS_FACT_MODIFIED,
    GS_FACT_BYLINE,
    GS_FACT_PUBLISHER,
    GS_FACT_CANONICAL,
    GS_FACT_LANGUAGE,
    GS_FACT_AMP,
    GS_FACT_PRINT,
    GS_FACT_COUNT
} gs_page_fact;

typedef struct gs_page_facts {
    char *text[GS_FACT_COUNT]; // in the arena; NULL while unknown
    int rank[GS_FACT_COUNT];   // of where it was read
    gs_arena *arena;
} gs_page_facts;

// Takes value if its rank is above what is known.
void gs_page_offer(gs_page_facts *self, gs_page_fact fact, int rank, gs_view value);
// Everything that the page below root says, made neat: absolute addresses, no site's name behind the title,
// no "By".
void gs_page_facts_read(gs_page_facts *self, const xmlNode *root, const char *url);
// page_json_ld.c: one <script type="application/ld+json">.
void gs_page_json_ld(gs_page_facts *self, gs_view script);

// page_language.c: whether a text is English. *why: static words.
bool gs_page_is_english(gs_view text, gs_view language, const char **why);

// ---- page_text.c ----------------------------------------------------------------------------------------

// The article's paragraphs, parted by blank lines, without a heading that repeats title. Empty if the page
// has no text. NULL with an error if the page is too much.
char *gs_page_text(const xmlNode *root, gs_view title, gs_arena *arena, gs_error *error);

// The node after `node` in document order within top; NULL at the end.
const xmlNode *gs_page_following(const xmlNode *node, const xmlNode *top, bool skip_children);
bool gs_page_is(const xmlNode *node, const char *name);
gs_view gs_page_attribute(const xmlNode *node, const char *name); // empty if absent
// All text below the node as one line.
char *gs_page_line(const xmlNode *node, gs_arena *arena);

#endif
