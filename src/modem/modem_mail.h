/* SPDX-License-Identifier: ISC */
/* What the end of a mail means for the module: health, a failure, or nothing. A
 * part of modem_course; nobody else includes it. */
#ifndef MODEM_MODEM_MAIL_H
#define MODEM_MODEM_MAIL_H

#include "modem/modem_course.h"

void modem_mail_end(struct modem_life *life, const struct at_chat_result *result);

#endif
