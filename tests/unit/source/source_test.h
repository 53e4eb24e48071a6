// What the tests of this room share: an arena and an error each, and short assertions over strings.
#ifndef GAINSAY_TESTS_SOURCE_TEST_H
#define GAINSAY_TESTS_SOURCE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/source_internal.h"

typedef struct fixture {
    gs_arena *arena;
    gs_error error;
} fixture;

static inline int set_up(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(0);
    *state = self;
    return 0;
}

static inline int tear_down(void **state)
{
    fixture *self = *state;
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define assert_has(text, part)                                                                               \
    do {                                                                                                     \
        if (!strstr(text, part)) {                                                                           \
            fail_msg("expected \"%s\" in \"%s\"", part, text);                                               \
        }                                                                                                    \
    } while (0)

// An anonymous file with these bytes, at its beginning.
static inline int file_with(const void *bytes, size_t size)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fflush(file), 0);
    int fd = dup(fileno(file));
    fclose(file);
    assert_true(fd >= 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

#endif
