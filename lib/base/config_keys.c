// config_keys: the table of every key, and the reading of one value.
//
// A value arrives as text, from YAML or from --set, and there is one way to read it, so both are held to
// the same rules and complain in the same words. What is expected is said before what was found, because
// that is what the reader of the message has to type. Defaults are text too and go the same way.
#include "base/config_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define KIB UINT64_C(1024)
#define PIB (KIB * KIB * KIB * KIB * KIB)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const kinds[] = {"file",    "directory", "jsonl", "stdin",  "feed",
                                    "sitemap", "pages",     "warc",  "socket", NULL};
static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const formats[] = {"logfmt", "json", NULL};

#define AT(member) offsetof(gs_config, member)
#define NAME(member, text) .type = GS_KEY_NAME, .offset = AT(member), .fallback = text
#define BIND(member, text) .type = GS_KEY_BIND, .offset = AT(member), .fallback = text
#define CONNECT(member) .type = GS_KEY_CONNECT, .offset = AT(member)
#define STORE(member, text) .type = GS_KEY_STORE, .offset = AT(member), .fallback = text
#define NUMBER(member, low, high, text)                                                                      \
    .type = GS_KEY_NUMBER, .offset = AT(member), .minimum = (low), .maximum = (high), .fallback = text
#define BYTES(member, low, high, text)                                                                       \
    .type = GS_KEY_BYTES, .offset = AT(member), .minimum = (low), .maximum = (high), .fallback = text
#define SHARE(member, text)                                                                                  \
    .type = GS_KEY_REAL, .offset = AT(member), .minimum = 0, .maximum = 1, .fallback = text

static const gs_key ingestor_keys[] = {
    {"name", NAME(ingestor.name, "ingestor-1")},
    {"work", BIND(ingestor.work, "tcp://127.0.0.1:7710")},
    {"store", STORE(ingestor.store, "ingestor.db")},
    {"lease", NUMBER(ingestor.lease, 1, 3600, "60")},
    {"silence", NUMBER(ingestor.silence, 1, 600, "5")},
    {"max_failures", NUMBER(ingestor.max_failures, 1, 1000, "5")},
    {"outbox_bytes", BYTES(ingestor.outbox_bytes, 64 * KIB, PIB, "1073741824")},
    {"seen_days", NUMBER(ingestor.seen_days, 1, 36500, "90")},
    {"copies_days", NUMBER(ingestor.copies_days, 0, 36500, "30")},
    {"user_agent", .type = GS_KEY_TEXT, .offset = AT(ingestor.user_agent),
     .fallback = "Gainsay/" GAINSAY_VERSION},
    {"host_delay", NUMBER(ingestor.host_delay, 0, 600000, "1000")},
    {"source_file", .type = GS_KEY_PATH, .offset = AT(ingestor.source_file), .fallback = "sources.yaml"},
};

static const gs_key extractor_keys[] = {
    {"name", NAME(extractor.name, "extractor-1")},
    {"window", NUMBER(extractor.window, 1, GS_LIMIT_WINDOW, "512")},
    {"no_op", .type = GS_KEY_BOOL, .offset = AT(extractor.no_op), .fallback = "false"},
    {"min_confidence", SHARE(extractor.min_confidence, "0.3")},
};

static const gs_key aggregator_keys[] = {
    {"name", NAME(aggregator.name, "aggregator-1")},
    {"intake", BIND(aggregator.intake, "tcp://127.0.0.1:7720")},
    {"live", BIND(aggregator.live, "tcp://127.0.0.1:7721")},
    {"replay", BIND(aggregator.replay, "tcp://127.0.0.1:7722")},
    {"retry", BIND(aggregator.retry, "tcp://127.0.0.1:7723")},
    {"control", BIND(aggregator.control, "tcp://127.0.0.1:7724")},
    {"store", STORE(aggregator.store, "aggregator.db")},
    {"entities", .type = GS_KEY_PATH, .offset = AT(aggregator.entities)},
    {"batch", NUMBER(aggregator.batch, 1, 65536, "512")},
    {"min_score", SHARE(aggregator.min_score, "0.5")},
    {"window_days", NUMBER(aggregator.window_days, 1, 36500, "90")},
    {"keep_days", NUMBER(aggregator.keep_days, 0, 36500, "0")},
    {"keep_bytes", BYTES(aggregator.keep_bytes, 0, PIB, "0")},
    {"subscriber_queue", NUMBER(aggregator.subscriber_queue, 1, 10000000, "20000")},
};

static const gs_key connect_keys[] = {
    {"intake", CONNECT(connect.intake)},   {"live", CONNECT(connect.live)},
    {"replay", CONNECT(connect.replay)},   {"retry", CONNECT(connect.retry)},
    {"control", CONNECT(connect.control)},
};

static const gs_key security_keys[] = {
    {"own_key", .type = GS_KEY_PATH, .offset = AT(security.own_key)},
    {"server_key", .type = GS_KEY_PATH, .offset = AT(security.server_key)},
    {"allowed_clients", .type = GS_KEY_PATH, .offset = AT(security.allowed_clients)},
};

static const gs_key opinion_keys[] = {
    {"url", .type = GS_KEY_TEXT, .offset = AT(opinion.url)},
    {"model", .type = GS_KEY_TEXT, .offset = AT(opinion.model)},
    {"key_file", .type = GS_KEY_PATH, .offset = AT(opinion.key_file)},
    {"floor", SHARE(opinion.floor, "0.5")},
    {"timeout", NUMBER(opinion.timeout, 1, 600, "20")},
    {"per_minute", NUMBER(opinion.per_minute, 1, 10000, "30")},
};

static const gs_key gateway_keys[] = {
    {"name", NAME(gateway.name, "gateway-1")},
    {"listen", .type = GS_KEY_TEXT, .offset = AT(gateway.listen), .fallback = "127.0.0.1:7780"},
    {"store", STORE(gateway.store, "gateway.db")},
    {"token_file", .type = GS_KEY_PATH, .offset = AT(gateway.token_file)},
    {"hosts", .type = GS_KEY_TEXT, .offset = AT(gateway.hosts)},
    {"public_url", .type = GS_KEY_TEXT, .offset = AT(gateway.public_url)},
    {"readers", NUMBER(gateway.readers, 1, 64, "2")},
    {"connections", NUMBER(gateway.connections, 1, 1000000, "4096")},
    {"per_address", NUMBER(gateway.per_address, 0, 1000000, "0")},
    {"per_minute", NUMBER(gateway.per_minute, 0, 100000000, "6000")},
    {"query_ms", NUMBER(gateway.query_ms, 10, 60000, "2000")},
    {"keep_events", NUMBER(gateway.keep_events, 1000, 1000000000, "100000")},
    {"behind_proxy", .type = GS_KEY_BOOL, .offset = AT(gateway.behind_proxy), .fallback = "false"},
};

static const gs_key push_keys[] = {
    {"name", NAME(push.name, "push-1")},
    {"filter", .type = GS_KEY_TEXT, .offset = AT(push.filter), .fallback = "type=contradiction"},
    {"url", .type = GS_KEY_TEXT, .offset = AT(push.url)},
    {"secret_file", .type = GS_KEY_PATH, .offset = AT(push.secret_file)},
    {"mail_to", .type = GS_KEY_TEXT, .offset = AT(push.mail_to)},
    {"mail_from", .type = GS_KEY_TEXT, .offset = AT(push.mail_from)},
    {"sendmail", .type = GS_KEY_PATH, .offset = AT(push.sendmail), .fallback = "/usr/sbin/sendmail"},
    {"every", NUMBER(push.every, 1, 604800, "3600")},
    {"place", .type = GS_KEY_PATH, .offset = AT(push.place), .fallback = "push.place"},
    {"allow_private", .type = GS_KEY_BOOL, .offset = AT(push.allow_private), .fallback = "false"},
};

static const gs_key log_keys[] = {
    {"level", .type = GS_KEY_CHOICE, .offset = AT(log.level), .fallback = "info", .choices = levels},
    {"format", .type = GS_KEY_CHOICE, .offset = AT(log.format), .fallback = "logfmt", .choices = formats},
};

#undef AT
#define AT(member) offsetof(gs_source_config, member)

static const gs_key source_keys[] = {
    {"id", .type = GS_KEY_TEXT, .offset = AT(id)},
    {"kind", .type = GS_KEY_KIND, .offset = AT(kind), .choices = kinds},
    {"path", .type = GS_KEY_PATH, .offset = AT(path)},
    {"endpoint", .type = GS_KEY_LISTEN, .offset = AT(endpoint)},
    {"url", .type = GS_KEY_TEXT, .offset = AT(url)},
    {"publisher", .type = GS_KEY_TEXT, .offset = AT(publisher)},
    {"language", .type = GS_KEY_TEXT, .offset = AT(language)},
    {"every", NUMBER(every, 0, 604800, "0")},
    {"allow_private", .type = GS_KEY_BOOL, .offset = AT(allow_private), .fallback = "false"},
};

const gs_section gs_sections[GS_SECTION_COUNT] = {
    {"ingestor", ingestor_keys, COUNT(ingestor_keys), "sources"},
    {"extractor", extractor_keys, COUNT(extractor_keys), NULL},
    {"aggregator", aggregator_keys, COUNT(aggregator_keys), NULL},
    {"connect", connect_keys, COUNT(connect_keys), "ingestors"},
    {"security", security_keys, COUNT(security_keys), NULL},
    {"opinion", opinion_keys, COUNT(opinion_keys), NULL},
    {"gateway", gateway_keys, COUNT(gateway_keys), NULL},
    {"push", push_keys, COUNT(push_keys), NULL},
    {"log", log_keys, COUNT(log_keys), NULL},
};
const gs_section gs_source_keys = {"sources", source_keys, COUNT(source_keys), NULL};

_Static_assert(COUNT(aggregator_keys) <= GS_SECTION_KEYS, "GS_SECTION_KEYS is too small");
_Static_assert(COUNT(gateway_keys) <= GS_SECTION_KEYS, "GS_SECTION_KEYS is too small");
_Static_assert(COUNT(source_keys) == GS_SOURCE_KEYS, "a row of sources has another length");
_Static_assert(COUNT(ingestor_keys) <= GS_SECTION_KEYS, "GS_SECTION_KEYS is too small");

const gs_section *gs_section_named(gs_view name)
{
    for (size_t i = 0; i < GS_SECTION_COUNT; i++) {
        if (gs_view_equal(name, gs_view_of(gs_sections[i].name))) {
            return &gs_sections[i];
        }
    }
    return NULL;
}

const gs_key *gs_key_named(const gs_section *section, gs_view name)
{
    for (size_t i = 0; i < section->count; i++) {
        if (gs_view_equal(name, gs_view_of(section->keys[i].name))) {
            return &section->keys[i];
        }
    }
    return NULL;
}

char **gs_key_text(const void *base, const gs_key *key)
{
    return (char **)(void *)((char *)(uintptr_t)base + key->offset);
}

bool gs_key_is_text(const gs_key *key)
{
    return key->type <= GS_KEY_CHOICE;
}

static void *member(void *base, const gs_key *key)
{
    return (char *)base + key->offset;
}

// What a value must be, in words.
static void describe(const gs_key *key, gs_buffer *out)
{
    switch (key->type) {
    case GS_KEY_NUMBER:
        gs_buffer_format(out, "a number from %" PRIu64 " to %" PRIu64, key->minimum, key->maximum);
        break;
    case GS_KEY_BYTES:
        gs_buffer_format(out, "a number of bytes from %" PRIu64 " to %" PRIu64, key->minimum, key->maximum);
        break;
    case GS_KEY_REAL:
        gs_buffer_format(out, "a number from %" PRIu64 " to %" PRIu64 " such as 0.5", key->minimum,
                         key->maximum);
        break;
    case GS_KEY_BOOL:
        gs_buffer_text(out, "true or false");
        break;
    case GS_KEY_CHOICE:
    case GS_KEY_KIND:
        for (size_t i = 0; key->choices[i]; i++) {
            gs_buffer_text(out, i == 0 ? "" : key->choices[i + 1] ? ", " : " or ");
            gs_buffer_text(out, key->choices[i]);
        }
        break;
    case GS_KEY_NAME:
        gs_buffer_format(out, "a name of 1 to %zu letters, digits and the signs . - _",
                         sizeof((gs_log *)0)->daemon - 1);
        break;
    case GS_KEY_TEXT:
    case GS_KEY_PATH:
    case GS_KEY_STORE:
    case GS_KEY_BIND:
    case GS_KEY_CONNECT:
    case GS_KEY_LISTEN:
        gs_buffer_text(out, "a text");
        break;
    }
}

static bool unexpected(const gs_key *key, const char *found, gs_error *error)
{
    gs_buffer expected = {0};
    describe(key, &expected);
    if (found) {
        gs_fail(error, GS_E_USAGE, "expected %s, found \"%.100s\"", expected.data, found);
    } else {
        gs_fail(error, GS_E_USAGE, "expected %s, found nothing", expected.data);
    }
    gs_buffer_free(&expected);
    return false;
}

// Decimal digits alone: no sign, no hexadecimal, no octal surprise in 010.
static bool read_number(const char *text, uint64_t *number)
{
    uint64_t value = 0;
    for (const char *at = text; *at; at++) {
        unsigned digit = (unsigned)(unsigned char)*at - '0';
        if (digit > 9 || value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return *text != '\0';
}

// digits[.digits], read without strtod, whose decimal point follows the locale. Two integers below 2^53
// divide exactly rounded, so 0.3 is the double that the compiler makes of it.
static bool read_real(const char *text, double *real)
{
    uint64_t value = 0;
    uint64_t scale = 1;
    size_t digits = 0;
    bool point = false;
    for (const char *at = text; *at; at++) {
        if (*at == '.' && !point && digits > 0) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9' || digits == 15) {
            return false;
        }
        value = value * 10 + (uint64_t)(*at - '0');
        scale *= point ? 10 : 1;
        digits++;
    }
    *real = (double)value / (double)scale;
    return digits > 0 && !(point && scale == 1);
}

static bool read_bool(const char *text, bool *flag)
{
    static const struct {
        const char *word;
        bool flag;
    } words[] = {{"true", true}, {"false", false}, {"yes", true},
                 {"no", false},  {"on", true},     {"off", false}};
    for (size_t i = 0; i < COUNT(words); i++) {
        if (gs_view_equal_nocase(gs_view_of(text), gs_view_of(words[i].word))) {
            *flag = words[i].flag;
            return true;
        }
    }
    return false;
}

static bool read_choice(const gs_key *key, const char *text, size_t *index)
{
    for (size_t i = 0; key->choices[i]; i++) {
        if (strcmp(text, key->choices[i]) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool set_number(void *base, const gs_key *key, const char *text)
{
    uint64_t number;
    if (!read_number(text, &number) || number < key->minimum || number > key->maximum) {
        return false;
    }
    if (key->type == GS_KEY_NUMBER) {
        *(uint32_t *)member(base, key) = (uint32_t)number;
    } else {
        *(uint64_t *)member(base, key) = number;
    }
    return true;
}

bool gs_key_set(void *base, const gs_key *key, const char *text, gs_error *error)
{
    size_t index = 0;
    double real;
    bool ok = true;
    switch (key->type) {
    case GS_KEY_NUMBER:
    case GS_KEY_BYTES:
        ok = set_number(base, key, text);
        break;
    case GS_KEY_REAL:
        ok = read_real(text, &real) && real >= (double)key->minimum && real <= (double)key->maximum;
        if (ok) {
            *(double *)member(base, key) = real;
        }
        break;
    case GS_KEY_BOOL:
        ok = read_bool(text, member(base, key));
        break;
    case GS_KEY_KIND:
        ok = read_choice(key, text, &index);
        *(gs_source_kind *)member(base, key) = (gs_source_kind)index;
        break;
    case GS_KEY_CHOICE:
        ok = read_choice(key, text, &index);
        break;
    default:
        break;
    }
    if (!ok) {
        return unexpected(key, *text ? text : NULL, error);
    }
    if (gs_key_is_text(key)) {
        char **slot = gs_key_text(base, key);
        free(*slot);
        *slot = *text ? gs_duplicate(text) : NULL;
    }
    return true;
}

static bool is_name(const char *text)
{
    static const char signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    size_t size = strlen(text);
    return size > 0 && size < sizeof((gs_log *)0)->daemon && strspn(text, signs) == size;
}

static bool check_text(const gs_key *key, const char *text, gs_error *error)
{
    size_t index;
    switch (key->type) {
    case GS_KEY_NAME:
        return (text && is_name(text)) || unexpected(key, text, error);
    case GS_KEY_CHOICE:
        return (text && read_choice(key, text, &index)) || unexpected(key, text, error);
    case GS_KEY_STORE:
        return text || gs_fail(error, GS_E_USAGE, "expected the path of a file, found nothing");
    case GS_KEY_BIND:
    case GS_KEY_CONNECT:
        return gs_endpoint_check(text ? text : "", key->type == GS_KEY_BIND, error);
    case GS_KEY_LISTEN:
        return !text || gs_endpoint_check_listen(text, error);
    default:
        return true;
    }
}

bool gs_key_check(const void *base, const gs_key *key, gs_error *error)
{
    const void *value = (const char *)base + key->offset;
    if (gs_key_is_text(key)) {
        return check_text(key, *gs_key_text(base, key), error);
    }
    char found[32] = "";
    if (key->type == GS_KEY_NUMBER || key->type == GS_KEY_BYTES) {
        uint64_t number = key->type == GS_KEY_NUMBER ? *(const uint32_t *)value : *(const uint64_t *)value;
        snprintf(found, sizeof found, "%" PRIu64, number);
        return (number >= key->minimum && number <= key->maximum) || unexpected(key, found, error);
    }
    if (key->type == GS_KEY_REAL) {
        double real = *(const double *)value;
        snprintf(found, sizeof found, "%.9g", real);
        return (real >= (double)key->minimum && real <= (double)key->maximum) ||
               unexpected(key, found, error);
    }
    return true;
}
