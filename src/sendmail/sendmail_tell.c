/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_tell.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"

#define LINE_MAX_OCTETS 600

void sendmail_tell(const char *format, ...)
{
	char line[LINE_MAX_OCTETS];
	struct buf out = BUF_INIT(LINE_MAX_OCTETS + 32);
	ssize_t written;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	for (char *octet = line; *octet != '\0'; octet++)
		if ((unsigned char)*octet < ' ' || *octet == 0x7f)
			*octet = '?';
	buf_format(&out, "gsmtp-sendmail: %s\n", line);
	/* There is nobody left to tell that it failed. */
	written = write(STDERR_FILENO, buf_string(&out), out.length);
	(void)written;
	buf_clear(&out);
}
