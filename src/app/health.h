/* SPDX-License-Identifier: ISC */
/* What verdicts say about the link of a modem and about the account, apart from
 * the message they were about: opens and closes the breaker and the account's
 * gate, and logs it when that is news. */
#ifndef APP_HEALTH_H
#define APP_HEALTH_H

#include "queue/breaker.h"
#include "queue/verdict.h"

/* The account's gate is a breaker with one wait, `account-retry`: while it is
 * open all output is held, and one mail tries it every while. */
struct health_account {
	struct breaker gate;
	char text[200];		/* why it is held, for people; "" when it is not */
};

struct health_names {
	const char *modem, *account;
};

void health_judge(struct breaker *link, struct health_account *account,
		  const struct health_names *names, const struct verdict *verdict);

#endif
