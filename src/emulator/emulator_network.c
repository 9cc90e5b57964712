/* SPDX-License-Identifier: ISC */
/* The SIM, the network and the bearer (modem.md 8, column M-series). */
#include "emulator/emulator_base.h"

#include "emulator/emulator_record.h"

static bool read_pin(struct emulator_core *core, const struct emulator_call *call,
		     struct emulator_answer *answer)
{
	const char *state = emulator_sim_state(&core->sim);

	if (state == NULL)
		answer->cme = 13;
	else
		emulator_answer_line(answer, "%s: %s", call->row->name, state);
	return true;
}

static bool write_pin(struct emulator_core *core, const struct emulator_call *call,
		      struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	struct span code, fresh;
	bool has_fresh = false;

	emulator_syntax_begin(&syntax, call->command.parameters);
	code = emulator_syntax_either(&syntax);
	if (emulator_syntax_more(&syntax)) {
		has_fresh = true;
		fresh = emulator_syntax_either(&syntax);
	}
	if (!emulator_syntax_end(&syntax))
		return false;
	answer->cme = emulator_sim_enter(&core->sim, code, has_fresh ? &fresh : NULL);
	emulator_queue_log(&core->queue,
			   json_pack("{s:s, s:b, s:i, s:i}", "event", "pin", "accepted",
				     answer->cme == 0, "pin_tries", (int)core->sim.pin_tries,
				     "puk_tries", (int)core->sim.puk_tries));
	if (answer->cme == 0)
		emulator_answer_late(answer, "+CPIN: READY");
	return true;
}

/* The counters, as later families of the maker tell them; no command of the
 * M-series is known that does. */
static bool write_counters(struct emulator_core *core, const struct emulator_call *call,
			   struct emulator_answer *answer)
{
	struct emulator_syntax syntax;

	emulator_syntax_begin(&syntax, call->command.parameters);
	if (!span_is(emulator_syntax_either(&syntax), "SC") || !emulator_syntax_end(&syntax))
		return false;
	emulator_answer_line(answer, "%s: \"SC\",%u,%u", call->row->name, core->sim.pin_tries,
			     core->sim.puk_tries);
	return true;
}

static bool tell_card(struct emulator_core *core, const struct emulator_call *call,
		      struct emulator_answer *answer)
{
	const char *iccid = core->settings.iccid;

	(void)call;
	emulator_answer_line(answer, "%s", *iccid ? iccid : "8988211000000000014");
	return true;
}

static bool read_registration(struct emulator_core *core, const struct emulator_call *call,
			      struct emulator_answer *answer)
{
	bool packets = call->row->number == EMULATOR_REGISTER_CGREG;

	emulator_answer_line(answer, "%s: %lld,%d", call->row->name,
			     (long long)core->session.registers[call->row->number],
			     packets ? emulator_world_cgreg(core) : emulator_world_creg(core));
	return true;
}

static bool read_operator(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	if (emulator_world_is_registered(core))
		emulator_answer_line(answer, "%s: 0,0,\"EMULATOR\"", call->row->name);
	else
		emulator_answer_line(answer, "%s: 0", call->row->name);
	return true;
}

static bool read_attached(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	bool wanted = core->session.registers[EMULATOR_REGISTER_CGATT] == 1;

	emulator_answer_line(answer, "%s: %d", call->row->name,
			     wanted && emulator_world_has_data(core));
	return true;
}

static bool execute_signal(struct emulator_core *core, const struct emulator_call *call,
			   struct emulator_answer *answer)
{
	bool radio = core->session.registers[EMULATOR_REGISTER_CFUN] == 1;

	emulator_answer_line(answer, "%s: %d,0", call->row->name, radio ? core->world.csq : 99);
	return true;
}

static bool read_context(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	emulator_answer_line(answer, "%s: 1,\"%s\"", call->row->name, core->apn);
	return true;
}

/* =1,"apn"[,"user","password"]: GPRS. =0,"number",...: CSD, taken and unused. */
static bool write_context(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	struct span apn;

	(void)answer;
	emulator_syntax_begin(&syntax, call->command.parameters);
	emulator_syntax_number(&syntax, 0, 1);
	apn = emulator_syntax_either(&syntax);
	for (int i = 0; i < 3 && emulator_syntax_more(&syntax); i++)
		emulator_syntax_either(&syntax);
	if (!emulator_syntax_end(&syntax))
		return false;
	return span_copy(apn, core->apn, sizeof(core->apn));
}

static bool start_bearer(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	(void)call;
	(void)answer;
	if (core->bearer != EMULATOR_BEARER_ACTIVE)
		core->bearer = EMULATOR_BEARER_STARTED;
	return true;
}

static bool activate_bearer(struct emulator_core *core, const struct emulator_call *call,
			    struct emulator_answer *answer)
{
	(void)call;
	(void)answer;
	if (!emulator_world_has_data(core))
		return false;
	core->bearer = EMULATOR_BEARER_ACTIVE;
	return true;
}

static bool deactivate_bearer(struct emulator_core *core, const struct emulator_call *call,
			      struct emulator_answer *answer)
{
	(void)call;
	core->bearer = EMULATOR_BEARER_INITIAL;
	emulator_world_mend(&core->world, EMULATOR_PATH_STUCK);
	answer->final = "DEACT OK";
	return true;
}

static bool tell_bearer(struct emulator_core *core, const struct emulator_call *call,
			struct emulator_answer *answer)
{
	static const char *const names[] = {
		[EMULATOR_BEARER_INITIAL] = "IP INITIAL", [EMULATOR_BEARER_STARTED] = "IP START",
		[EMULATOR_BEARER_ACTIVE] = "IP GPRSACT", [EMULATOR_BEARER_LOST] = "PDP DEACT",
	};

	(void)call;
	/* Behind OK, as the real ones do (modem.md 2). */
	emulator_answer_late(answer, "STATE: %s", names[core->bearer]);
	return true;
}

static bool tell_address(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	(void)call;
	if (core->bearer != EMULATOR_BEARER_ACTIVE)
		return false;
	emulator_answer_line(answer, "10.1.2.3");
	answer->final = "";	/* no OK follows (modem.md 2) */
	return true;
}

static const struct emulator_row rows[] = {
	{ "+CPIN", 0, "", read_pin, write_pin, NULL, NULL, 0, 0, 0 },
	{ "+QPINC", 0, "(\"SC\")", NULL, write_counters, NULL, NULL, 0, 0, 0 },
	{ "+CIMI", EMULATOR_ROW_SIM, "", NULL, NULL, emulator_base_say, "001010123456789", 0, 0, 0 },
	{ "+QCCID", 0, "", NULL, NULL, tell_card, NULL, 0, 0, 0 },
	{ "+CSQ", 0, "(0-31,99),(0-7,99)", NULL, NULL, execute_signal, NULL, 0, 0, 0 },
	{ "+CREG", 0, "(0-2)", read_registration, emulator_base_write_number, NULL, NULL,
	  EMULATOR_REGISTER_CREG, 0, 2 },
	{ "+CGREG", 0, "(0-2)", read_registration, emulator_base_write_number, NULL, NULL,
	  EMULATOR_REGISTER_CGREG, 0, 2 },
	{ "+CGATT", 0, "(0,1)", read_attached, emulator_base_write_number, NULL, NULL,
	  EMULATOR_REGISTER_CGATT, 0, 1 },
	{ "+COPS", 0, "(2,\"EMULATOR\",\"EMU\",\"00101\"),,(0-4),(0-2)", read_operator,
	  emulator_base_ok, NULL, NULL, 0, 0, 0 },
	{ "+QIFGCNT", 0, "(0,1)", emulator_base_read_number, emulator_base_write_number, NULL,
	  NULL, EMULATOR_REGISTER_QIFGCNT, 0, 1 },
	{ "+QICSGP", 0, "(0,1)", read_context, write_context, NULL, NULL, 0, 0, 0 },
	{ "+QIDNSIP", 0, "(0,1)", emulator_base_read_number, emulator_base_write_number, NULL,
	  NULL, EMULATOR_REGISTER_QIDNSIP, 0, 1 },
	{ "+QIDNSCFG", 0, "", NULL, emulator_base_ok, NULL, NULL, 0, 0, 0 },
	{ "+QIREGAPP", 0, "", NULL, emulator_base_ok, start_bearer, NULL, 0, 0, 0 },
	{ "+QIACT", 0, "", NULL, NULL, activate_bearer, NULL, 0, 0, 0 },
	{ "+QIDEACT", 0, "", NULL, NULL, deactivate_bearer, NULL, 0, 0, 0 },
	{ "+QISTAT", 0, "", NULL, NULL, tell_bearer, NULL, 0, 0, 0 },
	{ "+QILOCIP", 0, "", NULL, NULL, tell_address, NULL, 0, 0, 0 },
	{ "+QNSTATUS", 0, "", NULL, NULL, emulator_base_tell, "0", 0, 0, 0 },
};

const struct emulator_table emulator_network_table = { rows, sizeof(rows) / sizeof(rows[0]) };
