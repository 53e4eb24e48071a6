// Ids: the digests below were made by Python's hashlib, so the construction is pinned, not merely stable.
#include "unit.h"

#include "base/base.h"

static void assert_id(gs_id id, const char *expected)
{
    char text[GS_ID_TEXT];
    gs_id_text(id, text);
    assert_string_equal(text, expected);
}

static void matches_another_implementation(void **state)
{
    (void)state;
    assert_id(gs_id_of("article", gs_view_of("ab"), gs_view_of("c")), "6e566e095c4cb0bda307620530eb8297");
    assert_id(gs_id_of("article", gs_view_of(""), gs_view_of("")), "9a0b6edb30975b8d530ee2f3ee85f9a0");
    gs_id_hasher hasher;
    gs_id_begin(&hasher, "number");
    gs_id_add_number(&hasher, UINT64_C(0x0102030405060708));
    assert_id(gs_id_end(&hasher), "9f5e1cb3ab399d335ee502f84edbce65");
}

static void parts_and_labels_count(void **state)
{
    (void)state;
    gs_id first = gs_id_of("article", gs_view_of("ab"), gs_view_of("c"));
    assert_false(gs_id_equal(first, gs_id_of("article", gs_view_of("a"), gs_view_of("bc"))));
    assert_false(gs_id_equal(first, gs_id_of("statement", gs_view_of("ab"), gs_view_of("c"))));
    assert_true(gs_id_equal(gs_id_of("x", gs_view_of(NULL), gs_view_of("y")),
                            gs_id_of("x", gs_view_of(""), gs_view_of("y"))));
    gs_id_hasher hasher;
    gs_id_begin(&hasher, "article");
    gs_id_add(&hasher, gs_view_of("ab"));
    gs_id_add(&hasher, gs_view_of("c"));
    assert_true(gs_id_equal(first, gs_id_end(&hasher)));
}

static void text_goes_both_ways(void **state)
{
    (void)state;
    gs_id id = gs_id_of("x", gs_view_of("a"), gs_view_of("b"));
    char text[GS_ID_TEXT];
    gs_id parsed = {0};
    gs_id_text(id, text);
    assert_true(gs_id_parse(gs_view_of(text), &parsed));
    assert_true(gs_id_equal(id, parsed));
    assert_true(gs_id_parse(gs_view_of("00FFaBcDef0123456789abcdefABCDEF"), &parsed));
    assert_int_equal(parsed.bytes[1], 0xFF);
    static const char *const bad[] = {"",
                                      "00",
                                      "00ffabcdef0123456789abcdefabcde",
                                      "g0ffabcdef0123456789abcdefabcdef",
                                      "00ffabcdef0123456789abcdefabcdef0",
                                      "00ff abcdef0123456789abcdefabcde"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gs_id untouched = id;
        assert_false(gs_id_parse(gs_view_of(bad[i]), &untouched));
        assert_true(gs_id_equal(untouched, id));
    }
    assert_false(gs_id_parse(gs_view_make("00ffabcdef0123456789abcdefabcd\0f", 32), &parsed));
}

static void hashes_spread(void **state)
{
    (void)state;
    // 4096 short keys into 4096 slots: a fair hash leaves about 1/e of them empty.
    unsigned char slots[4096] = {0};
    unsigned filled = 0;
    for (int i = 0; i < 4096; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        unsigned slot = (unsigned)(gs_hash(gs_view_of(key)) % 4096);
        filled += slots[slot] == 0;
        slots[slot] = 1;
    }
    assert_in_range(filled, 2400, 2800);
    assert_int_equal(gs_hash(gs_view_of(NULL)), gs_hash(gs_view_of("")));
    gs_id a = gs_id_of("x", gs_view_of("a"), gs_view_of(""));
    gs_id b = gs_id_of("x", gs_view_of("b"), gs_view_of(""));
    assert_true(gs_id_hash(a) == gs_id_hash(a) && gs_id_hash(a) != gs_id_hash(b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_another_implementation),
        cmocka_unit_test(parts_and_labels_count),
        cmocka_unit_test(text_goes_both_ways),
        cmocka_unit_test(hashes_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
