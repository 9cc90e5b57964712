/* SPDX-License-Identifier: ISC */
#include "io/conf_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_MAX_OCTETS 4096

static void complain(struct buf *complaints, const char *file, const char *what, int error)
{
	if (!buf_format(complaints, "%s:1: %s: %s; allowed: a file that can be read\n", file, what,
			strerror(error)))
		complaints->failed = true;
}

/* Up to `max` octets of a descriptor. 0 or a negative errno; -EFBIG when there
 * are more. */
static int read_all(int fd, struct buf *out)
{
	for (;;) {
		char piece[4096];
		ssize_t count = read(fd, piece, sizeof(piece));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 0)
			return 0;
		if (!buf_put(out, span_make(piece, (size_t)count)))
			return -EFBIG;
	}
}

/* Opens what is a regular file: a device or pipe might never end. O_NONBLOCK,
 * since the open itself of a pipe would wait for its writer. */
static int open_regular(const char *path, struct stat *status)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int error;

	if (fd < 0)
		return -errno;
	if (fstat(fd, status) == 0 && S_ISREG(status->st_mode))
		return fd;
	error = S_ISDIR(status->st_mode) ? EISDIR : EINVAL;
	close(fd);
	return -error;
}

static void load_file(const char *path, struct conf *conf, struct buf *complaints)
{
	struct buf text = BUF_INIT(CONF_FILE_MAX + 1);
	struct stat status = { 0 };
	int fd = open_regular(path, &status), result;

	if (fd < 0) {
		complain(complaints, path, "cannot be read", -fd);
		return;
	}
	result = read_all(fd, &text);
	close(fd);
	if (result < 0)
		complain(complaints, path, "cannot be read", -result);
	else if (!conf_parse(conf, path, buf_span(&text), complaints))
		complain(complaints, path, "cannot be taken in", ENOMEM);
	buf_clear(&text);
}

static int is_conf_name(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       strcmp(entry->d_name + length - 5, ".conf") == 0;
}

/* By octets, so that the order is the same under every locale. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load_folder(const char *folder, struct conf *conf, struct buf *complaints)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_conf_name, compare_names);

	if (count < 0) {
		if (errno != ENOENT)
			complain(complaints, folder, "cannot be read", errno);
		return;
	}
	for (int i = 0; i < count; i++) {
		struct buf path = BUF_INIT(PATH_MAX_OCTETS);

		if (buf_format(&path, "%s/%s", folder, entries[i]->d_name))
			load_file(path.at, conf, complaints);
		else
			complain(complaints, folder, "cannot be read", ENAMETOOLONG);
		buf_clear(&path);
		free(entries[i]);
	}
	free(entries);
}

bool conf_file_load(const char *path, struct conf *conf, struct buf *complaints)
{
	const char *slash = strrchr(path, '/');
	struct buf folder = BUF_INIT(PATH_MAX_OCTETS);
	char hostname[HOST_NAME_MAX + 1] = "localhost";

	load_file(path, conf, complaints);
	if (slash)
		buf_put(&folder, span_make(path, (size_t)(slash - path) + 1));
	if (buf_text(&folder, "conf.d"))
		load_folder(folder.at, conf, complaints);
	buf_clear(&folder);
	/* The name is not always ended when it was cut. */
	if (gethostname(hostname, sizeof(hostname) - 1) < 0)
		memcpy(hostname, "localhost", sizeof("localhost"));
	if (!conf_finish(conf, hostname, complaints))
		complain(complaints, path, "cannot be taken in", ENOMEM);
	return complaints->length == 0 && !complaints->failed;
}

/* Reads a secret's file when nobody has one of the `forbidden` rights to it. Those of a
 * credential are systemd's: it may be readable by a group through an ACL
 * (systemd.exec(5)). */
static int open_secret_file(const char *path, bool credential, mode_t forbidden, char *why,
			    size_t why_size)
{
	struct stat status = { 0 };
	int fd = open_regular(path, &status);

	if (fd < 0) {
		snprintf(why, why_size, "%s: %s", path, strerror(-fd));
		return fd;
	}
	if (credential || (status.st_mode & forbidden) == 0)
		return fd;
	snprintf(why, why_size, "%s: others can use it (mode %04o); allowed: at most %04o", path,
		 (unsigned)status.st_mode & 07777, 0666 & ~(unsigned)forbidden);
	close(fd);
	return -EPERM;
}

/* systemd names the files of a folder that is handed over with
 * LoadCredential=credentials:/etc/gsmtpd/credentials "credentials_NAME". */
static int open_credential(const char *name, struct buf *path, char *why, size_t why_size)
{
	static const char *const prefixes[] = { "", "credentials_" };
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	int fd = -ENOENT;

	if (folder == NULL || folder[0] == '\0') {
		snprintf(why, why_size, "%s: no credentials were handed over by systemd "
			 "($CREDENTIALS_DIRECTORY is not set); allowed then: an absolute path",
			 name);
		return -ENOENT;
	}
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]) && fd == -ENOENT; i++) {
		buf_reset(path);
		if (buf_format(path, "%s/%s%s", folder, prefixes[i], name))
			fd = open_secret_file(path->at, true, 0, why, why_size);
	}
	if (fd == -ENOENT)
		snprintf(why, why_size, "%s: no such credential; put it into "
			 "/etc/gsmtpd/credentials/%s and restart the service", name, name);
	return fd;
}

/* The descriptor of a secret, and the path where it was found. */
static int open_secret(const char *name, mode_t forbidden, struct buf *path, char *why,
		       size_t why_size)
{
	why[0] = '\0';
	if (name[0] == '/' && buf_text(path, name))
		return open_secret_file(name, false, forbidden, why, why_size);
	if (strchr(name, '/') == NULL)
		return open_credential(name, path, why, why_size);
	snprintf(why, why_size, "a secret is named by an absolute path or a credential's name");
	return -EINVAL;
}

/* The whole of an open file into `out`. */
static int read_whole(int fd, char *out, size_t size, size_t *length)
{
	*length = 0;
	while (*length < size) {
		ssize_t count = read(fd, out + *length, size - *length);

		if (count < 0 && errno != EINTR)
			return -errno;
		if (count == 0)
			return 0;
		if (count > 0)
			*length += (size_t)count;
	}
	return -EFBIG;
}

int conf_file_read_text(const char *name, mode_t forbidden, char *out, size_t size, size_t *length,
			char *why, size_t why_size)
{
	struct buf path = BUF_INIT(PATH_MAX_OCTETS);
	int fd = open_secret(name, forbidden, &path, why, why_size), result = fd;

	if (fd >= 0) {
		result = read_whole(fd, out, size, length);
		if (result < 0)
			snprintf(why, why_size, "%s: %s", buf_string(&path), strerror(-result));
		close(fd);
	}
	buf_clear(&path);
	return result;
}

/* Takes the text of a secret over, without its line end. */
static int take_secret(const char *path, struct span text, char *out, size_t size, char *why,
		       size_t why_size)
{
	const char *fault = NULL;

	if (text.length > 0 && text.at[text.length - 1] == '\n')
		text.length--;
	if (text.length > 0 && text.at[text.length - 1] == '\r')
		text.length--;
	if (text.length == 0)
		fault = "is empty";
	else if (span_index(text, '\0') < text.length || span_index(text, '\n') < text.length)
		fault = "holds more than one line";
	else if (text.length >= size)
		fault = "is too long";
	if (fault == NULL) {
		span_copy(text, out, size);
		return 0;
	}
	snprintf(why, why_size, "%s: it %s; allowed: one line of at most %zu octets", path, fault,
		 size - 1);
	return -EINVAL;
}

int conf_file_read_secret(const char *name, char *out, size_t size, char *why, size_t why_size)
{
	char text[CONF_SECRET_MAX + 3];	/* with a line end, and one more to tell that it is longer */
	struct buf path = BUF_INIT(PATH_MAX_OCTETS);
	size_t length;
	int fd, result;

	out[0] = '\0';
	why[0] = '\0';
	if (name[0] == '\0')
		return 0;
	fd = result = open_secret(name, S_IRWXG | S_IRWXO, &path, why, why_size);
	if (fd >= 0) {
		result = read_whole(fd, text, sizeof(text), &length);
		if (result == 0 || result == -EFBIG)
			result = take_secret(buf_string(&path), span_make(text, length), out, size,
					     why, why_size);
		else
			snprintf(why, why_size, "%s: %s", buf_string(&path), strerror(-result));
		explicit_bzero(text, sizeof(text));
		close(fd);
	}
	buf_clear(&path);
	return result;
}
