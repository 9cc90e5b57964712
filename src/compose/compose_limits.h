/* SPDX-License-Identifier: ISC */
/* What this process may use at most: a mail that needs more kills it, and the
 * daemon sends an excerpt instead. */
#ifndef COMPOSE_COMPOSE_LIMITS_H
#define COMPOSE_COMPOSE_LIMITS_H

#define COMPOSE_LIMITS_MEMORY (256ul << 20)	/* octets of address space */
#define COMPOSE_LIMITS_CPU_S 10
#define COMPOSE_LIMITS_INPUT (32ul << 20)	/* octets of a message file */

/* Sets them for the rest of this process's life: memory, processor time, size of
 * a written file, no new processes or threads, no core (it would hold mail).
 * 0, or a negative errno. */
int compose_limits_apply(void);

#endif
