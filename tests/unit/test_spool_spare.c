/* SPDX-License-Identifier: ISC */
/* Files of finished messages, written again. */
#include "spool_scratch.h"

#include "io/spool_spare.h"

static bool is_all_zeros(const struct scratch *scratch, const char *name)
{
	struct buf octets = BUF_INIT(1 << 20);
	bool zeros = true;

	scratch_read(scratch, name, &octets);
	for (size_t i = 0; i < octets.length; i++)
		zeros &= octets.at[i] == '\0';
	buf_clear(&octets);
	return zeros;
}

static void wait_until_empty(struct scratch *scratch, const char *name)
{
	for (int i = 0; i < 1000 && !is_all_zeros(scratch, name); i++)
		assert_int_equal(event_base_loop(scratch->base, EVLOOP_ONCE), 0);
	assert_true(is_all_zeros(scratch, name));
}

static ino_t inode_of(const struct scratch *scratch, const char *name)
{
	struct stat status;

	assert_int_equal(lstat(scratch_path(scratch, name), &status), 0);
	return status.st_ino;
}

static void name_in(const char *folder, const char *id, char out[static 64])
{
	snprintf(out, 64, "%s/%s", folder, id);
}

static void ignore(void *context, const struct spool_found *message)
{
	struct scratch *scratch = context;

	assert_int_equal(spool_remove(scratch->spool, message->id), 0);
}

static void start(struct scratch *scratch)
{
	scratch_make(scratch);
	assert_int_equal(spool_load(scratch->spool, ignore, scratch), 0);
}

/* Takes a message and removes it; its file lies in spare/ then. */
static void spend(struct scratch *scratch, struct span content, char spare[static 64])
{
	const char *id = scratch_take(scratch, content);

	name_in("spare", id, spare);
	assert_int_equal(spool_remove(scratch->spool, id), 0);
	assert_true(scratch_has(scratch, spare));
}

static void is_emptied_and_used_again(void **state)
{
	struct scratch scratch;
	struct buf octets = BUF_INIT(1 << 20);
	char spare[64], queued[64];
	ino_t inode;

	(void)state;
	start(&scratch);
	spend(&scratch, span_of("a long secret that nobody is to read later\r\n"), spare);
	wait_until_empty(&scratch, spare);
	inode = inode_of(&scratch, spare);
	name_in("queue", scratch_take(&scratch, span_of("short\r\n")), queued);
	assert_false(scratch_has(&scratch, spare));
	assert_int_equal(inode_of(&scratch, queued), inode);
	scratch_read(&scratch, queued, &octets);
	assert_int_equal(span_find(buf_span(&octets), span_of("secret")), octets.length);
	assert_true(span_find(buf_span(&octets), span_of("short\r\n")) < octets.length);
	buf_clear(&octets);
	scratch_clear(&scratch);
}

static void is_not_used_before_it_is_empty(void **state)
{
	struct scratch scratch;
	char spare[64];

	(void)state;
	start(&scratch);
	spend(&scratch, span_of("one\r\n"), spare);
	/* Nothing came back from the disk yet: the loop did not turn. */
	spool_draft_abandon(spool_draft_begin(scratch.spool));
	assert_true(scratch_has(&scratch, spare));
	wait_until_empty(&scratch, spare);
	spool_draft_abandon(spool_draft_begin(scratch.spool));
	assert_false(scratch_has(&scratch, spare));
	scratch_clear(&scratch);
}

static void a_long_one_is_deleted(void **state)
{
	static char content[SPOOL_SPARE_FILE_OCTETS_MAX];
	struct scratch scratch;

	(void)state;
	start(&scratch);
	memset(content, 'x', sizeof content);
	assert_int_equal(spool_remove(scratch.spool,
				      scratch_take(&scratch, span_make(content, sizeof content))), 0);
	assert_int_equal(scratch_count(&scratch, "spare"), 0);
	scratch_clear(&scratch);
}

static void a_start_empties_what_a_kill_left(void **state)
{
	struct scratch scratch;
	char queued[64];

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "spare/00000000001", span_of("gsmtpd-message 1 of somebody"));
	scratch_write(&scratch, "spare/strange", span_of("not ours"));
	assert_int_equal(symlink("/etc/passwd", scratch_path(&scratch, "spare/00000000002")), 0);
	scratch_restart(&scratch);
	assert_int_equal(spool_load(scratch.spool, ignore, &scratch), 0);
	assert_true(is_all_zeros(&scratch, "spare/00000000001"));
	assert_true(scratch_has(&scratch, "corrupt/strange"));
	assert_true(scratch_has(&scratch, "corrupt/00000000002"));
	name_in("queue", scratch_take(&scratch, span_of("mail\r\n")), queued);
	assert_int_equal(scratch_count(&scratch, "spare"), 0);
	assert_true(scratch_has(&scratch, queued));
	scratch_clear(&scratch);
}

static void no_more_than_the_limit_are_kept(void **state)
{
	struct scratch scratch;
	char name[64];

	(void)state;
	scratch_make(&scratch);
	for (int i = 0; i < SPOOL_SPARE_FILES_MAX + 5; i++) {
		snprintf(name, sizeof name, "spare/%011d", i);
		scratch_write(&scratch, name, span_of("old"));
	}
	scratch_restart(&scratch);
	assert_int_equal(spool_load(scratch.spool, ignore, &scratch), 0);
	assert_int_equal(scratch_count(&scratch, "spare"), SPOOL_SPARE_FILES_MAX);
	scratch_clear(&scratch);
}

static void they_give_way_to_mail(void **state)
{
	struct scratch scratch;
	char spare[64];

	(void)state;
	start(&scratch);
	spend(&scratch, span_of("one\r\n"), spare);
	wait_until_empty(&scratch, spare);
	assert_int_equal(spool_check_room(scratch.spool), 0);
	assert_true(scratch_has(&scratch, spare));
	spool_set_limits(scratch.spool, INT64_MAX, 1 << 20);
	assert_int_equal(spool_check_room(scratch.spool), -ENOSPC);
	assert_false(scratch_has(&scratch, spare));
	scratch_clear(&scratch);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "a spare file is emptied, and holds the next message", is_emptied_and_used_again);
	ROWS_ADD(&rows, "it is not used before it is empty", is_not_used_before_it_is_empty);
	ROWS_ADD(&rows, "a long file is deleted", a_long_one_is_deleted);
	ROWS_ADD(&rows, "a start empties what a kill left, and puts aside what is strange",
		 a_start_empties_what_a_kill_left);
	ROWS_ADD(&rows, "no more than the limit are kept", no_more_than_the_limit_are_kept);
	ROWS_ADD(&rows, "where room is short they give way to mail", they_give_way_to_mail);
	return rows_run(&rows, "spool_spare");
}
