// WordNet 3.0 (Princeton University, 2006; its licence allows any use) into word classes.
//
// data.POS tells of each synset its words as they are written and the lexicographer's file it stands in
// (wndb(5WN), lexnames(5WN)); index.POS the senses of a word, the most frequent first. Inflected forms are
// made here by the rules that morphy(7WN) undoes, except where POS.exc has an irregular form of the kind.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon_builder.h"

// Lexicographer files that matter; the others set no bit of their own.
enum {
    LEX_ANIMAL = 5,
    LEX_COMMUNICATION = 10,
    LEX_GROUP = 14,
    LEX_LOCATION = 15,
    LEX_OBJECT = 17,
    LEX_PERSON = 18,
    LEX_PLANT = 20,
    LEX_QUANTITY = 23,
    LEX_TIME = 28,
    LEX_VERB_COMMUNICATION = 32,
};

enum { SENSES = 2 }; // of a word; rarer ones mislead: "man" is a place, "act" a document

static const struct {
    long file;
    uint32_t bits;
} classes[] = {
    {LEX_PERSON, LEXICON_BIT(PERSON_NOUN)},
    {LEX_GROUP, LEXICON_BIT(GROUP_NOUN)},
    {LEX_LOCATION, LEXICON_BIT(PLACE_NOUN)},
    {LEX_TIME, LEXICON_BIT(TIME_NOUN)},
    {LEX_QUANTITY, LEXICON_BIT(QUANTITY_NOUN)},
    {LEX_COMMUNICATION, LEXICON_BIT(SPEECH_NOUN)},
    {LEX_VERB_COMMUNICATION, LEXICON_BIT(SPEECH_VERB)},
};

typedef struct part_of_speech {
    const char *data, *index, *exceptions;
    uint32_t bits;
} part_of_speech;

static const part_of_speech parts[] = {
    {"data.noun", "index.noun", "noun.exc", LEXICON_BIT(NOUN)},
    {"data.verb", "index.verb", "verb.exc", LEXICON_BIT(VERB)},
    {"data.adj", "index.adj", "adj.exc", LEXICON_BIT(ADJECTIVE)},
    {"data.adv", "index.adv", "adv.exc", LEXICON_BIT(ADVERB)},
};

static uint32_t class_bits(long file)
{
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (classes[i].file == file)
            return classes[i].bits;
    return 0;
}

static bool has_capital(gs_view word)
{
    char small[LANG_LEXICON_FORM_BYTES];
    size_t capitals = 0;
    return lang_lexicon_small(word, small, &capitals) > 0 && capitals > 0;
}

static bool all_capitals(gs_view word)
{
    for (size_t i = 0; i < word.size; i++)
        if (!isupper((unsigned char)word.data[i]) && word.data[i] != '.')
            return false;
    return word.size >= 2;
}

// A capitalised word or phrase. A person's name is taken apart; of other phrases only bodies' words are kept.
static void add_proper(lexicon_builder *self, gs_view phrase, long file, bool instance)
{
    static const struct {
        long file;
        uint32_t bits;
    } instances[] = {{LEX_LOCATION, LEXICON_BIT(PLACE)},
                     {LEX_OBJECT, LEXICON_BIT(REGION)},
                     {LEX_GROUP, LEXICON_BIT(BODY)},
                     {LEX_PERSON, LEXICON_BIT(SURNAME)}};
    if (file == LEX_ANIMAL || file == LEX_PLANT) // genera and families: no words of the news
        return;
    uint32_t bits = LEXICON_BIT(PROPER);
    for (size_t i = 0; i < sizeof instances / sizeof instances[0]; i++)
        if (instances[i].file == file && (instance || file == LEX_GROUP))
            bits |= instances[i].bits;
    gs_view rest = phrase, word;
    if (!memchr(phrase.data, '_', phrase.size)) {
        lexicon_builder_add(self, all_capitals(phrase) ? LANG_LEXICON_LETTERS : LANG_LEXICON_CAPITAL, phrase,
                            bits);
        return;
    }
    if (file != LEX_PERSON || !instance)
        return;
    while (lexicon_next_piece(&rest, "_", &word))
        if (word.size > 2 && isupper((unsigned char)word.data[0]) && word.data[word.size - 1] != '.' &&
            !all_capitals(word))
            lexicon_builder_add(self, LANG_LEXICON_CAPITAL, word,
                                rest.size == 0 ? LEXICON_BIT(SURNAME) : LEXICON_BIT(GIVEN));
}

// offset lex_filenum ss_type w_cnt word lex_id [word lex_id…] p_cnt [ptr…]… | gloss
static void add_synset(lexicon_builder *self, gs_view line, uint32_t bits)
{
    gs_view rest = line, piece;
    if (!lexicon_next_piece(&rest, " ", &piece) || !lexicon_next_piece(&rest, " ", &piece))
        return;
    long file = strtol(piece.data, NULL, 10);
    lexicon_next_piece(&rest, " ", &piece);
    lexicon_next_piece(&rest, " ", &piece);
    unsigned long words = strtoul(piece.data, NULL, 16);
    gs_view gloss = gs_view_of("|");
    size_t bar = gs_view_find(line, gloss, 0);
    bool instance = gs_view_find(gs_view_slice(line, 0, bar), gs_view_of(" @i "), 0) != SIZE_MAX;
    for (unsigned long i = 0; i < words && lexicon_next_piece(&rest, " ", &piece); i++) {
        size_t marker = gs_view_find(piece, gs_view_of("("), 0); // adjectives: "galore(ip)"
        gs_view word = gs_view_slice(piece, 0, marker);
        if (has_capital(word))
            add_proper(self, word, file, instance);
        else if (!memchr(word.data, '_', word.size) && !isdigit((unsigned char)word.data[0]))
            lexicon_builder_add(self, LANG_LEXICON_SMALL, word, bits);
        lexicon_next_piece(&rest, " ", &piece); // lex_id
    }
}

// lemma pos synset_cnt p_cnt [symbol…] sense_cnt tagsense_cnt offset [offset…]
static void add_senses(lexicon_builder *self, gs_view line, gs_view data)
{
    gs_view rest = line, word, piece;
    lexicon_next_piece(&rest, " ", &word);
    if (memchr(word.data, '_', word.size) || lexicon_builder_get(self, LANG_LEXICON_SMALL, word) == 0)
        return;
    lexicon_next_piece(&rest, " ", &piece);
    lexicon_next_piece(&rest, " ", &piece);
    lexicon_next_piece(&rest, " ", &piece);
    for (unsigned long pointers = strtoul(piece.data, NULL, 10); pointers > 0; pointers--)
        lexicon_next_piece(&rest, " ", &piece);
    lexicon_next_piece(&rest, " ", &piece);
    lexicon_next_piece(&rest, " ", &piece);
    for (int i = 0; i < SENSES && lexicon_next_piece(&rest, " ", &piece); i++) {
        size_t offset = strtoul(piece.data, NULL, 10);
        if (offset + 12 > data.size)
            return;
        lexicon_builder_add(self, LANG_LEXICON_SMALL, word,
                            class_bits(strtol(data.data + offset + 9, NULL, 10)));
    }
}

// ---- inflection

static bool is_vowel(char letter)
{
    return letter != '\0' && strchr("aeiou", letter) != NULL;
}

static void add_with(lexicon_builder *self, gs_view word, size_t cut, const char *ending, uint32_t bits)
{
    char form[LANG_LEXICON_FORM_BYTES];
    size_t size = strlen(ending);
    if (word.size - cut + size > sizeof form)
        return;
    memcpy(form, word.data, word.size - cut);
    memcpy(form + word.size - cut, ending, size);
    lexicon_builder_add(self, LANG_LEXICON_SMALL, gs_view_make(form, word.size - cut + size), bits);
}

static void add_s(lexicon_builder *self, gs_view word, uint32_t bits)
{
    char last = word.data[word.size - 1], before = word.size > 1 ? word.data[word.size - 2] : '\0';
    if ((bits & LEXICON_BIT(NOUN_PLURAL)) &&
        gs_view_ends(word, "man")) // "spokesmen"; morphy undoes it as well
        add_with(self, word, 2, "en", bits);
    if (last == 'y' && before != '\0' && !is_vowel(before))
        add_with(self, word, 1, "ies", bits);
    else if (last == 's' || last == 'x' || last == 'z' || (last == 'h' && (before == 's' || before == 'c')))
        add_with(self, word, 0, "es", bits);
    else
        add_with(self, word, 0, "s", bits);
    if (last == 'o') // "heroes" beside "photos"
        add_with(self, word, 0, "es", bits);
}

static void add_ed_and_er(lexicon_builder *self, gs_view word, const char *ending, uint32_t bits)
{
    char last = word.data[word.size - 1], before = word.size > 1 ? word.data[word.size - 2] : '\0';
    if (last == 'e')
        add_with(self, word, 0, ending + 1, bits);
    else if (last == 'y' && before != '\0' && !is_vowel(before)) {
        char with_i[8] = "i";
        strncat(with_i, ending, sizeof with_i - 2);
        add_with(self, word, 1, with_i, bits);
    } else {
        add_with(self, word, 0, ending, bits);
    }
}

// The forms of a word, less those that exceptions name: irregular has bit 0 set for a past form, bit 1 for
// -ing, bit 2 for a plural, bit 3 for comparison.
enum { IRREGULAR_PAST = 1, IRREGULAR_ING = 2, IRREGULAR_PLURAL = 4, IRREGULAR_ER = 8 };

static void inflect(lexicon_builder *self, gs_view word, uint32_t bits, unsigned irregular)
{
    if (word.size < 2 || !isalpha((unsigned char)word.data[word.size - 1]))
        return;
    uint32_t speech = lexicon_builder_get(self, LANG_LEXICON_SMALL, word) & LEXICON_BIT(SPEECH_VERB);
    if ((bits & LEXICON_BIT(NOUN)) && !(irregular & IRREGULAR_PLURAL))
        add_s(self, word, LEXICON_BIT(NOUN_PLURAL));
    if (bits & LEXICON_BIT(VERB)) {
        add_s(self, word, LEXICON_BIT(VERB_S) | speech);
        if (!(irregular & IRREGULAR_PAST))
            add_ed_and_er(self, word, "ed", LEXICON_BIT(VERB_PAST) | speech);
        bool mute = word.data[word.size - 1] == 'e' && word.data[word.size - 2] != 'e';
        if (!(irregular & IRREGULAR_ING))
            add_with(self, word, mute, "ing", LEXICON_BIT(VERB_ING) | speech);
    }
    if ((bits & LEXICON_BIT(ADJECTIVE)) && !(irregular & IRREGULAR_ER) && word.size <= 6) {
        add_ed_and_er(self, word, "er", LEXICON_BIT(ADJECTIVE_ER));
        add_ed_and_er(self, word, "est", LEXICON_BIT(ADJECTIVE_ER));
    }
}

// One line of POS.exc: the inflected form, then its base forms. Marks the bases as irregular in *marks.
static void add_exception(lexicon_builder *self, lexicon_builder *marks, gs_view line, uint32_t part)
{
    gs_view rest = line, form, base;
    if (!lexicon_next_piece(&rest, " ", &form) || memchr(form.data, '_', form.size))
        return;
    unsigned mark = IRREGULAR_ER;
    uint32_t bits = LEXICON_BIT(ADJECTIVE_ER);
    if (part == LEXICON_BIT(NOUN)) {
        mark = IRREGULAR_PLURAL;
        bits = LEXICON_BIT(NOUN_PLURAL);
    } else if (part == LEXICON_BIT(VERB)) {
        bool ing = gs_view_ends(form, "ing"), s = gs_view_ends(form, "s");
        mark = ing ? IRREGULAR_ING : s ? 0 : IRREGULAR_PAST;
        bits = ing ? LEXICON_BIT(VERB_ING) : s ? LEXICON_BIT(VERB_S) : LEXICON_BIT(VERB_PAST);
    }
    while (lexicon_next_piece(&rest, " ", &base)) {
        uint32_t speech = lexicon_builder_get(self, LANG_LEXICON_SMALL, base) & LEXICON_BIT(SPEECH_VERB);
        lexicon_builder_add(self, LANG_LEXICON_SMALL, form, bits | (part == LEXICON_BIT(VERB) ? speech : 0));
        lexicon_builder_add(marks, LANG_LEXICON_SMALL, base, mark);
    }
}

static bool is_list_line(gs_view line)
{
    return line.size > 0 && line.data[0] != ' '; // the licence at the top is indented
}

static bool add_part(lexicon_builder *self, const char *directory, const part_of_speech *part,
                     gs_error *error)
{
    gs_buffer data = {0}, index = {0}, exceptions = {0};
    lexicon_builder marks;
    lexicon_builder_init(&marks);
    bool good = lexicon_read_file(directory, part->data, &data, error) &&
                lexicon_read_file(directory, part->index, &index, error) &&
                lexicon_read_file(directory, part->exceptions, &exceptions, error);
    gs_view rest = gs_buffer_view(&data), line;
    while (good && lexicon_next_line(&rest, &line))
        if (is_list_line(line))
            add_synset(self, line, part->bits);
    rest = gs_buffer_view(&index);
    while (good && lexicon_next_line(&rest, &line))
        if (is_list_line(line))
            add_senses(self, line, gs_buffer_view(&data));
    rest = gs_buffer_view(&exceptions);
    while (good && lexicon_next_line(&rest, &line))
        add_exception(self, &marks, line, part->bits);
    rest = gs_buffer_view(&index);
    while (good && lexicon_next_line(&rest, &line)) {
        gs_view word = gs_view_slice(line, 0, gs_view_find(line, gs_view_of(" "), 0));
        if (is_list_line(line) && !memchr(word.data, '_', word.size) &&
            (lexicon_builder_get(self, LANG_LEXICON_SMALL, word) & part->bits))
            inflect(self, word, part->bits, lexicon_builder_get(&marks, LANG_LEXICON_SMALL, word));
    }
    lexicon_builder_free(&marks);
    gs_buffer_free(&data);
    gs_buffer_free(&index);
    gs_buffer_free(&exceptions);
    return good;
}

bool lexicon_add_wordnet(lexicon_builder *self, const char *directory, gs_error *error)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!add_part(self, directory, &parts[i], error))
            return false;
    return true;
}
