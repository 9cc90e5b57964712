/* SPDX-License-Identifier: ISC */
/* A mail as plain data: what its header says, its text, its files. Decides nothing
 * about what becomes of them. */
#ifndef COMPOSE_MIME_VIEW_H
#define COMPOSE_MIME_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define MIME_VIEW_DEPTH_MAX 100
#define MIME_VIEW_PARTS_MAX 1000	/* the last holds the rest of the mail */

/* Any part that is not the text. */
struct mime_file {
	struct buf name;	/* as the sender gave it, UTF-8; may be empty */
	struct buf type;	/* "image/png" */
	struct buf octets;	/* decoded */
	bool rendition;		/* the text in another form, rendered or beside plain text */
};

/* Owns all. One of text and html_text is empty or both are; where HTML stands between
 * plain texts, its rendering is part of text. Texts are UTF-8; header texts are decoded
 * and one line each. */
struct mime_view {
	struct buf message;		/* all of it, its header trimmed */
	struct buf subject, from, reply_to, to, cc, message_id;
	struct buf raw_to, raw_cc;	/* as in the header, of Resent-To and -Cc if there are */
	bool dated;
	int64_t date_s;
	int date_offset_min;
	struct buf text;		/* the plain text; line ends as they came */
	struct buf html_text;		/* the HTML rendered, where there is no plain text */
	struct mime_file *files;
	size_t file_count;
	struct buf lost;		/* what was not looked at, one a line */
	struct buf note;		/* what was odd, one a line */
};

/* Fills an empty view. Nothing in a mail makes it fail but a lack of memory; may be
 * cleared whatever the answer. Linear in the mail. */
bool mime_view_read(struct span message, struct mime_view *view);

/* Adds a line to lost or note, when it is not there already. Within compose/ for the
 * readers of parts. */
void mime_view_tell(struct buf *lines, const char *line);

void mime_view_clear(struct mime_view *view);

#endif
