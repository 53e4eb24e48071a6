// A page's tree as two flat arrays: elements in document order, each with the range of its descendants, and
// blocks, the runs of text between the edges of block elements. What follows works on these alone.
//
// The tree is walked by parent links, without recursion.
#include "source/page.h"

#include <stdlib.h>
#include <string.h>

enum { PROSE_BYTES = 40, BREAKS = 2 };

const xmlNode *gs_page_following(const xmlNode *node, const xmlNode *top, bool skip_children)
{
    if (!skip_children && node->type == XML_ELEMENT_NODE && node->children) {
        return node->children;
    }
    while (node != top && !node->next) {
        node = node->parent;
    }
    return node == top ? NULL : node->next;
}

bool gs_page_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE &&
           gs_view_equal_nocase(gs_view_of((const char *)node->name), gs_view_of(name));
}

gs_view gs_page_attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
        if (gs_view_equal_nocase(gs_view_of((const char *)attribute->name), gs_view_of(name))) {
            return gs_view_of(attribute->children ? (const char *)attribute->children->content : NULL);
        }
    }
    return gs_view_of("");
}

char *gs_page_line(const xmlNode *node, gs_arena *arena)
{
    gs_buffer text = {0};
    for (const xmlNode *part = gs_page_following(node, node, false); part;
         part = gs_page_following(part, node, false)) {
        if (part->type == XML_TEXT_NODE) {
            gs_buffer_text(&text, (const char *)part->content);
        }
    }
    char *line = gs_clean_line(gs_buffer_view(&text), arena);
    gs_buffer_free(&text);
    return line;
}

// ---- the walk ------------------------------------------------------------------------------------------

typedef struct walker {
    gs_page_blocks *out;
    size_t element_capacity, block_capacity;
    uint32_t element; // innermost that is open
    uint32_t block;   // innermost block element that is open
    size_t begin;     // of the block that grows, in the text
    uint32_t linked, commas;
    int links;  // links that are open
    int breaks; // <br> in a row
} walker;

// What the elements around a block say of it.
static uint32_t traits_around(const gs_page_blocks *self, uint32_t element)
{
    enum { LEVELS = 4 }; // <li><div><p> is a list's item as well
    const uint32_t kept =
        GS_TAG_PARAGRAPH | GS_TAG_ITEM | GS_TAG_HEADING | GS_TAG_CELL | GS_TAG_QUOTE | GS_TAG_TITLE;
    uint32_t traits = 0;
    for (int level = 0; level < LEVELS; level++) {
        traits |= self->elements[element].traits & kept;
        if (self->elements[element].parent == element) {
            break;
        }
        element = self->elements[element].parent;
    }
    return traits;
}

static void end_block(walker *self)
{
    gs_page_blocks *out = self->out;
    size_t end = out->text.size;
    while (end > self->begin && out->text.data[end - 1] == ' ') {
        end--;
    }
    if (end > self->begin) {
        if (out->block_count == self->block_capacity) {
            self->block_capacity = self->block_capacity == 0 ? 256 : self->block_capacity * 2;
            out->blocks = gs_reallocate(out->blocks, self->block_capacity * sizeof *out->blocks);
        }
        out->blocks[out->block_count++] = (gs_page_block){.element = self->block,
                                                          .begin = (uint32_t)self->begin,
                                                          .end = (uint32_t)end,
                                                          .linked = self->linked,
                                                          .commas = self->commas,
                                                          .traits = traits_around(out, self->block)};
    }
    self->begin = out->text.size;
    self->linked = self->commas = 0;
    self->breaks = 0;
}

static void add_space(walker *self)
{
    gs_buffer *text = &self->out->text;
    if (text->size > self->begin && text->data[text->size - 1] != ' ') {
        gs_buffer_byte(text, ' ');
    }
}

static void add_text(walker *self, const char *text)
{
    gs_buffer *out = &self->out->text;
    const size_t before = out->size;
    for (size_t i = 0; text[i] != '\0';) {
        const size_t run = strcspn(text + i, " \t\r\n\f\v\xC2");
        if (run > 0) {
            gs_buffer_append(out, text + i, run);
            i += run;
            self->breaks = 0;
        } else if (text[i] == '\xC2' && text[i + 1] != '\xA0') {
            gs_buffer_byte(out, text[i++]);
        } else {
            i += text[i] == '\xC2' ? 2 : 1; // a no-break space
            add_space(self);
        }
    }
    const gs_view added = gs_view_slice(gs_buffer_view(out), before, out->size);
    self->linked += self->links > 0 ? (uint32_t)added.size : 0;
    for (size_t i = 0; i < added.size; i++) {
        self->commas += added.data[i] == ',';
    }
}

static void open_element(walker *self, uint32_t traits)
{
    gs_page_blocks *out = self->out;
    if (out->element_count == self->element_capacity) {
        self->element_capacity = self->element_capacity == 0 ? 1024 : self->element_capacity * 2;
        out->elements = gs_reallocate(out->elements, self->element_capacity * sizeof *out->elements);
    }
    if (traits & GS_TAG_BLOCK) {
        end_block(self);
    }
    const uint32_t index = (uint32_t)out->element_count++;
    out->elements[index] = (gs_page_element){.parent = index == 0 ? 0 : self->element, .traits = traits};
    self->element = index;
    self->block = traits & GS_TAG_BLOCK ? index : self->block;
    self->links += (traits & GS_TAG_LINK) != 0;
    if (traits & GS_TAG_CELL) {
        add_space(self);
    }
    if (traits & GS_TAG_BREAK) {
        add_space(self);
        if (++self->breaks >= BREAKS) {
            end_block(self);
        }
    }
}

static void close_element(walker *self)
{
    gs_page_element *closing = &self->out->elements[self->element];
    closing->end = (uint32_t)self->out->element_count;
    if (closing->traits & GS_TAG_BLOCK) {
        end_block(self);
    }
    if (closing->traits & GS_TAG_CELL) {
        add_space(self);
    }
    self->links -= (closing->traits & GS_TAG_LINK) != 0;
    const uint32_t parent = closing->parent;
    if (self->block == self->element) {
        uint32_t outer = parent;
        while (outer != 0 && !(self->out->elements[outer].traits & GS_TAG_BLOCK)) {
            outer = self->out->elements[outer].parent;
        }
        self->block = outer;
    }
    self->element = parent;
}

// Inline, and not the article's: a name card that opens over a name, a label for screen readers.
static bool is_inline_note(uint32_t traits)
{
    return (traits & GS_TAG_INLINE) &&
           (traits & (GS_TAG_DOUBTFUL | GS_TAG_COMMENT | GS_TAG_CAPTION | GS_TAG_HIDDEN));
}

bool gs_page_blocks_read(const xmlNode *root, gs_page_blocks *out, gs_error *error)
{
    walker self = {.out = out};
    const xmlNode *node = root;
    while (node) {
        bool down = false;
        if (node->type == XML_ELEMENT_NODE) {
            const uint32_t traits = gs_page_traits(node);
            if (!(traits & GS_TAG_SKIPPED) && !is_inline_note(traits)) {
                if (out->element_count >= GS_LIMIT_PAGE_ELEMENTS) {
                    return gs_fail(error, GS_E_LIMIT, "the page has more than %d elements",
                                   GS_LIMIT_PAGE_ELEMENTS);
                }
                open_element(&self, traits);
                down = node->children != NULL;
                if (!down) {
                    close_element(&self);
                }
            }
        } else if (node->type == XML_TEXT_NODE && out->element_count > 0) {
            add_text(&self, (const char *)node->content);
        }
        if (down) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next) {
            node = node->parent;
            close_element(&self);
        }
        node = node == root ? NULL : node->next;
    }
    end_block(&self);
    return true;
}

void gs_page_blocks_free(gs_page_blocks *self)
{
    free(self->elements);
    free(self->blocks);
    gs_buffer_free(&self->text);
}

gs_view gs_page_block_text(const gs_page_blocks *self, const gs_page_block *block)
{
    return gs_view_make(self->text.data + block->begin, block->end - block->begin);
}

bool gs_page_block_is_prose(const gs_page_blocks *self, const gs_page_block *block)
{
    (void)self;
    const uint32_t size = block->end - block->begin;
    return size >= PROSE_BYTES && block->linked * 3 < size &&
           !(block->traits & (GS_TAG_HEADING | GS_TAG_CELL));
}
