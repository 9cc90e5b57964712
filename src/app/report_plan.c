/* SPDX-License-Identifier: ISC */
#include "app/report_plan.h"

#include <stdlib.h>

#include "mail/alias.h"
#include "mail/automatic_mail.h"

/* What a report of a failure, or of a delay, may be about. */
static bool concerns(const struct queue_recipient *recipient, enum report_kind kind)
{
	switch (kind) {
	case REPORT_FAILED:
		return recipient->state == QUEUE_RECIPIENT_FAILED && !recipient->reported;
	case REPORT_DELAYED:
		return recipient->state == QUEUE_RECIPIENT_PENDING;
	}
	return false;
}

bool report_plan_concerns(const struct queue_entry *entry, enum report_kind kind)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (concerns(&entry->recipients[i], kind))
			return true;
	return false;
}

/* RFC 3461, 4.1: whoever says nothing is told of failures and delays. */
static bool wants(const char *notify, enum report_kind kind)
{
	const char *word = kind == REPORT_FAILED ? "FAILURE" : "DELAY";
	struct span rest = span_of(notify), item;

	if (notify == NULL)
		return true;
	while (span_cut(&rest, ',', &item))
		if (span_is_nocase(span_trim(item), word))
			return true;
	return false;
}

static bool has_failed(const struct queue_entry *entry, const char *address)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_FAILED &&
		    address_equal(span_of(entry->recipients[i].address), span_of(address)))
			return true;
	return false;
}

/* Goes where mail for this address would go, but not where this mail could not go:
 * that would only fail again. What the administrator gave need not be allowed. */
static bool try_target(const struct queue_entry *entry, const struct settings *settings,
		       const char *address, bool trusted, struct report_plan *plan)
{
	struct envelope found = { 0 };
	enum alias_outcome outcome = alias_resolve(&settings->policy, span_of(address), &found);

	if (outcome == ALIAS_NOT_ALLOWED && trusted)
		envelope_add_recipient(&found, span_of(address), span_of(address));
	for (size_t i = 0; i < found.recipient_count; i++)
		if (!has_failed(entry, found.recipients[i].address))
			envelope_add_recipient(&plan->envelope,
					       span_of(found.recipients[i].address),
					       span_of(address));
	envelope_clear(&found);
	span_copy(span_of(address), plan->to, sizeof plan->to);
	return plan->envelope.recipient_count > 0;
}

/* NULL when somebody is found to be told. */
static const char *find_target(const struct queue_entry *entry, const struct report_source *source,
			       const struct settings *settings, struct report_plan *plan)
{
	const struct conf_queue *conf = &settings->conf.queue;
	const char *sender = source->envelope.sender;
	const char *why = automatic_mail_why(buf_span(&source->content));

	if (conf->bounce_to == CONF_BOUNCE_NONE)
		return "bounce-to = none";
	if (*sender == '\0')
		return "it has no sender, as reports have none";
	if (why)
		return why;
	if (plan->told_count == 0)
		return "its sender does not want to know (NOTIFY)";
	if (conf->bounce_to == CONF_BOUNCE_SENDER &&
	    try_target(entry, settings, sender, false, plan))
		return NULL;
	if (conf->postmaster[0] && try_target(entry, settings, conf->postmaster, true, plan))
		return NULL;
	return conf->postmaster[0] ? "mail for its sender and the postmaster goes nowhere else" :
	       "mail for its sender goes nowhere else, and there is no postmaster";
}

bool report_plan_make(const struct queue_entry *entry, const struct report_source *source,
		      const struct settings *settings, enum report_kind kind,
		      struct report_plan *plan)
{
	const struct envelope *envelope = &source->envelope;

	*plan = (struct report_plan){
		.concerned = calloc(entry->recipient_count + 1, sizeof *plan->concerned),
		.told = calloc(entry->recipient_count + 1, sizeof *plan->told),
	};
	if (plan->concerned == NULL || plan->told == NULL ||
	    !envelope_set(&plan->envelope.sender, span_of("")) ||
	    !envelope_set(&plan->envelope.client, span_of("gsmtpd")))
		return false;
	if (envelope->recipient_count != entry->recipient_count) {
		plan->why_not = "the message is not what it was";
		return true;
	}
	for (size_t i = 0; i < entry->recipient_count; i++) {
		plan->concerned[i] = concerns(&entry->recipients[i], kind);
		plan->told[i] = plan->concerned[i] && wants(envelope->recipients[i].notify, kind);
		plan->told_count += plan->told[i];
	}
	plan->why_not = find_target(entry, source, settings, plan);
	return true;
}

void report_plan_clear(struct report_plan *plan)
{
	envelope_clear(&plan->envelope);
	free(plan->concerned);
	free(plan->told);
	*plan = (struct report_plan){ 0 };
}
