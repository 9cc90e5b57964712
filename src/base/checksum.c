/* SPDX-License-Identifier: ISC */
#include "base/checksum.h"

/* Four bits at a time: a table of 16 words instead of 256, and still far
 * faster than any disk here. */
static const uint32_t nibble[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t checksum_crc32(uint32_t sum, const void *octets, size_t length)
{
	const unsigned char *at = octets;

	sum = ~sum;
	for (size_t i = 0; i < length; i++) {
		sum = sum >> 4 ^ nibble[(sum ^ at[i]) & 15];
		sum = sum >> 4 ^ nibble[(sum ^ at[i] >> 4) & 15];
	}
	return ~sum;
}
