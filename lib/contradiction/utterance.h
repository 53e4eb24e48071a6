// utterance: which statements of the ledger report the same utterance as one that comes in.
#ifndef GAINSAY_CONTRADICTION_UTTERANCE_H
#define GAINSAY_CONTRADICTION_UTTERANCE_H

#include "contradiction/contradiction.h"
#include "snapshot.h"

enum {
    CD_UTTERANCE_DAYS = 2, // an undated report comes at most so long after the day or the first report
    CD_UTTERANCES_FOUND = 24,
};

// How surely the two report one utterance: 0 if they do not, more than 1 if verbatim. Any wording among the
// reports of known counts.
double cd_same_utterance(gs_judge *judge, const gs_statement *statement, const gs_statement *known,
                         gs_arena *scratch);

// The same for statements that stand in copies of one text: day and speaker may be read in each as they like,
// the words decide; but two who are named are not one.
double cd_same_in_copy(gs_judge *judge, const gs_statement *statement, const gs_statement *known,
                       gs_arena *scratch);

// The index: recent statements by speaker and day. It may hold what is no longer so; what is found through
// it is for cd_same_utterance to judge.
typedef struct cd_utterances cd_utterances;
cd_utterances *cd_utterances_new(void);
void cd_utterances_free(cd_utterances **self_p);
void cd_utterances_add(cd_utterances *self, gs_id id,
                       const gs_statement *statement); // again: adds what is new
// Ids that may be the same utterance, each once, sorted; returns how many.
size_t cd_utterances_find(cd_utterances *self, const gs_statement *statement, gs_id ids[CD_UTTERANCES_FOUND]);
// Forgets what lies before the day (since 1970-01-01), but for the last weeks before the newest day seen.
void cd_utterances_expire(cd_utterances *self, int64_t before_day);
// load: into an empty one; false if what is there is none.
void cd_utterances_save(const cd_utterances *self, cd_snapshot_writer *out);
bool cd_utterances_load(cd_utterances *self, cd_snapshot_reader *in);
size_t cd_utterances_bytes(const cd_utterances *self);

#endif
