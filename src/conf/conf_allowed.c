/* SPDX-License-Identifier: ISC */
#include "conf/conf_allowed.h"

#include <inttypes.h>

struct unit {
	const char *name;
	int64_t factor;
};

/* Largest first; the last divides everything. */
static const struct unit durations[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};
static const struct unit sizes[] = {
	{ "G", 1 << 30 }, { "M", 1 << 20 }, { "K", 1 << 10 }, { "", 1 },
};

/* In the largest unit that leaves nothing over, as one would write it. */
static void format_amount(int64_t amount, const struct unit *unit, struct buf *out)
{
	if (amount == 0) {
		buf_text(out, "0");
		return;
	}
	while (amount % unit->factor != 0)
		unit++;
	buf_format(out, "%" PRId64 "%s", amount / unit->factor, unit->name);
}

static void format_range(const struct conf_option *option, const struct unit *units,
			 struct buf *out)
{
	format_amount(option->min, units, out);
	buf_text(out, " to ");
	format_amount(option->max, units, out);
}

static void format_words(const struct conf_option *option, struct buf *out)
{
	struct span rest = span_of(option->words), word;
	const char *comma = "";

	while (span_word(&rest, &word)) {
		buf_format(out, "%s%.*s", comma, SPAN_ARG(word));
		comma = ", ";
	}
}

/* Types whose phrase needs no numbers of the option. */
static const char *const phrases[CONF_TYPES] = {
	[CONF_TEXT] = "a text",
	[CONF_WIRE_TEXT] = "printable ASCII characters without '\"'",
	[CONF_PATH] = "an absolute path",
	[CONF_SECRET] = "an absolute path, or the name of a systemd credential",
	[CONF_HOST] = "a host name or a numeric address",
	[CONF_ADDRESS] = "a mail address such as gw1@example.net",
	[CONF_LISTEN_ONE] = "unix:/PATH, ADDRESS:PORT or [ADDRESS]:PORT, the address numeric",
	[CONF_LISTEN_TCP_ONE] = "ADDRESS:PORT or [ADDRESS]:PORT, the address numeric",
	[CONF_LISTENS] = "unix:/PATH, ADDRESS:PORT or [ADDRESS]:PORT, the address numeric",
	[CONF_NETWORKS] = "numeric networks such as 127.0.0.0/8 or ::1",
	[CONF_LIST] = "patterns such as *@example.net",
	[CONF_YES_NO] = "yes, no",
};

static void format_text(const struct conf_option *option, struct buf *out)
{
	buf_text(out, phrases[option->type]);
	if (option->max > 0)
		buf_format(out, ", at most %" PRId64 " octets", option->max);
	if (option->items > 0)
		buf_format(out, ", separated by blanks, at most %zu", option->items);
	if (option->min == 0 && option->type != CONF_YES_NO)
		buf_text(out, ", or nothing");
}

#define DURATION_UNITS " (units ms s m h d)"

void conf_allowed_format(const struct conf_option *option, struct buf *out)
{
	switch (option->type) {
	case CONF_ENUM:
	case CONF_WORD:
		format_words(option, out);
		return;
	case CONF_INTEGER:
		buf_format(out, "%" PRId64 " to %" PRId64, option->min, option->max);
		if (option->unit)
			buf_format(out, " %s", option->unit);
		return;
	case CONF_SIZE:
		format_range(option, sizes, out);
		buf_text(out, " (units K M G)");
		return;
	case CONF_GUARD:
		buf_text(out, "auto, none, or ");
		format_range(option, durations, out);
		buf_text(out, DURATION_UNITS);
		return;
	case CONF_DURATION:
		format_range(option, durations, out);
		buf_text(out, DURATION_UNITS);
		return;
	case CONF_DURATIONS:
		buf_format(out, "1 to %zu durations from ", option->items);
		format_range(option, durations, out);
		buf_text(out, ", separated by blanks" DURATION_UNITS);
		return;
	case CONF_TEXT:
	case CONF_WIRE_TEXT:
	case CONF_PATH:
	case CONF_SECRET:
	case CONF_HOST:
	case CONF_ADDRESS:
	case CONF_LISTEN_ONE:
	case CONF_LISTEN_TCP_ONE:
	case CONF_YES_NO:
	case CONF_LIST:
	case CONF_LISTENS:
	case CONF_NETWORKS:
	case CONF_TYPES:
		break;
	}
	format_text(option, out);
}
