/* SPDX-License-Identifier: ISC */
/* The journals of the spool. A record is written in the loop, so records keep
 * their order; only making it durable is left to the pool. */
#include "io/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/spool_folder.h"
#include "io/sync_pool.h"

#define RECORD_MAX 8192		/* octets of a line with all recipients named */

/* Strikes out a line that was cut by a failure before a new one is written
 * behind it: no line with a control character is a record (queue/journal.h). */
#define STRIKE_OUT "\x18\n"

struct note {
	struct sync_job job;	/* first: see sync_pool.h */
	struct spool *spool;
	int fd;
	int error;		/* of writing */
	bool sync_folder;
	uint64_t names;		/* the spool's names_made when it was submitted */
	spool_noted done;
	void *context;
};

/* The journal's descriptor, made when it is not there, or a negative errno. */
static int open_journal(struct spool *spool, const char *id)
{
	int queue = spool->folders.queue;
	int flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
	char name[SPOOL_JOURNAL_NAME_SIZE];
	int fd;

	spool_folder_journal_name(id, name);
	fd = openat(queue, name, flags);
	if (fd >= 0)
		return fd;
	if (errno != ENOENT || faccessat(queue, id, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	fd = openat(queue, name, flags | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return -errno;
	spool->names_made++;
	return fd;
}

static bool ends_ragged(int fd, off_t size)
{
	char last = '\n';

	return size > 0 && (pread(fd, &last, 1, size - 1) != 1 || last != '\n');
}

static int append_record(int fd, const struct journal_record *record)
{
	struct buf line = BUF_INIT(RECORD_MAX);
	struct stat status;
	int result = 0;
	ssize_t count;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (ends_ragged(fd, status.st_size))
		buf_text(&line, STRIKE_OUT);
	if (!journal_format(record, &line))
		result = -EINVAL;
	else if (status.st_size + (off_t)line.length > JOURNAL_MAX)
		result = -EFBIG;
	if (result == 0) {
		do
			count = write(fd, line.at, line.length);
		while (count < 0 && errno == EINTR);
		/* A part of a line is none; the next record strikes it out. */
		if (count != (ssize_t)line.length)
			result = count < 0 ? -errno : -ENOSPC;
	}
	buf_clear(&line);
	return result;
}

/* In a thread. */
static int make_durable(struct sync_job *job)
{
	const struct note *note = (struct note *)job;

	if (note->error < 0)
		return note->error;
	if (fdatasync(note->fd) < 0)
		return -errno;
	return note->sync_folder && fsync(note->spool->folders.queue) < 0 ? -errno : 0;
}

static void on_durable(struct sync_job *job, int result)
{
	struct note *note = (struct note *)job;
	struct spool *spool = note->spool;

	if (result == 0 && note->sync_folder && note->names > spool->names_durable)
		spool->names_durable = note->names;
	if (note->fd >= 0)
		close(note->fd);
	note->done(note->context, result);
	free(note);
}

int spool_note(struct spool *spool, const char *id, const struct journal_record *record,
	       spool_noted done, void *context)
{
	struct note *note = done ? calloc(1, sizeof(*note)) : NULL;
	int fd, result;

	if (done && note == NULL)
		return -ENOMEM;
	fd = spool_folder_is_id(id) ? open_journal(spool, id) : -EINVAL;
	result = fd < 0 ? fd : append_record(fd, record);
	if (note == NULL) {
		if (fd >= 0)
			close(fd);
		return result;
	}
	*note = (struct note){
		.job = { .work = make_durable, .done = on_durable },
		.spool = spool,
		.fd = fd,
		.error = result,
		.sync_folder = spool->names_made != spool->names_durable,
		.names = spool->names_made,
		.done = done,
		.context = context,
	};
	sync_pool_submit(spool->pool, &note->job);
	return 0;
}
