/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>

#include "app/check.h"
#include "app/daemon.h"
#include "io/log.h"

enum { OPTION_CHECK = 256, OPTION_VERSION, OPTION_HELP, OPTION_COMPOSE };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "compose", required_argument, NULL, OPTION_COMPOSE },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 },
};

static void print_usage(FILE *out)
{
	fputs("usage: gsmtpd [-c FILE] [--check] [--version] [--help]\n"
	      "Takes mail on a local SMTP socket, keeps it, and delivers it through a\n"
	      "Quectel modem. Runs in the foreground.\n"
	      "  -c FILE        configuration, default " CONFIGURATION_PATH "\n"
	      "  --check        read the configuration, print every mistake, exit 0 or 78\n"
	      "  --compose FILE the gsmtpd-compose to run, when it is not the installed one\n"
	      "  --version      print the version\n"
	      "  --help         print this\n"
	      "See gsmtpd(8), gsmtpd.conf(5).\n", out);
}

int main(int argc, char **argv)
{
	struct daemon_options options = { CONFIGURATION_PATH, COMPOSE_PATH };
	bool check = false;
	int option;

	while ((option = getopt_long(argc, argv, "c:", long_options, NULL)) != -1) {
		switch (option) {
		case 'c':
			options.configuration = optarg;
			break;
		case OPTION_CHECK:
			check = true;
			break;
		case OPTION_COMPOSE:
			options.compose_program = optarg;
			break;
		case OPTION_VERSION:
			puts("gsmtpd " PACKAGE_VERSION);
			return 0;
		case OPTION_HELP:
			print_usage(stdout);
			return 0;
		default:
			print_usage(stderr);
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		print_usage(stderr);
		return EX_USAGE;
	}
	if (check)
		return check_run(options.configuration);
	/* The account's password is in memory: no core. */
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	log_open("gsmtpd", LOG_LEVEL_INFO);
	return daemon_run(&options);
}
