/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_commands.h"

#include "emulator/emulator_power.h"
#include "emulator/emulator_record.h"

#define CME_SIM_PIN 11
#define CME_SIM_PUK 12
#define CME_SIM_FAILURE 13

static const struct emulator_row *find(struct span name)
{
	const struct emulator_table *const tables[] = {
		&emulator_qsmtp_table, &emulator_base_table, &emulator_network_table,
		&emulator_files_table,
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (size_t j = 0; j < tables[i]->count; j++)
			if (span_is_nocase(name, tables[i]->rows[j].name))
				return &tables[i]->rows[j];
	return NULL;
}

/* 0 when the SIM is unlocked. */
static int sim_fault(const struct emulator_sim *sim)
{
	const char *state = emulator_sim_state(sim);

	if (state == NULL)
		return CME_SIM_FAILURE;
	if (strcmp(state, "SIM PUK") == 0)
		return CME_SIM_PUK;
	return strcmp(state, "READY") == 0 ? 0 : CME_SIM_PIN;
}

static bool test(const struct emulator_row *row, struct emulator_answer *answer)
{
	if (row->test == NULL)
		return false;
	if (*row->test != '\0')
		emulator_answer_line(answer, "%s: %s", row->name, row->test);
	return true;
}

static bool run(struct emulator_core *core, const struct emulator_call *call,
		struct emulator_answer *answer)
{
	const struct emulator_row *row = call->row;
	emulator_handler *handler = NULL;

	switch (call->command.form) {
	case EMULATOR_FORM_TEST:
		return test(row, answer);
	case EMULATOR_FORM_READ:
		handler = row->read;
		break;
	case EMULATOR_FORM_WRITE:
		handler = row->write;
		break;
	case EMULATOR_FORM_EXECUTE:
		handler = row->execute;
		break;
	}
	/* Reference: "While a mail is being sent every write form is refused." */
	if (handler == NULL || (core->sending && row->flags & EMULATOR_ROW_MAIL &&
				call->command.form != EMULATOR_FORM_READ))
		return false;
	if (row->flags & EMULATOR_ROW_SIM && sim_fault(&core->sim) != 0) {
		answer->cme = sim_fault(&core->sim);
		return true;
	}
	return handler(core, call, answer);
}

/* A ';' outside quotes would join commands; this module takes one a line. */
static bool is_joined(struct span text)
{
	bool quoted = false;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == '"')
			quoted = !quoted;
		if (text.at[i] == ';' && !quoted)
			return true;
	}
	return false;
}

static bool extended(struct emulator_core *core, struct emulator_call *call, struct span text,
		     struct emulator_answer *answer, bool *danger)
{
	if (!emulator_syntax_split(text, &call->command))
		return false;
	call->row = find(call->command.name);
	if (call->row == NULL || is_joined(text))
		return false;
	*danger = (call->row->flags & EMULATOR_ROW_DANGER) != 0 &&
		  call->command.form != EMULATOR_FORM_TEST &&
		  call->command.form != EMULATOR_FORM_READ;
	return run(core, call, answer);
}

static void execute(struct emulator_core *core, struct emulator_call *call)
{
	struct span text = span_skip(call->line, strlen("AT"));
	struct emulator_answer answer;
	bool danger = false;

	while (span_starts(text, " "))
		text = span_skip(text, 1);
	emulator_answer_init(&answer, core);
	if (!call->fault->error && call->fault->cme == 0) {
		if (span_starts(text, "+"))
			answer.error = !extended(core, call, text, &answer, &danger);
		else
			answer.error = !emulator_basic_execute(core, text, &answer, &danger);
	}
	/* What is said is formed as the command has left the session: after
	 * ATV0 its own OK is a number already (V.250 6.2.6). */
	if (danger)
		emulator_queue_log(&core->queue, emulator_record_line("danger", "host", call->line));
	emulator_answer_send(core, &answer, call->fault, call->now_ms);
	emulator_answer_clear(&answer);
	if (core->outgoing != NULL)
		emulator_queue_mail(&core->queue, core->outgoing, core->outgoing_deliver);
	core->outgoing = NULL;
}

static const struct emulator_fault *ask(struct emulator_core *core, struct span line)
{
	struct emulator_happening happening = { .event = EMULATOR_EVENT_COMMAND, .line = line };
	const struct emulator_rule *rule = emulator_script_ask(core->script, &happening);

	if (rule == NULL)
		return &emulator_script_no_fault;
	emulator_core_log_rule(core, rule);
	return &rule->fault;
}

void emulator_commands_execute(struct emulator_core *core, struct span line, int64_t now_ms)
{
	struct emulator_call call = { .line = line, .now_ms = now_ms };

	/* V.250 5.2.1: without "AT" it is no command, and nothing answers. */
	if (!span_starts_nocase(line, "AT")) {
		if (line.length > 0)
			emulator_queue_log(&core->queue,
					   emulator_record_line("ignored", "host", line));
		return;
	}
	emulator_queue_log(&core->queue, emulator_record_line("line", "host", line));
	call.fault = ask(core, line);
	if (call.fault->drop_command)
		return;
	if (call.fault->disruption != EMULATOR_DISRUPTION_NONE &&
	    call.fault->phase == EMULATOR_PHASE_BEFORE) {
		emulator_power_disrupt(core, call.fault, now_ms);
		return;
	}
	execute(core, &call);
}

void emulator_commands_refuse(struct emulator_core *core, int64_t now_ms)
{
	struct emulator_answer answer;

	emulator_queue_log(&core->queue, json_pack("{s:s, s:i}", "event", "too-long", "limit",
						   EMULATOR_LINE_MAX));
	emulator_answer_init(&answer, core);
	answer.error = true;
	emulator_answer_send(core, &answer, &emulator_script_no_fault, now_ms);
	emulator_answer_clear(&answer);
}
