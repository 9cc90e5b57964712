/* SPDX-License-Identifier: ISC */
#include "compose/html_link.h"

static const char *const schemes[] = {
	"http://", "https://", "ftp://", "ftps://", "tel:",  "sms:", "sip:",
	"sips:",   "xmpp:",    "geo:",	 "news:",   "ldap:", "irc:", "//",
};

static bool is_useful(struct span href)
{
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (span_starts_nocase(href, schemes[i]))
			return href.length > strlen(schemes[i]);
	return false;
}

/* Browsers leave line ends and blanks in an address out. */
static void put_without_blanks(struct span address, struct buf *out)
{
	for (size_t i = 0; i < address.length; i++)
		if ((unsigned char)address.at[i] > ' ')
			buf_byte(out, address.at[i]);
}

void html_link_put(struct span href, struct buf *out)
{
	href = span_trim(href);
	if (href.length > HTML_LINK_MAX)
		return;
	if (span_starts_nocase(href, "mailto:")) {
		href = span_skip(href, strlen("mailto:"));
		href = span_take(href, span_index(href, '?'));
	} else if (!is_useful(href)) {
		return;
	}
	put_without_blanks(href, out);
}

/* "https://www.example.net/" is what people write as "www.example.net". */
static struct span core_of(struct span address)
{
	size_t scheme = span_find(address, span_of("://"));

	if (scheme < address.length && scheme < 10)
		address = span_skip(address, scheme + 3);
	if (span_starts_nocase(address, "www."))
		address = span_skip(address, 4);
	if (address.length > 0 && address.at[address.length - 1] == '/')
		address.length--;
	return address;
}

bool html_link_is_text(struct span link, struct span text)
{
	return span_equal_nocase(core_of(link), core_of(span_trim(text)));
}
