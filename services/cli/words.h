// words: what fields of messages are called where a person reads them.
#ifndef GAINSAY_CLI_WORDS_H
#define GAINSAY_CLI_WORDS_H

#include "wire/wire.h"

enum { GS_WORDS_ENUM = 32, GS_WORDS_TIME = 40 };

// A value of an enum in lower case, its underscores as spaces; "" for 0 and for values of a later version.
const char *gs_words_enum(const ProtobufCEnumDescriptor *type, int value, char words[GS_WORDS_ENUM]);
// The name, or what to call a speaker without one.
const char *gs_words_name(const char *name, Gainsay__V1__Speaker__Kind kind);
// An RFC 3339 time as "2025-04-24 22:57 -04:00", a bare date as it is; "" if it is neither.
const char *gs_words_time(const char *time, char words[GS_WORDS_TIME]);
// Publisher, else the host of its address, else its id.
gs_view gs_words_origin(const gs_article *article);
// The host of an http or https address; empty if it is none.
gs_view gs_words_host(const char *url);

#endif
