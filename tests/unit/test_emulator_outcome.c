/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "emulator/emulator_outcome.h"

static const struct row {
	const char *name;
	enum emulator_way way;
	int reply;
	bool authenticating;
	int result;
} rows[] = {
	{ "sent is 0", EMULATOR_WAY_SENT, 250, false, 0 },
	{ "no address for the name", EMULATOR_WAY_NO_NAME, 0, false, -4 },
	{ "refused", EMULATOR_WAY_NO_CONNECTION, 0, false, -5 },
	{ "no mechanism", EMULATOR_WAY_NO_MECHANISM, 250, false, -6 },
	{ "no mechanism, whatever the server said then", EMULATOR_WAY_NO_MECHANISM, 530, false, -6 },
	{ "closed", EMULATOR_WAY_CLOSED, 354, false, -7 },
	{ "closed behind a reply: the reply counts", EMULATOR_WAY_CLOSED, 421, false, -421 },
	{ "time-out", EMULATOR_WAY_TIMEOUT, 220, false, -9 },
	{ "anything else", EMULATOR_WAY_OTHER, 0, false, -11 },
	{ "421", EMULATOR_WAY_OTHER, 421, false, -421 },
	{ "450", EMULATOR_WAY_OTHER, 450, false, -450 },
	{ "451", EMULATOR_WAY_OTHER, 451, false, -451 },
	{ "452", EMULATOR_WAY_OTHER, 452, false, -452 },
	{ "500", EMULATOR_WAY_OTHER, 500, false, -500 },
	{ "504", EMULATOR_WAY_OTHER, 504, false, -504 },
	{ "521", EMULATOR_WAY_OTHER, 521, false, -521 },
	{ "530", EMULATOR_WAY_OTHER, 530, false, -530 },
	{ "535", EMULATOR_WAY_OTHER, 535, true, -535 },
	{ "550", EMULATOR_WAY_OTHER, 550, false, -550 },
	{ "554", EMULATOR_WAY_OTHER, 554, false, -554 },
	{ "a 4xx that is not in the table", EMULATOR_WAY_OTHER, 455, false, -1 },
	{ "a 5xx that is not in the table", EMULATOR_WAY_OTHER, 571, false, -1 },
	{ "a mechanism that is too weak", EMULATOR_WAY_OTHER, 534, true, -6 },
	{ "a mechanism that wants encryption", EMULATOR_WAY_OTHER, 538, true, -6 },
	{ "the same number where it means something else", EMULATOR_WAY_OTHER, 538, false, -1 },
};

static void test_row(void **state)
{
	const struct row *row = *state;

	assert_int_equal(emulator_outcome(row->way, row->reply, row->authenticating), row->result);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, rows, test_row);
	return rows_run(&tests, "emulator_outcome");
}
