/* SPDX-License-Identifier: ISC */
#include "modem/modem_memory.h"

#include <string.h>

#include "rows.h"

#define BOOT "6c1e2a0e-0000-4000-8000-000000000001"
#define NOW_MS 7200000

static const struct modem_memory whole = {
	.failures = 5, .resets_hour = 2, .resets_day = 7,
	.hour_start_ms = 7000000, .day_start_ms = 1000,
	.model = "Quectel_M95", .firmware = "Revision: M95AR02A01",
	.bare_escape_ends = AT_YES, .size_ends_data = AT_NO, .baud = 9600,
};

static void assert_same(const struct modem_memory *a, const struct modem_memory *b)
{
	assert_int_equal(a->failures, b->failures);
	assert_int_equal(a->resets_hour, b->resets_hour);
	assert_int_equal(a->resets_day, b->resets_day);
	assert_int_equal(a->hour_start_ms, b->hour_start_ms);
	assert_int_equal(a->day_start_ms, b->day_start_ms);
	assert_string_equal(a->model, b->model);
	assert_string_equal(a->firmware, b->firmware);
	assert_int_equal(a->bare_escape_ends, b->bare_escape_ends);
	assert_int_equal(a->size_ends_data, b->size_ends_data);
	assert_int_equal(a->baud, b->baud);
}

static struct modem_memory written_and_read(const char *boot_id)
{
	struct buf text = BUF_INIT(MODEM_MEMORY_TEXT_MAX);
	struct modem_memory memory;

	assert_true(modem_memory_format(&whole, BOOT, &text));
	modem_memory_parse(buf_span(&text), boot_id, NOW_MS, &memory);
	buf_clear(&text);
	return memory;
}

static void test_same_start(void **state)
{
	struct modem_memory memory = written_and_read(BOOT);

	(void)state;
	assert_same(&memory, &whole);
}

static void test_other_start(void **state)
{
	struct modem_memory memory = written_and_read("another"), wanted = whole;

	(void)state;
	wanted.hour_start_ms = wanted.day_start_ms = NOW_MS;
	assert_same(&memory, &wanted);
}

static void test_full(void **state)
{
	struct buf text = BUF_INIT(100);

	(void)state;
	assert_false(modem_memory_format(&whole, BOOT, &text));
	buf_clear(&text);
}

/* The longest that there can be fits into what is read. */
static void test_longest(void **state)
{
	struct buf text = BUF_INIT(MODEM_MEMORY_TEXT_MAX);
	struct modem_memory longest = {
		.failures = 4294967295u, .resets_hour = 4294967295u, .resets_day = 4294967295u,
		.hour_start_ms = INT64_MIN, .day_start_ms = INT64_MIN, .baud = 4294967295u,
	};

	(void)state;
	memset(longest.model, 'm', sizeof(longest.model) - 1);
	memset(longest.firmware, 'f', sizeof(longest.firmware) - 1);
	assert_true(modem_memory_format(&longest, BOOT, &text));
	buf_clear(&text);
}

struct row {
	const char *name;
	const char *text;
	struct modem_memory wanted;	/* a start of 0 is now */
};

static const struct row table[] = {
	{ .name = "no text is a memory of nothing", .text = "" },
	{ .name = "noise is nothing", .text = "\x01\xff\n\n \n=\nmodel" },
	{ .name = "what is not known is passed over", .text = "colour red\nbaud 9600\n",
	  .wanted = { .baud = 9600 } },
	{ .name = "the last line needs no end", .text = "baud 9600", .wanted = { .baud = 9600 } },
	{ .name = "the last of two counts", .text = "baud 9600\nbaud 19200\n",
	  .wanted = { .baud = 19200 } },
	{ .name = "a strange number is not known", .text = "failures x\nbaud -1\nresets-hour 1e3 5\n" },
	{ .name = "a number out of its range is not known",
	  .text = "failures 99999999999999999999\nbaud 4000001\nresets-day 1001 5\n" },
	{ .name = "a number that is cut off is not known", .text = "failures \nresets-hour" },
	{ .name = "resets without a beginning begin now", .text = "boot " BOOT "\nresets-hour 3\n",
	  .wanted = { .resets_hour = 3 } },
	{ .name = "resets that begin in the future begin now",
	  .text = "boot " BOOT "\nresets-hour 3 7200001\nresets-day 4 9223372036854775807\n",
	  .wanted = { .resets_hour = 3, .resets_day = 4 } },
	{ .name = "resets that begin before all time begin now",
	  .text = "boot " BOOT "\nresets-hour 3 -9223372036854775808\n",
	  .wanted = { .resets_hour = 3 } },
	{ .name = "resets of another start of the machine hold",
	  .text = "boot other\nresets-hour 3 5\nresets-day 4 6\n",
	  .wanted = { .resets_hour = 3, .resets_day = 4 } },
	{ .name = "resets of no start of the machine hold", .text = "resets-hour 3 5\n",
	  .wanted = { .resets_hour = 3 } },
	{ .name = "resets of this start of the machine", .text = "boot " BOOT "\nresets-hour 3 5\n",
	  .wanted = { .resets_hour = 3, .hour_start_ms = 5 } },
	{ .name = "a model with a control in it is not known", .text = "model M\x1b[2J95\n" },
	{ .name = "a model that is too long is not known",
	  .text = "model 0123456789012345678901234567890123456789012345678\n" },
	{ .name = "a model of the longest",
	  .text = "model 01234567890123456789012345678901234567890123456\n",
	  .wanted = { .model = "01234567890123456789012345678901234567890123456" } },
	{ .name = "what was found out", .text = "bare-escape yes\nsize-ends no\n",
	  .wanted = { .bare_escape_ends = AT_YES, .size_ends_data = AT_NO } },
	{ .name = "what was found out strangely", .text = "bare-escape maybe\nsize-ends YES\n" },
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct modem_memory wanted = row->wanted, memory;

	memset(&memory, 0x5a, sizeof(memory));
	modem_memory_parse(span_of(row->text), BOOT, NOW_MS, &memory);
	if (wanted.hour_start_ms == 0)
		wanted.hour_start_ms = NOW_MS;
	if (wanted.day_start_ms == 0)
		wanted.day_start_ms = NOW_MS;
	assert_same(&memory, &wanted);
}

static void test_too_long(void **state)
{
	char text[MODEM_MEMORY_TEXT_MAX + 1] = "baud 9600\n";
	struct modem_memory memory;

	(void)state;
	memset(text + 10, 'x', sizeof(text) - 10);
	modem_memory_parse(span_make(text, sizeof(text)), BOOT, NOW_MS, &memory);
	assert_int_equal(memory.baud, 0);
	modem_memory_parse(span_make(text, sizeof(text) - 1), BOOT, NOW_MS, &memory);
	assert_int_equal(memory.baud, 9600);
}

/* Without the name of this start nothing can be said about times. */
static void test_no_boot_id(void **state)
{
	struct modem_memory memory;

	(void)state;
	modem_memory_parse(span_of("boot \nresets-hour 3 5\n"), "", NOW_MS, &memory);
	assert_int_equal(memory.resets_hour, 3);
	assert_int_equal(memory.hour_start_ms, NOW_MS);
}

int main(void)
{
	struct rows rows = { .count = 0 };

	ROWS_ADD(&rows, "what was written is read in the same start of the machine",
		 test_same_start);
	ROWS_ADD(&rows, "in another start hour and day begin anew and the counts hold",
		 test_other_start);
	ROWS_ADD(&rows, "a full buffer is told", test_full);
	ROWS_ADD(&rows, "the longest memory fits", test_longest);
	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a text that is too long is nothing", test_too_long);
	ROWS_ADD(&rows, "no name of a start is no start", test_no_boot_id);
	return rows_run(&rows, "modem_memory");
}
