// Is a text English? Of English prose one word in seven or more is one of a few that no other language shares
// (.13 to .31 on the dev pages; recipes .03, results .01), of other languages hardly any (.003). What the
// page says of its language decides between.
#include "source/page.h"

#include <string.h>

// No word that another language of the same letters has, too.
static const char *const words[] = {"and",  "are",   "been", "but",  "by",  "for",  "from",  "had",  "has",
                                    "have", "his",   "into", "it",   "its", "not",  "of",    "said", "that",
                                    "the",  "their", "they", "this", "to",  "were", "which", "who",  "with"};

enum { LOOKED_AT_BYTES = 8192, FEW_WORDS = 40, WORD_BYTES = 8 };

static bool is_common(const char *word)
{
    size_t low = 0;
    size_t high = sizeof words / sizeof words[0];
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = strcmp(words[middle], word);
        if (order == 0) {
            return true;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

// Words of letters; a letter beyond ASCII counts as one, so that scripts without spaces have long words.
static void count_words(gs_view text, size_t *all, size_t *common)
{
    char word[WORD_BYTES + 1];
    size_t size = 0;
    for (size_t i = 0; i <= text.size; i++) {
        const unsigned char byte = i < text.size ? (unsigned char)text.data[i] : ' ';
        const bool upper = byte >= 'A' && byte <= 'Z';
        if (upper || (byte >= 'a' && byte <= 'z') || byte >= 0x80) {
            if (size < WORD_BYTES) {
                word[size] = (char)(upper ? byte + 'a' - 'A' : byte);
            }
            size++;
        } else if (size > 0) {
            word[size < WORD_BYTES ? size : WORD_BYTES] = '\0';
            *all += 1;
            *common += size <= WORD_BYTES && is_common(word);
            size = 0;
        }
    }
}

bool gs_article_is_english(const gs_article *article, const char **why)
{
    return gs_page_is_english(gs_view_of(article->text), gs_view_of(article->language), why);
}

bool gs_page_is_english(gs_view text, gs_view language, const char **why)
{
    const double surely = 0.12;
    const double hardly = 0.03;
    const double never = 0.005; // a list of results in English has hardly more
    size_t all = 0;
    size_t common = 0;
    const bool told = language.size >= 2;
    const bool told_english = told && gs_view_equal_nocase(gs_view_slice(language, 0, 2), gs_view_of("en")) &&
                              (language.size == 2 || language.data[2] == '-' || language.data[2] == '_' ||
                               gs_view_equal_nocase(language, gs_view_of("eng")) ||
                               gs_view_equal_nocase(language, gs_view_of("english")));
    count_words(gs_view_slice(text, 0, LOOKED_AT_BYTES), &all, &common);
    const double share = all > 0 ? (double)common / (double)all : 0;
    if (all >= FEW_WORDS && share >= surely) {
        *why = "the words of its text are English";
        return true;
    }
    if (all >= FEW_WORDS && share < (told_english ? never : hardly)) {
        *why = "the words of its text are not English";
        return false;
    }
    *why = !told ? "nothing tells" : told_english ? "the page says so" : "the page names another language";
    return !told || told_english;
}
