/* SPDX-License-Identifier: ISC */
/* For test_fault_life: what stands around a modem's life: a chat and a module on
 * virtual time, a SIM that counts wrong PINs, a network, a file store, a rate of
 * the line. What the module answers to a bring-up is told here. */
#ifndef TESTS_UNIT_FAULT_WORLD_H
#define TESTS_UNIT_FAULT_WORLD_H

#include "fault_bench.h"
#include "fault_scripts.h"
#include "modem/modem_course.h"
#include "modem/modem_life.h"

#define FAULT_MINUTE_MS INT64_C(60000)
#define FAULT_HOUR_MS (60 * FAULT_MINUTE_MS)
#define FAULT_DAY_MS (24 * FAULT_HOUR_MS)
#define FAULT_RESETS_MAX 1000
#define FAULT_PIN "3871"

/* What makes the life run the script, or a mail, at all. */
struct fault_setting {
	const char *name;
	enum modem_script script;	/* MODEM_SCRIPTS: a mail's */
	bool wants_pin, wrong_pin;
	unsigned module_baud;		/* 0: as configured */
	bool settles, sending;		/* an earlier daemon's mail; under way for a minute */
	bool no_network;		/* until the radio was off and on */
	bool operator_resets;
	int mail_code;			/* a mail ends so first; 0: none does */
};

struct fault_world {
	struct fault_bench *bench;
	struct modem_life *life;
	const struct fault_setting *setting;
	struct fault fault;		/* row NULL once it was mended */
	size_t fault_step;
	bool for_ever;			/* it comes again and again until then */
	bool happened;
	bool result_said;		/* of an earlier daemon's mail */

	/* The SIM, the network and the store. */
	bool sim_open, no_network;
	int files, tries;
	unsigned pins_sent, starts_seen;

	/* The shell. */
	bool mail;			/* the chat runs one */
	struct fault_script letter;	/* it */
	bool mail_failed;		/* the one of the setting */
	enum modem_pin_memory pin_memory;
	int64_t absent_until_ms;
	int64_t command_done_ms;	/* of reset-command; 0: none runs */
	unsigned orders;		/* without time passing */

	/* What was seen. */
	enum modem_state state;
	unsigned entered, left;		/* states, a bit each */
	int64_t resets_ms[FAULT_RESETS_MAX];
	unsigned resets, settled;
};

/* A module that started anew has its SIM closed again. */
static inline void fault_see_starts(struct fault_world *w, const struct fault_module *m)
{
	if (w->starts_seen == m->starts)
		return;
	w->starts_seen = m->starts;
	w->sim_open = !w->setting->wants_pin;
	w->no_network = false;
}

/* AT+CPIN="...": counted whatever becomes of the answer. */
static inline const char *fault_try_pin(struct fault_world *w, struct span line)
{
	w->pins_sent++;
	if (w->sim_open || w->tries == 0)
		return "+CME ERROR: 3";
	if (w->setting->wrong_pin ||
	    span_find(line, span_of("\"" FAULT_PIN "\"")) == line.length) {
		w->tries--;
		return "+CME ERROR: 16";
	}
	w->tries = 3;
	w->sim_open = true;
	return "OK";
}

struct fault_fact {
	const char *command, *info;
};

static const struct fault_fact fault_facts[] = {
	{ "AT+CGMM", "Quectel_M95" },
	{ "AT+CGMR", "M95FAR02A08" },
	{ "AT+QSMTPCFG=?", "+QSMTPCFG: (1)" },
	{ "AT+CSQ", "+CSQ: 20,0" },
	{ "AT+COPS?", "+COPS: 0,0,\"Testnet\"" },
	{ "AT+QCCID", "89490200001234567890" },
	{ "AT+QFUPL=?", "+QFUPL: \"<filename>\",(1-1000000),(1-65535),(0,1)" },
	{ "AT+QFLDS=\"UFS\"", "+QFLDS: 900000,1000000" },
};

static inline bool fault_know_sim(struct fault_world *w, struct span line, struct buf *info,
				  const char **final)
{
	if (span_is(line, "AT+CPIN?")) {
		buf_text(info, w->sim_open ? "+CPIN: READY" :
			 w->tries > 0 ? "+CPIN: SIM PIN" : "+CPIN: SIM PUK");
	} else if (span_starts(line, "AT+CPIN=")) {
		*final = fault_try_pin(w, line);
	} else if (span_starts(line, "AT+QPINC")) {
		buf_format(info, "+QPINC: \"SC\",%d,10", w->tries);
	} else if (span_starts(line, "AT+QTRPIN")) {
		buf_format(info, "+QTRPIN: %d,3,10,10", w->tries);
	} else {
		return false;
	}
	return true;
}

static inline bool fault_know_rest(struct fault_world *w, struct fault_module *m,
				   struct span line, struct buf *info, const char **final)
{
	if (span_is(line, "AT+CREG?") || span_is(line, "AT+CGREG?")) {
		buf_format(info, "%.*s: 0,%d", (int)line.length - 3, line.at + 2,
			   w->no_network ? 2 : 1);
	} else if (span_is(line, "AT+QFLST=\"*\"")) {
		buf_text(info, "+QFLST: \"UFS:another.txt\",1939\n");
		for (int i = 0; i < w->files; i++)
			buf_format(info, "+QFLST: \"UFS:gsmtpd-%d.txt\",12\n", i);
	} else if (span_starts(line, "AT+QFDEL=")) {
		w->files -= w->files > 0;
	} else if (span_is(line, "AT+CFUN=1")) {
		w->no_network = false;
		buf_text(info, "+CFUN: 1");
	} else if (span_is(line, "AT+QSMTPCLR")) {
		m->forgot = false;
	} else if (span_is(line, "AT+QSMTPCFG=1,1") && m->step->info != NULL) {
		/* Asked whether it still sends. */
		if (m->now_ms < m->sending_until_ms)
			*final = "ERROR";
		else
			buf_text(info, "+QSMTPPUT: 0");
	} else {
		return false;
	}
	return true;
}

/* What the module says to a command, beyond what its step tells. */
static inline bool fault_knows(struct fault_module *m, struct buf *info, const char **final)
{
	struct fault_world *w = m->world;
	struct span line = m->step->line;

	fault_see_starts(w, m);
	if (span_starts(line, "AT+IPR=")) {
		m->next_baud = (unsigned)strtoul(line.at + 7, NULL, 10);
		return true;
	}
	if (span_is(line, "AT+CFUN=1,1"))
		fault_push(m, m->at_ms + 800, FAULT_STARTS_ANEW, FAULT_BOOT,
			   sizeof(FAULT_BOOT) - 1);
	for (size_t i = 0; i < sizeof(fault_facts) / sizeof(fault_facts[0]); i++) {
		if (!span_is(line, fault_facts[i].command))
			continue;
		buf_text(info, fault_facts[i].info);
		return true;
	}
	return fault_know_sim(w, line, info, final) || fault_know_rest(w, m, line, info, final);
}

static inline struct fault_world *fault_world_new(const char *name,
						  const struct fault_setting *setting,
						  const struct fault *fault, size_t fault_step)
{
	const struct at_chat_options options = { .baud = 115200, .pace_ms = 20, .piece_octets = 512,
						 .escape_guard_ms = MODEM_GUARD_SURE_MS };
	struct fault_world *w = calloc(1, sizeof(*w));
	struct fault_module *m;

	assert_non_null(w);
	w->setting = setting;
	w->fault = *fault;
	w->fault_step = fault_step;
	w->bench = fault_bench_new(name, &options);
	w->bench->world = w;
	w->tries = 3;
	w->sim_open = !setting->wants_pin;
	w->no_network = setting->no_network;
	w->files = 2;
	m = &w->bench->module;
	m->knows = fault_knows;
	m->world = w;
	m->echo = true;
	m->baud = setting->module_baud > 0 ? setting->module_baud : options.baud;
	return w;
}

static inline void fault_world_free(struct fault_world *w)
{
	modem_life_free(w->life);
	if (w->letter.mail)
		at_script_clear(&w->letter.built);
	fault_bench_free(w->bench);
	free(w);
}

#endif
