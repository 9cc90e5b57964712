/* SPDX-License-Identifier: ISC */
#include "compose/text_charset.h"

#include <glib.h>

#include "base/utf8.h"

/* By charset. EUC-CN is how mails carry GB2312. */
static const char *const names[] = { "US-ASCII", "UTF-8", "EUC-CN", "BIG5" };

static bool put_converted(struct span text, const char *to, const char *from, struct buf *out)
{
	gsize length;
	gchar *converted = g_convert(text.at, (gssize)text.length, to, from, NULL, &length, NULL);
	bool put = converted && buf_put(out, span_make(converted, length));

	g_free(converted);
	return put;
}

static bool comes_back(struct span converted, struct span utf8, const char *name)
{
	struct buf back = BUF_INIT(utf8.length + 16);
	bool same = put_converted(converted, "UTF-8", name, &back) &&
		    span_equal(buf_span(&back), utf8);

	buf_clear(&back);
	return same;
}

bool text_charset_convert(struct span utf8, enum transaction_charset charset, struct buf *out)
{
	const char *name = names[charset];
	struct buf converted = BUF_INIT(utf8.length + 16);
	bool good;

	if (charset == TRANSACTION_UTF8 || utf8_is_ascii(utf8))
		return buf_put(out, utf8);
	good = charset != TRANSACTION_ASCII && put_converted(utf8, name, "UTF-8", &converted) &&
	       comes_back(buf_span(&converted), utf8, name) && buf_put(out, buf_span(&converted));
	buf_clear(&converted);
	return good;
}

bool text_charset_fit(struct span utf8, size_t max, enum transaction_charset *charset,
		      struct buf *out)
{
	static const enum transaction_charset wider[] = { TRANSACTION_UTF8, TRANSACTION_GB2312,
							   TRANSACTION_BIG5 };

	*charset = TRANSACTION_ASCII;
	buf_reset(out);
	if (utf8_is_ascii(utf8))
		return utf8.length <= max && buf_put(out, utf8);
	for (size_t i = 0; i < sizeof wider / sizeof wider[0]; i++) {
		*charset = wider[i];
		if (text_charset_convert(utf8, *charset, out) && out->length <= max)
			return true;
		buf_reset(out);
	}
	return false;
}
