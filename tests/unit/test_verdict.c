/* SPDX-License-Identifier: ISC */
#include "queue/verdict.h"

#include "rows.h"

struct row {
	const char *name;
	enum verdict_class class;
	int code;
	const char *class_name;
	bool split;
};

static const struct row table[] = {
	{ "delivered is nobody's fault", VERDICT_DELIVERED, 0, "delivered", false },
	{ "busy is nobody's fault", VERDICT_BUSY, -3, "busy", false },
	{ "the link is no recipient's fault", VERDICT_LINK, -5, "link", false },
	{ "a busy server is no recipient's fault", VERDICT_LATER, -421, "later", false },
	{ "a busy mailbox is one recipient's", VERDICT_LATER, -450, "later", true },
	{ "an unknown outcome is not split: some may have it", VERDICT_UNCERTAIN, -9, "uncertain", false },
	{ "the account is no recipient's fault", VERDICT_ACCOUNT, -535, "account", false },
	{ "an unknown mailbox is one recipient's", VERDICT_RECIPIENT, -550, "recipient", true },
	{ "too much may be so for one recipient", VERDICT_CONTENT, -552, "content", true },
	{ "a refused command may have named one recipient", VERDICT_OURS, -501, "ours", true },
	{ "a refusal for good may be for one recipient", VERDICT_NEVER, -554, "never", true },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct verdict verdict = { row->class, true, row->code, "5.0.0", "text" };

	assert_string_equal(verdict_class_name(row->class), row->class_name);
	assert_int_equal(verdict_wants_split(&verdict), row->split);
}

static void test_no_code(void **state)
{
	struct verdict verdict = { VERDICT_LATER, false, -450, "4.0.0", "text" };

	(void)state;
	assert_false(verdict_wants_split(&verdict));
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a number that does not count decides nothing", test_no_code);
	return rows_run(&rows, "verdict");
}
