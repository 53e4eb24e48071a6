// Any bytes as a text: every reading must hold together, with words that lie in the text, one tree a sentence
// and names that do not overlap, and print as CoNLL-U of ten columns. Needs the model; without it, nothing is
// tried.
#include "fuzz.h"

#include "../unit/lang/parse_check.h"

enum { TEXT_MOST = 2048 }; // bytes that are read of an input

static gs_lang *open_once(void)
{
    static gs_model *model;
    static gs_lang *lang;
    static bool tried;
    if (tried)
        return lang;
    tried = true;
    gs_error error = {0};
    model = gs_model_open(NULL, &error);
    if (!model) {
        printf("no text is tried: %s\n", error.message);
        return NULL;
    }
    lang = gs_lang_new(model, &error);
    if (!lang) {
        fprintf(stderr, "the model does not fit this program: %s\n", error.message);
        abort();
    }
    return lang;
}

static void check(const char *wrong)
{
    if (wrong)
        fprintf(stderr, "of every parse: %s\n", wrong);
    FUZZ_CHECK(wrong == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_lang *lang = open_once();
    if (!lang)
        return 0;
    gs_lang_division division = size % 3 == 0 ? GS_LANG_LINES : GS_LANG_PARAGRAPHS;
    gs_arena *arena = gs_arena_new(0);
    gs_buffer out = {0};
    // The end of a long input stands at its true end, where a read past it is seen.
    size_t begin = size > TEXT_MOST ? size - TEXT_MOST : 0;
    const gs_parse *parse = gs_lang_parse(lang, gs_view_make(data + begin, size - begin), division, arena);
    check(check_parse(parse, division));
    gs_lang_write_conllu(lang, parse, (gs_conllu_place){0}, &out);
    check(check_conllu(gs_buffer_view(&out), parse));
    gs_buffer_free(&out);
    gs_arena_free(&arena);
    return 0;
}
