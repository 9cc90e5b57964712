/* SPDX-License-Identifier: ISC */
#include "app/compose_request.h"

#include <inttypes.h>

#include "conf/conf_compose.h"

#define REQUEST_TEXT_MAX (64 * 1024)

static bool has_certain(const struct queue_entry *entry)
{
	for (size_t i = 0; i < entry->recipient_count; i++)
		if (entry->recipients[i].state == QUEUE_RECIPIENT_PENDING &&
		    !entry->recipients[i].uncertain)
			return true;
	return false;
}

/* Those who may have it already are served alone, since their mail says so; but
 * the others do not wait for them for ever. */
static bool serves_uncertain(const struct queue_entry *entry)
{
	return queue_has_uncertain(entry) && !(entry->others_first && has_certain(entry));
}

bool compose_request_wants(const struct queue_entry *entry, size_t recipient)
{
	return entry->recipients[recipient].state == QUEUE_RECIPIENT_PENDING &&
	       entry->recipients[recipient].uncertain == serves_uncertain(entry);
}

/* An option or its value. */
static void put_word(struct buf *text, const char *word)
{
	buf_text(text, word);
	buf_byte(text, '\0');
}

static void put_number(struct buf *text, const char *name, int64_t value)
{
	put_word(text, name);
	buf_format(text, "%" PRId64, value);
	buf_byte(text, '\0');
}

static void put_pending(struct buf *text, const struct queue_entry *entry)
{
	const char *comma = "";

	put_word(text, "--pending");
	for (size_t i = 0; i < entry->recipient_count; i++) {
		if (!compose_request_wants(entry, i))
			continue;
		buf_format(text, "%s%zu", comma, i);
		comma = ",";
	}
	buf_byte(text, '\0');
}

/* The text has come to rest: only now pointers into it hold. */
static bool point_arguments(struct compose_request *request)
{
	struct span rest = buf_span(&request->text);
	size_t count = 0;

	while (rest.length > 0) {
		if (count == COMPOSE_REQUEST_ARGUMENTS - 1)
			return false;
		request->arguments[count++] = rest.at;
		rest = span_skip(rest, strlen(rest.at) + 1);
	}
	request->arguments[count] = NULL;
	return true;
}

bool compose_request_make(const struct conf *conf, const struct queue_entry *entry, int64_t now_s,
			  size_t attachments_max, struct compose_request *request)
{
	struct buf *text = &request->text;
	bool uncertain = serves_uncertain(entry);

	buf_init(text, REQUEST_TEXT_MAX);
	put_word(text, "--id");
	put_word(text, entry->id);
	put_number(text, "--now", now_s);
	put_number(text, "--attempt", (int64_t)entry->attempts + 1);
	put_pending(text, entry);
	conf_compose_put(conf, text);
	put_number(text, "--attachments-max", (int64_t)attachments_max);
	if (entry->degraded)
		put_word(text, "--degrade");
	if (uncertain)
		put_word(text, "--uncertain");
	return !text->failed && point_arguments(request);
}

void compose_request_clear(struct compose_request *request)
{
	buf_clear(&request->text);
}
