/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix: every script there is. Those of the bring-up come by
 * their enum, those of mails from a few transactions and all ways to plan them. */
#ifndef TESTS_UNIT_FAULT_SCRIPTS_H
#define TESTS_UNIT_FAULT_SCRIPTS_H

#include <stdio.h>
#include <stdlib.h>

#include "fault_bench.h"
#include "modem/modem_bringup.h"
#include "qsmtp/qsmtp_plan.h"

#define FAULT_S(text) { (text), sizeof(text) - 1 }
#define FAULT_STEPS_MAX AT_SCRIPT_STEPS_MAX

struct fault_plan_row {
	const char *name;
	unsigned baud;
	size_t recipients, body, files, file_octets;
	enum qsmtp_attachments way;
	struct modem_basis basis;
	bool unverified;
};

#define FAULT_STORE .has_store = true, .store_free_octets = 1 << 20

static const struct fault_plan_row fault_plans[] = {
	{ "mail to one", 115200, 1, 300, 0, 0, QSMTP_ATTACHMENTS_AUTO, { 0 }, false },
	{ "mail to twenty", 115200, 20, 300, 0, 0, QSMTP_ATTACHMENTS_AUTO, { 0 }, false },
	{ "mail with files over the line", 115200, 1, 300, 3, 6000, QSMTP_ATTACHMENTS_LINE,
	  { 0 }, false },
	{ "mail with files over a line that ends by size", 115200, 1, 300, 2, 6000,
	  QSMTP_ATTACHMENTS_LINE, { .size_ends_data = AT_YES }, false },
	{ "mail with files over a line that does not", 115200, 1, 300, 1, 6000,
	  QSMTP_ATTACHMENTS_LINE, { .size_ends_data = AT_NO }, false },
	{ "mail with files in the store", 115200, 1, 300, 2, 6000, QSMTP_ATTACHMENTS_STORE,
	  { FAULT_STORE }, false },
	{ "mail with files where it is best", 115200, 2, 300, 1, 6000, QSMTP_ATTACHMENTS_AUTO,
	  { FAULT_STORE }, false },
	{ "mail of a burst", 115200, 2, 300, 0, 0, QSMTP_ATTACHMENTS_AUTO,
	  { .session_set = true }, false },
	{ "mail with the bearer up by hand", 115200, 1, 300, 0, 0, QSMTP_ATTACHMENTS_AUTO,
	  { .bring_bearer_up = true }, false },
	{ "mail not read back", 115200, 2, 300, 1, 6000, QSMTP_ATTACHMENTS_LINE, { 0 }, true },
	{ "mail of 10 KB", 115200, 1, 10240, 0, 0, QSMTP_ATTACHMENTS_AUTO, { 0 }, false },
	{ "mail of 10 KB at 9600 baud", 9600, 1, 10240, 0, 0, QSMTP_ATTACHMENTS_AUTO, { 0 }, false },
};

#define FAULT_PLANS (sizeof(fault_plans) / sizeof(fault_plans[0]))

struct fault_script {
	const char *name;
	char own_name[40];
	bool mail;
	unsigned baud;
	enum at_known size_ends_data;		/* what its plan was told of the module */
	const struct at_step *steps;
	size_t count;
	bool chosen[FAULT_STEPS_MAX];

	struct at_script built;			/* of a mail */
	struct at_step table[MODEM_BRINGUP_STEPS_MAX];
	struct buf text;
};

static const struct qsmtp_account fault_account = {
	.server = FAULT_S("smtp.example.net"), .port = 25, .authenticate = true,
	.user = FAULT_S("gw1"), .password = FAULT_S(FAULT_SECRET),
	.address = FAULT_S("gw1@example.net"), .name = FAULT_S("Gateway 1"),
	.apn = FAULT_S("internet"), .apn_user = FAULT_S("u"), .apn_password = FAULT_S("p"),
};

/* Lines of text with as many '+' in a row as are allowed. */
static inline struct span fault_body(size_t length)
{
	static const char line[] = "this is a++ line of text ++, and it ends + here\r\n";
	static char body[TRANSACTION_BODY_MAX + 1];

	assert_true(length < sizeof(body));
	for (size_t i = 0; i < length; i++)
		body[i] = line[i % (sizeof(line) - 1)];
	body[length - 3] = '.';
	body[length - 2] = '\r';
	body[length - 1] = '\n';
	return span_make(body, length);
}

/* All octets there are. */
static inline struct span fault_file(size_t length)
{
	static char octets[TRANSACTION_ATTACHMENTS_OCTETS_MAX];

	assert_true(length <= sizeof(octets));
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (char)(i * 7 + i / 256);
	if (length > 0 && octets[length - 1] == '+')
		length--;
	return span_make(octets, length);
}

static inline void fault_make_transaction(const struct fault_plan_row *row,
					  struct transaction *transaction)
{
	static struct transaction_recipient recipients[TRANSACTION_RECIPIENTS_MAX];
	static char addresses[TRANSACTION_RECIPIENTS_MAX][40];
	static struct transaction_attachment files[3];
	static const char *const names[3] = { "log.txt", "empty.bin", "picture.jpg" };

	for (size_t i = 0; i < row->recipients; i++) {
		snprintf(addresses[i], sizeof(addresses[i]), "person%zu@example.org", i);
		recipients[i] = (struct transaction_recipient){
			i % 3 == 1 ? TRANSACTION_CC : TRANSACTION_TO, i, span_of(addresses[i]),
		};
	}
	for (size_t i = 0; i < row->files; i++)
		files[i] = (struct transaction_attachment){
			span_of(names[i]), fault_file(i == 1 ? 0 : row->file_octets - 13 * i),
		};
	*transaction = (struct transaction){
		.recipients = recipients, .recipient_count = row->recipients,
		.subject = span_of("a subject"), .body = fault_body(row->body),
		.attachments = files, .attachment_count = row->files,
	};
}

static inline void fault_build_mail(const struct fault_plan_row *row, struct fault_script *script)
{
	const struct qsmtp_plan_options options = {
		.dialect = modem_dialect_find("gsm"), .baud = row->baud,
		.command_timeout_ms = 10000, .send_timeout_s = 300, .verify = !row->unverified,
		.attachments = row->way,
	};
	struct transaction transaction;
	const char *fault;

	fault_make_transaction(row, &transaction);
	at_script_init(&script->built);
	fault = qsmtp_plan_build(&options, &row->basis, &fault_account, &transaction, 0,
				 row->recipients, &script->built);
	if (fault != NULL) {
		fprintf(stderr, "%s: %s\n", row->name, fault);
		abort();
	}
	script->name = row->name;
	script->mail = true;
	script->baud = row->baud;
	script->size_ends_data = row->basis.size_ends_data;
	script->steps = script->built.steps;
	script->count = script->built.count;
}

static inline void fault_build_bringup(enum modem_script which, struct fault_script *script)
{
	static const char files[2][MODEM_STORE_NAME_MAX + 1] = { "gsmtpd-a.txt", "gsmtpd-b.txt" };
	const struct modem_bringup_options options = {
		.dialect = modem_dialect_find("gsm"), .command_timeout_ms = 10000,
		.hardware_flow_control = true, .pin = "3871", .baud = 115200,
		.listen_ms = 60000, .files = files, .file_count = 2,
	};

	buf_init(&script->text, 4096);
	script->count = modem_bringup_build(which, &options, &script->text, script->table);
	snprintf(script->own_name, sizeof(script->own_name), "modem script %d", (int)which);
	script->name = script->own_name;
	script->baud = 115200;
	script->steps = script->table;
}

static inline bool fault_same_word(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether the chat is told the same of both, but for the texts. */
static inline bool fault_alike(const struct at_step *a, const struct at_step *b)
{
	return fault_same_word(a->label, b->label) && a->secret == b->secret &&
		fault_same_word(a->info, b->info) && fault_same_word(a->result, b->result) &&
		a->data == b->data && a->data_end == b->data_end &&
		(a->payload.length == 0) == (b->payload.length == 0) &&
		a->result_is_length == b->result_is_length &&
		a->has_checksum == b->has_checksum && a->any_result == b->any_result &&
		a->silences_echo == b->silences_echo && a->listens == b->listens &&
		a->verify_expected == b->verify_expected && a->commits == b->commits &&
		a->on_error == b->on_error && a->answer_ms == b->answer_ms;
}

static inline bool fault_is_known(const struct fault_script *scripts, size_t count,
				  const struct at_step *step)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < scripts[i].count; j++)
			if (fault_alike(&scripts[i].steps[j], step))
				return true;
	return false;
}

/* How the larger scripts are thinned out: of steps alike that follow one another
 * the first two and the last; and steps like one of a script before only where
 * something depends on those around them: first and last, data, what is read
 * back, and what sends. */
static inline void fault_choose(struct fault_script *scripts, size_t at)
{
	struct fault_script *script = &scripts[at];

	for (size_t i = 0; i < script->count; i++) {
		const struct at_step *step = &script->steps[i];
		bool like_two_before = i > 1 && fault_alike(step, step - 1) &&
			fault_alike(step, step - 2);
		bool like_next = i + 1 < script->count && fault_alike(step, step + 1);
		bool matters = i == 0 || i + 1 == script->count || step->data ||
			step->verify_expected || step->commits;

		if (like_two_before && like_next)
			continue;
		script->chosen[i] = matters || !fault_is_known(scripts, at, step);
	}
}

#define FAULT_SCRIPTS (MODEM_SCRIPTS + FAULT_PLANS)

static inline struct fault_script *fault_scripts_new(void)
{
	struct fault_script *scripts = calloc(FAULT_SCRIPTS, sizeof(*scripts));

	if (scripts == NULL)
		abort();
	for (int i = 0; i < MODEM_SCRIPTS; i++)
		fault_build_bringup((enum modem_script)i, &scripts[i]);
	for (size_t i = 0; i < FAULT_PLANS; i++)
		fault_build_mail(&fault_plans[i], &scripts[MODEM_SCRIPTS + i]);
	for (size_t i = 0; i < FAULT_SCRIPTS; i++)
		fault_choose(scripts, i);
	return scripts;
}

static inline void fault_scripts_free(struct fault_script *scripts)
{
	for (size_t i = 0; i < FAULT_SCRIPTS; i++) {
		if (scripts[i].mail)
			at_script_clear(&scripts[i].built);
		else
			buf_clear(&scripts[i].text);
	}
	free(scripts);
}

#endif
