/* SPDX-License-Identifier: ISC */
#include "app/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/door.h"
#include "conf/conf.h"
#include "io/alias_file.h"
#include "io/conf_file.h"

#define WHY_SIZE 256

/* Not run by systemd, the credentials are looked for where it would take them
 * from: beside the configuration. Who may not look there learns nothing of them. */
static bool find_credentials(const char *configuration)
{
	const char *slash = strrchr(configuration, '/');
	struct buf folder = BUF_INIT(4096);
	bool open = true;

	if (getenv("CREDENTIALS_DIRECTORY") != NULL)
		return true;
	if (slash != NULL)
		buf_put(&folder, span_make(configuration, (size_t)(slash - configuration) + 1));
	buf_text(&folder, "credentials");
	if (access(buf_string(&folder), R_OK | X_OK) < 0 && errno == EACCES)
		open = false;
	else
		setenv("CREDENTIALS_DIRECTORY", buf_string(&folder), 1);
	buf_clear(&folder);
	return open;
}

/* A secret that a file of its own holds. */
static void check_secret(const struct conf_place *place, const char *section, const char *title,
			 const char *key, const char *name)
{
	char secret[CONF_SECRET_MAX], why[WHY_SIZE];

	if (name[0] == '\0')
		return;
	if (conf_file_read_secret(name, secret, sizeof(secret), why, sizeof(why)) < 0)
		fprintf(stderr, "%s:%u: warning: [%s \"%s\"]: %s: %s\n", place->file, place->line,
			section, title, key, why);
	explicit_bzero(secret, sizeof(secret));
}

static void check_secrets(const struct conf *conf)
{
	for (size_t i = 0; i < conf->account_count; i++) {
		const struct conf_account *account = &conf->accounts[i];

		if (account->auth)
			check_secret(&account->place, "account", account->title, "password-file",
				     account->password_file);
	}
	for (size_t i = 0; i < conf->modem_count; i++) {
		const struct conf_modem *modem = &conf->modems[i];

		check_secret(&modem->place, "modem", modem->title, "pin-file", modem->pin_file);
		check_secret(&modem->place, "modem", modem->title, "apn-password-file",
			     modem->apn_password_file);
	}
}

/* "FILE:LINE: what" as "FILE:LINE: warning: what". */
static void print_warnings(const struct buf *lines)
{
	struct span rest, line;

	for (rest = buf_span(lines); rest.length > 0 && span_cut(&rest, '\n', &line);) {
		size_t place = span_find(line, span_of(": "));

		if (line.length > 0)
			fprintf(stderr, "%.*s: warning%.*s\n", SPAN_ARG(span_take(line, place)),
				SPAN_ARG(span_skip(line, place)));
	}
}

static void check_aliases(const struct conf *conf)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	struct alias_file aliases;

	alias_file_load(&aliases, conf->recipients.aliases, &complaints);
	print_warnings(&complaints);
	alias_file_clear(&aliases);
	buf_clear(&complaints);
}

/* The files of the SMTP server, as a start would read them. */
static bool check_door(const struct conf *conf)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	struct buf warnings = BUF_INIT(CONF_COMPLAINTS_MAX);
	struct door door = { 0 };
	bool good = door_load(&door, &conf->smtp, true, &complaints, &warnings);

	fputs(buf_string(&complaints), stderr);
	print_warnings(&warnings);
	door_close(&door);
	buf_clear(&complaints);
	buf_clear(&warnings);
	return good;
}

int check_run(const char *configuration)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	struct conf conf;
	bool good;

	conf_init(&conf);
	good = conf_file_load(configuration, &conf, &complaints);
	fputs(buf_string(&complaints), stderr);
	if (good) {
		if (find_credentials(configuration)) {
			check_secrets(&conf);
			good = check_door(&conf);
		}
		check_aliases(&conf);
	}
	if (good) {
		printf("%s: no mistake found\n", configuration);
	}
	conf_clear(&conf);
	buf_clear(&complaints);
	return good ? 0 : EX_CONFIG;
}
