// gainsay deadletter: articles that no extractor survived. They wait whole in the aggregator's store, with
// the reason, until a person has them tried again.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "commands.h"
#include "terminal.h"

typedef Gainsay__V1__ControlRequest request_message;
typedef Gainsay__V1__ControlReply reply_message;

typedef struct dead_letter_options {
    gs_client client;
    uint64_t limit;
    bool json, all;
} dead_letter_options;

static void print_json(const reply_message *reply)
{
    gs_buffer line = {0};
    for (size_t i = 0; i < reply->n_dead_letters; i++) {
        gs_buffer_clear(&line);
        gs_wire_to_json(&reply->dead_letters[i]->base, &line);
        gs_buffer_byte(&line, '\n');
        fwrite(line.data, 1, line.size, stdout);
    }
    gs_buffer_free(&line);
}

static void print_letter(const gs_dead_letter *letter)
{
    printf("%s  %" PRIu32 " failures%s  ", letter->delivery_id, letter->failures,
           letter->retrying ? ", being retried" : "");
    gs_print_line("", letter->at);
    if (letter->article) {
        gs_print_line("  ", letter->article->title[0] ? letter->article->title : "(no title)");
        if (letter->article->url[0])
            gs_print_line("  ", letter->article->url);
    }
    gs_print_line("  reason: ", letter->reason[0] ? letter->reason : "not told");
}

static bool list(dead_letter_options *self, gs_error *error)
{
    request_message request = GAINSAY__V1__CONTROL_REQUEST__INIT;
    Gainsay__V1__ControlRequest__DeadLetterList ask = GAINSAY__V1__CONTROL_REQUEST__DEAD_LETTER_LIST__INIT;
    ask.limit = self->limit < UINT32_MAX ? (uint32_t)self->limit : UINT32_MAX;
    request.ask_case = GAINSAY__V1__CONTROL_REQUEST__ASK_DEAD_LETTER_LIST;
    request.dead_letter_list = &ask;
    const reply_message *reply = gs_client_ask(&self->client, &request, error);
    if (!reply)
        return false;
    if (self->json) {
        print_json(reply);
        return true;
    }
    for (size_t i = 0; i < reply->n_dead_letters; i++)
        print_letter(reply->dead_letters[i]);
    if (reply->n_dead_letters == 0)
        puts("no dead letters");
    return true;
}

static bool check_retry(const dead_letter_options *self, const gs_texts *operands, gs_error *error)
{
    if ((operands->count == 1) != self->all)
        return gs_fail(error, GS_E_USAGE,
                       "retry wants either the ids that `deadletter list` shows, or --all");
    for (size_t i = 1; i < operands->count; i++) {
        gs_id id;
        if (!gs_id_parse(gs_view_of(operands->items[i]), &id))
            return gs_fail(error, GS_E_USAGE,
                           "%s: not an id; `deadletter list` shows them (32 hexadecimal digits)",
                           operands->items[i]);
    }
    return true;
}

static bool retry(dead_letter_options *self, const gs_texts *operands, gs_error *error)
{
    request_message request = GAINSAY__V1__CONTROL_REQUEST__INIT;
    Gainsay__V1__ControlRequest__DeadLetterRetry ask = GAINSAY__V1__CONTROL_REQUEST__DEAD_LETTER_RETRY__INIT;
    ask.delivery_ids = (char **)(operands->items + 1); // packed, never written to
    ask.n_delivery_ids = operands->count - 1;
    request.ask_case = GAINSAY__V1__CONTROL_REQUEST__ASK_DEAD_LETTER_RETRY;
    request.dead_letter_retry = &ask;
    const reply_message *reply = gs_client_ask(&self->client, &request, error);
    if (!reply)
        return false;
    printf("%" PRIu32 " handed out again\n", reply->retried);
    return true;
}

static int run(dead_letter_options *self, const gs_texts *operands)
{
    gs_error error = {0};
    const char *verb = operands->items[0];
    const bool wants_list = strcmp(verb, "list") == 0 && operands->count == 1;
    if (!wants_list && strcmp(verb, "retry") != 0) {
        gs_fail(&error, GS_E_USAGE, "expected `list` or `retry`; see `gainsay deadletter --help`");
        return gs_complain("deadletter", &error);
    }
    bool ok = wants_list || check_retry(self, operands, &error);
    ok = ok && gs_client_open(&self->client, &error);
    if (ok)
        ok = wants_list ? list(self, &error) : retry(self, operands, &error);
    return gs_finish_output("deadletter", ok ? GS_EXIT_DONE : gs_complain("deadletter", &error));
}

int gs_cmd_deadletter(int argc, char **argv)
{
    dead_letter_options self = {.client = {.command = "deadletter"}, .limit = 100};
    gs_texts operands = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &self.json, NULL, "list: one DeadLetter a line, with the whole article"},
        {"limit", GS_OPTION_NUMBER, &self.limit, "N", "list: the newest N (default: 100)"},
        {"all", GS_OPTION_FLAG, &self.all, NULL, "retry: every dead letter there is"},
        GS_CLIENT_OPTIONS(self.client),
    };
    const gs_usage usage = {
        "deadletter",
        "list | retry [ID… | --all]",
        "Articles that failed too often wait in the aggregator's store, with the reason. list shows\n"
        "them, newest first; retry has them tried again, say after an upgrade." GS_CLIENT_ABOUT,
        NULL,
        options,
        sizeof options / sizeof options[0],
        1,
        SIZE_MAX};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status))
        status = run(&self, &operands);
    gs_client_close(&self.client);
    gs_texts_free(&operands);
    return status;
}
