/* SPDX-License-Identifier: ISC */
#include "modem/modem_bringup.h"

#include <string.h>

#include "at/at_command.h"

#define PROBE_DATA_TIMEOUT_S 60		/* the module leaves data mode by itself in the end */
#define PROBE_SELF_ENDING_MS 1500	/* a result comes within some hundred ms */
#define STOPPED_SENDING_MS 2000		/* a result follows the end of sending at once */

struct row {
	const char *label;
	const char *command;	/* NULL: the dialect's probe */
	const char *info;
	bool must;		/* an ERROR ends the script */
	bool silences_echo;
	bool flow_control_only;
	int64_t answer_ms;	/* 0: command-timeout */
};

/* CMEE=1 gives numbers; they are told apart more surely than texts. AT+QIURC=0
 * is left alone on purpose: "Call Ready" is how a silent restart is noticed. */
static const struct row base_rows[] = {
	{ .label = "ATE0", .command = "ATE0", .must = true, .silences_echo = true },
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

/* modem.md, 7. Another firmware has no store: then the first is refused. */
static const struct row store_rows[] = {
	{ .label = "QFUPL=?", .command = "AT+QFUPL=?", .info = "+QFUPL:", .must = true },
	{ .label = "QFLDS", .command = "AT+QFLDS=\"UFS\"", .info = "+QFLDS:", .must = true },
	{ .label = "QFLST", .command = "AT+QFLST=\"*\"", .info = "+QFLST:" },
};

/* Behind the deletions. */
static const struct row sweep_rows[] = {
	{ .label = "QFLDS", .command = "AT+QFLDS=\"UFS\"", .info = "+QFLDS:" },
	{ .label = "QFLST", .command = "AT+QFLST=\"*\"", .info = "+QFLST:" },
};

static const struct row sim_rows[] = {
	{ .label = "CPIN", .command = "AT+CPIN?", .info = "+CPIN:", .must = true },
};

/* Twice: a digit that got lost on the line would make it another SIM, on which
 * the PIN may be tried once more. */
static const struct row iccid_rows[] = {
	{ .label = "QCCID", .command = "AT+QCCID", .info = "" },
	{ .label = "QCCID", .command = "AT+QCCID", .info = "" },
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
	[MODEM_SCRIPT_STORE] = TABLE(store_rows),
	[MODEM_SCRIPT_SWEEP] = TABLE(sweep_rows),
	[MODEM_SCRIPT_SIM] = TABLE(sim_rows),
	[MODEM_SCRIPT_ICCID] = TABLE(iccid_rows),
	[MODEM_SCRIPT_PIN_TRIES] = TABLE(pin_tries_rows),
	[MODEM_SCRIPT_QUIET] = TABLE(quiet_rows),
	[MODEM_SCRIPT_NETWORK] = TABLE(network_rows),
	[MODEM_SCRIPT_OPERATOR] = TABLE(operator_rows),
	[MODEM_SCRIPT_TIDY] = TABLE(tidy_rows),
	[MODEM_SCRIPT_CONTEXT] = TABLE(context_rows),
	[MODEM_SCRIPT_RADIO] = TABLE(radio_rows),
	[MODEM_SCRIPT_RESTART] = TABLE(restart_rows),
};

#define ROWS_OF(rows) (sizeof(rows) / sizeof((rows)[0]))

_Static_assert(ROWS_OF(base_rows) <= MODEM_BRINGUP_STEPS_MAX &&
	       ROWS_OF(sweep_rows) + MODEM_BRINGUP_FILES_MAX <= MODEM_BRINGUP_STEPS_MAX,
	       "the longest scripts fit");

static struct at_step make_step(const struct row *row, const struct modem_bringup_options *options)
{
	struct at_step step = {
		.label = row->label,
		.line = span_of(row->command),
		.info = row->info,
		.on_error = row->must ? AT_ON_ERROR_STOP : AT_ON_ERROR_GO_ON,
		.silences_echo = row->silences_echo,
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

static size_t build_baud(const struct modem_bringup_options *options, struct buf *text,
			 struct at_step *step)
{
	struct at_command command;
	struct span line;

	at_command_begin(&command, text, "AT+IPR");
	at_command_integer(&command, options->baud);
	if (at_command_end(&command, &line) != NULL)
		return 0;
	*step = (struct at_step){
		.label = "IPR", .line = line, .answer_ms = options->command_timeout_ms,
	};
	return 1;
}

/* Data of one octet in a draft that is thrown away: how the module takes its end is
 * what is asked. */
static size_t end_probe(struct at_command *command, const struct modem_bringup_options *options,
			struct at_step *steps)
{
	at_command_integer(command, PROBE_DATA_TIMEOUT_S);
	if (at_command_end(command, &steps[0].line) != NULL)
		return 0;
	steps[0].data = true;
	steps[0].payload = span_of("x");
	steps[0].result_is_length = true;
	steps[0].self_ending_ms = PROBE_SELF_ENDING_MS;
	steps[0].answer_ms = options->command_timeout_ms;
	steps[0].result_ms = options->command_timeout_ms;
	steps[1] = make_step(&tidy_rows[0], options);
	return 2;
}

static size_t build_guard(const struct modem_bringup_options *options, struct buf *text,
			  struct at_step *steps)
{
	struct at_command command;

	steps[0] = (struct at_step){
		.label = "QSMTPBODY", .result = "+QSMTPBODY:", .data_end = AT_DATA_PROBED,
	};
	at_command_begin(&command, text, "AT+QSMTPBODY");
	at_command_integer(&command, 1);
	return end_probe(&command, options, steps);
}

/* Only with a file of one octet is a module that waits for the escape told from one
 * that lost an octet and takes the escape for it. */
static size_t build_size(const struct modem_bringup_options *options, struct buf *text,
			 struct at_step *steps)
{
	struct at_command command;

	steps[0] = (struct at_step){
		.label = "QSMTPATT", .result = "+QSMTPATT:", .data_end = AT_DATA_SIZED,
	};
	at_command_begin(&command, text, "AT+QSMTPATT");
	at_command_text(&command, span_of("probe.txt"), 63);
	at_command_integer(&command, 1);
	return end_probe(&command, options, steps);
}

static size_t build_deletion(const char *name, const struct modem_bringup_options *options,
			     struct buf *text, struct at_step *step)
{
	char file[sizeof(MODEM_STORE_PLACE) + MODEM_STORE_NAME_MAX] = MODEM_STORE_PLACE;
	struct at_command command;
	struct span line;

	strncat(file, name, MODEM_STORE_NAME_MAX);
	at_command_begin(&command, text, "AT+QFDEL");
	at_command_text(&command, span_of(file), sizeof(file));
	if (at_command_end(&command, &line) != NULL)
		return 0;
	*step = (struct at_step){
		.label = "QFDEL", .line = line, .on_error = AT_ON_ERROR_GO_ON,
		.secret = true,		/* the name is a mail's */
		.answer_ms = options->command_timeout_ms,
	};
	return 1;
}

static size_t build_deletions(const struct modem_bringup_options *options, struct buf *text,
			      struct at_step *steps)
{
	size_t count = 0;

	for (size_t i = 0; i < options->file_count && i < MODEM_BRINGUP_FILES_MAX; i++)
		count += build_deletion(options->files[i], options, text, &steps[count]);
	return count;
}

static int64_t shorter(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

/* Nothing is sent. */
static size_t build_listen(const struct modem_bringup_options *options, int64_t listen_ms,
			   struct at_step *step)
{
	*step = (struct at_step){
		.label = "QSMTPPUT", .result = "+QSMTPPUT:", .listens = true,
		.answer_ms = options->command_timeout_ms,
		.result_ms = shorter(listen_ms, options->listen_ms),
	};
	return 1;
}

/* A write form is refused while a mail is being sent (reference, "Form of the
 * dialogue"); this one is set anew for each session, and 1 is its factory value.
 * A result may come before the answer, too: it is `info` then. */
static size_t build_poll(const struct modem_bringup_options *options, struct at_step *steps)
{
	steps[0] = (struct at_step){
		.label = "QSMTPCFG", .line = span_of("AT+QSMTPCFG=1,1"), .info = "+QSMTPPUT:",
		.listens = true,
		.answer_ms = shorter(options->command_timeout_ms, options->listen_ms),
	};
	return 1 + build_listen(options, STOPPED_SENDING_MS, &steps[1]);
}

static size_t build_table(enum modem_script script, const struct modem_bringup_options *options,
			  struct at_step *steps)
{
	size_t count = 0;

	for (size_t i = 0; i < tables[script].count; i++) {
		const struct row *row = &tables[script].rows[i];

		if (!row->flow_control_only || options->hardware_flow_control)
			steps[count++] = make_step(row, options);
	}
	return count;
}

size_t modem_bringup_build(enum modem_script script, const struct modem_bringup_options *options,
			   struct buf *text, struct at_step steps[static MODEM_BRINGUP_STEPS_MAX])
{
	size_t count = 0;

	buf_reset(text);
	/* All at once: the steps point into it. */
	if (buf_room(text, text->max) == NULL)
		return 0;
	switch (script) {
	case MODEM_SCRIPT_PIN:
		return build_pin(options, text, steps);
	case MODEM_SCRIPT_BAUD:
		return build_baud(options, text, steps);
	case MODEM_SCRIPT_GUARD:
		return build_guard(options, text, steps);
	case MODEM_SCRIPT_SIZE:
		return build_size(options, text, steps);
	case MODEM_SCRIPT_LISTEN:
		return build_listen(options, options->listen_ms, steps);
	case MODEM_SCRIPT_POLL:
		return build_poll(options, steps);
	case MODEM_SCRIPT_SWEEP:
		count = build_deletions(options, text, steps);
		break;
	case MODEM_SCRIPT_BASE:
	case MODEM_SCRIPT_STORE:
	case MODEM_SCRIPT_SIM:
	case MODEM_SCRIPT_ICCID:
	case MODEM_SCRIPT_PIN_TRIES:
	case MODEM_SCRIPT_QUIET:
	case MODEM_SCRIPT_NETWORK:
	case MODEM_SCRIPT_OPERATOR:
	case MODEM_SCRIPT_TIDY:
	case MODEM_SCRIPT_CONTEXT:
	case MODEM_SCRIPT_RADIO:
	case MODEM_SCRIPT_RESTART:
	case MODEM_SCRIPTS:
		break;
	}
	return count + build_table(script, options, steps + count);
}
