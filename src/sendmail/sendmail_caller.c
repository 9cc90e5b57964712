/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_caller.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "mail/address.h"

static bool is_address(const char *local, struct span domain)
{
	struct buf address = BUF_INIT(ADDRESS_MAX);
	bool good;

	buf_format(&address, "%s@%.*s", local, SPAN_ARG(domain));
	good = !address.failed && address_check(buf_span(&address), false, false) == ADDRESS_OK;
	buf_clear(&address);
	return good;
}

static bool is_domain(struct span name)
{
	return is_address("x", name);
}

void sendmail_caller_hostname(char name[static SENDMAIL_NAME_SIZE])
{
	if (gethostname(name, SENDMAIL_NAME_SIZE) < 0)
		name[0] = '\0';
	name[SENDMAIL_NAME_SIZE - 1] = '\0';
	if (!is_domain(span_of(name)))
		snprintf(name, SENDMAIL_NAME_SIZE, "localhost");
}

void sendmail_caller_domain(char domain[static SENDMAIL_NAME_SIZE])
{
	int fd = open("/etc/mailname", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[SENDMAIL_NAME_SIZE];
	ssize_t count = fd < 0 ? 0 : read(fd, text, sizeof(text));
	struct span name = span_trim(span_make(text, count > 0 ? (size_t)count : 0));

	if (fd >= 0)
		close(fd);
	name = span_trim(span_take(name, span_index(name, '\n')));
	if (!is_domain(name) || !span_copy(name, domain, SENDMAIL_NAME_SIZE))
		sendmail_caller_hostname(domain);
}

bool sendmail_caller_put(struct buf *address, const char *domain)
{
	const struct passwd *user = getpwuid(getuid());

	if (user != NULL && is_address(user->pw_name, span_of(domain)))
		return buf_format(address, "%s@%s", user->pw_name, domain);
	return buf_format(address, "uid%u@%s", (unsigned)getuid(), domain);
}
