/* SPDX-License-Identifier: ISC */
#include "conf/conf_complaint.h"

#include <stdarg.h>

#include "base/utf8.h"

#define COMPLAINT_MAX 4096
#define EXCERPT_MAX 60

void conf_complaint_add(struct buf *complaints, const char *file, unsigned line,
			const char *format, ...)
{
	struct buf text = BUF_INIT(COMPLAINT_MAX);
	va_list arguments;

	buf_format(&text, "%s:%u: ", file, line);
	va_start(arguments, format);
	buf_vformat(&text, format, arguments);
	va_end(arguments);
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f)
			text.at[i] = '?';
	if (buf_byte(&text, '\n'))
		buf_put(complaints, buf_span(&text));
	else
		complaints->failed = true;
	buf_clear(&text);
}

struct span conf_complaint_excerpt(struct span value)
{
	return utf8_take(value, EXCERPT_MAX);
}
