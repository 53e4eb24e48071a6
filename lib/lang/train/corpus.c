// Treebanks in CoNLL-U (https://universaldependencies.org/format.html), read whole into one arena.
//
// Only what the trainer learns from is kept: the ten columns less features and enhanced dependencies. A line
// that is not CoNLL-U ends the reading with the file's name and the line's number: a treebank that is half
// read would train a model that is half right.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train.h"

enum { COLUMNS = 10, NAME_UNKNOWN_HEAD = -2 };

typedef struct conllu_reader {
    corpus *corpus;
    corpus_word *words; // of the sentence under reading; reused
    size_t count, capacity;
    uint32_t range_first, range_last; // of the multiword token under reading, by word number
    bool range_space_after;
    bool new_paragraph, new_document;
    const char *text;
} conllu_reader;

static const char *keep(corpus *self, const char *text)
{
    return gs_arena_text(self->arena, gs_view_of(text));
}

corpus_sentence *corpus_add(corpus *self, const corpus_word *words, size_t count)
{
    if (!self->arena)
        self->arena = gs_arena_new(0);
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 1024;
        self->sentences = gs_reallocate(self->sentences, self->capacity * sizeof *self->sentences);
    }
    corpus_sentence *sentence = &self->sentences[self->count++];
    memset(sentence, 0, sizeof *sentence);
    sentence->words = gs_arena_alloc(self->arena, (count ? count : 1) * sizeof *words);
    if (count)
        memcpy(sentence->words, words, count * sizeof *words);
    sentence->count = (uint32_t)count;
    self->words += count;
    return sentence;
}

void corpus_free(corpus *self)
{
    gs_arena_free(&self->arena);
    free(self->sentences);
    memset(self, 0, sizeof *self);
}

static uint8_t upos_of(const char *name)
{
    for (int i = 0; i < GS_UPOS_COUNT; i++)
        if (strcmp(name, gs_upos_name((gs_upos)i)) == 0)
            return (uint8_t)i;
    return GS_UPOS_COUNT;
}

static void end_sentence(conllu_reader *reader)
{
    if (reader->count == 0)
        return;
    corpus_sentence *sentence = corpus_add(reader->corpus, reader->words, reader->count);
    sentence->new_paragraph = reader->new_paragraph || reader->new_document;
    sentence->new_document = reader->new_document;
    sentence->text = reader->text;
    reader->count = 0;
    reader->range_first = reader->range_last = 0;
    reader->new_paragraph = reader->new_document = false;
    reader->text = NULL;
}

static void take_comment(conllu_reader *reader, const char *line)
{
    if (strncmp(line, "# newdoc", 8) == 0)
        reader->new_document = true;
    else if (strncmp(line, "# newpar", 8) == 0 && strncmp(line, "# newpar_block", 14) != 0)
        reader->new_paragraph = true;
    else if (strncmp(line, "# text = ", 9) == 0)
        reader->text = keep(reader->corpus, line + 9);
}

static bool take_word(conllu_reader *reader, char **column)
{
    char *end;
    unsigned long number = strtoul(column[0], &end, 10);
    if (*end == '.')
        return true; // an empty node
    bool space_after = !strstr(column[9], "SpaceAfter=No");
    if (*end == '-') {
        reader->range_first = (uint32_t)number;
        reader->range_last = (uint32_t)strtoul(end + 1, &end, 10);
        reader->range_space_after = space_after;
        return *end == '\0' && reader->range_last > number;
    }
    if (*end != '\0' || number != reader->count + 1)
        return false;
    if (reader->count == reader->capacity) {
        reader->capacity = reader->capacity ? reader->capacity * 2 : 256;
        reader->words = gs_reallocate(reader->words, reader->capacity * sizeof *reader->words);
    }
    corpus_word *word = &reader->words[reader->count++];
    corpus *self = reader->corpus;
    *word = (corpus_word){.form = keep(self, column[1]),
                          .lemma = keep(self, column[2]),
                          .upos = upos_of(column[3]),
                          .xpos = keep(self, column[4]),
                          .relation = keep(self, column[7]),
                          .head = (int32_t)strtol(column[6], &end, 10) - 1,
                          .name = "_",
                          .misc = keep(self, column[9]),
                          .space_after = space_after};
    if (end == column[6])
        word->head = NAME_UNKNOWN_HEAD;
    if (reader->range_first != 0 && number <= reader->range_last) {
        word->multiword = number == reader->range_first ? 1 : 2;
        word->space_after = number == reader->range_last && reader->range_space_after;
    }
    return true;
}

static bool take_line(conllu_reader *reader, char *line)
{
    if (line[0] == '\0') {
        end_sentence(reader);
        return true;
    }
    if (line[0] == '#') {
        take_comment(reader, line);
        return true;
    }
    char *column[COLUMNS];
    int count = 0;
    for (char *at = line; at && count < COLUMNS; count++) {
        column[count] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = '\0';
    }
    return count == COLUMNS && take_word(reader, column);
}

bool corpus_read_conllu(corpus *self, const char *path, gs_error *error)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return gs_fail(error, GS_E_IO, "%s: cannot read: %s", path, strerror(errno));
    if (!self->arena)
        self->arena = gs_arena_new(0);
    conllu_reader reader = {.corpus = self, .new_document = true};
    char *line = NULL;
    size_t capacity = 0, number = 0;
    bool good = true;
    for (ssize_t size; good && (size = getline(&line, &capacity, file)) >= 0;) {
        number++;
        while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
            line[--size] = '\0';
        if (!take_line(&reader, line))
            good = gs_fail(error, GS_E_INPUT, "%s:%zu: not a line of CoNLL-U with ten columns", path, number);
    }
    if (good)
        end_sentence(&reader);
    free(line);
    free(reader.words);
    fclose(file);
    return good;
}
