/* SPDX-License-Identifier: ISC */
#include "app/sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include "io/log.h"

/* A reason and the socket's own name fit into one trouble. */
#define SOCKETS_WHY_SIZE (SOCKETS_TROUBLE_SIZE / 2)
#define SOCKETS_NAME_SHOWN 100

#define DESCRIPTORS_BESIDE 128

struct opening {
	struct smtp_server *smtp;
	struct control_server *control;
	struct sockets_result *result;
	size_t adopted_smtp, adopted_control;
};

static void tell_trouble(struct opening *opening, const char *what, const char *why)
{
	snprintf(opening->result->trouble, sizeof opening->result->trouble,
		 "cannot listen on %.*s: %.*s", SOCKETS_NAME_SHOWN, what, SOCKETS_WHY_SIZE, why);
	log_write(LOG_TROUBLE, NULL, "%s", opening->result->trouble);
}

/* A name that is none of ours, or none at all, is a submission socket: one
 * .socket unit without FileDescriptorName= is named after itself. */
static void adopt(struct opening *opening, int fd, const char *name)
{
	int result;

	if (strcmp(name, "control") == 0 || strstr(name, "control")) {
		result = control_server_adopt(opening->control, fd);
		opening->adopted_control += result == 0;
	} else {
		result = smtp_server_adopt(opening->smtp, fd, strcmp(name, "relay") == 0);
		opening->adopted_smtp += result == 0;
	}
	if (result < 0)
		tell_trouble(opening, name, strerror(-result));
}

static void adopt_all(struct opening *opening)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);

	for (int i = 0; i < count; i++) {
		adopt(opening, SD_LISTEN_FDS_START + i, names[i]);
		free(names[i]);
	}
	free(names);
}

static void listen_smtp(struct opening *opening, const struct conf_list *list, bool relay)
{
	struct conf_listen listen;
	char why[SOCKETS_WHY_SIZE];

	for (size_t i = 0; i < list->count; i++) {
		conf_parse_listen(span_of(list->items[i]), &listen);
		if (smtp_server_listen(opening->smtp, &listen, relay, why, sizeof why) == 0)
			opening->result->smtp++;
		else
			tell_trouble(opening, list->items[i], why);
	}
}

static void listen_control(struct opening *opening, const char *text)
{
	struct conf_listen listen;
	char why[SOCKETS_WHY_SIZE];

	if (text[0] == '\0')
		return;
	conf_parse_listen(span_of(text), &listen);
	if (control_server_listen(opening->control, &listen, why, sizeof why) == 0)
		opening->result->control++;
	else
		tell_trouble(opening, text, why);
}

/* A socket and a draft for each client, of the network and local; and all else. The
 * system gives 1024 to who does not ask. */
static void want_descriptors(const struct conf *conf)
{
	rlim_t wanted = 4 * (rlim_t)conf->smtp.max_connections + DESCRIPTORS_BESIDE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void sockets_open(const struct conf *conf, struct smtp_server *smtp,
		  struct control_server *control, struct sockets_result *result)
{
	struct opening opening = { .smtp = smtp, .control = control, .result = result };

	*result = (struct sockets_result){ 0 };
	want_descriptors(conf);
	adopt_all(&opening);
	result->smtp = opening.adopted_smtp;
	result->control = opening.adopted_control;
	if (opening.adopted_smtp == 0) {
		listen_smtp(&opening, &conf->smtp.listen, false);
		listen_smtp(&opening, &conf->smtp.relay_listen, true);
	}
	if (opening.adopted_control == 0)
		listen_control(&opening, conf->daemon.control);
	listen_control(&opening, conf->daemon.http);
}
