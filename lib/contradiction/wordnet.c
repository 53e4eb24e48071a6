// Looking words up in the compiled WordNet, and walking from sense to sense.
//
// A hierarchy is walked by each synset's first hypernym alone, so a sense's ancestors are a chain, and what
// two senses have in common is the first that both chains hold. Adjectives have no hierarchy: a satellite's
// parent is the head of its cluster, and it is the opposite of whatever its head is the opposite of (D. Gross
// and K. Miller, "Adjectives in WordNet", 1990).
#include "wordnet.h"

#include <string.h>

enum { KIND_DEPTH = 3 }; // what stands higher is no kind: "artefact"

static bool within(const uint32_t *values, size_t count, uint32_t limit, bool ascending)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] > limit || (ascending && i > 0 && values[i] < values[i - 1]))
            return false;
    return true;
}

static bool parents_good(const cd_wordnet *self)
{
    for (uint32_t i = 0; i < self->header->synsets; i++)
        if (self->parent[i] != CD_NO_WORD && self->parent[i] >= self->header->synsets)
            return false;
    return true;
}

bool cd_wordnet_open(cd_wordnet *self, gs_view section, gs_error *error)
{
    const cd_wordnet_header *header = (const void *)section.data;
    if (section.size < sizeof *header)
        return gs_fail(error, GS_E_DAMAGED, "the model's WordNet is cut short");
    uint64_t words = header->words,
             numbers = words * 3 + 2 + header->senses + header->links + header->synsets;
    if (sizeof *header + numbers * 4 + header->synsets > section.size)
        return gs_fail(error, GS_E_DAMAGED, "the model's WordNet is cut short");
    const uint32_t *at = (const uint32_t *)(const void *)(section.data + sizeof *header);
    self->header = header;
    self->hashes = at;
    self->first_sense = self->hashes + words;
    self->first_link = self->first_sense + words + 1;
    self->sense = self->first_link + words + 1;
    self->link = self->sense + header->senses;
    self->parent = self->link + header->links;
    self->field = (const uint8_t *)(self->parent + header->synsets);
    bool good = within(self->first_sense, words + 1, header->senses, true) &&
                within(self->first_link, words + 1, header->links, true) &&
                within(self->sense, header->senses, header->synsets - 1, false) &&
                within(self->link, header->links, (header->words << 1) - 1, false) && parents_good(self);
    return good || gs_fail(error, GS_E_DAMAGED, "the model's WordNet has numbers out of range");
}

uint32_t cd_wordnet_hash(gs_view small_letters)
{
    return (uint32_t)gs_hash(small_letters);
}

uint32_t cd_wordnet_find(const cd_wordnet *self, uint32_t hash)
{
    uint32_t low = 0, high = self->header->words;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (self->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < self->header->words && self->hashes[low] == hash ? low : CD_NO_WORD;
}

static cd_class class_of(const cd_wordnet *self, uint32_t synset)
{
    cd_class class = CD_CLASS_ADVERB;
    while (class > 0 && synset < self->header->first_synset[class])
        class --;
    return class;
}

static size_t senses_of(const cd_wordnet *self, uint32_t word, cd_class class, uint32_t senses[CD_SENSES])
{
    size_t count = 0;
    for (uint32_t i = self->first_sense[word]; i < self->first_sense[word + 1] && count < CD_SENSES; i++)
        if (class_of(self, self->sense[i]) == class)
            senses[count++] = self->sense[i];
    return count;
}

static size_t chain_of(const cd_wordnet *self, uint32_t synset, uint32_t chain[CD_ANCESTORS])
{
    size_t count = 0;
    while (synset != CD_NO_WORD && count < CD_ANCESTORS) {
        chain[count++] = synset;
        synset = self->parent[synset];
    }
    return count;
}

static void relate_senses(const cd_wordnet *self, uint32_t a, uint32_t b, cd_relation *relation)
{
    uint32_t left[CD_ANCESTORS], right[CD_ANCESTORS];
    size_t left_count = chain_of(self, a, left), right_count = chain_of(self, b, right);
    for (size_t i = 0; i < left_count; i++) {
        for (size_t j = 0; j < right_count; j++) {
            if (left[i] != right[j])
                continue;
            relation->synonym |= i + j == 0;
            size_t steps = i + j;
            if ((i == 0) != (j == 0) && (!relation->above || steps < relation->above)) {
                relation->above = (uint8_t)steps;
                relation->a_above = i == 0;
            }
            if (i > 0 && j > 0 && (!relation->up || steps < (size_t)relation->up + relation->down)) {
                relation->up = (uint8_t)i;
                relation->down = (uint8_t)j;
                relation->depth = (uint8_t)(left_count - 1 - i);
                relation->field = self->field[left[i]];
                relation->common = left[i];
            }
            return;
        }
    }
}

static bool linked(const cd_wordnet *self, uint32_t a, uint32_t b, cd_link kind)
{
    for (uint32_t i = self->first_link[a]; i < self->first_link[a + 1]; i++)
        if (self->link[i] == (b << 1 | (uint32_t)kind))
            return true;
    return false;
}

// Is b among the opposites of a's heads, or has it a head among them?
static bool opposed_by_heads(const cd_wordnet *self, uint32_t a, uint32_t b)
{
    uint32_t left[CD_SENSES], right[CD_SENSES];
    size_t right_count = senses_of(self, b, CD_CLASS_ADJECTIVE, right);
    size_t left_count = senses_of(self, a, CD_CLASS_ADJECTIVE, left);
    for (uint32_t i = self->first_link[a]; i < self->first_link[a + 1]; i++) {
        uint32_t other = self->link[i] >> 1, senses[CD_SENSES];
        if ((self->link[i] & 1) != CD_LINK_ANTONYM)
            continue;
        size_t count = senses_of(self, other, CD_CLASS_ADJECTIVE, senses);
        for (size_t s = 0; s < count && s < 1; s++)
            for (size_t j = 0; j < right_count && j < 2; j++)
                if (self->parent[right[j]] == senses[s])
                    return left_count > 0;
    }
    return false;
}

bool cd_wordnet_synonyms(const cd_wordnet *self, uint32_t a, uint32_t b, cd_class class)
{
    uint32_t left[CD_SENSES], right[CD_SENSES];
    size_t left_count = senses_of(self, a, class, left), right_count = senses_of(self, b, class, right);
    for (size_t i = 0; i < left_count; i++)
        for (size_t j = 0; j < right_count; j++)
            if (left[i] == right[j])
                return true;
    return false;
}

bool cd_wordnet_antonyms(const cd_wordnet *self, uint32_t a, uint32_t b, cd_class class)
{
    return linked(self, a, b, CD_LINK_ANTONYM) || linked(self, b, a, CD_LINK_ANTONYM) ||
           (class == CD_CLASS_ADJECTIVE && (opposed_by_heads(self, a, b) || opposed_by_heads(self, b, a)));
}

bool cd_wordnet_derived(const cd_wordnet *self, uint32_t a, uint32_t b)
{
    return linked(self, a, b, CD_LINK_DERIVED) || linked(self, b, a, CD_LINK_DERIVED);
}

cd_relation cd_wordnet_relate(const cd_wordnet *self, uint32_t a, uint32_t b, cd_class class)
{
    cd_relation relation = {0};
    uint32_t left[CD_SENSES], right[CD_SENSES];
    size_t left_count = senses_of(self, a, class, left), right_count = senses_of(self, b, class, right);
    for (size_t i = 0; i < left_count; i++)
        for (size_t j = 0; j < right_count; j++)
            relate_senses(self, left[i], right[j], &relation);
    for (uint32_t at = relation.up ? relation.common : CD_NO_WORD, steps = 0;
         at != CD_NO_WORD && steps < CD_ANCESTORS && !relation.excludes; at = self->parent[at], steps++)
        for (size_t k = 0; k < self->kind_count; k++)
            relation.excludes |= self->kinds[k] == at;
    relation.antonym = cd_wordnet_antonyms(self, a, b, class);
    relation.derived = cd_wordnet_derived(self, a, b);
    return relation;
}

uint8_t cd_wordnet_field(const cd_wordnet *self, uint32_t word, cd_class class)
{
    uint32_t senses[CD_SENSES];
    return word != CD_NO_WORD && senses_of(self, word, class, senses) ? self->field[senses[0]] : UINT8_MAX;
}

void cd_wordnet_add_kind(cd_wordnet *self, const char *a, const char *b)
{
    uint32_t left = cd_wordnet_find(self, cd_wordnet_hash(gs_view_of(a))),
             right = cd_wordnet_find(self, cd_wordnet_hash(gs_view_of(b)));
    if (left == CD_NO_WORD || right == CD_NO_WORD || self->kind_count == CD_KINDS)
        return;
    cd_relation relation = cd_wordnet_relate(self, left, right, CD_CLASS_NOUN);
    if (relation.up && relation.depth >= KIND_DEPTH)
        self->kinds[self->kind_count++] = relation.common;
}
