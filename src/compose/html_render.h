/* SPDX-License-Identifier: ISC */
/* Plain text from the elements of HTML as a parser meets them, one after the other:
 * no tree, so memory and time stay linear however deep they are. Pure. */
#ifndef COMPOSE_HTML_RENDER_H
#define COMPOSE_HTML_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "compose/html_element.h"
#include "compose/html_flow.h"
#include "compose/html_table.h"

/* Elements open at a time; libxml2 itself gives up at so many. */
#define HTML_RENDER_DEPTH_MAX 256

struct html_frame {
	const struct html_element *element;
	long number;		/* of the next item of a list */
	bool margin;		/* one was made for it */
};

struct html_render {
	struct html_flow page, cell;
	struct html_flow *flow;		/* one of both */
	struct html_table table;
	size_t table_depth;		/* of the table whose cells are kept; 0: of none */
	struct html_frame frames[HTML_RENDER_DEPTH_MAX];
	size_t depth;
	size_t hidden_depth;		/* of the outermost hidden element; 0: of none */
	unsigned verbatim;		/* elements open whose blanks count */
	bool fresh;			/* at the start of such an element */
	struct buf link;		/* of the link that is open */
	struct buf *link_text;		/* what it is written to, NULL when none is open */
	size_t link_start, link_depth;
};

void html_render_start(struct html_render *render, struct buf *out);

/* False when too many are open: nothing was done then. `attributes` as in
 * html_element_attribute(). */
bool html_render_open(struct html_render *render, const char *name,
		      const char *const *attributes);
void html_render_text(struct html_render *render, struct span text);
void html_render_close(struct html_render *render);

/* Closes all that is open. */
void html_render_close_all(struct html_render *render);

/* Ends the text, frees. False when out of memory; `out` has its own mark. */
bool html_render_finish(struct html_render *render);

#endif
