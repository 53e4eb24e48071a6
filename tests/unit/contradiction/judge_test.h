// What the tests that need a judge share: one for all tests of a program; opening the model is not what they
// test.
#ifndef GAINSAY_TESTS_JUDGE_TEST_H
#define GAINSAY_TESTS_JUDGE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contradiction/contradiction.h"

static gs_model *test_model;
static gs_judge *test_judge;

static inline int judge_setup(void **state)
{
    gs_error error = {0};
    (void)state;
    test_model = gs_model_open(NULL, &error);
    test_judge = test_model ? gs_judge_new(test_model, &error) : NULL;
    if (!test_judge)
        fprintf(stderr, "%s\n", error.message);
    return test_judge ? 0 : -1;
}

static inline int judge_teardown(void **state)
{
    (void)state;
    gs_judge_free(&test_judge);
    gs_model_close(&test_model);
    return 0;
}

#endif
