/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdlib.h>

#include "base/buf.h"

static void fills_to_the_maximum_and_not_beyond(void **state)
{
	struct buf buf = BUF_INIT(4);

	(void)state;
	assert_true(buf_text(&buf, "ab"));
	assert_true(buf_text(&buf, "cd"));
	assert_string_equal(buf_string(&buf), "abcd");
	assert_false(buf_byte(&buf, 'e'));
	assert_true(buf.failed);
	assert_string_equal(buf_string(&buf), "abcd");
	buf_clear(&buf);
}

static void failure_is_sticky_until_reset(void **state)
{
	struct buf buf = BUF_INIT(3);

	(void)state;
	assert_false(buf_text(&buf, "toolong"));
	assert_false(buf_text(&buf, "a"));
	assert_int_equal(buf.length, 0);
	buf_reset(&buf);
	assert_true(buf_text(&buf, "a"));
	assert_string_equal(buf_string(&buf), "a");
	buf_clear(&buf);
}

static void failed_append_appends_nothing(void **state)
{
	struct buf buf = BUF_INIT(5);

	(void)state;
	assert_true(buf_text(&buf, "ab"));
	assert_false(buf_format(&buf, "%d-%d", 12, 34));
	assert_string_equal(buf_string(&buf), "ab");
	buf_clear(&buf);
}

static void format_fits_exactly(void **state)
{
	struct buf buf = BUF_INIT(7);

	(void)state;
	assert_true(buf_format(&buf, "%s=%d", "key", 123));
	assert_string_equal(buf_string(&buf), "key=123");
	buf_clear(&buf);
}

static void zero_maximum_holds_nothing(void **state)
{
	struct buf buf = BUF_INIT(0);

	(void)state;
	assert_true(buf_text(&buf, ""));
	assert_false(buf_byte(&buf, 'a'));
	assert_string_equal(buf_string(&buf), "");
	buf_clear(&buf);
}

static void grows_in_many_steps(void **state)
{
	struct buf buf = BUF_INIT(10000);

	(void)state;
	for (int i = 0; i < 10000; i++)
		assert_true(buf_byte(&buf, (char)('a' + i % 26)));
	assert_int_equal(buf.length, 10000);
	assert_true(buf.capacity <= 10001);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(buf.at[i], 'a' + i % 26);
	assert_int_equal(buf.at[10000], 0);
	assert_false(buf_byte(&buf, 'x'));
	buf_clear(&buf);
}

static void a_count_that_would_overflow_is_refused(void **state)
{
	struct buf buf = BUF_INIT(100);

	(void)state;
	assert_true(buf_text(&buf, "abc"));
	assert_null(buf_room(&buf, SIZE_MAX));
	assert_true(buf.failed);
	assert_string_equal(buf_string(&buf), "abc");
	buf_clear(&buf);
}

static void room_is_written_and_confirmed(void **state)
{
	struct buf buf = BUF_INIT(10);
	char *room;

	(void)state;
	assert_true(buf_text(&buf, "ab"));
	room = buf_room(&buf, 8);
	assert_non_null(room);
	memcpy(room, "cde", 3);
	buf_grew(&buf, 3);
	assert_string_equal(buf_string(&buf), "abcde");
	buf_clear(&buf);
}

static const struct drop_row {
	const char *name;
	size_t count;
	const char *left;
} drop_rows[] = {
	{ "dropping nothing keeps all", 0, "abcde" },
	{ "dropping some moves the rest to the front", 2, "cde" },
	{ "dropping all leaves nothing", 5, "" },
	{ "dropping more than all leaves nothing", 99, "" },
};

static void drops_front(void **state)
{
	const struct drop_row *row = *state;
	struct buf buf = BUF_INIT(10);

	assert_true(buf_text(&buf, "abcde"));
	buf_drop_front(&buf, row->count);
	assert_string_equal(buf_string(&buf), row->left);
	assert_int_equal(buf.length, strlen(row->left));
	buf_clear(&buf);
}

static void dropping_from_the_unused_is_harmless(void **state)
{
	struct buf buf = BUF_INIT(10);

	(void)state;
	buf_drop_front(&buf, 3);
	assert_string_equal(buf_string(&buf), "");
	assert_int_equal(buf_span(&buf).length, 0);
	buf_clear(&buf);
}

static void take_hands_over_and_empties(void **state)
{
	struct buf buf = BUF_INIT(10);
	char *text;

	(void)state;
	assert_true(buf_text(&buf, "abc"));
	text = buf_take(&buf);
	assert_string_equal(text, "abc");
	assert_null(buf.at);
	assert_int_equal(buf.max, 10);
	free(text);
	text = buf_take(&buf);
	assert_string_equal(text, "");
	free(text);
}

static void take_of_a_failed_buffer_gives_nothing(void **state)
{
	struct buf buf = BUF_INIT(2);

	(void)state;
	buf_text(&buf, "abc");
	assert_null(buf_take(&buf));
	assert_false(buf.failed);
	assert_true(buf_text(&buf, "ab"));
	buf_clear(&buf);
}

static void octets_of_zero_are_kept(void **state)
{
	struct buf buf = BUF_INIT(8);

	(void)state;
	assert_true(buf_put(&buf, span_make("a\0b", 3)));
	assert_true(span_equal(buf_span(&buf), span_make("a\0b", 3)));
	buf_clear(&buf);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "it fills to the maximum and not beyond", fills_to_the_maximum_and_not_beyond);
	ROWS_ADD(&rows, "failure is sticky until a reset", failure_is_sticky_until_reset);
	ROWS_ADD(&rows, "a failed append appends nothing", failed_append_appends_nothing);
	ROWS_ADD(&rows, "a format may fit exactly", format_fits_exactly);
	ROWS_ADD(&rows, "a maximum of zero holds nothing", zero_maximum_holds_nothing);
	ROWS_ADD(&rows, "it grows in many small steps", grows_in_many_steps);
	ROWS_ADD(&rows, "a count that would overflow is refused",
		 a_count_that_would_overflow_is_refused);
	ROWS_ADD(&rows, "room is written by the caller and confirmed", room_is_written_and_confirmed);
	ROWS_ADD_TABLE(&rows, drop_rows, drops_front);
	ROWS_ADD(&rows, "dropping from an unused buffer is harmless",
		 dropping_from_the_unused_is_harmless);
	ROWS_ADD(&rows, "taking hands the text over and leaves it empty", take_hands_over_and_empties);
	ROWS_ADD(&rows, "taking from a failed buffer gives nothing",
		 take_of_a_failed_buffer_gives_nothing);
	ROWS_ADD(&rows, "octets of zero are kept", octets_of_zero_are_kept);
	return rows_run(&rows, "buf");
}
