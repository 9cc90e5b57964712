/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_session.h"

#include "mail/sender_name.h"

#define BEFORE_ACTIVATION_MS 100	/* modem.md, 8 */
#define ACTIVATION_MS 150000		/* modem.md, 11 */

/* The name that recipients see: there is no character set for it. */
static void add_name(struct qsmtp_plan *plan)
{
	char kept[SENDER_NAME_SIZE];
	struct span name = sender_name_carried(plan->account->name, plan->dialect->name_max, kept);

	if (name.length > 0)
		qsmtp_step_text(plan, "QSMTPNAME", "AT+QSMTPNAME", name, plan->dialect->name_max);
}

static void add_account(struct qsmtp_plan *plan)
{
	const struct qsmtp_account *account = plan->account;
	const struct modem_dialect *dialect = plan->dialect;
	struct at_command command;
	struct at_step *step;

	step = qsmtp_step_begin(plan, "QSMTPSRV", &command, "AT+QSMTPSRV");
	at_command_text(&command, account->server, dialect->server_max);
	at_command_integer(&command, account->port);
	at_script_set_line(plan->script, step, &command);
	if (account->authenticate) {
		qsmtp_step_text(plan, "QSMTPUSER", "AT+QSMTPUSER", account->user,
				dialect->user_max)->secret = true;
		qsmtp_step_text(plan, "QSMTPPWD", "AT+QSMTPPWD", account->password,
				dialect->password_max)->secret = true;
	}
	qsmtp_step_text(plan, "QSMTPADDR", "AT+QSMTPADDR", account->address,
			dialect->address_max);
	add_name(plan);
	/* Whether QSMTPCLR resets it is not said: it is set whenever that was given. */
	step = qsmtp_step_begin(plan, "QSMTPCFG", &command, "AT+QSMTPCFG");
	at_command_integer(&command, 1);
	at_command_integer(&command, account->authenticate ? 1 : 0);
	at_script_set_line(plan->script, step, &command);
}

/* The context that PUT brings up (reference, "A whole dialogue"). ERROR is passed
 * over: some modules refuse it while the context is still up from the mail
 * before; a wrong APN shows at PUT as the network error that it is. */
static void add_context(struct qsmtp_plan *plan)
{
	const struct qsmtp_account *account = plan->account;
	struct at_command command;
	struct at_step *step;

	if (account->apn.length == 0)
		return;
	step = qsmtp_step_begin(plan, "QIFGCNT", &command, "AT+QIFGCNT");
	at_command_integer(&command, 0);
	at_script_set_line(plan->script, step, &command);
	step->on_error = AT_ON_ERROR_GO_ON;
	step = qsmtp_step_begin(plan, "QICSGP", &command, "AT+QICSGP");
	at_command_integer(&command, 1);
	at_command_text(&command, account->apn, QSMTP_APN_MAX);
	if (account->apn_user.length > 0 || account->apn_password.length > 0) {
		at_command_text(&command, account->apn_user, QSMTP_APN_SECRET_MAX);
		at_command_text(&command, account->apn_password, QSMTP_APN_SECRET_MAX);
		step->secret = true;
	}
	at_script_set_line(plan->script, step, &command);
	step->on_error = AT_ON_ERROR_GO_ON;
}

/* What PUT does by itself on most modules. ERROR is passed over here too: it is
 * also the answer when the context is up. */
static void bring_bearer_up(struct qsmtp_plan *plan)
{
	struct at_step *step;

	qsmtp_step_plain(plan, "QIREGAPP", "AT+QIREGAPP")->on_error = AT_ON_ERROR_GO_ON;
	step = qsmtp_step_plain(plan, "QIACT", "AT+QIACT");
	step->wait_before_ms = BEFORE_ACTIVATION_MS;
	step->idle_ms = 0;	/* it says nothing until the network has answered */
	step->answer_ms = ACTIVATION_MS;
	step->on_error = AT_ON_ERROR_GO_ON;
}

void qsmtp_session_add(struct qsmtp_plan *plan)
{
	qsmtp_step_plain(plan, "QSMTPCLR", "AT+QSMTPCLR");
	add_account(plan);
	add_context(plan);
	if (plan->basis->bring_bearer_up)
		bring_bearer_up(plan);
}
