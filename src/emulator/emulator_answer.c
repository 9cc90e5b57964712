/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_answer.h"

#include <stdarg.h>

#include "emulator/emulator_power.h"

#define LINES_MAX (64 * 1024)

void emulator_answer_init(struct emulator_answer *answer, const struct emulator_core *core)
{
	*answer = (struct emulator_answer){ .verbose = core->session.verbose };
	buf_init(&answer->info, LINES_MAX);
	buf_init(&answer->late, LINES_MAX);
}

void emulator_answer_clear(struct emulator_answer *answer)
{
	buf_clear(&answer->info);
	buf_clear(&answer->late);
}

static void put_line(struct buf *out, bool verbose, const char *text)
{
	if (verbose)
		buf_text(out, "\r\n");
	buf_text(out, text);
	buf_text(out, "\r\n");
}

static void put_format(struct buf *out, bool verbose, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

static void put_format(struct buf *out, bool verbose, const char *format, va_list arguments)
{
	struct buf text = BUF_INIT(LINES_MAX);

	buf_vformat(&text, format, arguments);
	put_line(out, verbose, buf_string(&text));
	buf_clear(&text);
}

void emulator_answer_line(struct emulator_answer *answer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_format(&answer->info, answer->verbose, format, arguments);
	va_end(arguments);
}

void emulator_answer_late(struct emulator_answer *answer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_format(&answer->late, answer->verbose, format, arguments);
	va_end(arguments);
}

/* A final result: a word, or its number after ATV0 (V.250 5.7.1). */
static void put_final(struct buf *out, const struct emulator_core *core, const char *text)
{
	static const struct { const char *text; const char *number; } numbers[] = {
		{ "OK", "0\r" }, { "CONNECT", "1\r" }, { "NO CARRIER", "3\r" }, { "ERROR", "4\r" },
	};

	if (core->session.quiet || *text == '\0')
		return;
	for (size_t i = 0; !core->session.verbose && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(text, numbers[i].text) == 0) {
			buf_text(out, numbers[i].number);
			return;
		}
	put_line(out, core->session.verbose, text);
}

/* 3GPP TS 27.007, 9.2: the texts of AT+CMEE=2 for what this module can say. */
static const char *cme_text(int cme)
{
	static const struct { int cme; const char *text; } texts[] = {
		{ 3, "operation not allowed" }, { 4, "operation not supported" },
		{ 11, "SIM PIN required" }, { 12, "SIM PUK required" }, { 13, "SIM failure" },
		{ 16, "incorrect password" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].cme == cme)
			return texts[i].text;
	return NULL;
}

static void put_cme(struct buf *out, const struct emulator_core *core, int cme, bool always)
{
	int64_t mode = core->session.registers[EMULATOR_REGISTER_CMEE];
	char text[64];

	if (mode == 0 && !always) {
		put_final(out, core, "ERROR");
		return;
	}
	if (mode == 2 && cme_text(cme) != NULL)
		snprintf(text, sizeof(text), "+CME ERROR: %s", cme_text(cme));
	else
		snprintf(text, sizeof(text), "+CME ERROR: %d", cme);
	put_final(out, core, text);
}

static void put_cme_text(struct buf *out, const struct emulator_core *core, const char *what)
{
	struct buf text = BUF_INIT(LINES_MAX);

	buf_format(&text, "+CME ERROR: %s", what);
	put_final(out, core, buf_string(&text));
	buf_clear(&text);
}

static void put_result(struct buf *out, const struct emulator_core *core, const char *name,
		       int result, const struct emulator_fault *fault)
{
	/* The source prints "+QSMTPPUT:0" in its dialogue and "+QSMTPPUT: 0" in
	 * its table. */
	bool space = !core->settings.no_space || strcmp(name, "+QSMTPPUT") != 0;
	char text[64];

	snprintf(text, sizeof(text), "%s:%s%d", name, space ? " " : "", result);
	for (unsigned i = 0; !fault->drop_result && i <= fault->repeat_result; i++)
		put_line(out, core->session.verbose, text);
}

static void put_extra(struct buf *out, const struct emulator_core *core, const char *text)
{
	if (text != NULL)
		put_line(out, core->session.verbose, text);
}

static void put_finals(struct buf *out, const struct emulator_core *core,
		       const struct emulator_answer *answer, const struct emulator_fault *fault)
{
	if (!fault->drop_ok) {
		if (fault->cme_text != NULL)
			put_cme_text(out, core, fault->cme_text);
		else if (fault->cme != 0)
			put_cme(out, core, fault->cme, true);
		else if (answer->cme != 0)
			put_cme(out, core, answer->cme, false);
		else if (fault->error || answer->error)
			put_final(out, core, "ERROR");
		else
			put_final(out, core, answer->final ? answer->final : "OK");
	}
	put_extra(out, core, fault->between);
	if (answer->connect)
		put_final(out, core, "CONNECT");
	if (answer->prompt)
		buf_text(out, answer->prompt);
}

static void schedule(struct emulator_core *core, enum emulator_deed deed, int64_t due_ms,
		     const struct emulator_fault *fault, struct span text)
{
	struct emulator_item item = { .due_ms = due_ms, .deed = deed, .fault = fault };

	emulator_agenda_add(&core->agenda, &item, text);
}

/* Before the answer is over, or after it. What comes before the command is not
 * for here. */
static void disrupt(struct emulator_core *core, const struct emulator_fault *fault, bool after,
		    int64_t due_ms)
{
	enum emulator_phase phase = after ? EMULATOR_PHASE_AFTER : EMULATOR_PHASE_BETWEEN;

	if (emulator_power_is_disruptive(fault) && fault->phase == phase)
		schedule(core, EMULATOR_DEED_DISRUPT, due_ms, fault, span_of(""));
}

void emulator_answer_result(struct emulator_core *core, enum emulator_deed deed,
			    const char *name, int result, const struct emulator_fault *fault,
			    int64_t now_ms)
{
	int64_t due_ms = now_ms + core->settings.delay_ms + fault->delay_result_ms;
	struct buf text = BUF_INIT(LINES_MAX);

	put_result(&text, core, name, result, fault);
	put_extra(&text, core, fault->after);
	schedule(core, deed, due_ms, NULL, buf_span(&text));
	disrupt(core, fault, true, due_ms);
	buf_clear(&text);
}

void emulator_answer_urc(struct emulator_core *core, const char *text, int64_t due_ms)
{
	struct buf line = BUF_INIT(LINES_MAX);

	put_line(&line, true, text);
	schedule(core, EMULATOR_DEED_SAY, due_ms, NULL, buf_span(&line));
	buf_clear(&line);
}

void emulator_answer_interject(struct emulator_core *core, const char *text)
{
	struct buf line = BUF_INIT(LINES_MAX);

	put_line(&line, true, text);
	emulator_core_say(core, buf_span(&line));
	buf_clear(&line);
}

static void put_answer(struct buf *out, const struct emulator_core *core,
		       const struct emulator_answer *answer, const struct emulator_fault *fault)
{
	put_extra(out, core, fault->before);
	if (fault->info != NULL)
		put_extra(out, core, fault->info);
	else
		buf_put(out, buf_span(&answer->info));
	if (answer->result_of != NULL && fault->result_first)
		put_result(out, core, answer->result_of, answer->result, fault);
	put_finals(out, core, answer, fault);
	buf_put(out, buf_span(&answer->late));
}

void emulator_answer_send(struct emulator_core *core, const struct emulator_answer *answer,
			  const struct emulator_fault *fault_of_command, int64_t now_ms)
{
	const struct emulator_fault *fault = answer->fault ? answer->fault : fault_of_command;
	int64_t due_ms = now_ms + fault->delay_answer_ms;
	bool later = (answer->result_of != NULL && !fault->result_first) || answer->pending;
	struct buf text = BUF_INIT(4 * LINES_MAX);

	for (unsigned i = 0; i <= fault->repeat_answer; i++)
		put_answer(&text, core, answer, fault);
	if (!later)
		put_extra(&text, core, fault->after);
	if (due_ms == now_ms) {
		emulator_core_say(core, buf_span(&text));
	} else {
		core->held_until_ms = due_ms;
		schedule(core, EMULATOR_DEED_SAY, due_ms, NULL, buf_span(&text));
	}
	buf_clear(&text);
	disrupt(core, fault, false, due_ms);
	if (answer->retunes)
		schedule(core, EMULATOR_DEED_RETUNE, due_ms, NULL, span_of(""));
	if (answer->then != NULL)
		schedule(core, EMULATOR_DEED_DISRUPT, due_ms, answer->then, span_of(""));
	if (!later)
		disrupt(core, fault, true, due_ms);
	else if (answer->result_of != NULL)
		emulator_answer_result(core, EMULATOR_DEED_SAY, answer->result_of,
				       answer->result, fault, due_ms);
}
