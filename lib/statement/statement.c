// From an article to its statements: read it, enter its people, find attributions, join those that are one
// utterance, and write each as a message.
//
// One statement is one utterance: consecutive attributions of one speaker in one paragraph are joined where
// the second only goes on ('"Nobody called us," she said.'), so that a quotation and the clause that leads to
// it stay together. Confidence is the product of what is known to go wrong: how surely the cue attributes,
// and how surely its speaker is who it was resolved to.
#include "denials.h"
#include "reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHORT_WORDS = 4,
    POINTING_WORDS = 9,
    TITLE_BYTES = 100,
    TITLE_PARAGRAPHS = 8,
    NESTED_REACH = 8,
    DENIED_REACH = 24
};

// ---- joining ---------------------------------------------------------------------------------------

static uint32_t words_outside_quotes(const st_reading *reading, const st_attribution *attribution,
                                     bool inside)
{
    uint32_t count = 0;
    for (size_t c = 0; c < attribution->content_count; c++) {
        for (uint32_t i = attribution->content[c].begin; i < attribution->content[c].end; i++) {
            st_kind kind = st_at(reading, i)->kind;
            bool word = (kind == ST_KIND_WORD || kind == ST_KIND_NUMBER);
            count += word && (reading->marks[i].quote != ST_NONE) == inside;
        }
    }
    return count;
}

static bool continues(const st_reading *reading, const st_attribution *first, const st_attribution *next)
{
    if (first->speaker != next->speaker || first->paragraph != next->paragraph || first->turn || next->turn)
        return false;
    bool quote_only = words_outside_quotes(reading, next, false) == 0;
    return next->pronoun && next->cue_word.say && quote_only && !next->day_named;
}

static int compare_ranges(const void *a, const void *b)
{
    uint32_t left = ((const st_range *)a)->begin, right = ((const st_range *)b)->begin;
    return (left > right) - (left < right);
}

// ---- writing ---------------------------------------------------------------------------------------

static gs_span *span_of(const st_reading *reading, st_range range)
{
    gs_span *span = gs_arena_alloc(reading->arena, sizeof *span);
    gainsay__v1__span__init(span);
    if (range.begin < range.end) {
        span->begin = st_at(reading, range.begin)->begin;
        span->end = st_at(reading, range.end - 1)->end;
    }
    return span;
}

typedef struct span_list {
    gs_span **items;
    size_t count;
} span_list;

// Spans of ranges, sorted, without overlaps: what begins inside the one before is joined to it.
static span_list spans_of(const st_reading *reading, st_range *ranges, size_t count)
{
    span_list list = {gs_arena_alloc(reading->arena, (count + 1) * sizeof(gs_span *)), 0};
    qsort(ranges, count, sizeof *ranges, compare_ranges);
    for (size_t i = 0; i < count && list.count < GS_LIMIT_SPANS; i++) {
        if (ranges[i].begin >= ranges[i].end)
            continue;
        gs_span *span = span_of(reading, ranges[i]);
        gs_span *last = list.count ? list.items[list.count - 1] : NULL;
        if (last && span->begin < last->end)
            last->end = span->end > last->end ? span->end : last->end;
        else
            list.items[list.count++] = span;
    }
    return list;
}

static char *joined_text(const st_reading *reading, gs_span **spans, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += spans[i]->end - spans[i]->begin + 1;
    char *text = gs_arena_alloc(reading->arena, size);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text[at++] = ' ';
        memcpy(text + at, reading->document->text.data + spans[i]->begin, spans[i]->end - spans[i]->begin);
        at += spans[i]->end - spans[i]->begin;
    }
    text[at] = '\0';
    return text;
}

static gs_speaker *speaker_from(const st_reading *reading, const st_person *person)
{
    gs_speaker *speaker = gs_arena_alloc(reading->arena, sizeof *speaker);
    gainsay__v1__speaker__init(speaker);
    speaker->name = (char *)person->name;
    speaker->role = (char *)person->role;
    speaker->organisation = (char *)person->organisation;
    // The side spoken for: private people and companies speak for none, whatever their nationality.
    speaker->country = (char *)(person->official ? person->country : "");
    speaker->kind = person->kind;
    speaker->official = person->official;
    speaker->gender = person->gender == 'f'   ? GAINSAY__V1__SPEAKER__GENDER__FEMALE
                      : person->gender == 'm' ? GAINSAY__V1__SPEAKER__GENDER__MALE
                                              : GAINSAY__V1__SPEAKER__GENDER__GENDER_UNSPECIFIED;
    st_range evidence[2] = {person->full, person->office};
    span_list spans = spans_of(reading, evidence, 2);
    speaker->evidence = spans.items;
    speaker->n_evidence = spans.count;
    return speaker;
}

static gs_speaker *speaker_of(const st_reading *reading, const st_attribution *attribution)
{
    gs_speaker *speaker = speaker_from(reading, attribution->speaker);
    speaker->mention = span_of(reading, attribution->source);
    return speaker;
}

// Whom the article names in full with an office, for the table of office-holders.
static void list_people(const st_reading *reading, gs_extraction *extraction)
{
    extraction->people = gs_arena_alloc(reading->arena, (reading->person_count + 1) * sizeof(gs_speaker *));
    for (size_t i = 0; i < reading->person_count; i++) {
        const st_person *person = &reading->people[i];
        if (person->kind == GAINSAY__V1__SPEAKER__KIND__PERSON && person->role[0] &&
            strchr(person->name, ' '))
            extraction->people[extraction->n_people++] = speaker_from(reading, person);
    }
}

static Gainsay__V1__Statement__Form form_of(const st_reading *reading, const st_attribution *attribution)
{
    uint32_t inside = words_outside_quotes(reading, attribution, true);
    uint32_t outside = words_outside_quotes(reading, attribution, false);
    if (attribution->turn || outside == 0)
        return GAINSAY__V1__STATEMENT__FORM__DIRECT;
    return inside == 0 ? GAINSAY__V1__STATEMENT__FORM__INDIRECT : GAINSAY__V1__STATEMENT__FORM__MIXED;
}

static char *copied(gs_arena *arena, const char *text)
{
    return gs_arena_text(arena, gs_view_of(text));
}

static void add_report(gs_statement *statement, const gs_article *article, gs_arena *arena)
{
    gs_report *report = gs_arena_alloc(arena, sizeof *report);
    gainsay__v1__report__init(report);
    report->article_id = statement->article_id;
    report->url = statement->url;
    report->publisher = statement->publisher;
    report->title = statement->title;
    report->published = statement->published;
    report->content = statement->content;
    report->n_content = statement->n_content;
    report->cue = statement->cue;
    report->n_cue = statement->n_cue;
    report->source = statement->source;
    report->n_source = statement->n_source;
    report->revision = article->revision;
    statement->reports = gs_arena_alloc(arena, sizeof *statement->reports);
    statement->reports[0] = report;
    statement->n_reports = 1;
}

static gs_statement *statement_of_article(const gs_article *article, gs_arena *arena)
{
    gs_statement *statement = gs_arena_alloc(arena, sizeof *statement);
    gainsay__v1__statement__init(statement);
    statement->article_id = copied(arena, article->article_id);
    statement->url = copied(arena, article->url);
    statement->publisher = copied(arena, article->publisher);
    statement->title = copied(arena, article->title);
    statement->published = copied(arena, article->published);
    statement->revision = article->revision;
    return statement;
}

// The paragraph is the article's title, printed above the text.
static bool in_title(const st_reading *reading, uint32_t paragraph)
{
    const st_document *document = reading->document;
    gs_view title = gs_view_of(reading->article->title ? reading->article->title : "");
    size_t begin = SIZE_MAX, end = 0;
    if (paragraph >= TITLE_PARAGRAPHS || title.size == 0)
        return false;
    for (size_t s = 0; s < document->sentence_count && document->sentences[s].paragraph <= paragraph; s++) {
        if (document->sentences[s].paragraph != paragraph)
            continue;
        begin = begin == SIZE_MAX ? document->sentences[s].begin : begin;
        end = document->sentences[s].end;
    }
    return begin < end && gs_view_equal(gs_view_slice(document->text, begin, end), title);
}

static void set_id(gs_statement *statement, gs_arena *arena)
{
    statement->statement_id = gs_arena_alloc(arena, GS_ID_TEXT);
    gs_id_text(gs_statement_identify(statement), statement->statement_id);
}

// What is known to go wrong, multiplied, is too dark a view: the logistic curve through what proved right on
// the annotated stream (tests/eval/reliability.py prints it).
static double calibrated(double product)
{
    const double a = 0.48, b = 1.35;
    double p = product < 0.02 ? 0.02 : product > 0.98 ? 0.98 : product;
    return 1.0 / (1.0 + exp(-(a + b * log(p / (1.0 - p)))));
}

// The statement made of attributions [first, end), which are one utterance.
static gs_statement *write_statement(st_reading *reading, size_t first, size_t end)
{
    gs_arena *arena = reading->arena;
    st_attribution joined = reading->attributions[first];
    size_t content = 0, count = end - first;
    for (size_t i = first; i < end; i++)
        content += reading->attributions[i].content_count;
    st_range *contents = gs_arena_alloc(arena, (content + 1) * sizeof *contents);
    st_range *cues = gs_arena_alloc(arena, count * sizeof *cues),
             *sources = gs_arena_alloc(arena, count * sizeof *sources);
    size_t filled = 0;
    for (size_t i = first; i < end; i++) {
        const st_attribution *part = &reading->attributions[i];
        cues[i - first] = part->cue;
        sources[i - first] = part->source;
        memcpy(contents + filled, part->content, part->content_count * sizeof *contents);
        filled += part->content_count;
    }
    gs_statement *statement = statement_of_article(reading->article, arena);
    span_list spans = spans_of(reading, contents, filled);
    statement->content = spans.items;
    statement->n_content = spans.count;
    joined.content = contents;
    joined.content_count = filled;
    statement->cue_text =
        joined.turn ? gs_arena_text(arena, st_text(reading, (st_range){joined.source.begin, joined.cue.end}))
                    : gs_arena_text(arena, st_text(reading, joined.cue));
    statement->speaker = speaker_of(reading, &joined);
    spans = spans_of(reading, cues, count);
    statement->cue = spans.items;
    statement->n_cue = spans.count;
    spans = spans_of(reading, sources, count);
    statement->source = spans.items;
    statement->n_source = spans.count;
    statement->text = joined_text(reading, statement->content, statement->n_content);
    statement->form = form_of(reading, &joined);
    statement->said_on = (char *)joined.said_on;
    statement->event_time = (char *)st_event_time(reading, &joined);
    statement->act = joined.cue_word.act;
    statement->headline = in_title(reading, joined.paragraph);
    double form = statement->form == GAINSAY__V1__STATEMENT__FORM__INDIRECT ? 0.9 : 0.97;
    statement->confidence = calibrated(joined.cue_word.strength * joined.certainty * form);
    st_circumstances_read(reading, &joined, statement);
    st_topics_read(reading, &joined, statement);
    st_denials_read(reading, &joined, first, statement);
    st_details_selectors(reading, statement);
    add_report(statement, reading->article, arena);
    set_id(statement, arena);
    return statement;
}

// The article without its text.
static gs_article *article_head(const gs_article *article, gs_arena *arena)
{
    gs_article *head = gs_arena_alloc(arena, sizeof *head);
    gainsay__v1__article__init(head);
    head->article_id = copied(arena, article->article_id);
    head->url = copied(arena, article->url);
    head->canonical_url = copied(arena, article->canonical_url);
    head->publisher = copied(arena, article->publisher);
    head->title = copied(arena, article->title);
    head->byline = copied(arena, article->byline);
    head->published = copied(arena, article->published);
    head->fetched = copied(arena, article->fetched);
    head->language = copied(arena, article->language);
    head->revision = article->revision;
    head->source_id = copied(arena, article->source_id);
    head->ingested_us = article->ingested_us;
    head->external_id = copied(arena, article->external_id);
    head->copy_of = copied(arena, article->copy_of);
    head->content_hash.len = article->content_hash.len;
    if (article->content_hash.len) {
        head->content_hash.data = gs_arena_alloc(arena, article->content_hash.len);
        memcpy(head->content_hash.data, article->content_hash.data, article->content_hash.len);
    }
    return head;
}

static gs_extraction *start_extraction(const gs_article *article, const char *worker, gs_arena *arena)
{
    gs_extraction *extraction = gs_arena_alloc(arena, sizeof *extraction);
    gainsay__v1__extraction__init(extraction);
    extraction->article = article_head(article, arena);
    extraction->extractor = copied(arena, worker);
    return extraction;
}

struct gs_extractor {
    gs_lang *lang;
    st_attributor *attributor;
};

gs_extractor *gs_extractor_new(const gs_model *model, gs_error *error)
{
    gs_lang *lang = gs_lang_new(model, error);
    if (!lang)
        return NULL;
    st_attributor *attributor = st_attributor_new(model, lang, error);
    if (!attributor) {
        gs_lang_free(&lang);
        return NULL;
    }
    gs_extractor *self = gs_allocate(sizeof *self);
    *self = (gs_extractor){.lang = lang, .attributor = attributor};
    return self;
}

void gs_extractor_free(gs_extractor **self_p)
{
    gs_extractor *self = *self_p;
    if (!self)
        return;
    st_attributor_free(&self->attributor);
    gs_lang_free(&self->lang);
    free(self);
    *self_p = NULL;
}

// What the parse and the network give for an article.
typedef struct extract_found {
    const gs_parse *parse;
    st_attributed *attributed;
    size_t count;
} extract_found;

static extract_found find(gs_extractor *self, const gs_article *article, gs_arena *arena)
{
    extract_found found = {gs_lang_parse(self->lang, gs_view_of(article->text), GS_LANG_PARAGRAPHS, arena),
                           NULL, 0};
    found.count = st_attributor_read(self->attributor, found.parse, arena, &found.attributed);
    return found;
}

static void read_attributions(gs_extractor *self, st_reading *reading, const gs_article *article,
                              const extract_found *found, gs_arena *arena)
{
    const gs_parse *parse = found->parse;
    st_reading_start(reading, article, parse, arena);
    reading->object_relation = gs_lang_relation_find(self->lang, "obj");
    reading->indirect_relation = gs_lang_relation_find(self->lang, "iobj");
    reading->oblique_relation = gs_lang_relation_find(self->lang, "obl");
    reading->subject_relation = gs_lang_relation_find(self->lang, "nsubj");
    reading->mark_relation = gs_lang_relation_find(self->lang, "mark");
    st_people_collect(reading);
    if (st_turns_attribute(reading))
        return;
    st_said_attribute(reading, found->attributed, found->count);
    st_quotes_carry(reading);
}

// A statement whose cue lies in what another one says is quoted in it: in the one with the fewest words.
static void set_nested(const st_reading *reading, gs_statement **statements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t best = UINT32_MAX, at = statements[i]->n_cue ? statements[i]->cue[0]->begin : UINT32_MAX;
        for (size_t j = i > NESTED_REACH ? i - NESTED_REACH : 0; j < count && j < i + NESTED_REACH; j++) {
            for (size_t c = 0; j != i && c < statements[j]->n_content; c++) {
                const gs_span *span = statements[j]->content[c];
                if (at < span->begin || at >= span->end || span->end - span->begin >= best)
                    continue;
                best = span->end - span->begin;
                statements[i]->nested_in = copied(reading->arena, statements[j]->statement_id);
            }
        }
    }
}

// The statement of the same article that makes the claim which another one denies.
static void set_denied(gs_statement **statements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const gs_span *claim = statements[i]->n_denied ? statements[i]->denied[0] : NULL;
        size_t first = i > DENIED_REACH ? i - DENIED_REACH : 0;
        for (size_t j = i; claim && j-- > first && !statements[i]->denied_statement[0];)
            for (size_t c = 0; c < statements[j]->n_content; c++)
                if (claim->begin < statements[j]->content[c]->end &&
                    claim->end > statements[j]->content[c]->begin)
                    statements[i]->denied_statement = statements[j]->statement_id;
    }
}

static gs_extraction *extract(gs_extractor *self, const gs_article *article,
                              const gs_extract_options *options, const extract_found *found, gs_arena *arena)
{
    gs_extraction *extraction = start_extraction(article, options ? options->worker : NULL, arena);
    st_reading *reading = gs_arena_zalloc(arena, sizeof *reading);
    read_attributions(self, reading, article, found, arena);
    st_details_days(reading);
    extraction->statements = gs_arena_alloc(arena, (reading->attribution_count + 1) * sizeof(gs_statement *));
    for (size_t i = 0; i < reading->attribution_count;) {
        size_t end = i + 1;
        while (end < reading->attribution_count &&
               continues(reading, &reading->attributions[end - 1], &reading->attributions[end]))
            end++;
        gs_statement *statement = write_statement(reading, i, end);
        const st_attribution *said = &reading->attributions[i];
        bool tells =
            statement->denied_claim[0] || !(st_denials_is_no(reading, said->content, said->content_count) ||
                                            st_denials_is_it(reading, said->content, said->content_count));
        if (tells && (!options || statement->confidence >= options->min_confidence))
            extraction->statements[extraction->n_statements++] = statement;
        i = end;
    }
    set_nested(reading, extraction->statements, extraction->n_statements);
    set_denied(extraction->statements, extraction->n_statements);
    list_people(reading, extraction);
    return extraction;
}

static gs_span *span_of_words(const gs_parse *parse, st_words words, gs_arena *arena)
{
    gs_span *span = gs_arena_alloc(arena, sizeof *span);
    gainsay__v1__span__init(span);
    span->begin = parse->words[words.begin].begin;
    span->end = parse->words[words.end - 1].end;
    return span;
}

static gs_span **spans_of_words(const gs_parse *parse, const st_words *words, size_t count, gs_arena *arena)
{
    gs_span **spans = gs_arena_alloc(arena, (count + 1) * sizeof *spans);
    for (size_t i = 0; i < count; i++)
        spans[i] = span_of_words(parse, words[i], arena);
    return spans;
}

static gs_attribution *attributions_of(const extract_found *found, gs_arena *arena)
{
    gs_attribution *attributions = gs_arena_alloc(arena, (found->count + 1) * sizeof *attributions);
    for (size_t i = 0; i < found->count; i++) {
        const st_attributed *one = &found->attributed[i];
        attributions[i] = (gs_attribution){
            .source = spans_of_words(found->parse, one->sources, one->source_count, arena),
            .source_count = one->source_count,
            .cue = span_of_words(found->parse, one->cue, arena),
            .content = spans_of_words(found->parse, one->contents, one->content_count, arena),
            .content_count = one->content_count,
            .probability = one->probability,
        };
    }
    return attributions;
}

gs_extraction *gs_extract(gs_extractor *self, const gs_article *article, const gs_extract_options *options,
                          gs_arena *arena)
{
    extract_found found = find(self, article, arena);
    return extract(self, article, options, &found, arena);
}

gs_extraction *gs_extract_with_attributions(gs_extractor *self, const gs_article *article,
                                            const gs_extract_options *options, gs_arena *arena,
                                            gs_attribution **attributions, size_t *count)
{
    extract_found found = find(self, article, arena);
    *attributions = attributions_of(&found, arena);
    *count = found.count;
    return extract(self, article, options, &found, arena);
}

gs_extraction *gs_extract_nothing(const gs_article *article, const char *worker, gs_arena *arena)
{
    gs_extraction *extraction = start_extraction(article, worker, arena);
    gs_statement *statement = statement_of_article(article, arena);
    gs_view text = gs_view_of(article->title);
    statement->headline = text.size > 0;
    if (text.size == 0) {
        text = gs_view_of(article->text);
        size_t end = text.size < TITLE_BYTES ? text.size : TITLE_BYTES;
        while (end > 0 && end < text.size && ((unsigned char)text.data[end] & 0xC0) == 0x80)
            end--;
        text = gs_view_slice(text, 0, end);
    }
    statement->text = gs_arena_text(arena, text);
    statement->speaker = gs_arena_alloc(arena, sizeof *statement->speaker);
    gainsay__v1__speaker__init(statement->speaker);
    statement->confidence = 1.0;
    add_report(statement, article, arena);
    set_id(statement, arena);
    extraction->statements = gs_arena_alloc(arena, sizeof(gs_statement *));
    extraction->statements[0] = statement;
    extraction->n_statements = 1;
    return extraction;
}

// ---- identity --------------------------------------------------------------------------------------

// Letters and digits in lower case, words parted by one space: marks, quotation signs and case do not make
// another utterance. Returns the number of words.
static size_t normalise(const char *text, gs_buffer *out)
{
    size_t words = 0;
    bool in_word = false;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        bool curly = c[0] == 0xE2 && c[1] == 0x80;
        if (curly && c[2]) { // general punctuation: quotation marks, dashes, ellipsis
            c += 2;
            in_word &= *c == 0x99; // an apostrophe parts no word
            continue;
        }
        bool letter =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c >= 0x80;
        if (!letter) {
            in_word &= *c == '\'';
            continue;
        }
        if (!in_word) {
            if (words++ > 0)
                gs_buffer_byte(out, ' ');
            in_word = true;
        }
        gs_buffer_byte(out, (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c));
    }
    return words;
}

gs_id gs_statement_identify(const gs_statement *statement)
{
    gs_buffer words = {0}, name = {0};
    size_t count = normalise(statement->text ? statement->text : "", &words);
    const gs_speaker *speaker = statement->speaker;
    size_t named = normalise(speaker && speaker->name ? speaker->name : "", &name);
    gs_id_hasher hasher;
    gs_id_begin(&hasher, "statement");
    gs_id_add(&hasher, gs_buffer_view(&words));
    gs_id_add(&hasher, gs_buffer_view(&name));
    gs_id_add(&hasher, gs_view_of(speaker ? speaker->country : ""));
    gs_id_add(&hasher, gs_view_of(statement->said_on));
    if (named == 0 || count < SHORT_WORDS)
        gs_id_add(&hasher, gs_view_of(statement->article_id));
    // "That is not true." is another utterance for each thing that it is said of.
    if (count < POINTING_WORDS && statement->denied_claim && statement->denied_claim[0])
        gs_id_add(&hasher, gs_view_of(statement->denied_claim));
    gs_buffer_free(&words);
    gs_buffer_free(&name);
    return gs_id_end(&hasher);
}
