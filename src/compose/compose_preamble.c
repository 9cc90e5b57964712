/* SPDX-License-Identifier: ISC */
#include "compose/compose_preamble.h"

#include <inttypes.h>
#include <string.h>

#include "base/time_text.h"
#include "base/utf8.h"

#define VALUE_MAX 300		/* octets shown of a header's value */
#define SUBJECT_MAX 1000	/* ... and of the subject */
#define LATE_MIN_S 60		/* every mail takes a moment */
#define ID_MAX 60
#define HOSTNAME_MAX 255
#define DAY_OCTETS 17		/* "Sun, 22 Nov 2026 " */

static void put_value(struct span value, size_t max, struct buf *out)
{
	struct span shown = utf8_take(value, max);

	buf_put(out, shown);
	if (shown.length < value.length)
		buf_text(out, "...");
}

static void put_field(const char *name, struct span value, struct buf *out)
{
	if (value.length == 0)
		return;
	buf_format(out, "%s: ", name);
	put_value(value, VALUE_MAX, out);
	buf_byte(out, '\n');
}

/* In the sender's zone, and in UTC where that is another, with its day where that
 * is another. */
static void put_date(const struct compose_preamble_facts *facts, struct buf *out)
{
	char local[TIME_TEXT_SIZE], utc[TIME_TEXT_SIZE];

	time_text_rfc5322(facts->date_s, facts->date_offset_min, local);
	time_text_rfc5322(facts->date_s, 0, utc);
	buf_text(out, local);
	if (facts->date_offset_min == 0)
		return;
	if (memcmp(local, utc, DAY_OCTETS) == 0)
		buf_format(out, " (%.5s UTC)", utc + DAY_OCTETS);
	else
		buf_format(out, " (%.*s UTC)", DAY_OCTETS + 5, utc);
}

static void put_lateness(const struct compose_options *options,
			 const struct compose_preamble_facts *facts, struct buf *out)
{
	int64_t late_s = options->now_s - facts->arrived_s;
	char duration[TIME_TEXT_SIZE];

	if (options->now_s > 0 && late_s >= LATE_MIN_S)
		buf_format(out, ", %s late", time_text_duration(late_s * 1000, duration));
}

/* ", via HOST, id ID, 6 h 12 min late, attempt 2". */
static void put_way(const struct compose_options *options,
		    const struct compose_preamble_facts *facts, struct buf *out)
{
	if (*options->hostname)
		buf_format(out, ", via %.*s", HOSTNAME_MAX, options->hostname);
	if (*options->id)
		buf_format(out, ", id %.*s", ID_MAX, options->id);
	put_lateness(options, facts, out);
	if (options->attempt > 1)
		buf_format(out, ", attempt %" PRId64, options->attempt);
}

static void put_sender(struct span sender, struct buf *out)
{
	buf_byte(out, '<');
	put_value(sender, VALUE_MAX, out);
	buf_byte(out, '>');
}

void compose_preamble_put_sender(const struct compose_preamble_facts *facts, struct buf *out)
{
	if (facts->from.length > 0)
		put_value(facts->from, VALUE_MAX, out);
	else
		put_sender(facts->sender, out);
}

/* "[From NAME <ADDRESS>, Sun, 22 Nov 2026 20:55:00 +0100 (19:55 UTC), via ...]" */
static void put_short(const struct compose_options *options,
		      const struct compose_preamble_facts *facts, struct buf *out)
{
	char arrived[TIME_TEXT_SIZE];

	buf_text(out, "[From ");
	compose_preamble_put_sender(facts, out);
	buf_text(out, ", ");
	if (facts->dated)
		put_date(facts, out);
	else
		buf_format(out, "taken %s", time_text_rfc5322(facts->arrived_s, 0, arrived));
	put_way(options, facts, out);
	buf_text(out, "]\n");
}

static void put_full(const struct compose_options *options,
		     const struct compose_preamble_facts *facts, struct buf *out)
{
	char arrived[TIME_TEXT_SIZE];

	put_field("From", facts->from, out);
	buf_text(out, "Sender: ");
	put_sender(facts->sender, out);
	buf_byte(out, '\n');
	put_field("Reply-To", facts->reply_to, out);
	put_field("To", facts->to, out);
	put_field("Cc", facts->cc, out);
	if (facts->dated) {
		buf_text(out, "Date: ");
		put_date(facts, out);
		buf_byte(out, '\n');
	}
	put_field("Message-ID", facts->message_id, out);
	buf_format(out, "Taken: %s", time_text_rfc5322(facts->arrived_s, 0, arrived));
	put_way(options, facts, out);
	buf_byte(out, '\n');
}

/* First of all, so that nothing can push it out of sight. */
void compose_preamble_put_mark(const struct compose_options *options, struct buf *out)
{
	if (!options->uncertain)
		return;
	buf_text(out, "[possible duplicate");
	if (*options->id)
		buf_format(out, " of %.*s", ID_MAX, options->id);
	buf_text(out, ": whether an earlier attempt arrived is not known");
	if (options->attempt > 1)
		buf_format(out, "; attempt %" PRId64, options->attempt);
	buf_text(out, "]\n");
}

bool compose_preamble_build(const struct compose_options *options,
			    const struct compose_preamble_facts *facts, struct buf *out)
{
	size_t before = out->length;

	compose_preamble_put_mark(options, out);
	if (facts->cut_subject.length > 0) {
		buf_text(out, "Subject: ");
		put_value(facts->cut_subject, SUBJECT_MAX, out);
		buf_byte(out, '\n');
	}
	switch (options->preamble) {
	case COMPOSE_PREAMBLE_SHORT:
		put_short(options, facts, out);
		break;
	case COMPOSE_PREAMBLE_FULL:
		put_full(options, facts, out);
		break;
	case COMPOSE_PREAMBLE_NONE:
		break;
	}
	if (out->length > before)
		buf_byte(out, '\n');
	return !out->failed;
}
