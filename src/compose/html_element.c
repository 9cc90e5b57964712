/* SPDX-License-Identifier: ISC */
#include "compose/html_element.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/span.h"

#define STYLE_MAX 2000		/* octets of a style that are looked at */

/* By name. */
static const struct html_element elements[] = {
	{ "a", HTML_DEED_LINK, 0 },
	{ "address", HTML_DEED_NONE, 1 },
	{ "article", HTML_DEED_NONE, 1 },
	{ "aside", HTML_DEED_NONE, 1 },
	{ "blockquote", HTML_DEED_QUOTE, 2 },
	{ "body", HTML_DEED_NONE, 1 },
	{ "br", HTML_DEED_BREAK, 0 },
	{ "caption", HTML_DEED_NONE, 2 },
	{ "center", HTML_DEED_NONE, 1 },
	{ "datalist", HTML_DEED_HIDE, 0 },
	{ "dd", HTML_DEED_INDENT, 1 },
	{ "details", HTML_DEED_NONE, 1 },
	{ "dir", HTML_DEED_LIST, 2 },
	{ "div", HTML_DEED_NONE, 1 },
	{ "dl", HTML_DEED_NONE, 2 },
	{ "dt", HTML_DEED_NONE, 1 },
	{ "fieldset", HTML_DEED_NONE, 1 },
	{ "figcaption", HTML_DEED_NONE, 1 },
	{ "figure", HTML_DEED_NONE, 2 },
	{ "footer", HTML_DEED_NONE, 1 },
	{ "form", HTML_DEED_NONE, 1 },
	{ "h1", HTML_DEED_NONE, 2 },
	{ "h2", HTML_DEED_NONE, 2 },
	{ "h3", HTML_DEED_NONE, 2 },
	{ "h4", HTML_DEED_NONE, 2 },
	{ "h5", HTML_DEED_NONE, 2 },
	{ "h6", HTML_DEED_NONE, 2 },
	{ "header", HTML_DEED_NONE, 1 },
	{ "hr", HTML_DEED_RULE, 1 },
	{ "iframe", HTML_DEED_HIDE, 0 },
	{ "img", HTML_DEED_IMAGE, 0 },
	{ "li", HTML_DEED_ITEM, 1 },
	{ "listing", HTML_DEED_VERBATIM, 2 },
	{ "main", HTML_DEED_NONE, 1 },
	{ "menu", HTML_DEED_LIST, 2 },
	{ "nav", HTML_DEED_NONE, 1 },
	{ "ol", HTML_DEED_NUMBERED, 2 },
	{ "p", HTML_DEED_NONE, 2 },
	{ "plaintext", HTML_DEED_VERBATIM, 2 },
	{ "pre", HTML_DEED_VERBATIM, 2 },
	{ "script", HTML_DEED_HIDE, 0 },
	{ "section", HTML_DEED_NONE, 1 },
	{ "select", HTML_DEED_HIDE, 0 },
	{ "style", HTML_DEED_HIDE, 0 },
	{ "summary", HTML_DEED_NONE, 1 },
	{ "svg", HTML_DEED_HIDE, 0 },
	{ "table", HTML_DEED_TABLE, 2 },
	{ "td", HTML_DEED_CELL, 1 },
	{ "template", HTML_DEED_HIDE, 0 },
	{ "th", HTML_DEED_CELL, 1 },
	{ "title", HTML_DEED_HIDE, 0 },
	{ "tr", HTML_DEED_ROW, 1 },
	{ "ul", HTML_DEED_LIST, 2 },
	{ "xmp", HTML_DEED_VERBATIM, 2 },
};

static const struct html_element unknown = { "", HTML_DEED_NONE, 0 };

static int compare(const void *name, const void *element)
{
	return strcasecmp(name, ((const struct html_element *)element)->name);
}

const struct html_element *html_element_find(const char *name)
{
	const struct html_element *found = bsearch(
		name, elements, sizeof elements / sizeof elements[0], sizeof elements[0], compare);

	return found ? found : &unknown;
}

const char *html_element_attribute(const char *const *attributes, const char *name)
{
	for (size_t i = 0; attributes && attributes[i]; i += 2)
		if (strcasecmp(attributes[i], name) == 0)
			return attributes[i + 1] ? attributes[i + 1] : "";
	return NULL;
}

/* Without blanks and in small letters. */
static void normalise_style(const char *style, char *out)
{
	size_t length = 0;

	for (; *style && length < STYLE_MAX; style++) {
		if (*style == ' ' || (*style >= '\t' && *style <= '\r'))
			continue;
		out[length++] = *style >= 'A' && *style <= 'Z' ? (char)(*style + 32) : *style;
	}
	out[length] = '\0';
}

/* A value of zero, not the beginning of 0.5. */
static bool is_zero(const char *style, const char *property)
{
	const char *found = strstr(style, property);

	return found && strspn(found + strlen(property), "0.") > 0 &&
	       strchr(";p!", found[strlen(property) + strspn(found + strlen(property), "0.")]);
}

bool html_element_is_hidden(const char *const *attributes)
{
	const char *value = html_element_attribute(attributes, "style");
	char style[STYLE_MAX + 1];

	if (html_element_attribute(attributes, "hidden"))
		return true;
	if (value == NULL)
		return false;
	normalise_style(value, style);
	return strstr(style, "display:none") || strstr(style, "visibility:hidden") ||
	       is_zero(style, "max-height:") || is_zero(style, "opacity:");
}
