// stream: an annotated stream of articles, its statements as the extractor would give them, and its pairs.
#ifndef GAINSAY_CONTRADICTION_TRAIN_STREAM_H
#define GAINSAY_CONTRADICTION_TRAIN_STREAM_H

#include "statement/statement.h"

enum { CD_STORIES = 32 };

typedef struct cd_said {
    gs_statement *statement; // in the arena
    const char *id, *topic;
    uint32_t story;
    uint32_t utterance; // the same for reports of one utterance
} cd_said;

typedef struct cd_stream_pair {
    uint32_t a, b; // statements
} cd_stream_pair;

typedef struct cd_stream {
    gs_arena *arena;
    const char *stories[CD_STORIES];
    uint32_t story_count;
    cd_said *said;
    size_t count, capacity;
    cd_stream_pair *contradictions, *near_misses;
    size_t contradiction_count, near_miss_count;
} cd_stream;

// directory: with articles.jsonl, contradictions.jsonl, near_misses.jsonl and same.jsonl.
bool cd_stream_read(cd_stream *self, const char *directory, gs_error *error);
void cd_stream_free(cd_stream *self);
bool cd_stream_contradict(const cd_stream *self, const cd_said *a, const cd_said *b);
bool cd_stream_near_miss(const cd_stream *self, const cd_said *a, const cd_said *b);

#endif
