/* SPDX-License-Identifier: ISC */
/* What differs between families of modules, as const tables: limits, forms and
 * bring-up scripts. No code anywhere asks for a model. */
#ifndef MODEM_MODEM_DIALECT_H
#define MODEM_MODEM_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at/at_script.h"
#include "base/span.h"

struct modem_dialect {
	const char *name;		/* "gsm" */
	size_t user_max, password_max, name_max, address_max, server_max;
	size_t subject_max;		/* octets */
	size_t body_max, recipients_max, attachments_max, line_attachments_octets_max;
	int64_t put_timeout_min_s, put_timeout_max_s;
	int64_t data_timeout_min_s, data_timeout_max_s;
	const char *probe_test;		/* command that tells whether the module speaks it */
	const char *probe_info;		/* prefix of its answer */
	const char *probe_answer;	/* how what follows the prefix begins when it does */
};

/* NULL when there is none of that name. */
const struct modem_dialect *modem_dialect_find(const char *name);

/* "gsm": the names there are, for error texts. */
const char *modem_dialect_names(void);

#endif
