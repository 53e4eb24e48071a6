// Private to the room: names as a sign of two matters.
#ifndef GAINSAY_CONTRADICTION_NAMES_H
#define GAINSAY_CONTRADICTION_NAMES_H

#include "lang/lang.h"

// True if each of the two texts names something that the other does not: then they are about two matters.
bool cd_names_part(gs_view a, gs_view b, gs_arena *arena);

#endif
