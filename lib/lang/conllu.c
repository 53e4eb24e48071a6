// A parse as CoNLL-U. Control characters and line breaks inside a form would break the format's lines and
// columns; they are written as U+FFFD, while the byte offsets in MISC still lead to the text as it is.
#include <string.h>

#include "lang/lang.h"

static void write_field(gs_view text, gs_buffer *out)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t c = gs_utf8_next(text, &at);
        if (c < 0x20 || c == 0x7F || c == 0x85 || c == 0x2028 || c == 0x2029)
            c = 0xFFFD;
        gs_utf8_append(out, c);
    }
}

static void write_text(const gs_parse *parse, const gs_parse_sentence *sentence, gs_buffer *out)
{
    gs_buffer_text(out, "# text = ");
    for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++) {
        const gs_word *word = &parse->words[i];
        if (i > sentence->word_begin && word->space_before)
            gs_buffer_byte(out, ' ');
        write_field(gs_view_slice(parse->text, word->begin, word->end), out);
    }
    gs_buffer_byte(out, '\n');
}

static void write_misc(const gs_parse *parse, uint32_t at, uint32_t sentence_end, const gs_name *name,
                       size_t bytes_before, gs_buffer *out)
{
    const gs_word *word = &parse->words[at];
    if (name)
        gs_buffer_format(out, "Name=%c-%s|", at == name->word_begin ? 'B' : 'I',
                         gs_name_kind_name((gs_name_kind)name->kind));
    if (at + 1 < sentence_end && !parse->words[at + 1].space_before)
        gs_buffer_text(out, "SpaceAfter=No|");
    gs_buffer_format(out, "Offset=%zu:%zu\n", bytes_before + word->begin, bytes_before + word->end);
}

static void write_word(const gs_lang *self, const gs_parse *parse, const gs_parse_sentence *sentence,
                       uint32_t at, const gs_name *name, size_t bytes_before, gs_buffer *out)
{
    const gs_word *word = &parse->words[at];
    uint32_t head = word->head == GS_WORD_ROOT ? 0 : word->head - sentence->word_begin + 1;
    gs_buffer_format(out, "%u\t", at - sentence->word_begin + 1);
    write_field(gs_view_slice(parse->text, word->begin, word->end), out);
    gs_buffer_byte(out, '\t');
    write_field(gs_view_of(word->lemma), out);
    gs_buffer_format(out, "\t%s\t%s\t_\t%u\t%s\t_\t", gs_upos_name((gs_upos)word->upos),
                     gs_lang_xpos_name(self, word->xpos), head, gs_lang_relation_name(self, word->relation));
    write_misc(parse, at, sentence->word_end, name, bytes_before, out);
}

void gs_lang_write_conllu(const gs_lang *self, const gs_parse *parse, gs_conllu_place before, gs_buffer *out)
{
    size_t next_name = 0;
    for (size_t s = 0; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        if (s == 0 || sentence->paragraph != parse->sentences[s - 1].paragraph)
            gs_buffer_text(out, "# newpar\n");
        gs_buffer_format(out, "# sent_id = %zu\n", before.sentences + s + 1);
        write_text(parse, sentence, out);
        for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++) {
            while (next_name < parse->name_count && parse->names[next_name].word_end <= i)
                next_name++;
            const gs_name *name = next_name < parse->name_count && parse->names[next_name].word_begin <= i
                                      ? &parse->names[next_name]
                                      : NULL;
            write_word(self, parse, sentence, i, name, before.bytes, out);
        }
        gs_buffer_byte(out, '\n');
    }
}
