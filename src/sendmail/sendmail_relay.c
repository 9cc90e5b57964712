/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_relay.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "sendmail/sendmail_tell.h"

#define PIECE 16384
#define IDLE_MS (15 * 60 * 1000) /* the daemon gives up long before */

struct relay {
	int fd;
	struct buf out; /* to the daemon, not sent yet */
	bool after_cr;
	bool input_ended;
};

bool sendmail_relay_line_ends(struct span octets, bool *after_cr, struct buf *out)
{
	while (octets.length > 0) {
		size_t end = span_index(octets, '\n');
		bool bare =
			end < octets.length && (end > 0 ? octets.at[end - 1] != '\r' : !*after_cr);

		buf_put(out, span_take(octets, end));
		if (end < octets.length)
			buf_text(out, bare ? "\r\n" : "\n");
		else
			*after_cr = octets.at[octets.length - 1] == '\r';
		if (end < octets.length)
			*after_cr = false;
		octets = span_skip(octets, end + 1);
	}
	return !out->failed;
}

static int read_input(struct relay *relay)
{
	char piece[PIECE];
	ssize_t count = read(STDIN_FILENO, piece, sizeof(piece));

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	if (count == 0)
		relay->input_ended = true;
	else if (!sendmail_relay_line_ends(span_make(piece, (size_t)count), &relay->after_cr,
					   &relay->out))
		return -ENOMEM;
	return 0;
}

/* What was said is sent; then the end of the input is told. */
static int send_output(struct relay *relay)
{
	ssize_t count = 0;

	if (relay->out.length > 0)
		count = send(relay->fd, buf_string(&relay->out), relay->out.length,
			     MSG_NOSIGNAL | MSG_DONTWAIT);
	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	buf_drop_front(&relay->out, (size_t)count);
	if (relay->input_ended && relay->out.length == 0)
		shutdown(relay->fd, SHUT_WR);
	return 0;
}

/* -EPIPE when the daemon is done. */
static int copy_reply(struct relay *relay)
{
	char piece[PIECE];
	ssize_t count = recv(relay->fd, piece, sizeof(piece), MSG_DONTWAIT), done = 0;

	if (count < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	while (done < count) {
		ssize_t written = write(STDOUT_FILENO, piece + done, (size_t)(count - done));

		if (written < 0 && errno != EINTR)
			return -errno;
		done += written > 0 ? written : 0;
	}
	return count == 0 ? -EPIPE : 0;
}

static int relay_step(struct relay *relay)
{
	/* No more is read before it is sent: the caller feels the back-pressure. */
	bool wants_input = !relay->input_ended && relay->out.length == 0;
	struct pollfd waits[] = {
		{ .fd = relay->fd, .events = relay->out.length > 0 ? POLLIN | POLLOUT : POLLIN },
		{ .fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN },
	};
	int result = poll(waits, 2, IDLE_MS);

	if (result <= 0)
		return result == 0 ? -ETIMEDOUT : errno == EINTR ? 0 : -errno;
	result = 0;
	if ((waits[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		result = copy_reply(relay);
	if (result == 0 && waits[1].revents != 0)
		result = read_input(relay);
	if (result == 0 && (waits[0].revents & POLLOUT || waits[1].revents != 0))
		result = send_output(relay);
	return result;
}

int sendmail_relay_run(int fd)
{
	struct relay relay = { .fd = fd };
	int result;

	buf_init(&relay.out, 2 * PIECE);
	do {
		result = relay_step(&relay);
	} while (result == 0);
	buf_clear(&relay.out);
	if (result == -EPIPE)
		return EX_OK;
	sendmail_tell("the mail daemon hung up or does not answer");
	return EX_TEMPFAIL;
}
