// Quotations without a cue of their own: whoever spoke last in the paragraph goes on speaking.
//
// A quotation is carried only if it is a sentence of its own (it starts one, or follows a colon) and not a
// title or a word in inverted commas. One that fills its paragraph goes to the speaker of the paragraph
// before if that paragraph ended with the same speaker's words; one that leads its paragraph before the first
// cue waits for that cue.
#include "reading.h"

// The quotation starts and ends a sentence.
static bool is_sentence(const st_reading *reading, const st_quote *quote)
{
    st_range first = st_sentence_range(reading, reading->marks[quote->open].sentence);
    bool starts = quote->open == first.begin || st_is_mark(reading, quote->open - 1, ":");
    uint32_t last = quote->closed && quote->close > quote->open ? quote->close - 1 : quote->close;
    bool ends =
        st_is_terminal(reading, last) || st_is_mark(reading, last, ",") ||
        (quote->close + 1 < reading->document->token_count && st_is_terminal(reading, quote->close + 1));
    return starts && ends && quote->close > quote->open + 2;
}

static bool fills_paragraph(const st_reading *reading, const st_quote *quote)
{
    const st_document *document = reading->document;
    bool begins = quote->open == 0 ||
                  document->sentences[reading->marks[quote->open - 1].sentence].paragraph != quote->paragraph;
    bool ends = quote->close + 1 == document->token_count ||
                document->sentences[reading->marks[quote->close + 1].sentence].paragraph != quote->paragraph;
    return begins && ends;
}

// Last token of the attribution: whichever of its parts reaches furthest.
static uint32_t reach(const st_attribution *attribution)
{
    uint32_t end = attribution->cue.end;
    for (size_t i = 0; i < attribution->content_count; i++)
        if (attribution->content[i].end > end)
            end = attribution->content[i].end;
    return end;
}

// The attribution before token: attributions stand in the order of their cues.
static st_attribution *before(st_reading *reading, uint32_t token)
{
    size_t low = 0, high = reading->attribution_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (reading->attributions[middle].cue.begin < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &reading->attributions[low - 1] : NULL;
}

// "...: " or a closing sentence right before a paragraph that is nothing but a quotation.
static bool leads_over(const st_reading *reading, const st_attribution *attribution, const st_quote *quote)
{
    if (attribution->paragraph + 1 != quote->paragraph)
        return false;
    return quote->open - reach(attribution) <= 2 || st_is_mark(reading, quote->open - 1, ":");
}

void st_quotes_carry(st_reading *reading)
{
    for (uint32_t q = 0; q < reading->quote_count; q++) {
        st_quote *quote = &reading->quotes[q];
        if (quote->claimed || quote->previous != ST_NONE || !is_sentence(reading, quote))
            continue;
        st_attribution *speaker = before(reading, quote->open);
        if (!speaker)
            continue;
        bool same_paragraph = speaker->paragraph == quote->paragraph;
        if (!same_paragraph && !(fills_paragraph(reading, quote) || quote->next != ST_NONE))
            continue;
        if (!same_paragraph && !leads_over(reading, speaker, quote))
            continue;
        st_claim_quote(reading, speaker, q);
        if (!same_paragraph)
            speaker->paragraph = quote->paragraph;
    }
}
