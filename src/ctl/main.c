/* SPDX-License-Identifier: ISC */
/* gsmtpctl(8): finds the command in a table, asks, shows the answer. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "ctl/ctl_client.h"
#include "ctl/ctl_show.h"
#include "ctl/preview.h"
#include "mail/transaction.h"

#define OUTPUT_MAX (256 * 1024 * 1024)
#define NOW_MAX_S INT64_C(4102444800)	/* the year 2100 */
#define DEFAULT_SOCKET "/run/gsmtpd/control.sock"

struct options {
	struct ctl_client client;
	const char *conf_file;		/* NULL: the daemon's default */
	bool json, all;
	bool for_preview;		/* an option was given that only preview has */
	struct preview_options preview;
};

/* Asks the daemon by method and path, or runs here. */
struct command {
	const char *form;		/* its words; in capitals: any; in brackets: or none */
	const char *method, *path;	/* "%s": the word in capitals */
	void (*show)(json_t *answer, int64_t now_s, struct buf *out);
	const char *help;
	int (*run)(struct options *options, const char *word);
};

static int run_check(struct options *options, const char *word);
static int run_preview(struct options *options, const char *word);

static const struct command commands[] = {
	{ "status", "GET", "/v1/status", ctl_show_status,
	  "the daemon, the queue in numbers, the modems", NULL },
	{ "queue", "GET", "/v1/queue", ctl_show_queue, "every mail that is not delivered, and why",
	  NULL },
	{ "show ID", "GET", "/v1/queue/%s", ctl_show_entry, "one of them with all its recipients", NULL },
	{ "retry ID", "POST", "/v1/queue/%s/retry", ctl_show_retry, "try it now", NULL },
	{ "retry --all", "POST", "/v1/queue/retry", ctl_show_retry, "try all that wait now", NULL },
	{ "modems", "GET", "/v1/modems", ctl_show_modems, "the modems in detail", NULL },
	{ "modem NAME reset", "POST", "/v1/modems/%s/reset", ctl_show_reset, "reset a modem", NULL },
	{ "reload", "POST", "/v1/reload", ctl_show_reload, "read the configuration again", NULL },
	{ "check", NULL, NULL, NULL, "check the configuration; the daemon need not run", run_check },
	{ "preview [FILE]", NULL, NULL, NULL, "what would be sent for a mail; nothing is queued",
	  run_preview },
};
static const size_t command_count = sizeof(commands) / sizeof(commands[0]);

static void print_help(void)
{
	printf("usage: gsmtpctl [-s SOCKET] [-c FILE] [--json] COMMAND\n\n");
	for (size_t i = 0; i < command_count; i++)
		printf("  %-18s %s\n", commands[i].form, commands[i].help);
	printf("\n  -s SOCKET   the daemon's control socket, PATH or unix:PATH\n"
	       "              (%s)\n"
	       "  -c FILE     the configuration, for check and preview\n"
	       "  --json      the same for programs\n"
	       "  --version, --help\n"
	       "\nand for preview (of standard input when there is no FILE):\n"
	       "  --to ADDRESS           for whom, instead of those of the header; may be repeated\n"
	       "  --from ADDRESS         the sender, instead of that of the header\n"
	       "  --id ID, --now TIME    what the mail tells of itself; TIME in Unix seconds\n"
	       "  --attachments-max N    octets of attachments that the module takes at once\n"
	       "  --compose FILE         the gsmtpd-compose to run\n", DEFAULT_SOCKET);
}

static bool is_any(struct span word)
{
	return word.length > 0 && word.at[0] >= 'A' && word.at[0] <= 'Z';
}

static bool is_optional(struct span word)
{
	return word.length > 0 && word.at[0] == '[';
}

/* Whether the words given are the command's; *name is the one in capitals. */
static bool matches(const struct command *command, char **words, bool all, const char **name)
{
	struct span form = span_of(command->form), word;

	*name = "";
	while (span_word(&form, &word)) {
		if (span_is(word, "--all")) {
			if (!all)
				return false;
			continue;
		}
		if (is_optional(word) && *words == NULL)
			continue;
		if (is_optional(word)) {
			*name = *words++;
			continue;
		}
		if (*words == NULL || (!is_any(word) && !span_is(word, *words)))
			return false;
		if (is_any(word))
			*name = *words;
		words++;
	}
	return *words == NULL && all == (strstr(command->form, "--all") != NULL);
}

/* A name stands in a path: only what a queue id or a modem's title can hold. */
static bool is_name(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789._-")] == '\0' && strlen(name) < 64;
}

/* The daemon that was installed, or built, beside this program; else that of
 * $PATH. */
static int run_check(struct options *options, const char *word)
{
	const char *flag = options->conf_file ? "-c" : NULL;
	char self[PATH_MAX], path[PATH_MAX + 8];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)word;
	if (length > 0) {
		self[length] = '\0';
		snprintf(path, sizeof(path), "%s/gsmtpd", dirname(self));
		execl(path, "gsmtpd", "--check", flag, options->conf_file, (char *)NULL);
	}
	execlp("gsmtpd", "gsmtpd", "--check", flag, options->conf_file, (char *)NULL);
	fprintf(stderr, "gsmtpctl: gsmtpd: %s\n", strerror(errno));
	return EX_UNAVAILABLE;
}

static int print(const char *text)
{
	fputs(text, stdout);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	fprintf(stderr, "gsmtpctl: the output cannot be written: %s\n", strerror(errno));
	return EX_IOERR;
}

static int run_preview(struct options *options, const char *word)
{
	struct preview_options *preview = &options->preview;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	int status;

	preview->file = word[0] ? word : "-";
	preview->configuration = options->conf_file ? options->conf_file : CONFIGURATION_PATH;
	preview->json = options->json;
	status = preview_run(preview, &out);
	if (status == 0)
		status = print(buf_string(&out));
	buf_clear(&out);
	return status;
}

static int show(const struct options *options, const struct command *command,
		const struct ctl_answer *answer)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	int result;

	if (options->json)
		buf_text(&out, answer->text);
	else
		command->show(answer->json, time(NULL), &out);
	result = print(buf_string(&out));
	buf_clear(&out);
	return result;
}

static int run(struct options *options, const struct command *command, const char *name)
{
	struct ctl_answer answer;
	struct buf path = BUF_INIT(256);
	struct span form = span_of(command->path ? command->path : "");
	size_t place = span_find(form, span_of("%s"));
	int result;

	if (options->for_preview && command->run != run_preview) {
		fprintf(stderr, "gsmtpctl: that option is for preview; see gsmtpctl --help\n");
		return EX_USAGE;
	}
	if (command->run)
		return command->run(options, name);
	if (!is_name(name)) {
		fprintf(stderr, "gsmtpctl: that is no name: allowed are letters, digits, '.', '_' "
			"and '-'\n");
		return EX_USAGE;
	}
	buf_put(&path, span_take(form, place));
	if (place < form.length) {
		buf_text(&path, name);
		buf_put(&path, span_skip(form, place + 2));
	}
	result = ctl_client_ask(&options->client, command->method, buf_string(&path), &answer);
	buf_clear(&path);
	if (result == 0) {
		result = show(options, command, &answer);
		ctl_client_clear(&answer);
	}
	return result;
}

static int find_and_run(struct options *options, char **words)
{
	const char *name;

	if (words[0] == NULL) {
		fprintf(stderr, "gsmtpctl: which command? See gsmtpctl --help\n");
		return EX_USAGE;
	}
	for (size_t i = 0; i < command_count; i++)
		if (matches(&commands[i], words, options->all, &name))
			return run(options, &commands[i], name);
	for (size_t i = 0; i < command_count; i++) {
		struct span form = span_of(commands[i].form), word;

		if (span_word(&form, &word) && span_is(word, words[0])) {
			fprintf(stderr, "gsmtpctl: usage: gsmtpctl %s\n", commands[i].form);
			return EX_USAGE;
		}
	}
	fprintf(stderr, "gsmtpctl: unknown command; see gsmtpctl --help\n");
	return EX_USAGE;
}

enum {
	OPTION_JSON = 256,
	OPTION_ALL,
	OPTION_VERSION,
	OPTION_TO,
	OPTION_FROM,
	OPTION_ID,
	OPTION_NOW,
	OPTION_ATTACHMENTS_MAX,
	OPTION_COMPOSE,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "to", required_argument, NULL, OPTION_TO },
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "id", required_argument, NULL, OPTION_ID },
	{ "now", required_argument, NULL, OPTION_NOW },
	{ "attachments-max", required_argument, NULL, OPTION_ATTACHMENTS_MAX },
	{ "compose", required_argument, NULL, OPTION_COMPOSE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

static bool take_number(const char *text, int64_t min, int64_t max, int64_t *value)
{
	if (span_number(span_of(text), min, max, value))
		return true;
	fprintf(stderr, "gsmtpctl: allowed: a number of %" PRId64 " to %" PRId64 "\n", min, max);
	return false;
}

static bool take_recipient(const char *address, struct preview_options *preview)
{
	if (preview->to_count == ENVELOPE_RECIPIENTS_MAX) {
		fprintf(stderr, "gsmtpctl: allowed: --to %d times\n", ENVELOPE_RECIPIENTS_MAX);
		return false;
	}
	preview->to[preview->to_count++] = address;
	return true;
}

/* False, and told, when it is none of these. */
static bool take_preview_option(int option, const char *value, struct options *options)
{
	struct preview_options *preview = &options->preview;

	options->for_preview = true;
	switch (option) {
	case OPTION_TO:
		return take_recipient(value, preview);
	case OPTION_FROM:
		preview->sender = value;
		return true;
	case OPTION_ID:
		preview->id = value;
		return true;
	case OPTION_COMPOSE:
		preview->compose = value;
		return true;
	case OPTION_NOW:
		return take_number(value, 1, NOW_MAX_S, &preview->now_s);
	case OPTION_ATTACHMENTS_MAX:
		return take_number(value, 0, TRANSACTION_ATTACHMENTS_OCTETS_MAX,
				   &preview->attachments_max);
	}
	fprintf(stderr, "gsmtpctl: see gsmtpctl --help\n");
	return false;
}

int main(int argc, char **argv)
{
	struct options options = { .client = { DEFAULT_SOCKET },
				   .preview = { .attachments_max = -1 } };
	int option;

	while ((option = getopt_long(argc, argv, "s:c:h", long_options, NULL)) != -1) {
		switch (option) {
		case 's':
			options.client.socket_path = strncmp(optarg, "unix:", 5) == 0 ? optarg + 5 :
											optarg;
			break;
		case 'c':
			options.conf_file = optarg;
			break;
		case OPTION_JSON:
			options.json = true;
			break;
		case OPTION_ALL:
			options.all = true;
			break;
		case 'h':
			print_help();
			return 0;
		case OPTION_VERSION:
			printf("gsmtpctl %s\n", PACKAGE_VERSION);
			return 0;
		default:
			if (!take_preview_option(option, optarg, &options))
				return EX_USAGE;
		}
	}
	return find_and_run(&options, argv + optind);
}
