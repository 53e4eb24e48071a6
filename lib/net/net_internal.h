// What the files of this room share. Private: nothing outside lib/net includes it.
#ifndef GAINSAY_NET_INTERNAL_H
#define GAINSAY_NET_INTERNAL_H

#include <sys/socket.h>

#include "net/net.h"

// True if the address is one that anybody on the internet could mean: not loopback, private, link-local,
// multicast, reserved, nor any of these wrapped into an IPv6 address.
bool gs_address_is_public(const struct sockaddr *address);

// Seconds that a Retry-After header asks for: a number, or an HTTP date seen from now_s. 0 if it cannot be
// read; at most a day.
uint32_t gs_retry_after(gs_view value, int64_t now_s);

#endif
