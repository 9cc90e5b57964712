/* SPDX-License-Identifier: ISC */
#include "app/settlement.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/outcome.h"
#include "app/reporter.h"
#include "base/time_text.h"
#include "io/clock.h"
#include "io/log.h"
#include "qsmtp/qsmtp_errors.h"

/* Every wait has a limit, also the one for a driver that should have told. */
#define TELLING_GRACE_MS 60000

/* One mail in flight. */
struct flight {
	struct settlement *settlement;
	struct queue_entry *entry;	/* ACTIVE: nobody else takes it away */
	struct queue_flight order;
	int64_t until_ms;		/* boot clock */
	bool claimed;			/* its modem is listened to */
	bool noting;			/* it was sent, and that is being made durable */
	struct verdict sent;		/* as the module told */
	size_t *indices;		/* of its recipients in flight */
	size_t count;
	struct flight *next;
};

struct settlement {
	struct settlement_options options;
	struct retry_policy retry;
	struct flight *first;
	struct event *timer;
};

static const struct verdict never_told = {
	VERDICT_UNCERTAIN, false, 0, "4.4.7",
	"the daemon was stopped while the module was sending",
};

static void on_timer(evutil_socket_t fd, short what, void *context);

struct settlement *settlement_new(const struct settlement_options *options)
{
	struct settlement *settlement = calloc(1, sizeof *settlement);

	if (settlement == NULL)
		return NULL;
	settlement->options = *options;
	settlement->timer = event_new(options->base, -1, 0, on_timer, settlement);
	if (settlement->timer == NULL) {
		free(settlement);
		return NULL;
	}
	return settlement;
}

static void free_flight(struct flight *flight)
{
	struct flight **link = &flight->settlement->first;

	while (*link && *link != flight)
		link = &(*link)->next;
	if (*link)
		*link = flight->next;
	free(flight->indices);
	free(flight);
}

void settlement_free(struct settlement *settlement)
{
	if (settlement == NULL)
		return;
	while (settlement->first)
		free_flight(settlement->first);
	event_free(settlement->timer);
	free(settlement);
}

static struct flight *new_flight(struct settlement *settlement, struct queue_entry *entry)
{
	struct flight *flight = calloc(1, sizeof *flight);
	size_t *indices = calloc(entry->recipient_count, sizeof *indices);

	if (flight == NULL || indices == NULL) {
		free(flight);
		free(indices);
		return NULL;
	}
	flight->settlement = settlement;
	flight->entry = entry;
	flight->indices = indices;
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].in_flight)
			indices[flight->count++] = i;
	flight->next = settlement->first;
	settlement->first = flight;
	return flight;
}

/* The recipients are in flight no more; this became of them. */
static void land(struct queue_entry *entry, const struct outcome *outcome)
{
	outcome_apply(entry, outcome);
	for (size_t i = 0; i < outcome->count; i++)
		entry->recipients[outcome->recipients[i]].in_flight = false;
}

/* Nobody will tell what became of those in flight: the policy decides
 * (interface.md, `uncertain`). They are dealt with one by one, which takes no
 * memory. False when the entry has nothing left to send: it may be gone. */
static bool give_up(const struct settlement_options *options, const struct retry_policy *retry,
		    struct queue_entry *entry, const char *modem, const struct verdict *verdict)
{
	struct retry_history history = {
		.attempts = entry->attempts,
		.age_ms = clock_boot_ms() - entry->arrived_ms,
		/* It was sent, perhaps: it is not given up for its age as well. */
		.clock_doubted = true,
	};
	struct retry_decision decision = retry_decide(retry, &history, verdict, 0);
	bool resend = decision.action == RETRY_RESEND_MARKED;
	char phrase[160];

	for (size_t i = 0; i < entry->recipient_count; i++) {
		struct outcome outcome = {
			.kind = resend ? JOURNAL_UNCERTAIN : JOURNAL_FAILED,
			.recipients = &i,
			.count = 1,
			.verdict = verdict,
			.modem = modem,
			.expired = decision.expired,
		};

		if (!entry->recipients[i].in_flight)
			continue;
		outcome_write_soon(options->spool, entry, &outcome, clock_wall_s());
		land(entry, &outcome);
	}
	queue_set_reason(entry, outcome_phrase(verdict, phrase, sizeof phrase));
	if (queue_pending(entry) == 0) {
		reporter_settle(options->reporter, entry);
		return false;
	}
	if (resend)
		outcome_defer(options->spool, entry, verdict, modem, decision.wait_ms);
	queue_set_state(options->queue, entry, resend ? QUEUE_UNCERTAIN : QUEUE_QUEUED,
			clock_boot_ms() + decision.wait_ms);
	reporter_settle(options->reporter, entry);
	return true;
}

static void give_up_flight(struct flight *flight, const struct verdict *verdict)
{
	give_up(&flight->settlement->options, &flight->settlement->retry, flight->entry,
		flight->order.modem, verdict);
	free_flight(flight);
}

void settlement_add(struct settlement *settlement, struct queue_entry *entry,
		    const struct queue_replay *replay, const struct retry_policy *retry)
{
	const char *modem = replay->flight.modem;
	int64_t rest_ms = queue_flight_rest_ms(&replay->flight, clock_wall_s());
	struct flight *flight = rest_ms > 0 && !replay->held ? new_flight(settlement, entry) : NULL;
	char rest[TIME_TEXT_SIZE];

	if (flight == NULL) {
		if (give_up(&settlement->options, retry, entry, modem[0] ? modem : NULL,
			    &never_told) && replay->held)
			queue_set_state(settlement->options.queue, entry, QUEUE_HELD, 0);
		return;
	}
	flight->order = replay->flight;
	flight->until_ms = clock_boot_ms() + rest_ms;
	queue_set_state(settlement->options.queue, entry, QUEUE_ACTIVE, 0);
	queue_set_reason(entry, "the module was told to send it before the daemon was started, "
				"and may still say what came of it");
	log_write(LOG_MODEM_STATE, &(struct log_fields){ .queue_id = entry->id, .modem = modem },
		  "%s: may still be sending %s; it is listened to for at most %s", modem, entry->id,
		  time_text_duration(rest_ms, rest));
}

/* Who is given up last is waited for next. */
static void arm_timer(struct settlement *settlement)
{
	int64_t wait_ms = INT64_MAX;

	for (const struct flight *flight = settlement->first; flight; flight = flight->next) {
		int64_t due_ms = flight->until_ms + TELLING_GRACE_MS - clock_boot_ms();

		if (!flight->noting && due_ms < wait_ms)
			wait_ms = due_ms > 0 ? due_ms : 0;
	}
	if (wait_ms == INT64_MAX)
		event_del(settlement->timer);
	else
		event_add(settlement->timer,
			  &(struct timeval){ wait_ms / 1000, wait_ms % 1000 * 1000 });
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	struct settlement *settlement = context;
	struct flight *next;

	(void)fd;
	(void)what;
	for (struct flight *flight = settlement->first; flight; flight = next) {
		next = flight->next;
		if (!flight->noting && flight->until_ms + TELLING_GRACE_MS <= clock_boot_ms())
			give_up_flight(flight, &never_told);
	}
	arm_timer(settlement);
	settlement->options.settled(settlement->options.context);
}

void settlement_begin(struct settlement *settlement, const struct retry_policy *retry)
{
	settlement->retry = *retry;
	for (struct flight *flight = settlement->first; flight; flight = flight->next)
		flight->claimed = false;
}

/* A module sends one mail at a time: it tells of the one it was given last. */
static struct flight *find_last(const struct settlement *settlement, const char *modem)
{
	struct flight *last = NULL;
	bool alone = true;

	for (struct flight *flight = settlement->first; flight; flight = flight->next) {
		if (flight->noting || strcmp(flight->order.modem, modem) != 0)
			continue;
		if (last == NULL || flight->order.at_s > last->order.at_s) {
			last = flight;
			alone = true;
		} else if (flight->order.at_s == last->order.at_s) {
			alone = false;
		}
	}
	return alone ? last : NULL;
}

bool settlement_claim(struct settlement *settlement, const char *modem, int64_t *until_ms)
{
	struct flight *flight = find_last(settlement, modem);

	if (flight == NULL || flight->until_ms <= clock_boot_ms())
		return false;
	flight->claimed = true;
	*until_ms = flight->until_ms;
	return true;
}

void settlement_end(struct settlement *settlement)
{
	struct flight *next;

	for (struct flight *flight = settlement->first; flight; flight = next) {
		next = flight->next;
		if (!flight->claimed && !flight->noting)
			give_up_flight(flight, &never_told);
	}
	arm_timer(settlement);
}

static struct outcome outcome_of(const struct flight *flight, enum journal_kind kind,
				 const struct verdict *verdict)
{
	return (struct outcome){
		.kind = kind,
		.recipients = flight->indices,
		.count = flight->count,
		.verdict = verdict,
		.modem = flight->order.modem,
	};
}

/* It was sent: all of the mail, or one more page of it. */
static struct outcome sent_outcome(const struct flight *flight)
{
	const struct queue_flight *order = &flight->order;
	bool more = order->page < order->pages;
	struct outcome outcome = outcome_of(flight, more ? JOURNAL_PAGE : JOURNAL_SENT,
					    more ? NULL : &flight->sent);

	if (more) {
		outcome.page = order->page;
		outcome.pages = order->pages;
		outcome.room_octets = order->room_octets;
	}
	return outcome;
}

static void on_noted(void *context, int result)
{
	struct flight *flight = context;
	struct settlement_options options = flight->settlement->options;
	struct queue_entry *entry = flight->entry;
	struct outcome outcome = sent_outcome(flight);

	if (result < 0)
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = entry->id },
			  "%s: its journal cannot be made durable: %s", entry->id,
			  strerror(-result));
	/* What happened has happened, also when the disk will not remember it. */
	land(entry, &outcome);
	for (size_t i = 0; outcome.kind == JOURNAL_PAGE && i < outcome.count; i++)
		queue_note_page(entry, outcome.recipients[i], outcome.page, outcome.pages,
				outcome.room_octets);
	queue_set_reason(entry, NULL);
	if (queue_pending(entry) == 0)
		entry->attempts++;
	else
		queue_set_state(options.queue, entry, QUEUE_QUEUED, 0);
	reporter_settle(options.reporter, entry);
	free_flight(flight);
	options.settled(options.context);
}

/* Durably, and only then out of the queue. */
static void note_sent(struct flight *flight)
{
	struct outcome outcome = sent_outcome(flight);
	int result;

	flight->noting = true;
	result = outcome_write(flight->settlement->options.spool, flight->entry, &outcome,
			       clock_wall_s(), on_noted, flight);
	if (result < 0)
		on_noted(flight, result);
}

/* Nothing was sent. The next attempt meets the same and does with it whatever is
 * to be done; this one was never counted. */
static void send_again(struct flight *flight, const struct verdict *verdict)
{
	const struct settlement_options *options = &flight->settlement->options;
	struct queue_entry *entry = flight->entry;
	struct outcome outcome = outcome_of(flight, JOURNAL_SETTLED, NULL);
	char phrase[160];

	outcome_write_soon(options->spool, entry, &outcome, clock_wall_s());
	for (size_t i = 0; i < flight->count; i++) {
		entry->recipients[flight->indices[i]].in_flight = false;
		outcome_show(&entry->recipients[flight->indices[i]], verdict);
	}
	queue_set_reason(entry, outcome_phrase(verdict, phrase, sizeof phrase));
	log_write(LOG_DEFERRED, &(struct log_fields){ .queue_id = entry->id,
		  .modem = flight->order.modem, .status = verdict->status,
		  .has_code = verdict->has_code, .code = verdict->code },
		  "%s: was not sent before the daemon was started anew, next try at once: %s",
		  entry->id, phrase);
	queue_set_state(options->queue, entry, QUEUE_QUEUED, 0);
	free_flight(flight);
}

static struct flight *find_claimed(const struct settlement *settlement, const char *modem)
{
	struct flight *flight = settlement->first;

	while (flight && (!flight->claimed || flight->noting ||
			  strcmp(flight->order.modem, modem) != 0))
		flight = flight->next;
	return flight;
}

void settlement_on_told(struct settlement *settlement, const char *modem,
			const struct at_chat_result *result)
{
	struct flight *flight = find_claimed(settlement, modem);
	struct verdict verdict = never_told;

	if (flight == NULL)
		return;
	if (result->outcome == AT_CHAT_OK)
		verdict = qsmtp_errors_verdict(0);
	else if (result->outcome == AT_CHAT_RESULT && result->has_code)
		verdict = qsmtp_errors_verdict(result->code);
	if (verdict.class == VERDICT_DELIVERED) {
		flight->sent = verdict;
		note_sent(flight);
		return;
	}
	if (verdict.class == VERDICT_UNCERTAIN)
		give_up_flight(flight, &verdict);
	else
		send_again(flight, &verdict);
	arm_timer(settlement);
	settlement->options.settled(settlement->options.context);
}
