// Denials that point at a claim (denials.c), what the nouns of saying are claims of (denials_noun.c), where
// the claim is looked for outside of the denial's words (denials_back.c), and the question that it answers
// (question.c).
#ifndef GAINSAY_STATEMENT_DENIALS_H
#define GAINSAY_STATEMENT_DENIALS_H

#include "reading.h"

// A claim that is denied.
typedef struct st_denied {
    st_range claim;   // empty: not found
    const char *text; // in the arena, where the claim is not told in the words of the article; NULL
    const char *of;   // whose claim; "" or NULL if not told
    uint32_t noun;    // token of the noun that names it where it was not found behind it; 0
    Gainsay__V1__Statement__DeniedFrom from;
} st_denied;

typedef struct st_denial_site {
    st_reading *reading;
    const st_attribution *attribution; // all of the statement
    size_t before;                     // attributions that stand before it
    bool points;                       // the words deny something that they do not state
    bool labels;                       // the cue calls it false
    bool answers;                      // "no": only a question has the claim
    uint32_t at;                       // token that points
    st_range piece;                    // sentence of what was said that it stands in
} st_denial_site;

// Sets the statement's denied_ fields, and its act where a denial is a refusal or a label is a denial.
// before: number of the attribution that the statement begins with.
void st_denials_read(st_reading *reading, const st_attribution *attribution, size_t before,
                     gs_statement *statement);
// "called the claim baseless": does the cue call a claim false?
bool st_denials_labels(const st_reading *reading, uint32_t head, const st_range *contents, size_t count);
// "denied him access", "denied bail": refused, not denied.
bool st_denials_refuses(const st_reading *reading, uint32_t head, st_range content);
// Words that say nothing unless the claim is found: "no", "(denied) it".
bool st_denials_is_no(const st_reading *reading, const st_range *contents, size_t count);
bool st_denials_is_it(const st_reading *reading, const st_range *contents, size_t count);
bool st_denials_sound(void); // the table is sorted and its classes are known (a test asks)

// question.c
// "Did the talks take place on Thursday?" of the clause "the talks took place on Thursday"; NULL where it
// cannot be made well. In the arena.
char *st_question_of(const st_reading *reading, st_range range);

// denials_noun.c: the words, for the other parts.
bool st_denials_any(const st_reading *reading, uint32_t token, const char *const *words, size_t count);
#define ST_ANY(reading, token, ...)                                                                          \
    st_denials_any(reading, token, (const char *const[]){__VA_ARGS__},                                       \
                   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
bool st_denials_word_is(const char *word, const char *class); // in data/denials.tsv
bool st_denials_negates(const st_reading *reading, uint32_t token);
bool st_denials_verbal(const st_reading *reading, uint32_t token);
// The token that calls something untrue in [begin, end), by itself or negated: "baseless", "not true".
// ST_NONE.
uint32_t st_denials_falsity(const st_reading *reading, uint32_t begin, uint32_t end);
// The noun of saying that heads the phrase at the front of the range; ST_NONE.
uint32_t st_denials_claim_noun(const st_reading *reading, st_range range);
// Where "as baseless", "as "pure fiction"" begins; end if nothing does.
uint32_t st_denials_before_label(const st_reading *reading, uint32_t begin, uint32_t end);
bool st_denials_found_at(const st_reading *reading, st_range claim, const char *of,
                         Gainsay__V1__Statement__DeniedFrom from, st_denied *denied);
bool st_denials_is(const st_reading *reading, uint32_t token, const char *class);
uint32_t st_denials_words(const st_reading *reading, st_range range);
st_range st_denials_trimmed(const st_reading *reading, st_range range);
// What the noun of saying at `noun`, of the phrase that begins at `begin`, is a claim of: the clause behind
// "that", the noun behind "of". False sets only whose it is.
bool st_denials_of_noun(const st_reading *reading, uint32_t begin, uint32_t noun, uint32_t end,
                        Gainsay__V1__Statement__DeniedFrom from, st_denied *denied);

// denials_back.c
bool st_denials_look_back(const st_denial_site *site, st_denied *denied);

#endif
