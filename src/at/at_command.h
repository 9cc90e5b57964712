/* SPDX-License-Identifier: ISC */
/* The typed builder of AT command lines. It cannot emit a quote, CR, LF,
 * Ctrl-Z, ESC or any other control inside a parameter: there is no
 * printf-style way in. The first thing that does not fit makes the whole
 * command fail, and a failed command is never sent. Reference, "Form of the
 * dialogue": commands end with CR alone; the CR is added by at_chat. */
#ifndef AT_AT_COMMAND_H
#define AT_AT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

#define AT_COMMAND_MAX 512	/* octets of a command line without CR */

struct at_command {
	struct buf *out;	/* borrowed; the command is appended to it */
	size_t start;		/* where it begins in out */
	bool out_failed;	/* out had failed before */
	char separator;		/* before the next parameter; '\0': none */
	const char *fault;	/* NULL while good; else a phrase: what is wrong */
};

/* Starts a command with a constant text such as "AT+QSMTPDST"; the first
 * parameter adds '=' and the following ones ','. A text that ends in ':', such
 * as "+QSMTPDST:", starts a line as the module would answer it: nothing is
 * added before the first parameter. */
void at_command_begin(struct at_command *command, struct buf *out, const char *name);
void at_command_integer(struct at_command *command, int64_t value);

/* A quoted text, printable ASCII without '"', at most `max` octets. */
void at_command_text(struct at_command *command, struct span text, size_t max);

/* Quoted hexadecimal digits of any octets, at most `max` octets (2 * max digits). */
void at_command_hex(struct at_command *command, struct span octets, size_t max);

/* NULL and *line (pointing into out) when it is good; else the fault, and out is
 * as before at_command_begin(). */
const char *at_command_end(struct at_command *command, struct span *line);

#endif
