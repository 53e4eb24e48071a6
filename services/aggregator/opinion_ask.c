// opinion_ask: the questions on their way. Some go out at once, on the bus's own loop; each is bounded by
// what is left of its pair's time, its answer by its size and by what gs_opinion_read takes for one.
//
// What goes wrong ends the same way in every case: the pair is settled without an opinion, a counter goes up,
// and one line a minute says what it was. The key of the API goes into the request and nowhere else.
#include "opinion.h"

#include <string.h>
#include <sys/random.h>

enum {
    AT_ONCE = 4, // questions under way
    COMPLAIN_US = 60 * 1000 * 1000,
    NEARLY_US = 50 * 1000, // an exchange that ends so close to its limit was ended by it
};

static void note_failure(aggregator *self, const held_pair *one, const char *reason, uint64_t now)
{
    opinion_desk *desk = self->opinion;
    if (now + NEARLY_US >= one->deadline_us) {
        desk->late++;
    } else {
        desk->failed++;
    }
    gs_buffer_clear(&desk->last_failure);
    gs_utf8_repair(gs_view_of(reason),
                   &desk->last_failure); // an address may have been cut inside a character
    if (gs_log_every(&self->daemon.log, &desk->complained_us, COMPLAIN_US)) {
        gs_warn(&self->daemon.log, "no second opinion; the built-in verdict stands",
                gs_str("reason", reason));
    }
}

static void on_answer(void *context, const gs_response *response)
{
    held_pair *one = context;
    aggregator *self = one->owner;
    opinion_desk *desk = self->opinion;
    const uint64_t now = gs_monotonic_us();
    gs_error error = {0};
    if (response->error[0] != '\0') {
        gs_fail(&error, GS_E_IO, "%s", response->error);
    } else if (response->status != 200) {
        gs_fail(&error, GS_E_PEER, "%.200s: answered with HTTP status %ld", response->url, response->status);
    } else {
        one->answered = gs_opinion_read(response->body, &one->opinion, &error);
    }
    one->state = HELD_DONE;
    gs_opinion_gate_told(desk->gate, one->answered, now);
    if (!one->answered) {
        note_failure(self, one, error.message, now);
        return;
    }
    gs_buffer_clear(&desk->last_failure);
    gs_histogram_add(&desk->answer_time, now - one->asked_us);
    if (one->opinion.relation == GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS) {
        desk->agreed++;
    } else {
        desk->disagreed++;
    }
}

static bool send_question(aggregator *self, held_pair *one, uint64_t now, gs_error *error)
{
    opinion_desk *desk = self->opinion;
    const char *model = self->daemon.config->opinion.model;
    gs_statement *a = NULL, *b = NULL;
    gs_buffer body = {0};
    gs_id random;
    char marker[GS_ID_TEXT];
    gs_arena_reset(desk->arena);
    if (!gs_statement_get(self->store, one->a, desk->arena, &a, error) ||
        !gs_statement_get(self->store, one->b, desk->arena, &b, error)) {
        return false;
    }
    if (a == NULL || b == NULL) {
        one->state = HELD_DONE; // there is nothing left to ask
        return true;
    }
    if (getrandom(random.bytes, sizeof random.bytes, 0) != (ssize_t)sizeof random.bytes) {
        return gs_fail(error, GS_E_IO, "the system gives no random numbers");
    }
    gs_id_text(random, marker);
    one->question = gs_opinion_question(a, b, model);
    one->asked_us = now;
    one->state = HELD_ASKED;
    bool sent = gs_opinion_request(a, b, model, marker, &body, error);
    const gs_post post = {.url = desk->url.data,
                          .json = gs_buffer_view(&body),
                          .bearer = desk->key.size > 0 ? desk->key.data : NULL,
                          .max_bytes = GS_OPINION_BODY_BYTES,
                          .timeout_ms = (uint32_t)((one->deadline_us - now + 999) / 1000),
                          .allow_private = true}; // who set the address meant it
    sent = sent && gs_net_post(desk->net, &post, on_answer, one, error);
    gs_buffer_free(&body);
    desk->asked += sent;
    return sent;
}

void opinion_ask(aggregator *self, uint64_t now)
{
    opinion_desk *desk = self->opinion;
    size_t under_way = opinion_count(desk, HELD_ASKED);
    held_pair *one;
    while (desk->net != NULL && under_way < AT_ONCE && (one = opinion_first(desk, HELD_WAITS)) != NULL &&
           gs_opinion_gate_ask(desk->gate, now) == GS_OPINION_ASK) {
        gs_error error = {0};
        if (!send_question(self, one, now, &error)) {
            one->state = HELD_DONE;
            note_failure(self, one, error.message, now);
        }
        under_way += one->state == HELD_ASKED;
    }
}

// ---- the endpoint ------------------------------------------------------------------------------------

static void on_net_ready(void *context, int fd)
{
    gs_net_ready(((aggregator *)context)->opinion->net, fd);
}

static void on_net_watch(void *context, int fd, int want)
{
    aggregator *self = context;
    gs_bus_unwatch(self->bus, fd);
    if ((want & 1) != 0) {
        gs_bus_watch(self->bus, fd, false, on_net_ready, self);
    }
    if ((want & 2) != 0) {
        gs_bus_watch(self->bus, fd, true, on_net_ready, self);
    }
}

// A reload does not give a new budget, but whoever mended the server need not wait for the end of the rest.
static void open_gate(opinion_desk *desk, uint32_t per_minute)
{
    if (desk->gate != NULL && desk->per_minute == per_minute) {
        gs_opinion_gate_told(desk->gate, true, gs_monotonic_us());
        return;
    }
    gs_opinion_gate_free(&desk->gate);
    desk->gate = gs_opinion_gate_new(per_minute);
    desk->per_minute = per_minute;
}

bool opinion_connect(aggregator *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    opinion_desk *desk = self->opinion;
    gs_buffer_clear(&desk->key);
    gs_buffer_clear(&desk->url);
    if (config->opinion.url == NULL) {
        return true;
    }
    if (config->opinion.key_file != NULL &&
        !gs_config_read_key(config->opinion.key_file, &desk->key, error)) {
        return gs_fail_within(error, "opinion.key_file");
    }
    size_t size = strlen(config->opinion.url);
    while (size > 0 && config->opinion.url[size - 1] == '/') {
        size--;
    }
    gs_buffer_append(&desk->url, config->opinion.url, size);
    gs_buffer_text(&desk->url, "/chat/completions");
    open_gate(desk, config->opinion.per_minute);
    desk->net = gs_net_new(config->ingestor.user_agent, on_net_watch, self, error);
    return desk->net != NULL;
}

void opinion_disconnect(opinion_desk *desk)
{
    gs_net_free(&desk->net);
    for (size_t i = 0; i < HELD; i++) {
        if (desk->held[i].state == HELD_ASKED) {
            desk->held[i].state = HELD_WAITS;
        }
    }
}
