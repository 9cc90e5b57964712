/* SPDX-License-Identifier: ISC */
/* What the daemon would know when it gets the mail: configuration and aliases. What
 * cannot be read is taken as by default, and said. */
#ifndef CTL_PREVIEW_SETUP_H
#define CTL_PREVIEW_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "io/alias_file.h"
#include "mail/alias.h"
#include "mail/sender_name.h"
#include "mail/transaction_cost.h"

struct preview_setup {
	struct conf conf;
	const struct conf_modem *modem;		/* the first; NULL when there is none */
	const struct conf_account *account;	/* its own; NULL when there is none */
	struct alias_policy policy;
	struct alias_file aliases;
	struct span *allow;
	char mailname[256];
	char name_kept[SENDER_NAME_SIZE];
	struct span sender_name, sender_address;	/* as the module will write them */
};

/* Appends remarks, one a line. False when out of memory; the setup is to be cleared
 * in any case. */
bool preview_setup_load(const char *path, struct preview_setup *setup, struct buf *remarks);
void preview_setup_clear(struct preview_setup *setup);

/* What the attachments of one transaction may be in all. The room of a file store
 * that may or may not be there is not counted on. */
size_t preview_setup_attachments_max(const struct preview_setup *setup);

/* How its transactions are sent. */
struct transaction_cost_way preview_setup_way(const struct preview_setup *setup,
					      size_t attachments_max);

#endif
