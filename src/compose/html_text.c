/* SPDX-License-Identifier: ISC */
#include "compose/html_text.h"

#include <stdlib.h>

#include <libxml/HTMLparser.h>

#include "compose/html_render.h"
#include "compose/html_trim.h"

#define META_MAX 4096		/* where a charset must have been named */
#define TRIMMED_MAX (2 * HTML_TEXT_SOURCE_MAX)

/* One run of the parser. Since it looks through all open elements at each end tag, it
 * is stopped when too many are open, and begins anew where it was. */
struct run {
	struct html_render *render;
	htmlParserCtxtPtr parser;
	bool stopped;
	size_t left;		/* octets behind the place where it stopped */
	size_t behind_tag;	/* the least of `left`, so that each run gets on */
};

static const char *const *attributes_of(const xmlChar **attributes)
{
	return (const char *const *)(const void *)attributes;
}

/* Back to the '<' of the tag that was one too many. */
static void stop(struct run *run)
{
	const xmlParserInput *input = run->parser->input;
	const xmlChar *place = input->cur;

	while (place > input->base && *place != '<')
		place--;
	run->left = (size_t)(input->end - place);
	run->behind_tag = (size_t)(input->end - input->cur);
	run->stopped = true;
	xmlStopParser(run->parser);
}

static void open_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
	struct run *run = context;

	if (run->stopped)
		return;
	if (!html_render_open(run->render, (const char *)name, attributes_of(attributes)))
		stop(run);
}

static void close_element(void *context, const xmlChar *name)
{
	struct run *run = context;

	(void)name;
	if (!run->stopped)
		html_render_close(run->render);
}

static void put_text(void *context, const xmlChar *text, int length)
{
	struct run *run = context;

	if (!run->stopped && length > 0)
		html_render_text(run->render, span_make(text, (size_t)length));
}

static const htmlSAXHandler handler = {
	.startElement = open_element,
	.endElement = close_element,
	.characters = put_text,
	.ignorableWhitespace = put_text,
	.cdataBlock = put_text,
};

/* The octets that are still to be parsed; 0 when done. False when out of memory. */
static bool parse(struct html_render *render, struct span html, size_t *left)
{
	struct run run = { .render = render, .parser = htmlNewParserCtxt() };
	bool good;

	*left = 0;
	if (run.parser == NULL)
		return false;
	*run.parser->sax = handler;
	run.parser->userData = &run;
	htmlCtxtReadMemory(run.parser, html.at, (int)html.length, NULL, "UTF-8",
			   HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
				   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT);
	good = run.parser->errNo != XML_ERR_NO_MEMORY;
	if (run.stopped)
		*left = run.left < html.length ? run.left : run.behind_tag;
	htmlFreeParserCtxt(run.parser);
	return good;
}

static bool parse_all(struct html_render *render, struct span html)
{
	size_t left;

	while (html.length > 0) {
		if (!parse(render, html, &left))
			return false;
		html_render_close_all(render);
		/* Each run opens elements, so each gets on. */
		if (left >= html.length)
			break;
		html = span_skip(html, html.length - left);
	}
	return true;
}

bool html_text_render(struct span html, struct buf *out, bool *whole)
{
	struct buf trimmed = BUF_INIT(TRIMMED_MAX);
	struct html_render *render = malloc(sizeof *render);
	bool good = render && html_trim(span_take(html, HTML_TEXT_SOURCE_MAX), &trimmed);

	*whole = html.length <= HTML_TEXT_SOURCE_MAX;
	if (render)
		html_render_start(render, out);
	good = good && parse_all(render, buf_span(&trimmed));
	if (render)
		good &= html_render_finish(render);
	buf_clear(&trimmed);
	free(render);
	return good && !out->failed;
}

static size_t find_nocase(struct span text, const char *word)
{
	size_t i = 0;

	while (i < text.length && !span_starts_nocase(span_skip(text, i), word))
		i++;
	return i;
}

static bool is_name(char octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
	       (octet >= '0' && octet <= '9') || (octet && strchr("-_.:+", octet));
}

struct span html_text_charset(struct span html)
{
	struct span rest = span_take(html, META_MAX);
	size_t length = 0;

	while ((rest = span_skip(rest, find_nocase(rest, "<meta"))).length > 0) {
		struct span tag = span_take(rest, span_index(rest, '>'));

		rest = span_skip(rest, tag.length);
		tag = span_skip(tag, find_nocase(tag, "charset"));
		tag = span_skip(tag, span_index(tag, '=') + 1);
		while (tag.length > 0 && strchr(" \t\"'", tag.at[0]))
			tag = span_skip(tag, 1);
		while (length < tag.length && is_name(tag.at[length]))
			length++;
		if (length > 0)
			return span_take(tag, length);
	}
	return span_take(rest, 0);
}
