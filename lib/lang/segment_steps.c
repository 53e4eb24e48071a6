// The three decisions, each from left to right over a window, with what was decided before in view.
//
// The trainer walks through the same code and answers the questions itself: what a classifier is asked when
// it works is then exactly what it was taught.
#include <string.h>

#include "segment_internal.h"

static bool ask(const seg_judge *judge, seg_question question, uint32_t offset, const uint32_t *features,
                size_t count, int32_t threshold)
{
    if (judge->decide)
        return judge->decide(judge->context, question, offset, features, count);
    return seg_score(judge->model, features, count) > threshold;
}

static void add_part(seg_window *window, const seg_atom *whole, uint32_t begin, uint32_t end, gs_view text)
{
    seg_atom *part = &window->pieces[window->piece_count++];
    *part = *whole;
    part->begin = begin;
    part->end = end;
    // The hash need not be that of the letters' own atom; it has to be the same each time, and its own.
    uint64_t hash = 0;
    for (uint32_t at = begin; at < end; at++)
        hash = seg_hash_join(hash, (unsigned char)(text.data[at] | 0x20));
    part->hash = hash;
    if (begin != whole->begin)
        part->flags = SEG_FORCED | SEG_ASCII;
}

void seg_cut(const seg_judge *judge, seg_window *window, gs_view text)
{
    uint32_t features[SEG_FEATURES];
    window->piece_count = 0;
    for (size_t i = 0; i < window->atom_count; i++) {
        const seg_atom *atom = &window->atoms[i];
        seg_cut_entry entry;
        uint64_t key;
        if (atom->type == SEG_LETTERS && window->piece_count + (window->atom_count - i) + 2 <= SEG_PIECES &&
            seg_cut_find(judge->model, window, text, i, &entry, &key)) {
            size_t count = seg_cut_features(window, i, key, features);
            if (ask(judge, SEG_CUT, atom->begin + entry.first, features, count, 0)) {
                uint32_t first = atom->begin + entry.first, second = atom->begin + entry.second;
                add_part(window, atom, atom->begin, first, text);
                add_part(window, atom, first, entry.second ? second : atom->end, text);
                if (entry.second)
                    add_part(window, atom, second, atom->end, text);
                continue;
            }
        }
        window->pieces[window->piece_count++] = *atom;
    }
    memset(window->pieces + window->piece_count, 0, SEG_PAD * sizeof(seg_atom));
    window->pieces[window->piece_count].flags = SEG_SPACE;
}

static seg_token *begin_token(seg_window *window, const seg_atom *piece)
{
    enum { PATTERN = 3 << 4 };
    seg_token *token = &window->tokens[window->token_count++];
    *token = (seg_token){.hash = piece->hash,
                         .begin = piece->begin,
                         .end = piece->end,
                         .kind = piece->kind,
                         .mark = piece->mark,
                         .first = piece->type,
                         .last = piece->type,
                         .space = piece->flags & SEG_SPACE,
                         .line = piece->flags & SEG_BREAK,
                         .lower = piece->type == SEG_LETTERS && !(piece->kind & PATTERN)};
    return token;
}

static void extend_token(seg_token *token, const seg_atom *piece)
{
    enum { JOINED = 5U << 28, KIND_BITS = (1 << 27) - 1 };
    token->hash = seg_hash_join(token->hash, piece->hash);
    token->kind = JOINED | ((uint32_t)seg_hash_join(token->kind, piece->kind) & KIND_BITS);
    token->end = piece->end;
    token->last = piece->type;
}

void seg_join(const seg_judge *judge, seg_window *window)
{
    uint32_t features[SEG_FEATURES];
    const seg_atom *pieces = window->pieces;
    window->token_count = 0;
    for (size_t i = 0; i < window->piece_count;) {
        seg_token *token = begin_token(window, &pieces[i]);
        if (pieces[i + 1].flags & SEG_SPACE) {
            i++;
            continue;
        }
        seg_chunk chunk = seg_chunk_at(window, i);
        size_t begin = i;
        for (; i + 1 < chunk.end; i++) {
            const seg_atom *next = &pieces[i + 1];
            bool join = false;
            if (!(next->flags & SEG_FORCED) && next->end - token->begin <= GS_LIMIT_WORD_BYTES) {
                size_t count = seg_join_features(window, &chunk, i, token->hash, begin, features);
                join = ask(judge, SEG_JOIN, next->begin, features, count, 0);
            }
            if (join) {
                extend_token(token, next);
            } else {
                token = begin_token(window, next);
                begin = i + 1;
            }
        }
        i = chunk.end;
    }
    memset(window->tokens + window->token_count, 0, SEG_PAD * sizeof(seg_token));
}

// Whether token i is, behind closing quotation marks and brackets, a mark that ends sentences.
static bool is_closed(const seg_window *window, size_t i)
{
    static const uint16_t closing[] = {'"', '\'', ')', ']', 0x2019, 0x201D, 0};
    static const uint16_t ends[] = {'.', '!', '?', ':', ';', 0x2026, 0};
    const seg_token *token = &window->tokens[i];
    const uint16_t *mark;
    for (int back = 0; back < 2 && token->first == SEG_MARK; back++) {
        for (mark = closing; *mark && *mark != token->mark; mark++)
            ;
        if (*mark == 0)
            break;
        token--;
    }
    for (mark = ends; *mark && *mark != token->mark; mark++)
        ;
    return *mark != 0 || (token->first != SEG_MARK && token->last == SEG_MARK);
}

bool seg_end(const seg_judge *judge, const seg_window *window, seg_state *state, size_t i)
{
    uint32_t features[SEG_FEATURES];
    seg_state_pass(state, &window->tokens[i]);
    state->words++;
    bool ends = window->tokens[i + 1].line || state->words >= SEG_SENTENCE_WORDS;
    if (!ends && i + 1 < window->token_count && seg_end_possible(window, i)) {
        size_t count = seg_end_features(window, state, i, features);
        int32_t threshold = is_closed(window, i) ? 0 : (int32_t)judge->model->margin;
        ends = ask(judge, SEG_END, window->tokens[i + 1].begin, features, count, threshold);
    }
    if (ends) {
        state->words = 0;
        state->first = i + 1;
    }
    return ends;
}
