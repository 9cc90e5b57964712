/* SPDX-License-Identifier: ISC */
#include "modem/modem_dialect.h"

#include <string.h>

#include "mail/sender_name.h"

/* Limits by the reference's command table. It gives none for sender, name and
 * server: an address may have what RFC 5321 allows and the module has the last
 * word; the name is cut in any case, as only people read it. */
static const struct modem_dialect dialects[] = {
	{
		.name = "gsm",
		.user_max = 50,
		.password_max = 50,
		.name_max = SENDER_NAME_MAX,
		.address_max = 254,
		.server_max = 100,
		.subject_max = 100,
		.body_max = 10240,
		.recipients_max = 20,
		.attachments_max = 10,
		.line_attachments_octets_max = 102400,
		.put_timeout_min_s = 100,
		.put_timeout_max_s = 48000,
		.data_timeout_min_s = 1,
		.data_timeout_max_s = 48000,
		.probe_test = "AT+QSMTPCFG=?",
		.probe_info = "+QSMTPCFG:",
		/* The LTE dialect answers with names of options in quotes here. */
		.probe_answer = "(1",
	},
};

const struct modem_dialect *modem_dialect_find(const char *name)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		if (strcmp(dialects[i].name, name) == 0)
			return &dialects[i];
	}
	return NULL;
}

const char *modem_dialect_names(void)
{
	return "gsm";
}
