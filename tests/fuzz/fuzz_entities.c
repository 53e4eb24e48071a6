// The user's entities file, as any bytes: it is read or refused with one line, and what is read is found.
#include "fuzz.h"

#include "statement/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_holders *holders = gs_holders_new(100);
    gs_error error = {0};
    gs_holder_answer answer;
    size_t count = 0;
    gs_view text = gs_view_make(data, size);
    if (!gs_entities_read(holders, text, "entities.tsv", &count, &error)) {
        FUZZ_CHECK(error.code != GS_OK && error.message[0] != '\0');
    } else {
        FUZZ_CHECK(gs_holders_size(holders) <= count);
    }
    gs_arena *arena = gs_arena_new(0);
    const gs_holder_query query = {.name = gs_arena_text(arena, gs_view_slice(text, 0, 100)),
                                   .day = INT32_MIN};
    gs_holders_find(holders, &query, &answer);
    gs_arena_free(&arena);
    gs_holders_free(&holders);
    return 0;
}
