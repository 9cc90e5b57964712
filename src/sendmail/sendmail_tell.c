/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_tell.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/buf.h"

#define LINE_MAX_OCTETS (512 * 1024)

void sendmail_tell(const char *format, ...)
{
	struct buf out = BUF_INIT(LINE_MAX_OCTETS);
	ssize_t written;
	va_list arguments;

	buf_text(&out, "gsmtp-sendmail: ");
	va_start(arguments, format);
	buf_vformat(&out, format, arguments);
	va_end(arguments);
	for (size_t i = 0; i < out.length; i++)
		if ((unsigned char)out.at[i] < ' ' || out.at[i] == 0x7f)
			out.at[i] = '?';
	buf_byte(&out, '\n');
	/* There is nobody left to tell that it failed. */
	written = write(STDERR_FILENO, buf_string(&out), out.length);
	(void)written;
	buf_clear(&out);
}
