/* SPDX-License-Identifier: ISC */
/* From a transaction and an account to the AT script that sends it, classic GSM
 * dialect (reference, command table). Pure. What the module cannot carry is
 * found here, before a byte is sent. */
#ifndef QSMTP_QSMTP_PLAN_H
#define QSMTP_QSMTP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at/at_script.h"
#include "base/span.h"
#include "mail/transaction.h"
#include "modem/modem_dialect.h"

/* The mailbox account that the module logs in to, and its bearer. Borrowed. */
struct qsmtp_account {
	struct span server;
	unsigned port;
	bool authenticate;
	struct span user, password;
	struct span address, name;	/* name is reduced to what can be carried */
	struct span apn, apn_user, apn_password;
};

struct qsmtp_plan_options {
	const struct modem_dialect *dialect;
	unsigned baud;			/* for the time limits of data */
	int64_t command_timeout_ms;
	int64_t send_timeout_s;		/* AT+QSMTPPUT=<timeout> */
	bool verify;			/* read recipients and attachments back before PUT */
};

/* Builds the whole dialogue of one mail into an initialised script: clear,
 * account, recipients, subject, body, attachments, bearer, read back, PUT (held
 * and committing), clear. `first` and `count` choose a part of the
 * transaction's recipients (for isolating one). NULL when good; else a phrase
 * that says what cannot be carried, and the script must not be run.
 * Payloads are borrowed from the transaction. */
const char *qsmtp_plan_build(const struct qsmtp_plan_options *options,
			     const struct qsmtp_account *account,
			     const struct transaction *transaction, size_t first, size_t count,
			     struct at_script *script);

#endif
