// json: see the header. Numbers are written without the C library's locale.
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

void gw_json_key(gs_buffer *out, const char *key)
{
    const char last = out->size > 0 ? out->data[out->size - 1] : '{';
    if (last != '{' && last != '[' && last != ':') {
        gs_buffer_byte(out, ',');
    }
    if (key != NULL) {
        gw_text_json(gs_view_of(key), out);
        gs_buffer_byte(out, ':');
    }
}

void gw_json_open(gs_buffer *out, const char *key, char bracket)
{
    gw_json_key(out, key);
    gs_buffer_byte(out, bracket);
}

void gw_json_close(gs_buffer *out, char bracket)
{
    gs_buffer_byte(out, bracket);
}

void gw_json_view(gs_buffer *out, const char *key, gs_view text)
{
    gw_json_key(out, key);
    gw_text_json(text, out);
}

void gw_json_text(gs_buffer *out, const char *key, const char *text)
{
    gw_json_view(out, key, gs_view_of(text));
}

void gw_json_text_if(gs_buffer *out, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        gw_json_text(out, key, text);
    }
}

void gw_json_number(gs_buffer *out, const char *key, uint64_t number)
{
    gw_json_key(out, key);
    gs_buffer_format(out, "%" PRIu64, number);
}

void gw_json_sequence(gs_buffer *out, const char *key, uint64_t number)
{
    gw_json_key(out, key);
    gs_buffer_format(out, "\"%" PRIu64 "\"", number);
}

void gw_json_real(gs_buffer *out, const char *key, double real)
{
    const double bounded = real > 0 && real < 1e12 ? real : 0;
    const uint64_t tenthousandths = (uint64_t)(bounded * 10000 + 0.5);
    gw_json_key(out, key);
    gs_buffer_format(out, "%" PRIu64 ".%04" PRIu64, tenthousandths / 10000, tenthousandths % 10000);
}

void gw_json_bool(gs_buffer *out, const char *key, bool flag)
{
    gw_json_key(out, key);
    gs_buffer_text(out, flag ? "true" : "false");
}

void gw_json_id(gs_buffer *out, const char *key, gs_id id)
{
    char text[GS_ID_TEXT];
    gs_id_text(id, text);
    gw_json_text(out, key, text);
}

const char *gw_time_text(int64_t seconds, char text[GS_TIME_TEXT])
{
    const int64_t day_s = 24 * 60 * 60;
    const int64_t days = (seconds >= 0 ? seconds : seconds - day_s + 1) / day_s;
    const int second = (int)(seconds - days * day_s);
    int year, month, day;
    gs_civil_from_days(days, &year, &month, &day);
    snprintf(text, GS_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, second / 3600,
             second / 60 % 60, second % 60);
    return text;
}

void gw_json_time(gs_buffer *out, const char *key, int64_t seconds)
{
    char text[GS_TIME_TEXT];
    gw_json_text(out, key, gw_time_text(seconds, text));
}
