// compile_wordnet DIRECTORY OUT: a model file with one section, "wordnet", made of WordNet's own files
// (index.* and data.*, described in wndb(5WN)). The build joins it to the model that programs open.
//
// Two passes: the words with their senses from the index files, the synsets numbered in the order of the data
// files; then the pointers between them. Words of more than two parts are left out, and of each word's senses in
// one class all but the first few, which come in order of frequency.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contradiction/wordnet.h"
#include "lang/model_writer.h"

static const char *const CLASS_NAMES[CD_CLASSES] = {"noun", "verb", "adj", "adv"};
enum { LINE = 1 << 16 };

typedef struct synset {
    uint32_t offset; // in its data file
    uint32_t parent;
    uint8_t field;
} synset;

typedef struct word {
    uint32_t hash;
    uint32_t senses[CD_CLASSES][CD_SENSES];
    uint8_t count[CD_CLASSES];
} word;

typedef struct link {
    uint32_t from, to; // hashes
    uint32_t kind;
} link;

typedef struct compiler {
    const char *directory;
    synset *synsets;
    size_t synset_count, synset_capacity;
    uint32_t first[CD_CLASSES + 1];
    word *words;
    size_t word_count, word_capacity;
    link *links;
    size_t link_count, link_capacity;
    char line[LINE];
    gs_error error;
} compiler;

static void *room(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 4096;
    return gs_reallocate(items, *capacity * size);
}

static FILE *open_file(compiler *self, const char *kind, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.%s", self->directory, kind, name);
    FILE *file = fopen(path, "r");
    if (!file)
        gs_fail(&self->error, GS_E_IO, "cannot read %s: %s (Debian's package wordnet-base has it)", path,
                strerror(errno));
    return file;
}

// The licence at the top of each file is indented.
static bool next_line(compiler *self, FILE *file)
{
    while (fgets(self->line, LINE, file))
        if (self->line[0] != ' ')
            return true;
    return false;
}

static bool read_synsets(compiler *self, cd_class class)
{
    FILE *file = open_file(self, "data", CLASS_NAMES[class]);
    if (!file)
        return false;
    self->first[class] = (uint32_t)self->synset_count;
    while (next_line(self, file)) {
        char *end;
        unsigned long offset = strtoul(self->line, &end, 10), field = strtoul(end, NULL, 10);
        self->synsets =
            room(self->synsets, self->synset_count, &self->synset_capacity, sizeof *self->synsets);
        self->synsets[self->synset_count++] = (synset){(uint32_t)offset, CD_NO_WORD, (uint8_t)field};
    }
    self->first[class + 1] = (uint32_t)self->synset_count;
    return fclose(file) == 0;
}

static uint32_t synset_at(const compiler *self, cd_class class, uint32_t offset)
{
    uint32_t low = self->first[class], high = self->first[class + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (self->synsets[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < self->first[class + 1] && self->synsets[low].offset == offset;
    return found ? low : CD_NO_WORD;
}

// "dining_room" becomes "dining room"; false for more than two parts.
static bool as_text(char *lemma)
{
    char *gap = strchr(lemma, '_');
    if (gap)
        *gap = ' ';
    return !gap || !strchr(gap, '_');
}

// index: lemma pos synset_cnt p_cnt [ptr_symbol…] sense_cnt tagsense_cnt synset_offset…
static bool read_words(compiler *self, cd_class class)
{
    FILE *file = open_file(self, "index", CLASS_NAMES[class]);
    if (!file)
        return false;
    while (next_line(self, file)) {
        char *save, *lemma = strtok_r(self->line, " \n", &save);
        strtok_r(NULL, " ", &save);
        char *counts = strtok_r(NULL, " ", &save), *pointers = strtok_r(NULL, " ", &save);
        if (!lemma || !counts || !pointers || !as_text(lemma))
            continue;
        for (long skip = strtol(pointers, NULL, 10) + 2; skip > 0; skip--)
            strtok_r(NULL, " ", &save);
        self->words = room(self->words, self->word_count, &self->word_capacity, sizeof *self->words);
        word *entry = &self->words[self->word_count++];
        *entry = (word){.hash = cd_wordnet_hash(gs_view_of(lemma))};
        for (char *at; entry->count[class] < CD_SENSES && (at = strtok_r(NULL, " \n", &save));)
            entry->senses[class][entry->count[class]++] =
                synset_at(self, class, (uint32_t)strtoul(at, NULL, 10));
    }
    return fclose(file) == 0;
}

static int compare_words(const void *a, const void *b)
{
    uint32_t left = ((const word *)a)->hash, right = ((const word *)b)->hash;
    return (left > right) - (left < right);
}

// One entry a word, with the senses of all its classes.
static void join_words(compiler *self)
{
    qsort(self->words, self->word_count, sizeof *self->words, compare_words);
    size_t kept = 0;
    for (size_t i = 0; i < self->word_count; i++) {
        if (kept == 0 || self->words[kept - 1].hash != self->words[i].hash) {
            self->words[kept++] = self->words[i];
            continue;
        }
        for (int c = 0; c < CD_CLASSES; c++) {
            if (!self->words[i].count[c])
                continue;
            self->words[kept - 1].count[c] = self->words[i].count[c];
            memcpy(self->words[kept - 1].senses[c], self->words[i].senses[c],
                   sizeof self->words[i].senses[c]);
        }
    }
    self->word_count = kept;
}

static uint32_t word_hash(const char *form)
{
    char small[128];
    size_t size = strcspn(form, "("); // "(p)" marks where an adjective may stand
    if (size >= sizeof small)
        return 0;
    for (size_t i = 0; i < size; i++) {
        char c = form[i];
        small[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (c == '_')
            return 0;
    }
    return cd_wordnet_hash(gs_view_make(small, size));
}

static void add_link(compiler *self, uint32_t from, uint32_t to, cd_link kind)
{
    if (!from || !to || from == to)
        return;
    self->links = room(self->links, self->link_count, &self->link_capacity, sizeof *self->links);
    self->links[self->link_count++] = (link){from, to, (uint32_t)kind};
}

static cd_class class_of_letter(char letter)
{
    return letter == 'n'   ? CD_CLASS_NOUN
           : letter == 'v' ? CD_CLASS_VERB
           : letter == 'r' ? CD_CLASS_ADVERB
                           : CD_CLASS_ADJECTIVE;
}

enum { SYNSET_WORDS = 40 };

typedef struct synset_words {
    uint32_t hashes[SYNSET_WORDS];
    size_t count;
} synset_words;

// The words of all synsets, for the targets of pointers between words.
static bool read_data(compiler *self, cd_class class, synset_words *all, bool pointers)
{
    FILE *file = open_file(self, "data", CLASS_NAMES[class]);
    uint32_t at = self->first[class];
    while (file && next_line(self, file)) {
        char *save, *text = strtok_r(self->line, " ", &save);
        strtok_r(NULL, " ", &save);
        strtok_r(NULL, " ", &save);
        (void)text;
        char *number = strtok_r(NULL, " ", &save);
        long words = number ? strtol(number, NULL, 16) : 0;
        synset_words *own = &all[at];
        for (long i = 0; i < words; i++) {
            char *form = strtok_r(NULL, " ", &save);
            strtok_r(NULL, " ", &save);
            if (form && i < SYNSET_WORDS && !pointers)
                own->hashes[own->count++] = word_hash(form);
        }
        number = pointers ? strtok_r(NULL, " ", &save) : NULL;
        for (long left = number ? strtol(number, NULL, 10) : 0; left > 0; left--) {
            char *symbol = strtok_r(NULL, " ", &save), *offset = strtok_r(NULL, " ", &save);
            char *letter = strtok_r(NULL, " ", &save), *ends = strtok_r(NULL, " ", &save);
            if (!symbol || !offset || !letter || !ends)
                break;
            uint32_t target =
                synset_at(self, class_of_letter(letter[0]), (uint32_t)strtoul(offset, NULL, 10));
            unsigned long both = strtoul(ends, NULL, 16), from = both >> 8, to = both & 0xFF;
            bool up = symbol[0] == '@' || (symbol[0] == '&' && self->synsets[at].parent == CD_NO_WORD);
            if (target == CD_NO_WORD)
                continue;
            if (up && self->synsets[at].parent == CD_NO_WORD && (symbol[0] == '@' || target != at))
                self->synsets[at].parent = target;
            bool antonym = symbol[0] == '!', derived = symbol[0] == '+' || symbol[0] == '\\';
            if ((antonym || derived) && from && to && from <= own->count && to <= all[target].count)
                add_link(self, own->hashes[from - 1], all[target].hashes[to - 1],
                         antonym ? CD_LINK_ANTONYM : CD_LINK_DERIVED);
        }
        at++;
    }
    return file && fclose(file) == 0;
}

// Heads of clusters point to their satellites as these do to them: only a satellite has a parent. A head is a
// synset that has an antonym or more than one such pointer; in the files its type is "a", a satellite's "s".
static bool drop_heads(compiler *self)
{
    FILE *file = open_file(self, "data", CLASS_NAMES[CD_CLASS_ADJECTIVE]);
    uint32_t at = self->first[CD_CLASS_ADJECTIVE];
    while (file && next_line(self, file)) {
        char *save;
        strtok_r(self->line, " ", &save);
        strtok_r(NULL, " ", &save);
        char *type = strtok_r(NULL, " ", &save);
        if (!type || type[0] != 's')
            self->synsets[at].parent = CD_NO_WORD;
        at++;
    }
    return file && fclose(file) == 0;
}

static int compare_links(const void *a, const void *b)
{
    const link *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    if (left->to != right->to)
        return left->to < right->to ? -1 : 1;
    return (left->kind > right->kind) - (left->kind < right->kind);
}

static uint32_t place_of(const compiler *self, uint32_t hash)
{
    word key = {.hash = hash};
    const word *found = bsearch(&key, self->words, self->word_count, sizeof key, compare_words);
    return found ? (uint32_t)(found - self->words) : CD_NO_WORD;
}

static void put(gs_buffer *buffer, uint32_t value)
{
    gs_buffer_append(buffer, &value, sizeof value);
}

static void write_section(compiler *self, gs_buffer *out)
{
    gs_buffer first_sense = {0}, senses = {0}, first_link = {0}, links = {0};
    size_t l = 0;
    qsort(self->links, self->link_count, sizeof *self->links, compare_links);
    for (size_t i = 0; i < self->word_count; i++) {
        put(&first_sense, (uint32_t)(senses.size / 4));
        put(&first_link, (uint32_t)(links.size / 4));
        for (int c = 0; c < CD_CLASSES; c++)
            for (int s = 0; s < self->words[i].count[c]; s++)
                put(&senses, self->words[i].senses[c][s]);
        while (l < self->link_count && self->links[l].from < self->words[i].hash)
            l++;
        for (; l < self->link_count && self->links[l].from == self->words[i].hash; l++) {
            uint32_t to = place_of(self, self->links[l].to);
            bool again = l > 0 && compare_links(&self->links[l], &self->links[l - 1]) == 0;
            if (to != CD_NO_WORD && !again)
                put(&links, to << 1 | self->links[l].kind);
        }
    }
    put(&first_sense, (uint32_t)(senses.size / 4));
    put(&first_link, (uint32_t)(links.size / 4));
    cd_wordnet_header header = {.words = (uint32_t)self->word_count,
                                .senses = (uint32_t)(senses.size / 4),
                                .links = (uint32_t)(links.size / 4),
                                .synsets = (uint32_t)self->synset_count};
    memcpy(header.first_synset, self->first, sizeof header.first_synset);
    gs_buffer_append(out, &header, sizeof header);
    for (size_t i = 0; i < self->word_count; i++)
        put(out, self->words[i].hash);
    gs_buffer *parts[] = {&first_sense, &first_link, &senses, &links};
    for (size_t i = 0; i < 4; i++) {
        gs_buffer_append(out, parts[i]->data, parts[i]->size);
        gs_buffer_free(parts[i]);
    }
    for (size_t i = 0; i < self->synset_count; i++)
        put(out, self->synsets[i].parent);
    for (size_t i = 0; i < self->synset_count; i++)
        gs_buffer_byte(out, (char)self->synsets[i].field);
}

static bool compile(compiler *self, const char *path)
{
    bool good = true;
    for (int c = 0; good && c < CD_CLASSES; c++)
        good = read_synsets(self, (cd_class)c);
    for (int c = 0; good && c < CD_CLASSES; c++)
        good = read_words(self, (cd_class)c);
    if (!good)
        return false;
    join_words(self);
    synset_words *all = gs_allocate(self->synset_count * sizeof *all);
    for (int pass = 0; good && pass < 2; pass++)
        for (int c = 0; good && c < CD_CLASSES; c++)
            good = read_data(self, (cd_class)c, all, pass == 1);
    free(all);
    if (!good || !drop_heads(self))
        return false;
    gs_buffer section = {0}, about = {0};
    write_section(self, &section);
    gs_buffer_text(&about, "Relations of words: WordNet 3.0, Copyright 2006 by Princeton University, "
                           "WordNet licence.\n");
    gs_model_writer *writer = gs_model_writer_new();
    gs_model_writer_add(writer, "wordnet", CD_WORDNET_VERSION, &section);
    gs_model_writer_add(writer, "about", 1, &about);
    good = gs_model_writer_save(writer, path, &self->error);
    gs_model_writer_free(&writer);
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: compile_wordnet DIRECTORY OUT\n");
        return 2;
    }
    compiler *self = gs_allocate(sizeof *self);
    self->directory = argv[1];
    bool good = compile(self, argv[2]);
    if (!good)
        fprintf(stderr, "compile_wordnet: %s\n",
                self->error.message[0] ? self->error.message : "cannot read WordNet's files");
    free(self->synsets);
    free(self->words);
    free(self->links);
    free(self);
    return good ? 0 : 1;
}
