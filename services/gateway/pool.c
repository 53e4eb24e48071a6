// pool: one queue in, one list out, one lock for both.
#include "pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { WAITING_MOST = 1024 };

typedef struct worker {
    gw_pool *pool;
    gw_db *db; // owned
    pthread_t thread;
    bool running;
} worker;

struct gw_pool {
    gw_pool_options options;
    pthread_mutex_t lock;
    pthread_cond_t work;
    gw_job *first, *last; // to be done
    size_t waiting;
    gw_job *finished;
    bool stop;
    worker *workers;
};

void gw_job_free(gw_job *job)
{
    free(job->path);
    free(job->query);
    free(job->base);
    free(job->accept);
    free(job->if_none_match);
    gw_answer_clear(&job->answer);
    free(job);
}

static void answer(worker *self, gw_job *job)
{
    const gw_pool_options *options = &self->pool->options;
    const gw_request request = {.path = job->path,
                                .query = gs_view_of(job->query),
                                .base = job->base,
                                .accept = job->accept,
                                .if_none_match = job->if_none_match};
    if (options->other == NULL || !options->other(options->context, job->path, &job->answer)) {
        gw_api_answer(self->db, &request, options->query_ms, &job->answer);
    }
}

static gw_job *take(gw_pool *self)
{
    pthread_mutex_lock(&self->lock);
    while (self->first == NULL && !self->stop) {
        pthread_cond_wait(&self->work, &self->lock);
    }
    gw_job *job = self->stop ? NULL : self->first;
    if (job != NULL) {
        self->first = job->next;
        self->last = self->first == NULL ? NULL : self->last;
        self->waiting--;
    }
    pthread_mutex_unlock(&self->lock);
    return job;
}

static void *work(void *context)
{
    worker *self = context;
    gw_pool *pool = self->pool;
    for (gw_job *job = take(pool); job != NULL; job = take(pool)) {
        answer(self, job);
        pthread_mutex_lock(&pool->lock);
        job->next = pool->finished;
        pool->finished = job;
        pthread_mutex_unlock(&pool->lock);
        const uint64_t one = 1;
        if (write(pool->options.done_fd, &one, sizeof one) < 0) {
            continue; // the counter is full: then it is readable anyway
        }
    }
    return NULL;
}

gw_pool *gw_pool_new(const gw_pool_options *options, gs_error *error)
{
    gw_pool *self = gs_allocate(sizeof *self);
    self->options = *options;
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->work, NULL);
    self->workers = gs_allocate(options->threads * sizeof *self->workers);
    for (uint32_t i = 0; i < options->threads; i++) {
        worker *each = &self->workers[i];
        each->pool = self;
        each->db = gw_db_open(options->store, true, error);
        each->running = each->db != NULL && pthread_create(&each->thread, NULL, work, each) == 0;
        if (!each->running) {
            if (each->db != NULL) {
                gs_fail(error, GS_E_IO, "a thread for queries cannot be started");
            }
            gw_pool_free(&self);
            return NULL;
        }
    }
    return self;
}

static void free_list(gw_job *job)
{
    while (job != NULL) {
        gw_job *next = job->next;
        gw_job_free(job);
        job = next;
    }
}

void gw_pool_free(gw_pool **self_p)
{
    gw_pool *self = *self_p;
    if (self == NULL) {
        return;
    }
    pthread_mutex_lock(&self->lock);
    self->stop = true;
    pthread_cond_broadcast(&self->work);
    pthread_mutex_unlock(&self->lock);
    for (uint32_t i = 0; i < self->options.threads; i++) {
        if (self->workers[i].running) {
            pthread_join(self->workers[i].thread, NULL);
        }
        gw_db_close(&self->workers[i].db);
    }
    free_list(self->first);
    free_list(self->finished);
    pthread_cond_destroy(&self->work);
    pthread_mutex_destroy(&self->lock);
    free(self->workers);
    free(self);
    *self_p = NULL;
}

bool gw_pool_submit(gw_pool *self, gw_job *job)
{
    pthread_mutex_lock(&self->lock);
    const bool room = self->waiting < WAITING_MOST;
    if (room) {
        job->next = NULL;
        if (self->last != NULL) {
            self->last->next = job;
        } else {
            self->first = job;
        }
        self->last = job;
        self->waiting++;
        pthread_cond_signal(&self->work);
    }
    pthread_mutex_unlock(&self->lock);
    return room;
}

gw_job *gw_pool_finished(gw_pool *self)
{
    pthread_mutex_lock(&self->lock);
    gw_job *list = self->finished;
    self->finished = NULL;
    pthread_mutex_unlock(&self->lock);
    return list;
}
