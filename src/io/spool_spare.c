/* SPDX-License-Identifier: ISC */
#include "io/spool_spare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/spool_folder.h"

#define ZEROS_SIZE 4096
#define SETTLE_MAX 64	/* files emptied in one turn of the loop */

static struct spool *container(struct sync_job *job)
{
	return (struct spool *)((char *)job - offsetof(struct spool, spares.job));
}

static struct spool_spare_file *file_at(const struct spool_spares *spares, size_t index)
{
	return &spares->files[(spares->first + index) % SPOOL_SPARE_FILES_MAX];
}

static bool has_room(const struct spool_spares *spares, int64_t octets)
{
	return spares->files && spares->count < SPOOL_SPARE_FILES_MAX &&
	       octets <= SPOOL_SPARE_FILE_OCTETS_MAX &&
	       spares->octets <= SPOOL_SPARE_OCTETS_MAX - octets;
}

static void add(struct spool_spares *spares, const char *name, int64_t octets)
{
	struct spool_spare_file *file = file_at(spares, spares->count++);

	span_copy(span_of(name), file->name, sizeof file->name);
	file->octets = octets;
	file->removal = ++spares->removals;
	spares->octets += octets;
}

static void forget_first(struct spool_spares *spares)
{
	spares->octets -= file_at(spares, 0)->octets;
	spares->first = (spares->first + 1) % SPOOL_SPARE_FILES_MAX;
	spares->count--;
	if (spares->clean > 0)
		spares->clean--;
}

/* Zeros over all of it. They are not synced: the next use is, and after a power cut
 * a start does this again. */
static int empty_file(int fd, int64_t octets)
{
	static const char zeros[ZEROS_SIZE];

	for (int64_t at = 0; at < octets;) {
		int64_t left = octets - at;
		ssize_t put = pwrite(fd, zeros, left < ZEROS_SIZE ? (size_t)left : ZEROS_SIZE,
				     (off_t)at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put < 0 ? -errno : -EIO;
		at += put;
	}
	return 0;
}

/* Whose head is zeros was emptied before. */
static bool is_empty(int fd)
{
	char head[64];
	ssize_t got = pread(fd, head, sizeof head, 0);

	for (ssize_t i = 0; i < got; i++)
		if (head[i] != '\0')
			return false;
	return got >= 0;
}

static int open_spare(const struct spool *spool, const char *name)
{
	return openat(spool->folders.spare, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* 0, or a negative errno: then it is not to be used again. */
static int clean(const struct spool *spool, const char *name, int64_t octets)
{
	int fd = open_spare(spool, name);
	int result = fd < 0 ? -errno : 0;

	if (result == 0 && !is_empty(fd))
		result = empty_file(fd, octets);
	if (fd >= 0)
		close(fd);
	return result;
}

static bool is_spare(const struct spool *spool, const char *name, struct stat *status)
{
	return spool_folder_is_id(name) &&
	       fstatat(spool->folders.spare, name, status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status->st_mode) && status->st_uid == geteuid() && status->st_nlink == 1;
}

static void load_file(struct spool *spool, const char *name)
{
	struct stat status;

	if (!is_spare(spool, name, &status))
		spool_folder_put_aside(spool, spool->folders.spare, name,
				       "not a spare file of the spool");
	else if (has_room(&spool->spares, status.st_size) &&
		 clean(spool, name, status.st_size) == 0)
		add(&spool->spares, name, status.st_size);
	else
		unlinkat(spool->folders.spare, name, 0);
}

int spool_spare_load(struct spool *spool)
{
	struct spool_spares *spares = &spool->spares;
	struct spool_names names;
	int result = spool_folder_list(spool->folders.spare, &names);

	if (result < 0)
		return result;
	if (spares->files == NULL)
		spares->files = calloc(SPOOL_SPARE_FILES_MAX, sizeof *spares->files);
	spares->first = spares->count = spares->clean = 0;
	spares->octets = 0;
	for (size_t i = 0; i < names.count; i++)
		load_file(spool, names.names[i]);
	spares->clean = spares->count;
	spool_folder_free_names(&names);
	return 0;
}

void spool_spare_clear(struct spool *spool)
{
	free(spool->spares.files);
	spool->spares = (struct spool_spares){ 0 };
}

void spool_spare_release(struct spool *spool)
{
	while (spool->spares.clean > 0) {
		unlinkat(spool->folders.spare, file_at(&spool->spares, 0)->name, 0);
		forget_first(&spool->spares);
	}
}

/* In a thread. */
static int sync_queue(struct sync_job *job)
{
	const struct spool *spool = container(job);

	return fsync(spool->folders.queue) < 0 ? -errno : 0;
}

static void submit_sync(struct spool *spool);

static void on_synced(struct sync_job *job, int result)
{
	struct spool *spool = container(job);
	struct spool_spares *spares = &spool->spares;
	size_t clean_before = spares->clean;

	spares->syncing = false;
	if (result == 0)
		spool_spare_settle(spool, spares->syncing_removals);
	/* Where nothing moves on, the next removal tries again. */
	if (spares->clean < spares->count && spares->clean > clean_before)
		submit_sync(spool);
}

static void submit_sync(struct spool *spool)
{
	struct spool_spares *spares = &spool->spares;

	if (spares->syncing)
		return;
	spares->syncing = true;
	spares->syncing_removals = spares->removals;
	spares->job = (struct sync_job){ .work = sync_queue, .done = on_synced };
	sync_pool_submit(spool->pool, &spares->job);
}

int spool_spare_put(struct spool *spool, const char *id)
{
	int folder = spool->folders.queue;
	struct stat status;

	if (fstatat(folder, id, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
	    status.st_nlink == 1 && has_room(&spool->spares, status.st_size) &&
	    spool_folder_move(folder, id, spool->folders.spare, id) == 0) {
		add(&spool->spares, id, status.st_size);
		submit_sync(spool);
		return 0;
	}
	return unlinkat(folder, id, 0) < 0 ? -errno : 0;
}

int spool_spare_take(struct spool *spool, const char *id)
{
	struct spool_spares *spares = &spool->spares;

	while (spares->clean > 0) {
		const struct spool_spare_file *file = file_at(spares, 0);
		int fd = open_spare(spool, file->name);
		int result = fd < 0 ? -errno : spool_folder_move(spool->folders.spare, file->name,
								  spool->folders.tmp, id);

		if (result == -EEXIST) {
			close(fd);
			return result;
		}
		forget_first(spares);
		if (result == 0)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -ENOENT;
}

void spool_spare_settle(struct spool *spool, uint64_t removals)
{
	struct spool_spares *spares = &spool->spares;

	for (size_t i = 0; i < SETTLE_MAX && spares->clean < spares->count; i++) {
		const struct spool_spare_file *file = file_at(spares, spares->clean);

		/* What cannot be emptied is not used, nor what came after it. */
		if (file->removal > removals || clean(spool, file->name, file->octets) < 0)
			return;
		spares->clean++;
	}
}
