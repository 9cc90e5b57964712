/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_step.h"

#include "at/at_hazard.h"

#define BITS_AN_OCTET 10
#define LISTS_TAKE 3		/* times as long as a plain answer: lines come one by one */
#define KEPT_OCTETS_A_MS 20	/* what a slow flash takes; modem.md, 11 */

int64_t qsmtp_clamp(int64_t value, int64_t min, int64_t max)
{
	if (value < min)
		return min;
	return value > max ? max : value;
}

static struct at_step *add(struct qsmtp_plan *plan, const char *label)
{
	struct at_step *step = at_script_add(plan->script, label);

	step->idle_ms = plan->options->command_timeout_ms;
	step->answer_ms = plan->options->command_timeout_ms;
	return step;
}

struct at_step *qsmtp_step_begin(struct qsmtp_plan *plan, const char *label,
				 struct at_command *command, const char *name)
{
	struct at_step *step = add(plan, label);

	at_script_begin(plan->script, command, name);
	return step;
}

struct at_step *qsmtp_step_plain(struct qsmtp_plan *plan, const char *label, const char *line)
{
	struct at_step *step = add(plan, label);

	step->line = span_of(line);
	return step;
}

struct at_step *qsmtp_step_text(struct qsmtp_plan *plan, const char *label, const char *name,
				struct span text, size_t max)
{
	struct at_command command;
	struct at_step *step = qsmtp_step_begin(plan, label, &command, name);

	at_command_text(&command, text, max);
	at_script_set_line(plan->script, step, &command);
	return step;
}

struct at_step *qsmtp_step_list(struct qsmtp_plan *plan, const char *label, const char *line,
				const char *info)
{
	struct at_step *step = qsmtp_step_plain(plan, label, line);

	step->info = info;
	step->verify_expected = true;
	return step;
}

void qsmtp_step_listed(struct qsmtp_plan *plan, struct at_step *step)
{
	size_t octets = 0;

	for (size_t i = 0; i < step->expected_count; i++)
		octets += step->expected[i].length;
	step->answer_ms = LISTS_TAKE * plan->options->command_timeout_ms +
			  2 * qsmtp_step_wire_ms(plan, octets);
}

void qsmtp_step_data(struct qsmtp_plan *plan, struct at_step *step, struct span payload,
		     const char *result)
{
	step->data = true;
	step->payload = payload;
	step->result = result;
	step->result_is_length = true;
	step->result_ms = plan->options->command_timeout_ms +
			  (int64_t)payload.length / KEPT_OCTETS_A_MS;
}

/* The module may have been found at another rate than the configured one. */
static int64_t baud_of(const struct qsmtp_plan *plan)
{
	return plan->basis->baud > 0 ? plan->basis->baud : plan->options->baud;
}

int64_t qsmtp_step_wire_ms(const struct qsmtp_plan *plan, size_t octets)
{
	int64_t baud = baud_of(plan);

	return baud > 0 ? (int64_t)octets * BITS_AN_OCTET * 1000 / baud : 0;
}

int64_t qsmtp_step_data_timeout_s(const struct qsmtp_plan *plan, struct span payload,
				  int64_t margin_s)
{
	int64_t wire_s = 0;

	if (baud_of(plan) > 0)
		wire_s = (qsmtp_step_wire_ms(plan, payload.length) +
			  (int64_t)at_hazard_count(payload) * AT_HAZARD_LOOK_MS) / 1000 + 1;
	return qsmtp_clamp(4 * wire_s + margin_s, plan->dialect->data_timeout_min_s,
			   plan->dialect->data_timeout_max_s);
}
