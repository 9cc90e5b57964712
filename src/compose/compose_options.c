/* SPDX-License-Identifier: ISC */
#include "compose/compose_options.h"

#include <getopt.h>
#include <string.h>

#include "base/span.h"
#include "mail/transaction.h"

const char compose_options_help[] =
	"usage: gsmtpd-compose [OPTION...] <MESSAGE-FILE >TRANSACTIONS\n"
	"Reads one message file of gsmtpd's spool, writes the transactions that a module\n"
	"can carry. Meant to be run by gsmtpd; see docs/COMPOSE.md.\n"
	"  --id ID                 queue id to be told in the mail\n"
	"  --hostname HOST         name of this gateway\n"
	"  --now UNIXTIME          to tell how late the mail is\n"
	"  --attempt N             1 at first\n"
	"  --pending LIST          recipients by number from 0, such as 0,2-5 (all)\n"
	"  --preamble KIND         short (default), none, full\n"
	"  --html KIND             text (default), attach, both\n"
	"  --oversize WAY          attach (default), split, reject\n"
	"  --hidden WAY            bcc (default), separate\n"
	"  --original yes|no       attach the whole mail (no)\n"
	"  --attachments-max N     octets of a transaction's attachments: 0-1048576 (102400,\n"
	"                          what the line takes)\n"
	"  --degrade               no attachments, a list of them instead\n"
	"  --uncertain             mark as a possible duplicate\n";

enum option_key {
	OPTION_ID = 256,
	OPTION_HOSTNAME,
	OPTION_NOW,
	OPTION_ATTEMPT,
	OPTION_PENDING,
	OPTION_PREAMBLE,
	OPTION_HTML,
	OPTION_OVERSIZE,
	OPTION_HIDDEN,
	OPTION_ORIGINAL,
	OPTION_ATTACHMENTS_MAX,
	OPTION_DEGRADE,
	OPTION_UNCERTAIN,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct option long_options[] = {
	{ "id", required_argument, NULL, OPTION_ID },
	{ "hostname", required_argument, NULL, OPTION_HOSTNAME },
	{ "now", required_argument, NULL, OPTION_NOW },
	{ "attempt", required_argument, NULL, OPTION_ATTEMPT },
	{ "pending", required_argument, NULL, OPTION_PENDING },
	{ "preamble", required_argument, NULL, OPTION_PREAMBLE },
	{ "html", required_argument, NULL, OPTION_HTML },
	{ "oversize", required_argument, NULL, OPTION_OVERSIZE },
	{ "hidden", required_argument, NULL, OPTION_HIDDEN },
	{ "original", required_argument, NULL, OPTION_ORIGINAL },
	{ "attachments-max", required_argument, NULL, OPTION_ATTACHMENTS_MAX },
	{ "degrade", no_argument, NULL, OPTION_DEGRADE },
	{ "uncertain", no_argument, NULL, OPTION_UNCERTAIN },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

/* In the order of their enums; NULL-ended. */
static const char *const preambles[] = { "short", "none", "full", NULL };
static const char *const htmls[] = { "text", "attach", "both", NULL };
static const char *const oversizes[] = { "attach", "split", "reject", NULL };
static const char *const hiddens[] = { "bcc", "separate", NULL };
static const char *const answers[] = { "no", "yes", NULL };

/* The place of a word in its list, or -1. */
static int find_word(const char *word, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (strcmp(word, list[i]) == 0)
			return i;
	return -1;
}

/* "3" or "2-5". */
static bool parse_range(struct span text, bool *pending)
{
	int64_t first, last;
	struct span word;

	if (!span_cut(&text, '-', &word) ||
	    !span_number(word, 0, ENVELOPE_RECIPIENTS_MAX - 1, &first))
		return false;
	last = first;
	if (text.at && !span_number(text, first, ENVELOPE_RECIPIENTS_MAX - 1, &last))
		return false;
	for (int64_t i = first; i <= last; i++)
		pending[i] = true;
	return true;
}

static bool parse_pending(const char *text, bool *pending)
{
	struct span rest = span_of(text), range;

	memset(pending, 0, ENVELOPE_RECIPIENTS_MAX * sizeof *pending);
	while (span_cut(&rest, ',', &range))
		if (!parse_range(range, pending))
			return false;
	return true;
}

static const char *take_word(enum option_key key, const char *word,
			     struct compose_options *options)
{
	int at;

	if (key == OPTION_PREAMBLE) {
		at = find_word(word, preambles);
		options->preamble = (enum compose_preamble)at;
		return at >= 0 ? NULL : "--preamble is short, none or full";
	}
	if (key == OPTION_HTML) {
		at = find_word(word, htmls);
		options->html = (enum compose_html)at;
		return at >= 0 ? NULL : "--html is text, attach or both";
	}
	if (key == OPTION_OVERSIZE) {
		at = find_word(word, oversizes);
		options->oversize = (enum compose_oversize)at;
		return at >= 0 ? NULL : "--oversize is attach, split or reject";
	}
	if (key == OPTION_HIDDEN) {
		at = find_word(word, hiddens);
		options->hidden_separate = at == 1;
		return at >= 0 ? NULL : "--hidden is bcc or separate";
	}
	at = find_word(word, answers);
	options->original = at == 1;
	return at >= 0 ? NULL : "--original is yes or no";
}

static const char *take_attachments_max(const char *value, struct compose_options *options)
{
	int64_t octets;

	if (!span_number(span_of(value), 0, TRANSACTION_ATTACHMENTS_OCTETS_MAX, &octets))
		return "--attachments-max is a number of octets, 0-1048576";
	options->attachments_max = (size_t)octets;
	return NULL;
}

static const char *take_option(int key, const char *value, struct compose_options *options)
{
	switch (key) {
	case OPTION_ID:
		options->id = value;
		return NULL;
	case OPTION_HOSTNAME:
		options->hostname = value;
		return NULL;
	case OPTION_NOW:
		return span_number(span_of(value), 0, INT64_MAX / 2000, &options->now_s) ?
			       NULL : "--now is a Unix time";
	case OPTION_ATTEMPT:
		return span_number(span_of(value), 1, 1000000, &options->attempt) ?
			       NULL : "--attempt is a number from 1";
	case OPTION_PENDING:
		return parse_pending(value, options->pending) ?
			       NULL : "--pending is a list of numbers and ranges";
	case OPTION_ATTACHMENTS_MAX:
		return take_attachments_max(value, options);
	case OPTION_DEGRADE:
		options->degrade = true;
		return NULL;
	case OPTION_UNCERTAIN:
		options->uncertain = true;
		return NULL;
	case OPTION_HELP:
		options->help = true;
		return NULL;
	case OPTION_VERSION:
		options->version = true;
		return NULL;
	case '?':
	case ':':
		return "an unknown option, or one without its value";
	}
	return take_word((enum option_key)key, value, options);
}

const char *compose_options_parse(int argc, char **argv, struct compose_options *options)
{
	const char *fault = NULL;
	int key;

	*options = (struct compose_options){
		.id = "", .hostname = "", .attempt = 1,
		.attachments_max = TRANSACTION_ATTACHMENTS_LINE_OCTETS,
	};
	for (size_t i = 0; i < ENVELOPE_RECIPIENTS_MAX; i++)
		options->pending[i] = true;
	opterr = 0;
	optind = 0;
	while (fault == NULL && (key = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		fault = take_option(key, optarg, options);
	if (fault == NULL && optind < argc)
		fault = "the message is read from standard input, not from a file";
	return fault;
}
