// The table of office-holders: what it learns, whom it finds, what it completes, and that it follows its
// owner's transactions.
#include "statement_test.h"

#define PERSON GAINSAY__V1__SPEAKER__KIND__PERSON
#define BODY GAINSAY__V1__SPEAKER__KIND__INSTITUTION

typedef struct fixture {
    gs_arena *arena;
    gs_holders *holders;
} fixture;

typedef struct who {
    const char *name, *role, *organisation, *country;
} who;

static const who YADONG = {"He Yadong", "spokesperson", "Ministry of Commerce", "CN"};
static const who YONGQIAN = {"He Yongqian", "spokeswoman", "Ministry of Commerce", "CN"};
static const who TRUMP = {"Donald Trump", "president", "White House", "US"};

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(0);
    self->holders = gs_holders_new(1000);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    gs_holders_free(&self->holders);
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

static gs_speaker *speaker_of(gs_arena *arena, who person)
{
    gs_speaker *speaker = gs_arena_alloc(arena, sizeof *speaker);
    gainsay__v1__speaker__init(speaker);
    speaker->name = (char *)person.name;
    speaker->role = (char *)person.role;
    speaker->organisation = (char *)person.organisation;
    speaker->country = (char *)person.country;
    speaker->kind = PERSON;
    speaker->official = person.role[0] != '\0';
    return speaker;
}

static gs_statement *statement_of(gs_arena *arena, const gs_article *article, who person, const char *text)
{
    gs_statement *statement = gs_arena_alloc(arena, sizeof *statement);
    gainsay__v1__statement__init(statement);
    statement->article_id = article->article_id;
    statement->published = article->published;
    statement->speaker = speaker_of(arena, person);
    statement->text = (char *)text;
    statement->confidence = 0.9;
    statement->statement_id = gs_arena_alloc(arena, GS_ID_TEXT);
    gs_id_text(gs_statement_identify(statement), statement->statement_id);
    return statement;
}

static gs_extraction *article_with(fixture *self, const char *id, const char *published, const who *people,
                                   size_t count)
{
    gs_extraction *extraction = gs_arena_alloc(self->arena, sizeof *extraction);
    gainsay__v1__extraction__init(extraction);
    extraction->article = gs_arena_alloc(self->arena, sizeof *extraction->article);
    gainsay__v1__article__init(extraction->article);
    extraction->article->article_id = (char *)id;
    extraction->article->published = (char *)published;
    extraction->statements = gs_arena_alloc(self->arena, (count + 1) * sizeof(gs_statement *));
    for (size_t i = 0; i < count; i++)
        extraction->statements[extraction->n_statements++] = statement_of(
            self->arena, extraction->article, people[i], "There are no negotiations of any kind under way.");
    return extraction;
}

static void learn(fixture *self, const char *id, const char *published, who person)
{
    gs_holders_learn(self->holders, article_with(self, id, published, &person, 1));
    gs_holders_keep(self->holders);
}

// The speaker as the table completes it, "name|role|organisation|country".
static char *resolved(fixture *self, const char *published, who person)
{
    gs_extraction *extraction = article_with(self, "later", published, &person, 1);
    gs_holders_resolve(self->holders, extraction, self->arena);
    const gs_speaker *speaker = extraction->statements[0]->speaker;
    return gs_arena_format(self->arena, "%s|%s|%s|%s", speaker->name, speaker->role, speaker->organisation,
                           speaker->country);
}

static who bare(const char *name, const char *country)
{
    return (who){name, "", "", country};
}

static void a_surname_finds_the_one_who_bears_it(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    learn(self, "b", "2025-04-24T10:00:00-04:00", TRUMP);
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", bare("He", "")),
                        "He Yadong|spokesperson|Ministry of Commerce|CN");
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", bare("Trump", "US")),
                        "Donald Trump|president|White House|US");
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", bare("Trump", "CN")), "Trump|||CN");
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", bare("Donald", "US")), "Donald|||US");
}

static void a_full_name_finds_its_office(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    assert_string_equal(resolved(self, "2025-05-24T10:00:00Z", bare("He Yadong", "")),
                        "He Yadong|spokesperson|Ministry of Commerce|CN");
    assert_string_equal(resolved(self, "2025-05-24T10:00:00Z", bare("He Yamei", "")), "He Yamei|||");
}

static void what_the_article_says_stays(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    const who said = {"He", "ministry spokesman", "", ""};
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", said),
                        "He Yadong|ministry spokesman|Ministry of Commerce|CN");
    const who other = {"He", "foreign minister", "", "CN"};
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", other), "He|foreign minister||CN");
    const who other_body = {"He", "", "Ministry of Foreign Affairs", "CN"};
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", other_body),
                        "He||Ministry of Foreign Affairs|CN");
}

static void of_two_it_takes_none(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    learn(self, "b", "2025-04-25T10:00:00+08:00", YONGQIAN);
    const who he = bare("He", "CN");
    gs_extraction *extraction = article_with(self, "c", "2025-04-26T10:00:00Z", &he, 1);
    gs_holders_resolve(self->holders, extraction, self->arena);
    assert_string_equal(extraction->statements[0]->speaker->name, "He");
    assert_true(extraction->statements[0]->confidence < 0.9);
}

static void office_and_days_decide_between_two(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    learn(self, "b", "2025-04-25T10:00:00+08:00", YONGQIAN);
    const who she = {"He", "spokeswoman", "", "CN"};
    assert_string_equal(resolved(self, "2025-04-26T10:00:00Z", she),
                        "He Yongqian|spokeswoman|Ministry of Commerce|CN");
    // A year on, only one of them is still heard of.
    learn(self, "c", "2026-03-25T10:00:00+08:00", YADONG);
    assert_string_equal(resolved(self, "2026-03-26T10:00:00Z", bare("He", "CN")),
                        "He Yadong|spokesperson|Ministry of Commerce|CN");
}

static void the_article_decides_between_two(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    learn(self, "b", "2025-04-25T10:00:00+08:00", YONGQIAN);
    const who people[] = {bare("He Yongqian", "CN"), bare("He", "CN")};
    gs_extraction *extraction = article_with(self, "c", "2025-04-26T10:00:00Z", people, 2);
    gs_holders_resolve(self->holders, extraction, self->arena);
    assert_string_equal(extraction->statements[1]->speaker->name, "He Yongqian");
    const who all[] = {bare("He Yongqian", "CN"), bare("He Yadong", "CN"), bare("He", "CN")};
    extraction = article_with(self, "d", "2025-04-26T10:00:00Z", all, 3);
    gs_holders_resolve(self->holders, extraction, self->arena);
    assert_string_equal(extraction->statements[2]->speaker->name, "He");
}

static void an_office_is_believed_for_a_time(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    assert_string_equal(resolved(self, "2024-04-24T10:00:00Z", bare("He", "CN")), "He|||CN");
    assert_string_equal(resolved(self, "2027-04-24T10:00:00Z", bare("He", "CN")), "He|||CN");
    assert_string_equal(resolved(self, "2025-04-01T10:00:00Z", bare("He", "CN")),
                        "He Yadong|spokesperson|Ministry of Commerce|CN");
}

static void a_new_office_takes_the_place_of_the_old(void **state)
{
    fixture *self = *state;
    const who before = {"JD Vance", "senator", "Senate", "US"},
              after = {"JD Vance", "vice president", "", "US"};
    learn(self, "a", "2024-09-24T10:00:00Z", before);
    learn(self, "b", "2024-09-25T10:00:00Z", before);
    learn(self, "c", "2025-09-24T10:00:00Z", after);
    assert_string_equal(resolved(self, "2025-09-25T10:00:00Z", bare("Vance", "US")),
                        "JD Vance|vice president||US");
}

// The same words by the bare and by the full name are one statement.
static void the_id_is_that_of_the_full_name(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00+08:00", YADONG);
    const who people[] = {bare("He", "CN"), bare("Nobody Known", "FR")};
    gs_extraction *extraction = article_with(self, "b", "2025-04-25T10:00:00Z", people, 2);
    gs_extraction *full = article_with(self, "c", "2025-04-25T10:00:00Z", &YADONG, 1);
    extraction->statements[1]->nested_in = extraction->statements[0]->statement_id;
    gs_holders_resolve(self->holders, extraction, self->arena);
    assert_string_equal(extraction->statements[0]->statement_id, full->statements[0]->statement_id);
    assert_string_equal(extraction->statements[1]->nested_in, extraction->statements[0]->statement_id);
    assert_string_equal(extraction->statements[0]->speaker->told_by, "a");
    assert_true(extraction->statements[0]->speaker->official);
}

static void a_capital_word_may_be_a_person(void **state)
{
    fixture *self = *state;
    learn(self, "a", "2025-04-24T10:00:00Z", TRUMP);
    const who trump = {"Trump", "", "Trump", ""};
    gs_extraction *extraction = article_with(self, "b", "2025-04-25T10:00:00Z", &trump, 1);
    gs_speaker *speaker = extraction->statements[0]->speaker;
    speaker->kind = BODY;
    gs_holders_resolve(self->holders, extraction, self->arena);
    assert_int_equal(speaker->kind, PERSON);
    assert_string_equal(speaker->name, "Donald Trump");
    assert_string_equal(speaker->organisation, "White House");
}

static void people_who_do_not_speak_are_learned_too(void **state)
{
    fixture *self = *state;
    gs_extraction *extraction = article_with(self, "a", "2025-04-24T10:00:00Z", NULL, 0);
    gs_speaker *people[] = {speaker_of(self->arena, YADONG),
                            speaker_of(self->arena, bare("Jo Bloggs", "GB"))};
    extraction->people = people;
    extraction->n_people = 2;
    gs_holders_learn(self->holders, extraction);
    assert_int_equal(gs_holders_size(self->holders), 1); // nobody without an office
    assert_string_equal(resolved(self, "2025-04-25T10:00:00Z", bare("He", "CN")),
                        "He Yadong|spokesperson|Ministry of Commerce|CN");
}

// ---- keeping -----------------------------------------------------------------------------------------

typedef struct saved {
    gs_arena *arena;
    gs_holder *rows[64];
    size_t count, removed;
    bool refuse;
} saved;

static bool put_row(void *context, gs_id id, const gs_holder *holder, gs_error *error)
{
    saved *self = context;
    (void)id;
    if (self->refuse)
        return gs_fail(error, GS_E_FULL, "no space left");
    assert_true(self->count < 64);
    self->rows[self->count++] = (gs_holder *)gs_wire_copy(&holder->base, self->arena);
    return true;
}

static bool remove_row(void *context, gs_id id, gs_error *error)
{
    saved *self = context;
    (void)id;
    self->removed++;
    return !self->refuse || gs_fail(error, GS_E_FULL, "no space left");
}

static void a_table_comes_back_as_it_was_saved(void **state)
{
    fixture *self = *state;
    saved rows = {.arena = self->arena};
    gs_error error = {0};
    gs_holders_learn(self->holders, article_with(self, "a", "2025-04-24T10:00:00+08:00", &YADONG, 1));
    gs_holders_learn(self->holders, article_with(self, "a", "2025-04-24T10:00:00+08:00", &YADONG, 1));
    gs_holders_learn(self->holders, article_with(self, "b", "2025-04-28T10:00:00+08:00", &YADONG, 1));
    assert_true(gs_holders_save(self->holders, put_row, &rows, &error));
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.rows[0]->mentions, 2); // articles, not statements
    assert_string_equal(rows.rows[0]->first_day, "2025-04-24");
    assert_string_equal(rows.rows[0]->last_day, "2025-04-28");
    assert_int_equal(rows.rows[0]->n_article_ids, 2);
    gs_holders_keep(self->holders);
    assert_true(gs_holders_save(self->holders, put_row, &rows, &error));
    assert_int_equal(rows.count, 1);
    gs_holders_free(&self->holders);
    self->holders = gs_holders_new(1000);
    gs_holders_recall(self->holders, rows.rows[0]);
    gs_holders_recall(self->holders, rows.rows[0]);
    assert_int_equal(gs_holders_size(self->holders), 1);
    assert_string_equal(resolved(self, "2025-04-29T10:00:00Z", bare("He", "")),
                        "He Yadong|spokesperson|Ministry of Commerce|CN");
    learn(self, "c", "2025-04-30T10:00:00+08:00", YADONG); // the same entry
    assert_int_equal(gs_holders_size(self->holders), 1);
}

static void what_is_undone_was_never_learned(void **state)
{
    fixture *self = *state;
    saved rows = {.arena = self->arena, .refuse = true};
    gs_error error = {0};
    learn(self, "a", "2025-04-24T10:00:00Z", TRUMP);
    gs_holders_learn(self->holders, article_with(self, "b", "2026-04-24T10:00:00+08:00", &YADONG, 1));
    gs_holders_learn(self->holders, article_with(self, "c", "2026-04-24T10:00:00Z", &TRUMP, 1));
    assert_false(gs_holders_save(self->holders, put_row, &rows, &error));
    gs_holders_undo(self->holders);
    assert_int_equal(gs_holders_size(self->holders), 1);
    assert_string_equal(resolved(self, "2026-04-25T10:00:00Z", bare("He", "CN")), "He|||CN");
    assert_string_equal(resolved(self, "2026-12-25T10:00:00Z", bare("Trump", "US")), "Trump|||US");
    // Delivered again, it is learned as if for the first time.
    rows.refuse = false;
    gs_holders_learn(self->holders, article_with(self, "b", "2026-04-24T10:00:00+08:00", &YADONG, 1));
    assert_true(gs_holders_save(self->holders, put_row, &rows, &error));
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.rows[0]->mentions, 1);
}

static void who_is_named_daily_is_not_written_with_every_article(void **state)
{
    fixture *self = *state;
    saved rows = {.arena = self->arena};
    gs_error error = {0};
    for (int i = 0; i < 1000; i++) {
        gs_holders_learn(self->holders, article_with(self, gs_arena_format(self->arena, "article-%d", i),
                                                     "2025-04-24T10:00:00Z", &TRUMP, 1));
        assert_true(gs_holders_save(self->holders, put_row, &rows, &error));
        gs_holders_keep(self->holders);
    }
    assert_true(rows.count >= 8 && rows.count <= 16);
    assert_true(rows.rows[rows.count - 1]->mentions >= 500);
    assert_int_equal(rows.rows[rows.count - 1]->n_article_ids, GS_HOLDER_ARTICLES);
}

static void the_stalest_make_room(void **state)
{
    fixture *self = *state;
    saved rows = {.arena = self->arena, .refuse = true};
    gs_error error = {0};
    for (int i = 0; i < 1200; i++) {
        const who person = {gs_arena_format(self->arena, "Person Number%d", i), "minister", "", "FR"};
        learn(self, "a", gs_arena_format(self->arena, "2025-%02d-%02dT10:00:00Z", 1 + i / 100, 1 + i % 28),
              person);
    }
    assert_int_equal(gs_holders_size(self->holders), 1000); // and not one more
    assert_false(gs_holders_trim(self->holders, remove_row, &rows, &error));
    assert_int_equal(gs_holders_size(self->holders), 1000);
    rows.refuse = false;
    rows.removed = 0;
    assert_true(gs_holders_trim(self->holders, remove_row, &rows, &error));
    assert_int_equal(rows.removed, 250);
    assert_int_equal(gs_holders_size(self->holders), 750);
    assert_true(gs_holders_trim(self->holders, remove_row, &rows, &error));
    assert_int_equal(rows.removed, 250);
    assert_string_equal(resolved(self, "2025-04-29T10:00:00Z", bare("Number10", "FR")), "Number10|||FR");
    assert_string_equal(resolved(self, "2025-04-29T10:00:00Z", bare("Number400", "FR")),
                        "Person Number400|minister||FR");
}

// Half a million people of ten thousand surnames: a name is found in microseconds, in the memory promised.
static void a_large_table_stays_quick(void **state)
{
    fixture *self = *state;
    enum { PEOPLE = 500000, SURNAMES = 10000, ASKED = 20000 };
    gs_holders_free(&self->holders);
    self->holders = gs_holders_new(PEOPLE);
    gs_arena *arena = gs_arena_new(0);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        char id[GS_ID_TEXT];
        gs_arena_reset(arena);
        char *name = gs_arena_format(arena, "Given%u Surname%u", i, i % SURNAMES);
        gs_id_text(gs_id_of("test", gs_view_of(name), gs_view_of("")), id);
        gs_holder holder = GAINSAY__V1__HOLDER__INIT;
        holder.holder_id = id;
        holder.name = name;
        holder.role = (char *)"minister";
        holder.country = (char *)"FR";
        holder.first_day = holder.last_day = (char *)"2025-04-24";
        gs_holders_recall(self->holders, &holder);
    }
    assert_int_equal(gs_holders_size(self->holders), PEOPLE);
    assert_true(gs_holders_bytes(self->holders) < (size_t)160 * 1024 * 1024);
    uint64_t begun = gs_monotonic_us();
    for (uint32_t i = 0; i < ASKED; i++) {
        gs_arena_reset(arena);
        gs_holder_answer answer;
        const gs_holder_query query = {
            .name = gs_arena_format(arena, "Given%u Surname%u", i * 7, i * 7 % SURNAMES),
            .country = "FR",
            .day = INT32_MIN};
        assert_int_equal(gs_holders_find(self->holders, &query, &answer), GS_HOLDER_FOUND);
    }
    assert_true(gs_monotonic_us() - begun < (uint64_t)ASKED * 100);
    gs_arena_free(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_surname_finds_the_one_who_bears_it),
        TEST(a_full_name_finds_its_office),
        TEST(what_the_article_says_stays),
        TEST(of_two_it_takes_none),
        TEST(office_and_days_decide_between_two),
        TEST(the_article_decides_between_two),
        TEST(an_office_is_believed_for_a_time),
        TEST(a_new_office_takes_the_place_of_the_old),
        TEST(the_id_is_that_of_the_full_name),
        TEST(a_capital_word_may_be_a_person),
        TEST(people_who_do_not_speak_are_learned_too),
        TEST(a_table_comes_back_as_it_was_saved),
        TEST(what_is_undone_was_never_learned),
        TEST(who_is_named_daily_is_not_written_with_every_article),
        TEST(the_stalest_make_room),
        TEST(a_large_table_stays_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
