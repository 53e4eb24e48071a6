// What the tests of this room share: those of neural, and the room's door.
#ifndef GAINSAY_TESTS_LANG_TEST_H
#define GAINSAY_TESTS_LANG_TEST_H

#include "../neural/neural_test.h"
#include "lang/lang.h"

#endif
