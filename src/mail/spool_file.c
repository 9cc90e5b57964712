/* SPDX-License-Identifier: ISC */
#include "mail/spool_file.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/checksum.h"

#define MAGIC "gsmtpd-message "
#define VERSION "1"

/* With both at their greatest the head still fits: 17 + 16 + 1 + 8 + 1 + 9 + 1
 * + 8 octets and the LF. */
#define CONTENT_MAX INT64_C(9999999999999999)
#define ENVELOPE_MAX INT64_C(999999999)

void spool_file_format_head(const struct spool_file_head *head, char out[static SPOOL_FILE_HEAD_SIZE])
{
	char text[SPOOL_FILE_HEAD_SIZE];
	int length;

	assert(head->content_octets <= CONTENT_MAX && head->envelope_octets <= ENVELOPE_MAX);
	length = snprintf(text, sizeof(text),
			  MAGIC VERSION " %" PRIu64 " %08" PRIx32 " %" PRIu64 " %08" PRIx32,
			  head->content_octets, head->content_crc32,
			  head->envelope_octets, head->envelope_crc32);
	assert(length > 0 && length < SPOOL_FILE_HEAD_SIZE);
	memset(out, ' ', SPOOL_FILE_HEAD_SIZE - 1);
	memcpy(out, text, (size_t)length);
	out[SPOOL_FILE_HEAD_SIZE - 1] = '\n';
}

static bool read_length(struct span *rest, int64_t max, uint64_t *length)
{
	struct span word;
	int64_t value;

	if (!span_word(rest, &word) || !span_number(word, 0, max, &value))
		return false;
	*length = (uint64_t)value;
	return true;
}

static bool read_checksum(struct span *rest, uint32_t *sum)
{
	struct span word;

	*sum = 0;
	if (!span_word(rest, &word) || word.length != 8)
		return false;
	for (size_t i = 0; i < 8; i++) {
		const char *digits = "0123456789abcdef";
		const char *found = memchr(digits, word.at[i], 16);

		if (found == NULL)
			return false;
		*sum = *sum << 4 | (uint32_t)(found - digits);
	}
	return true;
}

const char *spool_file_parse_head(struct span text, struct spool_file_head *head)
{
	struct span rest = span_take(text, SPOOL_FILE_HEAD_SIZE);
	char same[SPOOL_FILE_HEAD_SIZE];
	struct span version;

	*head = (struct spool_file_head){ 0 };
	if (rest.length < SPOOL_FILE_HEAD_SIZE)
		return "shorter than its head";
	if (!span_starts(rest, MAGIC))
		return "not a message file";
	rest = span_skip(rest, strlen(MAGIC));
	if (!span_word(&rest, &version) || !span_is(version, VERSION))
		return "made by another version";
	if (!read_length(&rest, CONTENT_MAX, &head->content_octets) ||
	    !read_checksum(&rest, &head->content_crc32) ||
	    !read_length(&rest, ENVELOPE_MAX, &head->envelope_octets) ||
	    !read_checksum(&rest, &head->envelope_crc32))
		return "damaged head";
	/* One way to write a head, so a changed blank is damage as well. */
	spool_file_format_head(head, same);
	return memcmp(same, text.at, sizeof(same)) == 0 ? NULL : "damaged head";
}

const char *spool_file_split(struct span file, struct span *envelope, struct span *content)
{
	struct spool_file_head head;
	const char *fault = spool_file_parse_head(file, &head);

	*envelope = *content = span_make(NULL, 0);
	if (fault)
		return fault;
	file = span_skip(file, SPOOL_FILE_HEAD_SIZE);
	if (head.content_octets > file.length ||
	    head.envelope_octets > file.length - head.content_octets)
		return "shorter than its head says";
	if (checksum_crc32(0, file.at, head.content_octets) != head.content_crc32)
		return "content does not match its checksum";
	if (checksum_crc32(0, file.at + head.content_octets, head.envelope_octets) !=
	    head.envelope_crc32)
		return "envelope does not match its checksum";
	*content = span_take(file, head.content_octets);
	*envelope = span_take(span_skip(file, head.content_octets), head.envelope_octets);
	return NULL;
}
