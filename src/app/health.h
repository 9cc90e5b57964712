/* SPDX-License-Identifier: ISC */
/* What verdicts say about the link of a modem and about the account, apart from
 * the message they were about: opens and closes the modem's breaker and the
 * account's gate, and logs it when that is news. */
#ifndef APP_HEALTH_H
#define APP_HEALTH_H

#include <stdint.h>

#include "queue/breaker.h"
#include "queue/refusals.h"
#include "queue/verdict.h"
#include "queue/verdict_memory.h"

/* The account's gate is a breaker with one wait, `account-retry`: while it is
 * open nothing goes out through the account, but one mail every while. */
struct health_account {
	const char *name;	/* borrowed */
	struct breaker gate;
	struct refusals refusals;
	struct verdict_memory memory;
	char text[200];		/* why it is held, for people; "" when it is not */
};

void health_account_init(struct health_account *account, const char *name, int64_t retry_ms);

/* `modem` is the name of the one whose link it is. */
void health_judge(struct breaker *link, struct health_account *account, const char *modem,
		  const struct verdict *verdict);

#endif
