/* SPDX-License-Identifier: ISC */
/* A mail on its way out of the module: all that the relay needs, and what the
 * log says of it, as a copy that owes nothing to the draft. Pure but for
 * iconv(3), which knows GB2312 and BIG5. */
#ifndef EMULATOR_EMULATOR_MAIL_H
#define EMULATOR_EMULATOR_MAIL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "emulator/emulator_draft.h"
#include "emulator/emulator_store.h"

struct emulator_mail {
	unsigned holds;		/* besides the first; see emulator_mail_hold() */
	unsigned number;	/* from 1, in the order of the PUTs */
	char *sender;
	char *recipients[EMULATOR_RECIPIENTS_MAX];
	size_t recipient_count;
	bool authenticate;
	char *user, *password;
	struct buf message;
	json_t *record;		/* for the log; holds no password */
};

/* NULL when a stored attachment is missing. */
struct emulator_mail *emulator_mail_new(const struct emulator_draft *draft,
					const struct emulator_store *store, bool authenticate,
					unsigned number);

/* Another owner, who frees it in turn: all in the same thread. */
struct emulator_mail *emulator_mail_hold(struct emulator_mail *mail);
void emulator_mail_free(struct emulator_mail *mail);

#endif
