/* SPDX-License-Identifier: ISC */
/* A client that says anything, in the clear or behind TLS. The first octet chooses
 * how the input is split and how drafts end. Chunks hold no NUL and no bare CR or LF;
 * replies are whole lines of at most 512 octets; the events do not depend on the
 * split, but for STARTTLS, behind which nothing counts. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/smtp_session.h"

#define LOG_MAX (8 * 1024 * 1024)

struct run {
	struct smtp_session *session;
	struct buf log;			/* replies and the marks of events */
	struct buf chunk;		/* of the message under way */
	uint8_t choice;
	unsigned settled;
	bool draft, tls, traced, closed;
};

static void check_reply(struct span octets)
{
	size_t start = 0;

	assert(octets.length >= 6 && octets.at[octets.length - 1] == '\n');
	for (size_t i = 0; i < octets.length; i++) {
		char octet = octets.at[i];

		/* No text of ours has a tilde: a reply that has repeats the client. */
		assert((octet >= ' ' && octet < '~') || octet == '\r' || octet == '\n');
		if (octet != '\n')
			continue;
		assert(i > start && octets.at[i - 1] == '\r');
		assert(i + 1 - start <= 512);
		assert(octets.at[start] >= '2' && octets.at[start] <= '5');
		start = i + 1;
	}
}

/* Over the joints of chunks too. */
static void check_message(struct span message)
{
	for (size_t i = 0; i < message.length; i++) {
		assert(message.at[i] != '\0');
		if (message.at[i] == '\r')
			assert(i + 1 < message.length && message.at[i + 1] == '\n');
		if (message.at[i] == '\n')
			assert(i > 0 && message.at[i - 1] == '\r');
	}
	assert(message.length == 0 || message.at[message.length - 1] == '\n');
}

static void settle(struct run *run, bool begin)
{
	static const enum smtp_settlement answers[] = {
		SMTP_SETTLED_OK, SMTP_SETTLED_OK, SMTP_SETTLED_TRY_LATER, SMTP_SETTLED_NO_ROOM,
	};

	enum smtp_settlement answer = answers[((run->choice >> 3) + run->settled++) & 3];

	if (begin && answer == SMTP_SETTLED_OK) {
		run->draft = true;
		buf_reset(&run->chunk);
	}
	if (run->traced)
		smtp_session_trace(run->session, "1K0X", 1795377300, 60, run->choice & 8);
	smtp_session_settle(run->session, answer, "1x");
}

static void on_auth(struct run *run, const struct smtp_event *event)
{
	assert(run->tls && event->user.length > 0 && event->password.length > 0);
	assert(memchr(event->user.at, '\0', event->user.length) == NULL);
	assert(memchr(event->password.at, '\0', event->password.length) == NULL);
	buf_text(&run->log, "AUTH\n");
	smtp_session_settle(run->session, event->password.length & 1 ? SMTP_SETTLED_AUTH_OK :
				      SMTP_SETTLED_AUTH_REFUSED, NULL);
}

static void on_commit(struct run *run)
{
	const struct envelope *envelope = smtp_session_envelope(run->session);

	assert(run->draft);
	run->draft = false;
	assert(envelope->sender != NULL && envelope->recipient_count > 0);
	check_message(buf_span(&run->chunk));
	buf_put(&run->log, buf_span(&run->chunk));
	buf_text(&run->log, "COMMIT\n");
}

static void on_event(struct run *run, const struct smtp_event *event)
{
	assert(!run->closed || event->kind == SMTP_EVENT_NONE);
	switch (event->kind) {
	case SMTP_EVENT_REPLY:
		check_reply(event->octets);
		buf_put(&run->log, event->octets);
		break;
	case SMTP_EVENT_CHUNK:
		assert(run->draft && event->octets.length > 0);
		buf_put(&run->chunk, event->octets);
		break;
	case SMTP_EVENT_BEGIN:
		assert(!run->draft);
		buf_text(&run->log, "BEGIN\n");
		settle(run, true);
		break;
	case SMTP_EVENT_COMMIT:
		on_commit(run);
		settle(run, false);
		break;
	case SMTP_EVENT_ABANDON:
		assert(run->draft);
		run->draft = false;
		buf_text(&run->log, "ABANDON\n");
		break;
	case SMTP_EVENT_CLOSE:
		assert(!run->draft);
		run->closed = true;
		buf_text(&run->log, "CLOSE\n");
		break;
	case SMTP_EVENT_START_TLS:
		assert(!run->draft && !run->tls);
		run->tls = true;
		smtp_session_tls(run->session, "TLSv1.3");
		break;
	case SMTP_EVENT_AUTH:
		on_auth(run, event);
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

static void converse(struct run *run, const struct smtp_session_options *options,
		     const uint8_t *data, size_t size, size_t step)
{
	buf_reset(&run->log);
	buf_reset(&run->chunk);
	run->settled = 0;
	run->draft = run->tls = run->closed = false;
	run->session = smtp_session_new(options);
	assert(run->session != NULL);
	if (options->offers_tls)
		assert(smtp_session_feed(run->session, span_of("EHLO c\r\nSTARTTLS\r\n")));
	pump(run);
	for (size_t i = 0; i < size; i += step) {
		size_t count = size - i < step ? size - i : step;

		assert(smtp_session_feed(run->session, span_make(data + i, count)));
		pump(run);
	}
	smtp_session_end(run->session, SMTP_REPLY_STOPPING);
	pump(run);
	assert(run->closed);
	assert(!run->log.failed && !run->chunk.failed);
	smtp_session_free(run->session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct span all = { "*", 1 };
	static const struct alias_policy policy = { .hostname = { "gw1", 3 }, .allow = &all,
						    .allow_count = 1 };
	struct smtp_session_options options = { .hostname = "gw1", .max_message_octets = 300,
						.max_recipients = 3, .policy = &policy };
	struct run run = { 0 };
	struct buf first = BUF_INIT(LOG_MAX);
	size_t step;

	if (size == 0 || size > 500000)
		return 0;
	run.choice = data[0];
	step = (size_t)(data[0] & 7) + 1;
	options.trusted = (data[0] & 0x50) != 0x50;
	options.relay = (data[0] & 1) != 0;
	options.offers_auth = (data[0] & 0x40) != 0;
	options.offers_tls = (data[0] & 0x80) != 0;
	run.traced = (data[0] & 0x20) != 0;
	buf_init(&run.log, LOG_MAX);
	buf_init(&run.chunk, LOG_MAX);
	converse(&run, &options, data + 1, size - 1, size);
	buf_put(&first, buf_span(&run.log));
	converse(&run, &options, data + 1, size - 1, step);
	assert(span_equal(buf_span(&first), buf_span(&run.log)));
	buf_clear(&first);
	buf_clear(&run.log);
	buf_clear(&run.chunk);
	return 0;
}
