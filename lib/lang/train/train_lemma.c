// Learns the lemmatiser's table from treebanks: rules first, then the words that the rules get wrong.
//
// A type is a (form, tag) pair with the lemma that most of its tokens have. Rules are learned from types, so
// that "be" does not outvote a thousand regular verbs: for every end of up to six bytes the edit that most
// types with it need, kept where it clearly improves on the rule of the next shorter end. Then
// each type is lemmatised with what there is; where that is wrong, and where the word is so frequent that it
// shall be found at once, it becomes an entry. WordNet's irregular forms are entries as well.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/lemma.h"
#include "lang/lemma_table.h"
#include "lemma_builder.h"
#include "lemma_types.h"
#include "lexicon_builder.h"
#include "train.h"

enum {
    FREQUENT = 4,  // tokens; a type that has as many is an entry even if rules get it right
    BETTER_BY = 2, // types, beyond twice those that the shorter end has right; less is chance
};

// ---- rules

typedef struct lesson { // of one type: what the end of this size needs
    uint64_t hash, seed;
    uint32_t value;
    uint32_t size; // of the end
    const lemma_form *forms;
} lesson;

static int compare_lessons(const void *left, const void *right)
{
    const lesson *a = left, *b = right;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

static bool inherited(const lemma_builder *builder, const lesson *from, uint32_t *value)
{
    for (size_t size = from->size; size-- > 0;) {
        const char *end = from->forms->small + from->forms->size - size;
        if (lemma_builder_find(builder, lemma_hash(end, size, from->seed), value))
            return true;
    }
    return false;
}

// Keeps the best rule of one end, if it is better than what a shorter end says.
static void learn_end(lemma_builder *builder, const lesson *lessons, size_t count)
{
    size_t most = 0, as_before = 0;
    uint32_t best = 0, before = 0;
    bool has_before = inherited(builder, lessons, &before);
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && lessons[end].value == lessons[begin].value;)
            end++;
        if (has_before && lessons[begin].value == before)
            as_before = end - begin;
        if (end - begin > most) {
            most = end - begin;
            best = lessons[begin].value;
        }
    }
    if (!has_before || (best != before && most >= as_before * 2 + BETTER_BY))
        lemma_builder_set(builder, lessons[0].hash, best);
}

static size_t add_lessons(lesson *lessons, const lemma_type *from, uint64_t seed, uint32_t value)
{
    size_t count = 0;
    for (uint32_t size = 0; size <= LEMMA_SUFFIX && size <= from->forms.size; size++) {
        const char *end = from->forms.small + from->forms.size - size;
        lessons[count++] = (lesson){lemma_hash(end, size, seed), seed, value, size, &from->forms};
    }
    return count;
}

static void learn_rules(lemma_builder *builder, const lemma_type *types, size_t type_count)
{
    lesson *lessons = gs_allocate((type_count + 1) * 2 * (LEMMA_SUFFIX + 1) * sizeof *lessons);
    size_t count = 0;
    for (size_t i = 0; i < type_count; i++) {
        const lemma_type *from = &types[i];
        size_t tag = strlen(from->tag);
        if (!from->has_edit)
            continue;
        count += add_lessons(lessons + count, from, lemma_seed(from->tag, tag, LEMMA_EDIT, LEMMA_SHAPE_SMALL),
                             lemma_value(from->cut, lemma_builder_string(builder, from->ending)));
        if (from->forms.shape != LEMMA_SHAPE_SMALL)
            count +=
                add_lessons(lessons + count, from, lemma_seed(from->tag, tag, LEMMA_CASE, from->forms.shape),
                            lemma_value(from->how, 0));
    }
    qsort(lessons, count, sizeof *lessons, compare_lessons);
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && lessons[end].size == lessons[begin].size &&
                          lessons[end].hash == lessons[begin].hash;)
            end++;
        learn_end(builder, lessons + begin, end - begin);
    }
    free(lessons);
}

// ---- entries

// The table so far, as the product will read it.
typedef struct trial {
    gs_buffer section;
    lang_lemmatiser *lemmatiser;
    gs_arena *arena;
} trial;

static bool trial_begin(trial *self, const lemma_builder *builder, gs_error *error)
{
    *self = (trial){.arena = gs_arena_new(0)};
    lemma_builder_write(builder, &self->section);
    self->lemmatiser = lang_lemmatiser_new(gs_buffer_view(&self->section), error);
    return self->lemmatiser != NULL;
}

static void trial_end(trial *self)
{
    lang_lemmatiser_free(&self->lemmatiser);
    gs_buffer_free(&self->section);
    gs_arena_free(&self->arena);
}

static bool trial_is_right(const trial *self, gs_view form, const char *tag, const char *lemma)
{
    gs_arena_reset(self->arena);
    return strcmp(lang_lemma(self->lemmatiser, form, GS_X, tag, self->arena), lemma) == 0;
}

static void set_word(lemma_builder *builder, lemma_key key, gs_view form, const char *tag, const char *lemma)
{
    uint64_t seed = lemma_seed(tag, strlen(tag), key, LEMMA_SHAPE_SMALL);
    lemma_builder_set(builder, lemma_hash(form.data, form.size, seed),
                      lemma_value(0, lemma_builder_string(builder, lemma)));
}

static gs_view small_of(const lemma_type *self)
{
    return gs_view_make(self->forms.small, self->forms.size);
}

static int compare_small(const void *left, const void *right)
{
    const lemma_type *a = *(const lemma_type *const *)left, *b = *(const lemma_type *const *)right;
    int order = strcmp(a->tag, b->tag);
    if (order == 0)
        order = memcmp(a->forms.small, b->forms.small,
                       a->forms.size < b->forms.size ? a->forms.size : b->forms.size);
    if (order == 0 && a->forms.size != b->forms.size)
        order = a->forms.size < b->forms.size ? -1 : 1;
    if (order == 0 && a->tokens != b->tokens)
        order = a->tokens > b->tokens ? -1 : 1;
    return order ? order : strcmp(a->form, b->form);
}

// "Was", "WAS" and "was": one entry. Names keep the case they have, so they have none in small letters.
static void add_small_words(lemma_builder *builder, const trial *rules, const lemma_type *types, size_t count)
{
    const lemma_type **order = gs_allocate((count + 1) * sizeof *order);
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(types[i].tag, "NNP", 3) != 0)
            order[used++] = &types[i];
    qsort(order, used, sizeof *order, compare_small);
    for (size_t begin = 0, end; begin < used; begin = end) {
        const lemma_type *most = order[begin];
        uint32_t tokens = 0;
        for (end = begin; end < used && strcmp(order[end]->tag, most->tag) == 0 &&
                          gs_view_equal(small_of(order[end]), small_of(most));)
            tokens += order[end++]->tokens;
        bool right = trial_is_right(rules, gs_view_of(most->form), most->tag, most->lemma);
        uint64_t seed = lemma_seed(most->tag, strlen(most->tag), LEMMA_SMALL, LEMMA_SHAPE_SMALL);
        uint32_t value = 0;
        bool listed =
            lemma_builder_find(builder, lemma_hash(most->forms.small, most->forms.size, seed), &value);
        if (tokens == 0 ? !right && !listed
                        : !right || listed || (tokens >= FREQUENT && most->forms.shape == LEMMA_SHAPE_SMALL))
            set_word(builder, LEMMA_SMALL, small_of(most), most->tag, most->lemma);
    }
    free(order);
}

static void add_exact_words(lemma_builder *builder, const trial *before, const lemma_type *types,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const lemma_type *word = &types[i];
        if (word->tokens == 0)
            continue;
        bool right = trial_is_right(before, gs_view_of(word->form), word->tag, word->lemma);
        if (!right || (word->tokens >= FREQUENT && word->forms.shape != LEMMA_SHAPE_SMALL))
            set_word(builder, LEMMA_EXACT, gs_view_of(word->form), word->tag, word->lemma);
        if (!right &&
            word->forms.shape == LEMMA_SHAPE_SMALL) // such a name is asked for in small letters only
            set_word(builder, LEMMA_SMALL, small_of(word), word->tag, word->lemma);
    }
}

// WordNet's exceptions: a form, then its base. They come first: treebanks overrule
// them, and they overrule forms that were made ("putting" of "putt").
static void add_exception(lemma_builder *builder, gs_view line, const char *const *tags)
{
    gs_view rest = line, form, base;
    if (!lexicon_next_piece(&rest, " ", &form) || !lexicon_next_piece(&rest, " ", &base) ||
        memchr(form.data, '_', form.size) || form.size >= LEMMA_FORM || base.size >= LEMMA_FORM)
        return;
    char lemma[LEMMA_FORM];
    memcpy(lemma, base.data, base.size);
    lemma[base.size] = '\0';
    bool ing = gs_view_ends(form, "ing"), est = gs_view_ends(form, "st"), s = gs_view_ends(form, "s");
    for (; *tags; tags++) {
        bool verb = (*tags)[0] == 'V';
        bool fits = verb ? (strcmp(*tags, "VBG") == 0   ? ing
                            : strcmp(*tags, "VBZ") == 0 ? s && !ing
                                                        : !s && !ing)
                         : strcmp(*tags, "NNS") == 0 || (strcmp(*tags, "JJS") == 0) == est;
        if (fits)
            set_word(builder, LEMMA_SMALL, form, *tags, lemma);
    }
}

static bool add_exceptions(lemma_builder *builder, const char *directory, gs_error *error)
{
    static const struct {
        const char *file, *tags[5];
    } lists[] = {{"noun.exc", {"NNS", NULL}},
                 {"verb.exc", {"VBD", "VBN", "VBG", "VBZ", NULL}},
                 {"adj.exc", {"JJR", "JJS", NULL}}};
    gs_buffer text = {0};
    bool good = true;
    for (size_t i = 0; good && i < sizeof lists / sizeof lists[0]; i++) {
        good = lexicon_read_file(directory, lists[i].file, &text, error);
        gs_view rest = gs_buffer_view(&text), line;
        while (good && lexicon_next_line(&rest, &line))
            add_exception(builder, line, lists[i].tags);
    }
    gs_buffer_free(&text);
    return good;
}

bool train_lemmatiser(const corpus *treebanks, const char *wordnet_directory, gs_buffer *section,
                      gs_error *error)
{
    lemma_type *types = NULL;
    size_t count = 0;
    gs_arena *arena = gs_arena_new(0);
    bool good = lemma_collect_types(treebanks, arena, wordnet_directory, &types, &count, error);
    lemma_builder builder;
    lemma_builder_init(&builder);
    learn_rules(&builder, types, count);
    trial rules = {0}, words = {0};
    good = good && trial_begin(&rules, &builder, error) &&
           (!wordnet_directory || add_exceptions(&builder, wordnet_directory, error));
    if (good)
        add_small_words(&builder, &rules, types, count);
    trial_end(&rules);
    good = good && trial_begin(&words, &builder, error);
    if (good) {
        add_exact_words(&builder, &words, types, count);
        lemma_builder_write(&builder, section);
    }
    trial_end(&words);
    lemma_builder_free(&builder);
    free(types);
    gs_arena_free(&arena);
    return good;
}
