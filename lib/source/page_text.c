// The text of a page: the paragraphs of the part that holds the article, without what only looks like some.
//
// Kept are paragraphs, quotations, tables, items of lists that are no menus, and headings with something kept
// below them. Left out are short lines outside of paragraphs (dates, names, labels), paragraphs that are all
// link or begin like a prompt (data/phrases.tsv), and whatever comes before the first and after the last
// prose without being a paragraph. A page that has no prose gives all its blocks.
#include "source/page.h"

#include <stdlib.h>
#include <string.h>

typedef struct phrase {
    const char *words, *match;
} phrase;

static const phrase phrases[] = {
#include "phrases.inc"
};

enum { PROMPT_BYTES = 200, LABEL_BYTES = 40, LINKED_BYTES = 250 };

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

static bool is_prompt(gs_view text)
{
    if (text.size > PROMPT_BYTES) {
        return false;
    }
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        const size_t size = strlen(phrases[i].words);
        size_t same = 0;
        while (same < size && same < text.size && lower(text.data[same]) == phrases[i].words[same]) {
            same++;
        }
        if (same == size && (phrases[i].match[0] == 'p' || text.size <= size + 3)) {
            return true;
        }
    }
    return false;
}

static bool ends_sentence(gs_view text)
{
    static const char *const ends[] = {".", "!", "?", ":", "…", "”", "\"", "。", "’", ")", ";"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (gs_view_ends(text, ends[i])) {
            return true;
        }
    }
    return false;
}

// Items of a list that is mostly links are a menu.
static bool is_menu_item(const gs_page_blocks *page, const gs_page_block *block)
{
    uint32_t at = block->element;
    while (at != 0 && !(page->elements[at].traits & GS_TAG_ITEM)) {
        at = page->elements[at].parent;
    }
    const gs_page_element *list = &page->elements[page->elements[at].parent];
    return list->linked * 2 > list->bytes && list->prose * 2 < list->bytes;
}

// MAYBE: if prose comes before it and behind it. GONE: pruned; headings look past it.
typedef enum worth { GONE, OUT, MAYBE, IN, HEADING } worth;

static worth worth_of(const gs_page_blocks *page, const gs_page_block *block, gs_view title)
{
    const gs_view text = gs_page_block_text(page, block);
    const bool mostly_link = block->linked * 10 > text.size * 6;
    if (page->elements[block->element].pruned) {
        return GONE;
    }
    if (gs_view_equal_nocase(text, title) || is_prompt(text) || (block->traits & GS_TAG_TITLE)) {
        return OUT;
    }
    if (block->traits & GS_TAG_HEADING) {
        return HEADING;
    }
    if (gs_page_block_is_prose(page, block)) {
        return IN;
    }
    if ((block->traits & GS_TAG_ITEM) && is_menu_item(page, block)) {
        return OUT;
    }
    if (mostly_link && text.size < LINKED_BYTES) {
        return OUT;
    }
    if (block->traits & (GS_TAG_PARAGRAPH | GS_TAG_CELL)) {
        return MAYBE;
    }
    return text.size < LABEL_BYTES && !ends_sentence(text) ? OUT : MAYBE;
}

typedef struct chosen {
    worth *worths; // owned; of the blocks from first to end
    size_t first, end;
} chosen;

// A heading stays if what comes next stays.
static void settle_headings(chosen *self)
{
    bool next_stays = false;
    for (size_t i = self->end - self->first; i-- > 0;) {
        if (self->worths[i] == HEADING) {
            self->worths[i] = next_stays ? IN : OUT;
        } else if (self->worths[i] != GONE) {
            next_stays = self->worths[i] == IN;
        }
    }
}

// A paragraph beside one of prose, in the same box. Before the first prose it must also end like a sentence.
static bool stands_beside(const gs_page_blocks *page, const gs_page_block *block, const gs_page_block *prose,
                          bool is_before)
{
    return (block->traits & GS_TAG_PARAGRAPH) &&
           page->elements[block->element].parent == page->elements[prose->element].parent &&
           (!is_before || ends_sentence(gs_page_block_text(page, block)));
}

static void settle_doubts(const gs_page_blocks *page, chosen *self)
{
    const size_t count = self->end - self->first;
    const gs_page_block *blocks = page->blocks + self->first;
    size_t first = 0;
    size_t last = count;
    while (first < count && self->worths[first] != IN) {
        first++;
    }
    while (last > 0 && self->worths[last - 1] != IN) {
        last--;
    }
    for (size_t i = 0; first < count && i < count; i++) {
        const bool is_outside = i < first || i >= last;
        if (self->worths[i] == MAYBE) {
            const gs_page_block *prose = i < first ? &blocks[first] : &blocks[last - 1];
            self->worths[i] = !is_outside || stands_beside(page, &blocks[i], prose, i < first) ? IN : OUT;
        } else if (self->worths[i] == HEADING && i < first && first > i + 1) {
            self->worths[i] = OUT;
        }
    }
}

static void put(gs_buffer *out, gs_view text)
{
    gs_buffer_text(out, out->size > 0 ? "\n\n" : "");
    gs_buffer_append(out, text.data, text.size);
}

static void write_chosen(const gs_page_blocks *page, uint32_t root, gs_view title, gs_buffer *out)
{
    chosen self = {.worths = gs_allocate((page->block_count + 1) * sizeof(worth))};
    while (self.first < page->block_count && page->blocks[self.first].element < root) {
        self.first++;
    }
    self.end = self.first;
    // Blocks come in the order in which they end; those of a subtree are those whose elements lie in its
    // range.
    for (size_t i = self.first; i < page->block_count; i++) {
        const gs_page_block *block = &page->blocks[i];
        const bool inside = block->element >= root && block->element < page->elements[root].end;
        self.worths[i - self.first] = inside ? worth_of(page, block, title) : GONE;
        self.end = i + 1;
    }
    if (self.end > self.first) {
        settle_doubts(page, &self);
        settle_headings(&self);
    }
    for (size_t i = self.first; i < self.end; i++) {
        if (self.worths[i - self.first] == IN) {
            put(out, gs_page_block_text(page, &page->blocks[i]));
        }
    }
    free(self.worths);
}

static void write_all(const gs_page_blocks *page, gs_view title, gs_buffer *out)
{
    for (size_t i = 0; i < page->block_count; i++) {
        const gs_page_block *block = &page->blocks[i];
        const gs_view text = gs_page_block_text(page, block);
        if (!page->elements[block->element].pruned && !gs_view_equal_nocase(text, title) &&
            block->linked * 2 <= text.size) {
            put(out, text);
        }
    }
}

char *gs_page_text(const xmlNode *root, gs_view title, gs_arena *arena, gs_error *error)
{
    gs_page_blocks page = {0};
    gs_buffer out = {0};
    char *text = NULL;
    if (gs_page_blocks_read(root, &page, error)) {
        if (page.block_count > 0) {
            write_chosen(&page, gs_page_choose(&page), title, &out);
            if (out.size == 0) {
                write_all(&page, title, &out);
            }
        }
        text = gs_clean_text(gs_buffer_view(&out), arena);
    }
    gs_buffer_free(&out);
    gs_page_blocks_free(&page);
    return text;
}
