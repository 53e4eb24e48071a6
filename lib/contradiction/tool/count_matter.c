// Counts in how many lines of a text each label stands, and prints what weighs less than an unseen one as the
// rows of data/weights.tsv. A line is a unit: a sentence, or what somebody said. Run by hand when the stems
// or the corpora change, as lib/contradiction/README.md says; never by the build.
//
//   weight(label) = round(1.4 · ln((N + 1) / (n + 0.5)))    N lines, n of them with the label
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contradiction/matter.h"

enum { LEAST_LINES = 3, CAPACITY = 1 << 20 };
static const double SCALE = 1.4;

typedef struct label_count {
    char *label; // owned; NULL: free
    size_t lines, last_line;
} label_count;

typedef struct counting {
    label_count *counts;
    size_t used, line;
} counting;

static void count_label(void *context, const char *label)
{
    counting *self = context;
    size_t at = gs_hash(gs_view_of(label)) & (CAPACITY - 1);
    while (self->counts[at].label && strcmp(self->counts[at].label, label) != 0)
        at = (at + 1) & (CAPACITY - 1);
    if (!self->counts[at].label) {
        if (++self->used > CAPACITY / 2) {
            fprintf(stderr, "count_matter: more labels than there is room for\n");
            exit(1);
        }
        self->counts[at].label = gs_duplicate(label);
    }
    if (self->counts[at].last_line != self->line) {
        self->counts[at].last_line = self->line;
        self->counts[at].lines++;
    }
}

static int compare_labels(const void *a, const void *b)
{
    const label_count *left = a, *right = b;
    if (!left->label || !right->label)
        return !left->label - !right->label;
    return strcmp(left->label, right->label);
}

int main(void)
{
    counting self = {.counts = gs_allocate(CAPACITY * sizeof(label_count))};
    cd_matter_reader *reader = cd_matter_reader_new();
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t size; (size = getline(&line, &capacity, stdin)) > 0;) {
        self.line++;
        cd_matter_labels(reader, gs_view_make(line, (size_t)size), count_label, &self);
    }
    qsort(self.counts, CAPACITY, sizeof *self.counts, compare_labels);
    puts("# How much a label tells of the matter; one that is not here weighs 14. label, weight. Made by "
         "tool/count_matter.c.");
    for (size_t i = 0; i < self.used; i++) {
        double weight = SCALE * log((double)(self.line + 1) / ((double)self.counts[i].lines + 0.5));
        long rounded = lround(weight);
        rounded = rounded < 1 ? 1 : rounded > CD_WEIGHT_MAX ? CD_WEIGHT_MAX : rounded;
        if (self.counts[i].lines >= LEAST_LINES && strpbrk(self.counts[i].label, "\t\"\\;[]") == NULL)
            printf("%s\t%ld\n", self.counts[i].label, rounded);
        free(self.counts[i].label);
    }
    free(line);
    free(self.counts);
    cd_matter_reader_free(&reader);
    return 0;
}
