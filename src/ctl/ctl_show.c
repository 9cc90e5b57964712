/* SPDX-License-Identifier: ISC */
#include "ctl/ctl_show.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/time_text.h"
#include "base/utf8.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_text.h"

#define SHOWN_RECIPIENTS 3
#define MODEM_CELL_MAX 16	/* octets: six columns in a line of 80 */

/* "" for what is null or missing. */
static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int64_t number_of(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void put_escaped(struct buf *out, const char *text)
{
	ctl_text_escape(span_of(text), out);
}

static void add_age(struct ctl_table *table, json_t *entry, int64_t now_s)
{
	char text[TIME_TEXT_SIZE] = "";
	int64_t then_s;

	if (time_text_parse_rfc3339(span_of(text_of(entry, "arrived")), &then_s))
		time_text_duration((now_s - then_s) * 1000, text);
	ctl_table_add(table, text);
}

static void add_next(struct ctl_table *table, json_t *entry, int64_t now_s)
{
	char text[TIME_TEXT_SIZE];
	int64_t then_s;

	if (strcmp(text_of(entry, "state"), "queued") == 0)
		ctl_table_add(table, "now");
	else if (!time_text_parse_rfc3339(span_of(text_of(entry, "next_attempt")), &then_s))
		ctl_table_add(table, "");
	else if (then_s <= now_s)
		ctl_table_add(table, "now");
	else
		ctl_table_addf(table, "in %s", time_text_duration((then_s - now_s) * 1000, text));
}

static void add_size(struct ctl_table *table, json_t *entry)
{
	struct buf text = BUF_INIT(64);

	ctl_text_size(number_of(entry, "size"), &text);
	ctl_table_add(table, buf_string(&text));
	buf_clear(&text);
}

static void add_recipients(struct ctl_table *table, json_t *entry)
{
	json_t *recipients = json_object_get(entry, "recipients"), *recipient;
	size_t count = json_array_size(recipients), i;
	struct buf text = BUF_INIT(2048);

	json_array_foreach(recipients, i, recipient) {
		if (i == SHOWN_RECIPIENTS)
			break;
		buf_format(&text, "%s%s", i > 0 ? ", " : "", text_of(recipient, "address"));
	}
	if (count > SHOWN_RECIPIENTS)
		buf_format(&text, " and %zu more", count - SHOWN_RECIPIENTS);
	ctl_table_add(table, buf_string(&text));
	buf_clear(&text);
}

static const char *sender_of(json_t *entry)
{
	const char *sender = text_of(entry, "sender");

	return sender[0] ? sender : "<>";
}

static void add_heads(struct ctl_table *table, const char *const *heads)
{
	for (size_t i = 0; i < table->columns; i++)
		ctl_table_add(table, heads[i]);
}

void ctl_show_queue(json_t *answer, int64_t now_s, struct buf *out)
{
	static const char *const heads[] = { "ID", "STATE", "SIZE", "AGE", "ATTEMPTS", "NEXT TRY",
					     "SENDER", "RECIPIENTS" };
	struct ctl_table table = { .columns = 8 };
	json_t *queue = json_object_get(answer, "queue"), *entry;
	size_t i;

	if (json_array_size(queue) == 0) {
		buf_text(out, "The queue is empty.\n");
		return;
	}
	add_heads(&table, heads);
	json_array_foreach(queue, i, entry) {
		ctl_table_add(&table, text_of(entry, "id"));
		ctl_table_add(&table, text_of(entry, "state"));
		add_size(&table, entry);
		add_age(&table, entry, now_s);
		ctl_table_addf(&table, "%" PRId64, number_of(entry, "attempts"));
		add_next(&table, entry, now_s);
		ctl_table_add(&table, sender_of(entry));
		add_recipients(&table, entry);
		if (text_of(entry, "reason")[0])
			ctl_table_note(&table, text_of(entry, "reason"));
	}
	ctl_table_format(&table, out);
	ctl_table_clear(&table);
}

static void put_line(struct buf *out, const char *head, const char *text)
{
	buf_format(out, "%-10s", head);
	put_escaped(out, text[0] ? text : "-");
	buf_byte(out, '\n');
}

static void show_recipient(json_t *recipient, struct ctl_table *table)
{
	json_t *code = json_object_get(recipient, "code");

	ctl_table_add(table, text_of(recipient, "address"));
	ctl_table_add(table, text_of(recipient, "state"));
	if (json_is_integer(code))
		ctl_table_addf(table, "%" PRId64, (int64_t)json_integer_value(code));
	else
		ctl_table_add(table, "");
	ctl_table_add(table, text_of(recipient, "status"));
	ctl_table_add(table, text_of(recipient, "text"));
}

void ctl_show_entry(json_t *entry, int64_t now_s, struct buf *out)
{
	static const char *const heads[] = { "RECIPIENT", "STATE", "CODE", "STATUS", "TEXT" };
	struct ctl_table table = { .columns = 5 };
	json_t *recipient;
	size_t i;

	(void)now_s;
	put_line(out, "ID", text_of(entry, "id"));
	put_line(out, "State", text_of(entry, "state"));
	put_line(out, "Reason", text_of(entry, "reason"));
	put_line(out, "Sender", sender_of(entry));
	buf_format(out, "%-10s%" PRId64 " octets\n", "Size", number_of(entry, "size"));
	put_line(out, "Arrived", text_of(entry, "arrived"));
	buf_format(out, "%-10s%" PRId64 "\n", "Attempts", number_of(entry, "attempts"));
	put_line(out, "Next try", text_of(entry, "next_attempt"));
	buf_byte(out, '\n');
	add_heads(&table, heads);
	json_array_foreach(json_object_get(entry, "recipients"), i, recipient)
		show_recipient(recipient, &table);
	ctl_table_format(&table, out);
	ctl_table_clear(&table);
}

/* A text of the module may be longer than a column can be. */
static void add_cut(struct ctl_table *table, const char *text)
{
	struct span cut = span_trim(utf8_take(span_of(text), MODEM_CELL_MAX));

	ctl_table_addf(table, "%.*s", SPAN_ARG(cut));
}

/* A word more of what is known about a module. */
static void put_fact(struct buf *facts, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put_fact(struct buf *facts, const char *format, ...)
{
	va_list arguments;

	if (facts->length > 0)
		buf_text(facts, ", ");
	va_start(arguments, format);
	buf_vformat(facts, format, arguments);
	va_end(arguments);
}

static void note_device(struct ctl_table *table, json_t *modem)
{
	struct buf facts = BUF_INIT(2048);

	if (text_of(modem, "device")[0])
		put_fact(&facts, "%s", text_of(modem, "device"));
	if (number_of(modem, "baud") > 0)
		put_fact(&facts, "%" PRId64 " baud", number_of(modem, "baud"));
	if (facts.length > 0)
		ctl_table_note(table, buf_string(&facts));
	buf_clear(&facts);
}

/* What decides how mails reach the module. */
static void note_firmware(struct ctl_table *table, json_t *modem)
{
	struct buf facts = BUF_INIT(2048), free_room = BUF_INIT(64);

	if (text_of(modem, "firmware")[0])
		put_fact(&facts, "%s", text_of(modem, "firmware"));
	if (json_is_true(json_object_get(modem, "file_store"))) {
		ctl_text_size(number_of(modem, "file_store_free"), &free_room);
		put_fact(&facts, "%s free for files", buf_string(&free_room));
	}
	if (text_of(modem, "guard")[0])
		put_fact(&facts, "+++ guard %s", text_of(modem, "guard"));
	if (facts.length > 0)
		ctl_table_note(table, buf_string(&facts));
	buf_clear(&facts);
	buf_clear(&free_room);
}

static void note_trouble(struct ctl_table *table, json_t *modem)
{
	bool wants_hand = json_is_true(json_object_get(modem, "wants_hand"));
	const char *breaker = text_of(modem, "breaker"), *reason = text_of(modem, "reason");
	struct buf text = BUF_INIT(2048);
	int64_t failures = number_of(modem, "failures");

	if (breaker[0] && strcmp(breaker, "closed") != 0) {
		buf_format(&text, "its link failed %" PRId64 " %s in a row (%s)", failures,
			   failures == 1 ? "time" : "times", breaker);
		ctl_table_note(table, buf_string(&text));
	}
	buf_reset(&text);
	if (wants_hand || reason[0]) {
		buf_format(&text, "%s%s", wants_hand ? "NEEDS A HAND: " : "", reason);
		ctl_table_note(table, buf_string(&text));
	}
	buf_clear(&text);
}

static void add_modem(struct ctl_table *table, json_t *modem)
{
	json_t *signal = json_object_get(modem, "signal_dbm");

	ctl_table_add(table, text_of(modem, "name"));
	ctl_table_add(table, text_of(modem, "state"));
	if (json_is_integer(signal))
		ctl_table_addf(table, "%" PRId64 " dBm", (int64_t)json_integer_value(signal));
	else
		ctl_table_add(table, "");
	ctl_table_add(table, text_of(modem, "registration"));
	add_cut(table, text_of(modem, "operator"));
	add_cut(table, text_of(modem, "model"));
	note_device(table, modem);
	note_firmware(table, modem);
	note_trouble(table, modem);
}

void ctl_show_modems(json_t *answer, int64_t now_s, struct buf *out)
{
	static const char *const heads[] = { "NAME", "STATE", "SIGNAL", "NETWORK", "OPERATOR",
					     "MODEL" };
	struct ctl_table table = { .columns = 6 };
	json_t *modems = json_object_get(answer, "modems"), *modem;
	size_t i;

	(void)now_s;
	if (json_array_size(modems) == 0) {
		buf_text(out, "No modem is configured.\n");
		return;
	}
	add_heads(&table, heads);
	json_array_foreach(modems, i, modem)
		add_modem(&table, modem);
	ctl_table_format(&table, out);
	ctl_table_clear(&table);
}

static void show_counts(json_t *status, struct buf *out)
{
	json_t *count;
	const char *state, *comma = "";

	buf_text(out, "Queue:   ");
	json_object_foreach(json_object_get(status, "queue"), state, count) {
		if (json_integer_value(count) == 0)
			continue;
		buf_format(out, "%s%" PRId64 " ", comma, (int64_t)json_integer_value(count));
		put_escaped(out, state);
		comma = ", ";
	}
	buf_text(out, comma[0] ? "\n" : "empty\n");
	if (number_of(status, "corrupt") > 0)
		buf_format(out, "Corrupt: %" PRId64 " put aside in the spool\n",
			   number_of(status, "corrupt"));
}

static void show_held_accounts(json_t *status, struct buf *out)
{
	json_t *account;
	size_t i;

	json_array_foreach(json_object_get(status, "accounts"), i, account) {
		if (!json_is_true(json_object_get(account, "held")))
			continue;
		buf_text(out, "Account: ");
		put_escaped(out, text_of(account, "name"));
		buf_text(out, " is held, nothing is sent through it: ");
		put_escaped(out, text_of(account, "reason"));
		buf_byte(out, '\n');
	}
}

void ctl_show_status(json_t *status, int64_t now_s, struct buf *out)
{
	char uptime[TIME_TEXT_SIZE];

	buf_text(out, "gsmtpd ");
	put_escaped(out, text_of(status, "version"));
	buf_format(out, ", up %s\n",
		   time_text_duration(number_of(status, "uptime_s") * 1000, uptime));
	buf_text(out, "Status:  ");
	put_escaped(out, text_of(status, "status"));
	buf_byte(out, '\n');
	show_counts(status, out);
	show_held_accounts(status, out);
	buf_byte(out, '\n');
	ctl_show_modems(status, now_s, out);
}

void ctl_show_retry(json_t *answer, int64_t now_s, struct buf *out)
{
	int64_t count = number_of(answer, "count");

	(void)now_s;
	buf_format(out, "%" PRId64 " %s to be tried now.\n", count, count == 1 ? "mail" : "mails");
}

void ctl_show_reset(json_t *answer, int64_t now_s, struct buf *out)
{
	(void)answer;
	(void)now_s;
	buf_text(out, "The modem is being reset; its way back: gsmtpctl modems.\n");
}

void ctl_show_reload(json_t *answer, int64_t now_s, struct buf *out)
{
	const json_t *complaints = json_object_get(answer, "complaints");

	(void)now_s;
	for (size_t i = 0; i < json_array_size(complaints); i++) {
		ctl_text_escape(span_of(json_string_value(json_array_get(complaints, i))), out);
		buf_byte(out, '\n');
	}
	buf_text(out, "The configuration is being read again; the journal says how it went.\n");
}
