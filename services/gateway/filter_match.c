// filter_match: the conditions of a filter against one live event, in memory. A thousand clients are asked
// about each event, so the cheap comparisons come first, and texts are folded once an event, not once a
// client.
//
// Words are matched as the full-text index does: whole words, without regard to case and accents.
#include "filter.h"

#include <string.h>

static const gs_id no_id;

static bool any_country(const gw_group *group, const gw_facets *facets)
{
    for (size_t side = 0; side < facets->side_count; side++) {
        for (size_t i = 0; i < group->count; i++) {
            if (strcmp(group->values[i], facets->sides[side].country) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool is_word_byte(char byte)
{
    const unsigned char value = (unsigned char)byte;
    return value >= 0x80 || (value >= '0' && value <= '9') || ((value | 32) >= 'a' && (value | 32) <= 'z');
}

// The words of phrase one after the other in text, whatever signs stand between them. Both are folded.
static bool has_phrase_at(gs_view text, size_t at, gs_view phrase, bool prefix)
{
    size_t i = 0;
    while (i < phrase.size) {
        if (is_word_byte(phrase.data[i])) {
            if (at >= text.size || text.data[at] != phrase.data[i]) {
                return false;
            }
            at++;
            i++;
            continue;
        }
        while (i < phrase.size && !is_word_byte(phrase.data[i])) {
            i++;
        }
        if (i == phrase.size) {
            break;
        }
        if (at < text.size && is_word_byte(text.data[at])) {
            return false;
        }
        while (at < text.size && !is_word_byte(text.data[at])) {
            at++;
        }
    }
    return prefix || at == text.size || !is_word_byte(text.data[at]);
}

static bool has_phrase(const gs_buffer *text, const char *phrase, bool prefix)
{
    gs_view wanted = gs_view_of(phrase);
    while (wanted.size > 0 && !is_word_byte(wanted.data[0])) {
        wanted = gs_view_slice(wanted, 1, wanted.size);
    }
    const gs_view view = gs_buffer_view(text);
    if (wanted.size == 0) {
        return true;
    }
    for (size_t at = 0; at < view.size; at++) {
        const char *found = memchr(view.data + at, wanted.data[0], view.size - at);
        if (found == NULL) {
            return false;
        }
        at = (size_t)(found - view.data);
        if ((at == 0 || !is_word_byte(view.data[at - 1])) && has_phrase_at(view, at, wanted, prefix)) {
            return true;
        }
    }
    return false;
}

static bool any_speaker(const gw_group *group, const gw_facets *facets, const gw_texts *folded)
{
    for (size_t i = 0; i < group->count; i++) {
        gs_id id;
        if (!gs_id_parse(gs_view_of(group->values[i]), &id)) {
            gs_buffer name = {0};
            gs_utf8_fold(gs_view_of(group->values[i]), &name);
            const bool found = name.size > 0 && has_phrase(&folded->names, name.data, false);
            gs_buffer_free(&name);
            if (found) {
                return true;
            }
            continue;
        }
        for (size_t side = 0; side < facets->side_count; side++) {
            if (gs_id_equal(id, facets->sides[side].speaker)) {
                return true;
            }
        }
    }
    return false;
}

static bool any_topic(const gw_group *group, const gw_texts *folded)
{
    for (size_t i = 0; i < group->count; i++) {
        gs_buffer topic = {0};
        gs_utf8_fold(gs_view_of(group->values[i]), &topic);
        const bool found = topic.size > 0 && has_phrase(&folded->topics, topic.data, false);
        gs_buffer_free(&topic);
        if (found) {
            return true;
        }
    }
    return false;
}

static bool any_source(const gw_group *sources, const gw_facets *facets)
{
    for (size_t i = 0; i < facets->statement_count; i++) {
        gs_id found, wanted;
        gw_source_id(facets->statements[i]->publisher, facets->statements[i]->url, &found);
        for (size_t value = 0; value < sources->count; value++) {
            if (gs_id_parse(gs_view_of(sources->values[value]), &wanted) && gs_id_equal(found, wanted)) {
                return true;
            }
        }
    }
    return sources->count == 0;
}

static bool any_type(const gw_group *types, gw_type type)
{
    for (size_t i = 0; i < types->count; i++) {
        if (strcmp(types->values[i], gw_type_names[type]) == 0) {
            return true;
        }
    }
    return types->count == 0;
}

// A condition on what only some kinds of events have keeps the others out.
static bool has_bit(uint32_t bits, int value)
{
    return bits == 0 || (value > 0 && value < 32 && (bits >> value & 1) != 0);
}

static bool match_numbers(const gw_filter *filter, const gw_facets *facets)
{
    const bool contradiction = facets->type == GW_CONTRADICTION;
    if (!has_bit(filter->kinds, facets->kind) || !has_bit(filter->scopes, facets->scope) ||
        !has_bit(filter->relations, facets->relation) || !has_bit(filter->acts, facets->act) ||
        !has_bit(filter->forms, facets->form)) {
        return false;
    }
    if (facets->type != GW_DISPUTE && facets->score < filter->min_score) {
        return false;
    }
    if (facets->time < filter->since || facets->time >= filter->until) {
        return false;
    }
    if (filter->has_dispute && !gs_id_equal(filter->dispute, facets->dispute)) {
        return false;
    }
    if (filter->has_statement && !(contradiction || gs_id_equal(filter->statement, facets->id))) {
        return false;
    }
    bool official = false;
    for (size_t i = 0; i < facets->side_count; i++) {
        official = official || facets->sides[i].official;
    }
    return !filter->has_official || official == filter->official;
}

static bool is_statement_of(const gw_filter *filter, const gw_facets *facets)
{
    gs_id id = no_id;
    for (size_t i = 0; i < facets->statement_count; i++) {
        if (gs_id_parse(gs_view_of(facets->statements[i]->statement_id), &id) &&
            gs_id_equal(id, filter->statement)) {
            return true;
        }
    }
    return !filter->has_statement;
}

static bool match_texts(const gw_filter *filter, const gw_facets *facets, const gw_texts *folded)
{
    for (size_t i = 0; i < filter->speakers.count; i++) {
        if (!any_speaker(&filter->speakers.groups[i], facets, folded)) {
            return false;
        }
    }
    for (size_t i = 0; i < filter->topics.count; i++) {
        if (!any_topic(&filter->topics.groups[i], folded)) {
            return false;
        }
    }
    for (size_t i = 0; i < filter->term_count; i++) {
        const gw_term *term = &filter->terms[i];
        if (!has_phrase(&folded->text, term->folded, term->prefix) &&
            !has_phrase(&folded->names, term->folded, term->prefix) &&
            !has_phrase(&folded->topics, term->folded, term->prefix) &&
            !has_phrase(&folded->title, term->folded, term->prefix)) {
            return false;
        }
    }
    return true;
}

bool gw_filter_match(const gw_filter *filter, const gw_facets *facets, const gw_texts *folded)
{
    if (!any_type(&filter->types, facets->type)) {
        return false;
    }
    if (facets->type == GW_RETRACTION) {
        return true; // it tells an id alone, which a client that never saw it ignores
    }
    for (size_t i = 0; i < filter->countries.count; i++) {
        if (!any_country(&filter->countries.groups[i], facets)) {
            return false;
        }
    }
    return match_numbers(filter, facets) && is_statement_of(filter, facets) &&
           any_source(&filter->sources, facets) && match_texts(filter, facets, folded);
}

bool gw_filter_needs_texts(const gw_filter *filter)
{
    return filter->speakers.count + filter->topics.count + filter->term_count > 0;
}

static void fold(const gs_buffer *text, gs_buffer *folded)
{
    gs_buffer_clear(folded);
    gs_buffer_text(folded, "");
    gs_utf8_fold(gs_buffer_view(text), folded);
}

void gw_fold_texts(const gw_texts *texts, gw_texts *folded)
{
    fold(&texts->text, &folded->text);
    fold(&texts->names, &folded->names);
    fold(&texts->topics, &folded->topics);
    fold(&texts->title, &folded->title);
}
