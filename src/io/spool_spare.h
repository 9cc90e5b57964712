/* SPDX-License-Identifier: ISC */
/* Spent message files, kept to be written again: ext4 is slow at making files where
 * many were just deleted, which is what a mail queue does all day. A bounded number
 * lies in spare/, emptied by zeros as soon as it is sure that no power cut brings
 * the message back whose file it was. docs/SPOOL.md, "Spare files". For the files of
 * the spool only; all in the loop but where it is said. */
#ifndef IO_SPOOL_SPARE_H
#define IO_SPOOL_SPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/sync_pool.h"
#include "queue/queue_id.h"

struct spool;

#define SPOOL_SPARE_FILES_MAX 2048
#define SPOOL_SPARE_FILE_OCTETS_MAX (32 * 1024)	/* a longer file is worth its making */
#define SPOOL_SPARE_OCTETS_MAX (16 * 1024 * 1024)

struct spool_spare_file {
	char name[QUEUE_ID_SIZE];	/* in spare/: the id of its last message */
	int64_t octets;
	uint64_t removal;		/* which one it was */
};

/* A ring in the order of removal; all zero is empty. */
struct spool_spares {
	struct spool_spare_file *files;	/* SPOOL_SPARE_FILES_MAX of them */
	size_t first, count;
	size_t clean;			/* of the first ones: durable and emptied */
	int64_t octets;
	uint64_t removals;		/* files that ever came in */
	struct sync_job job;		/* syncs queue/ for them; one at a time */
	bool syncing;
	uint64_t syncing_removals;	/* `removals` when it was submitted */
};

/* At a start, after queue/ was synced: empties what lies there and takes it in; what
 * does not belong there moves to corrupt/. 0 or a negative errno. */
int spool_spare_load(struct spool *spool);
void spool_spare_clear(struct spool *spool);

/* Takes a finished message's file out of queue/: to spare/ if there is room for it,
 * else it is deleted. 0 or a negative errno. Has queue/ synced in the pool, so that
 * the file can be emptied soon; many removals share a sync. */
int spool_spare_put(struct spool *spool, const char *id);

/* A clean file as tmp/ID, open for reading and writing; -ENOENT when there is none. */
int spool_spare_take(struct spool *spool, const char *id);

/* Deletes all that are empty: the room is wanted for mail. */
void spool_spare_release(struct spool *spool);

/* queue/ was synced by a call that began when spares.removals was `removals` or more:
 * what came in until then is out of queue/ for good, and is emptied. */
void spool_spare_settle(struct spool *spool, uint64_t removals);

#endif
