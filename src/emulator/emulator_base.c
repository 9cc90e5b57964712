/* SPDX-License-Identifier: ISC */
/* Commands that every module of the family has: identity, session, and settings
 * that are taken and change nothing here (modem.md 8). */
#include "emulator/emulator_base.h"

#include "emulator/emulator_download.h"
#include "emulator/emulator_record.h"

bool emulator_base_ok(struct emulator_core *core, const struct emulator_call *call,
		      struct emulator_answer *answer)
{
	(void)core;
	(void)call;
	(void)answer;
	return true;
}

bool emulator_base_say(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	(void)core;
	emulator_answer_line(answer, "%s", call->row->text);
	return true;
}

bool emulator_base_tell(struct emulator_core *core, const struct emulator_call *call,
			struct emulator_answer *answer)
{
	(void)core;
	emulator_answer_line(answer, "%s: %s", call->row->name, call->row->text);
	return true;
}

bool emulator_base_read_number(struct emulator_core *core, const struct emulator_call *call,
			       struct emulator_answer *answer)
{
	emulator_answer_line(answer, "%s: %lld", call->row->name,
			     (long long)core->session.registers[call->row->number]);
	return true;
}

bool emulator_base_write_number(struct emulator_core *core, const struct emulator_call *call,
				struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	int64_t value;

	(void)answer;
	emulator_syntax_begin(&syntax, call->command.parameters);
	value = emulator_syntax_number(&syntax, call->row->min, call->row->max);
	if (!emulator_syntax_end(&syntax))
		return false;
	core->session.registers[call->row->number] = value;
	return true;
}

static bool read_flow(struct emulator_core *core, const struct emulator_call *call,
		      struct emulator_answer *answer)
{
	emulator_answer_line(answer, "%s: %lld,%lld", call->row->name,
			     (long long)core->session.flow_in, (long long)core->session.flow_out);
	return true;
}

static bool write_flow(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	int64_t in, out;

	(void)answer;
	emulator_syntax_begin(&syntax, call->command.parameters);
	in = emulator_syntax_number(&syntax, 0, 3);
	out = emulator_syntax_more(&syntax) ? emulator_syntax_number(&syntax, 0, 2) : in;
	if (!emulator_syntax_end(&syntax))
		return false;
	core->session.flow_in = in;
	core->session.flow_out = out;
	return true;
}

static const struct emulator_fault reset_fault = { .disruption = EMULATOR_DISRUPTION_RESET };
static const struct emulator_fault off_fault = { .disruption = EMULATOR_DISRUPTION_OFF };

/* AT+CFUN=1,1 answers OK and starts anew (modem.md 8). */
static bool write_cfun(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	int64_t function, reset = 0;

	emulator_syntax_begin(&syntax, call->command.parameters);
	function = emulator_syntax_number(&syntax, 0, 4);
	if (emulator_syntax_more(&syntax))
		reset = emulator_syntax_number(&syntax, 0, 1);
	if (!emulator_syntax_end(&syntax) || function == 2 || function == 3)
		return false;
	core->session.registers[EMULATOR_REGISTER_CFUN] = function;
	if (function != 1) {
		core->bearer = EMULATOR_BEARER_INITIAL;
		emulator_world_mend(&core->world, EMULATOR_PATH_STUCK);
	}
	if (reset == 1)
		answer->then = &reset_fault;
	return true;
}

/* The new rate is that of whatever follows OK. */
static bool write_rate(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	answer->retunes = emulator_base_write_number(core, call, answer);
	return answer->retunes;
}

static bool power_down(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	(void)core;
	(void)call;
	answer->final = "NORMAL POWER DOWN";
	answer->then = &off_fault;
	return true;
}

static void sms_done(struct emulator_core *core, enum emulator_data_end end, int64_t now_ms)
{
	struct span text = buf_span(&core->download.data.content);

	(void)now_ms;
	emulator_queue_log(&core->queue, emulator_record_line("danger", "host", text));
	if (end == EMULATOR_DATA_ESCAPE)
		emulator_core_say(core, span_of("\r\n+CMGS: 1\r\n"));
	emulator_core_say(core, span_of("\r\nOK\r\n"));
}

static bool write_sms(struct emulator_core *core, const struct emulator_call *call,
		      struct emulator_answer *answer)
{
	static const struct emulator_data_options options = { .max = 1024, .control_ends = true };

	answer->final = "";
	answer->prompt = "\r\n> ";
	emulator_download_start(core, &options, call->line, call->fault, sms_done, call->now_ms);
	return true;
}

#define SETTING(name) { name, 0, "", NULL, emulator_base_ok, emulator_base_ok, NULL, 0, 0, 0 }
#define DANGEROUS(name) \
	{ name, EMULATOR_ROW_DANGER, "", NULL, emulator_base_ok, emulator_base_ok, NULL, 0, 0, 0 }
#define NUMBER(name, range, low, high, place)                                             \
	{ name, 0, range, emulator_base_read_number, emulator_base_write_number, NULL, NULL, \
	  place, low, high }
#define IDENTITY(name, what) { name, 0, "", NULL, NULL, emulator_base_say, what, 0, 0, 0 }

static const struct emulator_row rows[] = {
	IDENTITY("+CGMI", "Quectel_Ltd"), IDENTITY("+GMI", "Quectel_Ltd"),
	IDENTITY("+CGMM", "Quectel_M95"), IDENTITY("+GMM", "Quectel_M95"),
	IDENTITY("+CGMR", "Revision: M95FAR02A08"), IDENTITY("+GMR", "Revision: M95FAR02A08"),
	IDENTITY("+GSN", "490154203237518"), IDENTITY("+CGSN", "490154203237518"),
	NUMBER("+CMEE", "(0-2)", 0, 2, EMULATOR_REGISTER_CMEE),
	{ "+IPR", 0, "(),(0,9600,19200,38400,57600,115200)", emulator_base_read_number,
	  write_rate, NULL, NULL, EMULATOR_REGISTER_IPR, 0, 921600 },
	NUMBER("+CMGF", "(0,1)", 0, 1, EMULATOR_REGISTER_CMGF),
	NUMBER("+QIURC", "(0,1)", 0, 1, EMULATOR_REGISTER_QIURC),
	{ "+IFC", 0, "(0-3),(0-2)", read_flow, write_flow, NULL, NULL, 0, 0, 0 },
	{ "+CFUN", 0, "(0,1,4),(0,1)", emulator_base_read_number, write_cfun, NULL, NULL,
	  EMULATOR_REGISTER_CFUN, 0, 0 },
	{ "+QPOWD", 0, "(0,1)", NULL, power_down, NULL, NULL, 0, 0, 0 },
	{ "+CLCC", 0, "", NULL, NULL, emulator_base_ok, NULL, 0, 0, 0 },
	SETTING("+CNMI"), SETTING("+CSCS"), SETTING("+CLIP"), SETTING("+CRC"), SETTING("+CTZU"),
	SETTING("+CSMP"), SETTING("+QREFUSECS"), SETTING("+QNITZ"), SETTING("+QSCLK"),
	/* What mail content must never be able to do. A real module may say more;
	 * here it is enough that it is taken, and that the log tells of it. */
	{ "+CMGS", EMULATOR_ROW_DANGER, "", NULL, write_sms, NULL, NULL, 0, 0, 0 },
	{ "+CMGW", EMULATOR_ROW_DANGER, "", NULL, write_sms, write_sms, NULL, 0, 0, 0 },
	DANGEROUS("+CMSS"), DANGEROUS("+CMGD"), DANGEROUS("+CUSD"), DANGEROUS("+CPWD"),
	DANGEROUS("+CLCK"), DANGEROUS("+CCFC"), DANGEROUS("+CPBW"), DANGEROUS("+CHLD"),
	DANGEROUS("+QMGDA"),
};

const struct emulator_table emulator_base_table = { rows, sizeof(rows) / sizeof(rows[0]) };

void emulator_base_reset(struct emulator_core *core)
{
	core->session = (struct emulator_session){ .echo = true, .verbose = true };
	core->session.registers[EMULATOR_REGISTER_CFUN] = 1;
	core->session.registers[EMULATOR_REGISTER_CGATT] = 1;
	core->session.registers[EMULATOR_REGISTER_QIURC] = 1;
	core->session.registers[EMULATOR_REGISTER_IPR] = core->saved_baud;
}
