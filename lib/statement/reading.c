// The first pass over an article: what the lexicon knows of each token, and which tokens stand in quotation
// marks. Only outermost quotations count: a quote within a quote belongs to whoever says the outer one.
#include "reading.h"

#include <stdio.h>
#include <string.h>

enum {
    HOME_TOKENS = 2000,
    LEAD_TOKENS = 60,
    DATE_TOKENS = 40,
    LIVE_ENTRIES = 3,
    HOME_COUNTRIES = 16,
    DATELINE_TOKENS = 12,
    PUBLISHER_WEIGHT = 5
};

bool st_is(const st_reading *reading, uint32_t token, const char *lower)
{
    return token < reading->document->token_count &&
           strcmp(reading->document->tokens[token].lower, lower) == 0;
}

bool st_is_mark(const st_reading *reading, uint32_t token, const char *mark)
{
    return st_is(reading, token, mark) && st_at(reading, token)->kind == ST_KIND_PUNCT;
}

bool st_is_quote_open(const st_reading *reading, uint32_t token)
{
    if (token >= reading->document->token_count || reading->marks[token].quote == ST_NONE)
        return false;
    return reading->quotes[reading->marks[token].quote].open == token;
}

bool st_is_quote_close(const st_reading *reading, uint32_t token)
{
    if (token >= reading->document->token_count || reading->marks[token].quote == ST_NONE)
        return false;
    const st_quote *quote = &reading->quotes[reading->marks[token].quote];
    return quote->closed && quote->close == token;
}

bool st_is_terminal(const st_reading *reading, uint32_t token)
{
    if (token >= reading->document->token_count || st_at(reading, token)->kind != ST_KIND_PUNCT)
        return false;
    char c = st_at(reading, token)->lower[0];
    return c == '.' || c == '?' || c == '!';
}

st_range st_sentence_range(const st_reading *reading, uint32_t sentence)
{
    const st_sentence *found = &reading->document->sentences[sentence];
    return (st_range){found->token_begin, found->token_end};
}

gs_view st_text(const st_reading *reading, st_range range)
{
    if (range.begin >= range.end)
        return (gs_view){"", 0};
    return gs_view_slice(reading->document->text, st_at(reading, range.begin)->begin,
                         st_at(reading, range.end - 1)->end);
}

bool st_shows_verb(const st_reading *reading, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++) {
        st_word word = reading->marks[i].word;
        if (word == ST_WORD_AUX || word == ST_WORD_MODAL)
            return true;
    }
    return false;
}

static bool in_capitals(const st_reading *reading, uint32_t token)
{
    gs_view text = st_text(reading, (st_range){token, token + 1});
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] >= 'a' && text.data[i] <= 'z')
            return false;
    return true;
}

// The longest entry of the tables of terms that starts at token: its words joined by single spaces.
static void mark_terms(st_reading *reading, uint32_t token, uint32_t end)
{
    char term[160];
    size_t size = 0;
    st_mark *mark = &reading->marks[token];
    for (uint32_t words = 1; words <= ST_TERM_WORDS && token + words <= end; words++) {
        const st_token *part = st_at(reading, token + words - 1);
        size_t part_size = strlen(part->lower);
        if (part->kind != ST_KIND_WORD && part->kind != ST_KIND_NUMBER)
            return;
        if (size + part_size + 2 > sizeof term)
            return;
        if (words > 1)
            term[size++] = ' ';
        memcpy(term + size, part->lower, part_size);
        size += part_size;
        gs_view view = gs_view_make(term, size);
        const st_place *place =
            st_at(reading, token)->capitalised ? st_lexicon_place(view, in_capitals(reading, token)) : NULL;
        if (place) {
            mark->place = place;
            mark->place_words = (uint8_t)words;
        }
        if (st_lexicon_cue(view, &mark->cue))
            mark->cue_words = (uint8_t)words;
        if (!st_lexicon_goes_on(view, st_at(reading, token)->capitalised))
            return;
    }
}

// A word of a person's name of two words or more: "An Sang-woo", "Jordan Bishop", "Alison Will".
static bool in_full_name(const st_reading *reading, uint32_t token)
{
    const gs_parse *parse = reading->document->parse;
    const st_token *found = st_at(reading, token);
    if (found->name == ST_NONE || parse->names[found->name].kind != GS_NAME_PERSON || !found->capitalised)
        return false;
    return (token > 0 && st_at(reading, token - 1)->name == found->name) ||
           (token + 1 < reading->document->token_count && st_at(reading, token + 1)->name == found->name);
}

// "An Sang-woo": no article stands before a capital and a consonant.
static bool is_surname_an(const st_reading *reading, uint32_t token)
{
    const st_token *found = st_at(reading, token);
    if (strcmp(found->lower, "an") != 0 || !found->capitalised || token + 1 >= reading->document->token_count)
        return false;
    const st_token *next = st_at(reading, token + 1);
    // Inside a sentence an article has no capital, but in a title, where all words have one.
    if (!found->sentence_start && token > 0 && !(st_at(reading, token - 1)->capitalised && next->capitalised))
        return true;
    return next->capitalised && next->kind == ST_KIND_WORD && !strchr("aeiouhAEIOUH", next->lower[0]) &&
           (unsigned char)next->lower[0] < 0x80;
}

// What the tables say of the word does not hold, since it belongs to a person's name; but an office or a
// title in front of the name is one ("Secretary Daniel May").
static bool is_part_of_name(const st_reading *reading, uint32_t token)
{
    if (is_surname_an(reading, token))
        return true;
    if (!in_full_name(reading, token))
        return false;
    bool last = token + 1 == reading->document->token_count ||
                st_at(reading, token + 1)->name != st_at(reading, token)->name;
    static const char *const surnames[] = {"bishop", "king", "prince", "judge", "marshal", "major",
                                           "dean",   "pope", "page",   "queen", "chief",   "senior"};
    st_role role = st_lexicon_role(gs_view_of(st_at(reading, token)->lower));
    bool surname = false;
    for (size_t i = 0; i < sizeof surnames / sizeof surnames[0]; i++)
        surname |= st_is(reading, token, surnames[i]);
    return role == ST_ROLE_NONE || (last && surname);
}

// "Nassau County", "Washington Post": a place's name that belongs to something else.
static bool names_something_else(const st_reading *reading, uint32_t behind)
{
    static const char *const words[] = {"county",     "post",    "times",  "street",   "avenue",
                                        "university", "college", "herald", "examiner", "journal",
                                        "tribune",    "parish",  "square", "city"};
    if (behind >= reading->document->token_count || !st_at(reading, behind)->capitalised)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (st_is(reading, behind, words[i]))
            return true;
    return false;
}

static void mark_tokens(st_reading *reading)
{
    st_document *document = reading->document;
    for (uint32_t s = 0; s < document->sentence_count; s++) {
        st_range range = st_sentence_range(reading, s);
        uint32_t place_end = range.begin;
        for (uint32_t i = range.begin; i < range.end; i++) {
            gs_view lower = gs_view_of(document->tokens[i].lower);
            st_mark *mark = &reading->marks[i];
            mark->sentence = s;
            mark->quote = ST_NONE;
            if (document->tokens[i].kind != ST_KIND_WORD)
                continue;
            if (is_part_of_name(reading, i))
                continue;
            mark->word = st_lexicon_word(lower);
            // "it's" shows a verb, "China's" does not.
            if (i > range.begin && strcmp(document->tokens[i].lower, "'s") == 0 &&
                reading->marks[i - 1].word == ST_WORD_PRONOUN)
                mark->word = ST_WORD_AUX;
            mark->role = st_lexicon_role(lower);
            mark->org = st_lexicon_org(lower);
            mark_terms(reading, i, range.end);
            if (mark->place && names_something_else(reading, i + mark->place_words))
                mark->place = NULL;
            mark->in_place = i < place_end;
            if (mark->in_place)
                mark->place = NULL;
            else if (mark->place)
                place_end = i + mark->place_words;
        }
    }
}

static st_quote *add_quote(st_reading *reading, size_t *capacity)
{
    if (reading->quote_count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 32;
        st_quote *grown = gs_arena_alloc(reading->arena, *capacity * sizeof *grown);
        if (reading->quote_count)
            memcpy(grown, reading->quotes, reading->quote_count * sizeof *grown);
        reading->quotes = grown;
    }
    st_quote *quote = &reading->quotes[reading->quote_count++];
    *quote = (st_quote){.next = ST_NONE, .previous = ST_NONE};
    return quote;
}

static bool is_single(const st_reading *reading, uint32_t token)
{
    const char *lower = st_at(reading, token)->lower;
    return lower[0] == '\'' || strcmp(lower, "\xE2\x80\x98") == 0 || strcmp(lower, "\xE2\x80\x9A") == 0;
}

// A quotation that its paragraph does not close goes on in the next one if that opens with a mark, too.
static void chain(st_reading *reading, uint32_t index)
{
    if (index == 0)
        return;
    st_quote *quote = &reading->quotes[index], *before = &reading->quotes[index - 1];
    bool first_in_paragraph =
        quote->open == 0 ||
        reading->document->sentences[reading->marks[quote->open - 1].sentence].paragraph != quote->paragraph;
    if (!before->closed && before->paragraph + 1 == quote->paragraph && first_in_paragraph) {
        before->next = index;
        quote->previous = index - 1;
    }
}

static void find_quotes(st_reading *reading)
{
    st_document *document = reading->document;
    size_t capacity = 0;
    uint32_t current = ST_NONE;
    bool single = false;
    for (uint32_t i = 0; i < document->token_count; i++) {
        uint32_t paragraph = document->sentences[reading->marks[i].sentence].paragraph;
        if (current != ST_NONE && reading->quotes[current].paragraph != paragraph)
            current = ST_NONE; // unclosed: close already stands at the paragraph's last token
        st_kind kind = document->tokens[i].kind;
        if (current == ST_NONE && kind == ST_KIND_OPEN) {
            st_quote *quote = add_quote(reading, &capacity);
            quote->open = i;
            quote->paragraph = paragraph;
            current = (uint32_t)reading->quote_count - 1;
            single = is_single(reading, i);
            chain(reading, current);
        }
        if (current == ST_NONE)
            continue;
        reading->marks[i].quote = current;
        reading->quotes[current].close = i;
        bool closing_single = st_at(reading, i)->lower[0] == '\'';
        if (kind == ST_KIND_CLOSE && closing_single == single) {
            reading->quotes[current].closed = true;
            current = ST_NONE;
        }
    }
}

// An unclosed quotation that nothing continues is a stray mark: it must not swallow its paragraph.
static void drop_stray_quotes(st_reading *reading)
{
    for (uint32_t q = 0; q < reading->quote_count; q++) {
        st_quote *quote = &reading->quotes[q];
        bool starts_paragraph =
            quote->open == 0 ||
            reading->document->sentences[reading->marks[quote->open - 1].sentence].paragraph !=
                quote->paragraph;
        bool after_colon = quote->open > 0 && st_is_mark(reading, quote->open - 1, ":");
        if (quote->closed || quote->next != ST_NONE || quote->previous != ST_NONE || starts_paragraph ||
            after_colon)
            continue;
        for (uint32_t i = quote->open; i <= quote->close; i++)
            reading->marks[i].quote = ST_NONE;
        quote->claimed = true;
        quote->close = quote->open;
    }
}

static void read_date(st_reading *reading)
{
    gs_time published;
    reading->published_day = "";
    if (!reading->article->published || !gs_time_parse(gs_view_of(reading->article->published), &published))
        return;
    int year, month, day;
    gs_time_civil(published, &year, &month, &day, &reading->published_weekday);
    reading->published_days = gs_days_from_civil(year, month, day);
    reading->published_day = gs_arena_format(reading->arena, "%04d-%02d-%02d", year, month, day);
}

// The place that the words of text name, taken together up to ST_TERM_WORDS at a time; NULL if none.
static const char *place_in_words(gs_view text, gs_arena *arena)
{
    char *lower = gs_arena_text(arena, text);
    size_t starts[ST_TERM_WORDS] = {0}, words = 0; // where the last words begin
    for (size_t i = 0; i <= text.size; i++) {
        bool space = i == text.size || lower[i] == ' ';
        if (!space)
            lower[i] = (char)(lower[i] >= 'A' && lower[i] <= 'Z' ? lower[i] + 32 : lower[i]);
        else {
            for (size_t w = 0; w < words + 1 && w < ST_TERM_WORDS; w++) {
                const st_place *place =
                    st_lexicon_place(gs_view_make(lower + starts[w], i - starts[w]), true);
                if (place && place->code[0] != '-')
                    return place->code;
            }
            for (size_t w = ST_TERM_WORDS - 1; w > 0; w--)
                starts[w] = starts[w - 1];
            starts[0] = i + 1;
            words++;
        }
    }
    return NULL;
}

// A release or a transcript comes from whom it speaks of: "Ministry of National Defence of Chile".
static const char *publisher_home(const st_reading *reading)
{
    const char *publisher = reading->article->publisher;
    const char *code = publisher ? place_in_words(gs_view_of(publisher), reading->arena) : NULL;
    return code ? code : "";
}

// Behind the dash of a dateline ("WELLINGTON, Sept 17 - "): true if one ends at token.
static bool ends_dateline(const st_reading *reading, uint32_t token)
{
    static const char *const dashes[] = {"-", "--", "\xE2\x80\x94", "\xE2\x80\x93"};
    if (token >= DATELINE_TOKENS || st_at(reading, token)->kind != ST_KIND_PUNCT)
        return false;
    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++)
        if (st_is(reading, token, dashes[i]))
            return true;
    return false;
}

// "GUNSAN - ", "VALEA RECE, Sept 10 - ": the capitals in front of the first comma or dash.
static st_range find_dateline(const st_reading *reading)
{
    uint32_t dash = 0, end = 0;
    while (dash < reading->document->token_count && dash < DATELINE_TOKENS && !ends_dateline(reading, dash))
        dash++;
    if (dash == DATELINE_TOKENS || dash >= reading->document->token_count || dash == 0 ||
        st_at(reading, dash)->begin == st_at(reading, dash - 1)->end)
        return (st_range){0, 0};
    while (end < dash && st_at(reading, end)->kind == ST_KIND_WORD && in_capitals(reading, end))
        end++;
    return (st_range){0, end};
}

static gs_view next_written_word(gs_view *rest)
{
    size_t begin = 0;
    while (begin < rest->size && (rest->data[begin] == ' ' || rest->data[begin] == ','))
        begin++;
    size_t end = begin;
    while (end < rest->size && rest->data[end] != ' ' && rest->data[end] != ',')
        end++;
    gs_view word = gs_view_slice(*rest, begin, end);
    *rest = gs_view_slice(*rest, end, rest->size);
    return word;
}

// The first run of capitals that ends with a public body's noun: "Foreign Ministry" of "Foreign Ministry
// spokesperson's regular press conference".
static const char *body_in_line(const char *line, gs_arena *arena)
{
    gs_view rest = gs_view_of(line), run = {"", 0};
    for (gs_view word = next_written_word(&rest); word.size; word = next_written_word(&rest)) {
        if (word.data[0] < 'A' || word.data[0] > 'Z') {
            run.size = 0;
            continue;
        }
        run.data = run.size ? run.data : word.data;
        run.size = (size_t)(word.data + word.size - run.data);
        char lower[32];
        if (word.size >= sizeof lower)
            continue;
        for (size_t i = 0; i < word.size; i++)
            lower[i] = (char)(word.data[i] >= 'A' && word.data[i] <= 'Z' ? word.data[i] + 32 : word.data[i]);
        if (run.size > word.size && st_lexicon_org(gs_view_make(lower, word.size)) == ST_ORG_STATE)
            return gs_arena_text(arena, run);
    }
    return "";
}

const char *st_subdivision(const st_reading *reading, uint32_t token)
{
    if (!st_at(reading, token)->capitalised || reading->marks[token].place)
        return NULL;
    gs_view word = gs_view_of(st_at(reading, token)->lower);
    bool more = token + 1 < reading->document->token_count && st_at(reading, token + 1)->capitalised;
    const char *code = more ? st_lexicon_subdivision(gs_view_of(gs_arena_format(
                                  reading->arena, "%s %s", word.data, st_at(reading, token + 1)->lower)))
                            : NULL;
    return code ? code : st_lexicon_subdivision(word);
}

// Where the article reports from: the dateline's place, else the country that it names most, where the
// publisher's counts as well; a single capital may be anywhere.
static const char *find_home(const st_reading *reading, const char *publisher)
{
    const char *codes[HOME_COUNTRIES] = {publisher};
    size_t counts[HOME_COUNTRIES] = {PUBLISHER_WEIGHT}, count = publisher[0] ? 1 : 0, best = 0;
    const char *first = NULL;
    for (uint32_t i = 0; i < reading->document->token_count && i < HOME_TOKENS; i++) {
        const st_place *place = reading->marks[i].place;
        if (first && ends_dateline(reading, i))
            return first;
        const char *code = place ? place->code : st_subdivision(reading, i);
        if (!code || code[0] == '-' || strcmp(code, "UN") == 0)
            continue;
        if (place && !first && st_place_kind_of(place) == ST_PLACE_CAPITAL)
            first = place->code;
        size_t at = 0;
        while (at < count && strcmp(codes[at], code) != 0)
            at++;
        if (at == HOME_COUNTRIES)
            continue;
        if (at == count) {
            codes[count] = code;
            counts[count++] = 0;
        }
        counts[at] += !place ? 2 : i < LEAD_TOKENS ? 8 : st_place_kind_of(place) == ST_PLACE_CAPITAL ? 1 : 2;
        best = counts[at] > counts[best] ? at : best;
    }
    return count && counts[best] > 2 ? codes[best] : "";
}

// A release opens with its date in full, the day of its publication: "Lima, 2 March 2026".
static bool is_dated_text(const st_reading *reading)
{
    if (!reading->published_day[0])
        return false;
    char year[8], day[12];
    int number = (reading->published_day[8] - '0') * 10 + reading->published_day[9] - '0';
    snprintf(year, sizeof year, "%.4s", reading->published_day);
    snprintf(day, sizeof day, "%d", number % 100);
    for (uint32_t i = 0; i + 2 < reading->document->token_count && i < DATE_TOKENS; i++) {
        bool day_first = st_is(reading, i, day) && reading->marks[i + 1].word == ST_WORD_MONTH &&
                         st_is(reading, i + 2, year);
        bool month_first = reading->marks[i].word == ST_WORD_MONTH && st_is(reading, i + 1, day) &&
                           st_is(reading, i + 2 + st_is_mark(reading, i + 2, ","), year);
        if (day_first || month_first)
            return true;
    }
    return false;
}

// Entries that open with a time of day: "10:22 - Three boats ..."
static bool is_live_blog(const st_reading *reading)
{
    size_t entries = 0;
    for (uint32_t s = 0; s < reading->document->sentence_count; s++) {
        uint32_t first = reading->document->sentences[s].token_begin;
        const st_token *token = st_at(reading, first);
        bool opens = s == 0 || reading->document->sentences[s - 1].paragraph !=
                                   reading->document->sentences[s].paragraph;
        entries += opens && token->kind == ST_KIND_NUMBER && strchr(token->lower, ':') &&
                   st_is_mark(reading, first + 1, "-");
    }
    return entries >= LIVE_ENTRIES;
}

void st_reading_start(st_reading *reading, const gs_article *article, const gs_parse *parse, gs_arena *arena)
{
    *reading = (st_reading){.article = article, .arena = arena, .subject_relation = -1, .mark_relation = -1};
    reading->document = st_words_read(parse, arena);
    reading->marks = gs_arena_zalloc(arena, (reading->document->token_count + 1) * sizeof *reading->marks);
    mark_tokens(reading);
    find_quotes(reading);
    drop_stray_quotes(reading);
    read_date(reading);
    reading->dateline = find_dateline(reading);
    reading->home = find_home(reading, publisher_home(reading));
    reading->title_body = article->title ? body_in_line(article->title, arena) : "";
    if (!reading->title_body[0] && article->publisher)
        reading->title_body = body_in_line(article->publisher, arena);
    reading->own_day = is_dated_text(reading) || is_live_blog(reading);
}
