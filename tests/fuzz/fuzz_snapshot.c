// Any bytes as a ledger's snapshot: refused with one line, or safe to search and to go on with. A sound one
// is made here; the input changes it, five bytes a change (three say where, two what), and then the checksums
// are set right, so that what is looked through is what the checksums would have kept out. An input that
// starts with 'f' is a file as it stands.
#include "fuzz.h"

#include <string.h>

#include "contradiction/contradiction.h"

enum { SAID = 40, CHANGE = 5 };

static bool append(void *context, const void *data, size_t size)
{
    gs_buffer_append(context, data, size);
    return true;
}

static void make_statement(gs_statement *statement, gs_speaker *speaker, unsigned number, char text[120],
                           char id[GS_ID_TEXT])
{
    static char *const days[] = {"2025-04-02", "2025-04-24", ""};
    static char *const articles[] = {"a", "b", "c", "d"};
    gainsay__v1__statement__init(statement);
    gainsay__v1__speaker__init(speaker);
    snprintf(text, 120, "The bridge of Orto%u was not closed by 3 waters of river%u", number % 7, number % 5);
    gs_id_text(gs_id_of("fuzz", gs_view_make(&number, sizeof number), gs_view_of("")), id);
    speaker->name = "Ana Ruiz";
    speaker->country = "PE";
    speaker->kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    statement->speaker = speaker;
    statement->statement_id = id;
    statement->text = text;
    statement->said_on = days[number % 3];
    statement->article_id = articles[number % 4];
    statement->title = "A bridge and its river";
}

static void go_on(gs_ledger *ledger, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        gs_statement statement;
        gs_speaker speaker;
        char text[120], id[GS_ID_TEXT];
        gs_id ids[GS_INDEX_FOUND];
        size_t count;
        make_statement(&statement, &speaker, i, text, id);
        gs_ledger_recall(ledger, &statement);
        gs_index_find(gs_ledger_index(ledger), &statement, ids, GS_INDEX_FOUND, &count);
        FUZZ_CHECK(count <= GS_INDEX_FOUND);
    }
}

// The arrays as snapshot.c has them: count, bytes of an item, hash, items, zeros up to eight bytes.
static void mend(char *bytes, size_t size)
{
    for (size_t at = 0; at + 24 <= size;) {
        uint64_t head[3];
        memcpy(head, bytes + at, sizeof head);
        at += sizeof head;
        if (head[1] == 0 || head[0] > (size - at) / head[1])
            return;
        size_t items = (size_t)(head[0] * head[1]);
        head[2] = gs_hash(gs_view_make(bytes + at, items));
        memcpy(bytes + at - sizeof head, head, sizeof head);
        at += (items + 7) / 8 * 8;
    }
}

static void change(gs_buffer *saved, const uint8_t *data, size_t size)
{
    for (; size >= CHANGE; data += CHANGE, size -= CHANGE) {
        size_t at = ((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) % saved->size;
        saved->data[at] = (char)data[3];
        if (at + 1 < saved->size && data[4] % 3 == 0)
            saved->data[at + 1] = (char)data[4];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_memory_store *memory = gs_memory_store_new(NULL, NULL);
    gs_ledger_store store = gs_memory_store_functions(memory);
    // Nothing is judged here.
    gs_ledger *ledger = gs_ledger_new(&store, NULL, 30, 0.5), *loaded = gs_ledger_new(&store, NULL, 30, 0.5);
    gs_buffer saved = {0};
    gs_error error = {0};
    if (size > 0 && data[0] == 'f') {
        gs_buffer_append(&saved, data + 1, size - 1);
    } else {
        go_on(ledger, 0, SAID);
        FUZZ_CHECK(gs_ledger_save(ledger, gs_view_of("stamp"), append, &saved));
        change(&saved, data, size);
        mend(saved.data, saved.size);
    }
    if (gs_ledger_load(loaded, gs_buffer_view(&saved), &error)) {
        go_on(loaded, SAID / 2, SAID * 2);
        gs_ledger_expire(loaded, (uint64_t)gs_days_from_civil(2025, 4, 20));
        go_on(loaded, 0, SAID);
        for (unsigned i = 0; i < 2 * SAID; i++)
            gs_index_remove(gs_ledger_index(loaded),
                            gs_id_of("fuzz", gs_view_make(&i, sizeof i), gs_view_of("")));
        FUZZ_CHECK(gs_index_bytes(gs_ledger_index(loaded)) > 0);
    } else {
        FUZZ_CHECK(error.message[0] != '\0' && strchr(error.message, '\n') == NULL);
        go_on(loaded, 0, SAID);
    }
    gs_ledger_free(&ledger);
    gs_ledger_free(&loaded);
    gs_memory_store_free(&memory);
    gs_buffer_free(&saved);
    return 0;
}
