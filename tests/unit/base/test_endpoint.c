// Addresses: which are local decides about keys, so near misses matter more than hits.
#include "unit.h"

#include "base/base.h"
#include "base/config_internal.h"

static void local_addresses(void **state)
{
    (void)state;
    static const char *const local[] = {"ipc:///run/x",         "ipc://@abstract",     "inproc://x",
                                        "tcp://127.0.0.1:7710", "tcp://127.9.9.9:1",   "tcp://[::1]:7710",
                                        "tcp://localhost:7710", "tcp://LOCALHOST:7710"};
    static const char *const remote[] = {"tcp://*:7710",
                                         "tcp://0.0.0.0:7710",
                                         "tcp://[::]:7710",
                                         "tcp://10.0.0.1:7710",
                                         "tcp://128.0.0.1:7710",
                                         "tcp://127.0.0.1.example.org:7710",
                                         "tcp://localhost.example.org:7710",
                                         "tcp://127.1:7710",
                                         "tcp://eth0:7710",
                                         "tcp://::1:7710",
                                         "tcp://127.0.0.1",
                                         "tcp://10.0.0.1:5;127.0.0.1:7710",
                                         "udp://127.0.0.1:7710",
                                         "TCP://127.0.0.1:7710",
                                         "127.0.0.1:7710",
                                         "",
                                         NULL};
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
        assert_true(gs_endpoint_is_local(local[i]));
    }
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++) {
        assert_false(gs_endpoint_is_local(remote[i]));
    }
}

static void good_addresses_pass(void **state)
{
    (void)state;
    static const char *const good[] = {
        "tcp://127.0.0.1:1",     "tcp://10.1.2.3:65535",     "tcp://[fe80::1%eth0]:7710",
        "tcp://[2001:db8::1]:7", "tcp://news.example.org:7", "tcp://host-1_a:7",
        "ipc:///run/x",          "ipc://@abstract"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        gs_error error = {0};
        if (!gs_endpoint_check(good[i], true, &error) || !gs_endpoint_check(good[i], false, &error)) {
            fail_msg("%s: %s", good[i], error.message);
        }
    }
    static const char *const bind_only[] = {"tcp://*:7710", "tcp://0.0.0.0:7710", "tcp://[::]:7710"};
    for (size_t i = 0; i < sizeof bind_only / sizeof bind_only[0]; i++) {
        gs_error error = {0};
        assert_true(gs_endpoint_check(bind_only[i], true, &error));
        assert_false(gs_endpoint_check(bind_only[i], false, &error));
        assert_contains(error.message, "all interfaces");
    }
}

static void bad_addresses_are_explained(void **state)
{
    (void)state;
    char long_path[200] = "ipc:///";
    memset(long_path + 7, 'p', sizeof long_path - 8);
    char long_host[400] = "tcp://";
    memset(long_host + 6, 'h', 300);
    memcpy(long_host + 306, ":7710", 6);
    const struct {
        const char *endpoint, *says;
    } bad[] = {
        {"", "expected tcp://HOST:PORT"},
        {"nonsense", "expected tcp://HOST:PORT"},
        {"tcp://", "expected tcp://HOST:PORT"},
        {"tcp://:7710", "expected tcp://HOST:PORT"},
        {"tcp://host", "expected tcp://HOST:PORT"},
        {"tcp://::1:7710", "expected tcp://HOST:PORT"},
        {"tcp://[]:7710", "expected tcp://HOST:PORT"},
        {"tcp://[::1:7710", "expected tcp://HOST:PORT"},
        {"tcp://[1.2.3.4]:7710", "expected tcp://HOST:PORT"},
        {"tcp://256.1.1.1:7710", "expected tcp://HOST:PORT"},
        {"tcp://1.2.3:7710", "expected tcp://HOST:PORT"},
        {"tcp://ho st:7710", "expected tcp://HOST:PORT"},
        {"tcp://a;b:7710", "expected tcp://HOST:PORT"},
        {"udp://127.0.0.1:7710", "expected tcp://HOST:PORT"},
        {long_host, "expected tcp://HOST:PORT"},
        {"tcp://host:", "a port from 1 to 65535"},
        {"tcp://host:0", "a port from 1 to 65535"},
        {"tcp://host:65536", "a port from 1 to 65535"},
        {"tcp://host:99999999999999999999", "a port from 1 to 65535"},
        {"tcp://host:*", "a port from 1 to 65535"},
        {"tcp://host:77a", "a port from 1 to 65535"},
        {"ipc://", "expected a path"},
        {"ipc://*", "expected a path"},
        {long_path, "bytes; a socket's may have 107"},
        {"inproc://x", "inside one process"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gs_error error = {0};
        if (gs_endpoint_check(bad[i].endpoint, true, &error)) {
            fail_msg("%s was taken for an address", bad[i].endpoint);
        }
        assert_int_equal(error.code, GS_E_USAGE);
        assert_contains(error.message, bad[i].says);
    }
}

static void what_is_bound_everywhere_is_reached_at_home(void **state)
{
    (void)state;
    static const struct {
        const char *bind, *connect;
    } pairs[] = {
        {"tcp://*:7710", "tcp://127.0.0.1:7710"}, {"tcp://0.0.0.0:7710", "tcp://127.0.0.1:7710"},
        {"tcp://[::]:7710", "tcp://[::1]:7710"},  {"tcp://10.0.0.1:7710", "tcp://10.0.0.1:7710"},
        {"ipc:///run/x", "ipc:///run/x"},         {"nonsense", "nonsense"},
        {"tcp://[::1]:7710", "tcp://[::1]:7710"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char *connect = gs_endpoint_to_connect(pairs[i].bind);
        assert_string_equal(connect, pairs[i].connect);
        free(connect);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_addresses),
        cmocka_unit_test(good_addresses_pass),
        cmocka_unit_test(bad_addresses_are_explained),
        cmocka_unit_test(what_is_bound_everywhere_is_reached_at_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
