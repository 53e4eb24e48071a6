// The text of a page: which part of it, and which paragraphs.
//
// The part is the <article>, <main> or itemprop="articleBody" with the most paragraph text, if it holds a
// third of the page's paragraph text or more; else the whole body. In it, text is taken from paragraphs,
// headings, list items and quotations; navigation, forms, captions, scripts and what is hidden are left out.
// A page that uses no paragraphs at all gives its text by block. The tree is walked by parent links, without
// recursion.
#include "source/page.h"

#include <stdlib.h>
#include <string.h>

static gs_view view_of(const xmlChar *text)
{
    return gs_view_of((const char *)text);
}

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
    return node->type == XML_ELEMENT_NODE && gs_view_equal_nocase(view_of(node->name), gs_view_of(name));
}

gs_view gs_page_attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
        if (gs_view_equal_nocase(view_of(attribute->name), gs_view_of(name))) {
            return attribute->children ? view_of(attribute->children->content) : gs_view_of("");
        }
    }
    return gs_view_of("");
}

// What an element does to the text.
enum {
    SKIPPED = 1,   // its content is no text of the article
    PARAGRAPH = 2, // its content is
    BLOCK = 4,     // its edges end a paragraph
    LINK = 8,
    BREAK = 16,
    ITEM = 32,    // of a list, which may be a menu
    PART = 64,    // may hold the whole article
    HEADER = 128, // skipped, unless it is an article's own, with headline and standfirst
};

typedef struct tag {
    const char *name;
    unsigned traits;
} tag;

// Sorted by name, as libxml2 gives it: in lower case.
static const tag tags[] = {
    {"a", LINK},
    {"article", BLOCK | PART},
    {"aside", SKIPPED},
    {"blockquote", PARAGRAPH | BLOCK},
    {"body", BLOCK},
    {"br", BREAK},
    {"button", SKIPPED},
    {"center", BLOCK},
    {"dd", PARAGRAPH | BLOCK},
    {"dialog", SKIPPED},
    {"div", BLOCK},
    {"dl", BLOCK},
    {"dt", BLOCK},
    {"figure", SKIPPED},
    {"footer", SKIPPED},
    {"form", SKIPPED},
    {"h1", PARAGRAPH | BLOCK},
    {"h2", PARAGRAPH | BLOCK},
    {"h3", PARAGRAPH | BLOCK},
    {"h4", PARAGRAPH | BLOCK},
    {"h5", PARAGRAPH | BLOCK},
    {"h6", PARAGRAPH | BLOCK},
    {"header", HEADER},
    {"hr", BLOCK},
    {"iframe", SKIPPED},
    {"li", PARAGRAPH | BLOCK | ITEM},
    {"main", BLOCK | PART},
    {"nav", SKIPPED},
    {"noscript", SKIPPED},
    {"object", SKIPPED},
    {"ol", BLOCK},
    {"p", PARAGRAPH | BLOCK},
    {"pre", PARAGRAPH | BLOCK},
    {"script", SKIPPED},
    {"section", BLOCK},
    {"select", SKIPPED},
    {"style", SKIPPED},
    {"svg", SKIPPED},
    {"table", BLOCK},
    {"td", BLOCK},
    {"template", SKIPPED},
    {"textarea", SKIPPED},
    {"th", BLOCK},
    {"tr", BLOCK},
    {"ul", BLOCK},
};

static int compare_tag(const void *name, const void *entry)
{
    return strcmp(name, ((const tag *)entry)->name);
}

static unsigned traits_of(const xmlNode *element)
{
    const tag *found =
        bsearch(element->name, tags, sizeof tags / sizeof tags[0], sizeof tags[0], compare_tag);
    unsigned traits = found ? found->traits : 0;
    if (traits & HEADER) {
        traits = element->parent && gs_page_is(element->parent, "article") ? 0 : SKIPPED;
    }
    if (element->properties) {
        bool hidden = gs_view_equal_nocase(gs_page_attribute(element, "aria-hidden"), gs_view_of("true"));
        gs_view role = gs_page_attribute(element, "role");
        traits |= hidden || gs_view_equal_nocase(role, gs_view_of("navigation")) ? SKIPPED : 0;
        bool body = gs_view_equal_nocase(gs_page_attribute(element, "itemprop"), gs_view_of("articleBody"));
        traits |= body || gs_view_equal_nocase(role, gs_view_of("main")) ? PART : 0;
    }
    return traits;
}

typedef struct writer {
    gs_buffer *out;
    gs_buffer line; // the paragraph so far
    size_t linked;  // bytes of it inside links
    int open;       // paragraphs that are open
    int links;      // links that are open
    bool any_block; // text outside paragraphs counts too
    bool list_item; // the paragraph is an <li>
    int breaks;     // <br> in a row
    gs_view title;
} writer;

static void end_paragraph(writer *self)
{
    gs_view line = gs_view_trim(gs_buffer_view(&self->line));
    bool menu = self->list_item && self->linked * 10 >= line.size * 8;
    if (line.size > 0 && !menu && !gs_view_equal_nocase(line, self->title)) {
        gs_buffer_text(self->out, self->out->size > 0 ? "\n\n" : "");
        gs_buffer_append(self->out, line.data, line.size);
    }
    gs_buffer_clear(&self->line);
    self->linked = 0;
    self->breaks = 0;
    self->list_item = false;
}

static void add_text(writer *self, const xmlNode *node)
{
    if (self->open == 0 && !self->any_block) {
        return;
    }
    size_t before = self->line.size;
    gs_view text = view_of(node->content);
    for (size_t i = 0; i < text.size; i++) {
        bool no_break = (unsigned char)text.data[i] == 0xC2 && i + 1 < text.size &&
                        (unsigned char)text.data[i + 1] == 0xA0;
        bool space = no_break || strchr(" \t\r\n\f\v", text.data[i]);
        i += no_break;
        if (!space) {
            gs_buffer_byte(&self->line, text.data[i]);
            self->breaks = 0;
        } else if (self->line.size > 0 && self->line.data[self->line.size - 1] != ' ') {
            gs_buffer_byte(&self->line, ' ');
        }
    }
    self->linked += self->links > 0 ? self->line.size - before : 0;
}

static void add_break(writer *self)
{
    if (++self->breaks >= 2) {
        end_paragraph(self);
    } else if (self->line.size > 0 && self->line.data[self->line.size - 1] != ' ') {
        gs_buffer_byte(&self->line, ' ');
    }
}

static void enter(writer *self, unsigned traits)
{
    if (traits & BLOCK) {
        end_paragraph(self);
        self->list_item = (traits & ITEM) != 0;
    }
    self->open += (traits & PARAGRAPH) != 0;
    self->links += (traits & LINK) != 0;
    if (traits & BREAK) {
        add_break(self);
    }
}

static void leave(writer *self, unsigned traits)
{
    if (traits & BLOCK) {
        end_paragraph(self);
    }
    self->open -= (traits & PARAGRAPH) != 0;
    self->links -= (traits & LINK) != 0;
}

// Every element below top that is not skipped is entered and left exactly once, in document order.
static void write_text(const xmlNode *top, gs_view title, bool any_block, gs_buffer *out)
{
    writer self = {.out = out, .any_block = any_block, .title = title};
    const xmlNode *node = top->children;
    while (node) {
        unsigned traits = node->type == XML_ELEMENT_NODE ? traits_of(node) : SKIPPED;
        if (!(traits & SKIPPED)) {
            enter(&self, traits);
            if (node->children) {
                node = node->children;
                continue;
            }
            leave(&self, traits);
        } else if (node->type == XML_TEXT_NODE) {
            add_text(&self, node);
        }
        while (!node->next && node->parent != top) {
            node = node->parent;
            leave(&self, traits_of(node));
        }
        node = node->next;
    }
    end_paragraph(&self);
    gs_buffer_free(&self.line);
}

static size_t text_size(const xmlNode *top)
{
    gs_buffer text = {0};
    write_text(top, gs_view_of(""), false, &text);
    size_t size = text.size;
    gs_buffer_free(&text);
    return size;
}

static const xmlNode *article_part(const xmlNode *body)
{
    enum { CANDIDATES = 32 }; // more <article>s than this make a list of teasers
    const xmlNode *best = NULL;
    size_t best_size = 0;
    int seen = 0;
    for (const xmlNode *node = body; node && seen < CANDIDATES; node = gs_page_following(node, body, false)) {
        if (node->type != XML_ELEMENT_NODE || !(traits_of(node) & PART)) {
            continue;
        }
        seen++;
        size_t size = text_size(node);
        // An inner part that holds nearly all of an outer one is the sharper cut.
        if (size > best_size || (size > 0 && size * 10 >= best_size * 9)) {
            best = node;
            best_size = size;
        }
    }
    return best && best_size * 3 >= text_size(body) ? best : body;
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

char *gs_page_text(const xmlNode *root, gs_view title, gs_arena *arena)
{
    const xmlNode *body = root;
    for (const xmlNode *node = root; node; node = gs_page_following(node, root, false)) {
        if (gs_page_is(node, "body")) {
            body = node;
            break;
        }
    }
    gs_buffer out = {0};
    write_text(article_part(body), title, false, &out);
    if (out.size == 0) {
        write_text(body, title, true, &out);
    }
    char *text = gs_clean_text(gs_buffer_view(&out), arena);
    gs_buffer_free(&out);
    return text;
}
