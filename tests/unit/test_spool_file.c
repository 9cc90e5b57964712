/* SPDX-License-Identifier: ISC */
#include "mail/spool_file.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/checksum.h"
#include "rows.h"

#define BLANKS_20 "                    "

struct head_row {
	const char *name;
	const char *text;
	const char *fault;
};

static const struct head_row heads[] = {
	{ "a head is 64 octets",
	  "gsmtpd-message 1 11 0d4a1185 3 352441c2" BLANKS_20 "    \n", NULL },
	{ "the greatest lengths fit",
	  "gsmtpd-message 1 9999999999999999 ffffffff 999999999 00000000  \n", NULL },
	{ "a short file has no head", "gsmtpd-message 1 11 0d4a1185", "shorter than its head" },
	{ "an empty file has no head", "", "shorter than its head" },
	{ "another file is told apart",
	  "Return-Path: <a@b>     " BLANKS_20 BLANKS_20 "\n", "not a message file" },
	{ "zeros, as a crash may leave them, are no head", NULL, "not a message file" },
	{ "another version is told apart",
	  "gsmtpd-message 2 11 0d4a1185 3 352441c2" BLANKS_20 "    \n", "made by another version" },
	{ "a version that only begins alike is another",
	  "gsmtpd-message 11 1 0d4a1185 3 352441c2" BLANKS_20 "    \n", "made by another version" },
	{ "a length that is no number is damage",
	  "gsmtpd-message 1 1x 0d4a1185 3 352441c2" BLANKS_20 "    \n", "damaged head" },
	{ "a negative length is damage",
	  "gsmtpd-message 1 -1 0d4a1185 3 352441c2" BLANKS_20 "    \n", "damaged head" },
	{ "a length with a zero in front is damage",
	  "gsmtpd-message 1 011 0d4a1185 3 352441c2" BLANKS_20 "   \n", "damaged head" },
	{ "a short checksum is damage",
	  "gsmtpd-message 1 11 d4a1185 3 352441c2 " BLANKS_20 "    \n", "damaged head" },
	{ "a checksum in capitals is damage",
	  "gsmtpd-message 1 11 0D4A1185 3 352441c2" BLANKS_20 "    \n", "damaged head" },
	{ "something behind the last field is damage",
	  "gsmtpd-message 1 11 0d4a1185 3 352441c2 x" BLANKS_20 "  \n", "damaged head" },
	{ "a missing line end is damage",
	  "gsmtpd-message 1 11 0d4a1185 3 352441c2" BLANKS_20 "     ", "damaged head" },
	{ "a tab for a blank is damage",
	  "gsmtpd-message 1 11 0d4a1185 3\t352441c2" BLANKS_20 "    \n", "damaged head" },
};

static void test_head(void **state)
{
	static const char zeros[SPOOL_FILE_HEAD_SIZE];
	const struct head_row *row = *state;
	struct span text = row->text ? span_of(row->text) : span_make(zeros, sizeof(zeros));
	struct spool_file_head head;
	const char *fault = spool_file_parse_head(text, &head);
	char again[SPOOL_FILE_HEAD_SIZE];

	if (row->fault) {
		assert_non_null(fault);
		assert_string_equal(fault, row->fault);
		return;
	}
	assert_null(fault);
	spool_file_format_head(&head, again);
	assert_memory_equal(again, row->text, sizeof(again));
}

static void make_file(struct buf *file, struct span content, struct span envelope)
{
	struct spool_file_head head = {
		content.length, checksum_crc32(0, content.at, content.length),
		envelope.length, checksum_crc32(0, envelope.at, envelope.length),
	};
	char text[SPOOL_FILE_HEAD_SIZE];

	spool_file_format_head(&head, text);
	buf_put(file, span_make(text, sizeof(text)));
	buf_put(file, content);
	buf_put(file, envelope);
}

struct split_row {
	const char *name;
	const char *content, *envelope, *behind;
};

static const struct split_row splits[] = {
	{ "both parts come out", "hello world", "envelope", "" },
	{ "an empty content is good", "", "envelope", "" },
	{ "what an earlier use left behind the end is no trouble", "hello", "e", "old mail of others" },
};

static void test_split(void **state)
{
	const struct split_row *row = *state;
	struct buf file = BUF_INIT(4096);
	struct span envelope, content;

	make_file(&file, span_of(row->content), span_of(row->envelope));
	buf_text(&file, row->behind);
	assert_null(spool_file_split(buf_span(&file), &envelope, &content));
	assert_true(span_is(content, row->content));
	assert_true(span_is(envelope, row->envelope));
	buf_clear(&file);
}

/* Every single octet of a file is guarded: none can change, none can be missing. */
static void test_every_octet(void **state)
{
	struct buf file = BUF_INIT(4096);
	struct span envelope, content;

	(void)state;
	make_file(&file, span_of("hello world"), span_of("envelope"));
	for (size_t i = 0; i < file.length; i++) {
		assert_non_null(spool_file_split(span_take(buf_span(&file), i), &envelope, &content));
		file.at[i] ^= 1;
		assert_non_null(spool_file_split(buf_span(&file), &envelope, &content));
		assert_null(content.at);
		file.at[i] ^= 1;
	}
	assert_null(spool_file_split(buf_span(&file), &envelope, &content));
	buf_clear(&file);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, heads, test_head);
	ROWS_ADD_TABLE(&rows, splits, test_split);
	ROWS_ADD(&rows, "any changed or missing octet is found out", test_every_octet);
	return rows_run(&rows, "spool_file");
}
