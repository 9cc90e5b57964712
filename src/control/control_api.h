/* SPDX-License-Identifier: ISC */
/* What an operator may ask over HTTP, as a table of routes; and how errors are
 * told. Knows no socket. interface.md, "Control API". */
#ifndef CONTROL_CONTROL_API_H
#define CONTROL_CONTROL_API_H

#include <stdbool.h>

#include "base/span.h"

enum control_action {
	CONTROL_NOT_FOUND,		/* 404 */
	CONTROL_METHOD_NOT_ALLOWED,	/* 405 */
	CONTROL_STATUS,			/* GET /v1/status */
	CONTROL_QUEUE,			/* GET /v1/queue */
	CONTROL_QUEUE_ENTRY,		/* GET /v1/queue/ID */
	CONTROL_QUEUE_RETRY_ALL,	/* POST /v1/queue/retry */
	CONTROL_QUEUE_RETRY,		/* POST /v1/queue/ID/retry */
	CONTROL_MODEMS,			/* GET /v1/modems */
	CONTROL_MODEM_RESET,		/* POST /v1/modems/NAME/reset */
	CONTROL_RELOAD,			/* POST /v1/reload */
	CONTROL_HEALTH,			/* GET /healthz */
};

enum control_method { CONTROL_GET, CONTROL_POST, CONTROL_DELETE, CONTROL_OTHER };

struct control_request {
	enum control_action action;
	char name[64];		/* the ID or NAME in the path; "" when there is none */
};

/* `path` without the query. A name that is too long or holds octets other than
 * [A-Za-z0-9._-] is NOT_FOUND. */
struct control_request control_api_route(enum control_method method, struct span path);

#endif
