/* SPDX-License-Identifier: ISC */
#include "modem/modem_facts.h"

#include <stdint.h>

#include "at/at_reply.h"

#define ICCID_DIGITS_MIN 18	/* modem.md, 8 */

static void copy_printable(struct span text, char *out, size_t size)
{
	text = span_trim(text);
	span_copy(text, out, size);
	for (char *at = out; *at != '\0'; at++) {
		if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	}
}

void modem_facts_read_text(struct span line, const char *prefix, char *out, size_t size)
{
	struct span fields;
	struct span field;

	if (!at_reply_fields(line, prefix, &fields))
		field = line;	/* most modules print it bare: "Quectel_M95" */
	else if (!at_reply_next_field(&fields, &field))
		return;
	copy_printable(field, out, size);
}

void modem_facts_read_operator(struct span line, struct modem_facts *facts)
{
	struct span fields;
	struct span field = { NULL, 0 };

	if (!at_reply_fields(line, "+COPS:", &fields))
		return;
	for (int i = 0; i < 3; i++) {
		if (!at_reply_next_field(&fields, &field))
			return;
	}
	copy_printable(field, facts->operator_name, sizeof(facts->operator_name));
}

/* 27.007, 8.5: 0-31 in steps of 2 dBm from -113, 99 unknown; Quectel prints
 * 100-191 in steps of 1 dBm from -116 on some networks. */
void modem_facts_read_signal(struct span line, struct modem_facts *facts)
{
	struct span fields;
	int64_t value;

	if (!at_reply_fields(line, "+CSQ:", &fields) || !at_reply_number(fields, &value))
		return;
	facts->has_signal = true;
	if (value >= 0 && value <= 31)
		facts->signal_dbm = -113 + 2 * (int)value;
	else if (value >= 100 && value <= 191)
		facts->signal_dbm = -116 + (int)value - 100;
	else
		facts->has_signal = false;
}

enum modem_registration modem_facts_read_registration(struct span line, const char *prefix)
{
	static const enum modem_registration by_stat[] = {
		MODEM_REGISTRATION_NONE, MODEM_REGISTRATION_HOME, MODEM_REGISTRATION_SEARCHING,
		MODEM_REGISTRATION_DENIED, MODEM_REGISTRATION_UNKNOWN, MODEM_REGISTRATION_ROAMING,
	};
	struct span fields, rest, field;
	int64_t stat;

	if (!at_reply_fields(line, prefix, &fields))
		return MODEM_REGISTRATION_UNKNOWN;
	rest = fields;
	if (!at_reply_next_field(&rest, &field))
		return MODEM_REGISTRATION_UNKNOWN;
	/* A quote behind the first number is the cell of the unsolicited form,
	 * which begins with <stat>. */
	if (rest.at != NULL && !span_starts(span_trim(rest), "\""))
		at_reply_next_field(&rest, &field);
	if (!span_number(span_trim(field), 0, 5, &stat))
		return MODEM_REGISTRATION_UNKNOWN;
	return by_stat[stat];
}

enum modem_sim modem_facts_read_sim(struct span line)
{
	static const struct {
		const char *text;
		enum modem_sim sim;
	} known[] = {
		{ "READY", MODEM_SIM_READY },
		{ "SIM PIN", MODEM_SIM_WANTS_PIN },
		{ "SIM PUK", MODEM_SIM_WANTS_PUK },
		{ "NOT INSERTED", MODEM_SIM_ABSENT },
		{ "NOT READY", MODEM_SIM_BUSY },
	};
	struct span fields;

	if (!at_reply_fields(line, "+CPIN:", &fields))
		return MODEM_SIM_UNKNOWN;
	fields = span_trim(fields);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (span_is_nocase(fields, known[i].text))
			return known[i].sim;
	}
	/* SIM PIN2, PH-SIM PIN, PH-NET PIN ...: no PIN of ours belongs there. */
	return MODEM_SIM_LOCKED;
}

enum modem_sim modem_facts_sim_of_error(int number)
{
	switch (number) {
	case 10:
		return MODEM_SIM_ABSENT;
	case 11:
		return MODEM_SIM_WANTS_PIN;
	case 12:
		return MODEM_SIM_WANTS_PUK;
	case 5: case 6: case 7: case 17: case 18:
		return MODEM_SIM_LOCKED;
	case 14:
		return MODEM_SIM_BUSY;
	default:
		return MODEM_SIM_UNKNOWN;
	}
}

bool modem_facts_read_pin_tries(struct span line, int *tries)
{
	struct span fields, field;
	int64_t value;

	if (at_reply_fields(line, "+QPINC:", &fields)) {
		if (!at_reply_next_field(&fields, &field) || !span_is(field, "SC"))
			return false;
	} else if (!at_reply_fields(line, "+QTRPIN:", &fields)) {
		return false;
	}
	if (!at_reply_next_field(&fields, &field) ||
	    !span_number(span_trim(field), 0, 99, &value))
		return false;
	*tries = (int)value;
	return true;
}

bool modem_facts_read_iccid(struct span line, char iccid[static MODEM_ICCID_SIZE])
{
	struct span fields = line, field;
	size_t digits = 0;

	if (!at_reply_fields(line, "+QCCID:", &fields))
		at_reply_fields(line, "+CCID:", &fields);
	if (!at_reply_next_field(&fields, &field))
		return false;
	while (digits < field.length && field.at[digits] >= '0' && field.at[digits] <= '9')
		digits++;
	for (size_t i = digits; i < field.length; i++)
		if (field.at[i] != 'F' && field.at[i] != 'f')
			return false;
	if (digits < ICCID_DIGITS_MIN || digits >= MODEM_ICCID_SIZE)
		return false;
	return span_copy(span_take(field, digits), iccid, MODEM_ICCID_SIZE);
}

enum modem_registration modem_facts_best(enum modem_registration a, enum modem_registration b)
{
	/* The enum is in the order of what decides. */
	return a > b ? a : b;
}

const char *modem_registration_name(enum modem_registration registration)
{
	switch (registration) {
	case MODEM_REGISTRATION_UNKNOWN:
		return "unknown";
	case MODEM_REGISTRATION_NONE:
		return "none";
	case MODEM_REGISTRATION_SEARCHING:
		return "searching";
	case MODEM_REGISTRATION_DENIED:
		return "denied";
	case MODEM_REGISTRATION_HOME:
		return "home";
	case MODEM_REGISTRATION_ROAMING:
		return "roaming";
	}
	return "unknown";
}
