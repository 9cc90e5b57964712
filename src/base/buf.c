/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf)BUF_INIT(max);
}

void buf_clear(struct buf *buf)
{
	size_t max = buf->max;

	free(buf->at);
	buf_init(buf, max);
}

void buf_reset(struct buf *buf)
{
	buf->length = 0;
	buf->failed = false;
	if (buf->at)
		buf->at[0] = '\0';
}

/* Makes room for `count` more octets and a NUL; never past max. */
static bool reserve(struct buf *buf, size_t count)
{
	size_t wanted;
	char *grown;

	if (buf->failed)
		return false;
	if (count > buf->max - buf->length) {
		buf->failed = true;
		return false;
	}
	wanted = buf->length + count + 1;
	if (wanted <= buf->capacity)
		return true;
	if (wanted < buf->capacity * 2)
		wanted = buf->capacity * 2;
	if (wanted < 64)
		wanted = 64;
	if (wanted > buf->max + 1)
		wanted = buf->max + 1;
	grown = realloc(buf->at, wanted);
	if (grown == NULL) {
		buf->failed = true;
		return false;
	}
	buf->at = grown;
	buf->capacity = wanted;
	return true;
}

char *buf_room(struct buf *buf, size_t count)
{
	return reserve(buf, count) ? buf->at + buf->length : NULL;
}

void buf_grew(struct buf *buf, size_t count)
{
	buf->length += count;
	buf->at[buf->length] = '\0';
}

bool buf_put(struct buf *buf, struct span span)
{
	char *room = buf_room(buf, span.length);

	if (room == NULL)
		return false;
	if (span.length > 0)
		memcpy(room, span.at, span.length);
	buf_grew(buf, span.length);
	return true;
}

bool buf_text(struct buf *buf, const char *text)
{
	return buf_put(buf, span_of(text));
}

bool buf_byte(struct buf *buf, char octet)
{
	return buf_put(buf, span_make(&octet, 1));
}

bool buf_vformat(struct buf *buf, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0 || !reserve(buf, (size_t)length)) {
		buf->failed = true;
		return false;
	}
	vsnprintf(buf->at + buf->length, (size_t)length + 1, format, arguments);
	buf->length += (size_t)length;
	return true;
}

bool buf_format(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	bool fits;

	va_start(arguments, format);
	fits = buf_vformat(buf, format, arguments);
	va_end(arguments);
	return fits;
}

void buf_drop_front(struct buf *buf, size_t count)
{
	if (count >= buf->length) {
		buf->length = 0;
		if (buf->at)
			buf->at[0] = '\0';
		return;
	}
	buf->length -= count;
	memmove(buf->at, buf->at + count, buf->length + 1);
}

struct span buf_span(const struct buf *buf)
{
	return span_make(buf->at, buf->length);
}

const char *buf_string(const struct buf *buf)
{
	return buf->at ? buf->at : "";
}

char *buf_take(struct buf *buf)
{
	char *text;

	if (!reserve(buf, 0)) {
		buf_clear(buf);
		return NULL;
	}
	text = buf->at;
	text[buf->length] = '\0';
	buf_init(buf, buf->max);
	return text;
}
