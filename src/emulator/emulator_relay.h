/* SPDX-License-Identifier: ISC */
/* Has mails of the module delivered in the background, one at a time, and tells
 * the event loop of the outcome. */
#ifndef EMULATOR_EMULATOR_RELAY_H
#define EMULATOR_EMULATOR_RELAY_H

#include <jansson.h>

#include "emulator/emulator_mail.h"

struct event_base;
struct emulator_relay;

struct emulator_relay_callbacks {
	void (*done)(void *context, int result);	/* a code of the reference, or 0 */
	void (*log)(void *context, json_t *record);	/* takes the record over; from any thread */
	void *context;
};

/* `target` is HOST:PORT. NULL with errno on failure. */
struct emulator_relay *emulator_relay_new(struct event_base *base, const char *target,
					  const struct emulator_relay_callbacks *callbacks);
void emulator_relay_free(struct emulator_relay *relay);

/* Keeps a hold on the mail. done() is called later, never from here. */
void emulator_relay_send(struct emulator_relay *relay, struct emulator_mail *mail);

/* Drops the mail that is on its way; done() is not called for it. */
void emulator_relay_abandon(struct emulator_relay *relay);

#endif
