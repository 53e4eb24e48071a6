// source: from files, JSON Lines, HTML, feeds and archives (warc.h) to articles.
#ifndef GAINSAY_SOURCE_H
#define GAINSAY_SOURCE_H

#include <stdio.h>

#include "source/schedule.h"
#include "source/warc.h"
#include "wire/wire.h"

typedef enum gs_input { GS_INPUT_AUTO, GS_INPUT_TEXT, GS_INPUT_HTML, GS_INPUT_JSONL } gs_input;

// "auto", "text", "html", "jsonl".
bool gs_input_parse(const char *name, gs_input *input);
// Told by content: '{' first is JSON Lines, '<' with a tag of HTML is HTML, else text.
gs_input gs_input_guess(gs_view content);

// One JSON Lines object {"id","url","published","publisher","title","byline","text" or "html", ...}; unknown
// keys are ignored. The article lives in arena. Without any text it is an error.
gs_article *gs_article_from_json(gs_view line, gs_arena *arena, gs_error *error);
// Plain text: title is the first line if it is short and followed by a blank line, else empty; the text is
// kept byte for byte but for repaired UTF-8. name is used as the id.
gs_article *gs_article_from_text(gs_view text, const char *name, gs_arena *arena, gs_error *error);
// A page: title, and the text of its paragraphs, parted by blank lines. url may be NULL.
gs_article *gs_article_from_html(gs_view html, const char *url, gs_arena *arena, gs_error *error);

// A page, and what is told of it besides the article.
typedef struct gs_page {
    gs_article *article;
    char *modified;  // RFC 3339; "" if the page does not tell, like the next two
    char *amp_url;   // the page's form for small screens, absolute
    char *print_url; // its form for printing
    bool english;
    const char *language_why; // what told the language
} gs_page;
// charset: what HTTP said, or "". url may be NULL. Everything lives in arena.
gs_page *gs_page_read(gs_view html, const char *url, const char *charset, gs_arena *arena, gs_error *error);

// By the words of its text, else by what is told of its language. *why: static words, what told it.
bool gs_article_is_english(const gs_article *article, const char **why);

// Repairs UTF-8, cuts over-long fields, makes published RFC 3339 (a bare date where no time is known, empty
// where it cannot be read), refuses an empty or over-long text, and fills article_id, content_hash, fetched
// and ingested_us. article_id: hash of canonical_url or url (gs_url_canonical) if there is one, else of
// source_id and external_id, else of title and text. keep_external_id: article_id = external_id where given
// (`gainsay digest`). Strings that are good already stay where they are, so what the article points to must
// live as long as arena.
bool gs_article_finish(gs_article *article, const char *source_id, bool keep_external_id, uint64_t now_us,
                       gs_arena *arena, gs_error *error);
// Id of this revision as a unit of work: hash of article_id, revision and content_hash.
gs_id gs_article_delivery_id(const gs_article *article);

// ---- the same article once -------------------------------------------------------------------------

// The one address of the many that lead to an article, to be hashed and compared, not fetched (url.c tells
// the rules). What is no http(s) address comes back as it is. In the arena.
char *gs_url_canonical(gs_view url, gs_arena *arena);
// The id of the article at an address that gs_url_canonical gave.
gs_id gs_article_id_of_url(const char *canonical);
// Whose address it is, "example.co.uk"; "" if it is no http(s) address. In the arena.
char *gs_url_site(gs_view url, gs_arena *arena);
// Hash of title and text without what changes though nobody wrote anything: white space, and lines that tell
// no more than a time ("Updated 2 hours ago").
gs_id gs_article_essence(const gs_article *article);

// What a text is compared by, to find copies of it (sketch.c).
enum {
    GS_SKETCH_WORDS = 8, // of one shingle
    GS_SKETCH_SIZE = 128,
    GS_SKETCH_KEYS = 6, // of the least, by which a likely original is looked up
};
typedef struct gs_sketch {
    uint32_t words;                 // of the text
    uint32_t count;                 // of least; 0 for a text too short to be told from others
    uint32_t least[GS_SKETCH_SIZE]; // hashes of shingles, ascending
} gs_sketch;
void gs_sketch_make(gs_view text, gs_sketch *sketch);
// How much of the text surely stands in the earlier one, 0 to 1; where both are of one site, whose articles
// have much in common anyway, how much of both together.
double gs_sketch_likeness(const gs_sketch *text, const gs_sketch *earlier, bool same_site);
extern const double gs_sketch_copy; // from this likeness on it is a copy

// Reads lines of any length in bounded memory from a descriptor, remembering byte offsets. A line beyond
// GS_LIMIT_LINE_BYTES is skipped whole and reported as an error with its number; reading goes on behind it.
typedef struct gs_lines gs_lines;
gs_lines *gs_lines_new(int fd, uint64_t offset, uint64_t line_number); // fd is borrowed
void gs_lines_free(gs_lines **self_p);
typedef enum gs_line_result {
    GS_LINE_OK,    // *line is valid until the next call
    GS_LINE_WAIT,  // no whole line yet (end of a growing file, or a pipe with nothing in it)
    GS_LINE_END,   // end of input; a last line without a newline has been given before (only with at_end)
    GS_LINE_ERROR, // this line is bad or reading failed (code GS_E_LIMIT or GS_E_IO); the offset is behind it
} gs_line_result;
// at_end: end of file is the end of input, so an unterminated last line counts.
gs_line_result gs_lines_next(gs_lines *self, bool at_end, gs_view *line, gs_error *error);
uint64_t gs_lines_offset(const gs_lines *self); // behind the last line given
uint64_t gs_lines_number(const gs_lines *self); // number of the last line given, from 1

// Appends a whole file, at most limit bytes, to out; "-" is standard input.
bool gs_read_all(const char *path, size_t limit, gs_buffer *out, gs_error *error);

// Feeds of every kind: RSS 0.9x/1.0/2.0, Atom 0.3/1.0, CDF, JSON Feed 1/1.1, sitemaps (also with the news
// extension) and indexes of sitemaps.
typedef enum gs_feed_format {
    GS_FEED_RSS,
    GS_FEED_RDF, // RSS 0.90 and 1.0
    GS_FEED_ATOM,
    GS_FEED_CDF,
    GS_FEED_JSON,
    GS_FEED_SITEMAP,
    GS_FEED_SITEMAP_INDEX, // has no entries, but maps
} gs_feed_format;
// "RSS", "RSS 1.0", "Atom", "CDF", "JSON Feed", "sitemap", "sitemap index".
const char *gs_feed_format_name(gs_feed_format format);

typedef struct gs_feed_entry {
    char *title, *link, *id, *published, *updated; // plain text; "" if absent; times RFC 3339 in UTC
    char *summary; // HTML as the feed has it, not sanitised; the content where there is no summary
    char *content; // the whole text as HTML, "" if the feed has none
    char *author;
    char *publisher; // whose text it is, where the entry says so; "" if absent, like the next
    char *language;
} gs_feed_entry;
typedef struct gs_feed {
    gs_feed_format format;
    char *title;
    char *link; // the home page; "" if absent
    char *language;
    gs_feed_entry *entries;
    size_t count;
    char **maps; // addresses of the sitemaps that an index names
    size_t map_count;
    uint32_t ttl_minutes; // how long the feed asks to be left alone; 0 if absent
    uint32_t skip_hours;  // bit i: not to be asked in hour i, GMT
    uint8_t skip_days;    // bit 0: not on Sunday, ... bit 6: Saturday
} gs_feed;
// base_url resolves relative links; may be NULL. Everything lives in arena. No external entities, no network.
gs_feed *gs_feed_parse(gs_view bytes, const char *base_url, gs_arena *arena, gs_error *error);

typedef struct gs_link {
    char *url, *title, *type; // absolute where a base was known; "" if absent
} gs_link;
// The feeds that a page names (<link rel="alternate"> of a feed's type), then its sitemaps (<link
// rel="sitemap">). None is no error.
bool gs_feed_discover(gs_view html, const char *base_url, gs_arena *arena, gs_link **links, size_t *count,
                      gs_error *error);
// For sites without a feed: the links of a page that look like articles of the same site, with their texts,
// in the page's order, each once. base_url is the page's address. None is no error.
bool gs_page_links(gs_view html, const char *base_url, gs_arena *arena, gs_link **links, size_t *count,
                   gs_error *error);

// ---- from an entry to its article ------------------------------------------------------------------
// Judged alike by who reads a source and by who tries one.

// Its text is in the feed, or can be nowhere else: its page is not asked for. A teaser is no text.
bool gs_entry_has_text(const gs_feed_entry *entry);
const char *gs_entry_html(const gs_feed_entry *entry); // content, else summary, else ""
const char *gs_entry_time(const gs_feed_entry *entry); // when published, else updated, else ""
enum { GS_SITEMAP_DAYS = 7 };
// A sitemap may list whole years: of its entries the last GS_SITEMAP_DAYS are news.
bool gs_entry_is_old(const gs_feed_entry *entry, gs_feed_format format, int64_t now_s);
// What the entry says of an article wins over what its page says, but for its time and byline.
void gs_entry_describe(const gs_feed_entry *entry, gs_article *article, gs_arena *arena);
// Of an HTTP answer: whether it may be a page, and the charset that it names, "" if none. In the arena.
bool gs_type_is_page(const char *content_type);
const char *gs_type_charset(const char *content_type, gs_arena *arena);
// Where the text is that a page hardly has any of: in its form for small screens or for printing. NULL if the
// page has text enough, or names no other form.
const char *gs_page_elsewhere(const gs_page *page);

// A list of feeds as readers exchange it (OPML 1 and 2).
typedef struct gs_opml_outline {
    char *title, *xml_url, *html_url, *category, *language, *type; // "" if absent
} gs_opml_outline;
// Outlines with an address, in order. The outlines around one are its category, "News/Europe", if it names
// none.
bool gs_opml_parse(gs_view bytes, gs_arena *arena, gs_opml_outline **outlines, size_t *count,
                   gs_error *error);
// Appends an OPML 2 document. NULL counts as "".
void gs_opml_write(const char *title, const gs_opml_outline *outlines, size_t count, gs_buffer *out);

#endif
