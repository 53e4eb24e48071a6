// A consistent copy of a store that may be in use.
//
// The source is read inside one read transaction, so the copy is of one moment however much the daemon
// writes meanwhile, and SQLite never has to start over; the writer is not held up (its log only cannot be
// folded back until the copy is done). The copy is written under a name of its own, checked, synced, and only
// then given its name: what bears the name is whole. https://www.sqlite.org/backup.html
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_internal.h"

enum { STEP_PAGES = 4096, BUSY_MS = 5000 };

typedef struct copy_job {
    const char *path; // borrowed
    const char *copy; // borrowed
    char *part;       // owned; the copy's name until it is whole
    sqlite3 *source;  // owned
    sqlite3 *target;  // owned
    gs_store_kind kind;
} copy_job;

static bool fail_system(const copy_job *job, int code, const char *doing, gs_error *error)
{
    gs_code kind = code == ENOSPC || code == EDQUOT || code == EFBIG ? GS_E_FULL : GS_E_IO;
    return gs_fail(error, kind, "backup of store %s to %s: %s: %s", job->path, job->copy, doing,
                   strerror(code));
}

static bool fail_sql(const copy_job *job, sqlite3 *db, const char *path, int code, const char *doing,
                     gs_error *error)
{
    gs_sql_explain(path, code, gs_sql_system_error(db, errno),
                   db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code), doing, error);
    return gs_fail_within(error, "backup of store %s to %s", job->path, job->copy);
}

static bool open_source(copy_job *job, gs_error *error)
{
    if (access(job->path, R_OK) != 0)
        return fail_system(job, errno, "cannot read the store", error);
    int code = sqlite3_open_v2(job->path, &job->source,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(job->source, BUSY_MS);
    sqlite3_stmt *statement = NULL;
    if (code == SQLITE_OK)
        code = sqlite3_exec(job->source, "BEGIN", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(job->source, "PRAGMA application_id", -1, &statement, NULL);
    // BEGIN alone reads nothing yet; this step takes the snapshot.
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
        code = SQLITE_OK;
    int32_t application = code == SQLITE_OK ? sqlite3_column_int(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (code != SQLITE_OK)
        return fail_sql(job, job->source, job->path, code, "reading it", error);
    job->kind =
        application == gs_application_ids[GS_STORE_INGESTOR] ? GS_STORE_INGESTOR : GS_STORE_AGGREGATOR;
    if (application != gs_application_ids[job->kind])
        return gs_fail(error, GS_E_USAGE, "backup of store %s to %s: the first is not a gainsay store",
                       job->path, job->copy);
    return true;
}

static bool copy_pages(copy_job *job, gs_error *error)
{
    int code = sqlite3_open_v2(
        job->part, &job->target,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK)
        return fail_sql(job, job->target, job->part, code, "making the copy", error);
    sqlite3_exec(job->target, "PRAGMA synchronous = OFF", NULL, NULL,
                 NULL); // synced as a whole at the end
    sqlite3_backup *steps = sqlite3_backup_init(job->target, "main", job->source, "main");
    if (steps == NULL)
        return fail_sql(job, job->target, job->part, sqlite3_errcode(job->target), "starting the copy",
                        error);
    errno = 0;
    do {
        code = sqlite3_backup_step(steps, STEP_PAGES);
    } while (code == SQLITE_OK);
    int finish = sqlite3_backup_finish(steps);
    if (code != SQLITE_DONE)
        return fail_sql(job, job->target, job->copy, code, "copying", error);
    if (finish != SQLITE_OK)
        return fail_sql(job, job->target, job->copy, finish, "copying", error);
    // One file and no log beside it; opening it as a store switches the log on again.
    code = sqlite3_exec(job->target, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return fail_sql(job, job->target, job->copy, code, "finishing the copy", error);
    if (gs_integrity_pages(job->target, job->path, error) &&
        gs_integrity_payloads(job->target, job->path, job->kind, error))
        return true;
    return gs_fail_within(error, "no backup was made to %s", job->copy);
}

static bool sync_path(const char *path, int flags)
{
    int descriptor = open(path, flags | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    bool synced = fsync(descriptor) == 0;
    int code = errno;
    close(descriptor);
    errno = code;
    return synced;
}

static bool give_name(const copy_job *job, gs_error *error)
{
    if (!sync_path(job->part, O_RDWR))
        return fail_system(job, errno, "cannot write the copy to disk", error);
    if (renameat2(AT_FDCWD, job->part, AT_FDCWD, job->copy, RENAME_NOREPLACE) != 0) {
        bool unsupported = errno == EINVAL || errno == ENOSYS;
        if (!unsupported || access(job->copy, F_OK) == 0 || rename(job->part, job->copy) != 0)
            return fail_system(job, errno == EINVAL ? EEXIST : errno, "cannot name the copy", error);
    }
    char *text = gs_duplicate(job->copy);
    bool synced = sync_path(dirname(text), O_RDONLY | O_DIRECTORY);
    free(text);
    return synced || fail_system(job, errno, "cannot write the copy's directory to disk", error);
}

bool gs_store_backup(const char *path, const char *copy, gs_error *error)
{
    copy_job job = {.path = path, .copy = copy};
    if (access(copy, F_OK) == 0)
        return gs_fail(error, GS_E_USAGE,
                       "backup of store %s to %s: the copy's file exists: name one that does not", path,
                       copy);
    gs_buffer part = {0};
    gs_buffer_format(&part, "%s.part-%ld", copy, (long)getpid());
    job.part = part.data;
    bool done = open_source(&job, error) && copy_pages(&job, error);
    sqlite3_close(job.target);
    sqlite3_close(job.source);
    done = done && give_name(&job, error);
    if (!done)
        unlink(job.part);
    gs_buffer_free(&part);
    return done;
}
