// format_jsonld: a statement or a contradiction as linked data: each statement a schema.org Quotation
// (direct) or Claim, and a W3C Web Annotation that points into the article, with the words
// (TextQuoteSelector) and the place in code points (TextPositionSelector). A contradiction adds an annotation
// that links the two, and those of the evidence. Each node has its own @context, so both vocabularies keep
// their plain names.
//
// Offsets of the feed are bytes of the article's text, which is not at hand here; its code points come from
// the statement's own selectors. Evidence inside a content span is placed by counting from the span's begin;
// other evidence cannot be placed and is left out.
#include "api.h"
#include "json.h"
#include "text.h"

#include <string.h>

enum { CONTEXT_CHARACTERS = 32 }; // of prefix and suffix

typedef struct place {
    gs_view exact;
    const char *prefix, *suffix; // NULL: unknown
    uint32_t begin, end;         // code points
    bool placed;                 // begin and end are known
} place;

static bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void put_urn(gs_buffer *out, const char *key, const char *type, const char *id, const char *part)
{
    gs_buffer urn = {0};
    gs_buffer_format(&urn, "urn:gainsay:%s:%s%s", type, id != NULL ? id : "", part);
    gw_json_view(out, key, gs_buffer_view(&urn));
    gs_buffer_free(&urn);
}

static void put_speaker(const gs_speaker *speaker, const char *key, gs_buffer *out)
{
    if (speaker == NULL) {
        return;
    }
    const bool institution = speaker->kind == GAINSAY__V1__SPEAKER__KIND__INSTITUTION;
    gw_json_open(out, key, '{');
    gw_json_text(out, "@type", institution ? "Organization" : "Person");
    gw_json_text_if(out, "name", is_set(speaker->name) ? speaker->name : speaker->role);
    if (!institution) {
        gw_json_text_if(out, "jobTitle", speaker->role);
        if (is_set(speaker->organisation)) {
            gw_json_open(out, "affiliation", '{');
            gw_json_text(out, "@type", "Organization");
            gw_json_text(out, "name", speaker->organisation);
            gw_json_close(out, '}');
        }
    }
    if (is_set(speaker->entity_id) && speaker->entity_id[0] == 'Q') {
        gs_buffer address = {0};
        gs_buffer_text(&address, "https://www.wikidata.org/entity/");
        gw_text_url(gs_view_of(speaker->entity_id), &address);
        gw_json_view(out, "sameAs", gs_buffer_view(&address));
        gs_buffer_free(&address);
    }
    gw_json_close(out, '}');
}

static void put_article(const gs_statement *statement, const char *key, gs_buffer *out)
{
    gw_json_open(out, key, '{');
    gw_json_text(out, "@type", "NewsArticle");
    if (is_set(statement->url) && gw_text_is_link(statement->url)) {
        gw_json_text(out, "url", statement->url);
    }
    gw_json_text_if(out, "headline", statement->title);
    gw_json_text_if(out, "datePublished", statement->published);
    if (is_set(statement->publisher)) {
        gw_json_open(out, "publisher", '{');
        gw_json_text(out, "@type", "Organization");
        gw_json_text(out, "name", statement->publisher);
        gw_json_close(out, '}');
    }
    gw_json_close(out, '}');
}

static void put_claim(const gs_statement *statement, const char *base, gs_buffer *out)
{
    const bool direct = statement->form == GAINSAY__V1__STATEMENT__FORM__DIRECT;
    gs_buffer address = {0};
    gw_json_open(out, NULL, '{');
    gw_json_text(out, "@context", "https://schema.org");
    gw_json_text(out, "@type", direct ? "Quotation" : "Claim");
    put_urn(out, "@id", "statement", statement->statement_id, "");
    gs_buffer_format(&address, "%s/statements/%s", base, statement->statement_id);
    gw_json_view(out, "url", gs_buffer_view(&address));
    gw_json_text(out, "text", statement->text);
    put_speaker(statement->speaker, "creator", out);
    gw_json_text_if(out, "dateCreated", statement->said_on);
    put_article(statement, direct ? "isPartOf" : "firstAppearance", out);
    if (statement->n_topics > 0) {
        gw_json_open(out, "keywords", '[');
        for (size_t i = 0; i < statement->n_topics; i++) {
            gw_json_text(out, NULL, statement->topics[i]);
        }
        gw_json_close(out, ']');
    }
    gw_json_close(out, '}');
    gs_buffer_free(&address);
}

// ---- annotations -------------------------------------------------------------------------------------

static void put_selectors(const place *where, gs_buffer *out)
{
    gw_json_open(out, "selector", '[');
    gw_json_open(out, NULL, '{');
    gw_json_text(out, "type", "TextQuoteSelector");
    gw_json_view(out, "exact", where->exact);
    gw_json_text_if(out, "prefix", where->prefix);
    gw_json_text_if(out, "suffix", where->suffix);
    gw_json_close(out, '}');
    if (where->placed) {
        gw_json_open(out, NULL, '{');
        gw_json_text(out, "type", "TextPositionSelector");
        gw_json_number(out, "start", where->begin);
        gw_json_number(out, "end", where->end);
        gw_json_close(out, '}');
    }
    gw_json_close(out, ']');
}

static void put_target(const gs_statement *statement, const place *where, gs_buffer *out)
{
    gw_json_open(out, NULL, '{');
    if (is_set(statement->url) && gw_text_is_link(statement->url)) {
        gw_json_text(out, "source", statement->url);
    } else {
        put_urn(out, "source", "article", statement->article_id, "");
    }
    put_selectors(where, out);
    gw_json_close(out, '}');
}

static void begin_annotation(const char *type, const char *id, const char *part, const char *motivation,
                             gs_buffer *out)
{
    gw_json_open(out, NULL, '{');
    gw_json_text(out, "@context", "http://www.w3.org/ns/anno.jsonld");
    put_urn(out, "id", type, id, part);
    gw_json_text(out, "type", "Annotation");
    gw_json_text(out, "motivation", motivation);
}

static place place_of(const Gainsay__V1__TextSelector *selector)
{
    return (place){.exact = gs_view_of(selector->exact),
                   .prefix = selector->prefix,
                   .suffix = selector->suffix,
                   .begin = selector->begin_code_point,
                   .end = selector->end_code_point,
                   .placed = true};
}

// Where the words stand in the article: a target for each content span.
static void put_quotation(const gs_statement *statement, gs_buffer *out)
{
    begin_annotation("statement", statement->statement_id, "#annotation", "identifying", out);
    put_urn(out, "body", "statement", statement->statement_id, "");
    gw_json_open(out, "target", '[');
    for (size_t i = 0; i < statement->n_selectors; i++) {
        const place where = place_of(statement->selectors[i]);
        put_target(statement, &where, out);
    }
    if (statement->n_selectors == 0) { // several reports in words of their own: the words alone are known
        const place where = {.exact = gs_view_of(statement->text)};
        put_target(statement, &where, out);
    }
    gw_json_close(out, ']');
    gw_json_close(out, '}');
}

static uint32_t count_code_points(gs_view text)
{
    uint32_t count = 0;
    for (size_t at = 0; at < text.size; count++) {
        gs_utf8_next(text, &at);
    }
    return count;
}

// The last or the first code points of a text.
static gs_view tail_of(gs_view text)
{
    size_t begin = text.size;
    for (int i = 0; i < CONTEXT_CHARACTERS && begin > 0; i++) {
        do {
            begin--;
        } while (begin > 0 && ((unsigned char)text.data[begin] & 0xc0) == 0x80);
    }
    return gs_view_slice(text, begin, text.size);
}

static gs_view head_of(gs_view text)
{
    size_t end = 0;
    for (int i = 0; i < CONTEXT_CHARACTERS && end < text.size; i++) {
        gs_utf8_next(text, &end);
    }
    return gs_view_slice(text, 0, end);
}

static bool is_boundary(gs_view text, size_t offset)
{
    return offset == text.size || ((unsigned char)text.data[offset] & 0xc0) != 0x80;
}

// A byte span of the article inside one of the statement's content spans.
static bool place_evidence(const gs_statement *statement, const gs_span *span, gs_arena *arena, place *where)
{
    for (size_t i = 0; i < statement->n_content && i < statement->n_selectors; i++) {
        const gs_span *content = statement->content[i];
        const place whole = place_of(statement->selectors[i]);
        if (span->begin < content->begin || span->end > content->end || span->begin >= span->end ||
            content->end - content->begin != whole.exact.size) {
            continue;
        }
        const size_t begin = span->begin - content->begin, end = span->end - content->begin;
        if (!is_boundary(whole.exact, begin) || !is_boundary(whole.exact, end)) {
            continue;
        }
        const gs_view before = gs_view_slice(whole.exact, 0, begin);
        const gs_view after = gs_view_slice(whole.exact, end, whole.exact.size);
        *where = (place){.exact = gs_view_slice(whole.exact, begin, end), .placed = true};
        where->begin = whole.begin + count_code_points(before);
        where->end = where->begin + count_code_points(where->exact);
        where->prefix = before.size > 0 ? gs_arena_text(arena, tail_of(before)) : whole.prefix;
        where->suffix = after.size > 0 ? gs_arena_text(arena, head_of(after)) : whole.suffix;
        return true;
    }
    return false;
}

static void put_evidence(const gs_contradiction *contradiction, const gs_statement *statement,
                         gs_span *const *spans, size_t count, const char *part, gs_buffer *out)
{
    gs_arena *arena = gs_arena_new(0);
    bool begun = false;
    for (size_t i = 0; i < count; i++) {
        place where;
        if (!place_evidence(statement, spans[i], arena, &where)) {
            continue;
        }
        if (!begun) {
            begin_annotation("contradiction", contradiction->contradiction_id, part, "highlighting", out);
            gw_json_open(out, "target", '[');
            begun = true;
        }
        put_target(statement, &where, out);
    }
    if (begun) {
        gw_json_close(out, ']');
        gw_json_close(out, '}');
    }
    gs_arena_free(&arena);
}

static void put_contradiction(const gs_contradiction *contradiction, gs_buffer *out)
{
    begin_annotation("contradiction", contradiction->contradiction_id, "", "linking", out);
    gw_json_open(out, "body", '{');
    gw_json_text(out, "type", "TextualBody");
    gw_json_text(out, "format", "text/plain");
    gw_json_text(out, "value", contradiction->reason);
    gw_json_close(out, '}');
    gw_json_open(out, "target", '[');
    if (contradiction->a != NULL) {
        put_urn(out, NULL, "statement", contradiction->a->statement_id, "");
    }
    if (contradiction->b != NULL) {
        put_urn(out, NULL, "statement", contradiction->b->statement_id, "");
    }
    gw_json_close(out, ']');
    gw_json_close(out, '}');
}

void gw_row_jsonld(const gw_row *row, const char *base, gs_buffer *out)
{
    gw_json_open(out, NULL, '{');
    gw_json_open(out, "@graph", '[');
    if (row->type == GW_STATEMENT) {
        put_claim((const gs_statement *)row->message, base, out);
        put_quotation((const gs_statement *)row->message, out);
    } else {
        const gs_contradiction *contradiction = (const gs_contradiction *)row->message;
        const gs_statement *const sides[] = {contradiction->a, contradiction->b};
        for (size_t i = 0; i < 2; i++) {
            if (sides[i] != NULL) {
                put_claim(sides[i], base, out);
                put_quotation(sides[i], out);
            }
        }
        put_contradiction(contradiction, out);
        if (contradiction->a != NULL) {
            put_evidence(contradiction, contradiction->a, contradiction->evidence_a,
                         contradiction->n_evidence_a, "#evidence-a", out);
        }
        if (contradiction->b != NULL) {
            put_evidence(contradiction, contradiction->b, contradiction->evidence_b,
                         contradiction->n_evidence_b, "#evidence-b", out);
        }
    }
    gw_json_close(out, ']');
    gw_json_close(out, '}');
    gs_buffer_byte(out, '\n');
}
