/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_plan.h"

#include "base/utf8.h"
#include "mail/wire_text.h"
#include "qsmtp/qsmtp_attachments.h"
#include "qsmtp/qsmtp_fault.h"
#include "qsmtp/qsmtp_session.h"

#define PUT_MARGIN_MS 30000	/* the module keeps its own time-out: it answers first */

/* Of a mail that is more than the line would take: modem.md, 11. */
#define PUT_LARGE_S 120
#define PUT_OCTETS_A_SECOND 1500

/* The recipients of the mail before, of which there may be none. */
static void delete_recipients(struct qsmtp_plan *plan)
{
	struct at_command command;
	struct at_step *step = qsmtp_step_begin(plan, "QSMTPDST=0", &command, "AT+QSMTPDST");

	at_command_integer(&command, 0);
	at_script_set_line(plan->script, step, &command);
	step->result = "+QSMTPDST:";
	step->any_result = true;
	step->result_ms = plan->options->command_timeout_ms;
}

/* A hidden recipient that is alone goes as To: there is nobody to hide it from
 * (interface.md, "What becomes of a mail"). */
static int64_t type_of(const struct qsmtp_plan *plan, const struct transaction_recipient *recipient)
{
	if (plan->recipient_count == 1 && recipient->type == TRANSACTION_BCC)
		return TRANSACTION_TO;
	return recipient->type;
}

static void add_recipients(struct qsmtp_plan *plan)
{
	for (size_t i = 0; i < plan->recipient_count; i++) {
		const struct transaction_recipient *recipient = &plan->recipients[i];
		struct at_command command;
		struct at_step *step = qsmtp_step_begin(plan, "QSMTPDST", &command, "AT+QSMTPDST");

		at_command_integer(&command, 1);
		at_command_integer(&command, type_of(plan, recipient));
		at_command_text(&command, recipient->address, plan->dialect->address_max);
		at_script_set_line(plan->script, step, &command);
		step->result = "+QSMTPDST:";
		step->result_ms = plan->options->command_timeout_ms;
	}
}

/* ASCII goes as it is where it can be quoted; anything else in it makes it UTF-8
 * in hexadecimal. */
static void add_subject(struct qsmtp_plan *plan)
{
	const struct transaction *transaction = plan->transaction;
	struct at_command command;
	struct at_step *step = qsmtp_step_begin(plan, "QSMTPSUB", &command, "AT+QSMTPSUB");
	enum transaction_charset charset = transaction->subject_charset;

	if (charset == TRANSACTION_ASCII &&
	    wire_text_parameter_fault(transaction->subject, plan->dialect->subject_max) != NULL)
		charset = TRANSACTION_UTF8;
	at_command_integer(&command, charset);
	if (charset == TRANSACTION_ASCII)
		at_command_text(&command, transaction->subject, plan->dialect->subject_max);
	else
		at_command_hex(&command, transaction->subject, plan->dialect->subject_max);
	at_script_set_line(plan->script, step, &command);
	step->secret = true;	/* mail content: in no trace */
}

/* Octets above 127 are never sent as ASCII, whatever the transaction says. */
static enum transaction_charset charset_of_body(const struct transaction *transaction)
{
	if (transaction->body_charset == TRANSACTION_ASCII && !utf8_is_ascii(transaction->body))
		return TRANSACTION_UTF8;
	return transaction->body_charset;
}

static void add_body(struct qsmtp_plan *plan)
{
	const struct transaction *transaction = plan->transaction;
	struct at_command command;
	struct at_step *step = qsmtp_step_begin(plan, "QSMTPBODY", &command, "AT+QSMTPBODY");

	at_command_integer(&command, charset_of_body(transaction));
	at_command_integer(&command, qsmtp_step_data_timeout_s(plan, transaction->body,
							       QSMTP_DATA_MARGIN_S));
	at_script_set_line(plan->script, step, &command);
	qsmtp_step_data(plan, step, transaction->body, "+QSMTPBODY:");
	step->data_end = AT_DATA_ESCAPED;
}

/* A stale recipient or attachment in the module would go out with this mail
 * (threats.md, row 5): exactly what was set must be read back. */
static void add_read_back(struct qsmtp_plan *plan)
{
	struct at_step *step = qsmtp_step_list(plan, "QSMTPDST?", "AT+QSMTPDST?", "+QSMTPDST:");
	struct at_command expected;

	for (size_t i = 0; i < plan->recipient_count; i++) {
		at_script_begin(plan->script, &expected, step->info);
		at_command_integer(&expected, type_of(plan, &plan->recipients[i]));
		at_command_text(&expected, plan->recipients[i].address, plan->dialect->address_max);
		at_script_expect(plan->script, step, &expected);
	}
	qsmtp_step_listed(plan, step);
	step = qsmtp_step_list(plan, "QSMTPATT?", "AT+QSMTPATT?", "+QSMTPATT:");
	qsmtp_attachments_expect(plan, step);
	qsmtp_step_listed(plan, step);
}

/* A mail larger than the line takes is given the time that a slow network needs
 * for it in base64. */
static int64_t put_timeout_s(const struct qsmtp_plan *plan)
{
	size_t octets = qsmtp_attachments_octets(plan->transaction);
	int64_t timeout_s = plan->options->send_timeout_s;
	int64_t large_s = PUT_LARGE_S + ((int64_t)octets + 2) / 3 * 4 / PUT_OCTETS_A_SECOND;

	if (octets > plan->dialect->line_attachments_octets_max && timeout_s < large_s)
		timeout_s = large_s;
	return qsmtp_clamp(timeout_s, plan->dialect->put_timeout_min_s,
			   plan->dialect->put_timeout_max_s);
}

static void add_put(struct qsmtp_plan *plan)
{
	int64_t timeout_s = put_timeout_s(plan);
	struct at_command command;
	struct at_step *step = qsmtp_step_begin(plan, "QSMTPPUT", &command, "AT+QSMTPPUT");

	at_command_integer(&command, timeout_s);
	at_script_set_line(plan->script, step, &command);
	step->result = "+QSMTPPUT:";
	step->hold = true;
	step->commits = true;
	step->result_ms = timeout_s * 1000 + PUT_MARGIN_MS;
}

static void add_mail(struct qsmtp_plan *plan)
{
	add_recipients(plan);
	add_subject(plan);
	add_body(plan);
	qsmtp_attachments_add(plan);
	if (plan->options->verify)
		add_read_back(plan);
	add_put(plan);
	qsmtp_attachments_delete(plan);
}

const char *qsmtp_plan_build(const struct qsmtp_plan_options *options,
			     const struct modem_basis *basis,
			     const struct qsmtp_account *account,
			     const struct transaction *transaction, size_t first, size_t count,
			     struct at_script *script)
{
	struct qsmtp_plan plan = {
		.options = options, .basis = basis, .dialect = options->dialect,
		.account = account, .transaction = transaction, .script = script,
	};
	const char *fault;

	if (first <= transaction->recipient_count && count <= transaction->recipient_count - first) {
		plan.recipients = transaction->recipients + first;
		plan.recipient_count = count;
	}
	fault = qsmtp_fault_find(&plan);
	if (fault != NULL) {
		at_script_fail(script, fault);
		return fault;
	}
	qsmtp_attachments_choose(&plan);
	if (basis->session_set)
		delete_recipients(&plan);
	else
		qsmtp_session_add(&plan);
	add_mail(&plan);
	script->leaves_session = transaction->attachment_count == 0;
	return script->fault;
}
