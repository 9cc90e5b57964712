/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_options.h"

#include <getopt.h>
#include <stddef.h>

#define DELAY_MS 20
#define BOOT_MS 300
#define HOUR_MS 3600000
#define STORE_MAX (16 * 1024 * 1024)

enum kind {
	KIND_TEXT, KIND_RELAY, KIND_NUMBER, KIND_LONG, KIND_BAUD, KIND_YES_NO, KIND_GUARD, KIND_PIN,
	KIND_ICCID, KIND_FLAG,
};

#define PLACE(field) offsetof(struct emulator_options, field)
#define MILLISECONDS 0, HOUR_MS, "milliseconds are wanted"

static const struct row {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *form;	/* for the help */
	const char *text;
	int64_t min, max;	/* KIND_NUMBER, an unsigned, and KIND_LONG, an int64_t */
	const char *wanted;
} rows[] = {
	{ "link", KIND_TEXT, PLACE(link), "PATH", "make PATH a symbolic link to the tty", 0, 0, NULL },
	{ "relay", KIND_RELAY, PLACE(relay), "HOST:PORT", "deliver by SMTP to this server", 0, 0,
	  NULL },
	{ "sink", KIND_TEXT, PLACE(sink), "DIR", "write each mail to a file in DIR", 0, 0, NULL },
	{ "log", KIND_TEXT, PLACE(log), "FILE", "append what happens, one JSON object a line", 0, 0,
	  NULL },
	{ "script", KIND_TEXT, PLACE(script), "FILE", "faults on purpose", 0, 0, NULL },
	{ "seed", KIND_LONG, PLACE(module.seed), "N", "of what the script leaves to chance (1)",
	  0, INT64_MAX, "0 or a positive number is wanted" },
	{ "replay", KIND_TEXT, PLACE(replay), "FILE",
	  "play what a flight recorder has kept, in place of a module", 0, 0, NULL },
	{ "replay-speed", KIND_NUMBER, PLACE(replay_speed), "N", "so many times as fast (1)",
	  1, 1000, "1 to 1000 is wanted" },
	{ "baud", KIND_BAUD, PLACE(baud), "N", "the pace of the line; 0: as fast as it goes", 0, 0,
	  NULL },
	{ "module-baud", KIND_BAUD, PLACE(module.module_baud), "N",
	  "the module's own rate; a host at another hears garbage (0: any is heard)", 0, 0, NULL },
	{ "delay", KIND_LONG, PLACE(module.delay_ms), "MS", "until a deferred result (20)",
	  MILLISECONDS },
	{ "boot", KIND_LONG, PLACE(module.boot_ms), "MS", "from a reset to RDY (300)", MILLISECONDS },
	{ "guard", KIND_LONG, PLACE(module.guard_ms), "MS",
	  "silence needed around +++ (0: none, any +++ ends data mode)", MILLISECONDS },
	{ "guard-kind", KIND_GUARD, PLACE(module.guard_kind), "KIND",
	  "on which sides: both (the default), before or after", 0, 0, NULL },
	{ "filesz-ends", KIND_YES_NO, PLACE(module.filesz_ends), "yes|no",
	  "a given <filesz> ends the download by itself (no)", 0, 0, NULL },
	{ "store", KIND_LONG, PLACE(module.store_octets), "N",
	  "octets that the file store holds (286720)", 1, STORE_MAX, "1 to 16777216 is wanted" },
	{ "no-store", KIND_FLAG, PLACE(module.no_store), NULL, "no commands for files", 0, 0, NULL },
	{ "no-space", KIND_FLAG, PLACE(module.no_space), NULL, "say +QSMTPPUT:0", 0, 0, NULL },
	{ "pin", KIND_PIN, PLACE(module.pin), "PIN", "the SIM asks for this PIN", 0, 0, NULL },
	{ "pin-failures", KIND_NUMBER, PLACE(module.pin_failures), "N",
	  "so many wrong ones have been tried before (0)", 0, 3, "0 to 3 is wanted" },
	{ "iccid", KIND_ICCID, PLACE(module.iccid), "DIGITS", "the number of the SIM", 0, 0, NULL },
	{ "help", KIND_FLAG, PLACE(help), NULL, "this text", 0, 0, NULL },
	{ "version", KIND_FLAG, PLACE(version), NULL, "the version", 0, 0, NULL },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool is_relay(struct span text)
{
	size_t colon = text.length;
	int64_t port;

	while (colon > 0 && text.at[colon - 1] != ':')
		colon--;
	return colon > 1 && span_number(span_skip(text, colon), 1, 65535, &port);
}

static bool is_digits(struct span text, size_t min, size_t max)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.length >= min && text.length <= max;
}

static bool take_guard(struct span text, enum emulator_guard *guard)
{
	static const struct { const char *name; enum emulator_guard guard; } guards[] = {
		{ "both", EMULATOR_GUARD_BOTH }, { "before", EMULATOR_GUARD_BEFORE },
		{ "after", EMULATOR_GUARD_AFTER },
	};

	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++) {
		*guard = guards[i].guard;
		if (span_is(text, guards[i].name))
			return true;
	}
	return false;
}

/* What is wanted, when the value is not that; else NULL. */
static const char *take(const struct row *row, struct emulator_options *options, const char *value)
{
	void *place = (char *)options + row->offset;
	struct span text = span_of(value);
	int64_t number;

	switch (row->kind) {
	case KIND_RELAY:
	case KIND_TEXT:
		*(const char **)place = value;
		if (row->kind == KIND_RELAY && !is_relay(text))
			return "HOST:PORT is wanted";
		return text.length > 0 ? NULL : "a name is wanted";
	case KIND_NUMBER:
		if (!span_number(text, row->min, row->max, &number))
			return row->wanted;
		*(unsigned *)place = (unsigned)number;
		return NULL;
	case KIND_LONG:
		return span_number(text, row->min, row->max, place) ? NULL : row->wanted;
	case KIND_BAUD:
		if (!span_number(text, 0, 4000000, &number) || (number > 0 && number < 300))
			return "0 or 300 to 4000000 is wanted";
		*(unsigned *)place = (unsigned)number;
		return NULL;
	case KIND_GUARD:
		return take_guard(text, place) ? NULL : "both, before or after is wanted";
	case KIND_YES_NO:
		*(bool *)place = span_is(text, "yes");
		return span_is(text, "yes") || span_is(text, "no") ? NULL : "yes or no is wanted";
	case KIND_PIN:
		span_copy(text, place, EMULATOR_PIN_MAX + 1);
		return is_digits(text, 4, EMULATOR_PIN_MAX) ? NULL : "4 to 8 digits are wanted";
	case KIND_ICCID:
		span_copy(text, place, EMULATOR_ICCID_MAX + 1);
		return is_digits(text, 18, EMULATOR_ICCID_MAX) ? NULL
							       : "18 to 22 digits are wanted";
	case KIND_FLAG:
		*(bool *)place = true;
		return NULL;
	}
	return NULL;
}

bool emulator_options_parse(struct emulator_options *options, int count, char **arguments,
			    struct buf *why)
{
	struct option list[ROWS + 1] = { { NULL, 0, NULL, 0 } };
	int found, index = 0;

	*options = (struct emulator_options){
		.replay_speed = 1,
		.module = { .delay_ms = DELAY_MS, .boot_ms = BOOT_MS, .seed = 1 },
	};
	for (size_t i = 0; i < ROWS; i++)
		list[i] = (struct option){
			rows[i].name, rows[i].form ? required_argument : no_argument, NULL, 0,
		};
	optind = 0;	/* glibc: start anew */
	opterr = 0;
	while ((found = getopt_long(count, arguments, "+", list, &index)) != -1) {
		const char *wanted;

		if (found == '?') {
			buf_format(why, "%s: no such option, or its value is missing",
				   arguments[optind - 1]);
			return false;
		}
		wanted = take(&rows[index], options, optarg);
		if (wanted != NULL) {
			/* The value of --pin is a secret, those of the others speak for themselves. */
			buf_format(why, "--%s: %s", rows[index].name, wanted);
			return false;
		}
	}
	if (optind < count)
		buf_format(why, "%s: no arguments are taken", arguments[optind]);
	options->module.baud = options->baud;
	return optind == count;
}

void emulator_options_help(struct buf *out)
{
	buf_text(out, "usage: gsmtp-emulator [options]\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		const char *form = rows[i].form ? rows[i].form : "";
		int room = 23 - (int)strlen(rows[i].name);

		buf_format(out, "  --%s %-*s %s\n", rows[i].name, room, form, rows[i].text);
	}
}
