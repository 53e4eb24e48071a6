// A form's rows: in range whatever the bytes are, the same for forms that the network shall not tell apart.
#include "lang_test.h"

#include "lang/features.h"

enum { WORDS_MAX = 8, BUCKET_BITS = 3 };

typedef struct vocabulary {
    uint64_t hashes[2 * WORDS_MAX];
    uint32_t buckets[(1 << BUCKET_BITS) + 1];
    lang_vocabulary view;
} vocabulary;

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void vocabulary_make(vocabulary *self, const char *const *words, size_t count)
{
    uint32_t size = 0;
    memset(self, 0, sizeof *self);
    for (size_t i = 0; i < count; i++) {
        uint64_t hashes[2];
        lang_form_hashes(gs_view_of(words[i]), hashes);
        self->hashes[size++] = hashes[0];
        if (hashes[1])
            self->hashes[size++] = hashes[1];
    }
    qsort(self->hashes, size, sizeof self->hashes[0], by_value);
    for (uint32_t i = 0; i < size; i++)
        for (size_t b = (size_t)(self->hashes[i] >> (64 - BUCKET_BITS)) + 1; b <= 1 << BUCKET_BITS; b++)
            self->buckets[b]++;
    self->view = (lang_vocabulary){self->hashes, self->buckets, size, BUCKET_BITS};
}

static lang_rows rows_of(const lang_vocabulary *words, const char *form)
{
    lang_rows rows = {.count = 0};
    lang_rows_of(words, NULL, gs_view_of(form), &rows);
    return rows;
}

static bool same_rows(const char *a, const char *b)
{
    static const lang_vocabulary none;
    lang_rows x = rows_of(&none, a), y = rows_of(&none, b);
    return x.count == y.count && x.gram_begin == y.gram_begin &&
           memcmp(x.row, y.row, x.count * sizeof x.row[0]) == 0;
}

static void check_rows(const lang_vocabulary *words, const lang_lexicon *lexicon, gs_view form)
{
    lang_rows rows;
    memset(&rows, 0xA5, sizeof rows);
    lang_rows_of(words, lexicon, form, &rows);
    assert_in_range(rows.count, 2, LANG_ROWS_MAX);
    assert_in_range(rows.gram_begin, 2, rows.count);
    for (uint32_t i = 0; i < rows.count; i++)
        assert_true(rows.row[i] < lang_context_row(words, 0));
}

// A lexicon in which every word has all 32 bits: the most rows that a form can have.
typedef struct full_lexicon {
    uint64_t hashes[3];
    uint32_t bits[3], buckets[3];
    lang_lexicon view;
} full_lexicon;

static void full_lexicon_make(full_lexicon *self, const char *small, const char *written)
{
    memset(self, 0, sizeof *self);
    self->hashes[0] = lang_lexicon_hash(gs_view_of(small), LANG_LEXICON_SMALL);
    self->hashes[1] = lang_lexicon_hash(gs_view_of(small), LANG_LEXICON_CAPITAL);
    self->hashes[2] = lang_lexicon_hash(gs_view_of(written), LANG_LEXICON_LETTERS);
    qsort(self->hashes, 3, sizeof self->hashes[0], by_value);
    for (size_t i = 0; i < 3; i++) {
        self->bits[i] = UINT32_MAX;
        self->buckets[1] += self->hashes[i] >> 63 == 0;
    }
    self->buckets[2] = 3;
    self->view = (lang_lexicon){self->hashes, self->bits, 3, self->buckets, 1};
}

static void rows_are_in_range(void **state)
{
    (void)state;
    static const char *const words[] = {"the", "Ministry", "said", "U.S."};
    vocabulary known;
    vocabulary_make(&known, words, 4);
    uint64_t random = 41;
    assert_int_equal(lang_row_count(&known.view), lang_context_row(&known.view, LANG_CONTEXT_ROWS));
    check_rows(&known.view, NULL, gs_view_make("", 0));
    for (int round = 0; round < 20000; round++) {
        char form[120];
        size_t size = test_below(&random, round % 10 ? 12 : sizeof form);
        for (size_t i = 0; i < size; i++)
            form[i] = (char)(round % 2 ? test_below(&random, 256) : 'a' + test_below(&random, 26));
        check_rows(&known.view, NULL, gs_view_make(form, size));
    }
}

static void the_fullest_form_has_room(void **state)
{
    (void)state;
    static const char written[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char small[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    static const char *const words[] = {written};
    vocabulary known;
    full_lexicon lexicon;
    vocabulary_make(&known, words, 1);
    full_lexicon_make(&lexicon, small, written);
    assert_int_equal(lang_lexicon_look_up(&lexicon.view, gs_view_of(written)), UINT32_MAX);
    check_rows(&known.view, &lexicon.view, gs_view_of(written));
}

static void known_words_have_rows_of_their_own(void **state)
{
    (void)state;
    static const char *const words[] = {"the", "Ministry", "said", "Été", "2016"};
    vocabulary known;
    vocabulary_make(&known, words, 5);
    for (size_t i = 0; i < 5; i++) {
        lang_rows rows = rows_of(&known.view, words[i]);
        assert_in_range(rows.row[0], 2, 1 + known.view.count);
    }
    lang_rows capital = rows_of(&known.view, "Ministry"), small = rows_of(&known.view, "ministry"),
              loud = rows_of(&known.view, "MINISTRY"), other = rows_of(&known.view, "minister");
    assert_int_equal(capital.row[0], small.row[0]);
    assert_int_equal(loud.row[0], small.row[0]);
    assert_in_range(capital.row[1], 2, 1 + known.view.count);
    assert_int_not_equal(capital.row[1], capital.row[0]);
    assert_int_equal(small.row[1], 1);
    assert_int_equal(loud.row[1], 1);
    assert_int_equal(other.row[0], 0);
    assert_int_equal(other.row[1], 1);
    assert_int_equal(rows_of(&known.view, "1999").row[0], rows_of(&known.view, "2016").row[0]);
}

static void hashes_tell_forms_apart(void **state)
{
    (void)state;
    uint64_t small[2], capital[2], other[2], accented[2], lowered[2];
    lang_form_hashes(gs_view_of("ministry"), small);
    lang_form_hashes(gs_view_of("Ministry"), capital);
    lang_form_hashes(gs_view_of("ministri"), other);
    lang_form_hashes(gs_view_of("ÉTÉ"), accented);
    lang_form_hashes(gs_view_of("été"), lowered);
    assert_true(small[0] == capital[0] && small[1] == 0 && capital[1] != 0 && capital[1] != capital[0]);
    assert_true(small[0] != other[0]);
    assert_true(accented[0] == lowered[0] && accented[1] != 0 && lowered[1] == 0);
}

static void what_is_folded(void **state)
{
    (void)state;
    assert_true(same_rows("2016", "2025"));
    assert_true(same_rows("3.5", "1.9"));
    assert_false(same_rows("2016", "201"));
    assert_true(same_rows("don\xE2\x80\x99t", "don't"));
    assert_true(same_rows("\xE2\x80\x9C", "\""));
    assert_true(same_rows("\xE2\x80\x9D", "\""));
    assert_true(same_rows("al\xE2\x80\x91Tayeb", "al-Tayeb"));
    assert_false(same_rows("Ministry", "ministry")); // the shape differs
    assert_false(same_rows("\xE2\x80\x94", "-"));    // a dash is no hyphen
}

static void bad_bytes_read_as_replacement_characters(void **state)
{
    (void)state;
    assert_true(same_rows("\xFF\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"));
    assert_true(same_rows("a\xC3", "a\xEF\xBF\xBD"));
    assert_true(same_rows("\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")); // a surrogate
}

// Of a long form the first and the last twenty letters count.
static void long_forms_are_read_by_their_ends(void **state)
{
    (void)state;
    char a[200], b[200];
    for (size_t middle = 1; middle < 60; middle++) {
        snprintf(a, sizeof a, "abcdefghijklmnopqrst%.*szyxwvutsrqponmlkjihg", (int)middle,
                 "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss");
        snprintf(b, sizeof b, "abcdefghijklmnopqrst%.*szyxwvutsrqponmlkjihg", (int)middle,
                 "\xC3\xA9tttttttttttttttttttttttttttttttttttttttttttttttttttttttttt");
        if (middle > 1) // not half a letter
            assert_true(same_rows(a, b));
        assert_true(same_rows(a, "abcdefghijklmnopqrstzyxwvutsrqponmlkjihg"));
        a[0] = 'b';
        assert_false(same_rows(a, b));
        a[0] = 'a', a[strlen(a) - 1] = 'h';
        assert_false(same_rows(a, b));
    }
    char *endless = malloc(1 << 20);
    memset(endless, 'a', 1 << 20);
    static const lang_vocabulary none;
    check_rows(&none, NULL, gs_view_make(endless, 1 << 20));
    free(endless);
}

static void context_rows_are_apart(void **state)
{
    (void)state;
    static const char *const words[] = {"the", "said"};
    vocabulary known;
    vocabulary_make(&known, words, 2);
    for (uint32_t i = 0; i < LANG_CONTEXT_USED; i++) {
        assert_true(lang_context_row(&known.view, i) < lang_row_count(&known.view));
        assert_int_equal(lang_context_row(&known.view, i), lang_context_row(&known.view, 0) + i);
    }
    assert_in_range(LANG_CONTEXT_USED, 1, LANG_CONTEXT_ROWS);
}

static void how_much_is_capitals(void **state)
{
    (void)state;
    static const struct {
        const char *words[6];
        uint32_t level;
    } cases[] = {
        {{NULL}, 0},
        {{"The", "U.S."}, 0}, // too short to tell
        {{"Talks", "with", "rebels", "failed"}, 0},
        {{"Talks", "With", "rebels", "failed"}, 1},
        {{"Talks", "With", "Rebels", "Failed"}, 2},
        {{"TALKS", "WITH", "REBELS", "FAILED"}, 3},
        {{"2016", "....", "\xFF\xFF\xFF\xFF"}, 0},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        gs_view forms[6];
        size_t count = 0;
        for (; count < 6 && cases[c].words[count]; count++)
            forms[count] = gs_view_of(cases[c].words[count]);
        assert_int_equal(lang_capitals(forms, count), cases[c].level);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_in_range),
        cmocka_unit_test(the_fullest_form_has_room),
        cmocka_unit_test(known_words_have_rows_of_their_own),
        cmocka_unit_test(hashes_tell_forms_apart),
        cmocka_unit_test(what_is_folded),
        cmocka_unit_test(bad_bytes_read_as_replacement_characters),
        cmocka_unit_test(long_forms_are_read_by_their_ends),
        cmocka_unit_test(context_rows_are_apart),
        cmocka_unit_test(how_much_is_capitals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
