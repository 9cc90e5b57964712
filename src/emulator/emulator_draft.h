/* SPDX-License-Identifier: ISC */
/* The mail that the host is building in the module, with the module's limits
 * (reference, command table). Pure. Functions that the module answers with a
 * result line return that result: 0 or a length, or a negative code. */
#ifndef EMULATOR_EMULATOR_DRAFT_H
#define EMULATOR_EMULATOR_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

#define EMULATOR_USER_MAX 50
#define EMULATOR_SUBJECT_TEXT_MAX 100
#define EMULATOR_SUBJECT_HEX_MAX 200
#define EMULATOR_RECIPIENTS_MAX 20
#define EMULATOR_BODY_MAX 10240
#define EMULATOR_ATTACHMENTS_MAX 10
#define EMULATOR_ATTACHMENT_MAX 102400	/* of one, and of all that came over the line */

/* Results (reference, error codes). */
#define EMULATOR_RESULT_UNKNOWN (-1)
#define EMULATOR_RESULT_NETWORK (-5)
#define EMULATOR_RESULT_CONTEXT (-8)
#define EMULATOR_RESULT_TIMEOUT (-9)
#define EMULATOR_RESULT_NO_RECIPIENT (-10)
#define EMULATOR_RESULT_NO_FILE (-12)
#define EMULATOR_RESULT_NO_MEMORY (-13)
#define EMULATOR_RESULT_NOT_SAVED (-14)
#define EMULATOR_RESULT_PARAMETER (-15)

struct emulator_recipient {
	int type;		/* 1 To, 2 Cc, 3 Bcc */
	char *address;
};

struct emulator_attachment {
	char *name;		/* as given: "/UFS/x" for a stored one */
	bool stored;		/* its content is in the file store */
	size_t size;
	struct buf content;	/* when it came over the line */
};

struct emulator_draft {
	char *user, *password, *address, *name, *server;	/* "" until set */
	unsigned port;
	struct emulator_recipient recipients[EMULATOR_RECIPIENTS_MAX];
	size_t recipient_count;
	int subject_charset;
	char *subject;		/* as given: hexadecimal unless the charset is 0 */
	int body_charset;
	struct buf body;
	struct emulator_attachment attachments[EMULATOR_ATTACHMENTS_MAX];
	size_t attachment_count;
};

void emulator_draft_init(struct emulator_draft *draft);
void emulator_draft_clear(struct emulator_draft *draft);

/* Replaces a text of the draft by a copy. */
void emulator_draft_set(char **text, struct span value);

int emulator_draft_add_recipient(struct emulator_draft *draft, int type, struct span address);

/* Type 0: all; address NULL: all of the type. */
int emulator_draft_delete_recipients(struct emulator_draft *draft, int type,
				     const struct span *address);

/* Takes the octets over from `content`, which is empty afterwards. */
int emulator_draft_set_body(struct emulator_draft *draft, int charset, struct buf *content);
int emulator_draft_add_content(struct emulator_draft *draft, struct span name,
			       struct buf *content);
int emulator_draft_add_stored(struct emulator_draft *draft, struct span name, size_t size);

/* Index 1-10; 0: all. */
int emulator_draft_delete_attachment(struct emulator_draft *draft, size_t index);

/* Whether a subject has the form its charset asks for. */
bool emulator_draft_is_subject(int charset, struct span title);

#endif
