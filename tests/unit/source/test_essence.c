// What makes an article another one, and what only its page.
#include "source_test.h"

static gs_id essence(const char *title, const char *text)
{
    gs_article article = GAINSAY__V1__ARTICLE__INIT;
    article.title = (char *)title;
    article.text = (char *)text;
    return gs_article_essence(&article);
}

static const char TEXT[] =
    "LIMA - The minister said that no talks took place.\n\n\"None of it is true,\" she said.";

static void white_space_and_times_do_not_count(void **state)
{
    (void)state;
    static const char *const same[] = {
        "LIMA - The minister said that no talks took place.\n\"None of it is true,\"\n she said.\n",
        "Updated 5 minutes ago\n\nLIMA - The minister said that no talks took place.\n\n\"None of it is "
        "true,\" she said.",
        "LIMA - The minister said that\xC2\xA0no talks took place.\r\n\r\n\"None of it is true,\" she said.",
        "Published: 24 April 2025, 10:32 BST | Last updated on 25/04/2025 at 8.15 a.m.\nLIMA - The minister "
        "said that no "
        "talks took place.\n2 min read\n\"None of it is true,\" she said.",
    };
    const gs_id first = essence("Talks", TEXT);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_true(gs_id_equal(essence(" Talks ", same[i]), first));
    }
}

static void words_and_figures_do(void **state)
{
    (void)state;
    static const char *const others[] = {
        "LIMA - The minister said that talks took place.\n\n\"None of it is true,\" she said.",
        "LIMA - The minister said that no talks took place.\n\n\"None of it is true,\" she said.\n\n15",
        "LIMA - The minister said that no talks took place.\n\n\"None of it is true,\" she said.\n\n24 "
        "hours, 15%",
        "LIMA - The minister said that no talks took place.\n\n\"None of it is true,\" she said.\n\n\"On 24 "
        "April\"",
        "LIMA - The minister said that no talks took place.\n\n\"None of it is true,\" she said.\n\nUpdated "
        "by staff on 4 May",
        "LIMA - The minister said that no talks took place.\n\n\"None of it is true,\" she said on 24 April "
        "2025.",
    };
    const gs_id first = essence("Talks", TEXT);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(gs_id_equal(essence("Talks", others[i]), first));
    }
    assert_false(gs_id_equal(essence("No talks", TEXT), first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_and_times_do_not_count),
        cmocka_unit_test(words_and_figures_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
