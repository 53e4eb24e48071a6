// The addresses that a fetch may and may not connect to.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "net/net_internal.h"

static bool is_public(const char *text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        return gs_address_is_public((const struct sockaddr *)&in);
    }
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return gs_address_is_public((const struct sockaddr *)&in6);
}

static void refuses_what_is_not_global(void **state)
{
    static const char *const closed[] = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001:db8::1",
        "2001::7f00:1",
        "2001:2::1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2002:a00:1::",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "3fff::1",
        "2001:3::1",
        "2001:10::1",
        "2001:1ff::1",
        "100:0:0:1::1",
        "200::1",
        "4000::1",
        "64:ff9b:0:1::808:808",
        "::8.8.8.8",
        "5f00::1",
        "2001::5bff:f5ff:fefe",
        "2001:0:5bff:1:0:0:80ff:fffe", // Teredo: client 127.0.0.1, inverted
    };
    (void)state;
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        if (is_public(closed[i])) {
            fail_msg("%s counts as public", closed[i]);
        }
    }
}

static void lets_public_ones_through(void **state)
{
    static const char *const open[] = {
        "1.1.1.1",        "8.8.8.8",          "9.255.255.255",   "11.0.0.0",           "100.63.255.255",
        "100.128.0.0",    "126.255.255.255",  "128.0.0.0",       "169.253.255.255",    "172.15.255.255",
        "172.32.0.0",     "192.0.1.1",        "192.167.1.1",     "192.169.0.1",        "198.17.255.255",
        "198.20.0.0",     "223.255.255.255",  "2606:4700::1111", "2a00:1450:4001::8a", "2001:4860:4860::8888",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        if (!is_public(open[i])) {
            fail_msg("%s counts as private", open[i]);
        }
    }
}

static void other_families_are_refused(void **state)
{
    (void)state;
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    assert_false(gs_address_is_public((const struct sockaddr *)&local));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_not_global),
        cmocka_unit_test(lets_public_ones_through),
        cmocka_unit_test(other_families_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
