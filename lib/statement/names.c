// Words inside names: a name is compared word by word, without regard to case.
#include "people_internal.h"

#include <string.h>

char *st_name_text(const st_reading *reading, st_range range)
{
    return gs_arena_text(reading->arena, st_text(reading, range));
}

static bool stays_small(const char *word)
{
    static const char *const small[] = {"of ", "and ", "for ", "the ", "in ", "to "};
    for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
        if (strncmp(word, small[i], strlen(small[i])) == 0)
            return true;
    return false;
}

char *st_name_capitalised(const st_reading *reading, st_range range)
{
    char *text = st_name_text(reading, range);
    for (char *c = text; *c; c++)
        if ((c == text || c[-1] == ' ') && *c >= 'a' && *c <= 'z' && !stays_small(c))
            *c = (char)(*c - 32);
    return text;
}

bool st_name_same_word(gs_view a, gs_view b)
{
    return a.size == b.size && gs_view_equal_nocase(a, b);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static gs_view next_word(gs_view *rest)
{
    size_t begin = 0;
    while (begin < rest->size && is_space(rest->data[begin]))
        begin++;
    size_t end = begin;
    while (end < rest->size && !is_space(rest->data[end]))
        end++;
    gs_view word = gs_view_slice(*rest, begin, end);
    *rest = gs_view_slice(*rest, end, rest->size);
    return word;
}

bool st_name_has_word(const char *name, gs_view word)
{
    gs_view rest = gs_view_of(name);
    for (gs_view part = next_word(&rest); part.size; part = next_word(&rest))
        if (st_name_same_word(part, word))
            return true;
    return false;
}

size_t st_name_word_count(const char *name)
{
    gs_view rest = gs_view_of(name);
    size_t count = 0;
    while (next_word(&rest).size)
        count++;
    return count;
}

gs_view st_name_first_word(const char *name)
{
    gs_view rest = gs_view_of(name);
    return next_word(&rest);
}

gs_view st_name_last_word(const char *name)
{
    gs_view rest = gs_view_of(name), last = {"", 0};
    for (gs_view part = next_word(&rest); part.size; part = next_word(&rest))
        last = part;
    return last;
}
