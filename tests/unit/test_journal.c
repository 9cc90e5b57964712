/* SPDX-License-Identifier: ISC */
#include "queue/journal.h"

#include "rows.h"

#define ROOM 4

struct format_row {
	const char *name;
	struct journal_record record;
	const char *line;
};

static const size_t one[] = { 7 };
static const size_t three[] = { 0, 2, 999 };

#define TEXT(literal) { literal, sizeof(literal) - 1 }
#define LONG_50 "01234567890123456789012345678901234567890123456789"

static const struct format_row records[] = {
	{ "in flight names its recipients",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1763841300, .recipients = three, .recipient_count = 3 },
	  "in-flight 1763841300 0,2,999\n" },
	{ "in flight names the modem that may still answer, and how long",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1763841300, .recipients = one, .recipient_count = 1,
	    .modem = TEXT("gsm_0.a-B"), .limit_ms = 340000 },
	  "in-flight 1763841300 7 modem=gsm_0.a-B limit=340000\n" },
	{ "in flight with one page of several",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1, .recipients = one, .recipient_count = 1,
	    .modem = TEXT("gsm0"), .limit_ms = 5, .page = 3, .pages = 3, .room_octets = 0 },
	  "in-flight 1 7 modem=gsm0 limit=5 page=3 pages=3 room=0\n" },
	{ "no recipients means all that pend", { .kind = JOURNAL_SETTLED, .at_s = 1 }, "settled 1 *\n" },
	{ "sent has its code and status",
	  { .kind = JOURNAL_SENT, .at_s = 1, .recipients = one, .recipient_count = 1,
	    .has_code = true, .code = 0, .status = TEXT("2.0.0") },
	  "sent 1 7 code=0 status=2.0.0\n" },
	{ "failed has a text to the end of the line",
	  { .kind = JOURNAL_FAILED, .at_s = -1, .recipients = one, .recipient_count = 1,
	    .has_code = true, .code = -550, .status = TEXT("5.1.1"), .text = TEXT("no such = user") },
	  "failed -1 7 code=-550 status=5.1.1 text=no such = user\n" },
	{ "deferred has attempts and wait",
	  { .kind = JOURNAL_DEFERRED, .at_s = 1, .attempts = 3, .wait_ms = 300000 },
	  "deferred 1 * attempts=3 wait=300000\n" },
	{ "deferred has what it met with, and its age",
	  { .kind = JOURNAL_DEFERRED, .at_s = 1, .has_code = true, .code = -450, .status = TEXT("4.2.1"),
	    .attempts = 3, .wait_ms = 300000, .age_ms = 86400001, .text = TEXT("busy (-450)") },
	  "deferred 1 * code=-450 status=4.2.1 attempts=3 wait=300000 age=86400001 text=busy (-450)\n" },
	{ "reported", { .kind = JOURNAL_REPORTED, .at_s = 1, .recipients = one, .recipient_count = 1,
			.text = TEXT("report 4X to a@example.net") },
	  "reported 1 7 text=report 4X to a@example.net\n" },
	{ "warned", { .kind = JOURNAL_WARNED, .at_s = 1 }, "warned 1 *\n" },
	{ "a page says which one of how many, and for how much room",
	  { .kind = JOURNAL_PAGE, .at_s = 1, .recipients = one, .recipient_count = 1, .page = 2,
	    .pages = 5, .room_octets = 102400 },
	  "page 1 7 page=2 pages=5 room=102400\n" },
	{ "uncertain", { .kind = JOURNAL_UNCERTAIN, .at_s = 1 }, "uncertain 1 *\n" },
	{ "held", { .kind = JOURNAL_HELD, .at_s = 1 }, "held 1 *\n" },
	{ "released", { .kind = JOURNAL_RELEASED, .at_s = 1 }, "released 1 *\n" },
};

static void check_same(const struct journal_record *a, const struct journal_record *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->at_s, b->at_s);
	assert_int_equal(a->recipient_count, b->recipient_count);
	for (size_t i = 0; i < a->recipient_count; i++)
		assert_int_equal(a->recipients[i], b->recipients[i]);
	assert_int_equal(a->has_code, b->has_code);
	assert_int_equal(a->code, b->code);
	assert_true(span_equal(a->status, b->status));
	assert_true(span_equal(a->text, b->text));
	assert_int_equal(a->attempts, b->attempts);
	assert_int_equal(a->wait_ms, b->wait_ms);
	assert_int_equal(a->age_ms, b->age_ms);
	assert_true(span_equal(a->modem, b->modem));
	assert_int_equal(a->limit_ms, b->limit_ms);
	assert_int_equal(a->page, b->page);
	assert_int_equal(a->pages, b->pages);
	assert_int_equal(a->room_octets, b->room_octets);
}

static void test_record(void **state)
{
	const struct format_row *row = *state;
	struct buf out = BUF_INIT(4096);
	struct journal_record again;
	size_t indices[ROOM];
	struct span rest;

	assert_true(journal_format(&row->record, &out));
	assert_string_equal(buf_string(&out), row->line);
	rest = buf_span(&out);
	assert_int_equal(journal_next(&rest, &again, indices, ROOM), 1);
	check_same(&row->record, &again);
	assert_int_equal(journal_next(&rest, &again, indices, ROOM), 0);
	buf_clear(&out);
}

struct text_row {
	const char *name;
	struct span text;
	const char *written;
};

static const struct text_row texts[] = {
	{ "a line end in a text cannot make a line", TEXT("a\r\nsent 1 *"), "a??sent 1 *" },
	{ "NUL and DEL become ?", TEXT("a\0b\x7f"), "a?b?" },
	{ "UTF-8 stays", TEXT("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f" },
	{ "what is no UTF-8 becomes ?", TEXT("gr\xfc\xdf"), "gr??" },
	{ "a long text is cut", TEXT(LONG_50 LONG_50 LONG_50 LONG_50 "x"),
	  LONG_50 LONG_50 LONG_50 LONG_50 },
	{ "it is cut between characters",
	  TEXT(LONG_50 LONG_50 LONG_50 "0123456789012345678901234567890123456789012345678\xc3\xbc"),
	  LONG_50 LONG_50 LONG_50 "0123456789012345678901234567890123456789012345678" },
};

static void test_text(void **state)
{
	const struct text_row *row = *state;
	struct journal_record record = { .kind = JOURNAL_HELD, .at_s = 1, .text = row->text };
	struct journal_record again;
	struct buf out = BUF_INIT(4096);
	size_t indices[ROOM];
	struct span rest;

	assert_true(journal_format(&record, &out));
	rest = buf_span(&out);
	assert_int_equal(journal_next(&rest, &again, indices, ROOM), 1);
	assert_true(span_is(again.text, row->written));
	assert_int_equal(rest.length, 0);
	buf_clear(&out);
}

struct read_row {
	const char *name;
	const char *text;
	const char *answers;	/* of journal_next(): 'r'ecord, 'x' no record; then the end */
};

static const struct read_row reads[] = {
	{ "an empty journal ends at once", "", "" },
	{ "records follow each other", "in-flight 1 0\nsent 2 0\n", "rr" },
	{ "a cut last line was never written", "in-flight 1 0\nsent 2 0", "r" },
	{ "even one that looks whole", "sent 2 0,1", "" },
	{ "a struck out line is no record, the next one is", "sent 2 0,1\x18\nheld 3 *\n", "xr" },
	{ "a line that is struck out in its text is none", "held 2 * text=by\x18\nheld 3 *\n", "xr" },
	{ "an unknown word is passed over", "moved 1 0\nsent 2 0\n", "xr" },
	{ "an empty line is passed over", "\nsent 2 0\n", "xr" },
	{ "a line without recipients is none", "sent 2\n", "x" },
	{ "a line without time is none", "sent\n", "x" },
	{ "a time that is no number is none", "sent now 0\n", "x" },
	{ "a recipient that is no number is none", "sent 1 a\n", "x" },
	{ "a negative recipient is none", "sent 1 -1\n", "x" },
	{ "a recipient beyond every envelope is none", "sent 1 1000\n", "x" },
	{ "an empty place in the list is none", "sent 1 0,,1\n", "x" },
	{ "more recipients than there is room for are none", "sent 1 0,1,2,3,4\n", "x" },
	{ "as many as there is room for are one", "sent 1 0,1,2,3\n", "r" },
	{ "an unknown field is none", "sent 1 0 speed=9\n", "x" },
	{ "a code that is no number is none", "sent 1 0 code=x\n", "x" },
	{ "a code beyond an int is none", "sent 1 0 code=99999999999\n", "x" },
	{ "a status with letters is none", "sent 1 0 status=5.x\n", "x" },
	{ "a negative wait is none", "deferred 1 * attempts=1 wait=-1\n", "x" },
	{ "the form without modem and limit is still read", "in-flight 1 0,1\n", "r" },
	{ "a modem without limit, and a limit without modem, too",
	  "in-flight 1 0 modem=gsm0\nin-flight 1 0 limit=1\n", "rr" },
	{ "a modem without a name is none", "in-flight 1 0 modem= limit=1\n", "x" },
	{ "a modem's name holds what the configuration allows", "in-flight 1 0 modem=a/b limit=1\n",
	  "x" },
	{ "it has at most 63 characters",
	  "in-flight 1 0 modem=" LONG_50 "0123456789012 limit=1\n"
	  "in-flight 1 0 modem=" LONG_50 "01234567890123 limit=1\n", "rx" },
	{ "no limit is no limit to wait for", "in-flight 1 0 modem=gsm0 limit=0\n", "x" },
	{ "a negative limit is none", "in-flight 1 0 modem=gsm0 limit=-1\n", "x" },
	{ "a limit beyond 64 bits is none", "in-flight 1 0 modem=gsm0 limit=9223372036854775808\n",
	  "x" },
	{ "a page without its number is none", "page 1 0 pages=2 room=1\n", "x" },
	{ "the last page is none: then it is sent", "page 1 0 page=2 pages=2 room=1\n", "x" },
	{ "a page number beyond an int is none", "page 1 0 page=9999999999 pages=2\n", "x" },
	{ "two blanks are none", "sent 1  0\n", "x" },
	{ "a carriage return is none", "sent 1 0\r\n", "x" },
};

static void test_read(void **state)
{
	const struct read_row *row = *state;
	struct span rest = span_of(row->text);
	struct journal_record record;
	size_t indices[ROOM];

	for (const char *answer = row->answers; *answer; answer++)
		assert_int_equal(journal_next(&rest, &record, indices, ROOM), *answer == 'r' ? 1 : -1);
	assert_int_equal(journal_next(&rest, &record, indices, ROOM), 0);
	assert_int_equal(journal_next(&rest, &record, indices, ROOM), 0);
}

/* A power cut may end the file anywhere: what was whole before it stays, and
 * nothing else comes up. */
static void test_every_cut(void **state)
{
	static const char text[] = "in-flight 1 0,1\nsent 2 0 code=0\nfailed 3 1 code=-550 text=no\n";
	size_t length = sizeof(text) - 1;

	(void)state;
	for (size_t cut = 0; cut <= length; cut++) {
		struct span rest = span_make(text, cut);
		struct journal_record record;
		size_t indices[ROOM], lines = 0;

		for (size_t i = 0; i < cut; i++)
			lines += text[i] == '\n';
		for (size_t i = 0; i < lines; i++)
			assert_int_equal(journal_next(&rest, &record, indices, ROOM), 1);
		assert_int_equal(journal_next(&rest, &record, indices, ROOM), 0);
	}
}

static void test_zeros(void **state)
{
	static const char text[] = "sent 1 0\n\0\0\0\0\nheld 1 *\n";
	struct span rest = span_make(text, sizeof(text) - 1);
	struct journal_record record;
	size_t indices[ROOM];

	(void)state;
	assert_int_equal(journal_next(&rest, &record, indices, ROOM), 1);
	assert_int_equal(journal_next(&rest, &record, indices, ROOM), -1);
	assert_int_equal(journal_next(&rest, &record, indices, ROOM), 1);
	assert_int_equal(record.kind, JOURNAL_HELD);
}

static void test_nothing_to_write(void **state)
{
	struct journal_record record = { .kind = JOURNAL_NONE };
	struct buf out = BUF_INIT(4096);

	(void)state;
	assert_false(journal_format(&record, &out));
	assert_int_equal(out.length, 0);
}

struct flight_row {
	const char *name;
	struct journal_record record;
};

/* What cannot be read again is not written: the record itself must not be lost. */
static const struct flight_row flights[] = {
	{ "a name that is no modem's is left out",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1, .modem = TEXT("a b"), .limit_ms = 1 } },
	{ "and with it a name that is too long",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1, .modem = TEXT(LONG_50 LONG_50), .limit_ms = 1 } },
	{ "a modem without limit is left out",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1, .modem = TEXT("gsm0") } },
	{ "a limit without modem is left out",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1, .limit_ms = 1 } },
	{ "a negative limit is left out",
	  { .kind = JOURNAL_IN_FLIGHT, .at_s = 1, .modem = TEXT("gsm0"), .limit_ms = -1 } },
};

static void test_plain_flight(void **state)
{
	const struct flight_row *row = *state;
	struct buf out = BUF_INIT(4096);

	assert_true(journal_format(&row->record, &out));
	assert_string_equal(buf_string(&out), "in-flight 1 *\n");
	buf_clear(&out);
}

static void test_modem_of_others(void **state)
{
	struct journal_record record = {
		.kind = JOURNAL_SENT, .at_s = 1, .modem = span_of("gsm0"), .limit_ms = 1,
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	assert_true(journal_format(&record, &out));
	assert_string_equal(buf_string(&out), "sent 1 *\n");
	buf_clear(&out);
}

static void test_bad_status(void **state)
{
	struct journal_record record = {
		.kind = JOURNAL_SENT, .at_s = 1, .status = span_of("5.1.1 code=0"), .wait_ms = -5,
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	assert_true(journal_format(&record, &out));
	assert_string_equal(buf_string(&out), "sent 1 *\n");
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, records, test_record);
	ROWS_ADD_TABLE(&rows, texts, test_text);
	ROWS_ADD_TABLE(&rows, reads, test_read);
	ROWS_ADD_TABLE(&rows, flights, test_plain_flight);
	ROWS_ADD(&rows, "only an order to send names the modem", test_modem_of_others);
	ROWS_ADD(&rows, "a cut at any octet loses only the cut line", test_every_cut);
	ROWS_ADD(&rows, "zeros in the middle are passed over", test_zeros);
	ROWS_ADD(&rows, "a record of no kind is not written", test_nothing_to_write);
	ROWS_ADD(&rows, "a status that is none cannot add fields", test_bad_status);
	return rows_run(&rows, "journal");
}
