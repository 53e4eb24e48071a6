// What the parts that read claims share while one text is read.
#ifndef GAINSAY_CONTRADICTION_CLAIMS_INTERNAL_H
#define GAINSAY_CONTRADICTION_CLAIMS_INTERNAL_H

#include "claims.h"
#include "matter.h"

enum { CD_CALLED = 12 };

typedef enum cd_relation_class {
    CD_REL_OTHER,
    CD_REL_SUBJECT,
    CD_REL_OBJECT,
    CD_REL_OBLIQUE,
    CD_REL_MODIFIER,
    CD_REL_ADVERB,
    CD_REL_CLAUSE,   // opens a clause of its own: ccomp, advcl, acl:relcl, parataxis, csubj
    CD_REL_ACL,      // does where it has a subordinator
    CD_REL_JOINED,   // conj: does where it is a clause
    CD_REL_MERGED,   // xcomp, aux, cop, mark: belongs to what it hangs on
    CD_REL_PARTICLE, // compound:prt
} cd_relation_class;

struct cd_reader {
    gs_lang *lang;
    cd_matter_reader *matters;
    cd_wordnet wordnet;
    uint8_t classes[256]; // cd_relation_class by relation
    int mark, past, participle, passive_subject, passive_auxiliary, expletive, discourse, parataxis, advcl,
        ccomp;
};

typedef struct cd_reading {
    const cd_reader *reader;
    const gs_parse *parse;
    gs_arena *arena;
    const char *country;
    uint32_t own;
    char **lower;          // small letters of each word
    uint32_t *clause_head; // word: the head of the clause that the word is in
    uint8_t *term_of;      // word: its term, CD_NONE
    uint8_t *clause_of;    // word: its clause, CD_NONE
    bool *taken;           // words that are part of a figure or of a country's name
    cd_term terms[CD_TERMS];
    cd_clause clauses[CD_CLAUSES];
    cd_number numbers[CD_NUMBERS];
    size_t term_count, clause_count, number_count;
    uint8_t turns[CD_CLAUSES];     // words that turn the clause, counted
    uint8_t turned_by[CD_CLAUSES]; // the clause whose word of falsity turned it; CD_NONE
    bool negators[CD_CLAUSES];
    cd_matter matter;
    uint32_t called[CD_CALLED];
    size_t called_count;
    uint8_t reply;
    uint32_t stance;
} cd_reading;

// claims_numbers.c: the figures of the text; marks their words as taken.
void cd_read_numbers(cd_reading *self);
// claims_polarity.c: what turns and suspends the clauses.
void cd_read_polarity(cd_reading *self);
// Turns a clause that its speaker is told to deny.
void cd_deny_clause(cd_reading *self, uint8_t clause);
// claims_setting.c: what surrounds the words: what they are about, who speaks, whether they answer.
void cd_read_setting(cd_reading *self, const gs_statement *statement);
// The nearest word of the same clause, from word up, that is a term; CD_NONE.
uint8_t cd_term_above(const cd_reading *self, uint32_t word);

#endif
