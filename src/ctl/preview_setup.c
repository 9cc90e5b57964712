/* SPDX-License-Identifier: ISC */
#include "ctl/preview_setup.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/preview_mail.h"
#include "io/conf_file.h"

/* Assumed where it is not known, for the costs only. */
#define BAUD 115200
#define PASSWORD_OCTETS 12
#define GUARD_MS 1200		/* sure for every module; modem.md, 6.4 */

static bool load_defaults(struct conf *conf)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	char hostname[HOST_NAME_MAX + 1] = "localhost";
	bool made;

	/* The name is not always ended when it was cut. */
	if (gethostname(hostname, sizeof hostname - 1) < 0)
		memcpy(hostname, "localhost", sizeof "localhost");
	made = conf_finish(conf, hostname, &complaints);
	buf_clear(&complaints);
	return made;
}

/* A file with mistakes is no configuration for the daemon; here what of it is good
 * is used, as a person wants to see something. */
static bool load_conf(const char *path, struct conf *conf, struct buf *remarks)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	struct span rest, line;

	conf_init(conf);
	if (access(path, R_OK) < 0) {
		buf_format(remarks, "%s cannot be read (%s): shown as by default\n", path,
			   strerror(errno));
		return load_defaults(conf);
	}
	if (!conf_file_load(path, conf, &complaints))
		buf_text(remarks, "the configuration has mistakes, gsmtpd would not take it:\n");
	rest = buf_span(&complaints);
	while (span_cut(&rest, '\n', &line))
		if (line.length > 0)
			buf_format(remarks, "%.*s\n", SPAN_ARG(line));
	buf_clear(&complaints);
	return conf->daemon.hostname != NULL;
}

/* A missing file is no error, nor are complaints about its lines any of ours. */
static bool load_aliases(struct preview_setup *setup, struct buf *remarks)
{
	const char *path = setup->conf.recipients.aliases;
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	int result = alias_file_load(&setup->aliases, path, &complaints);

	if (result < 0 && result != -ENOENT)
		buf_format(remarks, "%s cannot be used (%s): shown without aliases\n", path,
			   strerror(-result));
	buf_clear(&complaints);
	return setup->aliases.table != NULL;
}

static struct span load_mailname(struct preview_setup *setup)
{
	struct buf text = BUF_INIT(sizeof setup->mailname);

	if (preview_mail_read("/etc/mailname", &text) == 0)
		span_copy(span_trim(buf_span(&text)), setup->mailname, sizeof setup->mailname);
	buf_clear(&text);
	return span_of(setup->mailname);
}

static bool make_policy(struct preview_setup *setup, struct buf *remarks)
{
	const struct conf_recipients *recipients = &setup->conf.recipients;

	setup->allow = calloc(recipients->allow.count + 1, sizeof *setup->allow);
	if (setup->allow == NULL || !load_aliases(setup, remarks))
		return false;
	for (size_t i = 0; i < recipients->allow.count; i++)
		setup->allow[i] = span_of(recipients->allow.items[i]);
	setup->policy = (struct alias_policy){
		.table = setup->aliases.table,
		.hostname = span_of(setup->conf.daemon.hostname),
		.mailname = load_mailname(setup),
		.default_domain = span_of(recipients->default_domain),
		.allow = setup->allow,
		.allow_count = recipients->allow.count,
	};
	return true;
}

static void choose_modem(struct preview_setup *setup, struct buf *remarks)
{
	const struct conf *conf = &setup->conf;

	if (conf->modem_count > 0) {
		setup->modem = &conf->modems[0];
		setup->account = conf_find_account(conf, setup->modem->account);
	} else if (conf->account_count > 0) {
		setup->account = &conf->accounts[0];
	}
	if (setup->modem == NULL)
		buf_format(remarks, "no modem is configured: reckoned for %d bit/s\n", BAUD);
	if (setup->account == NULL) {
		buf_text(remarks, "no account is configured: what stands in From is not known\n");
		return;
	}
	setup->sender_address = span_of(setup->account->address);
	setup->sender_name = sender_name_carried(span_of(setup->account->name), SENDER_NAME_MAX,
						 setup->name_kept);
}

bool preview_setup_load(const char *path, struct preview_setup *setup, struct buf *remarks)
{
	*setup = (struct preview_setup){ .modem = NULL };
	if (!load_conf(path, &setup->conf, remarks) || !make_policy(setup, remarks))
		return false;
	choose_modem(setup, remarks);
	return !remarks->failed;
}

void preview_setup_clear(struct preview_setup *setup)
{
	alias_file_clear(&setup->aliases);
	free(setup->allow);
	conf_clear(&setup->conf);
	*setup = (struct preview_setup){ .modem = NULL };
}

size_t preview_setup_attachments_max(const struct preview_setup *setup)
{
	if (setup->modem && setup->modem->attachments == CONF_ATTACHMENTS_STORE)
		return TRANSACTION_ATTACHMENTS_OCTETS_MAX;
	return TRANSACTION_ATTACHMENTS_LINE_OCTETS;
}

static int64_t guard_ms(const struct conf_modem *modem)
{
	return modem == NULL || modem->plus_guard_ms == CONF_PLUS_GUARD_AUTO ? GUARD_MS :
									     modem->plus_guard_ms;
}

struct transaction_cost_way preview_setup_way(const struct preview_setup *setup,
					      size_t attachments_max)
{
	const struct conf_account *account = setup->account;
	const struct conf_modem *modem = setup->modem;
	struct transaction_cost_way way = {
		.baud = modem ? (unsigned)modem->baud : BAUD,
		.guard_ms = guard_ms(modem),
		.verify = modem == NULL || modem->verify,
		.by_store = attachments_max > TRANSACTION_ATTACHMENTS_LINE_OCTETS,
		.apn = span_of(modem ? modem->apn : ""),
		.apn_user = span_of(modem ? modem->apn_user : ""),
		.apn_password_octets = modem && modem->apn_password_file[0] ? PASSWORD_OCTETS : 0,
		.address = setup->sender_address,
		.name = setup->sender_name,
	};

	if (account) {
		way.server = span_of(account->server);
		way.port = (unsigned)account->port;
		way.authenticate = account->auth;
		way.user = span_of(account->user);
		way.password_octets = PASSWORD_OCTETS;
	}
	return way;
}
