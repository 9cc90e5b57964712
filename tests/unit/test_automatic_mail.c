/* SPDX-License-Identifier: ISC */
#include "mail/automatic_mail.h"

#include "rows.h"

struct row {
	const char *name;
	const char *header;
	bool automatic;
};

static const struct row table[] = {
	{ "a person's mail", "From: a@example.net\r\nSubject: x\r\n\r\nAuto-Submitted: yes\r\n", false },
	{ "no header at all", "", false },
	{ "it says so", "Subject: x\r\nAuto-Submitted: auto-generated\r\n\r\n", true },
	{ "a reply by a program", "auto-submitted: auto-replied (vacation)\r\n\r\n", true },
	{ "it says that it is not", "Auto-Submitted: no\r\n\r\n", false },
	{ "it says so with a comment", "Auto-Submitted: No (a person)\r\n\r\n", false },
	{ "parameters may follow", "Auto-Submitted: auto-notified; owner-email=\"x\"\r\n\r\n", true },
	{ "folded", "Auto-Submitted:\r\n auto-generated\r\n\r\n", true },
	{ "an empty word is no \"no\"", "Auto-Submitted:\r\n\r\n", true },
	{ "bulk mail", "Precedence: bulk\r\n\r\n", true },
	{ "junk mail", "Precedence: Junk\r\n\r\n", true },
	{ "a list's mail", "Precedence: list\r\n\r\n", true },
	{ "first class mail is a person's", "Precedence: first-class\r\n\r\n", false },
	{ "a list that has a name", "List-Id: <x.example.net>\r\n\r\n", true },
	{ "a list that can be left", "LIST-UNSUBSCRIBE: <mailto:x@example.net>\r\n\r\n", true },
	{ "an old list", "Mailing-List: x\r\n\r\n", true },
	{ "a field that only begins so", "Listing: x\r\nPrecedences: bulk\r\n\r\n", false },
	{ "bare line feeds", "Subject: x\nPrecedence: bulk\n\n", true },
};

static void test_row(void **state)
{
	const struct row *row = *state;

	assert_int_equal(automatic_mail_why(span_of(row->header)) != NULL, row->automatic);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	return rows_run(&rows, "automatic_mail");
}
