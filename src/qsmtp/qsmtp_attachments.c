/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_attachments.h"

#include <stdio.h>

#define LINE_NAME_MAX 63
#define SELF_ENDING_MS 2500		/* modem.md, 6.3 */
#define STORE_MARGIN_S 5		/* the module's own default: no escape ends this data */
#define STORE_BLOCK_OCTETS 4096		/* of which a file takes whole ones; modem.md, 7 */
#define ATTACH_FOLDER "/UFS/"		/* MODEM_STORE_PLACE, as AT+QSMTPATT spells it */
#define STORED_NAME_MAX (sizeof(ATTACH_FOLDER) + MODEM_STORE_NAME_MAX)

size_t qsmtp_attachments_octets(const struct transaction *transaction)
{
	size_t sum = 0;

	for (size_t i = 0; i < transaction->attachment_count; i++)
		sum += transaction->attachments[i].octets.length;
	return sum;
}

/* What the store takes in one mail: a tenth of its room is left to the module
 * itself, and every file may waste most of a block. */
static size_t store_room(const struct qsmtp_plan_options *options, const struct modem_basis *basis)
{
	int64_t room;

	if (!basis->has_store || options->attachments == QSMTP_ATTACHMENTS_LINE)
		return 0;
	room = basis->store_free_octets - basis->store_free_octets / 10 -
	       (int64_t)options->dialect->attachments_max * STORE_BLOCK_OCTETS;
	return (size_t)qsmtp_clamp(room, 0, MODEM_STORE_FILE_MAX);
}

static size_t line_room(const struct qsmtp_plan_options *options)
{
	return options->attachments == QSMTP_ATTACHMENTS_STORE ?
		       0 : options->dialect->line_attachments_octets_max;
}

size_t qsmtp_plan_attachments_max(const struct qsmtp_plan_options *options,
				  const struct modem_basis *basis)
{
	size_t line = line_room(options), store = store_room(options, basis);

	return line > store ? line : store;
}

/* A store without capitals of its own would take them for one name. */
static bool is_stored(const struct qsmtp_plan *plan, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (span_is_nocase(span_of(plan->stored[i]), name))
			return true;
	return false;
}

void qsmtp_attachments_choose(struct qsmtp_plan *plan)
{
	const struct transaction *transaction = plan->transaction;

	if (qsmtp_attachments_octets(transaction) > store_room(plan->options, plan->basis))
		return;
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &transaction->attachments[i];
		unsigned number = 1;

		/* QFUPL takes no empty file. */
		if (attachment->octets.length == 0)
			continue;
		do
			modem_store_name_apart(attachment->name, number++, plan->stored[i]);
		while (is_stored(plan, i, plan->stored[i]));
	}
}

/* The data of a file, which the module puts into its flash before it answers. */
static void add_octets(struct qsmtp_plan *plan, struct at_step *step, struct span octets,
		       const char *result)
{
	qsmtp_step_data(plan, step, octets, result);
	step->result_ms += plan->options->command_timeout_ms;
	step->secret = true;	/* its name is mail content: in no trace */
}

static int64_t self_ending_ms(const struct qsmtp_plan *plan)
{
	switch (plan->basis->size_ends_data) {
	case AT_NO:
		return 0;
	case AT_UNKNOWN:
	case AT_YES:
		break;
	}
	return SELF_ENDING_MS;
}

static void add_by_line(struct qsmtp_plan *plan, const struct transaction_attachment *attachment)
{
	struct at_command command;
	struct at_step *step = qsmtp_step_begin(plan, "QSMTPATT", &command, "AT+QSMTPATT");

	at_command_text(&command, attachment->name, LINE_NAME_MAX);
	at_command_integer(&command, (int64_t)attachment->octets.length);
	at_command_integer(&command, qsmtp_step_data_timeout_s(plan, attachment->octets,
							       QSMTP_DATA_MARGIN_S));
	at_script_set_line(plan->script, step, &command);
	add_octets(plan, step, attachment->octets, "+QSMTPATT:");
	/* Where the size is known to end it no escape is sent: its '+' would be counted
	 * for octets that the line has lost, and the length would be right. */
	if (plan->basis->size_ends_data == AT_YES && attachment->octets.length > 0) {
		step->data_end = AT_DATA_COUNTED;
		return;
	}
	step->data_end = AT_DATA_SIZED;
	step->self_ending_ms = self_ending_ms(plan);
}

/* The name in a file command, or as AT+QSMTPATT wants it. */
static struct span place(const char *front, const char *name, char out[static STORED_NAME_MAX])
{
	snprintf(out, STORED_NAME_MAX, "%s%s", front, name);
	return span_of(out);
}

static void add_deletion(struct qsmtp_plan *plan, const char *name)
{
	char full[STORED_NAME_MAX];
	struct at_step *step = qsmtp_step_text(plan, "QFDEL", "AT+QFDEL",
					       place(MODEM_STORE_PLACE, name, full), sizeof full);

	step->secret = true;
	step->on_error = AT_ON_ERROR_GO_ON;
}

static void add_upload(struct qsmtp_plan *plan, const char *name, struct span octets)
{
	char full[STORED_NAME_MAX];
	struct at_command command;
	struct at_step *step = qsmtp_step_begin(plan, "QFUPL", &command, "AT+QFUPL");

	at_command_text(&command, place(MODEM_STORE_PLACE, name, full), sizeof full);
	at_command_integer(&command, (int64_t)octets.length);
	at_command_integer(&command, qsmtp_step_data_timeout_s(plan, octets, STORE_MARGIN_S));
	at_script_set_line(plan->script, step, &command);
	add_octets(plan, step, octets, "+QFUPL:");
	step->data_end = AT_DATA_COUNTED;
	step->has_checksum = true;
	step->checksum = modem_store_checksum(octets);
}

/* By the store: of the file's name there may be no older one, or QFUPL refuses it
 * (modem.md, 7). The real size that QSMTPATT tells must be that of the file. */
static void add_by_store(struct qsmtp_plan *plan, const char *name, struct span octets)
{
	char full[STORED_NAME_MAX];
	struct at_step *step;

	add_deletion(plan, name);
	add_upload(plan, name, octets);
	step = qsmtp_step_text(plan, "QSMTPATT/UFS", "AT+QSMTPATT",
			       place(ATTACH_FOLDER, name, full), sizeof full);
	step->secret = true;
	step->result = "+QSMTPATT:";
	step->result_is_length = true;
	step->payload = octets;
	step->result_ms = plan->options->command_timeout_ms;
}

void qsmtp_attachments_add(struct qsmtp_plan *plan)
{
	for (size_t i = 0; i < plan->transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &plan->transaction->attachments[i];

		if (plan->stored[i][0] != '\0')
			add_by_store(plan, plan->stored[i], attachment->octets);
		else
			add_by_line(plan, attachment);
	}
}

static void expect(struct qsmtp_plan *plan, struct at_step *step, size_t i, const char *front)
{
	const struct transaction_attachment *attachment = &plan->transaction->attachments[i];
	const char *name = plan->stored[i];
	char full[STORED_NAME_MAX];
	struct at_command line;

	at_script_begin(plan->script, &line, step->info);
	at_command_integer(&line, (int64_t)i + 1);
	at_command_text(&line, *name ? place(front, name, full) : attachment->name, sizeof full);
	at_command_integer(&line, (int64_t)attachment->octets.length);
	at_script_expect(plan->script, step, &line);
}

static bool stores_any(const struct qsmtp_plan *plan)
{
	for (size_t i = 0; i < plan->transaction->attachment_count; i++)
		if (plan->stored[i][0] != '\0')
			return true;
	return false;
}

/* How a stored file is listed is not said: as AT+QSMTPATT was given it, by its
 * name alone, or as the file commands spell it. */
void qsmtp_attachments_expect(struct qsmtp_plan *plan, struct at_step *step)
{
	static const char *const fronts[] = { ATTACH_FOLDER, "", MODEM_STORE_PLACE };

	step->expected_spellings = stores_any(plan) ? sizeof fronts / sizeof fronts[0] : 1;
	for (size_t i = 0; i < plan->transaction->attachment_count; i++)
		for (size_t k = 0; k < step->expected_spellings; k++)
			expect(plan, step, i, fronts[k]);
}

void qsmtp_attachments_delete(struct qsmtp_plan *plan)
{
	for (size_t i = 0; i < plan->transaction->attachment_count; i++)
		if (plan->stored[i][0] != '\0')
			add_deletion(plan, plan->stored[i]);
}
