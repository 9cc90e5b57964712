/* SPDX-License-Identifier: ISC */
#include "modem/modem_mail.h"

#include <string.h>

#include "modem/modem_probe.h"

#define SYNC_PATIENCE_MS 15000
#define NETWORK_FAILURES_RADIO 3
#define NETWORK_FAILURES_RESTART 6

/* -4, -5, -8: the bearer is taken down, the next PUT brings it up. Often it is
 * the network or the mail server, so the module is reset twice at most. */
static void after_network_failure(struct modem_life *life, int code)
{
	life->network_failures++;
	life->network_code = code;
	if (life->network_failures == NETWORK_FAILURES_RADIO)
		modem_ladder_skip_to(&life->ladder, MODEM_RUNG_RADIO);
	else if (life->network_failures == NETWORK_FAILURES_RESTART)
		modem_ladder_skip_to(&life->ladder, MODEM_RUNG_RESTART);
	else {
		modem_course_tidy_soon(life, MODEM_SCRIPT_CONTEXT);
		return;
	}
	modem_course_fail(life, true, "the network failed several mails in a row: "
				      "check apn, server and coverage");
}

static void after_result(struct modem_life *life, const struct at_chat_result *result)
{
	bool at_put = result->label != NULL && strcmp(result->label, "QSMTPPUT") == 0;

	if (result->code == -3) {
		modem_course_wait_while_busy(life);
		return;
	}
	life->busies = 0;
	if (result->code == -4 || result->code == -5 || result->code == -8) {
		after_network_failure(life, result->code);
	} else {
		if (at_put) {
			life->network_failures = 0;
			modem_course_note_success(life);
		}
		modem_course_tidy_soon(life, MODEM_SCRIPT_TIDY);
	}
}

void modem_mail_end(struct modem_life *life, const struct at_chat_result *result)
{
	life->beats = 0;
	modem_probe_learn(life, result);
	switch (result->outcome) {
	case AT_CHAT_OK:
		life->network_failures = 0;
		life->busies = 0;
		modem_course_note_success(life);
		modem_course_tidy_soon(life, MODEM_SCRIPT_TIDY);
		life->session_set = life->leaves_session;
		break;
	case AT_CHAT_RESULT:
		after_result(life, result);
		break;
	case AT_CHAT_ERROR:
	case AT_CHAT_MISMATCH:
		modem_course_sync(life, 0, SYNC_PATIENCE_MS);
		modem_course_say(life, "is set up anew after trouble at %s",
				 result->label ? result->label : "a command");
		break;
	case AT_CHAT_CANCELLED:
	case AT_CHAT_UNSAFE:
		modem_course_tidy_soon(life, MODEM_SCRIPT_TIDY);
		break;
	case AT_CHAT_RESET:
		modem_course_after_restart(life);
		break;
	case AT_CHAT_TIMEOUT:
	case AT_CHAT_BROKEN_DATA:
	case AT_CHAT_LOST:
		modem_course_fail(life, result->synced,
				  "the module did not answer in the middle of a mail");
		break;
	}
}
