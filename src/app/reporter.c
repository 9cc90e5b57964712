/* SPDX-License-Identifier: ISC */
#include "app/reporter.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report_plan.h"
#include "app/report_source.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/spool.h"
#include "mail/report.h"
#include "queue/report_limit.h"

/* How long a report waits that could not be written. */
#define WRITE_AGAIN_S 300

/* A report to be made about one mail. */
struct job {
	struct reporter *reporter;
	enum report_kind kind;
	char id[QUEUE_ID_SIZE];		/* of the mail */
	struct report_plan plan;
	bool counted;			/* it has its place among the few of this hour */
	struct job *next;
};

struct reporter {
	struct reporter_options options;
	const struct settings *settings;
	struct report_limit limit;
	struct event *timer;
	struct job *first, **last;
	bool writing;			/* the first one's report is on its way to the disk */
};

static void on_timer(evutil_socket_t fd, short what, void *context);

struct reporter *reporter_new(const struct reporter_options *options,
			      const struct settings *settings)
{
	struct reporter *reporter = calloc(1, sizeof *reporter);

	if (reporter == NULL)
		return NULL;
	reporter->options = *options;
	reporter->settings = settings;
	reporter->last = &reporter->first;
	reporter->timer = event_new(options->base, -1, 0, on_timer, reporter);
	if (reporter->timer == NULL) {
		free(reporter);
		return NULL;
	}
	return reporter;
}

void reporter_set_settings(struct reporter *reporter, const struct settings *settings)
{
	reporter->settings = settings;
}

static void drop_first(struct reporter *reporter)
{
	struct job *job = reporter->first;

	reporter->first = job->next;
	if (reporter->first == NULL)
		reporter->last = &reporter->first;
	report_plan_clear(&job->plan);
	free(job);
}

void reporter_free(struct reporter *reporter)
{
	if (reporter == NULL)
		return;
	while (reporter->first)
		drop_first(reporter);
	event_free(reporter->timer);
	free(reporter);
}

/* In the loop's next round, one after the other. */
static void go_on(struct reporter *reporter, int wait_s)
{
	if (reporter->first && !reporter->writing)
		event_add(reporter->timer, &(struct timeval){ wait_s, 0 });
}

/* False when out of memory: then nobody is told, and the log says so. */
static bool add_job(struct reporter *reporter, struct queue_entry *entry, enum report_kind kind)
{
	struct job *job = calloc(1, sizeof *job);

	if (job == NULL) {
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = entry->id },
			  "%s: nobody is told of its fate: out of memory", entry->id);
		return false;
	}
	job->reporter = reporter;
	job->kind = kind;
	strcpy(job->id, entry->id);
	*reporter->last = job;
	reporter->last = &job->next;
	go_on(reporter, 0);
	return true;
}

/* Nobody waits for this mail any more. */
static void retire(struct reporter *reporter, struct queue_entry *entry, bool failed)
{
	struct spool *spool = reporter->options.spool;
	int result = failed ? spool_fail(spool, entry->id) : spool_remove(spool, entry->id);

	if (result < 0)
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = entry->id },
			  "%s: is finished but stays in the spool: %s", entry->id,
			  strerror(-result));
	if (failed)
		reporter->options.failed(reporter->options.failed_context);
	else
		queue_remove(reporter->options.queue, entry);
}

static bool has_failed(const struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_FAILED)
			return true;
	return false;
}

static void mark_reported(struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		entry->recipients[i].reported |=
			entry->recipients[i].state == QUEUE_RECIPIENT_FAILED;
}

void reporter_settle(struct reporter *reporter, struct queue_entry *entry)
{
	bool failed = has_failed(entry);

	if (reporter->settings->conf.queue.bounce_to == CONF_BOUNCE_NONE)
		mark_reported(entry);
	if (!entry->reporting && queue_unreported(entry) > 0)
		entry->reporting = add_job(reporter, entry, REPORT_FAILED);
	if (queue_pending(entry) > 0)
		return;
	if (failed && entry->state != QUEUE_FAILED)
		queue_set_state(reporter->options.queue, entry, QUEUE_FAILED, clock_wall_ms());
	if (!entry->reporting)
		retire(reporter, entry, failed);
}

void reporter_put_off(struct reporter *reporter, struct queue_entry *entry)
{
	const struct conf_queue *conf = &reporter->settings->conf.queue;

	if (entry->warned || conf->warn_ms <= 0 || conf->bounce_to == CONF_BOUNCE_NONE ||
	    clock_boot_ms() - entry->arrived_ms < conf->warn_ms)
		return;
	entry->warned = add_job(reporter, entry, REPORT_DELAYED);
}

/* Of a mail that cannot be read there is no plan: it is about all that it may be. */
static bool is_about(const struct job *job, const struct queue_entry *entry, size_t i)
{
	if (job->plan.concerned)
		return job->plan.concerned[i];
	return job->kind == REPORT_FAILED &&
	       entry->recipients[i].state == QUEUE_RECIPIENT_FAILED;
}

/* The journal's record that the concerned were dealt with. A crash may forget it:
 * then the report is sent twice. */
static void note(struct job *job, struct queue_entry *entry, const char *text)
{
	struct spool *spool = job->reporter->options.spool;
	size_t *indices = calloc(entry->recipient_count, sizeof *indices);
	struct journal_record record = {
		.kind = job->kind == REPORT_FAILED ? JOURNAL_REPORTED : JOURNAL_WARNED,
		.at_s = clock_wall_s(),
		.recipients = indices,
		.text = span_of(text),
	};
	int result = -ENOMEM;

	for (size_t i = 0; indices && i < entry->recipient_count; i++)
		if (is_about(job, entry, i))
			indices[record.recipient_count++] = i;
	if (indices)
		result = spool_note(spool, entry->id, &record, NULL, NULL);
	if (result < 0)
		log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = entry->id },
			  "%s: its journal cannot be written: %s", entry->id, strerror(-result));
	free(indices);
}

/* This became of the first job: it is over. */
static void conclude(struct reporter *reporter, const char *text)
{
	struct job *job = reporter->first;
	struct queue_entry *entry = queue_find(reporter->options.queue, job->id);
	bool about_failure = job->kind == REPORT_FAILED;

	if (entry) {
		note(job, entry, text);
		for (size_t i = 0; about_failure && i < entry->recipient_count; i++)
			entry->recipients[i].reported |= is_about(job, entry, i);
		if (about_failure)
			entry->reporting = false;
	}
	drop_first(reporter);
	if (entry && about_failure)
		reporter_settle(reporter, entry);
	go_on(reporter, 0);
}

static void tell_nobody(struct reporter *reporter, const char *why)
{
	const struct job *job = reporter->first;
	char text[160];

	snprintf(text, sizeof text, "nobody is told: %s", why);
	log_write(LOG_UNREPORTED, &(struct log_fields){ .queue_id = job->id },
		  "%s: nobody is told that it %s: %s", job->id,
		  job->kind == REPORT_FAILED ? "failed" : "is late", why);
	conclude(reporter, text);
}

static void try_again_later(struct reporter *reporter, int error)
{
	log_write(LOG_TROUBLE, &(struct log_fields){ .queue_id = reporter->first->id },
		  "%s: the report about it cannot be written, next try in %d s: %s",
		  reporter->first->id, WRITE_AGAIN_S, strerror(-error));
	report_plan_clear(&reporter->first->plan);
	reporter->writing = false;
	go_on(reporter, WRITE_AGAIN_S);
}

static void on_written(void *context, const char *id, int64_t size_octets, int result)
{
	struct reporter *reporter = context;
	struct job *job = reporter->first;
	char text[160];

	if (result < 0) {
		try_again_later(reporter, result);
		return;
	}
	reporter->writing = false;
	snprintf(text, sizeof text, "report %s to %.100s", id, job->plan.to);
	log_write(LOG_REPORTED, &(struct log_fields){ .queue_id = job->id,
						       .recipient = job->plan.to },
		  "%s: <%s> is told that it %s, by %s", job->id, job->plan.to,
		  job->kind == REPORT_FAILED ? "failed" : "is late", id);
	reporter->options.accepted(reporter->options.accepted_context, id, size_octets,
				   &job->plan.envelope);
	conclude(reporter, text);
}

static size_t list_told(const struct job *job, const struct queue_entry *entry,
			const struct envelope *envelope, struct report_recipient *told)
{
	size_t count = 0;

	for (size_t i = 0; i < entry->recipient_count; i++) {
		const struct queue_recipient *recipient = &entry->recipients[i];

		if (!job->plan.told[i])
			continue;
		told[count++] = (struct report_recipient){
			.address = recipient->address,
			.original = envelope->recipients[i].original,
			.orcpt = envelope->recipients[i].orcpt,
			.status = recipient->status,
			.text = recipient->text,
			.has_code = recipient->has_code,
			.code = recipient->code,
			.uncertain = recipient->uncertain,
		};
	}
	return count;
}

static struct report describe(const struct job *job, const struct queue_entry *entry,
			      const struct report_source *source)
{
	const struct reporter *reporter = job->reporter;
	const struct conf *conf = &reporter->settings->conf;
	int64_t now_ms = clock_boot_ms(), now_s = clock_wall_s();
	int64_t left_ms = conf->queue.expire_ms - (now_ms - entry->arrived_ms);

	return (struct report){
		.kind = job->kind,
		.hostname = conf->daemon.hostname,
		.mail_id = entry->id,
		.to = job->plan.to,
		.envid = source->envelope.envid,
		.now_s = now_s,
		.arrived_s = entry->arrived_s,
		.zone_offset_min = clock_zone_offset_min(now_s),
		.clock_trusted = clock_trust_look(reporter->options.trust, clock_wall_ms(), now_ms),
		.left_ms = left_ms > 0 ? left_ms : 0,
		.kept = conf->queue.failed_keep_ms > 0,
		.unreported = reporter->limit.refused,
		.header = buf_span(&source->content),
	};
}

/* The report's own content, into the draft. 0, or a negative errno. */
static int fill(struct spool_draft *draft, struct report *report, const struct job *job,
		const struct queue_entry *entry, const struct report_source *source)
{
	struct report_recipient *told = calloc(job->plan.told_count + 1, sizeof *told);
	struct buf text = BUF_INIT(REPORT_TEXT_MAX);
	int result = -ENOMEM;

	if (told) {
		report->id = spool_draft_id(draft);
		report->recipients = told;
		report->recipient_count = list_told(job, entry, &source->envelope, told);
		if (report_build(report, &text))
			result = spool_draft_write(draft, buf_span(&text));
	}
	buf_clear(&text);
	free(told);
	return result;
}

static void write_report(struct reporter *reporter, const struct queue_entry *entry,
			 const struct report_source *source, const struct report *description)
{
	struct job *job = reporter->first;
	struct report report = *description;
	int result = spool_check_room(reporter->options.spool);
	struct spool_draft *draft = NULL;

	if (result == 0) {
		draft = spool_draft_begin(reporter->options.spool);
		result = draft ? fill(draft, &report, job, entry, source) : -errno;
	}
	if (result == -EFBIG) {
		spool_draft_abandon(draft);
		tell_nobody(reporter, "the report is larger than max-message-size");
		return;
	}
	if (result < 0) {
		if (draft)
			spool_draft_abandon(draft);
		try_again_later(reporter, result);
		return;
	}
	job->plan.envelope.arrived_s = clock_wall_s();
	reporter->writing = true;
	spool_draft_commit(draft, &job->plan.envelope, on_written, reporter);
}

/* Counts a report once, however often it is written. */
static bool is_within_limit(struct reporter *reporter, struct job *job)
{
	if (!job->counted)
		job->counted = report_limit_take(&reporter->limit, span_of(job->plan.to),
						 clock_boot_ms());
	return job->counted;
}

static void make_report(struct reporter *reporter, const struct queue_entry *entry,
			const struct report_source *source)
{
	struct job *job = reporter->first;
	struct report report;

	if (!report_plan_make(entry, source, reporter->settings, job->kind, &job->plan)) {
		try_again_later(reporter, -ENOMEM);
		return;
	}
	report = describe(job, entry, source);
	if (job->plan.why_not)
		tell_nobody(reporter, job->plan.why_not);
	else if (!is_within_limit(reporter, job))
		tell_nobody(reporter, "there were too many reports in the last hour");
	else
		write_report(reporter, entry, source, &report);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	struct reporter *reporter = context;
	struct job *job = reporter->first;
	struct queue_entry *entry = job ? queue_find(reporter->options.queue, job->id) : NULL;
	struct report_source source;
	const char *fault;

	(void)fd;
	(void)what;
	if (job == NULL || reporter->writing)
		return;
	/* Delivered after all, or taken away by the operator. */
	if (entry == NULL || !report_plan_concerns(entry, job->kind)) {
		if (entry && job->kind == REPORT_FAILED)
			entry->reporting = false;
		drop_first(reporter);
		go_on(reporter, 0);
		return;
	}
	fault = report_source_read(reporter->options.spool, entry->id, &source);
	if (fault) {
		tell_nobody(reporter, fault);
		return;
	}
	make_report(reporter, entry, &source);
	report_source_clear(&source);
}
