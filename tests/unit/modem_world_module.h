/* SPDX-License-Identifier: ISC */
/* The module of the world of modem_world.h: what it answers to the scripts of
 * the life, as its row says. Included by that only. */
#ifndef TESTS_UNIT_MODEM_WORLD_MODULE_H
#define TESTS_UNIT_MODEM_WORLD_MODULE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modem_world_types.h"

static inline struct sim *sim_of(struct world *world, const char *iccid)
{
	for (size_t i = 0; i < SIMS_MAX; i++) {
		struct sim *sim = &world->sims[i];

		if (sim->iccid[0] == '\0' || strcmp(sim->iccid, iccid) == 0) {
			strcpy(sim->iccid, iccid);
			return sim;
		}
	}
	fail_msg("too many SIMs");
	return NULL;
}

static inline bool is_silent(const struct world *world)
{
	return world->frozen || world->now_ms < world->row->answers_at_ms ||
		(world->module_baud != 0 && world->module_baud != modem_life_baud(world->life));
}

static inline void tell(struct world *world, const struct at_step *step, const char *line)
{
	if (step->info != NULL)
		modem_life_info(world->life, step->label, span_of(line));
}

/* The file store; false for another command. */
static inline bool answer_file(struct world *world, const struct at_step *step, int *error)
{
	char line[80];

	*error = world->row->has_store ? 0 : -1;
	if (strcmp(step->label, "QFUPL=?") == 0) {
		if (*error == 0)
			tell(world, step, "+QFUPL: <filename>,(1-100000),(1-65535),(0,1)");
	} else if (strcmp(step->label, "QFLDS") == 0) {
		snprintf(line, sizeof(line), "+QFLDS: %d,200000", 100000 - world->files * 1000);
		if (*error == 0)
			tell(world, step, line);
	} else if (strcmp(step->label, "QFLST") == 0) {
		tell(world, step, "+QFLST: \"UFS:ca.pem\",1939");
		for (int i = 0; i < world->files; i++) {
			snprintf(line, sizeof(line), "+QFLST: \"UFS:gsmtpd-%d.txt\",1000", i);
			tell(world, step, line);
		}
	} else if (strcmp(step->label, "QFDEL") == 0) {
		assert_true(step->secret);
		assert_true(span_starts(step->line, "AT+QFDEL=\"UFS:gsmtpd-"));
		if (!world->row->files_stay)
			world->files--;
	} else {
		return false;
	}
	return true;
}

static inline int answer_iccid(struct world *world, const struct at_step *step)
{
	char line[40];

	if (world->iccid[0] == '\0')
		return -1;
	snprintf(line, sizeof(line), "+QCCID: %s", world->iccid);
	if (world->row->iccid_flickers)
		line[20] = (char)('0' + world->iccid_asked++ % 10);
	tell(world, step, line);
	return 0;
}

/* The answer of the module to one command: an error number, -1 for plain ERROR,
 * 0 for OK. */
static inline int answer(struct world *world, const struct at_step *step)
{
	const struct row *row = world->row;
	struct modem_life *life = world->life;
	char line[80] = "";
	int error = 0;

	if (answer_file(world, step, &error))
		return error;
	if (strcmp(step->label, "QCCID") == 0)
		return answer_iccid(world, step);
	if (strcmp(step->label, "IPR") == 0) {
		if (!row->ipr_refused && !row->ipr_ignored)
			world->module_baud = row->baud;
		return row->ipr_refused ? -1 : 0;
	}
	if (span_is(step->line, "AT+CPIN?")) {
		snprintf(line, sizeof(line), "+CPIN: %s", world->cpin);
		if (sscanf(world->cpin, "ERROR %d", &error) == 1)
			return error;
	} else if (strcmp(step->label, "CPIN") == 0 && row->cpin_busy) {
		return 14;
	} else if (strcmp(step->label, "CPIN") == 0) {
		sim_of(world, world->iccid)->pins_sent++;
		assert_true(step->secret);
		if (row->wrong_pin)
			return 16;
		strcpy(world->cpin, "READY");
	} else if (strcmp(step->label, "QPINC") == 0) {
		if (row->tries == 0)
			return -1;
		snprintf(line, sizeof(line), "+QPINC: \"SC\",%d,10", row->tries);
	} else if (strcmp(step->label, "QTRPIN") == 0 || strcmp(step->label, "CNMI") == 0) {
		return -1;
	} else if (strcmp(step->label, "PROBE") == 0) {
		if (row->probe != NULL && row->probe[0] == '\0')
			return -1;
		snprintf(line, sizeof(line), "+QSMTPCFG: %s", row->probe ? row->probe : "(1)");
	} else if (strcmp(step->label, "QSMTPCLR") == 0) {
		return row->clear_errors ? -1 : 0;
	} else if (span_is(step->line, "AT+CREG?")) {
		snprintf(line, sizeof(line), "+CREG: 0,%d", world->stat);
	} else if (span_is(step->line, "AT+CGREG?")) {
		if (row->no_gprs)
			return -1;
		snprintf(line, sizeof(line), "+CGREG: 0,%d", world->stat);
	} else if (strcmp(step->label, "CSQ") == 0) {
		strcpy(line, "+CSQ: 21,0");
	} else if (strcmp(step->label, "CGMM") == 0) {
		strcpy(line, "Quectel_M95");
	} else if (strcmp(step->label, "COPS") == 0) {
		strcpy(line, "+COPS: 0,0,\"Testnet\"");
	}
	if (line[0] != '\0' && step->info != NULL)
		modem_life_info(life, step->label, span_of(line));
	return 0;
}

/* False when the script ends here. */
static inline bool probe_guard(struct world *world, const struct at_step *step, size_t i)
{
	const struct row *row = world->row;

	assert_true(step->data && step->self_ending_ms > 0 && step->result_is_length);
	assert_int_equal(modem_life_guard_ms(world->life), MODEM_GUARD_SURE_MS);
	world->done_ms += 3000;
	world->result.bare_escape_ends = row->guard;
	if (row->guard_outcome == AT_CHAT_OK)
		return true;
	world->result = (struct at_chat_result){
		.outcome = row->guard_outcome, .label = step->label, .step = i,
		.synced = !row->guard_unsynced,
	};
	return false;
}

/* Runs a script as the chat would; its end is due after some time. */
static inline void run_script(struct world *world)
{
	world->result = (struct at_chat_result){ .outcome = AT_CHAT_OK, .synced = true };
	world->done_ms = world->now_ms;
	for (size_t i = 0; i < world->order.count; i++) {
		const struct at_step *step = &world->order.steps[i];
		int error;

		assert_true(step->answer_ms > 0);
		assert_true(span_starts(step->line, "AT"));
		buf_put(&world->ran, span_starts(step->line, "AT+CPIN=") ?
			span_of("AT+CPIN=secret") : step->line);
		buf_byte(&world->ran, ' ');
		world->done_ms += 50;
		if (world->row->boots && strcmp(step->label, "ATE0") == 0) {
			world->result.outcome = AT_CHAT_RESET;
			world->result.label = step->label;
			return;
		}
		if (is_silent(world) ||
		    (world->row->slow_operator && strcmp(step->label, "COPS") == 0)) {
			world->done_ms += step->answer_ms + (is_silent(world) ? 20000 : 100);
			world->result = (struct at_chat_result){
				.outcome = AT_CHAT_TIMEOUT, .label = step->label, .step = i,
				.synced = !is_silent(world),
			};
			return;
		}
		if (step->data_end == AT_DATA_PROBED && !probe_guard(world, step, i))
			return;
		if (step->data_end == AT_DATA_SIZED)
			world->result.size_ends_data = world->row->size_ends;
		error = answer(world, step);
		if (error == 0 || step->on_error == AT_ON_ERROR_GO_ON)
			continue;
		world->result = (struct at_chat_result){
			.outcome = AT_CHAT_ERROR, .label = step->label, .step = i,
			.has_code = error > 0, .code = error, .synced = true,
		};
		return;
	}
}

/* Listens as the chat would. */
static inline void run_listening(struct world *world)
{
	const struct at_step *last = &world->order.steps[world->order.count - 1];
	const struct row *row = world->row;
	bool polls = world->order.count > 1;

	for (size_t i = 0; i < world->order.count; i++) {
		assert_true(world->order.steps[i].listens);
		buf_put(&world->ran, world->order.steps[i].line);
	}
	buf_text(&world->ran, " ");
	assert_int_equal(last->line.length, 0);
	world->result = (struct at_chat_result){
		.outcome = AT_CHAT_TIMEOUT, .label = "QSMTPPUT", .step = world->order.count - 1,
	};
	world->done_ms = world->now_ms + last->result_ms;
	if (is_silent(world)) {
		world->result.step = 0;
		if (polls)
			world->done_ms = world->now_ms + world->order.steps[0].answer_ms;
	} else if (polls && world->now_ms < row->sends_until_ms) {
		world->result = (struct at_chat_result){
			.outcome = AT_CHAT_ERROR, .label = "QSMTPCFG", .synced = true,
		};
		world->done_ms = world->now_ms + 50;
	} else if (!world->result_told && row->put_result != NULL &&
		   row->sends_until_ms >= world->now_ms && row->sends_until_ms < world->done_ms) {
		world->result_told = true;
		world->result.code = atoi(row->put_result);
		world->result.has_code = world->result.code != 0;
		world->result.outcome = world->result.code ? AT_CHAT_RESULT : AT_CHAT_OK;
		world->done_ms = row->sends_until_ms;
	}
}

#endif
