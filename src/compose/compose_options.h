/* SPDX-License-Identifier: ISC */
/* What the daemon (or a person) asks gsmtpd-compose for, read from the command
 * line. docs/COMPOSE.md. */
#ifndef COMPOSE_COMPOSE_OPTIONS_H
#define COMPOSE_COMPOSE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/envelope.h"

enum compose_preamble {
	COMPOSE_PREAMBLE_SHORT,
	COMPOSE_PREAMBLE_NONE,
	COMPOSE_PREAMBLE_FULL,
};

enum compose_html {
	COMPOSE_HTML_TEXT,
	COMPOSE_HTML_ATTACH,
	COMPOSE_HTML_BOTH,
};

enum compose_oversize {
	COMPOSE_OVERSIZE_ATTACH,
	COMPOSE_OVERSIZE_SPLIT,
	COMPOSE_OVERSIZE_REJECT,
};

struct compose_options {
	const char *id;			/* of the queue */
	const char *hostname;		/* of the gateway */
	int64_t now_s;			/* Unix time; 0 when not told */
	int64_t attempt;		/* from 1 */
	bool pending[ENVELOPE_RECIPIENTS_MAX];
	enum compose_preamble preamble;
	enum compose_html html;
	enum compose_oversize oversize;
	bool hidden_separate;		/* hidden recipients: a transaction each */
	bool original;			/* the whole mail rides along */
	size_t attachments_max;		/* octets of all attachments of a transaction */
	bool degrade;			/* no attachments, a list of them instead */
	bool uncertain;			/* an earlier attempt may have arrived */
	bool help, version;		/* nothing else counts */
};

/* NULL when good; else a phrase that says what is wrong. The texts point into
 * argv. Uses getopt's global state. */
const char *compose_options_parse(int argc, char **argv, struct compose_options *options);

/* Lines for --help. */
extern const char compose_options_help[];

#endif
