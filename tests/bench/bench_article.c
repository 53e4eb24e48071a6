// Articles of a fixed size whose every title is new.
//
// The words of a title come from its number through a mixing function (splitmix64, S. Vigna), so no two
// titles share a rare word and the aggregator's search for contradictions meets what it meets in a real
// stream: mostly nothing. The text is plain prose cut to fill the line to the byte; between its words are
// some that are made in the same way, so that no text is a copy of another, and compressors do not see the
// same block again.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"

static const char PROSE[] =
    "The committee met for the third day in a row and left without a common text. Delegates described the "
    "mood as "
    "sober. Ports along the coast kept working while insurers raised their rates for the second time this "
    "month. "
    "A draft that circulated before noon named neither a date nor a place for the next round. Farmers in the "
    "valley asked for an answer before the harvest, and hauliers said that they could not wait so long. Two "
    "observers who had read the draft said that its annex was longer than the text itself. ";

enum { WORDS_BETWEEN = 6 }; // of the prose, and then one of the article's own

static uint64_t mix(uint64_t value)
{
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

// A capitalised word of four syllables out of 40 bits of seed: two numbers hardly ever share one.
static void make_word(char word[16], uint64_t seed)
{
    static const char consonants[] = "bdfghklmnprstvzj";
    static const char vowels[] = "aeiouyae";
    size_t length = 0;
    for (int syllable = 0; syllable < 5; syllable++) {
        word[length++] = consonants[seed & 15];
        word[length++] = vowels[(seed >> 4) & 7];
        seed >>= 7;
    }
    word[0] = (char)(word[0] - 'a' + 'A');
    word[length] = '\0';
}

// A word that no other article has at this place, and a space; nothing if there is no room. Returns its
// bytes.
static size_t own_word(char *to, size_t room, uint64_t seed)
{
    char word[16];
    make_word(word, mix(seed));
    const size_t size = strlen(word);
    if (room <= size) {
        return 0;
    }
    memcpy(to, word, size);
    to[0] = (char)(to[0] - 'A' + 'a');
    to[size] = ' ';
    return size + 1;
}

void bench_article(char line[BENCH_ARTICLE_BYTES], uint64_t number, uint64_t stamp_us)
{
    char first[16], second[16], head[512];
    make_word(first, mix(2 * number));
    make_word(second, mix(2 * number + 1));
    int head_size = snprintf(head, sizeof head,
                             "{\"id\":\"bench-%" PRIu64 "\",\"url\":\"https://bench.example/%" PRIu64
                             "\",\"published\":\"2025-04-24T10:00:00+02:00\",\"publisher\":\"Bench Wire\","
                             "\"title\":\"%s meets %s t=%" PRIu64 "\",\"text\":\"%s %s %" PRIu64 ". ",
                             number, number, first, second, stamp_us, second, first, number);
    if (head_size < 0 || (size_t)head_size >= sizeof head) {
        bench_fail("article %" PRIu64 ": its head does not fit", number);
    }
    static const char tail[] = "\"}\n";
    size_t position = (size_t)head_size, end = BENCH_ARTICLE_BYTES - (sizeof tail - 1);
    memcpy(line, head, position);
    size_t from = (size_t)(mix(number) % (sizeof PROSE - 1)), spaces = 0;
    while (position < end) {
        line[position++] = PROSE[from];
        if (PROSE[from] == ' ' && ++spaces % WORDS_BETWEEN == 0) {
            position += own_word(line + position, end - position, mix(number) + spaces);
        }
        from = (from + 1) % (sizeof PROSE - 1);
    }
    memcpy(line + end, tail, sizeof tail - 1);
}

bool bench_article_stamp(const char *title, uint64_t *stamp_us)
{
    const char *mark = strstr(title, " t=");
    return mark && sscanf(mark, " t=%" SCNu64, stamp_us) == 1;
}

void bench_articles_write(const char *path, uint64_t count)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        bench_fail("%s: cannot be written", path);
    }
    char line[BENCH_ARTICLE_BYTES];
    for (uint64_t number = 0; number < count; number++) {
        bench_article(line, number, 0);
        fwrite(line, 1, sizeof line, file);
    }
    if (fflush(file) != 0 || fclose(file) != 0) {
        bench_fail("%s: writing failed; is there room for %" PRIu64 " MB?", path,
                   count * BENCH_ARTICLE_BYTES / 1000000);
    }
}
