/* SPDX-License-Identifier: ISC */
/* What a modem's life remembers (modem/modem_memory), kept in the state folder:
 * the file modem-NAME. */
#ifndef IO_MODEM_KEEP_H
#define IO_MODEM_KEEP_H

#include "modem/modem_memory.h"

/* A memory of nothing when there is no file or it cannot be read. */
void modem_keep_load(const char *folder, const char *modem, struct modem_memory *memory);

/* Durable when it returns 0; else a negative errno. */
int modem_keep_store(const char *folder, const char *modem, const struct modem_memory *memory);

#endif
