// Which texts are taken for copies of each other.
#include "source_test.h"
#include "source/sketch.h"

#include <stdio.h>

// Words that a number makes; count of them, from the word `first` on.
static void add_words(gs_buffer *text, unsigned seed, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++) {
        gs_buffer_format(text, "%sw%u", i % 40 == 39 ? ".\n\n" : " ", (seed * 7919 + i * 104729) % 1000003);
    }
}

static gs_sketch sketch_of(gs_buffer *text)
{
    gs_sketch sketch;
    gs_sketch_make(gs_buffer_view(text), &sketch);
    gs_buffer_free(text);
    return sketch;
}

static gs_sketch words(unsigned seed, unsigned first, unsigned count)
{
    gs_buffer text = {0};
    add_words(&text, seed, first, count);
    return sketch_of(&text);
}

static bool is_copy(const gs_sketch *text, const gs_sketch *earlier)
{
    return gs_sketch_likeness(text, earlier, false) >= gs_sketch_copy;
}

static void copies_are_found(void **state)
{
    (void)state;
    const gs_sketch original = words(1, 0, 600);
    const gs_sketch same = words(1, 0, 600);
    const gs_sketch head = words(1, 0, 200);
    const gs_sketch tail = words(1, 300, 300);
    gs_buffer led = {0};
    add_words(&led, 2, 0, 60);
    add_words(&led, 1, 0, 400);
    add_words(&led, 3, 0, 60);
    const gs_sketch with_lead = sketch_of(&led);
    assert_true(gs_sketch_likeness(&same, &original, false) > 0.95);
    assert_true(is_copy(&head, &original) && is_copy(&tail, &original) && is_copy(&with_lead, &original));
    assert_int_equal(original.words, 600);
}

static void others_are_not(void **state)
{
    (void)state;
    const gs_sketch original = words(1, 0, 600);
    const gs_sketch other = words(2, 0, 600);
    gs_buffer quotes = {0};
    add_words(&quotes, 2, 0, 400);
    add_words(&quotes, 1, 0, 200); // a third is quoted from the original
    const gs_sketch quoting = sketch_of(&quotes);
    assert_true(gs_sketch_likeness(&other, &original, false) < 0.01);
    assert_false(is_copy(&quoting, &original));
    // A long article in which a short one stands is no copy of it.
    const gs_sketch flash = words(1, 0, 80);
    assert_true(is_copy(&flash, &original));
    assert_false(is_copy(&original, &flash));
}

static void articles_of_one_site_must_have_more_in_common(void **state)
{
    (void)state;
    const gs_sketch original = words(1, 0, 600);
    gs_buffer text = {0};
    add_words(&text, 1, 0, 240); // what the site puts around everything
    add_words(&text, 2, 0, 100);
    const gs_sketch other = sketch_of(&text);
    assert_true(gs_sketch_likeness(&other, &original, false) > gs_sketch_copy);
    assert_true(gs_sketch_likeness(&other, &original, true) < gs_sketch_copy);
}

static void short_texts_are_nobodys_copies(void **state)
{
    (void)state;
    const gs_sketch text = words(1, 0, 39);
    gs_sketch empty;
    gs_sketch_make(gs_view_of(""), &empty);
    assert_int_equal(text.count, 0);
    assert_true(gs_sketch_likeness(&text, &text, false) == 0.0);
    assert_true(gs_sketch_likeness(&empty, &text, false) == 0.0);
    assert_int_equal(empty.words, 0);
}

static void few_samples_prove_little(void **state)
{
    (void)state;
    // Of a very long text the sketch holds few shingles that a short one could share.
    const gs_sketch book = words(1, 0, 60000);
    gs_buffer text = {0};
    add_words(&text, 1, 100, 30);
    add_words(&text, 2, 0, 30);
    const gs_sketch note = sketch_of(&text);
    assert_false(is_copy(&note, &book));
}

static void case_marks_and_spaces_do_not_count(void **state)
{
    (void)state;
    static const char *const ways[] = {
        "\"Don't go,\" said the caf\xC3\xA9's owner.",
        "\xE2\x80\x9C"
        "DON\xE2\x80\x99T go\xE2\x80\x9D \xE2\x80\x94 said  the caf\xC3\xA9\xE2\x80\x99s\nowner!"};
    uint64_t hashes[2][16];
    size_t counts[2];
    for (int i = 0; i < 2; i++) {
        size_t offset = 0;
        counts[i] = gs_sketch_words(gs_view_of(ways[i]), &offset, hashes[i], 16);
        assert_int_equal(offset, strlen(ways[i]));
    }
    assert_int_equal(counts[0], 6);
    assert_int_equal(counts[1], 6);
    assert_memory_equal(hashes[0], hashes[1], 6 * sizeof(uint64_t));
    // In pieces it is the same.
    uint64_t one[1];
    size_t offset = 0;
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(gs_sketch_words(gs_view_of(ways[0]), &offset, one, 1), 1);
        assert_int_equal(one[0], hashes[0][i]);
    }
    assert_int_equal(gs_sketch_words(gs_view_of(ways[0]), &offset, one, 1), 0);
}

static void it_is_the_same_on_every_machine(void **state)
{
    (void)state;
    const gs_sketch sketch = words(1, 0, 60); // stored: these numbers never change
    assert_int_equal(sketch.count, 53);
    assert_int_equal(sketch.least[0], 0x4328333);
    for (uint32_t i = 1; i < sketch.count; i++) {
        assert_true(sketch.least[i - 1] < sketch.least[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_are_found),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(articles_of_one_site_must_have_more_in_common),
        cmocka_unit_test(short_texts_are_nobodys_copies),
        cmocka_unit_test(few_samples_prove_little),
        cmocka_unit_test(case_marks_and_spaces_do_not_count),
        cmocka_unit_test(it_is_the_same_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
