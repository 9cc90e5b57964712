/* SPDX-License-Identifier: ISC */
/* One question to the daemon: HTTP over its control socket (libcurl), the answer
 * as JSON (jansson). It prints what went wrong to standard error. */
#ifndef CTL_CTL_CLIENT_H
#define CTL_CTL_CLIENT_H

#include <jansson.h>

struct ctl_client {
	const char *socket_path;
};

struct ctl_answer {
	char *text;		/* as it came; owned */
	json_t *json;		/* owned */
};

/* `method` is "GET" or "POST". 0, or an exit status of sysexits.h: EX_UNAVAILABLE
 * when no daemon answers, EX_NOPERM, EX_PROTOCOL; 1 when it refused. */
int ctl_client_ask(const struct ctl_client *client, const char *method, const char *path,
		   struct ctl_answer *answer);
void ctl_client_clear(struct ctl_answer *answer);

#endif
