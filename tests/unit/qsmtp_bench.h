/* SPDX-License-Identifier: ISC */
/* What the tests of plans share: an account, options, and what holds for every
 * plan. */
#ifndef TESTS_UNIT_QSMTP_BENCH_H
#define TESTS_UNIT_QSMTP_BENCH_H

#include <string.h>

#include "mail/wire_text.h"
#include "modem/modem_store.h"
#include "qsmtp/qsmtp_plan.h"
#include "rows.h"

#define ANSWER_MS 10000

#define S(text) { (text), sizeof(text) - 1 }

static const struct qsmtp_account account = {
	.server = S("smtp.example.net"),
	.port = 25,
	.authenticate = true,
	.user = S("gw1"),
	.password = S("pass word"),
	.address = S("gw1@example.net"),
	.name = S("Gateway 1"),
	.apn = S("internet"),
};

static struct transaction_recipient one[] = {
	{ TRANSACTION_TO, 0, S("admin@example.org") },
};

static const struct modem_basis basis;

static inline const struct qsmtp_plan_options *plan_options(bool verify)
{
	static struct qsmtp_plan_options options;

	options = (struct qsmtp_plan_options){
		.dialect = modem_dialect_find("gsm"), .baud = 9600,
		.command_timeout_ms = ANSWER_MS, .send_timeout_s = 300, .verify = verify,
	};
	return &options;
}

#define BODY .body = S("Disk failed.\r\n")
#define TO_ONE .recipients = one, .recipient_count = 1

/* "AT+QXXX", "AT+QXXX?", or with parameters: numbers, and texts between quotes that
 * hold neither a quote nor a control. */
static inline void check_line(struct span line)
{
	size_t equals = span_index(line, '=');
	struct span rest = span_skip(line, equals + 1);

	assert_true(span_starts(line, "AT+Q"));
	for (size_t k = 4; k < equals; k++)
		assert_true((line.at[k] >= 'A' && line.at[k] <= 'Z') ||
			    (line.at[k] == '?' && k + 1 == line.length));
	while (rest.length > 0) {
		bool quoted = rest.at[0] == '"';
		size_t end;

		rest = span_skip(rest, quoted);
		end = span_index(rest, quoted ? '"' : ',');
		for (size_t k = 0; k < end; k++)
			assert_true(quoted ? rest.at[k] >= 0x20 && rest.at[k] <= 0x7e :
					     rest.at[k] >= '0' && rest.at[k] <= '9');
		assert_true(!quoted || end < rest.length);
		rest = span_skip(rest, end + quoted);
		assert_true(rest.length == 0 || (rest.at[0] == ',' && rest.length > 1));
		rest = span_skip(rest, 1);
	}
}

/* Every invariant of the line, whatever the plan. */
static inline void check_safe(const struct at_script *script)
{
	size_t commits = 0;

	for (size_t i = 0; i < script->count; i++) {
		const struct at_step *step = &script->steps[i];

		check_line(step->line);
		if (step->data)
			assert_null(wire_text_octets_fault(step->payload));
		if (step->commits) {
			commits++;
			assert_true(step->hold);
			assert_string_equal(step->label, "QSMTPPUT");
		}
		assert_true(step->answer_ms > 0 && step->idle_ms <= step->answer_ms);
		assert_true(step->result == NULL || step->result_ms > 0);
		/* A file of the store, or of the line where its size is known to end it. */
		if (step->data_end == AT_DATA_COUNTED)
			assert_int_equal(step->has_checksum, strcmp(step->label, "QSMTPATT") != 0);
		else
			assert_false(step->has_checksum);
	}
	assert_int_equal(commits, 1);
}

#endif
