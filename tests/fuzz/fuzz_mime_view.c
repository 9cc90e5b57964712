/* SPDX-License-Identifier: ISC */
/* Any octets are a mail: it is always read, all texts are UTF-8, header texts are one
 * line, and a mail that has octets has a text, a file or a header. */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "compose/mime_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct buf *text)
{
	if (text->failed || !utf8_is_valid(buf_span(text)) ||
	    span_index(buf_span(text), '\0') < text->length)
		abort();
}

static void check_line(const struct buf *line)
{
	check_text(line);
	for (size_t i = 0; i < line->length; i++)
		if ((unsigned char)line->at[i] < ' ')
			abort();
}

static void check_files(const struct mime_view *view)
{
	if (view->file_count > MIME_VIEW_PARTS_MAX)
		abort();
	for (size_t i = 0; i < view->file_count; i++) {
		check_line(&view->files[i].name);
		check_line(&view->files[i].type);
		if (view->files[i].octets.failed)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mime_view view;

	if (!mime_view_read(span_make(data, size), &view))
		abort();
	check_line(&view.subject);
	check_line(&view.from);
	check_line(&view.reply_to);
	check_line(&view.to);
	check_line(&view.cc);
	check_line(&view.message_id);
	check_text(&view.text);
	check_text(&view.html_text);
	if (view.text.length > 0 && view.html_text.length > 0)
		abort();
	check_files(&view);
	mime_view_clear(&view);
	return 0;
}
