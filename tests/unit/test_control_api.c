/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include "control/control_api.h"

#define X63 "123456789012345678901234567890123456789012345678901234567890123"

static const struct row {
	const char *name;
	enum control_method method;
	const char *path;
	enum control_action action;
	const char *part;
} table[] = {
	{ "the status", CONTROL_GET, "/v1/status", CONTROL_STATUS, "" },
	{ "the queue", CONTROL_GET, "/v1/queue", CONTROL_QUEUE, "" },
	{ "one entry", CONTROL_GET, "/v1/queue/4Kd2", CONTROL_QUEUE_ENTRY, "4Kd2" },
	{ "one entry to be tried", CONTROL_POST, "/v1/queue/4Kd2/retry", CONTROL_QUEUE_RETRY,
	  "4Kd2" },
	{ "all to be tried", CONTROL_POST, "/v1/queue/retry", CONTROL_QUEUE_RETRY_ALL, "" },
	{ "the modems", CONTROL_GET, "/v1/modems", CONTROL_MODEMS, "" },
	{ "a modem to be reset", CONTROL_POST, "/v1/modems/gsm-0.a_B/reset", CONTROL_MODEM_RESET,
	  "gsm-0.a_B" },
	{ "a reload", CONTROL_POST, "/v1/reload", CONTROL_RELOAD, "" },
	{ "health", CONTROL_GET, "/healthz", CONTROL_HEALTH, "" },
	{ "an entry called retry, within", CONTROL_POST, "/v1/queue/retry/retry",
	  CONTROL_QUEUE_RETRY, "retry" },
	{ "a name of the greatest length", CONTROL_GET, "/v1/queue/" X63, CONTROL_QUEUE_ENTRY,
	  X63 },
	{ "another method for the status", CONTROL_POST, "/v1/status", CONTROL_METHOD_NOT_ALLOWED,
	  "" },
	{ "a method nobody knows", CONTROL_OTHER, "/v1/status", CONTROL_METHOD_NOT_ALLOWED, "" },
	{ "another method for an entry", CONTROL_POST, "/v1/queue/4Kd2",
	  CONTROL_METHOD_NOT_ALLOWED, "" },
	{ "reading what is to be done", CONTROL_GET, "/v1/queue/retry",
	  CONTROL_METHOD_NOT_ALLOWED, "" },
	{ "reading a reload", CONTROL_GET, "/v1/reload", CONTROL_METHOD_NOT_ALLOWED, "" },
	{ "deleting all", CONTROL_DELETE, "/v1/queue", CONTROL_METHOD_NOT_ALLOWED, "" },
	{ "no path", CONTROL_GET, "", CONTROL_NOT_FOUND, "" },
	{ "the root", CONTROL_GET, "/", CONTROL_NOT_FOUND, "" },
	{ "another version", CONTROL_GET, "/v2/status", CONTROL_NOT_FOUND, "" },
	{ "a slash at the end", CONTROL_GET, "/v1/queue/", CONTROL_NOT_FOUND, "" },
	{ "two slashes", CONTROL_GET, "//v1/queue", CONTROL_NOT_FOUND, "" },
	{ "no slash in front", CONTROL_GET, "v1/queue", CONTROL_NOT_FOUND, "" },
	{ "a path that goes on", CONTROL_GET, "/v1/status/x", CONTROL_NOT_FOUND, "" },
	{ "a path that is cut", CONTROL_GET, "/v1/stat", CONTROL_NOT_FOUND, "" },
	{ "an empty name in the middle", CONTROL_POST, "/v1/queue//retry", CONTROL_NOT_FOUND, "" },
	{ "capitals", CONTROL_GET, "/V1/status", CONTROL_NOT_FOUND, "" },
	{ "an escape in a name", CONTROL_GET, "/v1/queue/%2e%2e", CONTROL_NOT_FOUND, "" },
	{ "a blank in a name", CONTROL_GET, "/v1/queue/a b", CONTROL_NOT_FOUND, "" },
	{ "a star in a name", CONTROL_GET, "/v1/queue/*", CONTROL_NOT_FOUND, "" },
	{ "a name that is too long", CONTROL_GET, "/v1/queue/" X63 "4", CONTROL_NOT_FOUND, "" },
	{ "an unknown verb of an entry", CONTROL_POST, "/v1/queue/4Kd2/burn", CONTROL_NOT_FOUND,
	  "" },
	{ "a name before an unknown verb is forgotten", CONTROL_POST, "/v1/modems/gsm0/x",
	  CONTROL_NOT_FOUND, "" },
};

static void routes(void **state)
{
	const struct row *row = *state;
	struct control_request request = control_api_route(row->method, span_of(row->path));

	assert_int_equal(request.action, row->action);
	assert_string_equal(request.name, row->part);
}

static void takes_no_path_at_all(void **state)
{
	(void)state;
	assert_int_equal(control_api_route(CONTROL_GET, span_of(NULL)).action, CONTROL_NOT_FOUND);
}

static void refuses_a_nul(void **state)
{
	(void)state;
	assert_int_equal(control_api_route(CONTROL_GET, span_make("/v1/queue/a\0b", 13)).action,
			 CONTROL_NOT_FOUND);
}

int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD_TABLE(rows, table, routes);
	ROWS_ADD(rows, "a request without a path", takes_no_path_at_all);
	ROWS_ADD(rows, "a NUL in a name", refuses_a_nul);
	return rows_run(rows, "control_api");
}
