// Corpora of names, and the machine-made annotation of the PolNeAR texts, into the shape of treebanks.
//
// Each has its own classes; a table a corpus says what they are here, and a class that no table has is an
// error, so that a new release of a corpus cannot slip by. Names are told as "B-KIND", "I-KIND" and "O"; what
// a corpus does not annotate is "_", and the trainer learns nothing from it: wikigold marks no dates or
// amounts, re3d marks pronouns and common nouns, which are no names here.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "corpus_entities.h"
#include "name_words.h"

enum { SILVER_COLUMNS = 9, LINE_BYTES = 1 << 16 };

typedef struct name_class {
    const char *theirs, *ours;
    bool common; // only corpora that mark common nouns and pronouns too have this class
} name_class;

// CoreNLP 3.x; INSTRUCTIONS.txt of PolNeAR. Durations and "every Monday" are dates as OntoNotes has them.
static const name_class silver_classes[] = {
    {"PERSON", "PERSON", false},   {"ORGANIZATION", "ORG", false}, {"LOCATION", "LOC", false},
    {"MISC", "MISC", false},       {"DATE", "DATE", false},        {"DURATION", "DATE", false},
    {"SET", "DATE", false},        {"TIME", "TIME", false},        {"MONEY", "MONEY", false},
    {"PERCENT", "PERCENT", false}, {"NUMBER", "CARDINAL", false},  {"ORDINAL", "ORDINAL", false},
    {NULL, NULL, false},
};

// wikigold (CoNLL-2003), re3d and worldwide newswire use no class in two senses, so one table serves them.
// A facility is a place here. re3d's quantities are counts of things ("at least three", "265").
static const name_class bio_classes[] = {
    {"PER", "PERSON", false},
    {"LOC", "LOC", false},
    {"ORG", "ORG", false},
    {"MISC", "MISC", false},
    {"Person", "PERSON", false},
    {"Organization", "ORG", false},
    {"Location", "LOC", false},
    {"Facility", "LOC", false},
    {"NORP", "NORP", false},
    {"Money", "MONEY", false},
    {"Date", "DATE", false},
    {"Product", "MISC", false},
    {"Misc", "MISC", false},
    {"Organisation", "ORG", true},
    {"Nationality", "NORP", true},
    {"Temporal", "DATE", true},
    {"Weapon", "MISC", true},
    {"MilitaryPlatform", "MISC", true},
    {"DocumentReference", "MISC", true},
    {"Quantity", "CARDINAL", true},
    {NULL, NULL, false},
};

// What CoreNLP calls a date, and no annotator does.
static const char *const vague_dates[] = {"now",        "once",     "previously", "recently", "current",
                                          "currently",  "future",   "past",       "recent",   "later",
                                          "presently",  "previous", "nowadays",   "present",  "then",
                                          "afterwards", "formerly", NULL};

// Penn Treebank escapes by form and length in the text: a curly mark takes three bytes there, a straight one
// or two. bytes 0: any length.
static const struct {
    const char *form;
    long bytes;
    const char *text;
} escapes[] = {
    {"``", 3, "“"},    {"``", 0, "\""},   {"''", 3, "”"},    {"''", 0, "\""},   {"`", 3, "‘"},
    {"`", 0, "'"},     {"'", 3, "’"},     {"-LRB-", 0, "("}, {"-RRB-", 0, ")"}, {"-LSB-", 0, "["},
    {"-RSB-", 0, "]"}, {"-LCB-", 0, "{"}, {"-RCB-", 0, "}"}, {"'s", 4, "’s"},   {"'S", 4, "’S"},
    {"n't", 5, "n’t"}, {"'re", 5, "’re"}, {"'ve", 5, "’ve"}, {"'ll", 5, "’ll"}, {"'m", 4, "’m"},
    {"'d", 4, "’d"},   {"--", 3, "—"},    {"$", 3, "€"},
};

typedef struct names_reader {
    corpus *corpus;
    corpus_word *words; // of the sentence under reading; reused
    size_t count, capacity;
    bool new_document;
    char last_class[64]; // of the word before, to part names of unlike classes
    long last_end;       // silver: byte offset behind the word before
    bool common, dated;  // BIO: the file marks common nouns, dates
} names_reader;

static const char *keep(corpus *self, const char *text)
{
    return gs_arena_text(self->arena, gs_view_of(text));
}

static corpus_word *add_word(names_reader *reader)
{
    if (reader->count == reader->capacity) {
        reader->capacity = reader->capacity ? reader->capacity * 2 : 256;
        reader->words = gs_reallocate(reader->words, reader->capacity * sizeof *reader->words);
    }
    corpus_word *word = &reader->words[reader->count++];
    *word = (corpus_word){.lemma = "_",
                          .xpos = "_",
                          .relation = "_",
                          .upos = GS_UPOS_COUNT,
                          .space_after = true,
                          .head = -2,
                          .name = "O",
                          .misc = "_"};
    return word;
}

static const name_class *find_class(const name_class *classes, const char *theirs)
{
    for (; classes->theirs; classes++)
        if (strcmp(classes->theirs, theirs) == 0)
            return classes;
    return NULL;
}

static bool is_vague_date(const char *form)
{
    for (size_t i = 0; vague_dates[i]; i++)
        if (strcmp(form, vague_dates[i]) == 0)
            return true;
    return false;
}

// The corpora call a nationality MISC; one that stands alone is known by its form.
static void tell_peoples(corpus_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool ends = i + 1 == count || words[i + 1].name[0] != 'I';
        if (ends && strcmp(words[i].name, "B-MISC") == 0 && name_words_demonym(words[i].form))
            words[i].name = "B-NORP";
        if (ends && strcmp(words[i].name, "B-MISC") == 0 && strcmp(words[i].form, "GOP") == 0)
            words[i].name = "B-ORG";
        if (ends && strcmp(words[i].name, "B-DATE") == 0 && is_vague_date(words[i].form))
            words[i].name = "O";
    }
}

static void end_sentence(names_reader *reader)
{
    reader->last_class[0] = '\0';
    if (reader->count == 0)
        return;
    tell_peoples(reader->words, reader->count);
    corpus_sentence *sentence = corpus_add(reader->corpus, reader->words, reader->count);
    sentence->new_document = sentence->new_paragraph = reader->new_document;
    reader->count = 0;
    reader->new_document = false;
}

// ---- PolNeAR's silver annotation

static const char *unescape(const char *form, long bytes)
{
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++)
        if (strcmp(form, escapes[i].form) == 0 && (escapes[i].bytes == 0 || escapes[i].bytes == bytes))
            return escapes[i].text;
    return form;
}

// The column is inside or outside only: neighbours of one class are one name.
static bool set_silver_name(names_reader *reader, corpus_word *word, const char *label)
{
    const name_class *found = find_class(silver_classes, label);
    if (!found && strcmp(label, "O") != 0)
        return false;
    if (found) {
        char mark = strcmp(reader->last_class, label) == 0 ? 'I' : 'B';
        word->name = gs_arena_format(reader->corpus->arena, "%c-%s", mark, found->ours);
    }
    snprintf(reader->last_class, sizeof reader->last_class, "%s", label);
    return true;
}

static bool take_silver_line(names_reader *reader, char *line)
{
    char *column[SILVER_COLUMNS];
    int count = 0;
    for (char *at = line; at && count < SILVER_COLUMNS; count++) {
        column[count] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = '\0';
    }
    if (count != SILVER_COLUMNS)
        return false;
    long begin = strtol(column[7], NULL, 10), end = strtol(column[8], NULL, 10);
    if (reader->count > 0 && begin == reader->last_end)
        reader->words[reader->count - 1].space_after = false;
    reader->last_end = end;
    corpus_word *word = add_word(reader);
    word->form = keep(reader->corpus, unescape(column[1], end - begin));
    word->lemma = keep(reader->corpus, unescape(column[2], end - begin));
    word->xpos = keep(reader->corpus, column[3]);
    char *rest;
    word->head = (int32_t)strtol(column[5], &rest, 10) - 1;
    if (rest == column[5])
        word->head = -2;
    word->relation = keep(reader->corpus, column[6]);
    return set_silver_name(reader, word, column[4]);
}

static size_t strip_line_end(char *line)
{
    size_t size = strlen(line);
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
        line[--size] = '\0';
    return size;
}

bool corpus_read_silver(corpus *self, const char *path, gs_error *error)
{
    gzFile file = gzopen(path, "rb");
    if (!file)
        return gs_fail(error, GS_E_IO, "%s: cannot read: %s", path, strerror(errno));
    if (!self->arena)
        self->arena = gs_arena_new(0);
    names_reader reader = {.corpus = self, .new_document = true};
    char *line = gs_allocate(LINE_BYTES);
    bool good = true;
    for (size_t number = 1; good && gzgets(file, line, LINE_BYTES); number++) {
        if (strip_line_end(line) == 0)
            end_sentence(&reader);
        else if (strncmp(line, "# id =", 6) == 0)
            reader.new_document = true;
        else if (!take_silver_line(&reader, line))
            good = gs_fail(error, GS_E_INPUT,
                           "%s:%zu: not a token with nine columns and a known entity class", path, number);
    }
    int code = Z_OK;
    const char *message = gzerror(file, &code);
    if (good && code != Z_OK && code != Z_STREAM_END)
        good = gs_fail(error, GS_E_DAMAGED, "%s: cannot be decompressed: %s", path, message);
    if (good)
        end_sentence(&reader);
    gzclose(file);
    free(line);
    free(reader.words);
    return good;
}

// ---- wikigold, re3d, worldwide newswire: a word and a class a line

static bool take_bio_line(names_reader *reader, char *line)
{
    char *label = strchr(line, '\t');
    if (!label)
        label = strrchr(line, ' ');
    if (!label || label == line)
        return false;
    *label++ = '\0';
    label[strcspn(label, "\t")] = '\0'; // worldwide: names inside names, the outermost first
    corpus_word *word = add_word(reader);
    word->form = keep(reader->corpus, line);
    if (strcmp(label, "O") == 0) {
        reader->last_class[0] = '\0';
        return true;
    }
    const name_class *found = label[1] == '-' ? find_class(bio_classes, label + 2) : NULL;
    if ((label[0] != 'B' && label[0] != 'I') || !found)
        return false;
    reader->common = reader->common || found->common;
    reader->dated = reader->dated || strcmp(found->ours, "DATE") == 0;
    // IOB1 (wikigold) starts a name with I-, and with B- only right behind another of its class.
    bool begins = label[0] == 'B' || strcmp(reader->last_class, label + 2) != 0;
    word->name = gs_arena_format(reader->corpus->arena, "%c-%s", begins ? 'B' : 'I', found->ours);
    snprintf(reader->last_class, sizeof reader->last_class, "%s", label + 2);
    return true;
}

static const char *const closing[] = {",",  ".",  ";",  ":",   "?",   "!",   ")",   "]",   "}",
                                      "%",  "'s", "'S", "’s",  "n't", "'re", "'ve", "'ll", "'m",
                                      "'d", "’",  "”",  "...", "…",   "''",  NULL};
static const char *const opening[] = {"(", "[", "{", "$", "€", "£", "“", "‘", "``", NULL};

static bool is_one_of(const char *const *list, const char *form)
{
    for (; *list; list++)
        if (strcmp(*list, form) == 0)
            return true;
    return false;
}

// The files are tokenised and do not tell what was parted: the usual rules of spacing, quotation marks in
// pairs.
static void space_naturally(corpus_word *words, size_t count)
{
    bool quoted = false;
    for (size_t i = 0; i < count; i++) {
        words[i].space_after = !is_one_of(opening, words[i].form);
        if (i > 0 && is_one_of(closing, words[i].form))
            words[i - 1].space_after = false;
        if (strcmp(words[i].form, "\"") != 0)
            continue;
        if (quoted && i > 0)
            words[i - 1].space_after = false;
        quoted = !quoted;
        words[i].space_after = !quoted;
    }
}

static void finish_bio(const names_reader *reader, size_t first)
{
    corpus *self = reader->corpus;
    for (size_t i = first; i < self->count; i++) {
        corpus_sentence *sentence = &self->sentences[i];
        space_naturally(sentence->words, sentence->count);
        if (reader->common)
            names_keep_proper(sentence->words, sentence->count, self->arena);
        if (!reader->dated)
            names_forget_numbers(sentence->words, sentence->count);
    }
}

bool corpus_read_bio(corpus *self, const char *path, gs_error *error)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return gs_fail(error, GS_E_IO, "%s: cannot read: %s", path, strerror(errno));
    if (!self->arena)
        self->arena = gs_arena_new(0);
    size_t first = self->count;
    names_reader reader = {.corpus = self, .new_document = true};
    char *line = NULL;
    size_t capacity = 0, number = 0;
    bool good = true;
    while (good && getline(&line, &capacity, file) >= 0) {
        number++;
        if (strip_line_end(line) == 0) {
            end_sentence(&reader);
        } else if (strncmp(line, "-DOCSTART-", 10) == 0) {
            end_sentence(&reader);
            reader.new_document = true;
        } else if (!take_bio_line(&reader, line)) {
            good = gs_fail(error, GS_E_INPUT, "%s:%zu: not a word and a known entity class", path, number);
        }
    }
    if (good)
        end_sentence(&reader);
    if (good)
        finish_bio(&reader, first);
    free(line);
    free(reader.words);
    fclose(file);
    return good;
}

// ---- parts of a corpus

void corpus_hold_out_fifth(const corpus *from, corpus *rest, corpus *fifth)
{
    size_t document = 0;
    for (size_t i = 0; i < from->count; i++) {
        const corpus_sentence *sentence = &from->sentences[i];
        if (sentence->new_document && i > 0)
            document++;
        corpus *to = document % 5 == 4 ? fifth : rest;
        corpus_sentence *copy = corpus_add(to, sentence->words, sentence->count);
        copy->new_document = sentence->new_document;
        copy->new_paragraph = sentence->new_paragraph;
        copy->text = sentence->text;
    }
}
