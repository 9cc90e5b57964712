/* SPDX-License-Identifier: ISC */
/* Texts from elsewhere, made fit to stand in a report: valid UTF-8, on one line, of a
 * bounded length. So nothing of them can end a field, a part or the message. Pure. */
#ifndef MAIL_REPORT_TEXT_H
#define MAIL_REPORT_TEXT_H

#include "base/buf.h"
#include "base/span.h"

/* Appends the text with controls and line ends as blanks, runs of them as one, cut to
 * at most `max` octets between two words or, where there is none, two characters. */
void report_text_line(struct span text, size_t max, struct buf *out);

/* Appends of a mail's header what helps to know it by: no traces, signatures and
 * verdicts of gateways, only fields with a sound name, each on one line as above; at
 * most `max` octets in all, whole fields only. */
void report_text_header(struct span header, size_t max, struct buf *out);

/* Appends the value of the first field of this name as a line as above. */
void report_text_field(struct span header, const char *name, size_t max, struct buf *out);

#endif
