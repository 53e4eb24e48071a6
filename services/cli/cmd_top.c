// gainsay top: how the daemons are doing and what was contradicted last, again every second.
//
// One bus serves both: the subscriber's events come while the loop waits for the next second, and the
// aggregator is asked in between. The screen is drawn anew as a whole, in 80 columns, with as many
// contradictions as there are lines left.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "status_table.h"
#include "terminal.h"
#include "words.h"

enum { KEPT = 32, LINE = 400, LOOK_BACK = 2000, TICK_MS = 1000, LINES_DEFAULT = 24 };

typedef struct top {
    gs_client client;
    gs_subscriber *feed; // owned
    bool once;
    char lines[KEPT][LINE]; // a ring of the newest contradictions
    size_t count;
} top;

static void put_speaker(gs_buffer *out, const gs_speaker *speaker)
{
    const char *name = gs_words_name(speaker ? speaker->name : "", speaker ? speaker->kind : 0);
    gs_terminal_clean(out, name, false);
    if (speaker && speaker->country[0] != '\0')
        gs_buffer_format(out, " (%.2s)", speaker->country);
}

static void on_event(void *context, const gs_event *event, gs_view bytes)
{
    top *self = context;
    char words[GS_WORDS_ENUM];
    (void)bytes;
    if (event->body_case != GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION || event->repeated)
        return;
    const gs_contradiction *one = event->contradiction;
    gs_buffer line = {0};
    gs_buffer_format(&line, "%.16s  %-8s %.2f  ", event->at,
                     gs_words_enum(&gainsay__v1__contradiction__kind__descriptor, (int)one->kind, words),
                     one->score);
    if (line.size > 10)
        line.data[10] = ' '; // "2026-03-02T14:05" is easier on the eye without its T
    put_speaker(&line, one->a ? one->a->speaker : NULL);
    gs_buffer_text(&line, " / ");
    put_speaker(&line, one->b ? one->b->speaker : NULL);
    gs_buffer_text(&line, ": ");
    gs_terminal_clean(&line, one->question, false);
    snprintf(self->lines[self->count++ % KEPT], LINE, "%s", line.data);
    gs_buffer_free(&line);
}

// Cut to the width, between two characters.
static void print_cut(const char *text, size_t width)
{
    const gs_view view = gs_view_of(text);
    size_t at = 0;
    for (size_t cells = 0; at < view.size;) {
        size_t next = at;
        cells += gs_terminal_cells(gs_utf8_next(view, &next));
        if (cells > width)
            break;
        at = next;
    }
    fwrite(text, 1, at, stdout);
    putchar('\n');
}

static size_t lines_left(const Gainsay__V1__ControlReply *reply)
{
    struct winsize window = {0};
    size_t lines =
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 ? window.ws_row : LINES_DEFAULT;
    size_t taken = 5 + reply->n_reports; // head, table, feed, second opinion, the line above the list
    for (size_t i = 0; i < reply->n_reports; i++)
        taken += reply->reports[i]->n_notes;
    return lines > taken + 3 ? lines - taken : 3;
}

static bool draw(top *self, gs_error *error)
{
    gs_arena_reset(self->client.arena);
    const Gainsay__V1__ControlReply *reply = gs_status_ask(&self->client, error);
    if (!reply)
        return false;
    if (isatty(STDOUT_FILENO))
        fputs("\033[H\033[J", stdout);
    gs_status_print(reply, false);
    const size_t width = gs_terminal_columns(STDOUT_FILENO);
    size_t shown = self->count < KEPT ? self->count : KEPT;
    const size_t most = lines_left(reply);
    shown = shown < most ? shown : most;
    puts(shown > 0 ? "\nLAST CONTRADICTIONS" : "\nno contradiction so far");
    for (size_t i = 0; i < shown; i++)
        print_cut(self->lines[(self->count - 1 - i) % KEPT], width);
    return fflush(stdout) == 0;
}

static bool subscribe(top *self, gs_error *error)
{
    static const char *const topics[] = {"contradiction/"};
    const gs_config *config = self->client.config;
    const Gainsay__V1__ControlReply *reply = gs_status_ask(&self->client, error);
    if (!reply)
        return false;
    const uint64_t newest = gs_status_newest(reply);
    const gs_subscriber_options options = {.live_endpoint = config->connect.live,
                                           .replay_endpoint = config->connect.replay,
                                           .topics = topics,
                                           .topic_count = 1,
                                           .after = newest > LOOK_BACK ? newest - LOOK_BACK : 0,
                                           .event = on_event,
                                           .context = self};
    self->feed = gs_subscriber_new(self->client.bus, &options, error);
    return self->feed != NULL;
}

// A second of the feed; false when a signal asks to end.
static bool wait_a_second(top *self, const sigset_t *signals, gs_error *error)
{
    const struct timespec now = {0};
    const uint64_t until = gs_monotonic_us() + (uint64_t)TICK_MS * 1000;
    while (gs_monotonic_us() < until) {
        if (sigtimedwait(signals, NULL, &now) >= 0 || !gs_bus_run(self->client.bus, TICK_MS / 10, error))
            return false;
        if (self->once && gs_subscriber_caught_up(self->feed))
            break;
    }
    return true;
}

static int run(top *self)
{
    gs_error error = {0};
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL); // before the bus starts threads, which inherit the mask
    if (!gs_client_open(&self->client, &error) || !subscribe(self, &error))
        return gs_complain("top", &error);
    while (wait_a_second(self, &signals, &error)) {
        gs_error away = {0};
        if (!draw(self, &away)) {
            if (self->once)
                return gs_complain("top", &away);
            gs_complain("top", &away); // an aggregator that is away for a moment is asked again
        }
        if (self->once || ferror(stdout))
            break;
    }
    return error.code == GS_OK ? GS_EXIT_DONE : gs_complain("top", &error);
}

int gs_cmd_top(int argc, char **argv)
{
    top *self = gs_allocate(sizeof *self);
    self->client.command = "top";
    gs_texts operands = {0};
    const gs_option options[] = {
        {"once", GS_OPTION_FLAG, &self->once, NULL, "one screen, then end"},
        GS_CLIENT_OPTIONS(self->client),
    };
    const gs_usage usage = {
        "top",
        "[--once]",
        "Shows each second how the daemons are doing (as `gainsay status` does), which sources are in\n"
        "trouble, and the last contradictions, until Ctrl-C." GS_CLIENT_ABOUT,
        NULL,
        options,
        sizeof options / sizeof options[0],
        0,
        0};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status))
        status = gs_finish_output("top", run(self));
    gs_subscriber_free(&self->feed);
    gs_client_close(&self->client);
    gs_texts_free(&operands);
    free(self);
    return status;
}
