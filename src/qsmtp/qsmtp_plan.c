/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_plan.h"

#include "base/utf8.h"
#include "mail/wire_text.h"

#define PUT_MARGIN_MS 30000		/* the module keeps its own time-out: it answers first */
#define DATA_MARGIN_S 60
#define ATT_SELF_ENDING_MS 2500		/* modem.md, 6.3 */
#define PASSWORD_OF_APN_MAX 64
#define APN_MAX 100			/* 3GPP TS 23.003, 9.1 */

/* What is built, handed from step to step. */
struct plan {
	const struct qsmtp_plan_options *options;
	const struct modem_dialect *dialect;
	const struct qsmtp_account *account;
	const struct transaction *transaction;
	const struct transaction_recipient *recipients;
	size_t recipient_count;
	struct at_script *script;
};

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
	if (value < min)
		return min;
	return value > max ? max : value;
}

/* Four times what the line needs: a module that ends data mode while we still
 * write would take mail for commands (threats.md, row 2). */
static int64_t data_timeout_s(const struct plan *plan, size_t octets)
{
	int64_t wire_s = 0;

	if (plan->options->baud > 0)
		wire_s = (int64_t)octets * 10 / plan->options->baud + 1;
	return clamp(4 * wire_s + DATA_MARGIN_S, plan->dialect->data_timeout_min_s,
		     plan->dialect->data_timeout_max_s);
}

static struct at_step *add(struct plan *plan, const char *label, struct at_command *command,
			   const char *name)
{
	struct at_step *step = at_script_add(plan->script, label);

	step->answer_ms = plan->options->command_timeout_ms;
	at_script_begin(plan->script, command, name);
	return step;
}

/* A command without parameters. */
static struct at_step *add_plain(struct plan *plan, const char *label, const char *line)
{
	struct at_step *step = at_script_add(plan->script, label);

	step->answer_ms = plan->options->command_timeout_ms;
	step->line = span_of(line);
	return step;
}

static struct at_step *add_text(struct plan *plan, const char *label, const char *name,
				struct span text, size_t max)
{
	struct at_command command;
	struct at_step *step = add(plan, label, &command, name);

	at_command_text(&command, text, max);
	at_script_set_line(plan->script, step, &command);
	return step;
}

/* The name that recipients see, in what a quoted text and a From line can hold:
 * there is no character set for it, so other characters are left out. */
static void add_name(struct plan *plan)
{
	char kept[128];
	size_t length = 0;
	struct span name = plan->account->name;

	for (size_t i = 0; i < name.length && length < sizeof(kept); i++) {
		unsigned char octet = (unsigned char)name.at[i];

		if (octet >= 0x20 && octet < 0x7f && memchr("\"\\<>", octet, 4) == NULL)
			kept[length++] = (char)octet;
	}
	name = span_trim(span_take(span_trim(span_make(kept, length)), plan->dialect->name_max));
	if (name.length > 0)
		add_text(plan, "QSMTPNAME", "AT+QSMTPNAME", name, plan->dialect->name_max);
}

static void add_account(struct plan *plan)
{
	const struct qsmtp_account *account = plan->account;
	const struct modem_dialect *dialect = plan->dialect;
	struct at_command command;
	struct at_step *step;

	step = add(plan, "QSMTPSRV", &command, "AT+QSMTPSRV");
	at_command_text(&command, account->server, dialect->server_max);
	at_command_integer(&command, account->port);
	at_script_set_line(plan->script, step, &command);
	if (account->authenticate) {
		add_text(plan, "QSMTPUSER", "AT+QSMTPUSER", account->user,
			 dialect->user_max)->secret = true;
		add_text(plan, "QSMTPPWD", "AT+QSMTPPWD", account->password,
			 dialect->password_max)->secret = true;
	}
	add_text(plan, "QSMTPADDR", "AT+QSMTPADDR", account->address, dialect->address_max);
	add_name(plan);
	/* Whether QSMTPCLR resets it is not said: it is set for every mail. */
	step = add(plan, "QSMTPCFG", &command, "AT+QSMTPCFG");
	at_command_integer(&command, 1);
	at_command_integer(&command, account->authenticate ? 1 : 0);
	at_script_set_line(plan->script, step, &command);
}

/* A hidden recipient that is alone goes as To: there is nobody to hide it from
 * (interface.md, "What becomes of a mail"). */
static int64_t type_of(const struct plan *plan, const struct transaction_recipient *recipient)
{
	if (plan->recipient_count == 1 && recipient->type == TRANSACTION_BCC)
		return TRANSACTION_TO;
	return recipient->type;
}

static void add_recipients(struct plan *plan)
{
	for (size_t i = 0; i < plan->recipient_count; i++) {
		const struct transaction_recipient *recipient = &plan->recipients[i];
		struct at_command command;
		struct at_step *step = add(plan, "QSMTPDST", &command, "AT+QSMTPDST");

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
static void add_subject(struct plan *plan)
{
	const struct transaction *transaction = plan->transaction;
	struct at_command command;
	struct at_step *step = add(plan, "QSMTPSUB", &command, "AT+QSMTPSUB");
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

static void add_body(struct plan *plan)
{
	const struct transaction *transaction = plan->transaction;
	struct at_command command;
	struct at_step *step = add(plan, "QSMTPBODY", &command, "AT+QSMTPBODY");

	at_command_integer(&command, charset_of_body(transaction));
	at_command_integer(&command, data_timeout_s(plan, transaction->body.length));
	at_script_set_line(plan->script, step, &command);
	step->data = true;
	step->payload = transaction->body;
	step->result = "+QSMTPBODY:";
	step->result_is_length = true;
	step->result_ms = plan->options->command_timeout_ms;
}

static void add_attachments(struct plan *plan)
{
	for (size_t i = 0; i < plan->transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &plan->transaction->attachments[i];
		struct at_command command;
		struct at_step *step = add(plan, "QSMTPATT", &command, "AT+QSMTPATT");

		at_command_text(&command, attachment->name, 63);
		at_command_integer(&command, (int64_t)attachment->octets.length);
		at_command_integer(&command, data_timeout_s(plan, attachment->octets.length));
		at_script_set_line(plan->script, step, &command);
		step->secret = true;
		step->data = true;
		step->payload = attachment->octets;
		step->result = "+QSMTPATT:";
		step->result_is_length = true;
		step->self_ending_ms = ATT_SELF_ENDING_MS;
		/* The module writes it to its store before it answers. */
		step->result_ms = 2 * plan->options->command_timeout_ms;
	}
}

/* The context that PUT brings up (reference, "A whole dialogue"). ERROR is passed
 * over: some modules refuse it while the context is still up from the mail
 * before; a wrong APN shows at PUT as the network error that it is. */
static void add_bearer(struct plan *plan)
{
	const struct qsmtp_account *account = plan->account;
	struct at_command command;
	struct at_step *step;

	if (account->apn.length == 0)
		return;
	step = add(plan, "QIFGCNT", &command, "AT+QIFGCNT");
	at_command_integer(&command, 0);
	at_script_set_line(plan->script, step, &command);
	step->on_error = AT_ON_ERROR_GO_ON;
	step = add(plan, "QICSGP", &command, "AT+QICSGP");
	at_command_integer(&command, 1);
	at_command_text(&command, account->apn, APN_MAX);
	if (account->apn_user.length > 0 || account->apn_password.length > 0) {
		at_command_text(&command, account->apn_user, PASSWORD_OF_APN_MAX);
		at_command_text(&command, account->apn_password, PASSWORD_OF_APN_MAX);
		step->secret = true;
	}
	at_script_set_line(plan->script, step, &command);
	step->on_error = AT_ON_ERROR_GO_ON;
}

/* A stale recipient or attachment in the module would go out with this mail
 * (threats.md, row 5): exactly what was set must be read back. */
static void add_read_back(struct plan *plan)
{
	struct at_step *step = add_plain(plan, "QSMTPDST?", "AT+QSMTPDST?");
	struct at_command expected;

	step->info = "+QSMTPDST:";
	for (size_t i = 0; i < plan->recipient_count; i++) {
		at_script_begin(plan->script, &expected, "+QSMTPDST:");
		at_command_integer(&expected, type_of(plan, &plan->recipients[i]));
		at_command_text(&expected, plan->recipients[i].address, plan->dialect->address_max);
		at_script_expect(plan->script, step, &expected);
	}
	if (plan->transaction->attachment_count == 0)
		return;
	step = add_plain(plan, "QSMTPATT?", "AT+QSMTPATT?");
	step->info = "+QSMTPATT:";
	for (size_t i = 0; i < plan->transaction->attachment_count; i++) {
		at_script_begin(plan->script, &expected, "+QSMTPATT:");
		at_command_integer(&expected, (int64_t)i + 1);
		at_command_text(&expected, plan->transaction->attachments[i].name, 63);
		at_command_integer(&expected,
				   (int64_t)plan->transaction->attachments[i].octets.length);
		at_script_expect(plan->script, step, &expected);
	}
}

static void add_put(struct plan *plan)
{
	int64_t timeout_s = clamp(plan->options->send_timeout_s,
				  plan->dialect->put_timeout_min_s,
				  plan->dialect->put_timeout_max_s);
	struct at_command command;
	struct at_step *step = add(plan, "QSMTPPUT", &command, "AT+QSMTPPUT");

	at_command_integer(&command, timeout_s);
	at_script_set_line(plan->script, step, &command);
	step->result = "+QSMTPPUT:";
	step->hold = true;
	step->commits = true;
	step->result_ms = timeout_s * 1000 + PUT_MARGIN_MS;
}

/* What the account lacks, said with the option's name, as people read it in the
 * log. */
static const char *account_fault(const struct plan *plan)
{
	const struct qsmtp_account *account = plan->account;
	const struct modem_dialect *dialect = plan->dialect;

	if (account->server.length == 0)
		return "the account has no server";
	if (wire_text_parameter_fault(account->server, dialect->server_max))
		return "the account's server is longer than 100 or holds what the module cannot carry";
	if (account->port < 1 || account->port > 65535)
		return "the account's port is not 1-65535";
	if (account->address.length == 0)
		return "the account has no address";
	if (wire_text_parameter_fault(account->address, dialect->address_max))
		return "the account's address holds what the module cannot carry";
	if (wire_text_parameter_fault(account->apn, APN_MAX) ||
	    wire_text_parameter_fault(account->apn_user, PASSWORD_OF_APN_MAX) ||
	    wire_text_parameter_fault(account->apn_password, PASSWORD_OF_APN_MAX))
		return "apn, apn-user or the password of the apn holds what the module cannot carry";
	if (!account->authenticate)
		return NULL;
	if (account->user.length == 0 || account->password.length == 0)
		return "the account wants auth and has no user or no password";
	if (wire_text_parameter_fault(account->user, dialect->user_max))
		return "the account's user is longer than 50 or holds what the module cannot carry";
	if (wire_text_parameter_fault(account->password, dialect->password_max))
		return "the account's password is longer than 50 or holds what the module cannot carry";
	return NULL;
}

/* The module writes the subject into a header: a line end in it, even carried
 * as hexadecimal, would be a header of the sender's choice. */
static const char *subject_fault(const struct plan *plan)
{
	struct span subject = plan->transaction->subject;

	if (subject.length > plan->dialect->subject_max)
		return "the subject is longer than the module takes";
	for (size_t i = 0; i < subject.length; i++) {
		if ((unsigned char)subject.at[i] < 0x20 || subject.at[i] == 0x7f)
			return "the subject holds a control character";
	}
	return NULL;
}

static const char *attachments_fault(const struct plan *plan)
{
	const struct transaction *transaction = plan->transaction;
	size_t sum = 0;

	if (transaction->attachment_count > plan->dialect->attachments_max)
		return "more attachments than the module takes";
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &transaction->attachments[i];

		if (wire_text_name_fault(attachment->name))
			return "the name of an attachment is not safe";
		if (wire_text_octets_fault(attachment->octets))
			return "an attachment is not safe for the line";
		if (attachment->octets.length > plan->dialect->line_attachments_octets_max - sum)
			return "the attachments are larger than the line takes";
		sum += attachment->octets.length;
	}
	return NULL;
}

static const char *find_fault(const struct plan *plan)
{
	const struct transaction *transaction = plan->transaction;
	const char *fault = account_fault(plan);

	if (fault == NULL && plan->recipient_count == 0)
		fault = "no recipient";
	if (fault == NULL && plan->recipient_count > plan->dialect->recipients_max)
		fault = "more recipients than the module takes";
	for (size_t i = 0; fault == NULL && i < plan->recipient_count; i++) {
		struct span address = plan->recipients[i].address;

		if (address.length == 0 ||
		    wire_text_parameter_fault(address, plan->dialect->address_max))
			fault = "an address holds what the module cannot carry";
	}
	if (fault == NULL)
		fault = subject_fault(plan);
	if (fault == NULL && transaction->body.length > plan->dialect->body_max)
		fault = "the body is longer than the module takes";
	if (fault == NULL && wire_text_body_fault(transaction->body))
		fault = "the body is not safe for the line";
	return fault != NULL ? fault : attachments_fault(plan);
}

const char *qsmtp_plan_build(const struct qsmtp_plan_options *options,
			     const struct qsmtp_account *account,
			     const struct transaction *transaction, size_t first, size_t count,
			     struct at_script *script)
{
	struct plan plan = { options, options->dialect, account, transaction, NULL, 0, script };
	const char *fault;

	if (first <= transaction->recipient_count && count <= transaction->recipient_count - first) {
		plan.recipients = transaction->recipients + first;
		plan.recipient_count = count;
	}
	fault = find_fault(&plan);
	if (fault != NULL) {
		at_script_fail(script, fault);
		return fault;
	}
	add_plain(&plan, "QSMTPCLR", "AT+QSMTPCLR");
	add_account(&plan);
	add_recipients(&plan);
	add_subject(&plan);
	add_body(&plan);
	add_attachments(&plan);
	add_bearer(&plan);
	if (options->verify)
		add_read_back(&plan);
	add_put(&plan);
	/* Nothing of this mail, and no password, stays in the module. */
	add_plain(&plan, "QSMTPCLR", "AT+QSMTPCLR")->on_error = AT_ON_ERROR_GO_ON;
	return script->fault;
}
