// The ledger's snapshot: a head, the owner's stamp, the index and the utterances. It spares a start the
// reading of every statement in the window, and nothing else: whatever is wrong with it, the ledger can
// recall from its store instead.
#include "index_internal.h"
#include "ledger_internal.h"
#include "snapshot.h"

#include <string.h>

static const char MAGIC[8] = "gsledger";
enum { VERSION = 1 };

typedef struct ledger_head {
    char magic[8];
    uint64_t version; // also tells the order of bytes
    uint64_t window_days;
} ledger_head;

bool gs_ledger_save(const gs_ledger *self, gs_view stamp, gs_ledger_write *write, void *context)
{
    cd_snapshot_writer out = {write, context, stamp.size > GS_LEDGER_STAMP};
    ledger_head head = {.version = VERSION, .window_days = self->window_days};
    memcpy(head.magic, MAGIC, sizeof head.magic);
    cd_snapshot_put(&out, &head, 1, sizeof head);
    cd_snapshot_put(&out, stamp.data, stamp.size, 1);
    cd_index_save(self->index, &out);
    cd_utterances_save(self->utterances, &out);
    return !out.failed;
}

// Reads head and stamp; the reader then stands at what follows.
static bool read_head(const gs_ledger *self, cd_snapshot_reader *in, gs_view *stamp, gs_error *error)
{
    ledger_head head = {0};
    cd_snapshot_take_one(in, &head, sizeof head);
    if (in->failed || memcmp(head.magic, MAGIC, sizeof head.magic) != 0)
        return gs_fail(error, GS_E_DAMAGED, "it is no snapshot of a ledger, or its beginning is damaged");
    if (head.version != VERSION)
        return gs_fail(error, GS_E_INPUT, "it has version %llu, and this program writes version %d",
                       (unsigned long long)head.version, VERSION);
    if (head.window_days != self->window_days)
        return gs_fail(error, GS_E_INPUT, "it was made for a window of %llu days, and the window has %u now",
                       (unsigned long long)head.window_days, self->window_days);
    size_t count;
    *stamp = cd_snapshot_take_view(in, 1, &count);
    if (in->failed || count > GS_LEDGER_STAMP)
        return gs_fail(error, GS_E_DAMAGED, "its stamp is damaged");
    return true;
}

bool gs_ledger_stamp(const gs_ledger *self, gs_view snapshot, gs_view *stamp, gs_error *error)
{
    cd_snapshot_reader in = {.rest = snapshot};
    return read_head(self, &in, stamp, error);
}

bool gs_ledger_load(gs_ledger *self, gs_view snapshot, gs_error *error)
{
    cd_snapshot_reader in = {.rest = snapshot};
    gs_view stamp;
    if (!read_head(self, &in, &stamp, error))
        return false;
    if (cd_index_load(self->index, &in) && cd_utterances_load(self->utterances, &in) && in.rest.size == 0)
        return true;
    gs_index_free(&self->index);
    cd_utterances_free(&self->utterances);
    self->index = gs_index_new(self->window_days);
    self->utterances = cd_utterances_new();
    return gs_fail(error, GS_E_DAMAGED, "it is damaged, or was made with other tables of words");
}
