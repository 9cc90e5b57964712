/* SPDX-License-Identifier: ISC */
/* Whatever the HTML, its text is UTF-8 of whole lines without control characters, and
 * within bounds. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "compose/flowed_text.h"
#include "compose/html_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A table row may pad each cell to the width of all columns. */
#define GROWTH_MAX 60

static void check_text(struct span text, bool crlf)
{
	if (!utf8_is_valid(text))
		abort();
	for (size_t i = 0; i < text.length; i++)
		if (crlf && text.at[i] == '\n' && (i == 0 || text.at[i - 1] != '\r'))
			abort();
	if (crlf && text.length > 0 && text.at[text.length - 1] != '\n')
		abort();
}

static void render(struct span html)
{
	struct buf out = BUF_INIT(GROWTH_MAX * (html.length + 10));
	bool whole;

	if (!html_text_render(html, &out, &whole) || !whole)
		abort();
	check_text(buf_span(&out), true);
	buf_clear(&out);
}

static void join(struct span text, bool delsp)
{
	struct buf out = BUF_INIT(3 * text.length + 3);

	if (!flowed_text_join(text, delsp, &out))
		abort();
	if (utf8_is_valid(text))
		check_text(buf_span(&out), false);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make(data, size);
	struct span charset = html_text_charset(text);

	if (charset.length > size)
		abort();
	join(text, false);
	join(text, true);
	if (utf8_is_valid(text) && span_index(text, '\0') == size)
		render(text);
	return 0;
}
