// The HTML pages of an archive. A response is one if it is HTTP with status 200 and says that it is HTML, or
// says nothing while the crawler says so. Everything else is no page and no error: an archive holds pictures,
// redirects, and what was not found.
#include "source/warc_internal.h"

static bool is_html(gs_view content_type)
{
    const gs_view type = gs_media_type(content_type);
    return gs_view_equal_nocase(type, gs_view_of("text/html")) ||
           gs_view_equal_nocase(type, gs_view_of("application/xhtml+xml"));
}

static bool is_web(gs_view uri)
{
    return gs_view_equal_nocase(gs_view_slice(uri, 0, 7), gs_view_of("http://")) ||
           gs_view_equal_nocase(gs_view_slice(uri, 0, 8), gs_view_of("https://"));
}

// The block of a response is a message of HTTP: "application/http; msgtype=response".
static gs_warc_pick pick_response(gs_warc *self, const gs_warc_record *record, gs_view type,
                                  gs_warc_page *page, gs_error *error)
{
    gs_http_message message;
    if (!gs_view_equal_nocase(gs_media_type(type), gs_view_of("application/http"))) {
        return GS_WARC_NO_PAGE; // what a name server said, and the like
    }
    if (!gs_http_read(record->payload, &message, error)) {
        return GS_WARC_BAD_PAGE;
    }
    gs_view said = gs_field_find(message.fields, "Content-Type");
    page->charset = gs_media_parameter(said, "charset");
    said = said.size > 0 ? said : gs_field_find(record->fields, "WARC-Identified-Payload-Type");
    if (message.status != 200 || !is_html(said) || gs_view_trim(message.body).size == 0) {
        return GS_WARC_NO_PAGE;
    }
    if (record->cut && record->payload.size == GS_LIMIT_PAGE_BYTES) {
        gs_fail(error, GS_E_LIMIT, "a page of more than %d bytes", GS_LIMIT_PAGE_BYTES);
        return GS_WARC_BAD_PAGE;
    }
    const bool read =
        gs_http_body(&message, record->cut, GS_LIMIT_PAGE_BYTES, self->scratch, &page->html, error);
    return read ? GS_WARC_PAGE : GS_WARC_BAD_PAGE;
}

gs_warc_pick gs_warc_pick_page(gs_warc *self, const gs_warc_record *record, gs_warc_page *page,
                               gs_error *error)
{
    const gs_view type = gs_field_find(record->fields, "Content-Type");
    *page = (gs_warc_page){.uri = record->uri, .date = gs_field_find(record->fields, "WARC-Date")};
    if (!is_web(record->uri)) {
        return GS_WARC_NO_PAGE;
    }
    switch (record->type) {
    case GS_WARC_RESPONSE:
        return pick_response(self, record, type, page, error);
    case GS_WARC_RESOURCE:
    case GS_WARC_CONVERSION:
        page->html = record->payload;
        page->charset = gs_media_parameter(type, "charset");
        return is_html(type) && record->payload.size > 0 ? GS_WARC_PAGE : GS_WARC_NO_PAGE;
    default:
        return GS_WARC_NO_PAGE;
    }
}

gs_article *gs_article_from_warc(const gs_warc_page *page, gs_arena *arena, gs_error *error)
{
    gs_buffer decoded = {0};
    gs_view html = page->html;
    // What the server says of the charset wins over what the page says; valid UTF-8 speaks for itself.
    if (page->charset.size > 0 && !gs_utf8_valid(html, NULL)) {
        gs_decode(html, page->charset, &decoded);
        html = gs_buffer_view(&decoded);
    }
    gs_article *article = gs_article_from_html(html, gs_arena_text(arena, page->uri), arena, error);
    gs_buffer_free(&decoded);
    if (article != NULL) {
        article->fetched = gs_date_utc(page->date, arena);
    }
    return article;
}
