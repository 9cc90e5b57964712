/* SPDX-License-Identifier: ISC */
/* The module's file store, UFS: it survives a restart of the module, not of the
 * emulator. Pure. Faults are the numbers of +CME ERROR for files (modem.md 7). */
#ifndef EMULATOR_EMULATOR_STORE_H
#define EMULATOR_EMULATOR_STORE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define EMULATOR_STORE_OCTETS 286720	/* as a common module reports it */
#define EMULATOR_STORE_FILES 64
#define EMULATOR_STORE_NAME_MAX 63

#define EMULATOR_STORE_FULL 403
#define EMULATOR_STORE_NOT_FOUND 405
#define EMULATOR_STORE_BAD_NAME 406
#define EMULATOR_STORE_EXISTS 407
#define EMULATOR_STORE_TIMEOUT 421

struct emulator_file {
	char name[EMULATOR_STORE_NAME_MAX + 1];
	struct buf content;
};

struct emulator_store {
	struct emulator_file files[EMULATOR_STORE_FILES];
	size_t count;
	size_t size;		/* octets that it can hold */
};

void emulator_store_init(struct emulator_store *store, size_t size);
void emulator_store_clear(struct emulator_store *store);

size_t emulator_store_free(const struct emulator_store *store);
const struct emulator_file *emulator_store_find(const struct emulator_store *store,
						struct span name);

/* Takes "UFS:" off a name of the file commands. 0, or the fault of a name that
 * no file can have. */
int emulator_store_name(struct span given, struct span *name);

/* 0 or a fault. Add takes the octets over from `content`. */
int emulator_store_check(const struct emulator_store *store, struct span name, size_t size);
int emulator_store_add(struct emulator_store *store, struct span name, struct buf *content);
int emulator_store_delete(struct emulator_store *store, struct span name);	/* "*": all */

/* XOR of big-endian words of 16 bits; an odd octet at the end is a high one. */
uint16_t emulator_store_checksum(struct span octets);

#endif
