// What the gateway's unit tests share: a read model in a folder of its own, and events made from a few words.
#ifndef GAINSAY_GATEWAY_TEST_H
#define GAINSAY_GATEWAY_TEST_H

#include "../base/unit.h"

#include "read_model.h"
#include "rows.h"

typedef struct fixture {
    unit_folder folder;
    char path[UNIT_PATH];
    gw_read_model *model;
    gw_db *reader;
    gs_arena *arena;
    gs_error error;
    uint64_t sequence;
} fixture;

static inline void must(const fixture *self, bool done)
{
    if (!done) {
        fail_msg("%s", self->error.message);
    }
}

static inline void open_model(fixture *self)
{
    const char *reason = NULL;
    self->model = gw_read_model_open(self->path, 100, &reason, &self->error);
    must(self, self->model != NULL);
    self->reader = gw_db_open(self->path, true, &self->error);
    must(self, self->reader != NULL);
}

static inline void close_model(fixture *self)
{
    gw_db_close(&self->reader);
    gw_read_model_close(&self->model);
}

static inline int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    self->folder = unit_folder_make();
    unit_join(&self->folder, "gateway.db", self->path);
    self->arena = gs_arena_new(0);
    open_model(self);
    *state = self;
    return 0;
}

static inline int teardown(void **state)
{
    fixture *self = *state;
    close_model(self);
    gs_arena_free(&self->arena);
    unit_folder_remove(&self->folder);
    free(self);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static inline gs_id number_id(uint64_t number)
{
    return gs_id_of("test", gs_view_make(&number, sizeof number), gs_view_of(""));
}

static inline char *id_text(fixture *self, uint64_t number)
{
    char text[GS_ID_TEXT];
    gs_id_text(number_id(number), text);
    return gs_arena_text(self->arena, gs_view_of(text));
}

static inline gs_statement *make_statement(fixture *self, uint64_t number, const char *name,
                                           const char *country, const char *text)
{
    gs_statement *statement = gs_arena_alloc(self->arena, sizeof *statement);
    gs_speaker *speaker = gs_arena_alloc(self->arena, sizeof *speaker);
    gainsay__v1__statement__init(statement);
    gainsay__v1__speaker__init(speaker);
    speaker->name = gs_arena_text(self->arena, gs_view_of(name));
    speaker->country = gs_arena_text(self->arena, gs_view_of(country));
    speaker->official = true;
    statement->statement_id = id_text(self, number);
    statement->article_id = id_text(self, number + 1000000);
    statement->publisher = (char *)"Wire";
    statement->url = (char *)"https://www.wire.example/1";
    statement->published = (char *)"2025-04-24T10:00:00Z";
    statement->speaker = speaker;
    statement->text = gs_arena_text(self->arena, gs_view_of(text));
    return statement;
}

// Applies an event in a transaction of its own; fills in its sequence.
static inline void apply(fixture *self, gs_event *event)
{
    gs_buffer bytes = {0};
    event->sequence = ++self->sequence;
    event->at = (char *)"2025-04-24T11:00:00.000Z";
    gs_wire_pack(&event->base, &bytes);
    must(self, gw_read_model_begin(self->model, &self->error));
    must(self, gw_read_model_apply(self->model, event, gs_buffer_view(&bytes), &self->error));
    must(self, gw_read_model_commit(self->model, &self->error));
    gs_buffer_free(&bytes);
}

static inline void tell(fixture *self, gs_statement *statement)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = statement;
    apply(self, &event);
}

static inline gs_contradiction *make_contradiction(fixture *self, uint64_t number, gs_statement *a,
                                                   gs_statement *b)
{
    gs_contradiction *made = gs_arena_alloc(self->arena, sizeof *made);
    gainsay__v1__contradiction__init(made);
    made->contradiction_id = id_text(self, number);
    made->dispute_id = id_text(self, number + 500);
    made->relation = GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS;
    made->kind = GAINSAY__V1__CONTRADICTION__KIND__DENIAL;
    made->scope = GAINSAY__V1__CONTRADICTION__SCOPE__BETWEEN_STATES;
    made->score = 0.8;
    made->a = a;
    made->b = b;
    return made;
}

static inline void tell_contradiction(fixture *self, gs_contradiction *contradiction)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION;
    event.contradiction = contradiction;
    apply(self, &event);
}

static inline void retract_statement(fixture *self, uint64_t number)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    gs_retraction retraction = GAINSAY__V1__RETRACTION__INIT;
    retraction.statement_id = id_text(self, number);
    retraction.reason = (char *)"the article no longer says it";
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_RETRACTION;
    event.retraction = &retraction;
    apply(self, &event);
}

static inline gw_filter filter_of(fixture *self, const char *query)
{
    gw_filter filter;
    must(self, gw_filter_parse(gs_view_of(query), self->arena, &filter, &self->error));
    return filter;
}

static inline gw_rows list(fixture *self, gw_type type, const char *query)
{
    gw_rows rows;
    const gw_filter filter = filter_of(self, query);
    must(self, gw_rows_list(self->reader, &filter, type, self->arena, &rows, &self->error));
    return rows;
}

#endif
