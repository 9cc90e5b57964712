/* SPDX-License-Identifier: ISC */
#include "io/alias_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX (1024 * 1024) /* octets of one file */

struct alias_file_seen {
	char *path;
	bool there;
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

static struct alias_file_seen look(const struct stat *status)
{
	return (struct alias_file_seen){
		.there = true,
		.device = status->st_dev,
		.inode = status->st_ino,
		.size = status->st_size,
		.modified = status->st_mtim,
		.changed = status->st_ctim,
	};
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same(const struct alias_file_seen *a, const struct alias_file_seen *b)
{
	return a->there == b->there &&
	       (!a->there || (a->device == b->device && a->inode == b->inode &&
			      a->size == b->size && is_same_time(&a->modified, &b->modified) &&
			      is_same_time(&a->changed, &b->changed)));
}

static bool note(struct alias_file *file, const char *path, struct alias_file_seen seen)
{
	struct alias_file_seen *grown =
		realloc(file->seen, (file->seen_count + 1) * sizeof(*file->seen));

	if (grown == NULL)
		return false;
	file->seen = grown;
	seen.path = strdup(path);
	if (seen.path == NULL)
		return false;
	file->seen[file->seen_count++] = seen;
	return true;
}

static int read_all(int fd, struct buf *text)
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
		if (!buf_put(text, span_make(piece, (size_t)count)))
			return -EFBIG;
	}
}

/* O_NONBLOCK: the open itself of a pipe would wait for its writer. */
static int open_regular(const char *path, struct stat *status)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), error;

	if (fd < 0)
		return -errno;
	if (fstat(fd, status) == 0 && S_ISREG(status->st_mode))
		return fd;
	error = S_ISDIR(status->st_mode) ? EISDIR : EINVAL;
	close(fd);
	return -error;
}

/* What makes a list unfit for saying where mail goes, or NULL. */
static const char *list_fault(const struct stat *list, uid_t owner)
{
	if ((list->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return "others can write it; allowed: at most mode 0644";
	if (list->st_uid != 0 && list->st_uid != geteuid() && list->st_uid != owner)
		return "it is a stranger's; allowed: a file of root, or of the owner of the "
		       "aliases file";
	return NULL;
}

/* Reads a file and notes its looks. 0, or a negative errno; -EPERM with *fault
 * for a list that is not fit. `owner` NULL: it is no list. */
static int read_file(struct alias_file *file, const char *path, struct buf *text,
		     struct stat *status, const uid_t *owner, const char **fault)
{
	int fd = open_regular(path, status), result = fd < 0 ? fd : 0;
	struct alias_file_seen seen = { 0 };

	if (fd >= 0 || stat(path, status) == 0)
		seen = look(status);
	if (!note(file, path, seen))
		result = -ENOMEM;
	if (result == 0 && owner != NULL)
		*fault = list_fault(status, *owner);
	if (result == 0)
		result = *fault != NULL ? -EPERM : read_all(fd, text);
	if (fd >= 0)
		close(fd);
	return result;
}

/* The complaints of a file, its name put before each line. */
static void put_complaints(const char *path, const struct buf *lines, struct buf *complaints)
{
	struct span rest = buf_span(lines), line;

	while (rest.length > 0 && span_cut(&rest, '\n', &line))
		if (line.length > 0)
			buf_format(complaints, "%s:%.*s\n", path, SPAN_ARG(line));
}

static bool load_list(struct alias_file *file, const char *aliases, size_t number, uid_t owner,
		      struct buf *complaints)
{
	const char *path = alias_table_include_path(file->table, number), *fault = NULL;
	struct buf text = BUF_INIT(TEXT_MAX), lines = BUF_INIT(complaints->max);
	struct stat status = { 0 };
	unsigned line;
	size_t namer = alias_table_include_namer(file->table, number, &line);
	int result = read_file(file, path, &text, &status, &owner, &fault);
	bool held = true;

	if (result == 0)
		held = alias_table_include(file->table, number, buf_span(&text), &lines);
	else if (result == -ENOMEM)
		held = false;
	else
		buf_format(complaints, "%s:%u: the list %s is not used: %s\n",
			   namer == 0 ? aliases : alias_table_include_path(file->table, namer - 1),
			   line, path, fault != NULL ? fault : strerror(-result));
	put_complaints(path, &lines, complaints);
	buf_clear(&lines);
	buf_clear(&text);
	return held;
}

static int load(struct alias_file *file, const char *path, struct buf *text, struct buf *complaints)
{
	struct buf lines = BUF_INIT(complaints->max);
	struct stat status = { 0 };
	const char *fault = NULL;
	int result = path[0] ? read_file(file, path, text, &status, NULL, &fault) : 0;

	file->table = alias_table_parse(result == 0 ? buf_span(text) : span_of(""), &lines);
	put_complaints(path, &lines, complaints);
	if (result < 0 && result != -ENOENT)
		buf_format(complaints, "%s:1: cannot be read: %s; allowed: a file that can be read\n",
			   path, strerror(-result));
	else if (file->table != NULL && lines.length > 0 && alias_table_count(file->table) == 0)
		result = -EINVAL;
	buf_clear(&lines);
	if (file->table == NULL)
		return -ENOMEM;
	/* Each may name further ones. */
	for (size_t i = 0; i < alias_table_include_count(file->table); i++)
		if (!load_list(file, path, i, status.st_uid, complaints))
			return -ENOMEM;
	return result;
}

int alias_file_load(struct alias_file *file, const char *path, struct buf *complaints)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	int result;

	*file = (struct alias_file){ 0 };
	result = load(file, path, &text, complaints);
	buf_clear(&text);
	if (result == -ENOMEM)
		alias_file_clear(file);
	return result;
}

static void forget_looks(struct alias_file *file)
{
	for (size_t i = 0; i < file->seen_count; i++)
		free(file->seen[i].path);
	free(file->seen);
	file->seen = NULL;
	file->seen_count = 0;
}

void alias_file_clear(struct alias_file *file)
{
	forget_looks(file);
	alias_table_free(file->table);
	file->table = NULL;
}

bool alias_file_changed(const struct alias_file *file)
{
	for (size_t i = 0; i < file->seen_count; i++) {
		struct alias_file_seen now = { 0 };
		struct stat status;

		if (stat(file->seen[i].path, &status) == 0)
			now = look(&status);
		if (!is_same(&file->seen[i], &now))
			return true;
	}
	return false;
}

void alias_file_take_looks(struct alias_file *file, struct alias_file *fresh)
{
	forget_looks(file);
	file->seen = fresh->seen;
	file->seen_count = fresh->seen_count;
	fresh->seen = NULL;
	fresh->seen_count = 0;
	alias_file_clear(fresh);
}

void alias_file_take(struct alias_file *file, struct alias_file *fresh)
{
	alias_table_swap(file->table, fresh->table);
	alias_file_take_looks(file, fresh);
}
