// The second opinion, from both sides: the bytes as a server's reply, which is read or refused with one line;
// and as the words of a statement, which must not get out of the string that holds them.
#include "fuzz.h"

#include <string.h>

#include <jansson.h>

#include "contradiction/contradiction.h"

static const char MARKER[] = "0123456789abcdef";

static void check_reply(gs_view body)
{
    gs_opinion opinion = {0};
    gs_error error = {0};
    if (!gs_opinion_read(body, &opinion, &error)) {
        FUZZ_CHECK(error.code != GS_OK && error.message[0] != '\0' && !strchr(error.message, '\n'));
        return;
    }
    FUZZ_CHECK(opinion.confidence >= 0 && opinion.confidence <= 1);
    FUZZ_CHECK(protobuf_c_enum_descriptor_get_value(&gainsay__v1__contradiction__relation__descriptor,
                                                    (int)opinion.relation));
    Gainsay__V1__Contradiction__Relation relation = GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS;
    double score = 0.7;
    gs_opinion_apply(&opinion, &relation, &score);
    FUZZ_CHECK(score >= 0 && score <= 0.85 + 1e-9);
}

static void check_words(gs_view text)
{
    gs_arena *arena = gs_arena_new(0);
    gs_buffer body = {0};
    gs_error error = {0};
    json_error_t where;
    gs_statement a = GAINSAY__V1__STATEMENT__INIT, b = GAINSAY__V1__STATEMENT__INIT;
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    a.text = a.title = speaker.name = speaker.role = gs_arena_text(arena, text);
    a.speaker = &speaker;
    a.said_on = (char *)"2025-04-24";
    b.said_on = (char *)"2025-04-25";
    b.text = (char *)"No.";
    FUZZ_CHECK(gs_opinion_request(&a, &b, "model", MARKER, &body, &error));
    json_t *request = json_loadb(body.data, body.size, JSON_REJECT_DUPLICATES, &where);
    FUZZ_CHECK(request != NULL);
    const char *user = json_string_value(
        json_object_get(json_array_get(json_object_get(request, "messages"), 1), "content"));
    FUZZ_CHECK(user != NULL);
    const size_t size = strlen(user), marker = strlen(MARKER);
    FUZZ_CHECK(size > 2 * marker + 2 && size < 40000);
    FUZZ_CHECK(memchr(user + marker + 1, '\n', size - 2 * marker - 2) == NULL);
    FUZZ_CHECK(strpbrk(user, "<>[]|`#") == NULL);
    json_t *pair = json_loadb(user + marker + 1, size - 2 * marker - 2, JSON_REJECT_DUPLICATES, &where);
    FUZZ_CHECK(json_object_size(pair) == 2);
    FUZZ_CHECK(json_object_size(json_object_get(pair, "later")) == 2);
    json_decref(pair);
    json_decref(request);
    gs_buffer_free(&body);
    gs_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_reply(gs_view_make(data, size));
    check_words(gs_view_make(data, size));
    return 0;
}
