/* SPDX-License-Identifier: ISC */
#include "io/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "io/spool_folder.h"

/* Below this many free inodes new mail is refused: a message takes two (itself
 * and its journal), and those taken must still be able to get their journals. */
#define MIN_FREE_INODES 256

/* What lies in tmp/ never got its 250. Only what a draft may have left is
 * deleted. */
static int clear_tmp(struct spool *spool)
{
	struct spool_names names;
	int result = spool_folder_list(spool->folders.tmp, &names);

	if (result < 0)
		return result;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.names[i];

		if (!spool_folder_is_id(name) || unlinkat(spool->folders.tmp, name, 0) < 0)
			spool_folder_put_aside(spool, spool->folders.tmp, name, "strange file in tmp");
	}
	spool_folder_free_names(&names);
	return 0;
}

int spool_open(const struct spool_options *options, struct sync_pool *pool, struct spool **spool,
	       char why[static SPOOL_WHY_SIZE])
{
	struct spool *made = calloc(1, sizeof(*made));
	int result;

	*spool = NULL;
	if (made == NULL) {
		snprintf(why, SPOOL_WHY_SIZE, "spool: out of memory");
		return -ENOMEM;
	}
	made->pool = pool;
	made->min_free_octets = options->min_free_octets;
	made->max_message_octets = options->max_message_octets;
	result = spool_folder_open_all(options->folder, &made->folders, why);
	if (result < 0) {
		free(made);
		return result;
	}
	result = clear_tmp(made);
	if (result < 0) {
		snprintf(why, SPOOL_WHY_SIZE, "spool %.100s/tmp: %s", options->folder,
			 strerror(-result));
		spool_close(made);
		return result;
	}
	*spool = made;
	return 0;
}

void spool_close(struct spool *spool)
{
	if (spool == NULL)
		return;
	spool_spare_clear(spool);
	spool_folder_close_all(&spool->folders);
	free(spool);
}

size_t spool_corrupt_count(const struct spool *spool)
{
	return spool->corrupt_count;
}

void spool_set_limits(struct spool *spool, int64_t min_free_octets, int64_t max_message_octets)
{
	spool->min_free_octets = min_free_octets;
	spool->max_message_octets = max_message_octets;
}

static int look_for_room(const struct spool *spool)
{
	struct statvfs room;

	if (fstatvfs(spool->folders.queue, &room) < 0)
		return -errno;
	if ((int64_t)(room.f_bavail * room.f_frsize) < spool->min_free_octets)
		return -ENOSPC;
	/* Some file systems make inodes as needed, and say that they have none. */
	return room.f_files > 0 && room.f_favail < MIN_FREE_INODES ? -ENOSPC : 0;
}

int spool_check_room(struct spool *spool)
{
	int result = look_for_room(spool);

	if (result != -ENOSPC || spool->spares.clean == 0)
		return result;
	spool_spare_release(spool);
	return look_for_room(spool);
}

static int unlink_name(int folder, const char *name)
{
	return unlinkat(folder, name, 0) < 0 ? -errno : 0;
}

int spool_remove(struct spool *spool, const char *id)
{
	char journal[SPOOL_JOURNAL_NAME_SIZE];
	int folder = spool->folders.queue;
	int result;

	if (!spool_folder_is_id(id))
		return -EINVAL;
	result = spool_spare_put(spool, id);
	if (result == -ENOENT) {
		folder = spool->folders.failed;
		result = unlink_name(folder, id);
	}
	if (result < 0)
		return result;
	/* In this order: a message that is still there keeps its story. */
	result = unlink_name(folder, spool_folder_journal_name(id, journal));
	return result == -ENOENT ? 0 : result;
}

int spool_fail(struct spool *spool, const char *id)
{
	const struct spool_folders *folders = &spool->folders;
	char journal[SPOOL_JOURNAL_NAME_SIZE];
	int result;

	if (!spool_folder_is_id(id))
		return -EINVAL;
	result = spool_folder_move(folders->queue, id, folders->failed, id);
	if (result < 0)
		return result;
	spool_folder_journal_name(id, journal);
	result = spool_folder_move(folders->queue, journal, folders->failed, journal);
	return result == -ENOENT ? 0 : result;
}

int spool_open_message(struct spool *spool, const char *id)
{
	int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
	int fd;

	if (!spool_folder_is_id(id))
		return -EINVAL;
	fd = openat(spool->folders.queue, id, flags);
	if (fd < 0 && errno == ENOENT)
		fd = openat(spool->folders.failed, id, flags);
	return fd < 0 ? -errno : fd;
}
