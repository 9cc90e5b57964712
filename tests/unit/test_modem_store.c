/* SPDX-License-Identifier: ISC */
#include "modem/modem_store.h"

#include <string.h>

#include "mail/wire_text.h"
#include "rows.h"

/* Ten octets of a name each. */
#define TEN "abcdefghij"
#define FIFTY TEN TEN TEN TEN TEN

struct name_row {
	const char *name;
	const char *attachment;
	unsigned number;
	const char *stored;
};

static const struct name_row names[] = {
	{ "a name goes behind the prefix", "log.txt.gz", 1, "gsmtpd-log.txt.gz" },
	{ "a name without an extension", "README", 1, "gsmtpd-README" },
	{ "a number goes before the extension", "log.txt", 2, "gsmtpd-log-2.txt" },
	{ "a number goes behind a name without an extension", "log", 10, "gsmtpd-log-10" },
	{ "63 in all are left whole", FIFTY "ab.txt", 1, "gsmtpd-" FIFTY "ab.txt" },
	{ "64 in all are cut before the extension", FIFTY "abc.txt", 1, "gsmtpd-" FIFTY "ab.txt" },
	{ "63 of its own are cut", FIFTY "abcdefghi.txt", 1, "gsmtpd-" FIFTY "ab.txt" },
	{ "63 of its own with a number", FIFTY "abcdefghi.txt", 2, "gsmtpd-" FIFTY "-2.txt" },
	{ "63 without an extension", FIFTY TEN "abc", 1, "gsmtpd-" FIFTY "abcdef" },
	{ "a dot far from the end is no extension", "a." FIFTY TEN, 1, "gsmtpd-a." FIFTY "abcd" },
	{ "the longest extension is kept", FIFTY "a.23456789012", 1,
	  "gsmtpd-abcdefghijabcdefghijabcdefghijabcdefghijabcd.23456789012" },
	{ "a longer one is none", FIFTY "a.234567890123", 1, "gsmtpd-" FIFTY "a.2345" },
	{ "no name", "", 1, "gsmtpd-" },
	{ "a thousand octets", FIFTY FIFTY FIFTY FIFTY, 1, "gsmtpd-" FIFTY "abcdef" },
	{ "what no command could carry", "a\"\r\n/b", 1, "gsmtpd-a____b" },
};

static void test_name(void **state)
{
	const struct name_row *row = *state;
	char got[MODEM_STORE_NAME_MAX + 1];

	memset(got, '#', sizeof got);
	modem_store_name_apart(span_of(row->attachment), row->number, got);
	assert_string_equal(got, row->stored);
	assert_null(wire_text_name_fault(span_of(got)));
	if (row->number > 1)
		return;
	modem_store_name(span_of(row->attachment), got);
	assert_string_equal(got, row->stored);
}

struct line_row {
	const char *name;
	const char *line;
	const char *ours;	/* NULL: not ours */
};

static const struct line_row lines[] = {
	{ "a file of ours", "+QFLST: \"UFS:gsmtpd-x\",1939", "gsmtpd-x" },
	{ "without the name of the store", "+QFLST: \"gsmtpd-log.txt.gz\",1939", "gsmtpd-log.txt.gz" },
	{ "without blanks", "+QFLST:\"UFS:gsmtpd-x\",0", "gsmtpd-x" },
	{ "without a size", "+QFLST: \"UFS:gsmtpd-x\"", "gsmtpd-x" },
	{ "a file of somebody else", "+QFLST: \"UFS:ca.pem\",1939", NULL },
	{ "the prefix in the middle", "+QFLST: \"UFS:x-gsmtpd-x\",1", NULL },
	{ "the prefix in other letters", "+QFLST: \"UFS:GSMTPD-x\",1", NULL },
	{ "a file in memory", "+QFLST: \"RAM:gsmtpd-x\",1", NULL },
	{ "a folder", "+QFLST: \"UFS:gsmtpd-x/y\",1", NULL },
	{ "a name that no command could carry", "+QFLST: \"UFS:gsmtpd-\x01\",1", NULL },
	{ "a joker", "+QFLST: \"UFS:gsmtpd-*\",1", NULL },
	{ "a name of 64", "+QFLST: \"UFS:gsmtpd-" FIFTY "abcdefg\",1", NULL },
	{ "a name of 63", "+QFLST: \"UFS:gsmtpd-" FIFTY "abcdef\",1", "gsmtpd-" FIFTY "abcdef" },
	{ "another line", "+QFLDS: \"UFS:gsmtpd-x\",1", NULL },
	{ "nothing", "+QFLST:", NULL },
	{ "an empty line", "", NULL },
};

static void test_line(void **state)
{
	const struct line_row *row = *state;
	struct span name = { NULL, 0 };

	assert_int_equal(modem_store_read_ours(span_of(row->line), &name), row->ours != NULL);
	assert_true(row->ours == NULL ? name.at == NULL : span_is(name, row->ours));
}

struct free_row {
	const char *name;
	const char *line;
	int64_t octets;		/* -1: not told */
};

static const struct free_row rooms[] = {
	{ "room of an EG800K", "+QFLDS: 180224,286720", 180224 },
	{ "without blanks", "+QFLDS:0,286720", 0 },
	{ "without the total", "+QFLDS: 5", 5 },
	{ "below nothing", "+QFLDS: -1,286720", -1 },
	{ "beyond all numbers", "+QFLDS: 99999999999999999999,1", -1 },
	{ "words", "+QFLDS: much", -1 },
	{ "another line", "+QFLST: 5", -1 },
};

static void test_room(void **state)
{
	const struct free_row *row = *state;
	int64_t octets = -1;

	assert_int_equal(modem_store_read_free(span_of(row->line), &octets), row->octets >= 0);
	assert_int_equal(octets, row->octets);
}

struct sum_row {
	const char *name;
	struct span octets;
	uint16_t sum;
};

#define S(text) { (text), sizeof(text) - 1 }

/* modem.md, section 7. */
static const struct sum_row sums[] = {
	{ "the sum of nothing", S(""), 0 },
	{ "the sum of an odd octet", S("A"), 0x4100 },
	{ "the sum of a word", S("AB"), 0x4142 },
	{ "the sum of a word and an octet", S("ABC"), 0x0242 },
	{ "the sum of three words", S("+QSMTP"), 0x2c4c },
	{ "the sum of a certificate's first line", S("-----BEGIN CERTIFICATE-----\r"), 0x6c53 },
	{ "the sum of octets above 127", S("\xff\x80\xff"), 0x0080 },
};

static void test_sum(void **state)
{
	const struct sum_row *row = *state;

	assert_int_equal(modem_store_checksum(row->octets), row->sum);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD_TABLE(&rows, names, test_name);
	ROWS_ADD_TABLE(&rows, lines, test_line);
	ROWS_ADD_TABLE(&rows, rooms, test_room);
	ROWS_ADD_TABLE(&rows, sums, test_sum);
	return rows_run(&rows, "modem_store");
}
