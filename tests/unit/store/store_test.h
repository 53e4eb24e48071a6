// What the tests of the store share: a directory of their own, ids by number, small messages, and damage.
#ifndef GAINSAY_STORE_TEST_H
#define GAINSAY_STORE_TEST_H

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

typedef struct fixture {
    char directory[64];
    char path[96]; // of the store
    gs_store *store;
    gs_arena *arena;
    gs_error error;
} fixture;

static inline int fixture_setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    snprintf(self->directory, sizeof self->directory, "/tmp/gainsay-store-XXXXXX");
    assert_non_null(mkdtemp(self->directory));
    snprintf(self->path, sizeof self->path, "%s/test.db", self->directory);
    self->arena = gs_arena_new(0);
    *state = self;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    fixture *self = *state;
    gs_store_close(&self->store);
    DIR *directory = opendir(self->directory);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char name[400];
        snprintf(name, sizeof name, "%s/%s", self->directory, entry->d_name);
        unlink(name);
    }
    if (directory != NULL)
        closedir(directory);
    rmdir(self->directory);
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

// Fails the test with the store's own words.
static inline void must(fixture *self, bool done)
{
    if (!done)
        fail_msg("%s", self->error.message);
}

static inline void open_store(fixture *self, gs_store_kind kind)
{
    self->store = gs_store_open(self->path, kind, &self->error);
    must(self, self->store != NULL);
}

static inline void reopen(fixture *self, gs_store_kind kind)
{
    gs_store_close(&self->store);
    open_store(self, kind);
}

static inline void begin(fixture *self)
{
    must(self, gs_store_begin(self->store, &self->error));
}

static inline void commit(fixture *self)
{
    must(self, gs_store_commit(self->store, &self->error));
}

// The open must fail with this code and name these words.
static inline void refuses(fixture *self, gs_store_kind kind, gs_code code, const char *words)
{
    gs_store *store = gs_store_open(self->path, kind, &self->error);
    assert_null(store);
    if (self->error.code != code || strstr(self->error.message, words) == NULL)
        fail_msg("expected code %d and \"%s\", got %d: %s", (int)code, words, (int)self->error.code,
                 self->error.message);
    assert_non_null(strstr(self->error.message, self->path));
}

static inline gs_id number_id(uint64_t number)
{
    return gs_id_of("test", gs_view_make(&number, sizeof number), gs_view_of(""));
}

// Article number n's id as text, in the arena.
static inline char *article_name(fixture *self, uint64_t number)
{
    char *text = gs_arena_alloc(self->arena, GS_ID_TEXT);
    gs_id_text(number_id(number), text);
    return text;
}

// A statement whose text is `words`, in the arena.
static inline gs_statement *make_statement(fixture *self, uint64_t number, const char *words)
{
    gs_statement *statement = gs_arena_alloc(self->arena, sizeof *statement);
    gainsay__v1__statement__init(statement);
    statement->statement_id = article_name(self, number);
    statement->article_id = article_name(self, number);
    statement->text = gs_arena_text(self->arena, gs_view_of(words));
    return statement;
}

// Appends an event with a statement; returns its sequence.
static inline uint64_t append_event(fixture *self, const char *topic, const char *words)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = make_statement(self, 1, words);
    event.topic = gs_arena_text(self->arena, gs_view_of(topic));
    must(self, gs_feed_append(self->store, &event, NULL, &self->error));
    return event.sequence;
}

static inline gs_view big_payload(fixture *self, size_t size, unsigned seed)
{
    unsigned char *data = gs_arena_alloc(self->arena, size);
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525u + 1013904223u;
        data[i] = (unsigned char)(seed >> 24);
    }
    return gs_view_make(data, size);
}

static inline off_t file_size(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : -1;
}

static inline void overwrite(const char *path, off_t offset, int byte, size_t size)
{
    int descriptor = open(path, O_WRONLY);
    assert_true(descriptor >= 0);
    char *bytes = gs_allocate(size);
    memset(bytes, byte, size);
    assert_int_equal(pwrite(descriptor, bytes, size, offset), (ssize_t)size);
    free(bytes);
    close(descriptor);
}

#endif
