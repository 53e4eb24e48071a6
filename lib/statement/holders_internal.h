// The table of office-holders as its parts see it: holders_table.c is the table, holders.c learns and keeps,
// holders_find.c asks it, holders_resolve.c completes an extraction.
#ifndef GAINSAY_STATEMENT_HOLDERS_INTERNAL_H
#define GAINSAY_STATEMENT_HOLDERS_INTERNAL_H

#include "statement/holders.h"
#include "statement/naming.h"

enum { HOLDER_NONE = UINT32_MAX, HOLDER_COUNTRY_BYTES = 8 };

// Texts are offsets into the pool; offset 0 is "".
typedef struct holder_entry {
    gs_id id;
    uint64_t last_article; // hash of the article that was counted last
    uint32_t name, role, organisation, entity_id, aliases;
    uint32_t articles[GS_HOLDER_ARTICLES]; // evidence
    int32_t first_day, last_day;           // since 1970-01-01
    uint32_t mentions;
    uint32_t journal; // its place there, plus one; 0 if it did not change since the last keep or undo
    char country[HOLDER_COUNTRY_BYTES];
    char gender;
    bool official, told, body;
} holder_entry;

// One name that leads to an entry. Postings under one key are a chain.
typedef struct holder_posting {
    uint32_t entry, next;
    uint32_t name; // the alias; 0: the entry's own name
} holder_posting;

typedef struct holder_head {
    uint64_t key; // 0: free
    uint32_t posting;
} holder_head;

typedef struct holder_change {
    uint32_t entry;
    holder_entry before; // unused where the entry is new
    bool is_new;
} holder_change;

struct gs_holders {
    uint32_t max;
    holder_entry *entries;
    uint32_t count, capacity, told_count;
    uint32_t *ids; // open addressing over entries by id; HOLDER_NONE: free
    uint32_t id_capacity;
    holder_posting *postings;
    uint32_t posting_count, posting_capacity;
    holder_head *heads;
    uint32_t head_count, head_capacity;
    gs_buffer texts;      // NUL-terminated, each once
    uint32_t *text_slots; // open addressing over offsets; 0: free
    uint32_t text_count, text_slot_capacity;
    holder_change *journal;
    uint32_t journal_count, journal_capacity;
    gs_arena *scratch; // of one call
};

static inline const char *holder_text(const gs_holders *self, uint32_t offset)
{
    return self->texts.data + offset;
}

// holders_table.c
void *holder_grown(void *array, uint32_t *capacity, uint32_t needed, size_t item);
uint32_t holder_intern(gs_holders *self, const char *text); // offset of the text, entered if new
gs_id holder_id_of(gs_holders *self, const gs_told *row);   // of what the row says, whatever its days
holder_entry holder_entry_from(gs_holders *self, gs_id id, const gs_told *row);
holder_entry *holder_entry_of(gs_holders *self, gs_id id); // NULL if there is none
holder_entry *holder_add(gs_holders *self, const holder_entry *fresh);
void holder_rebuild(gs_holders *self); // indexes from the entries alone
void holder_drop(gs_holders *self);    // frees all arrays

// First posting under the key, or HOLDER_NONE.
uint32_t holder_chain(const gs_holders *self, uint64_t key);
// Whole names and surnames are kept apart, so that a full name is found without passing its namesakes.
uint64_t holder_name_key(const gs_naming *name);
uint64_t holder_surname_key(uint64_t key);

// holders.c. The civil day of an RFC 3339 time in its own zone, since 1970-01-01; INT32_MIN if it is none.
int32_t holder_day(const char *time);

#endif
