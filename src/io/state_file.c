/* SPDX-License-Identifier: ISC */
#include "io/state_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define DRAFT ".new"

void state_file_path(const char *folder, const char *matter, const char *modem, char *path,
		     size_t size)
{
	int length = snprintf(path, size, "%s/%s-", folder, matter);
	size_t at = length < 0 ? 0 : (size_t)length;

	if (at >= size)
		return;
	/* A modem's name comes from the configuration and may hold anything. */
	for (; *modem != '\0' && at + sizeof(DRAFT) < size; modem++)
		path[at++] = isalnum((unsigned char)*modem) ? *modem : '_';
	path[at] = '\0';
}

int state_file_load(const char *folder, const char *matter, const char *modem, struct buf *text)
{
	char path[PATH_MAX], piece[512];
	int result = 0, fd;
	ssize_t got;

	state_file_path(folder, matter, modem, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	while ((got = read(fd, piece, sizeof(piece))) > 0 && result == 0)
		result = buf_put(text, span_make(piece, (size_t)got)) ? 0 : -EFBIG;
	if (got < 0)
		result = -errno;
	close(fd);
	return result;
}

static int write_whole(const char *path, struct span text, bool durable)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int result = 0;

	if (fd < 0)
		return -errno;
	errno = EIO;	/* for a short write */
	if (write(fd, text.at, text.length) != (ssize_t)text.length ||
	    (durable && fsync(fd) < 0))
		result = -errno;
	close(fd);
	return result;
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) < 0)
		result = -errno;
	close(fd);
	return result;
}

static int replace(const char *path, struct span text, bool durable)
{
	char draft[PATH_MAX + sizeof(DRAFT)];
	int result;

	snprintf(draft, sizeof(draft), "%s" DRAFT, path);
	result = write_whole(draft, text, durable);
	if (result == 0 && rename(draft, path) < 0)
		result = -errno;
	return result;
}

int state_file_store(const char *folder, const char *matter, const char *modem,
		     struct span text)
{
	char path[PATH_MAX];
	int result;

	state_file_path(folder, matter, modem, path, sizeof(path));
	result = replace(path, text, true);
	return result == 0 ? sync_folder(folder) : result;
}

int state_file_write(const char *path, struct span text)
{
	return replace(path, text, false);
}
