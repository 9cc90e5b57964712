/* SPDX-License-Identifier: ISC */
/* What a receiver at one rate makes of octets that were sent at another: the
 * bits of each (8N1) are sampled where the receiver believes them to be. Each
 * octet is taken by itself, with the line at rest before and behind it, so that
 * the same octets always give the same garbage. Pure. */
#ifndef EMULATOR_EMULATOR_BAUD_H
#define EMULATOR_EMULATOR_BAUD_H

#include <stddef.h>

/* An octet has at most five falling edges, and each can begin one. */
#define EMULATOR_BAUD_MOST 5

/* How many octets are received, and which. Rates are not 0. */
size_t emulator_baud_receive(unsigned sent_at, unsigned received_at, unsigned char octet,
			     unsigned char received[EMULATOR_BAUD_MOST]);

#endif
