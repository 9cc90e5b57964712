/* SPDX-License-Identifier: ISC */
#include "mail/address_ascii.h"

#include <stdlib.h>

#include <idn2.h>

#include "base/utf8.h"
#include "mail/address.h"

/* Without quotes it would be a local part, and that one. */
static bool is_plain(struct span local)
{
	return local.length > 0 && local.at[0] != '"' && address_domain(local).length == 0 &&
	       address_check(local, true, true) == ADDRESS_OK;
}

static void put_local(struct span local, struct buf *out)
{
	if (span_starts(local, "\"")) {
		for (size_t i = 1; i + 1 < local.length; i++) {
			if (local.at[i] == '\\')
				i++;
			buf_byte(out, local.at[i]);
		}
		if (is_plain(buf_span(out)))
			return;
		buf_reset(out);
	}
	buf_put(out, local);
}

static void put_domain(struct span domain, struct buf *out)
{
	char *text = span_dup(domain), *ascii = NULL;

	/* As a browser does it (UTS 46), else as written. */
	if (text && (idn2_to_ascii_8z(text, &ascii, IDN2_NONTRANSITIONAL) == IDN2_OK ||
		     idn2_to_ascii_8z(text, &ascii, IDN2_NFC_INPUT) == IDN2_OK))
		buf_text(out, ascii);
	else
		out->failed = true;
	idn2_free(ascii);
	free(text);
}

bool address_to_ascii(struct span address, struct buf *out)
{
	struct span domain = address_domain(address);
	size_t local_length = address.length - domain.length - (domain.length > 0);

	buf_reset(out);
	put_local(span_take(address, local_length), out);
	if (domain.length > 0)
		buf_byte(out, '@');
	if (utf8_is_ascii(domain))
		buf_put(out, domain);
	else
		put_domain(domain, out);
	return !out->failed;
}
