// JSON from users and other programs: all spellings that the mapping allows, and one clear line for the rest.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "every_type.h"
#include "wire/fields.h"

#define EVERY (&every_descriptor)
#define EVENT (&gainsay__v1__feed_event__descriptor)
#define STATEMENT (&gainsay__v1__statement__descriptor)

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

static void *reads(gs_fixture *fixture, const ProtobufCMessageDescriptor *type, const char *json)
{
    gs_error_clear(&fixture->error);
    ProtobufCMessage *message = gs_wire_from_json(type, gs_view_of(json), fixture->arena, &fixture->error);
    assert_string_equal(fixture->error.message, "");
    assert_non_null(message);
    return message;
}

static void refused(gs_fixture *fixture, const ProtobufCMessageDescriptor *type, const char *json,
                    const char *message)
{
    gs_error_clear(&fixture->error);
    assert_null(gs_wire_from_json(type, gs_view_of(json), fixture->arena, &fixture->error));
    assert_string_equal(fixture->error.message, message);
    assert_int_equal(fixture->error.code, GS_E_INPUT);
}

static void both_names_of_a_field_are_read(void **state)
{
    gs_fixture *fixture = *state;
    gs_statement *statement = reads(fixture, STATEMENT, "{\"statement_id\": \"s\", \"articleId\": \"a\"}");
    assert_string_equal(statement->statement_id, "s");
    assert_string_equal(statement->article_id, "a");
    assert_string_equal(statement->text, "");
    refused(fixture, STATEMENT, "{\"statement_id\": \"s\", \"statementId\": \"s\"}",
            "statement_id: given twice, under both of its names");
    refused(fixture, STATEMENT, "{\"text\": \"s\", \"text\": \"s\"}",
            "Statement: line 1, column 20: not JSON: duplicate object key near '\"text\"'");
}

static void unknown_keys_are_skipped(void **state)
{
    gs_fixture *fixture = *state;
    gs_span *span = reads(fixture, &gainsay__v1__span__descriptor,
                          "{\"later\": {\"begin\": [true, null]}, \"end\": 3, \"Begin\": 4, \"\": \"\"}");
    assert_int_equal(span->begin, 0);
    assert_int_equal(span->end, 3);
    assert_int_equal(span->base.n_unknown_fields, 0);
}

static void null_leaves_a_field_unset(void **state)
{
    gs_fixture *fixture = *state;
    gs_event *event =
        reads(fixture, EVENT, "{\"at\": null, \"sequence\": null, \"statement\": null, \"retraction\": {}}");
    assert_string_equal(event->at, "");
    assert_int_equal(event->body_case, GAINSAY__V1__FEED_EVENT__BODY_RETRACTION);
    gs_statement *statement =
        reads(fixture, STATEMENT, "{\"topics\": null, \"speaker\": null, \"content\": null}");
    assert_int_equal(statement->n_topics, 0);
    assert_null(statement->speaker);
    refused(fixture, STATEMENT, "{\"topics\": [null]}", "topics[0]: expected a text in quotes");
    refused(fixture, STATEMENT, "{\"content\": [{}, null]}", "content[1]: expected an object");
}

static void numbers_in_all_spellings(void **state)
{
    gs_fixture *fixture = *state;
    every *message =
        reads(fixture, EVERY,
              "{\"a_int32\": \"-2147483648\", \"a_sint32\": -1.0, \"a_int64\": \"-9223372036854775808\","
              " \"a_sint64\": 9223372036854775807, \"a_uint32\": 4.294967295e9, \"a_fixed32\": \"7\","
              " \"a_uint64\": \"18446744073709551615\", \"a_fixed64\": 0, \"a_float\": \"1.5\","
              " \"a_double\": \"-Infinity\", \"a_sfixed32\": -0.0}");
    assert_int_equal(message->a_int32, INT32_MIN);
    assert_int_equal(message->a_sint32, -1);
    assert_true(message->a_int64 == INT64_MIN);
    assert_true(message->a_sint64 == INT64_MAX);
    assert_int_equal(message->a_uint32, UINT32_MAX);
    assert_int_equal(message->a_fixed32, 7);
    assert_true(message->a_uint64 == UINT64_MAX);
    assert_true(message->a_float == 1.5F);
    assert_true(isinf(message->a_double) && message->a_double < 0);
    assert_int_equal(message->a_sfixed32, 0);
    message = reads(fixture, EVERY, "{\"a_float\": 3.4028235e38}"); // lies above the largest, rounds to it
    assert_true(message->a_float == 3.4028234663852886e38F);
    message = reads(fixture, EVERY,
                    "{\"a_double\": \"NaN\", \"a_float\": 3, \"doubles\": [1, \"2.5e-3\", \"Infinity\"]}");
    assert_true(isnan(message->a_double));
    assert_true(message->a_float == 3.0F);
    assert_int_equal(message->n_doubles, 3);
    assert_true(message->doubles[1] == 2.5e-3);
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
    gs_fixture *fixture = *state;
    const char *int32 = "a_int32: expected a whole number from -2147483648 to 2147483647";
    const char *uint32 = "a_uint32: expected a whole number from 0 to 4294967295";
    const char *uint64 = "a_uint64: expected a whole number from 0 to 18446744073709551615";
    refused(fixture, EVERY, "{\"a_int32\": 2147483648}", int32);
    refused(fixture, EVERY, "{\"a_int32\": -2147483649}", int32);
    refused(fixture, EVERY, "{\"a_int32\": 1.5}", int32);
    refused(fixture, EVERY, "{\"a_int32\": 1e300}", int32);
    refused(fixture, EVERY, "{\"a_int32\": true}", int32);
    refused(fixture, EVERY, "{\"a_uint32\": -1}", uint32);
    refused(fixture, EVERY, "{\"a_uint32\": 4294967296}", uint32);
    refused(fixture, EVERY, "{\"a_uint64\": \"18446744073709551616\"}", uint64);
    refused(fixture, EVERY, "{\"a_uint64\": \"99999999999999999999999\"}", uint64);
    refused(fixture, EVERY, "{\"a_uint64\": \"-1\"}", uint64);
    refused(fixture, EVERY, "{\"a_uint64\": \"\"}", uint64);
    refused(fixture, EVERY, "{\"a_uint64\": \"-\"}", uint64);
    refused(fixture, EVERY, "{\"a_uint64\": \" 1\"}", uint64);
    refused(fixture, EVERY, "{\"a_uint64\": \"1x\"}", uint64);
    refused(fixture, EVERY, "{\"a_double\": \"one\"}", "a_double: expected a number");
    refused(fixture, EVERY, "{\"a_double\": \"nan\"}", "a_double: expected a number");
    refused(fixture, EVERY, "{\"a_double\": \"[1]\"}", "a_double: expected a number");
    refused(fixture, EVERY, "{\"a_double\": \" 1\"}", "a_double: expected a number");
    refused(fixture, EVERY, "{\"a_double\": \"\"}", "a_double: expected a number");
    refused(fixture, EVERY, "{\"a_float\": 1e39}", "a_float: expected a number");
}

static void enums_by_name_and_number(void **state)
{
    gs_fixture *fixture = *state;
    gs_statement *statement = reads(fixture, STATEMENT, "{\"act\": \"DENY\", \"form\": 2}");
    assert_int_equal(statement->act, GAINSAY__V1__STATEMENT__ACT__DENY);
    assert_int_equal(statement->form, GAINSAY__V1__STATEMENT__FORM__INDIRECT);
    statement = reads(fixture, STATEMENT, "{\"act\": 500}");
    assert_int_equal(statement->act, 500);
    refused(fixture, STATEMENT, "{\"form\": \"LOUD\"}",
            "form: expected one of FORM_UNSPECIFIED, DIRECT, INDIRECT, MIXED");
    refused(fixture, STATEMENT, "{\"form\": \"direct\"}",
            "form: expected one of FORM_UNSPECIFIED, DIRECT, INDIRECT, MIXED");
}

static void bytes_in_every_base64(void **state)
{
    gs_fixture *fixture = *state;
    static const char *const spellings[] = {"+/8AEA==", "+/8AEA", "-_8AEA==", "-_8AEA"};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        char *json = gs_arena_format(fixture->arena, "{\"content_hash\": \"%s\"}", spellings[i]);
        gs_article *article = reads(fixture, &gainsay__v1__article__descriptor, json);
        assert_int_equal(article->content_hash.len, 4);
        assert_memory_equal(article->content_hash.data, "\xfb\xff\x00\x10", 4);
    }
    every *message =
        reads(fixture, EVERY, "{\"a_bytes\": \"\", \"bytes_list\": [\"\", \"YQ\"], \"maybe_bytes\": \"\"}");
    assert_int_equal(message->a_bytes.len, 0);
    assert_int_equal(message->n_bytes_list, 2);
    assert_int_equal(message->bytes_list[1].len, 1);
    assert_true(message->has_maybe_bytes);
    refused(fixture, EVERY, "{\"a_bytes\": \"Y\"}", "a_bytes: expected bytes as base64");
    refused(fixture, EVERY, "{\"a_bytes\": \"YQ=\"}", "a_bytes: expected bytes as base64");
    refused(fixture, EVERY, "{\"a_bytes\": \"Y*==\"}", "a_bytes: expected bytes as base64");
    refused(fixture, EVERY, "{\"a_bytes\": [1]}", "a_bytes: expected bytes as base64");
}

static void errors_name_the_path(void **state)
{
    gs_fixture *fixture = *state;
    refused(fixture, STATEMENT, "{\"speaker\": {\"official\": \"yes\"}}",
            "speaker.official: expected true or false");
    refused(fixture, EVENT, "{\"statement\": {\"reports\": [{}, {\"cue\": [{}, {}, {\"end\": \"x\"}]}]}}",
            "statement.reports[1].cue[2].end: expected a whole number from 0 to 4294967295");
    refused(fixture, STATEMENT, "{\"topics\": [\"a\", \"b\", 3]}", "topics[2]: expected a text in quotes");
    refused(fixture, STATEMENT, "{\"topics\": \"a\"}", "topics: expected a list");
    refused(fixture, STATEMENT, "{\"speaker\": []}", "speaker: expected an object");
    refused(fixture, STATEMENT, "{\"content\": [{}], \"speaker\": 1}", "speaker: expected an object");
    refused(fixture, STATEMENT, "{\"content\": {}}", "content: expected a list");
    refused(fixture, STATEMENT, "{\"text\": 7}", "text: expected a text in quotes");
}

static void only_one_of_a_oneof(void **state)
{
    gs_fixture *fixture = *state;
    refused(fixture, EVENT, "{\"retraction\": {}, \"statement\": {}}",
            "retraction: cannot stand beside statement: only one of them may be set");
    every *message = reads(fixture, EVERY, "{\"one_uint32\": 0}");
    assert_int_equal(message->choice_case, 30);
    message = reads(fixture, EVERY, "{\"one_string\": \"\"}");
    assert_int_equal(message->choice_case, 31);
    assert_string_equal(message->one_string, "");
}

static void what_is_not_json_is_refused(void **state)
{
    gs_fixture *fixture = *state;
    static const char *const texts[] = {
        "",
        " ",
        "{",
        "}",
        "{\"text\": }",
        "{\"text\": \"a\"} {}",
        "{'text': 'a'}",
        "{\"text\": \"\xff\"}",
        "{\"text\": \"\\ud800\"}",
        "{\"text\": \"\\u0000\"}",
        "{\"confidence\": 01}",
        "{\"confidence\": NaN}",
        "{\"revision\": 1,}",
        "{\"confidence\": 1e999}",
        "\xef\xbb\xbf{}",
        "[[",
        "\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        gs_error_clear(&fixture->error);
        assert_null(gs_wire_from_json(STATEMENT, gs_view_of(texts[i]), fixture->arena, &fixture->error));
        assert_int_equal(fixture->error.code, GS_E_INPUT);
        assert_memory_equal(fixture->error.message, "Statement: line 1, column ", 26);
    }
    refused(fixture, STATEMENT, "[]", "Statement: expected a JSON object");
    refused(fixture, STATEMENT, "[{}]", "Statement: expected a JSON object");
    gs_view with_nul = gs_view_make("{}\0", 3);
    assert_null(gs_wire_from_json(STATEMENT, with_nul, fixture->arena, &fixture->error));
    assert_null(gs_wire_from_json(STATEMENT, gs_view_make(NULL, 0), fixture->arena, &fixture->error));
}

static void depth_is_bounded(void **state)
{
    gs_fixture *fixture = *state;
    for (size_t i = 0; i < 100000; i++)
        gs_buffer_text(&fixture->buffer, "{\"inner\":");
    assert_null(gs_wire_from_json(EVERY, gs_buffer_view(&fixture->buffer), fixture->arena, &fixture->error));
    assert_int_equal(fixture->error.code, GS_E_LIMIT);
    assert_string_equal(fixture->error.message, "Every: JSON is nested more than 64 levels deep");

    for (size_t levels = GS_WIRE_DEPTH; levels <= GS_WIRE_DEPTH + 1; levels++) {
        gs_buffer_clear(&fixture->buffer);
        for (size_t i = 1; i < levels; i++)
            gs_buffer_text(&fixture->buffer, "{\"inner\":");
        gs_buffer_text(&fixture->buffer, "{\"a_string\":\"[[{{\\\"[[{{\"");
        for (size_t i = 0; i < levels; i++)
            gs_buffer_byte(&fixture->buffer, '}');
        bool good = gs_wire_from_json(EVERY, gs_buffer_view(&fixture->buffer), fixture->arena, NULL) != NULL;
        assert_int_equal(good, levels == GS_WIRE_DEPTH);
    }
}

static void size_and_number_of_values_are_bounded(void **state)
{
    gs_fixture *fixture = *state;
    gs_view huge = gs_view_make("{", (size_t)GS_LIMIT_LINE_BYTES + 1); // refused before it is looked at
    assert_null(gs_wire_from_json(STATEMENT, huge, fixture->arena, &fixture->error));
    assert_int_equal(fixture->error.code, GS_E_LIMIT);
    gs_buffer_text(&fixture->buffer, "{\"statements\":[{}");
    for (size_t i = 0; i < 100000; i++)
        gs_buffer_text(&fixture->buffer, ",{}");
    gs_buffer_text(&fixture->buffer, "]}");
    gs_error_clear(&fixture->error);
    assert_null(gs_wire_from_json(&gainsay__v1__extraction__descriptor, gs_buffer_view(&fixture->buffer),
                                  fixture->arena, &fixture->error));
    assert_int_equal(fixture->error.code, GS_E_LIMIT);
    assert_string_equal(fixture->error.message, "Extraction: 300019 bytes of JSON hold too many values");
}

static void many_honest_values_are_read(void **state)
{
    gs_fixture *fixture = *state;
    enum { COUNT = 100000 };
    gs_buffer_text(&fixture->buffer, "{\"content\":[{\"begin\":1,\"end\":2}");
    for (size_t i = 1; i < COUNT; i++)
        gs_buffer_text(&fixture->buffer, ",{\"begin\":1,\"end\":2}");
    gs_buffer_text(&fixture->buffer, "]}");
    gs_statement *statement =
        (gs_statement *)gs_wire_from_json(STATEMENT, gs_buffer_view(&fixture->buffer), fixture->arena, NULL);
    assert_non_null(statement);
    assert_int_equal(statement->n_content, COUNT);
    assert_int_equal(statement->content[COUNT - 1]->end, 2);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(both_names_of_a_field_are_read),
        WITH_FIXTURE(unknown_keys_are_skipped),
        WITH_FIXTURE(null_leaves_a_field_unset),
        WITH_FIXTURE(numbers_in_all_spellings),
        WITH_FIXTURE(numbers_that_do_not_fit_are_refused),
        WITH_FIXTURE(enums_by_name_and_number),
        WITH_FIXTURE(bytes_in_every_base64),
        WITH_FIXTURE(errors_name_the_path),
        WITH_FIXTURE(only_one_of_a_oneof),
        WITH_FIXTURE(what_is_not_json_is_refused),
        WITH_FIXTURE(depth_is_bounded),
        WITH_FIXTURE(size_and_number_of_values_are_bounded),
        WITH_FIXTURE(many_honest_values_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
