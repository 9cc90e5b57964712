/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_reply.h"

/* Codes: RFC 5321, 4.2.3 and RFC 3463. One line each, below 512 octets with any
 * hostname (RFC 5321, 4.5.3.1.5). */
static const char *const replies[SMTP_REPLY_COUNT] = {
	[SMTP_REPLY_GREETING] = "220 %s ESMTP gsmtpd",
	[SMTP_REPLY_CLOSING] = "221 2.0.0 Closing the connection",
	[SMTP_REPLY_OK] = "250 2.0.0 OK",
	[SMTP_REPLY_QUEUED] = "250 2.0.0 queued as %s",
	[SMTP_REPLY_SENDER_OK] = "250 2.1.0 Sender OK",
	[SMTP_REPLY_RECIPIENT_OK] = "250 2.1.5 Recipient OK",
	[SMTP_REPLY_VRFY] = "252 2.5.0 Not checked here; send the mail and it will be tried",
	[SMTP_REPLY_START_DATA] = "354 Send the message; end with <CRLF>.<CRLF>",
	[SMTP_REPLY_HELP] = "214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT",
	[SMTP_REPLY_TIMEOUT] = "421 4.4.2 Nothing complete came in time; closing the connection",
	[SMTP_REPLY_STOPPING] = "421 4.3.2 The daemon is stopping; try again",
	[SMTP_REPLY_TOO_MANY_CLIENTS] = "421 4.7.0 Too many connections; try again",
	[SMTP_REPLY_TOO_MANY_ERRORS] = "421 4.7.0 Too many errors; closing the connection",
	[SMTP_REPLY_LOCAL_ERROR] = "451 4.3.0 The message could not be stored; try again",
	[SMTP_REPLY_NO_ROOM] = "452 4.3.1 Not enough room in the spool; try again",
	[SMTP_REPLY_TOO_MANY_RECIPIENTS] =
		"452 4.5.3 Too many recipients; send to the others in another transaction",
	[SMTP_REPLY_UNKNOWN_COMMAND] = "500 5.5.2 Unknown command; HELP names those there are",
	[SMTP_REPLY_LINE_TOO_LONG] = "500 5.5.2 Line too long; nothing of it was done",
	[SMTP_REPLY_BAD_LINE_END] = "500 5.5.2 Bare CR or LF; a command line ends with CRLF",
	[SMTP_REPLY_HTTP] = "554 5.5.1 This is SMTP, not HTTP; closing the connection",
	[SMTP_REPLY_BAD_ARGUMENT] = "501 5.5.4 Bad argument; see RFC 5321, 4.1.1",
	[SMTP_REPLY_BAD_SENDER] =
		"501 5.1.7 Bad sender address; give FROM:<local@domain> or FROM:<>",
	[SMTP_REPLY_BAD_RECIPIENT] = "501 5.1.3 Bad recipient address; give TO:<local@domain>",
	[SMTP_REPLY_NOT_IMPLEMENTED] = "502 5.5.1 Command not implemented",
	[SMTP_REPLY_NEED_HELO] = "503 5.5.1 Say EHLO or HELO first",
	[SMTP_REPLY_NEED_MAIL] = "503 5.5.1 Say MAIL FROM first",
	[SMTP_REPLY_NEED_RCPT] = "503 5.5.1 Say RCPT TO first",
	[SMTP_REPLY_NESTED_MAIL] = "503 5.5.1 A mail is under way; RSET ends it",
	[SMTP_REPLY_NO_VALID_RECIPIENTS] = "554 5.5.1 No recipient was accepted",
	[SMTP_REPLY_NOT_HERE] = "550 5.1.1 No such name here; add a line \"name: local@domain\" "
				"(or \"default: local@domain\") to the aliases file",
	[SMTP_REPLY_CANNOT_CARRY] = "550 5.1.3 The module cannot carry this address; "
				    "give local@domain in ASCII without quotes",
	[SMTP_REPLY_ALIAS_LOOP] = "550 5.4.6 The aliases of this name go round in a circle",
	[SMTP_REPLY_NOT_ALLOWED] =
		"550 5.7.1 Recipient not allowed by \"allow\" in the configuration",
	[SMTP_REPLY_RELAY_LATER] = "450 4.7.1 Not taken here by policy; try the regular way again",
	[SMTP_REPLY_NOT_TRUSTED] = "550 5.7.1 Not relaying for this client; "
				   "see \"trusted-networks\" in the configuration",
	[SMTP_REPLY_TOO_BIG] = "552 5.3.4 Message larger than max-message-size",
	[SMTP_REPLY_NUL] = "554 5.6.0 Message holds a NUL octet, which text cannot",
	[SMTP_REPLY_UNKNOWN_PARAMETER] = "555 5.5.4 Parameter not offered here",
};

bool smtp_reply_format(enum smtp_reply_id id, const char *detail, struct buf *out)
{
	struct span text = span_of(replies[id]);
	size_t mark = span_find(text, span_of("%s"));

	buf_put(out, span_take(text, mark));
	if (mark < text.length) {
		buf_text(out, detail);
		buf_put(out, span_skip(text, mark + 2));
	}
	return buf_text(out, "\r\n");
}

int smtp_reply_code(enum smtp_reply_id id)
{
	const char *text = replies[id];

	return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
}
