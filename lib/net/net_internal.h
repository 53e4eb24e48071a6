// What the files of this room share. Private: nothing outside lib/net and its tests includes it.
#ifndef GAINSAY_NET_INTERNAL_H
#define GAINSAY_NET_INTERNAL_H

#include <sys/socket.h>

#include "net/net.h"

enum {
    GS_NET_URL_BYTES = 8 * 1024,
    GS_NET_HEADER_BYTES = 64 * 1024, // all headers of one answer
    GS_NET_REDIRECTS = 10,           // of one fetch
    GS_NET_ROBOTS_REDIRECTS = 5,     // of one robots.txt
};

// ---- address.c ---------------------------------------------------------------------------------------

// True if the address is one that anybody on the internet could mean: not loopback, private, link-local,
// multicast, reserved, nor any of these wrapped into an IPv6 address.
bool gs_address_is_public(const struct sockaddr *address);

// ---- url.c -------------------------------------------------------------------------------------------

typedef struct gs_url {
    char *text;   // owned, like the rest: as it is asked for, without its fragment
    char *shown;  // for messages: without name and password
    char *origin; // "https://example.org": what a robots.txt is in force for
    char *host;   // lower case: what a line of requests is kept for
    char *path;   // path and query, as robots.txt sees them
} gs_url;

// http or https with a host; the parser of libcurl decides, the one that will also fetch it.
bool gs_url_read(const char *text, gs_url *url, gs_error *error);
// Where a Location header leads. Name and password go along to the same origin only.
bool gs_url_follow(const gs_url *from, const char *location, gs_url *url, gs_error *error);
void gs_url_free(gs_url *url);

// ---- headers.c, retry_after.c ------------------------------------------------------------------------

// What is kept of an answer's headers. Zero-initialise it; each "HTTP/" line begins it anew.
typedef struct gs_headers {
    gs_buffer etag, last_modified, retry_after, location, cache_control, age, expires, date, encoding;
    bool complete; // the empty line behind them has come
} gs_headers;

void gs_headers_line(gs_headers *headers, gs_view line);
void gs_headers_free(gs_headers *headers);
// Seconds for which the answer is fresh by its own word (RFC 9111, section 4.2), seen from now_s; 0 if it
// does not say, or says that it is not to be stored.
uint32_t gs_headers_fresh_s(const gs_headers *headers, int64_t now_s);
// An HTTP date in any of its forms as Unix seconds; false if it cannot be read.
bool gs_http_date(gs_view text, int64_t *unix_s);
// Seconds that a Retry-After header asks for: a number, or an HTTP date seen from now_s. 0 if it cannot be
// read; at most a day.
uint32_t gs_retry_after(gs_view value, int64_t now_s);

// ---- content.c ---------------------------------------------------------------------------------------

// Undoes Content-Encoding in place. head_is_enough: what is beyond the bound is dropped instead of refused.
// is_cut: the body was cut on purpose, so that its stream has no end. Errors do not name the URL.
bool gs_content_undo(gs_view encoding, gs_buffer *body, size_t most, bool head_is_enough, bool is_cut,
                     gs_error *error);

// ---- net.c -------------------------------------------------------------------------------------------

// For tests, which have no names, no certificates and no addresses of the world's: an answer
// "host:port:address" that stands in for the resolver's, a file of certificates instead of the system's, and
// an address that counts as public.
void gs_net_resolve(gs_net *self, const char *entry);
void gs_net_trust(gs_net *self, const char *ca_file);
void gs_net_as_public(gs_net *self, const char *address);

#endif
