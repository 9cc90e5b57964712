/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>

#include "base/buf.h"
#include "smtp/smtp_command.h"

struct command_row {
	const char *name, *line;
	enum smtp_verb verb;
	enum smtp_fault fault;
	const char *address;		/* or the argument, where there is none */
};

static const struct command_row commands[] = {
	{ "HELO with a name", "HELO a.org", SMTP_VERB_HELO, SMTP_FAULT_NONE, "a.org" },
	{ "EHLO with a literal", "ehlo [192.0.2.1]", SMTP_VERB_EHLO, SMTP_FAULT_NONE, "[192.0.2.1]" },
	{ "EHLO with an underscore", "EHLO my_host", SMTP_VERB_EHLO, SMTP_FAULT_NONE, "my_host" },
	{ "EHLO without a name", "EHLO", SMTP_VERB_EHLO, SMTP_FAULT_SYNTAX, "" },
	{ "EHLO with two words", "EHLO a b", SMTP_VERB_EHLO, SMTP_FAULT_SYNTAX, "a b" },
	{ "EHLO with what could end a comment of a header", "EHLO a)b", SMTP_VERB_EHLO, SMTP_FAULT_SYNTAX, "a)b" },
	{ "EHLO with Unicode", "EHLO \xc3\xa4", SMTP_VERB_EHLO, SMTP_FAULT_SYNTAX, "\xc3\xa4" },
	{ "a mixed case", "mAiL fRoM:<a@b>", SMTP_VERB_MAIL, SMTP_FAULT_NONE, "a@b" },
	{ "the null sender", "MAIL FROM:<>", SMTP_VERB_MAIL, SMTP_FAULT_NONE, "" },
	{ "a blank behind the colon", "MAIL FROM: <a@b>", SMTP_VERB_MAIL, SMTP_FAULT_NONE, "a@b" },
	{ "blanks at the end", "MAIL FROM:<a@b>  ", SMTP_VERB_MAIL, SMTP_FAULT_NONE, "a@b" },
	{ "a source route", "RCPT TO:<@x:a@b>", SMTP_VERB_RCPT, SMTP_FAULT_NONE, "a@b" },
	{ "FROM without a colon", "MAIL FROM <a@b>", SMTP_VERB_MAIL, SMTP_FAULT_SYNTAX, "" },
	{ "MAIL TO:", "MAIL TO:<a@b>", SMTP_VERB_MAIL, SMTP_FAULT_SYNTAX, "" },
	{ "MAIL alone", "MAIL", SMTP_VERB_MAIL, SMTP_FAULT_SYNTAX, "" },
	{ "MAILFROM in one word", "MAILFROM:<a@b>", SMTP_VERB_UNKNOWN, SMTP_FAULT_NONE, "" },
	{ "no sender", "MAIL FROM:", SMTP_VERB_MAIL, SMTP_FAULT_ADDRESS, "" },
	{ "something behind the path", "MAIL FROM:<a@b>x", SMTP_VERB_MAIL, SMTP_FAULT_ADDRESS, "a@b" },
	{ "a Unicode sender without SMTPUTF8", "MAIL FROM:<\xc3\xa4@b>", SMTP_VERB_MAIL, SMTP_FAULT_ADDRESS, "\xc3\xa4@b" },
	{ "a Unicode sender with SMTPUTF8", "MAIL FROM:<\xc3\xa4@b> SMTPUTF8", SMTP_VERB_MAIL, SMTP_FAULT_NONE, "\xc3\xa4@b" },
	{ "a broken Unicode sender", "MAIL FROM:<\xc3@b> SMTPUTF8", SMTP_VERB_MAIL, SMTP_FAULT_ADDRESS, "\xc3@b" },
	{ "the null path as recipient", "RCPT TO:<>", SMTP_VERB_RCPT, SMTP_FAULT_ADDRESS, "" },
	{ "DATA", "DATA", SMTP_VERB_DATA, SMTP_FAULT_NONE, "" },
	{ "DATA with blanks", "DATA  ", SMTP_VERB_DATA, SMTP_FAULT_NONE, "" },
	{ "DATA with an argument", "DATA x", SMTP_VERB_DATA, SMTP_FAULT_SYNTAX, "x" },
	{ "RSET with an argument", "RSET x", SMTP_VERB_RSET, SMTP_FAULT_SYNTAX, "x" },
	{ "QUIT with an argument", "QUIT x", SMTP_VERB_QUIT, SMTP_FAULT_SYNTAX, "x" },
	{ "NOOP with an argument", "NOOP x", SMTP_VERB_NOOP, SMTP_FAULT_NONE, "x" },
	{ "VRFY without an argument", "VRFY", SMTP_VERB_VRFY, SMTP_FAULT_SYNTAX, "" },
	{ "VRFY with one", "VRFY root", SMTP_VERB_VRFY, SMTP_FAULT_NONE, "root" },
	{ "HELP with an argument", "HELP DATA", SMTP_VERB_HELP, SMTP_FAULT_NONE, "DATA" },
	{ "a request of HTTP", "GET / HTTP/1.1", SMTP_VERB_HTTP, SMTP_FAULT_NONE, "" },
	{ "the preface of HTTP/2", "PRI * HTTP/2.0", SMTP_VERB_HTTP, SMTP_FAULT_NONE, "" },
	{ "a verb with more behind it", "DATAX", SMTP_VERB_UNKNOWN, SMTP_FAULT_NONE, "" },
	{ "a verb cut short", "DAT", SMTP_VERB_UNKNOWN, SMTP_FAULT_NONE, "" },
	{ "an empty line", "", SMTP_VERB_UNKNOWN, SMTP_FAULT_NONE, "" },
	{ "a blank first", " DATA", SMTP_VERB_UNKNOWN, SMTP_FAULT_NONE, "" },
	{ "a tab is no blank", "MAIL\tFROM:<a@b>", SMTP_VERB_UNKNOWN, SMTP_FAULT_NONE, "" },
	{ "a control in a command", "NOOP \001", SMTP_VERB_NOOP, SMTP_FAULT_CONTROL, "" },
	{ "a tab behind BDAT", "BDAT\t5", SMTP_VERB_BDAT, SMTP_FAULT_SYNTAX, "" },
	{ "a request of HTTP with a control", "POST\001 / HTTP/1.1", SMTP_VERB_HTTP, SMTP_FAULT_CONTROL, "" },
	{ "a request of HTTP by another verb", "PROPFIND / HTTP/1.1", SMTP_VERB_HTTP, SMTP_FAULT_NONE, "" },
};

static void a_line_is_read(void **state)
{
	const struct command_row *row = *state;
	struct smtp_command command = smtp_command_parse(span_of(row->line));
	struct span text = command.address.at ? command.address : command.argument;

	assert_int_equal(command.verb, row->verb);
	assert_int_equal(command.fault, row->fault);
	if (row->address[0] != '\0')
		assert_true(span_is(text, row->address));
}

struct parameter_row {
	const char *name, *line;
	enum smtp_fault fault;
	uint64_t size;
	bool body_8bit;
	const char *texts;		/* ret|envid|notify|orcpt */
};

static const struct parameter_row parameters[] = {
	{ "a size", "MAIL FROM:<a@b> SIZE=1234", SMTP_FAULT_NONE, 1234, false, "|||" },
	{ "the largest size there is", "MAIL FROM:<a@b> SIZE=18446744073709551615", SMTP_FAULT_NONE, UINT64_MAX, false, "|||" },
	{ "a size of 21 digits", "MAIL FROM:<a@b> SIZE=000000000000000000001", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "a size that is no number", "MAIL FROM:<a@b> SIZE=1k", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "a size without a value", "MAIL FROM:<a@b> SIZE", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "a name before the path", "MAIL FROM:Ann <a@b>", SMTP_FAULT_ADDRESS, 0, false, "|||" },
	{ "a body given twice", "MAIL FROM:<a@b> BODY=7BIT BODY=7BIT", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "SMTPUTF8 given twice", "MAIL FROM:<a@b> SMTPUTF8 SMTPUTF8", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "a size given twice", "MAIL FROM:<a@b> SIZE=1 SIZE=1", SMTP_FAULT_PARAMETER_VALUE, 1, false, "|||" },
	{ "8 bit", "MAIL FROM:<a@b> BODY=8bitmime", SMTP_FAULT_NONE, 0, true, "|||" },
	{ "7 bit", "MAIL FROM:<a@b> BODY=7BIT", SMTP_FAULT_NONE, 0, false, "|||" },
	{ "an unknown body", "MAIL FROM:<a@b> BODY=BINARYMIME", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "SMTPUTF8 with a value", "MAIL FROM:<a@b> SMTPUTF8=1", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an unknown parameter", "MAIL FROM:<a@b> X=1", SMTP_FAULT_PARAMETER, 0, false, "|||" },
	{ "a parameter of the other command", "RCPT TO:<a@b> SIZE=1", SMTP_FAULT_PARAMETER, 0, false, "|||" },
	{ "what a report shall hold", "MAIL FROM:<a@b> RET=FULL ENVID=a+2B+3D", SMTP_FAULT_NONE, 0, false, "FULL|a+2B+3D||" },
	{ "an unknown RET", "MAIL FROM:<a@b> RET=ALL", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ENVID that is no xtext", "MAIL FROM:<a@b> ENVID=a+2b", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an empty ENVID", "MAIL FROM:<a@b> ENVID=", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "when to report", "RCPT TO:<a@b> NOTIFY=SUCCESS,delay ORCPT=rfc822;a@b", SMTP_FAULT_NONE, 0, false, "||SUCCESS,delay|rfc822;a@b" },
	{ "NEVER with others", "RCPT TO:<a@b> NOTIFY=NEVER,DELAY", SMTP_FAULT_PARAMETER_VALUE, 0, false, "||NEVER,DELAY|" },
	{ "a NOTIFY that says a thing twice", "RCPT TO:<a@b> NOTIFY=DELAY,DELAY", SMTP_FAULT_PARAMETER_VALUE, 0, false, "||DELAY,DELAY|" },
	{ "NOTIFY given twice", "RCPT TO:<a@b> NOTIFY=DELAY NOTIFY=DELAY", SMTP_FAULT_PARAMETER_VALUE, 0, false, "||DELAY|" },
	{ "an ENVID that stands for a control octet", "MAIL FROM:<a@b> ENVID=a+0A", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ENVID that stands for DEL", "MAIL FROM:<a@b> ENVID=+7F", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ORCPT with a type that is no atom", "RCPT TO:<a@b> ORCPT=a:b;c", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ORCPT with a type beyond ASCII", "RCPT TO:<a@b> ORCPT=\xc3\xa4;c", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ORCPT of another kind beyond ASCII", "RCPT TO:<a@b> ORCPT=rfc822;\xc3\xa4", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ORCPT beyond ASCII", "RCPT TO:<a@b> ORCPT=utf-8;\xc3\xa4", SMTP_FAULT_NONE, 0, false, "|||utf-8;\xc3\xa4" },
	{ "an ORCPT in broken UTF-8", "RCPT TO:<a@b> ORCPT=utf-8;\xc3", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ORCPT without a type", "RCPT TO:<a@b> ORCPT=;a@b", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
	{ "an ORCPT without an address", "RCPT TO:<a@b> ORCPT=rfc822;", SMTP_FAULT_PARAMETER_VALUE, 0, false, "|||" },
};

static void parameters_are_read(void **state)
{
	const struct parameter_row *row = *state;
	struct smtp_command command = smtp_command_parse(span_of(row->line));
	struct buf texts = BUF_INIT(1000);

	assert_int_equal(command.fault, row->fault);
	assert_true(command.size == row->size);
	assert_int_equal(command.body_8bit, row->body_8bit);
	buf_format(&texts, "%.*s|%.*s|%.*s|%.*s", SPAN_ARG(command.ret), SPAN_ARG(command.envid),
		   SPAN_ARG(command.notify), SPAN_ARG(command.orcpt));
	assert_string_equal(buf_string(&texts), row->texts);
	buf_clear(&texts);
}

static void a_long_address_is_named_so(void **state)
{
	char line[400] = "RCPT TO:<";

	(void)state;
	memset(line + 9, 'a', 250);
	strcpy(line + 259, "@b.cd>");
	assert_int_equal(smtp_command_parse(span_of(line)).fault, SMTP_FAULT_ADDRESS_TOO_LONG);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, commands, a_line_is_read);
	ROWS_ADD_TABLE(&rows, parameters, parameters_are_read);
	ROWS_ADD(&rows, "a long address is named so", a_long_address_is_named_so);
	return rows_run(&rows, "SMTP commands");
}
