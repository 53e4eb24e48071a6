// What an element is: by its name, and by what its class and id say of it.
//
// Publishers name the parts of their pages for themselves, but in few words: "related", "share",
// "newsletter", "story-body". data/cues.tsv has these. A class counts as a whole and in its parts
// ("storyBody-related" has three); a word of boilerplate is only a doubt, because themes put such words on
// elements that hold everything
// ("with-sidebar"), so whoever uses the traits weighs them against the text below.
#include "source/page.h"

#include <stdlib.h>
#include <string.h>

typedef struct tag {
    const char *name;
    unsigned traits;
} tag;

// Sorted by name, as libxml2 gives it: in lower case.
static const tag tags[] = {
    {"a", GS_TAG_LINK | GS_TAG_INLINE},
    {"address", GS_TAG_BLOCK | GS_TAG_DOUBTFUL},
    {"article", GS_TAG_BLOCK | GS_TAG_ARTICLE},
    {"aside", GS_TAG_BLOCK | GS_TAG_DOUBTFUL | GS_TAG_SURELY},
    {"audio", GS_TAG_SKIPPED},
    {"blockquote", GS_TAG_PARAGRAPH | GS_TAG_BLOCK | GS_TAG_QUOTE},
    {"b", GS_TAG_INLINE},
    {"body", GS_TAG_BLOCK | GS_TAG_WHOLE},
    {"br", GS_TAG_BREAK},
    {"button", GS_TAG_SKIPPED},
    {"caption", GS_TAG_BLOCK | GS_TAG_CAPTION},
    {"center", GS_TAG_BLOCK},
    {"dd", GS_TAG_PARAGRAPH | GS_TAG_BLOCK},
    {"dialog", GS_TAG_SKIPPED},
    {"div", GS_TAG_BLOCK},
    {"dl", GS_TAG_BLOCK},
    {"dt", GS_TAG_PARAGRAPH | GS_TAG_BLOCK},
    {"em", GS_TAG_INLINE},
    {"figcaption", GS_TAG_BLOCK | GS_TAG_CAPTION},
    {"figure", GS_TAG_BLOCK | GS_TAG_CAPTION},
    {"font", GS_TAG_INLINE},
    {"footer", GS_TAG_BLOCK | GS_TAG_DOUBTFUL | GS_TAG_SURELY},
    {"form", GS_TAG_BLOCK | GS_TAG_DOUBTFUL},
    {"h1", GS_TAG_BLOCK | GS_TAG_HEADING | GS_TAG_TITLE},
    {"h2", GS_TAG_BLOCK | GS_TAG_HEADING},
    {"h3", GS_TAG_BLOCK | GS_TAG_HEADING},
    {"h4", GS_TAG_BLOCK | GS_TAG_HEADING},
    {"h5", GS_TAG_BLOCK | GS_TAG_HEADING},
    {"h6", GS_TAG_BLOCK | GS_TAG_HEADING},
    {"head", GS_TAG_SKIPPED},
    {"header", GS_TAG_BLOCK | GS_TAG_DOUBTFUL},
    {"hr", GS_TAG_BLOCK},
    {"html", GS_TAG_BLOCK | GS_TAG_WHOLE},
    {"i", GS_TAG_INLINE},
    {"iframe", GS_TAG_SKIPPED},
    {"label", GS_TAG_SKIPPED},
    {"legend", GS_TAG_SKIPPED},
    {"li", GS_TAG_PARAGRAPH | GS_TAG_BLOCK | GS_TAG_ITEM},
    {"main", GS_TAG_BLOCK | GS_TAG_ARTICLE},
    {"menu", GS_TAG_SKIPPED},
    {"nav", GS_TAG_SKIPPED},
    {"noscript", GS_TAG_SKIPPED},
    {"object", GS_TAG_SKIPPED},
    {"ol", GS_TAG_BLOCK},
    {"option", GS_TAG_SKIPPED},
    {"p", GS_TAG_PARAGRAPH | GS_TAG_BLOCK},
    {"pre", GS_TAG_PARAGRAPH | GS_TAG_BLOCK},
    {"script", GS_TAG_SKIPPED},
    {"section", GS_TAG_BLOCK},
    {"select", GS_TAG_SKIPPED},
    {"small", GS_TAG_INLINE},
    {"span", GS_TAG_INLINE},
    {"strong", GS_TAG_INLINE},
    {"style", GS_TAG_SKIPPED},
    {"sub", GS_TAG_INLINE},
    {"sup", GS_TAG_INLINE},
    {"svg", GS_TAG_SKIPPED},
    {"table", GS_TAG_BLOCK},
    {"tbody", GS_TAG_BLOCK},
    {"td", GS_TAG_CELL},
    {"template", GS_TAG_SKIPPED},
    {"textarea", GS_TAG_SKIPPED},
    {"th", GS_TAG_CELL},
    {"thead", GS_TAG_BLOCK},
    {"tr", GS_TAG_BLOCK},
    {"ul", GS_TAG_BLOCK},
    {"video", GS_TAG_SKIPPED},
};

typedef struct cue {
    const char *word, *match, *kind;
} cue;

static const cue cues[] = {
#include "cues.inc"
};

enum { CUES = sizeof cues / sizeof cues[0], CLASS_BYTES = 96, CLASSES = 24 };

static unsigned traits_of_kind(const char *kind)
{
    switch (kind[0]) {
    case 'a': // article
        return GS_TAG_BODY_CUE;
    case 'c': // comment, caption
        return kind[1] == 'o' ? GS_TAG_COMMENT : GS_TAG_CAPTION;
    case 'o': // other
        return GS_TAG_DOUBTFUL | GS_TAG_SURELY;
    case 'e': // embed
        return GS_TAG_EMBED;
    default:
        return GS_TAG_DOUBTFUL;
    }
}

// The place of the first cue that is not before word.
static size_t lower_bound(const char *word)
{
    size_t first = 0;
    size_t count = CUES;
    while (count > 0) {
        const size_t half = count / 2;
        if (strcmp(cues[first + half].word, word) < 0) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return first;
}

static unsigned exact_traits(const char *word)
{
    const size_t at = lower_bound(word);
    return at < CUES && cues[at].match[0] == 'e' && strcmp(cues[at].word, word) == 0
               ? traits_of_kind(cues[at].kind)
               : 0;
}

// Of cues that the word begins with, each is found where the word's own beginning of that length would stand.
static unsigned prefix_traits(const char *word)
{
    char head[CLASS_BYTES];
    unsigned traits = 0;
    const size_t size = strlen(word);
    for (size_t cut = 5; cut <= size && cut < 16; cut++) { // no prefix is shorter, none longer
        memcpy(head, word, cut);
        head[cut] = '\0';
        const size_t at = lower_bound(head);
        if (at < CUES && cues[at].match[0] == 'p' && strcmp(cues[at].word, head) == 0) {
            traits |= traits_of_kind(cues[at].kind);
        }
    }
    return traits;
}

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_word(char byte)
{
    return is_upper(byte) || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

// One class or id: as a whole, and by the words in it.
static unsigned class_traits(gs_view one)
{
    char whole[CLASS_BYTES];
    char part[CLASS_BYTES];
    size_t part_size = 0;
    unsigned traits = 0;
    const size_t size = one.size < CLASS_BYTES - 1 ? one.size : CLASS_BYTES - 1;
    for (size_t i = 0; i <= size; i++) {
        const char byte = i < size ? one.data[i] : '\0';
        const bool cut = !is_word(byte) || (is_upper(byte) && i > 0 && !is_upper(one.data[i - 1]));
        if (cut && part_size > 0) {
            part[part_size] = '\0';
            traits |= part_size < size ? exact_traits(part) : 0; // the whole comes below
            part_size = 0;
        }
        whole[i] = is_upper(byte) ? (char)(byte + 'a' - 'A') : byte;
        if (is_word(byte)) {
            part[part_size++] = whole[i];
        }
    }
    whole[size] = '\0';
    return traits | exact_traits(whole) | prefix_traits(whole);
}

static unsigned name_traits(gs_view names)
{
    unsigned traits = 0;
    size_t at = 0;
    for (int count = 0; at < names.size && count < CLASSES; count++) {
        while (at < names.size && strchr(" \t\r\n\f", names.data[at])) {
            at++;
        }
        const size_t begin = at;
        while (at < names.size && !strchr(" \t\r\n\f", names.data[at])) {
            at++;
        }
        traits |= at > begin ? class_traits(gs_view_slice(names, begin, at)) : 0;
    }
    return traits;
}

static bool says_hidden(gs_view style)
{
    return gs_view_find(style, gs_view_of("display:none"), 0) != SIZE_MAX ||
           gs_view_find(style, gs_view_of("display: none"), 0) != SIZE_MAX;
}

static unsigned attribute_traits(const xmlAttr *attribute)
{
    const char *name = (const char *)attribute->name;
    const gs_view value = gs_view_of(attribute->children ? (const char *)attribute->children->content : NULL);
    if (strcmp(name, "class") == 0 || strcmp(name, "id") == 0) {
        return name_traits(value);
    }
    if (strcmp(name, "style") == 0) {
        return says_hidden(value) ? GS_TAG_HIDDEN : 0;
    }
    if (strcmp(name, "hidden") == 0) {
        return GS_TAG_HIDDEN;
    }
    if (strcmp(name, "aria-hidden") == 0) {
        return gs_view_equal_nocase(value, gs_view_of("true")) ? GS_TAG_HIDDEN : 0;
    }
    if (strcmp(name, "itemprop") == 0) {
        return gs_view_equal_nocase(value, gs_view_of("articleBody")) ? GS_TAG_BODY_CUE | GS_TAG_SURELY : 0;
    }
    if (strcmp(name, "role") == 0) {
        const bool none = gs_view_equal_nocase(value, gs_view_of("navigation")) ||
                          gs_view_equal_nocase(value, gs_view_of("complementary")) ||
                          gs_view_equal_nocase(value, gs_view_of("contentinfo")) ||
                          gs_view_equal_nocase(value, gs_view_of("dialog"));
        return none                                              ? GS_TAG_DOUBTFUL | GS_TAG_SURELY
               : gs_view_equal_nocase(value, gs_view_of("main")) ? GS_TAG_ARTICLE
                                                                 : 0;
    }
    return 0;
}

static int compare_tag(const void *name, const void *entry)
{
    return strcmp(name, ((const tag *)entry)->name);
}

unsigned gs_page_traits(const xmlNode *element)
{
    const tag *found =
        bsearch(element->name, tags, sizeof tags / sizeof tags[0], sizeof tags[0], compare_tag);
    unsigned traits = found ? found->traits : 0;
    if (traits & (GS_TAG_SKIPPED | GS_TAG_WHOLE)) {
        return traits;
    }
    for (const xmlAttr *attribute = element->properties; attribute; attribute = attribute->next) {
        traits |= attribute_traits(attribute);
    }
    // Posts of networks are quoted as such, in boxes that say so.
    return traits & (GS_TAG_QUOTE | GS_TAG_EMBED) ? traits & ~(unsigned)(GS_TAG_DOUBTFUL | GS_TAG_CAPTION)
                                                  : traits;
}
