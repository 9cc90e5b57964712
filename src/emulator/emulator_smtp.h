/* SPDX-License-Identifier: ISC */
/* Delivers one mail by SMTP and waits for the outcome. For a thread of its own:
 * libcurl waits for the answer to QUIT, however slow, and the line must not. */
#ifndef EMULATOR_EMULATOR_SMTP_H
#define EMULATOR_EMULATOR_SMTP_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>

#include "base/span.h"
#include "emulator/emulator_mail.h"

struct emulator_smtp {
	const struct emulator_mail *mail;	/* borrowed */
	const char *url;			/* borrowed: smtp://HOST:PORT/NAME */
	void (*log)(void *context, json_t *record);	/* from the thread; takes it over */
	void *context;

	pthread_mutex_t lock;
	int socket;			/* -1: none; under the lock */
	bool stopped;			/* under the lock */

	size_t sent;			/* of the message */
	bool offers_auth;		/* the server named AUTH */
	bool authenticating;		/* the last command was AUTH or a part of it */
	bool quitting;
	bool without_auth;		/* MAIL went out though AUTH was wanted */
	int reply;			/* the last of the server */
	char reply_text[256];
};

void emulator_smtp_init(struct emulator_smtp *smtp, const struct emulator_mail *mail,
			const char *url);
void emulator_smtp_clear(struct emulator_smtp *smtp);

/* 0, or a code of the reference. */
int emulator_smtp_send(struct emulator_smtp *smtp);

/* From another thread: makes it end soon. */
void emulator_smtp_stop(struct emulator_smtp *smtp);

#endif
