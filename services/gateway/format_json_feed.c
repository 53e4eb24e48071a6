// format_json_feed: a list as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Texts go out as
// content_text: nothing of an article is ever HTML here.
#include "api.h"
#include "json.h"

#include <string.h>

static void put_authors(const gw_row *row, gs_buffer *out)
{
    if (row->type != GW_STATEMENT) {
        return;
    }
    const gs_statement *statement = (const gs_statement *)row->message;
    if (statement->speaker != NULL && statement->speaker->name != NULL &&
        statement->speaker->name[0] != '\0') {
        gw_json_open(out, "authors", '[');
        gw_json_open(out, NULL, '{');
        gw_json_text(out, "name", statement->speaker->name);
        gw_json_close(out, '}');
        gw_json_close(out, ']');
    }
    if (statement->n_topics > 0) {
        gw_json_open(out, "tags", '[');
        for (size_t i = 0; i < statement->n_topics; i++) {
            gw_json_text(out, NULL, statement->topics[i]);
        }
        gw_json_close(out, ']');
    }
}

static void put_item(const gw_row *row, const char *base, gs_buffer *out)
{
    gs_buffer text = {0};
    gw_json_open(out, NULL, '{');
    gw_row_permalink(row, base, &text);
    gw_json_view(out, "id", gs_buffer_view(&text));
    gw_json_view(out, "url", gs_buffer_view(&text));
    gw_json_text_if(out, "external_url", gw_row_link(row));
    gs_buffer_clear(&text);
    gw_row_title(row, &text);
    gw_json_view(out, "title", gs_buffer_view(&text));
    gs_buffer_clear(&text);
    gw_row_content(row, &text);
    gw_json_view(out, "content_text", gs_buffer_view(&text));
    gw_json_time(out, "date_published", gw_row_time(row));
    put_authors(row, out);
    gw_json_close(out, '}');
    gs_buffer_free(&text);
}

void gw_list_json_feed(const gw_list *list, gs_buffer *out)
{
    gs_buffer address = {0};
    const gw_request *request = list->request;
    gw_json_open(out, NULL, '{');
    gw_json_text(out, "version", "https://jsonfeed.org/version/1.1");
    gs_buffer_format(&address, "Gainsay: %s", gw_collection_names[list->type]);
    gw_json_view(out, "title", gs_buffer_view(&address));
    gs_buffer_clear(&address);
    gs_buffer_format(&address, "%s/", request->base);
    gw_json_view(out, "home_page_url", gs_buffer_view(&address));
    gs_buffer_clear(&address);
    gs_buffer_format(&address, "%s%s%s", request->base, request->path, request->query.size > 0 ? "?" : "");
    gs_buffer_append(&address, request->query.data, request->query.size);
    gw_json_view(out, "feed_url", gs_buffer_view(&address));
    gw_json_open(out, "items", '[');
    for (size_t i = 0; i < list->rows.count; i++) {
        put_item(&list->rows.rows[i], request->base, out);
    }
    gw_json_close(out, ']');
    gw_json_close(out, '}');
    gs_buffer_byte(out, '\n');
    gs_buffer_free(&address);
}
