/* SPDX-License-Identifier: ISC */
/* What dialogues (test_at_dialogues) cannot say about at_chat. */
#include "rows.h"

#include <stdlib.h>

#include "at/at_chat.h"
#include "base/buf.h"

static const struct at_chat_options options = { 115200, 20, 0, 4 };
static const struct at_step command = { .label = "A", .line = { "ATA1", 4 }, .answer_ms = 1000 };

static struct at_chat *chat_new(void)
{
	struct at_chat *chat = at_chat_new(&options);

	assert_non_null(chat);
	return chat;
}

static enum at_chat_event_kind next(struct at_chat *chat, int64_t *now_ms,
				    struct at_chat_event *event)
{
	int64_t due_ms;

	at_chat_next(chat, *now_ms, event);
	if (event->kind != AT_CHAT_NONE)
		return event->kind;
	due_ms = at_chat_deadline_ms(chat);
	if (due_ms != INT64_MAX) {
		*now_ms = due_ms;
		at_chat_next(chat, *now_ms, event);
	}
	return event->kind;
}

static void drops_what_comes_too_fast(void **state)
{
	static char flood[20000];
	struct at_chat *chat = chat_new();
	struct at_chat_event event;
	int64_t now_ms = 1000;
	size_t lines = 0, notes = 0;

	(void)state;
	memset(flood, '\n', sizeof flood);
	for (size_t i = 0; i < sizeof flood; i += 2)
		flood[i] = 'x';
	at_chat_feed(chat, span_make(flood, sizeof flood), now_ms);
	for (at_chat_next(chat, now_ms, &event); event.kind == AT_CHAT_UNSOLICITED;
	     at_chat_next(chat, now_ms, &event))
		if (span_is(event.octets, "x"))
			lines++;
		else if (span_is(event.octets, "(octets came too fast and were dropped)"))
			notes++;
	assert_int_equal(notes, 1);
	assert_int_equal(event.kind, AT_CHAT_NONE);
	assert_true(lines >= 2048 && lines < 10000);

	at_chat_start(chat, &command, 1, now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	at_chat_feed(chat, span_of("\r\nOK\r\n"), now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_FINISHED);
	assert_int_equal(at_chat_result(chat)->outcome, AT_CHAT_OK);
	at_chat_free(chat);
}

/* The first look is at the start; the last one is at each piece. */
static void looks_at_each_piece_once_more(void **state)
{
	char payload[] = "abcdefghijkl";
	struct at_step step = {
		.label = "B", .line = { "ATB1", 4 }, .answer_ms = 1000, .result_ms = 1000,
		.data = true, .payload = { payload, 12 }, .result = "+B:",
	};
	struct at_chat *chat = chat_new();
	struct at_chat_event event;
	int64_t now_ms = 1000;

	(void)state;
	at_chat_start(chat, &step, 1, now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	at_chat_feed(chat, span_of("\r\nOK\r\n\r\nCONNECT\r\n"), now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_true(event.data && span_is(event.octets, "abcd"));
	memcpy(payload, "abc++++hijkl", 12);
	while (next(chat, &now_ms, &event) != AT_CHAT_FINISHED)
		if (event.kind == AT_CHAT_SEND)
			assert_false(event.data);
	assert_int_equal(at_chat_result(chat)->outcome, AT_CHAT_UNSAFE);
	at_chat_free(chat);
}

static void marks_what_is_secret_and_what_is_data(void **state)
{
	struct at_step steps[] = {
		{ .label = "PWD", .line = { "AT+P=\"x\"", 8 }, .secret = true, .answer_ms = 1000 },
		{ .label = "B", .line = { "ATB1", 4 }, .answer_ms = 1000, .result_ms = 1000,
		  .data = true, .payload = { "ab", 2 }, .result = "+B:",
		  .result_is_length = true },
	};
	struct at_chat *chat = chat_new();
	struct at_chat_event event;
	int64_t now_ms = 1000;

	(void)state;
	at_chat_start(chat, steps, 2, now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_true(event.secret && !event.data);
	assert_string_equal(event.label, "PWD");
	at_chat_feed(chat, span_of("OK\r"), now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_true(!event.secret && !event.data && event.step == 1);
	at_chat_feed(chat, span_of("OK\rCONNECT\r"), now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_true(!event.secret && event.data);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_true(!event.data && span_is(event.octets, "+++"));
	at_chat_feed(chat, span_of("+B: 2\r"), now_ms + 5);
	now_ms += 5;
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_FINISHED);
	assert_null(event.label);
	at_chat_free(chat);
}

static void is_quiet_while_idle(void **state)
{
	struct at_chat *chat = chat_new();
	struct at_chat_event event;

	(void)state;
	at_chat_release(chat, 1000);
	at_chat_cancel(chat, 1000);
	at_chat_feed(chat, span_make(NULL, 0), 1000);
	at_chat_lost(chat);
	at_chat_next(chat, 1000, &event);
	assert_int_equal(event.kind, AT_CHAT_NONE);
	assert_true(at_chat_is_idle(chat));
	assert_true(at_chat_deadline_ms(chat) == INT64_MAX);
	at_chat_free(chat);
	at_chat_free(NULL);
}

static void ends_an_empty_script(void **state)
{
	struct at_chat *chat = chat_new();
	struct at_chat_event event;

	(void)state;
	at_chat_start(chat, NULL, 0, 1000);
	assert_false(at_chat_is_idle(chat));
	at_chat_next(chat, 1000, &event);
	assert_int_equal(event.kind, AT_CHAT_FINISHED);
	assert_int_equal(at_chat_result(chat)->outcome, AT_CHAT_OK);
	assert_true(at_chat_is_idle(chat));
	at_chat_free(chat);
}

static void names_every_outcome(void **state)
{
	(void)state;
	for (int i = AT_CHAT_OK; i <= AT_CHAT_UNSAFE; i++)
		assert_string_not_equal(at_chat_outcome_name((enum at_chat_outcome)i), "?");
}

/* At a paced line and a clock of milliseconds: the line is busy with data for
 * at least 99 parts in 100, and never more than two pieces are under way. */
static void keeps_the_line_busy(void **state)
{
	static char payload[100000];
	struct at_step step = {
		.label = "B", .line = { "ATB1", 4 }, .answer_ms = 1000, .result_ms = 1000,
		.data = true, .payload = { payload, sizeof payload }, .result = "+B:",
	};
	struct at_chat_options paced = { 115200, 20, 1000, 512 };
	struct at_chat *chat = at_chat_new(&paced);
	struct at_chat_event event;
	int64_t now_ms = 1000, begun_ms, wire_us = 0;

	(void)state;
	assert_non_null(chat);
	memset(payload, 'x', sizeof payload);
	at_chat_start(chat, &step, 1, now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	now_ms += 5;
	at_chat_feed(chat, span_of("\r\nOK\r\n\r\nCONNECT\r\n"), now_ms);
	begun_ms = now_ms;
	for (;;) {
		assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
		if (!event.data)
			break;
		if (wire_us < now_ms * 1000)
			wire_us = now_ms * 1000;
		wire_us += (int64_t)event.octets.length * 10 * 1000000 / 115200;
		assert_true(wire_us - now_ms * 1000 <= 2 * 512 * 10 * (int64_t)1000000 / 115200 + 1000);
	}
	/* 100000 octets of 10 bits take 8680 ms. */
	assert_in_range(wire_us / 1000 - begun_ms, 8680, 8767);
	at_chat_lost(chat);
	at_chat_next(chat, now_ms, &event);
	at_chat_free(chat);
}

static void feed(struct at_chat *chat, int64_t now_ms, const char *text)
{
	at_chat_feed(chat, span_of(text), now_ms);
}

/* Follows the chat to its end, the module silent. */
static const struct at_chat_result *finish(struct at_chat *chat, int64_t now_ms)
{
	struct at_chat_event event;

	do {
		next(chat, &now_ms, &event);
	} while (event.kind != AT_CHAT_FINISHED);
	return at_chat_result(chat);
}

/* A result that was under way when the escape went out makes it synchronise before
 * the next step; when nobody answers that, the next step was not answered. */
static void tells_answers_of_that_step_alone(void **state)
{
	const struct at_step steps[] = {
		{ .label = "B", .line = { "ATB1", 4 }, .answer_ms = 1000, .result_ms = 1000,
		  .data = true, .data_end = AT_DATA_SIZED, .self_ending_ms = 100,
		  .payload = { "ab", 2 }, .result = "+B:", .result_is_length = true },
		{ .label = "PUT", .line = { "ATC1", 4 }, .answer_ms = 1000, .commits = true },
	};
	struct at_chat_options guarded = { 115200, 20, 1000, 4 };
	struct at_chat *chat = at_chat_new(&guarded);
	const struct at_chat_result *result;
	struct at_chat_event event;
	int64_t now_ms = 1000;

	(void)state;
	assert_non_null(chat);
	at_chat_start(chat, steps, 2, now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	feed(chat, now_ms, "OK\rCONNECT\r");
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_true(event.data);
	do {
		next(chat, &now_ms, &event);
	} while (event.kind != AT_CHAT_SEND);
	assert_true(span_is(event.octets, "+++"));
	feed(chat, now_ms + 10, "+B: 2\r");
	now_ms += 10;
	result = finish(chat, now_ms);
	assert_int_equal(result->outcome, AT_CHAT_TIMEOUT);
	assert_string_equal(result->label, "PUT");
	assert_true(!result->answered && !result->committed && !result->synced);
	assert_int_equal(result->size_ends_data, AT_UNKNOWN);
	at_chat_free(chat);
}

static void counts_errors_of_the_line(void **state)
{
	struct at_chat *chat = chat_new();
	struct at_chat_event event;
	int64_t now_ms = 1000;

	(void)state;
	assert_int_equal(at_chat_line_errors(chat), 0);
	for (unsigned i = 1; i < 4; i++) {
		at_chat_start(chat, &command, 1, now_ms);
		do {
			next(chat, &now_ms, &event);
			if (event.kind == AT_CHAT_SEND && span_is(event.octets, "AT\r"))
				feed(chat, now_ms, "OK\r");
			if (event.kind == AT_CHAT_SEND && span_starts(event.octets, "AT+CSQ"))
				feed(chat, now_ms, "+CSQ: 20,0\rOK\r");
		} while (event.kind != AT_CHAT_SEND || !span_is(event.octets, "ATA1\r"));
		feed(chat, now_ms, "ATA\r\r\nOK\r\n");
		assert_int_equal(finish(chat, now_ms)->outcome, AT_CHAT_TIMEOUT);
		assert_int_equal(at_chat_line_errors(chat), i);
		now_ms += 600000;
	}
	at_chat_free(chat);
}

/* A failed script may be taken back while the module is still synchronised. */
static void lets_a_failed_script_go(void **state)
{
	struct at_step step = command;
	struct at_chat *chat = chat_new();
	struct at_chat_event event;
	int64_t now_ms = 1000;

	(void)state;
	at_chat_start(chat, &step, 1, now_ms);
	assert_false(at_chat_let_go(chat));
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_false(at_chat_let_go(chat));
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);	/* timed out */
	assert_true(at_chat_let_go(chat));
	assert_string_equal(at_chat_result(chat)->label, "A");
	memset(&step, 0xff, sizeof step);
	feed(chat, now_ms, "+A: 1\rRING\r");
	assert_int_equal(finish(chat, now_ms)->outcome, AT_CHAT_TIMEOUT);
	assert_string_equal(at_chat_result(chat)->label, "A");
	at_chat_free(chat);
}

/* What may have acted is not to be tried elsewhere before the end is known. */
static void keeps_what_committed(void **state)
{
	struct at_step step = command;
	struct at_chat *chat = chat_new();
	struct at_chat_event event;
	int64_t now_ms = 1000;

	(void)state;
	step.commits = true;
	at_chat_start(chat, &step, 1, now_ms);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);
	assert_int_equal(next(chat, &now_ms, &event), AT_CHAT_SEND);	/* timed out */
	assert_false(at_chat_is_idle(chat));
	assert_false(at_chat_let_go(chat));
	assert_true(finish(chat, now_ms)->committed);
	at_chat_free(chat);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "octets that come too fast are dropped, told, and disturb nothing later",
		 drops_what_comes_too_fast);
	ROWS_ADD(&rows, "an escape that appears in the data after the first look is not sent",
		 looks_at_each_piece_once_more);
	ROWS_ADD(&rows, "secrets and data are marked for traces",
		 marks_what_is_secret_and_what_is_data);
	ROWS_ADD(&rows, "an idle chat does nothing", is_quiet_while_idle);
	ROWS_ADD(&rows, "a script without steps ends well", ends_an_empty_script);
	ROWS_ADD(&rows, "every outcome has a name", names_every_outcome);
	ROWS_ADD(&rows, "data keeps a paced line busy and is never far ahead of it",
		 keeps_the_line_busy);
	ROWS_ADD(&rows, "whether it was answered is told of the step where it ended alone",
		 tells_answers_of_that_step_alone);
	ROWS_ADD(&rows, "echoes that differ are counted", counts_errors_of_the_line);
	ROWS_ADD(&rows, "a script that failed is the caller's again while it synchronises",
		 lets_a_failed_script_go);
	ROWS_ADD(&rows, "a script that may have acted is kept to its end", keeps_what_committed);
	return rows_run(&rows, "at_chat");
}
