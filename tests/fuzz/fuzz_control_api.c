/* SPDX-License-Identifier: ISC */
/* Whatever the path, a name that comes out of it is short, made of harmless
 * characters and stood in it; and one that is needed is there. The first octet
 * is the method. */
#include <stdint.h>
#include <stdlib.h>

#include "control/control_api.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_name(enum control_action action)
{
	return action == CONTROL_QUEUE_ENTRY || action == CONTROL_QUEUE_RETRY ||
	       action == CONTROL_MODEM_RESET;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct control_request request;
	struct span path, name;

	if (size == 0)
		return 0;
	path = span_make(data + 1, size - 1);
	request = control_api_route((enum control_method)(data[0] % 4), path);
	name = span_make(request.name, strnlen(request.name, sizeof(request.name)));
	if (name.length == sizeof(request.name) || has_name(request.action) != (name.length > 0))
		abort();
	if (strspn(request.name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "._-") != name.length)
		abort();
	if (name.length > 0 && span_find(path, name) == path.length)
		abort();
	/* Nothing is done by reading. */
	if (data[0] % 4 == CONTROL_GET && (request.action == CONTROL_QUEUE_RETRY ||
					   request.action == CONTROL_MODEM_RESET ||
					   request.action == CONTROL_RELOAD))
		abort();
	return 0;
}
