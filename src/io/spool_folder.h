/* SPDX-License-Identifier: ISC */
/* The spool's folders, for the files of the spool only: opening and checking
 * them, listing, moving between them. Errors are negative errno values. */
#ifndef IO_SPOOL_FOLDER_H
#define IO_SPOOL_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/spool.h"
#include "io/spool_spare.h"
#include "queue/queue_id.h"

#define SPOOL_JOURNAL_SUFFIX ".journal"
#define SPOOL_JOURNAL_NAME_SIZE (QUEUE_ID_SIZE + sizeof(SPOOL_JOURNAL_SUFFIX))

/* Descriptors of the folders; all on one file system. */
struct spool_folders {
	int root;	/* holds the lock */
	int tmp, queue, failed, corrupt, spare;
};

struct spool {
	struct sync_pool *pool;
	struct spool_folders folders;
	int64_t min_free_octets, max_message_octets;
	int64_t last_id_us;		/* the newest id given or found */
	size_t corrupt_count;
	struct spool_spares spares;
	/* How many journals were made, and how many of their names are known to be
	 * durable: a durable note syncs the folder only when these differ. */
	uint64_t names_made, names_durable;
};

/* Makes what is missing, checks all, takes the lock. */
int spool_folder_open_all(const char *path, struct spool_folders *folders,
			  char why[static SPOOL_WHY_SIZE]);
void spool_folder_close_all(struct spool_folders *folders);

/* The names in a folder, sorted; owned. */
struct spool_names {
	char **names;
	size_t count;
};

int spool_folder_list(int folder, struct spool_names *names);
bool spool_folder_has_name(const struct spool_names *names, const char *name);
void spool_folder_free_names(struct spool_names *names);

/* Never replaces anything: -EEXIST. */
int spool_folder_move(int from, const char *name, int to, const char *new_name);

/* Moves what is damaged or strange to corrupt/, under another name when that
 * one is taken, and logs why. When it cannot be moved it stays, and that is
 * logged. */
void spool_folder_put_aside(struct spool *spool, int folder, const char *name, const char *reason);

bool spool_folder_is_id(const char *name);
const char *spool_folder_journal_name(const char *id, char out[static SPOOL_JOURNAL_NAME_SIZE]);

#endif
