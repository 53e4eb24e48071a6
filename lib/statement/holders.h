// holders: who holds which office, learned from the stream and told by the user.
//
// An article that names somebody with an office ("He Yadong, a spokesperson with China's Ministry of
// Commerce") teaches the table; a later one that has only the surname, or the name without the office, is
// completed from it. What an article says itself always wins. Where two people fit, the name stays as it is:
// no answer is better than the wrong person's.
//
// The table is a function of the extractions it was given, in their order, and of the entities file. It
// belongs to one thread.
#ifndef GAINSAY_STATEMENT_HOLDERS_H
#define GAINSAY_STATEMENT_HOLDERS_H

#include "wire/wire.h"

enum {
    GS_HOLDERS_MAX = 500000,    // entries that a table is made for where nothing else is asked
    GS_HOLDER_ARTICLES = 4,     // articles that an entry keeps as its evidence, the first ones
    GS_HOLDER_BEFORE_DAYS = 30, // an office is believed so long before its first mention
    GS_HOLDER_AFTER_DAYS = 400, // and so long after its last
};

typedef struct gs_holders gs_holders;
// max: entries at most, each of some 250 bytes with its texts and indexes: 120 MiB for GS_HOLDERS_MAX.
gs_holders *gs_holders_new(uint32_t max);
void gs_holders_free(gs_holders **self_p);
size_t gs_holders_size(const gs_holders *self);
size_t gs_holders_bytes(const gs_holders *self);

// ---- learning --------------------------------------------------------------------------------------

// Takes in everybody whom the extraction names in full with an office, speaking or not. A full table learns
// nobody new until it is trimmed. Names, roles and bodies longer than 200 bytes are not names, roles and
// bodies.
void gs_holders_learn(gs_holders *self, const gs_extraction *extraction);

// One row of the entities file: it is believed in its days exactly, and never trimmed. Days are since
// 1970-01-01; INT32_MIN and INT32_MAX where open. aliases: other names, parted by ';'.
typedef struct gs_told {
    const char *name, *aliases, *role, *organisation, *country, *entity_id; // "" where not given
    bool official;
    bool body; // an institution, not a person
    int32_t from_day, until_day;
} gs_told;
void gs_holders_tell(gs_holders *self, const gs_told *told);

// ---- asking ----------------------------------------------------------------------------------------

typedef struct gs_holder_query {
    const char *name;                          // full name, alias or surname, as the text has it
    const char *role, *organisation, *country; // what the text tells; "" or NULL where it does not
    char gender;                               // 'f', 'm' or 0
    bool body;                                 // asks for an institution
    int32_t day;                               // of the article, since 1970-01-01; INT32_MIN if unknown
} gs_holder_query;

typedef struct gs_holder_answer {
    const char *name, *role, *organisation, *country, *entity_id; // borrowed until the table changes
    const char *told_by;                                          // an article's id, or GS_TOLD_BY_USER
    bool official;
    bool by_surname; // the name asked for was not the full one
    bool told;       // by the user
    uint32_t mentions;
    uint32_t others; // people of that name who were ruled out by office, country, gender or day
} gs_holder_answer;
#define GS_TOLD_BY_USER "entities file"

typedef enum gs_holder_result { GS_HOLDER_NONE, GS_HOLDER_FOUND, GS_HOLDER_SEVERAL } gs_holder_result;
gs_holder_result gs_holders_find(const gs_holders *self, const gs_holder_query *query,
                                 gs_holder_answer *answer);

// Completes the speakers of an extraction, in place: name, office, body, country and entity_id where the
// article does not tell them. A statement whose speaker changes is given its new id, also where another is
// nested in it. Doubt lowers its confidence. New texts live in the arena.
void gs_holders_resolve(const gs_holders *self, gs_extraction *extraction, gs_arena *arena);

// ---- keeping ---------------------------------------------------------------------------------------

// What was learned since the last gs_holders_keep or gs_holders_undo. The owner saves it in the transaction
// that also holds what came of it, and then keeps or undoes it as the transaction fared.
bool gs_holders_save(gs_holders *self, bool (*put)(void *context, gs_id id, const gs_holder *, gs_error *),
                     void *context, gs_error *error);
void gs_holders_keep(gs_holders *self);
void gs_holders_undo(gs_holders *self);
// At start: an entry as it was saved.
void gs_holders_recall(gs_holders *self, const gs_holder *holder);

bool gs_holders_is_crowded(const gs_holders *self); // more than seven eighths of the room are taken
// Takes out the entries of a crowded table that were mentioned longest ago, until three quarters are left.
// remove (may be NULL) is told each of them; if it fails, the table stays as it was. Not between learning and
// keeping.
bool gs_holders_trim(gs_holders *self, bool (*remove)(void *context, gs_id id, gs_error *), void *context,
                     gs_error *error);

#endif
