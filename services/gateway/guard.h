// guard: who is let in. Host names against DNS rebinding, the token, and how much one address may ask for.
#ifndef GAINSAY_GATEWAY_GUARD_H
#define GAINSAY_GATEWAY_GUARD_H

#include "base/base.h"

typedef struct gw_guard gw_guard;

// token: "" for none; hosts: names beside those of loopback, parted by commas, NULL for none. local: the
// gateway listens on loopback, where a page of a stranger could reach it through the reader's browser: hosts
// are checked.
gw_guard *gw_guard_new(gs_view token, const char *hosts, bool local, uint32_t per_address,
                       uint32_t per_minute);
void gw_guard_free(gw_guard **self_p);

bool gw_guard_host(const gw_guard *self, const char *host);           // the Host header, NULL if not sent
bool gw_guard_token(const gw_guard *self, const char *authorization); // the header, NULL if not sent
bool gw_guard_request(gw_guard *self, const char *address, uint64_t now_us); // false: too many
bool gw_guard_connect(gw_guard *self, const char *address, uint64_t now_us); // false: too many are open
void gw_guard_disconnect(gw_guard *self, const char *address);

#endif
