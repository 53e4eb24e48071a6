// What the three classifiers see of a place in the text, as numbers of hashed features.
//
// A feature is a template's number and what it finds: the form (hash) or the look (kind) of up to six
// neighbours, and whether white space parts them. Numbers have SEG_FEATURE_BITS bits; of different features,
// few share one. The model keeps only those that matter (segment_tables.c), so a number it does not know
// weighs nothing.
#include "segment_internal.h"

enum { SPACED = 1 << 27 }; // beside a kind

typedef struct seg_list {
    uint32_t *numbers;
    size_t count;
    uint32_t template; // counted up by each add
} seg_list;

uint64_t seg_hash_join(uint64_t a, uint64_t b)
{
    uint64_t hash = (a ^ (b + UINT64_C(0x165667B19E3779F9)) * UINT64_C(0x9FB21C651E98DF25)) *
                    UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 31;
}

static void add(seg_list *list, uint64_t value)
{
    uint64_t hash = (value + ++list->template * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xC2B2AE3D27D4EB4F);
    hash = (hash ^ hash >> 29) * UINT64_C(0x165667B19E3779F9);
    list->numbers[list->count++] = (uint32_t)(hash >> (64 - SEG_FEATURE_BITS));
}

static uint64_t of3(uint64_t a, uint64_t b, uint64_t c)
{
    return seg_hash_join(seg_hash_join(a, b), c);
}

static uint64_t of4(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    return seg_hash_join(of3(a, b, c), d);
}

// A neighbour's look, and whether white space stands between it and the place.
static uint32_t left_kind(const seg_atom *atom)
{
    return atom->kind | (atom[1].flags & SEG_SPACE ? SPACED : 0);
}

static uint32_t right_kind(const seg_atom *atom)
{
    return atom->kind | (atom->flags & SEG_SPACE ? SPACED : 0);
}

seg_chunk seg_chunk_at(const seg_window *window, size_t begin)
{
    const seg_atom *pieces = window->pieces;
    seg_chunk chunk = {
        .begin = begin, .end = begin + 1, .hash = pieces[begin].hash, .shape = pieces[begin].kind};
    while (chunk.end < window->piece_count && !(pieces[chunk.end].flags & SEG_SPACE)) {
        chunk.hash = seg_hash_join(chunk.hash, pieces[chunk.end].hash);
        chunk.shape = seg_hash_join(chunk.shape, pieces[chunk.end].kind);
        chunk.end++;
    }
    return chunk;
}

size_t seg_cut_features(const seg_window *window, size_t i, uint64_t key, uint32_t *features)
{
    const seg_atom *a = &window->atoms[i];
    seg_list list = {.numbers = features, .template = 100};
    add(&list, key);
    add(&list, seg_hash_join(key, a->kind));
    add(&list, seg_hash_join(key, a[-1].hash));
    add(&list, seg_hash_join(key, a[1].hash));
    add(&list, of3(key, a[-1].hash, a[1].hash));
    add(&list, seg_hash_join(key, left_kind(&a[-1])));
    add(&list, seg_hash_join(key, right_kind(&a[1])));
    add(&list, of3(key, a[-1].hash, a[-2].hash));
    add(&list, of3(key, a[1].hash, a[2].hash));
    add(&list, a[1].hash);
    add(&list, a[-1].hash);
    add(&list, of3(1, a[-1].hash, a[1].hash));
    add(&list, of3(a->kind, left_kind(&a[-1]), right_kind(&a[1])));
    add(&list, 0);
    return list.count;
}

static void add_near(seg_list *list, const seg_atom *a, const seg_atom *b)
{
    uint32_t ka = a->kind, kb = b->kind;
    uint32_t l = left_kind(a - 1), l2 = left_kind(a - 2), r = right_kind(b + 1), r2 = right_kind(b + 2);
    add(list, seg_hash_join(ka, kb));
    add(list, seg_hash_join(a->hash, b->hash));
    add(list, seg_hash_join(a->hash, kb));
    add(list, seg_hash_join(ka, b->hash));
    add(list, of3(l, ka, kb));
    add(list, of3(ka, kb, r));
    add(list, of4(l, ka, kb, r));
    add(list, of3(left_kind(a - 1) & SPACED, a[-1].hash, seg_hash_join(a->hash, b->hash)));
    add(list, of4(right_kind(b + 1) & SPACED, a->hash, b->hash, b[1].hash));
    add(list, of4(a[-1].hash, ka, b->hash, l & SPACED));
    add(list, of4(l, ka, b->hash, r));
    add(list, of4(l, a->hash, kb, r));
    add(list, of4(a->hash, kb, b[1].hash, r & SPACED));
    uint64_t middle = of4(l, ka, kb, r);
    add(list, seg_hash_join(middle, l2));
    add(list, seg_hash_join(middle, r2));
    add(list, of3(middle, l2, r2));
    add(list, of4(ka, kb, r, r2));
    add(list, of4(l2, l, ka, kb));
}

size_t seg_join_features(const seg_window *window, const seg_chunk *chunk, size_t i, uint64_t word,
                         size_t begin, uint32_t *features)
{
    const seg_atom *a = &window->pieces[i], *b = a + 1;
    const seg_atom *next = &window->pieces[chunk->end], *before = &window->pieces[chunk->begin] - 1;
    seg_list list = {.numbers = features, .template = 200};
    size_t size = i + 1 - begin, left = i - chunk->begin, right = chunk->end - i;
    add(&list, 0);
    add_near(&list, a, b);
    add(&list, of3(chunk->hash, left, 0));
    add(&list, of3(chunk->shape, left, 0));
    add(&list, of3(chunk->shape, left, next->kind));
    add(&list, of3(word, b->hash, size > 4 ? 4 : size));
    add(&list, of3(word, b->kind, right_kind(b + 1)));
    add(&list, of3(size > 3 ? 3 : size, a->kind, b->kind));
    add(&list,
        of4(size > 3 ? 3 : size, left_kind(a - 1), seg_hash_join(a->kind, b->kind), right_kind(b + 1)));
    add(&list, of4(left > 3 ? 3 : left, right > 4 ? 4 : right, a->kind, b->kind));
    if (right <= 3) { // what follows behind the white space tells a full stop from an abbreviation's
        add(&list, of4(a->kind, b->kind, next->hash, right));
        add(&list, of4(a->hash, b->hash, next->kind, right));
        add(&list, of4(a->kind, b->kind, next->kind, seg_hash_join(right, next[1].kind)));
        add(&list, of4(word, b->hash, next->hash, right));
        add(&list, of4(word, b->hash, next->kind, right));
    }
    if (left <= 2) {
        add(&list, of4(a->kind, b->kind, before->hash, left));
        add(&list, of4(a->hash, b->hash, before->kind, left));
        add(&list, of4(a->kind, b->hash, before->kind, left));
    }
    // "S100" and "COVID19" whatever their lengths
    list.template = 280;
    add(&list, of3(a->type, b->type, left == 0));
    add(&list, of4(a->type, b->type, left == 0, right_kind(b + 1) & SPACED));
    return list.count;
}

// ---- sentences

void seg_state_pass(seg_state *state, const seg_token *token)
{
    if (token->first != SEG_MARK)
        return;
    switch (token->mark) {
    case '"':
        state->quoted = !state->quoted;
        break;
    case 0x201C:
        state->quoted = true;
        break;
    case 0x201D:
        state->quoted = false;
        break;
    case '(':
    case '[':
        state->brackets = (uint8_t)(state->brackets < 2 ? state->brackets + 1 : 2);
        break;
    case ')':
    case ']':
        state->brackets = (uint8_t)(state->brackets > 0 ? state->brackets - 1 : 0);
        break;
    default:
        break;
    }
}

bool seg_end_possible(const seg_window *window, size_t i)
{
    return window->tokens[i].last == SEG_MARK || !window->tokens[i + 1].lower;
}

static uint32_t bucket(size_t count)
{
    static const uint8_t of[] = {0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 7};
    return count < sizeof of ? of[count] : count < 25 ? 8 : count < 50 ? 9 : 10;
}

static uint32_t token_kind(const seg_token *token)
{
    return token->kind | (token->space ? SPACED : 0);
}

size_t seg_end_features(const seg_window *window, const seg_state *state, size_t i, uint32_t *features)
{
    const seg_token *t = &window->tokens[i], *n = t + 1, *first = &window->tokens[state->first];
    uint32_t k0 = t->kind, k1 = token_kind(n), k2 = token_kind(n + 1), k3 = token_kind(n + 2);
    uint32_t b1 = t[-1].kind, b2 = t[-2].kind;
    uint64_t mid = seg_hash_join(k0, k1), marks = seg_hash_join(t->mark, n->mark);
    uint32_t length = bucket(state->words), rest = bucket(window->token_count - i - 1);
    uint32_t inside = (uint32_t)state->quoted | (uint32_t)state->brackets << 1;
    seg_list list = {.numbers = features, .template = 300};
    add(&list, 0);
    add(&list, mid);
    add(&list, t->hash);
    add(&list, n->hash);
    add(&list, seg_hash_join(t->hash, n->hash));
    add(&list, seg_hash_join(t->hash, k1));
    add(&list, seg_hash_join(k0, n->hash));
    add(&list, of3(k0, n->hash, n[1].hash));
    add(&list, of3(k0, n->hash, k2));
    add(&list, of3(t[-1].hash, t->hash, k1));
    add(&list, of3(t[-1].hash, k0, k1));
    add(&list, of3(t[-2].hash, t[-1].hash, t->hash));
    add(&list, seg_hash_join(b1, mid));
    add(&list, seg_hash_join(mid, k2));
    add(&list, of3(b1, mid, k2));
    add(&list, of3(b2, b1, mid));
    add(&list, of3(mid, k2, k3));
    add(&list, of4(b2, b1, mid, k2));
    add(&list, of3(mid, inside, 0));
    add(&list, of3(mid, inside, k2));
    add(&list, of4(mid, inside, b1, k2));
    add(&list, of3(mid, length, 0));
    add(&list, of3(mid, length, inside));
    add(&list, of3(mid, rest, 0));
    add(&list, of3(mid, length, rest));
    add(&list, of3(marks, b1, k2));
    add(&list, of3(marks, mid, inside));
    add(&list, of3(first->hash, mid, 0));
    add(&list, of4(first->kind, mid, length, 0));
    add(&list, of4(first->kind, first[1].kind, mid, length));
    add(&list, of3(n->hash, n[1].hash, mid));
    add(&list, of3(t->hash, n->hash, n[1].hash));
    add(&list, of3(state->first == 0, mid, window->tokens[window->token_count - 1].kind));
    return list.count;
}
