// JSON as consumers see it, against texts written by hand. They were compared with what Python's
// google.protobuf.json_format prints for the same messages (which sets blanks after ':' and ',').
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "every_type.h"
#include "wire/fields.h"

static void prints(const ProtobufCMessage *message, const char *expected)
{
    gs_buffer json = {0};
    gs_wire_to_json(message, &json);
    assert_string_equal(json.data, expected);
    gs_buffer_free(&json);
}

static void defaults_are_left_out(void **state)
{
    (void)state;
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    prints(&statement.base, "{}");
    statement.text = NULL; // as programs leave it at times
    statement.n_topics = 0;
    prints(&statement.base, "{}");
}

static void a_statement_reads_as_protobuf_prints_it(void **state)
{
    (void)state;
    gs_span mention = GAINSAY__V1__SPAN__INIT, content = GAINSAY__V1__SPAN__INIT,
            empty = GAINSAY__V1__SPAN__INIT;
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    mention.end = 9;
    content.begin = 10;
    content.end = 4294967295;
    speaker.name = "He Yadong";
    speaker.kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    speaker.official = 1;
    speaker.mention = &mention;
    statement.speaker = &speaker;
    statement.form = GAINSAY__V1__STATEMENT__FORM__DIRECT;
    statement.text = "There are \"no\" talks";
    statement.n_content = 2;
    statement.content = (gs_span *[]){&content, &empty};
    statement.n_topics = 2;
    statement.topics = (char *[]){"trade talks", ""};
    statement.confidence = 0.1;
    event.sequence = UINT64_MAX;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = &statement;
    event.topic = "statement/CN/";
    prints(
        &event.base,
        "{\"sequence\":\"18446744073709551615\",\"statement\":{\"speaker\":{\"name\":\"He Yadong\",\"kind\":"
        "\"PERSON\",\"official\":true,\"mention\":{\"end\":9}},\"form\":\"DIRECT\",\"text\":\"There are "
        "\\\"no\\\" talks\",\"content\":[{\"begin\":10,\"end\":4294967295},{}],\"topics\":[\"trade talks\","
        "\"\"],\"confidence\":0.1},\"topic\":\"statement/CN/\"}");
}

static void set_messages_print_though_empty(void **state)
{
    (void)state;
    gs_span span = GAINSAY__V1__SPAN__INIT;
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    gs_heartbeat heartbeat = GAINSAY__V1__HEARTBEAT__INIT;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    speaker.mention = &span;
    prints(&speaker.base, "{\"mention\":{}}");
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_HEARTBEAT;
    event.heartbeat = &heartbeat;
    prints(&event.base, "{\"heartbeat\":{}}");
}

static void every_kind_of_value(void **state)
{
    (void)state;
    every message;
    every_init(&message.base);
    message.a_int32 = INT32_MIN;
    message.a_sint32 = -1;
    message.a_sfixed32 = 1;
    message.a_int64 = INT64_MIN;
    message.a_sint64 = -1;
    message.a_sfixed64 = INT64_MAX;
    message.a_uint32 = UINT32_MAX;
    message.a_fixed32 = 7;
    message.a_uint64 = 1;
    message.a_fixed64 = 10000000000;
    message.a_float = 0.1F;
    message.a_double = 1e-9;
    message.a_bool = 1;
    message.an_enum = (Gainsay__V1__Statement__Act)77;
    message.a_bytes = (ProtobufCBinaryData){.len = 4, .data = (uint8_t *)"\xfb\xff\x00\x10"};
    message.n_int32s = 3;
    message.int32s = (int32_t[]){0, -5, 5};
    message.n_uint64s = 1;
    message.uint64s = (uint64_t[]){0};
    message.n_bools = 2;
    message.bools = (protobuf_c_boolean[]){0, 1};
    message.n_enums = 2;
    message.enums = (Gainsay__V1__Statement__Act[]){GAINSAY__V1__STATEMENT__ACT__DENY, 99};
    message.n_bytes_list = 3;
    message.bytes_list = (ProtobufCBinaryData[]){{0, NULL}, {1, (uint8_t *)"a"}, {2, (uint8_t *)"ab"}};
    message.has_maybe_uint32 = 1;
    message.maybe_string = "";
    message.choice_case = 30; // one_uint32, at zero
    message.one_uint32 = 0;
    prints(
        &message.base,
        "{\"a_int32\":-2147483648,\"a_sint32\":-1,\"a_sfixed32\":1,\"a_int64\":\"-9223372036854775808\","
        "\"a_sint64\":\"-1\",\"a_sfixed64\":\"9223372036854775807\",\"a_uint32\":4294967295,\"a_fixed32\":7,"
        "\"a_uint64\":\"1\",\"a_fixed64\":\"10000000000\",\"a_float\":0.1,\"a_double\":1e-09,\"a_bool\":true,"
        "\"an_enum\":77,\"a_bytes\":\"+/"
        "8AEA==\",\"int32s\":[0,-5,5],\"uint64s\":[\"0\"],\"bools\":[false,true],"
        "\"enums\":[\"DENY\",99],\"bytes_list\":[\"\",\"YQ==\",\"YWI=\"],\"maybe_uint32\":0,"
        "\"maybe_string\":\"\",\"one_uint32\":0}");
}

static void reals_are_short_and_exact(void **state)
{
    (void)state;
    every message;
    double doubles[] = {0,
                        -0.0,
                        1,
                        0.1,
                        1.0 / 3,
                        0.30000000000000004,
                        5e-324,
                        1.7976931348623157e308,
                        123456789012345680.0,
                        NAN,
                        INFINITY,
                        -INFINITY};
    float floats[] = {0.1F, 16777216.0F, 3.4028235e38F, 1.0F / 3, NAN, -INFINITY};
    every_init(&message.base);
    message.n_doubles = sizeof doubles / sizeof *doubles;
    message.doubles = doubles;
    message.n_floats = sizeof floats / sizeof *floats;
    message.floats = floats;
    prints(&message.base,
           "{\"doubles\":[0,-0.0,1,0.1,0.3333333333333333,0.30000000000000004,4.94065645841247e-324,"
           "1.7976931348623157e+308,1.2345678901234568e+17,\"NaN\",\"Infinity\",\"-Infinity\"],"
           "\"floats\":[0.1,16777216,3.4028235e+38,0.33333334,\"NaN\",\"-Infinity\"]}");
}

// A decimal comma of the user's locale must not reach the JSON.
static void reals_ignore_the_locale(void **state)
{
    (void)state;
    every message;
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fa_IR"};
    const char *set = NULL;
    for (size_t i = 0; i < sizeof locales / sizeof *locales && set == NULL; i++)
        set = setlocale(LC_NUMERIC, locales[i]);
    if (set == NULL)
        skip(); // none with another decimal point is installed
    every_init(&message.base);
    message.a_double = 0.25;
    prints(&message.base, "{\"a_double\":0.25}");
    setlocale(LC_NUMERIC, "C");
}

static void text_is_escaped(void **state)
{
    (void)state;
    gs_retraction retraction = GAINSAY__V1__RETRACTION__INIT;
    const struct {
        char *text;
        const char *json;
    } cases[] = {
        {"\"\\/", "{\"reason\":\"\\\"\\\\/\"}"},
        {"\b\f\n\r\t", "{\"reason\":\"\\b\\f\\n\\r\\t\"}"},
        {"\x01\x1b[31m\x1f\x7f", "{\"reason\":\"\\u0001\\u001b[31m\\u001f\\u007f\"}"},
        {"\xc2\x80|\xc2\x9b|\xc2\xa0", "{\"reason\":\"\\u0080|\\u009b|\xc2\xa0\"}"},
        {"\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa",
         "{\"reason\":\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"}"},
        {"何亚东 🗞", "{\"reason\":\"何亚东 🗞\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        retraction.reason = cases[i].text;
        prints(&retraction.base, cases[i].json);
    }
}

static void bad_text_is_mended(void **state)
{
    (void)state;
    gs_retraction retraction = GAINSAY__V1__RETRACTION__INIT;
    const struct {
        char *text;
        const char *json;
    } cases[] = {
        {"a\xff", "{\"reason\":\"a\xef\xbf\xbd\"}"},
        {"\xc3", "{\"reason\":\"\xef\xbf\xbd\"}"},
        {"\xc3(", "{\"reason\":\"\xef\xbf\xbd(\"}"},
        {"\xc0\xaf", "{\"reason\":\"\xef\xbf\xbd\xef\xbf\xbd\"}"},
        {"\xed\xa0\x80", "{\"reason\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}"},
        {"\xef\xbf\xbd", "{\"reason\":\"\xef\xbf\xbd\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        retraction.reason = cases[i].text;
        prints(&retraction.base, cases[i].json);
    }
}

// What a program builds too deep is cut, in valid JSON.
static void nesting_is_bounded(void **state)
{
    (void)state;
    enum { LEVELS = GS_WIRE_DEPTH + 10 };
    static every messages[LEVELS];
    gs_buffer json = {0};
    for (size_t i = 0; i < LEVELS; i++) {
        every_init(&messages[i].base);
        messages[i].inner = i + 1 < LEVELS ? &messages[i + 1] : NULL;
    }
    gs_wire_to_json(&messages[0].base, &json);
    size_t opened = 0, closed = 0;
    for (size_t i = 0; i < json.size; i++) {
        opened += json.data[i] == '{';
        closed += json.data[i] == '}';
    }
    assert_int_equal(opened, GS_WIRE_DEPTH + 1);
    assert_int_equal(closed, opened);
    gs_buffer_free(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_left_out),
        cmocka_unit_test(a_statement_reads_as_protobuf_prints_it),
        cmocka_unit_test(set_messages_print_though_empty),
        cmocka_unit_test(every_kind_of_value),
        cmocka_unit_test(reals_are_short_and_exact),
        cmocka_unit_test(reals_ignore_the_locale),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(bad_text_is_mended),
        cmocka_unit_test(nesting_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
