// A digest by mail: what the line gathered in push.every seconds, as plain text, to the local sendmail.
//
// The mail is written to a memory file that the mailer has as its standard input, and the loop only looks
// whether it has ended; so a slow mailer does not stop the feed from being followed. It has a minute. A mail
// that was not taken is made anew, with what has come meanwhile.
#include "push.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api.h"
#include "text.h"

enum { MAILER_US = 60 * 1000 * 1000, AGAIN_US = 60 * 1000 * 1000, TITLE = 120 };

extern char **environ;

static gw_row row_of(const gw_frame *frame, const gs_event *event)
{
    gw_row row = {.type = frame->facets.type, .id = frame->facets.id};
    row.message =
        event->body_case == GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION      ? &event->contradiction->base
        : event->body_case == GAINSAY__V1__FEED_EVENT__BODY_DISPUTE          ? &event->dispute->base
        : event->body_case == GAINSAY__V1__FEED_EVENT__BODY_STATEMENT        ? &event->statement->base
        : event->body_case == GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE ? &event->statement_update->base
                                                                             : NULL;
    return row;
}

// A value in a header: one line, ASCII by encoded words where it is not (RFC 2047 is left to the mailer's 8
// bits).
static void put_header(gs_buffer *out, const char *name, const char *value)
{
    gs_buffer_format(out, "%s: ", name);
    gw_text_plain(gs_view_of(value), TITLE, out);
    gs_buffer_byte(out, '\n');
}

static void put_event(gs_buffer *out, const gw_frame *frame, const char *base)
{
    if (frame->event == NULL) {
        return;
    }
    const gw_row row = row_of(frame, frame->event);
    if (row.message == NULL) {
        gs_buffer_text(out, "Taken back: what an earlier mail may have told.\n\n");
        return;
    }
    gw_row_title(&row, out);
    gs_buffer_byte(out, '\n');
    gw_row_content(&row, out);
    if (base != NULL) {
        gw_row_permalink(&row, base, out);
        gs_buffer_byte(out, '\n');
    }
    gs_buffer_byte(out, '\n');
}

static void compose(const push *self, gs_buffer *out)
{
    const gs_config *config = self->daemon.config;
    gs_buffer subject = {0};
    gs_buffer_format(&subject, "Gainsay: %zu %s", self->waiting, self->waiting == 1 ? "event" : "events");
    if (config->push.mail_from != NULL) {
        put_header(out, "From", config->push.mail_from);
    }
    gs_buffer_format(out, "To: %s\n", config->push.mail_to); // checked: no line break in it
    put_header(out, "Subject", subject.data);
    gs_buffer_text(
        out, "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
             "Auto-Submitted: auto-generated\n\n");
    for (size_t i = 0; i < self->waiting; i++) {
        put_event(out, self->line[i], config->gateway.public_url);
    }
    gs_buffer_format(out, "-- \nGainsay, filter %s\n", config->push.filter);
    gs_buffer_free(&subject);
}

// The mailer's process, or 0 with the reason in errno.
static pid_t start(const char *program, gs_view mail)
{
    posix_spawn_file_actions_t actions;
    pid_t mailer = 0;
    char *const arguments[] = {(char *)(uintptr_t)program, (char *)"-t", (char *)"-i", NULL};
    const int fd = memfd_create("mail", MFD_CLOEXEC);
    if (fd < 0 || write(fd, mail.data, mail.size) != (ssize_t)mail.size || lseek(fd, 0, SEEK_SET) != 0) {
        if (fd >= 0) {
            close(fd);
        }
        return 0;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
    errno = posix_spawn(&mailer, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(fd);
    return errno == 0 ? mailer : 0;
}

static void fail(push *self, const char *reason)
{
    self->failed++;
    self->at_us = gs_monotonic_us() + AGAIN_US;
    gs_warn(&self->daemon.log, "a mail was not taken; it is made again in a minute",
            gs_str("sendmail", self->daemon.config->push.sendmail), gs_str("reason", reason));
}

static void look_after(push *self, uint64_t now_us, int options)
{
    int status = 0;
    char reason[64];
    if (waitpid(self->mailer, &status, options) == 0) {
        if (now_us - self->mailer_us > MAILER_US) {
            kill(self->mailer, SIGKILL); // the next look reaps it
        }
        return;
    }
    self->mailer = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        push_taken(self, self->mailed);
        self->since_us = now_us; // what came meanwhile has a mail of its own
        return;
    }
    snprintf(reason, sizeof reason,
             WIFEXITED(status) ? "it ended with status %d" : "it was ended by signal %d",
             WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    fail(self, reason);
}

void mail_turn(push *self, uint64_t now_us)
{
    const uint64_t every_us = (uint64_t)self->daemon.config->push.every * 1000000;
    if (self->mailer != 0) {
        look_after(self, now_us, WNOHANG);
        return;
    }
    if (self->waiting == 0 || now_us < self->at_us ||
        (now_us - self->since_us < every_us && self->waiting < PUSH_WAITING)) {
        return;
    }
    gs_buffer mail = {0};
    compose(self, &mail);
    self->mailed = self->waiting;
    self->mailer_us = now_us;
    self->mailer = start(self->daemon.config->push.sendmail, gs_buffer_view(&mail));
    if (self->mailer == 0) {
        fail(self, strerror(errno));
    }
    gs_buffer_free(&mail);
}

void mail_end(push *self)
{
    if (self->mailer != 0) {
        look_after(self, self->mailer_us, 0);
    }
}
