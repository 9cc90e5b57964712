/* SPDX-License-Identifier: ISC */
#include "app/compose_request.h"

#include <inttypes.h>

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

static const char *preamble_name(int preamble)
{
	switch ((enum conf_preamble)preamble) {
	case CONF_PREAMBLE_NONE:
		return "none";
	case CONF_PREAMBLE_FULL:
		return "full";
	case CONF_PREAMBLE_SHORT:
		break;
	}
	return "short";
}

static const char *html_name(int html)
{
	switch ((enum conf_html)html) {
	case CONF_HTML_ATTACH:
		return "attach";
	case CONF_HTML_BOTH:
		return "both";
	case CONF_HTML_TEXT:
		break;
	}
	return "text";
}

static const char *oversize_name(int oversize)
{
	switch ((enum conf_oversize)oversize) {
	case CONF_OVERSIZE_SPLIT:
		return "split";
	case CONF_OVERSIZE_REJECT:
		return "reject";
	case CONF_OVERSIZE_ATTACH:
		break;
	}
	return "attach";
}

/* "--name", "value": both NUL-ended in the text. */
static void put_option(struct buf *text, const char *name, const char *value)
{
	buf_text(text, name);
	buf_byte(text, '\0');
	buf_text(text, value);
	buf_byte(text, '\0');
}

static void put_flag(struct buf *text, const char *name)
{
	buf_text(text, name);
	buf_byte(text, '\0');
}

static void put_number(struct buf *text, const char *name, int64_t value)
{
	buf_text(text, name);
	buf_byte(text, '\0');
	buf_format(text, "%" PRId64, value);
	buf_byte(text, '\0');
}

static void put_pending(struct buf *text, const struct queue_entry *entry)
{
	const char *comma = "";

	put_flag(text, "--pending");
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
	const struct conf_content *content = &conf->content;
	struct buf *text = &request->text;
	bool uncertain = serves_uncertain(entry);

	buf_init(text, REQUEST_TEXT_MAX);
	put_option(text, "--id", entry->id);
	put_option(text, "--hostname", conf->daemon.hostname);
	put_number(text, "--now", now_s);
	put_number(text, "--attempt", (int64_t)entry->attempts + 1);
	put_pending(text, entry);
	put_option(text, "--preamble", preamble_name(content->header_preamble));
	put_option(text, "--html", html_name(content->html));
	put_option(text, "--oversize", oversize_name(content->oversize));
	put_option(text, "--hidden", content->hidden == CONF_HIDDEN_SEPARATE ? "separate" : "bcc");
	put_option(text, "--original", content->original ? "yes" : "no");
	put_number(text, "--attachments-max", (int64_t)attachments_max);
	if (entry->degraded)
		put_flag(text, "--degrade");
	if (uncertain)
		put_flag(text, "--uncertain");
	return !text->failed && point_arguments(request);
}

void compose_request_clear(struct compose_request *request)
{
	buf_clear(&request->text);
}
