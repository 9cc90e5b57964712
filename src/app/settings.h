/* SPDX-License-Identifier: ISC */
/* From the configuration to each room's own options: reads the secrets and the
 * aliases, and keeps together what a reload swaps as a whole. The rooms never
 * see struct conf. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "io/alias_file.h"
#include "io/conf_file.h"
#include "io/modem_driver.h"
#include "mail/alias.h"
#include "qsmtp/qsmtp_plan.h"
#include "queue/retry.h"

#define SETTINGS_PROBLEM_SIZE 256

/* One modem with its account, ready to be used, or with a problem that keeps it
 * from being used. */
struct settings_modem {
	const struct conf_modem *conf;
	struct qsmtp_account account;		/* borrows from here */
	struct qsmtp_plan_options plan;
	struct modem_driver_options driver;
	char password[CONF_SECRET_MAX], apn_password[CONF_SECRET_MAX];
	char problem[SETTINGS_PROBLEM_SIZE];	/* what to change; "" when it is usable */
};

struct settings {
	struct conf conf;
	struct alias_file aliases;
	bool aliases_broken;	/* the file could not be read: there are none */
	struct alias_policy policy;
	struct span *allow;
	char mailname[256];	/* /etc/mailname, or "" */
	struct retry_policy retry;
	struct settings_modem *modems;
	size_t modem_count;
};

/* Reads everything. NULL when the configuration has a mistake or when out of memory.
 * Mistakes are in `complaints`, a line each, and so are those of the aliases files,
 * which do not stop it. A secret that cannot be read is logged, and the modem
 * concerned has a problem. The caller frees it. */
struct settings *settings_load(const char *path, struct buf *complaints);

/* Reads the aliases anew when a file of theirs has changed. One that is broken or
 * gone leaves them as they are; what happens is logged unless `quiet`. */
void settings_refresh_aliases(struct settings *settings, bool quiet);

/* After a reload: when the aliases file was broken, those that were in force stay. */
void settings_keep_aliases(struct settings *fresh, struct settings *old);

/* Wipes the secrets, too. */
void settings_free(struct settings *settings);

#endif
