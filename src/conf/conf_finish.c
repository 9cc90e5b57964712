/* SPDX-License-Identifier: ISC */
#include "conf/conf.h"

#include <stdlib.h>

#include "conf/conf_allowed.h"
#include "conf/conf_complaint.h"
#include "conf/conf_options.h"
#include "conf/conf_place.h"
#include "conf/conf_value.h"

static bool replace(char **text, const char *by)
{
	char *copy = span_dup(span_of(by));

	if (copy == NULL)
		return false;
	free(*text);
	*text = copy;
	return true;
}

/* Defaults that only are known now. */
static bool fill_in(struct conf *conf, const char *hostname)
{
	if (conf->daemon.hostname[0] == '\0' && !replace(&conf->daemon.hostname, hostname))
		return false;
	if (conf->recipients.default_domain[0] == '\0' &&
	    !replace(&conf->recipients.default_domain, conf->daemon.hostname))
		return false;
	if (conf->account_count != 1)
		return true;
	for (size_t i = 0; i < conf->modem_count; i++)
		if (conf->modems[i].account[0] == '\0' &&
		    !replace(&conf->modems[i].account, conf->accounts[0].title))
			return false;
	return true;
}

/* A titled section must say what has no default. */
static void check_given(const struct conf_section *section, void *object,
			struct buf *complaints)
{
	const struct conf_place *place = conf_place_of(section, object);
	struct buf allowed = BUF_INIT(1024);

	for (size_t i = 0; i < conf_option_count; i++) {
		const struct conf_option *option = &conf_options[i];

		if (strcmp(option->section, section->name) != 0 || option->min == 0 ||
		    !conf_value_is_empty(option, object))
			continue;
		buf_reset(&allowed);
		conf_allowed_format(option, &allowed);
		conf_complaint_add(complaints, place->file, place->line,
				   "[%s \"%s\"]: %s is missing; allowed: %s", section->name,
				   conf_place_title(object), option->key, buf_string(&allowed));
	}
	buf_clear(&allowed);
}

static void check_all_given(struct conf *conf, struct buf *complaints)
{
	for (size_t i = 0; i < conf_section_count; i++)
		for (size_t j = 0; conf_sections[i].title &&
				   j < conf_place_count(conf, &conf_sections[i]); j++)
			check_given(&conf_sections[i], conf_place_at(conf, &conf_sections[i], j),
				    complaints);
}

static void check_account(const struct conf_account *account, struct buf *complaints)
{
	const char *missing = NULL;

	if (account->auth && account->user[0] == '\0')
		missing = "user";
	else if (account->auth && account->password_file[0] == '\0')
		missing = "password-file";
	if (missing)
		conf_complaint_add(complaints, account->place.file, account->place.line,
				   "[account \"%s\"]: %s is missing; allowed: give it, or say "
				   "auth = no", account->title, missing);
}

static void format_titles(const struct conf *conf, struct buf *out)
{
	for (size_t i = 0; i < conf->account_count; i++)
		buf_format(out, "%s%s", i > 0 ? ", " : "", conf->accounts[i].title);
}

static void check_modem_account(const struct conf *conf, const struct conf_modem *modem,
				struct buf *complaints)
{
	struct buf titles = BUF_INIT(64 * CONF_TITLED_MAX + 2 * CONF_TITLED_MAX);

	format_titles(conf, &titles);
	if (conf->account_count == 0)
		conf_complaint_add(complaints, modem->place.file, modem->place.line,
				   "[modem \"%s\"]: there is no account to send from; allowed: a "
				   "section [account \"main\"]", modem->title);
	else if (modem->account[0] == '\0')
		conf_complaint_add(complaints, modem->place.file, modem->place.line,
				   "[modem \"%s\"]: account is missing, since there are several; "
				   "allowed: %s", modem->title, buf_string(&titles));
	else if (conf_find_account(conf, modem->account) == NULL)
		conf_complaint_add(complaints, modem->place.file, modem->place.line,
				   "[modem \"%s\"]: there is no account \"%s\"; allowed: %s",
				   modem->title, modem->account, buf_string(&titles));
	buf_clear(&titles);
}

/* Two daemons' worth of commands on one line would garble every mail. */
static void check_modem_device(const struct conf *conf, const struct conf_modem *modem,
			       struct buf *complaints)
{
	for (const struct conf_modem *other = conf->modems; other < modem; other++)
		if (modem->device[0] && strcmp(other->device, modem->device) == 0)
			conf_complaint_add(complaints, modem->place.file, modem->place.line,
					   "[modem \"%s\"]: device is that of [modem \"%s\"]; "
					   "allowed: another one", modem->title, other->title);
}

static void check_together(const struct conf *conf, struct buf *complaints)
{
	const struct conf_smtp *smtp = &conf->smtp;
	const struct conf_queue *queue = &conf->queue;

	if ((smtp->tls_certificate[0] == '\0') != (smtp->tls_key[0] == '\0'))
		conf_complaint_add(complaints, smtp->place.file, smtp->place.line,
				   "[smtp]: %s is missing; allowed: tls-certificate and tls-key "
				   "together, or neither",
				   smtp->tls_key[0] ? "tls-certificate" : "tls-key");
	else if (smtp->users_file[0] != '\0' && smtp->tls_certificate[0] == '\0')
		conf_complaint_add(complaints, smtp->place.file, smtp->place.line,
				   "[smtp]: users-file needs TLS, since passwords are only taken "
				   "inside it; allowed: tls-certificate and tls-key with it");
	if (queue->bounce_to == CONF_BOUNCE_POSTMASTER && queue->postmaster[0] == '\0')
		conf_complaint_add(complaints, queue->place.file, queue->place.line,
				   "[queue]: postmaster is missing; allowed: a mail address, or "
				   "another bounce-to");
}

bool conf_finish(struct conf *conf, const char *hostname, struct buf *complaints)
{
	if (!conf_place_defaults(conf) || !fill_in(conf, hostname))
		return false;
	check_all_given(conf, complaints);
	for (size_t i = 0; i < conf->account_count; i++)
		check_account(&conf->accounts[i], complaints);
	for (size_t i = 0; i < conf->modem_count; i++) {
		check_modem_account(conf, &conf->modems[i], complaints);
		check_modem_device(conf, &conf->modems[i], complaints);
	}
	check_together(conf, complaints);
	return true;
}
