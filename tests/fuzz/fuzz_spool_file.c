/* SPDX-License-Identifier: ISC */
/* A head that is taken has one text; the parts of a file lie in it and match
 * their checksums; and any octets come back out of a file made of them. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/checksum.h"
#include "mail/spool_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
	if (!truth)
		abort();
}

static void check_as_file(struct span file)
{
	struct span envelope, content;
	struct spool_file_head head;
	char same[SPOOL_FILE_HEAD_SIZE];

	if (spool_file_parse_head(file, &head) == NULL) {
		spool_file_format_head(&head, same);
		expect(memcmp(same, file.at, sizeof same) == 0);
	}
	if (spool_file_split(file, &envelope, &content) != NULL) {
		expect(envelope.at == NULL && content.at == NULL);
		return;
	}
	expect(content.at == file.at + SPOOL_FILE_HEAD_SIZE);
	expect(envelope.at == content.at + content.length);
	expect(envelope.at + envelope.length <= file.at + file.length);
	expect(checksum_crc32(0, content.at, content.length) == head.content_crc32);
	expect(checksum_crc32(0, envelope.at, envelope.length) == head.envelope_crc32);
}

/* The input as content and envelope of a file; then one octet of it changed. */
static void check_as_parts(struct span octets)
{
	struct span content = span_take(octets, octets.length / 2);
	struct span envelope = span_skip(octets, octets.length / 2);
	struct spool_file_head head = {
		content.length, checksum_crc32(0, content.at, content.length),
		envelope.length, checksum_crc32(0, envelope.at, envelope.length),
	};
	struct buf file = BUF_INIT(octets.length + SPOOL_FILE_HEAD_SIZE);
	struct span envelope_again, content_again;
	char text[SPOOL_FILE_HEAD_SIZE];

	spool_file_format_head(&head, text);
	buf_put(&file, span_make(text, sizeof text));
	buf_put(&file, content);
	expect(buf_put(&file, envelope));
	expect(spool_file_split(buf_span(&file), &envelope_again, &content_again) == NULL);
	expect(span_equal(content, content_again) && span_equal(envelope, envelope_again));
	file.at[octets.length % file.length] ^= 0x20;
	expect(spool_file_split(buf_span(&file), &envelope_again, &content_again) != NULL);
	buf_clear(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_as_file(span_make(data, size));
	check_as_parts(span_make(data, size));
	return 0;
}
