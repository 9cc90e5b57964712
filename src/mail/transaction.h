/* SPDX-License-Identifier: ISC */
/* A transaction: what one AT+QSMTPPUT carries, decided and decoded: typed
 * recipients, subject, one body, attachments. gsmtpd-compose writes a list of
 * them, the daemon reads it back and makes AT commands of each. The text form
 * is length-counted and ends with a line that proves it whole, so a compose
 * that dies in the middle is noticed. docs/COMPOSE.md tells the form. */
#ifndef MAIL_TRANSACTION_H
#define MAIL_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* Limits of the module (reference, command table). */
#define TRANSACTION_RECIPIENTS_MAX 20
#define TRANSACTION_ATTACHMENTS_MAX 10
#define TRANSACTION_BODY_MAX 10240		/* octets */
#define TRANSACTION_SUBJECT_MAX 100		/* octets, in any charset */
#define TRANSACTION_ATTACHMENTS_LINE_OCTETS 102400	/* sum, over the line */
#define TRANSACTION_ATTACHMENTS_OCTETS_MAX 1048576	/* sum, by the module's file store */

/* Limits of the text form. */
#define TRANSACTION_LIST_MAX 1000
#define TRANSACTION_TEXT_MAX (64 * 1024 * 1024)

/* AT+QSMTPDST <type>. */
enum transaction_recipient_type {
	TRANSACTION_TO = 1,
	TRANSACTION_CC = 2,
	TRANSACTION_BCC = 3,
};

/* AT+QSMTPSUB and AT+QSMTPBODY <charset>. */
enum transaction_charset {
	TRANSACTION_ASCII = 0,
	TRANSACTION_UTF8 = 1,
	TRANSACTION_GB2312 = 2,
	TRANSACTION_BIG5 = 3,
};

struct transaction_recipient {
	enum transaction_recipient_type type;
	size_t index;			/* which recipient of the envelope, from 0 */
	struct span address;
};

struct transaction_attachment {
	struct span name;		/* safe for AT+QSMTPATT: see mail/wire_text.h */
	struct span octets;
};

/* The arrays are owned by the list or by whoever built them; the texts are
 * borrowed. */
struct transaction {
	struct transaction_recipient *recipients;
	size_t recipient_count;
	enum transaction_charset subject_charset;
	struct span subject;		/* octets in that charset, not hexadecimal */
	enum transaction_charset body_charset;
	struct span body;		/* CRLF line ends */
	struct transaction_attachment *attachments;
	size_t attachment_count;
	struct span note;		/* for people: what was changed and why, one a line; may be empty */
};

/* Owns the transactions; their texts point into the parsed text. */
struct transaction_list {
	struct transaction *transactions;
	size_t count;
};

/* Frees the arrays and leaves the list empty. */
void transaction_list_clear(struct transaction_list *list);

/* Appends, in order: the head once, each transaction, the end once. */
bool transaction_format_head(struct buf *out);
bool transaction_format(const struct transaction *transaction, struct buf *out);
bool transaction_format_end(size_t count, struct buf *out);

/* Reads a whole text form into an empty list whose texts point into `text`.
 * Every limit above and every rule of mail/wire_text.h is checked: what comes
 * from compose is hostile too. Also that there is at least one transaction, that
 * charsets 0 and 1 hold what they say, and that hidden recipients stand apart.
 * `envelope_recipients` bounds the indices; that the addresses are those of the
 * envelope is for the caller to see. NULL when it is good; else a phrase that
 * says what is wrong, list left empty. */
const char *transaction_list_parse(struct span text, size_t envelope_recipients,
				   struct transaction_list *list);

#endif
