// The few places where a message's own words are not yet those of a reader: enums are in capitals, a speaker
// may have no name, a time has a "T" in it, and an article may not say where it is from.
#include "words.h"

#include <stdio.h>
#include <string.h>

const char *gs_words_enum(const ProtobufCEnumDescriptor *type, int value, char words[GS_WORDS_ENUM])
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    snprintf(words, GS_WORDS_ENUM, "%s", found && value != 0 ? found->name : "");
    for (char *c = words; *c; c++)
        *c = (char)(*c == '_' ? ' ' : *c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    return words;
}

const char *gs_words_name(const char *name, Gainsay__V1__Speaker__Kind kind)
{
    if (name && name[0])
        return name;
    return kind == GAINSAY__V1__SPEAKER__KIND__KIND_UNSPECIFIED ? "(no speaker)" : "unnamed";
}

// Whether the text has the shape: '0' for any digit, every other character for itself.
static bool has_shape(const char *text, const char *shape)
{
    for (; *shape; text++, shape++)
        if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
            return false;
    return true;
}

const char *gs_words_time(const char *time, char words[GS_WORDS_TIME])
{
    words[0] = '\0';
    if (!time || !has_shape(time, "0000-00-00"))
        return words;
    snprintf(words, GS_WORDS_TIME, "%.10s", time);
    if (!has_shape(time + 10, "T00:00"))
        return words;
    const char *zone = time + 16 + strcspn(time + 16, "Z+-");
    bool offset = has_shape(zone, "+00:00") || has_shape(zone, "-00:00");
    snprintf(words, GS_WORDS_TIME, "%.10s %.5s %.6s", time, time + 11, offset ? zone : "UTC");
    return words;
}

gs_view gs_words_host(const char *url)
{
    gs_view view = gs_view_of(url);
    size_t begin = 0;
    if (view.size > 7 && gs_view_equal_nocase(gs_view_slice(view, 0, 7), gs_view_of("http://")))
        begin = 7;
    else if (view.size > 8 && gs_view_equal_nocase(gs_view_slice(view, 0, 8), gs_view_of("https://")))
        begin = 8;
    if (begin == 0)
        return (gs_view){0};
    size_t end = begin + strcspn(view.data + begin, "/?#\\");
    return gs_view_slice(view, begin, end);
}

gs_view gs_words_origin(const gs_article *article)
{
    gs_view publisher = gs_view_of(article->publisher), host = gs_words_host(article->url);
    return publisher.size > 0 ? publisher : host.size > 0 ? host : gs_view_of(article->article_id);
}
