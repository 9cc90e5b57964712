/* SPDX-License-Identifier: ISC */
#include "modem/modem_redact.h"

#include <string.h>

#include "at/at_reply.h"

#define TOLD_MAX 128		/* of a line that came: no answer of use is longer */
#define LONG_NUMBER 15		/* digits; IMEI and IMSI have so many, ICCIDs more */

#define DECIMAL "0123456789, -"
#define HEXADECIMAL DECIMAL "abcdefABCDEF"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* Commands whose parameters are content or secret, whatever their step says. */
static const char *const secret_commands[] = {
	"AT+QSMTPUSER", "AT+QSMTPPWD", "AT+QSMTPSUB", "AT+QSMTPATT", "AT+CPIN", "AT+CPWD",
	"AT+CLCK", "AT+QFUPL", "AT+QFDEL",
};

/* Lines that may hold content or secrets, and what of them is told: as many of these
 * octets as come first. A length or a result is; a name, a number of somebody is not. */
static const struct {
	const char *prefix, *shown;
} doubtful_lines[] = {
	{ "+QSMTPATT:", DECIMAL }, { "+QSMTPBODY:", DECIMAL }, { "+QICSGP:", DECIMAL },
	{ "+QFLST:", DECIMAL }, { "+QFDEL:", DECIMAL }, { "+QFUPL:", HEXADECIMAL },
	{ "+QSMTPUSER:", "" }, { "+QSMTPPWD:", "" }, { "+QSMTPSUB:", "" }, { "+QCCID:", "" },
	{ "+CCID:", "" }, { "+ICCID:", "" }, { "+CIMI:", "" }, { "+CUSD:", "" }, { "+CLIP:", "" },
	{ "+CNUM:", "" }, { "+CMT:", "" }, { "+CBM:", "" }, { "+CDS:", "" }, { "+CMGL:", "" },
	{ "+CMGR:", "" }, { "+CPBR:", "" }, { "+CPBF:", "" },
};

/* Lines whose next line is a text that a stranger chose (27.005, 3.4.1). */
static const char *const announces_text[] = { "+CMT:", "+CBM:", "+CDS:", "+CMGL:", "+CMGR:" };

/* What a module says without "+" in front and unasked; any other bare line may be
 * a stranger's text. */
static const char *const bare_lines[] = {
	"RING", "SMS Ready", "UNDER_VOLTAGE WARNING", "UNDER-VOLTAGE WARNING",
	"OVER_VOLTAGE WARNING", "OVER-VOLTAGE WARNING",
};

/* Commands whose answer is a bare line. */
static const char *const bare_questions[] = { "AT+CGMM", "AT+CGMR" };

static const struct modem_told a_text = { { "", 0 }, "(a text)" };

void modem_redact_init(struct modem_redact *redact)
{
	*redact = (struct modem_redact){ .in_data = false };
	at_line_init(&redact->lines);
}

static bool starts_any(struct span line, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_starts(line, prefixes[i]))
			return true;
	return false;
}

static bool is_any(struct span line, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_is(line, texts[i]))
			return true;
	return false;
}

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))
#define STARTS_ANY(line, list) starts_any((line), (list), LENGTH(list))
#define IS_ANY(line, list) is_any((line), (list), LENGTH(list))

static struct modem_told tell(struct span line)
{
	return (struct modem_told){ line, "" };
}

static struct modem_told tell_until(struct span line, size_t offset, const char *rest)
{
	return (struct modem_told){ span_take(line, offset), offset < line.length ? rest : "" };
}

/* A command without "=...", "=?" or "?". */
static struct span name_of(struct span command)
{
	return span_take(span_take(command, span_index(command, '=')), span_index(command, '?'));
}

/* "AT+NAME=?" asks which parameters there are and holds none; ours stand in quotes. */
static bool is_test(struct span command)
{
	return span_is(span_skip(command, span_index(command, '=')), "=?");
}

struct modem_told modem_redact_sent(struct modem_redact *redact, struct span octets, bool secret)
{
	struct span line = span_trim(octets);

	if (!span_starts(line, "AT"))
		return tell(line);	/* the escape, or an end of line by itself */
	span_copy(name_of(line), redact->asked, sizeof(redact->asked));
	redact->in_data = redact->in_data && !redact->data_over;
	redact->text_came = false;
	if ((secret || STARTS_ANY(line, secret_commands)) && !is_test(line))
		return tell_until(line, span_index(line, '='), "=(hidden)");
	return tell(line);
}

void modem_redact_sent_data(struct modem_redact *redact)
{
	redact->in_data = true;
	redact->data_over = false;
}

/* How many octets of `octets` the text begins with. */
static size_t count_of(struct span text, const char *octets)
{
	size_t count = 0;

	while (count < text.length && text.at[count] != '\0' &&
	       strchr(octets, text.at[count]) != NULL)
		count++;
	return count;
}

/* "+QSMTPBODY: 512" to AT+QSMTPBODY: as short of words as an answer can be. */
static bool is_answer_in_numbers(const struct modem_redact *redact, struct span line)
{
	size_t colon = span_index(line, ':');
	struct span fields = span_skip(line, colon + 1);

	return colon < line.length && span_starts(span_of(redact->asked), "AT+") &&
	       span_is(span_take(line, colon), redact->asked + 2) &&
	       count_of(fields, HEXADECIMAL) == fields.length;
}

/* OK, ERROR, CONNECT, boot lines: what can be nothing else. */
static bool is_final(struct span line)
{
	struct span fields;

	if (at_reply_classify(line) == AT_REPLY_TEXT)
		return false;
	if (at_reply_fields(line, "+CME ERROR:", &fields) ||
	    at_reply_fields(line, "+CMS ERROR:", &fields))
		return count_of(fields, DECIMAL) == fields.length;
	return !span_starts(line, "+QIURC:");
}

/* "+NAME: ..." */
static bool has_name(struct span line)
{
	size_t colon = span_index(line, ':');

	if (!span_starts(line, "+") || colon == line.length)
		return false;
	line = span_skip(span_take(line, colon), 1);
	return line.length > 0 && count_of(line, CAPITALS " ") == line.length;
}

/* "AT+NAME=..." or, its beginning lost, "+NAME=...": an echo of ours. */
static bool is_command(struct span line)
{
	struct span name = span_take(line, span_index(line, '='));

	return name.length < line.length && (span_starts(name, "AT") || span_starts(name, "+")) &&
	       count_of(name, CAPITALS "+&") == name.length;
}

static bool is_echo(const struct modem_redact *redact, struct span line)
{
	return line.length > 0 && span_is(name_of(line), redact->asked) &&
	       span_index(line, '?') + 1 >= line.length;
}

/* Whether a line, of which nothing is known to be secret, is an answer or a message of
 * the module and no text of somebody. */
static bool is_of_module(const struct modem_redact *redact, struct span line)
{
	return has_name(line) || IS_ANY(line, bare_lines) || is_echo(redact, line) ||
	       IS_ANY(span_of(redact->asked), bare_questions);
}

static size_t long_number_at(struct span line)
{
	size_t digits = 0;

	for (size_t i = 0; i < line.length; i++) {
		digits = line.at[i] >= '0' && line.at[i] <= '9' ? digits + 1 : 0;
		if (digits == LONG_NUMBER)
			return i + 1 - LONG_NUMBER;
	}
	return line.length;
}

/* Where that of a doubtful line ends of which it is known what it is. */
static size_t shown_until(struct span line)
{
	for (size_t i = 0; i < LENGTH(doubtful_lines); i++) {
		size_t head = strlen(doubtful_lines[i].prefix);

		if (span_starts(line, doubtful_lines[i].prefix))
			return head + count_of(span_skip(line, head), doubtful_lines[i].shown);
	}
	/* The rest of an echo of ours. */
	return span_starts(line, "+") ? line.length : span_index(line, '"');
}

/* Where the part begins that is never told; the length when there is none. */
static size_t hidden_at(struct span line)
{
	size_t shown = shown_until(line), number = long_number_at(line);

	return shown < number ? shown : number;
}

static struct modem_told tell_safe_part(struct span line)
{
	size_t equals = span_index(line, '='), hidden = hidden_at(line);

	if (equals < hidden)
		return tell_until(line, equals, "=(hidden)");
	return tell_until(line, hidden, "(hidden)");
}

static struct modem_told tell_line(const struct modem_redact *redact, struct span line)
{
	if (line.length > TOLD_MAX)
		return a_text;
	if (is_final(line))
		return tell(line);
	if (redact->text_came || redact->in_data)
		return is_answer_in_numbers(redact, line) ? tell_safe_part(line) : a_text;
	if (is_of_module(redact, line) || is_command(line) || hidden_at(line) == 0)
		return tell_safe_part(line);
	return a_text;
}

bool modem_redact_came(struct modem_redact *redact, struct span *octets, struct modem_told *told)
{
	struct span line;
	enum at_token token = at_line_next(&redact->lines, octets, &line);
	bool is_text = token == AT_TOKEN_TOO_LONG || redact->text_follows;

	if (token == AT_TOKEN_NEED_MORE)
		return false;
	redact->text_follows = token == AT_TOKEN_LINE && STARTS_ANY(line, announces_text);
	*told = is_text ? a_text : tell_line(redact, line);
	if (token == AT_TOKEN_LINE && !is_text && is_answer_in_numbers(redact, line))
		redact->data_over = true;
	if (told->rest == a_text.rest)
		redact->text_came = true;
	return true;
}

/* It is no answer, whatever was asked last. */
struct modem_told modem_redact_unasked(const struct modem_redact *redact, struct span line)
{
	const struct modem_redact nothing_asked = {
		.in_data = redact->in_data, .text_came = redact->text_came,
	};

	return tell_line(&nothing_asked, line);
}
