// What stands on the LSTM: tags, heads, relations and names, each with its loss and gradient.
//
// All losses are negative log-likelihoods of a softmax, whose gradient with respect to the scores is p - y.
// Words whose annotation is unknown take no part. Scores of a sentence's heads are a matrix of its words
// against the root and its words; a word is never its own head.
#include "../network.h"
#include "net_shard.h"

#include <string.h>

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
    float norm = gs_softmax(scores, count, best);
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

static void run_tags(net_shard *self, const net *model, const net_rates *rates)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t xpos = model->size.xpos[self->set];
    size_t upos = self->set == 0 ? model->size.upos : 0, width = xpos + upos;
    float *scores = self->scratch[0];
    gs_linear_forward(&set->tag, model->params, self->tag, self->words, scores);
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
        gs_linear_backward(&set->tag, model->params, self->tag, self->words, scores, self->tag_gradient,
                           self->gradient);
}

static void run_names(net_shard *self, const net *model, const net_rates *rates)
{
    const net_layout *layout = &model->layout;
    size_t c = model->size.name, n = self->words, classes = model->size.names;
    float *hidden = self->scratch[0], *scores = self->scratch[1], *mask = self->scratch[2],
          *back = self->scratch[3];
    gs_linear_forward(&layout->name, model->params, self->top, n, hidden);
    if (rates)
        gs_dropout_mask(mask, n * c, rates->heads, &self->random);
    gs_leaky_forward(hidden, rates ? mask : NULL, n * c);
    gs_linear_forward(&layout->name_out, model->params, hidden, n, scores);
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
    gs_linear_backward(&layout->name_out, model->params, hidden, n, scores, back, self->gradient);
    gs_leaky_backward(back, hidden, mask, n * c);
    gs_linear_backward(&layout->name, model->params, self->top, n, back, self->top_gradient, self->gradient);
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
    const gs_sequence *sentence;
    const float *project;
    float *back; // gradient of project
    size_t row;  // of project
} arc_pass;

static void arc_scores(net_shard *self, const net *model, const arc_pass *pass, float *d, float *h, float *t,
                       float *scores)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t a = model->size.arc, wide = a + LANG_DISTANCES, n = pass->sentence->count, m = gs_padded(n + 1);
    float *turned = self->arcs[4];
    part(pass->project, pass->row, n, a, NULL, d);
    part(pass->project + a, pass->row, n, a, model->params->values + set->arc_root, h);
    gs_leaky_forward(h, NULL, a); // the words' parts are leaky already
    memset(h + (n + 1) * a, 0, (m - n - 1) * a * sizeof *h);
    gs_linear_forward(&set->arc, model->params, d, n, t);
    gs_transpose(h, m, a, turned);
    gs_gemm(n, m, a, t, wide, 1, turned, m, scores, m, false);
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
    size_t a = model->size.arc, wide = a + LANG_DISTANCES, n = pass->sentence->count, m = gs_padded(n + 1);
    float *dt = self->arcs[4], *dh = self->arcs[5];
    gs_gemm(n, a, m, scores, m, 1, h, a, dt, wide, false);
    distance_gradient(n, m, a, scores, dt);
    gs_gemm(m, a, n, scores, 1, m, t, wide, dh, a, false);
    memset(t, 0, n * a * sizeof *t); // from here on the gradient of d
    gs_linear_backward(&set->arc, model->params, d, n, dt, t, self->gradient);
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
    const gs_sequence *sentence = pass->sentence;
    size_t n = sentence->count, m = gs_padded(n + 1);
    float *d = self->arcs[0], *h = self->arcs[1], *t = self->arcs[2], *scores = self->arcs[3];
    arc_scores(self, model, pass, d, h, t, scores);
    for (size_t i = 0; i < n; i++) {
        const net_word *word = self->word[sentence->begin + i];
        float *row = scores + i * m;
        size_t best;
        row[i + 1] = -1e9f;
        const net_soft *soft = self->soft[sentence->begin + i];
        net_soft *taught = self->taught && !training ? &self->taught[sentence->begin + i] : NULL;
        // On text that nobody annotated, a head without a relation is another teacher's.
        bool known = word->head != -2 && word->relation != NET_UNKNOWN;
        target is = {(size_t)(word->head + 1), known, soft ? &soft->head : NULL};
        self->loss.arc += softmax(row, n + 1, is, taught ? &taught->head : NULL, &best);
        memset(row + n + 1, 0, (m - n - 1) * sizeof *row);
        self->guesses[sentence->begin + i].head = (int16_t)((int)best - 1);
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
        const gs_sequence *sentence = &self->sentence[s];
        for (size_t i = sentence->begin; i < sentence->begin + sentence->count; i++) {
            bool annotated = training || (self->taught && self->word[i]->head != -2);
            int head = annotated ? self->word[i]->head : self->guesses[i].head;
            const float *own = project + i * row + 2 * a;
            const float *other = head < 0 ? model->params->values + set->label_root
                                          : project + (sentence->begin + (size_t)head) * row + 2 * a + b;
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
        const gs_sequence *sentence = &self->sentence[s];
        for (size_t i = sentence->begin; i < sentence->begin + sentence->count; i++) {
            int head = self->word[i]->head;
            float *own = back + i * row + 2 * a;
            float *other = head < 0 ? self->gradient + set->label_root
                                    : back + (sentence->begin + (size_t)head) * row + 2 * a + b;
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
        gs_dropout_mask(mask, n * b, rates->heads, &self->random);
    gs_leaky_forward(z, rates ? mask : NULL, n * b);
    gs_linear_forward(&set->relation, model->params, z, n, scores);
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
    gs_linear_backward(&set->relation, model->params, z, n, scores, dz, self->gradient);
    gs_leaky_backward(dz, z, mask, n * b);
    relation_gradient(self, model, row, dz, back);
}

// leaky on the first 2a of each row, with dropout.
static void arcs_leaky(net_shard *self, size_t a, size_t row, float *project, float *mask,
                       const net_rates *rates)
{
    for (size_t i = 0; i < self->words; i++) {
        if (rates)
            gs_dropout_mask(mask + i * 2 * a, 2 * a, rates->heads, &self->random);
        gs_leaky_forward(project + i * row, rates ? mask + i * 2 * a : NULL, 2 * a);
    }
}

static void run_syntax(net_shard *self, const net *model, const net_rates *rates)
{
    const net_set_layout *set = &model->layout.set[self->set];
    size_t a = model->size.arc, row = 2 * a + 2 * model->size.label, n = self->words;
    float *project = self->scratch[0], *back = self->scratch[1], *mask = self->scratch[2];
    gs_linear_forward(&set->project, model->params, self->top, n, project);
    arcs_leaky(self, a, row, project, mask, rates);
    if (rates)
        memset(back, 0, n * row * sizeof *back);
    for (uint32_t s = 0; s < self->sentences; s++) {
        const gs_sequence *sentence = &self->sentence[s];
        arc_pass pass = {.sentence = sentence,
                         .project = project + sentence->begin * row,
                         .back = back + sentence->begin * row,
                         .row = row};
        run_arcs(self, model, &pass, rates != NULL);
    }
    if (rates)
        for (size_t i = 0; i < n; i++)
            gs_leaky_backward(back + i * row, project + i * row, mask + i * 2 * a, 2 * a);
    run_relations(self, model, rates, project, row, back);
    if (rates)
        gs_linear_backward(&set->project, model->params, self->top, n, back, self->top_gradient,
                           self->gradient);
}

void heads_run(net_shard *self, const net *model, const net_rates *rates)
{
    run_tags(self, model, rates);
    run_names(self, model, rates);
    run_syntax(self, model, rates);
}
