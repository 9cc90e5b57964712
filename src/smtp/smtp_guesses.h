/* SPDX-License-Identifier: ISC */
/* Slows the guessing of passwords down and cuts it off, for each address a client
 * comes from (of IPv6 its network of 64 bits, which is one customer's). After each
 * wrong password the next is not looked at before a while that doubles; after
 * several only one is looked at at a time; after many none. Knows no clock: the
 * caller tells the time. A right password is the end of it: who owns an account may
 * begin anew each time, and is known by it. */
#ifndef SMTP_SMTP_GUESSES_H
#define SMTP_SMTP_GUESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define SMTP_GUESSES_ADDRESSES 256	/* remembered; then the most harmless is forgotten */
#define SMTP_GUESSES_MAX 10		/* wrong ones, and that was it for a while: ... */
#define SMTP_GUESSES_MEMORY_MS (15 * 60 * 1000)	/* ... without any */
#define SMTP_GUESSES_FIRST_MS 1000	/* behind the first; doubles with each, up to ... */
#define SMTP_GUESSES_LAST_MS 60000
#define SMTP_GUESSES_AT_ONCE 4		/* looked at for an address that has guessed wrong less ... */
#define SMTP_GUESSES_FEW 3		/* ... than so often; else one */

struct smtp_guess {
	unsigned char address[16];
	bool used;
	unsigned wrong, running;
	int64_t last_ms, free_ms;	/* the last wrong one; when the next is looked at */
};

/* All zero is nothing remembered. */
struct smtp_guesses {
	struct smtp_guess entries[SMTP_GUESSES_ADDRESSES];
};

#define SMTP_GUESSES_CUT_OFF (-1)

/* Asks to look at a password: 0, then the caller must end it with one of those below;
 * after how many milliseconds to ask again; or SMTP_GUESSES_CUT_OFF. `address` is
 * numeric; all that are not count as one. */
int64_t smtp_guesses_begin(struct smtp_guesses *guesses, struct span address, int64_t now_ms);

void smtp_guesses_right(struct smtp_guesses *guesses, struct span address);
void smtp_guesses_wrong(struct smtp_guesses *guesses, struct span address, int64_t now_ms);

/* Nothing came of it. */
void smtp_guesses_dropped(struct smtp_guesses *guesses, struct span address);

#endif
