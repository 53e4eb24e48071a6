// format_atom: a list as Atom (RFC 4287). All texts are of type "text"; ids are URNs that stay the same
// wherever the gateway stands.
#include "api.h"
#include "json.h"
#include "text.h"

#include <string.h>

static void put_element(gs_buffer *out, const char *name, gs_view text)
{
    gs_buffer_format(out, "<%s>", name);
    gw_text_xml(text, out);
    gs_buffer_format(out, "</%s>\n", name);
}

static void put_link(gs_buffer *out, const char *relation, gs_view address)
{
    gs_buffer_format(out, "<link rel=\"%s\" href=\"", relation);
    gw_text_xml(address, out);
    gs_buffer_text(out, "\"/>\n");
}

static void put_entry(const gw_row *row, const char *base, gs_buffer *out)
{
    char id[GS_ID_TEXT], time[GS_TIME_TEXT];
    gs_buffer text = {0};
    gs_id_text(row->id, id);
    gw_time_text(gw_row_time(row), time);
    gs_buffer_text(out, "<entry>\n");
    gs_buffer_format(out, "<id>urn:gainsay:%s:%s</id>\n", gw_type_names[row->type], id);
    gw_row_title(row, &text);
    put_element(out, "title", gs_buffer_view(&text));
    put_element(out, "updated", gs_view_of(time));
    gs_buffer_clear(&text);
    gw_row_permalink(row, base, &text);
    put_link(out, "alternate", gs_buffer_view(&text));
    if (gw_row_link(row)[0] != '\0') {
        put_link(out, "related", gs_view_of(gw_row_link(row)));
    }
    gs_buffer_clear(&text);
    gw_row_content(row, &text);
    gs_buffer_text(out, "<content type=\"text\">");
    gw_text_xml(gs_buffer_view(&text), out);
    gs_buffer_text(out, "</content>\n</entry>\n");
    gs_buffer_free(&text);
}

void gw_list_atom(const gw_list *list, gs_buffer *out)
{
    const gw_request *request = list->request;
    char time[GS_TIME_TEXT];
    gs_buffer self = {0};
    gs_buffer_format(&self, "%s%s%s", request->base, request->path, request->query.size > 0 ? "?" : "");
    gs_buffer_append(&self, request->query.data, request->query.size);
    gs_buffer_text(
        out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    gs_buffer_format(out, "<id>urn:gainsay:%s:", gw_collection_names[list->type]);
    gw_text_url(request->query, out);
    gs_buffer_format(out, "</id>\n<title>Gainsay: %s</title>\n", gw_collection_names[list->type]);
    int64_t newest = 0;
    for (size_t i = 0; i < list->rows.count; i++) {
        const int64_t each = gw_row_time(&list->rows.rows[i]);
        newest = each > newest ? each : newest;
    }
    put_element(out, "updated", gs_view_of(gw_time_text(newest, time)));
    gs_buffer_text(out, "<author><name>Gainsay</name></author>\n");
    put_link(out, "self", gs_buffer_view(&self));
    for (size_t i = 0; i < list->rows.count; i++) {
        put_entry(&list->rows.rows[i], request->base, out);
    }
    gs_buffer_text(out, "</feed>\n");
    gs_buffer_free(&self);
}
