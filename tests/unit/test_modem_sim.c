/* SPDX-License-Identifier: ISC */
#include "modem/modem_sim.h"

#include "modem_world.h"

static const struct row table[] = {
	{ .name = "a missing SIM is told and waited for", .until_ms = 30000,
	  .states = "absent syncing sim", .cpin = "ERROR 10", .why = "no SIM" },
	{ .name = "a SIM that is put in is noticed", .until_ms = 60000,
	  .states = UP, .cpin = "ERROR 10", .events = { { 30000, CPIN, "READY", 0, { 0 } } } },
	{ .name = "a SIM that stays away is worth a radio restart", .until_ms = 200000,
	  .states = "absent syncing sim recovering syncing sim", .cpin = "NOT INSERTED",
	  .ran = "AT+CFUN=0 AT+CFUN=1" },
	{ .name = "a SIM that is busy is asked again soon", .until_ms = 10000, .states = UP,
	  .cpin = "ERROR 14", .events = { { 3000, CPIN, "READY", 0, { 0 } } } },
	{ .name = "a PUK is never sent, and nothing is reset for it", .until_ms = 30 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "SIM PUK", .pin = "1234", .why = "PUK",
	  .not_ran = "AT+CPIN=" },
	{ .name = "a network lock is left to people", .until_ms = 30 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "PH-NET PIN", .pin = "1234",
	  .not_ran = "AT+CPIN=" },

	{ .name = "a PIN is entered where 3 tries are left", .until_ms = 10000, .states = UP,
	  .cpin = "SIM PIN", .pin = "1234", .tries = 3, .pins_sent = 1,
	  .memory_after = MODEM_PIN_ACCEPTED },
	{ .name = "a PIN is entered where no counter is", .until_ms = 10000, .states = UP,
	  .cpin = "SIM PIN", .pin = "1234", .pins_sent = 1, .memory_after = MODEM_PIN_ACCEPTED },
	{ .name = "a PIN is not entered with 2 tries left", .until_ms = 30 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "SIM PIN", .pin = "1234", .tries = 2,
	  .why = "fewer than 3" },
	{ .name = "a PIN that was accepted before is not entered with 2 tries left either",
	  .until_ms = 30 * MINUTE_MS, .states = "absent syncing sim", .cpin = "SIM PIN",
	  .pin = "1234", .tries = 2, .memory = MODEM_PIN_ACCEPTED,
	  .memory_after = MODEM_PIN_ACCEPTED },
	{ .name = "a wrong PIN is entered once", .until_ms = 60 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "SIM PIN", .pin = "1234", .wrong_pin = true,
	  .pins_sent = 1, .memory_after = MODEM_PIN_REFUSED, .why = "refused" },
	{ .name = "a wrong PIN is entered once though the counter says 3", .tries = 3,
	  .until_ms = 60 * MINUTE_MS, .states = "absent syncing sim", .cpin = "SIM PIN",
	  .pin = "1234", .wrong_pin = true, .pins_sent = 1, .memory_after = MODEM_PIN_REFUSED },
	{ .name = "a wrong PIN is not entered again after the plug was pulled",
	  .until_ms = 60 * MINUTE_MS, .states = "absent syncing sim absent syncing sim",
	  .cpin = "SIM PIN", .pin = "1234", .wrong_pin = true, .pins_sent = 1,
	  .memory_after = MODEM_PIN_REFUSED, .events = { { 10000, UNPLUG, NULL, 0, { 0 } } } },
	{ .name = "a PIN refused in an earlier run is not entered", .until_ms = 60 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "SIM PIN", .pin = "1234", .tries = 3,
	  .memory = MODEM_PIN_REFUSED, .memory_after = MODEM_PIN_REFUSED, .why = "before" },
	{ .name = "a PIN whose outcome was never seen is not entered without a counter",
	  .until_ms = 60 * MINUTE_MS, .states = "absent syncing sim", .cpin = "SIM PIN",
	  .pin = "1234", .memory = MODEM_PIN_TRYING, .memory_after = MODEM_PIN_TRYING,
	  .why = "not seen" },
	{ .name = "a PIN whose outcome was never seen is entered where 3 tries are left",
	  .until_ms = 10000, .states = UP, .cpin = "SIM PIN", .pin = "1234", .tries = 3,
	  .memory = MODEM_PIN_TRYING, .memory_after = MODEM_PIN_ACCEPTED, .pins_sent = 1 },
	{ .name = "a ready SIM shows that the PIN tried before was right", .until_ms = 10000,
	  .states = UP, .pin = "1234", .memory = MODEM_PIN_TRYING,
	  .memory_after = MODEM_PIN_ACCEPTED },
	{ .name = "a PIN that cannot be noted is not tried", .until_ms = 60 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "SIM PIN", .pin = "1234", .disk_full = true,
	  .why = "state folder" },
	{ .name = "a full disk does not hold up a SIM that is ready", .until_ms = 10000,
	  .states = UP, .pin = "1234", .disk_full = true, .memory = MODEM_PIN_TRYING,
	  .memory_after = MODEM_PIN_TRYING },
	{ .name = "a PIN with letters is not tried", .until_ms = 10 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "SIM PIN", .pin = "12a4", .why = "digits" },
	{ .name = "a PIN with a quote is not tried", .until_ms = 10 * MINUTE_MS,
	  .states = "absent syncing sim", .cpin = "SIM PIN", .pin = "1\"\r23" },
	{ .name = "a PIN is missing", .until_ms = 10 * MINUTE_MS, .states = "absent syncing sim",
	  .cpin = "SIM PIN", .why = "set pin-file", .not_ran = "AT+CPIN=" },
	{ .name = "a person enters the PIN", .until_ms = 60000, .states = UP, .cpin = "SIM PIN",
	  .events = { { 20000, CPIN, "READY", 0, { 0 } } } },
};

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, table, world_test_row);
	return rows_run(&rows, "modem_sim");
}
