/* SPDX-License-Identifier: ISC */
/* What the module says about itself and its network, read from its answer
 * lines. Everything in it comes from outside: texts are cut and made printable,
 * numbers out of their range are "unknown". Pure. */
#ifndef MODEM_MODEM_FACTS_H
#define MODEM_MODEM_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "at/at_chat.h"
#include "base/span.h"

enum modem_registration {
	MODEM_REGISTRATION_UNKNOWN,
	MODEM_REGISTRATION_NONE,
	MODEM_REGISTRATION_SEARCHING,
	MODEM_REGISTRATION_DENIED,
	MODEM_REGISTRATION_HOME,
	MODEM_REGISTRATION_ROAMING,
};

struct modem_facts {
	char model[48], firmware[48], operator_name[48];
	bool has_signal;
	int signal_dbm;
	enum modem_registration registration;
	unsigned baud;			/* at which it answers; 0: not known */
	enum at_known bare_escape_ends;	/* "+++" needs no silence around it */
	enum at_known size_ends_data;	/* of an attachment whose size was told */
	bool has_store;			/* the module takes files (QFUPL) */
	int64_t store_free_octets;
};

/* What AT+CPIN? says; 3GPP TS 27.007, 8.3. */
enum modem_sim {
	MODEM_SIM_UNKNOWN,
	MODEM_SIM_READY,
	MODEM_SIM_WANTS_PIN,
	MODEM_SIM_WANTS_PUK,
	MODEM_SIM_LOCKED,	/* a lock to a network, or another code that only a person has */
	MODEM_SIM_ABSENT,
	MODEM_SIM_BUSY,
};

/* Each takes one whole answer line; another line than the expected changes
 * nothing. */
void modem_facts_read_text(struct span line, const char *prefix, char *out, size_t size);
void modem_facts_read_operator(struct span line, struct modem_facts *facts);
void modem_facts_read_signal(struct span line, struct modem_facts *facts);

/* Of a solicited answer: "<n>,<stat>[,...]" or "<stat>" (27.007, 7.2). */
enum modem_registration modem_facts_read_registration(struct span line, const char *prefix);

enum modem_sim modem_facts_read_sim(struct span line);

/* The number of +CME ERROR to AT+CPIN?, as the same states (27.007, 9.2). */
enum modem_sim modem_facts_sim_of_error(int number);

/* Tries left for the PIN from "+QPINC: "SC",3,10" or "+QTRPIN: 3,...". */
bool modem_facts_read_pin_tries(struct span line, int *tries);

#define MODEM_ICCID_SIZE 23	/* 18 to 22 digits */

/* The number of the SIM card, from "+QCCID: 89...", "+CCID: 89..." or the bare
 * digits; what may stand behind them to fill the last octet (F) is left out. */
bool modem_facts_read_iccid(struct span line, char iccid[static MODEM_ICCID_SIZE]);

/* Of GSM and GPRS registration the one that decides: roaming in any counts as
 * roaming, since it may cost; else home in any is enough. */
enum modem_registration modem_facts_best(enum modem_registration a, enum modem_registration b);

const char *modem_registration_name(enum modem_registration registration);

#endif
