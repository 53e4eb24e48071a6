// base: what every other room stands on. This header is the room's door; it opens the parts below.
//
// Nothing here is global. Out-of-memory is the one error that is not returned: gs_allocate prints one
// line and aborts, because a daemon that is short of memory does best to restart and lose nothing.
#ifndef GAINSAY_BASE_H
#define GAINSAY_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/error.h"
#include "base/view.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/config.h"
#include "base/daemon.h"

#endif
