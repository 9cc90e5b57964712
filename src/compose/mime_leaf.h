/* SPDX-License-Identifier: ISC */
/* A part without parts, while it is not yet known whether it is the text of the mail
 * or a file. Within compose/ for mime_view alone. */
#ifndef COMPOSE_MIME_LEAF_H
#define COMPOSE_MIME_LEAF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "compose/mime_view.h"

#define MIME_LEAF_CHARSET_MAX 60

enum mime_kind {
	MIME_KIND_FILE,
	MIME_KIND_PLAIN,
	MIME_KIND_HTML,
	MIME_KIND_OTHER,	/* text in another form, readable as it is */
};

struct mime_leaf {
	struct mime_file file;
	enum mime_kind kind;
	char charset[MIME_LEAF_CHARSET_MAX];	/* as declared, "" when not */
	bool flowed, delsp;			/* RFC 3676 */
	bool named_text;	/* plain text that is a file only for its name */
	bool blank;		/* no letter in it */
	bool unshown;		/* an alternative to it is shown */
	size_t branch;		/* of the alternative that is read just now */
};

struct mime_leaves {
	struct mime_leaf *list;
	size_t count, capacity;
};

/* Where a part stands. */
struct mime_place {
	unsigned depth;
	bool alternative;	/* in a multipart/alternative */
	bool root;		/* what a multipart/related is about */
	bool files;		/* nothing here is text */
	bool encrypted;
	bool digest;		/* parts are mails when they do not say */
};

/* An empty one at the end; NULL when out of memory. */
struct mime_leaf *mime_leaf_add(struct mime_leaves *leaves);
void mime_leaf_clear_all(struct mime_leaves *leaves);

/* Fills a leaf with a part that has no parts, from its header and body; what is odd
 * is noted. False when out of memory. */
bool mime_leaf_read(struct mime_leaf *leaf, struct span header, struct span body,
		    const struct mime_place *place, struct buf *note);

/* Fills a leaf with octets as they are. */
bool mime_leaf_keep(struct mime_leaf *leaf, struct span octets, const char *type,
		    const char *name);

/* Appends its text as UTF-8: the charset undone, paragraphs joined, HTML rendered.
 * *whole tells whether all of it was looked at. False when out of memory. */
bool mime_leaf_put_text(const struct mime_leaf *leaf, struct buf *out, struct buf *note,
			bool *whole);

#endif
