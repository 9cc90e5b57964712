/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <stdbool.h>
#include <string.h>

#include "sendmail/sendmail_options.h"

#define WORDS_MAX 12

struct options_row {
	const char *name;
	const char *words[WORDS_MAX];	/* argv */
	const char *told;		/* mode, t, i, -f, -F: recipients | warnings or fault */
};

/* The calls of research into real programs, then the corners. */
static const struct options_row calls[] = {
	{ "cron", { "sendmail", "-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root" }, "0 - i (none) CronDaemon: root" },
	{ "cronie", { "sendmail", "-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-t", "-f", "root" }, "0 t i root CronDaemon:" },
	{ "vixie cron", { "sendmail", "-FCronDaemon", "-odi", "-oem", "-oi", "-t" }, "0 t i (none) CronDaemon:" },
	{ "anacron", { "sendmail", "-FAnacron", "-odi", "root" }, "0 - - (none) Anacron: root" },
	{ "at", { "sendmail", "-i", "bob" }, "0 - i (none) (none): bob" },
	{ "mdadm and sudo", { "sendmail", "-t" }, "0 t - (none) (none):" },
	{ "unattended-upgrades", { "sendmail", "-oi", "-t" }, "0 t i (none) (none):" },
	{ "fail2ban", { "sendmail", "-f", "sender", "dest" }, "0 - - sender (none): dest" },
	{ "git send-email", { "sendmail", "-i", "-f", "a@b", "c@d", "e@f" }, "0 - i a@b (none): c@d e@f" },
	{ "mailutils", { "sendmail", "-oi", "-f", "a@b", "-t" }, "0 t i a@b (none):" },
	{ "s-nail", { "sendmail", "-i", "--", "root", "-x" }, "0 - i (none) (none): root -x" },
	{ "bsd-mailx", { "sendmail", "-i", "-t" }, "0 t i (none) (none):" },
	{ "alpine", { "sendmail", "-bs", "-odb", "-oem" }, "1 - - (none) (none):" },
	{ "PHP", { "sendmail", "-t", "-i" }, "0 t i (none) (none):" },
	{ "joined flags", { "sendmail", "-ti" }, "0 t i (none) (none):" },
	{ "a flag joined with a value", { "sendmail", "-tfa@b", "c@d" }, "0 t - a@b (none): c@d" },
	{ "-r is -f", { "sendmail", "-ra@b", "c@d" }, "0 - - a@b (none): c@d" },
	{ "an empty sender", { "sendmail", "-f", "", "c@d" }, "0 - -  (none): c@d" },
	{ "values of what is ignored are no recipients",
	  { "sendmail", "-N", "never", "-V", "id", "-R", "full", "-h", "5", "-L", "tag", "c@d" }, "(never full id) 0 - - (none) (none): c@d" },
	{ "more of them", { "sendmail", "-X", "/tmp/log", "-O", "x=y", "-A", "c", "-C", "file", "c@d" }, "0 - - (none) (none): c@d" },
	{ "and glued", { "sendmail", "-Nnever", "-X/tmp/log", "-Ox=y", "-Ac", "-d0.1", "-em", "c@d" }, "(never - -) 0 - - (none) (none): c@d" },
	{ "-v, -m, -n, -G, -U", { "sendmail", "-v", "-m", "-n", "-G", "-U", "c@d" }, "0 - - (none) (none): c@d" },
	{ "-bm", { "sendmail", "-bm", "c@d" }, "0 - - (none) (none): c@d" },
	{ "-bp", { "sendmail", "-bp" }, "2 - - (none) (none):" },
	{ "-b p", { "sendmail", "-b", "p" }, "2 - - (none) (none):" },
	{ "-bi", { "sendmail", "-bi" }, "3 - - (none) (none):" },
	{ "-I", { "sendmail", "-I" }, "3 - - (none) (none):" },
	{ "-q", { "sendmail", "-q" }, "4 - - (none) (none):" },
	{ "-q with an interval", { "sendmail", "-q30m" }, "4 - - (none) (none):" },
	{ "mailq by its name", { "/usr/bin/mailq" }, "2 - - (none) (none):" },
	{ "newaliases by its name", { "newaliases" }, "3 - - (none) (none):" },
	{ "--help", { "sendmail", "--help" }, "5 - - (none) (none):" },
	{ "--version", { "sendmail", "--version" }, "6 - - (none) (none):" },
	{ "options end at the first recipient", { "sendmail", "c@d", "-t" }, "0 - - (none) (none): c@d -t" },
	{ "a lone hyphen is no option", { "sendmail", "-" }, "0 - - (none) (none): -" },
	{ "an unknown option", { "sendmail", "-Z", "-t" }, "0 t - (none) (none): | unknown option -Z ignored" },
	{ "an unknown option in a bundle", { "sendmail", "-tZi" }, "0 t - (none) (none): | unknown option -tZi ignored" },
	{ "an unknown long option", { "sendmail", "--foo", "c@d" }, "0 - - (none) (none): c@d | unknown option --foo ignored" },
	{ "several things to report", { "sendmail", "-N", "Success,DELAY", "-Rhdrs", "c@d" }, "(Success,DELAY hdrs -) 0 - - (none) (none): c@d" },
	{ "nothing to report", { "sendmail", "-N", "", "c@d" }, "0 - - (none) (none): c@d | -N ignored; give never, or success, failure, delay" },
	{ "never and something", { "sendmail", "-Nnever,delay", "c@d" }, "0 - - (none) (none): c@d | -N ignored; give never, or success, failure, delay" },
	{ "-R as Exim has it", { "sendmail", "-Rff", "c@d" }, "0 - - (none) (none): c@d | -R ignored; give full or hdrs" },
	{ "no name at all", { NULL }, "0 - - (none) (none):" },
	{ "-f without a value", { "sendmail", "-f" }, "the last option needs a value" },
	{ "-bd", { "sendmail", "-bd" }, "-bd: the daemon is gsmtpd(8)" },
	{ "-bx", { "sendmail", "-bx" }, "-b: give m (send), s (SMTP), p (list the queue) or i (read the aliases)" },
};

static void a_command_line_is_read(void **state)
{
	const struct options_row *row = *state;
	char *argv[WORDS_MAX + 1];
	struct buf warnings = BUF_INIT(1000), told = BUF_INIT(1000);
	struct sendmail_options options;
	const char *fault;

	for (size_t i = 0; i < WORDS_MAX; i++)
		argv[i] = (char *)(uintptr_t)row->words[i];
	argv[WORDS_MAX] = NULL;
	fault = sendmail_options_parse(argv, &options, &warnings);
	if (fault != NULL) {
		assert_string_equal(fault, row->told);
		return;
	}
	if (options.notify != NULL || options.returns != NULL || options.envelope_id != NULL)
		buf_format(&told, "(%s %s %s) ", options.notify ? options.notify : "-",
			   options.returns ? options.returns : "-",
			   options.envelope_id ? options.envelope_id : "-");
	buf_format(&told, "%d %c %c %s %s:", options.mode, options.recipients_in_header ? 't' : '-',
		   options.dots_are_text ? 'i' : '-', options.sender ? options.sender : "(none)",
		   options.full_name ? options.full_name : "(none)");
	for (char **recipient = options.recipients; *recipient != NULL; recipient++)
		buf_format(&told, " %s", *recipient);
	if (warnings.length > 0)
		buf_format(&told, " | %.*s", SPAN_ARG(span_trim(buf_span(&warnings))));
	assert_string_equal(buf_string(&told), row->told);
	buf_clear(&warnings);
	buf_clear(&told);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, calls, a_command_line_is_read);
	return rows_run(&rows, "the command line of sendmail");
}
