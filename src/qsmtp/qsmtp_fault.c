/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_fault.h"

#include "mail/wire_text.h"
#include "qsmtp/qsmtp_attachments.h"
#include "qsmtp/qsmtp_session.h"

const char qsmtp_plan_no_room[] = "the attachments are larger than the module takes now";

/* What the account lacks, said with the option's name, as people read it in the
 * log. */
static const char *account_fault(const struct qsmtp_plan *plan)
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
	if (wire_text_parameter_fault(account->apn, QSMTP_APN_MAX) ||
	    wire_text_parameter_fault(account->apn_user, QSMTP_APN_SECRET_MAX) ||
	    wire_text_parameter_fault(account->apn_password, QSMTP_APN_SECRET_MAX))
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
static const char *subject_fault(const struct qsmtp_plan *plan)
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

static const char *attachments_fault(const struct qsmtp_plan *plan)
{
	const struct transaction *transaction = plan->transaction;

	if (transaction->attachment_count > plan->dialect->attachments_max)
		return "more attachments than the module takes";
	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &transaction->attachments[i];

		if (wire_text_name_fault(attachment->name))
			return "the name of an attachment is not safe";
		if (wire_text_octets_fault(attachment->octets))
			return "an attachment is not safe for the line";
	}
	if (qsmtp_attachments_octets(transaction) >
	    qsmtp_plan_attachments_max(plan->options, plan->basis))
		return qsmtp_plan_no_room;
	return NULL;
}

static const char *recipients_fault(const struct qsmtp_plan *plan)
{
	if (plan->recipient_count == 0)
		return "no recipient";
	if (plan->recipient_count > plan->dialect->recipients_max)
		return "more recipients than the module takes";
	for (size_t i = 0; i < plan->recipient_count; i++) {
		struct span address = plan->recipients[i].address;

		if (address.length == 0 ||
		    wire_text_parameter_fault(address, plan->dialect->address_max))
			return "an address holds what the module cannot carry";
	}
	return NULL;
}

static const char *body_fault(const struct qsmtp_plan *plan)
{
	if (plan->transaction->body.length > plan->dialect->body_max)
		return "the body is longer than the module takes";
	if (wire_text_body_fault(plan->transaction->body))
		return "the body is not safe for the line";
	return NULL;
}

const char *qsmtp_fault_find(const struct qsmtp_plan *plan)
{
	static const char *(*const looks[])(const struct qsmtp_plan *) = {
		account_fault, recipients_fault, subject_fault, body_fault, attachments_fault,
	};
	const char *fault = NULL;

	for (size_t i = 0; fault == NULL && i < sizeof looks / sizeof looks[0]; i++)
		fault = looks[i](plan);
	return fault;
}
