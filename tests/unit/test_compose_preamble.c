/* SPDX-License-Identifier: ISC */
#include "compose/compose_preamble.h"

#include "rows.h"

#define ARRIVED 1795377300	/* 2026-11-22 19:55:00 UTC */

struct row {
	const char *name;
	struct compose_options options;
	struct compose_preamble_facts facts;
	const char *text;
};

#define SPAN(literal) { literal, sizeof(literal) - 1 }
#define FACTS .sender = SPAN("root@gw1"), .arrived_s = ARRIVED
#define DATED .dated = true, .date_s = ARRIVED - 60, .date_offset_min = 60

static const struct row texts[] = {
	{ "none says nothing",
	  { .id = "4K2X", .hostname = "gw1", .preamble = COMPOSE_PREAMBLE_NONE }, { FACTS }, "" },
	{ "short names sender, date, host and id",
	  { .id = "4K2X", .hostname = "gw1.example.net" },
	  { FACTS, DATED, .from = SPAN("Root <root@gw1>") },
	  "[From Root <root@gw1>, Sun, 22 Nov 2026 20:54:00 +0100 (19:54 UTC), "
	  "via gw1.example.net, id 4K2X]\n\n" },
	{ "a date in UTC is said once",
	  { .id = "", .hostname = "" },
	  { FACTS, .dated = true, .date_s = ARRIVED, .from = SPAN("a@b") },
	  "[From a@b, Sun, 22 Nov 2026 19:55:00 +0000]\n\n" },
	{ "without From and Date the envelope speaks",
	  { .id = "4K2X", .hostname = "" }, { FACTS },
	  "[From <root@gw1>, taken Sun, 22 Nov 2026 19:55:00 +0000, id 4K2X]\n\n" },
	{ "the null sender is named",
	  { .id = "", .hostname = "" }, { .arrived_s = ARRIVED },
	  "[From <>, taken Sun, 22 Nov 2026 19:55:00 +0000]\n\n" },
	{ "a date in UTC of another day is said with it",
	  { .id = "", .hostname = "" },
	  { FACTS, .dated = true, .date_s = ARRIVED, .date_offset_min = 330, .from = SPAN("a@b") },
	  "[From a@b, Mon, 23 Nov 2026 01:25:00 +0530 (Sun, 22 Nov 2026 19:55 UTC)]\n\n" },
	{ "the first attempt is not told",
	  { .id = "", .hostname = "", .attempt = 1 }, { FACTS, .from = SPAN("a@b") },
	  "[From a@b, taken Sun, 22 Nov 2026 19:55:00 +0000]\n\n" },
	{ "the second attempt is told",
	  { .id = "4K2X", .hostname = "", .attempt = 2 }, { FACTS, .from = SPAN("a@b") },
	  "[From a@b, taken Sun, 22 Nov 2026 19:55:00 +0000, id 4K2X, attempt 2]\n\n" },
	{ "a late mail says how late",
	  { .id = "", .hostname = "", .now_s = ARRIVED + 22320 }, { FACTS, .from = SPAN("a@b") },
	  "[From a@b, taken Sun, 22 Nov 2026 19:55:00 +0000, 6 h 12 min late]\n\n" },
	{ "59 s are not late",
	  { .id = "", .hostname = "", .now_s = ARRIVED + 59 }, { FACTS, .from = SPAN("a@b") },
	  "[From a@b, taken Sun, 22 Nov 2026 19:55:00 +0000]\n\n" },
	{ "60 s are late",
	  { .id = "", .hostname = "", .now_s = ARRIVED + 60 }, { FACTS, .from = SPAN("a@b") },
	  "[From a@b, taken Sun, 22 Nov 2026 19:55:00 +0000, 1 min late]\n\n" },
	{ "a clock that went back makes nothing late",
	  { .id = "", .hostname = "", .now_s = 1 }, { FACTS, .from = SPAN("a@b") },
	  "[From a@b, taken Sun, 22 Nov 2026 19:55:00 +0000]\n\n" },
	{ "full shows the header",
	  { .id = "4K2X", .hostname = "gw1", .now_s = ARRIVED + 90, .attempt = 2,
	    .preamble = COMPOSE_PREAMBLE_FULL },
	  { FACTS, DATED, .from = SPAN("Root <root@gw1>"), .reply_to = SPAN("r@x"),
	    .to = SPAN("A <a@x>, b@x"), .cc = SPAN("c@x"), .message_id = SPAN("<1@gw1>") },
	  "From: Root <root@gw1>\nSender: <root@gw1>\nReply-To: r@x\nTo: A <a@x>, b@x\nCc: c@x\n"
	  "Date: Sun, 22 Nov 2026 20:54:00 +0100 (19:54 UTC)\nMessage-ID: <1@gw1>\n"
	  "Taken: Sun, 22 Nov 2026 19:55:00 +0000, via gw1, id 4K2X, 1 min 30 s late, "
	  "attempt 2\n\n" },
	{ "full leaves out what is not there",
	  { .id = "", .hostname = "", .attempt = 1, .preamble = COMPOSE_PREAMBLE_FULL }, { FACTS },
	  "Sender: <root@gw1>\nTaken: Sun, 22 Nov 2026 19:55:00 +0000\n\n" },
	{ "a possible duplicate says so whatever the preamble",
	  { .id = "4K2X", .hostname = "gw1", .attempt = 3, .uncertain = true,
	    .preamble = COMPOSE_PREAMBLE_NONE }, { FACTS },
	  "[possible duplicate of 4K2X: whether an earlier attempt arrived is not known; "
	  "attempt 3]\n\n" },
	{ "the whole subject follows the mark and precedes the rest",
	  { .id = "", .hostname = "", .uncertain = true },
	  { FACTS, .from = SPAN("a@b"), .cut_subject = SPAN("all of it") },
	  "[possible duplicate: whether an earlier attempt arrived is not known]\n"
	  "Subject: all of it\n[From a@b, taken Sun, 22 Nov 2026 19:55:00 +0000]\n\n" },
	{ "the whole subject is said without a preamble too",
	  { .id = "", .hostname = "", .preamble = COMPOSE_PREAMBLE_NONE },
	  { FACTS, .cut_subject = SPAN("all of it") }, "Subject: all of it\n\n" },
};

static void says(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(4000);

	assert_true(compose_preamble_build(&row->options, &row->facts, &out));
	assert_string_equal(buf_string(&out), row->text);
	buf_clear(&out);
}

static void long_values_are_cut(void **state)
{
	static char value[100001];
	const struct compose_options options = { .id = "", .hostname = "",
						 .preamble = COMPOSE_PREAMBLE_FULL };
	struct compose_preamble_facts facts = { .sender = span_of("a@b") };
	struct buf out = BUF_INIT(4000);

	(void)state;
	memset(value, 'x', sizeof value - 1);
	facts.from = facts.to = facts.cc = facts.reply_to = facts.message_id = span_of(value);
	facts.cut_subject = span_of(value);
	assert_true(compose_preamble_build(&options, &facts, &out));
	assert_true(out.length < 3000);
	assert_true(span_find(buf_span(&out), span_of("xxx...\n")) < out.length);
	buf_clear(&out);
}

/* What changes from attempt to attempt is bounded, whatever the mail. */
static void changes_little(void **state)
{
	static char name[1000];
	struct compose_options options = { .id = name, .hostname = name };
	struct compose_preamble_facts facts = { .sender = span_of("a@b"),
						.arrived_s = -62167219200 };
	struct buf calm = BUF_INIT(4000), worst = BUF_INIT(4000);

	(void)state;
	memset(name, 'x', sizeof name - 1);
	for (int kind = COMPOSE_PREAMBLE_SHORT; kind <= COMPOSE_PREAMBLE_FULL; kind++) {
		options.preamble = (enum compose_preamble)kind;
		options.uncertain = false;
		options.attempt = 1;
		options.now_s = 0;
		assert_true(compose_preamble_build(&options, &facts, &calm));
		options.uncertain = true;
		options.attempt = 1000000;
		options.now_s = INT64_MAX / 2000 - 62167219200;
		assert_true(compose_preamble_build(&options, &facts, &worst));
		assert_true(worst.length > calm.length);
		/* Each line may become two. */
		assert_true(worst.length + 10 <= calm.length + COMPOSE_PREAMBLE_CHANGE_MAX);
		buf_reset(&calm);
		buf_reset(&worst);
	}
	buf_clear(&calm);
	buf_clear(&worst);
}

static void says_who(void **state)
{
	struct compose_preamble_facts facts = { .sender = span_of("a@b") };
	struct buf out = BUF_INIT(100);

	(void)state;
	compose_preamble_put_sender(&facts, &out);
	assert_string_equal(buf_string(&out), "<a@b>");
	buf_reset(&out);
	facts.from = span_of("Root <root@gw1>");
	compose_preamble_put_sender(&facts, &out);
	assert_string_equal(buf_string(&out), "Root <root@gw1>");
	buf_clear(&out);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, texts, says);
	ROWS_ADD(&rows, "long values are cut", long_values_are_cut);
	ROWS_ADD(&rows, "resends make it little longer", changes_little);
	ROWS_ADD(&rows, "the sender is said in some words", says_who);
	return rows_run(&rows, "compose_preamble");
}
