// gainsay judge: pairs of sentences in, verdicts out; for measuring the judge and for trying it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "commands.h"
#include "contradiction/contradiction.h"
#include "inputs.h"
#include "terminal.h"

static const double threshold = 0.5;
static const char *const kind_names[] = {"",         "denial",   "factual", "numeric",
                                         "temporal", "position", "reversal"};

typedef struct judge {
    bool json;
    bool failed;
    gs_arena *arena;
} judge;

static const char *kind_of(const gs_verdict *verdict)
{
    const size_t kind = (size_t)verdict->kind;
    return kind < sizeof kind_names / sizeof *kind_names ? kind_names[kind] : "";
}

static void print_json(const json_t *id, const gs_verdict *verdict, bool contradiction)
{
    json_t *object = json_pack("{sO sf ss sb ss}", "id", id, "score", verdict->score, "kind",
                               contradiction ? kind_of(verdict) : "", "contradiction", contradiction ? 1 : 0,
                               "reason", verdict->reason);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    if (text != NULL) {
        puts(text);
    }
    free(text);
    json_decref(object);
}

static void print_text(const char *a, const char *b, const gs_verdict *verdict, bool contradiction)
{
    printf("%s %.2f%s%s\n", contradiction ? "CONTRADICTION" : "no contradiction", verdict->score,
           contradiction ? "  " : "", contradiction ? kind_of(verdict) : "");
    gs_print_line("  a: ", a);
    gs_print_line("  b: ", b);
    if (verdict->reason[0] != '\0') {
        gs_print_line("  ", verdict->reason);
    }
}

static bool take_pair(void *context, gs_view line, const char *place)
{
    judge *self = context;
    json_error_t parse_error;
    gs_verdict verdict;
    json_t *pair = json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, &parse_error);
    const json_t *id = json_object_get(pair, "id");
    const char *a = json_string_value(json_object_get(pair, "a"));
    const char *b = json_string_value(json_object_get(pair, "b"));
    if (a == NULL || b == NULL || id == NULL) {
        fprintf(stderr, "gainsay judge: %s: expected {\"id\": …, \"a\": \"…\", \"b\": \"…\"}\n", place);
        self->failed = true;
        json_decref(pair);
        return true;
    }
    gs_arena_reset(self->arena);
    gs_judge_texts(gs_view_of(a), gs_view_of(b), self->arena, &verdict);
    const bool contradiction =
        verdict.relation == GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS && verdict.score >= threshold;
    if (self->json) {
        print_json(id, &verdict, contradiction);
    } else {
        print_text(a, b, &verdict, contradiction);
    }
    json_decref(pair);
    return true;
}

int gs_cmd_judge(int argc, char **argv)
{
    bool json = false;
    gs_texts files = {0};
    int status = GS_EXIT_DONE;
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &json, NULL, "one object a pair: id, score, kind, contradiction, reason"},
    };
    const gs_usage usage = {
        "judge",
        "[--json] PAIRS.jsonl|-",
        "Reads pairs of sentences, {\"id\", \"a\", \"b\"} a line, and says of each whether\n"
        "both can be true.",
        "  echo '{\"id\":1,\"a\":\"Talks were held.\",\"b\":\"No talks were held.\"}' | gainsay judge -",
        options,
        sizeof options / sizeof options[0],
        1,
        SIZE_MAX};
    if (gs_options_read(&usage, argc, argv, &files, &status)) {
        judge self = {.json = json, .arena = gs_arena_new(0)};
        for (size_t i = 0; i < files.count; i++) {
            self.failed = !gs_inputs_lines("judge", files.items[i], take_pair, &self) || self.failed;
        }
        status = self.failed || fflush(stdout) != 0 ? GS_EXIT_FAILED : GS_EXIT_DONE;
        gs_arena_free(&self.arena);
    }
    gs_texts_free(&files);
    return status;
}
