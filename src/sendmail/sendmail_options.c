/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_options.h"

#include <string.h>

/* Options by what follows the letter; the union of sendmail 8, Postfix, Exim
 * and the LSB. */
#define FLAGS "EGImntUvxi"		 /* nothing: they may be joined, as in -ti */
#define WITH_VALUE "ABbCDeFfhLMNOopRrVX" /* a value, glued or the next word */
#define MAYBE_VALUE "dq"		 /* a value only when it is glued */

static const char *file_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "";
}

static const char *set_mode(struct sendmail_options *options, const char *value)
{
	switch (value[0]) {
	case 'm':
		options->mode = SENDMAIL_SEND;
		return NULL;
	case 's':
		options->mode = SENDMAIL_SMTP;
		return NULL;
	case 'p':
		options->mode = SENDMAIL_LIST;
		return NULL;
	case 'i':
		options->mode = SENDMAIL_RELOAD;
		return NULL;
	case 'd':
	case 'D':
		return "-bd: the daemon is gsmtpd(8)";
	default:
		return "-b: give m (send), s (SMTP), p (list the queue) or i (read the aliases)";
	}
}

static bool is_notify(const char *value)
{
	struct span rest = span_of(value), word;

	if (span_is_nocase(rest, "never"))
		return true;
	/* Each once, at most. */
	if (rest.length > strlen("success,failure,delay"))
		return false;
	while (span_cut(&rest, ',', &word))
		if (!span_is_nocase(word, "success") && !span_is_nocase(word, "failure") &&
		    !span_is_nocase(word, "delay"))
			return false;
	return value[0] != '\0';
}

static bool is_envelope_id(const char *value)
{
	size_t length = 0;

	while (value[length] >= ' ' && value[length] < 0x7f)
		length++;
	return value[length] == '\0' && length > 0 && length <= 100;
}

/* To Exim -N and -R mean other things: a strange value stops no mail. */
static void set_report(struct sendmail_options *options, char letter, const char *value,
		       struct buf *warnings)
{
	struct span text = span_of(value);

	if (letter == 'N' && is_notify(value))
		options->notify = value;
	else if (letter == 'R' && (span_is_nocase(text, "full") || span_is_nocase(text, "hdrs")))
		options->returns = value;
	else if (letter == 'V' && is_envelope_id(value))
		options->envelope_id = value;
	else
		buf_format(warnings, "-%c ignored; give %s\n", letter,
			   letter == 'N'   ? "never, or success, failure, delay" :
			   letter == 'R'   ? "full or hdrs" :
					     "1 to 100 characters of ASCII");
}

static const char *set_value(struct sendmail_options *options, char letter, const char *value,
			     struct buf *warnings)
{
	if (letter == 'b')
		return set_mode(options, value);
	if (strchr("NRV", letter) != NULL)
		set_report(options, letter, value, warnings);
	if (letter == 'f' || letter == 'r')
		options->sender = value;
	else if (letter == 'F')
		options->full_name = value;
	else if (letter == 'o' && value[0] == 'i')
		options->dots_are_text = true;
	return NULL;
}

static void set_flag(struct sendmail_options *options, char letter)
{
	if (letter == 't')
		options->recipients_in_header = true;
	else if (letter == 'i')
		options->dots_are_text = true;
	else if (letter == 'I')
		options->mode = SENDMAIL_RELOAD;
	else if (letter == 'q')
		options->mode = SENDMAIL_FLUSH;
}

/* One word of the command line; *next is what follows it. */
static const char *parse_word(struct sendmail_options *options, const char *word, char ***next,
			      struct buf *warnings)
{
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		const char *value = letter + 1;

		if (strchr(FLAGS, *letter) != NULL) {
			set_flag(options, *letter);
			continue;
		}
		if (strchr(MAYBE_VALUE, *letter) != NULL) {
			set_flag(options, *letter);
			return NULL;
		}
		if (strchr(WITH_VALUE, *letter) == NULL) {
			buf_format(warnings, "unknown option %s ignored\n", word);
			return NULL;
		}
		if (*value == '\0')
			value = *(*next)++;
		if (value == NULL)
			return "the last option needs a value";
		return set_value(options, *letter, value, warnings);
	}
	return NULL;
}

static void parse_long(struct sendmail_options *options, const char *word, struct buf *warnings)
{
	if (strcmp(word, "--help") == 0)
		options->mode = SENDMAIL_HELP;
	else if (strcmp(word, "--version") == 0)
		options->mode = SENDMAIL_VERSION;
	else
		buf_format(warnings, "unknown option %s ignored\n", word);
}

const char *sendmail_options_parse(char **argv, struct sendmail_options *options,
				   struct buf *warnings)
{
	const char *name = file_name(argv[0]), *fault = NULL;
	char **next = argv[0] ? argv + 1 : argv;

	*options = (struct sendmail_options){ .mode = SENDMAIL_SEND };
	if (strcmp(name, "mailq") == 0)
		options->mode = SENDMAIL_LIST;
	else if (strcmp(name, "newaliases") == 0)
		options->mode = SENDMAIL_RELOAD;
	while (fault == NULL && *next != NULL && (*next)[0] == '-' && (*next)[1] != '\0') {
		const char *word = *next++;

		if (strcmp(word, "--") == 0)
			break;
		if (word[1] == '-')
			parse_long(options, word, warnings);
		else
			fault = parse_word(options, word, &next, warnings);
	}
	options->recipients = next;
	return fault;
}
