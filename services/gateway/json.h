// json: what the gateway writes itself, piece by piece into a buffer. A comma is put where one is due, by a
// look at the last byte.
#ifndef GAINSAY_GATEWAY_JSON_H
#define GAINSAY_GATEWAY_JSON_H

#include "base/base.h"

void gw_json_open(gs_buffer *out, const char *key, char bracket); // '{' or '['; key NULL inside an array
void gw_json_close(gs_buffer *out, char bracket);
void gw_json_text(gs_buffer *out, const char *key, const char *text);
void gw_json_text_if(gs_buffer *out, const char *key, const char *text); // nothing if it is empty or NULL
void gw_json_view(gs_buffer *out, const char *key, gs_view text);
void gw_json_number(gs_buffer *out, const char *key, uint64_t number);
void gw_json_sequence(gs_buffer *out, const char *key, uint64_t number); // as a text, like all 64-bit numbers
void gw_json_real(gs_buffer *out, const char *key, double real);         // four digits after the point
void gw_json_bool(gs_buffer *out, const char *key, bool flag);
void gw_json_id(gs_buffer *out, const char *key, gs_id id);
void gw_json_time(gs_buffer *out, const char *key, int64_t seconds); // RFC 3339 in UTC
void gw_json_key(gs_buffer *out, const char *key);                   // comma and key alone
const char *gw_time_text(int64_t seconds, char text[GS_TIME_TEXT]);  // "2025-04-24T10:00:00Z"

#endif
