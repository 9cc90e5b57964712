/* SPDX-License-Identifier: ISC */
/* Words and line ends of a text that is rendered: blanks collapse, blocks stand
 * apart, quotes and lists have their margin. Lines end with CRLF and are not
 * wrapped: every mail program does that, and at its own width. Pure. */
#ifndef COMPOSE_HTML_FLOW_H
#define COMPOSE_HTML_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* Deeper margins are not shown: a line has at most so many, and the text stays
 * linear in its source. */
#define HTML_FLOW_MARGINS_MAX 16

struct html_margin {
	char mark[8];		/* "> ", or what its first line begins with: "* ", "12. " */
	bool quote;		/* the mark stands before every line */
	bool used;		/* the first line is written */
};

struct html_flow {
	struct buf *out;
	unsigned want;		/* line ends due before the next letter */
	bool begun;		/* anything was written */
	bool blank;		/* a blank is due before the next letter */
	size_t margin_count;	/* may be more than are kept */
	size_t gap_margins;	/* those that the lines between have */
	struct html_margin margins[HTML_FLOW_MARGINS_MAX];
};

/* The flow only borrows `out`; whether that is full the caller sees there. */
void html_flow_start(struct html_flow *flow, struct buf *out);

/* Text in UTF-8 with blanks collapsed, and what has no width left out. */
void html_flow_text(struct html_flow *flow, struct span text);

/* Text whose blanks and line ends count. */
void html_flow_verbatim(struct html_flow *flow, struct span text);

/* Lines that were rendered before, within the margins of this flow. */
void html_flow_lines(struct html_flow *flow, struct span lines);

/* The next letter stands at least so many line ends after the last. */
void html_flow_apart(struct html_flow *flow, unsigned lines);

/* <br>: a line end more; never more than an empty line. */
void html_flow_break(struct html_flow *flow);

/* A margin for what follows, and its end. */
void html_flow_quote(struct html_flow *flow);
void html_flow_item(struct html_flow *flow, const char *mark);
void html_flow_end_margin(struct html_flow *flow);

/* Whether a letter stands on the current line. */
bool html_flow_on_line(const struct html_flow *flow);

#endif
