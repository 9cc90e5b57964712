/* SPDX-License-Identifier: ISC */
/* Wires over real ptys: the other side is the module's. */
#include "rows.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "io/wire.h"
#include "io/wire_holder.h"

static const struct wire_options plain = { 115200, false, true };

struct pty {
	int module;
	char path[100];
	struct wire *wire;
	char why[WIRE_WHY_SIZE];
};

/* The slave is closed again, as behind socat: only the wire holds it. */
static void pty_open(struct pty *pty)
{
	int slave;

	memset(pty, 0, sizeof(*pty));
	assert_int_equal(openpty(&pty->module, &slave, pty->path, NULL, NULL), 0);
	close(slave);
}

static void pty_open_wire(struct pty *pty)
{
	pty_open(pty);
	assert_int_equal(wire_open(pty->path, &plain, &pty->wire, pty->why), 0);
}

static void pty_close(struct pty *pty)
{
	if (pty->wire != NULL)
		wire_close(pty->wire);
	if (pty->module >= 0)
		close(pty->module);
}

/* Waits until the wire has something to say; a pty hands on in its own time. */
static void await_input(const struct wire *wire)
{
	struct pollfd look = { .fd = wire->fd, .events = POLLIN };

	assert_int_equal(poll(&look, 1, 5000), 1);
}

static void carries_octets_as_they_are(void **state)
{
	static const char all[] = "AT\r\n\x03\x04\x11\x13\x1a\x7f\xff\x80 \n\r";
	char octets[100];
	struct pty pty;

	(void)state;
	pty_open_wire(&pty);
	assert_int_equal(wire_write(pty.wire, all, sizeof(all)), sizeof(all));
	assert_int_equal(read(pty.module, octets, sizeof(octets)), sizeof(all));
	assert_memory_equal(octets, all, sizeof(all));
	assert_int_equal(write(pty.module, all, sizeof(all)), sizeof(all));
	await_input(pty.wire);
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), sizeof(all));
	assert_memory_equal(octets, all, sizeof(all));
	/* Nothing was echoed. */
	assert_int_equal(fcntl(pty.module, F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(read(pty.module, octets, sizeof(octets)), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(wire_unsent(pty.wire), 0);
	pty_close(&pty);
}

static void tells_silence_from_a_hang_up(void **state)
{
	char octets[10];
	struct pty pty;

	(void)state;
	pty_open_wire(&pty);
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), -EAGAIN);
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), -EAGAIN);
	close(pty.module);
	pty.module = -1;
	await_input(pty.wire);
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), -ENODEV);
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), -ENODEV);
	assert_int_equal(wire_write(pty.wire, "x", 1), -ENODEV);
	pty_close(&pty);
}

/* With VMIN 0, as a library may leave it, a read gives 0 for "nothing there". */
static void tells_an_empty_read_from_a_hang_up(void **state)
{
	struct termios mode;
	char octets[10];
	struct pty pty;

	(void)state;
	pty_open_wire(&pty);
	assert_int_equal(tcgetattr(pty.wire->fd, &mode), 0);
	mode.c_cc[VMIN] = 0;
	assert_int_equal(tcsetattr(pty.wire->fd, TCSANOW, &mode), 0);
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), -EAGAIN);
	close(pty.module);
	pty.module = -1;
	await_input(pty.wire);
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), -ENODEV);
	pty_close(&pty);
}

static void tells_a_full_output_from_a_fault(void **state)
{
	static char octets[4096];
	ssize_t count, sum = 0;
	struct pty pty;

	(void)state;
	pty_open_wire(&pty);
	memset(octets, 'x', sizeof(octets));
	while ((count = wire_write(pty.wire, octets, sizeof(octets))) > 0)
		sum += count;
	assert_int_equal(count, -EAGAIN);
	assert_true(sum > 0 && sum < 1 << 20);
	while (sum > 0) {
		count = read(pty.module, octets, sizeof(octets));
		assert_true(count > 0);
		sum -= count;
	}
	assert_int_equal(wire_write(pty.wire, "x", 1), 1);
	pty_close(&pty);
}

static void sets_the_terminal_and_the_descriptor(void **state)
{
	struct termios mode;
	struct pty pty;

	(void)state;
	pty_open_wire(&pty);
	assert_true(fcntl(pty.wire->fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(pty.wire->fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(tcgetattr(pty.wire->fd, &mode), 0);
	assert_int_equal(mode.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), 0);
	assert_int_equal(mode.c_iflag & (ICRNL | IXON | IXOFF | ISTRIP | INLCR | IGNCR), 0);
	assert_int_equal(mode.c_oflag & OPOST, 0);
	assert_int_equal(mode.c_cflag & CSIZE, CS8);
	assert_int_equal(mode.c_cflag & (CLOCAL | CREAD), CLOCAL | CREAD);
	assert_int_equal(mode.c_cc[VMIN], 1);
	assert_int_equal(mode.c_cc[VTIME], 0);
	assert_int_equal(cfgetospeed(&mode), B115200);
	pty_close(&pty);
}

static const struct mode_row {
	const char *name;
	struct wire_options options;
	tcflag_t set, clear;
	speed_t speed;
} mode_rows[] = {
	{ "RTS/CTS is on when asked for", { 9600, true, true }, CRTSCTS, HUPCL, B9600 },
	{ "RTS/CTS is off when not asked for", { 460800, false, true }, 0, CRTSCTS | HUPCL, B460800 },
	{ "the modem lines fall at close when they may", { 115200, false, false }, HUPCL, CRTSCTS,
	  B115200 },
};

static void sets_mode(void **state)
{
	const struct mode_row *row = *state;
	struct termios mode;
	struct pty pty;

	pty_open(&pty);
	assert_int_equal(wire_open(pty.path, &row->options, &pty.wire, pty.why), 0);
	assert_int_equal(tcgetattr(pty.wire->fd, &mode), 0);
	assert_int_equal(mode.c_cflag & row->set, row->set);
	assert_int_equal(mode.c_cflag & row->clear, 0);
	assert_int_equal(cfgetospeed(&mode), row->speed);
	pty_close(&pty);
}

static void is_exclusive_and_names_the_holder(void **state)
{
	struct wire *second;
	char me[40];
	struct pty pty;

	(void)state;
	pty_open_wire(&pty);
	snprintf(me, sizeof(me), "(pid %ld)", (long)getpid());
	assert_int_equal(wire_open(pty.path, &plain, &second, pty.why), -EBUSY);
	assert_null(second);
	assert_non_null(strstr(pty.why, " is in use by "));
	assert_non_null(strstr(pty.why, me));
	assert_non_null(strstr(pty.why, pty.path));
	/* The first is none the worse for it, and free again once it is closed. */
	assert_non_null(strstr(pty.why, "stop that first"));
	assert_int_equal(wire_write(pty.wire, "x", 1), 1);
	wire_close(pty.wire);
	assert_int_equal(wire_open(pty.path, &plain, &pty.wire, pty.why), 0);
	pty_close(&pty);
}

static void names_another_process(void **state)
{
	int ready[2], done[2];
	char who[40], octet;
	struct pty pty;
	pid_t child;

	(void)state;
	pty_open(&pty);
	assert_int_equal(pipe(ready) + pipe(done), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int fd = open(pty.path, O_RDWR | O_NOCTTY);

		if (fd < 0 || flock(fd, LOCK_EX) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		close(done[1]);
		_exit(read(done[0], &octet, 1) == 0 ? 0 : 1);
	}
	close(done[0]);
	assert_int_equal(read(ready[0], &octet, 1), 1);
	snprintf(who, sizeof(who), "(pid %ld)", (long)child);
	assert_int_equal(wire_open(pty.path, &plain, &pty.wire, pty.why), -EBUSY);
	assert_non_null(strstr(pty.why, who));
	close(done[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(wire_open(pty.path, &plain, &pty.wire, pty.why), 0);
	close(ready[0]);
	close(ready[1]);
	pty_close(&pty);
}

static void names_a_process_without_a_lock(void **state)
{
	char holder[WIRE_HOLDER_SIZE];

	(void)state;
	assert_string_equal(wire_holder_find("/no/such/device", holder), "another process");
}

static void survives_a_killed_holder_of_a_pty(void **state)
{
	int slave;
	struct pty pty;
	pid_t child;

	(void)state;
	pty_open(&pty);
	/* The module's side keeps the slave open, as the emulator may. */
	slave = open(pty.path, O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(wire_open(pty.path, &plain, &pty.wire, pty.why) == 0 ? 0 : 1);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(wire_open(pty.path, &plain, &pty.wire, pty.why), 0);
	close(slave);
	pty_close(&pty);
}

static void follows_a_link_at_each_open(void **state)
{
	char folder[] = "/tmp/wireXXXXXX", link_path[60];
	struct pty first, second;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(link_path, sizeof(link_path), "%s/modem", folder);
	pty_open(&first);
	pty_open(&second);
	assert_int_equal(wire_open(link_path, &plain, &first.wire, first.why), -ENOENT);
	assert_int_equal(symlink(first.path, link_path), 0);
	assert_int_equal(wire_open(link_path, &plain, &first.wire, first.why), 0);
	assert_int_equal(unlink(link_path), 0);
	assert_int_equal(symlink(second.path, link_path), 0);
	assert_int_equal(wire_open(link_path, &plain, &second.wire, second.why), 0);
	assert_int_equal(wire_write(second.wire, "2", 1), 1);
	assert_int_equal(read(second.module, second.why, 1), 1);
	assert_int_equal(unlink(link_path) + rmdir(folder), 0);
	pty_close(&first);
	pty_close(&second);
}

static const struct refuse_row {
	const char *name;
	const char *device;
	unsigned baud;
	int result;
	const char *why;
} refuse_rows[] = {
	{ "a device that is not there", "/dev/no-such-modem", 115200, -ENOENT,
	  "/dev/no-such-modem is not there" },
	{ "a folder", "/dev", 115200, -ENOTTY, "is no serial port: set device" },
	{ "a device that is no terminal", "/dev/null", 115200, -ENOTTY, "is no serial port" },
	{ "a rate that is none", "", 12345, -EINVAL, "12345 baud is no standard rate" },
};

static void refuses(void **state)
{
	const struct refuse_row *row = *state;
	struct wire_options options = { row->baud, false, true };
	struct wire *wire;
	struct pty pty;
	int next_fd, fd_after;

	pty_open(&pty);
	next_fd = dup(pty.module);
	close(next_fd);
	assert_int_equal(wire_open(row->device[0] ? row->device : pty.path, &options, &wire, pty.why),
			 row->result);
	assert_null(wire);
	assert_non_null(strstr(pty.why, row->why));
	/* No descriptor was left behind. */
	fd_after = dup(pty.module);
	close(fd_after);
	assert_int_equal(fd_after, next_fd);
	pty_close(&pty);
}

static const struct explain_row {
	const char *name;
	int result;
	const char *why;
} explain_rows[] = {
	{ "a device that went away", -ENODEV, "/dev/x is not there" },
	{ "a device without anything behind it", -ENXIO, "/dev/x is not there" },
	{ "a user who may not", -EACCES, "the group of the device (dialout)" },
	{ "a service that may not", -EPERM, "DeviceAllow=" },
	{ "anything else", -EMFILE, "/dev/x: Too many open files" },
};

static void explains(void **state)
{
	const struct explain_row *row = *state;
	char why[WIRE_WHY_SIZE];

	wire_explain(row->result, "/dev/x", why);
	assert_non_null(strstr(why, row->why));
}

static void changes_its_rate_alone(void **state)
{
	static const struct wire_options options = { 115200, true, false };
	struct termios before, after;
	char octets[10];
	struct pty pty;

	(void)state;
	pty_open(&pty);
	assert_int_equal(wire_open(pty.path, &options, &pty.wire, pty.why), 0);
	assert_int_equal(tcgetattr(pty.wire->fd, &before), 0);
	assert_int_equal(write(pty.module, "came", 4), 4);
	await_input(pty.wire);
	assert_int_equal(wire_set_baud(pty.wire, 9600), 0);
	assert_int_equal(tcgetattr(pty.wire->fd, &after), 0);
	assert_int_equal(cfgetospeed(&after), B9600);
	assert_int_equal(cfgetispeed(&after), B9600);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_oflag, before.c_oflag);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_cflag & ~(tcflag_t)CBAUD, before.c_cflag & ~(tcflag_t)CBAUD);
	assert_memory_equal(after.c_cc, before.c_cc, sizeof(after.c_cc));
	/* What came before is still there. */
	assert_int_equal(wire_read(pty.wire, octets, sizeof(octets)), 4);
	assert_int_equal(wire_set_baud(pty.wire, 12345), -EINVAL);
	assert_int_equal(tcgetattr(pty.wire->fd, &after), 0);
	assert_int_equal(cfgetospeed(&after), B9600);
	pty_close(&pty);
}

static void notices_that_its_name_moved_on(void **state)
{
	char folder[] = "/tmp/wireXXXXXX", link_path[60];
	struct pty first, second;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(link_path, sizeof(link_path), "%s/modem", folder);
	pty_open(&first);
	pty_open(&second);
	assert_int_equal(symlink(first.path, link_path), 0);
	assert_int_equal(wire_open(link_path, &plain, &first.wire, first.why), 0);
	assert_false(wire_is_elsewhere(first.wire, link_path));
	/* For a moment there is no link at all while udev makes it anew. */
	assert_int_equal(unlink(link_path), 0);
	assert_false(wire_is_elsewhere(first.wire, link_path));
	assert_int_equal(symlink(folder, link_path), 0);
	assert_false(wire_is_elsewhere(first.wire, link_path));
	assert_int_equal(unlink(link_path) + symlink(second.path, link_path), 0);
	assert_true(wire_is_elsewhere(first.wire, link_path));
	assert_int_equal(unlink(link_path) + rmdir(folder), 0);
	pty_close(&first);
	pty_close(&second);
}

static void leaves_ptys_to_the_other_maker(void **state)
{
	struct pty pty;

	(void)state;
	pty_open(&pty);
	assert_int_equal(wire_serial_open(pty.path, &plain, &pty.wire, pty.why), -ENOTTY);
	assert_null(pty.wire);
	pty_close(&pty);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "octets pass as they are, both ways", carries_octets_as_they_are);
	ROWS_ADD(&rows, "silence is told from a hang-up", tells_silence_from_a_hang_up);
	ROWS_ADD(&rows, "an empty read is told from a hang-up", tells_an_empty_read_from_a_hang_up);
	ROWS_ADD(&rows, "a full output is told from a fault", tells_a_full_output_from_a_fault);
	ROWS_ADD(&rows, "terminal and descriptor are set", sets_the_terminal_and_the_descriptor);
	ROWS_ADD_TABLE(&rows, mode_rows, sets_mode);
	ROWS_ADD(&rows, "a wire is exclusive and its holder is named",
		 is_exclusive_and_names_the_holder);
	ROWS_ADD(&rows, "another process that holds it is named", names_another_process);
	ROWS_ADD(&rows, "a holder that cannot be seen is said so", names_a_process_without_a_lock);
	ROWS_ADD(&rows, "a daemon that was killed does not lock a pty for ever",
		 survives_a_killed_holder_of_a_pty);
	ROWS_ADD(&rows, "a link is followed at each open", follows_a_link_at_each_open);
	ROWS_ADD_TABLE(&rows, refuse_rows, refuses);
	ROWS_ADD(&rows, "libserialport refuses a pty", leaves_ptys_to_the_other_maker);
	ROWS_ADD_TABLE(&rows, explain_rows, explains);
	ROWS_ADD(&rows, "its rate changes and nothing else", changes_its_rate_alone);
	ROWS_ADD(&rows, "a name that leads to another terminal is noticed",
		 notices_that_its_name_moved_on);
	return rows_run(&rows, "wire");
}
