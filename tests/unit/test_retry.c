/* SPDX-License-Identifier: ISC */
#include "queue/retry.h"

#include "rows.h"

#define MINUTE 60000
#define DAY INT64_C(86400000)

static const struct retry_policy policy = {
	.waits_ms = { MINUTE, 2 * MINUTE, 5 * MINUTE },
	.wait_count = 3,
	.expire_ms = 5 * DAY,
	.resend_uncertain = true,
};

struct row {
	const char *name;
	enum verdict_class class;
	struct retry_history history;
	unsigned jitter;
	struct retry_decision decision;
};

static const struct row table[] = {
	{ "delivered is done", VERDICT_DELIVERED, { 0, 0, false, 0, false }, 0, { RETRY_DONE, 0, false } },
	{ "delivered is done at any age", VERDICT_DELIVERED, { 9, 1, true, 9 * DAY, false }, 0,
	  { RETRY_DONE, 0, false } },
	{ "a busy module is waited for", VERDICT_BUSY, { 9, 0, false, 9 * DAY, false }, 999,
	  { RETRY_NOW, 5000, false } },
	{ "the link is the breaker's business at any age", VERDICT_LINK, { 9, 0, false, 9 * DAY, false }, 0,
	  { RETRY_OPEN_BREAKER, 0, false } },
	{ "later is the first wait at first", VERDICT_LATER, { 0, 0, false, 0, false }, 0,
	  { RETRY_AFTER, MINUTE, false } },
	{ "later is the second wait then", VERDICT_LATER, { 1, 0, false, MINUTE, false }, 0,
	  { RETRY_AFTER, 2 * MINUTE, false } },
	{ "the last wait repeats", VERDICT_LATER, { 40, 0, false, DAY, false }, 0,
	  { RETRY_AFTER, 5 * MINUTE, false } },
	{ "the dice stretch a wait by a tenth at most", VERDICT_LATER, { 0, 0, false, 0, false }, 999,
	  { RETRY_AFTER, MINUTE + 5994, false } },
	{ "dice out of bounds stretch no further", VERDICT_LATER, { 0, 0, false, 0, false }, 1999,
	  { RETRY_AFTER, MINUTE + 5994, false } },
	{ "at the age of expiry it is tried again", VERDICT_LATER, { 9, 0, false, 5 * DAY, false }, 0,
	  { RETRY_AFTER, 5 * MINUTE, false } },
	{ "past it it is given up", VERDICT_LATER, { 9, 0, false, 5 * DAY + 1, false }, 0,
	  { RETRY_FAIL, 0, true } },
	{ "a mail that was never tried does not expire", VERDICT_LATER, { 0, 0, false, 9 * DAY, false }, 0,
	  { RETRY_AFTER, MINUTE, false } },
	{ "nothing expires while the clock is in doubt", VERDICT_LATER, { 9, 0, false, 6 * DAY, true }, 0,
	  { RETRY_AFTER, 5 * MINUTE, false } },
	{ "nor does what is uncertain", VERDICT_UNCERTAIN, { 9, 0, false, 30 * DAY, true }, 0,
	  { RETRY_RESEND_MARKED, 5 * MINUTE, false } },
	{ "but a machine whose clock is never right does not try for ever", VERDICT_LATER,
	  { 9, 0, false, 30 * DAY + 1, true }, 0, { RETRY_FAIL, 0, true } },
	{ "an age below zero does not expire", VERDICT_LATER, { 9, 0, false, -DAY, false }, 0,
	  { RETRY_AFTER, 5 * MINUTE, false } },
	{ "uncertain is sent again, marked", VERDICT_UNCERTAIN, { 1, 0, false, 0, false }, 0,
	  { RETRY_RESEND_MARKED, 2 * MINUTE, false } },
	{ "uncertain expires as well", VERDICT_UNCERTAIN, { 1, 0, false, 6 * DAY, false }, 0,
	  { RETRY_FAIL, 0, true } },
	{ "the account's trouble never fails a mail", VERDICT_ACCOUNT, { 9, 0, false, 9 * DAY, false }, 0,
	  { RETRY_HOLD_ACCOUNT, 0, false } },
	{ "a bad recipient fails at once", VERDICT_RECIPIENT, { 0, 0, false, 0, false }, 0,
	  { RETRY_FAIL, 0, false } },
	{ "too much is degraded once", VERDICT_CONTENT, { 0, 0, false, 0, false }, 0,
	  { RETRY_DEGRADE, 0, false } },
	{ "too much even so fails", VERDICT_CONTENT, { 0, 0, true, 0, false }, 0, { RETRY_FAIL, 0, false } },
	{ "ours is tried once more", VERDICT_OURS, { 0, 0, false, 0, false }, 0, { RETRY_NOW, 0, false } },
	{ "ours twice in a row fails", VERDICT_OURS, { 0, 1, false, 0, false }, 0, { RETRY_FAIL, 0, false } },
	{ "refused for good fails", VERDICT_NEVER, { 0, 0, false, 0, false }, 0, { RETRY_FAIL, 0, false } },
};

static void check(const struct retry_policy *by, const struct row *row)
{
	struct verdict verdict = { row->class, true, -1, "4.0.0", "text" };
	struct retry_decision decision = retry_decide(by, &row->history, &verdict, row->jitter);

	assert_int_equal(decision.action, row->decision.action);
	assert_int_equal(decision.wait_ms, row->decision.wait_ms);
	assert_int_equal(decision.expired, row->decision.expired);
}

static void test_row(void **state)
{
	check(&policy, *state);
}

static void test_uncertain_fails(void **state)
{
	struct retry_policy strict = policy;
	static const struct row row = { "", VERDICT_UNCERTAIN, { 0, 0, false, 0, false }, 0,
					{ RETRY_FAIL, 0, false } };

	(void)state;
	strict.resend_uncertain = false;
	check(&strict, &row);
}

static void test_never_expires(void **state)
{
	struct retry_policy patient = policy;
	static const struct row row = { "", VERDICT_LATER, { 900, 0, false, 900 * DAY, false }, 0,
					{ RETRY_AFTER, 5 * MINUTE, false } };

	(void)state;
	patient.expire_ms = 0;
	check(&patient, &row);
}

struct split_row {
	const char *name;
	enum verdict_class class;
	int code;
	enum retry_action action;
	bool expired;
	size_t recipients;
	bool split;
};

static const struct split_row splits[] = {
	{ "a refusal of several is split", VERDICT_RECIPIENT, -550, RETRY_FAIL, false, 2, true },
	{ "a refusal of one is believed", VERDICT_RECIPIENT, -550, RETRY_FAIL, false, 1, false },
	{ "-450 of several is split", VERDICT_LATER, -450, RETRY_AFTER, false, 2, true },
	{ "-451 of several is not", VERDICT_LATER, -451, RETRY_AFTER, false, 2, false },
	{ "degrading comes first", VERDICT_CONTENT, -552, RETRY_DEGRADE, false, 2, false },
	{ "then content is split", VERDICT_CONTENT, -552, RETRY_FAIL, false, 2, true },
	{ "setting up anew comes first", VERDICT_OURS, -501, RETRY_NOW, false, 2, false },
	{ "what is too old is not split", VERDICT_LATER, -450, RETRY_FAIL, true, 2, false },
};

static void test_split(void **state)
{
	const struct split_row *row = *state;
	struct retry_decision decision = { .action = row->action, .expired = row->expired };
	struct verdict verdict = { row->class, true, row->code, "4.0.0", "text" };

	assert_int_equal(retry_wants_split(&decision, &verdict, row->recipients), row->split);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, splits, test_split);

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "uncertain = fail fails", test_uncertain_fails);
	ROWS_ADD(&rows, "expire = 0 means never", test_never_expires);
	return rows_run(&rows, "retry");
}
