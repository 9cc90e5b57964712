/* SPDX-License-Identifier: ISC */
#include "modem/modem_hear.h"

#include "at/at_reply.h"
#include "modem/modem_probe.h"
#include "modem/modem_settle.h"

void modem_hear_begin(struct modem_life *life)
{
	life->speaks = false;
	life->sim = MODEM_SIM_UNKNOWN;
	life->has_pin_tries = false;
	life->gsm = MODEM_REGISTRATION_UNKNOWN;
	life->gprs = MODEM_REGISTRATION_UNKNOWN;
	life->has_room = false;
	life->file_count = 0;
	if (life->script == MODEM_SCRIPT_BASE) {
		life->facts.model[0] = '\0';
		life->facts.firmware[0] = '\0';
	} else if (life->script == MODEM_SCRIPT_ICCID) {
		life->iccid[0] = '\0';
		life->iccid_doubtful = false;
	}
}

static void hear_base(struct modem_life *life, const char *label, struct span line)
{
	const struct modem_dialect *dialect = life->options.dialect;
	struct span fields;

	if (strcmp(label, "PROBE") == 0 && at_reply_fields(line, dialect->probe_info, &fields))
		life->speaks = life->speaks || span_starts(fields, dialect->probe_answer);
	else if (strcmp(label, "CGMM") == 0)
		modem_facts_read_text(line, "+CGMM:", life->facts.model,
				      sizeof(life->facts.model));
	else if (strcmp(label, "CGMR") == 0)
		modem_facts_read_text(line, "+CGMR:", life->facts.firmware,
				      sizeof(life->facts.firmware));
}

static void hear_network(struct modem_life *life, const char *label, struct span line)
{
	if (strcmp(label, "CSQ") == 0)
		modem_facts_read_signal(line, &life->facts);
	else if (strcmp(label, "CREG") == 0)
		life->gsm = modem_facts_read_registration(line, "+CREG:");
	else if (strcmp(label, "CGREG") == 0)
		life->gprs = modem_facts_read_registration(line, "+CGREG:");
}

static void hear_iccid(struct modem_life *life, struct span line)
{
	char iccid[MODEM_ICCID_SIZE];

	if (!modem_facts_read_iccid(line, iccid))
		return;
	if (life->iccid[0] != '\0' && strcmp(life->iccid, iccid) != 0)
		life->iccid_doubtful = true;
	strcpy(life->iccid, iccid);
}

void modem_hear(struct modem_life *life, const char *label, struct span line)
{
	switch (life->script) {
	case MODEM_SCRIPT_BASE:
		hear_base(life, label, line);
		break;
	case MODEM_SCRIPT_STORE:
	case MODEM_SCRIPT_SWEEP:
		modem_probe_hear_store(life, label, line);
		break;
	case MODEM_SCRIPT_SIM:
		life->sim = modem_facts_read_sim(line);
		break;
	case MODEM_SCRIPT_ICCID:
		hear_iccid(life, line);
		break;
	case MODEM_SCRIPT_PIN_TRIES:
		if (modem_facts_read_pin_tries(line, &life->pin_tries))
			life->has_pin_tries = true;
		break;
	case MODEM_SCRIPT_NETWORK:
		hear_network(life, label, line);
		break;
	case MODEM_SCRIPT_OPERATOR:
		modem_facts_read_operator(line, &life->facts);
		break;
	case MODEM_SCRIPT_POLL:
		modem_settle_hear(life, line);
		break;
	case MODEM_SCRIPT_BAUD:
	case MODEM_SCRIPT_GUARD:
	case MODEM_SCRIPT_SIZE:
	case MODEM_SCRIPT_PIN:
	case MODEM_SCRIPT_QUIET:
	case MODEM_SCRIPT_TIDY:
	case MODEM_SCRIPT_CONTEXT:
	case MODEM_SCRIPT_RADIO:
	case MODEM_SCRIPT_RESTART:
	case MODEM_SCRIPT_LISTEN:
	case MODEM_SCRIPTS:
		break;
	}
}
