/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_pty.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "emulator/emulator_pace.h"
#include "emulator/emulator_rate.h"

#define OUT_MAX (256 * 1024)	/* to a host that does not read */
#define READ_MAX 4096

struct emulator_pty {
	struct event_base *base;
	char *link;
	char device[64];
	struct emulator_pty_callbacks callbacks;

	int master;
	int slave;	/* kept open: without any opener the master would read EIO */
	struct event *readable, *writable, *heard_timer, *send_timer, *return_timer;

	struct emulator_pace in_pace, out_pace;
	char in[READ_MAX];	/* on its way over the line */
	size_t in_length;
	struct buf out;
	size_t piece;		/* of it is on its way, or the tty is full; 0: none */
	size_t run;		/* octets that have left since the line rested */
	int64_t run_us;		/* when the first of them began */
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void arm(struct event *timer, int64_t due_us)
{
	int64_t left = due_us - now_us();
	struct timeval after = { 0, 0 };

	if (left > 0)
		after = (struct timeval){ left / 1000000, left % 1000000 };
	event_add(timer, &after);
}

/* A new name appears whole or not at all. */
static int make_link(const char *device, const char *link)
{
	char fresh[PATH_MAX];
	int length = snprintf(fresh, sizeof(fresh), "%s.%ld", link, (long)getpid());

	if (length < 0 || (size_t)length >= sizeof(fresh))
		return -ENAMETOOLONG;
	if ((unlink(fresh) != 0 && errno != ENOENT) || symlink(device, fresh) != 0)
		return -errno;
	if (rename(fresh, link) != 0) {
		int error = errno;

		unlink(fresh);
		return -error;
	}
	return 0;
}

static void remove_link(const struct emulator_pty *pty)
{
	char target[sizeof(pty->device)];
	ssize_t length;

	if (pty->link == NULL)
		return;
	length = readlink(pty->link, target, sizeof(target));
	if (length > 0 && span_is(span_make(target, (size_t)length), pty->device))
		unlink(pty->link);
}

static int open_slave(struct emulator_pty *pty)
{
	struct termios raw;

	if (grantpt(pty->master) != 0 || unlockpt(pty->master) != 0 ||
	    ptsname_r(pty->master, pty->device, sizeof(pty->device)) != 0)
		return -errno;
	pty->slave = open(pty->device, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty->slave < 0 || tcgetattr(pty->slave, &raw) != 0)
		return -errno;
	/* Else the kernel echoes what the module says before the host has opened. */
	cfmakeraw(&raw);
	if (tcsetattr(pty->slave, TCSANOW, &raw) != 0)
		return -errno;
	return pty->link ? make_link(pty->device, pty->link) : 0;
}

static void shut(struct emulator_pty *pty)
{
	if (pty->readable != NULL)
		event_free(pty->readable);
	if (pty->writable != NULL)
		event_free(pty->writable);
	pty->readable = pty->writable = NULL;
	if (pty->slave >= 0)
		close(pty->slave);
	if (pty->master >= 0)
		close(pty->master);
	pty->master = pty->slave = -1;
	pty->in_length = 0;
	buf_reset(&pty->out);
	pty->piece = 0;
	pty->run = 0;
}

/* Reads what the host has written and not taken back: octets that a UART has not
 * sent yet are still the host's (tcflush(3), TCOFLUSH). -1: there is none. */
static ssize_t read_master(struct emulator_pty *pty, size_t size)
{
	char status;
	struct iovec parts[] = { { &status, 1 }, { pty->in, size } };
	ssize_t got;

	/* Packet mode, ioctl_tty(2): each read begins with what has happened. */
	while ((got = readv(pty->master, parts, 2)) == 1) {
		if (status & TIOCPKT_FLUSHWRITE)
			(void)tcflush(pty->master, TCIFLUSH);
	}
	return got > 1 ? got - 1 : -1;
}

/* Takes what the host has written; with a line, a piece at a time. */
static void take(struct emulator_pty *pty, bool waited)
{
	ssize_t got = read_master(pty, emulator_pace_piece(&pty->in_pace));

	if (got <= 0) {
		event_add(pty->readable, NULL);
		return;
	}
	pty->in_length = (size_t)got;
	arm(pty->heard_timer,
	    emulator_pace_due_us(&pty->in_pace, pty->in_length, waited, now_us()));
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	take(context, false);
}

static void on_heard(evutil_socket_t fd, short what, void *context)
{
	struct emulator_pty *pty = context;
	char heard[READ_MAX];
	size_t length = pty->in_length;
	int64_t begin_us = pty->in_pace.begin_us, end_us = pty->in_pace.free_us;

	(void)fd;
	(void)what;
	if (pty->master < 0)
		return;
	memcpy(heard, pty->in, length);
	pty->in_length = 0;
	take(pty, true);
	/* Last: it may hang up. */
	pty->callbacks.heard(pty->callbacks.context, span_make(heard, length), begin_us, end_us);
}

/* Puts the next piece of output on the line. */
static void start_piece(struct emulator_pty *pty, bool waited)
{
	size_t piece = emulator_pace_piece(&pty->out_pace);

	if (pty->piece > 0 || pty->out.length == 0)
		return;
	if (piece > pty->out.length)
		piece = pty->out.length;
	pty->piece = piece;
	arm(pty->send_timer, emulator_pace_due_us(&pty->out_pace, piece, waited, now_us()));
	if (pty->run == 0)
		pty->run_us = pty->out_pace.begin_us;
}

/* Tells of a run of octets that is over. */
static void tell_left(struct emulator_pty *pty)
{
	size_t run = pty->run;

	if (pty->out.length > 0 || pty->out_pace.baud == 0)
		return;
	pty->run = 0;
	pty->callbacks.left(pty->callbacks.context, run, pty->run_us, now_us());
}

static void on_send(evutil_socket_t fd, short what, void *context)
{
	struct emulator_pty *pty = context;
	ssize_t put;

	(void)fd;
	(void)what;
	if (pty->master < 0)
		return;
	put = write(pty->master, pty->out.at, pty->piece);
	if (put < 0) {
		/* The host does not read: wait for it. */
		event_add(pty->writable, NULL);
		return;
	}
	buf_drop_front(&pty->out, (size_t)put);
	pty->run += (size_t)put;
	pty->piece = 0;
	tell_left(pty);
	start_piece(pty, true);
}

static int open_master(struct emulator_pty *pty)
{
	int fault, packets = 1;

	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (pty->master < 0)
		return -errno;
	fault = open_slave(pty);
	if (fault != 0)
		return fault;
	if (ioctl(pty->master, TIOCPKT, &packets) != 0)
		return -errno;
	pty->readable = event_new(pty->base, pty->master, EV_READ, on_readable, pty);
	pty->writable = event_new(pty->base, pty->master, EV_WRITE, on_send, pty);
	if (pty->readable == NULL || pty->writable == NULL)
		return -ENOMEM;
	event_add(pty->readable, NULL);
	return 0;
}

static void on_return(evutil_socket_t fd, short what, void *context)
{
	struct emulator_pty *pty = context;

	(void)fd;
	(void)what;
	if (open_master(pty) != 0) {
		struct timeval soon = { 1, 0 };

		shut(pty);
		event_add(pty->return_timer, &soon);
	}
}

struct emulator_pty *emulator_pty_new(struct event_base *base, const char *link, unsigned baud,
				      const struct emulator_pty_callbacks *callbacks)
{
	struct emulator_pty *pty = calloc(1, sizeof(*pty));
	int fault;

	if (pty == NULL)
		return NULL;
	pty->base = base;
	pty->callbacks = *callbacks;
	pty->master = pty->slave = -1;
	pty->in_pace.baud = pty->out_pace.baud = baud;
	buf_init(&pty->out, OUT_MAX);
	pty->link = link ? strdup(link) : NULL;
	pty->heard_timer = evtimer_new(base, on_heard, pty);
	pty->send_timer = evtimer_new(base, on_send, pty);
	pty->return_timer = evtimer_new(base, on_return, pty);
	fault = open_master(pty);
	if (fault != 0) {
		emulator_pty_free(pty);
		errno = -fault;
		return NULL;
	}
	return pty;
}

void emulator_pty_free(struct emulator_pty *pty)
{
	if (pty == NULL)
		return;
	remove_link(pty);
	shut(pty);
	event_free(pty->heard_timer);
	event_free(pty->send_timer);
	event_free(pty->return_timer);
	buf_clear(&pty->out);
	free(pty->link);
	free(pty);
}

const char *emulator_pty_path(const struct emulator_pty *pty)
{
	return pty->link ? pty->link : pty->device;
}

unsigned emulator_pty_host_baud(const struct emulator_pty *pty)
{
	struct termios termios;

	/* A pty's master shows the settings of its other end (tty_ioctl(4)). */
	if (pty->master < 0 || tcgetattr(pty->master, &termios) != 0)
		return 0;
	return emulator_rate(cfgetospeed(&termios));
}

void emulator_pty_send(struct emulator_pty *pty, struct span octets)
{
	if (pty->master < 0)
		return;
	if (!buf_put(&pty->out, octets))
		pty->out.failed = false;	/* this much is lost, as on a line without a reader */
	start_piece(pty, false);
}

void emulator_pty_hangup(struct emulator_pty *pty, int64_t away_ms)
{
	struct timeval after = { away_ms / 1000, away_ms % 1000 * 1000 };

	if (pty->master < 0)
		return;
	remove_link(pty);
	event_del(pty->heard_timer);
	event_del(pty->send_timer);
	shut(pty);
	event_add(pty->return_timer, &after);
}
