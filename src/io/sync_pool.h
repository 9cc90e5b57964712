/* SPDX-License-Identifier: ISC */
/* A few threads that do nothing but make files durable, so that the loop never
 * waits for a disk and many sessions share one commit of the file system; and
 * another pool, of one, that hashes passwords. A job is a function that runs in
 * a thread and touches only what it was given; its answer comes back in the loop. */
#ifndef IO_SYNC_POOL_H
#define IO_SYNC_POOL_H

struct event_base;
struct sync_pool;
struct sync_job;

/* Runs in a thread: 0 or a negative errno. */
typedef int (*sync_pool_work)(struct sync_job *job);
/* Runs in the loop, in the order in which jobs end; may free the job. */
typedef void (*sync_pool_done)(struct sync_job *job, int result);

/* Lies as the first member in what the job is about, so that taking a job
 * cannot fail. */
struct sync_job {
	sync_pool_work work;
	sync_pool_done done;
	int result;		/* the pool's own, as is the next */
	struct sync_job *next;
};

/* NULL when threads or descriptors cannot be had; errno tells. */
struct sync_pool *sync_pool_new(struct event_base *base, unsigned threads);

/* Waits until all jobs are done and their `done` was called, also of those
 * that a `done` submits. */
void sync_pool_free(struct sync_pool *pool);

/* Never calls `done` from within. The job belongs to the pool until then. */
void sync_pool_submit(struct sync_pool *pool, struct sync_job *job);

#endif
