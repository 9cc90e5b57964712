/* SPDX-License-Identifier: ISC */
/* The envelope: what SMTP said about a message, apart from its content (RFC
 * 5321, 2.3.1). Its text form is what the spool keeps and what gsmtpd-compose
 * reads: one field a line, "name value", a version first. Pure: no file, no
 * clock. */
#ifndef MAIL_ENVELOPE_H
#define MAIL_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define ENVELOPE_TEXT_MAX (256 * 1024)	/* octets of the text form */
#define ENVELOPE_RECIPIENTS_MAX 1000

struct envelope_recipient {
	char *address;		/* where the mail goes, after aliases: local@domain */
	char *original;		/* as the client gave it, before aliases; never NULL */
	/* Of DSN (RFC 3461, 4.1 and 4.2), as given; NULL when not. */
	char *notify, *orcpt;
};

/* Owns all its text. All zero is an empty envelope. */
struct envelope {
	char *sender;		/* address without <>; "" is the null sender; never NULL when filled */
	char *client;		/* for people: "local user 1000", "127.0.0.1"; may be NULL */
	char *helo;		/* what the client called itself; may be NULL */
	int64_t arrived_s;	/* Unix time of the 250 */
	bool utf8;		/* SMTPUTF8 was asked for (RFC 6531) */
	char *ret, *envid;	/* of DSN (RFC 3461, 4.3 and 4.4), as given; NULL when not */
	struct envelope_recipient *recipients;
	size_t recipient_count;
};

/* Frees everything in it and leaves it empty. */
void envelope_clear(struct envelope *envelope);

/* Copies both texts. `original` NULL means the same as `address`. False when
 * out of memory or full; a recipient already there (same address, RFC 5321
 * 2.4 domain folding) is not added again and is no error. */
bool envelope_add_recipient(struct envelope *envelope, struct span address, struct span original);

/* Takes out all but the first `count`. */
void envelope_drop_recipients(struct envelope *envelope, size_t count);

/* Sets one of the text fields to a copy; false when out of memory. */
bool envelope_set(char **field, struct span text);

/* Appends the text form, each line ended by LF, with no empty line. Octets
 * below 0x20, 0x7f and '%' in values are written as %XX. False when it does
 * not fit. */
bool envelope_format(const struct envelope *envelope, struct buf *out);

/* How long a recipient's lines of it are. */
size_t envelope_recipient_octets(const struct envelope_recipient *recipient);

/* Reads a text form into an empty envelope. NULL when it is good; else a
 * phrase that says what is wrong, and the envelope is left empty. Fields it
 * does not know are an error (a newer version wrote them: nothing is guessed). */
const char *envelope_parse(struct span text, struct envelope *envelope);

#endif
