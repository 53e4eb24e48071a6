// A second opinion on a contradiction, from a language model that is asked over HTTP: all of it that needs no
// socket. What is asked, what counts as an answer, what an answer may change, and when to ask at all.
//
// The words of statements come from strangers, and so may the answer, if those words are written to steer a
// model. Both ends are therefore narrow. Statements travel as JSON strings in which only letters, digits and
// plain punctuation stand for themselves, cut to a size, between two lines with a random marker; instructions
// stand in the system message alone; one question is about one pair and offers no tools. The answer is one of
// five words and a number. It can change nothing but this pair's score and relation, within the bounds that
// gs_opinion_apply states, and no text of the model goes any further than gs_opinion_read.
#ifndef GAINSAY_OPINION_H
#define GAINSAY_OPINION_H

#include "wire/wire.h"

enum {
    GS_OPINION_PROMPT = 1,              // version of the question; a change makes stored answers void
    GS_OPINION_BODY_BYTES = 256 * 1024, // of an answer, at most
    GS_OPINION_WORDS_BYTES = 2000,      // of a statement's words that are asked about
    GS_OPINION_FIELD_BYTES = 200,       // of a name, an office, a headline
};

typedef struct gs_opinion {
    Gainsay__V1__Contradiction__Relation relation; // UNSPECIFIED: unrelated
    double confidence;                             // of the model in its choice, 0 to 1
} gs_opinion;

// ---- the question ----------------------------------------------------------------------------------

// Names what is asked about this pair: the same for (a, b) and (b, a), and another as soon as the model, the
// prompt or anything that is told of the two statements is another. An answer is kept under it.
gs_id gs_opinion_question(const gs_statement *a, const gs_statement *b, const char *model);
// Appends the body of a request to …/chat/completions. marker: fresh random letters and digits.
bool gs_opinion_request(const gs_statement *a, const gs_statement *b, const char *model, const char *marker,
                        gs_buffer *body, gs_error *error);

// ---- the answer ------------------------------------------------------------------------------------

// Reads the body of the reply. Anything but one finished choice whose content is exactly {"relation": one of
// the five, "confidence": 0 to 1} is an error, with one line that says what was wrong.
bool gs_opinion_read(gs_view body, gs_opinion *opinion, gs_error *error);

// What an opinion makes of the built-in score p and relation, with its confidence c. Nothing else changes.
//   contradicts     score p + min(0.15, c (1 - p) / 2)
//   anything else   score p (1 - c); the relation becomes the opinion's where c is 0.5 or more
void gs_opinion_apply(const gs_opinion *opinion, Gainsay__V1__Contradiction__Relation *relation,
                      double *score);

// ---- when to ask -----------------------------------------------------------------------------------

// At most so many questions in any minute; and none for a while after several failures in a row, so that a
// server that is away delays nothing. Times are of gs_monotonic_us.
typedef struct gs_opinion_gate gs_opinion_gate;
typedef enum gs_opinion_pass { GS_OPINION_ASK, GS_OPINION_OVER_BUDGET, GS_OPINION_RESTING } gs_opinion_pass;

gs_opinion_gate *gs_opinion_gate_new(uint32_t per_minute);
void gs_opinion_gate_free(gs_opinion_gate **self_p);
// GS_OPINION_ASK counts as a question.
gs_opinion_pass gs_opinion_gate_ask(gs_opinion_gate *self, uint64_t now_us);
bool gs_opinion_gate_rests(const gs_opinion_gate *self, uint64_t now_us);
void gs_opinion_gate_told(gs_opinion_gate *self, bool answered, uint64_t now_us); // how a question ended

#endif
