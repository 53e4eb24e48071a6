// Which words the treebanks cut inside their letters ("can|not", "do|n't", "it|s"), as tables.
//
// Counted by the key under which the segmenter will ask. What is cut off before an apostrophe and after
// several different words is a suffix, good for words that no treebank has seen; the rest are single forms,
// kept if they are cut often enough for the classifier to have something to learn from.
#include <stdlib.h>
#include <string.h>

#include "train_segment.h"

enum { SUFFIX_WORDS = 4 }; // different words that a suffix is cut from

typedef struct cut_count {
    uint64_t key;
    uint32_t seen, cut;
    seg_cut_entry entry;
    char suffix[SEG_SUFFIX_BYTES + 1]; // "" if it is none
    uint8_t before;                    // bytes of the suffix before the apostrophe
} cut_count;

typedef struct cut_counts {
    cut_count *slots; // open addressing
    size_t bits, count;
} cut_counts;

static cut_count *slot_of(cut_counts *self, uint64_t key)
{
    uint64_t mask = ((uint64_t)1 << self->bits) - 1, at = key & mask;
    while (self->slots[at].key != 0 && self->slots[at].key != key)
        at = (at + 1) & mask;
    return &self->slots[at];
}

static cut_count *count_of(cut_counts *self, uint64_t key)
{
    if (self->count * 2 >= (size_t)1 << self->bits) {
        cut_counts larger = {.bits = self->bits + 1};
        larger.slots = gs_allocate(((size_t)1 << larger.bits) * sizeof *larger.slots);
        for (size_t i = 0; i < (size_t)1 << self->bits; i++)
            if (self->slots[i].key)
                *slot_of(&larger, self->slots[i].key) = self->slots[i];
        free(self->slots);
        self->slots = larger.slots;
        self->bits = larger.bits;
    }
    cut_count *found = slot_of(self, key);
    self->count += found->key == 0;
    found->key = key;
    return found;
}

static char lower_ascii(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static void note_suffix(cut_count *count, const seg_atom *atom, gs_view text, uint32_t cut)
{
    const seg_atom *after = atom + 2;
    size_t before = atom->end - cut, behind = after->end - after->begin, size = 0;
    if (before + 1 + behind > SEG_SUFFIX_BYTES || !(after->flags & SEG_ASCII))
        return;
    for (uint32_t at = cut; at < atom->end && size < SEG_SUFFIX_BYTES; at++)
        count->suffix[size++] = lower_ascii(text.data[at]);
    count->suffix[size++] = '\'';
    for (uint32_t at = after->begin; at < after->end && size < SEG_SUFFIX_BYTES; at++)
        count->suffix[size++] = lower_ascii(text.data[at]);
    count->suffix[size] = '\0';
    count->before = (uint8_t)before;
}

static void count_atom(cut_counts *counts, const seg_window *window, const segment_text *text, size_t i)
{
    const seg_atom *atom = &window->atoms[i];
    if (atom->type != SEG_LETTERS || !(atom->flags & SEG_ASCII) || atom->end - atom->begin > UINT8_MAX)
        return;
    cut_count *count = count_of(counts, seg_cut_key(window, i));
    count->seen++;
    uint8_t cuts[2] = {0};
    size_t found = 0;
    for (uint32_t at = atom->begin + 1; at < atom->end; at++)
        if (text->marks[at] & SEGMENT_WORD && found < 2)
            cuts[found++] = (uint8_t)(at - atom->begin);
    if (found == 0)
        return;
    if (count->cut++ == 0) {
        count->entry = (seg_cut_entry){.first = cuts[0], .second = cuts[1]};
        if (seg_has_clitic(window, i))
            note_suffix(count, atom, gs_buffer_view(&text->bytes), atom->begin + cuts[found - 1]);
    }
}

static bool worth_it(const cut_count *count)
{
    return count->cut > 0 &&
           (count->cut * 2 >= count->seen || (count->cut >= 2 && count->cut * 100 >= count->seen));
}

static bool known_suffix(const gs_buffer *tables, const char *suffix)
{
    for (size_t at = 0; at < tables->size; at += SEG_SUFFIX_ENTRY)
        if (strncmp(tables->data + at + 2, suffix, SEG_SUFFIX_BYTES) == 0)
            return true;
    return false;
}

static uint32_t append_suffixes(const cut_counts *counts, gs_buffer *tables)
{
    size_t slots = (size_t)1 << counts->bits;
    uint32_t added = 0;
    for (size_t i = 0; i < slots && added < SEG_SUFFIXES_MAX; i++) {
        const cut_count *count = &counts->slots[i];
        if (count->suffix[0] == '\0' || known_suffix(tables, count->suffix))
            continue;
        int words = 0;
        for (size_t j = 0; j < slots; j++)
            words += strcmp(counts->slots[j].suffix, count->suffix) == 0;
        if (words < SUFFIX_WORDS)
            continue;
        char entry[SEG_SUFFIX_ENTRY] = {(char)strlen(count->suffix), (char)count->before};
        memcpy(entry + 2, count->suffix, strlen(count->suffix));
        gs_buffer_append(tables, entry, sizeof entry);
        added++;
    }
    return added;
}

static uint32_t append_cuts(const cut_counts *counts, gs_buffer *tables)
{
    size_t kept = 0, slots = (size_t)1 << counts->bits;
    for (size_t i = 0; i < slots; i++)
        kept += worth_it(&counts->slots[i]);
    uint32_t bits = 6;
    while (bits < SEG_CUT_BITS_MAX && ((size_t)1 << bits) < 4 * kept)
        bits++;
    size_t size = (size_t)1 << bits, added = 0;
    unsigned char *table = gs_allocate(size * SEG_CUT_ENTRY);
    for (size_t i = 0; i < slots && added < size / 2; i++) {
        const cut_count *count = &counts->slots[i];
        if (!worth_it(count) || known_suffix(tables, count->suffix))
            continue;
        size_t at = count->key & (size - 1);
        while (table[at * SEG_CUT_ENTRY + 8] != 0)
            at = (at + 1) & (size - 1);
        unsigned char *slot = table + at * SEG_CUT_ENTRY;
        for (int byte = 0; byte < 8; byte++)
            slot[byte] = (unsigned char)(count->key >> (8 * byte) & 0xFF);
        slot[8] = count->entry.first;
        slot[9] = count->entry.second;
        added++;
    }
    gs_buffer_append(tables, table, size * SEG_CUT_ENTRY);
    free(table);
    return bits;
}

void segment_tables_make(const corpus *treebanks, seg_window *window, gs_buffer *tables,
                         uint32_t *suffix_count, uint32_t *cut_bits)
{
    cut_counts counts = {.bits = 12};
    counts.slots = gs_allocate(((size_t)1 << counts.bits) * sizeof *counts.slots);
    segment_text text = {0};
    uint64_t random = 0;
    for (size_t s = 0; s < treebanks->count; s++) {
        segment_text_make(&text, &treebanks->sentences[s], 1, false, &random);
        seg_scanner scanner = {.text = gs_buffer_view(&text.bytes)};
        seg_scan(&scanner, window);
        for (size_t i = 0; i < window->atom_count; i++)
            count_atom(&counts, window, &text, i);
    }
    *suffix_count = append_suffixes(&counts, tables);
    *cut_bits = append_cuts(&counts, tables);
    segment_text_free(&text);
    free(counts.slots);
}
