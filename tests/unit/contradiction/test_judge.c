// The judge: what it calls a contradiction, what it must not, class by class, that it is symmetric, and what
// it says of a pair.
#include "../../../lib/contradiction/claims.h"
#include "judge_test.h"

static int setup(void **state)
{
    *state = gs_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    gs_arena *arena = *state;
    gs_arena_free(&arena);
    return 0;
}

static gs_verdict judge(void **state, const char *a, const char *b)
{
    gs_verdict one, other;
    gs_judge_texts(test_judge, gs_view_of(a), gs_view_of(b), *state, &one);
    gs_judge_texts(test_judge, gs_view_of(b), gs_view_of(a), *state, &other);
    assert_int_equal(one.relation, other.relation);
    assert_int_equal(one.kind, other.kind);
    assert_true(one.score == other.score);
    assert_string_equal(one.reason, other.reason);
    assert_string_equal(one.question, other.question);
    assert_true(gs_id_equal(one.dispute, other.dispute));
    assert_int_equal(one.evidence_a.begin, other.evidence_b.begin);
    assert_int_equal(one.evidence_b.end, other.evidence_a.end);
    return one;
}

static const struct {
    const char *a, *b;
    Gainsay__V1__Contradiction__Kind kind;
} CONTRADICTIONS[] = {
    {"Talks took place with China.", "No talks took place with China.",
     GAINSAY__V1__CONTRADICTION__KIND__DENIAL},
    {"The gates of the dam were closed.", "The gates of the dam have never been closed.",
     GAINSAY__V1__CONTRADICTION__KIND__DENIAL},
    {"Our navy fired two shots at the trawler.", "The navy did not fire any shots at the trawler.",
     GAINSAY__V1__CONTRADICTION__KIND__DENIAL},
    {"The town is safe.", "The town is dangerous.", GAINSAY__V1__CONTRADICTION__KIND__FACTUAL},
    {"Six soldiers crossed the bridge.", "Forty soldiers crossed the bridge.",
     GAINSAY__V1__CONTRADICTION__KIND__NUMERIC},
    {"The red car stood in the yard.", "The blue car stood in the yard.",
     GAINSAY__V1__CONTRADICTION__KIND__FACTUAL},
    {"It is not true that Peru built the border fence.", "Peru built the border fence.",
     GAINSAY__V1__CONTRADICTION__KIND__DENIAL},
    {"Chile will lower the export fee.", "Chile will not lower the export fee.",
     GAINSAY__V1__CONTRADICTION__KIND__DENIAL},
    {"A boy is riding a bicycle.", "There is no boy riding a bicycle.",
     GAINSAY__V1__CONTRADICTION__KIND__DENIAL},
    {"The ministers failed to reach an agreement.", "The ministers reached an agreement.",
     GAINSAY__V1__CONTRADICTION__KIND__DENIAL},
};

static void contradictions_are_found(void **state)
{
    for (size_t i = 0; i < sizeof CONTRADICTIONS / sizeof CONTRADICTIONS[0]; i++) {
        gs_verdict verdict = judge(state, CONTRADICTIONS[i].a, CONTRADICTIONS[i].b);
        if (verdict.relation != GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS)
            print_message("%.2f %s | %s\n", verdict.score, CONTRADICTIONS[i].a, CONTRADICTIONS[i].b);
        assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
        assert_int_equal(verdict.kind, CONTRADICTIONS[i].kind);
        assert_true(verdict.score >= 0.5 && verdict.score <= 1);
        assert_true(verdict.reason[0] && verdict.question[0]);
        assert_true(verdict.evidence_a.end > verdict.evidence_a.begin);
        assert_true(verdict.evidence_a.end <= strlen(CONTRADICTIONS[i].a));
    }
}

static const char *const PEACEFUL[][2] = {
    // The same in other words, or less of it.
    {"Soldiers crossed the border bridge.", "Soldiers crossed the border bridge on Monday."},
    {"The army shelled the town.", "The town was shelled by the army."},
    {"A woman is slicing a tomato.", "A woman is cutting a tomato."},
    {"The report that soldiers crossed the border bridge is not false.",
     "Soldiers crossed the border bridge."},
    {"Nobody denied that the bridge was closed.", "The bridge was closed."},
    {"About 100 soldiers crossed the border bridge.", "A total of 104 soldiers crossed the border bridge."},
    {"At least 30 people died in the market.", "Thirty-one people died in the market."},
    {"Not only soldiers crossed the border bridge.", "Soldiers crossed the border bridge."},
    {"There is no doubt that soldiers crossed the border bridge.", "Soldiers crossed the border bridge."},
    // What denies the special leaves the general open.
    {"No red cars were parked in the yard.", "Cars were parked in the yard."},
    // Another matter.
    {"The minister visited the hospital.", "The harvest was not good this year."},
    {"Talks took place in Geneva.", "The senator did not answer the letter."},
    {"", ""},
    {"?", "!!"},
};

static void agreement_and_other_matters_are_none(void **state)
{
    for (size_t i = 0; i < sizeof PEACEFUL / sizeof PEACEFUL[0]; i++) {
        gs_verdict verdict = judge(state, PEACEFUL[i][0], PEACEFUL[i][1]);
        if (verdict.score >= 0.5)
            print_message("%.2f %s | %s\n", verdict.score, PEACEFUL[i][0], PEACEFUL[i][1]);
        assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED);
        assert_true(verdict.score < 0.5);
    }
}

// ---- statements ------------------------------------------------------------------------------------

static gs_speaker speaker_of(const char *name, const char *country)
{
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    speaker.name = (char *)name;
    speaker.country = (char *)country;
    speaker.official = true;
    speaker.kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    return speaker;
}

static gs_statement statement_by(gs_speaker *speaker, const char *text, const char *day)
{
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    statement.speaker = speaker;
    statement.text = (char *)text;
    statement.said_on = (char *)day;
    return statement;
}

// What must not be reported, though the words meet: one row and more for each class of false alarm.
static const struct {
    const char *class, *a, *day_a, *b, *day_b;
} FALSE_ALARMS[] = {
    {"time", "The crack in the gallery measures 4.2 millimetres.", "2025-09-18",
     "The crack in the gallery measures 5.1 millimetres.", "2025-09-26"},
    {"time", "74,000 people have arrived in the province.", "2025-09-16",
     "82,000 people have arrived in the province.", "2025-09-20"},
    {"scope", "Thirty people were killed in the north of the province.", "2025-09-16",
     "Nobody was killed in the capital.", "2025-09-16"},
    {"refinement", "The minister met the ambassador.", "2025-09-16",
     "The minister met the ambassador for an hour on Monday.", "2025-09-16"},
    {"list", "The delegation visited the port.", "2025-09-16", "The delegation visited the airport as well.",
     "2025-09-16"},
    {"namesake", "Peter Novak resigned on Monday.", "2025-09-16", "Anna Novak did not sign the treaty.",
     "2025-09-16"},
    {"condition", "If the talks fail, the border will be closed.", "2025-09-16",
     "The border will not be closed.", "2025-09-16"},
    {"condition", "The tariffs will be lifted if China agrees.", "2025-09-16",
     "The tariffs will not be lifted.", "2025-09-16"},
    {"retelling", "No negotiations took place between the two sides.", "2025-09-16",
     "No talks were held between the two sides.", "2025-09-16"},
    {"agreement", "The two sides met in Geneva.", "2025-09-16", "We met the other side in Geneva.",
     "2025-09-16"},
    {"question", "Did soldiers cross the border bridge?", "2025-09-16",
     "Soldiers did not cross the border bridge.", "2025-09-16"},
    {"possibility", "Soldiers may have crossed the bridge.", "2025-09-16",
     "Soldiers did not cross the bridge.", "2025-09-16"},
    {"other event", "The factory in Lyon was closed in May.", "2025-09-16",
     "The school in Nantes was never closed.", "2025-09-16"},
    {"other place", "The flow of the river at the Talomei bridge was 15 cubic metres a second.", "2025-09-16",
     "The flow of the river at the Orvasti bridge was 60 cubic metres a second.", "2025-09-16"},
    {"figure", "The ministry has no figure of its own for the dead.", "2025-09-16",
     "Thirty-one dead were counted at the market.", "2025-09-16"},
};

static void false_alarms_are_not_raised(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE"), bo = speaker_of("Bo Li", "CN");
    for (size_t i = 0; i < sizeof FALSE_ALARMS / sizeof FALSE_ALARMS[0]; i++) {
        gs_statement a = statement_by(&ana, FALSE_ALARMS[i].a, FALSE_ALARMS[i].day_a);
        gs_statement b = statement_by(&bo, FALSE_ALARMS[i].b, FALSE_ALARMS[i].day_b);
        gs_verdict verdict;
        gs_judge_statements(test_judge, &a, &b, *state, &verdict);
        if (verdict.score >= 0.5)
            print_message("%s %.2f %s\n", FALSE_ALARMS[i].class, verdict.score, verdict.reason);
        assert_int_not_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    }
}

static const char *const YES = "The navy fired six shots at the trawler on Monday.";
static const char *const NO = "The navy did not fire any shots at the trawler.";

static void speakers_decide_scope_and_kind(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE"), bo = speaker_of("Bo Li", "CN"),
               eva = speaker_of("Eva Soto", "PE");
    gs_statement yes = statement_by(&ana, YES, "2025-04-24"), no = statement_by(&bo, NO, "2025-04-24");
    gs_verdict verdict;
    gs_judge_statements(test_judge, &yes, &no, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    assert_int_equal(verdict.scope, GAINSAY__V1__CONTRADICTION__SCOPE__BETWEEN_STATES);
    assert_int_equal(verdict.kind, GAINSAY__V1__CONTRADICTION__KIND__DENIAL);
    assert_non_null(strstr(verdict.question, "China / Peru"));
    assert_non_null(strstr(verdict.reason, "Bo Li says \"The navy did not fire any shots at the trawler\""));
    assert_non_null(strstr(verdict.reason, "Ana Ruiz says"));

    no.speaker = &eva;
    gs_judge_statements(test_judge, &yes, &no, *state, &verdict);
    assert_int_equal(verdict.scope, GAINSAY__V1__CONTRADICTION__SCOPE__SAME_GOVERNMENT);

    no.speaker = &ana;
    no.said_on = (char *)"2025-04-27";
    gs_judge_statements(test_judge, &yes, &no, *state, &verdict);
    assert_int_equal(verdict.scope, GAINSAY__V1__CONTRADICTION__SCOPE__SELF);
    assert_int_equal(verdict.kind, GAINSAY__V1__CONTRADICTION__KIND__REVERSAL);
}

static void a_denial_turns_its_content(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE"), bo = speaker_of("Bo Li", "CN");
    gs_statement yes = statement_by(&ana, "the navy had fired six shots at the trawler", "2025-04-24");
    gs_statement denied = statement_by(&bo, "the navy had fired shots at the trawler", "2025-04-24");
    gs_verdict asserted, verdict;
    gs_judge_statements(test_judge, &yes, &denied, *state, &asserted);
    assert_int_not_equal(asserted.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    denied.act = GAINSAY__V1__STATEMENT__ACT__DENY;
    gs_judge_statements(test_judge, &yes, &denied, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);

    // A claim that is told apart from the words that deny it.
    gs_statement back = statement_by(&bo, "None of that is true.", "2025-04-24");
    back.denied_claim = (char *)"the navy had fired shots at the trawler";
    gs_judge_statements(test_judge, &yes, &back, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    assert_int_equal(verdict.evidence_b.begin, verdict.evidence_b.end); // it stands elsewhere
}

// What one side says there was none of, the other speaks of as done.
static void a_denied_existence_is_known_by_sight(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "US"), bo = speaker_of("Bo Li", "CN"),
               eva = speaker_of("Eva Hu", "CN");
    gs_statement met = statement_by(&ana, "They had a meeting this morning.", "2025-04-24");
    gs_statement none = statement_by(
        &bo, "There have not been any economic and trade negotiations between the two countries.",
        "2025-04-24");
    gs_verdict verdict;
    gs_judge_statements(test_judge, &met, &none, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    assert_int_equal(verdict.kind, GAINSAY__V1__CONTRADICTION__KIND__DENIAL);
    // A meeting of a later week may have come since.
    met.said_on = (char *)"2025-05-09";
    gs_judge_statements(test_judge, &met, &none, *state, &verdict);
    assert_int_not_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    met.said_on = (char *)"2025-04-24";
    // One side's own words.
    met.speaker = &eva;
    gs_judge_statements(test_judge, &met, &none, *state, &verdict);
    assert_int_not_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    met.speaker = &ana;
    // What is hoped for is not told as done.
    met.text = (char *)"They will have a meeting soon.";
    gs_judge_statements(test_judge, &met, &none, *state, &verdict);
    assert_int_not_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
}

static void reasons_say_who_denies(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "US"), bo = speaker_of("Bo Li", "CN");
    gs_statement met = statement_by(&ana, "They had a meeting this morning.", "2025-04-24");
    gs_statement denied = statement_by(&bo, "the assertion of ongoing negotiations", "2025-04-24");
    denied.act = GAINSAY__V1__STATEMENT__ACT__DENY;
    gs_verdict verdict;
    gs_judge_statements(test_judge, &met, &denied, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    assert_non_null(strstr(verdict.reason, "Bo Li denies"));
    assert_non_null(strstr(verdict.reason, "Ana Ruiz says"));
}

static void who_is_unknown_stands_against_nobody(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE"), nobody = speaker_of("", "CN");
    gs_statement yes = statement_by(&ana, YES, "2025-04-24"), no = statement_by(&nobody, NO, "2025-04-24");
    gs_verdict verdict;
    gs_judge_statements(test_judge, &yes, &no, *state, &verdict);
    assert_int_not_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    nobody.organisation = (char *)"Ministry of Defence"; // "a spokeswoman for"
    gs_judge_statements(test_judge, &yes, &no, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
}

static void one_speech_does_not_turn(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE");
    gs_statement yes = statement_by(&ana, YES, "2025-04-24"), no = statement_by(&ana, NO, "2025-04-24");
    gs_verdict verdict;
    yes.article_id = no.article_id = (char *)"a";
    gs_judge_statements(test_judge, &yes, &no, *state, &verdict);
    assert_int_not_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
}

static void who_condemns_grants(void **state)
{
    (void)state;
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    statement.act = GAINSAY__V1__STATEMENT__ACT__REJECT;
    statement.cue_text = (char *)"rejected";
    assert_true(cd_is_denied(&statement));
    statement.cue_text = (char *)"condemned";
    assert_false(cd_is_denied(&statement));
}

static void other_relations_are_told(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE"), bo = speaker_of("Bo Li", "CN");
    gs_statement a = statement_by(&ana, "The navy fired six shots at the trawler.", "2025-04-24");
    gs_statement b = statement_by(&bo, "The navy fired six shots at the trawler on Monday.", "2025-04-25");
    gs_verdict verdict;
    gs_judge_statements(test_judge, &a, &b, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CORROBORATES);
    b.speaker = &ana;
    gs_judge_statements(test_judge, &a, &b, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__REPEATS);
}

static void one_question_is_one_dispute(void **state)
{
    gs_verdict first = judge(state, "Talks took place with China.", "No talks took place with China.");
    gs_verdict again =
        judge(state, "Consultations took place with China.", "No consultations took place with China.");
    assert_true(gs_id_equal(first.dispute, again.dispute));
    gs_verdict other = judge(state, CONTRADICTIONS[1].a, CONTRADICTIONS[1].b);
    assert_false(gs_id_equal(first.dispute, other.dispute));
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void rubble_is_judged_alike_both_ways(void **state)
{
    static const char *const pieces[] = {"no ",    "not ",    "talks ", "China ",   "the ",
                                         "US ",    "12 ",     "per ",   "cent ",    "rose ",
                                         "fell ",  "\"",      ". ",     ", ",       "and ",
                                         "were ",  "closed ", "gates ", "false ",   "if ",
                                         "; ",     "%",       "$",      "million ", "\xC3\xA9\xC3\xA9 ",
                                         "won't ", "dead ",   "2025 "};
    uint32_t seed = 3;
    for (int round = 0; round < 500; round++) {
        char texts[2][400] = {"", ""};
        for (int side = 0; side < 2; side++)
            for (uint32_t i = next_random(&seed) % 30; i > 0; i--)
                strcat(texts[side], pieces[next_random(&seed) % (sizeof pieces / sizeof pieces[0])]);
        judge(state, texts[0], texts[1]);
        gs_arena_reset(*state);
    }
}

static void a_long_text_is_judged(void **state)
{
    gs_buffer text = {0};
    for (int i = 0; i < 3000; i++)
        gs_buffer_text(&text, "The navy fired shots, and nobody was hurt. ");
    judge(state, text.data, NO);
    gs_buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contradictions_are_found, setup, teardown),
        cmocka_unit_test_setup_teardown(agreement_and_other_matters_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(false_alarms_are_not_raised, setup, teardown),
        cmocka_unit_test_setup_teardown(speakers_decide_scope_and_kind, setup, teardown),
        cmocka_unit_test_setup_teardown(a_denial_turns_its_content, setup, teardown),
        cmocka_unit_test_setup_teardown(a_denied_existence_is_known_by_sight, setup, teardown),
        cmocka_unit_test_setup_teardown(reasons_say_who_denies, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_unknown_stands_against_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(one_speech_does_not_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(who_condemns_grants, setup, teardown),
        cmocka_unit_test_setup_teardown(other_relations_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(one_question_is_one_dispute, setup, teardown),
        cmocka_unit_test_setup_teardown(rubble_is_judged_alike_both_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_text_is_judged, setup, teardown),
    };
    return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}
