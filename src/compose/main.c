/* SPDX-License-Identifier: ISC */
/* gsmtpd-compose: one message file of the spool in, the transactions that a
 * module can carry out. docs/COMPOSE.md. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "compose/compose_limits.h"
#include "compose/compose_options.h"
#include "compose/compose_split.h"
#include "mail/transaction.h"

#define READ_SIZE 65536

static int complain(int status, const char *what)
{
	fprintf(stderr, "gsmtpd-compose: %s\n", what);
	return status;
}

/* 0, or a negative errno. */
static int read_all(int fd, struct buf *file)
{
	ssize_t got = 0;

	do {
		char *room = buf_room(file, READ_SIZE);

		if (room == NULL)
			return -EFBIG;
		got = read(fd, room, READ_SIZE);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			buf_grew(file, (size_t)got);
	} while (got != 0);
	return 0;
}

static int write_all(int fd, struct span text)
{
	while (text.length > 0) {
		ssize_t put = write(fd, text.at, text.length);

		if (put < 0 && errno != EINTR)
			return -errno;
		if (put > 0)
			text = span_skip(text, (size_t)put);
	}
	return 0;
}

static int compose(const struct compose_options *options, struct buf *file, struct buf *list)
{
	const char *failure;
	int result = read_all(STDIN_FILENO, file);

	if (result < 0)
		return complain(EX_IOERR, strerror(-result));
	switch (compose_split_build(options, buf_span(file), list, &failure)) {
	case COMPOSE_REJECTED:
		return complain(EX_DATAERR, failure);
	case COMPOSE_FAILED:
		return complain(EX_SOFTWARE, failure);
	case COMPOSE_DONE:
		break;
	}
	result = write_all(STDOUT_FILENO, buf_span(list));
	return result < 0 ? complain(EX_IOERR, strerror(-result)) : EX_OK;
}

int main(int argc, char **argv)
{
	struct buf file = BUF_INIT(COMPOSE_LIMITS_INPUT + READ_SIZE);
	struct buf list = BUF_INIT(TRANSACTION_TEXT_MAX);
	struct compose_options options;
	const char *fault = compose_options_parse(argc, argv, &options);
	int status;

	if (fault)
		return complain(EX_USAGE, fault);
	if (options.help || options.version) {
		puts(options.help ? compose_options_help : "gsmtpd-compose " PACKAGE_VERSION);
		return EX_OK;
	}
	if (compose_limits_apply() < 0)
		return complain(EX_OSERR, "the limits of this process cannot be set");
	status = compose(&options, &file, &list);
	buf_clear(&file);
	buf_clear(&list);
	return status;
}
