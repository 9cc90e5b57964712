/* SPDX-License-Identifier: ISC */
/* The flight recorder of a line: its last minutes as text in a ring of fixed
 * size, redacted when written, so that a failure can be looked at afterwards and
 * played again by gsmtp-emulator --replay. Pure; docs/MODEM.md tells the form.
 *
 * A record is one line: seconds since the recorder began, a mark, a text.
 *
 *	12.043 > AT+QSMTPDST=1,1,"a@example.org"
 *	12.060 < OK
 *	12.061 > (512 octets)
 *	13.000 = recovering: the module does not answer
 */
#ifndef MODEM_MODEM_RECORDER_H
#define MODEM_MODEM_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define MODEM_RECORDER_OCTETS 32768

enum modem_recorder_mark {
	MODEM_RECORDER_SENT,	/* '>' to the module */
	MODEM_RECORDER_CAME,	/* '<' from it */
	MODEM_RECORDER_NOTE,	/* '=' what gsmtpd made of it */
};

struct modem_recorder;

/* NULL when out of memory. */
struct modem_recorder *modem_recorder_new(int64_t now_ms);
void modem_recorder_free(struct modem_recorder *recorder);

/* Takes a line, already redacted; what is no printable ASCII in it is written as
 * '?', and it is cut at 512 octets. The oldest records make room, whole. */
void modem_recorder_add(struct modem_recorder *recorder, enum modem_recorder_mark mark,
			struct span text, int64_t now_ms);

/* Data of a mail: only how much. Consecutive ones become one record, of the time
 * of the last. */
void modem_recorder_add_data(struct modem_recorder *recorder, size_t octets, int64_t now_ms);

/* Appends all that is kept, oldest first. False when `out` is full. */
bool modem_recorder_read(const struct modem_recorder *recorder, struct buf *out);

#endif
