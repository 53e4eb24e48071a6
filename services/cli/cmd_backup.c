// gainsay backup: a consistent copy of a store, while its daemon goes on writing.
#include <stdio.h>
#include <sys/stat.h>

#include "client.h"
#include "commands.h"
#include "store/store.h"
#include "terminal.h"

static int copy(const char *store, const char *target)
{
    gs_error error = {0};
    if (!gs_store_backup(store, target, &error))
        return gs_complain("backup", &error);
    struct stat facts;
    char size[GS_FIGURE_TEXT] = "?";
    if (stat(target, &facts) == 0)
        gs_figure_bytes((uint64_t)facts.st_size, size);
    printf("%s: %s, as of one moment\n", target, size);
    return gs_finish_output("backup", GS_EXIT_DONE);
}

int gs_cmd_backup(int argc, char **argv)
{
    gs_texts operands = {0};
    const gs_usage usage = {
        "backup",
        "STORE COPY",
        "Copies a store (the ingestor's or the aggregator's SQLite file) as of one moment; its daemon\n"
        "may be at work meanwhile. COPY must not exist yet. To restore: stop the daemon, put the copy\n"
        "in the store's place, remove STORE-wal and STORE-shm if they are there, start the daemon.",
        "  gainsay backup /var/lib/gainsay/aggregator.db aggregator-$(date +%F).db",
        NULL,
        0,
        2,
        2};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status))
        status = copy(operands.items[0], operands.items[1]);
    gs_texts_free(&operands);
    return status;
}
