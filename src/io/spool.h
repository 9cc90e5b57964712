/* SPDX-License-Identifier: ISC */
/* The spool: one immutable file a message, written in tmp/, made durable,
 * renamed into queue/, its folder made durable; and a small append-only journal
 * beside it. docs/SPOOL.md has every legal state on disk and what a start makes
 * of each. Nothing that cannot be read is deleted: it moves to corrupt/.
 * Errors are negative errno values. */
#ifndef IO_SPOOL_H
#define IO_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "mail/envelope.h"
#include "queue/journal.h"
#include "queue/queue.h"

#define SPOOL_WHY_SIZE 256

struct event_base;
struct sync_pool;
struct spool;
struct spool_draft;

struct spool_options {
	const char *folder;
	int64_t min_free_octets;	/* below this new mail is refused */
	int64_t max_message_octets;
};

/* Makes the folders (0700) where they are missing, checks owner and modes,
 * locks the spool against a second daemon, clears tmp/. 0, or a negative errno
 * with a sentence in `why`. */
int spool_open(const struct spool_options *options, struct sync_pool *pool, struct spool **spool,
	       char why[static SPOOL_WHY_SIZE]);

/* After a reload; drafts that are open are measured anew. */
void spool_set_limits(struct spool *spool, int64_t min_free_octets, int64_t max_message_octets);

/* Jobs under way must have ended: free the sync_pool first. */
void spool_close(struct spool *spool);

/* What a start found of one message. */
struct spool_found {
	const char *id;
	int64_t size_octets;
	const struct envelope *envelope;
	struct span journal;	/* its whole text; see queue/journal.h */
	bool failed;		/* it lies in failed/ */
};

/* Reads the whole spool and calls `found` for each good message, in order of
 * id (which is the order of arrival), those of failed/ after those of queue/.
 * `found` may note, remove or fail the message that it is told of. What is
 * corrupt is moved; the count is of all files that lie in corrupt/. A negative
 * errno when the spool cannot be read: then the daemon cannot start. */
int spool_load(struct spool *spool, void (*found)(void *context, const struct spool_found *message),
	       void *context);
size_t spool_corrupt_count(const struct spool *spool);

/* -ENOSPC when there is less than min_free. */
int spool_check_room(struct spool *spool);

/* A message being taken. The draft has its id from the start. NULL with errno
 * set when it cannot be had. */
struct spool_draft *spool_draft_begin(struct spool *spool);
const char *spool_draft_id(const struct spool_draft *draft);

/* Content; may come in any pieces. -EFBIG over the maximum, -ENOSPC, -EIO...;
 * after an error the draft only can be abandoned. */
int spool_draft_write(struct spool_draft *draft, struct span octets);
void spool_draft_abandon(struct spool_draft *draft);

/* Writes the envelope (read at once) and makes everything durable in
 * the pool, then calls `done` in the loop: 0, and the message lies in queue/;
 * or a negative errno (-EFBIG: an envelope too long for its form), and nothing
 * of it is left. The draft is gone either way. `done` is always called, and never from within. size_octets is the
 * content's. */
typedef void (*spool_committed)(void *context, const char *id, int64_t size_octets, int result);
void spool_draft_commit(struct spool_draft *draft, const struct envelope *envelope,
			spool_committed done, void *context);

/* Appends a record to the journal of a message in queue/. With `done` it is
 * then made durable in the pool, and whatever goes wrong comes through `done`;
 * only -ENOMEM is returned, and `done` not called. Without, it is only written,
 * and what goes wrong is returned. `done` is never called from within. */
typedef void (*spool_noted)(void *context, int result);
int spool_note(struct spool *spool, const char *id, const struct journal_record *record,
	       spool_noted done, void *context);

/* Takes a finished message out of queue/, or failed/, and its journal. */
int spool_remove(struct spool *spool, const char *id);

/* Moves a message and its journal from queue/ to failed/. */
int spool_fail(struct spool *spool, const char *id);

/* A descriptor of a message in queue/ or failed/ for reading, close-on-exec, at
 * offset 0 of the file (its form: mail/spool_file.h); or a negative errno. */
int spool_open_message(struct spool *spool, const char *id);

#endif
