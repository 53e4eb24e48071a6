// Two hash maps by open addressing: what the table will hold, and the strings it points at, each kept once.
#include <stdlib.h>
#include <string.h>

#include "lemma_builder.h"

enum { FIRST_CAPACITY = 1 << 14 };

static struct lemma_pair *slot_of(struct lemma_pair *pairs, size_t capacity, uint64_t hash)
{
    size_t at = hash & (capacity - 1);
    while (pairs[at].hash != 0 && pairs[at].hash != hash)
        at = (at + 1) & (capacity - 1);
    return &pairs[at];
}

static void put(struct lemma_pair **pairs, size_t *count, size_t *capacity, uint64_t hash, uint32_t value)
{
    if (*count * 2 >= *capacity) {
        struct lemma_pair *larger = gs_allocate(*capacity * 2 * sizeof *larger);
        for (size_t i = 0; i < *capacity; i++)
            if ((*pairs)[i].hash != 0)
                *slot_of(larger, *capacity * 2, (*pairs)[i].hash) = (*pairs)[i];
        free(*pairs);
        *pairs = larger;
        *capacity *= 2;
    }
    struct lemma_pair *slot = slot_of(*pairs, *capacity, hash);
    *count += slot->hash == 0;
    *slot = (struct lemma_pair){hash, value};
}

void lemma_builder_init(lemma_builder *self)
{
    *self = (lemma_builder){.capacity = FIRST_CAPACITY, .known_capacity = FIRST_CAPACITY};
    self->pairs = gs_allocate(self->capacity * sizeof *self->pairs);
    self->known = gs_allocate(self->known_capacity * sizeof *self->known);
    lemma_builder_string(self, "");
}

void lemma_builder_free(lemma_builder *self)
{
    free(self->pairs);
    free(self->known);
    gs_buffer_free(&self->strings);
}

void lemma_builder_set(lemma_builder *self, uint64_t hash, uint32_t value)
{
    put(&self->pairs, &self->count, &self->capacity, hash, value);
}

bool lemma_builder_find(const lemma_builder *self, uint64_t hash, uint32_t *value)
{
    const struct lemma_pair *slot = slot_of(self->pairs, self->capacity, hash);
    *value = slot->value;
    return slot->hash != 0;
}

uint32_t lemma_builder_string(lemma_builder *self, const char *text)
{
    size_t size = strlen(text);
    uint64_t hash = lemma_hash(text, size, 0);
    const struct lemma_pair *slot = slot_of(self->known, self->known_capacity, hash);
    if (slot->hash != 0)
        return slot->value;
    uint32_t offset = (uint32_t)self->strings.size;
    gs_buffer_append(&self->strings, text, size + 1);
    put(&self->known, &self->known_count, &self->known_capacity, hash, offset);
    return offset;
}

void lemma_builder_write(const lemma_builder *self, gs_buffer *section)
{
    uint32_t slot_count = 4;
    while (slot_count / 4 * 3 <= self->count)
        slot_count *= 2;
    lemma_slot *slots = gs_allocate(slot_count * sizeof *slots);
    for (size_t i = 0; i < self->capacity; i++) {
        uint64_t hash = self->pairs[i].hash;
        if (hash == 0)
            continue;
        uint32_t at = (uint32_t)hash & (slot_count - 1);
        while (slots[at].check != 0)
            at = (at + 1) & (slot_count - 1);
        slots[at] = (lemma_slot){lemma_check(hash), self->pairs[i].value};
    }
    uint32_t head[4] = {slot_count, (uint32_t)self->strings.size, 0, 0};
    gs_buffer_append(section, head, sizeof head);
    gs_buffer_append(section, slots, slot_count * sizeof *slots);
    gs_buffer_append(section, self->strings.data, self->strings.size);
    free(slots);
}
