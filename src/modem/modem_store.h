/* SPDX-License-Identifier: ISC */
/* The module's file store, for attachments: names under a prefix of our own, so
 * that what a dead run left there can be told from the files of others and
 * swept away. Pure. Source: modem.md, 7 (QFUPL, QFLDS, QFLST, QFDEL). */
#ifndef MODEM_MODEM_STORE_H
#define MODEM_MODEM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define MODEM_STORE_PLACE "UFS:"	/* before a name in a file command */
#define MODEM_STORE_PREFIX "gsmtpd-"
#define MODEM_STORE_NAME_MAX 63
#define MODEM_STORE_FILE_MAX (1024 * 1024)	/* octets of one file */

/* The name under which an attachment is stored: the prefix and its own name, cut
 * before the extension where it is too long. NUL-terminated. */
void modem_store_name(struct span attachment, char name[static MODEM_STORE_NAME_MAX + 1]);

/* The same, told from the others of one mail that would be cut alike by a number
 * before the extension (1 adds none). */
void modem_store_name_apart(struct span attachment, unsigned number,
			    char name[static MODEM_STORE_NAME_MAX + 1]);

/* Of a line of AT+QFLST: whether it names a file of ours, and then which (without
 * the name of the store). */
bool modem_store_read_ours(struct span line, struct span *name);

/* Of the line of AT+QFLDS: free octets. */
bool modem_store_read_free(struct span line, int64_t *free_octets);

/* The sum that QFUPL answers: big-endian 16-bit words, the last odd octet as the
 * high one, combined by XOR. */
uint16_t modem_store_checksum(struct span octets);

#endif
