/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "sendmail/sendmail_tell.h"

#define READ_SIZE 65536

void sendmail_input_secure(void)
{
	signal(SIGPIPE, SIG_IGN);
	/* open(2) takes the lowest that is free. A mail that was never given is not
	 * an empty one: reading has to fail. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_WRONLY) < 0)
			return;
}

void sendmail_input_release(void)
{
	signal(SIGPIPE, SIG_DFL);
}

void sendmail_input_drain(void)
{
	char waste[READ_SIZE];
	ssize_t count;

	if (isatty(STDIN_FILENO))
		return;
	do {
		count = read(STDIN_FILENO, waste, sizeof(waste));
	} while (count > 0 || (count < 0 && errno == EINTR));
}

/* NULs are dropped: text cannot hold them, and the mail matters more. */
static size_t drop_nuls(char *text, size_t length)
{
	char *first = memchr(text, '\0', length);
	size_t kept;

	if (first == NULL)
		return length;
	kept = (size_t)(first - text);
	for (size_t i = kept; i < length; i++)
		if (text[i] != '\0')
			text[kept++] = text[i];
	return kept;
}

static int give_up(const struct buf *input)
{
	sendmail_input_drain();
	if (input->length + READ_SIZE <= input->max) {
		sendmail_tell("out of memory; the message was not queued");
		return EX_TEMPFAIL;
	}
	sendmail_tell("the message is larger than %d MiB", SENDMAIL_INPUT_MAX >> 20);
	return EX_DATAERR;
}

int sendmail_input_read(struct buf *input)
{
	for (;;) {
		char *room = buf_room(input, READ_SIZE);
		ssize_t count;

		if (room == NULL)
			return give_up(input);
		count = read(STDIN_FILENO, room, READ_SIZE);
		if (count == 0)
			return 0;
		if (count < 0 && errno != EINTR) {
			sendmail_tell("cannot read the message from standard input: %s",
				      strerror(errno));
			return EX_DATAERR;
		}
		if (count > 0)
			buf_grew(input, drop_nuls(room, (size_t)count));
	}
}
