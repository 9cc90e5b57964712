/* SPDX-License-Identifier: ISC */
/* The module on a bench: a virtual clock, and dialogues as text. A line of a
 * dialogue is what its first two characters say:
 *
 *   "> AT+CSQ"     the host says it, and CR
 *   "= octets"     the host sends them as they are, '^' as LF
 *   "< OK"         the module says it, between CRLFs
 *   "~ octets"     the module says them as they are, '^' as LF
 *   ". 20"         so many milliseconds pass
 *   "! -550"       the server's outcome of the mail that is on its way
 *   "b 9600"       the host sets its side of the line to that rate
 *
 * Before the host speaks, before the clock moves and at the end the module must
 * have said exactly what was written. Every dialogue runs whole, octet by octet
 * and in sevens. */
#ifndef TESTS_UNIT_EMULATOR_BENCH_H
#define TESTS_UNIT_EMULATOR_BENCH_H

#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "emulator/emulator_core.h"

struct bench {
	struct emulator_core *core;
	struct emulator_script script;
	struct buf said, expected;
	int64_t now_ms;
	size_t piece;		/* octets fed at once; 0: all */
	bool on_its_way;	/* a mail waits for its outcome */
	unsigned mails, kept_back, abandoned, hangups, dangers, ignored;
	struct buf message;	/* of the last mail */
	json_t *record;		/* of the last mail */
	struct buf log;		/* all records, a line each */
};

static inline void bench_take(struct bench *bench)
{
	struct emulator_order order;
	char *line;

	while (emulator_core_next(bench->core, &order)) {
		switch (order.kind) {
		case EMULATOR_ORDER_SEND:
			buf_put(&bench->said, buf_span(&order.octets));
			break;
		case EMULATOR_ORDER_LOG:
			line = json_dumps(order.record, JSON_COMPACT);
			assert_non_null(line);
			buf_format(&bench->log, "%s\n", line);
			bench->dangers += strstr(line, "\"event\":\"danger\"") != NULL;
			bench->ignored += strstr(line, "\"event\":\"ignored\"") != NULL;
			free(line);
			break;
		case EMULATOR_ORDER_MAIL:
			bench->mails++;
			bench->kept_back += !order.deliver;
			bench->on_its_way = order.deliver;
			buf_reset(&bench->message);
			buf_put(&bench->message, buf_span(&order.mail->message));
			json_decref(bench->record);
			bench->record = json_incref(order.mail->record);
			break;
		case EMULATOR_ORDER_ABANDON:
			bench->abandoned++;
			bench->on_its_way = false;
			break;
		case EMULATOR_ORDER_HANGUP:
			bench->hangups++;
			break;
		}
	}
}

static inline void bench_start(struct bench *bench, const struct emulator_settings *settings,
			       const char *script)
{
	static const struct emulator_settings plain = { .delay_ms = 20, .boot_ms = 300 };
	struct buf why = BUF_INIT(1000);

	*bench = (struct bench){ .now_ms = 1000000 };
	buf_init(&bench->said, 1 << 22);
	buf_init(&bench->expected, 1 << 22);
	buf_init(&bench->message, 1 << 26);
	buf_init(&bench->log, 1 << 24);
	if (!emulator_script_parse(&bench->script, span_of(script ? script : ""), &why))
		fail_msg("script:%s", buf_string(&why));
	buf_clear(&why);
	bench->core = emulator_core_new(settings ? settings : &plain, &bench->script,
					bench->now_ms);
}

static inline void bench_stop(struct bench *bench)
{
	emulator_core_free(bench->core);
	emulator_script_clear(&bench->script);
	buf_clear(&bench->said);
	buf_clear(&bench->expected);
	buf_clear(&bench->message);
	buf_clear(&bench->log);
	json_decref(bench->record);
}

static inline void bench_feed(struct bench *bench, struct span octets)
{
	while (octets.length > 0) {
		size_t piece = bench->piece ? bench->piece : octets.length;

		emulator_core_feed(bench->core, span_take(octets, piece), bench->now_ms);
		bench_take(bench);
		octets = span_skip(octets, piece);
	}
}

/* Lets the time pass, stopping wherever the module wants to be woken. */
static inline void bench_pass(struct bench *bench, int64_t ms)
{
	int64_t end = bench->now_ms + ms;

	for (;;) {
		int64_t due = emulator_core_deadline_ms(bench->core);

		if (due > end)
			break;
		if (due > bench->now_ms)
			bench->now_ms = due;
		emulator_core_tick(bench->core, bench->now_ms);
		bench_take(bench);
	}
	bench->now_ms = end;
}

static inline void bench_compare(struct bench *bench)
{
	assert_string_equal(buf_string(&bench->said), buf_string(&bench->expected));
	buf_reset(&bench->said);
	buf_reset(&bench->expected);
}

static inline void bench_host(struct bench *bench, struct span octets)
{
	bench_compare(bench);
	bench_feed(bench, octets);
}

static inline void bench_line_feeds(char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '^')
			*text = '\n';
}

static inline void bench_line(struct bench *bench, struct span line)
{
	struct span rest = span_skip(line, 2);
	char text[4096];

	assert_true(span_copy(rest, text, sizeof(text) - 1));
	switch (line.at[0]) {
	case '>':
		strcat(text, "\r");
		bench_host(bench, span_of(text));
		break;
	case '=':
		bench_line_feeds(text);
		bench_host(bench, span_of(text));
		break;
	case '<':
		buf_format(&bench->expected, "\r\n%s\r\n", text);
		break;
	case '~':
		bench_line_feeds(text);
		buf_text(&bench->expected, text);
		break;
	case '.':
		bench_compare(bench);
		bench_pass(bench, atoi(text));
		break;
	case '!':
		bench_compare(bench);
		assert_true(bench->on_its_way);
		bench->on_its_way = false;
		emulator_core_delivered(bench->core, atoi(text), bench->now_ms);
		bench_take(bench);
		break;
	case 'b':
		bench_compare(bench);
		emulator_core_host_baud(bench->core, (unsigned)atoi(text));
		break;
	default:
		fail_msg("no such line in a dialogue: %s", text);
	}
}

static inline void bench_dialogue(struct bench *bench, const char *dialogue)
{
	struct span rest = span_of(dialogue);
	struct span line;

	while (span_cut(&rest, '\n', &line))
		if (line.length > 0)
			bench_line(bench, line);
	bench_compare(bench);
}

/* A module without echo, through a dialogue, in all three ways. `look`, when
 * given, looks at the bench afterwards. */
static inline void bench_run(const struct emulator_settings *settings, const char *script,
			     const char *dialogue, void (*look)(struct bench *bench))
{
	static const size_t pieces[] = { 0, 1, 7 };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct bench bench;

		bench_start(&bench, settings, script);
		bench.piece = pieces[i];
		bench_feed(&bench, span_of("ATE0\r"));
		buf_reset(&bench.said);
		bench_dialogue(&bench, dialogue);
		if (look != NULL)
			look(&bench);
		bench_stop(&bench);
	}
}

#endif
