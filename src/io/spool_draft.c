/* SPDX-License-Identifier: ISC */
/* A message being taken, from its first octet to its place in queue/. */
#include "io/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/checksum.h"
#include "io/spool_folder.h"
#include "io/sync_pool.h"
#include "mail/spool_file.h"

#define ID_TRIES_MAX 100

struct spool_draft {
	struct sync_job job;		/* first: see sync_pool.h */
	struct spool *spool;
	char id[QUEUE_ID_SIZE];
	int fd;				/* of tmp/ID */
	int error;			/* the first one; nothing is done after it */
	uint64_t content_octets;
	uint32_t content_crc32;
	struct buf envelope;
	uint64_t removals;		/* the spool's when it was submitted */
	spool_committed done;
	void *context;
};

/* Never twice the same and never backwards, also when the clock steps back:
 * ids tell the order of arrival. */
static const char *next_id(struct spool *spool, char out[static QUEUE_ID_SIZE])
{
	struct timespec now;
	int64_t now_us;

	clock_gettime(CLOCK_REALTIME, &now);
	now_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	if (now_us <= spool->last_id_us)
		now_us = spool->last_id_us + 1;
	spool->last_id_us = now_us;
	return queue_id_format(now_us, out);
}

static int create_file(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

static int open_file(struct spool_draft *draft)
{
	int tmp = draft->spool->folders.tmp;

	for (unsigned i = 0; i < ID_TRIES_MAX; i++) {
		next_id(draft->spool, draft->id);
		draft->fd = spool_spare_take(draft->spool, draft->id);
		if (draft->fd == -ENOENT)
			draft->fd = create_file(tmp, draft->id);
		if (draft->fd >= 0)
			return 0;
		if (draft->fd != -EEXIST)
			break;
	}
	return draft->fd;
}

struct spool_draft *spool_draft_begin(struct spool *spool)
{
	struct spool_draft *draft = calloc(1, sizeof(*draft));
	int result;

	if (draft == NULL)
		return NULL;
	draft->spool = spool;
	buf_init(&draft->envelope, ENVELOPE_TEXT_MAX);
	result = open_file(draft);
	if (result == 0)
		return draft;
	free(draft);
	errno = -result;
	return NULL;
}

const char *spool_draft_id(const struct spool_draft *draft)
{
	return draft->id;
}

static int write_all(int fd, struct span octets, uint64_t offset)
{
	while (octets.length > 0) {
		ssize_t count = pwrite(fd, octets.at, octets.length, (off_t)offset);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count < 0 ? -errno : -EIO;
		octets = span_skip(octets, (size_t)count);
		offset += (uint64_t)count;
	}
	return 0;
}

int spool_draft_write(struct spool_draft *draft, struct span octets)
{
	uint64_t max = (uint64_t)draft->spool->max_message_octets;

	/* The limit may have become less since the draft was begun. */
	if (draft->error == 0 && (draft->content_octets > max ||
				  octets.length > max - draft->content_octets))
		draft->error = -EFBIG;
	if (draft->error == 0)
		draft->error = write_all(draft->fd, octets,
					 SPOOL_FILE_HEAD_SIZE + draft->content_octets);
	if (draft->error < 0)
		return draft->error;
	draft->content_octets += octets.length;
	draft->content_crc32 = checksum_crc32(draft->content_crc32, octets.at, octets.length);
	return 0;
}

static void free_draft(struct spool_draft *draft)
{
	if (draft->fd >= 0)
		close(draft->fd);
	buf_clear(&draft->envelope);
	free(draft);
}

void spool_draft_abandon(struct spool_draft *draft)
{
	unlinkat(draft->spool->folders.tmp, draft->id, 0);
	free_draft(draft);
}

/* The envelope behind the content, then the head that declares both good, then
 * all of it to the disk. A failed sync is never tried again: the kernel may
 * have dropped the octets and call the second one a success. */
static int finish_file(const struct spool_draft *draft)
{
	struct span envelope = buf_span(&draft->envelope);
	struct spool_file_head head = {
		.content_octets = draft->content_octets,
		.content_crc32 = draft->content_crc32,
		.envelope_octets = envelope.length,
		.envelope_crc32 = checksum_crc32(0, envelope.at, envelope.length),
	};
	char text[SPOOL_FILE_HEAD_SIZE];
	int result;

	spool_file_format_head(&head, text);
	result = write_all(draft->fd, envelope, SPOOL_FILE_HEAD_SIZE + draft->content_octets);
	if (result == 0)
		result = write_all(draft->fd, span_make(text, sizeof(text)), 0);
	if (result == 0 && fdatasync(draft->fd) < 0)
		result = -errno;
	return result;
}

/* In a thread. Once it returns 0 the message is there after a power cut. */
static int commit_draft(struct sync_job *job)
{
	const struct spool_draft *draft = (struct spool_draft *)job;
	const struct spool_folders *folders = &draft->spool->folders;
	int result = draft->error;

	if (result == 0)
		result = finish_file(draft);
	if (result == 0)
		result = spool_folder_move(folders->tmp, draft->id, folders->queue, draft->id);
	if (result < 0) {
		unlinkat(folders->tmp, draft->id, 0);
		return result;
	}
	if (fsync(folders->queue) < 0) {
		result = -errno;
		unlinkat(folders->queue, draft->id, 0);
	}
	return result;
}

static void on_committed(struct sync_job *job, int result)
{
	struct spool_draft *draft = (struct spool_draft *)job;

	if (result == 0)
		spool_spare_settle(draft->spool, draft->removals);
	draft->done(draft->context, draft->id, (int64_t)draft->content_octets, result);
	free_draft(draft);
}

void spool_draft_commit(struct spool_draft *draft, const struct envelope *envelope,
			spool_committed done, void *context)
{
	draft->done = done;
	draft->context = context;
	if (draft->error == 0 && !envelope_format(envelope, &draft->envelope))
		draft->error = -EFBIG;
	draft->removals = draft->spool->spares.removals;
	draft->job = (struct sync_job){ .work = commit_draft, .done = on_committed };
	sync_pool_submit(draft->spool->pool, &draft->job);
}
