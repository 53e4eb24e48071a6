// One name, one kind: mentions that say little follow those that say much.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lang/mentions.h"

enum { WORDS = 6 };

typedef struct fixture {
    gs_arena *arena;
    gs_word words[WORDS];
    gs_name names[WORDS];
    gs_parse parse;
    float scores[WORDS * LANG_MENTION_KINDS];
} fixture;

// Each piece of the text up to a space is a word and a name of its own.
static void make(fixture *self, const char *text)
{
    memset(self, 0, sizeof *self);
    self->arena = gs_arena_new(0);
    self->parse = (gs_parse){.text = gs_view_of(text), .words = self->words, .names = self->names};
    for (size_t at = 0; text[at];) {
        size_t size = strcspn(text + at, " ");
        uint32_t word = (uint32_t)self->parse.word_count++;
        self->words[word] = (gs_word){.begin = (uint32_t)at, .end = (uint32_t)(at + size)};
        self->names[self->parse.name_count++] = (gs_name){word, word + 1, GS_NAME_MISC};
        at += size + (text[at + size] == ' ');
    }
}

// The kind that a word looks like, by how much.
static void say(fixture *self, size_t word, gs_name_kind kind, float margin)
{
    static const gs_name_kind KINDS[LANG_MENTION_KINDS] = {GS_NAME_PERSON, GS_NAME_ORG, GS_NAME_LOC,
                                                           GS_NAME_MISC};
    for (size_t k = 0; k < LANG_MENTION_KINDS; k++)
        self->scores[word * LANG_MENTION_KINDS + k] = KINDS[k] == kind ? -0.1f : -0.1f - margin;
    self->names[word].kind = (uint8_t)kind;
}

static void the_sure_ones_decide(void **state)
{
    (void)state;
    fixture self;
    make(&self, "Silang Abra Silang Silang");
    say(&self, 0, GS_NAME_PERSON, 4.0f);
    say(&self, 1, GS_NAME_LOC, 0.5f);
    say(&self, 2, GS_NAME_LOC, 0.5f);
    say(&self, 3, GS_NAME_PERSON, 3.0f);
    lang_mentions_agree(&self.parse, self.scores, self.arena);
    assert_int_equal(self.names[0].kind, GS_NAME_PERSON);
    assert_int_equal(self.names[1].kind, GS_NAME_LOC);
    assert_int_equal(self.names[2].kind, GS_NAME_PERSON);
    gs_arena_free(&self.arena);
}

static void a_sure_mention_stays(void **state)
{
    (void)state;
    fixture self;
    make(&self, "Washington Washington");
    say(&self, 0, GS_NAME_PERSON, 6.0f);
    say(&self, 1, GS_NAME_LOC, 6.0f);
    lang_mentions_agree(&self.parse, self.scores, self.arena);
    assert_int_equal(self.names[0].kind, GS_NAME_PERSON);
    assert_int_equal(self.names[1].kind, GS_NAME_LOC);
    gs_arena_free(&self.arena);
}

static void a_surname_goes_with_the_whole_name(void **state)
{
    (void)state;
    fixture self;
    make(&self, "Ana Labasa Labasa");
    say(&self, 0, GS_NAME_PERSON, 5.0f);
    say(&self, 1, GS_NAME_PERSON, 5.0f);
    say(&self, 2, GS_NAME_LOC, 1.0f);
    self.names[0].word_end = 2;
    self.names[1] = self.names[2];
    self.parse.name_count = 2;
    lang_mentions_agree(&self.parse, self.scores, self.arena);
    assert_int_equal(self.names[1].kind, GS_NAME_PERSON);
    gs_arena_free(&self.arena);
}

static void numbers_are_left_alone(void **state)
{
    (void)state;
    fixture self;
    make(&self, "May May");
    say(&self, 0, GS_NAME_PERSON, 9.0f);
    self.names[1].kind = GS_NAME_DATE;
    lang_mentions_agree(&self.parse, self.scores, self.arena);
    assert_int_equal(self.names[1].kind, GS_NAME_DATE);
    self.parse.name_count = 0;
    lang_mentions_agree(&self.parse, self.scores, self.arena);
    gs_arena_free(&self.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sure_ones_decide),
        cmocka_unit_test(a_sure_mention_stays),
        cmocka_unit_test(a_surname_goes_with_the_whole_name),
        cmocka_unit_test(numbers_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
