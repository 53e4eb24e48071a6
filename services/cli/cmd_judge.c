// gainsay judge: pairs of sentences in, how surely they contradict each other out. For scoring the judge
// alone.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "client.h"
#include "commands.h"
#include "contradiction/contradiction.h"
#include "options.h"
#include "source/source.h"
#include "terminal.h"

static const double DECIDES = 0.5; // a score from here on is called a contradiction

static const char *kind_name(const gs_verdict *verdict)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
        &gainsay__v1__contradiction__kind__descriptor, (int)verdict->kind);
    return value && verdict->kind != 0 ? value->name : "";
}

static bool print_json(json_t *id, const gs_verdict *verdict, gs_error *error)
{
    json_t *object =
        json_pack("{sO sf ss sb ss}", "id", id, "score", verdict->score, "kind", kind_name(verdict),
                  "contradiction", verdict->score >= DECIDES, "reason", verdict->reason);
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(object);
    if (!text)
        return gs_fail(error, GS_E_INTERNAL, "cannot write the verdict as JSON");
    puts(text);
    free(text);
    return true;
}

static void print_text(gs_judge *judge, const char *a, const char *b, const gs_verdict *verdict,
                       gs_arena *arena)
{
    printf("%.2f  %s\n", verdict->score,
           verdict->score >= DECIDES ? "contradiction" : "no contradiction found");
    gs_print_line("  A  ", a);
    gs_print_line("  B  ", b);
    if (verdict->reason[0])
        gs_print_line("     ", verdict->reason);
    gs_buffer shown = {0};
    gs_judge_show(judge, gs_view_of(a), gs_view_of(b), arena, &shown);
    char *save = NULL;
    for (char *line = shown.size ? strtok_r(shown.data, "\n", &save) : NULL; line;
         line = strtok_r(NULL, "\n", &save))
        gs_print_line("     ", line);
    gs_buffer_free(&shown);
}

static bool judge_line(gs_judge *judge, gs_view line, bool json, gs_arena *arena, gs_error *error)
{
    json_error_t where;
    json_t *pair = json_loadb(line.data, line.size, 0, &where);
    json_t *id = json_object_get(pair, "id");
    const char *a = json_string_value(json_object_get(pair, "a")),
               *b = json_string_value(json_object_get(pair, "b"));
    bool ok = pair && a && b;
    if (!pair)
        gs_fail(error, GS_E_INPUT, "not a JSON object: %s", where.text);
    else if (!ok)
        gs_fail(error, GS_E_INPUT, "expected {\"id\", \"a\", \"b\"} with texts a and b");
    if (ok) {
        gs_verdict verdict;
        json_t *shown = id ? json_incref(id) : json_null();
        gs_judge_texts(judge, gs_view_of(a), gs_view_of(b), arena, &verdict);
        if (json)
            ok = print_json(shown, &verdict, error);
        else
            print_text(judge, a, b, &verdict, arena);
        json_decref(shown);
    }
    json_decref(pair);
    return ok;
}

static int judge_file(gs_judge *judge, const char *file, bool json)
{
    gs_error error = {0};
    int status = GS_EXIT_DONE, fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        gs_fail(&error, GS_E_IO, "cannot read %s: %s", file, strerror(errno));
        gs_complain("judge", &error);
        return GS_EXIT_FAILED;
    }
    gs_arena *arena = gs_arena_new(0);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    gs_view line;
    for (gs_line_result result; (result = gs_lines_next(lines, true, &line, &error)) != GS_LINE_END;
         gs_error_clear(&error)) {
        bool blank = result == GS_LINE_OK && gs_view_trim(line).size == 0;
        gs_arena_reset(arena);
        if (result == GS_LINE_WAIT || blank ||
            (result == GS_LINE_OK && judge_line(judge, line, json, arena, &error)))
            continue;
        gs_fail_within(&error, "%s:%" PRIu64, file, gs_lines_number(lines));
        gs_complain("judge", &error);
        status = GS_EXIT_FAILED;
        if (result == GS_LINE_ERROR && error.code == GS_E_IO)
            break;
    }
    gs_lines_free(&lines);
    gs_arena_free(&arena);
    if (fd != STDIN_FILENO)
        close(fd);
    return status;
}

static int judge_files(const gs_texts *files, bool json)
{
    gs_error error = {0};
    int status = GS_EXIT_DONE;
    gs_model *model = gs_model_open(NULL, &error);
    gs_judge *judge = model ? gs_judge_new(model, &error) : NULL;
    if (!judge)
        status = gs_complain("judge", &error);
    for (size_t i = 0; judge && i < files->count; i++)
        if (judge_file(judge, files->items[i], json) != GS_EXIT_DONE)
            status = GS_EXIT_FAILED;
    gs_judge_free(&judge);
    gs_model_close(&model);
    return status;
}

int gs_cmd_judge(int argc, char **argv)
{
    bool json = false;
    gs_texts files = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &json, NULL, "one object a pair: id, score, kind, contradiction, reason"},
    };
    const gs_usage usage = {
        "judge",
        "[--json] PAIRS.jsonl…|-",
        "Reads pairs of sentences, one object {\"id\", \"a\", \"b\"} a line, and says how likely it is\n"
        "that they contradict each other.",
        "  echo '{\"id\":1,\"a\":\"Talks took place.\",\"b\":\"No talks took place.\"}' | gainsay judge -",
        options,
        sizeof options / sizeof options[0],
        1,
        SIZE_MAX};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &files, &status))
        status = gs_finish_output("judge", judge_files(&files, json));
    gs_texts_free(&files);
    return status;
}
