/* SPDX-License-Identifier: ISC */
/* The attachments of a mail, by either way: over the line in data mode, or as
 * files of the module's store, where a checksum proves them. */
#ifndef QSMTP_QSMTP_ATTACHMENTS_H
#define QSMTP_QSMTP_ATTACHMENTS_H

#include "qsmtp/qsmtp_step.h"

size_t qsmtp_attachments_octets(const struct transaction *transaction);

/* Chooses the way: names the files to be stored. Their number was checked. */
void qsmtp_attachments_choose(struct qsmtp_plan *plan);

void qsmtp_attachments_add(struct qsmtp_plan *plan);

/* What the module lists of them. */
void qsmtp_attachments_expect(struct qsmtp_plan *plan, struct at_step *step);

/* Deletes what was stored; nothing of it matters to the mail. */
void qsmtp_attachments_delete(struct qsmtp_plan *plan);

#endif
