/* SPDX-License-Identifier: ISC */
/* The form of a message file: a head of fixed length, the envelope's text, the
 * content. The head is written last, at offset 0, and proves the rest by
 * lengths and checksum, so a file that was used before and is longer than what
 * is valid in it is no trouble. Shared by the spool, which writes it, and
 * gsmtpd-compose, which reads it. Pure. docs/SPOOL.md. */
#ifndef MAIL_SPOOL_FILE_H
#define MAIL_SPOOL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define SPOOL_FILE_HEAD_SIZE 64

/* The file is: head, content, envelope (the envelope is only known for sure
 * when the content has come, and the content is written as it comes). */
struct spool_file_head {
	uint64_t content_octets;
	uint32_t content_crc32;
	uint64_t envelope_octets;
	uint32_t envelope_crc32;
};

/* "gsmtpd-message 1 CONTENT CRC ENVELOPE CRC" padded with blanks, LF-ended:
 * exactly SPOOL_FILE_HEAD_SIZE octets, no NUL behind. */
void spool_file_format_head(const struct spool_file_head *head, char out[static SPOOL_FILE_HEAD_SIZE]);

/* NULL when good; else a phrase that says what is wrong ("made by a newer
 * version", ...). */
const char *spool_file_parse_head(struct span text, struct spool_file_head *head);

/* Cuts a whole file (or more than it) into its parts and checks both
 * checksums. NULL when good. */
const char *spool_file_split(struct span file, struct span *envelope, struct span *content);

#endif
