// Denials that point at a claim: which claim is found, whose it is, and what is no denial of a claim.
#include "statement_test.h"

#include "statement/denials.h"

typedef Gainsay__V1__Statement__DeniedFrom denied_from;
static const denied_from NOWHERE = GAINSAY__V1__STATEMENT__DENIED_FROM__DENIED_FROM_UNSPECIFIED,
                         WORDS = GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS,
                         QUESTION = GAINSAY__V1__STATEMENT__DENIED_FROM__QUESTION,
                         EARLIER = GAINSAY__V1__STATEMENT__DENIED_FROM__EARLIER;

// The last statement of the text.
static const gs_statement *last_of(void **state, const char *text)
{
    const gs_extraction *extraction = extract(state, text);
    assert_true(extraction->n_statements > 0);
    return extraction->statements[extraction->n_statements - 1];
}

static void denies(void **state, const char *text, const char *claim, const char *of, denied_from from)
{
    const gs_statement *statement = last_of(state, text);
    assert_string_equal(statement->denied_claim, claim);
    assert_string_equal(statement->denied_speaker, of);
    assert_int_equal(statement->denied_from, from);
    assert_int_equal(statement->n_denied, claim[0] ? 1 : 0);
    if (from == WORDS || from == EARLIER) {
        const gs_span *span = statement->denied[0];
        assert_true(
            gs_view_equal(gs_view_slice(gs_view_of(text), span->begin, span->end), gs_view_of(claim)));
    }
}

static void the_table_is_sound(void **state)
{
    (void)state;
    assert_true(st_denials_sound());
}

static void the_clause_behind_the_noun_is_denied(void **state)
{
    denies(state, "Foreign Minister Wang Yi dismissed a report that Chinese ships had entered the strait.",
           "Chinese ships had entered the strait", "", WORDS);
    denies(state, "Foreign Minister Wang Yi rejected claims by Manila that Chinese ships had rammed a boat.",
           "Chinese ships had rammed a boat", "Manila", WORDS);
    denies(state, "Foreign Minister Wang Yi denied Washington's assertion of a secret deal on Friday.",
           "a secret deal", "Washington", WORDS);
    denies(state, "Defence Minister Ana Ruiz rejected accusations of torture as baseless.", "torture", "",
           WORDS);
}

static void what_is_called_false_is_denied(void **state)
{
    denies(state,
           "Defence Minister Ana Ruiz said there is no truth to reports that the army had shelled the "
           "town.",
           "the army had shelled the town", "", WORDS);
    denies(state, "\"The claim that our troops crossed the river is a lie,\" Defence Minister Ana Ruiz said.",
           "our troops crossed the river", "", WORDS);
    denies(state, "Foreign Minister Ana Ruiz said it was not true that talks had begun with Chile.",
           "talks had begun with Chile", "", WORDS);
    denies(state, "Defence Minister Ana Ruiz said reports of shelling in the town were false.",
           "shelling in the town", "", WORDS);
}

static const char CHILE[] =
    "President Juan Paz of Chile said on Monday that Peru had moved troops to the border. ";

static void a_bare_denial_takes_what_was_said_before(void **state)
{
    static const char *const denials[] = {
        "\"None of that is true,\" Peruvian Defence Minister Ana Ruiz said.",
        "\"That is a lie,\" Peruvian Defence Minister Ana Ruiz said.",
        "Peruvian Defence Minister Ana Ruiz denied the accusation.",
        "Peruvian Defence Minister Ana Ruiz denied it on Tuesday.",
        "Peruvian Defence Minister Ana Ruiz denied any such move.",
        "Peruvian Defence Minister Ana Ruiz called the claim baseless.",
        "Peruvian Defence Minister Ana Ruiz described the allegation as \"pure fiction\".",
        "Peru's foreign ministry dismissed the claims as nonsense.",
        "\"We reject these baseless accusations,\" Peruvian Defence Minister Ana Ruiz said.",
        "\"I categorically deny that,\" Peruvian Defence Minister Ana Ruiz said.",
        "\"These accusations have no basis in fact,\" Peruvian Defence Minister Ana Ruiz said.",
        "\"It did not happen,\" Peruvian Defence Minister Ana Ruiz said.",
        "\"It is completely false information,\" Peruvian Defence Minister Ana Ruiz said.",
    };
    for (size_t i = 0; i < sizeof denials / sizeof denials[0]; i++) {
        const char *text = gs_arena_format(*state, "%s%s", CHILE, denials[i]);
        denies(state, text, "Peru had moved troops to the border", "Juan Paz", EARLIER);
        const gs_extraction *extraction = extract(state, text);
        assert_int_equal(extraction->n_statements, 2);
        assert_string_equal(extraction->statements[1]->denied_statement,
                            extraction->statements[0]->statement_id);
    }
}

// The claim of the side that is named, by whatever name.
static void the_owner_is_known_by_its_country(void **state)
{
    const char *text =
        gs_arena_format(*state, "%s%s", CHILE,
                        "\"The Chilean side's claim is pure fabrication,\" Peruvian Minister Ana Ruiz said.");
    assert_string_equal(last_of(state, text)->denied_claim, "Peru had moved troops to the border");
}

static void the_speaker_may_deny_in_so_many_words(void **state)
{
    denies(state, "\"I deny that our troops crossed the river,\" Defence Minister Ana Ruiz said.",
           "our troops crossed the river", "", WORDS);
    denies(state, "\"We do not deny that our troops crossed the river,\" Defence Minister Ana Ruiz said.", "",
           "", NOWHERE);
    denies(state, "\"We reject the offer of talks from Chile,\" Defence Minister Ana Ruiz said.", "", "",
           NOWHERE);
}

static void calling_false_is_a_denial(void **state)
{
    const char *text =
        gs_arena_format(*state, "%s%s", CHILE, "Peruvian Minister Ana Ruiz called the claim baseless.");
    assert_int_equal(last_of(state, text)->act, GAINSAY__V1__STATEMENT__ACT__DENY);
}

static void no_such_meeting_must_find_a_meeting(void **state)
{
    denies(state,
           "President Juan Paz of Chile said on Monday that his envoys had met Peruvian officials in Lima. "
           "\"No such meeting took place,\" Peruvian Foreign Minister Ana Ruiz said.",
           "his envoys had met Peruvian officials in Lima", "Juan Paz", EARLIER);
    denies(state,
           gs_arena_format(*state, "%s%s", CHILE,
                           "\"No such meeting took place,\" Peruvian Foreign Minister Ana Ruiz said."),
           "", "", NOWHERE);
}

static void what_the_speaker_was_asked_is_denied(void **state)
{
    denies(state,
           "Asked about claims that the army had shelled the town, Defence Minister Ana Ruiz said: "
           "\"That is not true.\"",
           "the army had shelled the town", "", QUESTION);
    denies(state,
           "Responding to a report in El Mercurio that Peru had asked for talks, Foreign Minister Ana "
           "Ruiz told reporters: \"Nothing of the sort has happened.\"",
           "Peru had asked for talks", "", QUESTION);
    denies(state, "Asked whether Peru had asked for talks, Foreign Minister Ana Ruiz said no.",
           "Peru had asked for talks", "", QUESTION);
}

static void a_reporters_question_has_the_claim(void **state)
{
    const gs_extraction *extraction =
        extract(state, "Reporter: Seoul says that the boat crossed the line on Sunday. Is that true?\n\n"
                       "Lin Jian: That is not true. The boat was fishing lawfully.\n\n"
                       "Reporter: Did Minister Wang meet the envoy of Japan on Monday?\n\n"
                       "Lin Jian: No. There was no such meeting.");
    assert_int_equal(extraction->n_statements, 2);
    assert_string_equal(extraction->statements[0]->denied_claim, "the boat crossed the line on Sunday");
    assert_string_equal(extraction->statements[0]->denied_speaker, "Seoul");
    assert_int_equal(extraction->statements[0]->denied_from, QUESTION);
    assert_string_equal(extraction->statements[1]->denied_claim,
                        "Minister Wang did meet the envoy of Japan on Monday");
}

static void what_the_words_tell_of_others_is_denied(void **state)
{
    denies(state,
           "\"They say we shelled the town. That is a lie,\" Defence Minister Ana Ruiz told reporters.",
           "we shelled the town", "", WORDS);
}

// The same words on the same day of two things are two utterances.
static void the_claim_tells_denials_apart(void **state)
{
    const gs_statement *of_troops =
        last_of(state, gs_arena_format(*state, "%s%s", CHILE,
                                       "\"None of that is true,\" Peruvian Defence Minister Ana Ruiz said."));
    const gs_statement *of_ships =
        last_of(state, "President Juan Paz of Chile said on Monday that Peru had sunk two ships. "
                       "\"None of that is true,\" Peruvian Defence Minister Ana Ruiz said.");
    assert_string_equal(of_troops->text, of_ships->text);
    assert_string_not_equal(of_troops->statement_id, of_ships->statement_id);
}

static void nothing_is_made_up(void **state)
{
    static const char *const texts[] = {
        // Nobody has claimed anything.
        "\"None of that is true,\" Defence Minister Ana Ruiz said.",
        "Defence Minister Ana Ruiz called the claim baseless.",
        // The own side, and too far away.
        "Peruvian President Juan Paz said on Monday that Peru had moved troops. \"That is not true,\" "
        "Peruvian Defence Minister Ana Ruiz said.",
        "President Juan Paz of Chile said on Monday that Peru had moved troops.\n\nIt was cold.\n\nIt snowed "
        "in Lima.\n\nThe market was closed.\n\n\"That is not true,\" Peruvian Defence Minister Ana Ruiz "
        "said.",
        // What somebody else claims.
        "President Juan Paz of Chile said on Monday that Peru had moved troops. Peruvian Defence Minister "
        "Ana "
        "Ruiz denied Bolivia's claims.",
        // Falsity of other things, and no denial.
        "Foreign Minister Ana Ruiz said false alarms had been raised in the town.",
        "Foreign Minister Ana Ruiz said it was a false hope that talks would bring peace.",
        "Foreign Minister Ana Ruiz denied reports about talks with Chile.",
        "Foreign Minister Ana Ruiz denied that the claim had ever been made.",
        "Foreign Minister Ana Ruiz dismissed the chief of police.",
        "Foreign Minister Ana Ruiz rejected the offer of talks from Chile.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        denies(state, texts[i], "", "", NOWHERE);
}

static void what_is_refused_is_no_claim(void **state)
{
    static const char *const texts[] = {
        "Defence Minister Ana Ruiz denied him access to the files.",
        "Interior Minister Ana Ruiz denied entry to the observers.",
        "Interior Minister Ana Ruiz denied the request for asylum.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const gs_statement *statement = last_of(state, texts[i]);
        assert_int_equal(statement->act, GAINSAY__V1__STATEMENT__ACT__REJECT);
        assert_string_equal(statement->denied_claim, "");
    }
    const gs_statement *denial = last_of(state, "Foreign Minister Ana Ruiz denied having met the envoy.");
    assert_int_equal(denial->act, GAINSAY__V1__STATEMENT__ACT__DENY);
}

// "It" alone says nothing where it is not found what it is.
static void it_alone_is_no_statement(void **state)
{
    assert_int_equal(extract(state, "Defence Minister Ana Ruiz denied it on Tuesday.")->n_statements, 0);
    assert_int_equal(
        extract(state, "Asked about the weather, Defence Minister Ana Ruiz said no.")->n_statements, 0);
}

// What one clause answers.
static void a_clause_answers_a_question(void **state)
{
    static const char *const cases[][2] = {
        {"Minister Ana Ruiz said that the talks took place on Thursday.",
         "Did the talks take place on Thursday?"},
        {"Minister Ana Ruiz said that the gates were not open.", "Were the gates open?"},
        {"Minister Ana Ruiz said that the Chilean envoys had met the president in Lima.",
         "Did the Chilean envoys meet the president in Lima?"},
        {"\"No such letter was issued,\" Minister Ana Ruiz said.", "Was any such letter issued?"},
        {"\"There is no investigation,\" Minister Ana Ruiz said.", "Is there any investigation?"},
        {"Minister Ana Ruiz said that there had been no talks.", "Had there been any talks?"},
        {"Minister Ana Ruiz denied that Peru had moved troops to the border.",
         "Did Peru move troops to the border?"},
        {"Minister Ana Ruiz dismissed a report that Chinese ships had entered the strait.",
         "Did Chinese ships enter the strait?"},
        // None that a reader of the line would understand.
        {"\"We closed the gates on Monday,\" Minister Ana Ruiz said.", ""},
        {"Minister Ana Ruiz said that he had closed the gates on Monday.", ""},
        {"Minister Ana Ruiz said that the gates were open, and that the water would rise.", ""},
        {"Minister Ana Ruiz said that the gates were \"open\" on Monday.", ""},
        {"Minister Ana Ruiz called on Chile to open the gates.", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(last_of(state, cases[i][0])->question, cases[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test_setup_teardown(the_clause_behind_the_noun_is_denied, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(what_is_called_false_is_denied, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(a_bare_denial_takes_what_was_said_before, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(the_owner_is_known_by_its_country, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(the_speaker_may_deny_in_so_many_words, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(calling_false_is_a_denial, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(no_such_meeting_must_find_a_meeting, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(what_the_speaker_was_asked_is_denied, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(a_reporters_question_has_the_claim, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(what_the_words_tell_of_others_is_denied, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(the_claim_tells_denials_apart, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_made_up, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(what_is_refused_is_no_claim, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(a_clause_answers_a_question, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(it_alone_is_no_statement, arena_setup, arena_teardown),
    };
    return cmocka_run_group_tests(tests, extractor_setup, extractor_teardown);
}
