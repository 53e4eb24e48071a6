// matter: what a statement is about, as a few weighted keys by which others about the same are found.
#ifndef GAINSAY_CONTRADICTION_MATTER_H
#define GAINSAY_CONTRADICTION_MATTER_H

#include "statement/statement.h"

enum {
    CD_MATTER_CONTENT = 28, // keys of the statement's own words; the weightiest where there are more
    CD_MATTER_CONTEXT = 8,  // of its speaker
    CD_MATTER_ARTICLE = 32, // of its article: title and topics
    CD_MATTER_KEYS = CD_MATTER_CONTENT + CD_MATTER_CONTEXT,
    CD_MATTER_OPPOSITES = 8,
    CD_MATTER_WORDS = 400, // of one text that are read; later ones are not
    CD_WEIGHT_MAX = 15,
};

// A key in 32 bits: 27 of the label's hash, 4 of its weight, 1 that tells context from content. Two labels
// that share the first 31 bits count as one; with 200,000 labels that befalls one look-up in ten thousand.
typedef uint32_t cd_key;
static inline uint32_t cd_key_code(cd_key key)
{
    return key >> 1;
}
static inline uint32_t cd_key_weight(cd_key key)
{
    return key >> 1 & CD_WEIGHT_MAX;
}
static inline bool cd_key_is_context(cd_key key)
{
    return key & 1;
}

#define CD_NO_DAY INT32_MIN

typedef struct cd_matter {
    cd_key keys[CD_MATTER_KEYS]; // by code, each code once, never 0; content goes before context
    size_t count;
    uint32_t opposites[CD_MATTER_OPPOSITES]; // codes of what stands against a word of the content
    size_t opposite_count;
    uint32_t speaker;                          // hash of the name; 0: not told
    uint64_t article;                          // hash of the article's id; 0: not told
    uint32_t article_codes[CD_MATTER_ARTICLE]; // of keys, each once
    size_t article_count;
    int32_t day;  // since 1970, of what was said, or else of the article; CD_NO_DAY if neither is told
    bool denies;  // by a word or by its act
    bool figures; // it holds a number
} cd_matter;

// Tables ready to be searched, and work space: one for each thread.
typedef struct cd_matter_reader cd_matter_reader;
cd_matter_reader *cd_matter_reader_new(void);
void cd_matter_reader_free(cd_matter_reader **self_p);
// Days since 1970 of what was said, or else of the article; CD_NO_DAY.
int32_t cd_matter_day(const gs_statement *statement);
void cd_matter_read(cd_matter_reader *self, const gs_statement *statement, cd_matter *matter);
// A number that is another one as soon as the tables are others, so that stored keys can be told to be stale.
uint64_t cd_matter_version(const cd_matter_reader *self);

// The labels of a text's content, in order, repeated as they come: to count them (tool/count_matter.c).
void cd_matter_labels(cd_matter_reader *self, gs_view text, void (*each)(void *context, const char *label),
                      void *context);

#endif
