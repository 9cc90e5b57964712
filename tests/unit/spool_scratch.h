/* SPDX-License-Identifier: ISC */
/* A real spool in a folder of its own, with a real loop and real syncs; and
 * ways to look at and to damage what lies in it. */
#ifndef TESTS_UNIT_SPOOL_SCRATCH_H
#define TESTS_UNIT_SPOOL_SCRATCH_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/buf.h"
#include "io/spool.h"
#include "io/sync_pool.h"
#include "rows.h"

struct scratch {
	char folder[256];
	struct event_base *base;
	struct sync_pool *pool;
	struct spool *spool;
	char why[SPOOL_WHY_SIZE];
};

static inline int scratch_open_spool(struct scratch *scratch)
{
	struct spool_options options = { scratch->folder, 4096, 1 << 20 };

	return spool_open(&options, scratch->pool, &scratch->spool, scratch->why);
}

static inline void scratch_make(struct scratch *scratch)
{
	const char *parent = getenv("TMPDIR");

	snprintf(scratch->folder, sizeof(scratch->folder), "%s/gsmtpd-spool-XXXXXX",
		 parent ? parent : "/tmp");
	assert_non_null(mkdtemp(scratch->folder));
	scratch->base = event_base_new();
	scratch->pool = sync_pool_new(scratch->base, 3);
	assert_non_null(scratch->pool);
	assert_int_equal(scratch_open_spool(scratch), 0);
}

static inline const char *scratch_path(const struct scratch *scratch, const char *name)
{
	static char path[1024];

	snprintf(path, sizeof(path), "%s/%s", scratch->folder, name);
	return path;
}

static inline int scratch_count(const struct scratch *scratch, const char *folder)
{
	DIR *stream = opendir(scratch_path(scratch, folder));
	int count = -2;		/* . and .. */

	assert_non_null(stream);
	while (readdir(stream))
		count++;
	closedir(stream);
	return count;
}

static inline bool scratch_has(const struct scratch *scratch, const char *name)
{
	struct stat status;

	return lstat(scratch_path(scratch, name), &status) == 0;
}

static inline void scratch_read(const struct scratch *scratch, const char *name, struct buf *out)
{
	int fd = open(scratch_path(scratch, name), O_RDONLY);
	char octets[4096];
	ssize_t count;

	assert_true(fd >= 0);
	buf_reset(out);
	while ((count = read(fd, octets, sizeof(octets))) > 0)
		assert_true(buf_put(out, span_make(octets, (size_t)count)));
	close(fd);
}

static inline void scratch_write(const struct scratch *scratch, const char *name, struct span octets)
{
	int fd = open(scratch_path(scratch, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, octets.length ? octets.at : "", octets.length), octets.length);
	close(fd);
}

static inline void scratch_remove_all(const struct scratch *scratch, const char *folder)
{
	DIR *stream = opendir(scratch_path(scratch, folder));
	const struct dirent *entry;
	char name[512];

	while (stream && (entry = readdir(stream))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		remove(scratch_path(scratch, name));
	}
	if (stream)
		closedir(stream);
	rmdir(scratch_path(scratch, folder));
}

static inline void scratch_clear(struct scratch *scratch)
{
	static const char *const folders[] = { "tmp", "queue", "failed", "corrupt", "spare" };

	sync_pool_free(scratch->pool);
	spool_close(scratch->spool);
	event_base_free(scratch->base);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		scratch_remove_all(scratch, folders[i]);
	assert_int_equal(rmdir(scratch->folder), 0);
}

/* As a new daemon finds it. */
static inline void scratch_restart(struct scratch *scratch)
{
	sync_pool_free(scratch->pool);
	spool_close(scratch->spool);
	scratch->pool = sync_pool_new(scratch->base, 3);
	assert_non_null(scratch->pool);
	assert_int_equal(scratch_open_spool(scratch), 0);
}

/* ---- answers that come in the loop ---- */

struct answer {
	bool came;
	int result;
	char id[QUEUE_ID_SIZE];
	int64_t size_octets;
};

static inline void scratch_on_committed(void *context, const char *id, int64_t size_octets, int result)
{
	struct answer *answer = context;

	assert_false(answer->came);
	answer->came = true;
	answer->result = result;
	answer->size_octets = size_octets;
	snprintf(answer->id, sizeof(answer->id), "%s", id);
}

static inline void scratch_on_noted(void *context, int result)
{
	struct answer *answer = context;

	assert_false(answer->came);
	answer->came = true;
	answer->result = result;
}

static inline void scratch_wait(struct scratch *scratch, const struct answer *answer)
{
	while (!answer->came)
		assert_int_equal(event_base_loop(scratch->base, EVLOOP_ONCE), 0);
}

/* Takes a message in, as the SMTP server does; its id stays valid until the next. */
static inline const char *scratch_take(struct scratch *scratch, struct span content)
{
	static struct answer answer;
	static char sender[] = "root@gw1";
	static char address[] = "ops@example.net";
	struct envelope_recipient recipient = { .address = address, .original = address };
	struct envelope envelope = { .sender = sender, .arrived_s = 1763841300,
				     .recipients = &recipient, .recipient_count = 1 };
	struct spool_draft *draft = spool_draft_begin(scratch->spool);

	answer = (struct answer){ 0 };
	assert_non_null(draft);
	assert_int_equal(spool_draft_write(draft, content), 0);
	spool_draft_commit(draft, &envelope, scratch_on_committed, &answer);
	assert_false(answer.came);
	scratch_wait(scratch, &answer);
	assert_int_equal(answer.result, 0);
	assert_int_equal(answer.size_octets, content.length);
	return answer.id;
}

/* ---- what a start finds ---- */

#define FOUND_MAX 300

struct found {
	char id[QUEUE_ID_SIZE];
	int64_t size_octets;
	bool failed;
	char sender[64];
	char journal[512];
};

struct finds {
	struct found list[FOUND_MAX];
	size_t count;
};

static inline void scratch_on_found(void *context, const struct spool_found *message)
{
	struct finds *finds = context;
	struct found *found = &finds->list[finds->count++];

	assert_true(finds->count < FOUND_MAX);
	snprintf(found->id, sizeof(found->id), "%s", message->id);
	found->size_octets = message->size_octets;
	found->failed = message->failed;
	snprintf(found->sender, sizeof(found->sender), "%s", message->envelope->sender);
	snprintf(found->journal, sizeof(found->journal), "%.*s", SPAN_ARG(message->journal));
}

static inline void scratch_load(struct scratch *scratch, struct finds *finds)
{
	*finds = (struct finds){ 0 };
	assert_int_equal(spool_load(scratch->spool, scratch_on_found, finds), 0);
}

#endif
