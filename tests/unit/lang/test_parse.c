// Whole readings, with the model: what holds of every text, what is right in easy ones, and that nothing
// depends on what was read before, beside or by another thread.
#include "lang_test.h"

#include <pthread.h>

#include "lang/network.h"
#include "parse_check.h"

typedef struct fixture {
    gs_model *model; // NULL if there is none
    gs_lang *lang;   // likewise
    gs_arena *arena;
} fixture;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    gs_error error = {0};
    self->arena = gs_arena_new(0);
    self->model = gs_model_open(NULL, &error);
    self->lang = self->model ? gs_lang_new(self->model, &error) : NULL;
    if (!self->model)
        print_message("nothing can be parsed: %s\n", error.message);
    else if (!self->lang)
        fail_msg("the model does not fit this program: %s", error.message);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    gs_lang_free(&self->lang);
    gs_model_close(&self->model);
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

static const gs_parse *parse_bytes(fixture *self, gs_view text, gs_lang_division division)
{
    const gs_parse *parse = gs_lang_parse(self->lang, text, division, self->arena);
    gs_buffer out = {0};
    gs_lang_write_conllu(self->lang, parse, (gs_conllu_place){0}, &out);
    const char *wrong = check_parse(parse, division);
    wrong = wrong ? wrong : check_conllu(gs_buffer_view(&out), parse);
    gs_buffer_free(&out);
    if (wrong)
        fail_msg("does not hold: %s", wrong);
    return parse;
}

static const gs_parse *parse_text(fixture *self, const char *text)
{
    return parse_bytes(self, gs_view_of(text), GS_LANG_PARAGRAPHS);
}

static fixture *fixture_of(void **state)
{
    fixture *self = *state;
    if (!self->lang)
        skip();
    gs_arena_reset(self->arena);
    return self;
}

static gs_view form_of(const gs_parse *parse, size_t word)
{
    return gs_view_slice(parse->text, parse->words[word].begin, parse->words[word].end);
}

static const char ARTICLE[] =
    "GENEVA, March 3 (Courier) \xE2\x80\x94 Talks between the two governments will resume on Monday, a "
    "senior\n"
    "official said, though the foreign ministry in Lisbon denied that a date had been set.\n\n"
    "\xE2\x80\x9CWe haven\xE2\x80\x99t agreed to anything,\xE2\x80\x9D said Maria Duarte, the "
    "ministry\xE2\x80\x99s "
    "spokeswoman. \xE2\x80\x9CNot on the 7th, not at all.\xE2\x80\x9D\n\n"
    "The U.S. envoy, Dr. Paul Hale, told reporters he'd \"wait and see\". Some 1,900.50 tonnes of grain, "
    "worth\n"
    "$2 million, can't leave the port before 6 p.m.; prices rose 3.5% in April. (It rained.)\n\n"
    "Q: Is it over?\nA: No... it isn't!\n";

// ---- easy sentences

static void expect_word(fixture *self, const gs_parse *parse, size_t at, const char *form, const char *upos,
                        const char *lemma)
{
    assert_true(at < parse->word_count);
    assert_string_equal(gs_arena_text(self->arena, form_of(parse, at)), form);
    assert_string_equal(gs_upos_name((gs_upos)parse->words[at].upos), upos);
    assert_string_equal(parse->words[at].lemma, lemma);
}

static void expect_relation(fixture *self, const gs_parse *parse, size_t at, const char *relation,
                            uint32_t head)
{
    assert_string_equal(gs_lang_relation_name(self->lang, parse->words[at].relation), relation);
    assert_int_equal(parse->words[at].head, head);
}

static void an_easy_sentence(void **state)
{
    fixture *self = fixture_of(state);
    const gs_parse *parse = parse_text(self, "The minister denied the claims.");
    assert_int_equal(parse->sentence_count, 1);
    assert_int_equal(parse->word_count, 6);
    expect_word(self, parse, 0, "The", "DET", "the");
    expect_word(self, parse, 1, "minister", "NOUN", "minister");
    expect_word(self, parse, 2, "denied", "VERB", "deny");
    expect_word(self, parse, 4, "claims", "NOUN", "claim");
    expect_word(self, parse, 5, ".", "PUNCT", ".");
    expect_relation(self, parse, 0, "det", 1);
    expect_relation(self, parse, 1, "nsubj", 2);
    expect_relation(self, parse, 2, "root", GS_WORD_ROOT);
    expect_relation(self, parse, 4, "obj", 2);
    assert_string_equal(gs_lang_xpos_name(self->lang, parse->words[2].xpos), "VBD");
    assert_int_equal(gs_lang_xpos_find(self->lang, "VBD"), parse->words[2].xpos);
    assert_int_equal(gs_lang_relation_find(self->lang, "nsubj"), parse->words[1].relation);
    assert_int_equal(gs_lang_relation_find(self->lang, "no such relation"), -1);
    assert_int_equal(gs_lang_xpos_find(self->lang, ""), -1);
    assert_string_equal(gs_lang_xpos_name(self->lang, 255), "_");
}

static void words_inside_words(void **state)
{
    fixture *self = fixture_of(state);
    const gs_parse *parse = parse_text(self, "She didn't say they cannot pay.");
    assert_int_equal(parse->word_count, 9);
    expect_word(self, parse, 1, "did", "AUX", "do");
    expect_word(self, parse, 2, "n't", "PART", "not");
    expect_word(self, parse, 3, "say", "VERB", "say");
    expect_word(self, parse, 5, "can", "AUX", "can");
    expect_word(self, parse, 6, "not", "PART", "not");
    assert_false(parse->words[2].space_before);
    expect_relation(self, parse, 7, "ccomp", 3);
}

static void names_of_an_easy_sentence(void **state)
{
    fixture *self = fixture_of(state);
    const gs_parse *parse = parse_text(self, "On Friday Angela Merkel said the talks would cost $5 million.");
    static const struct {
        gs_name_kind kind;
        const char *text;
    } names[] = {{GS_NAME_DATE, "Friday"}, {GS_NAME_PERSON, "Angela Merkel"}, {GS_NAME_MONEY, "$5 million"}};
    assert_int_equal(parse->name_count, 3);
    for (size_t n = 0; n < 3; n++) {
        const gs_name *name = &parse->names[n];
        gs_view text = gs_view_slice(parse->text, parse->words[name->word_begin].begin,
                                     parse->words[name->word_end - 1].end);
        assert_string_equal(gs_arena_text(self->arena, text), names[n].text);
        assert_int_equal(name->kind, names[n].kind);
    }
}

static void an_article(void **state)
{
    fixture *self = fixture_of(state);
    const gs_parse *parse = parse_text(self, ARTICLE);
    assert_in_range(parse->sentence_count, 7, 11);
    assert_in_range(parse->sentences[parse->sentence_count - 1].paragraph, 3, 5);
    size_t verbs = 0;
    for (size_t i = 0; i < parse->word_count; i++)
        verbs += parse->words[i].upos == GS_VERB;
    assert_in_range(verbs, 8, 16);
    assert_true(parse->name_count >= 6);
    assert_ptr_equal(parse->text.data, ARTICLE);
}

// ---- texts that are none

static void nothing_to_read(void **state)
{
    static const char *const texts[] = {"", " ", "\n", " \r\n\t \n\n\xC2\xA0\xE2\x80\x8B\xEF\xBB\xBF\n"};
    static const size_t lines[] = {0, 1, 1, 4};
    fixture *self = fixture_of(state);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const gs_parse *parse = parse_text(self, texts[i]);
        assert_int_equal(parse->word_count, 0);
        assert_int_equal(parse->sentence_count, 0);
        assert_int_equal(parse->name_count, 0);
        parse = parse_bytes(self, gs_view_of(texts[i]), GS_LANG_LINES);
        assert_int_equal(parse->word_count, 0);
        assert_int_equal(parse->sentence_count, lines[i]);
    }
}

static void control_characters(void **state)
{
    enum { SIZE = 20000 };
    fixture *self = fixture_of(state);
    static char text[SIZE];
    for (size_t i = 0; i < SIZE; i++)
        text[i] = (char)(i % 32);
    assert_int_equal(parse_bytes(self, gs_view_make(text, SIZE), GS_LANG_PARAGRAPHS)->word_count, 0);
    for (size_t i = 0; i < SIZE; i += 7)
        text[i] = "aB1.\"-\x7F\xFF"[i % 8];
    parse_bytes(self, gs_view_make(text, SIZE), GS_LANG_PARAGRAPHS);
    parse_bytes(self, gs_view_make(text, SIZE), GS_LANG_LINES);
}

static void bytes_that_are_no_utf8(void **state)
{
    fixture *self = fixture_of(state);
    parse_text(self, "He \xFF said \xC3 that \xE2\x80 was \xF0\x9F\x99 \xED\xA0\x80 a l\xE9gion.\xC3");
    static char text[6000];
    uint64_t random = 43;
    for (int round = 0; round < 6; round++) {
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (char)(round % 2 ? 0x80 + test_below(&random, 128) : test_below(&random, 256));
        gs_arena_reset(self->arena);
        parse_bytes(self, gs_view_make(text, sizeof text),
                    round / 2 % 2 ? GS_LANG_LINES : GS_LANG_PARAGRAPHS);
    }
}

static void texts_without_a_space(void **state)
{
    static const char *const pieces[] = {
        "a",         "\xC3\xA9", "1,",    "a.",   "\"'",  "(", "\xF0\x9F\x91\xA9\xE2\x80\x8D",
        "http://a/", "U.S.-",    "don't", "\xFF", "...?!"};
    enum { SIZE = 1 << 20, SHORT = 6000 };
    fixture *self = fixture_of(state);
    char *text = malloc(SIZE);
    for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
        size_t size = strlen(pieces[p]), used = 0, limit = p < 2 ? SIZE : SHORT;
        for (; used + size <= limit; used += size)
            memcpy(text + used, pieces[p], size);
        gs_arena_reset(self->arena);
        parse_bytes(self, gs_view_make(text, used), p % 2 ? GS_LANG_LINES : GS_LANG_PARAGRAPHS);
    }
    free(text);
}

static void random_texts(void **state)
{
    static const char *const pieces[] = {
        "the ",     "Mr. ", "U.S. ",       "\"", "\xE2\x80\x9C", "\xE2\x80\x9D",
        "'s ",      ". ",   "? ",          "\n", "\n\n",         "said ",
        "\xC3\xA9", "(",    ")",           ", ", "2 ",           "\xF0\x9F\x99\x82",
        "\xC2\xA0", "--",   ":",           "I ", "a.m. ",        "Kiel ",
        "won't ",   "\t",   "\xE2\x80\x8B"};
    fixture *self = fixture_of(state);
    uint64_t random = 47;
    for (int round = 0; round < 300; round++) {
        char text[400] = "";
        for (size_t i = test_below(&random, 40); i > 0; i--)
            strcat(text, pieces[test_below(&random, sizeof pieces / sizeof pieces[0])]);
        gs_arena_reset(self->arena);
        parse_bytes(self, gs_view_of(text), round % 2 ? GS_LANG_LINES : GS_LANG_PARAGRAPHS);
    }
}

// ---- long texts

// "the claim of the claim of ... ", of this many words, without any mark.
static char *endless_sentence(size_t words)
{
    static const char *const forms[] = {"the ", "claim ", "of "};
    char *text = malloc(words * 6 + 1), *to = text;
    *to = '\0';
    for (size_t i = 0; i < words; i++)
        to = stpcpy(to, forms[i % 3]);
    return text;
}

// Work on a word is bounded by what is read together: no head is further away, but for the one root; and
// memory follows the words.
static void a_sentence_of_ten_thousand_words(void **state)
{
    enum { WORDS = 10000, WORD_BYTES = 400 };
    fixture *self = fixture_of(state);
    parse_bytes(self, gs_view_of("the"), GS_LANG_LINES);
    size_t least = gs_arena_used(self->arena);
    char *text = endless_sentence(WORDS);
    gs_arena_reset(self->arena);
    const gs_parse *parse = parse_bytes(self, gs_view_of(text), GS_LANG_LINES);
    assert_int_equal(parse->sentence_count, 1);
    assert_int_equal(parse->word_count, WORDS);
    assert_true(gs_arena_used(self->arena) - least < (size_t)WORDS * WORD_BYTES);
    uint32_t root = 0;
    while (parse->words[root].head != GS_WORD_ROOT)
        root++;
    for (uint32_t i = 0; i < WORDS; i++) {
        uint32_t head = parse->words[i].head;
        if (head != root && head != GS_WORD_ROOT)
            assert_true((head > i ? head - i : i - head) < LANG_WINDOW_WORDS);
    }
    parse = parse_text(self, text); // here a sentence is ended somewhere
    assert_int_equal(parse->word_count, WORDS);
    free(text);
}

// ---- the same again

static void read_into(gs_lang *lang, gs_arena *arena, gs_view text, gs_lang_division division, gs_buffer *out)
{
    gs_arena_reset(arena);
    gs_lang_write_conllu(lang, gs_lang_parse(lang, text, division, arena), (gs_conllu_place){0}, out);
}

static void the_same_text_reads_the_same(void **state)
{
    fixture *self = fixture_of(state);
    gs_buffer first = {0}, again = {0}, other = {0};
    char *endless = endless_sentence(700);
    read_into(self->lang, self->arena, gs_view_of(ARTICLE), GS_LANG_PARAGRAPHS, &first);
    read_into(self->lang, self->arena, gs_view_of(endless), GS_LANG_PARAGRAPHS, &other);
    read_into(self->lang, self->arena, gs_view_of(ARTICLE), GS_LANG_PARAGRAPHS, &again);
    assert_string_equal(first.data, again.data);
    gs_error error = {0};
    gs_lang *fresh = gs_lang_new(self->model, &error);
    assert_non_null(fresh);
    gs_buffer_clear(&again);
    read_into(fresh, self->arena, gs_view_of(ARTICLE), GS_LANG_PARAGRAPHS, &again);
    assert_string_equal(first.data, again.data);
    gs_lang_free(&fresh);
    gs_buffer_free(&first);
    gs_buffer_free(&again);
    gs_buffer_free(&other);
    free(endless);
}

// Sentences run through the network together; none may see another.
static void a_sentence_reads_the_same_in_any_company(void **state)
{
    static const char LINES[] =
        "The minister denied the claims.\nNo.\nWe haven't agreed to anything, said Maria Duarte "
        "on Friday.\nPRICES ROSE 3.5% IN APRIL\n\nIt isn't over\nTalks\n";
    fixture *self = fixture_of(state);
    gs_view text = gs_view_of(LINES);
    gs_arena *arena = gs_arena_new(0);
    const gs_parse *all = gs_lang_parse(self->lang, text, GS_LANG_LINES, arena);
    for (size_t s = 0, begin = 0; begin < text.size; s++) {
        size_t end = gs_view_find(text, gs_view_of("\n"), begin);
        gs_arena_reset(self->arena);
        const gs_parse *alone = parse_bytes(self, gs_view_slice(text, begin, end), GS_LANG_LINES);
        uint32_t first = all->sentences[s].word_begin;
        assert_int_equal(all->sentences[s].word_end - first, alone->word_count);
        for (uint32_t i = 0; i < alone->word_count; i++) {
            const gs_word *x = &alone->words[i], *y = &all->words[first + i];
            assert_int_equal(x->begin + begin, y->begin);
            assert_int_equal(x->upos, y->upos);
            assert_int_equal(x->xpos, y->xpos);
            assert_int_equal(x->relation, y->relation);
            assert_int_equal(x->head, y->head == GS_WORD_ROOT ? GS_WORD_ROOT : y->head - first);
            assert_string_equal(x->lemma, y->lemma);
        }
        begin = end + 1;
    }
    gs_arena_free(&arena);
}

typedef struct reader {
    const gs_model *model;
    gs_buffer out;
    bool good;
} reader;

static void *read_often(void *context)
{
    enum { ROUNDS = 6 };
    reader *self = context;
    gs_arena *arena = gs_arena_new(0);
    gs_lang *lang = gs_lang_new(self->model, NULL);
    for (int round = 0; lang && round < ROUNDS; round++)
        read_into(lang, arena, gs_view_of(ARTICLE), round % 2 ? GS_LANG_LINES : GS_LANG_PARAGRAPHS,
                  &self->out);
    self->good = lang != NULL;
    gs_lang_free(&lang);
    gs_arena_free(&arena);
    return NULL;
}

static void threads_share_a_model(void **state)
{
    enum { THREADS = 2 };
    fixture *self = fixture_of(state);
    reader readers[THREADS + 1];
    pthread_t threads[THREADS];
    for (size_t i = 0; i <= THREADS; i++)
        readers[i] = (reader){.model = self->model};
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &readers[i]), 0);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    read_often(&readers[THREADS]);
    for (size_t i = 0; i <= THREADS; i++)
        assert_true(readers[i].good);
    for (size_t i = 0; i < THREADS; i++)
        assert_string_equal(readers[i].out.data, readers[THREADS].out.data);
    for (size_t i = 0; i <= THREADS; i++)
        gs_buffer_free(&readers[i].out);
}

// A sentence's states are its own, whatever stands beside it, and nobody pays who did not ask.
static void states_on_request(void **state)
{
    fixture *self = fixture_of(state);
    assert_null(parse_text(self, "Nobody asked.")->states);
    gs_lang_give_states(self->lang, true);
    size_t width = gs_lang_state_width(self->lang);
    const gs_parse *alone = parse_text(self, "The ministry denied it.");
    const gs_parse *beside = parse_text(self, "It was long ago, they said.\n\nThe ministry denied it.");
    gs_lang_give_states(self->lang, false);
    assert_true(width > 0 && alone->state_width == width);
    size_t first = beside->word_count - alone->word_count;
    assert_memory_equal(alone->states, beside->states + first * width, alone->word_count * width);
    assert_memory_not_equal(beside->states, beside->states + first * width, width);
    assert_null(parse_text(self, "Nobody asked.")->states);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_easy_sentence),
        cmocka_unit_test(words_inside_words),
        cmocka_unit_test(names_of_an_easy_sentence),
        cmocka_unit_test(an_article),
        cmocka_unit_test(nothing_to_read),
        cmocka_unit_test(control_characters),
        cmocka_unit_test(bytes_that_are_no_utf8),
        cmocka_unit_test(texts_without_a_space),
        cmocka_unit_test(random_texts),
        cmocka_unit_test(a_sentence_of_ten_thousand_words),
        cmocka_unit_test(the_same_text_reads_the_same),
        cmocka_unit_test(a_sentence_reads_the_same_in_any_company),
        cmocka_unit_test(threads_share_a_model),
        cmocka_unit_test(states_on_request),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
