/* SPDX-License-Identifier: ISC */
/* Whatever a mail, its envelope and its journal hold, a report about it is three parts and
 * nothing else, made of lines of valid UTF-8, and small. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "mail/automatic_mail.h"
#include "mail/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BOUNDARY "--=_report-4REPORT"

static void expect(bool truth)
{
	if (!truth)
		abort();
}

/* The next text of the input, which ends at a 0xff; never freed before the end. */
static char *take_text(struct span *rest)
{
	struct span text;

	span_cut(rest, '\xff', &text);
	return span_dup(text.at ? text : span_of(""));
}

static void check_line(struct span line, size_t *parts, size_t *ends)
{
	expect(line.length <= 1000);
	expect(span_index(line, '\r') == line.length && span_index(line, '\0') == line.length);
	for (size_t i = 0; i < line.length; i++)
		expect((unsigned char)line.at[i] >= 0x20 || line.at[i] == '\t');
	if (span_is(line, BOUNDARY))
		++*parts;
	else if (span_is(line, BOUNDARY "--"))
		++*ends;
	else
		expect(!span_starts(line, "--"));
}

static void check(struct span text)
{
	size_t parts = 0, ends = 0, end;

	expect(text.length <= REPORT_TEXT_MAX && utf8_is_valid(text));
	while (text.length > 0) {
		end = span_find(text, span_of("\r\n"));
		expect(end < text.length);
		expect(ends == 0);
		check_line(span_take(text, end), &parts, &ends);
		text = span_skip(text, end + 2);
	}
	expect(parts == 3 && ends == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_make(data, size);
	struct report_recipient recipients[REPORT_RECIPIENTS_MAX + 1];
	char *texts[8];
	struct report report = { .hostname = "gw1.example.net", .id = "4REPORT", .mail_id = "4MAIL",
				 .clock_trusted = true, .recipients = recipients };
	struct buf out = BUF_INIT(REPORT_TEXT_MAX);

	for (size_t i = 0; i < 8; i++)
		texts[i] = take_text(&rest);
	report.kind = strlen(texts[6]) % 2 ? REPORT_FAILED : REPORT_DELAYED;
	report.recipient_count = 1 + strlen(texts[7]) % (REPORT_RECIPIENTS_MAX + 1);
	for (size_t i = 0; i < report.recipient_count; i++)
		recipients[i] = (struct report_recipient){
			.address = texts[0], .original = i % 2 ? texts[1] : NULL,
			.orcpt = i % 3 ? texts[2] : NULL, .status = texts[3], .text = texts[4],
			.has_code = i % 2, .code = -550,
		};
	report.to = texts[5];
	report.envid = texts[6];
	report.header = rest.at ? rest : span_of("");
	automatic_mail_why(report.header);
	/* It always fits, however long the texts are. */
	expect(report_build(&report, &out));
	check(buf_span(&out));
	for (size_t i = 0; i < 8; i++)
		free(texts[i]);
	buf_clear(&out);
	return 0;
}
