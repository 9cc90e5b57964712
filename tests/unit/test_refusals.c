/* SPDX-License-Identifier: ISC */
#include "queue/refusals.h"

#include "rows.h"

struct step {
	const char *id;
	enum verdict_class class;
	int code;
	bool account;		/* what refusals_note() is to answer */
};

struct row {
	const char *name;
	struct step steps[6];
};

static const struct row table[] = {
	{ "three different messages in a row are the account's trouble",
	  { { "1", VERDICT_NEVER, -554, false }, { "2", VERDICT_NEVER, -554, false },
	    { "3", VERDICT_NEVER, -554, true } } },
	{ "the same message three times is one message",
	  { { "1", VERDICT_NEVER, -554, false }, { "1", VERDICT_NEVER, -554, false },
	    { "1", VERDICT_NEVER, -554, false } } },
	{ "a delivery in between starts the count anew",
	  { { "1", VERDICT_NEVER, -554, false }, { "2", VERDICT_NEVER, -554, false },
	    { "3", VERDICT_DELIVERED, 0, false }, { "4", VERDICT_NEVER, -554, false } } },
	{ "another code in between starts the count anew",
	  { { "1", VERDICT_NEVER, -554, false }, { "2", VERDICT_NEVER, -554, false },
	    { "3", VERDICT_RECIPIENT, -550, false }, { "4", VERDICT_NEVER, -554, false } } },
	{ "link trouble in between says nothing of the server",
	  { { "1", VERDICT_NEVER, -554, false }, { "2", VERDICT_NEVER, -554, false },
	    { "2", VERDICT_LINK, -5, false }, { "3", VERDICT_NEVER, -554, true } } },
	{ "other permanent codes never count",
	  { { "1", VERDICT_RECIPIENT, -550, false }, { "2", VERDICT_RECIPIENT, -550, false },
	    { "3", VERDICT_RECIPIENT, -550, false } } },
	{ "a fourth one is still the account's trouble",
	  { { "1", VERDICT_NEVER, -554, false }, { "2", VERDICT_NEVER, -554, false },
	    { "3", VERDICT_NEVER, -554, true }, { "4", VERDICT_NEVER, -554, true } } },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct refusals refusals = { 0 };

	for (size_t i = 0; i < 6 && row->steps[i].id; i++) {
		const struct step *step = &row->steps[i];
		struct verdict verdict = { step->class, true, step->code, "5.0.0", "text" };

		assert_int_equal(refusals_note(&refusals, step->id, &verdict), step->account);
	}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	return rows_run(&rows, "refusals");
}
