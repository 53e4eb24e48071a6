// stream: an annotated stream of articles, its statements as the extractor would give them, and its pairs.
#ifndef GAINSAY_CONTRADICTION_TRAIN_STREAM_H
#define GAINSAY_CONTRADICTION_TRAIN_STREAM_H

#include "statement/statement.h"

enum { CD_STORIES = 256 };

typedef struct cd_said {
    gs_statement *statement; // in the arena
    const char *id, *topic;
    uint32_t story;
    uint32_t utterance; // the same for reports of one utterance
} cd_said;

typedef struct cd_stream_pair {
    uint32_t a, b; // statements
} cd_stream_pair;

typedef struct cd_stream_pairs {
    cd_stream_pair *items;
    size_t count;
} cd_stream_pairs;

typedef struct cd_stream {
    gs_arena *arena;
    const char *stories[CD_STORIES];
    uint32_t story_count;
    cd_said *said;
    size_t count, capacity;
    cd_stream_pairs contradictions, near_misses;
} cd_stream;

// directory: with articles.jsonl, contradictions.jsonl, near_misses.jsonl and same.jsonl.
bool cd_stream_read(cd_stream *self, const char *directory, gs_error *error);
// story.c: adds the project's own stories, files NAME.txt of a directory, in the order of their names; what a
// line holds is told in train/stories/README.md.
bool cd_stories_read(cd_stream *self, const char *directory, gs_error *error);
void cd_stream_free(cd_stream *self);
bool cd_stream_contradict(const cd_stream *self, const cd_said *a, const cd_said *b);
bool cd_stream_near_miss(const cd_stream *self, const cd_said *a, const cd_said *b);

// ---- for its readers: all texts in the arena, "" where there is none ----

typedef struct cd_stream_row {
    char *article, *published, *title;
    uint32_t story;
    char *id, *topic, *speaker, *role, *organisation, *country, *said_on, *cue, *text;
    bool official;
} cd_stream_row;
void cd_stream_add(cd_stream *self, const cd_stream_row *row);
// The number of a story, new or known; false if there are too many.
bool cd_stream_story(cd_stream *self, const char *name, uint32_t *story);
cd_said *cd_stream_find(cd_stream *self, const char *id); // NULL if there is none
void cd_stream_add_pair(cd_stream_pairs *self, const cd_said *a, const cd_said *b);

#endif
