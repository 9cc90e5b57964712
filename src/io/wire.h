/* SPDX-License-Identifier: ISC */
/* A wire: the byte stream to a module, opened exclusively, raw, non-blocking,
 * close-on-exec. Two makers with one behaviour: wire_serial (real ports, by
 * libserialport) and wire_tty (ptys and whatever libserialport refuses).
 * Errors are negative errno values. */
#ifndef IO_WIRE_H
#define IO_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define WIRE_WHY_SIZE 240

struct wire_options {
	unsigned baud;
	bool hardware_flow_control;	/* RTS/CTS */
	bool keep_modem_lines;		/* DTR and RTS stay as they are at close; else they
					 * fall then and rise at the next open (the kernel
					 * raises them at every open) */
};

struct wire;

struct wire_ops {
	void (*close)(struct wire *wire);
	int (*set_baud)(struct wire *wire, unsigned baud);	/* 0 or a negative errno */
};

/* Common to both makers; the descriptor is read and written by wire_read() and
 * wire_write() below, so that hang-ups are told in one place. */
struct wire {
	const struct wire_ops *ops;
	int fd;
};

/* Resolves `device` (a link by-id is looked up at each open), picks the maker,
 * locks it. 0 and *wire; or a negative errno with a sentence in `why` that
 * says what to change and names the holder when it is busy: -ENOENT no such device,
 * -EBUSY in use, -EACCES not permitted, -ENOTTY no terminal, others. */
int wire_open(const char *device, const struct wire_options *options, struct wire **wire,
	      char why[static WIRE_WHY_SIZE]);

/* The makers; `path` is already resolved. Use wire_open(). */
int wire_serial_open(const char *path, const struct wire_options *options, struct wire **wire,
		     char why[static WIRE_WHY_SIZE]);
int wire_tty_open(const char *path, const struct wire_options *options, struct wire **wire,
		  char why[static WIRE_WHY_SIZE]);

/* Exclusive lock and raw mode, for both makers: flock, TIOCEXCL, termios. A rate
 * that termios has no name for is left as it is. */
int wire_take(int fd, const char *path, const struct wire_options *options,
	      char why[static WIRE_WHY_SIZE]);

/* Whether termios has a name for this rate. */
bool wire_is_standard_rate(unsigned baud);

/* Another rate from now on; the rest stays as it is, also what came and was not read
 * yet. 0 or a negative errno; -ENOTSUP when the port cannot do it. */
int wire_set_baud(struct wire *wire, unsigned baud);

/* For the makers: what a negative errno of opening means, and what to change. */
void wire_explain(int result, const char *path, char why[static WIRE_WHY_SIZE]);

/* For the makers: by termios. */
int wire_set_termios_baud(int fd, unsigned baud);

/* Whether `device` leads to another terminal than the one that is open: its link was
 * set anew. A link that is missing says nothing. */
bool wire_is_elsewhere(const struct wire *wire, const char *device);

/* Never waits for octets to leave: what has not left yet is dropped. */
void wire_close(struct wire *wire);

/* Count of octets; -EAGAIN nothing there (or no room); -ENODEV the line is
 * hung up or the device is gone: close it at once. */
ssize_t wire_read(struct wire *wire, void *octets, size_t size);
ssize_t wire_write(struct wire *wire, const void *octets, size_t length);

/* Forgets what the kernel has accepted and not sent. */
void wire_drop(struct wire *wire);

/* Octets accepted by the kernel and not yet on the line; 0 where unknown (a
 * pty, and what a USB adapter holds itself). */
size_t wire_unsent(const struct wire *wire);

#endif
