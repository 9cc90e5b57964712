/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_reply.h"

#include <sysexits.h>

static bool is_digit(char octet)
{
	return octet >= '0' && octet <= '9';
}

/* A line without its end: "250", "250 text", "250-text". */
static bool is_reply_line(struct span line)
{
	return line.length >= 3 && line.at[0] >= '2' && line.at[0] <= '5' && is_digit(line.at[1]) &&
	       is_digit(line.at[2]) && (line.length == 3 || line.at[3] == ' ' || line.at[3] == '-');
}

enum sendmail_reply_state sendmail_reply_parse(struct span input, struct sendmail_reply *reply)
{
	struct span rest = input, line;
	size_t end;

	while ((end = span_index(rest, '\n')) < rest.length) {
		line = span_trim(span_take(rest, end));
		if (!is_reply_line(line))
			return SENDMAIL_REPLY_BROKEN;
		rest = span_skip(rest, end + 1);
		if (line.length > 3 && line.at[3] == '-')
			continue;
		reply->code = (line.at[0] - '0') * 100 + (line.at[1] - '0') * 10 + line.at[2] - '0';
		reply->lines = span_take(input, input.length - rest.length);
		reply->text = span_skip(line, 4);
		return SENDMAIL_REPLY_WHOLE;
	}
	return input.length > SENDMAIL_REPLY_MAX ? SENDMAIL_REPLY_BROKEN : SENDMAIL_REPLY_MORE;
}

bool sendmail_reply_offers(const struct sendmail_reply *reply, const char *keyword)
{
	struct span rest = reply->lines, line, word;

	span_cut(&rest, '\n', &line);
	while (span_cut(&rest, '\n', &line)) {
		line = span_trim(span_skip(line, 4));
		if (span_word(&line, &word) && span_is_nocase(word, keyword))
			return true;
	}
	return false;
}

/* By the enhanced status where there is one (RFC 3463), else by the code. */
int sendmail_reply_exit(const struct sendmail_reply *reply)
{
	if (reply->code < 500)
		return EX_TEMPFAIL;
	if (span_starts(reply->text, "5.7.") || reply->code == 530 || reply->code == 535)
		return EX_NOPERM;
	if (reply->code == 501 || reply->code == 552 || span_starts(reply->text, "5.6.") ||
	    span_starts(reply->text, "5.3.4"))
		return EX_DATAERR;
	if (span_starts(reply->text, "5.1.") || reply->code == 550 || reply->code == 551 ||
	    reply->code == 553)
		return EX_NOUSER;
	return EX_UNAVAILABLE;
}
