/* SPDX-License-Identifier: ISC */
#include "control/control_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/time_text.h"
#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */

/* A text that jansson takes: what is no UTF-8 is replaced. It only grows by
 * two octets for each one. */
static json_t *make_repaired(struct span text)
{
	struct buf good = BUF_INIT(text.length * 3);
	json_t *made = NULL;

	while (text.length > 0) {
		size_t octets = utf8_next(text, NULL);

		if (octets > 0)
			buf_put(&good, span_take(text, octets));
		else
			buf_text(&good, REPLACEMENT);
		text = span_skip(text, octets > 0 ? octets : 1);
	}
	if (!good.failed)
		made = json_stringn(buf_string(&good), good.length);
	buf_clear(&good);
	return made;
}

static json_t *make_text(const char *text)
{
	if (text == NULL)
		return json_null();
	return utf8_is_valid(span_of(text)) ? json_string(text) : make_repaired(span_of(text));
}

/* Unknown is null, not "". */
static json_t *make_known(const char *text)
{
	return make_text(text && text[0] ? text : NULL);
}

static json_t *make_time(int64_t unix_s)
{
	char text[TIME_TEXT_SIZE];

	return json_string(time_text_rfc3339(unix_s, text));
}

/* Takes the object over and writes it as one line. */
static char *finish(json_t *object)
{
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL, *line = NULL;
	size_t length = text ? strlen(text) : 0;

	json_decref(object);
	if (text)
		line = realloc(text, length + 2);
	if (line == NULL) {
		free(text);
		return NULL;
	}
	memcpy(line + length, "\n", 2);
	return line;
}

static json_t *make_recipient(const struct queue_recipient *recipient)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "address", make_text(recipient->address),
			 "state", queue_recipient_state_name(recipient->state), "code",
			 recipient->has_code ? json_integer(recipient->code) : json_null(), "status",
			 make_known(recipient->status), "text", make_known(recipient->text));
}

static json_t *make_recipients(const struct queue_entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->recipient_count; i++)
		if (json_array_append_new(list, make_recipient(&entry->recipients[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* The queue's clock does not know the hour: the wait is added to the wall's, in
 * milliseconds, so that whoever asks twice is told the same. */
static json_t *make_next(const struct queue_entry *entry, const struct control_times *times)
{
	bool waits = entry->state == QUEUE_DEFERRED || entry->state == QUEUE_UNCERTAIN;
	bool rests = entry->state == QUEUE_QUEUED && times->opens_ms > times->now_ms;
	int64_t next_ms = waits && entry->next_ms > times->opens_ms ? entry->next_ms : times->opens_ms;
	int64_t wait_ms = next_ms - times->now_ms;

	if (!waits && !rests)
		return json_null();
	return make_time((times->wall_ms + (wait_ms > 0 ? wait_ms + 999 : 0)) / 1000);
}

static json_t *make_entry(const struct queue_entry *entry, const struct control_times *times)
{
	return json_pack("{s:s, s:s, s:I, s:o, s:i, s:o, s:o, s:o, s:o}", "id", entry->id, "state",
			 queue_state_name(entry->state), "size", (json_int_t)entry->size_octets,
			 "arrived", make_time(entry->arrived_s), "attempts", (int)entry->attempts,
			 "next_attempt", make_next(entry, times), "sender",
			 make_text(entry->sender), "recipients", make_recipients(entry), "reason",
			 make_known(entry->reason));
}

char *control_json_queue_entry(const struct queue_entry *entry, const struct control_times *times)
{
	return finish(make_entry(entry, times));
}

char *control_json_queue(const struct queue *queue, const struct control_times *times)
{
	json_t *list = json_array();

	for (struct queue_entry *entry = queue_walk(queue, NULL); list && entry;
	     entry = queue_walk(queue, entry))
		if (json_array_append_new(list, make_entry(entry, times)) < 0) {
			json_decref(list);
			list = NULL;
		}
	return finish(list ? json_pack("{s:o}", "queue", list) : NULL);
}

/* Null when it is not known. */
static json_t *make_number(bool known, int64_t number)
{
	return known ? json_integer((json_int_t)number) : json_null();
}

/* Whether the module wants silence around the "+++" that ends data. */
static const char *guard_name(enum at_known bare_escape_ends)
{
	switch (bare_escape_ends) {
	case AT_UNKNOWN:
		return "";
	case AT_NO:
		return "needed";
	case AT_YES:
		return "none";
	}
	return "";
}

/* What the module said about itself and its network. */
static json_t *make_facts(const struct modem_facts *facts)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "signal_dbm",
			 make_number(facts->has_signal, facts->signal_dbm), "registration",
			 modem_registration_name(facts->registration), "operator",
			 make_known(facts->operator_name), "model", make_known(facts->model),
			 "firmware", make_known(facts->firmware), "baud",
			 make_number(facts->baud > 0, facts->baud), "guard",
			 make_known(guard_name(facts->bare_escape_ends)), "file_store",
			 (int)facts->has_store, "file_store_free",
			 make_number(facts->has_store, facts->store_free_octets));
}

static json_t *make_modem(const struct control_modem_view *modem)
{
	static const struct modem_facts none;
	json_t *object = json_pack("{s:o, s:o, s:o, s:s, s:o, s:b, s:s, s:I}", "name",
				   make_text(modem->name), "device", make_text(modem->device),
				   "account", make_known(modem->account), "state",
				   modem_state_name(modem->state), "reason", make_known(modem->why),
				   "wants_hand", (int)modem->wants_hand, "breaker",
				   breaker_state_name(modem->breaker), "failures",
				   (json_int_t)modem->failures);
	json_t *facts = make_facts(modem->facts ? modem->facts : &none);

	if (json_object_update(object, facts) < 0) {
		json_decref(object);
		object = NULL;
	}
	json_decref(facts);
	return object;
}

static json_t *make_modems(const struct control_modem_view *modems, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++)
		if (json_array_append_new(list, make_modem(&modems[i])) < 0) {
			json_decref(list);
			list = NULL;
		}
	return list;
}

char *control_json_modems(const struct control_modem_view *modems, size_t count)
{
	return finish(json_pack("{s:o}", "modems", make_modems(modems, count)));
}

static json_t *make_counts(const struct queue *queue)
{
	json_t *counts = json_object();

	for (enum queue_state state = QUEUE_QUEUED; state < QUEUE_STATES; state++)
		if (json_object_set_new(counts, queue_state_name(state),
					json_integer((json_int_t)queue_count(queue, state))) < 0) {
			json_decref(counts);
			return NULL;
		}
	return counts;
}

static json_t *make_accounts(const struct control_account_view *accounts, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++) {
		json_t *account = json_pack("{s:o, s:b, s:o}", "name", make_text(accounts[i].name),
					    "held", (int)accounts[i].held, "reason",
					    make_known(accounts[i].why));

		if (json_array_append_new(list, account) < 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

/* NULL when none is held. */
static const struct control_account_view *find_held(const struct control_status_view *view)
{
	for (size_t i = 0; i < view->account_count; i++)
		if (view->accounts[i].held)
			return &view->accounts[i];
	return NULL;
}

char *control_json_status(const struct control_status_view *view, const struct queue *queue)
{
	const struct control_account_view *held = find_held(view);

	return finish(json_pack("{s:o, s:I, s:o, s:o, s:I, s:I, s:b, s:o, s:o, s:o}", "version",
				make_text(view->version), "uptime_s", (json_int_t)view->uptime_s,
				"status", make_text(view->status), "queue", make_counts(queue),
				"queue_total", (json_int_t)queue_total(queue), "corrupt",
				(json_int_t)view->corrupt, "account_held", (int)(held != NULL),
				"account_reason", make_known(held ? held->why : NULL), "accounts",
				make_accounts(view->accounts, view->account_count), "modems",
				make_modems(view->modems, view->modem_count)));
}

char *control_json_error(const char *code, const char *message)
{
	return finish(json_pack("{s:{s:o, s:o}}", "error", "code", make_text(code), "message",
				make_text(message)));
}

char *control_json_count(size_t count)
{
	return finish(json_pack("{s:I}", "count", (json_int_t)count));
}

char *control_json_reload(struct span complaints)
{
	json_t *list = json_array();
	struct span line;

	while (list != NULL && complaints.length > 0 && span_cut(&complaints, '\n', &line)) {
		char *text = span_dup(line);

		if (line.length > 0 && json_array_append_new(list, make_text(text)) != 0) {
			json_decref(list);
			list = NULL;
		}
		free(text);
	}
	return finish(list ? json_pack("{s:i, s:o}", "count", 1, "complaints", list) : NULL);
}
