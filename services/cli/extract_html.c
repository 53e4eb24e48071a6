// A marked article as HTML: heading, text, table of speakers, list of statements.
//
// Content is a <mark>, the source a <b>, the cue an <i>, each in its speaker's colour (class s1 to s8) and
// with a tooltip. A mark that begins carries the statement's number, which leads to the statement in the list
// (id a1-s3) and from there back (id a1-m3). Marks nest as gs_walk has them, and never over a paragraph's
// end. Beside a paragraph stand, where there is room, the speakers of the statements that begin in it; that
// says nothing new, so it is hidden from screen readers.
#include "extract_html.h"

#include <string.h>

#include "html.h"
#include "statement/statement.h"
#include "words.h"

typedef struct html {
    gs_buffer *out;
    const gs_marked *marked;
    gs_arena *arena;
    size_t number;     // of the article
    const char *block; // the element that the paragraph at hand is in: "p", "h2"; NULL: none
    const gs_mark **open;
    size_t open_count;
    size_t *begun; // statements whose number stands in the paragraph at hand
    size_t begun_count;
} html;

static const gs_marked_speaker *speaker_of(const html *self, size_t statement)
{
    return &self->marked->speakers[self->marked->speaker_of[statement]];
}

static size_t colour_of(const html *self, size_t statement)
{
    return self->marked->speaker_of[statement] % GS_HTML_COLOURS + 1;
}

static const char *name_of(const gs_marked_speaker *speaker)
{
    return gs_words_name(speaker->name, speaker->kind);
}

// A text of others inside a sentence of ours: its direction stays its own.
static void write_isolated(gs_buffer *out, const char *text)
{
    gs_buffer_text(out, "<bdi>");
    gs_html_words(out, text);
    gs_buffer_text(out, "</bdi>");
}

// ---- marks -----------------------------------------------------------------------------------------

// "3: He Yadong, direct"
static void write_tooltip(html *self, size_t statement)
{
    char form[GS_WORDS_ENUM];
    gs_words_enum(&gainsay__v1__statement__form__descriptor, (int)self->marked->statements[statement]->form,
                  form);
    gs_buffer_format(self->out, " title=\"%zu: ", statement + 1);
    gs_html_words(self->out, name_of(speaker_of(self, statement)));
    gs_buffer_format(self->out, "%s%s\"", form[0] ? ", " : "", form);
}

// The number in the text, which leads to the list.
static void write_number(html *self, size_t statement)
{
    gs_buffer_format(self->out, "<a class=\"n s%zu\" href=\"#a%zu-s%zu\" aria-label=\"Statement %zu, ",
                     colour_of(self, statement), self->number, statement + 1, statement + 1);
    gs_html_words(self->out, name_of(speaker_of(self, statement)));
    gs_buffer_format(self->out, "\">%zu</a>", statement + 1);
    self->begun[self->begun_count++] = statement;
}

static const char *element_of(const gs_mark *mark)
{
    static const char *const ELEMENTS[] = {
        [GS_MARK_CONTENT] = "mark", [GS_MARK_SOURCE] = "b", [GS_MARK_CUE] = "i"};
    return ELEMENTS[mark->part];
}

static void open_mark(html *self, const gs_mark *mark, const gs_piece *piece)
{
    bool numbered = gs_piece_numbers(piece, mark);
    gs_buffer_format(self->out, "<%s class=\"s%zu%s\"", element_of(mark), colour_of(self, mark->statement),
                     speaker_of(self, mark->statement)->official ? "" : " u");
    if (numbered)
        gs_buffer_format(self->out, " id=\"a%zu-m%zu\"", self->number, mark->statement + 1);
    write_tooltip(self, mark->statement);
    gs_buffer_byte(self->out, '>');
    if (numbered)
        write_number(self, mark->statement);
    self->open[self->open_count++] = mark;
}

static void close_marks(html *self, size_t kept)
{
    while (self->open_count > kept)
        gs_buffer_format(self->out, "</%s>", element_of(self->open[--self->open_count]));
}

// ---- the text --------------------------------------------------------------------------------------

// A speaker of the paragraph, with the numbers of all that begins there, told at the first of them.
static void write_note(html *self, size_t first)
{
    const gs_marked_speaker *speaker = speaker_of(self, self->begun[first]);
    const char *office = speaker->role[0] ? speaker->role : speaker->organisation;
    for (size_t i = 0; i < first; i++)
        if (speaker_of(self, self->begun[i]) == speaker)
            return;
    gs_buffer_format(self->out, "<li class=\"s%zu\">", colour_of(self, self->begun[first]));
    for (size_t i = first; i < self->begun_count; i++)
        if (speaker_of(self, self->begun[i]) == speaker)
            gs_buffer_format(self->out, "<span class=\"n\">%zu</span>", self->begun[i] + 1);
    gs_buffer_text(self->out, " <strong>");
    write_isolated(self->out, name_of(speaker));
    gs_buffer_text(self->out, "</strong> ");
    if (office[0] && strcmp(office, speaker->name) != 0)
        write_isolated(self->out, office);
    gs_buffer_text(self->out, "</li>");
}

static void write_notes(html *self)
{
    if (self->begun_count == 0)
        return;
    gs_buffer_text(self->out, "<ul class=\"notes\" aria-hidden=\"true\">");
    for (size_t i = 0; i < self->begun_count; i++)
        write_note(self, i);
    gs_buffer_text(self->out, "</ul>");
}

static void write_origin(html *self)
{
    const gs_article *article = self->marked->article;
    char published[GS_WORDS_TIME];
    gs_words_time(article->published, published);
    gs_buffer_text(self->out, "<p class=\"origin\">");
    write_isolated(self->out, gs_arena_text(self->arena, gs_words_origin(article)));
    if (published[0])
        gs_buffer_format(self->out, " <time datetime=\"%.10s\">%s</time>", published, published);
    if (article->byline[0]) {
        gs_buffer_byte(self->out, ' ');
        write_isolated(self->out, article->byline);
    }
    gs_view host = gs_words_host(article->url);
    if (host.size > 0) {
        gs_buffer_byte(self->out, ' ');
        gs_html_link(self->out, article->url, host);
    }
    gs_buffer_text(self->out, "</p>\n");
}

// Ends the heading, then says where the article is from; or ends a paragraph.
static void end_block(html *self)
{
    if (!self->block)
        return;
    bool heading = strcmp(self->block, "h2") == 0;
    close_marks(self, 0);
    gs_buffer_format(self->out, "</%s>", self->block);
    write_notes(self);
    gs_buffer_text(self->out, "</div>\n");
    self->block = NULL;
    if (heading)
        write_origin(self);
}

// Beside an article's words, its language, so that they are spoken and hyphenated well.
static void write_language(html *self)
{
    enum { LONGEST = 35 }; // of a BCP 47 tag, RFC 5646, section 4.4.1
    const char *language = self->marked->article->language;
    size_t size = strspn(language, "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    if (size > 0 && size <= LONGEST && language[size] == '\0')
        gs_buffer_format(self->out, " lang=\"%s\"", language);
}

static void begin_block(html *self, const char *element)
{
    self->block = element;
    self->begun_count = 0;
    gs_buffer_format(self->out, "<div class=\"row\"><%s dir=\"auto\"", element);
    if (strcmp(element, "h2") == 0)
        gs_buffer_format(self->out, " id=\"a%zu-t\"", self->number);
    write_language(self);
    gs_buffer_byte(self->out, '>');
}

// With the numbers of statements that have no place in the text: they were read from the title.
static void write_title(html *self)
{
    const gs_marked *marked = self->marked;
    begin_block(self, "h2");
    for (size_t i = 0; i < marked->statement_count; i++)
        if (!marked->placed[i]) {
            gs_buffer_format(self->out, "<span id=\"a%zu-m%zu\">", self->number, i + 1);
            write_number(self, i);
            gs_buffer_text(self->out, "</span>");
        }
    if (marked->title_in_text)
        return;
    const char *title = marked->article->title;
    gs_html_words(self->out, title[0] ? title : "Without a title");
    end_block(self);
}

static void write_text(html *self)
{
    gs_walk walk = gs_marked_walk(self->marked, self->arena);
    gs_piece piece;
    write_title(self);
    bool in_title = self->block; // the first paragraph is the title
    while (gs_walk_next(&walk, &piece)) {
        close_marks(self, piece.kept);
        if (piece.starts_paragraph && !in_title) {
            end_block(self);
            begin_block(self, "p");
        }
        in_title = false;
        while (self->open_count < piece.depth)
            open_mark(self, piece.over[self->open_count], &piece);
        gs_html_text(self->out, piece.text);
    }
    end_block(self);
}

// ---- the speakers ----------------------------------------------------------------------------------

// The number in a table or list, which leads back to the text.
static void write_back_link(html *self, size_t statement)
{
    gs_buffer_format(
        self->out, "<a class=\"n s%zu\" href=\"#a%zu-m%zu\" aria-label=\"Statement %zu in the text\">%zu</a>",
        colour_of(self, statement), self->number, statement + 1, statement + 1, statement + 1);
}

// label shows where the page is too narrow for a table.
static void begin_cell(html *self, const char *label)
{
    gs_buffer_format(self->out, "<td role=\"cell\" data-label=\"%s\">", label);
}

static void write_cell(html *self, const char *label, const char *text)
{
    begin_cell(self, label);
    write_isolated(self->out, text);
    gs_buffer_text(self->out, "</td>");
}

static void write_country(html *self, const char *country)
{
    begin_cell(self, "Country");
    if (country[0]) {
        gs_buffer_text(self->out, "<abbr title=\"");
        gs_html_words(self->out, gs_country_name(country));
        gs_buffer_text(self->out, "\">");
        gs_html_words(self->out, country);
        gs_buffer_text(self->out, "</abbr>");
    }
    gs_buffer_text(self->out, "</td>");
}

static void write_speaker(html *self, const gs_marked_speaker *speaker)
{
    char kind[GS_WORDS_ENUM];
    gs_words_enum(&gainsay__v1__speaker__kind__descriptor, (int)speaker->kind, kind);
    gs_buffer_format(self->out, "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\" class=\"s%zu\">",
                     colour_of(self, speaker->statements[0]));
    write_isolated(self->out, name_of(speaker));
    gs_buffer_text(self->out, "</th>");
    write_cell(self, "Role", speaker->role);
    write_cell(self, "Organisation", speaker->organisation);
    write_country(self, speaker->country);
    write_cell(self, "Kind", kind);
    write_cell(self, "Official", speaker->official ? "yes" : "no");
    begin_cell(self, "Said");
    gs_buffer_format(self->out, "%zu</td>", speaker->statement_count);
    begin_cell(self, "Statements");
    for (size_t i = 0; i < speaker->statement_count; i++)
        write_back_link(self, speaker->statements[i]);
    gs_buffer_text(self->out, "</td></tr>\n");
}

static void write_speakers(html *self)
{
    static const char *const HEADS[] = {"Speaker", "Role",     "Organisation", "Country",
                                        "Kind",    "Official", "Said",         "Statements"};
    gs_buffer_format(
        self->out,
        "<section aria-labelledby=\"a%zu-who\"><h3 id=\"a%zu-who\">Speakers</h3>\n"
        "<table role=\"table\" aria-labelledby=\"a%zu-who\"><thead role=\"rowgroup\"><tr role=\"row\">",
        self->number, self->number, self->number);
    for (size_t i = 0; i < sizeof HEADS / sizeof HEADS[0]; i++)
        gs_buffer_format(self->out, "<th role=\"columnheader\" scope=\"col\">%s</th>", HEADS[i]);
    gs_buffer_text(self->out, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
    for (size_t i = 0; i < self->marked->speaker_count; i++)
        write_speaker(self, &self->marked->speakers[i]);
    gs_buffer_text(self->out, "</tbody></table></section>\n");
}

// ---- the statements --------------------------------------------------------------------------------

static void write_fact(html *self, const char *label, const char *text)
{
    if (!text || !text[0])
        return;
    gs_buffer_format(self->out, "<div><dt>%s</dt><dd>", label);
    write_isolated(self->out, text);
    gs_buffer_text(self->out, "</dd></div>");
}

static void write_topics(html *self, const gs_statement *statement)
{
    if (statement->n_topics == 0)
        return;
    gs_buffer_text(self->out, "<div><dt>Topics</dt><dd>");
    for (size_t i = 0; i < statement->n_topics; i++) {
        gs_buffer_text(self->out, i > 0 ? ", " : "");
        write_isolated(self->out, statement->topics[i]);
    }
    gs_buffer_text(self->out, "</dd></div>");
}

static void write_facts(html *self, size_t index)
{
    const gs_statement *statement = self->marked->statements[index];
    char words[GS_WORDS_ENUM];
    size_t outer = gs_marked_outer(self->marked, index);
    gs_buffer_text(self->out, "<dl>");
    write_fact(self, "Form",
               gs_words_enum(&gainsay__v1__statement__form__descriptor, (int)statement->form, words));
    write_fact(self, "Act",
               gs_words_enum(&gainsay__v1__statement__act__descriptor, (int)statement->act, words));
    write_fact(self, "Cue", statement->cue_text);
    write_fact(self, "Said on", statement->said_on);
    write_fact(self, "Speaks of", statement->event_time);
    write_fact(self, "Venue", statement->venue);
    write_fact(self, "To", statement->addressee);
    write_fact(self, "Denies", statement->denied_claim);
    write_fact(self, "Claim of", statement->denied_speaker);
    write_topics(self, statement);
    gs_buffer_format(self->out,
                     "<div><dt>Confidence</dt><dd><meter min=\"0\" max=\"1\" value=\"%.2f\" "
                     "aria-hidden=\"true\"></meter> %.2f</dd></div>",
                     statement->confidence, statement->confidence);
    if (outer != SIZE_MAX)
        gs_buffer_format(self->out,
                         "<div><dt>Quoted in</dt><dd><a href=\"#a%zu-s%zu\">statement %zu</a></dd></div>",
                         self->number, outer + 1, outer + 1);
    if (statement->headline)
        gs_buffer_text(self->out, "<div><dt>Read from</dt><dd>the headline</dd></div>");
    gs_buffer_text(self->out, "</dl>");
}

static void write_statement(html *self, size_t index)
{
    const gs_marked_speaker *speaker = speaker_of(self, index);
    gs_buffer_format(self->out, "<li id=\"a%zu-s%zu\" class=\"s%zu\"><p class=\"who\">", self->number,
                     index + 1, colour_of(self, index));
    write_back_link(self, index);
    gs_buffer_text(self->out, " <strong>");
    write_isolated(self->out, name_of(speaker));
    gs_buffer_text(self->out, "</strong>");
    const char *more[] = {speaker->role, speaker->organisation};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (more[i][0] && strcmp(more[i], speaker->name) != 0) {
            gs_buffer_text(self->out, ", ");
            write_isolated(self->out, more[i]);
        }
    gs_buffer_text(self->out, "</p><blockquote dir=\"auto\"");
    write_language(self);
    gs_buffer_byte(self->out, '>');
    gs_html_words(self->out, self->marked->statements[index]->text);
    gs_buffer_text(self->out, "</blockquote>");
    write_facts(self, index);
    gs_buffer_text(self->out, "</li>\n");
}

static void write_statements(html *self)
{
    gs_buffer_format(self->out,
                     "<section aria-labelledby=\"a%zu-what\"><h3 id=\"a%zu-what\">Statements</h3>\n"
                     "<ol class=\"statements\">\n",
                     self->number, self->number);
    for (size_t i = 0; i < self->marked->statement_count; i++)
        write_statement(self, i);
    gs_buffer_text(self->out, "</ol></section>\n");
}

void gs_extract_html(gs_buffer *out, const gs_marked *marked, size_t number, gs_arena *arena)
{
    html self = {.out = out,
                 .marked = marked,
                 .arena = arena,
                 .number = number,
                 .open = gs_arena_alloc(arena, (marked->mark_count + 1) * sizeof(gs_mark *)),
                 .begun = gs_arena_alloc(arena, (marked->statement_count + 1) * sizeof(size_t))};
    gs_buffer_format(out, "<article id=\"a%zu\" aria-labelledby=\"a%zu-t\">\n", number, number);
    write_text(&self);
    if (marked->statement_count > 0) {
        write_speakers(&self);
        write_statements(&self);
    } else {
        gs_buffer_text(out, "<p class=\"none\">No statements.</p>\n");
    }
    gs_buffer_text(out, "</article>\n");
}

void gs_extract_html_entry(gs_buffer *out, const gs_marked *marked, size_t number)
{
    const gs_article *article = marked->article;
    gs_buffer_format(out, "<li><a href=\"#a%zu\">", number);
    write_isolated(out, article->title[0] ? article->title : "Without a title");
    gs_buffer_text(out, "</a> <span>");
    gs_html_text(out, gs_words_origin(article));
    gs_buffer_format(out, ", %zu statement%s</span></li>\n", marked->statement_count,
                     marked->statement_count == 1 ? "" : "s");
}
