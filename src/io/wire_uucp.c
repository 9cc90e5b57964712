/* SPDX-License-Identifier: ISC */
#include "io/wire_uucp.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/span.h"

/* "%10d\n", as the Filesystem Hierarchy Standard has it (5.9); some write a name behind
 * it. 0 when it is not that. */
static long read_number(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct span line, rest, word;
	int64_t number = 0;
	char text[64];
	ssize_t length;

	if (fd < 0)
		return 0;
	length = read(fd, text, sizeof(text));
	close(fd);
	rest = span_make(text, length < 0 ? 0 : (size_t)length);
	if (span_cut(&rest, '\n', &line) && span_word(&line, &word))
		span_number(word, 1, INT_MAX, &number);
	return (long)number;
}

long wire_uucp_holder(const char *folder, const char *path)
{
	const char *slash = strrchr(path, '/');
	char lock_path[PATH_MAX];
	int length = snprintf(lock_path, sizeof(lock_path), "%s/LCK..%s", folder,
			      slash ? slash + 1 : path);
	long pid;

	if (length < 0 || (size_t)length >= sizeof(lock_path))
		return 0;
	pid = read_number(lock_path);
	if (pid == 0 || pid == (long)getpid())
		return 0;
	/* Another user's process cannot be signalled, but it is there. */
	return kill((pid_t)pid, 0) == 0 || errno == EPERM ? pid : 0;
}
