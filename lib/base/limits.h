// limits: the bounds of every loop over outside input, in one place. Passing one is a clear error.
#ifndef GAINSAY_BASE_LIMITS_H
#define GAINSAY_BASE_LIMITS_H

enum {
    GS_LIMIT_ARTICLE_BYTES = 4 * 1024 * 1024,  // text of one article
    GS_LIMIT_LINE_BYTES = 16 * 1024 * 1024,    // one line of JSON Lines
    GS_LIMIT_FILE_BYTES = 64 * 1024 * 1024,    // one text, HTML or feed file read whole
    GS_LIMIT_MESSAGE_BYTES = 32 * 1024 * 1024, // one message on the wire
    GS_LIMIT_FIELD_BYTES = 16 * 1024,          // title, url, byline ... of an article
    GS_LIMIT_XML_DEPTH = 256,                  // nesting of a feed's elements
    GS_LIMIT_PAGE_ELEMENTS = 1024 * 1024,       // elements of one page
    GS_LIMIT_XML_NODES = 2 * 1024 * 1024,      // elements, texts and attributes of one feed
    GS_LIMIT_JSON_DEPTH = 64,                  // nesting of a JSON message
    GS_LIMIT_STATEMENTS = 4096,                // statements of one article
    GS_LIMIT_SPANS = 1024,                     // spans of one statement
    GS_LIMIT_WINDOW = 4096,                    // articles a worker may hold at once
    GS_LIMIT_WORKERS = 1024,                   // workers of one queue
    GS_LIMIT_TOPICS = 256,                     // topic prefixes of one subscriber
    GS_LIMIT_TOPIC_BYTES = 128,                // one topic
    GS_LIMIT_CONFIG_BYTES = 4 * 1024 * 1024,   // a configuration file; of as many sources as there may be
    GS_LIMIT_SOURCES = 10000,                  // sources of one ingestor
    GS_LIMIT_INGESTORS = 256,                  // ingestors that one extractor connects to
    GS_LIMIT_CONFIG_VALUE_BYTES = 4096,        // one value of a configuration file
    GS_LIMIT_WORD_BYTES = 1000,                // one word of a text; a longer one is cut
    GS_LIMIT_WARC_HEADER_BYTES = 64 * 1024,    // header of one WARC record
    GS_LIMIT_HTTP_HEADER_BYTES = 256 * 1024,   // header of one archived HTTP message
    GS_LIMIT_PAGE_BYTES = 16 * 1024 * 1024,    // one archived page, packed and unpacked
    GS_LIMIT_CLIENTS = 64,                     // producers connected to one socket
};

#endif
