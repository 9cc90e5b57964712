/* SPDX-License-Identifier: ISC */
#include "io/sync_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include <event2/event.h>

#include "rows.h"

struct errand {
	struct sync_job job;
	pthread_barrier_t *meeting;	/* waits for another thread there; may be NULL */
	pthread_t worked_in, settled_in;
	int answer, result;
	int *settled;			/* counts; this one's place was `place` */
	int place;
	struct sync_pool *pool;		/* goes again `again` times */
	int again;
};

static int work(struct sync_job *job)
{
	struct errand *errand = (struct errand *)job;

	if (errand->meeting)
		pthread_barrier_wait(errand->meeting);
	errand->worked_in = pthread_self();
	return errand->answer;
}

static void on_done(struct sync_job *job, int result)
{
	struct errand *errand = (struct errand *)job;

	errand->settled_in = pthread_self();
	errand->result = result;
	errand->place = (*errand->settled)++;
	if (errand->again > 0) {
		errand->again--;
		sync_pool_submit(errand->pool, &errand->job);
	}
}

static void submit(struct sync_pool *pool, struct errand *errand, int answer, int *settled)
{
	*errand = (struct errand){
		.job = { .work = work, .done = on_done },
		.meeting = errand->meeting,
		.answer = answer,
		.settled = settled,
		.pool = pool,
		.again = errand->again,
	};
	sync_pool_submit(pool, &errand->job);
}

static void run_until(struct event_base *base, const int *settled, int count)
{
	while (*settled < count)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
}

static void test_one(void **state)
{
	struct event_base *base = event_base_new();
	struct sync_pool *pool = sync_pool_new(base, 2);
	struct errand errand = { 0 };
	int settled = 0;

	(void)state;
	submit(pool, &errand, -EIO, &settled);
	assert_int_equal(settled, 0);
	run_until(base, &settled, 1);
	assert_int_equal(errand.result, -EIO);
	assert_false(pthread_equal(errand.worked_in, pthread_self()));
	assert_true(pthread_equal(errand.settled_in, pthread_self()));
	sync_pool_free(pool);
	event_base_free(base);
}

static void test_order(void **state)
{
	static struct errand errands[500];
	struct event_base *base = event_base_new();
	struct sync_pool *pool = sync_pool_new(base, 1);
	int settled = 0;

	(void)state;
	for (int i = 0; i < 500; i++)
		submit(pool, &errands[i], i, &settled);
	run_until(base, &settled, 500);
	for (int i = 0; i < 500; i++) {
		assert_int_equal(errands[i].result, i);
		assert_int_equal(errands[i].place, i);
	}
	sync_pool_free(pool);
	event_base_free(base);
}

/* Both only end when both run: with one thread this would never end. */
static void test_side_by_side(void **state)
{
	struct event_base *base = event_base_new();
	struct sync_pool *pool = sync_pool_new(base, 2);
	struct errand errands[2] = { 0 };
	pthread_barrier_t meeting;
	int settled = 0;

	(void)state;
	pthread_barrier_init(&meeting, NULL, 2);
	for (int i = 0; i < 2; i++) {
		errands[i].meeting = &meeting;
		submit(pool, &errands[i], i, &settled);
	}
	run_until(base, &settled, 2);
	assert_false(pthread_equal(errands[0].worked_in, errands[1].worked_in));
	sync_pool_free(pool);
	event_base_free(base);
	pthread_barrier_destroy(&meeting);
}

static void test_free_waits(void **state)
{
	static struct errand errands[100];
	struct event_base *base = event_base_new();
	struct sync_pool *pool = sync_pool_new(base, 3);
	int settled = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		errands[i].again = i == 99 ? 5 : 0;
		submit(pool, &errands[i], i, &settled);
	}
	sync_pool_free(pool);
	assert_int_equal(settled, 105);
	event_base_free(base);
}

static void test_idle(void **state)
{
	struct event_base *base = event_base_new();
	struct sync_pool *pool = sync_pool_new(base, 4);

	(void)state;
	assert_non_null(pool);
	sync_pool_free(pool);
	sync_pool_free(NULL);
	event_base_free(base);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "a job runs in a thread and is settled in the loop", test_one);
	ROWS_ADD(&rows, "one thread keeps the order of many", test_order);
	ROWS_ADD(&rows, "two threads work side by side", test_side_by_side);
	ROWS_ADD(&rows, "an end waits for all, also for what a settlement submits", test_free_waits);
	ROWS_ADD(&rows, "a pool without work ends at once", test_idle);
	return rows_run(&rows, "sync_pool");
}
