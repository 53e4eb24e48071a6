// The header of a WARC record: "WARC/1.0", then named fields. Only three of them matter to reading on: the
// type, the length of the block, and whether the crawler kept all of it.
#include "source/warc_internal.h"

static const struct {
    const char *name;
    gs_warc_type type;
} types[] = {
    {"warcinfo", GS_WARC_INFO},         {"response", GS_WARC_RESPONSE},
    {"resource", GS_WARC_RESOURCE},     {"request", GS_WARC_REQUEST},
    {"metadata", GS_WARC_METADATA},     {"revisit", GS_WARC_REVISIT},
    {"conversion", GS_WARC_CONVERSION}, {"continuation", GS_WARC_CONTINUATION},
};

static gs_warc_type type_of(gs_view name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (gs_view_equal_nocase(name, gs_view_of(types[i].name))) {
            return types[i].type;
        }
    }
    return GS_WARC_OTHER;
}

static bool read_length(gs_view text, uint64_t *length)
{
    *length = 0;
    for (size_t i = 0; i < text.size; i++) {
        const unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
        if (digit > 9 || *length > (UINT64_MAX - digit) / 10) {
            return false;
        }
        *length = *length * 10 + digit;
    }
    return text.size > 0;
}

// "WARC/1.0" to "WARC/1.99", and the drafts "WARC/0.17" and "WARC/0.18", which read the same.
static bool is_version(gs_view line)
{
    return gs_view_starts(line, "WARC/1.") || gs_view_starts(line, "WARC/0.1");
}

// Some writers put the address between < and >, as the grammar of 1.0 could be read.
static gs_view strip_brackets(gs_view uri)
{
    const bool bracketed = gs_view_starts(uri, "<") && gs_view_ends(uri, ">");
    return bracketed ? gs_view_trim(gs_view_slice(uri, 1, uri.size - 1)) : uri;
}

bool gs_warc_read_header(gs_warc *self, gs_error *error)
{
    const gs_view header = gs_buffer_view(&self->header);
    const size_t newline = gs_view_find(header, gs_view_make("\n", 1), 0);
    const gs_view version = gs_view_trim(gs_view_slice(header, 0, newline));
    const gs_view fields =
        gs_view_slice(header, newline == SIZE_MAX ? header.size : newline + 1, header.size);
    const gs_view length = gs_field_find(fields, "Content-Length");
    if (!is_version(version)) {
        return gs_fail(error, GS_E_INPUT, "a record of the version \"%.*s\"; 1.0 and 1.1 are read",
                       (int)(version.size < 20 ? version.size : 20), version.data);
    }
    if (!read_length(length, &self->left)) {
        return gs_fail(error, GS_E_INPUT, "a record with the Content-Length \"%.*s\"",
                       (int)(length.size < 20 ? length.size : 20), length.data);
    }
    // A block in several segments is one that ends early: the later ones are records of their own.
    const bool cut = gs_field_find(fields, "WARC-Truncated").size > 0 ||
                     gs_field_find(fields, "WARC-Segment-Number").size > 0;
    self->record = (gs_warc_record){
        .type = type_of(gs_field_find(fields, "WARC-Type")),
        .offset = self->start,
        .fields = fields,
        .uri = strip_brackets(gs_field_find(fields, "WARC-Target-URI")),
        .cut = cut,
    };
    return true;
}
