/* SPDX-License-Identifier: ISC */
#include "app/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/dice.h"
#include "io/log.h"
#include "modem/modem_dialect.h"

/* Reads a small file whole. 0, or a negative errno. */
static int read_file(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int result = 0;

	if (fd < 0)
		return -errno;
	for (;;) {
		char piece[4096];
		ssize_t got = read(fd, piece, sizeof piece);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			result = -errno;
		if (got <= 0)
			break;
		if (!buf_put(text, span_make(piece, (size_t)got))) {
			result = -EFBIG;
			break;
		}
	}
	close(fd);
	return result;
}

static void log_complaints(const struct buf *complaints)
{
	struct span rest = buf_span(complaints), line;

	while (span_cut(&rest, '\n', &line))
		if (line.length > 0)
			log_write(LOG_CONFIGURATION, NULL, "%.*s", SPAN_ARG(line));
}

/* A missing aliases file is no error (interface.md, [recipients]). */
static bool load_aliases(struct settings *settings, struct buf *complaints)
{
	int result = alias_file_load(&settings->aliases, settings->conf.recipients.aliases,
				     complaints);

	settings->aliases_broken = result < 0 && result != -ENOENT;
	return settings->aliases.table != NULL;
}

void settings_refresh_aliases(struct settings *settings, bool quiet)
{
	const char *path = settings->conf.recipients.aliases;
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	struct alias_file fresh;
	int result;

	if (!alias_file_changed(&settings->aliases))
		return;
	result = alias_file_load(&fresh, path, &complaints);
	if (!quiet)
		log_complaints(&complaints);
	buf_clear(&complaints);
	if (result < 0) {
		alias_file_take_looks(&settings->aliases, &fresh);
		if (!quiet)
			log_write(LOG_CONFIGURATION, NULL,
				  "the aliases file %s is %s: the aliases in force stay as they were",
				  path, result == -ENOENT ? "gone" : "of no use");
		return;
	}
	alias_file_take(&settings->aliases, &fresh);
	settings->aliases_broken = false;
	if (!quiet)
		log_write(LOG_RELOADED, NULL, "aliases read anew from %s: %zu names", path,
			  alias_table_count(settings->aliases.table));
}

void settings_keep_aliases(struct settings *fresh, struct settings *old)
{
	if (!fresh->aliases_broken ||
	    strcmp(fresh->conf.recipients.aliases, old->conf.recipients.aliases) != 0)
		return;
	alias_table_swap(fresh->aliases.table, old->aliases.table);
	log_write(LOG_CONFIGURATION, NULL, "the aliases in force stay as they were");
}

/* The name that Debian gives to locally made addresses (Policy, 11.6). */
static struct span load_mailname(struct settings *settings)
{
	struct buf text = BUF_INIT(sizeof settings->mailname);

	if (read_file("/etc/mailname", &text) == 0)
		span_copy(span_trim(buf_span(&text)), settings->mailname, sizeof settings->mailname);
	buf_clear(&text);
	return span_of(settings->mailname);
}

static bool make_policy(struct settings *settings, struct buf *complaints)
{
	const struct conf *conf = &settings->conf;
	const struct conf_list *allow = &conf->recipients.allow;

	settings->allow = calloc(allow->count + 1, sizeof *settings->allow);
	if (settings->allow == NULL || !load_aliases(settings, complaints))
		return false;
	for (size_t i = 0; i < allow->count; i++)
		settings->allow[i] = span_of(allow->items[i]);
	settings->policy = (struct alias_policy){
		.table = settings->aliases.table,
		.hostname = span_of(conf->daemon.hostname),
		.mailname = load_mailname(settings),
		.default_domain = span_of(conf->recipients.default_domain),
		.allow = settings->allow,
		.allow_count = allow->count,
	};
	return true;
}

static void make_retry(struct settings *settings)
{
	const struct conf_queue *conf = &settings->conf.queue;
	struct retry_policy *retry = &settings->retry;

	while (retry->wait_count < conf->retry.count && retry->wait_count < RETRY_STEPS_MAX) {
		retry->waits_ms[retry->wait_count] = conf->retry.ms[retry->wait_count];
		retry->wait_count++;
	}
	retry->expire_ms = conf->expire_ms;
	retry->resend_uncertain = conf->uncertain == CONF_UNCERTAIN_RESEND;
}

/* Reads a secret; when it cannot be had the modem gets a problem. */
static void read_secret(struct settings_modem *modem, const char *what, const char *name,
			char *out, size_t size)
{
	char why[160];

	if (conf_file_read_secret(name, out, size, why, sizeof why) == 0 || modem->problem[0])
		return;
	snprintf(modem->problem, sizeof modem->problem, "%s of modem %s: %s", what,
		 modem->conf->title, why);
}

static void check_account(struct settings_modem *modem, const struct conf_account *account)
{
	const char *missing = account->server[0] == '\0'  ? "server" :
			      account->address[0] == '\0' ? "address" :
			      account->auth && account->user[0] == '\0' ? "user" : NULL;

	if (missing && !modem->problem[0])
		snprintf(modem->problem, sizeof modem->problem,
			 "account %s has no %s: set %s = in its section", account->title, missing,
			 missing);
}

static void make_account(struct settings_modem *modem, const struct conf_account *account)
{
	const struct conf_modem *conf = modem->conf;

	if (account->auth)
		read_secret(modem, "password", account->password_file, modem->password,
			    sizeof modem->password);
	read_secret(modem, "APN password", conf->apn_password_file, modem->apn_password,
		    sizeof modem->apn_password);
	modem->account = (struct qsmtp_account){
		.server = span_of(account->server),
		.port = (unsigned)account->port,
		.authenticate = account->auth,
		.user = span_of(account->user),
		.password = span_of(modem->password),
		.address = span_of(account->address),
		.name = span_of(account->name),
		.apn = span_of(conf->apn),
		.apn_user = span_of(conf->apn_user),
		.apn_password = span_of(modem->apn_password),
	};
	check_account(modem, account);
}

static void make_driver(struct settings_modem *modem, const struct conf_daemon *daemon)
{
	const struct conf_modem *conf = modem->conf;
	struct modem_life_options *life = &modem->driver.life;

	modem->driver = (struct modem_driver_options){
		.name = conf->title,
		.device = conf->device,
		.wire = {
			.baud = (unsigned)conf->baud,
			.hardware_flow_control = conf->flow_control == CONF_FLOW_RTSCTS,
			.keep_modem_lines = conf->modem_lines == CONF_MODEM_LINES_KEEP,
		},
		.state_folder = daemon->state,
		.reset_command = conf->reset_command,
		.trace = daemon->log_level >= CONF_LOG_DEBUG,
	};
	life->dialect = modem->plan.dialect;
	life->command_timeout_ms = conf->command_timeout_ms;
	life->register_timeout_ms = conf->register_timeout_ms;
	life->roaming = conf->roaming;
	life->hardware_flow_control = modem->driver.wire.hardware_flow_control;
	life->baud = modem->driver.wire.baud;
	life->finds_guard = conf->plus_guard_ms == CONF_PLUS_GUARD_AUTO;
	life->guard_ms = life->finds_guard ? MODEM_GUARD_SURE_MS : conf->plus_guard_ms;
	life->wants_store = conf->attachments != CONF_ATTACHMENTS_LINE;
	life->seed = dice_permille();
	read_secret(modem, "PIN", conf->pin_file, life->pin, sizeof life->pin);
}

static enum qsmtp_attachments plan_attachments(int option)
{
	if (option == CONF_ATTACHMENTS_LINE)
		return QSMTP_ATTACHMENTS_LINE;
	return option == CONF_ATTACHMENTS_STORE ? QSMTP_ATTACHMENTS_STORE : QSMTP_ATTACHMENTS_AUTO;
}

static void make_modem(struct settings_modem *modem, const struct conf_modem *conf_modem,
		       const struct conf *conf)
{
	const struct conf_account *account = conf_find_account(conf, conf_modem->account);

	modem->conf = conf_modem;
	modem->plan = (struct qsmtp_plan_options){
		.dialect = modem_dialect_find(conf_modem->dialect),
		.baud = (unsigned)conf_modem->baud,
		.command_timeout_ms = conf_modem->command_timeout_ms,
		.send_timeout_s = conf_modem->send_timeout_ms / 1000,
		.verify = conf_modem->verify,
		.attachments = plan_attachments(conf_modem->attachments),
	};
	if (conf_modem->device[0] == '\0')
		snprintf(modem->problem, sizeof modem->problem,
			 "modem %s has no device: set device = in its section", conf_modem->title);
	if (account)
		make_account(modem, account);
	make_driver(modem, &conf->daemon);
	if (modem->problem[0])
		log_write(LOG_CONFIGURATION, NULL, "modem %s is not used: %s", conf_modem->title,
			  modem->problem);
}

static bool make_modems(struct settings *settings)
{
	const struct conf *conf = &settings->conf;

	settings->modems = calloc(conf->modem_count + 1, sizeof *settings->modems);
	if (settings->modems == NULL)
		return false;
	settings->modem_count = conf->modem_count;
	for (size_t i = 0; i < conf->modem_count; i++)
		make_modem(&settings->modems[i], &conf->modems[i], conf);
	return true;
}

struct settings *settings_load(const char *path, struct buf *complaints)
{
	struct settings *settings = calloc(1, sizeof *settings);

	if (settings == NULL)
		return NULL;
	conf_init(&settings->conf);
	if (!conf_file_load(path, &settings->conf, complaints))
		goto failed;
	log_set_level((enum log_level)settings->conf.daemon.log_level);
	if (!make_policy(settings, complaints) || !make_modems(settings))
		goto failed;
	make_retry(settings);
	return settings;
failed:
	settings_free(settings);
	return NULL;
}

void settings_free(struct settings *settings)
{
	if (settings == NULL)
		return;
	for (size_t i = 0; i < settings->modem_count; i++)
		explicit_bzero(&settings->modems[i], sizeof settings->modems[i]);
	free(settings->modems);
	alias_file_clear(&settings->aliases);
	free(settings->allow);
	conf_clear(&settings->conf);
	free(settings);
}
