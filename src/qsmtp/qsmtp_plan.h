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
#include "modem/modem_life.h"

/* The mailbox account that the module logs in to, and its bearer. Borrowed. */
struct qsmtp_account {
	struct span server;
	unsigned port;
	bool authenticate;
	struct span user, password;
	struct span address, name;	/* name is reduced to what can be carried */
	struct span apn, apn_user, apn_password;
};

enum qsmtp_attachments {
	QSMTP_ATTACHMENTS_AUTO,		/* the file store when there is one, else the line */
	QSMTP_ATTACHMENTS_LINE,
	QSMTP_ATTACHMENTS_STORE,
};

struct qsmtp_plan_options {
	const struct modem_dialect *dialect;
	unsigned baud;			/* configured; for the time limits of data */
	int64_t command_timeout_ms;
	int64_t send_timeout_s;		/* AT+QSMTPPUT=<timeout> */
	bool verify;			/* read recipients and attachments back before PUT */
	enum qsmtp_attachments attachments;
};

/* Builds the whole dialogue of one mail into an initialised script: clear,
 * account, bearer, recipients, subject, body, attachments, read back, PUT (held
 * and committing), and the stored files deleted. Where the basis says that the
 * session is set, clear, account and bearer are left out and only the
 * recipients of the mail before are deleted. `first` and `count` choose a part
 * of the transaction's recipients (for isolating one). NULL when good; else a
 * phrase that says what cannot be carried, and the script must not be run.
 * Payloads are borrowed from the transaction. */
const char *qsmtp_plan_build(const struct qsmtp_plan_options *options,
			     const struct modem_basis *basis,
			     const struct qsmtp_account *account,
			     const struct transaction *transaction, size_t first, size_t count,
			     struct at_script *script);

/* The fault of a transaction that fitted when it was composed: the module has less
 * room since. Composed anew it fits. */
extern const char qsmtp_plan_no_room[];

/* How many octets of attachments a mail may carry now: what the line takes, or
 * what the store has room for. */
size_t qsmtp_plan_attachments_max(const struct qsmtp_plan_options *options,
				  const struct modem_basis *basis);

#endif
