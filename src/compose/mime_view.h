/* SPDX-License-Identifier: ISC */
/* A mail as plain data: what its header says, its text, its files. The only user
 * of GMime; decides nothing about what becomes of them. */
#ifndef COMPOSE_MIME_VIEW_H
#define COMPOSE_MIME_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define MIME_VIEW_DEPTH_MAX 100
#define MIME_VIEW_PARTS_MAX 1000

/* Any part that is not the text. */
struct mime_file {
	struct buf name;	/* as the sender gave it, UTF-8; may be empty */
	struct buf type;	/* "image/png" */
	struct buf octets;	/* decoded */
	bool rendition;		/* the text once more in another form (HTML) */
};

/* Owns all. Texts are UTF-8; header texts are decoded and one line each. */
struct mime_view {
	struct buf message;		/* all of it, its header trimmed */
	struct buf subject, from, reply_to, to, cc, message_id;
	struct buf raw_to, raw_cc;	/* as in the header, of Resent-To and -Cc if there are */
	bool dated;
	int64_t date_s;
	int date_offset_min;
	struct buf text;		/* line ends as they came */
	struct mime_file *files;
	size_t file_count, file_capacity;
	struct buf lost;		/* what was not looked at, one a line */
	struct buf note;		/* what was odd, one a line */
};

/* Fills an empty view. False when it does not fit in memory; may be cleared
 * whatever the answer. Starts GMime when it is not yet. */
bool mime_view_read(struct span message, struct mime_view *view);
void mime_view_clear(struct mime_view *view);

#endif
