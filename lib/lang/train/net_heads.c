// What stands on the LSTM: tags, heads, relations and names, each with its loss and gradient.
//
// All losses are negative log-likelihoods of a softmax, whose gradient with respect to the scores is p - y.
// Words whose annotation is unknown take no part. Scores of a sentence's heads are a matrix of its words
// against the root and its words; a word is never its own head.
#include "gemm.h"
#include "../network.h"
#include "neural/simd.h"
#include "net_shard.h"

#include <math.h>

enum { LANES = 16 };

static size_t padded(size_t n)
{
    return (n + LANES - 1) / LANES * LANES;
}

GS_CLONES
static void leaky_dropped(float *values, const float *mask, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = gs_leaky(values[i]) * (mask ? mask[i] : 1.0f);
}

// value is after leaky, which keeps the sign.
GS_CLONES
static void leaky_gradient(float *gradient, const float *value, const float *mask, size_t count)
{
    for (size_t i = 0; i < count; i++)
        gradient[i] *= (value[i] > 0.0f ? 1.0f : value[i] < 0.0f ? 0.1f : 0.0f) * mask[i];
}

GS_CLONES
static void add_rows(size_t rows, size_t n, const float *from, float *to)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < n; j++)
            to[j] += from[r * n + j];
}

GS_CLONES
static void add_bias(size_t rows, size_t n, const float *bias, float *to)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < n; j++)
            to[r * n + j] += bias[j];
}

// Of scores the largest; then scores become probabilities. Returns log of the sum that they were divided by,
// and the best class.
GS_CLONES
static float to_probabilities(float *scores, size_t count, size_t *best)
{
    float most = scores[0], sum = 0.0f;
    *best = 0;
    for (size_t j = 1; j < count; j++)
        if (scores[j] > most) {
            most = scores[j];
            *best = j;
        }
    for (size_t j = 0; j < count; j++) {
        scores[j] = gs_exp(scores[j] - most);
        sum += scores[j];
    }
    for (size_t j = 0; j < count; j++)
        scores[j] /= sum;
    return most + logf(sum);
}

// What a word shall be: one class, or a teacher's several; unknown if neither.
typedef struct target {
    size_t class;
    bool known;
    const net_soft_label *soft;
} target;

// The likeliest classes, half and half with the annotation where there is one.
static void keep_best(const float *probabilities, size_t count, target y, net_soft_label *taught)
{
    float kept[NET_SOFT] = {0};
    memset(taught, 0, sizeof *taught);
    for (size_t j = 0; j < count; j++) {
        float p = y.known ? 0.5f * probabilities[j] + (j == y.class ? 0.5f : 0.0f) : probabilities[j];
        int k = NET_SOFT - 1;
        if (p <= kept[k])
            continue;
        for (; k > 0 && p > kept[k - 1]; k--) {
            kept[k] = kept[k - 1];
            taught->class[k] = taught->class[k - 1];
        }
        kept[k] = p;
        taught->class[k] = (int16_t)j;
    }
    for (int k = 0; k < NET_SOFT; k++)
        taught->weight[k] = (uint8_t)(kept[k] * 255.0f + 0.5f);
}

// Turns scores into p - y, y being the target's distribution (or into zeros if it is unknown); returns -Σ y
// log p, and the best class.
static float softmax(float *scores, size_t count, target y, net_soft_label *taught, size_t *best)
{
    float loss = 0.0f, total = 0.0f, gold = y.known ? scores[y.class] : 0.0f, soft[NET_SOFT];
    for (int k = 0; y.soft && k < NET_SOFT; k++) {
        soft[k] = scores[y.soft->class[k]];
        total += (float)y.soft->weight[k];
    }
    float norm = to_probabilities(scores, count, best);
    if (taught)
        keep_best(scores, count, y, taught);
    if (total > 0.0f) {
        for (int k = 0; k < NET_SOFT; k++) {
            float weight = (float)y.soft->weight[k] / total;
            scores[y.soft->class[k]] -= weight;
            loss += weight * (norm - soft[k]);
        }
        return loss;
    }
    if (!y.known) {
        memset(scores, 0, count * sizeof *scores);
        return 0.0f;
    }
    scores[y.class] -= 1.0f;
    return norm - gold;
}

// out[n × width] = in·W + b
static void linear(const net *model, const float *in, size_t n, size_t in_width, size_t w, size_t b,
                   size_t width, float *out)
{
    gemm(n, width, in_width, in, in_width, 1, model->dense + w, width, out, width, 0);
    add_bias(n, width, model->dense + b, out);
}

static void linear_gradient(net_shard *self, const net *model, const float *in, size_t n, size_t in_width,
                            size_t w, size_t b, size_t width, const float *gradient, float *in_gradient)
{
    gemm(in_width, width, n, in, 1, in_width, gradient, width, self->gradient + w, width, 1);
    add_rows(n, width, gradient, self->gradient + b);
    gemm(n, in_width, width, gradient, width, 1, model->transposed + w, in_width, in_gradient, in_width, 1);
}

static void run_tags(net_shard *self, const net *model, const net_rates *rates)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t wide = 2 * model->size.hidden, xpos = model->size.xpos[self->set];
    size_t upos = self->set == 0 ? model->size.upos : 0, width = xpos + upos;
    float *scores = self->scratch[0];
    linear(model, self->tag, self->words, wide, set->tag_w, set->tag_b, width, scores);
    for (size_t i = 0; i < self->words; i++) {
        const net_word *word = self->word[i];
        size_t best;
        const net_soft *soft = self->soft[i];
        net_soft *taught = self->taught && !rates ? &self->taught[i] : NULL;
        target is = {word->xpos, word->xpos != NET_UNKNOWN, soft ? &soft->xpos : NULL};
        self->loss.xpos += softmax(scores + i * width, xpos, is, taught ? &taught->xpos : NULL, &best);
        self->guesses[i].xpos = (uint8_t)best;
        self->loss.xpos_right += best == word->xpos;
        if (upos) {
            is = (target){word->upos, word->upos != NET_UNKNOWN, soft ? &soft->upos : NULL};
            self->loss.upos +=
                softmax(scores + i * width + xpos, upos, is, taught ? &taught->upos : NULL, &best);
            self->guesses[i].upos = (uint8_t)best;
            self->loss.upos_right += best == word->upos;
        }
    }
    if (rates)
        linear_gradient(self, model, self->tag, self->words, wide, set->tag_w, set->tag_b, width, scores,
                        self->tag_gradient);
}

static void run_names(net_shard *self, const net *model, const net_rates *rates)
{
    size_t wide = 2 * model->size.hidden, c = model->size.name, n = self->words, classes = model->size.names;
    float *hidden = self->scratch[0], *scores = self->scratch[1], *mask = self->scratch[2],
          *back = self->scratch[3];
    linear(model, self->top, n, wide, model->layout.name_w, model->layout.name_b, c, hidden);
    if (rates)
        shard_mask(self, mask, n * c, rates->heads);
    leaky_dropped(hidden, rates ? mask : NULL, n * c);
    linear(model, hidden, n, c, model->layout.name_out_w, model->layout.name_out_b, classes, scores);
    for (size_t i = 0; i < n; i++) {
        const net_word *word = self->word[i];
        size_t best;
        bool known = word->name != NET_UNKNOWN;
        self->loss.name +=
            softmax(scores + i * classes, classes, (target){word->name, known, NULL}, NULL, &best);
        self->guesses[i].name = (uint8_t)best;
        self->loss.name_words += known;
        self->loss.name_right += best == word->name;
    }
    if (!rates)
        return;
    memset(back, 0, n * c * sizeof *back);
    linear_gradient(self, model, hidden, n, c, model->layout.name_out_w, model->layout.name_out_b, classes,
                    scores, back);
    leaky_gradient(back, hidden, mask, n * c);
    linear_gradient(self, model, self->top, n, wide, model->layout.name_w, model->layout.name_b, c, back,
                    self->top_gradient);
}

// Copies one part of the projections of a sentence, with the root's vector first if there is one.
static void part(const float *project, size_t project_row, size_t n, size_t width, const float *root,
                 float *to)
{
    if (root) {
        memcpy(to, root, width * sizeof *to);
        to += width;
    }
    for (size_t i = 0; i < n; i++)
        memcpy(to + i * width, project + i * project_row, width * sizeof *to);
}

typedef struct arc_pass {
    const shard_sentence *sentence;
    const float *project;
    float *back; // gradient of project
    size_t row;  // of project
} arc_pass;

static void arc_scores(net_shard *self, const net *model, const arc_pass *pass, float *d, float *h, float *t,
                       float *scores)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t a = model->size.arc, wide = a + LANG_DISTANCES, n = pass->sentence->count, m = padded(n + 1);
    float *turned = self->arcs[4];
    part(pass->project, pass->row, n, a, NULL, d);
    part(pass->project + a, pass->row, n, a, model->dense + set->arc_root, h);
    leaky_dropped(h, NULL, a); // the words' parts are leaky already
    memset(h + (n + 1) * a, 0, (m - n - 1) * a * sizeof *h);
    gemm(n, wide, a, d, a, 1, model->dense + set->arc_u, wide, t, wide, 0);
    add_bias(n, wide, model->dense + set->arc_bias, t);
    transpose(h, m, a, turned);
    gemm(n, m, a, t, wide, 1, turned, m, scores, m, 0);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            scores[i * m + j + 1] += t[i * wide + a + lang_distance(i, j)];
}

static void distance_gradient(size_t n, size_t m, size_t a, const float *scores, float *dt)
{
    size_t wide = a + LANG_DISTANCES;
    for (size_t i = 0; i < n; i++) {
        memset(dt + i * wide + a, 0, LANG_DISTANCES * sizeof *dt);
        for (size_t j = 0; j < n; j++)
            dt[i * wide + a + lang_distance(i, j)] += scores[i * m + j + 1];
    }
}

static void arc_gradient(net_shard *self, const net *model, const arc_pass *pass, float *d, float *h,
                         float *t, const float *scores)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t a = model->size.arc, wide = a + LANG_DISTANCES, n = pass->sentence->count, m = padded(n + 1);
    float *dt = self->arcs[4], *dh = self->arcs[5];
    gemm(n, a, m, scores, m, 1, h, a, dt, wide, 0);
    distance_gradient(n, m, a, scores, dt);
    gemm(m, a, n, scores, 1, m, t, wide, dh, a, 0);
    gemm(a, wide, n, d, 1, a, dt, wide, self->gradient + set->arc_u, wide, 1);
    add_rows(n, wide, dt, self->gradient + set->arc_bias);
    gemm(n, a, wide, dt, wide, 1, model->transposed + set->arc_u, a, t, a, 0); // t: now the gradient of d
    for (size_t j = 0; j < a; j++)
        self->gradient[set->arc_root + j] += dh[j] * (h[j] > 0.0f ? 1.0f : 0.1f);
    for (size_t i = 0; i < n; i++) {
        float *back = pass->back + i * pass->row;
        memcpy(back, t + i * a, a * sizeof *back);
        memcpy(back + a, dh + (i + 1) * a, a * sizeof *back);
    }
}

static void run_arcs(net_shard *self, const net *model, const arc_pass *pass, bool training)
{
    const shard_sentence *sentence = pass->sentence;
    size_t n = sentence->count, m = padded(n + 1);
    float *d = self->arcs[0], *h = self->arcs[1], *t = self->arcs[2], *scores = self->arcs[3];
    arc_scores(self, model, pass, d, h, t, scores);
    for (size_t i = 0; i < n; i++) {
        const net_word *word = self->word[sentence->place + i];
        float *row = scores + i * m;
        size_t best;
        row[i + 1] = -1e9f;
        const net_soft *soft = self->soft[sentence->place + i];
        net_soft *taught = self->taught && !training ? &self->taught[sentence->place + i] : NULL;
        // On text that nobody annotated, a head without a relation is another teacher's.
        bool known = word->head != -2 && word->relation != NET_UNKNOWN;
        target is = {(size_t)(word->head + 1), known, soft ? &soft->head : NULL};
        self->loss.arc += softmax(row, n + 1, is, taught ? &taught->head : NULL, &best);
        memset(row + n + 1, 0, (m - n - 1) * sizeof *row);
        self->guesses[sentence->place + i].head = (int16_t)((int)best - 1);
        self->loss.head_right += (int)best - 1 == word->head;
    }
    if (training)
        arc_gradient(self, model, pass, d, h, t, scores);
}

// z_i = leaky(a_i + b_head(i)); in training the head is the annotated one.
static void relation_inputs(net_shard *self, const net *model, const float *project, size_t row,
                            bool training, float *z)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t a = model->size.arc, b = model->size.label;
    for (uint32_t s = 0; s < self->sentences; s++) {
        const shard_sentence *sentence = &self->sentence[s];
        for (size_t i = sentence->place; i < sentence->place + sentence->count; i++) {
            bool annotated = training || (self->taught && self->word[i]->head != -2);
            int head = annotated ? self->word[i]->head : self->guesses[i].head;
            const float *own = project + i * row + 2 * a;
            const float *other = head < 0 ? model->dense + set->label_root
                                          : project + (sentence->place + (size_t)head) * row + 2 * a + b;
            for (size_t j = 0; j < b; j++)
                z[i * b + j] = own[j] + other[j];
        }
    }
}

static void relation_gradient(net_shard *self, const net *model, size_t row, const float *dz, float *back)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t a = model->size.arc, b = model->size.label;
    for (uint32_t s = 0; s < self->sentences; s++) {
        const shard_sentence *sentence = &self->sentence[s];
        for (size_t i = sentence->place; i < sentence->place + sentence->count; i++) {
            int head = self->word[i]->head;
            float *own = back + i * row + 2 * a;
            float *other = head < 0 ? self->gradient + set->label_root
                                    : back + (sentence->place + (size_t)head) * row + 2 * a + b;
            for (size_t j = 0; j < b; j++) {
                own[j] += dz[i * b + j];
                other[j] += dz[i * b + j];
            }
        }
    }
}

static void run_relations(net_shard *self, const net *model, const net_rates *rates, const float *project,
                          size_t row, float *back)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t b = model->size.label, n = self->words, classes = model->size.relations[self->set];
    float *z = self->scratch[3], *mask = self->scratch[4], *scores = self->scratch[5], *dz = self->scratch[6];
    relation_inputs(self, model, project, row, rates != NULL, z);
    if (rates)
        shard_mask(self, mask, n * b, rates->heads);
    leaky_dropped(z, rates ? mask : NULL, n * b);
    linear(model, z, n, b, set->relation_w, set->relation_b, classes, scores);
    for (size_t i = 0; i < n; i++) {
        const net_word *word = self->word[i];
        size_t best;
        const net_soft *soft = self->soft[i];
        net_soft *taught = self->taught && !rates ? &self->taught[i] : NULL;
        target is = {word->relation, word->relation != NET_UNKNOWN, soft ? &soft->relation : NULL};
        self->loss.relation +=
            softmax(scores + i * classes, classes, is, taught ? &taught->relation : NULL, &best);
        self->guesses[i].relation = (uint8_t)best;
        self->loss.relation_right += best == word->relation && self->guesses[i].head == word->head;
    }
    if (!rates)
        return;
    memset(dz, 0, n * b * sizeof *dz);
    linear_gradient(self, model, z, n, b, set->relation_w, set->relation_b, classes, scores, dz);
    leaky_gradient(dz, z, mask, n * b);
    relation_gradient(self, model, row, dz, back);
}

// leaky on the first 2a of each row, with dropout.
static void arcs_leaky(net_shard *self, size_t a, size_t row, float *project, float *mask,
                       const net_rates *rates)
{
    for (size_t i = 0; i < self->words; i++) {
        if (rates)
            shard_mask(self, mask + i * 2 * a, 2 * a, rates->heads);
        leaky_dropped(project + i * row, rates ? mask + i * 2 * a : NULL, 2 * a);
    }
}

static void run_syntax(net_shard *self, const net *model, const net_rates *rates)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t a = model->size.arc, row = 2 * a + 2 * model->size.label, wide = 2 * model->size.hidden,
           n = self->words;
    float *project = self->scratch[0], *back = self->scratch[1], *mask = self->scratch[2];
    linear(model, self->top, n, wide, set->project_w, set->project_b, row, project);
    arcs_leaky(self, a, row, project, mask, rates);
    if (rates)
        memset(back, 0, n * row * sizeof *back);
    for (uint32_t s = 0; s < self->sentences; s++) {
        const shard_sentence *sentence = &self->sentence[s];
        arc_pass pass = {.sentence = sentence,
                         .project = project + sentence->place * row,
                         .back = back + sentence->place * row,
                         .row = row};
        run_arcs(self, model, &pass, rates != NULL);
    }
    if (rates)
        for (size_t i = 0; i < n; i++)
            leaky_gradient(back + i * row, project + i * row, mask + i * 2 * a, 2 * a);
    run_relations(self, model, rates, project, row, back);
    if (rates)
        linear_gradient(self, model, self->top, n, wide, set->project_w, set->project_b, row, back,
                        self->top_gradient);
}

void heads_run(net_shard *self, const net *model, const net_rates *rates)
{
    run_tags(self, model, rates);
    run_names(self, model, rates);
    run_syntax(self, model, rates);
}
