// claims: what a text claims, read from its parse and packed so that it can be kept beside a stored
// statement: its content words with their roles, its clauses with their polarity and mood, its figures.
#ifndef GAINSAY_CONTRADICTION_CLAIMS_H
#define GAINSAY_CONTRADICTION_CLAIMS_H

#include "statement/statement.h"
#include "wordnet.h"

enum {
    CD_CLAUSES = 24, // of one text; later ones are not compared
    CD_TERMS = 120,
    CD_NUMBERS = 16,
    CD_NONE = 255, // no term
};

typedef enum cd_role {
    CD_ROLE_PREDICATE,
    CD_ROLE_SUBJECT,  // who does it, or of whom it is said
    CD_ROLE_OBJECT,   // what it is done to: also the subject of a passive
    CD_ROLE_OBLIQUE,  // where, when, with what
    CD_ROLE_MODIFIER, // of a noun
    CD_ROLE_ADVERB,
    CD_ROLE_OTHER,
} cd_role;

enum {                   // of a term
    CD_TERM_NEGATED = 1, // "no guarantee", "without officers"
    CD_TERM_NAME = 2,    // says of whom, not what
    CD_TERM_PLACE = 4,   // a country: lemma is the hash of its code
    CD_TERM_LIGHT = 8,   // "report", "minister", "take": says little
    CD_TERM_SPENT = 16,  // "failed" to reach: it has turned its clause and says nothing more
};

typedef struct cd_term {
    uint32_t lemma;      // hash of it in small letters
    uint32_t matter;     // hash of its matter in synonyms.tsv; 0 if it has none
    uint32_t word;       // in WordNet; CD_NO_WORD
    uint16_t begin, end; // bytes of the text
    uint16_t opposite;   // row of antonyms.tsv, from 1; 0 if it has none
    uint8_t head;        // the term that it hangs on; CD_NONE
    uint8_t clause;
    uint8_t role;  // cd_role
    uint8_t flags; // CD_TERM_…
    uint8_t class; // cd_class; CD_CLASSES for another word class
    uint8_t told;  // how much it tells of the matter, as weights.tsv has it: 6 little, 15 much
} cd_term;

typedef enum cd_number_kind {
    CD_NUMBER_COUNT, // of what noun names
    CD_NUMBER_ORDINAL,
    CD_NUMBER_PERCENT,
    CD_NUMBER_MONEY,
    CD_NUMBER_YEAR,
    CD_NUMBER_DAY,     // value is month × 100 + day
    CD_NUMBER_MONTH,   // named without a day
    CD_NUMBER_WEEKDAY, // 0 is Monday
    CD_NUMBER_SPAN,    // of time, in hours
} cd_number_kind;

typedef struct cd_number {
    double value;
    uint32_t noun;       // hash of the lemma of what is counted; 0 if nothing is
    uint16_t begin, end; // bytes of the text
    uint8_t clause;
    uint8_t term; // what is counted, or the term that the figure hangs on; CD_NONE
    uint8_t kind; // cd_number_kind
    char bound;   // '=' exactly, '~' about, '>' at least or more than, '<' at most
} cd_number;

enum { // of a clause
    CD_NEGATED = 1,
    CD_UNREAL = 2, // a condition, a possibility, a wish, a question
    CD_DUTY = 4,   // what ought to be
    CD_FUTURE = 8,
    CD_PAST = 16,
    CD_QUESTION = 32,
    CD_CONDITIONED = 64, // holds under a condition that stands in another clause
    CD_GENERAL = 128,    // "all", "never", "any": leaves no exception
    CD_EXISTS = 256,     // says of something that it is, was held, took place
    CD_FIRST = 512,      // its subject is the speaker: "I", "we"
    CD_THIRD = 1024,     // its subject is another pronoun: "he", "they", "it"
};

typedef struct cd_clause {
    uint16_t begin, end;           // bytes of the text, from its first word to its last
    uint16_t word_begin, word_end; // the negation's own word; equal if there is none
    uint16_t flags;                // CD_NEGATED …
    uint8_t predicate;             // term; CD_NONE
    uint8_t focus;                 // the term that the negation denies; CD_NONE
    uint8_t parent;                // the clause that governs it; CD_NONE
} cd_clause;

enum {                     // of a text
    CD_REPLY_NO = 1,       // answers: "No.", "That is not true"
    CD_REPLY_CORRECTS = 2, // takes back what the speaker said: "I have to correct myself"
};

// Words that tell a stance, in the text or in its cue: bits of cd_claims.stance.
enum { CD_STANCES = 29 };

// One block of memory: the header, numbers, keys, terms, clauses.
typedef struct cd_claims {
    _Alignas(8) uint32_t size; // bytes of the whole block
    uint32_t own;              // hash of the speaker's country; 0 if none
    uint8_t number_count, term_count, clause_count;
    bool question;         // all of it is one
    uint8_t key_count;     // keys of its words and its speaker (matter.h), in order
    uint8_t article_count; // codes of keys of its article's title and topics, in order
    uint8_t called_count;  // hashes of the words that others may call the speaker by, the surname's first
    uint8_t reply;         // CD_REPLY_…
    uint32_t stance;       // bits of the words listed in claims_setting.c
} cd_claims;

static inline const cd_number *cd_numbers(const cd_claims *claims)
{
    return (const cd_number *)(const void *)(claims + 1);
}

static inline const uint32_t *cd_keys_of(const cd_claims *claims)
{
    return (const uint32_t *)(const void *)(cd_numbers(claims) + claims->number_count);
}

static inline const uint32_t *cd_article_codes(const cd_claims *claims)
{
    return cd_keys_of(claims) + claims->key_count;
}

static inline const uint32_t *cd_called(const cd_claims *claims)
{
    return cd_article_codes(claims) + claims->article_count;
}

static inline const cd_term *cd_terms(const cd_claims *claims)
{
    return (const cd_term *)(const void *)(cd_called(claims) + claims->called_count);
}

static inline const cd_clause *cd_clauses(const cd_claims *claims)
{
    return (const cd_clause *)(const void *)(cd_terms(claims) + claims->term_count);
}

// What reads claims: one a thread. The model must outlive it; it needs the sections of lang, and "wordnet".
typedef struct cd_reader cd_reader;
cd_reader *cd_reader_new(const gs_model *model, gs_error *error);
void cd_reader_free(cd_reader **self_p);
const cd_wordnet *cd_reader_wordnet(const cd_reader *self);

// Of a statement: its text, which a verb of denial turns; or what it denies, where that is told apart, and
// what else it says. Bytes beyond 64 KB are not read. In the arena.
const cd_claims *cd_claims_of(cd_reader *self, const gs_statement *statement, gs_arena *arena);
// What the offsets of these claims count in: the statement's text, and behind it the claim that it denies.
const char *cd_claims_text(const gs_statement *statement, gs_arena *arena);
// What the statement says is denied, not claimed, by its speaker ("denied the report").
bool cd_is_denied(const gs_statement *statement);
uint32_t cd_place_hash(const char *code);
// Do the two stand against each other in antonyms.tsv?
bool cd_opposite(const cd_term *a, const cd_term *b);

#endif
