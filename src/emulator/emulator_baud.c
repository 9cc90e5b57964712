/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_baud.h"

#include <stdbool.h>
#include <stdint.h>

#define BITS 10		/* start, eight of data, stop */

/* The line in the sender's bit number `bit`: low in the start bit, then the
 * octet from its lowest bit, then high for ever. */
static bool level(unsigned char octet, uint64_t bit)
{
	if (bit == 0)
		return false;
	return bit > 8 || (octet >> (bit - 1) & 1) != 0;
}

/* The next bit that begins with a falling edge; BITS when there is none. */
static uint64_t falling_edge(unsigned char octet, uint64_t bit)
{
	while (bit < BITS && !level(octet, bit))
		bit++;
	while (bit < BITS && level(octet, bit))
		bit++;
	return bit;
}

size_t emulator_baud_receive(unsigned sent_at, unsigned received_at, unsigned char octet,
			     unsigned char received[EMULATOR_BAUD_MOST])
{
	size_t count = 0;
	uint64_t edge = 0;

	while (edge < BITS && count < EMULATOR_BAUD_MOST) {
		uint64_t last = edge;
		unsigned taken = 0;

		/* The middle of the receiver's bits, in bits of the sender. */
		for (uint64_t i = 0; i < BITS; i++) {
			last = edge + (2 * i + 1) * sent_at / (2 * (uint64_t)received_at);
			if (level(octet, last))
				taken |= 1u << i;
			if (i == 0 && taken != 0)
				break;	/* too short for a start bit */
		}
		if ((taken & 1) == 0)
			received[count++] = (unsigned char)(taken >> 1);
		edge = falling_edge(octet, last);
	}
	return count;
}
