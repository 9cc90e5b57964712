/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdlib.h>

#include "at/at_command.h"

enum kind { NOTHING, INTEGER, TEXT, HEX };

struct parameter {
	enum kind kind;
	int64_t number;
	const char *text;
	size_t length;	/* 0: of the text */
	size_t max;	/* 0: 50 */
};

static const struct build_row {
	const char *name;
	const char *command;
	struct parameter parameters[4];
	const char *line;	/* NULL: it must fail */
} build_rows[] = {
	{ "a command without parameters is its name", "AT+QSMTPCLR", { { 0 } }, "AT+QSMTPCLR" },
	{ "the first parameter follows an equals sign", "AT+QSMTPPUT", { { INTEGER, 300, 0, 0, 0 } },
	  "AT+QSMTPPUT=300" },
	{ "further parameters follow commas", "AT+QSMTPDST",
	  { { INTEGER, 1, 0, 0, 0 }, { INTEGER, 2, 0, 0, 0 }, { TEXT, 0, "a@b.example", 0, 0 } },
	  "AT+QSMTPDST=1,2,\"a@b.example\"" },
	{ "an answer's line has no equals sign", "+QSMTPDST:",
	  { { INTEGER, 2, 0, 0, 0 }, { TEXT, 0, "a@b", 0, 0 } }, "+QSMTPDST:2,\"a@b\"" },
	{ "a negative number keeps its sign", "AT+X", { { INTEGER, -7, 0, 0, 0 } }, "AT+X=-7" },
	{ "the least number fits", "AT+X", { { INTEGER, INT64_MIN, 0, 0, 0 } },
	  "AT+X=-9223372036854775808" },
	{ "an empty text is two quotes", "AT+X", { { TEXT, 0, "", 0, 0 } }, "AT+X=\"\"" },
	{ "a text may hold blanks, commas and semicolons", "AT+X", { { TEXT, 0, "a, b; c~", 0, 0 } },
	  "AT+X=\"a, b; c~\"" },
	{ "a text of just the limit is taken", "AT+X", { { TEXT, 0, "12345", 0, 5 } },
	  "AT+X=\"12345\"" },
	{ "a text over the limit is refused", "AT+X", { { TEXT, 0, "123456", 0, 5 } }, NULL },
	{ "a quote is refused", "AT+X", { { TEXT, 0, "a\"b", 0, 0 } }, NULL },
	{ "a carriage return is refused", "AT+X", { { TEXT, 0, "a\rATD1;", 0, 0 } }, NULL },
	{ "a line feed is refused", "AT+X", { { TEXT, 0, "a\nb", 0, 0 } }, NULL },
	{ "Ctrl-Z is refused", "AT+X", { { TEXT, 0, "a\x1a", 0, 0 } }, NULL },
	{ "ESC is refused", "AT+X", { { TEXT, 0, "\x1b", 0, 0 } }, NULL },
	{ "NUL is refused", "AT+X", { { TEXT, 0, "a\0b", 3, 0 } }, NULL },
	{ "DEL is refused", "AT+X", { { TEXT, 0, "\x7f", 0, 0 } }, NULL },
	{ "an octet above ASCII is refused", "AT+X", { { TEXT, 0, "\xc3\xa4", 0, 0 } }, NULL },
	{ "hexadecimal digits are capitals in quotes", "AT+QSMTPSUB",
	  { { INTEGER, 1, 0, 0, 0 }, { HEX, 0, "\xc3\xa4 +", 0, 0 } },
	  "AT+QSMTPSUB=1,\"C3A4202B\"" },
	{ "hexadecimal carries every octet", "AT+X", { { HEX, 0, "\"\r\n\0\x1a", 5, 0 } },
	  "AT+X=\"220D0A001A\"" },
	{ "hexadecimal counts octets, not digits", "AT+X", { { HEX, 0, "abc", 0, 3 } },
	  "AT+X=\"616263\"" },
	{ "hexadecimal over the limit is refused", "AT+X", { { HEX, 0, "abcd", 0, 3 } }, NULL },
	{ "what is good behind a bad parameter does not heal it", "AT+X",
	  { { TEXT, 0, "\"", 0, 0 }, { INTEGER, 1, 0, 0, 0 } }, NULL },
};

static void add(struct at_command *command, const struct parameter *p)
{
	size_t max = p->max ? p->max : 50;
	struct span text = span_of(p->text);

	if (p->length)
		text.length = p->length;
	switch (p->kind) {
	case NOTHING:
		break;
	case INTEGER:
		at_command_integer(command, p->number);
		break;
	case TEXT:
		at_command_text(command, text, max);
		break;
	case HEX:
		at_command_hex(command, text, max);
		break;
	}
}

static void builds(void **state)
{
	const struct build_row *row = *state;
	struct buf out = BUF_INIT(2000);
	struct at_command command;
	struct span line;
	const char *fault;

	buf_text(&out, "before");
	at_command_begin(&command, &out, row->command);
	for (size_t i = 0; i < 4; i++)
		add(&command, &row->parameters[i]);
	fault = at_command_end(&command, &line);
	if (row->line != NULL) {
		assert_null(fault);
		assert_true(span_is(line, row->line));
		assert_int_equal(out.length, 6 + strlen(row->line));
	} else {
		assert_non_null(fault);
		assert_int_equal(line.length, 0);
		assert_string_equal(buf_string(&out), "before");
		assert_false(out.failed);
	}
	buf_clear(&out);
}

static void limits_the_line(void **state)
{
	char text[AT_COMMAND_MAX];
	struct buf out = BUF_INIT(2000);
	struct at_command command;
	struct span line;

	(void)state;
	memset(text, 'a', sizeof text);
	at_command_begin(&command, &out, "AT+X");
	at_command_text(&command, span_make(text, AT_COMMAND_MAX - 7), sizeof text);
	assert_null(at_command_end(&command, &line));
	assert_int_equal(line.length, AT_COMMAND_MAX);
	buf_reset(&out);
	at_command_begin(&command, &out, "AT+X");
	at_command_text(&command, span_make(text, AT_COMMAND_MAX - 6), sizeof text);
	assert_non_null(at_command_end(&command, &line));
	assert_int_equal(out.length, 0);
	buf_clear(&out);
}

static void leaves_a_full_buffer_as_it_was(void **state)
{
	struct buf out = BUF_INIT(8);
	struct at_command command;
	struct span line;

	(void)state;
	buf_text(&out, "before");
	at_command_begin(&command, &out, "AT+X");
	at_command_integer(&command, 1);
	assert_non_null(at_command_end(&command, &line));
	assert_string_equal(buf_string(&out), "before");
	assert_false(out.failed);

	/* A failure that was there before is not ours to heal. */
	buf_text(&out, "too long for it");
	at_command_begin(&command, &out, "AT");
	assert_non_null(at_command_end(&command, &line));
	assert_true(out.failed);
	buf_clear(&out);
}

/* Every octet at once: none of the dangerous ones comes through. */
static void never_lets_an_octet_out_of_its_quotes(void **state)
{
	(void)state;
	for (int octet = 0; octet < 256; octet++) {
		char text[3] = { 'a', (char)octet, 'b' };
		bool good = octet >= 0x20 && octet <= 0x7e && octet != '"';
		struct buf out = BUF_INIT(100);
		struct at_command command;
		struct span line;

		at_command_begin(&command, &out, "AT+X");
		at_command_text(&command, span_make(text, 3), 3);
		assert_int_equal(at_command_end(&command, &line) == NULL, good);
		buf_clear(&out);
	}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, build_rows, builds);
	ROWS_ADD(&rows, "a line over the limit is refused whole", limits_the_line);
	ROWS_ADD(&rows, "a full buffer is left as it was", leaves_a_full_buffer_as_it_was);
	ROWS_ADD(&rows, "of all octets only printable ASCII without the quote can be quoted",
		 never_lets_an_octet_out_of_its_quotes);
	return rows_run(&rows, "at_command");
}
