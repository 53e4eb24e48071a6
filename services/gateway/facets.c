// facets: from messages to what is filtered by. No allocation but for texts; everything is borrowed.
#include "facets.h"

#include <string.h>

const char *const gw_type_names[GW_TYPES] = {"statement",  "contradiction", "dispute",
                                             "retraction", "speaker",       "source"};
const char *const gw_collection_names[GW_TYPES] = {"statements", "contradictions", "disputes",
                                                   "",           "speakers",       "sources"};

// A text of a hundred kilobytes is searched in its beginning only: the index is not to grow with one bad
// article.
enum { SEARCHED_BYTES = 64 * 1024 };

static const char *text_of(const char *text)
{
    return text != NULL ? text : "";
}

int64_t gw_time_of(const char *text, int64_t otherwise)
{
    gs_time time;
    return gs_time_parse(gs_view_of(text), &time) ? time.unix_s : otherwise;
}

gs_view gw_url_host(const char *url)
{
    const char *begin = url != NULL ? strstr(url, "://") : NULL;
    if (begin == NULL) {
        return gs_view_of("");
    }
    begin += 3;
    gs_view host = gs_view_make(begin, strcspn(begin, "/?#:"));
    return gs_view_starts(host, "www.") ? gs_view_slice(host, 4, host.size) : host;
}

static void add_folded(gs_id_hasher *hasher, gs_view text)
{
    gs_buffer folded = {0};
    gs_utf8_fold(text, &folded);
    gs_id_add(hasher, gs_buffer_view(&folded));
    gs_buffer_free(&folded);
}

bool gw_speaker_id(const gs_speaker *speaker, gs_id *id)
{
    gs_id_hasher hasher;
    memset(id, 0, sizeof *id);
    if (speaker == NULL) {
        return false;
    }
    gs_id_begin(&hasher, "speaker");
    if (text_of(speaker->entity_id)[0] != '\0') {
        gs_id_add(&hasher, gs_view_of(speaker->entity_id));
    } else if (text_of(speaker->name)[0] != '\0') {
        add_folded(&hasher, gs_view_of(speaker->name));
        gs_id_add(&hasher, gs_view_of(speaker->country));
    } else if (text_of(speaker->role)[0] != '\0' || text_of(speaker->organisation)[0] != '\0') {
        add_folded(&hasher, gs_view_of(speaker->role));
        add_folded(&hasher, gs_view_of(speaker->organisation));
        gs_id_add(&hasher, gs_view_of(speaker->country));
    } else {
        return false;
    }
    *id = gs_id_end(&hasher);
    return true;
}

bool gw_source_id(const char *publisher, const char *url, gs_id *id)
{
    const gs_view name = publisher != NULL && publisher[0] != '\0' ? gs_view_of(publisher) : gw_url_host(url);
    memset(id, 0, sizeof *id);
    if (name.size == 0) {
        return false;
    }
    gs_id_hasher hasher;
    gs_id_begin(&hasher, "source");
    add_folded(&hasher, name);
    *id = gs_id_end(&hasher);
    return true;
}

static void add_side(gw_facets *facets, const gs_speaker *speaker)
{
    if (facets->side_count == GW_SIDES) {
        return;
    }
    gw_side *side = &facets->sides[facets->side_count++];
    *side = (gw_side){.country = "", .name = "", .role = "", .organisation = ""};
    if (speaker != NULL) {
        side->country = text_of(speaker->country);
        side->name = text_of(speaker->name);
        side->role = text_of(speaker->role);
        side->organisation = text_of(speaker->organisation);
        side->official = speaker->official;
        gw_speaker_id(speaker, &side->speaker);
    }
}

static void add_statement(gw_facets *facets, const gs_statement *statement)
{
    if (statement == NULL || facets->statement_count == GW_SIDES) {
        return;
    }
    facets->statements[facets->statement_count++] = statement;
    add_side(facets, statement->speaker);
}

static gw_facets begin(gw_type type, const char *id, int64_t time)
{
    gw_facets facets = {.type = type, .question = "", .time = time};
    facets.has_id = gs_id_parse(gs_view_of(id), &facets.id);
    return facets;
}

void gw_facets_of_statement(const gs_statement *statement, int64_t otherwise, gw_facets *facets)
{
    *facets = begin(GW_STATEMENT, statement->statement_id, gw_time_of(statement->published, otherwise));
    add_statement(facets, statement);
    facets->act = (int)statement->act;
    facets->form = (int)statement->form;
    facets->score = statement->confidence;
    facets->question = text_of(statement->question);
}

void gw_facets_of_contradiction(const gs_contradiction *contradiction, int64_t otherwise, gw_facets *facets)
{
    const gs_statement *a = contradiction->a, *b = contradiction->b;
    int64_t time = a != NULL ? gw_time_of(a->published, otherwise) : otherwise;
    if (b != NULL && gw_time_of(b->published, otherwise) > time) {
        time = gw_time_of(b->published, otherwise); // it stands since its later half
    }
    *facets = begin(GW_CONTRADICTION, contradiction->contradiction_id, time);
    add_statement(facets, a);
    add_statement(facets, b);
    facets->kind = (int)contradiction->kind;
    facets->scope = (int)contradiction->scope;
    facets->relation = (int)contradiction->relation;
    facets->score = contradiction->score;
    facets->question = text_of(contradiction->question);
    gs_id_parse(gs_view_of(contradiction->dispute_id), &facets->dispute);
}

void gw_facets_of_dispute(const gs_dispute *dispute, int64_t otherwise, gw_facets *facets)
{
    *facets = begin(GW_DISPUTE, dispute->dispute_id, gw_time_of(dispute->last_seen, otherwise));
    for (size_t i = 0; i < dispute->n_sides; i++) {
        add_statement(facets, dispute->sides[i]->first);
        add_statement(facets, dispute->sides[i]->latest);
    }
    facets->question = text_of(dispute->question);
    facets->dispute = facets->id;
}

static bool of_retraction(const gs_retraction *retraction, int64_t time, gw_facets *facets)
{
    const char *const ids[] = {retraction->statement_id, retraction->contradiction_id,
                               retraction->dispute_id};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ids[i] != NULL && ids[i][0] != '\0') {
            *facets = begin(GW_RETRACTION, ids[i], time);
            return facets->has_id;
        }
    }
    return false;
}

bool gw_facets_of_event(const gs_event *event, gw_facets *facets)
{
    const int64_t at = gw_time_of(event->at, 0);
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        gw_facets_of_statement(event->statement, at, facets);
        return facets->has_id;
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE:
        gw_facets_of_statement(event->statement_update, at, facets);
        return facets->has_id;
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        gw_facets_of_contradiction(event->contradiction, at, facets);
        return facets->has_id;
    case GAINSAY__V1__FEED_EVENT__BODY_DISPUTE:
        gw_facets_of_dispute(event->dispute, at, facets);
        return facets->has_id;
    case GAINSAY__V1__FEED_EVENT__BODY_RETRACTION:
        return of_retraction(event->retraction, at, facets);
    default:
        return false;
    }
}

// ---- texts -------------------------------------------------------------------------------------------

static void add_text(gs_buffer *out, const char *text)
{
    const gs_view view = gs_view_slice(gs_view_of(text), 0, SEARCHED_BYTES);
    if (view.size == 0 || out->size > SEARCHED_BYTES) {
        return;
    }
    gs_buffer_append(out, view.data, view.size);
    gs_buffer_text(out, "\n");
}

void gw_facets_texts(const gw_facets *facets, gw_texts *texts)
{
    gs_buffer *const all[] = {&texts->text, &texts->names, &texts->topics, &texts->title};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        gs_buffer_clear(all[i]);
        gs_buffer_text(all[i], "");
    }
    add_text(&texts->text, facets->question);
    for (size_t i = 0; i < facets->statement_count; i++) {
        const gs_statement *statement = facets->statements[i];
        add_text(&texts->text, statement->text);
        add_text(&texts->text, statement->denied_claim);
        add_text(&texts->title, statement->title);
        for (size_t topic = 0; topic < statement->n_topics; topic++) {
            add_text(&texts->topics, statement->topics[topic]);
        }
    }
    for (size_t i = 0; i < facets->side_count; i++) {
        add_text(&texts->names, facets->sides[i].name);
        add_text(&texts->names, facets->sides[i].role);
        add_text(&texts->names, facets->sides[i].organisation);
    }
}

void gw_texts_free(gw_texts *texts)
{
    gs_buffer_free(&texts->text);
    gs_buffer_free(&texts->names);
    gs_buffer_free(&texts->topics);
    gs_buffer_free(&texts->title);
}
