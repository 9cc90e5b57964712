/* SPDX-License-Identifier: ISC */
/* A chat against a module that says anything at any time. The input is a list
 * of orders: what the module says, how time goes, what the caller does. Held:
 *
 * - what is sent is a command of the script in order, a data piece, the escape
 *   alone, or a probe, and nothing else;
 * - no data before CONNECT, and no "+++" in the data, across pieces too;
 * - no command of the script while the one before it is unanswered;
 * - nothing but commands of the script while listening, no escape in a brief
 *   synchronisation, and in a script that goes well only behind all the data of a
 *   step that is not ended by its size;
 * - a script that was let go is not touched any more;
 * - what was found out about the end of data fits what was sent;
 * - every run ends, within bounded time when the module falls silent. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "at/at_chat.h"
#include "at/at_line.h"
#include "at/at_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A run of all steps, each at its limit, a stall and a synchronisation. */
#define SILENT_RUN_MS 600000

#define LATE_LOOK_MS 500

static char almost[] = "ab++ ++cd++\r\nx+ +y++ z++\r\n++ ++ ++.\r\n0123456789abcdef\r\n";
static const char bad[] = "one\r\n+++ATD123;\r\n";

#define LINE(text) { text, sizeof text - 1 }

static const struct span expected[] = { LINE("+QSMTPDST: 1,\"a@b\"") };

static const struct at_step all[] = {
	{ .label = "SRV", .line = LINE("AT+QSMTPSRV=\"x\",25"), .answer_ms = 5000 },
	{ .label = "PWD", .line = LINE("AT+QSMTPPWD=\"x\""), .answer_ms = 5000, .secret = true },
	{ .label = "CMEE", .line = LINE("AT+CMEE=2"), .answer_ms = 1000,
	  .on_error = AT_ON_ERROR_GO_ON },
	{ .label = "ATI", .line = LINE("ATI"), .info = "", .idle_ms = 300, .answer_ms = 1000 },
	{ .label = "ATE0", .line = LINE("ATE0"), .answer_ms = 1000, .silences_echo = true },
	{ .label = "DST=0", .line = LINE("AT+QSMTPDST=0"), .result = "+QSMTPDST:",
	  .any_result = true, .answer_ms = 5000, .result_ms = 5000 },
	{ .label = "DST", .line = LINE("AT+QSMTPDST=1,1,\"a@b\""), .result = "+QSMTPDST:",
	  .answer_ms = 5000, .result_ms = 5000 },
	{ .label = "DST?", .line = LINE("AT+QSMTPDST?"), .info = "+QSMTPDST:",
	  .expected = expected, .expected_count = 1, .verify_expected = true, .answer_ms = 5000 },
	{ .label = "BODY", .line = LINE("AT+QSMTPBODY=1,60"), .result = "+QSMTPBODY:", .data = true,
	  .payload = LINE(almost), .result_is_length = true, .answer_ms = 5000,
	  .result_ms = 10000 },
	{ .label = "ATT", .line = LINE("AT+QSMTPATT=\"x\",57,60"), .result = "+QSMTPATT:",
	  .data = true, .payload = LINE(almost), .result_is_length = true,
	  .data_end = AT_DATA_SIZED, .self_ending_ms = 2500, .answer_ms = 5000,
	  .result_ms = 10000 },
	{ .label = "QFUPL", .line = LINE("AT+QFUPL=\"x\",57,60"), .result = "+QFUPL:",
	  .data = true, .payload = LINE(almost), .result_is_length = true,
	  .data_end = AT_DATA_COUNTED, .has_checksum = true, .checksum = 0x2d19,
	  .answer_ms = 5000, .result_ms = 10000 },
	{ .label = "PROBE", .line = LINE("AT+QSMTPBODY=1,61"), .result = "+QSMTPBODY:",
	  .data = true, .payload = LINE("x"), .result_is_length = true,
	  .data_end = AT_DATA_PROBED, .self_ending_ms = 1500, .answer_ms = 5000,
	  .result_ms = 10000 },
	{ .label = "BARE", .line = LINE("AT+X"), .data = true, .payload = LINE(almost),
	  .answer_ms = 5000 },
	{ .label = "PUT", .line = LINE("AT+QSMTPPUT=300"), .result = "+QSMTPPUT:", .hold = true,
	  .commits = true, .answer_ms = 5000, .result_ms = 100000 },
	{ .label = "WAIT", .result = "+QSMTPPUT:", .result_ms = 10000 },
	{ .label = "LISTEN", .result = "+QSMTPPUT:", .result_ms = 10000, .listens = true },
	{ .label = "PAUSE", .wait_before_ms = 3000 },
	{ .label = "BAD", .line = LINE("AT+Y"), .data = true, .payload = LINE(bad),
	  .answer_ms = 5000 },
};

#define ALL (sizeof all / sizeof all[0])

static const char *const said[] = {
	"\r\nOK\r\n", "\r\nERROR\r\n", "\r\n+CME ERROR: 13\r\n", "\r\nCONNECT\r\n",
	"\r\nOK\r\n\r\nCONNECT\r\n", "\r\n+QSMTPDST: 0\r\n", "\r\n+QSMTPDST: 1,\"a@b\"\r\n",
	"\r\n+QSMTPBODY: 57\r\n", "\r\n+QSMTPATT:57\r\n", "\r\n+QSMTPPUT: 0\r\n",
	"\r\n+QSMTPPUT:-550\r\n", "\r\nRDY\r\n", "\r\n0,+PDP DEACT\r\n", "\r\nRING\r\n",
	"\r\n+CSQ: 20,0\r\n", "\r\n+CMEE: 2\r\n", "+QSMTP", "\r\n", "\r\nNORMAL POWER DOWN\r\n",
	"AT+QSMTPPWD=\"x\"\r", "\r\n+QFUPL: 57,2d19\r\n", "\r\n+QFUPL: 57,2d18\r\n",
	"\r\n+QSMTPBODY: 1\r\n", "\r\n+QSMTPBODY: 4\r\n", "ATE0\r", "AT+QSMTPST=0\r",
};

#define SAID (sizeof said / sizeof said[0])

struct world {
	struct span orders;
	struct at_chat *chat;
	struct at_chat_options options;
	struct at_step steps[5];
	size_t count;
	int64_t now_ms;
	bool running, listening, brief, let_go;

	struct at_line lines;		/* of the module, for the oracle */
	bool answered, connected;	/* since the last command of the script */
	bool refused;
	size_t sent_steps;		/* the next command must be of this step or a later one */
	bool committing_sent;
	bool data_step;			/* the last command of the script has data */
	size_t data_sent;
	unsigned plus_run;
	unsigned probe_escapes;		/* "+++" sent for a PROBED step */
	size_t backlog;
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

static unsigned take(struct world *w)
{
	unsigned octet = w->orders.length ? (unsigned char)w->orders.at[0] : 0;

	w->orders = span_skip(w->orders, 1);
	return octet;
}

static bool is_probe(struct span octets)
{
	static const char *const probes[] = {
		"+++", "\r", "\x1b\r", "AT\r", "AT+CSQ\r", "AT+CMEE?\r", "AT+IPR?\r", "AT+CGATT?\r",
	};

	for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++)
		if (span_is(octets, probes[i]))
			return true;
	return false;
}

static void on_data(struct world *w, const struct at_chat_event *event)
{
	const struct at_step *step = &w->steps[event->step];

	check(w->connected && step->data && event->octets.length <= w->options.piece_octets);
	check(w->data_sent + event->octets.length <= step->payload.length);
	check(event->octets.at == step->payload.at + w->data_sent);
	w->data_sent += event->octets.length;
	for (size_t i = 0; i < event->octets.length; i++) {
		w->plus_run = event->octets.at[i] == '+' ? w->plus_run + 1 : 0;
		check(w->plus_run < 3);
	}
}

static void on_escape(struct world *w)
{
	const struct at_step *step;

	w->probe_escapes++;
	check(!w->brief);
	if (!w->connected || !w->data_step || at_chat_result(w->chat)->outcome != AT_CHAT_OK)
		return;
	step = &w->steps[w->sent_steps - 1];
	check(w->data_sent == step->payload.length && step->data_end != AT_DATA_COUNTED);
}

static void on_command(struct world *w, const struct at_chat_event *event)
{
	const struct at_step *step = &w->steps[event->step];
	struct span line = span_take(event->octets, event->octets.length - 1);

	check(!w->let_go && event->step < w->count && event->step >= w->sent_steps);
	check(span_equal(line, step->line));
	check(event->octets.at[line.length] == '\r');
	check(event->secret == step->secret);
	check(w->answered);
	w->sent_steps = event->step + 1;
	w->answered = w->connected = w->refused = false;
	w->data_step = step->data;
	w->data_sent = 0;
	w->plus_run = 0;
	w->committing_sent |= step->commits;
}

static void on_finished(struct world *w)
{
	const struct at_chat_result *r = at_chat_result(w->chat);

	check(w->running && at_chat_is_idle(w->chat));
	w->running = false;
	check(r->step <= w->count);
	check((r->label == NULL) == (r->outcome == AT_CHAT_OK));
	check(!r->commit_done || r->committed);
	check(!r->committed || w->committing_sent);
	check(r->committed || !w->committing_sent || w->refused);
	check(r->bare_escape_ends == AT_UNKNOWN || w->probe_escapes > 0);
	check(r->bare_escape_ends != AT_NO || w->probe_escapes > 1);
	if (r->outcome == AT_CHAT_UNSAFE)
		check(w->sent_steps == 0);
	if (r->outcome == AT_CHAT_OK && w->committing_sent && !w->refused)
		check(r->commit_done);
}

static void drain(struct world *w)
{
	struct at_chat_event event;

	for (unsigned i = 0;; i++) {
		check(i < 20000);
		at_chat_next(w->chat, w->now_ms, &event);
		if (event.kind == AT_CHAT_NONE)
			break;
		if (event.kind == AT_CHAT_FINISHED)
			on_finished(w);
		if (event.kind == AT_CHAT_HOLD)
			check(w->steps[event.step].hold);
		if (event.kind != AT_CHAT_SEND)
			continue;
		check(w->running && event.octets.length > 0);
		check(!w->listening || !is_probe(event.octets));
		if (span_is(event.octets, "+++"))
			on_escape(w);
		if (w->backlog > 0)
			w->backlog += event.octets.length;
		if (event.data)
			on_data(w, &event);
		else if (!is_probe(event.octets))
			on_command(w, &event);
	}
	check(at_chat_deadline_ms(w->chat) > w->now_ms);
}

/* What the module said, seen by the test itself. */
static void note_lines(struct world *w, struct span octets)
{
	enum at_token token;
	struct span line;

	while ((token = at_line_next(&w->lines, &octets, &line)) != AT_TOKEN_NEED_MORE) {
		enum at_reply reply = at_reply_classify(line);

		if (token == AT_TOKEN_TOO_LONG)
			continue;
		w->connected |= reply == AT_REPLY_CONNECT;
		w->refused |= reply == AT_REPLY_ERROR;
		/* CONNECT answers a command too, if that asked for data. */
		w->answered |= reply == AT_REPLY_OK || reply == AT_REPLY_ERROR ||
			       (reply == AT_REPLY_CONNECT && w->data_step);
	}
}

static void say(struct world *w, struct span octets)
{
	note_lines(w, octets);
	at_chat_feed(w->chat, octets, w->now_ms);
	drain(w);
}

static void pass(struct world *w, int64_t by_ms)
{
	w->now_ms += by_ms;
	if (w->backlog > 0)
		at_chat_set_backlog(w->chat, w->backlog, w->now_ms);
	drain(w);
}

static void start(struct world *w)
{
	unsigned count = take(w) % 8;

	w->running = true;
	w->listening = count == 7;
	w->brief = count == 6;
	w->let_go = false;
	w->probe_escapes = 0;
	w->answered = true;
	w->connected = w->committing_sent = w->refused = w->data_step = false;
	w->sent_steps = w->data_sent = w->count = 0;
	if (count == 5) {
		at_chat_start_sync(w->chat, AT_CHAT_SYNC_WHOLE, w->now_ms);
		return;
	}
	if (count == 6) {
		at_chat_start_sync(w->chat, AT_CHAT_SYNC_BRIEF, w->now_ms);
		return;
	}
	for (; w->count < count && w->count < 5; w->count++)
		w->steps[w->count] = all[take(w) % ALL];
	for (size_t i = 0; w->listening && i < w->count; i++)
		if (w->steps[i].data)
			w->steps[i] = all[0];
	if (!w->listening)
		at_chat_start(w->chat, w->steps, w->count, w->now_ms);
	else
		at_chat_start_listening(w->chat, w->steps, w->count, w->now_ms);
}

/* The script is the caller's again: whoever looks at it now will notice. */
static void let_go(struct world *w)
{
	if (!at_chat_let_go(w->chat))
		return;
	check(w->running && !at_chat_is_idle(w->chat));
	check(at_chat_result(w->chat)->outcome != AT_CHAT_OK);
	check(!at_chat_result(w->chat)->committed);
	memset(w->steps, 0xa5, sizeof w->steps);
	w->let_go = true;
}

static void follow(struct world *w, unsigned order)
{
	int64_t due_ms = at_chat_deadline_ms(w->chat);
	size_t length;

	switch (order % 12) {
	case 0:
		at_chat_cancel(w->chat, w->now_ms);
		break;
	case 1:
		at_chat_lost(w->chat);
		at_line_init(&w->lines);
		w->backlog = 0;
		break;
	case 2:
		at_chat_release(w->chat, w->now_ms);
		if (order >= 128)
			let_go(w);
		break;
	case 3:
		pass(w, take(w) * 7);
		break;
	case 4:
		length = take(w);
		say(w, span_take(w->orders, length));
		w->orders = span_skip(w->orders, length);
		break;
	case 5:
		w->backlog = take(w) % 40;
		at_chat_set_backlog(w->chat, w->backlog, w->now_ms);
		break;
	case 6:
	case 7:
	case 8:
		if (due_ms != INT64_MAX)
			pass(w, due_ms - w->now_ms);
		break;
	default:
		say(w, span_of(said[take(w) % SAID]));
		break;
	}
	drain(w);
}

/* The module says nothing any more: a run must end all the same. */
static void fall_silent(struct world *w)
{
	int64_t limit_ms = w->now_ms + SILENT_RUN_MS;

	at_chat_release(w->chat, w->now_ms);
	drain(w);
	while (w->running) {
		int64_t due_ms = at_chat_deadline_ms(w->chat);

		check(w->now_ms < limit_ms);
		if (due_ms == INT64_MAX)
			at_chat_release(w->chat, w->now_ms);
		else
			w->now_ms = due_ms;
		if (w->backlog > 0) {
			/* A caller that looks at a line that stands still less often than
			 * asked, for speed. */
			w->now_ms += LATE_LOOK_MS;
			at_chat_set_backlog(w->chat, w->backlog, w->now_ms);
		}
		drain(w);
	}
	check(at_chat_is_idle(w->chat));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned bauds[] = { 115200, 9600, 0, 460800 };
	struct world w = { .orders = span_make(data, size), .now_ms = 5000 };
	unsigned how = take(&w);

	w.options = (struct at_chat_options){ bauds[how & 3], how & 4 ? 20 : 0,
					      how & 8 ? 1000 : 0, how & 16 ? 512 : 1 + (how >> 5) };
	w.chat = at_chat_new(&w.options);
	if (w.chat == NULL)
		return 0;
	at_line_init(&w.lines);
	while (w.orders.length > 0) {
		if (!w.running)
			start(&w);
		else
			follow(&w, take(&w));
		drain(&w);
	}
	fall_silent(&w);
	at_chat_free(w.chat);
	return 0;
}
