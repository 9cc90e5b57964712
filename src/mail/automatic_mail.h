/* SPDX-License-Identifier: ISC */
/* Whether a program wrote a mail on its own: nobody waits for an answer to it, and
 * an answer may be answered by another program (RFC 3834, 2). Pure. */
#ifndef MAIL_AUTOMATIC_MAIL_H
#define MAIL_AUTOMATIC_MAIL_H

#include "base/span.h"

/* By its header: NULL when a person may have sent it, else what tells, a phrase such
 * as "it is automatic mail". */
const char *automatic_mail_why(struct span header);

#endif
