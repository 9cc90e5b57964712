/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>

#include "ctl/preview_view.h"
#include "mail/raw_text.h"

#define PIECE 1024

const char *preview_charset_name(enum transaction_charset charset)
{
	static const char *const names[] = { "US-ASCII", "UTF-8", "GB2312", "BIG5" };

	return names[charset];
}

/* As the C library calls it: EUC-CN is how mails carry GB2312. */
static const char *converter_name(enum transaction_charset charset)
{
	return charset == TRANSACTION_GB2312 ? "EUC-CN" : preview_charset_name(charset);
}

/* False when it cannot all be converted. */
static bool convert(iconv_t converter, struct span octets, struct buf *out)
{
	char *in = (char *)(uintptr_t)octets.at;	/* iconv() does not write there */
	size_t in_left = octets.length;

	while (in_left > 0) {
		char piece[PIECE], *at = piece;
		size_t left = sizeof piece;
		size_t result = iconv(converter, &in, &in_left, &at, &left);

		if (!buf_put(out, span_make(piece, sizeof piece - left)) ||
		    (result == (size_t)-1 && errno != E2BIG))
			return false;
	}
	return true;
}

static bool put_converted(enum transaction_charset charset, struct span octets, struct buf *out)
{
	iconv_t converter = iconv_open("UTF-8", converter_name(charset));
	bool converted;

	if (converter == (iconv_t)-1)
		return false;
	converted = convert(converter, octets, out);
	iconv_close(converter);
	return converted;
}

bool preview_text(enum transaction_charset charset, struct span octets, struct buf *out)
{
	struct buf text = BUF_INIT(4 * octets.length + PIECE);
	bool put;

	if (charset >= TRANSACTION_GB2312 && put_converted(charset, octets, &text))
		put = buf_put(out, buf_span(&text));
	else
		put = raw_text_to_utf8(octets, out);
	buf_clear(&text);
	return put;
}
