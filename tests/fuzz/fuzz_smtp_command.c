/* SPDX-License-Identifier: ISC */
/* Whatever the line: texts lie within it, and what is good is strictly so. */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mail/address.h"
#include "smtp/smtp_command.h"

static void check_within(struct span part, struct span line)
{
	assert(part.length == 0 ||
	       (part.at >= line.at && part.at + part.length <= line.at + line.length));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span line = span_make(data, size);
	struct smtp_command command = smtp_command_parse(line);

	check_within(command.argument, line);
	check_within(command.address, line);
	check_within(command.ret, line);
	check_within(command.envid, line);
	check_within(command.notify, line);
	check_within(command.orcpt, line);
	if (command.fault != SMTP_FAULT_NONE || command.verb == SMTP_VERB_UNKNOWN)
		return 0;
	for (size_t i = 0; i < size; i++)
		assert(data[i] >= ' ' && data[i] != 0x7f);
	if (command.verb == SMTP_VERB_RCPT)
		assert(address_check(command.address, true, true) == ADDRESS_OK);
	if (command.verb == SMTP_VERB_MAIL && command.address.length > 0)
		assert(address_check(command.address, true, command.utf8) == ADDRESS_OK);
	assert(command.has_size || command.size == 0);
	return 0;
}
