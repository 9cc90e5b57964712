/* SPDX-License-Identifier: ISC */
/* CRC-32 (ISO 3309, as in gzip and Ethernet): tells whether a file is whole.
 * It guards against accidents of disk and power, not against forgers. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Start with 0 and pass the last answer on to continue. */
uint32_t checksum_crc32(uint32_t sum, const void *octets, size_t length);

#endif
