/* SPDX-License-Identifier: ISC */
/* Faults on purpose: what is to go wrong at event E number n, surely or by a
 * chance that the seed decides. Pure and deterministic; the only state is how
 * often each rule has matched. The form of a script is in gsmtp-emulator(1). */
#ifndef EMULATOR_EMULATOR_SCRIPT_H
#define EMULATOR_EMULATOR_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "emulator/emulator_draft.h"

enum emulator_phase {
	EMULATOR_PHASE_BEFORE,	/* instead of taking the command */
	EMULATOR_PHASE_BETWEEN,	/* behind OK, before the result */
	EMULATOR_PHASE_AFTER,	/* behind the whole answer */
};

enum emulator_disruption {
	EMULATOR_DISRUPTION_NONE,
	EMULATOR_DISRUPTION_RESET,	/* the module starts anew */
	EMULATOR_DISRUPTION_HANGUP,	/* the tty goes away, and returns after a time */
	EMULATOR_DISRUPTION_SILENCE,	/* hears and says nothing for a time */
	EMULATOR_DISRUPTION_OFF,	/* switched off until the power key */
};

/* Whether the way from the module to the servers is as it seems. */
enum emulator_path {
	EMULATOR_PATH_AS_IT_WAS,
	EMULATOR_PATH_FINE,
	EMULATOR_PATH_STUCK,	/* mails fail until the bearer was taken down */
	EMULATOR_PATH_DEAD,	/* or, worse, until a restart */
};

/* What octets on the line suffer. */
struct emulator_line_fault {
	unsigned drop, duplicate;	/* so many octets, so many copies */
	unsigned flip;			/* these bits */
	int64_t split_ms;		/* a pause before it */
};

/* What becomes of the world around the module. */
struct emulator_change {
	bool has_creg, has_cgreg, has_csq;
	int creg, cgreg, csq;		/* as AT+CREG?, AT+CGREG? and AT+CSQ say them */
	enum emulator_path path;
	bool context_lost;
};

struct emulator_fault {
	bool has_answer;		/* this result instead of the true one */
	int answer;
	bool deliver;			/* the mail goes out all the same */
	bool error;			/* ERROR instead of executing the command */
	int cme;			/* or, when not 0, +CME ERROR: cme */
	char *cme_text;			/* or, when not NULL, in words */
	bool drop_command;		/* it never arrived */
	bool drop_ok, drop_result;	/* done, but not said */
	bool result_first;		/* before OK */
	unsigned repeat_answer, repeat_result;	/* said so many times more */
	int64_t delay_answer_ms, delay_result_ms;
	char *before, *between, *after;	/* unsolicited lines at these places */
	char *info;			/* instead of the lines before OK */
	char *say;			/* an unsolicited line */
	bool inside;			/* in the middle of another one */
	bool wrong_checksum;		/* of an upload */
	struct emulator_line_fault line;
	struct emulator_change change;
	enum emulator_disruption disruption;
	enum emulator_phase phase;
	int64_t disruption_ms;
	bool mute;			/* a reset without RDY and its like */
};

/* Nothing goes wrong. */
extern const struct emulator_fault emulator_script_no_fault;

enum emulator_event {
	EMULATOR_EVENT_COMMAND,		/* a command line is about to be executed */
	EMULATOR_EVENT_PUT,		/* a whole mail is about to be sent */
	EMULATOR_EVENT_DATA,		/* so many octets of content have come */
	EMULATOR_EVENT_TIME,		/* so long after the start */
	EMULATOR_EVENT_OCTET,		/* an octet passes the line */
};

enum emulator_side {
	EMULATOR_SIDE_HOST,
	EMULATOR_SIDE_MODULE,
};

struct emulator_rule {
	size_t line;			/* in the file, for the log */
	enum emulator_event event;
	char *prefix;			/* COMMAND: how the line begins */
	char *has;			/* what the line holds; NULL: anything */
	char *recipient;		/* PUT: a pattern that one address matches */
	enum emulator_side from;	/* OCTET: who says it */
	int64_t at;			/* DATA, OCTET: octets; TIME: milliseconds */
	int64_t every;			/* OCTET, TIME: and again after so many; 0: no */
	unsigned nth;			/* first occurrence that counts, from 1 */
	unsigned times;			/* for how many; 0: for ever */
	double chance;			/* that it is in force then: 0 to 1 */
	unsigned seen;
	struct emulator_fault fault;
};

/* The command is answered with an error in place of being executed. */
bool emulator_script_refuses(const struct emulator_fault *fault);

struct emulator_script {
	struct emulator_rule *rules;
	size_t count;
	uint64_t seed;			/* of what is left to chance */
};

struct emulator_happening {
	enum emulator_event event;
	struct span line;		/* the command, or the one that began data mode */
	const struct emulator_draft *draft;	/* PUT */
	size_t octets;			/* DATA */
	enum emulator_side from;	/* OCTET */
	int64_t place, place_since;	/* OCTET: which one it is, from 1: ever, since `line` */
};

/* Reads a script. False: `why` says which line is wrong and how; the script is
 * empty then. */
bool emulator_script_parse(struct emulator_script *script, struct span text, struct buf *why);
void emulator_script_clear(struct emulator_script *script);
void emulator_script_clear_rule(struct emulator_rule *rule);

/* Counts the happening in every rule that it matches, and answers with the
 * first rule that is in force for it, or NULL. */
const struct emulator_rule *emulator_script_ask(struct emulator_script *script,
						const struct emulator_happening *happening);

/* The same for one rule, whose time has come. */
bool emulator_script_strike(const struct emulator_script *script, struct emulator_rule *rule);

/* Whether some rule is for octets of this side. */
bool emulator_script_watches(const struct emulator_script *script, enum emulator_side side);

/* The next count of octets after `octets` that some rule waits for; 0: none. */
size_t emulator_script_mark(const struct emulator_script *script, struct span line,
			    size_t octets);

#endif
