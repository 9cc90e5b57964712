/* SPDX-License-Identifier: ISC */
/* A plan while it is built, and how its steps are made: what the files of this
 * room share. */
#ifndef QSMTP_QSMTP_STEP_H
#define QSMTP_QSMTP_STEP_H

#include "modem/modem_store.h"
#include "qsmtp/qsmtp_plan.h"

struct qsmtp_plan {
	const struct qsmtp_plan_options *options;
	const struct modem_basis *basis;
	const struct modem_dialect *dialect;
	const struct qsmtp_account *account;
	const struct transaction *transaction;
	const struct transaction_recipient *recipients;	/* the chosen part */
	size_t recipient_count;
	struct at_script *script;

	/* The names under which attachments are stored; "" goes over the line. */
	char stored[TRANSACTION_ATTACHMENTS_MAX][MODEM_STORE_NAME_MAX + 1];
};

int64_t qsmtp_clamp(int64_t value, int64_t min, int64_t max);

/* A new last step with its limits; its command is begun with `name` ("AT+QSMTPDST"). */
struct at_step *qsmtp_step_begin(struct qsmtp_plan *plan, const char *label,
				 struct at_command *command, const char *name);

/* One without parameters. */
struct at_step *qsmtp_step_plain(struct qsmtp_plan *plan, const char *label, const char *line);

/* One with a single quoted text. */
struct at_step *qsmtp_step_text(struct qsmtp_plan *plan, const char *label, const char *name,
				struct span text, size_t max);

/* One that reads a list back, which is awaited with every line given to
 * at_script_expect() afterwards; qsmtp_step_listed() when all were given. */
struct at_step *qsmtp_step_list(struct qsmtp_plan *plan, const char *label, const char *line,
				const char *info);
void qsmtp_step_listed(struct qsmtp_plan *plan, struct at_step *step);

/* Data: its payload, and a result that must be its length. */
void qsmtp_step_data(struct qsmtp_plan *plan, struct at_step *step, struct span payload,
		     const char *result);

/* How long the line needs for as many octets; 0 when there is no line. */
int64_t qsmtp_step_wire_ms(const struct qsmtp_plan *plan, size_t octets);

/* What the module is told how long data may take: four times what the line needs,
 * since a module that ends data mode while we still write would take mail for
 * commands (threats.md, row 2), and `margin_s`. */
int64_t qsmtp_step_data_timeout_s(const struct qsmtp_plan *plan, struct span payload,
				  int64_t margin_s);

#define QSMTP_DATA_MARGIN_S 60

#endif
