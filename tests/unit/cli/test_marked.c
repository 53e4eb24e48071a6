// Nested, crossing and broken marks; which speakers are one; where numbers stand.
#include "marked_test.h"

// Each piece between bars; before it a letter for each mark over it, outermost first: c, s or u for content,
// source and cue with the statement's number, "+" where the mark begins here, "#" where the number stands,
// and "/" before a paragraph.
static const char *drawn(fixture *self)
{
    gs_marked *marked = gs_marked_new(self->article, self->extraction, self->arena);
    gs_walk walk = gs_marked_walk(marked, self->arena);
    gs_buffer out = {0};
    gs_piece piece;
    while (gs_walk_next(&walk, &piece)) {
        gs_buffer_text(&out, piece.starts_paragraph ? "/" : "|");
        for (size_t i = 0; i < piece.depth; i++) {
            const gs_mark *over = piece.over[i];
            gs_buffer_format(&out, "%c%zu", "csu"[over->part], over -> statement + 1);
            if (i >= piece.kept)
                gs_buffer_text(&out, gs_piece_numbers(&piece, over) ? "#" : "+");
            gs_buffer_byte(&out, ' ');
        }
        gs_buffer_append(&out, piece.text.data, piece.text.size);
    }
    const char *text = gs_arena_text(self->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return text;
}

static void text_without_marks_is_paragraphs(void **state)
{
    (void)state;
    fixture self = make("\n One line\nand another. \n \t\n\n  Two.\n");
    assert_string_equal(drawn(&self), "/One line\nand another./Two.");
    gs_arena_free(&self.arena);
    self = make(" \n ");
    assert_string_equal(drawn(&self), "");
    gs_arena_free(&self.arena);
}

static void one_statement_in_two_parts(void **state)
{
    (void)state;
    fixture self = make("\"Yes,\" he said, \"we will.\"");
    gs_statement *statement = say(&self, "A");
    MARK(&self, statement, content, "\"Yes,\"");
    MARK(&self, statement, content, "\"we will.\"");
    MARK(&self, statement, source, "he");
    MARK(&self, statement, cue, "said");
    assert_string_equal(drawn(&self), "/c1# \"Yes,\"| |s1+ he| |u1+ said|, |c1+ \"we will.\"");
    gs_arena_free(&self.arena);
}

static void a_statement_within_another(void **state)
{
    (void)state;
    fixture self = make("Li said Bo told him no.");
    gs_statement *outer = say(&self, "Li"), *inner = say(&self, "Bo");
    MARK(&self, outer, source, "Li");
    MARK(&self, outer, cue, "said");
    MARK(&self, outer, content, "Bo told him no");
    MARK(&self, inner, source, "Bo");
    MARK(&self, inner, cue, "told");
    MARK(&self, inner, content, "no");
    inner->nested_in = outer->statement_id;
    assert_string_equal(drawn(&self),
                        "/s1+ Li| |u1+ said| |c1# s2+ Bo|c1  |c1 u2+ told|c1  him |c1 c2# no|.");
    gs_marked *marked = gs_marked_new(self.article, self.extraction, self.arena);
    assert_int_equal(gs_marked_outer(marked, 1), 0);
    assert_int_equal(gs_marked_outer(marked, 0), SIZE_MAX);
    for (size_t i = 0; i < marked->mark_count; i++)
        assert_int_equal(marked->marks[i].entangled, marked->marks[i].part == GS_MARK_CONTENT);
    gs_arena_free(&self.arena);
}

static void crossing_marks_are_begun_again(void **state)
{
    (void)state;
    fixture self = make("one two three four");
    gs_statement *first = say(&self, "A"), *second = say(&self, "B");
    MARK(&self, first, content, "one two three");
    MARK(&self, second, content, "two three four");
    assert_string_equal(drawn(&self), "/c1# one |c1 c2# two three|c2+  four");
    gs_arena_free(&self.arena);
}

static void marks_over_the_same_words_nest(void **state)
{
    (void)state;
    fixture self = make("all of it");
    gs_statement *first = say(&self, "A"), *second = say(&self, "B");
    MARK(&self, second, content, "all of it");
    MARK(&self, first, content, "all of it");
    assert_string_equal(drawn(&self), "/c1# c2# all of it");
    gs_arena_free(&self.arena);
}

static void a_mark_over_paragraphs_begins_again_in_each(void **state)
{
    (void)state;
    fixture self = make("He said: one\n\ntwo\n\nthree. End");
    gs_statement *statement = say(&self, "A");
    MARK(&self, statement, content, "one\n\ntwo\n\nthree");
    assert_string_equal(drawn(&self), "/He said: |c1# one/c1+ two/c1+ three|. End");
    gs_arena_free(&self.arena);
}

static void spans_are_trimmed_and_cut_to_the_text(void **state)
{
    (void)state;
    fixture self = make("one  two\n\nthree");
    gs_statement *statement = say(&self, "A");
    add_span(&self, &statement->n_content, &statement->content, 3, 5);
    add_span(&self, &statement->n_content, &statement->content, 4, 10);
    add_span(&self, &statement->n_content, &statement->content, 12, 900);
    add_span(&self, &statement->n_content, &statement->content, 800, 900);
    assert_string_equal(drawn(&self), "/one  |c1# two/th|c1+ ree");
    gs_arena_free(&self.arena);
}

static void a_number_without_a_place_is_known(void **state)
{
    (void)state;
    fixture self = make("nothing of it here");
    say(&self, "A")->headline = true;
    gs_statement *second = say(&self, "B");
    MARK(&self, second, cue, "here");
    gs_marked *marked = gs_marked_new(self.article, self.extraction, self.arena);
    assert_false(marked->placed[0]);
    assert_true(marked->placed[1]);
    assert_string_equal(drawn(&self), "/nothing of it |u2# here");
    gs_arena_free(&self.arena);
}

static void speakers_are_gathered(void **state)
{
    (void)state;
    fixture self = make("text");
    say(&self, "He Yadong")->speaker->country = (char *)"CN";
    say(&self, "He Yongqian")->speaker->country = (char *)"CN";
    gs_speaker *again = say(&self, "He Yadong")->speaker;
    again->country = (char *)"CN";
    again->role = (char *)"spokesperson";
    again->official = true;
    gs_speaker *unnamed = say(&self, "")->speaker, *other = say(&self, "")->speaker;
    unnamed->kind = other->kind = GAINSAY__V1__SPEAKER__KIND__UNNAMED;
    unnamed->role = (char *)"senior official";
    other->role = (char *)"diplomat";
    say(&self, "gone")->speaker = NULL;
    gs_marked *marked = gs_marked_new(self.article, self.extraction, self.arena);
    assert_int_equal(marked->speaker_count, 5);
    assert_int_equal(marked->speakers[0].statement_count, 2);
    assert_int_equal(marked->speakers[0].statements[1], 2);
    assert_string_equal(marked->speakers[0].role, "spokesperson");
    assert_true(marked->speakers[0].official);
    assert_int_equal(marked->speakers[1].statement_count, 1);
    assert_int_equal(marked->speaker_of[3], 2);
    assert_int_equal(marked->speaker_of[4], 3);
    assert_string_equal(marked->speakers[marked->speaker_of[5]].name, "");
    gs_arena_free(&self.arena);
}

static void the_title_is_found_in_the_text(void **state)
{
    (void)state;
    fixture self = make(" Ministry\xC2\xA0 denies\ntalks\n\nNo talks.");
    self.article->title = (char *)"Ministry denies talks";
    assert_true(gs_marked_new(self.article, self.extraction, self.arena)->title_in_text);
    self.article->title = (char *)"Ministry denies";
    assert_false(gs_marked_new(self.article, self.extraction, self.arena)->title_in_text);
    self.article->title = (char *)"";
    assert_false(gs_marked_new(self.article, self.extraction, self.arena)->title_in_text);
    gs_arena_free(&self.arena);
}

// Any spans: the pieces in order, without their marks, are the text without its gaps, and marks nest.
static void pieces_of_any_spans_are_the_text(void **state)
{
    (void)state;
    uint32_t seed = 20250424;
    for (int round = 0; round < 300; round++) {
        fixture self = make("ab c\n\nd efg hij\n\n\nklm nop qrstu  vw\nxyz");
        for (int i = 0; i < 8; i++) {
            seed = seed * 1664525u + 1013904223u;
            gs_statement *statement = say(&self, "A");
            uint32_t begin = (seed >> 8) % 40, size = (seed >> 20) % 20;
            add_span(&self, &statement->n_content, &statement->content, begin, begin + size);
        }
        gs_marked *marked = gs_marked_new(self.article, self.extraction, self.arena);
        gs_walk walk = gs_marked_walk(marked, self.arena);
        gs_piece piece;
        size_t at = 0, numbers = 0, placed = 0;
        while (gs_walk_next(&walk, &piece)) {
            assert_true(piece.begin >= at && piece.text.size > 0 && piece.kept <= piece.depth);
            assert_true(piece.starts_paragraph || piece.begin == at);
            at = piece.begin + piece.text.size;
            size_t covering = 0;
            for (size_t i = 0; i < marked->mark_count; i++)
                covering += marked->marks[i].begin <= piece.begin && marked->marks[i].end >= at;
            assert_int_equal(piece.depth, covering);
            for (size_t i = piece.kept; i < piece.depth; i++)
                numbers += gs_piece_numbers(&piece, piece.over[i]);
        }
        assert_int_equal(at, strlen(self.article->text));
        for (size_t i = 0; i < marked->statement_count; i++)
            placed += marked->placed[i];
        assert_int_equal(numbers, placed);
        gs_arena_free(&self.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_without_marks_is_paragraphs),
        cmocka_unit_test(one_statement_in_two_parts),
        cmocka_unit_test(a_statement_within_another),
        cmocka_unit_test(crossing_marks_are_begun_again),
        cmocka_unit_test(marks_over_the_same_words_nest),
        cmocka_unit_test(a_mark_over_paragraphs_begins_again_in_each),
        cmocka_unit_test(spans_are_trimmed_and_cut_to_the_text),
        cmocka_unit_test(a_number_without_a_place_is_known),
        cmocka_unit_test(speakers_are_gathered),
        cmocka_unit_test(the_title_is_found_in_the_text),
        cmocka_unit_test(pieces_of_any_spans_are_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
