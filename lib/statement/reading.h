// What the parts of statement share about one article: its tokens with what the lexicon knows of them, its
// quotations, the people it names, and the attributions found so far.
#ifndef GAINSAY_STATEMENT_READING_H
#define GAINSAY_STATEMENT_READING_H

#include "attribution.h"
#include "lexicon.h"
#include "statement/statement.h"
#include "words.h"

enum { ST_REACH = 512 }; // tokens of one sentence that a cue looks at on either side

// Tokens [begin, end).
typedef struct st_range {
    uint32_t begin, end;
} st_range;

typedef struct st_mark {
    st_word word;
    st_role role;
    st_org org;
    const st_place *place; // longest entry that starts here
    uint8_t place_words;
    uint8_t cue_words; // 0: no cue starts here
    bool in_place;     // inside an entry that started before
    st_cue_word cue;
    uint32_t quote; // outermost quotation around it, its marks included; ST_NONE
    uint32_t sentence;
} st_mark;

// An outermost quotation. One that runs over paragraphs is a chain of them.
typedef struct st_quote {
    uint32_t open, close; // tokens; close is the last token of the paragraph if unclosed
    uint32_t paragraph;
    uint32_t next, previous; // in the chain; ST_NONE
    bool closed;
    bool claimed; // belongs to an attribution
} st_quote;

typedef struct st_person {
    const char *name; // as first written in full; "" for somebody unnamed
    const char *role, *organisation, *country;
    bool official;
    bool country_guessed; // from where the article reports; a country that is named wins over it
    int gender;           // 'f', 'm' or 0
    st_range full;        // where the full name was read
    st_range office;      // where the role was read
    Gainsay__V1__Speaker__Kind kind;
    uint32_t last_seen; // token
} st_person;

typedef struct st_attribution {
    const st_person *speaker;
    st_range source, cue;
    uint32_t head;     // token that heads the cue
    st_range *content; // in text order
    size_t content_count;
    st_cue_word cue_word;
    uint32_t sentence, paragraph;
    double certainty;
    bool turn;    // of a transcript
    bool pronoun; // the source is one
    const char *said_on;
    bool earlier;   // "had said": told of a time before
    bool day_named; // said_on stands beside the cue
} st_attribution;

typedef struct st_reading {
    const gs_article *article;
    gs_arena *arena;
    st_document *document;
    st_mark *marks;
    st_quote *quotes;
    size_t quote_count;
    st_person *people; // fixed capacity, so that pointers stay
    size_t person_count;
    st_attribution *attributions;
    size_t attribution_count, attribution_capacity;
    const char *home;  // country that the article reports from; "" if unknown
    st_range dateline; // the place in front of the text; empty if none
    int object_relation, indirect_relation, oblique_relation; // likewise "obj", "iobj", "obl"
    int subject_relation;                                     // number of the relation "nsubj"; -1
    int mark_relation;      // number of the relation "mark"; -1 if the model has none
    const char *title_body; // public body that the title or the publisher names; "" if none
    const st_person *last_institution;
    bool transcript;
    bool own_day;              // a release or live blog: what it reports was said on the day it is dated
    const char *published_day; // YYYY-MM-DD; "" if unknown
    int published_weekday;
    int64_t published_days;
    struct topic_counts *topics; // topics.c
    st_range main_topic;         // label of the article; empty if none
    double main_topic_score;
    uint32_t counted_bytes, counted_code_points; // details.c: code points before counted_bytes
} st_reading;

// reading.c
void st_reading_start(st_reading *reading, const gs_article *article, const gs_parse *parse, gs_arena *arena);
static inline const st_token *st_at(const st_reading *reading, uint32_t token)
{
    return &reading->document->tokens[token];
}
bool st_is(const st_reading *reading, uint32_t token, const char *lower);
bool st_is_mark(const st_reading *reading, uint32_t token, const char *mark); // punctuation
bool st_is_quote_open(const st_reading *reading, uint32_t token);             // opens an outermost quotation
bool st_is_quote_close(const st_reading *reading, uint32_t token);            // closes one
bool st_is_terminal(const st_reading *reading, uint32_t token);               // . ? !
st_range st_sentence_range(const st_reading *reading, uint32_t sentence);
gs_view st_text(const st_reading *reading, st_range range);
bool st_shows_verb(const st_reading *reading, uint32_t begin, uint32_t end);

// people.c
void st_people_collect(st_reading *reading);
// Who the noun phrase means; apposition may be empty. NULL if it can be nobody who speaks. at: token of the
// cue.
const st_person *st_people_resolve(st_reading *reading, st_range phrase, st_range apposition,
                                   double *certainty, bool *pronoun);
// Is the token one of the names of a person entered already? Then "So" and "He" are surnames.
bool st_people_is_name(st_reading *reading, uint32_t token);
// Country of the province or state that the word at token names, or begins to; NULL if it names none.
const char *st_subdivision(const st_reading *reading, uint32_t token);
// Country that is named last before token in its paragraph, or the article's home.
const char *st_people_home(const st_reading *reading, uint32_t token);

// cues.c
// Attributes the words around a cue that begins at token by rule, if one does: adds at most one attribution.
// Returns the token to go on with.
uint32_t st_cues_attribute_at(st_reading *reading, uint32_t token);
st_attribution *st_attribution_add(st_reading *reading);
void st_attribution_content(st_reading *reading, st_attribution *attribution, st_range content);
void st_claim_quote(st_reading *reading, st_attribution *attribution, uint32_t quote);

// said.c
// Adds what of the attributions found by the network is something uttered, in the order of their cues.
void st_said_attribute(st_reading *reading, const st_attributed *found, size_t count);

// quotes.c
void st_quotes_carry(st_reading *reading);

// turns.c
bool st_turns_attribute(st_reading *reading); // true if the article is a transcript

// details.c
void st_details_days(st_reading *reading);
// 0 (Sunday) to 6 of a weekday's name in lower case; -1 if it is none.
int st_weekday(const char *lower);
// Time of the event that is spoken of, in the Extended Date/Time Format; "" if none is told. In the arena.
const char *st_event_time(const st_reading *reading, const st_attribution *attribution);
void st_details_selectors(st_reading *reading, gs_statement *statement);

// topics.c
// Sets the statement's topics: a label of two to five words, of the content or else of the article, then up
// to three of the names in the content.
void st_topics_read(st_reading *reading, const st_attribution *attribution, gs_statement *statement);

// circumstances.c
// Sets venue and addressee of the statement where the cue's clause tells them.
void st_circumstances_read(const st_reading *reading, const st_attribution *attribution,
                           gs_statement *statement);

#endif
