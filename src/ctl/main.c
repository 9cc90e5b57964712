/* SPDX-License-Identifier: ISC */
/* gsmtpctl(8): finds the command in a table, asks, shows the answer. */
#include <errno.h>
#include <getopt.h>
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

#define OUTPUT_MAX (256 * 1024 * 1024)
#define DEFAULT_SOCKET "/run/gsmtpd/control.sock"

struct options {
	struct ctl_client client;
	const char *conf_file;		/* NULL: the daemon's default */
	bool json, all;
};

struct command {
	const char *form;		/* its words; in capitals: any */
	const char *method, *path;	/* "%s": the word in capitals */
	void (*show)(json_t *answer, int64_t now_s, struct buf *out);
	const char *help;
};

static const struct command commands[] = {
	{ "status", "GET", "/v1/status", ctl_show_status, "the daemon, the queue in numbers, the modems" },
	{ "queue", "GET", "/v1/queue", ctl_show_queue, "every mail that is not delivered, and why" },
	{ "show ID", "GET", "/v1/queue/%s", ctl_show_entry, "one of them with all its recipients" },
	{ "retry ID", "POST", "/v1/queue/%s/retry", ctl_show_retry, "try it now" },
	{ "retry --all", "POST", "/v1/queue/retry", ctl_show_retry, "try all that wait now" },
	{ "modems", "GET", "/v1/modems", ctl_show_modems, "the modems in detail" },
	{ "modem NAME reset", "POST", "/v1/modems/%s/reset", ctl_show_reset, "reset a modem" },
	{ "reload", "POST", "/v1/reload", ctl_show_reload, "read the configuration again" },
	{ "check", NULL, NULL, NULL, "check the configuration; the daemon need not run" },
};
static const size_t command_count = sizeof(commands) / sizeof(commands[0]);

static void print_help(void)
{
	printf("usage: gsmtpctl [-s SOCKET] [-c FILE] [--json] COMMAND\n\n");
	for (size_t i = 0; i < command_count; i++)
		printf("  %-18s %s\n", commands[i].form, commands[i].help);
	printf("\n  -s SOCKET   the daemon's control socket, PATH or unix:PATH\n"
	       "              (%s)\n"
	       "  -c FILE     the configuration, for check\n"
	       "  --json      what the daemon says, for programs\n"
	       "  --version, --help\n", DEFAULT_SOCKET);
}

static bool is_any(struct span word)
{
	return word.length > 0 && word.at[0] >= 'A' && word.at[0] <= 'Z';
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
static int run_check(const struct options *options)
{
	const char *flag = options->conf_file ? "-c" : NULL;
	char self[PATH_MAX], path[PATH_MAX + 8];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length > 0) {
		self[length] = '\0';
		snprintf(path, sizeof(path), "%s/gsmtpd", dirname(self));
		execl(path, "gsmtpd", "--check", flag, options->conf_file, (char *)NULL);
	}
	execlp("gsmtpd", "gsmtpd", "--check", flag, options->conf_file, (char *)NULL);
	fprintf(stderr, "gsmtpctl: gsmtpd: %s\n", strerror(errno));
	return EX_UNAVAILABLE;
}

static int print(const struct options *options, const struct command *command,
		 const struct ctl_answer *answer)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);

	if (options->json)
		buf_text(&out, answer->text);
	else
		command->show(answer->json, time(NULL), &out);
	fputs(buf_string(&out), stdout);
	buf_clear(&out);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	fprintf(stderr, "gsmtpctl: the output cannot be written: %s\n", strerror(errno));
	return EX_IOERR;
}

static int run(const struct options *options, const struct command *command, const char *name)
{
	struct ctl_answer answer;
	struct buf path = BUF_INIT(256);
	struct span form = span_of(command->path ? command->path : "");
	size_t place = span_find(form, span_of("%s"));
	int result;

	if (command->path == NULL)
		return run_check(options);
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
		result = print(options, command, &answer);
		ctl_client_clear(&answer);
	}
	return result;
}

static int find_and_run(const struct options *options, char **words)
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

enum { OPTION_JSON = 256, OPTION_ALL, OPTION_VERSION };

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "all", no_argument, NULL, OPTION_ALL },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, OPTION_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { .client = { DEFAULT_SOCKET } };
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
			fprintf(stderr, "gsmtpctl: see gsmtpctl --help\n");
			return EX_USAGE;
		}
	}
	return find_and_run(&options, argv + optind);
}
