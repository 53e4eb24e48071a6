// The frame of a trial, and its last step: an article is taken, passed by or refused.
#include "source_trial.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"
#include "words.h"

enum { FIRST_WORDS = 200 };

void gs_trial_open(gs_trial *self, const gs_source_options *options)
{
    const char *store = options->client.config->ingestor.store;
    gs_error none = {0};
    *self = (gs_trial){.options = options, .arena = gs_arena_new(0), .entry = gs_arena_new(0)};
    self->report.json = options->json;
    self->report.quiet = options->brief && !options->json;
    if (access(store, R_OK) == 0) // one that cannot be read tells nothing, and is no trouble of the source
        self->store = gs_store_open_reader(store, GS_STORE_INGESTOR, &none);
}

void gs_trial_close(gs_trial *self)
{
    gs_fetcher_free(&self->fetcher);
    gs_store_close(&self->store);
    gs_arena_free(&self->entry);
    gs_arena_free(&self->arena);
}

void gs_trial_begin(gs_trial *self, const char *name, const gs_source_config *source)
{
    gs_arena_reset(self->arena);
    gs_arena_reset(self->entry);
    self->source = source;
    self->as_files = source && !source->url;
    self->left = (size_t)self->options->entries;
    self->is = self->newest = "";
    self->entries = self->taken = self->passed = self->refused = 0;
    self->reason[0] = '\0';
    gs_report_begin(&self->report, name);
}

// "ok    un-news: RSS, 25 entries, the newest of 2025-04-24T22:57:00Z; 3 would be taken"
static void print_brief(const gs_trial *self, const char *name)
{
    gs_buffer line = {0};
    gs_buffer_format(&line, "%-6s%s: ", self->refused > 0 ? "FAIL" : "ok", name);
    if (self->is[0] != '\0')
        gs_buffer_format(&line, "%s, ", self->is);
    if (self->entries > 0)
        gs_buffer_format(&line, "%zu entries, ", self->entries);
    if (self->newest[0] != '\0')
        gs_buffer_format(&line, "the newest of %s, ", self->newest);
    gs_buffer_format(&line, "%zu would be taken", self->taken);
    if (self->passed > 0)
        gs_buffer_format(&line, ", %zu passed by", self->passed);
    if (self->refused > 0)
        gs_buffer_format(&line, ", %zu refused: %s", self->refused, self->reason);
    gs_print_line("", line.data);
    gs_buffer_free(&line);
}

void gs_trial_end(gs_trial *self)
{
    self->tried++;
    self->failed += self->refused > 0;
    gs_report_value(&self->report, "taken", json_integer((json_int_t)self->taken));
    gs_report_value(&self->report, "passed_by", json_integer((json_int_t)self->passed));
    gs_report_value(&self->report, "refused", json_integer((json_int_t)self->refused));
    if (self->report.quiet) {
        const char *name = json_string_value(json_object_get(self->report.places[0], "source"));
        print_brief(self, name ? name : "");
    }
    gs_report_end(&self->report);
}

void gs_trial_refuse(gs_trial *self, const char *reason)
{
    if (self->refused++ == 0)
        snprintf(self->reason, sizeof self->reason, "%s", reason);
    gs_report_value(&self->report, "reason", json_string(reason));
    gs_report_value(&self->report, "verdict", json_string("refused"));
    gs_buffer words = {0};
    gs_buffer_format(&words, "would be refused: %s", reason);
    gs_report_line(&self->report, "verdict", words.data);
    gs_buffer_free(&words);
}

static void pass_by(gs_trial *self, const char *reason)
{
    self->passed++;
    gs_report_value(&self->report, "reason", json_string(reason));
    gs_report_value(&self->report, "verdict", json_string("passed by"));
    gs_report_line(&self->report, "verdict", gs_arena_format(self->entry, "would be passed by: %s", reason));
}

static void tell_article(gs_trial *self, const gs_article *article)
{
    gs_source_report *report = &self->report;
    gs_buffer clean = {0};
    gs_report_text(report, "title", article->title);
    gs_report_text(report, "byline", article->byline);
    gs_report_text(report, "publisher", article->publisher);
    gs_report_text(report, "published", article->published);
    gs_report_text(report, "language", article->language);
    gs_report_text(report, "canonical", article->canonical_url);
    gs_report_bytes(report, "text", strlen(article->text));
    gs_utf8_repair(gs_view_slice(gs_view_of(article->text), 0, FIRST_WORDS),
                   &clean); // perhaps cut in a letter
    gs_report_text(report, "begins", clean.data);
    gs_buffer_free(&clean);
}

// By what the ingestor remembers. Copies under other addresses are found only when it reads them.
static gs_seen look_back(gs_trial *self, const gs_article *article, char when[GS_TIME_TEXT])
{
    gs_id id;
    gs_seen seen = GS_SEEN_NEW;
    uint64_t at_us = 0;
    gs_error none = {0};
    if (!self->store || !gs_id_parse(gs_view_of(article->article_id), &id) ||
        !gs_seen_peek(self->store, id, gs_article_essence(article), &seen, &at_us, &none))
        return GS_SEEN_NEW;
    gs_time_text(at_us, when);
    return seen;
}

void gs_trial_article(gs_trial *self, gs_article *article)
{
    gs_error error = {0};
    char when[GS_TIME_TEXT] = "";
    const char *why = "";
    const gs_source_config *source = self->source;
    if (source && source->publisher && article->publisher[0] == '\0')
        article->publisher = source->publisher;
    if (source && source->language && article->language[0] == '\0')
        article->language = source->language;
    const bool english = gs_article_is_english(article, &why);
    if (!gs_article_finish(article, source ? source->id : "test", false, gs_unix_us(), self->entry, &error)) {
        gs_trial_refuse(self, error.message);
        return;
    }
    tell_article(self, article);
    if (!english) {
        pass_by(self, gs_arena_format(self->entry, "not in English (%s)", why));
        return;
    }
    const gs_seen seen = look_back(self, article, when);
    if (seen == GS_SEEN_SAME) {
        pass_by(self, gs_arena_format(self->entry, "read already, last on %s, with the same words", when));
        return;
    }
    self->taken++;
    gs_report_value(&self->report, "verdict", json_string("taken"));
    gs_report_line(
        &self->report, "verdict",
        seen == GS_SEEN_CHANGED
            ? gs_arena_format(self->entry, "would be taken as a revision: read on %s with other words", when)
            : "would be taken");
}
