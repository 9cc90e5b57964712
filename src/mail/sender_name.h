/* SPDX-License-Identifier: ISC */
/* The name that recipients see beside the module's address, as AT+QSMTPNAME can
 * carry it. Pure. */
#ifndef MAIL_SENDER_NAME_H
#define MAIL_SENDER_NAME_H

#include <stddef.h>

#include "base/span.h"

#define SENDER_NAME_SIZE 128
#define SENDER_NAME_MAX 50	/* octets; the reference gives no limit, only people read it */

/* What of the name can stand in a quoted text and in a From line: characters
 * beyond ASCII, controls, quotes and angle brackets are left out. Points into
 * `kept`; at most `max` octets; may be empty. */
struct span sender_name_carried(struct span name, size_t max, char kept[static SENDER_NAME_SIZE]);

#endif
