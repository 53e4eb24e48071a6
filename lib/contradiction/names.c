// names: do two texts speak of the same things, as far as names tell?
//
// Two statements alike in their words but for the names ("the Kelesai dam", "the Aksu dam") are about two
// matters, and no denial of one touches the other. So where each of two texts has a name that the other
// lacks, they are kept apart. A name here is a word with a capital inside a sentence; a text without names,
// or whose names the other has all, may be about the same. Words are compared by their first letters, so that
// a country and its people or adjective ("Chile", "Chilean") count as one name.
#include "contradiction/names.h"

#include <string.h>

enum { NAMES_MOST = 64, STEM_BYTES = 4 };

typedef struct names {
    const char *lower[NAMES_MOST];
    size_t count;
} names;

static bool same_name(const char *a, const char *b)
{
    return strcmp(a, b) == 0 ||
           (strlen(a) > STEM_BYTES && strlen(b) > STEM_BYTES && strncmp(a, b, STEM_BYTES) == 0);
}

static bool has_name(const names *of, const char *name)
{
    for (size_t i = 0; i < of->count; i++) {
        if (same_name(of->lower[i], name)) {
            return true;
        }
    }
    return false;
}

// A token that opens its sentence may be no name; it is one where the text has it inside a sentence too.
static void read_names(const gs_document *document, names *found)
{
    found->count = 0;
    for (size_t i = 0; i < document->token_count && found->count < NAMES_MOST; i++) {
        const gs_token *token = &document->tokens[i];
        if (token->kind == GS_TOKEN_WORD && token->capitalised && !token->sentence_start &&
            token->end - token->begin >= STEM_BYTES && !has_name(found, token->lower)) {
            found->lower[found->count++] = token->lower;
        }
    }
}

// Does the document have the word at all, wherever it stands?
static bool has_word(const gs_document *document, const char *name)
{
    for (size_t i = 0; i < document->token_count; i++) {
        if (same_name(document->tokens[i].lower, name)) {
            return true;
        }
    }
    return false;
}

static bool lacks_one(const names *wanted, const gs_document *document)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (!has_word(document, wanted->lower[i])) {
            return true;
        }
    }
    return false;
}

bool cd_names_part(gs_view a, gs_view b, gs_arena *arena)
{
    const gs_document *first = gs_lang_read(a, arena);
    const gs_document *second = gs_lang_read(b, arena);
    names first_names;
    names second_names;
    read_names(first, &first_names);
    read_names(second, &second_names);
    return lacks_one(&first_names, second) && lacks_one(&second_names, first);
}
