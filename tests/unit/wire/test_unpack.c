// Bytes from strangers: everything malformed is refused with a reason, nothing makes memory run away, and
// what is not known is kept.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "every_type.h"
#include "wire/fields.h"

#define BYTES(literal) gs_view_make(literal, sizeof(literal) - 1)

typedef struct gs_fixture {
    gs_arena *arena;
    gs_buffer buffer;
    gs_error error;
} gs_fixture;

static int set_up(void **state)
{
    gs_fixture *fixture = gs_allocate(sizeof *fixture);
    fixture->arena = gs_arena_new(0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    gs_fixture *fixture = *state;
    gs_arena_free(&fixture->arena);
    gs_buffer_free(&fixture->buffer);
    free(fixture);
    return 0;
}

static void put_varint(gs_buffer *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        gs_buffer_byte(out, (char)(value | 0x80));
    gs_buffer_byte(out, (char)value);
}

static void refused(gs_fixture *fixture, const ProtobufCMessageDescriptor *type, gs_view bytes,
                    const char *message)
{
    gs_error_clear(&fixture->error);
    assert_null(gs_wire_unpack(type, bytes, fixture->arena, &fixture->error));
    assert_string_equal(fixture->error.message, message);
    assert_int_equal(fixture->error.code, GS_E_INPUT);
}

static void no_bytes_are_a_message_of_defaults(void **state)
{
    gs_fixture *fixture = *state;
    gs_article *article = (gs_article *)gs_wire_unpack(
        &gainsay__v1__article__descriptor, gs_view_make(NULL, 0), fixture->arena, &fixture->error);
    assert_non_null(article);
    assert_string_equal(article->text, "");
    assert_int_equal(article->revision, 0);
}

static void malformed_bytes_are_refused_with_the_reason(void **state)
{
    gs_fixture *fixture = *state;
    const ProtobufCMessageDescriptor *span = &gainsay__v1__span__descriptor;
    const ProtobufCMessageDescriptor *statement = &gainsay__v1__statement__descriptor;
    const struct {
        const ProtobufCMessageDescriptor *type;
        gs_view bytes;
        const char *message;
    } cases[] = {
        {span, BYTES("\x08"), "Span: 1 bytes are not a valid message: begin is cut short"},
        {span, BYTES("\x08\x80\x80"), "Span: 3 bytes are not a valid message: begin is cut short"},
        {span, BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         "Span: 12 bytes are not a valid message: begin is cut short"},
        {span, BYTES("\x0a\x00"),
         "Span: 2 bytes are not a valid message: begin has the encoding of another type"},
        {span, BYTES("\x0d\x00\x00\x00\x00"),
         "Span: 5 bytes are not a valid message: begin has the encoding of another type"},
        {span, BYTES("\x00\x01"), "Span: 2 bytes are not a valid message: it has a field without a number"},
        {span, BYTES("\xff\xff\xff\xff\x7f\x00"),
         "Span: 6 bytes are not a valid message: it has a field without a number"},
        {span, BYTES("\x80"), "Span: 1 bytes are not a valid message: it has a field without a number"},
        {span, BYTES("\x1b\x1c"),
         "Span: 2 bytes are not a valid message: it has a field of an unknown encoding"},
        {span, BYTES("\x1e"), "Span: 1 bytes are not a valid message: it has a field of an unknown encoding"},
        {span, BYTES("\x19\x01\x02\x03"), "Span: 4 bytes are not a valid message: it is cut short"},
        {span, BYTES("\x1d\x01\x02\x03"), "Span: 4 bytes are not a valid message: it is cut short"},
        {statement, BYTES("\x0a\x05hell"),
         "Statement: 6 bytes are not a valid message: statement_id is cut short"},
        {statement, BYTES("\x0a\xff\xff\xff\xff\x0f"),
         "Statement: 6 bytes are not a valid message: statement_id is cut short"},
        {statement, BYTES("\x0a\xff\xff\xff\xff\xff\x01"),
         "Statement: 7 bytes are not a valid message: statement_id has no length"},
        {statement, BYTES("\x0a\x02\xc3("),
         "Statement: 4 bytes are not a valid message: statement_id is not UTF-8"},
        {statement,
         BYTES("\x0a\x03"
               "a\0b"),
         "Statement: 5 bytes are not a valid message: statement_id holds a NUL character"},
        {statement, BYTES("\x3a\x05\x0a\x03\xed\xa0\x80"),
         "Statement: 7 bytes are not a valid message: speaker.name is not UTF-8"},
        {statement,
         BYTES("\x3a\x02\x0a\x03"
               "abc"),
         "Statement: 7 bytes are not a valid message: speaker.name is cut short"},
        {statement, BYTES("\x3a\x04\x42\x02\x08\x80\x08"),
         "Statement: 7 bytes are not a valid message: speaker.mention.begin is cut short"},
        {statement, BYTES("\x8a\x01\x01\xff"),
         "Statement: 4 bytes are not a valid message: topics is not UTF-8"},
        {statement, BYTES("\x3a\x00\x3a\x00"),
         "Statement: 4 bytes are not a valid message: speaker occurs twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(fixture, cases[i].type, cases[i].bytes, cases[i].message);
}

static void malformed_packed_numbers_are_refused(void **state)
{
    gs_fixture *fixture = *state;
    const char *half = "Every: %zu bytes are not a valid message: %s holds a piece of a number";
    char message[128];
    snprintf(message, sizeof message, half, (size_t)5, "floats");
    refused(fixture, &every_descriptor, BYTES("\xaa\x01\x02\0\0"), message);
    snprintf(message, sizeof message, half, (size_t)7, "doubles");
    refused(fixture, &every_descriptor, BYTES("\xa2\x01\x04\0\0\0\0"), message);
    refused(fixture, &every_descriptor, BYTES("\x92\x01\x02\x01\x80"),
            "Every: 5 bytes are not a valid message: int32s holds a number without an end");
    refused(fixture, &every_descriptor, BYTES("\xb2\x01\x02\x01\x02"),
            "Every: 5 bytes are not a valid message: bools is neither true nor false");
}

// Every beginning of a valid message is either a shorter valid message or refused; none is misread.
static void truncation_anywhere_is_safe(void **state)
{
    gs_fixture *fixture = *state;
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    gs_span span = GAINSAY__V1__SPAN__INIT;
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    speaker.name = "He Yadong";
    speaker.mention = &span;
    span.begin = 300;
    statement.speaker = &speaker;
    statement.text = "There are no talks";
    statement.confidence = 0.75;
    statement.n_content = 1;
    statement.content = &(gs_span *){&span};
    gs_wire_pack(&statement.base, &fixture->buffer);
    size_t refusals = 0;
    for (size_t size = 0; size < fixture->buffer.size; size++) {
        char *exact = gs_allocate(size + 1); // so that AddressSanitizer sees a read past the end
        memcpy(exact, fixture->buffer.data, size);
        char *shrunk = gs_reallocate(exact, size > 0 ? size : 1);
        refusals += gs_wire_unpack(&gainsay__v1__statement__descriptor, gs_view_make(shrunk, size),
                                   fixture->arena, NULL) == NULL;
        free(shrunk);
    }
    assert_true(refusals > fixture->buffer.size / 2);
}

static void a_message_over_the_limit_is_refused(void **state)
{
    gs_fixture *fixture = *state;
    gs_view huge = gs_view_make("", (size_t)GS_LIMIT_MESSAGE_BYTES + 1); // refused before it is looked at
    assert_null(gs_wire_unpack(&gainsay__v1__article__descriptor, huge, fixture->arena, &fixture->error));
    assert_int_equal(fixture->error.code, GS_E_LIMIT);
    assert_string_equal(fixture->error.message,
                        "Article: 33554433 bytes are more than a message may have (33554432)");
}

// Two bytes each on the wire, some hundred in memory.
static void many_empty_messages_hit_the_memory_bound(void **state)
{
    gs_fixture *fixture = *state;
    enum { COUNT = 1 << 20 };
    for (size_t i = 0; i < COUNT; i++)
        gs_buffer_append(&fixture->buffer, "\x12\x00", 2); // Extraction.statements
    assert_null(gs_wire_unpack(&gainsay__v1__extraction__descriptor, gs_buffer_view(&fixture->buffer),
                               fixture->arena, &fixture->error));
    assert_int_equal(fixture->error.code, GS_E_LIMIT);
    assert_string_equal(fixture->error.message,
                        "Extraction: 2097152 bytes would need more than 135266304 bytes of memory");
    assert_true(gs_arena_used(fixture->arena) <= 135266304);
}

// The list that needs most memory for its bytes among honest ones.
static void many_spans_stay_within_the_memory_bound(void **state)
{
    gs_fixture *fixture = *state;
    enum { COUNT = 1 << 18 };
    for (size_t i = 0; i < COUNT; i++)
        gs_buffer_append(&fixture->buffer, "\x5a\x04\x08\x01\x10\x02", 6); // Statement.content
    gs_statement *statement =
        (gs_statement *)gs_wire_unpack(&gainsay__v1__statement__descriptor, gs_buffer_view(&fixture->buffer),
                                       fixture->arena, &fixture->error);
    assert_non_null(statement);
    assert_int_equal(statement->n_content, COUNT);
    assert_int_equal(statement->content[COUNT - 1]->end, 2);
    assert_true(gs_arena_used(fixture->arena) < 32 * fixture->buffer.size);
}

// A type that contains itself, as ours do not: the depth is bounded all the same.
static void deep_nesting_is_refused(void **state)
{
    gs_fixture *fixture = *state;
    enum { LEVELS = 20000 };
    size_t sizes[LEVELS + 1] = {0}; // of the message at each level, from the innermost
    for (size_t i = 1; i <= LEVELS; i++)
        sizes[i] = sizes[i - 1] + 2 + (sizes[i - 1] < 0x80 ? 1 : sizes[i - 1] < 0x4000 ? 2 : 3);
    for (size_t i = LEVELS; i > 0; i--) {
        put_varint(&fixture->buffer, 17 << 3 | PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
        put_varint(&fixture->buffer, sizes[i - 1]);
    }
    gs_view whole = gs_buffer_view(&fixture->buffer);
    assert_int_equal(whole.size, sizes[LEVELS]);
    assert_null(gs_wire_unpack(&every_descriptor, whole, fixture->arena, &fixture->error));
    assert_non_null(strstr(fixture->error.message, "inner.inner.inner"));
    assert_non_null(strstr(fixture->error.message, "is nested too deeply"));

    gs_view allowed = gs_view_slice(whole, whole.size - sizes[GS_WIRE_DEPTH - 1], whole.size);
    assert_non_null(gs_wire_unpack(&every_descriptor, allowed, fixture->arena, &fixture->error));
    gs_view beyond = gs_view_slice(whole, whole.size - sizes[GS_WIRE_DEPTH], whole.size);
    assert_null(gs_wire_unpack(&every_descriptor, beyond, fixture->arena, &fixture->error));
}

// A later version's fields, at the top, inside a sub-message and inside a list, go through an older program.
static void unknown_fields_survive(void **state)
{
    gs_fixture *fixture = *state;
    gs_view bytes = BYTES("\x08\x07"                             // sequence: 7
                          "\x1a\x1a"                             // statement:
                          "\x3a\x0d\x0a\x04Trum\xc2\x3e\x04novo" //   speaker: name, and field 1000
                          "\x5a\x06\x08\x01\x10\x02\x18\x03"     //   content[0]: 1, 2, and field 3
                          "\xa0\x06\x2a"                         //   field 100: 42
                          "\xfd\x3e\x01\x02\x03\x04");           // field 1007: 4 bytes
    gs_event *event = (gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor, bytes, fixture->arena,
                                                 &fixture->error);
    assert_string_equal(fixture->error.message, "");
    assert_non_null(event);
    assert_int_equal(event->base.n_unknown_fields, 1);
    assert_int_equal(event->statement->base.n_unknown_fields, 1);
    assert_int_equal(event->statement->speaker->base.n_unknown_fields, 1);
    assert_int_equal(event->statement->content[0]->base.n_unknown_fields, 1);
    gs_wire_pack(gs_wire_copy(&event->base, fixture->arena), &fixture->buffer);
    assert_int_equal(fixture->buffer.size, bytes.size);
    assert_memory_equal(fixture->buffer.data, bytes.data, bytes.size);
}

// A body that this version does not know is an event without a body, not an error.
static void an_unknown_body_is_kept(void **state)
{
    gs_fixture *fixture = *state;
    gs_view bytes = BYTES("\x08\x09\x7a\x03\x0a\x01x"); // field 15, a message of some later kind
    gs_event *event = (gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor, bytes, fixture->arena,
                                                 &fixture->error);
    assert_non_null(event);
    assert_int_equal(event->body_case, GAINSAY__V1__FEED_EVENT__BODY__NOT_SET);
    gs_wire_pack(&event->base, &fixture->buffer);
    assert_true(gs_view_equal(gs_buffer_view(&fixture->buffer), bytes));
}

static void the_last_of_two_bodies_counts(void **state)
{
    gs_fixture *fixture = *state;
    gs_event *event = (gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor,
                                                 BYTES("\x1a\x03\x0a\x01s\x3a\x03\x0a\x01r"), fixture->arena,
                                                 &fixture->error);
    assert_non_null(event);
    assert_int_equal(event->body_case, GAINSAY__V1__FEED_EVENT__BODY_RETRACTION);
    assert_string_equal(event->retraction->statement_id, "r");
}

static void a_message_owes_nothing_to_the_bytes(void **state)
{
    gs_fixture *fixture = *state;
    gs_buffer_append(&fixture->buffer, "\x0a\x02id\x62\x02\x01\x02\xfa\x01\x03new", 14);
    gs_article *article = (gs_article *)gs_wire_unpack(
        &gainsay__v1__article__descriptor, gs_buffer_view(&fixture->buffer), fixture->arena, &fixture->error);
    assert_non_null(article);
    memset(fixture->buffer.data, 'x', fixture->buffer.size);
    assert_string_equal(article->article_id, "id");
    assert_memory_equal(article->content_hash.data, "\x01\x02", 2);
    assert_memory_equal(article->base.unknown_fields[0].data, "\x03new", 4);
}

static void packing_appends(void **state)
{
    gs_fixture *fixture = *state;
    gs_span span = GAINSAY__V1__SPAN__INIT;
    span.begin = 1;
    gs_buffer_text(&fixture->buffer, "before");
    gs_wire_pack(&span.base, &fixture->buffer);
    assert_true(gs_view_equal(gs_buffer_view(&fixture->buffer), BYTES("before\x08\x01")));
    assert_int_equal(fixture->buffer.data[fixture->buffer.size], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_bytes_are_a_message_of_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(malformed_bytes_are_refused_with_the_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(malformed_packed_numbers_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(truncation_anywhere_is_safe, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_over_the_limit_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_empty_messages_hit_the_memory_bound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_spans_stay_within_the_memory_bound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deep_nesting_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_fields_survive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_body_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_of_two_bodies_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_owes_nothing_to_the_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(packing_appends, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
