/* SPDX-License-Identifier: ISC */
/* Whole SMTP conversations from tests/data/smtp/<name>.smtp, each fed at once, byte by
 * byte and in sevens: the events must be the same. Lines of a file:
 *
 *	# remark		O: option [value]
 *	C: what the client says, CRLF added	C< the same without CRLF, with \r \n \0 \\ \xHH
 *	S: a reply line		E: begin | chunk TEXT | commit | abandon | close |
 *				start-tls | auth USER PASSWORD
 *	V: sender -> address (original), ... as the envelope has it at commit
 *	A: ok [ID] | later | no-room | too-big | right | wrong	settles the next begin,
 *		commit or auth; tls | no-tls: what became of the next start-tls
 *	X: stopping | timeout	the server ends the session; pause: the client waits
 *
 * In C< and C:, %{N}c stands for N times the octet c. */
#include "rows.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/smtp_session.h"

#define FILE_MAX (256 * 1024)
#define TEXT_MAX (4 * 1024 * 1024)
#define NAME_SIZE 300

enum split { SPLIT_WHOLE = 0, SPLIT_BYTES = 1, SPLIT_SEVENS = 7 };

struct dialogue {
	const char *name;		/* of the test */
	char file[NAME_SIZE];
	enum split split;
};

struct run {
	enum split split;
	struct smtp_session_options options;
	struct alias_policy policy;
	struct buf aliases;
	struct span allow[1];
	struct span answers;		/* the A: lines, LF-ended */
	struct smtp_session *session;
	struct buf log;			/* the events as a file would say them */
	struct buf chunk;
	bool envelope_wanted, traced;
};

static void load(const char *file, struct buf *text)
{
	FILE *stream = fopen(file, "r");
	char *room = buf_room(text, FILE_MAX);

	assert_non_null(stream);
	assert_non_null(room);
	buf_grew(text, fread(room, 1, FILE_MAX, stream));
	fclose(stream);
}

/* A backslash sequence of the file, behind the backslash. */
static size_t unescape_one(struct span text, struct buf *out)
{
	char hex[3] = "";

	switch (text.at[0]) {
	case 'r':
		buf_byte(out, '\r');
		return 1;
	case 'n':
		buf_byte(out, '\n');
		return 1;
	case '0':
		buf_byte(out, '\0');
		return 1;
	case 'x':
		span_copy(span_take(span_skip(text, 1), 2), hex, sizeof(hex));
		buf_byte(out, (char)strtoul(hex, NULL, 16));
		return 3;
	default:
		buf_byte(out, text.at[0]);
		return 1;
	}
}

static void unescape(struct span text, bool backslashes, struct buf *out)
{
	while (text.length > 0) {
		if (backslashes && text.at[0] == '\\' && text.length > 1) {
			text = span_skip(text, 1 + unescape_one(span_skip(text, 1), out));
		} else if (span_starts(text, "%{")) {
			size_t end = span_index(text, '}');
			int64_t count = 0;

			assert_true(span_number(span_skip(span_take(text, end), 2), 1, TEXT_MAX, &count));
			while (count-- > 0)
				buf_byte(out, text.at[end + 1]);
			text = span_skip(text, end + 2);
		} else {
			buf_byte(out, text.at[0]);
			text = span_skip(text, 1);
		}
	}
}

static void escape(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char octet = (unsigned char)text.at[i];

		if (octet == '\r')
			buf_text(out, "\\r");
		else if (octet == '\n')
			buf_text(out, "\\n");
		else if (octet < ' ' || octet >= 0x7f)
			buf_format(out, "\\x%02X", octet);
		else
			buf_byte(out, text.at[i]);
	}
}

static void log_chunk(struct run *run)
{
	if (run->chunk.length > 0) {
		buf_text(&run->log, "E: chunk ");
		escape(buf_span(&run->chunk), &run->log);
		buf_byte(&run->log, '\n');
	}
	buf_reset(&run->chunk);
}

static void log_envelope(struct run *run)
{
	const struct envelope *envelope = smtp_session_envelope(run->session);

	buf_format(&run->log, "V: %s ->", envelope->sender);
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		const struct envelope_recipient *recipient = &envelope->recipients[i];

		buf_format(&run->log, "%s %s (%s)", i ? "," : "", recipient->address,
			   recipient->original);
		if (recipient->notify)
			buf_format(&run->log, " notify %s", recipient->notify);
		if (recipient->orcpt)
			buf_format(&run->log, " orcpt %s", recipient->orcpt);
	}
	if (envelope->ret)
		buf_format(&run->log, "; ret %s", envelope->ret);
	if (envelope->envid)
		buf_format(&run->log, "; envid %s", envelope->envid);
	if (envelope->utf8)
		buf_text(&run->log, "; utf8");
	buf_byte(&run->log, '\n');
}

static void log_reply(struct run *run, struct span octets)
{
	struct span line;

	assert_true(octets.length > 2 && octets.at[octets.length - 1] == '\n');
	octets.length--;
	while (span_cut(&octets, '\n', &line)) {
		assert_true(line.length > 0 && line.at[line.length - 1] == '\r');
		buf_text(&run->log, "S: ");
		buf_put(&run->log, span_take(line, line.length - 1));
		buf_byte(&run->log, '\n');
	}
}

static const struct {
	const char *word;
	enum smtp_settlement settlement;
} settlements[] = {
	{ "ok", SMTP_SETTLED_OK },	       { "later", SMTP_SETTLED_TRY_LATER },
	{ "no-room", SMTP_SETTLED_NO_ROOM },   { "too-big", SMTP_SETTLED_TOO_BIG },
	{ "right", SMTP_SETTLED_AUTH_OK },     { "wrong", SMTP_SETTLED_AUTH_REFUSED },
};

/* The next A: line; its first word is taken off. */
static struct span take_answer(struct run *run, const char *usual, struct span *rest)
{
	struct span word;

	if (!span_cut(&run->answers, '\n', rest) || rest->length == 0) {
		*rest = span_of(usual);
		run->answers = (struct span){ NULL, 0 };
	}
	span_word(rest, &word);
	*rest = span_trim(*rest);
	return word;
}

static void settle(struct run *run, const char *usual)
{
	struct span rest, word = take_answer(run, usual, &rest);
	char id[40] = "";

	span_copy(rest, id, sizeof(id));
	if (run->traced)
		smtp_session_trace(run->session, "1K0X", 1795377300, 60, true);
	for (size_t i = 0; i < sizeof(settlements) / sizeof(settlements[0]); i++)
		if (span_is(word, settlements[i].word))
			smtp_session_settle(run->session, settlements[i].settlement,
					    id[0] ? id : "ID");
}

static void start_tls(struct run *run)
{
	struct span rest;
	bool good = !span_is(take_answer(run, "tls", &rest), "no-tls");

	buf_text(&run->log, "E: start-tls\n");
	/* What is said between the two is nobody's. */
	smtp_session_feed(run->session, span_of("NOOP\r\n"));
	smtp_session_tls(run->session, good ? "TLSv1.3" : NULL);
}

static void log_auth(struct run *run, const struct smtp_event *event)
{
	buf_text(&run->log, "E: auth ");
	escape(event->user, &run->log);
	buf_byte(&run->log, ' ');
	escape(event->password, &run->log);
	buf_byte(&run->log, '\n');
}

/* What was written of a message that is refused depends on the split. */
static void on_event(struct run *run, const struct smtp_event *event)
{
	if (event->kind == SMTP_EVENT_ABANDON)
		buf_reset(&run->chunk);
	if (event->kind != SMTP_EVENT_CHUNK && event->kind != SMTP_EVENT_NONE)
		log_chunk(run);
	switch (event->kind) {
	case SMTP_EVENT_REPLY:
		log_reply(run, event->octets);
		break;
	case SMTP_EVENT_CHUNK:
		buf_put(&run->chunk, event->octets);
		break;
	case SMTP_EVENT_BEGIN:
		buf_text(&run->log, "E: begin\n");
		settle(run, "ok");
		break;
	case SMTP_EVENT_COMMIT:
		buf_text(&run->log, "E: commit\n");
		if (run->envelope_wanted)
			log_envelope(run);
		settle(run, "ok");
		break;
	case SMTP_EVENT_START_TLS:
		start_tls(run);
		break;
	case SMTP_EVENT_AUTH:
		log_auth(run, event);
		settle(run, "right");
		break;
	case SMTP_EVENT_ABANDON:
		buf_text(&run->log, "E: abandon\n");
		break;
	case SMTP_EVENT_CLOSE:
		buf_text(&run->log, "E: close\n");
		break;
	case SMTP_EVENT_NONE:
		break;
	}
}

static void pump(struct run *run)
{
	struct smtp_event event;

	do {
		smtp_session_next(run->session, &event);
		on_event(run, &event);
	} while (event.kind != SMTP_EVENT_NONE);
}

/* Each piece is memory of its own, so that the sanitizer sees a read beyond it. */
static void feed(struct run *run, struct span octets)
{
	while (octets.length > 0) {
		size_t count = run->split == SPLIT_WHOLE ? octets.length : (size_t)run->split;
		struct span piece = span_take(octets, count);
		char *copy = malloc(piece.length);

		assert_non_null(copy);
		memcpy(copy, piece.at, piece.length);
		assert_true(smtp_session_feed(run->session, span_make(copy, piece.length)));
		free(copy);
		pump(run);
		octets = span_skip(octets, piece.length);
	}
}

static void set_option(struct run *run, struct span option)
{
	struct span key;
	int64_t number = 0;

	span_word(&option, &key);
	option = span_trim(option);
	span_number(option, 0, TEXT_MAX, &number);
	if (span_is(key, "max-message"))
		run->options.max_message_octets = (uint64_t)number;
	else if (span_is(key, "max-recipients"))
		run->options.max_recipients = (size_t)number;
	else if (span_is(key, "untrusted"))
		run->options.trusted = false;
	else if (span_is(key, "offers-tls"))
		run->options.offers_tls = true;
	else if (span_is(key, "offers-auth"))
		run->options.offers_auth = true;
	else if (span_is(key, "client"))
		run->options.client = "[192.0.2.7]";
	else if (span_is(key, "trace"))
		run->traced = true;
	else if (span_is(key, "relay"))
		run->options.relay = true;
	else if (span_is(key, "allow"))
		run->allow[0] = option;
	else if (span_is(key, "default-domain"))
		run->policy.default_domain = option;
	else if (span_is(key, "alias"))
		buf_format(&run->aliases, "%.*s\n", SPAN_ARG(option));
	else
		fail_msg("unknown option %.*s", SPAN_ARG(key));
}

/* The first pass: options and answers stand anywhere, and what is expected. */
static void prepare(struct run *run, struct span text, struct buf *answers, struct buf *expected)
{
	struct span line;

	while (span_cut(&text, '\n', &line)) {
		if (span_starts(line, "O: "))
			set_option(run, span_skip(line, 3));
		else if (span_starts(line, "A: "))
			buf_format(answers, "%.*s\n", SPAN_ARG(span_skip(line, 3)));
		else if (span_starts(line, "S: ") || span_starts(line, "E: ") ||
			 span_starts(line, "V: "))
			buf_format(expected, "%.*s\n", SPAN_ARG(line));
		if (span_starts(line, "V: "))
			run->envelope_wanted = true;
	}
	run->answers = buf_span(answers);
}

static void start(struct run *run)
{
	struct buf complaints = BUF_INIT(1000);

	run->policy.table = alias_table_parse(buf_span(&run->aliases), &complaints);
	assert_string_equal(buf_string(&complaints), "");
	buf_clear(&complaints);
	run->session = smtp_session_new(&run->options);
	assert_non_null(run->session);
}

/* All that the client says up to an X: line is one stream. */
static void converse(struct run *run, struct span text)
{
	struct buf said = BUF_INIT(TEXT_MAX);
	struct span line;

	pump(run);
	while (span_cut(&text, '\n', &line)) {
		if (span_starts(line, "C: ")) {
			unescape(span_skip(line, 3), false, &said);
			buf_text(&said, "\r\n");
		} else if (span_starts(line, "C< ")) {
			unescape(span_skip(line, 3), true, &said);
		} else if (span_starts(line, "X: ")) {
			feed(run, buf_span(&said));
			buf_reset(&said);
			if (span_is(line, "X: pause"))
				continue;
			smtp_session_end(run->session, span_is(line, "X: timeout") ? SMTP_REPLY_TIMEOUT :
								      SMTP_REPLY_STOPPING);
			pump(run);
		}
	}
	feed(run, buf_span(&said));
	log_chunk(run);
	buf_clear(&said);
}

static void a_dialogue_goes_as_written(void **state)
{
	const struct dialogue *dialogue = *state;
	struct run run = { .split = dialogue->split, .allow = { { "*", 1 } } };
	struct buf text = BUF_INIT(FILE_MAX), answers = BUF_INIT(FILE_MAX), expected = BUF_INIT(TEXT_MAX);

	buf_init(&run.log, TEXT_MAX);
	buf_init(&run.chunk, TEXT_MAX);
	buf_init(&run.aliases, FILE_MAX);
	run.policy = (struct alias_policy){ .hostname = span_of("gw1.example.net"),
					    .mailname = span_of("example.net"),
					    .allow = run.allow, .allow_count = 1 };
	run.options = (struct smtp_session_options){ .hostname = "gw1.example.net",
						     .max_message_octets = 100000,
						     .max_recipients = 100, .policy = &run.policy,
						     .trusted = true };
	load(dialogue->file, &text);
	prepare(&run, buf_span(&text), &answers, &expected);
	start(&run);
	converse(&run, buf_span(&text));
	assert_string_equal(buf_string(&run.log), buf_string(&expected));
	assert_false(run.log.failed || expected.failed);

	smtp_session_free(run.session);
	alias_table_free((struct alias_table *)(uintptr_t)run.policy.table);
	buf_clear(&run.aliases);
	buf_clear(&run.log);
	buf_clear(&run.chunk);
	buf_clear(&text);
	buf_clear(&answers);
	buf_clear(&expected);
}

static void add_file(struct rows *rows, const char *folder, const char *file)
{
	static const struct {
		enum split split;
		const char *how;
	} splits[] = {
		{ SPLIT_WHOLE, "at once" },
		{ SPLIT_BYTES, "byte by byte" },
		{ SPLIT_SEVENS, "in sevens" },
	};

	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		struct dialogue *dialogue = calloc(1, sizeof(*dialogue));
		char *name = calloc(1, NAME_SIZE);

		if (dialogue == NULL || name == NULL)
			abort();
		snprintf(name, NAME_SIZE, "%.*s, %s", (int)strlen(file) - 5, file, splits[i].how);
		snprintf(dialogue->file, sizeof(dialogue->file), "%s/%s", folder, file);
		dialogue->name = name;
		dialogue->split = splits[i].split;
		rows_add(rows, name, a_dialogue_goes_as_written, dialogue);
	}
}

static int is_dialogue(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".smtp") == 0;
}

int main(void)
{
	static struct rows rows;
	struct dirent **files = NULL;
	int count = scandir(TEST_DATA "/smtp", &files, is_dialogue, alphasort), failed;

	if (count < 1) {
		fprintf(stderr, "no dialogues in " TEST_DATA "/smtp\n");
		return 1;
	}
	for (int i = 0; i < count; i++) {
		add_file(&rows, TEST_DATA "/smtp", files[i]->d_name);
		free(files[i]);
	}
	free(files);
	failed = rows_run(&rows, "SMTP dialogues");
	for (size_t i = 0; i < rows.count; i++) {
		struct dialogue *dialogue = rows.tests[i].initial_state;

		free((char *)(uintptr_t)dialogue->name);
		free(dialogue);
	}
	return failed;
}
