// guard: addresses stand in a table of fixed size; when a stranger finds no place, the one that was quiet the
// longest and has nothing open makes room, so a flood of addresses costs no memory.
#include "guard.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 4096, PROBES = 16, ADDRESS_BYTES = 48 };

typedef struct place {
    char address[ADDRESS_BYTES];
    uint32_t open;    // connections
    double allowance; // requests that may come at once
    uint64_t seen_us;
} place;

struct gw_guard {
    bool has_token, local;
    gs_id token; // a hash, so that the comparison tells not even the length
    char *hosts; // owned
    uint32_t per_address, per_minute;
    place places[PLACES];
};

gw_guard *gw_guard_new(gs_view token, const char *hosts, bool local, uint32_t per_address,
                       uint32_t per_minute)
{
    gw_guard *self = gs_allocate(sizeof *self);
    self->has_token = token.size > 0;
    self->token = gs_id_of("token", token, gs_view_of(""));
    self->hosts = gs_duplicate(hosts != NULL ? hosts : "");
    self->local = local;
    self->per_address = per_address;
    self->per_minute = per_minute;
    return self;
}

void gw_guard_free(gw_guard **self_p)
{
    if (*self_p != NULL) {
        free((*self_p)->hosts);
        free(*self_p);
        *self_p = NULL;
    }
}

// "name", "name:port", "[::1]:port" -> the name.
static gs_view name_of(const char *host)
{
    const gs_view view = gs_view_of(host);
    const size_t bracket =
        view.size > 0 && host[0] == '[' ? gs_view_find(view, gs_view_of("]"), 0) : SIZE_MAX;
    const size_t end = bracket != SIZE_MAX ? bracket + 1 : gs_view_find(view, gs_view_of(":"), 0);
    const gs_view port = end == SIZE_MAX ? gs_view_of("") : gs_view_slice(view, end, view.size);
    for (size_t i = 0; i < port.size; i++) {
        if (i == 0 ? port.data[i] != ':' : !isdigit((unsigned char)port.data[i])) {
            return gs_view_of("");
        }
    }
    return gs_view_slice(view, 0, end);
}

static bool is_loopback_name(gs_view name)
{
    if (gs_view_equal_nocase(name, gs_view_of("localhost")) || gs_view_equal(name, gs_view_of("[::1]"))) {
        return true;
    }
    size_t points = 0;
    for (size_t i = 0; i < name.size; i++) {
        points += name.data[i] == '.' ? 1 : 0;
        if (name.data[i] != '.' && !isdigit((unsigned char)name.data[i])) {
            return false;
        }
    }
    return points == 3 && gs_view_starts(name, "127.");
}

bool gw_guard_host(const gw_guard *self, const char *host)
{
    const gs_view name = name_of(host != NULL ? host : "");
    if (name.size == 0) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) { // it becomes part of links
        const unsigned char byte = (unsigned char)name.data[i];
        if (!isalnum(byte) && strchr(".-_:[]", byte) == NULL) {
            return false;
        }
    }
    if (is_loopback_name(name) || (!self->local && self->hosts[0] == '\0')) {
        return true;
    }
    const gs_view hosts = gs_view_of(self->hosts);
    for (size_t at = 0; at < hosts.size;) {
        const size_t comma = gs_view_find(hosts, gs_view_of(","), at);
        const size_t end = comma == SIZE_MAX ? hosts.size : comma;
        if (gs_view_equal_nocase(gs_view_trim(gs_view_slice(hosts, at, end)), name)) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

bool gw_guard_token(const gw_guard *self, const char *authorization)
{
    const gs_view header = gs_view_of(authorization);
    if (!self->has_token) {
        return true;
    }
    const bool bearer = gs_view_equal_nocase(gs_view_slice(header, 0, 7), gs_view_of("Bearer "));
    const gs_view sent = gs_view_trim(gs_view_slice(header, bearer ? 7 : header.size, header.size));
    const gs_id hash = gs_id_of("token", sent, gs_view_of(""));
    return sodium_memcmp(hash.bytes, self->token.bytes, GS_ID_BYTES) == 0 && bearer;
}

static place *find(gw_guard *self, const char *address, uint64_t now_us)
{
    const uint64_t hash = gs_hash(gs_view_of(address));
    place *quietest = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        place *each = &self->places[(hash + i) % PLACES];
        if (strncmp(each->address, address, ADDRESS_BYTES - 1) == 0) {
            return each;
        }
        if (each->open == 0 && (quietest == NULL || each->seen_us < quietest->seen_us)) {
            quietest = each;
        }
    }
    if (quietest != NULL) {
        *quietest = (place){.allowance = self->per_minute, .seen_us = now_us};
        strncpy(quietest->address, address, ADDRESS_BYTES - 1);
    }
    return quietest;
}

bool gw_guard_request(gw_guard *self, const char *address, uint64_t now_us)
{
    place *each = self->per_minute > 0 ? find(self, address, now_us) : NULL;
    if (each == NULL) {
        return self->per_minute == 0;
    }
    const double grown = each->allowance + (double)(now_us - each->seen_us) * self->per_minute / 60e6;
    each->allowance = grown < self->per_minute ? grown : self->per_minute;
    each->seen_us = now_us;
    if (each->allowance < 1) {
        return false;
    }
    each->allowance -= 1;
    return true;
}

bool gw_guard_connect(gw_guard *self, const char *address, uint64_t now_us)
{
    place *each = self->per_address > 0 ? find(self, address, now_us) : NULL;
    if (each == NULL) {
        return self->per_address == 0;
    }
    if (each->open >= self->per_address) {
        return false;
    }
    each->open++;
    return true;
}

void gw_guard_disconnect(gw_guard *self, const char *address)
{
    const uint64_t hash = gs_hash(gs_view_of(address));
    for (size_t i = 0; self->per_address > 0 && i < PROBES; i++) {
        place *each = &self->places[(hash + i) % PLACES];
        if (strncmp(each->address, address, ADDRESS_BYTES - 1) == 0 && each->open > 0) {
            each->open--;
            return;
        }
    }
}
