// What a marked article looks like, in a terminal and as HTML: the same marks, and nothing of a hostile text.
#include "cli/extract_html.h"
#include "cli/extract_screen.h"
#include "cli/html.h"
#include "marked_test.h"

static char *screen_of(fixture *self, size_t width, bool colour)
{
    gs_buffer out = {0};
    gs_extract_screen(&out, gs_marked_new(self->article, self->extraction, self->arena), width, colour,
                      self->arena);
    char *text = gs_arena_text(self->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return text;
}

static char *html_of(fixture *self)
{
    gs_buffer out = {0};
    gs_extract_html(&out, gs_marked_new(self->article, self->extraction, self->arena), 1, self->arena);
    char *text = gs_arena_text(self->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return text;
}

static void expect_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("not found: %s\nin: %s", part, text);
}

static fixture nested(void)
{
    fixture self = make("Li said Bo told him no.");
    gs_statement *outer = say(&self, "Li"), *inner = say(&self, "Bo");
    MARK(&self, outer, source, "Li");
    MARK(&self, outer, cue, "said");
    MARK(&self, outer, content, "Bo told him no");
    MARK(&self, inner, source, "Bo");
    MARK(&self, inner, cue, "told");
    MARK(&self, inner, content, "no");
    inner->nested_in = outer->statement_id;
    inner->form = GAINSAY__V1__STATEMENT__FORM__INDIRECT;
    inner->said_on = (char *)"2025-04-24";
    inner->venue = (char *)"the Oval Office";
    inner->addressee = (char *)"reporters";
    inner->act = GAINSAY__V1__STATEMENT__ACT__DENY;
    inner->confidence = 0.875;
    inner->headline = true;
    outer->speaker->official = true;
    outer->speaker->country = (char *)"CN";
    return self;
}

static void a_screen_without_colour(void **state)
{
    (void)state;
    fixture self = nested();
    char *text = screen_of(&self, 100, false);
    expect_in(text, "\n_Li_ *said* [1]⟦_Bo_ *told* him [2]⟦no⟧[2]⟧[1].\n");
    expect_in(text, "\n1    Li       CN       person, official  1\n");
    expect_in(text, "\n2    Bo                person            1\n");
    expect_in(text, "\n[2] Bo · indirect · deny · on 2025-04-24 · at: the Oval Office · to: reporters · "
                    "confidence 0.88 ·\n    within [1] · headline\n");
    assert_null(strchr(text, '\033'));
    gs_arena_free(&self.arena);
}

// What a denial points at stands beside it in both views.
static void what_is_denied_is_told(void **state)
{
    (void)state;
    fixture self = nested();
    gs_statement *denial = self.extraction->statements[1];
    denial->denied_claim = (char *)"the <gates> were \033[1mshut";
    denial->denied_speaker = (char *)"Ana Ruiz";
    char *text = screen_of(&self, 200, false);
    expect_in(text, "denies: the <gates> were [1mshut · claim of Ana Ruiz");
    assert_null(strchr(text, '\033'));
    text = html_of(&self);
    expect_in(text, "<dt>Denies</dt>");
    expect_in(text, "the &lt;gates&gt; were [1mshut<");
    expect_in(text, "<dt>Claim of</dt>");
    gs_arena_free(&self.arena);
}

static void a_screen_in_colour(void **state)
{
    (void)state;
    fixture self = nested();
    char *text = screen_of(&self, 100, true);
    expect_in(text, "\033[0;1;36mLi\033[0m \033[0;3;36msaid\033[0m \033[0;1;36m[1]\033[0;36m⟦");
    expect_in(text, "\033[0;1;4;35mBo\033[0;4;36m \033[0;3;4;35mtold\033[0;4;36m him \033[0;1;35m[2]");
    gs_arena_free(&self.arena);
}

static void marks_in_html_nest(void **state)
{
    (void)state;
    fixture self = nested();
    char *text = html_of(&self);
    expect_in(text,
              "<mark class=\"s1\" id=\"a1-m1\" title=\"1: Li\"><a class=\"n s1\" href=\"#a1-s1\" "
              "aria-label=\"Statement 1, Li\">1</a><b class=\"s2 u\" title=\"2: Bo, indirect\">Bo</b> <i ");
    expect_in(text, "<mark class=\"s2 u\" id=\"a1-m2\" title=\"2: Bo, indirect\"><a class=\"n s2\" "
                    "href=\"#a1-s2\" aria-label=\"Statement 2, Bo\">2</a>no</mark></mark>.</p>");
    expect_in(text, "<a href=\"#a1-s1\">statement 1</a>");
    expect_in(text, "<dd>the headline</dd>");
    gs_arena_free(&self.arena);
}

static void a_title_in_the_text_is_the_heading(void **state)
{
    (void)state;
    fixture self = make("\n Bo says no\n\nHe did.");
    self.article->title = (char *)"Bo says no";
    self.article->language = (char *)"en-GB";
    gs_statement *statement = say(&self, "Bo");
    MARK(&self, statement, content, "no");
    char *text = html_of(&self);
    expect_in(text, "id=\"a1-t\" lang=\"en-GB\">Bo says <mark ");
    expect_in(text, "no</mark></h2>");
    assert_null(strstr(strstr(text, "<h2") + 1, "<h2"));
    gs_arena_free(&self.arena);
}

static void a_statement_without_a_place_stands_at_the_title(void **state)
{
    (void)state;
    fixture self = make("Nothing more.");
    self.article->title = (char *)"Bo says no";
    say(&self, "Bo")->headline = true;
    expect_in(html_of(&self), "<span id=\"a1-m1\"><a class=\"n s1\" href=\"#a1-s1\"");
    expect_in(screen_of(&self, 80, false), "[1] Bo says no\n");
    gs_arena_free(&self.arena);
}

#define HOSTILE                                                                                              \
    "<script>'\"&\033[2J\u202E\u2066\xC2\x9B"                                                                \
    "31m\u200F</mark>\u2028x"

static void fill_with_hostile_text(fixture *self)
{
    char *hostile = gs_arena_text(self->arena, gs_view_of(HOSTILE));
    gs_article *article = self->article;
    article->title = article->publisher = article->byline = article->language = article->published = hostile;
    article->url = (char *)"javascript:alert(1)//\"><script>";
    gs_statement *statement = say(self, HOSTILE);
    MARK(self, statement, content, "script");
    statement->text = statement->venue = statement->addressee = statement->said_on = hostile;
    statement->cue_text = statement->nested_in = hostile;
    statement->topics = gs_arena_alloc(self->arena, sizeof(char *));
    statement->topics[0] = hostile;
    statement->n_topics = 1;
    statement->speaker->role = statement->speaker->organisation = statement->speaker->country = hostile;
}

static void hostile_text_shows_as_text(void **state)
{
    (void)state;
    fixture self = make("He said " HOSTILE ".\n\nMore.");
    fill_with_hostile_text(&self);
    const char *html = html_of(&self), *screen = screen_of(&self, 80, false);
    static const char *const nowhere[] = {"\033", "\u202E", "\u2066", "\u200F", "\xC2\x9B", "\u2028"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        assert_null(strstr(html, nowhere[i]));
        assert_null(strstr(screen, nowhere[i]));
    }
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "href=\"javascript"));
    assert_null(strstr(html, "'\"&"));
    expect_in(html, "&lt;<mark class=\"s1 u\" id=\"a1-m1\"");
    // Every tag that is opened is closed: hostile text has brought none.
    size_t opened = 0, closed = 0;
    for (const char *at = html; (at = strstr(at, "mark")); at++) {
        opened += at[-1] == '<';
        closed += at[-1] == '/' && at[-2] == '<';
    }
    assert_int_equal(opened, 1);
    assert_int_equal(closed, 1);
    gs_arena_free(&self.arena);
}

static void only_web_addresses_are_links(void **state)
{
    (void)state;
    gs_buffer out = {0};
    gs_html_link(&out, "HTTPS://a.example/?q=\"><x", gs_view_of("a & b"));
    assert_string_equal(out.data, "<a rel=\"noopener noreferrer nofollow\" "
                                  "href=\"HTTPS://a.example/?q=&quot;&gt;&lt;x\">a &amp; b</a>");
    gs_buffer_clear(&out);
    gs_html_link(&out, "data:text/html,x", gs_view_of("a"));
    assert_string_equal(out.data, "a");
    gs_buffer_free(&out);
}

static void joiners_and_new_characters_stay(void **state)
{
    (void)state;
    gs_buffer out = {0};
    gs_html_words(
        &out, "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \U0001F469\u200D\U0001F4BB\t\r\n\uFFFE\x01!");
    assert_string_equal(out.data,
                        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \U0001F469\u200D\U0001F4BB  \n!");
    gs_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_without_colour),
        cmocka_unit_test(what_is_denied_is_told),
        cmocka_unit_test(a_screen_in_colour),
        cmocka_unit_test(marks_in_html_nest),
        cmocka_unit_test(a_title_in_the_text_is_the_heading),
        cmocka_unit_test(a_statement_without_a_place_stands_at_the_title),
        cmocka_unit_test(hostile_text_shows_as_text),
        cmocka_unit_test(only_web_addresses_are_links),
        cmocka_unit_test(joiners_and_new_characters_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
