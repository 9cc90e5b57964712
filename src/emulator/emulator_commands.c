/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_commands.h"

#include "emulator/emulator_power.h"
#include "emulator/emulator_record.h"

#define CME_SIM_PIN 11
#define CME_SIM_PUK 12
#define CME_SIM_FAILURE 13

static const struct emulator_row *find(const struct emulator_core *core, struct span name)
{
	const struct emulator_table *const tables[] = {
		&emulator_qsmtp_table, &emulator_base_table, &emulator_network_table,
		&emulator_files_table,
	};
	size_t count = sizeof(tables) / sizeof(tables[0]) - (core->settings.no_store ? 1 : 0);

	for (size_t i = 0; i < count; i++)
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
		if ((row->flags & EMULATOR_ROW_OWN_TEST) == 0)
			return test(row, answer);
		handler = row->read;
		break;
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
	call->row = find(core, call->command.name);
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
	if (!emulator_script_refuses(call->fault)) {
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

const struct emulator_fault *emulator_commands_ask(struct emulator_core *core,
						   const struct emulator_happening *happening)
{
	const struct emulator_rule *rule = emulator_script_ask(core->script, happening);

	if (rule == NULL)
		return NULL;
	emulator_core_log_rule(core, rule);
	emulator_world_change(core, &rule->fault.change);
	if (rule->fault.say != NULL)
		emulator_wire_say(core, rule->fault.say, rule->fault.inside);
	return &rule->fault;
}

static const struct emulator_fault *fault_of_command(struct emulator_core *core, struct span line)
{
	struct emulator_happening happening = { .event = EMULATOR_EVENT_COMMAND, .line = line };
	const struct emulator_fault *fault = emulator_commands_ask(core, &happening);

	return fault ? fault : &emulator_script_no_fault;
}

/* With the times of the line that it tells of. */
static void log_line(struct emulator_core *core, json_t *record)
{
	json_object_set_new(record, "first_us", json_integer(core->line_first_us));
	json_object_set_new(record, "last_us", json_integer(core->line_last_us));
	emulator_queue_log(&core->queue, record);
}

/* What rules for octets count from, and ask for. */
static void remember(struct emulator_core *core, struct span line)
{
	core->last_command_length = line.length;
	memcpy(core->last_command, line.at, line.length);
	core->wire.in.place_since = 0;
	core->wire.out.place_since = 0;
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
	log_line(core, emulator_record_line("line", "host", line));
	remember(core, line);
	call.fault = fault_of_command(core, line);
	if (call.fault->drop_command)
		return;
	if (call.fault->phase == EMULATOR_PHASE_BEFORE)
		emulator_power_disrupt(core, call.fault, now_ms);
	if (call.fault->phase != EMULATOR_PHASE_BEFORE ||
	    call.fault->disruption == EMULATOR_DISRUPTION_NONE)
		execute(core, &call);
}

void emulator_commands_refuse(struct emulator_core *core, int64_t now_ms)
{
	struct emulator_answer answer;

	log_line(core, json_pack("{s:s, s:i}", "event", "too-long", "limit", EMULATOR_LINE_MAX));
	emulator_answer_init(&answer, core);
	answer.error = true;
	emulator_answer_send(core, &answer, &emulator_script_no_fault, now_ms);
	emulator_answer_clear(&answer);
}
