/* SPDX-License-Identifier: ISC */
#include "io/spool_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/log.h"

#define TRIES_MAX 1000	/* names tried in corrupt/ for one file */

static int explain(int result, char why[static SPOOL_WHY_SIZE], const char *path, const char *name,
		   const char *what)
{
	snprintf(why, SPOOL_WHY_SIZE, "spool %.100s%s%s: %s", path, name ? "/" : "", name ? name : "",
		 what);
	return result;
}

/* Mail of others lies in it: nobody else may own, read or change it. */
static int check_folder(int fd, dev_t device, const char *path, const char *name,
			char why[static SPOOL_WHY_SIZE])
{
	struct stat status;
	char what[96];

	if (fstat(fd, &status) < 0)
		return explain(-errno, why, path, name, strerror(errno));
	if (status.st_uid != geteuid()) {
		snprintf(what, sizeof(what), "belongs to user %u, but gsmtpd runs as user %u",
			 (unsigned)status.st_uid, (unsigned)geteuid());
		return explain(-EPERM, why, path, name, what);
	}
	if ((status.st_mode & 07777 & ~S_IRWXU) != 0) {
		snprintf(what, sizeof(what), "has mode %04o, but others may have no access: chmod 0700",
			 (unsigned)status.st_mode & 07777);
		return explain(-EPERM, why, path, name, what);
	}
	if (device && status.st_dev != device)
		return explain(-EXDEV, why, path, name, "must be on the spool's own file system");
	return 0;
}

/* Name and entry of a new folder must be durable before mail lies in it. */
static void sync_parent(int folder)
{
	int parent = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (parent < 0)
		return;
	fsync(parent);
	close(parent);
}

static int open_root(const char *path, struct spool_folders *folders,
		     char why[static SPOOL_WHY_SIZE])
{
	bool made = mkdir(path, 0700) == 0;
	int result;

	if (!made && errno != EEXIST)
		return explain(-errno, why, path, NULL, strerror(errno));
	/* A link to the spool is the operator's choice; inside it there are none. */
	folders->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folders->root < 0)
		return explain(-errno, why, path, NULL, strerror(errno));
	if (made)
		sync_parent(folders->root);
	result = check_folder(folders->root, 0, path, NULL, why);
	if (result < 0)
		return result;
	if (flock(folders->root, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return explain(-errno, why, path, NULL, errno == EWOULDBLOCK
		       ? "another gsmtpd uses it" : strerror(errno));
}

static int open_inner(int root, const char *path, const char *name, int *fd,
		      char why[static SPOOL_WHY_SIZE])
{
	struct stat status;

	if (fstat(root, &status) < 0 || (mkdirat(root, name, 0700) < 0 && errno != EEXIST))
		return explain(-errno, why, path, name, strerror(errno));
	*fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0)
		return explain(-errno, why, path, name, strerror(errno));
	return check_folder(*fd, status.st_dev, path, name, why);
}

int spool_folder_open_all(const char *path, struct spool_folders *folders,
			  char why[static SPOOL_WHY_SIZE])
{
	int result;

	*folders = (struct spool_folders){ -1, -1, -1, -1, -1, -1 };
	result = open_root(path, folders, why);
	if (result == 0)
		result = open_inner(folders->root, path, "tmp", &folders->tmp, why);
	if (result == 0)
		result = open_inner(folders->root, path, "queue", &folders->queue, why);
	if (result == 0)
		result = open_inner(folders->root, path, "failed", &folders->failed, why);
	if (result == 0)
		result = open_inner(folders->root, path, "corrupt", &folders->corrupt, why);
	if (result == 0)
		result = open_inner(folders->root, path, "spare", &folders->spare, why);
	if (result == 0 && fsync(folders->root) < 0)
		result = explain(-errno, why, path, NULL, strerror(errno));
	if (result < 0)
		spool_folder_close_all(folders);
	return result;
}

void spool_folder_close_all(struct spool_folders *folders)
{
	int descriptors[] = { folders->tmp, folders->queue, folders->failed, folders->corrupt,
			      folders->spare, folders->root };

	for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
}

static bool add_name(struct spool_names *names, size_t *room, const char *name)
{
	char *copy = strdup(name);
	char **grown;

	if (copy && names->count == *room) {
		*room = *room ? *room * 2 : 64;
		grown = realloc(names->names, *room * sizeof(*grown));
		if (grown == NULL) {
			free(copy);
			return false;
		}
		names->names = grown;
	}
	if (copy)
		names->names[names->count++] = copy;
	return copy != NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_names(DIR *stream, struct spool_names *names)
{
	const struct dirent *entry;
	size_t room = 0;

	for (;;) {
		errno = 0;
		entry = readdir(stream);
		if (entry == NULL)
			return -errno;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (!add_name(names, &room, entry->d_name))
			return -ENOMEM;
	}
}

int spool_folder_list(int folder, struct spool_names *names)
{
	/* A descriptor of its own, so that the place in the folder is its own. */
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	int result;

	*names = (struct spool_names){ 0 };
	if (stream == NULL) {
		result = -errno;
		if (fd >= 0)
			close(fd);
		return result;
	}
	result = read_names(stream, names);
	closedir(stream);
	if (result < 0)
		spool_folder_free_names(names);
	else if (names->count > 0)
		qsort(names->names, names->count, sizeof(char *), compare_names);
	return result;
}

bool spool_folder_has_name(const struct spool_names *names, const char *name)
{
	return names->count > 0 && bsearch(&name, names->names, names->count, sizeof(char *),
					   compare_names) != NULL;
}

void spool_folder_free_names(struct spool_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct spool_names){ 0 };
}

int spool_folder_move(int from, const char *name, int to, const char *new_name)
{
	if (renameat2(from, name, to, new_name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL)
		return -errno;
	/* A file system that does not know the flag. The lock keeps others out, so
	 * looking first is as good. */
	if (faccessat(to, new_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return renameat(from, name, to, new_name) < 0 ? -errno : 0;
}

void spool_folder_put_aside(struct spool *spool, int folder, const char *name, const char *reason)
{
	char new_name[NAME_MAX + 1];
	int result;

	snprintf(new_name, sizeof(new_name), "%s", name);
	result = spool_folder_move(folder, name, spool->folders.corrupt, new_name);
	for (unsigned i = 2; result == -EEXIST && i < TRIES_MAX; i++) {
		snprintf(new_name, sizeof(new_name), "%.200s.%u", name, i);
		result = spool_folder_move(folder, name, spool->folders.corrupt, new_name);
	}
	if (result < 0)
		log_write(LOG_TROUBLE, NULL, "spool: %s (%s) cannot be moved to corrupt: %s", name,
			  reason, strerror(-result));
	else
		log_write(LOG_CORRUPT, NULL, "spool: %s is kept as corrupt/%s: %s", name, new_name,
			  reason);
}

bool spool_folder_is_id(const char *name)
{
	int64_t time_us;

	return queue_id_parse(span_of(name), &time_us);
}

const char *spool_folder_journal_name(const char *id, char out[static SPOOL_JOURNAL_NAME_SIZE])
{
	snprintf(out, SPOOL_JOURNAL_NAME_SIZE, "%.*s" SPOOL_JOURNAL_SUFFIX, QUEUE_ID_SIZE - 1, id);
	return out;
}
