/* SPDX-License-Identifier: ISC */
/* Records of the log, made where the event is known; the shell adds the time.
 * Secrets are taken out here, so that no record ever holds one. Pure. */
#ifndef EMULATOR_EMULATOR_RECORD_H
#define EMULATOR_EMULATOR_RECORD_H

#include <jansson.h>

#include "base/span.h"

/* Any octets as JSON text: what is not printable UTF-8 becomes "\xNN". */
json_t *emulator_record_text(struct span octets);

/* {"event":"line","from":"host"|"module","text":...}; parameters of commands
 * that carry a password or a PIN become "***". */
json_t *emulator_record_line(const char *event, const char *from, struct span line);

#endif
