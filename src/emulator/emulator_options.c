/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_options.h"

#include <getopt.h>
#include <stddef.h>

#define DELAY_MS 20
#define BOOT_MS 300
#define HOUR_MS 3600000

enum kind {
	KIND_TEXT, KIND_RELAY, KIND_NUMBER, KIND_BAUD, KIND_YES_NO, KIND_PIN, KIND_FLAG,
};

#define PLACE(field) offsetof(struct emulator_options, field)

static const struct row {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *form;	/* for the help */
	const char *text;
} rows[] = {
	{ "link", KIND_TEXT, PLACE(link), "PATH", "make PATH a symbolic link to the tty" },
	{ "relay", KIND_RELAY, PLACE(relay), "HOST:PORT", "deliver by SMTP to this server" },
	{ "sink", KIND_TEXT, PLACE(sink), "DIR", "write each mail to a file in DIR" },
	{ "log", KIND_TEXT, PLACE(log), "FILE", "append what happens, one JSON object a line" },
	{ "script", KIND_TEXT, PLACE(script), "FILE", "faults on purpose" },
	{ "baud", KIND_BAUD, PLACE(baud), "N", "the pace of the line; 0: as fast as it goes" },
	{ "delay", KIND_NUMBER, PLACE(module.delay_ms), "MS", "until a deferred result (20)" },
	{ "boot", KIND_NUMBER, PLACE(module.boot_ms), "MS", "from a reset to RDY (300)" },
	{ "guard", KIND_NUMBER, PLACE(module.guard_ms), "MS",
	  "silence needed around +++ (0: none, any +++ ends data mode)" },
	{ "filesz-ends", KIND_YES_NO, PLACE(module.filesz_ends), "yes|no",
	  "a given <filesz> ends the download by itself (no)" },
	{ "no-space", KIND_FLAG, PLACE(module.no_space), NULL, "say +QSMTPPUT:0" },
	{ "pin", KIND_PIN, PLACE(module.pin), "PIN", "the SIM asks for this PIN" },
	{ "help", KIND_FLAG, PLACE(help), NULL, "this text" },
	{ "version", KIND_FLAG, PLACE(version), NULL, "the version" },
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

static bool is_pin(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.length >= 4 && text.length <= EMULATOR_PIN_MAX;
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
		return span_number(text, 0, HOUR_MS, place) ? NULL : "milliseconds are wanted";
	case KIND_BAUD:
		if (!span_number(text, 0, 4000000, &number) || (number > 0 && number < 300))
			return "0 or 300 to 4000000 is wanted";
		*(unsigned *)place = (unsigned)number;
		return NULL;
	case KIND_YES_NO:
		*(bool *)place = span_is(text, "yes");
		return span_is(text, "yes") || span_is(text, "no") ? NULL : "yes or no is wanted";
	case KIND_PIN:
		span_copy(text, place, EMULATOR_PIN_MAX + 1);
		return is_pin(text) ? NULL : "4 to 8 digits are wanted";
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
		.module = { .delay_ms = DELAY_MS, .boot_ms = BOOT_MS },
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
