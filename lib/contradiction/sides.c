// How a speaker is called in a reason, and who stands on which side of a dispute.
//
// An official's side is the state. In a dispute, those who contradict each other stand on different sides
// whatever state they speak for: two ministers of one government may be two sides, and two states one. The
// statements are the nodes of a graph and the contradictions its edges; a part of it that can be drawn in two
// colours has two sides, and any other gets as many as it takes, the earliest statements first. Parts that
// are not connected are laid beside each other by whose they are.
#include "ledger_internal.h"

#include <string.h>

enum { LABELS = 3 }; // named in the label of one side

static const size_t NO_SIDE = SIZE_MAX;

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

const char *cd_name_of(const gs_speaker *speaker)
{
    if (!speaker)
        return "";
    if (or_empty(speaker->name)[0])
        return speaker->name;
    return or_empty(speaker->role)[0] ? speaker->role : or_empty(speaker->organisation);
}

const char *cd_side_of(const gs_speaker *speaker)
{
    if (!speaker)
        return "";
    if (speaker->official && or_empty(speaker->country)[0])
        return gs_country_name(speaker->country);
    return or_empty(speaker->organisation)[0] ? speaker->organisation : cd_name_of(speaker);
}

// ---- colours ---------------------------------------------------------------------------------------

typedef struct graph {
    ledger_node *nodes;
    size_t count;
    const uint32_t (*edges)[2];
    size_t edge_count;
    uint32_t *part;  // of nodes that are connected, in the order they are reached
    size_t *colours; // of nodes in the part under work; NO_SIDE outside of it
} graph;

static uint32_t neighbour(const graph *self, size_t edge, uint32_t node)
{
    return self->edges[edge][0] == node   ? self->edges[edge][1]
           : self->edges[edge][1] == node ? self->edges[edge][0]
                                          : UINT32_MAX;
}

// The nodes that hang together with `first`, in two colours; *two is false if two do not do.
static size_t reach(graph *self, uint32_t first, bool *two)
{
    size_t size = 1;
    *two = true;
    self->part[0] = first;
    self->colours[first] = 0;
    for (size_t at = 0; at < size; at++) {
        for (size_t e = 0; e < self->edge_count; e++) {
            uint32_t other = neighbour(self, e, self->part[at]);
            if (other == UINT32_MAX)
                continue;
            if (self->colours[other] == NO_SIDE) {
                self->colours[other] = 1 - self->colours[self->part[at]];
                self->part[size++] = other;
            } else if (self->colours[other] == self->colours[self->part[at]]) {
                *two = false;
            }
        }
    }
    return size;
}

static bool is_taken(const graph *self, uint32_t node, size_t colour)
{
    for (size_t e = 0; e < self->edge_count; e++) {
        uint32_t other = neighbour(self, e, node);
        if (other < node && self->colours[other] == colour)
            return true;
    }
    return false;
}

static bool part_has(const graph *self, size_t size, uint32_t node)
{
    for (size_t i = 0; i < size; i++)
        if (self->part[i] == node)
            return true;
    return false;
}

// The lowest colour that no earlier opponent has.
static void colour_greedily(graph *self, size_t size)
{
    for (uint32_t node = 0; node < self->count; node++) {
        if (!part_has(self, size, node))
            continue;
        size_t colour = 0;
        while (is_taken(self, node, colour))
            colour++;
        self->colours[node] = colour;
    }
}

// Does somebody of the colour speak for the same side as somebody who is on `side` already?
static bool shares_label(const graph *self, size_t size, size_t colour, size_t side)
{
    for (size_t i = 0; i < size; i++)
        for (size_t n = 0; n < self->count && self->colours[self->part[i]] == colour; n++)
            if (self->nodes[n].side == side &&
                strcmp(cd_side_of(self->nodes[n].statement->speaker),
                       cd_side_of(self->nodes[self->part[i]].statement->speaker)) == 0)
                return true;
    return false;
}

static bool is_used(const size_t *side_of, size_t colours, size_t side)
{
    for (size_t c = 0; c < colours; c++)
        if (side_of[c] == side)
            return true;
    return false;
}

// Gives the colours of a part their sides: first by whose they are, then in order.
static void place_part(graph *self, size_t size, size_t *sides, gs_arena *arena)
{
    size_t colours = 0;
    for (size_t i = 0; i < size; i++)
        colours = self->colours[self->part[i]] + 1 > colours ? self->colours[self->part[i]] + 1 : colours;
    size_t *side_of = gs_arena_alloc(arena, (colours + 1) * sizeof *side_of);
    for (size_t c = 0; c < colours; c++)
        side_of[c] = NO_SIDE;
    for (size_t c = 0; c < colours; c++)
        for (size_t s = 0; s < *sides && side_of[c] == NO_SIDE; s++)
            if (!is_used(side_of, colours, s) && shares_label(self, size, c, s))
                side_of[c] = s;
    for (size_t c = 0; c < colours; c++)
        for (size_t s = 0; side_of[c] == NO_SIDE; s++)
            if (!is_used(side_of, colours, s))
                side_of[c] = s;
    for (size_t c = 0; c < colours; c++)
        *sides = side_of[c] + 1 > *sides ? side_of[c] + 1 : *sides;
    for (size_t i = 0; i < size; i++)
        self->nodes[self->part[i]].side = side_of[self->colours[self->part[i]]];
}

size_t ledger_sides_find(ledger_node *nodes, size_t node_count, const uint32_t (*edges)[2], size_t edge_count,
                         gs_arena *arena)
{
    graph self = {nodes, node_count, edges, edge_count, NULL, NULL};
    size_t sides = 0;
    self.part = gs_arena_alloc(arena, (node_count + 1) * sizeof *self.part);
    self.colours = gs_arena_alloc(arena, (node_count + 1) * sizeof *self.colours);
    for (size_t i = 0; i < node_count; i++) {
        nodes[i].side = NO_SIDE;
        self.colours[i] = NO_SIDE;
    }
    for (uint32_t first = 0; first < node_count; first++) {
        bool two;
        if (nodes[first].side != NO_SIDE)
            continue;
        size_t size = reach(&self, first, &two);
        if (!two)
            colour_greedily(&self, size);
        place_part(&self, size, &sides, arena);
    }
    return sides;
}

// ---- labels ----------------------------------------------------------------------------------------

typedef const char *(*label_of)(const gs_statement *statement);

static const char *by_side(const gs_statement *statement)
{
    return cd_side_of(statement->speaker);
}

static const char *by_name(const gs_statement *statement)
{
    return cd_name_of(statement->speaker);
}

static char *joined(const ledger_node *nodes, size_t count, size_t side, label_of of, gs_arena *arena)
{
    const char *labels[LABELS] = {NULL};
    const gs_statement *first = NULL;
    size_t used = 0, more = 0;
    char *text = gs_arena_text(arena, gs_view_of(""));
    for (size_t i = 0; i < count; i++) {
        const char *label = or_empty(of(nodes[i].statement));
        bool known = !label[0];
        if (nodes[i].side != side)
            continue;
        first = first ? first : nodes[i].statement;
        for (size_t l = 0; l < used; l++)
            known |= strcmp(labels[l], label) == 0;
        if (known)
            continue;
        if (used == LABELS) {
            more++;
            continue;
        }
        labels[used++] = label;
        text = gs_arena_format(arena, "%s%s%s", text, text[0] ? ", " : "", label);
    }
    if (more)
        text = gs_arena_format(arena, "%s and others", text);
    return text[0] || !first ? text : gs_arena_text(arena, gs_view_of("unnamed"));
}

static bool are_apart(char *const *labels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(labels[i], labels[j]) == 0)
                return false;
    return true;
}

void ledger_sides_label(const ledger_node *nodes, size_t node_count, char **labels, size_t side_count,
                        gs_arena *arena)
{
    static const label_of ways[] = {by_side, by_name};
    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
        for (size_t s = 0; s < side_count; s++)
            labels[s] = joined(nodes, node_count, s, ways[w], arena);
        if (are_apart(labels, side_count))
            return;
    }
    for (size_t s = 0; s < side_count; s++) { // one speaker against itself: what was said when
        for (size_t i = 0; i < node_count; i++) {
            const gs_statement *statement = nodes[i].statement;
            const char *day = statement->said_on[0] ? statement->said_on : statement->published;
            if (nodes[i].side != s)
                continue;
            if (day[0])
                labels[s] = gs_arena_format(arena, "%s, %.10s", labels[s], day);
            break;
        }
    }
}
