/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix and test_fault_life: what can go wrong while a module
 * answers a command, as rows of a table. A row is a deed and the parts of an
 * answer at which it may be done; each part makes a fault of its own. */
#ifndef TESTS_UNIT_FAULT_LIST_H
#define TESTS_UNIT_FAULT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at/at_script.h"
#include "rows.h"

/* A file for the store: no escape ends it, OK comes behind the result, and the
 * module gives it up when nothing comes for a while (modem.md, 7). */
static inline bool fault_is_for_store(const struct at_step *step)
{
	return step->data && step->has_checksum;
}

/* The parts of an answer, each named by what comes next. */
enum fault_part {
	FAULT_TAKEN,	/* the module has taken the command and said nothing yet */
	FAULT_INFO,	/* the first line that was asked for */
	FAULT_OK,
	FAULT_CONNECT,
	FAULT_DATA,	/* half of the data is there */
	FAULT_RESULT,
	FAULT_END,	/* all was said */
	FAULT_HELD,	/* the step is held: nothing was sent yet */
	FAULT_PARTS,
};

#define FAULT_AT(part) (1u << (part))
#define FAULT_ANYWHERE (FAULT_AT(FAULT_PARTS) - 1)
#define FAULT_IN_ANSWER (FAULT_ANYWHERE & ~FAULT_AT(FAULT_END) & ~FAULT_AT(FAULT_HELD))

enum fault_deed {
	FAULT_NONE,
	FAULT_MANNER,		/* the whole run is spoken in another manner */
	FAULT_ASIDE,		/* `text` is said before the part; nothing else changes */
	FAULT_INSTEAD,		/* `text` is said for the part and nothing behind it */
	FAULT_ANSWERED_SO,	/* the result is this one */
	FAULT_LOSE,		/* the part is not said, what is behind it is */
	FAULT_TWICE,		/* the part is said again, `ms` later */
	FAULT_TWICE_WHOLE,	/* all of the answer is said again, `ms` later */
	FAULT_LATE,		/* `ms` after its limit; the module does nothing else until then */
	FAULT_STRAY,		/* the same, but it answers other commands meanwhile */
	FAULT_SLOW,		/* late, and so is every answer for a minute, by `ms` */
	FAULT_SILENT,		/* the rest of the answer never comes */
	FAULT_DEAD,		/* the module says nothing any more */
	FAULT_TRICKLE,		/* instead of the rest `text` comes every `ms` */
	FAULT_RESET,		/* the module starts anew and says `text`; NULL: without a word */
	FAULT_DOWN,		/* it says `text` and is dead */
	FAULT_LOST,		/* the line hangs up */
	FAULT_CANCEL,
	FAULT_STALL,		/* the line takes no more octets */
	FAULT_LENGTH,		/* the result is a length that is `ms` too long */
	FAULT_DROP,		/* some octets of the data are lost on the way */
	FAULT_SUM,		/* the checksum is another one */
	FAULT_DEAF,		/* the first escape is not understood */
	FAULT_LEAVES,		/* the module ends the data by itself, too early */
	FAULT_ONE_MORE,		/* lines read back: one more, ... */
	FAULT_ONE_LESS,
	FAULT_ONE_OTHER,
	FAULT_SWAP,		/* the result before OK */
};

/* What is right when it happens is told in fault_allowed.h. */
struct fault_row {
	const char *words;
	enum fault_deed deed;
	unsigned parts;
	const char *text;
	int64_t ms;
	size_t length;		/* of the text, where it holds NULs */
};

struct fault {
	const struct fault_row *row;
	enum fault_part part;
};

#define FAULT_BOOT "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n"

/* Kinds of unsolicited lines: modem.md, section 2. */
#define FAULT_URC(text) "\r\n" text "\r\n"
#define FAULT_LINES(part_set) FAULT_AT(FAULT_OK) | FAULT_AT(FAULT_RESULT) | (part_set)

static const char fault_nuls[] = "\0\0\0\0\r\n\0\0\r\n";

static const struct fault_row fault_rows[] = {
	{ "all is well", FAULT_NONE, FAULT_AT(FAULT_TAKEN), NULL, 0, 0 },

	{ "ERROR", FAULT_INSTEAD, FAULT_LINES(FAULT_AT(FAULT_CONNECT)), FAULT_URC("ERROR"), 0, 0 },
	{ "+CME ERROR: 100", FAULT_INSTEAD, FAULT_LINES(FAULT_AT(FAULT_CONNECT)),
	  FAULT_URC("+CME ERROR: 100"), 0, 0 },
	{ "+CME ERROR: 10", FAULT_INSTEAD, FAULT_AT(FAULT_OK), FAULT_URC("+CME ERROR: 10"), 0, 0 },
	{ "+CME ERROR as text", FAULT_INSTEAD, FAULT_LINES(FAULT_AT(FAULT_CONNECT)),
	  FAULT_URC("+CME ERROR: operation not allowed"), 0, 0 },
	{ "+CMS ERROR: 500", FAULT_INSTEAD, FAULT_AT(FAULT_OK), FAULT_URC("+CMS ERROR: 500"), 0, 0 },

	{ "-1", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-1", 0, 0 },
	{ "-3", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-3", 0, 0 },
	{ "-5", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-5", 0, 0 },
	{ "-9", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-9", 0, 0 },
	{ "-15", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-15", 0, 0 },
	{ "-451", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-451", 0, 0 },
	{ "-550", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-550", 0, 0 },
	{ "-554 with a text", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-554,\"no\"", 0, 0 },
	{ "-599", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "-599", 0, 0 },
	{ "-99999999999999999999", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT),
	  "-99999999999999999999", 0, 0 },
	{ "the LTE dialect's 654,0", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "654,0", 0, 0 },
	{ "the LTE dialect's 0,0", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "0,0", 0, 0 },
	{ "nothing", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "", 0, 0 },
	{ "a word for a number", FAULT_ANSWERED_SO, FAULT_AT(FAULT_RESULT), "fine", 0, 0 },

	{ "lost", FAULT_LOSE, FAULT_LINES(FAULT_AT(FAULT_INFO) | FAULT_AT(FAULT_CONNECT)), NULL, 0, 0 },
	{ "silence", FAULT_SILENT, FAULT_IN_ANSWER, NULL, 0, 0 },
	{ "a module that died", FAULT_DEAD, FAULT_ANYWHERE, NULL, 0, 0 },
	{ "an octet now and then", FAULT_TRICKLE, FAULT_LINES(FAULT_AT(FAULT_TAKEN)), "x", 700, 0 },
	{ "RING without end", FAULT_TRICKLE, FAULT_LINES(FAULT_AT(FAULT_TAKEN)),
	  FAULT_URC("RING"), 900, 0 },
	{ "NULs without end", FAULT_TRICKLE, FAULT_AT(FAULT_OK), fault_nuls, 450,
	  sizeof(fault_nuls) - 1 },
	{ "signal reports without end", FAULT_TRICKLE, FAULT_LINES(FAULT_AT(FAULT_TAKEN)),
	  FAULT_URC("+CSQN: 20,0"), 300, 0 },

	{ "a little late", FAULT_LATE, FAULT_LINES(FAULT_AT(FAULT_INFO) | FAULT_AT(FAULT_CONNECT)),
	  NULL, 100, 0 },
	{ "late by seconds", FAULT_LATE, FAULT_LINES(FAULT_AT(FAULT_TAKEN) | FAULT_AT(FAULT_CONNECT)),
	  NULL, 3300, 0 },
	{ "late by minutes", FAULT_LATE, FAULT_LINES(FAULT_AT(FAULT_TAKEN) | FAULT_AT(FAULT_CONNECT)),
	  NULL, 100000, 0 },
	{ "a little late, others in time", FAULT_STRAY, FAULT_AT(FAULT_RESULT), NULL, 150, 0 },
	{ "late by a second, others in time", FAULT_STRAY, FAULT_AT(FAULT_RESULT), NULL, 1000, 0 },
	{ "late by half a minute, others in time", FAULT_STRAY, FAULT_AT(FAULT_RESULT),
	  NULL, 30000, 0 },

	{ "late, and a second for each answer behind it", FAULT_SLOW,
	  FAULT_LINES(FAULT_AT(FAULT_TAKEN)), NULL, 1100, 0 },
	{ "late, and seconds for each answer behind it", FAULT_SLOW,
	  FAULT_LINES(FAULT_AT(FAULT_TAKEN)), NULL, 2600, 0 },
	{ "late, and many seconds for each answer behind it", FAULT_SLOW,
	  FAULT_LINES(FAULT_AT(FAULT_TAKEN)), NULL, 4700, 0 },

	{ "twice", FAULT_TWICE,
	  FAULT_LINES(FAULT_AT(FAULT_INFO) | FAULT_AT(FAULT_CONNECT)), NULL, 0, 0 },
	{ "again soon", FAULT_TWICE,
	  FAULT_LINES(FAULT_AT(FAULT_INFO) | FAULT_AT(FAULT_CONNECT)), NULL, 4, 0 },
	{ "again later", FAULT_TWICE, FAULT_LINES(FAULT_AT(FAULT_CONNECT)), NULL, 60, 0 },
	{ "the whole answer twice", FAULT_TWICE_WHOLE, FAULT_AT(FAULT_END), NULL, 0, 0 },
	{ "the whole answer again later", FAULT_TWICE_WHOLE, FAULT_AT(FAULT_END), NULL, 45, 0 },

	{ "RING", FAULT_ASIDE, FAULT_ANYWHERE, FAULT_URC("RING"), 0, 0 },
	{ "a short message", FAULT_ASIDE, FAULT_ANYWHERE, FAULT_URC("+CMTI: \"SM\",3"), 0, 0 },
	{ "registration", FAULT_ASIDE, FAULT_ANYWHERE, FAULT_URC("+CGREG: 2"), 0, 0 },
	{ "NO CARRIER", FAULT_ASIDE, FAULT_ANYWHERE, FAULT_URC("NO CARRIER"), 0, 0 },
	{ "+PDP DEACT", FAULT_ASIDE, FAULT_ANYWHERE, FAULT_URC("+PDP DEACT"), 0, 0 },
	{ "UNDER_VOLTAGE WARNING", FAULT_ASIDE, FAULT_ANYWHERE, FAULT_URC("UNDER_VOLTAGE WARNING"), 0, 0 },
	{ "another command's result", FAULT_ASIDE, FAULT_ANYWHERE, FAULT_URC("+QFTPPUT:0"), 0, 0 },
	{ "garbage", FAULT_ASIDE, FAULT_ANYWHERE, "\xff\x80~{;\x11\x7f", 0, 0 },
	{ "NULs", FAULT_ASIDE, FAULT_ANYWHERE, fault_nuls, 0, sizeof(fault_nuls) - 1 },
	{ "a line without end", FAULT_ASIDE, FAULT_ANYWHERE, NULL, 0, 10240 },

	{ "a start", FAULT_RESET, FAULT_ANYWHERE, FAULT_BOOT, 0, 0 },
	{ "a start that says RDY", FAULT_RESET, FAULT_ANYWHERE, FAULT_URC("RDY"), 0, 0 },
	{ "a start that says Call Ready", FAULT_RESET, FAULT_ANYWHERE, FAULT_URC("Call Ready"), 0, 0 },
	{ "a start without a word", FAULT_RESET, FAULT_ANYWHERE, NULL, 0, 0 },
	{ "NORMAL POWER DOWN", FAULT_DOWN, FAULT_ANYWHERE, FAULT_URC("NORMAL POWER DOWN"), 0, 0 },
	{ "UNDER_VOLTAGE POWER DOWN", FAULT_DOWN, FAULT_ANYWHERE,
	  FAULT_URC("UNDER_VOLTAGE POWER DOWN"), 0, 0 },

	{ "hang-up", FAULT_LOST, FAULT_ANYWHERE, NULL, 0, 0 },
	{ "cancel", FAULT_CANCEL, FAULT_ANYWHERE, NULL, 0, 0 },
	{ "a line that takes nothing", FAULT_STALL, FAULT_AT(FAULT_TAKEN) | FAULT_AT(FAULT_DATA),
	  NULL, 0, 0 },

	{ "a length one too long", FAULT_LENGTH, FAULT_AT(FAULT_RESULT), NULL, 1, 0 },
	{ "a length one too short", FAULT_LENGTH, FAULT_AT(FAULT_RESULT), NULL, -1, 0 },
	{ "octets lost", FAULT_DROP, FAULT_AT(FAULT_DATA), NULL, 0, 0 },
	{ "another checksum", FAULT_SUM, FAULT_AT(FAULT_RESULT), NULL, 0, 0 },
	{ "an escape that is not heard", FAULT_DEAF, FAULT_AT(FAULT_DATA), NULL, 0, 0 },
	{ "the module leaves", FAULT_LEAVES, FAULT_AT(FAULT_DATA), "-9", 0, 0 },
	{ "one line more", FAULT_ONE_MORE, FAULT_AT(FAULT_INFO), NULL, 0, 0 },
	{ "one line less", FAULT_ONE_LESS, FAULT_AT(FAULT_INFO), NULL, 0, 0 },
	{ "one line changed", FAULT_ONE_OTHER, FAULT_AT(FAULT_INFO), NULL, 0, 0 },

	{ "OK behind", FAULT_SWAP, FAULT_AT(FAULT_RESULT), NULL, 0, 0 },
	{ "lines ended by CR", FAULT_MANNER, FAULT_AT(FAULT_TAKEN), "\r%s\r", 0, 0 },
	{ "lines ended by LF", FAULT_MANNER, FAULT_AT(FAULT_TAKEN), "%s\n", 0, 0 },
	{ "many empty lines", FAULT_MANNER, FAULT_AT(FAULT_TAKEN), "\r\n\r\n%s\r\r\n\r\n", 0, 0 },
	{ "no blank behind the colon", FAULT_MANNER, FAULT_AT(FAULT_TAKEN), "\r\n%s\r\n", 1, 0 },
	{ "two blanks behind the colon", FAULT_MANNER, FAULT_AT(FAULT_TAKEN), "\r\n%s\r\n", 2, 0 },
	{ "echo", FAULT_MANNER, FAULT_AT(FAULT_TAKEN), "\r\n%s\r\n", 3, 0 },
};

#define FAULT_ROWS (sizeof(fault_rows) / sizeof(fault_rows[0]))

/* How the name of a case goes on behind the row's words: where it is done. */
static inline const char *fault_place(const struct fault *fault)
{
	static const char *const before[FAULT_PARTS] = {
		" before any answer", " before the first line", " before OK", " before CONNECT",
		" in the data", " before the result", " after the answer", " while it is held",
	};
	static const char *const of[FAULT_PARTS] = {
		": the answer", ": the first line", ": OK", ": CONNECT", ": the data",
		": the result", ": the answer", "",
	};
	const struct fault_row *row = fault->row;

	switch (row->deed) {
	case FAULT_LOSE:
	case FAULT_TWICE:
	case FAULT_LATE:
	case FAULT_SLOW:
	case FAULT_STRAY:
		return of[fault->part];
	case FAULT_INSTEAD:
		return fault->part == FAULT_OK ? " instead of OK" :
			fault->part == FAULT_CONNECT ? " instead of CONNECT" :
			" instead of the result";
	case FAULT_ASIDE:
	case FAULT_SILENT:
	case FAULT_DEAD:
	case FAULT_TRICKLE:
	case FAULT_RESET:
	case FAULT_DOWN:
	case FAULT_LOST:
	case FAULT_CANCEL:
	case FAULT_STALL:
		return before[fault->part];
	case FAULT_SWAP:
		return " the result";
	case FAULT_ANSWERED_SO:
		return " as the result";
	case FAULT_NONE:
	case FAULT_MANNER:
	case FAULT_TWICE_WHOLE:
	case FAULT_LENGTH:
	case FAULT_DROP:
	case FAULT_SUM:
	case FAULT_DEAF:
	case FAULT_LEAVES:
	case FAULT_ONE_MORE:
	case FAULT_ONE_LESS:
	case FAULT_ONE_OTHER:
		break;
	}
	return "";
}

#endif
