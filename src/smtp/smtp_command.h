/* SPDX-License-Identifier: ISC */
/* One command line of an SMTP client as a struct (RFC 5321, 4.1; RFC 1870
 * SIZE; RFC 6152 8BITMIME; RFC 3461 DSN; RFC 6531 SMTPUTF8; RFC 3030 CHUNKING; RFC
 * 4954 AUTH). Pure; borrowed
 * text. */
#ifndef SMTP_SMTP_COMMAND_H
#define SMTP_SMTP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum smtp_verb {
	SMTP_VERB_UNKNOWN,
	SMTP_VERB_HELO,
	SMTP_VERB_EHLO,
	SMTP_VERB_MAIL,
	SMTP_VERB_RCPT,
	SMTP_VERB_DATA,
	SMTP_VERB_RSET,
	SMTP_VERB_NOOP,
	SMTP_VERB_VRFY,
	SMTP_VERB_EXPN,
	SMTP_VERB_HELP,
	SMTP_VERB_QUIT,
	SMTP_VERB_BDAT,
	SMTP_VERB_STARTTLS,
	SMTP_VERB_AUTH,
	SMTP_VERB_HTTP,		/* GET, POST, ...: a browser or worse; the connection ends */
};

enum smtp_fault {
	SMTP_FAULT_NONE,
	SMTP_FAULT_SYNTAX,		/* 501 5.5.4: arguments */
	SMTP_FAULT_CONTROL,		/* 501 5.5.4: a control octet */
	SMTP_FAULT_ADDRESS,		/* 501 5.1.7 or 5.1.3: the path */
	SMTP_FAULT_ADDRESS_TOO_LONG,
	SMTP_FAULT_PARAMETER,		/* 555 5.5.4: a parameter nobody announced */
	SMTP_FAULT_PARAMETER_VALUE,	/* 501 5.5.4: a known one with a bad value, or twice */
};

struct smtp_command {
	enum smtp_verb verb;
	enum smtp_fault fault;
	struct span argument;	/* HELO, EHLO: the name; VRFY, ...: the rest */
	struct span address;	/* MAIL, RCPT: between the <>, no source route */
	bool has_size;
	uint64_t size;		/* SIZE= */
	bool has_body;
	bool body_8bit;		/* BODY=8BITMIME */
	bool utf8;		/* SMTPUTF8 */
	/* DSN (RFC 3461), checked and kept as text; empty when absent. */
	struct span ret, envid, notify, orcpt;
	bool has_auth;		/* AUTH= at MAIL (RFC 4954, 5): taken and not used */
	/* BDAT (RFC 3030, 2). */
	uint64_t chunk_octets;
	bool chunk_last;
};

/* `line` without its CRLF. Never fails: a fault is in the result. */
struct smtp_command smtp_command_parse(struct span line);

#endif
