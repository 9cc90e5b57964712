/* SPDX-License-Identifier: ISC */
/* What a start makes of a spool: docs/SPOOL.md, the table of states. */
#include "spool_scratch.h"

#include "mail/spool_file.h"

#define CONTENT "Subject: test\r\n\r\nhello\r\n"
#define JOURNAL "in-flight 7 0\n"

/* Damage to a message file of 64 octets head, the content, the envelope. */
enum damage { CUT, FLIP, REPLACE };

struct damage_row {
	const char *name;
	enum damage damage;
	size_t at;		/* CUT: to so many octets; FLIP: the octet there */
	const char *text;	/* REPLACE */
};

#define ENVELOPE_AT (SPOOL_FILE_HEAD_SIZE + sizeof(CONTENT) - 1)

static const struct damage_row damages[] = {
	{ "an empty message file", CUT, 0, NULL },
	{ "a torn head", CUT, 40, NULL },
	{ "a head alone", CUT, SPOOL_FILE_HEAD_SIZE, NULL },
	{ "a content that was cut", CUT, SPOOL_FILE_HEAD_SIZE + 5, NULL },
	{ "an envelope that is missing", CUT, ENVELOPE_AT, NULL },
	{ "an envelope that was cut", CUT, ENVELOPE_AT + 5, NULL },
	{ "a head that was never written, as zeros", FLIP, 0, NULL },
	{ "a wrong length", FLIP, 18, NULL },
	{ "a wrong octet in the content", FLIP, SPOOL_FILE_HEAD_SIZE + 3, NULL },
	{ "a wrong octet in the envelope", FLIP, ENVELOPE_AT + 30, NULL },
	{ "a file of another program", REPLACE, 0, "Return-Path: <>\r\n\r\nhello\r\n" },
	{ "a message of a newer version", REPLACE, 0,
	  "gsmtpd-message 2 1 00000000 1 00000000                         \nab" },
};

static void damage_file(struct buf *file, const struct damage_row *row)
{
	switch (row->damage) {
	case CUT:
		file->length = row->at;
		break;
	case FLIP:
		file->at[row->at] ^= 1;
		break;
	case REPLACE:
		buf_reset(file);
		buf_text(file, row->text);
		break;
	}
}

static void test_damage(void **state)
{
	static struct finds finds;
	const struct damage_row *row = *state;
	struct buf file = BUF_INIT(65536), kept = BUF_INIT(65536);
	char id[QUEUE_ID_SIZE], path[64];
	struct scratch scratch;

	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
	scratch_take(&scratch, span_of("a good one"));
	snprintf(path, sizeof(path), "queue/%s", id);
	scratch_read(&scratch, path, &file);
	damage_file(&file, row);
	scratch_write(&scratch, path, buf_span(&file));
	snprintf(path, sizeof(path), "queue/%s.journal", id);
	scratch_write(&scratch, path, span_of(JOURNAL));

	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 1);
	assert_int_equal(finds.list[0].size_octets, strlen("a good one"));
	assert_int_equal(spool_corrupt_count(scratch.spool), 2);
	snprintf(path, sizeof(path), "corrupt/%s", id);
	scratch_read(&scratch, path, &kept);
	assert_true(span_equal(buf_span(&file), buf_span(&kept)));
	snprintf(path, sizeof(path), "corrupt/%s.journal", id);
	scratch_read(&scratch, path, &kept);
	assert_string_equal(buf_string(&kept), JOURNAL);
	assert_int_equal(scratch_count(&scratch, "queue"), 1);
	buf_clear(&file);
	buf_clear(&kept);
	scratch_clear(&scratch);
}

/* A file that was used before and is longer is whole all the same. */
static void test_longer_file(void **state)
{
	static struct finds finds;
	struct buf file = BUF_INIT(65536);
	struct scratch scratch;
	char path[64];

	(void)state;
	scratch_make(&scratch);
	snprintf(path, sizeof(path), "queue/%s", scratch_take(&scratch, span_of(CONTENT)));
	scratch_read(&scratch, path, &file);
	buf_text(&file, "what an earlier message left behind");
	scratch_write(&scratch, path, buf_span(&file));
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 1);
	assert_int_equal(finds.list[0].size_octets, strlen(CONTENT));
	buf_clear(&file);
	scratch_clear(&scratch);
}

/* States that a removal, a failure or a commit that was cut short leaves. */
struct state_row {
	const char *name;
	const char *before[4];		/* files, "%s" being the id of a good message */
	const char *remove;		/* of the message itself; NULL keeps it in queue/ */
	size_t found;
	const char *after[4];		/* all files that are left, apart from the message */
	size_t corrupt;
};

static const struct state_row states[] = {
	{ "a whole message", { 0 }, NULL, 1, { 0 }, 0 },
	{ "a message with its journal", { "queue/%s.journal" }, NULL, 1, { "queue/%s.journal" }, 0 },
	{ "a draft in tmp is cleared", { "tmp/00000000001" }, NULL, 1, { 0 }, 0 },
	{ "a journal whose message was removed is removed", { "queue/%s.journal" }, "queue/%s", 0,
	  { 0 }, 0 },
	{ "a journal that did not follow to failed follows", { "queue/%s.journal", "move" }, NULL, 1,
	  { "failed/%s.journal" }, 0 },
	{ "a journal in failed without its message is removed", { "failed/00000000001.journal" }, NULL,
	  1, { 0 }, 0 },
	{ "a journal whose message is in corrupt follows",
	  { "queue/00000000001.journal", "corrupt/00000000001" }, NULL, 1,
	  { "corrupt/00000000001.journal", "corrupt/00000000001" }, 2 },
	{ "a second journal of a failed message is kept",
	  { "queue/%s.journal", "failed/%s.journal", "move" }, NULL, 1,
	  { "failed/%s.journal", "corrupt/%s.journal" }, 1 },
	{ "of one message in queue and failed the first is queued",
	  { "failed/%s", "failed/%s.journal" }, NULL, 1, { "failed/%s", "failed/%s.journal" }, 0 },
	{ "a strange file in queue is put aside", { "queue/core" }, NULL, 1, { "corrupt/core" }, 1 },
	{ "a strange file in failed is put aside", { "failed/core" }, NULL, 1, { "corrupt/core" }, 1 },
	{ "a strange file in tmp is put aside", { "tmp/core" }, NULL, 1, { "corrupt/core" }, 1 },
	{ "a journal of no id is put aside", { "queue/x.journal" }, NULL, 1, { "corrupt/x.journal" }, 1 },
	{ "a name that is taken in corrupt gets a number", { "queue/core", "corrupt/core" }, NULL, 1,
	  { "corrupt/core", "corrupt/core.2" }, 2 },
	{ "two strange files of one name are both kept", { "queue/core", "failed/core" }, NULL, 1,
	  { "corrupt/core", "corrupt/core.2" }, 2 },
};

static const char *fill_in(const char *pattern, const char *id)
{
	static char path[128];
	const char *place = strstr(pattern, "%s");

	if (place)
		snprintf(path, sizeof(path), "%.*s%s%s", (int)(place - pattern), pattern, id, place + 2);
	else
		snprintf(path, sizeof(path), "%s", pattern);
	return path;
}

static void prepare(struct scratch *scratch, const struct state_row *row, const char *id)
{
	char from[1024];

	for (size_t i = 0; i < 4 && row->before[i]; i++) {
		if (strcmp(row->before[i], "move") == 0) {
			snprintf(from, sizeof(from), "%s", scratch_path(scratch, fill_in("queue/%s", id)));
			assert_int_equal(rename(from, scratch_path(scratch, fill_in("failed/%s", id))), 0);
		} else {
			scratch_write(scratch, fill_in(row->before[i], id), span_of(JOURNAL));
		}
	}
	if (row->remove)
		assert_int_equal(unlink(scratch_path(scratch, fill_in(row->remove, id))), 0);
}

static void test_state(void **state)
{
	static struct finds finds;
	const struct state_row *row = *state;
	char id[QUEUE_ID_SIZE];
	struct scratch scratch;
	size_t expected = row->found, files;

	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
	prepare(&scratch, row, id);
	scratch_restart(&scratch);
	for (int start = 0; start < 2; start++) {	/* a second start changes nothing more */
		scratch_load(&scratch, &finds);
		assert_int_equal(finds.count, row->found);
		expected = row->found;
		for (size_t i = 0; i < 4 && row->after[i]; i++, expected++)
			assert_true(scratch_has(&scratch, fill_in(row->after[i], id)));
		files = (size_t)(scratch_count(&scratch, "tmp") + scratch_count(&scratch, "queue") +
				 scratch_count(&scratch, "failed") + scratch_count(&scratch, "corrupt"));
		assert_int_equal(files, expected);
		assert_int_equal(spool_corrupt_count(scratch.spool), row->corrupt);
	}
	scratch_clear(&scratch);
}

/* What is no file at all must neither stop a start nor be followed, not even to
 * a good message. */
static void test_no_files(void **state)
{
	static struct finds finds;
	char id[QUEUE_ID_SIZE], path[1024];
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
	snprintf(path, sizeof(path), "%s", scratch_path(&scratch, fill_in("queue/%s", id)));
	assert_int_equal(rename(path, scratch_path(&scratch, "outside")), 0);
	assert_int_equal(symlink("../outside", path), 0);
	assert_int_equal(mkfifo(scratch_path(&scratch, "queue/00000000002"), 0600), 0);
	assert_int_equal(mkdir(scratch_path(&scratch, "queue/00000000003"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(&scratch, "tmp/00000000003"), 0700), 0);
	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 0);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
	assert_int_equal(scratch_count(&scratch, "corrupt"), 4);
	assert_int_equal(spool_corrupt_count(scratch.spool), 4);
	unlink(scratch_path(&scratch, "outside"));
	scratch_clear(&scratch);
}

static void test_second_name(void **state)
{
	static struct finds finds;
	char id[QUEUE_ID_SIZE], path[1024];
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
	snprintf(path, sizeof(path), "%s", scratch_path(&scratch, fill_in("queue/%s", id)));
	assert_int_equal(link(path, scratch_path(&scratch, "other")), 0);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 0);
	assert_true(scratch_has(&scratch, fill_in("corrupt/%s", id)));
	unlink(scratch_path(&scratch, "other"));
	scratch_clear(&scratch);
}

/* Perhaps it said that the mail was sent. */
static void test_lost_journal(void **state)
{
	static struct finds finds;
	char id[QUEUE_ID_SIZE];
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
	scratch_write(&scratch, fill_in("queue/%s.journal", id), span_of(JOURNAL));
	assert_int_equal(truncate(scratch_path(&scratch, fill_in("queue/%s.journal", id)),
				  JOURNAL_MAX + 1), 0);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 1);
	assert_string_equal(finds.list[0].journal, "uncertain 0 * text=its journal could not be read\n");
	assert_true(scratch_has(&scratch, fill_in("corrupt/%s.journal", id)));
	scratch_clear(&scratch);
}

struct settling {
	struct spool *spool;
	size_t found;
};

/* As the daemon does with a message whose journal says that all is done. */
static void settle_found(void *context, const struct spool_found *message)
{
	struct journal_record record = { .kind = JOURNAL_FAILED };
	struct settling *settling = context;

	assert_false(message->failed);
	if (settling->found++ > 0) {
		assert_int_equal(spool_remove(settling->spool, message->id), 0);
		return;
	}
	assert_int_equal(spool_note(settling->spool, message->id, &record, NULL, NULL), 0);
	assert_int_equal(spool_fail(settling->spool, message->id), 0);
}

static void test_settled_while_loading(void **state)
{
	struct settling settling = { 0 };
	struct scratch scratch;
	char id[QUEUE_ID_SIZE];

	(void)state;
	scratch_make(&scratch);
	for (int i = 0; i < 3; i++) {
		snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
		scratch_write(&scratch, fill_in("queue/%s.journal", id), span_of(JOURNAL));
	}
	settling.spool = scratch.spool;
	assert_int_equal(spool_load(scratch.spool, settle_found, &settling), 0);
	assert_int_equal(settling.found, 3);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
	assert_int_equal(scratch_count(&scratch, "failed"), 2);
	assert_int_equal(scratch_count(&scratch, "corrupt"), 0);
	scratch_clear(&scratch);
}

static void test_garbage(void **state)
{
	static struct finds finds;
	struct scratch scratch;
	char name[64], id[QUEUE_ID_SIZE];

	(void)state;
	scratch_make(&scratch);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "queue/%s%08u", i % 2 ? "000" : "garbage", i);
		scratch_write(&scratch, name, span_of(name));
	}
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 1);
	assert_string_equal(finds.list[0].id, id);
	assert_int_equal(scratch_count(&scratch, "corrupt"), 1000);
	assert_int_equal(spool_corrupt_count(scratch.spool), 1000);
	scratch_clear(&scratch);
}

/* A clock that steps back must not make ids that were given before, nor ids
 * that sort before mail that is older. */
static void test_clock_back(void **state)
{
	static struct finds finds;
	char id[QUEUE_ID_SIZE], from[1024];
	struct spool_draft *draft;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of(CONTENT)));
	snprintf(from, sizeof(from), "%s", scratch_path(&scratch, fill_in("queue/%s", id)));
	assert_int_equal(rename(from, scratch_path(&scratch, "queue/2000000000Z")), 0);
	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	draft = spool_draft_begin(scratch.spool);
	assert_string_equal(spool_draft_id(draft), "20000000010");
	spool_draft_abandon(draft);
	scratch_clear(&scratch);
}

static void test_lock(void **state)
{
	struct spool_options options = { NULL, 4096, 1 << 20 };
	struct spool *second;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	options.folder = scratch.folder;
	assert_int_equal(spool_open(&options, scratch.pool, &second, scratch.why), -EWOULDBLOCK);
	assert_null(second);
	assert_non_null(strstr(scratch.why, "another gsmtpd uses it"));
	scratch_clear(&scratch);
}

struct mode_row {
	const char *name;
	const char *folder;
	mode_t mode;
	const char *why;
};

static const struct mode_row modes[] = {
	{ "a spool that others can read is refused", "", 0755, ": has mode 0755" },
	{ "a spool that a group can enter is refused", "", 0710, ": has mode 0710" },
	{ "a queue that others can write is refused", "queue", 0702, "/queue: has mode 0702" },
	{ "a set-group-id bit is refused", "failed", 02700, "/failed: has mode 2700" },
};

static void test_mode(void **state)
{
	const struct mode_row *row = *state;
	struct scratch scratch;

	scratch_make(&scratch);
	spool_close(scratch.spool);
	assert_int_equal(chmod(scratch_path(&scratch, row->folder), row->mode), 0);
	assert_int_equal(scratch_open_spool(&scratch), -EPERM);
	assert_non_null(strstr(scratch.why, row->why));
	assert_int_equal(chmod(scratch_path(&scratch, row->folder), 0700), 0);
	assert_int_equal(scratch_open_spool(&scratch), 0);
	scratch_clear(&scratch);
}

static void test_no_folder(void **state)
{
	struct spool_options options = { NULL, 4096, 1 << 20 };
	char folder[1024];
	struct spool *second;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	snprintf(folder, sizeof(folder), "%s", scratch_path(&scratch, "no/spool"));
	options.folder = folder;
	assert_int_equal(spool_open(&options, scratch.pool, &second, scratch.why), -ENOENT);
	assert_non_null(strstr(scratch.why, folder));
	snprintf(folder, sizeof(folder), "%s", scratch_path(&scratch, "queue/inner"));
	assert_int_equal(spool_open(&options, scratch.pool, &second, scratch.why), 0);
	spool_close(second);
	for (size_t i = 0; i < 5; i++) {
		static const char *const inner[] = { "queue/inner/tmp", "queue/inner/queue",
						     "queue/inner/failed", "queue/inner/corrupt",
						     "queue/inner/spare" };

		assert_int_equal(rmdir(scratch_path(&scratch, inner[i])), 0);
	}
	scratch_clear(&scratch);
}

static void test_linked_folder(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	spool_close(scratch.spool);
	assert_int_equal(rmdir(scratch_path(&scratch, "queue")), 0);
	assert_int_equal(symlink("tmp", scratch_path(&scratch, "queue")), 0);
	assert_true(scratch_open_spool(&scratch) < 0);
	unlink(scratch_path(&scratch, "queue"));
	assert_int_equal(scratch_open_spool(&scratch), 0);
	scratch_clear(&scratch);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, damages, test_damage);
	ROWS_ADD(&rows, "a file that is longer than its message", test_longer_file);
	ROWS_ADD_TABLE(&rows, states, test_state);
	ROWS_ADD(&rows, "links, pipes and folders are put aside", test_no_files);
	ROWS_ADD(&rows, "a message with a second name is put aside", test_second_name);
	ROWS_ADD(&rows, "a message whose journal is lost is uncertain", test_lost_journal);
	ROWS_ADD(&rows, "messages may be settled while the spool is read", test_settled_while_loading);
	ROWS_ADD(&rows, "1,000 garbage files do not stop a start and are all kept", test_garbage);
	ROWS_ADD(&rows, "ids go on where they were when the clock went back", test_clock_back);
	ROWS_ADD(&rows, "a second daemon is kept out", test_lock);
	ROWS_ADD_TABLE(&rows, modes, test_mode);
	ROWS_ADD(&rows, "missing folders are made, a missing parent is told", test_no_folder);
	ROWS_ADD(&rows, "a folder inside that is a link is refused", test_linked_folder);
	return rows_run(&rows, "spool_load");
}
