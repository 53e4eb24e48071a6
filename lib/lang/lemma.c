// Lemmas by look-up, and by rule for words that no treebank had.
//
// First the form with its tag, as written and then in small letters; a hit is a pointer into the model. Else
// the longest known end of the word says what to cut and what to add ("-ies" NNS: cut 3, add "y"), and for a
// word with capitals another end says whether they stay ("-ican" JJ: they do). So irregular words, "n't" and
// "us" are mere entries, and nothing here knows English.
//
// The idea of edits chosen by the longest matching end is that of rule-based stemmers turned into data; see
// Jongejan & Dalianis 2009, "Automatic training of lemmatization rules …", ACL.
#include <stdlib.h>
#include <string.h>

#include "lemma.h"
#include "lemma_table.h"
#include "lexicon.h"

struct lang_lemmatiser {
    const lemma_slot *slots; // borrowed from the section
    const char *strings;     // likewise
    uint32_t slot_count;
    uint32_t string_bytes;
};

enum { VALUE_BYTE = 24, VALUE_OFFSET = (1 << VALUE_BYTE) - 1 };

static uint32_t read_u32(const char *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

// Whatever the section holds, no look-up may leave it: every offset is checked here, once.
static bool is_sound(const lang_lemmatiser *self)
{
    uint32_t used = 0;
    if (self->strings[0] != '\0' || self->strings[self->string_bytes - 1] != '\0')
        return false;
    for (uint32_t i = 0; i < self->slot_count; i++) {
        if ((self->slots[i].value & VALUE_OFFSET) >= self->string_bytes)
            return false;
        used += self->slots[i].check != 0;
    }
    return used <= self->slot_count / 4 * 3; // so that every search meets an empty slot soon
}

lang_lemmatiser *lang_lemmatiser_new(gs_view section, gs_error *error)
{
    if (section.size < LEMMA_HEADER || (uintptr_t)section.data % _Alignof(lemma_slot) != 0) {
        gs_fail(error, GS_E_DAMAGED, "the model's lemmas are cut short; install the model file again");
        return NULL;
    }
    uint32_t slots = read_u32(section.data), strings = read_u32(section.data + 4);
    bool counts = slots >= 4 && slots <= LEMMA_MAX_SLOTS && (slots & (slots - 1)) == 0 && strings > 0 &&
                  strings <= LEMMA_MAX_STRINGS;
    if (!counts || section.size != LEMMA_HEADER + slots * sizeof(lemma_slot) + strings) {
        gs_fail(error, GS_E_DAMAGED, "the model's lemmas have %zu bytes, which is not what their head says",
                section.size);
        return NULL;
    }
    const char *table = section.data + LEMMA_HEADER;
    lang_lemmatiser *self = gs_allocate(sizeof *self);
    self->slots = (const lemma_slot *)(const void *)table;
    self->strings = table + slots * sizeof(lemma_slot);
    self->slot_count = slots;
    self->string_bytes = strings;
    if (is_sound(self))
        return self;
    gs_fail(error, GS_E_DAMAGED, "the model's lemmas point outside their section");
    free(self);
    return NULL;
}

void lang_lemmatiser_free(lang_lemmatiser **self_p)
{
    free(*self_p);
    *self_p = NULL;
}

// ---- forms

bool lemma_form_of(gs_view form, lemma_form *out)
{
    size_t capitals = 0;
    out->size = lang_lexicon_small(form, out->small, &capitals);
    if (out->size == 0)
        return false;
    size_t letters = 0;
    for (size_t i = 0; i < form.size; i++) {
        unsigned char byte = (unsigned char)form.data[i];
        letters += (unsigned)((byte | 0x20) - 'a') < 26 || byte >= 0xC0;
    }
    out->shape = capitals == 0         ? LEMMA_SHAPE_SMALL
                 : capitals >= letters ? (capitals > 1 ? LEMMA_SHAPE_ALL : LEMMA_SHAPE_FIRST)
                 : capitals == 1 && out->small[0] != form.data[0] ? LEMMA_SHAPE_FIRST
                                                                  : LEMMA_SHAPE_MIXED;
    return true;
}

size_t lemma_apply_case(gs_view form, const lemma_form *forms, lemma_case how, char out[LEMMA_FORM])
{
    if (how == LEMMA_CASE_KEEP) {
        memcpy(out, form.data, form.size);
        return form.size;
    }
    memcpy(out, forms->small, forms->size);
    bool ascii = how == LEMMA_CASE_TITLE && ((unsigned char)form.data[0] & 0x80) == 0;
    if (ascii)
        out[0] = form.data[0];
    return forms->size;
}

// ---- look-up

static bool find(const lang_lemmatiser *self, uint64_t hash, uint32_t *value)
{
    uint32_t mask = self->slot_count - 1, check = lemma_check(hash);
    for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
        if (self->slots[at].check == check) {
            *value = self->slots[at].value;
            return true;
        }
        if (self->slots[at].check == 0)
            return false;
    }
}

// The rule of the longest known end.
static bool find_rule(const lang_lemmatiser *self, const lemma_form *form, uint64_t seed, uint32_t *value)
{
    size_t longest = form->size < LEMMA_SUFFIX ? form->size : LEMMA_SUFFIX;
    for (size_t size = longest + 1; size-- > 0;)
        if (find(self, lemma_hash(form->small + form->size - size, size, seed), value))
            return true;
    return false;
}

static const char *by_rule(const lang_lemmatiser *self, gs_view form, const lemma_form *forms,
                           const char *tag, gs_arena *arena)
{
    char base[LEMMA_FORM];
    size_t tag_size = strlen(tag);
    uint32_t value = 0;
    lemma_case how = LEMMA_CASE_SMALL;
    if (forms->shape != LEMMA_SHAPE_SMALL &&
        find_rule(self, forms, lemma_seed(tag, tag_size, LEMMA_CASE, forms->shape), &value))
        how = (lemma_case)(value >> VALUE_BYTE);
    size_t size = lemma_apply_case(form, forms, how, base);
    const char *ending = "";
    if (find_rule(self, forms, lemma_seed(tag, tag_size, LEMMA_EDIT, LEMMA_SHAPE_SMALL), &value)) {
        size_t cut = value >> VALUE_BYTE;
        // Not the whole word, and not a part of a character.
        if (cut < size && (cut == 0 || ((unsigned char)base[size - cut] & 0xC0) != 0x80)) {
            size -= cut;
            ending = self->strings + (value & VALUE_OFFSET);
        }
    }
    size_t added = strlen(ending);
    char *lemma = gs_arena_alloc(arena, size + added + 1);
    memcpy(lemma, base, size);
    memcpy(lemma + size, ending, added + 1);
    return lemma;
}

const char *lang_lemma(const lang_lemmatiser *self, gs_view form, gs_upos upos, const char *xpos,
                       gs_arena *arena)
{
    lemma_form forms;
    if (form.size == 0)
        return "";
    if (!lemma_form_of(form, &forms))
        return gs_arena_text(arena, form);
    const char *tag = xpos ? xpos : gs_upos_name(upos);
    size_t tag_size = strlen(tag);
    uint32_t value = 0;
    if (forms.shape != LEMMA_SHAPE_SMALL) {
        uint64_t seed = lemma_seed(tag, tag_size, LEMMA_EXACT, LEMMA_SHAPE_SMALL);
        if (find(self, lemma_hash(form.data, form.size, seed), &value))
            return self->strings + (value & VALUE_OFFSET);
    }
    uint64_t seed = lemma_seed(tag, tag_size, LEMMA_SMALL, LEMMA_SHAPE_SMALL);
    if (find(self, lemma_hash(forms.small, forms.size, seed), &value))
        return self->strings + (value & VALUE_OFFSET);
    return by_rule(self, form, &forms, tag, arena);
}
