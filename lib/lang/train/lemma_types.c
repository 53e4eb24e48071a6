// What the lemmatiser learns from.
//
// Treebanks have few of the 8,500 verbs that English has, and whether "-ing" hides an "e" ("voting",
// "posting") is a matter of the single word. So the regular forms of WordNet's verbs are made here, by the
// rules of spelling, and learned from like the words that were met.
#include <stdlib.h>
#include <string.h>

#include "lemma_types.h"
#include "lexicon_builder.h"

enum { VERBS = 20000, FORMS = 4 }; // room for verbs of WordNet, and forms of each

static int compare_tokens(const void *left, const void *right)
{
    const lemma_type *a = left, *b = right;
    int order = strcmp(a->tag, b->tag);
    if (order == 0)
        order = strcmp(a->form, b->form);
    return order ? order : strcmp(a->lemma, b->lemma);
}

// The edit and the case that make the lemma of the form, if any do.
static void find_edit(lemma_type *self)
{
    lemma_form lemma;
    gs_view form = gs_view_of(self->form);
    if (!lemma_form_of(gs_view_of(self->lemma), &lemma))
        return;
    size_t common = 0;
    while (common < self->forms.size && common < lemma.size &&
           self->forms.small[common] == lemma.small[common])
        common++;
    while (common > 0 && common < self->forms.size &&
           ((unsigned char)self->forms.small[common] & 0xC0) == 0x80)
        common--;
    size_t cut = self->forms.size - common, added = lemma.size - common;
    if (common == 0 || cut > LEMMA_CUT || added > LEMMA_CUT || cut >= form.size)
        return;
    for (int how = LEMMA_CASE_SMALL; how <= LEMMA_CASE_TITLE; how++) {
        char base[LEMMA_FORM];
        size_t size = lemma_apply_case(form, &self->forms, (lemma_case)how, base);
        const char *end = self->lemma + strlen(self->lemma) - added;
        if (size - cut + added != strlen(self->lemma) || memcmp(base, self->lemma, size - cut) != 0)
            continue;
        self->has_edit = true;
        self->cut = (uint8_t)cut;
        self->how = (lemma_case)how;
        memcpy(self->ending, end, added);
        return;
    }
}

// One type for each (form, tag), with the lemma that most of its tokens have. Returns how many.
static size_t collect_types(const corpus *treebanks, size_t spare, lemma_type **types_p)
{
    lemma_type *types = gs_allocate((treebanks->words + spare + 1) * sizeof *types);
    size_t count = 0;
    for (size_t i = 0; i < treebanks->count; i++)
        for (uint32_t j = 0; j < treebanks->sentences[i].count; j++) {
            const corpus_word *word = &treebanks->sentences[i].words[j];
            lemma_type *token = &types[count];
            *token = (lemma_type){.form = word->form, .tag = word->xpos, .lemma = word->lemma, .tokens = 1};
            bool told = strcmp(word->lemma, "_") != 0 || strcmp(word->form, "_") == 0;
            count += told && lemma_form_of(gs_view_of(word->form), &token->forms);
        }
    qsort(types, count, sizeof *types, compare_tokens);
    size_t kept = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        lemma_type best = types[begin];
        uint32_t tokens = 0, most = 0;
        for (end = begin; end < count && strcmp(types[end].form, types[begin].form) == 0 &&
                          strcmp(types[end].tag, types[begin].tag) == 0;) {
            size_t same = end;
            while (same < count && compare_tokens(&types[same], &types[end]) == 0)
                same++;
            if (same - end > most) {
                most = (uint32_t)(same - end);
                best = types[end];
            }
            tokens += (uint32_t)(same - end);
            end = same;
        }
        best.tokens = tokens;
        find_edit(&best);
        types[kept++] = best;
    }
    *types_p = types;
    return kept;
}

// ---- WordNet's verbs

static const struct {
    const char *tag, *plain, *after_e, *after_y;
} endings[FORMS] = {{"VBD", "ed", "d", "ied"},
                    {"VBN", "ed", "d", "ied"},
                    {"VBG", "ing", "ing", "ying"},
                    {"VBZ", "s", "s", "ies"}};

static bool is_vowel(char letter)
{
    return strchr("aeiou", letter) != NULL;
}

static const char *make_form(gs_view verb, int form, gs_arena *arena)
{
    char last = verb.data[verb.size - 1], before = verb.data[verb.size - 2];
    const char *ending = endings[form].plain;
    size_t size = verb.size;
    bool sibilant = strchr("sxz", last) || (last == 'h' && strchr("sc", before));
    if (last == 'e') {
        ending = endings[form].after_e;
        size -= endings[form].plain[0] == 'i' && before != 'e' && before != 'o' && before != 'y';
    } else if (last == 'y' && !is_vowel(before)) {
        ending = endings[form].after_y;
        size--;
    } else if (ending[0] == 's' && sibilant) {
        ending = "es";
    }
    return gs_arena_format(arena, "%.*s%s", (int)size, verb.data, ending);
}

// Which verbs have irregular forms, by hash: their regular ones are none, or not all.
static void mark_irregular(lexicon_builder *marks, gs_view exceptions)
{
    gs_view line, piece;
    while (lexicon_next_line(&exceptions, &line))
        for (bool form = true; lexicon_next_piece(&line, " ", &piece); form = false)
            if (!form)
                lexicon_builder_add(marks, LANG_LEXICON_SMALL, piece, 1);
}

static size_t add_verbs(lemma_type *types, gs_view index, const lexicon_builder *irregular, gs_arena *arena)
{
    size_t count = 0;
    gs_view line;
    while (lexicon_next_line(&index, &line) && count + FORMS <= VERBS * FORMS) {
        gs_view verb = gs_view_slice(line, 0, gs_view_find(line, gs_view_of(" "), 0));
        bool plain = verb.size >= 3 && verb.size < LEMMA_FORM - 4;
        for (size_t i = 0; i < verb.size; i++)
            plain = plain && verb.data[i] >= 'a' && verb.data[i] <= 'z';
        if (!plain || lexicon_builder_get(irregular, LANG_LEXICON_SMALL, verb) != 0)
            continue;
        for (int form = 0; form < FORMS; form++) {
            lemma_type *made = &types[count++];
            *made = (lemma_type){.form = make_form(verb, form, arena),
                                 .tag = endings[form].tag,
                                 .lemma = gs_arena_text(arena, verb)};
            lemma_form_of(gs_view_of(made->form), &made->forms);
            find_edit(made);
        }
    }
    return count;
}

bool lemma_collect_types(const corpus *treebanks, gs_arena *arena, const char *wordnet_directory,
                         lemma_type **types_p, size_t *count_p, gs_error *error)
{
    *count_p = collect_types(treebanks, VERBS * FORMS, types_p);
    if (!wordnet_directory)
        return true;
    gs_buffer index = {0}, exceptions = {0};
    lexicon_builder irregular;
    lexicon_builder_init(&irregular);
    bool good = lexicon_read_file(wordnet_directory, "index.verb", &index, error) &&
                lexicon_read_file(wordnet_directory, "verb.exc", &exceptions, error);
    if (good) {
        mark_irregular(&irregular, gs_buffer_view(&exceptions));
        *count_p += add_verbs(*types_p + *count_p, gs_buffer_view(&index), &irregular, arena);
    }
    lexicon_builder_free(&irregular);
    gs_buffer_free(&index);
    gs_buffer_free(&exceptions);
    return good;
}
