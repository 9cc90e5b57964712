/* SPDX-License-Identifier: ISC */
#include "io/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "io/wire_holder.h"
#include "io/wire_uucp.h"

/* UNIX98 pty slaves, Documentation/admin-guide/devices.txt of Linux. */
#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST 143

void wire_explain(int result, const char *path, char why[static WIRE_WHY_SIZE])
{
	char holder[WIRE_HOLDER_SIZE];

	switch (-result) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		snprintf(why, WIRE_WHY_SIZE, "%.100s is not there", path);
		break;
	case EACCES:
		snprintf(why, WIRE_WHY_SIZE, "%.100s is not permitted: put the user of gsmtpd into "
			 "the group of the device (dialout)", path);
		break;
	case EPERM:
		snprintf(why, WIRE_WHY_SIZE, "%.100s is not permitted: allow it with DeviceAllow= "
			 "in gsmtpd.service", path);
		break;
	case EBUSY:
		snprintf(why, WIRE_WHY_SIZE, "%.100s is in use by %s: stop that first", path,
			 wire_holder_find(path, holder));
		break;
	case ENOTTY:
		snprintf(why, WIRE_WHY_SIZE, "%.100s is no serial port: set device to that of the "
			 "modem", path);
		break;
	default:
		snprintf(why, WIRE_WHY_SIZE, "%.100s: %s", path, strerror(-result));
	}
}

static int refuse(int result, char why[static WIRE_WHY_SIZE], const char *path)
{
	wire_explain(result, path, why);
	return result;
}

/* Ports of hardware have a device behind their name in sysfs; libserialport
 * opens no others. */
static bool has_hardware(const char *path)
{
	char sys_path[300];
	const char *slash = strrchr(path, '/');

	snprintf(sys_path, sizeof(sys_path), "/sys/class/tty/%.255s/device",
		 slash ? slash + 1 : path);
	return access(sys_path, F_OK) == 0;
}

static bool is_pty(int fd)
{
	struct stat file;

	return fstat(fd, &file) == 0 && major(file.st_rdev) >= PTY_MAJOR_FIRST &&
	       major(file.st_rdev) <= PTY_MAJOR_LAST;
}

/* Opening something else than a terminal can do things: a FIFO waits, a tape
 * rewinds, a watchdog starts. */
static int check_kind(const char *path)
{
	struct stat file;

	if (stat(path, &file) < 0)
		return -errno;
	return S_ISCHR(file.st_mode) ? 0 : -ENOTTY;
}

/* Opens it to see whether another process has it, before a maker does: newer
 * versions of libserialport leave a descriptor behind when they find it locked,
 * and take the mark off the other one's port. The lock is let go again, since
 * the maker takes it with a descriptor of its own. */
static int probe(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int exclusive = 0, result = 0;

	if (fd < 0)
		return -errno;
	if (!isatty(fd))
		result = -ENOTTY;
	else if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		result = errno == EWOULDBLOCK ? -EBUSY : -errno;
	else if (flock(fd, LOCK_UN) < 0)
		result = -errno;
	/* A privileged opener gets past the mark of TIOCEXCL; we heed it. */
	else if (!is_pty(fd) && ioctl(fd, TIOCGEXCL, &exclusive) == 0 && exclusive)
		result = -EBUSY;
	if (result == 0)
		return fd;
	close(fd);
	return result;
}

static int open_resolved(const char *path, const struct wire_options *options,
			 struct wire **wire, char why[static WIRE_WHY_SIZE])
{
	int result = check_kind(path), probe_fd;

	if (result == 0 && wire_uucp_holder(WIRE_UUCP_FOLDER, path) > 0)
		result = -EBUSY;
	if (result < 0)
		return refuse(result, why, path);
	probe_fd = probe(path);
	if (probe_fd < 0)
		return refuse(probe_fd, why, path);
	result = -ENOTTY;
	if (has_hardware(path))
		result = wire_serial_open(path, options, wire, why);
	/* libserialport refuses some terminals that do well without it. */
	if (result == -ENOTTY)
		result = wire_tty_open(path, options, wire, why);
	/* Not before, or the modem lines would fall in between. */
	close(probe_fd);
	return result;
}

int wire_open(const char *device, const struct wire_options *options, struct wire **wire,
	      char why[static WIRE_WHY_SIZE])
{
	char path[PATH_MAX];

	*wire = NULL;
	if (realpath(device, path) == NULL)
		return refuse(-errno, why, device);
	return open_resolved(path, options, wire, why);
}

static const struct {
	unsigned baud;
	speed_t speed;
} rates[] = {
	{ 1200, B1200 }, { 2400, B2400 }, { 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 },
	{ 38400, B38400 }, { 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 },
	{ 460800, B460800 }, { 921600, B921600 },
};

static bool find_rate(unsigned baud, speed_t *speed)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		if (rates[i].baud != baud)
			continue;
		*speed = rates[i].speed;
		return true;
	}
	return false;
}

bool wire_is_standard_rate(unsigned baud)
{
	speed_t speed;

	return find_rate(baud, &speed);
}

/* flock() stops those who ask, TIOCEXCL those without privilege. The mark of the
 * latter stays on a terminal until nobody has it open; of a pty whose other side
 * also holds ours it would outlive a killed daemon and lock out the next one. */
static int lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (!is_pty(fd))
		(void)ioctl(fd, TIOCEXCL);
	return 0;
}

static int set_descriptor(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	return 0;
}

static void make_raw(struct termios *mode, const struct wire_options *options)
{
	speed_t speed;

	cfmakeraw(mode);
	mode->c_cflag &= ~(tcflag_t)(CSTOPB | PARENB | HUPCL | CRTSCTS);
	mode->c_cflag |= CLOCAL | CREAD;
	mode->c_iflag &= ~(tcflag_t)(IXOFF | IXANY | INPCK);
	if (!options->keep_modem_lines)
		mode->c_cflag |= HUPCL;
	/* libserialport 0.1.1 puts the flag into the wrong word. */
	if (options->hardware_flow_control)
		mode->c_cflag |= CRTSCTS;
	/* With VMIN 0 "nothing there" would look like a hang-up. */
	mode->c_cc[VMIN] = 1;
	mode->c_cc[VTIME] = 0;
	if (find_rate(options->baud, &speed)) {
		cfsetispeed(mode, speed);
		cfsetospeed(mode, speed);
	}
}

static int set_mode(int fd, const char *path, const struct wire_options *options,
		    char why[static WIRE_WHY_SIZE])
{
	struct termios mode, set;

	if (tcgetattr(fd, &mode) < 0)
		return refuse(-errno, why, path);
	make_raw(&mode, options);
	if (tcsetattr(fd, TCSANOW, &mode) < 0 || tcgetattr(fd, &set) < 0)
		return refuse(-errno, why, path);
	/* tcsetattr() is content when one of many things worked. */
	if ((set.c_cflag & CRTSCTS) != (mode.c_cflag & CRTSCTS)) {
		snprintf(why, WIRE_WHY_SIZE, "%.100s cannot do RTS/CTS: set flow-control = none",
			 path);
		return -ENOTSUP;
	}
	if (cfgetospeed(&set) != cfgetospeed(&mode)) {
		snprintf(why, WIRE_WHY_SIZE, "%.100s cannot do %u baud: set baud = to another rate",
			 path, options->baud);
		return -ENOTSUP;
	}
	return 0;
}

int wire_take(int fd, const char *path, const struct wire_options *options,
	      char why[static WIRE_WHY_SIZE])
{
	int result = lock(fd);

	if (result == 0)
		result = set_descriptor(fd);
	if (result < 0)
		return refuse(result, why, path);
	return set_mode(fd, path, options, why);
}

int wire_set_termios_baud(int fd, unsigned baud)
{
	struct termios mode;
	speed_t speed;

	if (!find_rate(baud, &speed))
		return -EINVAL;
	if (tcgetattr(fd, &mode) < 0)
		return -errno;
	cfsetispeed(&mode, speed);
	cfsetospeed(&mode, speed);
	if (tcsetattr(fd, TCSANOW, &mode) < 0 || tcgetattr(fd, &mode) < 0)
		return -errno;
	return cfgetospeed(&mode) == speed ? 0 : -ENOTSUP;
}

int wire_set_baud(struct wire *wire, unsigned baud)
{
	return wire->ops->set_baud(wire, baud);
}

bool wire_is_elsewhere(const struct wire *wire, const char *device)
{
	struct stat opened, named;

	return fstat(wire->fd, &opened) == 0 && stat(device, &named) == 0 &&
	       S_ISCHR(named.st_mode) && named.st_rdev != opened.st_rdev;
}

void wire_drop(struct wire *wire)
{
	(void)tcflush(wire->fd, TCOFLUSH);
}

void wire_close(struct wire *wire)
{
	/* close() waits for octets to leave, by default half a minute. */
	(void)tcflush(wire->fd, TCOFLUSH);
	if (!is_pty(wire->fd))
		(void)ioctl(wire->fd, TIOCNXCL);
	wire->ops->close(wire);
}

/* A hang-up shows itself as "nothing there", again and again. */
static bool is_hung_up(int fd)
{
	struct pollfd look = { .fd = fd, .events = POLLIN };
	struct termios mode;

	if (poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLERR | POLLNVAL)))
		return true;
	return tcgetattr(fd, &mode) < 0;
}

static ssize_t explain(int error)
{
	switch (error) {
	case EAGAIN:
	case EINTR:
		return -EAGAIN;
	case EIO:
	case ENXIO:
	case ENODEV:
		return -ENODEV;
	default:
		return -error;
	}
}

ssize_t wire_read(struct wire *wire, void *octets, size_t size)
{
	ssize_t count = read(wire->fd, octets, size);

	if (count > 0)
		return count;
	if (count < 0)
		return explain(errno);
	return is_hung_up(wire->fd) ? -ENODEV : -EAGAIN;
}

ssize_t wire_write(struct wire *wire, const void *octets, size_t length)
{
	ssize_t count = write(wire->fd, octets, length);

	if (count >= 0)
		return count > 0 || length == 0 ? count : -EAGAIN;
	return explain(errno);
}

size_t wire_unsent(const struct wire *wire)
{
	int count = 0;

	return ioctl(wire->fd, TIOCOUTQ, &count) == 0 && count > 0 ? (size_t)count : 0;
}
