// Articles that a page links to.
#include "source_test.h"

static size_t links_of(fixture *self, const char *html, gs_link **links)
{
    size_t count = 0;
    assert_true(gs_page_links(gs_view_of(html), "https://www.x.example/news/", self->arena, links, &count,
                              &self->error));
    return count;
}

static void articles_of_the_site(void **state)
{
    gs_link *links = NULL;
    size_t count = links_of(
        *state,
        "<nav><a href='/news/a-very-long-menu-entry'>A very long menu entry here</a></nav>"
        "<a href='/2025/04/24/talks-resume'><img src='i.jpg' alt='x'></a>"
        "<h2><a href='/2025/04/24/talks-resume#top'>Talks resume in <b>Geneva</b> &amp; beyond</a></h2>"
        "<a href='//x.example/world/minister-says-talks-will-resume.html'><div><h3>Minister says talks will "
        "resume</h3><p>A summary.</p><time>now</time></div></a>"
        "<a href='https://x.example/story?id=1234567'>Third story of the day</a>"
        "<a href='https://other.example/2025/04/24/elsewhere-by-far'>Elsewhere by far, far away</a>"
        "<a href='/tag/some-very-long-tag-name'>Some very long tag name</a><a href='/world/'>World news from "
        "everywhere</a>"
        "<a href='/2025/04/24/photo-of-the-day.jpg'>Photo of the whole long day</a><a "
        "href='/short-one-two-three'>Short</a>"
        "<a href='mailto:someone-who-has-long-names@x.example'>Write to us about it all</a>",
        &links);
    assert_int_equal(count, 3);
    assert_string_equal(links[0].url, "https://www.x.example/2025/04/24/talks-resume");
    assert_string_equal(links[0].title, "Talks resume in Geneva & beyond");
    assert_string_equal(links[1].url, "https://x.example/world/minister-says-talks-will-resume.html");
    assert_string_equal(links[1].title, "Minister says talks will resume");
    assert_string_equal(links[2].url, "https://x.example/story?id=1234567");
}

static void menus_serve_where_there_is_nothing_else(void **state)
{
    gs_link *links = NULL;
    assert_int_equal(
        links_of(*state,
                 "<nav><a href='/minister-says-talks-will-resume'>Minister says talks will resume</a>",
                 &links),
        1);
    assert_int_equal(links_of(*state, "<p>nothing", &links), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(articles_of_the_site),
                                       TEST(menus_serve_where_there_is_nothing_else)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
