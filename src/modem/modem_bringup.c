/* SPDX-License-Identifier: ISC */
#include "modem/modem_bringup.h"

#include <string.h>

#include "at/at_command.h"

struct row {
	const char *label;
	const char *command;	/* NULL: the dialect's probe */
	const char *info;
	bool must;		/* an ERROR ends the script */
	bool flow_control_only;
	int64_t answer_ms;	/* 0: command-timeout */
};

/* CMEE=1 gives numbers; they are told apart more surely than texts. AT+QIURC=0
 * is left alone on purpose: "Call Ready" is how a silent restart is noticed. */
static const struct row base_rows[] = {
	{ .label = "ATE0", .command = "ATE0", .must = true },
	{ .label = "ATV1", .command = "ATV1" },
	{ .label = "CMEE", .command = "AT+CMEE=1" },
	{ .label = "IFC", .command = "AT+IFC=2,2", .flow_control_only = true },
	{ .label = "CGMM", .command = "AT+CGMM", .info = "" },
	{ .label = "CGMR", .command = "AT+CGMR", .info = "" },
	{ .label = "PROBE", .must = true },
	/* A dead run's recipients and password must not stay; and ERROR means that
	 * the module still sends (reference, "Form of the dialogue"). */
	{ .label = "QSMTPCLR", .command = "AT+QSMTPCLR", .must = true },
};

static const struct row sim_rows[] = {
	{ .label = "CPIN", .command = "AT+CPIN?", .info = "+CPIN:", .must = true },
};

/* 3G and LTE families know the first, some of the M series the second. */
static const struct row pin_tries_rows[] = {
	{ .label = "QPINC", .command = "AT+QPINC=\"SC\"", .info = "+QPINC:" },
	{ .label = "QTRPIN", .command = "AT+QTRPIN", .info = "+QTRPIN:" },
};

/* Texts chosen by strangers (short messages, cells) are not to be shown. */
static const struct row quiet_rows[] = {
	{ .label = "CREG", .command = "AT+CREG=0" },
	{ .label = "CGREG", .command = "AT+CGREG=0" },
	{ .label = "CNMI", .command = "AT+CNMI=2,0,0,0,0" },
};

static const struct row network_rows[] = {
	{ .label = "CSQ", .command = "AT+CSQ", .info = "+CSQ:" },
	{ .label = "CREG", .command = "AT+CREG?", .info = "+CREG:" },
	{ .label = "CGREG", .command = "AT+CGREG?", .info = "+CGREG:" },
};

/* May take minutes on some networks and is only for people: a short limit. */
static const struct row operator_rows[] = {
	{ .label = "COPS", .command = "AT+COPS?", .info = "+COPS:", .answer_ms = 3000 },
};

static const struct row tidy_rows[] = {
	{ .label = "QSMTPCLR", .command = "AT+QSMTPCLR", .must = true },
};

/* QIDEACT: 40 s by the manual; a stuck context takes longer. */
static const struct row context_rows[] = {
	{ .label = "QSMTPCLR", .command = "AT+QSMTPCLR" },
	{ .label = "QIDEACT", .command = "AT+QIDEACT", .answer_ms = 90000 },
};

/* "+CFUN: 1" is asked for here: it does not mean a restart. */
static const struct row radio_rows[] = {
	{ .label = "CFUN", .command = "AT+CFUN=0", .info = "+CFUN:", .answer_ms = 15000 },
	{ .label = "CFUN", .command = "AT+CFUN=1", .info = "+CFUN:", .answer_ms = 15000 },
};

static const struct row restart_rows[] = {
	{ .label = "CFUN", .command = "AT+CFUN=1,1", .answer_ms = 15000 },
};

#define TABLE(rows) { (rows), sizeof(rows) / sizeof((rows)[0]) }

static const struct {
	const struct row *rows;
	size_t count;
} tables[MODEM_SCRIPTS] = {
	[MODEM_SCRIPT_BASE] = TABLE(base_rows),
	[MODEM_SCRIPT_SIM] = TABLE(sim_rows),
	[MODEM_SCRIPT_PIN_TRIES] = TABLE(pin_tries_rows),
	[MODEM_SCRIPT_PIN] = { NULL, 0 },
	[MODEM_SCRIPT_QUIET] = TABLE(quiet_rows),
	[MODEM_SCRIPT_NETWORK] = TABLE(network_rows),
	[MODEM_SCRIPT_OPERATOR] = TABLE(operator_rows),
	[MODEM_SCRIPT_TIDY] = TABLE(tidy_rows),
	[MODEM_SCRIPT_CONTEXT] = TABLE(context_rows),
	[MODEM_SCRIPT_RADIO] = TABLE(radio_rows),
	[MODEM_SCRIPT_RESTART] = TABLE(restart_rows),
};

_Static_assert(sizeof(base_rows) / sizeof(base_rows[0]) <= MODEM_BRINGUP_STEPS_MAX,
	       "the longest table fits");

static struct at_step make_step(const struct row *row, const struct modem_bringup_options *options)
{
	struct at_step step = {
		.label = row->label,
		.line = span_of(row->command),
		.info = row->info,
		.on_error = row->must ? AT_ON_ERROR_STOP : AT_ON_ERROR_GO_ON,
		.answer_ms = row->answer_ms > 0 ? row->answer_ms : options->command_timeout_ms,
	};

	if (row->command == NULL) {
		step.line = span_of(options->dialect->probe_test);
		step.info = options->dialect->probe_info;
	}
	return step;
}

bool modem_bringup_pin_is_good(const char *pin)
{
	size_t length = strlen(pin);

	return length >= 4 && length <= 8 && strspn(pin, "0123456789") == length;
}

static size_t build_pin(const struct modem_bringup_options *options, struct buf *text,
			struct at_step *step)
{
	struct at_command command;
	struct span line;

	if (!modem_bringup_pin_is_good(options->pin))
		return 0;
	at_command_begin(&command, text, "AT+CPIN");
	at_command_text(&command, span_of(options->pin), 8);
	if (at_command_end(&command, &line) != NULL)
		return 0;
	*step = (struct at_step){
		.label = "CPIN",
		.line = line,
		.secret = true,
		.on_error = AT_ON_ERROR_STOP,
		/* Some SIMs take seconds; an answer that is missed may be a lost try. */
		.answer_ms = 20000,
	};
	return 1;
}

size_t modem_bringup_build(enum modem_script script, const struct modem_bringup_options *options,
			   struct buf *text, struct at_step steps[static MODEM_BRINGUP_STEPS_MAX])
{
	size_t count = 0;

	buf_reset(text);
	if (script == MODEM_SCRIPT_PIN)
		return build_pin(options, text, &steps[0]);
	for (size_t i = 0; i < tables[script].count; i++) {
		const struct row *row = &tables[script].rows[i];

		if (row->flow_control_only && !options->hardware_flow_control)
			continue;
		steps[count++] = make_step(row, options);
	}
	return count;
}
