// The tables of lib/statement/data, made into C at build time, and how a word is found in them.
#ifndef GAINSAY_STATEMENT_LEXICON_H
#define GAINSAY_STATEMENT_LEXICON_H

#include "wire/wire.h"

typedef enum st_cue_class {
    ST_CUE_SAY,    // any clause may follow
    ST_CUE_CLAUSE, // a clause that shows its verb
    ST_CUE_THAT,   // "that", or a quote
    ST_CUE_TELL,   // a hearer, then as say
    ST_CUE_NP,     // a noun phrase, "that", or a quote
    ST_CUE_INF,    // "to", "that", or a quote
    ST_CUE_QUOTE,  // a quote
    ST_CUE_POST,   // stands behind what is said
} st_cue_class;

typedef enum st_tense { ST_PAST, ST_PRESENT, ST_BASE, ST_ING } st_tense;

typedef struct st_cue_word {
    st_cue_class class;
    st_tense tense;
    Gainsay__V1__Statement__Act act;
    double strength; // 0..1
    bool ambiguous;  // as often a noun
    bool say, add;   // forms of "say" and "tell"; of "add"
} st_cue_word;

typedef enum st_role {
    ST_ROLE_NONE,
    ST_ROLE_STATE,
    ST_ROLE_HOLDER,
    ST_ROLE_BODY,
    ST_ROLE_PRIVATE,
    ST_ROLE_CROWD,
    ST_ROLE_ASKER,
    ST_ROLE_TITLE
} st_role;

typedef enum st_org { ST_ORG_NONE, ST_ORG_STATE, ST_ORG_PRIVATE, ST_ORG_OPEN } st_org;

typedef enum st_place_kind {
    ST_PLACE_COUNTRY,
    ST_PLACE_DEMONYM,
    ST_PLACE_PEOPLE,
    ST_PLACE_CAPITAL,
    ST_PLACE_SEAT,
    ST_PLACE_BODY
} st_place_kind;

typedef struct st_place {
    const char *term, *code, *kind_name, *name, *note;
} st_place;

typedef enum st_word {
    ST_WORD_OTHER,
    ST_WORD_AUX,
    ST_WORD_MODAL,
    ST_WORD_DET,
    ST_WORD_PRONOUN,
    ST_WORD_CONJ,
    ST_WORD_PREP,
    ST_WORD_DAY,
    ST_WORD_MONTH,
    ST_WORD_TIME,
    ST_WORD_ADVERB,
    ST_WORD_HEARER,
    ST_WORD_NEG,
    ST_WORD_CLAIM,
} st_word;

enum { ST_TERM_WORDS = 5 }; // words of the longest entry

bool st_lexicon_cue(gs_view lower, st_cue_word *cue);
st_role st_lexicon_role(gs_view lower);
// What the office tells of its body, in the signs of roles.tsv; "-" if nothing.
const char *st_lexicon_role_body(gs_view lower);
st_org st_lexicon_org(gs_view lower);
// capitals: the term stands in capitals in the text ("US", not "Us"). NULL if unknown; static.
const st_place *st_lexicon_place(gs_view lower, bool capitals);
// Body behind a key of bodies.tsv ("presidency US": "White House"); NULL if unknown; static.
const char *st_lexicon_body(gs_view key);
// Country of a province, state or county ("arauca": "CO"); NULL if unknown; static.
const char *st_lexicon_subdivision(gs_view lower);
// May further words follow: does an entry of the cues, or with places of the places, begin with term and a
// space?
bool st_lexicon_goes_on(gs_view term, bool places);
st_place_kind st_place_kind_of(const st_place *place);
st_word st_lexicon_word(gs_view lower);
// True if the tables are in order and each word stands in them once (a test asks).
bool st_lexicon_sound(void);

#endif
