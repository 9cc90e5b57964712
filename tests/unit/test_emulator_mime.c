/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/emulator_mail.h"
#include "emulator/emulator_mime.h"

static void start(struct emulator_draft *draft, struct emulator_store *store)
{
	emulator_draft_init(draft);
	emulator_store_init(store, EMULATOR_STORE_OCTETS);
	emulator_draft_set(&draft->address, span_of("gw@example.net"));
	emulator_draft_set(&draft->name, span_of("Gate \\ way"));
	emulator_draft_add_recipient(draft, 1, span_of("a@example.org"));
	emulator_draft_add_recipient(draft, 2, span_of("b@example.org"));
	emulator_draft_add_recipient(draft, 3, span_of("hidden@example.org"));
	emulator_draft_add_recipient(draft, 1, span_of("c@example.org"));
}

static void put_body(struct emulator_draft *draft, int charset, const char *text)
{
	struct buf body = BUF_INIT(EMULATOR_BODY_MAX);

	buf_text(&body, text);
	assert_int_equal(emulator_draft_set_body(draft, charset, &body), strlen(text));
}

static void test_plain(void **state)
{
	struct emulator_draft draft;
	struct emulator_store store;
	struct buf out = BUF_INIT(100000);

	(void)state;
	start(&draft, &store);
	emulator_draft_set(&draft.subject, span_of("SMTP TEST"));
	put_body(&draft, 1, "Hello\r\n");
	assert_true(emulator_mime_build(&draft, &store, &out));
	assert_string_equal(buf_string(&out),
			    "From: \"Gate \\\\ way\" <gw@example.net>\r\n"
			    "To: <a@example.org>,\r\n <c@example.org>\r\n"
			    "Cc: <b@example.org>\r\n"
			    "Subject: SMTP TEST\r\n"
			    "MIME-Version: 1.0\r\n"
			    "Content-Type: text/plain; charset=UTF-8\r\n"
			    "Content-Transfer-Encoding: base64\r\n\r\n"
			    "SGVsbG8NCg==\r\n");
	buf_clear(&out);
	emulator_draft_clear(&draft);
}

static void test_attachments(void **state)
{
	struct emulator_draft draft;
	struct emulator_store store;
	struct buf out = BUF_INIT(100000);
	struct buf content = BUF_INIT(100000);

	(void)state;
	start(&draft, &store);
	buf_text(&content, "AB");
	assert_int_equal(emulator_store_add(&store, span_of("f.txt"), &content), 0);
	buf_text(&content, "1234");
	assert_int_equal(emulator_draft_add_content(&draft, span_of("line.bin"), &content), 4);
	assert_int_equal(emulator_draft_add_stored(&draft, span_of("/UFS/f.txt"), 2), 2);
	assert_true(emulator_mime_build(&draft, &store, &out));
	assert_non_null(strstr(buf_string(&out),
			       "name=\"line.bin\"\r\nContent-Transfer-Encoding: base64\r\n"
			       "Content-Disposition: attachment; filename=\"line.bin\"\r\n\r\n"
			       "MTIzNA==\r\n--=_gsmtp_emulator_part\r\n"));
	assert_non_null(strstr(buf_string(&out),
			       "filename=\"f.txt\"\r\n\r\nQUI=\r\n--=_gsmtp_emulator_part--\r\n"));
	assert_null(strstr(buf_string(&out), "hidden@"));
	emulator_store_delete(&store, span_of("*"));
	assert_false(emulator_mime_build(&draft, &store, &out));
	assert_null(emulator_mail_new(&draft, &store, true, 1));
	buf_clear(&out);
	emulator_draft_clear(&draft);
}

static const struct subject {
	const char *name;
	int charset;
	const char *given;
	const char *line;	/* of the header */
	const char *decoded;	/* in the log */
} subjects[] = {
	{ "an empty one", 0, "", "Subject: \r\nMIME", "" },
	{ "text as it is", 0, "a b", "Subject: a b\r\nMIME", "a b" },
	{ "text that looks encoded is encoded", 0, "=?x?=",
	  "Subject: =?US-ASCII?B?PT94Pz0=?=\r\nMIME", "=?x?=" },
	{ "blanks at its ends are kept", 0, " x ", "Subject: =?US-ASCII?B?IHgg?=\r\nMIME", " x " },
	{ "UTF-8", 1, "C3A4c3b6", "Subject: =?UTF-8?B?w6TDtg==?=\r\nMIME", "\303\244\303\266" },
	{ "GB2312", 2, "C4E3", "Subject: =?GB2312?B?xOM=?=\r\nMIME", "\344\275\240" },
	{ "BIG5", 3, "A741", "Subject: =?BIG5?B?p0E=?=\r\nMIME", "\344\275\240" },
	{ "a long one is cut between characters", 1,
	  "61C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4C3A4",
	  "Subject: =?UTF-8?B?YcOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOk?=\r\n"
	  " =?UTF-8?B?w6TDpA==?=\r\nMIME",
	  "a\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244"
	  "\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244" },
	{ "octets that are no UTF-8 are shown as they are", 1, "FF41",
	  "Subject: =?UTF-8?B?/0E=?=\r\nMIME", "\\xffA" },
};

static void test_subject(void **state)
{
	const struct subject *row = *state;
	struct emulator_draft draft;
	struct emulator_store store;
	struct emulator_mail *mail;

	start(&draft, &store);
	assert_true(emulator_draft_is_subject(row->charset, span_of(row->given)));
	draft.subject_charset = row->charset;
	emulator_draft_set(&draft.subject, span_of(row->given));
	mail = emulator_mail_new(&draft, &store, true, 1);
	assert_non_null(mail);
	assert_non_null(strstr(buf_string(&mail->message), row->line));
	assert_string_equal(json_string_value(json_object_get(mail->record, "subject")),
			    row->decoded);
	emulator_mail_free(mail);
	emulator_draft_clear(&draft);
}

static void test_lines_are_short(void **state)
{
	struct emulator_draft draft;
	struct emulator_store store;
	struct buf out = BUF_INIT(100000);
	char *text = malloc(EMULATOR_BODY_MAX + 1);
	struct span rest, line;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', EMULATOR_BODY_MAX);
	text[EMULATOR_BODY_MAX] = '\0';
	start(&draft, &store);
	draft.subject_charset = 1;
	for (size_t i = 0; i < 200; i++)
		text[i] = 'a';
	emulator_draft_set(&draft.subject, span_make(text, 200));
	put_body(&draft, 0, text);
	assert_true(emulator_mime_build(&draft, &store, &out));
	rest = buf_span(&out);
	while (span_cut(&rest, '\n', &line))
		assert_in_range(line.length, 0, 77);
	free(text);
	buf_clear(&out);
	emulator_draft_clear(&draft);
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD(&tests, "a mail without attachments, whole", test_plain);
	ROWS_ADD(&tests, "attachments of both kinds; hidden recipients stay hidden", test_attachments);
	ROWS_ADD_TABLE(&tests, subjects, test_subject);
	ROWS_ADD(&tests, "no line is longer than 76 characters", test_lines_are_short);
	return rows_run(&tests, "emulator_mime");
}
