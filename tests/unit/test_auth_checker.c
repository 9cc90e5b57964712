/* SPDX-License-Identifier: ISC */
#include "io/auth_checker.h"

#include <event2/event.h>
#include <stdio.h>

#include "rows.h"
#include "smtp/smtp_guesses.h"
#include "smtp/smtp_users.h"

/* The passwords are "x" and "right"; cheap, so that the tests are quick. */
static const char users_text[] =
	"yes:$y$j75$JynM27Jcg4gAaf8Tbdg4W/$Kk6VRrvw98yUrV4TJU1JcEOHESjW59zCrHhx63.S.J1\n"
	"sha:$6$UswYzpjzU1pA7b5q$AG.Na/Ea/OZu7J4Z9bzwXlz1HsCYoR/"
	"L.yy8fCUW8nyyYNk9JEZOVLU56tvpjHvXlvT3C.nGTlxhqAJnjEF9S.\n";

struct bench {
	struct event_base *base;
	struct auth_checker *checker;
	struct smtp_users *users;
	unsigned answers;
	enum auth_verdict verdict;	/* the last */
};

static void open_bench(struct bench *bench)
{
	struct buf complaints = BUF_INIT(1000);

	*bench = (struct bench){ .base = event_base_new() };
	bench->checker = auth_checker_new(bench->base);
	bench->users = smtp_users_parse("users", span_of(users_text), &complaints);
	assert_non_null(bench->checker);
	assert_non_null(bench->users);
}

static void close_bench(struct bench *bench)
{
	auth_checker_free(bench->checker);
	smtp_users_free(bench->users);
	event_base_free(bench->base);
}

static void on_answered(void *context, enum auth_verdict verdict)
{
	struct bench *bench = context;

	bench->answers++;
	bench->verdict = verdict;
}

static struct auth_check *ask(struct bench *bench, const char *address, struct span user,
			      struct span password)
{
	struct auth_question question = {
		.address = address,
		.user = user,
		.password = password,
		.answered = on_answered,
		.context = bench,
	};

	return auth_checker_ask(bench->checker, bench->users, &question);
}

static void wait_for(struct bench *bench, unsigned answers)
{
	while (bench->answers < answers)
		event_base_loop(bench->base, EVLOOP_ONCE);
}

struct row {
	const char *name;
	struct span user, password;
	enum auth_verdict verdict;
};

#define TEXT(text) { text, sizeof(text) - 1 }

static char long_password[4096]; /* crypt(3) takes 511 octets */

static const struct row table[] = {
	{ "the right password of yescrypt", TEXT("yes"), TEXT("x"), AUTH_RIGHT },
	{ "the right password of SHA-512", TEXT("sha"), TEXT("right"), AUTH_RIGHT },
	{ "a wrong one of yescrypt", TEXT("yes"), TEXT("X"), AUTH_WRONG },
	{ "a wrong one of SHA-512", TEXT("sha"), TEXT("wrong"), AUTH_WRONG },
	{ "none", TEXT("sha"), TEXT(""), AUTH_WRONG },
	{ "a part of it", TEXT("sha"), TEXT("righ"), AUTH_WRONG },
	{ "more than it", TEXT("sha"), TEXT("right "), AUTH_WRONG },
	{ "it, and something behind a NUL", TEXT("sha"), TEXT("right\0"), AUTH_WRONG },
	{ "one that is longer than crypt(3) takes", TEXT("sha"),
	  { long_password, sizeof(long_password) }, AUTH_WRONG },
	{ "a stranger with the password of his stand-in", TEXT("stranger"), TEXT("right"), AUTH_WRONG },
	{ "another stranger with the password of his stand-in", TEXT("strangers"), TEXT("right"),
	  AUTH_WRONG },
	{ "a stranger with the other password", TEXT("stranger"), TEXT("x"), AUTH_WRONG },
	{ "another stranger with the other password", TEXT("strangers"), TEXT("x"), AUTH_WRONG },
	{ "no name", TEXT(""), TEXT("right"), AUTH_WRONG },
};

static void a_password_is_checked(void **state)
{
	const struct row *row = *state;
	struct bench bench;

	open_bench(&bench);
	assert_non_null(ask(&bench, "192.0.2.1", row->user, row->password));
	assert_int_equal(bench.answers, 0);
	wait_for(&bench, 1);
	assert_int_equal(bench.verdict, row->verdict);
	close_bench(&bench);
}

static void the_loop_goes_on_and_all_are_answered(void **state)
{
	struct bench bench;
	char address[32] = "192.0.2.0";

	(void)state;
	open_bench(&bench);
	for (char last = '0'; last <= '9'; last++) {
		address[8] = last;
		assert_non_null(ask(&bench, address, span_of("sha"), span_of("right")));
	}
	wait_for(&bench, 10);
	assert_int_equal(bench.verdict, AUTH_RIGHT);
	close_bench(&bench);
}

static void too_many_at_once_are_put_off(void **state)
{
	struct bench bench;
	char address[32];

	(void)state;
	open_bench(&bench);
	for (unsigned i = 0; i <= AUTH_CHECKER_WAITING_MAX; i++) {
		snprintf(address, sizeof(address), "192.0.2.%u", i);
		assert_non_null(ask(&bench, address, span_of("sha"), span_of("right")));
	}
	/* All have their turn in the same round; the last finds no room. */
	wait_for(&bench, 1);
	assert_int_equal(bench.verdict, AUTH_BUSY);
	wait_for(&bench, AUTH_CHECKER_WAITING_MAX + 1);
	assert_int_equal(bench.verdict, AUTH_RIGHT);
	close_bench(&bench);
}

static void a_forgotten_one_is_not_answered_but_counts(void **state)
{
	struct bench bench;
	struct auth_check *check;

	(void)state;
	open_bench(&bench);
	/* Four wrong ones at once, begun and given up. */
	for (unsigned i = 0; i < SMTP_GUESSES_AT_ONCE; i++) {
		check = ask(&bench, "192.0.2.1", span_of("sha"), span_of("wrong"));
		event_base_loop(bench.base, EVLOOP_ONCE);
		auth_checker_forget(check);
	}
	/* One of another address comes behind them. */
	ask(&bench, "192.0.2.2", span_of("sha"), span_of("right"));
	wait_for(&bench, 1);
	assert_int_equal(bench.verdict, AUTH_RIGHT);
	/* Now the first address has to wait for seconds: not answered meanwhile. */
	check = ask(&bench, "192.0.2.1", span_of("sha"), span_of("right"));
	event_base_loop(bench.base, EVLOOP_ONCE);
	ask(&bench, "192.0.2.2", span_of("sha"), span_of("right"));
	wait_for(&bench, 2);
	auth_checker_forget(check);
	assert_int_equal(bench.answers, 2);
	close_bench(&bench);
}

static void one_is_forgotten_before_its_turn(void **state)
{
	struct bench bench;

	(void)state;
	open_bench(&bench);
	auth_checker_forget(ask(&bench, "192.0.2.1", span_of("sha"), span_of("right")));
	event_base_loop(bench.base, EVLOOP_NONBLOCK);
	assert_int_equal(bench.answers, 0);
	close_bench(&bench);
}

int main(void)
{
	static struct rows rows;

	memset(long_password, 'x', sizeof(long_password));
	ROWS_ADD_TABLE(&rows, table, a_password_is_checked);
	ROWS_ADD(&rows, "the loop goes on, and all are answered",
		 the_loop_goes_on_and_all_are_answered);
	ROWS_ADD(&rows, "too many at once are put off", too_many_at_once_are_put_off);
	ROWS_ADD(&rows, "a forgotten one is not answered, but counts",
		 a_forgotten_one_is_not_answered_but_counts);
	ROWS_ADD(&rows, "one is forgotten before its turn", one_is_forgotten_before_its_turn);
	return rows_run(&rows, "passwords");
}
