// URLs, taken apart once: what libcurl asks for, what a message may show, and by what politeness goes.
//
// The parser is libcurl's, so that what is checked here is what is fetched there. It reads the numeric forms
// of an address ("0x7f.1") as libcurl will use them, and percent-encodes blanks and bytes beyond ASCII, which
// many feeds have in their links.
#include "net/net_internal.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { READINGS_MOST = 4 };

static const unsigned int READ_FLAGS = CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE;

static char *part_of(CURLU *parsed, CURLUPart part, unsigned int flags)
{
    char *text = NULL;
    char *own = curl_url_get(parsed, part, &text, flags) == CURLUE_OK ? gs_duplicate(text) : NULL;
    curl_free(text);
    return own;
}

// The name without its case and without the dot that ends a full name: the same machine.
static char *host_of(CURLU *parsed)
{
    char *host = part_of(parsed, CURLUPART_HOST, 0);
    size_t size = host ? strlen(host) : 0;
    for (size_t i = 0; i < size; i++) {
        host[i] = host[i] >= 'A' && host[i] <= 'Z' ? (char)(host[i] + 32) : host[i];
    }
    if (size > 1 && host[size - 1] == '.') {
        host[size - 1] = '\0';
    }
    return host;
}

// libcurl decodes what is percent-encoded in a name, and may then read its own result differently: "%35"
// becomes "5", and that "0.0.0.5". So a URL is read until it stays the same, and refused if it does not: what
// is judged here is what will be fetched. (A '%' that stays in a name is refused below: no name has one.)
static bool settle(CURLU *parsed)
{
    char *text = part_of(parsed, CURLUPART_URL, 0);
    bool settled = false;
    for (int i = 0; i < READINGS_MOST && text && !settled; i++) {
        char *again = curl_url_set(parsed, CURLUPART_URL, text, READ_FLAGS) == CURLUE_OK
                          ? part_of(parsed, CURLUPART_URL, 0)
                          : NULL;
        settled = again && strcmp(text, again) == 0;
        free(text);
        text = again;
    }
    free(text);
    return settled;
}

static char *join(const char *a, const char *b, const char *c, const char *d, const char *e)
{
    gs_buffer text = {0};
    const char *const parts[] = {a, b, c, d, e};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        gs_buffer_text(&text, parts[i] ? parts[i] : "");
    }
    return text.data;
}

static bool take_apart(CURLU *parsed, gs_url *url)
{
    curl_url_set(parsed, CURLUPART_FRAGMENT, NULL, 0);
    if (!settle(parsed)) {
        return false;
    }
    char *scheme = part_of(parsed, CURLUPART_SCHEME, 0);
    char *port = part_of(parsed, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    char *path = part_of(parsed, CURLUPART_PATH, 0);
    char *query = part_of(parsed, CURLUPART_QUERY, 0);
    url->text = part_of(parsed, CURLUPART_URL, 0);
    url->host = host_of(parsed);
    url->origin = join(scheme, "://", url->host, port ? ":" : NULL, port);
    url->path = join(path ? path : "/", query ? "?" : NULL, query, NULL, NULL);
    curl_url_set(parsed, CURLUPART_USER, NULL, 0);
    curl_url_set(parsed, CURLUPART_PASSWORD, NULL, 0);
    url->shown = part_of(parsed, CURLUPART_URL, 0);
    free(scheme);
    free(port);
    free(path);
    free(query);
    return url->text && url->host && url->host[0] && !strchr(url->host, '%') && url->shown;
}

static bool is_web(CURLU *parsed)
{
    char *scheme = part_of(parsed, CURLUPART_SCHEME, 0);
    bool web = scheme && (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0);
    free(scheme);
    return web;
}

bool gs_url_read(const char *text, gs_url *url, gs_error *error)
{
    *url = (gs_url){0};
    if (!text || text[0] == '\0') {
        return gs_fail(error, GS_E_INPUT, "an empty URL; expected http:// or https://");
    }
    if (strlen(text) > GS_NET_URL_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "%.100s...: a URL of more than %d bytes", text, GS_NET_URL_BYTES);
    }
    CURLU *parsed = curl_url();
    CURLUcode code = parsed ? curl_url_set(parsed, CURLUPART_URL, text, READ_FLAGS) : CURLUE_OUT_OF_MEMORY;
    bool good = code == CURLUE_OK;
    if (!good) {
        gs_fail(error, GS_E_INPUT, "%.200s: not a URL: %s", text, curl_url_strerror(code));
    } else if (!is_web(parsed)) {
        good = gs_fail(error, GS_E_INPUT, "%.200s: expected http:// or https://", text);
    } else if (!take_apart(parsed, url)) {
        good = gs_fail(error, GS_E_INPUT, "%.200s: a URL without a usable host name", text);
    }
    curl_url_cleanup(parsed);
    if (!good) {
        gs_url_free(url);
    }
    return good;
}

// What Location names, with the name and password of where it was read if both have one origin.
static bool keep_credentials(CURLU *parsed, const gs_url *from, gs_url *url)
{
    CURLU *before = curl_url();
    const bool same = strcmp(from->origin, url->origin) == 0;
    char *user = NULL;
    char *password = NULL;
    if (before && same && curl_url_set(before, CURLUPART_URL, from->text, READ_FLAGS) == CURLUE_OK) {
        user = part_of(before, CURLUPART_USER, 0);
        password = part_of(before, CURLUPART_PASSWORD, 0);
    }
    curl_url_set(parsed, CURLUPART_USER, user, 0);
    curl_url_set(parsed, CURLUPART_PASSWORD, password, 0);
    free(url->text);
    url->text = part_of(parsed, CURLUPART_URL, 0);
    free(user);
    free(password);
    curl_url_cleanup(before);
    return url->text != NULL;
}

bool gs_url_follow(const gs_url *from, const char *location, gs_url *url, gs_error *error)
{
    *url = (gs_url){0};
    CURLU *parsed = curl_url();
    CURLUcode code =
        parsed ? curl_url_set(parsed, CURLUPART_URL, from->text, READ_FLAGS) : CURLUE_OUT_OF_MEMORY;
    code = code == CURLUE_OK ? curl_url_set(parsed, CURLUPART_URL, location, READ_FLAGS) : code;
    bool good = code == CURLUE_OK;
    if (!good) {
        gs_fail(error, GS_E_INPUT, "%.200s: redirected to what is not a URL: %.100s", from->shown, location);
    } else if (!is_web(parsed)) {
        good = gs_fail(error, GS_E_INPUT, "%.200s: redirected to another protocol than HTTP: %.100s",
                       from->shown, location);
    } else if (!take_apart(parsed, url) || !keep_credentials(parsed, from, url)) {
        good =
            gs_fail(error, GS_E_INPUT, "%.200s: redirected to a URL without a usable host name", from->shown);
    } else if (strlen(url->text) > GS_NET_URL_BYTES) {
        good = gs_fail(error, GS_E_LIMIT, "%.200s: redirected to a URL of more than %d bytes", from->shown,
                       GS_NET_URL_BYTES);
    }
    curl_url_cleanup(parsed);
    if (!good) {
        gs_url_free(url);
    }
    return good;
}

void gs_url_free(gs_url *url)
{
    free(url->text);
    free(url->shown);
    free(url->origin);
    free(url->host);
    free(url->path);
    *url = (gs_url){0};
}
