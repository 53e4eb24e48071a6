// Names of places, people and bodies, by the word:
//
//   iso-codes (Debian, LGPL-2.1+; the facts are those of ISO 3166-1, 3166-2 and 4217)
//   gazetteer/territories (OpenSanctions rigour, MIT): countries and their parts
//   gazetteer/holders (Wikidata, CC0; @unitedstates/congress-legislators, CC0): people in office
//   gazetteer/Phoenix.* (Open Event Data Alliance, MIT): synonyms of countries, people, bodies, roles
//
// Phoenix writes all in capitals, so names are kept without case and asked for by capitalised words.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "corpus_rename.h"
#include "lexicon_builder.h"
#include "name_words.h"

static const char word_ends[] = " _,.()[]/;:\"\t";

static bool begins_large(gs_view word)
{
    unsigned char first = word.size > 0 ? (unsigned char)word.data[0] : 0;
    return isupper(first) || (first == 0xC3 && word.size > 1 && (unsigned char)word.data[1] <= 0x9E);
}

// Every capitalised word of a name; of at least three bytes, or the articles of all languages come in.
static void add_words(lexicon_builder *self, gs_view name, uint32_t bits)
{
    gs_view rest = name, word;
    while (lexicon_next_piece(&rest, word_ends, &word))
        if (word.size >= 3 && begins_large(word))
            lexicon_builder_add(self, LANG_LEXICON_CAPITAL, word, bits);
}

// ---- ISO codes

static bool add_iso(lexicon_builder *self, const char *directory, const char *standard, uint32_t bits,
                    gs_error *error)
{
    static const char *const names[] = {"name", "common_name", "official_name"};
    char path[4096];
    snprintf(path, sizeof path, "%s/iso_%s.json", directory, standard);
    json_error_t problem;
    json_t *file = json_load_file(path, 0, &problem);
    if (!file)
        return gs_fail(error, GS_E_IO, "%s:%d: %s", path, problem.line, problem.text);
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(file, standard), index, entry)
    {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            add_words(self, gs_view_of(json_string_value(json_object_get(entry, names[i]))), bits);
        if (self->pool)
            name_pool_add_place(self->pool, gs_view_of(json_string_value(json_object_get(entry, "name"))));
    }
    json_decref(file);
    return true;
}

static bool add_currencies(lexicon_builder *self, const char *directory, gs_error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/iso_4217.json", directory);
    json_error_t problem;
    json_t *file = json_load_file(path, 0, &problem);
    if (!file)
        return gs_fail(error, GS_E_IO, "%s:%d: %s", path, problem.line, problem.text);
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(file, "4217"), index, entry)
    {
        gs_view name = gs_view_of(json_string_value(json_object_get(entry, "name")));
        gs_view rest = name, word, last = {0};
        while (lexicon_next_piece(&rest, word_ends, &word))
            last = word;
        if (last.size >= 3 && begins_large(last) && islower((unsigned char)last.data[1]))
            lexicon_builder_add(self, LANG_LEXICON_SMALL, last, LEXICON_BIT(UNIT));
        lexicon_builder_add(self, LANG_LEXICON_LETTERS,
                            gs_view_of(json_string_value(json_object_get(entry, "alpha_3"))),
                            LEXICON_BIT(UNIT));
    }
    json_decref(file);
    return true;
}

// ---- files in a folder, in the order of their names, so that a run is like the one before

typedef bool (*take_file)(lexicon_builder *self, const char *name, gs_view text);

static bool each_file(lexicon_builder *self, const char *gazetteer, const char *folder, take_file take,
                      gs_error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", gazetteer, folder);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0)
        return gs_fail(error, GS_E_IO, "%s: cannot read: %s", path, strerror(errno));
    gs_buffer text = {0};
    bool good = true;
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (good && name[0] != '.')
            good = lexicon_read_file(path, name, &text, error) && take(self, name, gs_buffer_view(&text));
        free(entries[i]);
    }
    free(entries);
    gs_buffer_free(&text);
    return good;
}

// The value of "key: value" at the start of a line; empty if it is another key.
static gs_view value_of(gs_view line, const char *key)
{
    size_t size = strlen(key);
    if (!gs_view_starts(line, key) || line.size <= size || line.data[size] != ':')
        return (gs_view){0};
    return gs_view_trim(gs_view_slice(line, size + 1, line.size));
}

// YAML, of which these files use one form only. The weak names of a place are in all languages: left out.
static bool take_territory(lexicon_builder *self, const char *name, gs_view text)
{
    (void)name;
    bool country = gs_view_find(text, gs_view_of("\nis_country: true"), 0) != SIZE_MAX;
    uint32_t bits = country ? LEXICON_BIT(COUNTRY) : LEXICON_BIT(REGION);
    bool strong = false;
    gs_view rest = text, line;
    while (lexicon_next_line(&rest, &line)) {
        bool item = gs_view_starts(line, "  - ");
        if (!item)
            strong = gs_view_starts(line, "names_strong:");
        if (item && strong)
            add_words(self, gs_view_slice(line, 4, gs_view_find(line, gs_view_of("#"), 0)), bits);
        add_words(self, value_of(line, "name"), bits);
        if (self->pool)
            name_pool_add_place(self->pool, value_of(line, "name"));
        add_words(self, value_of(line, "full_name"), bits);
    }
    return true;
}

// ---- people

static void add_person(lexicon_builder *self, gs_view name, bool surname_first)
{
    gs_view rest = name, word;
    bool first = true;
    rest = gs_view_slice(name, 0, gs_view_find(name, gs_view_of(","), 0)); // "Brown, Baron Malloch-Brown"
    rest = gs_view_trim(rest);
    if (self->pool)
        name_pool_add_person(self->pool, rest, surname_first);
    while (lexicon_next_piece(&rest, " _\"()", &word)) {
        rest = gs_view_trim(rest);
        bool last = surname_first ? first : rest.size == 0;
        bool initial = word.size < 2 || word.data[word.size - 1] == '.';
        bool title = first && (lexicon_builder_get(self, LANG_LEXICON_SMALL, word) & LEXICON_BIT(TITLE));
        if (!initial && !title && begins_large(word) &&
            !(word.size == 2 && isupper((unsigned char)word.data[1])))
            lexicon_builder_add(self, LANG_LEXICON_CAPITAL, word,
                                last ? LEXICON_BIT(SURNAME) : LEXICON_BIT(GIVEN));
        first = false;
    }
}

static void add_office(lexicon_builder *self, gs_view office)
{
    gs_view rest = office, word;
    while (lexicon_next_piece(&rest, word_ends, &word))
        if (lexicon_builder_get(self, LANG_LEXICON_SMALL, word) & LEXICON_BIT(PERSON_NOUN))
            lexicon_builder_add(self, LANG_LEXICON_SMALL, word, LEXICON_BIT(ROLE));
}

// The next field of a line of CSV (RFC 4180; a doubled quotation mark stays, names have none).
static gs_view next_field(gs_view *rest)
{
    bool quoted = rest->size > 0 && rest->data[0] == '"';
    size_t begin = quoted, end = begin;
    while (end < rest->size && rest->data[end] != (quoted ? '"' : ','))
        end++;
    gs_view field = gs_view_slice(*rest, begin, end);
    *rest = gs_view_slice(*rest, end + 1 + quoted, rest->size);
    return field;
}

enum { COLUMNS = 12 };

static void take_holders(lexicon_builder *self, const char *name, gs_view text)
{
    gs_view rest = text, line;
    int person = -1, office = -1;
    bool surname_first = gs_view_starts(gs_view_of(name), "china"); // as Wikidata labels them
    for (bool header = true; lexicon_next_line(&rest, &line); header = false)
        for (int column = 0; column < COLUMNS && line.size > 0; column++) {
            gs_view field = next_field(&line);
            if (header && (gs_view_equal(field, gs_view_of("person")) ||
                           gs_view_equal(field, gs_view_of("officeholderLabel"))))
                person = column;
            else if (header && (gs_view_equal(field, gs_view_of("positionLabel")) ||
                                (office < 0 && gs_view_equal(field, gs_view_of("position")))))
                office = column;
            else if (!header && column == person)
                add_person(self, field, surname_first);
            else if (!header && column == office)
                add_office(self, field);
        }
}

static bool take_holder_file(lexicon_builder *self, const char *name, gs_view text)
{
    if (gs_view_ends(gs_view_of(name), ".csv")) {
        take_holders(self, name, text);
        return true;
    }
    static const struct {
        const char *key;
        uint32_t bits;
    } keys[] = {{"    first", LEXICON_BIT(GIVEN)},
                {"    middle", LEXICON_BIT(GIVEN)},
                {"    nickname", LEXICON_BIT(GIVEN)},
                {"    last", LEXICON_BIT(SURNAME)}};
    gs_view rest = text, line;
    while (lexicon_next_line(&rest, &line))
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
            add_words(self, value_of(line, keys[i].key), keys[i].bits);
    return true;
}

// ---- Phoenix: NAME_OF_ACTOR_ [CODE]  # comment; "+" before a synonym

static gs_view phoenix_name(gs_view line)
{
    size_t end = 0;
    while (end < line.size && !strchr(" \t[#{", line.data[end]))
        end++;
    gs_view name = gs_view_slice(line, line.size > 0 && line.data[0] == '+', end);
    while (name.size > 0 && name.data[name.size - 1] == '_')
        name.size--;
    return name;
}

static bool one_word(gs_view name)
{
    return name.size > 0 && !memchr(name.data, '_', name.size);
}

// A country's block opens with its name and a code of three letters, and lists synonyms, cities and
// adjectives with "+"; the people that follow have the comment "# CountryInfo.txt".
static void take_countries(lexicon_builder *self, gs_view text)
{
    gs_view rest = text, line;
    bool place = false;
    while (lexicon_next_line(&rest, &line)) {
        gs_view name = phoenix_name(line);
        bool person = gs_view_find(line, gs_view_of("# CountryInfo.txt"), 0) != SIZE_MAX;
        if (name.size == 0)
            continue;
        if (line.data[0] != '+') {
            size_t code = gs_view_find(line, gs_view_of("["), 0);
            place = !person && code != SIZE_MAX && line.size > code + 4 && line.data[code + 4] == ']';
        }
        if (person && !one_word(name))
            add_person(self, name, false);
        char demonym[LANG_LEXICON_FORM_BYTES] = "";
        for (size_t i = 0; i < name.size && i + 1 < sizeof demonym; i++)
            demonym[i] = (char)(i == 0 ? name.data[i] : tolower((unsigned char)name.data[i]));
        if (place && one_word(name) && name.size >= 4 && !name_words_demonym(demonym))
            lexicon_builder_add(self, LANG_LEXICON_CAPITAL, name, LEXICON_BIT(PLACE));
        if (self->pool && place && !name_words_demonym(demonym))
            name_pool_add_capitals(self->pool, name, true);
    }
}

// Companies and organisations; the people among them have the years of their office in the brackets.
static bool is_body(gs_view line)
{
    static const char *const codes[] = {"[NGO", "[MNC", "[IGO"};
    bool body = false;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        body = body || gs_view_find(line, gs_view_of(codes[i]), 0) != SIZE_MAX;
    for (size_t at = gs_view_find(line, gs_view_of("["), 0); body && at < line.size && line.data[at] != ']';
         at++)
        body = !isdigit((unsigned char)line.data[at]);
    return body;
}

static void take_bodies(lexicon_builder *self, gs_view text)
{
    gs_view rest = text, line;
    while (lexicon_next_line(&rest, &line)) {
        gs_view name = phoenix_name(line), word;
        if (self->pool && is_body(line))
            name_pool_add_capitals(self->pool, name, false);
        if (one_word(name) && name.size >= 2 && name.size <= 6)
            lexicon_builder_add(self, LANG_LEXICON_LETTERS, name, LEXICON_BIT(BODY));
        if (one_word(name) && name.size >= 4)
            lexicon_builder_add(self, LANG_LEXICON_CAPITAL, name, LEXICON_BIT(BODY));
        for (gs_view words = name; !one_word(name) && lexicon_next_piece(&words, "_", &word);)
            if (word.size >= 4 && begins_large(word))
                lexicon_builder_add(self, LANG_LEXICON_CAPITAL, word, LEXICON_BIT(BODY_PART));
    }
}

// Agents stand for persons and bodies alike; the last word decides, and WordNet knows what it is.
static void take_agents(lexicon_builder *self, gs_view text)
{
    static const char *const official[] = {"[~GOV", "[~LEG", "[~MIL", "[~JUD",
                                           "[~COP", "[~SPY", "[~ELI", "[~OPP"};
    gs_view rest = text, line;
    while (lexicon_next_line(&rest, &line)) {
        bool wanted = false;
        for (size_t i = 0; i < sizeof official / sizeof official[0]; i++)
            wanted = wanted || gs_view_find(line, gs_view_of(official[i]), 0) != SIZE_MAX;
        gs_view words = phoenix_name(line), word, last = {0};
        while (lexicon_next_piece(&words, "_", &word))
            last = word;
        uint32_t known = last.size > 0 ? lexicon_builder_get(self, LANG_LEXICON_SMALL, last) : 0;
        if (wanted && (known & LEXICON_BIT(PERSON_NOUN)))
            lexicon_builder_add(self, LANG_LEXICON_SMALL, last, LEXICON_BIT(ROLE));
        else if (wanted && (known & LEXICON_BIT(GROUP_NOUN)))
            lexicon_builder_add(self, LANG_LEXICON_SMALL, last, LEXICON_BIT(BODY_HEAD));
    }
}

bool lexicon_add_places(lexicon_builder *self, const char *iso_codes, const char *gazetteer, gs_error *error)
{
    gs_buffer text = {0};
    bool good = add_iso(self, iso_codes, "3166-1", LEXICON_BIT(COUNTRY), error) &&
                add_iso(self, iso_codes, "3166-2", LEXICON_BIT(REGION), error) &&
                add_currencies(self, iso_codes, error) &&
                each_file(self, gazetteer, "territories", take_territory, error) &&
                lexicon_read_file(gazetteer, "Phoenix.Countries.actors.txt", &text, error);
    if (good)
        take_countries(self, gs_buffer_view(&text));
    gs_buffer_free(&text);
    return good;
}

bool lexicon_add_people(lexicon_builder *self, const char *gazetteer, gs_error *error)
{
    gs_buffer text = {0};
    bool good = each_file(self, gazetteer, "holders", take_holder_file, error) &&
                lexicon_read_file(gazetteer, "Phoenix.International.actors.txt", &text, error);
    if (good) {
        take_bodies(self, gs_buffer_view(&text));
        good = lexicon_read_file(gazetteer, "Phoenix.agents.txt", &text, error);
    }
    if (good)
        take_agents(self, gs_buffer_view(&text));
    gs_buffer_free(&text);
    return good;
}
