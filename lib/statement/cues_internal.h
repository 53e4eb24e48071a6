// One cue under reading, and the parts of reading it: its speaker (sources.c) and its words (contents.c).
#ifndef GAINSAY_STATEMENT_CUES_INTERNAL_H
#define GAINSAY_STATEMENT_CUES_INTERNAL_H

#include "reading.h"

// What stands right of a cue.
typedef enum right_kind { RIGHT_NONE, RIGHT_THAT, RIGHT_QUOTE, RIGHT_CLAUSE } right_kind;

typedef struct cue_site {
    st_reading *reading;
    uint32_t cue, after; // first token of the cue, first token behind it
    st_range sentence;
    st_range source, apposition;
    bool inverted; // "said X"
    bool earlier;  // "had said"
    right_kind right;
    uint32_t right_begin; // where the governed words begin
} cue_site;

static inline const st_mark *cue_mark(const cue_site *site, uint32_t token)
{
    return &site->reading->marks[token];
}

static inline bool cue_is_word(const cue_site *site, uint32_t token, st_word word)
{
    return token < site->sentence.end && cue_mark(site, token)->word == word;
}

static inline bool cue_ends_clause(const cue_site *site, uint32_t token)
{
    return token >= site->sentence.end || st_is_terminal(site->reading, token) ||
           st_is_mark(site->reading, token, ";");
}

// sources.c
// Steps back over "has", "also", "later", "repeatedly" before the cue. Sets *denied for a cue that is no
// statement, and *fails for one that is no finite verb here.
uint32_t cue_skip_auxiliaries(cue_site *site, bool *denied, bool *fails);
bool cue_opens_phrase(const cue_site *site, uint32_t token);  // a capital, an article, an office
bool cue_names_phrase(const cue_site *site, st_range phrase); // a name, an office or a body stands in it
// Sets the site's source and apposition: the phrase that ends before token `end`, or the one behind the cue.
bool cue_source_before(cue_site *site, uint32_t end);
bool cue_source_behind(cue_site *site);
// Behind "BRUSSELS, Sept 10 -" or "N'DJAMENA (Sahel Wire) -", or begin.
uint32_t cue_skip_dateline(const st_reading *reading, uint32_t begin, uint32_t end);

// contents.c
void cue_read_right(cue_site *site); // what stands right of the cue, and where
uint32_t cue_clause_end(const cue_site *site, uint32_t begin, bool noun_phrase);
uint32_t cue_words_of(const st_reading *reading, st_range range); // words and numbers
void cue_add_content(st_reading *reading, st_attribution *attribution, st_range content);
void cue_take_right(cue_site *site, st_attribution *attribution, bool noun_phrase);
// `end`: the token behind the last one of the words on the left (which is a comma or a closing mark).
bool cue_take_left(cue_site *site, st_attribution *attribution, uint32_t end);
bool cue_take_around(cue_site *site, st_attribution *attribution, uint32_t left_end);

#endif
