/* SPDX-License-Identifier: ISC */
/* The message as the module makes it from a draft: From, To, Cc, Subject, a
 * text part and the attachments, all in base64. The module knows no Date and no
 * Message-ID, and hidden recipients do not appear (modem.md 4). Pure. */
#ifndef EMULATOR_EMULATOR_MIME_H
#define EMULATOR_EMULATOR_MIME_H

#include "base/buf.h"
#include "base/span.h"
#include "emulator/emulator_draft.h"
#include "emulator/emulator_store.h"

/* Lines end with CRLF; leading dots are not doubled. False when `out` is full
 * or a stored attachment is missing. */
bool emulator_mime_build(const struct emulator_draft *draft, const struct emulator_store *store,
			 struct buf *out);

/* The octets of the subject, hexadecimal taken off. */
void emulator_mime_subject(const struct emulator_draft *draft, struct buf *out);

/* What is attached; false when the store does not hold it. The name is without
 * the path of the store. */
bool emulator_mime_attachment(const struct emulator_attachment *attachment,
			      const struct emulator_store *store, struct span *name,
			      struct span *content);

/* "US-ASCII", "UTF-8", "GB2312", "BIG5" for 0-3. */
const char *emulator_mime_charset(int charset);

#endif
