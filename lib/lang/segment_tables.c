// The section's tables: where words are cut inside their letters, and the classifiers' weights.
//
// Most of the features that training met weigh next to nothing. The others stand in buckets of four, each
// with eight bits of its number to know it by, so that half a megabyte holds what a plain hashed vector would
// need sixteen for, and an unseen feature hits a wrong weight once in 64 times at most.
#include <string.h>

#include "segment_internal.h"

static uint32_t u32_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint64_t u64_at(const unsigned char *bytes)
{
    return u32_at(bytes) | (uint64_t)u32_at(bytes + 4) << 32;
}

bool seg_model_read(seg_model *model, gs_view section, gs_error *error)
{
    const unsigned char *bytes = (const unsigned char *)section.data;
    if (section.size < SEG_HEAD_BYTES || u32_at(bytes) != SEG_BUCKET_BITS)
        return gs_fail(error, GS_E_DAMAGED, "the model's part \"segment\" is not one of this version");
    model->cut_bits = u32_at(bytes + 4);
    model->suffix_count = u32_at(bytes + 8);
    model->margin = u32_at(bytes + 12);
    if (model->margin > INT32_MAX)
        return gs_fail(error, GS_E_DAMAGED, "the model's part \"segment\" has a margin that cannot be");
    if (model->cut_bits > SEG_CUT_BITS_MAX || model->suffix_count > SEG_SUFFIXES_MAX)
        return gs_fail(error, GS_E_DAMAGED, "the model's part \"segment\" has tables that are too large");
    size_t suffixes = (size_t)model->suffix_count * SEG_SUFFIX_ENTRY;
    size_t cuts = ((size_t)1 << model->cut_bits) * SEG_CUT_ENTRY;
    size_t weights = ((size_t)1 << SEG_BUCKET_BITS) * SEG_BUCKET_BYTES;
    if (section.size != SEG_HEAD_BYTES + suffixes + cuts + weights)
        return gs_fail(error, GS_E_DAMAGED,
                       "the model's part \"segment\" has %zu bytes, but its tables need %zu", section.size,
                       SEG_HEAD_BYTES + suffixes + cuts + weights);
    model->suffixes = bytes + SEG_HEAD_BYTES;
    model->cuts = model->suffixes + suffixes;
    model->weights = model->cuts + cuts;
    for (uint32_t i = 0; i < model->suffix_count; i++) {
        const unsigned char *entry = model->suffixes + (size_t)i * SEG_SUFFIX_ENTRY;
        if (entry[0] > SEG_SUFFIX_BYTES || entry[1] == 0 || entry[1] >= entry[0])
            return gs_fail(error, GS_E_DAMAGED, "the model's part \"segment\" has a suffix that cannot be");
    }
    return true;
}

bool seg_has_clitic(const seg_window *window, size_t i)
{
    const seg_atom *next = &window->atoms[i + 1];
    enum { APOSTROPHE = (uint32_t)SEG_MARK << 28 | 1U << 22 | '\'' };
    return next->kind == APOSTROPHE && !((next[0].flags | next[1].flags) & SEG_SPACE) &&
           next[1].type == SEG_LETTERS;
}

uint64_t seg_cut_key(const seg_window *window, size_t i)
{
    const seg_atom *atom = &window->atoms[i];
    uint64_t key = seg_has_clitic(window, i) ? seg_hash_join(atom[0].hash, atom[2].hash) : atom->hash;
    return key ? key : 1;
}

static bool same_letters(gs_view text, uint32_t begin, const unsigned char *letters, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((unsigned char)text.data[begin + i] | 0x20) != letters[i])
            return false;
    return true;
}

// "n't" of any word: the letters before the apostrophe are cut off.
static bool suffix_find(const seg_model *model, const seg_window *window, gs_view text, size_t i,
                        seg_cut_entry *entry, uint64_t *key)
{
    const seg_atom *atom = &window->atoms[i], *after = atom + 2;
    for (uint32_t s = 0; s < model->suffix_count; s++) {
        const unsigned char *suffix = model->suffixes + (size_t)s * SEG_SUFFIX_ENTRY;
        uint32_t before = suffix[1], behind = (uint32_t)suffix[0] - before - 1,
                 size = atom->end - atom->begin;
        if (size <= before || size > UINT8_MAX || after->end - after->begin != behind)
            continue;
        if (!same_letters(text, atom->end - before, suffix + 2, before) ||
            !same_letters(text, after->begin, suffix + 2 + before + 1, behind))
            continue;
        *entry = (seg_cut_entry){.first = (uint8_t)(size - before)};
        *key = seg_hash_join(suffix[2], suffix[2 + before + 1]);
        return true;
    }
    return false;
}

bool seg_cut_find(const seg_model *model, const seg_window *window, gs_view text, size_t i,
                  seg_cut_entry *entry, uint64_t *key)
{
    const seg_atom *atom = &window->atoms[i];
    if (!(atom->flags & SEG_ASCII))
        return false;
    if (seg_has_clitic(window, i) && suffix_find(model, window, text, i, entry, key))
        return true;
    *key = seg_cut_key(window, i);
    uint64_t mask = ((uint64_t)1 << model->cut_bits) - 1;
    for (uint64_t probe = 0; probe <= mask; probe++) {
        const unsigned char *slot = model->cuts + ((*key + probe) & mask) * SEG_CUT_ENTRY;
        uint64_t there = u64_at(slot);
        if (there == 0)
            return false;
        if (there != *key)
            continue;
        *entry = (seg_cut_entry){.first = slot[8], .second = slot[9]};
        uint32_t size = atom->end - atom->begin;
        return entry->first > 0 && entry->first < size &&
               (entry->second == 0 || (entry->second > entry->first && entry->second < size));
    }
    return false;
}

int32_t seg_score(const seg_model *model, const uint32_t *features, size_t count)
{
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *bucket =
            model->weights + (size_t)(features[i] >> SEG_CHECK_BITS) * SEG_BUCKET_BYTES;
        unsigned char check = (unsigned char)(features[i] & ((1U << SEG_CHECK_BITS) - 1));
        const signed char *weights = (const signed char *)bucket + SEG_BUCKET_SLOTS;
        for (int s = 0; s < SEG_BUCKET_SLOTS; s++)
            sum += bucket[s] == check ? weights[s] : 0;
    }
    return sum;
}
