/* SPDX-License-Identifier: ISC */
/* The log: one JSON object a line, each written at once, so that who follows it
 * sees what has happened so far. */
#ifndef EMULATOR_EMULATOR_LOG_H
#define EMULATOR_EMULATOR_LOG_H

#include <jansson.h>

struct emulator_log;

/* Appends to `path`. NULL with errno on failure. */
struct emulator_log *emulator_log_open(const char *path);
void emulator_log_close(struct emulator_log *log);

/* Adds the time and writes. Takes the record over; a NULL log only frees it. */
void emulator_log_write(struct emulator_log *log, json_t *record);

#endif
