/* SPDX-License-Identifier: ISC */
#include "app/door.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/auth_checker.h"
#include "io/conf_file.h"
#include "io/tls_context.h"
#include "smtp/smtp_users.h"

/* A group may read it, as it may read /etc/shadow. */
#define USERS_FORBIDDEN (S_IRWXO | S_IWGRP | S_IXGRP)

#define WHY_SIZE 512

#define ADDED_OCTETS 16384 /* header fields that a session adds, at most */

static void add(struct buf *out, const struct conf_smtp *conf, const char *key, const char *why)
{
	if (!buf_format(out, "%s:%u: [smtp]: %s: %s\n", conf->place.file, conf->place.line, key, why))
		out->failed = true;
}

/* Where what could not be read is told, and whether that is a mistake. */
static bool complain(const struct conf_smtp *conf, const char *key, const char *why, bool for_check,
		     struct buf *complaints, struct buf *warnings)
{
	bool is_mistake = !for_check || errno != EACCES;

	add(is_mistake ? complaints : warnings, conf, key, why);
	return !is_mistake;
}

static bool load_tls(struct door *door, const struct conf_smtp *conf, bool for_check,
		     struct buf *complaints, struct buf *warnings)
{
	char why[TLS_CONTEXT_WHY_SIZE];
	struct tls_context *fresh = NULL;

	if (conf->tls_certificate[0] != '\0') {
		fresh = tls_context_new(conf->tls_certificate, conf->tls_key, why);
		if (fresh == NULL)
			return complain(conf, "tls-certificate, tls-key", why, for_check,
					complaints, warnings);
		if (why[0] != '\0')
			add(warnings, conf, "tls-certificate", why);
	}
	tls_context_free(door->tls);
	door->tls = fresh;
	return true;
}

/* The users of a file, or NULL with complaints; errno is EACCES when they are only out of
 * reach. */
static struct smtp_users *read_users(const struct conf_smtp *conf, char why[static WHY_SIZE],
				     struct buf *complaints)
{
	char *text = malloc(SMTP_USERS_FILE_MAX);
	struct smtp_users *users = NULL;
	size_t length;
	int result = -ENOMEM;

	strcpy(why, "out of memory");
	if (text != NULL)
		result = conf_file_read_text(conf->users_file, USERS_FORBIDDEN, text,
					     SMTP_USERS_FILE_MAX, &length, why, WHY_SIZE);
	if (result == 0) {
		users = smtp_users_parse(conf->users_file, span_make(text, length), complaints);
		strcpy(why, "is of no use");
		result = -EINVAL;
	}
	if (text != NULL)
		explicit_bzero(text, SMTP_USERS_FILE_MAX);
	free(text);
	errno = -result;
	return users;
}

static bool load_users(struct door *door, const struct conf_smtp *conf, bool for_check,
		       struct buf *complaints, struct buf *warnings)
{
	size_t before = complaints->length;
	struct smtp_users *fresh = NULL;
	char why[WHY_SIZE];

	if (conf->users_file[0] != '\0') {
		fresh = read_users(conf, why, complaints);
		if (fresh == NULL && complaints->length > before)
			return false;
		if (fresh == NULL)
			return complain(conf, "users-file", why, for_check, complaints, warnings);
	}
	smtp_users_free(door->users);
	door->users = fresh;
	return true;
}

bool door_load(struct door *door, const struct conf_smtp *conf, bool for_check,
	       struct buf *complaints, struct buf *warnings)
{
	bool good = load_tls(door, conf, for_check, complaints, warnings);

	return load_users(door, conf, for_check, complaints, warnings) && good;
}

bool door_open(struct door *door, struct event_base *base)
{
	door->auth = auth_checker_new(base);
	return door->auth != NULL;
}

struct smtp_server_options door_options(const struct door *door, const struct settings *settings)
{
	const struct conf_smtp *smtp = &settings->conf.smtp;

	return (struct smtp_server_options){
		.hostname = settings->conf.daemon.hostname,
		.max_message_octets = (uint64_t)smtp->max_message_octets,
		.max_recipients = (size_t)smtp->max_recipients,
		.max_connections = (size_t)smtp->max_connections,
		.max_connections_per_client = (size_t)smtp->max_connections_per_client,
		.timeout_ms = smtp->timeout_ms,
		.policy = &settings->policy,
		.trusted_networks = &smtp->trusted_networks,
		.tls = door->tls,
		.users = door->users,
		.auth = door->auth,
	};
}

int64_t door_largest_octets(const struct conf_smtp *conf)
{
	int64_t octets = conf->max_message_octets;

	if (octets < SMTP_SERVER_RELAY_OCTETS)
		octets = SMTP_SERVER_RELAY_OCTETS;
	return octets + ADDED_OCTETS;
}

void door_close(struct door *door)
{
	auth_checker_free(door->auth);
	tls_context_free(door->tls);
	smtp_users_free(door->users);
	*door = (struct door){ 0 };
}
