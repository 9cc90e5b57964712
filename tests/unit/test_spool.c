/* SPDX-License-Identifier: ISC */
/* Taking, keeping and giving away messages while the daemon runs. What a start
 * makes of a spool is test_spool_load.c. */
#include "spool_scratch.h"

#include "mail/spool_file.h"

struct size_row {
	const char *name;
	size_t octets, piece;
};

static const struct size_row sizes[] = {
	{ "an empty message", 0, 1 },
	{ "one octet", 1, 1 },
	{ "a mail of a few lines", 1000, 80 },
	{ "one read less one", 65535, 4096 },
	{ "one read", 65536, 4096 },
	{ "one read and one", 65537, 4096 },
	{ "a mail at the maximum", 1 << 20, 16384 },
};

static void fill(struct buf *content, size_t octets)
{
	unsigned seed = (unsigned)octets + 1;

	while (content->length < octets) {
		seed = seed * 1103515245u + 12345u;
		buf_byte(content, (char)(seed >> 16));
	}
}

static void write_in_pieces(struct spool_draft *draft, struct span content, size_t piece)
{
	while (content.length > 0) {
		struct span head = span_take(content, piece);

		assert_int_equal(spool_draft_write(draft, head), 0);
		content = span_skip(content, head.length);
	}
}

static void make_envelope(struct envelope *envelope)
{
	assert_true(envelope_set(&envelope->sender, span_of("root@gw1")));
	assert_true(envelope_set(&envelope->client, span_of("local user 1000")));
	envelope->arrived_s = 1763841300;
	assert_true(envelope_add_recipient(envelope, span_of("ops@example.net"), span_of("root")));
	assert_true(envelope_add_recipient(envelope, span_of("b@example.net"), span_of(NULL)));
}

static void check_message(struct scratch *scratch, const char *id, struct span content)
{
	struct envelope envelope = { 0 };
	struct buf file = BUF_INIT(4 << 20);
	struct span envelope_text, kept;
	char octets[8192];
	ssize_t count;
	int fd = spool_open_message(scratch->spool, id);

	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	while ((count = read(fd, octets, sizeof(octets))) > 0)
		buf_put(&file, span_make(octets, (size_t)count));
	close(fd);
	assert_null(spool_file_split(buf_span(&file), &envelope_text, &kept));
	assert_true(span_equal(kept, content));
	assert_null(envelope_parse(envelope_text, &envelope));
	assert_string_equal(envelope.sender, "root@gw1");
	assert_string_equal(envelope.client, "local user 1000");
	assert_int_equal(envelope.recipient_count, 2);
	assert_string_equal(envelope.recipients[0].original, "root");
	envelope_clear(&envelope);
	buf_clear(&file);
}

static void test_commit(void **state)
{
	static struct finds finds;
	const struct size_row *row = *state;
	struct buf content = BUF_INIT(4 << 20);
	struct envelope envelope = { 0 };
	struct answer answer = { 0 };
	struct spool_draft *draft;
	struct scratch scratch;

	scratch_make(&scratch);
	make_envelope(&envelope);
	fill(&content, row->octets);
	draft = spool_draft_begin(scratch.spool);
	assert_int_equal(scratch_count(&scratch, "tmp"), 1);
	write_in_pieces(draft, buf_span(&content), row->piece);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
	spool_draft_commit(draft, &envelope, scratch_on_committed, &answer);
	scratch_wait(&scratch, &answer);
	assert_int_equal(answer.result, 0);
	assert_int_equal(answer.size_octets, row->octets);
	assert_int_equal(scratch_count(&scratch, "tmp"), 0);
	assert_int_equal(scratch_count(&scratch, "queue"), 1);
	check_message(&scratch, answer.id, buf_span(&content));

	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 1);
	assert_string_equal(finds.list[0].id, answer.id);
	assert_int_equal(finds.list[0].size_octets, row->octets);
	assert_string_equal(finds.list[0].sender, "root@gw1");
	assert_string_equal(finds.list[0].journal, "");
	assert_false(finds.list[0].failed);
	check_message(&scratch, answer.id, buf_span(&content));
	envelope_clear(&envelope);
	buf_clear(&content);
	scratch_clear(&scratch);
}

static void test_many_at_once(void **state)
{
	static struct answer answers[200];
	static struct finds finds;
	struct envelope envelope = { 0 };
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	make_envelope(&envelope);
	for (size_t i = 0; i < 200; i++) {
		struct spool_draft *draft = spool_draft_begin(scratch.spool);

		assert_int_equal(spool_draft_write(draft, span_of("hello\r\n")), 0);
		spool_draft_commit(draft, &envelope, scratch_on_committed, &answers[i]);
	}
	for (size_t i = 0; i < 200; i++) {
		scratch_wait(&scratch, &answers[i]);
		assert_int_equal(answers[i].result, 0);
		assert_true(i == 0 || strcmp(answers[i - 1].id, answers[i].id) < 0);
	}
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 200);
	for (size_t i = 0; i < 200; i++)
		assert_string_equal(finds.list[i].id, answers[i].id);
	envelope_clear(&envelope);
	scratch_clear(&scratch);
}

static void test_abandon(void **state)
{
	struct spool_draft *draft;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	draft = spool_draft_begin(scratch.spool);
	assert_int_equal(spool_draft_write(draft, span_of("half a mail")), 0);
	spool_draft_abandon(draft);
	assert_int_equal(scratch_count(&scratch, "tmp"), 0);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
	scratch_clear(&scratch);
}

static void test_too_big(void **state)
{
	struct buf content = BUF_INIT(4 << 20);
	struct envelope envelope = { 0 };
	struct answer answer = { 0 };
	struct spool_draft *draft;
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	make_envelope(&envelope);
	fill(&content, 1 << 20);
	draft = spool_draft_begin(scratch.spool);
	assert_int_equal(spool_draft_write(draft, buf_span(&content)), 0);
	assert_int_equal(spool_draft_write(draft, span_of("x")), -EFBIG);
	assert_int_equal(spool_draft_write(draft, span_of("")), -EFBIG);
	spool_draft_commit(draft, &envelope, scratch_on_committed, &answer);
	assert_false(answer.came);
	scratch_wait(&scratch, &answer);
	assert_int_equal(answer.result, -EFBIG);
	assert_int_equal(scratch_count(&scratch, "tmp"), 0);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
	envelope_clear(&envelope);
	buf_clear(&content);
	scratch_clear(&scratch);
}

static void test_taken_name(void **state)
{
	struct envelope envelope = { 0 };
	struct buf kept = BUF_INIT(4096);
	struct answer answer = { 0 };
	struct spool_draft *draft;
	struct scratch scratch;
	char name[64];

	(void)state;
	scratch_make(&scratch);
	make_envelope(&envelope);
	draft = spool_draft_begin(scratch.spool);
	snprintf(name, sizeof(name), "queue/%s", spool_draft_id(draft));
	scratch_write(&scratch, name, span_of("another message"));
	spool_draft_commit(draft, &envelope, scratch_on_committed, &answer);
	scratch_wait(&scratch, &answer);
	assert_int_equal(answer.result, -EEXIST);
	assert_int_equal(scratch_count(&scratch, "tmp"), 0);
	scratch_read(&scratch, name, &kept);
	assert_string_equal(buf_string(&kept), "another message");
	envelope_clear(&envelope);
	buf_clear(&kept);
	scratch_clear(&scratch);
}

static void note(struct scratch *scratch, const char *id, struct journal_record record, bool durable)
{
	struct answer answer = { 0 };

	record.at_s = 7;
	assert_int_equal(spool_note(scratch->spool, id, &record, durable ? scratch_on_noted : NULL,
				    &answer), 0);
	assert_false(answer.came);
	if (durable) {
		scratch_wait(scratch, &answer);
		assert_int_equal(answer.result, 0);
	}
}

#define NOTE(scratch, id, durable, ...) \
	note(scratch, id, (struct journal_record){ __VA_ARGS__ }, durable)

static void test_notes(void **state)
{
	static struct finds finds;
	size_t first = 0;
	struct scratch scratch;
	char id[QUEUE_ID_SIZE];

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	NOTE(&scratch, id, false, .kind = JOURNAL_HELD);
	NOTE(&scratch, id, false, .kind = JOURNAL_RELEASED);
	NOTE(&scratch, id, true, .kind = JOURNAL_IN_FLIGHT, .recipients = &first, .recipient_count = 1);
	NOTE(&scratch, id, false, .kind = JOURNAL_DEFERRED, .attempts = 1, .wait_ms = 60000);
	NOTE(&scratch, id, true, .kind = JOURNAL_SENT, .has_code = true);
	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 1);
	assert_string_equal(finds.list[0].journal,
			    "held 7 *\nreleased 7 *\nin-flight 7 0\n"
			    "deferred 7 * attempts=1 wait=60000\nsent 7 * code=0\n");
	scratch_clear(&scratch);
}

static void test_many_notes(void **state)
{
	static struct answer answers[50];
	struct journal_record record = { .kind = JOURNAL_DEFERRED };
	struct buf journal = BUF_INIT(65536), expected = BUF_INIT(65536);
	struct scratch scratch;
	char id[QUEUE_ID_SIZE], name[64];

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	for (unsigned i = 0; i < 50; i++) {
		record.attempts = i;
		assert_int_equal(spool_note(scratch.spool, id, &record, scratch_on_noted, &answers[i]), 0);
		buf_format(&expected, "deferred 0 * attempts=%u wait=0\n", i);
	}
	for (unsigned i = 0; i < 50; i++) {
		scratch_wait(&scratch, &answers[i]);
		assert_int_equal(answers[i].result, 0);
	}
	snprintf(name, sizeof(name), "queue/%s.journal", id);
	scratch_read(&scratch, name, &journal);
	assert_string_equal(buf_string(&journal), buf_string(&expected));
	buf_clear(&journal);
	buf_clear(&expected);
	scratch_clear(&scratch);
}

static void test_cut_line(void **state)
{
	static struct finds finds;
	struct scratch scratch;
	char id[QUEUE_ID_SIZE], name[64];

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	snprintf(name, sizeof(name), "queue/%s.journal", id);
	scratch_write(&scratch, name, span_of("in-flight 7 0\nsent 7 0"));
	NOTE(&scratch, id, true, .kind = JOURNAL_HELD);
	NOTE(&scratch, id, false, .kind = JOURNAL_RELEASED);
	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	assert_string_equal(finds.list[0].journal,
			    "in-flight 7 0\nsent 7 0\x18\nheld 7 *\nreleased 7 *\n");
	scratch_clear(&scratch);
}

static void test_note_failures(void **state)
{
	struct journal_record record = { .kind = JOURNAL_HELD };
	struct answer answer = { 0 };
	struct scratch scratch;
	char id[QUEUE_ID_SIZE], name[64];

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(spool_note(scratch.spool, "00000000001", &record, NULL, NULL), -ENOENT);
	assert_int_equal(spool_note(scratch.spool, "../x", &record, NULL, NULL), -EINVAL);
	assert_int_equal(spool_note(scratch.spool, "00000000001", &record, scratch_on_noted, &answer), 0);
	assert_false(answer.came);
	scratch_wait(&scratch, &answer);
	assert_int_equal(answer.result, -ENOENT);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);

	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	record.kind = JOURNAL_NONE;
	assert_int_equal(spool_note(scratch.spool, id, &record, NULL, NULL), -EINVAL);
	record.kind = JOURNAL_HELD;
	snprintf(name, sizeof(name), "queue/%s.journal", id);
	assert_int_equal(unlink(scratch_path(&scratch, name)), 0);
	assert_int_equal(symlink("/dev/null", scratch_path(&scratch, name)), 0);
	assert_int_equal(spool_note(scratch.spool, id, &record, NULL, NULL), -ELOOP);
	scratch_clear(&scratch);
}

static void test_full_journal(void **state)
{
	struct journal_record record = { .kind = JOURNAL_HELD };
	struct scratch scratch;
	char id[QUEUE_ID_SIZE], name[64];

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	snprintf(name, sizeof(name), "queue/%s.journal", id);
	scratch_write(&scratch, name, span_of("held 1 *\n"));
	assert_int_equal(truncate(scratch_path(&scratch, name), JOURNAL_MAX), 0);
	assert_int_equal(spool_note(scratch.spool, id, &record, NULL, NULL), -EFBIG);
	scratch_clear(&scratch);
}

static void test_remove(void **state)
{
	struct scratch scratch;
	char id[QUEUE_ID_SIZE];

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	assert_int_equal(spool_remove(scratch.spool, id), 0);
	assert_int_equal(spool_remove(scratch.spool, id), -ENOENT);
	assert_int_equal(spool_remove(scratch.spool, "../queue/"), -EINVAL);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	NOTE(&scratch, id, true, .kind = JOURNAL_SENT);
	assert_int_equal(spool_remove(scratch.spool, id), 0);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
	assert_int_equal(spool_open_message(scratch.spool, id), -ENOENT);
	scratch_clear(&scratch);
}

static void test_fail(void **state)
{
	static struct finds finds;
	struct scratch scratch;
	char id[QUEUE_ID_SIZE];
	int fd;

	(void)state;
	scratch_make(&scratch);
	snprintf(id, sizeof(id), "%s", scratch_take(&scratch, span_of("hello\r\n")));
	NOTE(&scratch, id, true, .kind = JOURNAL_FAILED, .has_code = true, .code = -550);
	assert_int_equal(spool_fail(scratch.spool, id), 0);
	assert_int_equal(spool_fail(scratch.spool, id), -ENOENT);
	assert_int_equal(scratch_count(&scratch, "queue"), 0);
	assert_int_equal(scratch_count(&scratch, "failed"), 2);
	fd = spool_open_message(scratch.spool, id);
	assert_true(fd >= 0);
	close(fd);
	scratch_restart(&scratch);
	scratch_load(&scratch, &finds);
	assert_int_equal(finds.count, 1);
	assert_true(finds.list[0].failed);
	assert_string_equal(finds.list[0].journal, "failed 7 * code=-550\n");
	assert_int_equal(spool_remove(scratch.spool, id), 0);
	assert_int_equal(scratch_count(&scratch, "failed"), 0);
	scratch_clear(&scratch);
}

static void test_room(void **state)
{
	struct spool_options options = { NULL, INT64_MAX, 1 << 20 };
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(spool_check_room(scratch.spool), 0);
	spool_close(scratch.spool);
	options.folder = scratch.folder;
	assert_int_equal(spool_open(&options, scratch.pool, &scratch.spool, scratch.why), 0);
	assert_int_equal(spool_check_room(scratch.spool), -ENOSPC);
	scratch_clear(&scratch);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, sizes, test_commit);
	ROWS_ADD(&rows, "200 commits at once keep their order", test_many_at_once);
	ROWS_ADD(&rows, "an abandoned draft leaves nothing", test_abandon);
	ROWS_ADD(&rows, "a message over the maximum leaves nothing", test_too_big);
	ROWS_ADD(&rows, "a message never replaces another", test_taken_name);
	ROWS_ADD(&rows, "notes come back in order", test_notes);
	ROWS_ADD(&rows, "durable notes at once keep their order", test_many_notes);
	ROWS_ADD(&rows, "a cut last line is struck out", test_cut_line);
	ROWS_ADD(&rows, "a note that cannot be written is told", test_note_failures);
	ROWS_ADD(&rows, "a journal has an end", test_full_journal);
	ROWS_ADD(&rows, "a removed message leaves nothing", test_remove);
	ROWS_ADD(&rows, "a failed message is kept with its journal", test_fail);
	ROWS_ADD(&rows, "too little room is told", test_room);
	return rows_run(&rows, "spool");
}
