/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>

#include "base/checksum.h"

static const struct sum_row {
	const char *name;
	const char *text;
	uint32_t sum;
} sum_rows[] = {
	{ "the check value of the standard", "123456789", 0xcbf43926 },
	{ "nothing sums to zero", "", 0 },
	{ "a single letter", "a", 0xe8b7be43 },
	{ "a sentence", "The quick brown fox jumps over the lazy dog", 0x414fa339 },
	{ "octets above 127", "\xff\xff\xff\xff", 0xffffffff },
};

static void sums(void **state)
{
	const struct sum_row *row = *state;

	assert_int_equal(checksum_crc32(0, row->text, strlen(row->text)), row->sum);
}

static void sums_in_parts(void **state)
{
	const struct sum_row *row = *state;
	size_t length = strlen(row->text);

	for (size_t cut = 0; cut <= length; cut++) {
		uint32_t sum = checksum_crc32(0, row->text, cut);

		assert_int_equal(checksum_crc32(sum, row->text + cut, length - cut), row->sum);
	}
}

static void notices_every_flipped_bit(void **state)
{
	char text[] = "250 2.0.0 queued";
	uint32_t whole = checksum_crc32(0, text, sizeof text);

	(void)state;
	for (size_t bit = 0; bit < sizeof text * 8; bit++) {
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
		assert_int_not_equal(checksum_crc32(0, text, sizeof text), whole);
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
	}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, sum_rows, sums);
	ROWS_ADD_TABLE(&rows, sum_rows, sums_in_parts);
	ROWS_ADD(&rows, "every flipped bit is noticed", notices_every_flipped_bit);
	return rows_run(&rows, "checksum");
}
