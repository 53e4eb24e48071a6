// What holds of every parse, whatever the text: shared by the tests and the fuzzer. Each check returns NULL,
// or what does not hold.
#ifndef GAINSAY_TESTS_PARSE_CHECK_H
#define GAINSAY_TESTS_PARSE_CHECK_H

#include <stdlib.h>
#include <string.h>

#include "lang/lang.h"

// Offsets ascend, and between words there is nothing that could be read.
static inline const char *check_words(const gs_parse *parse)
{
    bool valid = gs_utf8_valid(parse->text, NULL);
    uint32_t end = 0;
    for (size_t i = 0; i < parse->word_count; i++) {
        const gs_word *word = &parse->words[i];
        if (word->begin < end || word->end <= word->begin || word->end > parse->text.size)
            return "words lie in the text, one behind the other";
        for (uint32_t at = end; at < word->begin; at++)
            if (parse->text.data[at] > ' ' && parse->text.data[at] < 0x7F)
                return "every letter, digit and mark belongs to a word";
        if (valid && ((unsigned char)parse->text.data[word->begin] & 0xC0) == 0x80)
            return "no word begins inside a character";
        if (word->space_before != (word->begin == 0 || word->begin > end))
            return "space_before says what stands in the text";
        if (word->sentence >= parse->sentence_count || word->upos >= GS_UPOS_COUNT || !word->lemma)
            return "a word has a sentence, a tag and a lemma";
        end = word->end;
    }
    for (size_t at = end; at < parse->text.size; at++)
        if (parse->text.data[at] > ' ' && parse->text.data[at] < 0x7F)
            return "nothing readable is left behind the last word";
    return NULL;
}

static inline const char *check_sentences(const gs_parse *parse, gs_lang_division division)
{
    uint32_t end = 0, word = 0, paragraph = 0;
    size_t lines = parse->text.size > 0 && parse->text.data[parse->text.size - 1] != '\n';
    for (size_t at = 0; at < parse->text.size; at++)
        lines += parse->text.data[at] == '\n';
    if (division == GS_LANG_LINES && parse->sentence_count != lines)
        return "each line is one sentence";
    for (size_t s = 0; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        if (sentence->word_begin != word || sentence->word_end < word ||
            sentence->word_end > parse->word_count)
            return "sentences share the words out, in order";
        if (division == GS_LANG_PARAGRAPHS && sentence->word_end == word)
            return "a sentence has words";
        if (sentence->begin < end || sentence->end < sentence->begin || sentence->end > parse->text.size)
            return "sentences lie in the text, one behind the other";
        if (sentence->paragraph < paragraph)
            return "paragraphs ascend";
        if (sentence->word_end > word && (sentence->begin != parse->words[word].begin ||
                                          sentence->end != parse->words[sentence->word_end - 1].end))
            return "a sentence begins and ends with its words";
        if (division == GS_LANG_LINES &&
            memchr(parse->text.data + sentence->begin, '\n', sentence->end - sentence->begin))
            return "a sentence does not leave its line";
        for (; word < sentence->word_end; word++)
            if (parse->words[word].sentence != s)
                return "words know their sentence";
        end = sentence->end;
        paragraph = sentence->paragraph;
    }
    return word == parse->word_count ? NULL : "every word is in a sentence";
}

// One root a sentence, and every word leads to it. Each word is walked over twice at most.
static inline const char *check_trees(const gs_parse *parse)
{
    const char *wrong = NULL;
    uint32_t *mark = calloc(parse->word_count + 1, sizeof *mark);
    for (size_t s = 0; s < parse->sentence_count && !wrong; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        size_t roots = 0;
        for (uint32_t i = sentence->word_begin; i < sentence->word_end && !wrong; i++) {
            uint32_t head = parse->words[i].head;
            roots += head == GS_WORD_ROOT;
            if (head != GS_WORD_ROOT && (head < sentence->word_begin || head >= sentence->word_end))
                wrong = "heads lie in the sentence";
        }
        if (!wrong && roots != (sentence->word_end > sentence->word_begin))
            wrong = "a sentence has one root";
        for (uint32_t i = sentence->word_begin; i < sentence->word_end && !wrong; i++) {
            uint32_t at = i;
            for (; at != GS_WORD_ROOT && mark[at] == 0; at = parse->words[at].head)
                mark[at] = i + 1;
            if (at != GS_WORD_ROOT && mark[at] == i + 1)
                wrong = "heads do not run in circles";
        }
    }
    free(mark);
    return wrong;
}

static inline const char *check_names(const gs_parse *parse)
{
    uint32_t end = 0;
    for (size_t n = 0; n < parse->name_count; n++) {
        const gs_name *name = &parse->names[n];
        if (name->word_begin < end || name->word_end <= name->word_begin ||
            name->word_end > parse->word_count)
            return "names follow each other without overlap";
        if (parse->words[name->word_begin].sentence != parse->words[name->word_end - 1].sentence)
            return "a name does not leave its sentence";
        if (name->kind >= GS_NAME_KIND_COUNT)
            return "a name has a kind";
        end = name->word_end;
    }
    return NULL;
}

static inline const char *check_parse(const gs_parse *parse, gs_lang_division division)
{
    const char *wrong = check_words(parse);
    wrong = wrong ? wrong : check_sentences(parse, division);
    wrong = wrong ? wrong : check_trees(parse);
    return wrong ? wrong : check_names(parse);
}

// Ten columns, none of them empty, a line a word; an empty line behind each sentence.
static inline const char *check_conllu(gs_view out, const gs_parse *parse)
{
    size_t words = 0, sentences = 0;
    if (!gs_utf8_valid(out, NULL))
        return "CoNLL-U is UTF-8";
    for (size_t at = 0; at < out.size;) {
        const char *feed = memchr(out.data + at, '\n', out.size - at);
        if (!feed)
            return "CoNLL-U ends with a line feed";
        size_t end = (size_t)(feed - out.data), columns = 1, begin = at;
        bool word = end > at && out.data[at] != '#';
        for (size_t i = at; word && i <= end; i++)
            if (i == end || out.data[i] == '\t') {
                if (i == begin)
                    return "no column is empty";
                columns += i < end;
                begin = i + 1;
            }
        if (word && columns != 10)
            return "a word's line has ten columns";
        words += word;
        sentences += end == at;
        at = end + 1;
    }
    return words == parse->word_count && sentences == parse->sentence_count
               ? NULL
               : "a line a word, an empty line a sentence";
}

#endif
