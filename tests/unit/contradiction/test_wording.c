// Which texts report the same words: trimmed, split and paraphrased ones do; other numbers, names and
// negations do not.
#include "ledger_test.h"

#include "contradiction/wording.h"

static const struct {
    const char *a, *b;
    cd_likeness likeness;
} cases[] = {
    // verbatim
    {"There are no negotiations.", "“There are no negotiations,”", CD_VERBATIM},
    {"The dam is safe. I would let my own children sleep below it.", "\"The dam is safe,\"", CD_VERBATIM},
    {"We don't want a trade war with anybody", "We don’t want a trade war with anybody at all, ever",
     CD_VERBATIM},
    {"\"We sat at one table for six hours.\" \"It was a serious conversation.\"",
     "It was a serious conversation. We sat at one table for six hours.", CD_VERBATIM},
    {"The minister had said that 1,200 tonnes were stored at the harbour",
     "that 1200 tonnes were stored at the harbour", CD_VERBATIM},
    {"The talks are over. No date was set for another round of them.", "The talks are over, as all know",
     CD_APART}, // most of the shorter one is not in the longer one
    // paraphrased
    {"there were seven: four police officers seized at a checkpoint near Saravena on 2 August and three "
     "engineers of "
     "a road-building company taken eleven days later",
     "there were seven: four police officers seized near Saravena on 2 August and three engineers taken "
     "eleven days "
     "later",
     CD_VERBATIM},
    {"its negotiators had met envoys of the United Eastern Front in Havana a day earlier to discuss the "
     "release of "
     "captives",
     "its negotiators had met envoys of the United Eastern Front in Havana the day before to discuss freeing "
     "captives",
     CD_PARAPHRASE},
    {"the embassy would reopen its visa office in Lima within three weeks",
     "the visa office of the embassy in Lima would open again within 3 weeks", CD_PARAPHRASE},
    // numbers
    {"the embassy would reopen its visa office in Lima within three weeks",
     "the embassy would reopen the visa office in Lima within 3 weeks", CD_VERBATIM},
    {"the embassy would reopen its visa office in Lima within three weeks",
     "the embassy would reopen its visa office in Lima within five weeks", CD_APART},
    {"the fund would lend five million dollars to coastal towns this year",
     "the fund would lend five dollars to coastal towns this year", CD_APART},
    // names
    {"patrols along the border near Saravena would go on until winter",
     "patrols along the border near Tame would go on until winter", CD_APART},
    {"the talks between both delegations will continue on Monday in Geneva",
     "the talks between both delegations will continue on Tuesday in Geneva", CD_APART},
    // negation
    {"the ministry has received the engineers' report about cracks in the wall",
     "the ministry has not received the engineers' report about cracks in the wall", CD_APART},
    {"the ministry didn't know of the cracks in the lower wall",
     "the ministry knew of the cracks in the lower wall", CD_APART},
    {"there was a meeting in Havana on Monday",
     "the ministry said it was not true that there was a meeting in Havana on Monday", CD_APART},
    // too short, or nothing in common
    {"No.", "No.", CD_APART},
    {"larger rations", "it would double its rations in the east from Monday", CD_APART},
    {"", "There are no negotiations.", CD_APART},
};

static void the_same_words_are_told_from_others(void **state)
{
    (void)state;
    cd_wording *a = gs_allocate(sizeof *a), *b = gs_allocate(sizeof *b);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double there, back;
        cd_wording_read(gs_view_of(cases[i].a), a);
        cd_wording_read(gs_view_of(cases[i].b), b);
        cd_likeness likeness = cd_wordings_compare(a, b, &there);
        if (likeness != cases[i].likeness)
            fail_msg("%s / %s: %d, overlap %.2f", cases[i].a, cases[i].b, (int)likeness, there);
        assert_int_equal(cd_wordings_compare(b, a, &back), likeness);
        assert_true(there >= 0 && there <= 1);
        if (likeness != CD_APART)
            assert_true(cd_signatures_meet(a->signature, b->signature));
    }
    free(a);
    free(b);
}

// A text of any length and any bytes is read up to a bound.
static void long_and_odd_texts_are_bounded(void **state)
{
    (void)state;
    cd_wording *a = gs_allocate(sizeof *a);
    gs_buffer text = {0};
    double overlap;
    for (int i = 0; i < 5000; i++)
        gs_buffer_format(&text, "word%d ", i);
    cd_wording_read(gs_buffer_view(&text), a);
    assert_int_equal(a->count, CD_WORDS);
    assert_int_equal(cd_wordings_compare(a, a, &overlap), CD_VERBATIM);
    gs_buffer_clear(&text);
    for (int i = 0; i < 300; i++)
        gs_buffer_byte(&text, 'a');
    gs_buffer_text(&text, " 1.2.3,4 \xE2\x80\x99\xE2\x80\x99 '' 5,,6 \xF0\x9F\x97\x9E 'tis 's \xff\xfe");
    cd_wording_read(gs_buffer_view(&text), a);
    assert_true(a->count > 0 && a->count < 20);
    gs_buffer_free(&text);
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_words_are_told_from_others),
        cmocka_unit_test(long_and_odd_texts_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
