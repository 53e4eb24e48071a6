// The terms of a search. Each is looked for in each segment: a thousand look-ups in tables that lie all over
// the memory, so all places are asked for before the first is looked at. A budget bounds what is then read of
// the lists.
#include "index_terms.h"

#include <stdlib.h>

void *search_reserved(void *array, size_t *capacity, size_t needed, size_t item)
{
    if (needed <= *capacity)
        return array;
    *capacity = needed + needed / 2;
    return gs_reallocate(array, *capacity * item);
}

void search_terms_init(search_terms *self, size_t capacity)
{
    self->capacity = capacity;
    self->terms = gs_allocate(capacity * sizeof *self->terms);
}

void search_terms_free(search_terms *self)
{
    free(self->terms);
    free(self->lists);
}

static int compare_terms(const void *a, const void *b)
{
    const search_term *left = a, *right = b;
    if (left->living != right->living)
        return left->living < right->living ? -1 : 1;
    return (left->code > right->code) - (left->code < right->code);
}

void search_terms_put(search_terms *self, uint32_t code, uint32_t value)
{
    if (self->count == self->capacity || value == 0)
        return;
    self->terms[self->count] =
        (search_term){.code = code, .value = (uint16_t)value, .index = (uint16_t)self->count};
    self->count++;
}

static uint32_t length_of(const segment_list *list)
{
    return list->living < SEGMENT_LIST_MAX ? list->living : SEGMENT_LIST_MAX;
}

void search_terms_look_up(search_terms *self, const index_query *query, bool stories)
{
    self->lists = search_reserved(self->lists, &self->list_capacity, query->segment_count * self->capacity,
                                  sizeof *self->lists);
    for (size_t s = 0; s < query->segment_count; s++) {
        const index_segment *segment = query->segments[s];
        const segment_table *table = stories ? &segment->article_lists : &segment->statement_lists;
        for (size_t t = 0; t < self->count; t++)
            segment_prefetch(table, self->terms[t].code);
        for (size_t t = 0; t < self->count; t++) {
            const segment_list *list = segment_find(table, self->terms[t].code);
            if (list && stories && list->living > SEGMENT_LIST_MAX)
                list = NULL;
            self->lists[s * self->capacity + t] = list;
            if (list)
                self->terms[t].living += length_of(list);
        }
    }
    qsort(self->terms, self->count, sizeof *self->terms, compare_terms);
}

// Takes the terms that are looked up in a segment: as many as the budget pays for, at least one. What is said
// about one matter is mostly said in the same days, so the segments that are nearest to the statement's day
// have the largest share.
void search_terms_take(search_terms *self, const index_query *query, size_t s, uint64_t budget)
{
    uint64_t cost = 0;
    for (self->taken = 0; self->taken < self->count; self->taken++) {
        const segment_list *list = self->lists[s * self->capacity + self->terms[self->taken].index];
        cost += list ? length_of(list) : 0;
        if (self->taken > 0 && cost * (query->away[s] + 1) > budget)
            break;
    }
}

// Most lists are short, and each lies elsewhere: their beginnings are asked for together.
void search_terms_prefetch(const search_terms *self, const index_segment *segment, size_t s)
{
    for (size_t t = 0; t < self->taken; t++) {
        const segment_list *list = self->lists[s * self->capacity + self->terms[t].index];
        if (list)
            __builtin_prefetch(segment_entries(segment, list));
    }
}
