// endpoint: addresses as a configuration may hold them: tcp://HOST:PORT and ipc://PATH of ZeroMQ, and
// unix://PATH, a plain stream socket, of a source.
//
// Whether an address is local decides whether keys are needed, so it is read strictly: only what is surely
// loopback counts, and a name that merely begins with 127 does not. An interface name or a host name may
// lead anywhere and counts as remote.
#include "base/config_internal.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

enum { HOST_BYTES = 254 };

static const char tcp[] = "tcp://";
static const char ipc[] = "ipc://";
static const char plain[] = "unix://";

static bool starts(const char *endpoint, const char *prefix)
{
    return gs_view_starts(gs_view_of(endpoint), prefix);
}

// Cuts "tcp://HOST:PORT" into a host without brackets and a port. port points into endpoint.
static bool split(const char *endpoint, char host[HOST_BYTES], const char **port)
{
    if (!starts(endpoint, tcp)) {
        return false;
    }
    const char *begin = endpoint + strlen(tcp);
    const char *colon = strrchr(begin, ':');
    if (!colon || colon == begin) {
        return false;
    }
    const char *end = colon;
    if (*begin == '[') {
        if (end[-1] != ']' || end - begin < 3) {
            return false;
        }
        begin++;
        end--;
    } else if (memchr(begin, ':', (size_t)(end - begin))) {
        return false; // an IPv6 address without brackets: which colon is the port's?
    }
    if (end - begin >= HOST_BYTES) {
        return false;
    }
    memcpy(host, begin, (size_t)(end - begin));
    host[end - begin] = '\0';
    *port = colon + 1;
    return true;
}

bool gs_endpoint_is_local(const char *endpoint)
{
    char host[HOST_BYTES];
    const char *port;
    if (!endpoint) {
        return false;
    }
    if (starts(endpoint, ipc) || starts(endpoint, plain) || starts(endpoint, "inproc://")) {
        return true;
    }
    if (!split(endpoint, host, &port)) {
        return false;
    }
    struct in_addr v4;
    if (inet_pton(AF_INET, host, &v4) == 1) {
        return (ntohl(v4.s_addr) >> 24) == 127;
    }
    struct in6_addr v6;
    if (inet_pton(AF_INET6, host, &v6) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&v6);
    }
    return gs_view_equal_nocase(gs_view_of(host), gs_view_of("localhost"));
}

// True for what means "all interfaces" and so can be bound but not connected to.
static bool is_any(const char *host)
{
    return strcmp(host, "*") == 0 || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

static bool is_host(const char *host, bool bracketed)
{
    static const char name_signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    struct in_addr v4;
    struct in6_addr v6;
    if (bracketed) {
        char address[HOST_BYTES];
        size_t size = strcspn(host, "%"); // "%eth0": the zone of a link-local address
        memcpy(address, host, size);
        address[size] = '\0';
        return inet_pton(AF_INET6, address, &v6) == 1;
    }
    if (strcmp(host, "*") == 0) {
        return true;
    }
    if (strspn(host, "0123456789.") == strlen(host)) {
        return inet_pton(AF_INET, host, &v4) == 1;
    }
    return strspn(host, name_signs) == strlen(host);
}

static bool is_port(const char *port)
{
    unsigned number = 0;
    size_t size = strlen(port);
    for (size_t i = 0; i < size && size <= 5; i++) {
        if (port[i] < '0' || port[i] > '9') {
            return false;
        }
        number = number * 10 + (unsigned)(port[i] - '0');
    }
    return size <= 5 && number >= 1 && number <= 65535;
}

static bool check_path(const char *endpoint, const char *scheme, gs_error *error)
{
    const size_t longest = sizeof((struct sockaddr_un *)0)->sun_path - 1;
    size_t size = strlen(endpoint + strlen(scheme));
    if (size == 0 || strcmp(endpoint + strlen(scheme), "*") == 0) {
        return gs_fail(error, GS_E_USAGE, "expected a path after %s, found \"%s\"", scheme, endpoint);
    }
    if (size > longest) {
        return gs_fail(error, GS_E_USAGE, "the path in \"%.200s\" has %zu bytes; a socket's may have %zu",
                       endpoint, size, longest);
    }
    return true;
}

bool gs_endpoint_check(const char *endpoint, bool bind, gs_error *error)
{
    char host[HOST_BYTES];
    const char *port;
    if (starts(endpoint, ipc)) {
        return check_path(endpoint, ipc, error);
    }
    if (starts(endpoint, "inproc://")) {
        return gs_fail(error, GS_E_USAGE,
                       "\"%.100s\" works only inside one process; use tcp://HOST:PORT or ipc://PATH",
                       endpoint);
    }
    bool bracketed = starts(endpoint, "tcp://[");
    if (!split(endpoint, host, &port) || !is_host(host, bracketed)) {
        return gs_fail(error, GS_E_USAGE, "expected tcp://HOST:PORT or ipc://PATH, found \"%.100s\"",
                       endpoint);
    }
    if (!is_port(port)) {
        return gs_fail(error, GS_E_USAGE, "expected a port from 1 to 65535 at the end of \"%.100s\"",
                       endpoint);
    }
    if (!bind && is_any(host)) {
        return gs_fail(error, GS_E_USAGE, "\"%.100s\" means all interfaces; say which machine to connect to",
                       endpoint);
    }
    return true;
}

bool gs_endpoint_check_listen(const char *endpoint, gs_error *error)
{
    if (starts(endpoint, plain)) {
        return check_path(endpoint, plain, error);
    }
    if (!starts(endpoint, ipc) && !starts(endpoint, tcp)) {
        return gs_fail(error, GS_E_USAGE,
                       "expected unix:///PATH, ipc:///PATH or tcp://HOST:PORT, found \"%.100s\"", endpoint);
    }
    return gs_endpoint_check(endpoint, true, error);
}

char *gs_endpoint_to_connect(const char *endpoint)
{
    char host[HOST_BYTES];
    const char *port;
    if (!split(endpoint, host, &port) || !is_any(host)) {
        return gs_duplicate(endpoint);
    }
    gs_buffer text = {0};
    gs_buffer_format(&text, "tcp://%s:%s", strcmp(host, "::") == 0 ? "[::1]" : "127.0.0.1", port);
    return text.data;
}
