/* SPDX-License-Identifier: ISC */
/* A users-file. What comes out can be looked up and handed to crypt(3); what is complained
 * of is told line by line, and nothing of a hash with it. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "smtp/smtp_users.h"

static void look_at(const struct smtp_users *users, struct span name)
{
	const char *hash = smtp_users_find(users, name);
	const char *stand_in = smtp_users_stand_in(users, name);

	assert((stand_in == NULL) == (smtp_users_count(users) == 0));
	if (hash == NULL)
		hash = stand_in;
	if (hash == NULL)
		return;
	assert(strncmp(hash, "$y$", 3) == 0 || strncmp(hash, "$6$", 3) == 0);
	assert(strlen(hash) < 256 && strpbrk(hash, ": \t\r\n*!") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make(data, size), rest, line, name;
	struct buf complaints = BUF_INIT(1024 * 1024);
	struct smtp_users *users = smtp_users_parse("u", text, &complaints);

	assert((users == NULL) == (complaints.length > 0 || complaints.failed));
	if (users != NULL)
		for (rest = text; span_cut(&rest, '\n', &line);)
			if (span_cut(&line, ':', &name))
				look_at(users, span_trim(name));
	for (rest = buf_span(&complaints); rest.length > 0 && span_cut(&rest, '\n', &line);)
		assert(line.length == 0 || span_starts(line, "u:"));
	smtp_users_free(users);
	buf_clear(&complaints);
	return 0;
}
