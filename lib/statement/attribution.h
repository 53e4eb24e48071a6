// Attributions by a trained network: which words say that something was said, whose words it was, and what.
// Private to the room; what the network computes stands at the top of attribution_network.h.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_H
#define GAINSAY_STATEMENT_ATTRIBUTION_H

#include "lang/lang.h"

typedef struct st_words {
    uint32_t begin, end; // words of the parse, end exclusive; never empty
} st_words;

typedef struct st_attributed {
    st_words cue;
    st_words *sources; // in order, without overlap, none over the cue; there may be none
    size_t source_count;
    st_words *contents; // likewise; at least one
    size_t content_count;
    float probability; // that somebody is said here to have said about that: calibrated, between 0 and 1
} st_attributed;       // in the arena

typedef struct st_attributor st_attributor;

// One a thread; it lets lang give states. NULL and *error if the model lacks the section "attribution" or the
// section was trained on another language network. Model and lang must outlive it.
st_attributor *st_attributor_new(const gs_model *model, gs_lang *lang, gs_error *error);
void st_attributor_free(st_attributor **self_p);

// The attributions of a text that lang has read, in the order of their cues; returns their number. Cues do
// not overlap; a content may lie in another's content. Time and memory are linear in the text, whatever is in
// it; the same parse gives the same bits on every machine.
size_t st_attributor_read(st_attributor *self, const gs_parse *parse, gs_arena *arena, st_attributed **out);

#endif
