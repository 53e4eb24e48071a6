// Which names stand for whom, by the custom of the bearer's country.
#include "statement_test.h"

typedef struct naming_case {
    const char *full, *given, *country;
    gs_naming_match match;
} naming_case;

static const naming_case cases[] = {
    {"Donald Trump", "Trump", "US", GS_NAMING_SURNAME},
    {"Donald Trump", "Donald", "US", GS_NAMING_APART},
    {"He Yadong", "He", "CN", GS_NAMING_SURNAME},
    {"He Yadong", "Yadong", "CN", GS_NAMING_APART},
    {"He Yadong", "He Yadong", "CN", GS_NAMING_SAME},
    {"He Yadong", "He Yongqian", "CN", GS_NAMING_APART},
    {"Ursula von der Leyen", "Von der Leyen", "EU", GS_NAMING_SURNAME},
    {"Ursula von der Leyen", "der", "EU", GS_NAMING_APART},
    {"Viktor Orbán", "Orban", "HU", GS_NAMING_SURNAME},
    {"Orbán Viktor", "Orbán", "HU", GS_NAMING_SURNAME},
    {"Shigeru Ishiba", "Ishiba", "JP", GS_NAMING_SURNAME},
    {"Ishiba Shigeru", "Ishiba", "JP", GS_NAMING_SURNAME},
    {"Lee Jae-myung", "Lee", "KR", GS_NAMING_SURNAME},
    {"Kim Jong-un", "Kim Jong Un", "KP", GS_NAMING_SAME},
    {"Ban Ki-moon", "Ban", "UN", GS_NAMING_SURNAME},
    {"Ban Ki-moon", "Moon", "UN", GS_NAMING_APART},
    {"Pham Minh Chinh", "Chinh", "VN", GS_NAMING_SURNAME},
    {"Pedro Sánchez Castejón", "Sanchez", "ES", GS_NAMING_SURNAME},
    {"Pedro Sánchez Castejón", "Pedro", "ES", GS_NAMING_APART},
    {"Andrés Manuel López Obrador", "López Obrador", "MX", GS_NAMING_SURNAME},
    {"Donald J. Trump", "Donald Trump", "US", GS_NAMING_SAME},
    {"J.D. Vance", "JD Vance", "US", GS_NAMING_SAME},
    {"Kim Yong Nam", "Kim Jong Nam", "KP", GS_NAMING_APART},
    {"Alison Will", "Will", "NZ", GS_NAMING_SURNAME},
    {"Benjamin So", "So", "PH", GS_NAMING_SURNAME},
    {"", "So", "", GS_NAMING_APART},
    {"So", "", "", GS_NAMING_APART},
};

static void a_shorter_name_finds_its_bearer(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_naming full, given;
        gs_naming_read(gs_view_of(cases[i].full), *state, &full);
        gs_naming_read(gs_view_of(cases[i].given), *state, &given);
        gs_naming_match match = gs_naming_compare(&full, &given, cases[i].country);
        if (match != cases[i].match)
            fail_msg("%s for %s: %d", cases[i].given, cases[i].full, (int)match);
    }
}

// What matches must share a key, or it would not be found.
static void matches_share_their_keys(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_naming full, given;
        uint64_t keys[GS_NAMING_KEYS];
        gs_naming_read(gs_view_of(cases[i].full), *state, &full);
        gs_naming_read(gs_view_of(cases[i].given), *state, &given);
        if (cases[i].match == GS_NAMING_SAME)
            assert_true(gs_naming_key(&full) == gs_naming_key(&given));
        if (cases[i].match != GS_NAMING_SURNAME)
            continue;
        size_t count = gs_naming_surname_keys(&full, cases[i].country, keys), found = 0;
        assert_true(count <= GS_NAMING_KEYS);
        for (size_t k = 0; k < count; k++)
            found += keys[k] == gs_naming_bare_key(&given);
        assert_true(found > 0);
    }
}

static void bare_names_are_one_word_and_particles(void **state)
{
    static const char *const bare[] = {"He", "von der Leyen", "bin Salman", "Trump"};
    static const char *const full[] = {"He Yadong", "Ursula von der Leyen", ""};
    gs_naming name;
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++) {
        gs_naming_read(gs_view_of(bare[i]), *state, &name);
        assert_true(gs_naming_is_bare(&name));
    }
    for (size_t i = 0; i < sizeof full / sizeof full[0]; i++) {
        gs_naming_read(gs_view_of(full[i]), *state, &name);
        assert_false(gs_naming_is_bare(&name));
    }
}

static void offices_agree_in_their_words(void **state)
{
    static const struct {
        const char *a, *b;
        bool agree;
    } pairs[] = {
        {"spokesman", "Foreign Ministry spokesperson", true},
        {"Commerce Ministry", "Ministry of Commerce", true},
        {"Ministry of Commerce", "Ministry of Foreign Affairs", false},
        {"US president", "President of the United States", false}, // "US" is not spelled out here
        {"president", "President of the United States", true},
        {"trade minister", "foreign minister", false},
        {"", "foreign minister", true},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_int_equal(gs_offices_agree(gs_view_of(pairs[i].a), gs_view_of(pairs[i].b), *state),
                         pairs[i].agree);
}

static void some_roles_tell_the_gender(void **state)
{
    (void)state;
    assert_int_equal(gs_role_gender(gs_view_of("ministry spokeswoman")), 'f');
    assert_int_equal(gs_role_gender(gs_view_of("Chairman of the board")), 'm');
    assert_int_equal(gs_role_gender(gs_view_of("king of Thailand")), 'm');
    assert_int_equal(gs_role_gender(gs_view_of("banking supervisor")), 0);
    assert_int_equal(gs_role_gender(gs_view_of("spokesperson")), 0);
    assert_int_equal(gs_role_gender(gs_view_of("")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_shorter_name_finds_its_bearer, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(matches_share_their_keys, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(bare_names_are_one_word_and_particles, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(offices_agree_in_their_words, arena_setup, arena_teardown),
        cmocka_unit_test(some_roles_tell_the_gender),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
