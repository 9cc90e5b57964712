/* SPDX-License-Identifier: ISC */
/* What it takes to send a transaction: octets on the serial line, the time that
 * they need there, and octets over the air. An estimate for people, good to a few
 * percent on the line; over the air it rests on assumptions that are told where
 * they are made. Pure. */
#ifndef MAIL_TRANSACTION_COST_H
#define MAIL_TRANSACTION_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "mail/transaction.h"

/* How it is sent. Texts are borrowed and may be empty. */
struct transaction_cost_way {
	unsigned baud;			/* of a line with ten bits an octet; 0: no line */
	int64_t guard_ms;		/* silence on either side of the escape */
	bool session_set;		/* the account is still that of the mail before */
	bool verify;			/* recipients and attachments are read back */
	bool by_store;			/* attachments go through the module's files */
	bool authenticate;
	struct span server, user, address, name, apn, apn_user;
	unsigned port;
	size_t password_octets, apn_password_octets;
};

struct transaction_cost {
	size_t line_octets;		/* both directions */
	size_t commands;		/* each waits for its answer */
	int64_t line_ms;		/* without the time that the network takes */
	size_t air_octets;		/* both directions, with TCP/IP */
};

struct transaction_cost transaction_cost_reckon(const struct transaction *transaction,
						const struct transaction_cost_way *way);

/* Adds one to a sum. */
void transaction_cost_add(struct transaction_cost *sum, const struct transaction_cost *cost);

#endif
