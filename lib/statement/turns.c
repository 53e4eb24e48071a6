// Transcripts: paragraphs that open with a name and a colon are turns, and a turn is what its speaker says.
//
// A text counts as a transcript if at least three paragraphs open so, under at least two names. Turns of
// those who ask ("Reporter:", "Q:") are no statements, and neither is a turn that only asks back.
#include "reading.h"

#include <string.h>

enum { LABEL_TOKENS = 6, TURNS_AT_LEAST = 3 };

typedef struct one_turn {
    st_range label; // without the colon
    uint32_t begin; // first token behind the colon
    uint32_t end;
    uint32_t paragraph;
} one_turn;

typedef struct turn_list {
    one_turn *items;
    size_t count, capacity;
} turn_list;

// A label at token: capitals (or "Q"), at most six tokens, then a colon.
static bool read_label(const st_reading *reading, uint32_t token, st_range *label)
{
    uint32_t end = token;
    while (end < reading->document->token_count && end - token <= LABEL_TOKENS &&
           !st_is_mark(reading, end, ":")) {
        const st_token *found = st_at(reading, end);
        bool joins = end > token && (st_is(reading, end, "of") || st_is(reading, end, "for") ||
                                     st_is(reading, end, "the") || st_is_mark(reading, end, ".") ||
                                     st_is_mark(reading, end, "(") || st_is_mark(reading, end, ")"));
        if (!joins &&
            !(found->kind == ST_KIND_WORD && (found->capitalised || strncmp(found->lower, "al-", 3) == 0)))
            return false;
        end++;
    }
    if (end == token || end - token > LABEL_TOKENS || !st_is_mark(reading, end, ":"))
        return false;
    *label = (st_range){token, end};
    return true;
}

static void add_turn(st_reading *reading, turn_list *turns, one_turn item)
{
    if (turns->count == turns->capacity) {
        size_t capacity = turns->capacity ? turns->capacity * 2 : 32;
        one_turn *grown = gs_arena_alloc(reading->arena, capacity * sizeof *grown);
        if (turns->count)
            memcpy(grown, turns->items, turns->count * sizeof *grown);
        turns->items = grown;
        turns->capacity = capacity;
    }
    turns->items[turns->count++] = item;
}

static void find_turns(st_reading *reading, turn_list *turns)
{
    const st_document *document = reading->document;
    uint32_t paragraph = ST_NONE;
    for (uint32_t s = 0; s < document->sentence_count; s++) {
        const st_sentence *sentence = &document->sentences[s];
        bool opens = sentence->paragraph != paragraph;
        paragraph = sentence->paragraph;
        st_range label;
        if (opens && read_label(reading, sentence->token_begin, &label))
            add_turn(reading, turns, (one_turn){label, label.end + 1, sentence->token_end, paragraph});
        else if (turns->count && (turns->items[turns->count - 1].paragraph == paragraph))
            turns->items[turns->count - 1].end = sentence->token_end;
    }
}

static bool same_label(const st_reading *reading, const one_turn *a, const one_turn *b)
{
    return gs_view_equal_nocase(st_text(reading, a->label), st_text(reading, b->label));
}

static bool is_transcript(const st_reading *reading, const turn_list *turns)
{
    bool two_names = false;
    for (size_t i = 1; i < turns->count; i++)
        two_names |= !same_label(reading, &turns->items[0], &turns->items[i]);
    return turns->count >= TURNS_AT_LEAST && two_names;
}

static bool is_asker(const st_reading *reading, const one_turn *turn)
{
    uint32_t last = turn->label.end - 1;
    return reading->marks[last].role == ST_ROLE_ASKER ||
           reading->marks[turn->label.begin].role == ST_ROLE_ASKER || st_is(reading, last, "chair") ||
           st_is(reading, last, "chairman");
}

// Every sentence ends with a question mark.
static bool only_asks(const st_reading *reading, const one_turn *turn)
{
    for (uint32_t s = reading->marks[turn->begin].sentence;
         s < reading->document->sentence_count && st_sentence_range(reading, s).begin < turn->end; s++) {
        uint32_t last = st_sentence_range(reading, s).end;
        if (!st_is_mark(reading, last - 1, "?"))
            return false;
    }
    return true;
}

// "I will not say who was there." "Next question."
static bool only_refuses(const st_reading *reading, const one_turn *turn)
{
    static const char *const refusals[] = {"next question",   "no comment",           "not comment",
                                           "not say who",     "not say whether",      "not answer",
                                           "not speculate",   "no calls to announce", "nothing to announce",
                                           "nothing to add",  "cannot comment",       "not going to comment",
                                           "not going to say"};
    st_range first = st_sentence_range(reading, reading->marks[turn->begin].sentence);
    if (first.end < turn->end)
        return false;
    gs_view text = st_text(reading, (st_range){turn->begin, turn->end});
    char *lower = gs_arena_text(reading->arena, text);
    for (char *c = lower; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (strstr(lower, refusals[i]))
            return true;
    return false;
}

bool st_turns_attribute(st_reading *reading)
{
    turn_list turns = {0};
    find_turns(reading, &turns);
    if (!is_transcript(reading, &turns))
        return false;
    reading->transcript = true;
    for (size_t i = 0; i < turns.count && reading->attribution_count < GS_LIMIT_STATEMENTS; i++) {
        const one_turn *turn = &turns.items[i];
        if (turn->begin >= turn->end || is_asker(reading, turn) || only_asks(reading, turn) ||
            only_refuses(reading, turn) || turn->end - turn->begin < 3)
            continue;
        double certainty;
        bool pronoun;
        const st_person *speaker =
            st_people_resolve(reading, turn->label, (st_range){0, 0}, &certainty, &pronoun);
        if (!speaker)
            continue;
        st_attribution *attribution = st_attribution_add(reading);
        attribution->speaker = speaker;
        attribution->source = turn->label;
        attribution->cue = (st_range){turn->label.end, turn->label.end + 1};
        attribution->head = turn->label.end;
        attribution->cue_word =
            (st_cue_word){.class = ST_CUE_SAY, .act = GAINSAY__V1__STATEMENT__ACT__ASSERT, .strength = 0.95};
        attribution->sentence = reading->marks[turn->label.begin].sentence;
        attribution->paragraph = turn->paragraph;
        attribution->certainty = certainty;
        attribution->turn = true;
        st_attribution_content(reading, attribution, (st_range){turn->begin, turn->end});
    }
    return true;
}
