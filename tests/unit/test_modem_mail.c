/* SPDX-License-Identifier: ISC */
#include "modem/modem_mail.h"

#include "modem_world.h"

#define WENT OF(AT_CHAT_OK, NULL, .synced = true)

struct session_row {
	const char *name;
	struct event events[3];
	int64_t asked_ms;
	bool session_set, bring_bearer_up;
};

static const struct session_row sessions[] = {
	{ "no session stands at the start", { { 0 } }, 10000, false, false },
	{ "a session that a mail left stands", { { 10000, MAIL, NULL, 1, WENT } }, 12500, true,
	  false },
	{ "a mail that leaves none leaves none", { { 10000, MAIL, NULL, 0, WENT } }, 12500, false,
	  false },
	{ "a session ends when it is tidied away", { { 10000, MAIL, NULL, 1, WENT } }, 13200,
	  false, false },
	{ "a session ends with the next mail's failure", { { 10000, MAIL, NULL, 1, WENT },
	  { 12500, MAIL, NULL, 1, AT_PUT(-550) } }, 14700, false, false },
	{ "a session ends with a start of the module", { { 10000, MAIL, NULL, 1, WENT },
	  { 12200, BOOT, NULL, 0, { 0 } } }, 12500, false, false },
	{ "a session ends with a power-down", { { 10000, MAIL, NULL, 1, WENT },
	  { 12200, SAY, "NORMAL POWER DOWN", 0, { 0 } } }, 12500, false, false },
	{ "a session ends with the line", { { 10000, MAIL, NULL, 1, WENT },
	  { 12200, UNPLUG, NULL, 0, { 0 } } }, 12500, false, false },
	{ "a session ends with the operator's reset", { { 10000, MAIL, NULL, 1, WENT },
	  { 12200, RESET, NULL, 0, { 0 } } }, 12500, false, false },
	{ "a session does not end with a line that means nothing",
	  { { 10000, MAIL, NULL, 1, WENT }, { 12200, SAY, "RING", 0, { 0 } } }, 12500, true,
	  false },
	{ "a session is not kept while a mail is sent", { { 10000, MAIL, NULL, 1, WENT },
	  { 12500, MAIL, NULL, 1, WENT } }, 13000, false, false },
	{ "one network failure is left to PUT", { { 10000, MAIL, NULL, 1, AT_PUT(-5) } }, 15000,
	  false, false },
	{ "after the second the bearer is brought up by hand",
	  { { 10000, MAIL, NULL, 1, AT_PUT(-5) }, { 20000, MAIL, NULL, 1, AT_PUT(-8) } }, 25000,
	  false, true },
	{ "a success ends that", { { 10000, MAIL, NULL, 1, AT_PUT(-5) },
	  { 20000, MAIL, NULL, 1, AT_PUT(-4) }, { 30000, MAIL, NULL, 1, WENT } }, 32500, true,
	  false },
};

static void test_session(void **state)
{
	const struct session_row *row = *state;
	struct row world_row = { .until_ms = row->asked_ms };
	struct modem_basis basis;
	struct world world;

	memcpy(world_row.events, row->events, sizeof(row->events));
	begin(&world, &world_row);
	live(&world);
	basis = modem_life_basis(world.life);
	assert_int_equal(basis.session_set, row->session_set);
	assert_int_equal(basis.bring_bearer_up, row->bring_bearer_up);
	end_world(&world);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, sessions, test_session);
	return rows_run(&rows, "modem_mail");
}
