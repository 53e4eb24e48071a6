// Names as words. Which word is the surname follows from the custom of the bearer's country, which is a table
// here: in front in China and Korea, at the end in most of the world, last but one where people bear two.
// Where a custom leaves a choice (Japan, Hungary and Hong Kong are written both ways in English) both ends
// count, and it is for the caller to find that only one bearer fits.
//
// A key is a hash of what two names that match must share; it is only ever used in memory.
#include "statement/naming.h"

#include <string.h>

typedef enum name_order {
    ORDER_LAST,    // the surname comes last
    ORDER_FIRST,   // it comes first, and nobody is called by the last name alone
    ORDER_EITHER,  // both are in use
    ORDER_TWO_LAST // two surnames come last; either, or both, may stand for the name
} name_order;

static const struct {
    char country[3];
    name_order order;
} orders[] = {
    {"CN", ORDER_FIRST},    {"KP", ORDER_FIRST},    {"HK", ORDER_EITHER},   {"HU", ORDER_EITHER},
    {"JP", ORDER_EITHER},   {"KH", ORDER_EITHER},   {"KR", ORDER_EITHER},   {"MO", ORDER_EITHER},
    {"SG", ORDER_EITHER},   {"TW", ORDER_EITHER},   {"VN", ORDER_EITHER},   {"AR", ORDER_TWO_LAST},
    {"BO", ORDER_TWO_LAST}, {"CL", ORDER_TWO_LAST}, {"CO", ORDER_TWO_LAST}, {"CR", ORDER_TWO_LAST},
    {"CU", ORDER_TWO_LAST}, {"DO", ORDER_TWO_LAST}, {"EC", ORDER_TWO_LAST}, {"ES", ORDER_TWO_LAST},
    {"GT", ORDER_TWO_LAST}, {"HN", ORDER_TWO_LAST}, {"MX", ORDER_TWO_LAST}, {"NI", ORDER_TWO_LAST},
    {"PA", ORDER_TWO_LAST}, {"PE", ORDER_TWO_LAST}, {"PY", ORDER_TWO_LAST}, {"SV", ORDER_TWO_LAST},
    {"UY", ORDER_TWO_LAST}, {"VE", ORDER_TWO_LAST},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

// ---- reading ---------------------------------------------------------------------------------------

static bool is_particle(gs_view word)
{
    static const char *const particles[] = {"von", "van", "de",  "der", "den", "del", "della", "di",
                                            "da",  "dos", "du",  "bin", "ibn", "al",  "el",    "la",
                                            "le",  "ten", "ter", "zu",  "af",  "bint"};
    for (size_t i = 0; i < COUNT(particles); i++)
        if (gs_view_equal(word, gs_view_of(particles[i])))
            return true;
    return false;
}

// "Ki-moon", "Ching-te": a small letter behind the hyphen, which European double names do not have.
static bool is_joined(gs_view text)
{
    size_t end = text.size;
    while (end > 0 && text.data[end - 1] != ' ' && text.data[end - 1] != '-')
        end--;
    return end > 1 && text.data[end - 1] == '-' && end < text.size && text.data[end] >= 'a' &&
           text.data[end] <= 'z';
}

// Stops go ("J.D."), and so do apostrophes of either kind and what else is neither letter nor hyphen.
static size_t plain(char *text, size_t size)
{
    size_t kept = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        bool curly = c == 0xE2 && i + 2 < size && (unsigned char)text[i + 1] == 0x80;
        if (curly) {
            i += 2;
            continue;
        }
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80 || c == '-';
        if (word)
            text[kept++] = (char)c;
        else if (c == ' ' || c == '\n' || c == '\t')
            text[kept++] = ' ';
    }
    text[kept] = '\0';
    return kept;
}

void gs_naming_read(gs_view text, gs_arena *arena, gs_naming *name)
{
    gs_buffer folded = {0};
    text = gs_view_trim(text);
    gs_utf8_fold(text, &folded);
    *name = (gs_naming){.folded = gs_arena_text(arena, gs_buffer_view(&folded))};
    size_t size = plain(name->folded, folded.size);
    gs_buffer_free(&folded);
    for (size_t at = 0; at < size && name->count < GS_NAMING_WORDS;) {
        size_t end = at;
        while (end < size && name->folded[end] != ' ')
            end++;
        if (end > at)
            name->words[name->count++] = gs_view_make(name->folded + at, end - at);
        at = end + 1;
    }
    name->particled = name->count > 1 && is_particle(name->words[0]);
    name->joined = is_joined(text);
}

bool gs_naming_is_bare(const gs_naming *name)
{
    size_t at = 0;
    while (at + 1 < name->count && is_particle(name->words[at]))
        at++;
    return at + 1 == name->count;
}

// ---- comparing -------------------------------------------------------------------------------------

static name_order order_of(const gs_naming *full, const char *country)
{
    for (size_t i = 0; i < COUNT(orders); i++)
        if (country && strcmp(country, orders[i].country) == 0)
            return orders[i].order;
    return full->joined ? ORDER_EITHER : ORDER_LAST;
}

// The part of a word behind its last hyphen, or before its first one: "Kim Jong-un" is "Kim Jong Un".
static gs_view behind_hyphen(gs_view word)
{
    size_t begin = word.size;
    while (begin > 0 && word.data[begin - 1] != '-')
        begin--;
    return gs_view_slice(word, begin, word.size);
}

static gs_view before_hyphen(gs_view word)
{
    size_t end = gs_view_find(word, gs_view_make("-", 1), 0);
    return gs_view_slice(word, 0, end == SIZE_MAX ? word.size : end);
}

// The next letter run of a name, hyphens parting as spaces do.
static gs_view next_part(const char **rest)
{
    const char *begin = *rest + strspn(*rest, " -");
    size_t size = strcspn(begin, " -");
    *rest = begin + size;
    return gs_view_make(begin, size);
}

// Are all parts of b among those of a, in order? An initial stands for a name.
static bool contains_parts(const char *a, const char *b)
{
    gs_view wanted = next_part(&b);
    for (gs_view part = next_part(&a); part.size && wanted.size; part = next_part(&a)) {
        bool initial = (wanted.size == 1 || part.size == 1) && wanted.data[0] == part.data[0];
        if (initial || gs_view_equal(part, wanted))
            wanted = next_part(&b);
    }
    return wanted.size == 0;
}

// Do the words of b stand right before word number `end` of a?
static bool ends_with(const gs_naming *a, const gs_naming *b, size_t end)
{
    if (b->count == 0 || b->count > end)
        return false;
    for (size_t i = 0; i < b->count; i++)
        if (!gs_view_equal(a->words[end - b->count + i], b->words[i]))
            return false;
    return true;
}

static bool is_same(const gs_naming *a, const gs_naming *b)
{
    if (gs_naming_key(a) != gs_naming_key(b))
        return false;
    return contains_parts(a->folded, b->folded) || contains_parts(b->folded, a->folded);
}

gs_naming_match gs_naming_compare(const gs_naming *full, const gs_naming *given, const char *country)
{
    if (full->count == 0 || given->count == 0)
        return GS_NAMING_APART;
    if (is_same(full, given))
        return GS_NAMING_SAME;
    if (given->count >= full->count)
        return GS_NAMING_APART;
    name_order order = order_of(full, country);
    bool first = given->count == 1 && gs_view_equal(given->words[0], full->words[0]);
    if (order == ORDER_FIRST)
        return first ? GS_NAMING_SURNAME : GS_NAMING_APART;
    if (order == ORDER_EITHER && first)
        return GS_NAMING_SURNAME;
    if (ends_with(full, given, full->count) && !is_particle(given->words[given->count - 1]))
        return GS_NAMING_SURNAME;
    // "Sánchez" of "Pedro Sánchez Castejón", but no given name.
    if (order == ORDER_TWO_LAST && full->count >= 3 && given->count < full->count - 1 &&
        ends_with(full, given, full->count - 1))
        return GS_NAMING_SURNAME;
    return GS_NAMING_APART;
}

// ---- keys ------------------------------------------------------------------------------------------

uint64_t gs_naming_key(const gs_naming *name)
{
    if (name->count == 0)
        return 0;
    return gs_hash(before_hyphen(name->words[0])) * 31 + gs_hash(behind_hyphen(name->words[name->count - 1]));
}

uint64_t gs_naming_bare_key(const gs_naming *given)
{
    return given->count ? gs_hash(given->words[given->count - 1]) : 0;
}

size_t gs_naming_surname_keys(const gs_naming *full, const char *country, uint64_t keys[GS_NAMING_KEYS])
{
    size_t count = 0;
    if (full->count < 2)
        return 0;
    name_order order = order_of(full, country);
    if (order == ORDER_FIRST || order == ORDER_EITHER)
        keys[count++] = gs_hash(full->words[0]);
    if (order != ORDER_FIRST)
        keys[count++] = gs_hash(full->words[full->count - 1]);
    if (order == ORDER_TWO_LAST && full->count >= 3)
        keys[count++] = gs_hash(full->words[full->count - 2]);
    return count;
}

// ---- offices ---------------------------------------------------------------------------------------

static bool ends_in(gs_view word, const char *ending)
{
    size_t size = strlen(ending);
    return word.size >= size && memcmp(word.data + word.size - size, ending, size) == 0;
}

char gs_role_gender(gs_view role)
{
    static const struct {
        const char *ending;
        char gender;
    } endings[] = {{"woman", 'f'}, {"man", 'm'},      {"queen", 'f'},
                   {"king", 'm'},  {"princess", 'f'}, {"prince", 'm'}};
    gs_buffer folded = {0};
    gs_utf8_fold(role, &folded);
    gs_view rest = gs_buffer_view(&folded);
    char gender = 0;
    for (size_t i = 0; i < COUNT(endings) && !gender; i++) {
        size_t at = gs_view_find(rest, gs_view_of(endings[i].ending), 0), size = strlen(endings[i].ending);
        bool ends = at != SIZE_MAX && (at + size == rest.size || rest.data[at + size] == ' ');
        // "chairman" ends in "man"; "king" must be the whole word, as "banking" is no king.
        bool whole =
            ends && (ends_in(gs_view_of(endings[i].ending), "man") || at == 0 || rest.data[at - 1] == ' ');
        gender = whole ? endings[i].gender : 0;
    }
    gs_buffer_free(&folded);
    return gender;
}

// A word of an office without what changes from text to text: plural, person, and words that part nothing.
static gs_view office_word(gs_view word)
{
    static const char *const persons[] = {"person", "people", "woman", "women", "man", "men"};
    static const char *const empty[] = {"of", "the", "for", "and", "in", "a", "an", "to", "at", "on", "s"};
    for (size_t i = 0; i < COUNT(empty); i++)
        if (gs_view_equal(word, gs_view_of(empty[i])))
            return gs_view_slice(word, 0, 0);
    for (size_t i = 0; i < COUNT(persons); i++)
        if (word.size > strlen(persons[i]) + 2 && ends_in(word, persons[i]))
            return gs_view_slice(word, 0, word.size - strlen(persons[i]));
    return word.size > 3 && ends_in(word, "s") ? gs_view_slice(word, 0, word.size - 1) : word;
}

static bool has_all_of(const gs_naming *a, const gs_naming *b)
{
    for (size_t i = 0; i < b->count; i++) {
        gs_view word = office_word(b->words[i]);
        bool found = word.size == 0;
        for (size_t j = 0; j < a->count && !found; j++)
            found = gs_view_equal(word, office_word(a->words[j]));
        if (!found)
            return false;
    }
    return true;
}

bool gs_offices_agree(gs_view a, gs_view b, gs_arena *arena)
{
    gs_naming left, right;
    gs_naming_read(a, arena, &left);
    gs_naming_read(b, arena, &right);
    return has_all_of(&left, &right) || has_all_of(&right, &left);
}

bool gs_body_is_short_for(const char *name, const char *longer)
{
    size_t size = strlen(name), longer_size = strlen(longer);
    return size > 0 && longer_size > size + 1 && longer[longer_size - size - 1] == ' ' &&
           gs_view_equal_nocase(gs_view_of(name), gs_view_of(longer + longer_size - size));
}
