/* SPDX-License-Identifier: ISC */
/* Who holds a device, as far as the kernel lets us see: for one sentence to the
 * operator, never for a decision. */
#ifndef IO_WIRE_HOLDER_H
#define IO_WIRE_HOLDER_H

#define WIRE_HOLDER_SIZE 80

/* "ModemManager (pid 812)", or "another process" when it cannot be seen. */
const char *wire_holder_find(const char *path, char out[static WIRE_HOLDER_SIZE]);

#endif
