// error: errors are values with one line that a user can act on.
//
// A function that can fail returns false (or NULL) and fills *error: what failed, which file or peer,
// what to do. The caller passes it on or logs it; nobody prints from deep inside.
#ifndef GAINSAY_BASE_ERROR_H
#define GAINSAY_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

typedef enum gs_code {
    GS_OK = 0,
    GS_E_USAGE,    // wrong option or configuration: a person must change something
    GS_E_INPUT,    // this input is bad; the next one may be good
    GS_E_LIMIT,    // a bound of base/limits.h was passed
    GS_E_IO,       // the system said no; trying again may help
    GS_E_FULL,     // no space left; trying again helps once there is
    GS_E_DAMAGED,  // a store or model file is not what it was
    GS_E_PEER,     // another program is silent or speaks something else
    GS_E_REFUSED,  // keys or permissions
    GS_E_INTERNAL, // a bug here
} gs_code;

typedef struct gs_error {
    gs_code code;
    char message[512]; // one line, no newline at its end
} gs_error;

// Fills *error (may be NULL) and returns false, so that `return gs_fail(...)` reads as it acts.
// Control characters in the formatted text become '?': messages quote hostile input.
bool gs_fail(gs_error *error, gs_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Puts text and ": " before the message, to name the file or peer on the way up. Returns false.
bool gs_fail_within(gs_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

void gs_error_clear(gs_error *error);

#endif
