/* SPDX-License-Identifier: ISC */
/* The journal of a message: what happened to it since it was taken, as an
 * append-only text, one record a line. It lies beside the immutable message in
 * the spool; reading it from the start gives the state. A last line without
 * its LF was cut by a power failure and counts as not written. Pure: text in,
 * records out. docs/SPOOL.md tells the form. */
#ifndef QUEUE_JOURNAL_H
#define QUEUE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define JOURNAL_TEXT_MAX 200	/* octets of a record's free text */
#define JOURNAL_MAX (4 * 1024 * 1024)
#define JOURNAL_MODEM_MAX 63	/* characters of a modem's name, as in the configuration */

enum journal_kind {
	JOURNAL_NONE,
	JOURNAL_IN_FLIGHT,	/* about to tell the module to send to these recipients */
	JOURNAL_SETTLED,	/* that order came to nothing sent: no longer in flight */
	JOURNAL_SENT,		/* these recipients have it */
	JOURNAL_FAILED,		/* these recipients never will */
	JOURNAL_DEFERRED,	/* an attempt counted; `wait_ms` until the next */
	JOURNAL_UNCERTAIN,	/* outcome unknown for these recipients */
	JOURNAL_PAGE,		/* these recipients have one more page of a mail of several */
	JOURNAL_HELD,
	JOURNAL_RELEASED,
	JOURNAL_REPORTED,	/* who is to be told that these failed was told, or nobody is */
	JOURNAL_WARNED,		/* the same of the one notice that it is late */
};

/* One record. Recipients are indices into the envelope. */
struct journal_record {
	enum journal_kind kind;
	int64_t at_s;		/* Unix time, by a clock that may be wrong */
	const size_t *recipients;	/* borrowed; NULL with count 0 means all that pend */
	size_t recipient_count;
	bool has_code;
	int code;
	struct span status;	/* RFC 3463; may be empty */
	struct span text;	/* for people; controls are written as '?' */
	unsigned attempts;	/* DEFERRED: how many have been counted so far */
	int64_t wait_ms;	/* DEFERRED */
	int64_t age_ms;		/* DEFERRED: of the mail then, without what clocks may have
				 * got wrong; 0 when it was not told */
	/* IN_FLIGHT: which modem, and how long from `at_s` on it may still answer. Empty
	 * and 0 when nobody is to wait for that. */
	struct span modem;
	int64_t limit_ms;
	/* PAGE, and IN_FLIGHT of a mail in several transactions: which of how many (from 1),
	 * and the octets of attachments that each was made for: only so made are they the
	 * same again. */
	unsigned page, pages;
	size_t room_octets;
};

/* Appends one line. False when `out` is full. */
bool journal_format(const struct journal_record *record, struct buf *out);

/* Reads the next whole line off the front of *rest; indices go to `indices`
 * (room for `room`). 1: a record; 0: the end (a cut last line is the end); -1:
 * a line that is no record, passed over. */
int journal_next(struct span *rest, struct journal_record *record, size_t *indices, size_t room);

#endif
