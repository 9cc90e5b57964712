/* SPDX-License-Identifier: ISC */
#include "io/sync_pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <event2/event.h>

/* First in, first out. */
struct job_list {
	struct sync_job *first, *last;
};

struct sync_pool {
	pthread_mutex_t lock;		/* guards all down to `stopping` */
	pthread_cond_t wanted;		/* there is a job, or stopping */
	pthread_cond_t ended;		/* a job ended */
	struct job_list waiting, finished;
	bool stopping;
	size_t unsettled;		/* submitted, `done` not yet called; the loop's own */
	int wake_fd;			/* eventfd: something finished */
	struct event *wake_event;
	unsigned thread_count;
	pthread_t threads[];
};

static void put_last(struct job_list *list, struct sync_job *job)
{
	job->next = NULL;
	if (list->first)
		list->last->next = job;
	else
		list->first = job;
	list->last = job;
}

static struct sync_job *take_first(struct job_list *list)
{
	struct sync_job *job = list->first;

	if (job)
		list->first = job->next;
	return job;
}

static void wake_loop(struct sync_pool *pool)
{
	uint64_t one = 1;
	ssize_t written;

	/* A lost call would leave a client waiting. A full counter is none: then
	 * the loop is awake. */
	do
		written = write(pool->wake_fd, &one, sizeof(one));
	while (written < 0 && errno != EAGAIN);
}

static void *run_thread(void *context)
{
	struct sync_pool *pool = context;
	struct sync_job *job;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (pool->waiting.first == NULL && !pool->stopping)
			pthread_cond_wait(&pool->wanted, &pool->lock);
		job = take_first(&pool->waiting);
		if (job == NULL)
			break;
		pthread_mutex_unlock(&pool->lock);
		job->result = job->work(job);
		pthread_mutex_lock(&pool->lock);
		put_last(&pool->finished, job);
		pthread_cond_signal(&pool->ended);
		wake_loop(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* Calls `done` of all that finished. A `done` may submit anew. */
static void settle_finished(struct sync_pool *pool)
{
	struct job_list finished;
	struct sync_job *job;

	pthread_mutex_lock(&pool->lock);
	finished = pool->finished;
	pool->finished = (struct job_list){ 0 };
	pthread_mutex_unlock(&pool->lock);
	while ((job = take_first(&finished))) {
		pool->unsettled--;
		job->done(job, job->result);
	}
}

static void on_wake(evutil_socket_t fd, short what, void *context)
{
	uint64_t count;

	(void)what;
	/* Only clears the counter; when that fails, this is called again. */
	if (read(fd, &count, sizeof(count)) < 0)
		count = 0;
	settle_finished(context);
}

/* Signals are the loop's: with them blocked here, none interrupts a sync. */
static int start_threads(struct sync_pool *pool, unsigned threads)
{
	sigset_t all, before;
	int error = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (error == 0 && pool->thread_count < threads) {
		error = pthread_create(&pool->threads[pool->thread_count], NULL, run_thread, pool);
		if (error == 0)
			pool->thread_count++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void stop_threads(struct sync_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->wanted);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
}

static void dispose(struct sync_pool *pool)
{
	stop_threads(pool);
	if (pool->wake_event)
		event_free(pool->wake_event);
	if (pool->wake_fd >= 0)
		close(pool->wake_fd);
	pthread_cond_destroy(&pool->wanted);
	pthread_cond_destroy(&pool->ended);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

struct sync_pool *sync_pool_new(struct event_base *base, unsigned threads)
{
	struct sync_pool *pool = calloc(1, sizeof(*pool) + threads * sizeof(pthread_t));
	int error = ENOMEM;

	if (pool == NULL)
		return NULL;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wanted, NULL);
	pthread_cond_init(&pool->ended, NULL);
	pool->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pool->wake_fd < 0) {
		error = errno;
		goto failed;
	}
	pool->wake_event = event_new(base, pool->wake_fd, EV_READ | EV_PERSIST, on_wake, pool);
	if (pool->wake_event == NULL || event_add(pool->wake_event, NULL) < 0)
		goto failed;
	error = start_threads(pool, threads);
	if (error == 0)
		return pool;
failed:
	dispose(pool);
	errno = error;
	return NULL;
}

static void wait_for_finished(struct sync_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (pool->finished.first == NULL)
		pthread_cond_wait(&pool->ended, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

void sync_pool_free(struct sync_pool *pool)
{
	if (pool == NULL)
		return;
	while (pool->unsettled > 0) {
		wait_for_finished(pool);
		settle_finished(pool);
	}
	dispose(pool);
}

void sync_pool_submit(struct sync_pool *pool, struct sync_job *job)
{
	pool->unsettled++;
	pthread_mutex_lock(&pool->lock);
	put_last(&pool->waiting, job);
	pthread_cond_signal(&pool->wanted);
	pthread_mutex_unlock(&pool->lock);
}
