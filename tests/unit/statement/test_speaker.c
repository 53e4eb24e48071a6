// Who the speaker is: full names, surnames that look like pronouns, offices, bodies, countries.
#include "statement_test.h"

static const gs_speaker *speaker_at(void **state, const char *text, size_t index)
{
    gs_extraction *extraction = extract(state, text);
    assert_true(index < extraction->n_statements);
    return extraction->statements[index]->speaker;
}

static void surnames_lead_back_to_full_names(void **state)
{
    const char *text = "Chinese Foreign Ministry spokesperson Guo Jiakun said the report was false. Guo said "
                       "more was to come.";
    const gs_speaker *speaker = speaker_at(state, text, 1);
    assert_string_equal(speaker->name, "Guo Jiakun");
    assert_string_equal(speaker->role, "spokesperson");
    assert_string_equal(speaker->organisation, "Foreign Ministry");
    assert_string_equal(speaker->country, "CN");
    assert_true(speaker->official);
    assert_int_equal(speaker->kind, GAINSAY__V1__SPEAKER__KIND__PERSON);
}

static void surnames_may_be_pronouns(void **state)
{
    const char *text =
        "There were no talks, said He Yadong, a spokesperson with China's Ministry of Commerce (MOFCOM). "
        "The ban must be lifted, said He.\n\nAny talks must be fair, He said.\n\n\"We are ready,\" He "
        "stressed.";
    for (size_t i = 0; i < 4; i++) {
        const gs_speaker *speaker = speaker_at(state, text, i);
        assert_string_equal(speaker->name, "He Yadong");
        assert_string_equal(speaker->organisation, "Ministry of Commerce");
        assert_string_equal(speaker->country, "CN");
    }
    EXPECT(state,
           "Director General Benjamin So said it was late. Senator Joel Cruz said it was early. \"So is "
           "wrong,\" he said. "
           "So told parliament the file was lost.",
           "Benjamin So|said|it was late", "Joel Cruz|said|it was early \"So is wrong,\"",
           "Benjamin So|told|the file was lost");
    EXPECT(state, "\"We will cut rates,\" Governor Alison Will told a news conference.",
           "Alison Will|told|\"We will cut rates,\"");
}

static void pronouns_mean_the_last_speaker(void **state)
{
    EXPECT(state, "Mr Paul Ito said the ban was old. Ms Ana Ruiz said it was new. He said it was over.",
           "Paul Ito|said|the ban was old", "Ana Ruiz|said|it was new", "Paul Ito|said|it was over");
    EXPECT(state, "The Ministry of Trade said the ban was over. It said shops would open.",
           "Ministry of Trade|said|the ban was over", "Ministry of Trade|said|shops would open");
}

static void offices_mean_their_holders(void **state)
{
    EXPECT(
        state,
        "U.S. Treasury Secretary Scott Bay said talks were on. President Al Day of Peru said they were off. "
        "\"They are on,\" the Treasury secretary said. The president said they were not.",
        "Scott Bay|said|talks were on", "Al Day|said|they were off", "Scott Bay|said|\"They are on,\"",
        "Al Day|said|they were not");
    // An adviser is not the one he advises.
    const gs_speaker *speaker = speaker_at(
        state, "U.S. President Al Day said it was on. Day's top economic adviser said it was off.", 1);
    assert_string_equal(speaker->name, "");
    assert_int_equal(speaker->kind, GAINSAY__V1__SPEAKER__KIND__UNNAMED);
}

static void appositions_tell_the_office(void **state)
{
    const gs_speaker *speaker =
        speaker_at(state, "The energy minister, Ilinca Pop, told a newspaper that the dam was safe.", 0);
    assert_string_equal(speaker->name, "Ilinca Pop");
    assert_string_equal(speaker->role, "energy minister");
    speaker = speaker_at(state, "Karl Wenig, Austria's ambassador to Peru, said the dam was safe.", 0);
    assert_string_equal(speaker->name, "Karl Wenig");
    assert_string_equal(speaker->country, "AT");
    assert_true(speaker->official);
    speaker = speaker_at(state, "Karl Wenig, an engineer with the company, said the dam was safe.", 0);
    assert_false(speaker->official);
}

static void bodies_and_metonyms_speak(void **state)
{
    static const struct {
        const char *text, *name, *organisation, *country;
    } cases[] = {
        {"Beijing said the report was false.", "Beijing", "Government of China", "CN"},
        {"The Kremlin said the report was false.", "Kremlin", "Kremlin", "RU"},
        {"The White House said the report was false.", "White House", "White House", "US"},
        {"The Chinese government said the report was false.", "Government of China", "Government of China",
         "CN"},
        {"Sudan's foreign ministry said the report was false.", "Foreign Ministry", "Foreign Ministry", "SD"},
        {"The European Commission said the report was false.", "European Commission", "European Commission",
         "EU"},
        {"The World Health Organization said the report was false.", "World Health Organization",
         "World Health Organization", "UN"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const gs_speaker *speaker = speaker_at(state, cases[i].text, 0);
        assert_string_equal(speaker->name, cases[i].name);
        assert_string_equal(speaker->organisation, cases[i].organisation);
        assert_string_equal(speaker->country, cases[i].country);
        assert_int_equal(speaker->kind, GAINSAY__V1__SPEAKER__KIND__INSTITUTION);
        assert_true(speaker->official);
    }
}

static void some_speakers_have_no_name(void **state)
{
    const gs_speaker *speaker =
        speaker_at(state, "There are no talks, said a Ministry of Commerce spokesperson.", 0);
    assert_int_equal(speaker->kind, GAINSAY__V1__SPEAKER__KIND__UNNAMED);
    assert_string_equal(speaker->name, "");
    assert_string_equal(speaker->organisation, "Ministry of Commerce");
    assert_true(speaker->official);
    speaker = speaker_at(state, "Residents said there were no talks.", 0);
    assert_int_equal(speaker->kind, GAINSAY__V1__SPEAKER__KIND__UNNAMED);
    assert_false(speaker->official);
}

static void the_dateline_tells_the_country(void **state)
{
    const gs_speaker *speaker =
        speaker_at(state, "WELLINGTON, Sept 17 - Finance Minister Graeme Holt said rates would fall.", 0);
    assert_string_equal(speaker->country, "NZ");
    assert_string_equal(speaker->organisation, "Government of New Zealand"); // which has no such ministry
    speaker = speaker_at(state, "VIENNA, Sept 17 - Finance Minister Karl Holt said rates would fall.", 0);
    assert_string_equal(speaker->country, "AT");
    assert_string_equal(speaker->organisation, "Ministry of Finance");
    // One that is named wins over the dateline.
    speaker = speaker_at(
        state, "TASHKENT, March 5 - Water Minister Serik Omar of Kazakhstan said the gates were closed.", 0);
    assert_string_equal(speaker->country, "KZ");
}

static void clauses_and_marks_tell_offices(void **state)
{
    static const struct {
        const char *text, *name, *organisation, *country;
        bool official;
    } cases[] = {
        {"Senator Juan Paz, who chairs the health committee, came late. Paz said the gates were open.",
         "Juan Paz", "Senate health committee", "", true},
        {"The governor of Arauca, Ana Ruiz, said the gates were open.", "Ana Ruiz", "Government of Arauca",
         "CO", true},
        {"The governor of V\xC3\xA2lcea, Ana Ruiz, said the gates were open.", "Ana Ruiz",
         "Government of V\xC3\xA2lcea", "RO", true},
        {"YANGON - Obama met the general. Rep. Joe Crow (D-N.Y.) said the gates were open.", "Joe Crow", "",
         "US", true},
        {"Ana Ruiz, a financial adviser in Graz, said the gates were open.", "Ana Ruiz", "", "", false},
        {"Ana Ruiz, director of the Dam Centre and a professor at Graz University, said the gates were open.",
         "Ana Ruiz", "Dam Centre", "", false},
        {"His endorsement of Senator Juan Paz was late. Paz said the gates were open.", "Juan Paz", "Senate",
         "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const gs_speaker *speaker = speaker_at(state, cases[i].text, 0);
        assert_string_equal(speaker->name, cases[i].name);
        assert_string_equal(speaker->organisation, cases[i].organisation);
        assert_string_equal(speaker->country, cases[i].country);
        assert_int_equal(speaker->official, cases[i].official);
    }
}

static void its_spokesman_is_nobody_introduced_later(void **state)
{
    const gs_speaker *speaker =
        speaker_at(state,
                   "The Workers Party met in Oslo. Its spokesman said the gates were open.\n\n"
                   "Ministry of Energy spokesman Karl Holt was silent.",
                   0);
    assert_string_equal(speaker->name, "");
}

static void accounts_speak_under_their_handles(void **state)
{
    const gs_speaker *speaker =
        speaker_at(state, "\"I saw the boat go under,\" a user called @crabpot posted on Tuesday.", 0);
    assert_string_equal(speaker->name, "@crabpot");
    assert_false(speaker->official);
}

static void titles_in_capitals_name_whom_the_article_knows(void **state)
{
    gs_extraction *extraction = extract(
        state, "Retired General Reveals Secrets Of The Deep Dam.\n\nIt rained on the dam and on the town.");
    for (size_t i = 0; i < extraction->n_statements; i++)
        assert_string_not_equal(extraction->statements[i]->speaker->name, "Reveals");
}

static void places_need_their_capitals(void **state)
{
    (void)state;
    assert_string_equal(gs_place_code(gs_view_of("us"), true), "US");
    assert_null(gs_place_code(gs_view_of("us"), false));
    assert_null(gs_place_code(gs_view_of("who"), false));
    assert_string_equal(gs_place_code(gs_view_of("beijing"), false), "CN");
    assert_null(gs_place_code(gs_view_of("atlantis"), true));
    assert_string_equal(gs_country_name("US"), "United States");
    assert_string_equal(gs_country_name("EU"), "European Union");
    assert_string_equal(gs_country_name("ZZ"), "ZZ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(surnames_lead_back_to_full_names, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(surnames_may_be_pronouns, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(pronouns_mean_the_last_speaker, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(offices_mean_their_holders, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(appositions_tell_the_office, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(bodies_and_metonyms_speak, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(some_speakers_have_no_name, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(the_dateline_tells_the_country, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(clauses_and_marks_tell_offices, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(its_spokesman_is_nobody_introduced_later, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(accounts_speak_under_their_handles, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(titles_in_capitals_name_whom_the_article_knows, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(places_need_their_capitals, arena_setup, arena_teardown),
    };
    return cmocka_run_group_tests(tests, extractor_setup, extractor_teardown);
}
