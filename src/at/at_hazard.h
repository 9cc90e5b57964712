/* SPDX-License-Identifier: ISC */
/* Which parts of a mail a module would act on if it heard them as a command: one
 * that started anew in the middle of the data (threats.md, row 2) is back in
 * command mode before the host can know. Its echo, its boot line or its ERROR
 * comes at once, though; so what follows such an "AT" is only handed out when there
 * was time for that. Then a bare "AT" is all that can be left on its command line.
 *
 * A hazard is "AT" in any case, anywhere in a line (the module may have woken in the
 * middle of it), blanks, and an extended or symbol command or the dialling of
 * something (V.250, 5.4 and 6.3.1). Plain words with "at" in them are none. Pure. */
#ifndef AT_AT_HAZARD_H
#define AT_AT_HAZARD_H

#include <stddef.h>

#include "base/span.h"

/* How long a look takes: an echo needs a turn through an adapter that holds octets
 * back for 16 ms. */
#define AT_HAZARD_LOOK_MS 40

/* Where the first octet at or after `from` is that follows the "AT" of a hazard;
 * the length of the data when there is none. */
size_t at_hazard_find(struct span data, size_t from);

/* How many there are. */
size_t at_hazard_count(struct span data);

#endif
