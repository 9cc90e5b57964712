/* SPDX-License-Identifier: ISC */
#include "app/composition.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/compose_request.h"
#include "base/buf.h"
#include "io/clock.h"
#include "io/compose_runner.h"
#include "io/log.h"
#include "io/spool.h"
#include "mail/excerpt.h"
#include "mail/spool_file.h"

/* A mail of 2 MB with pictures takes well under a second; this only ends what
 * hangs. */
#define COMPOSE_LIMIT_MS 30000

/* Octets of a message file that an excerpt looks at. */
#define EXCERPT_FILE_MAX (64 * 1024 * 1024)

struct composition {
	struct composition_options options;
	const struct queue_entry *entry;
	struct compose_run *run;
	struct event *later;		/* when compose could not even be started */
	char failure[120];
	struct buf text;		/* the list points into it */
	struct transaction_list list;
	composition_done done;
	void *context;
};

/* Which recipients are composed for; NULL when out of memory. */
static bool *list_wanted(const struct queue_entry *entry)
{
	bool *wanted = calloc(entry->recipient_count + 1, sizeof *wanted);

	for (size_t i = 0; wanted && i < entry->recipient_count; i++)
		wanted[i] = compose_request_wants(entry, i);
	return wanted;
}

/* Whoever the mail is for is decided by the envelope, never by what compose
 * says: each transaction names wanted recipients by their own addresses. */
static const char *check_recipients(const struct queue_entry *entry,
				    const struct transaction *transaction, const bool *wanted,
				    unsigned *served)
{
	unsigned pages = served[transaction->recipients[0].index];

	for (size_t i = 0; i < transaction->recipient_count; i++) {
		const struct transaction_recipient *recipient = &transaction->recipients[i];

		if (!wanted[recipient->index] ||
		    !span_is(recipient->address, entry->recipients[recipient->index].address))
			return "it names a recipient that the mail is not for";
		/* Who shares a transaction shares them all: so pages are counted (app/parts.h). */
		if (served[recipient->index]++ != pages)
			return "it mixes recipients that have not the same pages";
	}
	return NULL;
}

static size_t attachments_octets(const struct transaction *transaction)
{
	size_t sum = 0;

	for (size_t i = 0; i < transaction->attachment_count; i++)
		sum += transaction->attachments[i].octets.length;
	return sum;
}

static const char *check_room(const struct composition *composition)
{
	for (size_t i = 0; i < composition->list.count; i++)
		if (attachments_octets(&composition->list.transactions[i]) >
		    composition->options.attachments_octets_max)
			return "its attachments are larger than the modem takes";
	return NULL;
}

static const char *check_list(const struct composition *composition)
{
	const struct queue_entry *entry = composition->entry;
	bool *wanted = list_wanted(entry);
	unsigned *served = calloc(entry->recipient_count + 1, sizeof *served);
	const char *fault = wanted && served ? check_room(composition) : "out of memory";

	for (size_t i = 0; fault == NULL && i < composition->list.count; i++)
		fault = check_recipients(entry, &composition->list.transactions[i], wanted, served);
	for (size_t i = 0; fault == NULL && i < entry->recipient_count; i++)
		if (wanted[i] && served[i] == 0)
			fault = "it leaves a recipient out";
	free(wanted);
	free(served);
	return fault;
}

/* NULL when the text holds good transactions. */
static const char *take_transactions(struct composition *composition)
{
	const char *fault = transaction_list_parse(buf_span(&composition->text),
						   composition->entry->recipient_count,
						   &composition->list);

	return fault ? fault : check_list(composition);
}

/* The whole message file; false when it cannot be read. */
static bool read_message(struct spool *spool, const char *id, struct buf *file)
{
	int fd = spool_open_message(spool, id);
	ssize_t got = 0;

	if (fd < 0)
		return false;
	do {
		char *room = buf_room(file, 65536);

		got = room ? read(fd, room, 65536) : -1;
		if (got > 0)
			buf_grew(file, (size_t)got);
	} while (got > 0);
	close(fd);
	return got == 0;
}

/* NULL when an excerpt was made of the message's head. */
static const char *make_excerpt(struct composition *composition, const char *reason)
{
	const struct queue_entry *entry = composition->entry;
	struct buf file = BUF_INIT(EXCERPT_FILE_MAX);
	struct envelope envelope = { 0 };
	struct span envelope_text, content;
	bool *wanted = list_wanted(entry);
	const char *fault = "the message cannot be read";

	if (wanted && read_message(composition->options.spool, entry->id, &file))
		fault = spool_file_split(buf_span(&file), &envelope_text, &content);
	if (fault == NULL)
		fault = envelope_parse(envelope_text, &envelope);
	if (fault == NULL && envelope.recipient_count != entry->recipient_count)
		fault = "the message is not what it was";
	if (fault == NULL && !excerpt_build(&envelope, wanted, content, entry->id, reason,
					    &composition->text))
		fault = "out of memory";
	envelope_clear(&envelope);
	buf_clear(&file);
	free(wanted);
	return fault;
}

static const char *take_excerpt(struct composition *composition, const char *reason)
{
	const struct queue_entry *entry = composition->entry;
	const char *fault;

	log_write(LOG_EXCERPT, &(struct log_fields){ .queue_id = entry->id },
		  "%s: cannot be composed (%s): an excerpt is sent", entry->id, reason);
	transaction_list_clear(&composition->list);
	buf_reset(&composition->text);
	fault = make_excerpt(composition, reason);
	return fault ? fault : take_transactions(composition);
}

static void conclude(struct composition *composition, struct span output, const char *failure)
{
	enum composition_result result = COMPOSITION_MADE;

	if (failure == NULL && !buf_put(&composition->text, output))
		failure = "its transactions are too large";
	if (failure == NULL)
		failure = take_transactions(composition);
	if (failure)
		failure = take_excerpt(composition, failure);
	if (failure) {
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = composition->entry->id },
			  "%s: not even an excerpt can be made: %s", composition->entry->id,
			  failure);
		result = COMPOSITION_FAILED;
	}
	composition->done(composition->context, result, &composition->list);
}

static void on_run_done(void *context, struct span output, const char *failure, int exit_status)
{
	struct composition *composition = context;

	composition->run = NULL;
	/* Only where the configuration asks for it: a compose that went mad must not
	 * refuse mail. */
	if (exit_status == EX_DATAERR &&
	    composition->options.conf->content.oversize == CONF_OVERSIZE_REJECT)
		composition->done(composition->context, COMPOSITION_REJECTED, &composition->list);
	else
		conclude(composition, output, failure);
}

static void on_later(evutil_socket_t fd, short what, void *context)
{
	struct composition *composition = context;

	(void)fd;
	(void)what;
	conclude(composition, span_of(""), composition->failure);
}

/* Want of memory, processes or descriptors passes; the mail waits for that. */
static bool is_passing(int reason)
{
	return reason == ENOMEM || reason == EAGAIN || reason == EMFILE || reason == ENFILE;
}

/* Without gsmtpd-compose the mail still goes out, as an excerpt. */
static int conclude_later(struct composition *composition, int reason)
{
	snprintf(composition->failure, sizeof composition->failure,
		 "gsmtpd-compose cannot be started: %s", strerror(reason));
	composition->later = event_new(composition->options.base, -1, 0, on_later, composition);
	if (composition->later == NULL)
		return ENOMEM;
	event_active(composition->later, 0, 0);
	return 0;
}

/* 0, or a positive errno. */
static int start_run(struct composition *composition)
{
	const struct composition_options *options = &composition->options;
	struct compose_runner_options run = { options->compose_program, COMPOSE_LIMIT_MS };
	struct compose_request request = { 0 };
	int fd, result = 0;

	if (!compose_request_make(options->conf, composition->entry, clock_wall_s(),
				  options->attachments_octets_max, &request)) {
		compose_request_clear(&request);
		return ENOMEM;
	}
	fd = spool_open_message(options->spool, composition->entry->id);
	if (fd < 0) {
		compose_request_clear(&request);
		return -fd;
	}
	composition->run = compose_runner_start(options->base, &run, fd, request.arguments,
						on_run_done, composition);
	if (composition->run == NULL)
		result = is_passing(errno) ? errno : conclude_later(composition, errno);
	compose_request_clear(&request);
	return result;
}

struct composition *composition_start(const struct composition_options *options,
				      const struct queue_entry *entry, composition_done done,
				      void *context)
{
	struct composition *composition = calloc(1, sizeof *composition);
	int result;

	if (composition == NULL)
		return NULL;
	composition->options = *options;
	composition->entry = entry;
	composition->done = done;
	composition->context = context;
	buf_init(&composition->text, TRANSACTION_TEXT_MAX);
	result = start_run(composition);
	if (result == 0)
		return composition;
	composition_free(composition);
	errno = result;
	return NULL;
}

void composition_free(struct composition *composition)
{
	if (composition == NULL)
		return;
	if (composition->run)
		compose_run_cancel(composition->run);
	if (composition->later)
		event_free(composition->later);
	transaction_list_clear(&composition->list);
	buf_clear(&composition->text);
	free(composition);
}
