/* SPDX-License-Identifier: ISC */
/* Breakers of modems and gates of accounts: what a verdict opens and closes, and
 * that it opens nothing of others. */
#include "app/health.h"

#include "rows.h"

#define LINK_WAIT_MS 5000
#define ACCOUNT_WAIT_MS 900000

struct row {
	const char *name;
	enum verdict_class class;
	bool has_code;
	bool link_fails, account_fails;	/* on what worked */
	bool link_heals, account_heals;	/* on what did not */
};

static const struct row table[] = {
	{ "a delivery heals both", VERDICT_DELIVERED, true, false, false, true, true },
	{ "a failed link says nothing of the account", VERDICT_LINK, true, true, false, false, false },
	{ "a silent module is a failed link", VERDICT_UNCERTAIN, false, true, false, false, false },
	{ "a time-out that the module told is none", VERDICT_UNCERTAIN, true, false, false, false,
	  false },
	{ "a refused account shows that the link works", VERDICT_ACCOUNT, true, false, true, true,
	  false },
	{ "a server that has no time let us in", VERDICT_LATER, true, false, false, true, true },
	{ "so did one that refuses a recipient", VERDICT_RECIPIENT, true, false, false, true, true },
	{ "so did one that refuses the content", VERDICT_CONTENT, true, false, false, true, true },
	{ "so did one that refuses the mail", VERDICT_NEVER, true, false, false, true, true },
	{ "a busy module says nothing", VERDICT_BUSY, true, false, false, false, false },
	{ "a fault of ours says nothing", VERDICT_OURS, true, false, false, false, false },
};

static const struct verdict *verdict_of(const struct row *row)
{
	static struct verdict verdict;

	verdict = (struct verdict){ row->class, row->has_code, -999, "4.0.0", "as the row says" };
	return &verdict;
}

static struct breaker make_link(void)
{
	static const int64_t wait_ms = LINK_WAIT_MS;
	struct breaker link;

	breaker_init(&link, &wait_ms, 1);
	return link;
}

static struct health_account make_account(const char *name)
{
	struct health_account account;

	health_account_init(&account, name, ACCOUNT_WAIT_MS);
	return account;
}

static void test_on_what_works(void **state)
{
	const struct row *row = *state;
	struct breaker link = make_link();
	struct health_account account = make_account("main");

	health_judge(&link, &account, "gsm0", verdict_of(row));
	assert_int_equal(link.state != BREAKER_CLOSED, row->link_fails);
	assert_int_equal(account.gate.state != BREAKER_CLOSED, row->account_fails);
	assert_string_equal(account.text, row->account_fails ? "as the row says (-999)" : "");
}

static void test_on_what_does_not(void **state)
{
	const struct row *row = *state;
	struct breaker link = make_link();
	struct health_account account = make_account("main");

	breaker_on_failure(&link, 0);
	breaker_on_failure(&account.gate, 0);
	health_judge(&link, &account, "gsm0", verdict_of(row));
	assert_int_equal(link.state == BREAKER_CLOSED, row->link_heals);
	assert_int_equal(account.gate.state == BREAKER_CLOSED, row->account_heals);
}

static void test_two_accounts(void **state)
{
	static const struct verdict refused = { VERDICT_ACCOUNT, true, -535, "4.7.8", "refused" };
	static const struct verdict sent = { VERDICT_DELIVERED, true, 0, "2.0.0", "taken" };
	struct breaker first = make_link(), second = make_link();
	struct health_account main_account = make_account("main"), spare = make_account("spare");

	(void)state;
	health_judge(&first, &main_account, "gsm0", &refused);
	health_judge(&second, &spare, "gsm1", &sent);
	assert_int_equal(main_account.gate.state, BREAKER_OPEN);
	assert_string_equal(main_account.text, "refused (-535)");
	assert_int_equal(spare.gate.state, BREAKER_CLOSED);
	assert_string_equal(spare.text, "");
	health_judge(&first, &main_account, "gsm0", &sent);
	assert_int_equal(main_account.gate.state, BREAKER_CLOSED);
	assert_string_equal(main_account.text, "");
}

static void test_two_counts(void **state)
{
	static const struct verdict refused = { VERDICT_NEVER, true, REFUSALS_CODE, "5.0.0", "no" };
	struct health_account main_account = make_account("main"), spare = make_account("spare");

	(void)state;
	assert_false(refusals_note(&main_account.refusals, "1", &refused));
	assert_false(refusals_note(&spare.refusals, "2", &refused));
	assert_false(refusals_note(&main_account.refusals, "3", &refused));
	assert_false(refusals_note(&spare.refusals, "4", &refused));
	assert_true(refusals_note(&main_account.refusals, "5", &refused));
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_on_what_works);
	ROWS_ADD_TABLE(&rows, table, test_on_what_does_not);
	ROWS_ADD(&rows, "a held account holds no other one", test_two_accounts);
	ROWS_ADD(&rows, "refusals of two accounts are counted apart", test_two_counts);
	return rows_run(&rows, "health");
}
