// A statement as a list of clauses, each with its content words, its polarity, its mood and its numbers.
//
// Content words are stemmed lightly and words of one matter (synonyms.tsv) count as one. Countries count by
// their code, whatever they are called, and "we" is the speaker's. A clause is negated if the words that turn
// it come in an odd number; what a negation denies is the first content words behind it, its focus.
#include "claims.h"

#include <stdlib.h>
#include <string.h>

typedef struct pair_row {
    const char *word, *value;
} pair_row;

static const pair_row SYNONYMS[] = {
#include "synonyms.inc"
};
static const pair_row ANTONYMS[] = {
#include "antonyms.inc"
};
static const pair_row POLARITY[] = {
#include "polarity.inc"
};
static const pair_row NUMBERS[] = {
#include "numbers.inc"
};
static const pair_row STOPWORDS[] = {
#include "stopwords.inc"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int compare_key(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static const char *lookup(const pair_row *table, size_t count, const char *word)
{
    const pair_row *row = bsearch(word, table, count, sizeof *table, compare_key);
    return row ? row->value : NULL;
}

bool cd_opposite(const cd_term *a, const cd_term *b)
{
    if (!a->base || !b->base)
        return false;
    const char *opposites = lookup(ANTONYMS, COUNT(ANTONYMS), a->base);
    size_t size = strlen(b->base);
    for (const char *at = opposites; at && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, b->base, size) == 0 && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

// The row of antonyms.tsv that an inflected word belongs to, by taking endings off: "accepted", "rejects".
static const char *antonym_base(const char *word)
{
    static const char *const endings[] = {"", "s", "es", "d", "ed", "ing", "ly"};
    size_t size = strlen(word);
    for (size_t i = 0; i < COUNT(endings); i++) {
        size_t ending = strlen(endings[i]);
        char base[64];
        if (size >= sizeof base || size < ending + 3 || memcmp(word + size - ending, endings[i], ending) != 0)
            continue;
        memcpy(base, word, size - ending);
        base[size - ending] = '\0';
        const pair_row *row = bsearch(base, ANTONYMS, COUNT(ANTONYMS), sizeof ANTONYMS[0], compare_key);
        if (row)
            return row->word;
    }
    return NULL;
}

bool cd_is_denied(const gs_statement *statement)
{
    return statement->act == GAINSAY__V1__STATEMENT__ACT__DENY ||
           statement->act == GAINSAY__V1__STATEMENT__ACT__REJECT;
}

uint64_t cd_place_hash(const char *code)
{
    return gs_hash(gs_view_of(code)) ^ 0x9E3779B97F4A7C15u;
}

// ---- stems -----------------------------------------------------------------------------------------

static bool ends(const char *word, size_t size, const char *suffix)
{
    size_t suffix_size = strlen(suffix);
    return size > suffix_size + 2 && memcmp(word + size - suffix_size, suffix, suffix_size) == 0;
}

// A stem only has to be the same for the inflections of one word; it need not be a word.
static size_t stem(char *word, size_t size)
{
    static const struct {
        const char *suffix, *put;
        size_t least; // shortest word that it is taken off
    } rules[] = {
        {"ations", "", 9}, {"ation", "", 8}, {"ments", "", 8}, {"ment", "", 7}, {"sses", "ss", 5},
        {"ies", "y", 5},   {"ied", "y", 5},  {"ings", "", 7},  {"ing", "", 6},  {"ates", "", 7},
        {"ated", "", 7},   {"ate", "", 6},   {"edly", "", 7},  {"ed", "", 5},   {"ions", "", 7},
        {"ion", "", 6},    {"ly", "", 6},    {"es", "e", 5},   {"s", "", 4},
    };
    bool cut = false;
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (size < rules[i].least || !ends(word, size, rules[i].suffix) ||
            (i + 1 == COUNT(rules) && word[size - 2] == 's'))
            continue;
        size -= strlen(rules[i].suffix);
        size_t put = strlen(rules[i].put);
        memcpy(word + size, rules[i].put, put);
        size += put;
        cut = true;
        break;
    }
    // "stopped", "running": the consonant was doubled for the ending that is gone.
    if (cut && size > 3 && word[size - 1] == word[size - 2] && strchr("bdgmnprt", word[size - 1]))
        size--;
    if (size > 3 && word[size - 1] == 'e')
        size--;
    if (size > 3 && word[size - 1] == 'y')
        word[size - 1] = 'i';
    word[size] = '\0';
    return size;
}

// ---- one word --------------------------------------------------------------------------------------

typedef struct claim_reader {
    const gs_document *document;
    gs_arena *arena;
    cd_claims *claims;
    const char *country;
    cd_clause *clause;
    size_t focus_open;     // terms that the last negation still denies
    bool negator, falsity; // seen in the clause: "not false" denies nothing
} claim_reader;

static const gs_token *token_at(const claim_reader *reader, size_t token)
{
    return &reader->document->tokens[token];
}

static void add_term(claim_reader *reader, cd_term term)
{
    cd_clause *clause = reader->clause;
    if (reader->focus_open > 0 && clause->focus_count < CD_FOCUS) {
        clause->light_focus |= term.light && reader->focus_open == CD_FOCUS && clause->focus_count == 0;
        clause->focus[clause->focus_count++] = term.hash;
        reader->focus_open--;
    }
    for (size_t i = 0; i < clause->count; i++)
        if (clause->terms[i].hash == term.hash)
            return;
    if (clause->count < CD_TERMS)
        clause->terms[clause->count++] = term;
}

static cd_term place_term(const char *code)
{
    return (cd_term){.hash = cd_place_hash(code), .label = code, .place = true};
}

// lower: the word; shown: as it stands in the text.
static bool make_term(const claim_reader *reader, const char *lower, gs_view shown, cd_term *term)
{
    size_t size = strlen(lower);
    const char *stop = lookup(STOPWORDS, COUNT(STOPWORDS), lower);
    if (size < 2 || size > 48 || (stop && strcmp(stop, "light") != 0))
        return false;
    *term = (cd_term){0};
    if (stop) {
        // Singular and plural of a light word are told apart by nothing but an "s".
        size_t root = lower[size - 1] == 's' ? size - 1 : size;
        term->hash = gs_hash(gs_view_make(lower, root));
        term->light = true;
        term->label = gs_arena_text(reader->arena, shown);
        return true;
    }
    char stemmed[64];
    memcpy(stemmed, lower, size + 1);
    stem(stemmed, size);
    const char *matter = lookup(SYNONYMS, COUNT(SYNONYMS), lower);
    matter = matter ? matter : lookup(SYNONYMS, COUNT(SYNONYMS), stemmed);
    term->hash = matter ? gs_hash(gs_view_of(matter)) : gs_hash(gs_view_of(stemmed));
    term->matter = matter != NULL;
    term->label = matter ? matter : gs_arena_text(reader->arena, shown);
    term->base = antonym_base(lower);
    if (!term->base && matter)
        term->base = antonym_base(matter);
    return true;
}

static gs_view shown(const claim_reader *reader, const gs_token *token)
{
    bool name = token->capitalised && !token->sentence_start;
    return name ? gs_view_slice(reader->document->text, token->begin, token->end) : gs_view_of(token->lower);
}

// ---- numbers ---------------------------------------------------------------------------------------

static bool number_of(const gs_token *token, double *value)
{
    if (token->kind == GS_TOKEN_NUMBER) {
        char digits[32];
        size_t size = 0;
        for (const char *c = token->lower; *c && size + 1 < sizeof digits; c++) {
            if (*c == ',')
                continue;
            if (!((*c >= '0' && *c <= '9') || *c == '.'))
                return false; // "20th", "10:30"
            digits[size++] = *c;
        }
        digits[size] = '\0';
        *value = strtod(digits, NULL);
        return true;
    }
    const char *worth = lookup(NUMBERS, COUNT(NUMBERS), token->lower);
    if (worth)
        *value = strtod(worth, NULL);
    return worth != NULL;
}

static char bound_before(const claim_reader *reader, size_t token, size_t begin)
{
    static const struct {
        const char *word;
        char bound;
    } words[] = {{"about", '~'},         {"around", '~'}, {"some", '~'},
                 {"nearly", '~'},        {"almost", '~'}, {"roughly", '~'},
                 {"approximately", '~'}, {"than", '>'},   {"over", '>'},
                 {"least", '>'},         {"above", '>'},  {"most", '<'},
                 {"under", '<'},         {"below", '<'},  {"up", '<'},
                 {"within", '<'},        {"to", '<'}};
    for (size_t back = 1; back <= 2 && token >= begin + back; back++) {
        const char *lower = token_at(reader, token - back)->lower;
        for (size_t i = 0; i < COUNT(words); i++) {
            if (strcmp(lower, words[i].word) != 0)
                continue;
            if (words[i].bound == '>' && strcmp(lower, "than") == 0 && token >= begin + back + 1) {
                const char *more = token_at(reader, token - back - 1)->lower;
                return strcmp(more, "less") == 0 || strcmp(more, "fewer") == 0 ? '<' : '>';
            }
            return words[i].bound;
        }
    }
    return '=';
}

static bool is_month(const char *lower)
{
    static const char *const months[] = {
        "january", "february", "march",    "april", "may", "june", "july", "august", "september",
        "october", "november", "december", "sept",  "oct", "nov",  "dec",  "jan",    "feb"};
    for (size_t i = 0; i < COUNT(months); i++)
        if (strcmp(lower, months[i]) == 0)
            return true;
    return false;
}

// "kilometre" and "kilometers" are one unit: the first four letters tell them apart from others.
static uint64_t unit_hash(const char *lower)
{
    size_t size = strlen(lower);
    return gs_hash(gs_view_make(lower, size < 4 ? size : 4)) ^ 1;
}

static bool is_counted(const char *lower)
{
    static const char *const counted[] = {"people", "hours", "days", "weeks", "months", "years", "times"};
    for (size_t i = 0; i < COUNT(counted); i++)
        if (strcmp(lower, counted[i]) == 0)
            return true;
    return false;
}

// Reads a number at token with its multipliers and what it counts: returns the token behind what was read.
static size_t read_number(claim_reader *reader, size_t token, size_t begin, size_t end)
{
    double value, next;
    if (!number_of(token_at(reader, token), &value))
        return token;
    size_t at = token + 1;
    while (at < end && number_of(token_at(reader, at), &next) &&
           (next >= 100 || (value >= 20 && next < 10))) {
        value = next >= 100 ? value * next : value + next;
        at++;
    }
    bool year = token_at(reader, token)->kind == GS_TOKEN_NUMBER && value >= 1900 && value <= 2100;
    bool date = (token > begin && is_month(token_at(reader, token - 1)->lower)) ||
                (at < end && is_month(token_at(reader, at)->lower));
    if (date || year || reader->clause->number_count == CD_NUMBERS)
        return at;
    cd_number number = {.value = value, .bound = bound_before(reader, token, begin)};
    for (size_t ahead = at; ahead < end && ahead < at + 3 && !number.noun; ahead++) {
        const char *lower = token_at(reader, ahead)->lower;
        cd_term term;
        const char *stop = lookup(STOPWORDS, COUNT(STOPWORDS), lower);
        bool adjective =
            strcmp(lower, "cubic") == 0 || strcmp(lower, "square") == 0 || strcmp(lower, "nautical") == 0;
        if (adjective)
            continue;
        if (strcmp(lower, "%") == 0 || strcmp(lower, "percent") == 0 || strcmp(lower, "per") == 0) {
            number.noun = gs_hash(gs_view_of("%"));
            number.label = "per cent";
        } else if (stop && strcmp(stop, "unit") == 0) {
            number.noun = unit_hash(lower);
            number.label = gs_arena_text(reader->arena, gs_view_of(lower));
        } else if (is_counted(lower)) {
            number.noun = gs_hash(gs_view_of(lower));
            number.label = gs_arena_text(reader->arena, gs_view_of(lower));
        } else if (make_term(reader, lower, gs_view_of(lower), &term)) {
            number.noun = term.hash;
            number.label = gs_arena_text(reader->arena, gs_view_of(lower));
        }
    }
    if (token > begin && strcmp(token_at(reader, token - 1)->lower, "$") == 0) {
        number.noun = gs_hash(gs_view_of("$"));
        number.label = "dollars";
    }
    if (number.noun)
        reader->clause->numbers[reader->clause->number_count++] = number;
    return at;
}

// ---- clauses ---------------------------------------------------------------------------------------

static bool is(const claim_reader *reader, size_t token, size_t end, const char *lower)
{
    return token < end && strcmp(token_at(reader, token)->lower, lower) == 0;
}

// "not only", "no doubt", "no longer than", "no more than": words that deny nothing.
static bool is_idle_negation(const claim_reader *reader, size_t token, size_t end)
{
    double value;
    if (is(reader, token, end, "not"))
        return is(reader, token + 1, end, "only") || is(reader, token + 1, end, "just") ||
               is(reader, token + 1, end, "least") || is(reader, token + 1, end, "before") ||
               (token + 1 < end && number_of(token_at(reader, token + 1), &value) && value > 1);
    return is(reader, token, end, "no") &&
           (is(reader, token + 1, end, "doubt") || is(reader, token + 1, end, "matter") ||
            is(reader, token + 1, end, "later") || is(reader, token + 1, end, "less") ||
            is(reader, token + 1, end, "more") || is(reader, token + 1, end, "fewer") ||
            is(reader, token + 1, end, ","));
}

// Words that turn or suspend the clause. True if the word did.
static bool read_polarity(claim_reader *reader, size_t token, size_t end)
{
    const char *lower = token_at(reader, token)->lower;
    size_t size = strlen(lower);
    const char *class = lookup(POLARITY, COUNT(POLARITY), lower);
    cd_clause *clause = reader->clause;
    bool contracted = size > 3 && strcmp(lower + size - 3, "n't") == 0;
    if (contracted || (class && strcmp(class, "negator") == 0)) {
        if (is_idle_negation(reader, token, end))
            return true;
        // A second negator stresses the first: "no shots, not one".
        reader->negator = true;
        clause->word = clause->word ? clause->word : gs_arena_text(reader->arena, gs_view_of(lower));
        reader->focus_open = CD_FOCUS;
        clause->later |= strcmp(lower, "won't") == 0;
        clause->unreal |= strcmp(lower, "wouldn't") == 0 || strcmp(lower, "couldn't") == 0;
        return true;
    }
    if (!class)
        return false;
    if (strcmp(class, "falsity") == 0) {
        reader->falsity = true;
        clause->word = gs_arena_text(reader->arena, gs_view_of(lower));
        // What is false stands before the word.
        for (size_t i = 0; i < clause->count && clause->focus_count < CD_FOCUS; i++)
            clause->focus[clause->focus_count++] = clause->terms[clause->count - 1 - i].hash;
        reader->focus_open = clause->focus_count == 0 ? CD_FOCUS : 0;
    }
    clause->unreal |= strcmp(class, "unreal") == 0;
    clause->duty |= strcmp(class, "duty") == 0;
    clause->later |= strcmp(class, "later") == 0;
    return true;
}

// The longest name of a country at token: tokens it takes, 0 if none.
static size_t read_place(claim_reader *reader, size_t token, size_t end)
{
    if (!token_at(reader, token)->capitalised)
        return 0;
    gs_view first =
        gs_view_slice(reader->document->text, token_at(reader, token)->begin, token_at(reader, token)->end);
    bool capitals = true;
    for (size_t i = 0; i < first.size; i++)
        capitals &= !(first.data[i] >= 'a' && first.data[i] <= 'z');
    char term[120];
    size_t size = 0, taken = 0;
    const char *code = NULL;
    for (size_t words = 0; words < 4 && token + words < end; words++) {
        const char *lower = token_at(reader, token + words)->lower;
        size_t part = strlen(lower);
        if (size + part + 2 > sizeof term)
            break;
        if (words > 0)
            term[size++] = ' ';
        memcpy(term + size, lower, part);
        size += part;
        const char *found = gs_place_code(gs_view_make(term, size), capitals);
        if (found) {
            code = found;
            taken = words + 1;
        }
    }
    if (code && code[0] != '-')
        add_term(reader, place_term(code));
    return code && code[0] != '-' ? taken : 0;
}

// A capital inside a sentence, or one at its start with another behind it ("Hillary Clinton").
static bool is_name(const claim_reader *reader, size_t token, size_t end)
{
    const gs_token *found = token_at(reader, token);
    if (!found->capitalised)
        return false;
    return !found->sentence_start || (token + 1 < end && token_at(reader, token + 1)->capitalised);
}

static void read_clause(claim_reader *reader, size_t begin, size_t end)
{
    cd_claims *claims = reader->claims;
    if (claims->count == CD_CLAUSES || begin >= end)
        return;
    reader->clause = &claims->clauses[claims->count];
    *reader->clause = (cd_clause){0};
    reader->focus_open = 0;
    reader->negator = reader->falsity = false;
    for (size_t i = begin; i < end; i++) {
        const gs_token *token = token_at(reader, i);
        if (token->kind == GS_TOKEN_PUNCT) {
            reader->clause->unreal |= strcmp(token->lower, "?") == 0;
            continue;
        }
        if (token->kind != GS_TOKEN_WORD && token->kind != GS_TOKEN_NUMBER)
            continue;
        size_t after = read_number(reader, i, begin, end);
        if (after > i) {
            i = after - 1;
            continue;
        }
        if (read_polarity(reader, i, end))
            continue;
        size_t place = read_place(reader, i, end);
        if (place) {
            i += place - 1;
            continue;
        }
        bool we = strcmp(token->lower, "we") == 0 || strcmp(token->lower, "our") == 0 ||
                  strcmp(token->lower, "we've") == 0 || strcmp(token->lower, "we're") == 0 ||
                  strcmp(token->lower, "us") == 0 || strcmp(token->lower, "we'll") == 0;
        cd_term term;
        if (we && reader->country[0])
            add_term(reader, place_term(reader->country));
        else if (make_term(reader, token->lower, shown(reader, token), &term)) {
            term.name = is_name(reader, i, end) && !term.matter;
            add_term(reader, term);
        }
    }
    reader->clause->negated = reader->negator != reader->falsity;
    if (reader->clause->count || reader->clause->number_count)
        claims->count++;
}

// A finite verb soon behind: "and nobody was hurt" is a clause, "and two sailors" is not.
static bool starts_clause(const claim_reader *reader, size_t token, size_t end)
{
    static const char *const verbs[] = {"is",    "are",  "was",    "were", "has",   "have",
                                        "had",   "will", "would",  "can",  "could", "may",
                                        "might", "must", "should", "did",  "does",  "do"};
    for (size_t i = token; i < end && i < token + 5; i++) {
        const char *lower = token_at(reader, i)->lower;
        if (token_at(reader, i)->kind == GS_TOKEN_PUNCT)
            return false;
        size_t size = strlen(lower);
        if (size > 3 && strcmp(lower + size - 3, "n't") == 0)
            return true;
        for (size_t v = 0; v < COUNT(verbs); v++)
            if (strcmp(lower, verbs[v]) == 0)
                return true;
    }
    return false;
}

static bool splits(const claim_reader *reader, size_t token, size_t end)
{
    static const char *const words[] = {"but",    "while", "whereas", "although",
                                        "though", "which", "because", "however"};
    const gs_token *found = token_at(reader, token);
    // The parts of a divided quotation stand side by side.
    if (found->kind == GS_TOKEN_OPEN_QUOTE)
        return token > 0 && token_at(reader, token - 1)->kind == GS_TOKEN_CLOSE_QUOTE;
    if (found->kind == GS_TOKEN_PUNCT)
        return strcmp(found->lower, ";") == 0 || strcmp(found->lower, ":") == 0 ||
               strcmp(found->lower, "--") == 0 || strcmp(found->lower, "\xE2\x80\x94") == 0;
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(found->lower, words[i]) == 0)
            return true;
    return strcmp(found->lower, "and") == 0 && starts_clause(reader, token + 1, end);
}

void cd_claims_read(gs_view text, const char *country, bool denied, gs_arena *arena, cd_claims *claims)
{
    const gs_document *document = gs_lang_read(text, arena);
    *claims = (cd_claims){.clauses = gs_arena_alloc(arena, CD_CLAUSES * sizeof(cd_clause)),
                          .own = country && country[0] ? cd_place_hash(country) : 0};
    claim_reader reader = {
        .document = document, .arena = arena, .claims = claims, .country = country ? country : ""};
    for (size_t s = 0; s < document->sentence_count && claims->count < CD_CLAUSES; s++) {
        size_t begin = document->sentences[s].token_begin, end = document->sentences[s].token_end;
        for (size_t i = begin; i < end; i++) {
            if (!splits(&reader, i, end))
                continue;
            read_clause(&reader, begin, i);
            begin = i + 1;
        }
        read_clause(&reader, begin, end);
    }
    // "denied the report": its first clause is what is denied.
    if (denied && claims->count > 0) {
        cd_clause *first = &claims->clauses[0];
        first->negated = !first->negated;
        first->word = "denied";
        for (size_t i = 0; i < first->count && first->focus_count < CD_FOCUS; i++)
            first->focus[first->focus_count++] = first->terms[i].hash;
    }
}
