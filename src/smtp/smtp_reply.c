/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_reply.h"

#include <string.h>

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
	[SMTP_REPLY_HELP] = "214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP "
				"STARTTLS AUTH QUIT",
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
	[SMTP_REPLY_JUNK] = "500 5.5.2 This is SMTP: commands begin with a letter; closing the connection",
	[SMTP_REPLY_HTTP] = "554 5.5.1 This is SMTP, not HTTP; closing the connection",
	[SMTP_REPLY_BAD_OCTET] = "501 5.5.4 Control octet in a command; only text is taken",
	[SMTP_REPLY_BAD_NAME] = "501 5.5.4 Give one host name or [address], at most 255 octets "
				"of ASCII",
	[SMTP_REPLY_NO_ARGUMENT] = "501 5.5.4 This command takes no argument",
	[SMTP_REPLY_NEED_ARGUMENT] = "501 5.5.4 This command needs an argument",
	[SMTP_REPLY_BAD_MAIL] = "501 5.5.4 Say MAIL FROM:<local@domain> or MAIL FROM:<>",
	[SMTP_REPLY_BAD_RCPT] = "501 5.5.4 Say RCPT TO:<local@domain>",
	[SMTP_REPLY_BAD_MAIL_VALUE] =
		"501 5.5.4 Bad parameter; once each: SIZE=octets, BODY=7BIT or 8BITMIME, "
		"RET=FULL or HDRS, ENVID=xtext, AUTH=xtext, SMTPUTF8",
	[SMTP_REPLY_BAD_RCPT_VALUE] =
		"501 5.5.4 Bad parameter; once each: NOTIFY=NEVER or some of SUCCESS,FAILURE,DELAY, "
		"ORCPT=type;xtext",
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
	[SMTP_REPLY_ALIAS_BROKEN] = "550 5.3.5 The alias of this name has no address that mail "
				    "can go to; correct its line in the aliases file",
	[SMTP_REPLY_NOT_ALLOWED] =
		"550 5.7.1 Recipient not allowed by \"allow\" in the configuration",
	[SMTP_REPLY_NOT_TRUSTED] = "550 5.7.1 Not relaying for this client; "
				   "see \"trusted-networks\" in the configuration",
	[SMTP_REPLY_TOO_BIG] = "552 5.3.4 Message larger than max-message-size",
	[SMTP_REPLY_NUL] = "554 5.6.0 Message holds a NUL octet, which text cannot",
	[SMTP_REPLY_UNKNOWN_PARAMETER] = "555 5.5.4 Parameter not offered here",
	[SMTP_REPLY_TLS_GO] = "220 2.0.0 Start TLS now",
	[SMTP_REPLY_TLS_TWICE] = "503 5.5.1 TLS is in use already",
	[SMTP_REPLY_AUTH_PROMPT] = "334 %s",
	[SMTP_REPLY_AUTH_OK] = "235 2.7.0 Authenticated",
	[SMTP_REPLY_AUTH_LATER] = "454 4.7.0 Cannot be checked now; try again",
	[SMTP_REPLY_AUTH_CANCELLED] = "501 5.5.2 Authentication cancelled",
	[SMTP_REPLY_AUTH_BAD_TEXT] = "501 5.5.2 Not the base64 that the mechanism asks for",
	[SMTP_REPLY_AUTH_TOO_LONG] = "500 5.5.6 Line of the authentication too long",
	[SMTP_REPLY_AUTH_TWICE] = "503 5.5.1 Authenticated already",
	[SMTP_REPLY_AUTH_MECHANISM] = "504 5.5.4 Mechanism not offered; there are PLAIN and LOGIN",
	[SMTP_REPLY_AUTH_REFUSED] = "535 5.7.8 Name or password is wrong",
	[SMTP_REPLY_AUTH_NEEDS_TLS] = "538 5.7.11 Say STARTTLS first: no password in the clear",
	[SMTP_REPLY_NEED_AUTH] = "530 5.7.0 Authenticate first: STARTTLS, then AUTH; or see "
				 "\"trusted-networks\" in the configuration",
	[SMTP_REPLY_TOO_MANY_REFUSALS] = "421 4.7.0 Too many wrong passwords; closing the connection",
	[SMTP_REPLY_TOO_MANY_COMMANDS] = "421 4.7.0 Too many commands without a mail; closing "
					 "the connection",
	[SMTP_REPLY_CHUNK_OK] = "250 2.0.0 Chunk taken",
	[SMTP_REPLY_BAD_CHUNK] = "501 5.5.4 Give \"BDAT size\" or \"BDAT size LAST\"; closing "
				 "the connection",
	[SMTP_REPLY_IN_CHUNKS] = "503 5.5.1 A mail comes by BDAT; BDAT LAST or RSET ends it",
	[SMTP_REPLY_LOOP] = "554 5.4.6 Too many Received fields: the mail goes round in a circle",
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

bool smtp_reply_format_passing(enum smtp_reply_id id, struct buf *out)
{
	buf_text(out, "450 4");
	buf_put(out, span_skip(span_of(replies[id]), strlen("550 5")));
	return buf_text(out, "\r\n");
}

int smtp_reply_code(enum smtp_reply_id id)
{
	const char *text = replies[id];

	return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
}
