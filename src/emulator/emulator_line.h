/* SPDX-License-Identifier: ISC */
/* From octets of the host to whole command lines, as V.250 reads them: CR ends
 * a line, LF is ignored, "A/" repeats the last line at once. Pure, bounded. */
#ifndef EMULATOR_EMULATOR_LINE_H
#define EMULATOR_EMULATOR_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define EMULATOR_LINE_MAX 1024	/* a longer line is dropped whole and answered with ERROR */

enum emulator_line_state {
	EMULATOR_LINE_MORE,	/* no whole line yet */
	EMULATOR_LINE_WHOLE,	/* a line, perhaps an empty one */
	EMULATOR_LINE_TOO_LONG,	/* a line over the limit has ended */
	EMULATOR_LINE_REPEAT,	/* "A/" */
};

struct emulator_line {
	char text[EMULATOR_LINE_MAX];
	size_t length;
	bool overflow;
	bool given;	/* handed out: the next octet starts anew */
};

void emulator_line_init(struct emulator_line *line);
bool emulator_line_is_empty(const struct emulator_line *line);	/* of a new line nothing has come */
enum emulator_line_state emulator_line_feed(struct emulator_line *line, char octet);

/* Without blanks at its front; valid until the next octet is fed. */
struct span emulator_line_text(const struct emulator_line *line);

#endif
