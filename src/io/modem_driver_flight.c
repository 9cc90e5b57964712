/* SPDX-License-Identifier: ISC */
#include "io/modem_driver_inside.h"

#include <stdio.h>

#include "io/clock.h"

static void dump(struct modem_driver *driver, const char *why)
{
	modem_dump_write(&driver->dump, driver->recorder, modem_life_facts(driver->life), why,
			 clock_boot_ms());
}

/* Of a mail: what is worth a look afterwards. A server that refuses is not. */
static bool is_failure(enum at_chat_outcome outcome)
{
	switch (outcome) {
	case AT_CHAT_TIMEOUT:
	case AT_CHAT_BROKEN_DATA:
	case AT_CHAT_RESET:
	case AT_CHAT_LOST:
	case AT_CHAT_MISMATCH:
		return true;
	case AT_CHAT_OK:
	case AT_CHAT_ERROR:
	case AT_CHAT_RESULT:
	case AT_CHAT_CANCELLED:
	case AT_CHAT_UNSAFE:
		return false;
	}
	return false;
}

void modem_driver_note_end(struct modem_driver *driver, const struct at_chat_result *result)
{
	char said[120], number[24] = "";

	if (result->has_code)
		snprintf(number, sizeof(number), " %d", result->code);
	snprintf(said, sizeof(said), "%s: %s%s%s%.60s", driver->mail ? "mail" : "script",
		 at_chat_outcome_name(result->outcome), number, result->label ? " at " : "",
		 result->label ? result->label : "");
	modem_trace_note(&driver->trace, clock_boot_ms(), "%s", said);
	if (driver->mail && is_failure(result->outcome))
		dump(driver, said);
}

void modem_driver_note_state(struct modem_driver *driver)
{
	enum modem_state state = modem_life_state(driver->life);
	const char *why = modem_life_why(driver->life);

	modem_trace_note(&driver->trace, clock_boot_ms(), "%s%s%s", modem_state_name(state),
			 why[0] ? ": " : "", why);
	if (state == MODEM_RECOVERING)
		dump(driver, why);
}
