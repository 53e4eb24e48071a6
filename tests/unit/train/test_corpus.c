// Reading treebanks, and retelling them with other names and as headlines.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lang/train/corpus_rename.h"
#include "train_test.h"

static void words_and_columns(void **state)
{
    (void)state;
    corpus tiny = {0};
    read_tiny(&tiny);
    assert_int_equal(tiny.count, 3);
    assert_int_equal(tiny.words, 17);
    const corpus_sentence *second = &tiny.sentences[1];
    assert_string_equal(second->text, "The minister didn't answer.");
    assert_int_equal(second->words[2].multiword, 1);
    assert_int_equal(second->words[3].multiword, 2);
    assert_false(second->words[2].space_after);
    assert_true(second->words[3].space_after);
    assert_false(second->words[4].space_after);
    assert_int_equal(second->words[4].head, -1);
    assert_int_equal(second->words[3].head, 4);
    assert_int_equal(second->words[3].upos, GS_PART);
    assert_true(tiny.sentences[0].new_document);
    assert_true(tiny.sentences[2].new_paragraph);
    assert_false(tiny.sentences[1].new_paragraph);
    corpus_free(&tiny);
}

static void bad_lines_are_named(void **state)
{
    (void)state;
    static const char *const bad[] = {"1\ta\tb\n", "2\ta\ta\tX\tX\t_\t0\troot\t_\t_\n",
                                      "x\ta\ta\tX\tX\t_\t0\troot\t_\t_\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *path = text_file(bad[i]);
        corpus read = {0};
        gs_error error = {0};
        assert_false(corpus_read_conllu(&read, path, &error));
        assert_non_null(strstr(error.message, path));
        assert_non_null(strstr(error.message, ":1:"));
        corpus_free(&read);
        drop_file(path);
    }
    corpus none = {0};
    gs_error error = {0};
    assert_false(corpus_read_conllu(&none, "/nowhere/at.all", &error));
    assert_non_null(strstr(error.message, "/nowhere/at.all"));
    corpus_free(&none);
}

static void other_names_same_tags(void **state)
{
    (void)state;
    corpus tiny = {0}, renamed = {0};
    read_tiny(&tiny);
    name_pool pool = {0};
    name_pool_add_person(&pool, gs_view_of("Zoltán Kovács"), false);
    name_pool_add_person(&pool, gs_view_of("Li Wei"), true);
    name_pool_add_place(&pool, gs_view_of("São Tomé"));
    name_pool_add_capitals(&pool, gs_view_of("ACCRA"), true);
    corpus_rename(&renamed, &tiny, &pool, 3);
    assert_int_equal(renamed.count, 2); // the second sentence names nobody
    const corpus_word *words = renamed.sentences[1].words, *old = tiny.sentences[2].words;
    assert_true(strcmp(words[0].form, "Zoltan") == 0 || strcmp(words[0].form, "Li") == 0);
    assert_true(strcmp(words[1].form, "Kovacs") == 0 || strcmp(words[1].form, "Wei") == 0);
    assert_string_equal(words[3].form, "Accra");
    assert_string_equal(old[3].form, "Norway");
    for (uint32_t i = 0; i < renamed.sentences[1].count; i++) {
        assert_int_equal(words[i].head, old[i].head);
        assert_string_equal(words[i].xpos, old[i].xpos);
        assert_string_equal(words[i].name, old[i].name);
    }
    name_pool_free(&pool);
    corpus_free(&renamed);
    corpus_free(&tiny);
}

static void headlines_lose_their_stop(void **state)
{
    (void)state;
    corpus tiny = {0}, headlines = {0};
    read_tiny(&tiny);
    corpus_headlines(&headlines, &tiny);
    assert_int_equal(headlines.count, 2); // the first is too short without its full stop
    const corpus_sentence *minister = &headlines.sentences[0];
    assert_int_equal(minister->count, 5);
    assert_string_equal(minister->words[1].form, "Minister");
    assert_string_equal(minister->words[3].form, "n't");
    assert_string_equal(minister->words[4].form, "Answer");
    assert_string_equal(headlines.sentences[1].words[2].form, "of");
    corpus_free(&headlines);
    corpus_free(&tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_columns),
        cmocka_unit_test(bad_lines_are_named),
        cmocka_unit_test(other_names_same_tags),
        cmocka_unit_test(headlines_lose_their_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
