/* SPDX-License-Identifier: ISC */
#include "io/auth_checker.h"

#include <arpa/inet.h>
#include <crypt.h>
#include <errno.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "io/clock.h"
#include "io/sync_pool.h"
#include "smtp/smtp_guesses.h"
#include "smtp/smtp_users.h"

struct auth_checker {
	struct event_base *base;
	struct sync_pool *thread;
	struct smtp_guesses guesses;
	size_t working;		/* checks that the thread has or will have */
};

struct auth_check {
	struct sync_job job;	/* first: the pool knows nothing else of it */
	struct auth_checker *checker;
	struct event *turn;
	char address[INET6_ADDRSTRLEN];
	char password[CRYPT_MAX_PASSPHRASE_SIZE];
	char *hash;
	bool possible;		/* the user is there, and the password may be one */
	bool right;
	bool is_working;
	void (*answered)(void *context, enum auth_verdict verdict);	/* NULL: forgotten */
	void *context;
};

static void free_check(struct auth_check *check)
{
	if (check->turn != NULL)
		event_free(check->turn);
	if (check->hash != NULL)
		explicit_bzero(check->hash, strlen(check->hash));
	free(check->hash);
	explicit_bzero(check, sizeof(*check));
	free(check);
}

static void answer(struct auth_check *check, enum auth_verdict verdict)
{
	void (*answered)(void *context, enum auth_verdict verdict) = check->answered;
	void *context = check->context;

	free_check(check);
	if (answered != NULL)
		answered(context, verdict);
}

/* Looks at all octets, however early they differ. */
static bool is_same(const char *a, const char *b)
{
	size_t length = strlen(a);
	unsigned char differing = 0;

	if (strlen(b) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		differing |= (unsigned char)(a[i] ^ b[i]);
	return differing == 0;
}

/* In the thread. */
static int work(struct sync_job *job)
{
	struct auth_check *check = (struct auth_check *)job;
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash;
	int result = 0;

	if (data == NULL)
		return -ENOMEM;
	/* Of crypt(3)'s family the one that tells a failure by NULL. */
	hash = crypt_rn(check->password, check->hash, data, sizeof(*data));
	if (hash == NULL)
		result = errno ? -errno : -EINVAL;
	else
		check->right = is_same(hash, check->hash);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return result;
}

static void on_worked(struct sync_job *job, int result)
{
	struct auth_check *check = (struct auth_check *)job;
	struct auth_checker *checker = check->checker;
	struct span address = span_of(check->address);
	bool right = check->right && check->possible;

	checker->working--;
	if (result < 0)
		smtp_guesses_dropped(&checker->guesses, address);
	else if (right)
		smtp_guesses_right(&checker->guesses, address);
	else
		smtp_guesses_wrong(&checker->guesses, address, clock_boot_ms());
	answer(check, result < 0 ? AUTH_BUSY : right ? AUTH_RIGHT : AUTH_WRONG);
}

static void start_work(struct auth_check *check)
{
	struct auth_checker *checker = check->checker;

	check->job.work = work;
	check->job.done = on_worked;
	check->is_working = true;
	checker->working++;
	sync_pool_submit(checker->thread, &check->job);
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
	struct auth_check *check = context;
	struct auth_checker *checker = check->checker;
	int64_t wait_ms;

	(void)fd;
	(void)what;
	if (checker->working >= AUTH_CHECKER_WAITING_MAX) {
		answer(check, AUTH_BUSY);
		return;
	}
	wait_ms = smtp_guesses_begin(&checker->guesses, span_of(check->address), clock_boot_ms());
	if (wait_ms == SMTP_GUESSES_CUT_OFF) {
		answer(check, AUTH_CUT_OFF);
	} else if (wait_ms > 0) {
		event_add(check->turn, &(struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 });
	} else {
		start_work(check);
	}
}

/* A user who is not there is looked for as long as one who is. */
static bool take_question(struct auth_check *check, const struct smtp_users *users,
			  const struct auth_question *question)
{
	const char *hash = smtp_users_find(users, question->user);
	struct span password = question->password;

	check->possible = hash != NULL && span_index(password, '\0') == password.length &&
			  password.length < sizeof(check->password);
	if (hash == NULL)
		hash = smtp_users_stand_in(users, question->user);
	span_copy(password, check->password, sizeof(check->password));
	span_copy(span_of(question->address), check->address, sizeof(check->address));
	check->hash = strdup(hash ? hash : "");
	check->answered = question->answered;
	check->context = question->context;
	return check->hash != NULL;
}

struct auth_check *auth_checker_ask(struct auth_checker *checker, const struct smtp_users *users,
				    const struct auth_question *question)
{
	struct auth_check *check = calloc(1, sizeof(*check));

	if (check == NULL)
		return NULL;
	check->checker = checker;
	check->turn = event_new(checker->base, -1, 0, on_turn, check);
	if (check->turn == NULL || !take_question(check, users, question)) {
		free_check(check);
		return NULL;
	}
	event_active(check->turn, 0, 0);
	return check;
}

void auth_checker_forget(struct auth_check *check)
{
	/* What the thread looks at counts, or hanging up early would make guesses free. */
	check->answered = NULL;
	if (!check->is_working)
		free_check(check);
}

struct auth_checker *auth_checker_new(struct event_base *base)
{
	struct auth_checker *checker = calloc(1, sizeof(*checker));

	if (checker == NULL)
		return NULL;
	checker->base = base;
	checker->thread = sync_pool_new(base, 1);
	if (checker->thread == NULL) {
		free(checker);
		return NULL;
	}
	return checker;
}

void auth_checker_free(struct auth_checker *checker)
{
	if (checker == NULL)
		return;
	sync_pool_free(checker->thread);
	free(checker);
}
