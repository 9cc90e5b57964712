/* SPDX-License-Identifier: ISC */
/* A message from standard input made ready for DATA, and its recipients from
 * the command line and the header. Pure. */
#ifndef SENDMAIL_SENDMAIL_MESSAGE_H
#define SENDMAIL_SENDMAIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/envelope.h"

struct sendmail_message {
	struct buf wire;	/* CRLF line ends, dots stuffed, without the last dot */
	size_t octets;		/* without the stuffing, for SIZE= */
	bool eight_bit;
};

/* What is to be done with the header. */
struct sendmail_rewrite {
	bool take_recipients;	/* -t: those of the header are added, Bcc: is taken out */
	const char *full_name;	/* -F; NULL when there is none */
	struct span author;	/* for From:, when it is missing */
};

/* What is the message of the input: cut at a lone dot unless `dots_are_text`,
 * without the "From " line of a mailbox in front. */
struct span sendmail_message_cut(struct span input, bool dots_are_text);

/* Adds the addresses of a text such as "a@b, Ann <c@d>". False when the
 * envelope is full. *broken is set when a part of it is no address. */
bool sendmail_message_add_recipients(struct span list, struct envelope *envelope, bool *broken);

/* False when something did not fit or memory is out. *broken as above. */
bool sendmail_message_build(struct span input, const struct sendmail_rewrite *rewrite,
			    struct sendmail_message *message, struct envelope *envelope,
			    bool *broken);

#endif
