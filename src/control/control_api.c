/* SPDX-License-Identifier: ISC */
#include "control/control_api.h"

#include <stddef.h>

struct route {
	const char *path;	/* '*' stands for one name */
	enum control_method method;
	enum control_action action;
};

/* A path without '*' comes before one with: "retry" is no queue id. */
static const struct route routes[] = {
	{ "/v1/status", CONTROL_GET, CONTROL_STATUS },
	{ "/v1/queue", CONTROL_GET, CONTROL_QUEUE },
	{ "/v1/queue/retry", CONTROL_POST, CONTROL_QUEUE_RETRY_ALL },
	{ "/v1/queue/*", CONTROL_GET, CONTROL_QUEUE_ENTRY },
	{ "/v1/queue/*/retry", CONTROL_POST, CONTROL_QUEUE_RETRY },
	{ "/v1/modems", CONTROL_GET, CONTROL_MODEMS },
	{ "/v1/modems/*/reset", CONTROL_POST, CONTROL_MODEM_RESET },
	{ "/v1/reload", CONTROL_POST, CONTROL_RELOAD },
	{ "/healthz", CONTROL_GET, CONTROL_HEALTH },
};

static bool is_name(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
			return false;
	}
	return text.length > 0;
}

static bool matches(const char *pattern, struct span path, struct control_request *request)
{
	struct span parts = span_of(pattern), part, given;

	request->name[0] = '\0';
	while (span_cut(&parts, '/', &part)) {
		if (!span_cut(&path, '/', &given))
			return false;
		if (!span_is(part, "*")) {
			if (!span_equal(part, given))
				return false;
		} else if (!is_name(given) ||
			   !span_copy(given, request->name, sizeof(request->name))) {
			return false;
		}
	}
	return path.at == NULL;
}

struct control_request control_api_route(enum control_method method, struct span path)
{
	struct control_request request = { .action = CONTROL_NOT_FOUND };
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		/* One path may stand there several times, with other methods. */
		if (found ? strcmp(routes[i].path, found) != 0 :
			    !matches(routes[i].path, path, &request))
			continue;
		if (routes[i].method == method) {
			request.action = routes[i].action;
			return request;
		}
		found = routes[i].path;
		request.action = CONTROL_METHOD_NOT_ALLOWED;
	}
	request.name[0] = '\0';
	return request;
}
