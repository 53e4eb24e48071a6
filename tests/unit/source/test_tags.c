// The tags of a page: where they begin and end.
#include "source/tags.h"
#include "source_test.h"

static void tags_follow_one_another(void **state)
{
    fixture *self = *state;
    gs_view html = gs_view_of("x < y <a href = \"p>q\" Title='t&quot;u' data-x=1/>z</A ><!-- <b> "
                              "--><script>if (a<b) '</x>'</script><i q=\"open");
    gs_tag tag;
    size_t at = 0;
    assert_true(gs_tags_next(html, &at, &tag));
    assert_true(gs_tag_is(&tag, "A") && !tag.closing);
    assert_string_equal(gs_tag_attribute(&tag, "HREF", self->arena), "p>q");
    assert_string_equal(gs_tag_attribute(&tag, "title", self->arena), "t\"u");
    assert_string_equal(gs_tag_attribute(&tag, "data-x", self->arena), "1/");
    assert_string_equal(gs_tag_attribute(&tag, "none", self->arena), "");
    assert_true(gs_tags_next(html, &at, &tag) && gs_tag_is(&tag, "a") && tag.closing);
    assert_true(gs_tags_next(html, &at, &tag) && gs_tag_is(&tag, "script") && !tag.closing);
    assert_true(gs_tags_next(html, &at, &tag) && gs_tag_is(&tag, "script") && tag.closing);
    assert_true(gs_tags_next(html, &at, &tag) && gs_tag_is(&tag, "i"));
    assert_false(gs_tags_next(html, &at, &tag));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(tags_follow_one_another)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
