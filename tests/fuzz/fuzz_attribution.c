// Any bytes as the section "attribution" of a model: refused with one line, or safe to read with. The first
// byte of an input says which:
//
//   r  the section as it stands
//   c  changes to a section of a small network that is made here: three bytes each, of which two say where
//      (from the front, or with the top bit from the end) and one says what
//   p  changes to the parse that is read: two bytes each, of which one says which word's head and one says
//      where it points
#include "fuzz.h"

#include <string.h>

#include "statement/attribution_internal.h"
#include "statement/train/attribution_net.h"

enum { STATES = 16, WORDS = 40, SENTENCE = 10, SENTENCES = WORDS / SENTENCE };

static const uint64_t HASHES[] = {0, 1, UINT64_C(0x123456789ABCDEF0)};

typedef struct sample {
    gs_parse parse;
    gs_word words[WORDS];
    gs_parse_sentence sentences[SENTENCES];
    uint8_t states[WORDS * STATES];
} sample;

static void check_refusal(const gs_error *error)
{
    FUZZ_CHECK(error->code == GS_E_DAMAGED);
    FUZZ_CHECK(error->message[0] != '\0' && strchr(error->message, '\n') == NULL);
}

static void make_sample(sample *self)
{
    static const char TEXT[] = "\"No,\" he said";
    memset(self, 0, sizeof *self);
    for (uint32_t i = 0; i < WORDS; i++) {
        uint32_t begin = i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : 4; // a mark, a word, a mark
        self->words[i] = (gs_word){.begin = begin,
                                   .end = begin + (i % 3 == 1 ? 2 : 1),
                                   .sentence = i / SENTENCE,
                                   .head = i % SENTENCE == 0 ? GS_WORD_ROOT : i - 1,
                                   .xpos = (uint8_t)(i * 9),
                                   .relation = (uint8_t)(i * 7),
                                   .space_before = i % 2 == 0,
                                   .lemma = i % 2 ? "say" : "he"};
        for (size_t j = 0; j < STATES; j++)
            self->states[i * STATES + j] = (uint8_t)(1 + (i * 31 + j * 17) % 255);
    }
    for (uint32_t s = 0; s < SENTENCES; s++)
        self->sentences[s] = (gs_parse_sentence){
            .word_begin = s * SENTENCE, .word_end = (s + 1) * SENTENCE, .paragraph = s / 2};
    self->parse = (gs_parse){.text = gs_view_of(TEXT),
                             .words = self->words,
                             .word_count = WORDS,
                             .sentences = self->sentences,
                             .sentence_count = SENTENCES,
                             .states = self->states,
                             .state_width = STATES};
}

static void check_spans(const st_words *spans, size_t count)
{
    for (size_t i = 0; i < count; i++)
        FUZZ_CHECK(spans[i].begin < spans[i].end && spans[i].end <= WORDS);
}

static void read_sample(st_attributor *attributor, const sample *text)
{
    gs_arena *arena = gs_arena_new(0);
    st_attributed *found;
    size_t count = st_attributor_read(attributor, &text->parse, arena, &found);
    FUZZ_CHECK(count <= WORDS);
    for (size_t i = 0; i < count; i++) {
        check_spans(&found[i].cue, 1);
        check_spans(found[i].sources, found[i].source_count);
        check_spans(found[i].contents, found[i].content_count);
        FUZZ_CHECK(found[i].probability >= 0.0f && found[i].probability <= 1.0f);
        FUZZ_CHECK(found[i].span_probability >= 0.0f && found[i].span_probability <= 1.0f);
    }
    gs_arena_free(&arena);
}

// Memory of just this size, where sections lie: at a multiple of 64.
static char *aligned_copy(const void *data, size_t size)
{
    void *memory = NULL;
    FUZZ_CHECK(posix_memalign(&memory, 64, size > 0 ? size : 1) == 0);
    if (size > 0)
        memcpy(memory, data, size);
    return memory;
}

static bool try_section(const void *data, size_t size, const sample *text)
{
    gs_error error = {0};
    char *copy = aligned_copy(data, size);
    st_attributor *attributor = st_attributor_of(gs_view_make(copy, size), STATES, &error);
    bool good = attributor != NULL;
    if (attributor)
        read_sample(attributor, text);
    else
        check_refusal(&error);
    st_attributor_free(&attributor);
    free(copy);
    return good;
}

// A network as it is before it has learned, which finds a cue nearly everywhere.
static const gs_buffer *section_once(void)
{
    static gs_buffer section;
    if (section.size == 0) {
        const st_net_size size = {
            .states = STATES, .embedding = 16, .hidden = 16, .width = 16, .lemmas = sizeof HASHES / 8};
        const float calibration[ST_CALIBRATION] = {0};
        st_net *model = st_net_new(&size, HASHES, 1);
        st_net_export(model, 1, 0.05f, calibration, &section);
        st_net_free(&model);
    }
    return &section;
}

static void try_changed(const uint8_t *changes, size_t size, const sample *text)
{
    const gs_buffer *made = section_once();
    char *copy = aligned_copy(made->data, made->size);
    for (size_t i = 0; i + 3 <= size; i += 3) {
        size_t at = ((size_t)(changes[i] & 0x7F) << 8 | changes[i + 1]) % made->size;
        copy[changes[i] & 0x80 ? made->size - 1 - at : at] = (char)changes[i + 2];
    }
    bool good = try_section(copy, made->size, text);
    FUZZ_CHECK(good || size >= 3);
    free(copy);
}

static void try_parse(const uint8_t *changes, size_t size, sample *text)
{
    for (size_t i = 0; i + 2 <= size; i += 2)
        text->words[changes[i] % WORDS].head = changes[i + 1] < WORDS ? changes[i + 1] : GS_WORD_ROOT;
    try_section(section_once()->data, section_once()->size, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sample text;
    if (size == 0)
        return 0;
    make_sample(&text);
    switch (data[0]) {
    case 'r':
        try_section(data + 1, size - 1, &text);
        break;
    case 'c':
        try_changed(data + 1, size - 1, &text);
        break;
    case 'p':
        try_parse(data + 1, size - 1, &text);
        break;
    default:
        break;
    }
    return 0;
}
