// Which addresses a fetch may connect to.
//
// A feed is written by strangers, and a link in it may name the machine next door. What counts as reachable
// for anybody is in IANA's special-purpose registries (RFC 6890 and its updates): everything marked "not
// globally reachable" there is refused. IPv6 addresses that carry an IPv4 address (mapped, compatible, NAT64,
// 6to4, Teredo) are judged by both. Of the rest of IPv6 only 2000::/3 is given out for use in public.
#include "net/net_internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

typedef struct block4 {
    uint32_t network;
    int bits;
} block4;

static const block4 closed4[] = {
    {0x00000000, 8},  // 0.0.0.0/8 "this network"
    {0x0A000000, 8},  // 10/8 private
    {0x64400000, 10}, // 100.64/10 carrier-grade NAT
    {0x7F000000, 8},  // 127/8 loopback
    {0xA9FE0000, 16}, // 169.254/16 link-local, and cloud metadata
    {0xAC100000, 12}, // 172.16/12 private
    {0xC0000000, 24}, // 192.0.0/24 IETF protocols
    {0xC0000200, 24}, // 192.0.2/24 documentation
    {0xC0586300, 24}, // 192.88.99/24 6to4 relays, withdrawn
    {0xC0A80000, 16}, // 192.168/16 private
    {0xC6120000, 15}, // 198.18/15 benchmarks
    {0xC6336400, 24}, // 198.51.100/24 documentation
    {0xCB007100, 24}, // 203.0.113/24 documentation
    {0xE0000000, 4},  // 224/4 multicast
    {0xF0000000, 4},  // 240/4 reserved, and broadcast
};

typedef struct block6 {
    uint8_t network[16];
    int bits;
} block6;

static const block6 closed6[] = {
    {{0x20, 0x01}, 23},             // 2001::/23 IETF protocols: benchmarks, ORCHID; Teredo is seen before
    {{0x20, 0x01, 0x0D, 0xB8}, 32}, // 2001:db8::/32 documentation
    {{0x3F, 0xFF}, 20},             // 3fff::/20 documentation
};

static bool is_public4(uint32_t address)
{
    for (size_t i = 0; i < sizeof closed4 / sizeof closed4[0]; i++) {
        uint32_t mask = UINT32_MAX << (32 - closed4[i].bits);
        if ((address & mask) == closed4[i].network) {
            return false;
        }
    }
    return true;
}

static bool has_prefix(const uint8_t *address, const uint8_t *network, int bits)
{
    size_t whole = (size_t)bits / 8;
    int rest = bits % 8;
    if (memcmp(address, network, whole) != 0) {
        return false;
    }
    return rest == 0 || (address[whole] ^ network[whole]) >> (8 - rest) == 0;
}

static uint32_t embedded4(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_public6(const uint8_t address[16])
{
    static const uint8_t given_out[16] = {0x20};
    static const uint8_t mapped[16] = {[10] = 0xFF, [11] = 0xFF};
    static const uint8_t nat64[16] = {0x00, 0x64, 0xFF, 0x9B};
    static const uint8_t six_to_four[16] = {0x20, 0x02};
    static const uint8_t teredo[16] = {0x20, 0x01, 0x00, 0x00};
    if (has_prefix(address, mapped, 96) || has_prefix(address, nat64, 96)) {
        return is_public4(embedded4(address + 12));
    }
    if (has_prefix(address, six_to_four, 16)) {
        return is_public4(embedded4(address + 2));
    }
    if (has_prefix(address, teredo, 32)) { // the client's address stands inverted at the end
        return is_public4(embedded4(address + 4)) && is_public4(~embedded4(address + 12));
    }
    // Outside: "::", "::1", IPv4-compatible, discard-only, NAT64 of one's own, segment routing, unique local,
    // link-local, site-local, multicast, and what nobody has been given.
    if (!has_prefix(address, given_out, 3)) {
        return false;
    }
    for (size_t i = 0; i < sizeof closed6 / sizeof closed6[0]; i++) {
        if (has_prefix(address, closed6[i].network, closed6[i].bits)) {
            return false;
        }
    }
    return true;
}

bool gs_address_is_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return is_public4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return is_public6(in6.sin6_addr.s6_addr);
    }
    return false; // Unix sockets and whatever else there is
}
