/* SPDX-License-Identifier: ISC */
/* What each element of HTML means for a plain text: one table. Pure. */
#ifndef COMPOSE_HTML_ELEMENT_H
#define COMPOSE_HTML_ELEMENT_H

#include <stdbool.h>

enum html_deed {
	HTML_DEED_NONE,		/* only its content */
	HTML_DEED_HIDE,		/* nothing of it is shown */
	HTML_DEED_QUOTE,
	HTML_DEED_LIST,
	HTML_DEED_NUMBERED,
	HTML_DEED_ITEM,
	HTML_DEED_INDENT,
	HTML_DEED_VERBATIM,
	HTML_DEED_TABLE,
	HTML_DEED_ROW,
	HTML_DEED_CELL,
	HTML_DEED_LINK,
	HTML_DEED_IMAGE,
	HTML_DEED_BREAK,
	HTML_DEED_RULE,
};

struct html_element {
	const char *name;
	enum html_deed deed;
	unsigned apart;		/* line ends before and behind it */
};

/* Never NULL; of an unknown element the content is shown. */
const struct html_element *html_element_find(const char *name);

/* `attributes`: name, value, name, value, ..., NULL, or NULL; a value may be NULL.
 * Answers the value, "" when it has none, or NULL when the attribute is not there. */
const char *html_element_attribute(const char *const *attributes, const char *name);

/* Whether its style or attributes keep it from sight, as newsletters do with the
 * text meant for the list of mails. */
bool html_element_is_hidden(const char *const *attributes);

#endif
