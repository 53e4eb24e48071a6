// The line that a dispute goes under: the question that one of the two statements answers, where it is a
// single clause that can be asked; else the topic that they share, with its sides; else what the judge calls
// it.
#include "ledger_internal.h"

#include <string.h>

// "Chilean", "Peru": whose the matter is, not what.
static bool is_place(const char *topic, gs_arena *arena)
{
    char *lower = gs_arena_text(arena, gs_view_of(topic));
    for (char *c = lower; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    return gs_place_code(gs_view_of(lower), true) != NULL;
}

// The first topic of a that b has too; NULL if they share none.
static const char *shared_topic(const gs_statement *a, const gs_statement *b, gs_arena *arena)
{
    for (size_t i = 0; i < a->n_topics; i++)
        for (size_t j = 0; j < b->n_topics; j++)
            if (gs_view_equal_nocase(gs_view_of(a->topics[i]), gs_view_of(b->topics[j])) &&
                !is_place(a->topics[i], arena))
                return a->topics[i];
    return NULL;
}

// "trade talks: China / United States"
static char *topic_line(const char *topic, const gs_statement *a, const gs_statement *b, gs_arena *arena)
{
    const char *one = cd_side_of(a->speaker), *two = cd_side_of(b->speaker);
    bool swapped = strcmp(one, two) > 0;
    char *line = strcmp(one, two) == 0 || !one[0] || !two[0]
                     ? gs_arena_format(arena, "%s", topic)
                     : gs_arena_format(arena, "%s: %s / %s", topic, swapped ? two : one, swapped ? one : two);
    if (line[0] >= 'a' && line[0] <= 'z')
        line[0] = (char)(line[0] - 32);
    return line;
}

char *ledger_question_line(const gs_statement *a, const gs_statement *b, const gs_verdict *verdict,
                           gs_arena *arena)
{
    // What a denial points at is what is asked; else what was said first.
    const gs_statement *pointing = b->denied_claim[0] ? b : a->denied_claim[0] ? a : NULL;
    const gs_statement *order[] = {pointing ? pointing : a, a, b};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (order[i]->question[0])
            return order[i]->question;
    const char *topic = shared_topic(a, b, arena);
    return topic ? topic_line(topic, a, b, arena) : gs_arena_text(arena, gs_view_of(verdict->question));
}
