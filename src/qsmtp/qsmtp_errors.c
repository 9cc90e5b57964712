/* SPDX-License-Identifier: ISC */
#include "qsmtp/qsmtp_errors.h"

#include <stddef.h>
#include <string.h>

#include "qsmtp/qsmtp_plan.h"

/* The command that makes the module send: what ends there may be uncertain. */
static const char put_label[] = "QSMTPPUT";

#define ROW(number, class_name, status_text, phrase) \
	{ .class = (class_name), .has_code = true, .code = (number), .status = (status_text), .text = (phrase) }

/* Reference, "Error codes"; classes by interface.md, "What becomes of an
 * outcome"; status by RFC 3463, section 3 (and RFC 4954, 6 for 4.7.8). A held
 * account is a state of ours, not a refusal of the mail: class 4. */
static const struct verdict rows[] = {
	ROW(0, VERDICT_DELIVERED, "2.0.0", "taken by the mail server"),
	ROW(-1, VERDICT_LATER, "4.0.0", "the module reports an unknown error"),
	ROW(-3, VERDICT_BUSY, "4.3.2", "the module is busy with another mail"),
	ROW(-4, VERDICT_LINK, "4.4.3", "no address was found for the name of the mail server"),
	ROW(-5, VERDICT_LINK, "4.4.1", "the mobile network or the connection to the mail server failed"),
	ROW(-6, VERDICT_ACCOUNT, "4.7.0", "the mail server offers no way to log in that the module knows"),
	ROW(-7, VERDICT_LATER, "4.4.2", "the mail server closed the connection"),
	ROW(-8, VERDICT_LINK, "4.4.2", "the data connection of the mobile network was cut"),
	ROW(-9, VERDICT_UNCERTAIN, "4.4.2", "the module timed out; the mail may have been sent"),
	ROW(-10, VERDICT_OURS, "5.5.4", "the module knows of no recipient"),
	ROW(-11, VERDICT_LATER, "4.4.2", "the module failed to send"),
	ROW(-12, VERDICT_CONTENT, "5.3.0", "the module cannot open the file of an attachment"),
	ROW(-13, VERDICT_CONTENT, "5.3.4", "the module has no memory for an attachment"),
	ROW(-14, VERDICT_CONTENT, "5.3.0", "the module cannot save an attachment"),
	ROW(-15, VERDICT_OURS, "5.5.4", "the module calls a parameter wrong"),
	ROW(-421, VERDICT_LATER, "4.3.2", "the mail server is not available"),
	ROW(-450, VERDICT_LATER, "4.2.0", "a mailbox is not available for the moment"),
	ROW(-451, VERDICT_LATER, "4.3.0", "the mail server had an error"),
	ROW(-452, VERDICT_LATER, "4.3.1", "the mail server has no storage left"),
	ROW(-500, VERDICT_OURS, "5.5.2", "the mail server did not recognise a command"),
	ROW(-501, VERDICT_OURS, "5.5.4", "the mail server found a syntax error in a parameter"),
	ROW(-502, VERDICT_OURS, "5.5.1", "the mail server does not implement a command"),
	ROW(-503, VERDICT_OURS, "5.5.1", "the mail server calls the order of commands bad"),
	ROW(-504, VERDICT_OURS, "5.5.4", "the mail server does not implement a parameter"),
	ROW(-521, VERDICT_RECIPIENT, "5.3.2", "a domain does not accept mail"),
	ROW(-530, VERDICT_ACCOUNT, "4.7.1", "the mail server denies access to the account"),
	ROW(-535, VERDICT_ACCOUNT, "4.7.8", "the mail server refuses the user name or the password"),
	ROW(-550, VERDICT_RECIPIENT, "5.1.1", "a mailbox is not available"),
	ROW(-551, VERDICT_RECIPIENT, "5.1.6", "a user is not local to the mail server"),
	ROW(-552, VERDICT_CONTENT, "5.2.2", "the mail exceeds the storage allocation"),
	ROW(-553, VERDICT_RECIPIENT, "5.1.3", "the name of a mailbox is not allowed"),
	ROW(-554, VERDICT_NEVER, "5.0.0", "the mail server refused the mail"),
};

static const struct verdict unknown_4xx = ROW(0, VERDICT_LATER, "4.0.0",
	"the mail server gave a temporary error that is not in the manual");
static const struct verdict unknown_5xx = ROW(0, VERDICT_NEVER, "5.0.0",
	"the mail server gave a permanent error that is not in the manual");
static const struct verdict unknown_other = ROW(0, VERDICT_LATER, "4.0.0",
	"the module gave a number that is not in the manual");

bool qsmtp_errors_row(size_t i, struct verdict *verdict)
{
	if (i >= sizeof(rows) / sizeof(rows[0]))
		return false;
	*verdict = rows[i];
	return true;
}

struct verdict qsmtp_errors_verdict(int code)
{
	struct verdict verdict;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].code == code)
			return rows[i];
	}
	if (code <= -400 && code >= -499)
		verdict = unknown_4xx;
	else if (code <= -500 && code >= -599)
		verdict = unknown_5xx;
	else
		verdict = unknown_other;
	verdict.code = code;
	return verdict;
}

static struct verdict plain(enum verdict_class class, const char *status, const char *text)
{
	return (struct verdict){ .class = class, .status = status, .text = text };
}

static bool is_at(const struct at_chat_result *result, const char *label)
{
	return result->label != NULL && strcmp(result->label, label) == 0;
}

/* 3GPP TS 27.007, 9.2: no SIM, PIN or PUK wanted, SIM failure, busy, wrong;
 * no network service. They say nothing about the mail. */
static bool is_link_cme(int number)
{
	return (number >= 10 && number <= 18) || (number >= 30 && number <= 32);
}

/* Errors of files; modem.md, 7. */
enum {
	FILE_FIRST = 400,
	FILE_DISK_FULL = 403,
	FILE_NO_SPACE = 420,
	FILE_TIMEOUT = 421,
	FILE_TOO_LARGE = 423,
	FILE_LAST = 429,
};

static bool is_of_store(const struct at_chat_result *result)
{
	return is_at(result, "QFUPL") || is_at(result, "QSMTPATT/UFS");
}

static bool is_file_cme(const struct at_chat_result *result)
{
	return result->has_code && result->code >= FILE_FIRST && result->code <= FILE_LAST &&
	       is_at(result, "QSMTPATT");
}

/* Trouble with the module's files is the same as -12 to -14: the mail goes on
 * without its attachments. Not what was lost on the line. */
static struct verdict judge_file(int number)
{
	switch (number) {
	case FILE_TIMEOUT:
		return plain(VERDICT_LATER, "4.4.2", "a part of an attachment was lost on the line");
	case FILE_DISK_FULL:
	case FILE_NO_SPACE:
	case FILE_TOO_LARGE:
		return plain(VERDICT_CONTENT, "5.3.4", "the module has no room for an attachment");
	}
	return plain(VERDICT_CONTENT, "5.3.0", "the module cannot store an attachment");
}

static struct verdict judge_error(const struct at_chat_result *result)
{
	if (result->has_code && is_link_cme(result->code))
		return plain(VERDICT_LINK, "4.4.0", "the module has no SIM or no network");
	/* Whatever the store said: the modem is taken for one without until its line is
	 * opened anew, so the next try goes by the line or with what the line carries. */
	if (is_of_store(result))
		return plain(VERDICT_LATER, "4.3.1", "the module's file store does not take an attachment");
	if (is_file_cme(result))
		return judge_file(result->code);
	return plain(VERDICT_OURS, "5.5.0", "the module refused a command");
}

/* A deferred result below 0. Before PUT nothing was sent: a time-out or an
 * unknown error there is a confused module, not an uncertain mail. */
static struct verdict judge_result(const struct at_chat_result *result)
{
	int code = result->has_code ? result->code : -1;
	struct verdict verdict = qsmtp_errors_verdict(code);

	if (is_at(result, put_label))
		return verdict;
	if (is_at(result, "QSMTPDST") && code == -15) {
		/* Perhaps the line changed an octet of it: tried once more. */
		verdict.class = VERDICT_OURS;
		verdict.status = "5.1.3";
		verdict.text = "the module does not take the address";
		return verdict;
	}
	if (code == -7 || (code <= -400 && code >= -499))
		return verdict;
	switch (verdict.class) {
	case VERDICT_DELIVERED:
	case VERDICT_UNCERTAIN:
	case VERDICT_LATER:
		verdict.class = VERDICT_OURS;
		verdict.status = "5.3.0";
		verdict.text = "the module did not take a part of the mail";
		break;
	case VERDICT_BUSY:
	case VERDICT_LINK:
	case VERDICT_ACCOUNT:
	case VERDICT_RECIPIENT:
	case VERDICT_CONTENT:
	case VERDICT_OURS:
	case VERDICT_NEVER:
		break;
	}
	return verdict;
}

/* Trouble of the line or the module, apart from what it answered. */
static struct verdict judge_trouble(const struct at_chat_result *result, const char *text)
{
	/* Its own result came late, while the line was put in order. */
	if (result->committed && result->has_code)
		return qsmtp_errors_verdict(result->code);
	/* PUT went out and was not refused: its OK may just be lost. */
	if (result->committed)
		return plain(VERDICT_UNCERTAIN, "4.4.2",
			     "the module was told to send and the outcome never came");
	return plain(VERDICT_LINK, "4.4.0", text);
}

static struct verdict judge_cancelled(const struct at_chat_result *result)
{
	if (result->committed)
		return judge_trouble(result, "");
	return plain(VERDICT_BUSY, "4.3.2", "stopped before it was sent");
}

struct verdict qsmtp_errors_judge(const struct at_chat_result *result)
{
	/* Whatever fails behind PUT (the clean-up) does not undo it. */
	if (result->commit_done)
		return qsmtp_errors_verdict(0);
	switch (result->outcome) {
	case AT_CHAT_OK:
		/* An end without PUT sent nothing, whatever it says. */
		return plain(VERDICT_OURS, "5.3.0", "the dialogue ended without an order to send");
	case AT_CHAT_ERROR:
		return judge_error(result);
	case AT_CHAT_RESULT:
		return judge_result(result);
	case AT_CHAT_MISMATCH:
		/* A line that loses octets is no reason to give a mail up. */
		return plain(VERDICT_LATER, "4.3.0", "the module holds something else than it was given");
	case AT_CHAT_TIMEOUT:
		return judge_trouble(result, "the module does not answer");
	case AT_CHAT_BROKEN_DATA:
		if (result->has_code && result->code < 0)
			return judge_result(result);
		/* Counted against the mail, so that no content can block a modem for ever. */
		return plain(VERDICT_LATER, "4.4.2", "the module left data mode in the middle of the mail");
	case AT_CHAT_RESET:
		return judge_trouble(result, "the module started anew");
	case AT_CHAT_LOST:
		return judge_trouble(result, "the line to the module is gone");
	case AT_CHAT_CANCELLED:
		return judge_cancelled(result);
	case AT_CHAT_UNSAFE:
		return plain(VERDICT_OURS, "5.6.0", "a part of the mail is not safe for the line");
	}
	return plain(VERDICT_OURS, "5.3.0", "the dialogue ended in an unknown way");
}

struct verdict qsmtp_errors_unplanned(const char *fault)
{
	if (fault == qsmtp_plan_no_room)
		return plain(VERDICT_LATER, "4.3.1", fault);
	/* The transaction was checked when it was read: what is left is the account's
	 * own text. */
	return plain(VERDICT_ACCOUNT, "4.3.5", fault);
}
