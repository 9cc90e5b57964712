/* SPDX-License-Identifier: ISC */
/* The tokenizer of the module's side: bytes in, lines out. Total (every byte
 * string is accepted), bounded, and the same tokens for every split of the
 * input. A line ends at CR or LF; empty lines vanish; NUL and other controls
 * inside a line become '?'. Reference, "Form of the dialogue". */
#ifndef AT_AT_LINE_H
#define AT_AT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define AT_LINE_MAX 1024	/* octets of a line; a longer one is dropped whole */

enum at_token {
	AT_TOKEN_NEED_MORE,	/* no complete token in what was fed */
	AT_TOKEN_LINE,		/* a line, without its end */
	AT_TOKEN_TOO_LONG,	/* a line over the limit was dropped up to its end */
};

struct at_line {
	char text[AT_LINE_MAX];
	size_t length;
	bool overflow;
	bool given;		/* the line in text was handed out; the next byte starts anew */
};

void at_line_init(struct at_line *line);

/* Takes octets off the front of *input until one token is whole. The line is
 * valid until the next call. NEED_MORE means that *input is used up. */
enum at_token at_line_next(struct at_line *line, struct span *input, struct span *text);

/* Octets of an unfinished line: anything but 0 is a line in the coming. */
size_t at_line_pending(const struct at_line *line);

#endif
