/* SPDX-License-Identifier: ISC */
/* Whatever the text, the body made of it is safe on the wire, and what needed
 * no change has none. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "mail/wire_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Octets before CRLF. */
static size_t longest_line(struct span text)
{
	size_t longest = 0, width = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] != '\r' && text.at[i] != '\n')
			width++;
		else
			width = 0;
		if (width > longest)
			longest = width;
	}
	return longest;
}

static void check(struct span text, bool utf8)
{
	struct buf once = BUF_INIT(1 << 24), twice = BUF_INIT(1 << 24);
	bool changed, again;

	if (!wire_text_make_body(text, utf8, &once, &changed))
		abort();
	if (wire_text_body_fault(buf_span(&once)) != NULL)
		abort();
	if (longest_line(buf_span(&once)) > 998)
		abort();
	/* The parts of a safe body are safe together with any terminator. */
	if (wire_text_octets_fault(buf_span(&once)) != NULL)
		abort();
	if (utf8_is_valid(text) && !utf8_is_valid(buf_span(&once)))
		abort();
	if (wire_text_body_fault(text) == NULL && longest_line(text) <= 998 &&
	    (changed || !span_equal(text, buf_span(&once))))
		abort();
	if (!wire_text_make_body(buf_span(&once), utf8, &twice, &again) || again ||
	    !span_equal(buf_span(&once), buf_span(&twice)))
		abort();
	buf_clear(&once);
	buf_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make(data, size);

	check(text, true);
	check(text, false);
	if (wire_text_name_fault(text) == NULL && wire_text_parameter_fault(text, 63) != NULL)
		abort();
	return 0;
}
