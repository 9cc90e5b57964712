/* SPDX-License-Identifier: ISC */
/* The command line as sendmail(8) has it since 1983, read the way the other
 * MTAs read it: what means nothing here is taken in silence, value and all;
 * what no MTA knows is told and passed over. Pure. */
#ifndef SENDMAIL_SENDMAIL_OPTIONS_H
#define SENDMAIL_SENDMAIL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum sendmail_mode {
	SENDMAIL_SEND,
	SENDMAIL_SMTP,		/* -bs: SMTP on standard input and output */
	SENDMAIL_LIST,		/* mailq, -bp */
	SENDMAIL_RELOAD,	/* newaliases, -bi, -I */
	SENDMAIL_FLUSH,		/* -q: the daemon runs its queue itself */
	SENDMAIL_HELP,
	SENDMAIL_VERSION,
};

/* Texts are borrowed from argv. */
struct sendmail_options {
	enum sendmail_mode mode;
	bool dots_are_text;		/* -i, -oi: a lone dot ends nothing */
	bool recipients_in_header;	/* -t */
	const char *sender;		/* -f, -r; NULL when not given */
	const char *full_name;		/* -F; NULL when not given */
	/* What is to be reported about the mail (RFC 3461); NULL when not given. */
	const char *notify;		/* -N: never, or success, failure, delay by commas */
	const char *returns;		/* -R: full or hdrs */
	const char *envelope_id;	/* -V: 1 to 100 characters of printable ASCII */
	char **recipients;		/* NULL-ended */
};

/* NULL, or a phrase that says what is wrong. What is passed over is told in
 * `warnings`, a line each. */
const char *sendmail_options_parse(char **argv, struct sendmail_options *options,
				   struct buf *warnings);

#endif
