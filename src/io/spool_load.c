/* SPDX-License-Identifier: ISC */
/* Reading the whole spool at a start: docs/SPOOL.md, the table of states. */
#include "io/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checksum.h"
#include "io/spool_folder.h"
#include "mail/spool_file.h"

#define PIECE_SIZE 65536

struct load {
	struct spool *spool;
	int folder;		/* of the two, the one being read */
	bool failed;
	const struct spool_names *queue_names;
	void (*found)(void *context, const struct spool_found *message);
	void *context;
	char *piece;		/* PIECE_SIZE octets */
	struct buf envelope_text, journal;
	struct envelope envelope;
	int64_t content_octets;
};

/* Not the file's fault: the start fails, and nothing is put aside. */
static bool is_ours(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

static int read_at(int fd, char *out, size_t size, uint64_t offset)
{
	while (size > 0) {
		ssize_t count = pread(fd, out, size, (off_t)offset);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count < 0 ? -errno : -ENODATA;
		out += count;
		size -= (size_t)count;
		offset += (uint64_t)count;
	}
	return 0;
}

static const char *check_content(struct load *load, int fd, const struct spool_file_head *head)
{
	uint32_t sum = 0;

	for (uint64_t done = 0; done < head->content_octets;) {
		uint64_t left = head->content_octets - done;
		size_t size = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
		int result = read_at(fd, load->piece, size, SPOOL_FILE_HEAD_SIZE + done);

		if (result < 0)
			return strerror(-result);
		sum = checksum_crc32(sum, load->piece, size);
		done += size;
	}
	return sum == head->content_crc32 ? NULL : "content does not match its checksum";
}

/* Fills load->envelope. */
static const char *read_envelope(struct load *load, int fd, const struct spool_file_head *head)
{
	size_t size = (size_t)head->envelope_octets;
	char *room;
	int result;

	buf_reset(&load->envelope_text);
	room = buf_room(&load->envelope_text, size);
	if (room == NULL)
		return "envelope too long";
	result = read_at(fd, room, size, SPOOL_FILE_HEAD_SIZE + head->content_octets);
	if (result < 0)
		return strerror(-result);
	buf_grew(&load->envelope_text, size);
	if (checksum_crc32(0, room, size) != head->envelope_crc32)
		return "envelope does not match its checksum";
	return envelope_parse(buf_span(&load->envelope_text), &load->envelope);
}

static const char *check_plain_file(int fd, struct stat *status)
{
	if (fstat(fd, status) < 0)
		return strerror(errno);
	if (!S_ISREG(status->st_mode))
		return "not a plain file";
	if (status->st_uid != geteuid())
		return "belongs to another user";
	return status->st_nlink == 1 ? NULL : "has a second name";
}

/* NULL, and load->envelope filled, when the message is whole. */
static const char *read_message(struct load *load, int fd)
{
	struct spool_file_head head;
	struct stat status;
	const char *fault = check_plain_file(fd, &status);
	uint64_t size;

	if (fault)
		return fault;
	size = (uint64_t)status.st_size < SPOOL_FILE_HEAD_SIZE ? (uint64_t)status.st_size
							      : SPOOL_FILE_HEAD_SIZE;
	if (read_at(fd, load->piece, (size_t)size, 0) < 0)
		return "its head cannot be read";
	fault = spool_file_parse_head(span_make(load->piece, (size_t)size), &head);
	if (fault)
		return fault;
	size = (uint64_t)status.st_size - SPOOL_FILE_HEAD_SIZE;
	if (head.content_octets > size || head.envelope_octets > size - head.content_octets)
		return "shorter than its head says";
	load->content_octets = (int64_t)head.content_octets;
	fault = check_content(load, fd, &head);
	return fault ? fault : read_envelope(load, fd, &head);
}

/* The journal says less than it should, perhaps that the mail was sent. So the
 * mail counts as uncertain for all its recipients. */
static void distrust_journal(struct load *load)
{
	struct journal_record record = {
		.kind = JOURNAL_UNCERTAIN,
		.text = span_of("its journal could not be read"),
	};

	buf_reset(&load->journal);
	journal_format(&record, &load->journal);
}

static const char *read_journal_text(struct load *load, int fd)
{
	struct stat status;
	const char *fault = check_plain_file(fd, &status);
	char *room;
	int result;

	if (fault)
		return fault;
	room = status.st_size <= JOURNAL_MAX ? buf_room(&load->journal, (size_t)status.st_size) : NULL;
	if (room == NULL)
		return "too long for a journal";
	result = read_at(fd, room, (size_t)status.st_size, 0);
	if (result < 0)
		return strerror(-result);
	buf_grew(&load->journal, (size_t)status.st_size);
	return NULL;
}

static int open_file(const struct load *load, const char *name)
{
	/* O_NONBLOCK: a pipe that lies there must not stop the start. */
	return openat(load->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* Fills load->journal; a message need not have one. */
static int read_journal(struct load *load, const char *id)
{
	char name[SPOOL_JOURNAL_NAME_SIZE];
	int fd = open_file(load, spool_folder_journal_name(id, name));
	const char *fault;

	buf_reset(&load->journal);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && is_ours(errno))
		return -errno;
	fault = fd < 0 ? strerror(errno) : read_journal_text(load, fd);
	if (fd >= 0)
		close(fd);
	if (fault) {
		spool_folder_put_aside(load->spool, load->folder, name, fault);
		distrust_journal(load);
	}
	return 0;
}

static void report_message(struct load *load, const char *id)
{
	struct spool_found message = {
		.id = id,
		.size_octets = load->content_octets,
		.envelope = &load->envelope,
		.journal = buf_span(&load->journal),
		.failed = load->failed,
	};
	int64_t time_us;

	if (queue_id_parse(span_of(id), &time_us) && time_us > load->spool->last_id_us)
		load->spool->last_id_us = time_us;
	load->found(load->context, &message);
}

static void put_message_aside(struct load *load, const char *id, const char *fault)
{
	char journal[SPOOL_JOURNAL_NAME_SIZE];

	spool_folder_put_aside(load->spool, load->folder, id, fault);
	spool_folder_journal_name(id, journal);
	if (faccessat(load->folder, journal, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		spool_folder_put_aside(load->spool, load->folder, journal,
				       "journal of a damaged message");
}

static int load_message(struct load *load, const char *id)
{
	int fd = open_file(load, id);
	const char *fault;
	int result;

	if (fd < 0 && is_ours(errno))
		return -errno;
	if (fd < 0) {
		put_message_aside(load, id, errno == ELOOP ? "a link" : strerror(errno));
		return 0;
	}
	errno = 0;
	fault = read_message(load, fd);
	result = fault && is_ours(errno) ? -errno : 0;
	close(fd);
	if (fault && result == 0)
		put_message_aside(load, id, fault);
	if (fault)
		return result;
	result = read_journal(load, id);
	if (result == 0)
		report_message(load, id);
	envelope_clear(&load->envelope);
	return result;
}

/* A journal without its message beside it: what a removal or a move that was
 * cut short left behind. */
static void settle_orphan(struct load *load, const char *name, const char *id)
{
	const struct spool_folders *folders = &load->spool->folders;
	bool failed = !load->failed && faccessat(folders->failed, id, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	int result = failed ? spool_folder_move(load->folder, name, folders->failed, name) : -EEXIST;

	/* Gone already when `found` has just dealt with the message. */
	if (result == 0 || result == -ENOENT)
		return;
	if (failed || faccessat(folders->corrupt, id, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		spool_folder_put_aside(load->spool, load->folder, name, "journal without its message");
	else
		unlinkat(load->folder, name, 0);
}

static void load_other(struct load *load, const char *name)
{
	size_t length = strlen(name), suffix = strlen(SPOOL_JOURNAL_SUFFIX);
	char id[QUEUE_ID_SIZE];

	if (length <= suffix || strcmp(name + length - suffix, SPOOL_JOURNAL_SUFFIX) != 0 ||
	    !span_copy(span_make(name, length - suffix), id, sizeof(id)) ||
	    !spool_folder_is_id(id)) {
		spool_folder_put_aside(load->spool, load->folder, name, "not a file of the spool");
		return;
	}
	if (faccessat(load->folder, id, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
		settle_orphan(load, name, id);
}

static int load_folder(struct load *load, int folder, const struct spool_names *names)
{
	int result = 0;

	load->folder = folder;
	load->failed = folder == load->spool->folders.failed;
	for (size_t i = 0; i < names->count && result == 0; i++) {
		const char *name = names->names[i];

		if (!spool_folder_is_id(name))
			load_other(load, name);
		/* One that `found` has just moved to failed/ was reported already. */
		else if (!load->failed || !spool_folder_has_name(load->queue_names, name))
			result = load_message(load, name);
	}
	return result;
}

static int load_folders(struct load *load)
{
	const struct spool_folders *folders = &load->spool->folders;
	struct spool_names queue, failed;
	int result = spool_folder_list(folders->queue, &queue);

	load->queue_names = &queue;
	if (result == 0)
		result = load_folder(load, folders->queue, &queue);
	if (result == 0) {
		result = spool_folder_list(folders->failed, &failed);
		if (result == 0)
			result = load_folder(load, folders->failed, &failed);
		spool_folder_free_names(&failed);
	}
	spool_folder_free_names(&queue);
	return result;
}

static int count_corrupt(struct spool *spool)
{
	struct spool_names names;
	int result = spool_folder_list(spool->folders.corrupt, &names);

	spool->corrupt_count = names.count;
	spool_folder_free_names(&names);
	return result;
}

int spool_load(struct spool *spool, void (*found)(void *context, const struct spool_found *message),
	       void *context)
{
	struct load load = {
		.spool = spool,
		.found = found,
		.context = context,
		.piece = malloc(PIECE_SIZE),
		.envelope_text = BUF_INIT(ENVELOPE_TEXT_MAX),
		.journal = BUF_INIT(JOURNAL_MAX),
	};
	int result = load.piece ? 0 : -ENOMEM;

	/* What a daemon that was killed had renamed or made, but not yet synced. */
	if (result == 0 && fsync(spool->folders.queue) < 0)
		result = -errno;
	if (result == 0)
		result = spool_spare_load(spool);
	if (result == 0)
		result = load_folders(&load);
	if (result == 0)
		result = count_corrupt(spool);
	buf_clear(&load.envelope_text);
	buf_clear(&load.journal);
	free(load.piece);
	return result;
}
