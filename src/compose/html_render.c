/* SPDX-License-Identifier: ISC */
#include "compose/html_render.h"

#include <stdio.h>
#include <stdlib.h>

#include "compose/html_link.h"

#define NUMBER_MAX 99999	/* of a list's item */
#define RULE "----------------------------------------"

void html_render_start(struct html_render *render, struct buf *out)
{
	*render = (struct html_render){ .link = BUF_INIT(HTML_LINK_MAX) };
	html_flow_start(&render->page, out);
	html_table_init(&render->table);
	render->flow = &render->page;
}

static bool is_hiding(const struct html_render *render)
{
	return render->hidden_depth > 0;
}

static long read_number(const char *text, long otherwise)
{
	long number = text ? strtol(text, NULL, 10) : otherwise;

	if (number < 0)
		return 0;
	return number > NUMBER_MAX ? NUMBER_MAX : number;
}

/* The list an item stands in; NULL when in none. */
static struct html_frame *find_list(struct html_render *render)
{
	for (size_t i = render->depth; i > 0; i--) {
		enum html_deed deed = render->frames[i - 1].element->deed;

		if (deed == HTML_DEED_LIST || deed == HTML_DEED_NUMBERED)
			return &render->frames[i - 1];
		if (deed == HTML_DEED_CELL)
			return NULL;
	}
	return NULL;
}

static void open_item(struct html_render *render, const char *const *attributes)
{
	struct html_frame *list = find_list(render);
	char mark[8] = "* ";

	if (list && list->element->deed == HTML_DEED_NUMBERED) {
		list->number = read_number(html_element_attribute(attributes, "value"),
					   list->number);
		snprintf(mark, sizeof mark, "%d. ", (int)list->number++);
	}
	html_flow_item(render->flow, mark);
}

static void open_link(struct html_render *render, const char *const *attributes)
{
	const char *href = html_element_attribute(attributes, "href");

	if (href == NULL || render->link_text)
		return;
	buf_reset(&render->link);
	html_link_put(span_of(href), &render->link);
	if (render->link.length == 0)
		return;
	render->link_text = render->flow->out;
	render->link_start = render->flow->out->length;
	render->link_depth = render->depth;
}

static void close_link(struct html_render *render)
{
	struct span text = { NULL, 0 };

	if (render->link_text == render->flow->out)
		text = span_trim(span_skip(buf_span(render->flow->out), render->link_start));
	if (!html_link_is_text(buf_span(&render->link), text)) {
		html_flow_text(render->flow, span_of(" <"));
		html_flow_text(render->flow, buf_span(&render->link));
		html_flow_text(render->flow, span_of(">"));
	}
	render->link_text = NULL;
}

static void show_image(struct html_render *render, const char *const *attributes)
{
	struct span alt = span_trim(span_of(html_element_attribute(attributes, "alt")));

	if (alt.length == 0)
		return;
	html_flow_text(render->flow, span_of("["));
	html_flow_text(render->flow, alt);
	html_flow_text(render->flow, span_of("]"));
}

static void open_cell(struct html_render *render, const char *const *attributes)
{
	const char *columns = html_element_attribute(attributes, "colspan");
	const char *rows = html_element_attribute(attributes, "rowspan");

	html_table_open_cell(&render->table, (unsigned)read_number(columns, 1),
			     (unsigned)read_number(rows, 1));
	html_flow_start(&render->cell, &render->table.text);
	render->flow = &render->cell;
}

/* A cell ends where its element ends, or the next begins. */
static void close_cell(struct html_render *render)
{
	if (render->flow == &render->cell)
		html_table_close_cell(&render->table);
	render->flow = &render->page;
}

/* What was kept is written as a layout; the rest of the table goes straight on. */
static void give_up_table(struct html_render *render)
{
	struct html_flow cell = render->cell;
	bool within = render->flow == &render->cell;

	close_cell(render);
	html_table_put(&render->table, true, &render->page);
	render->table_depth = 0;
	if (!within)
		return;
	/* What is open in the cell goes on in the page. */
	for (size_t i = 0; i < cell.margin_count; i++) {
		if (i < HTML_FLOW_MARGINS_MAX && cell.margins[i].quote)
			html_flow_quote(&render->page);
		else
			html_flow_item(&render->page, "  ");
	}
	html_flow_apart(&render->page, cell.want);
	if (render->link_text)
		render->link_text = &render->table.text;
}

static void open_table(struct html_render *render)
{
	if (render->table_depth > 0)
		give_up_table(render);
	html_table_start(&render->table);
	render->table_depth = render->depth;
}

static void close_table(struct html_render *render)
{
	close_cell(render);
	html_table_put(&render->table, false, &render->page);
	render->table_depth = 0;
}

static unsigned apart_of(struct html_render *render, const struct html_element *element)
{
	bool is_list = element->deed == HTML_DEED_LIST || element->deed == HTML_DEED_NUMBERED;

	/* Lists within lists stand close; the rows of a layout do not. */
	if (is_list && find_list(render))
		return 1;
	return element->deed == HTML_DEED_ROW && render->table_depth == 0 ? 2 : element->apart;
}

static void keep_apart(struct html_render *render, const struct html_element *element)
{
	unsigned apart = apart_of(render, element);

	if (apart > 0)
		html_flow_apart(render->flow, apart);
}

static void do_deed(struct html_render *render, struct html_frame *frame,
		    const char *const *attributes)
{
	switch (frame->element->deed) {
	case HTML_DEED_NONE:
	case HTML_DEED_HIDE:
	case HTML_DEED_LIST:
		break;
	case HTML_DEED_NUMBERED:
		frame->number = read_number(html_element_attribute(attributes, "start"), 1);
		break;
	case HTML_DEED_QUOTE:
		html_flow_quote(render->flow);
		break;
	case HTML_DEED_ITEM:
		open_item(render, attributes);
		break;
	case HTML_DEED_INDENT:
		html_flow_item(render->flow, "  ");
		break;
	case HTML_DEED_VERBATIM:
		render->verbatim++;
		render->fresh = true;
		break;
	case HTML_DEED_TABLE:
		open_table(render);
		break;
	case HTML_DEED_ROW:
		if (render->table_depth > 0)
			html_table_row(&render->table);
		break;
	case HTML_DEED_CELL:
		if (render->table_depth > 0)
			open_cell(render, attributes);
		break;
	case HTML_DEED_LINK:
		open_link(render, attributes);
		break;
	case HTML_DEED_IMAGE:
		show_image(render, attributes);
		break;
	case HTML_DEED_BREAK:
		html_flow_break(render->flow);
		break;
	case HTML_DEED_RULE:
		html_flow_text(render->flow, span_of(RULE));
		break;
	}
}

bool html_render_open(struct html_render *render, const char *name,
		      const char *const *attributes)
{
	const struct html_element *element = html_element_find(name);
	struct html_frame *frame;

	if (render->depth == HTML_RENDER_DEPTH_MAX)
		return false;
	if (render->table_depth > 0 && html_table_is_full(&render->table))
		give_up_table(render);
	if (!is_hiding(render) &&
	    (element->deed == HTML_DEED_CELL || element->deed == HTML_DEED_ROW) &&
	    render->table_depth > 0)
		close_cell(render);
	if (!is_hiding(render))
		keep_apart(render, element);
	frame = &render->frames[render->depth++];
	*frame = (struct html_frame){ .element = element };
	if (is_hiding(render))
		return true;
	if (element->deed == HTML_DEED_HIDE || html_element_is_hidden(attributes))
		render->hidden_depth = render->depth;
	else
		do_deed(render, frame, attributes);
	return true;
}

void html_render_text(struct html_render *render, struct span text)
{
	if (is_hiding(render))
		return;
	if (render->verbatim == 0) {
		html_flow_text(render->flow, text);
		return;
	}
	if (render->fresh && span_starts(text, "\n"))
		text = span_skip(text, 1);
	render->fresh = false;
	html_flow_verbatim(render->flow, text);
}

static void undo_deed(struct html_render *render, const struct html_frame *frame)
{
	switch (frame->element->deed) {
	case HTML_DEED_QUOTE:
	case HTML_DEED_ITEM:
	case HTML_DEED_INDENT:
		html_flow_end_margin(render->flow);
		break;
	case HTML_DEED_VERBATIM:
		render->verbatim--;
		break;
	case HTML_DEED_TABLE:
		if (render->table_depth == render->depth)
			close_table(render);
		break;
	case HTML_DEED_CELL:
		if (render->table_depth > 0)
			close_cell(render);
		break;
	case HTML_DEED_LINK:
		if (render->link_text && render->link_depth == render->depth)
			close_link(render);
		break;
	case HTML_DEED_NONE:
	case HTML_DEED_HIDE:
	case HTML_DEED_LIST:
	case HTML_DEED_NUMBERED:
	case HTML_DEED_ROW:
	case HTML_DEED_IMAGE:
	case HTML_DEED_BREAK:
	case HTML_DEED_RULE:
		break;
	}
}

void html_render_close(struct html_render *render)
{
	const struct html_frame *frame;

	if (render->depth == 0)
		return;
	frame = &render->frames[render->depth - 1];
	if (!is_hiding(render)) {
		undo_deed(render, frame);
		render->depth--;
		keep_apart(render, frame->element);
		return;
	}
	if (render->hidden_depth == render->depth)
		render->hidden_depth = 0;
	render->depth--;
}

void html_render_close_all(struct html_render *render)
{
	while (render->depth > 0)
		html_render_close(render);
}

bool html_render_finish(struct html_render *render)
{
	bool good = !render->table.failed && !render->table.text.failed;

	html_render_close_all(render);
	if (render->page.begun)
		buf_text(render->page.out, "\r\n");
	html_table_clear(&render->table);
	buf_clear(&render->link);
	return good;
}
