// What every unit test of this room needs: cmocka, and folders and files that live as long as a test.
#ifndef GAINSAY_TESTS_UNIT_BASE_UNIT_H
#define GAINSAY_TESTS_UNIT_BASE_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define assert_contains(text, part)                                                                          \
    do {                                                                                                     \
        const char *text_ = (text);                                                                          \
        if (!strstr(text_, (part))) {                                                                        \
            fail_msg("\"%s\" does not contain \"%s\"", text_, (part));                                       \
        }                                                                                                    \
    } while (0)

enum { UNIT_PATH = 512 };

typedef struct unit_folder {
    char path[64];
} unit_folder;

static inline unit_folder unit_folder_make(void)
{
    unit_folder folder = {.path = "/tmp/gainsay-unit-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static inline int unit_remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void unit_folder_remove(const unit_folder *folder)
{
    assert_int_equal(nftw(folder->path, unit_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void unit_join(const unit_folder *folder, const char *name, char path[UNIT_PATH])
{
    snprintf(path, UNIT_PATH, "%s/%s", folder->path, name);
}

static inline void unit_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

#endif
