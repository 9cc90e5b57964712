/* SPDX-License-Identifier: ISC */
/* What the operator sees, to the letter: the daemon's JSON in, a text out. */
#include "rows.h"

#include <jansson.h>

#include "ctl/ctl_show.h"
#include "ctl/ctl_text.h"

#define NOW_S INT64_C(1795377300)	/* 2026-11-22T19:55:00Z */

#define ENTRY \
	"{\"id\":\"4Kd2\",\"state\":\"deferred\",\"size\":1234," \
	"\"arrived\":\"2026-11-22T19:43:00Z\",\"attempts\":2," \
	"\"next_attempt\":\"2026-11-22T20:03:00Z\",\"sender\":\"root@gw1\"," \
	"\"recipients\":[{\"address\":\"a@b\",\"state\":\"pending\",\"code\":-451," \
	"\"status\":\"4.3.0\",\"text\":\"local error\"}],\"reason\":\"local error (-451)\"}"
#define QUEUED \
	"{\"id\":\"4Kd345\",\"state\":\"queued\",\"size\":3145728," \
	"\"arrived\":\"2026-11-22T19:54:59Z\",\"attempts\":0,\"next_attempt\":null," \
	"\"sender\":\"\",\"recipients\":[{\"address\":\"a@b\"},{\"address\":\"c@d\"}," \
	"{\"address\":\"e@f\"},{\"address\":\"g@h\"}],\"reason\":null}"

static const struct row {
	const char *name;
	void (*show)(json_t *answer, int64_t now_s, struct buf *out);
	const char *json, *text;
} table[] = {
	{ "an empty queue", ctl_show_queue, "{\"queue\":[]}", "The queue is empty.\n" },
	{ "a queue of two", ctl_show_queue, "{\"queue\":[" ENTRY "," QUEUED "]}",
	  "ID      STATE     SIZE  AGE     ATTEMPTS  NEXT TRY  SENDER    RECIPIENTS\n"
	  "4Kd2    deferred  1.2K  12 min  2         in 8 min  root@gw1  a@b\n"
	  "        local error (-451)\n"
	  "4Kd345  queued    3.0M  1 s     0         now       <>        a@b, c@d, e@f and 1 "
	  "more\n" },
	{ "one whose time has come", ctl_show_queue,
	  "{\"queue\":[{\"id\":\"a\",\"state\":\"uncertain\",\"arrived\":\"x\","
	  "\"next_attempt\":\"2026-11-22T19:55:00Z\"}]}",
	  "ID  STATE      SIZE  AGE  ATTEMPTS  NEXT TRY  SENDER  RECIPIENTS\n"
	  "a   uncertain  0     -    0         now       <>      -\n" },
	{ "a hostile sender", ctl_show_queue,
	  "{\"queue\":[{\"id\":\"a\",\"state\":\"failed\",\"sender\":\"\\u001b[2J\\u202e\"}]}",
	  "ID  STATE   SIZE  AGE  ATTEMPTS  NEXT TRY  SENDER               RECIPIENTS\n"
	  "a   failed  0     -    0         -         \\x1b[2J\\xe2\\x80\\xae  -\n" },
	{ "one entry", ctl_show_entry, ENTRY,
	  "ID        4Kd2\n"
	  "State     deferred\n"
	  "Reason    local error (-451)\n"
	  "Sender    root@gw1\n"
	  "Size      1234 octets\n"
	  "Arrived   2026-11-22T19:43:00Z\n"
	  "Attempts  2\n"
	  "Next try  2026-11-22T20:03:00Z\n"
	  "\n"
	  "RECIPIENT  STATE    CODE  STATUS  TEXT\n"
	  "a@b        pending  -451  4.3.0   local error\n" },
	{ "no modem", ctl_show_modems, "{\"modems\":[]}", "No modem is configured.\n" },
	{ "two modems", ctl_show_modems,
	  "{\"modems\":[{\"name\":\"gsm0\",\"state\":\"ready\",\"signal_dbm\":-71,"
	  "\"registration\":\"home\",\"operator\":\"Zürich\",\"model\":\"M95\","
	  "\"device\":\"/dev/ttyUSB0\",\"reason\":null,\"baud\":115200,"
	  "\"breaker\":\"closed\",\"firmware\":\"M95AR01A21\",\"guard\":\"none\","
	  "\"file_store\":true,\"file_store_free\":286720,\"wants_hand\":false},"
	  "{\"name\":\"b\",\"state\":\"absent\",\"signal_dbm\":null,\"reason\":\"gone\"}]}",
	  "NAME  STATE   SIGNAL   NETWORK  OPERATOR  MODEL\n"
	  "gsm0  ready   -71 dBm  home     Zürich    M95\n"
	  "      /dev/ttyUSB0, 115200 baud\n"
	  "      M95AR01A21, 280.0K free for files, +++ guard none\n"
	  "b     absent  -        -        -         -\n"
	  "      gone\n" },
	{ "the widest modem fits a line of 80", ctl_show_modems,
	  "{\"modems\":[{\"name\":\"gsm-gate-one\",\"state\":\"registering\","
	  "\"signal_dbm\":-113,\"registration\":\"searching\","
	  "\"operator\":\"An operator with a long name\","
	  "\"model\":\"A model without end\"}]}",
	  "NAME          STATE        SIGNAL    NETWORK    OPERATOR          MODEL\n"
	  "gsm-gate-one  registering  -113 dBm  searching  An operator with  A model without\n" },
	{ "a roaming modem whose link fails", ctl_show_modems,
	  "{\"modems\":[{\"name\":\"a\",\"state\":\"ready\",\"registration\":\"roaming\","
	  "\"breaker\":\"open\",\"failures\":1},"
	  "{\"name\":\"b\",\"state\":\"ready\",\"registration\":\"home\","
	  "\"breaker\":\"probing\",\"failures\":7,\"reason\":\"tries\"}]}",
	  "NAME  STATE  SIGNAL  NETWORK  OPERATOR  MODEL\n"
	  "a     ready  -       roaming  -         -\n"
	  "      its link failed 1 time in a row (open)\n"
	  "b     ready  -       home     -         -\n"
	  "      its link failed 7 times in a row (probing)\n"
	  "      tries\n" },
	{ "a modem that only a person can help", ctl_show_modems,
	  "{\"modems\":[{\"name\":\"a\",\"state\":\"resting\",\"wants_hand\":true,"
	  "\"reason\":\"the SIM wants its PUK\\n\"}]}",
	  "NAME  STATE    SIGNAL  NETWORK  OPERATOR  MODEL\n"
	  "a     resting  -       -        -         -\n"
	  "      NEEDS A HAND: the SIM wants its PUK\\x0a\n" },
	{ "the status of a daemon at rest", ctl_show_status,
	  "{\"version\":\"0.1.0\",\"uptime_s\":60,\"status\":\"queue empty\","
	  "\"queue\":{\"queued\":0,\"failed\":0},\"modems\":[],\"corrupt\":0,"
	  "\"account_held\":false}",
	  "gsmtpd 0.1.0, up 1 min\n"
	  "Status:  queue empty\n"
	  "Queue:   empty\n"
	  "\n"
	  "No modem is configured.\n" },
	{ "the status of a daemon in trouble", ctl_show_status,
	  "{\"version\":\"0.1.0\",\"uptime_s\":60,\"status\":\"held\","
	  "\"queue\":{\"queued\":2,\"active\":0,\"failed\":1},\"modems\":[],\"corrupt\":3,"
	  "\"account_held\":true,\"account_reason\":\"no\\n(-535)\",\"accounts\":["
	  "{\"name\":\"main\",\"held\":true,\"reason\":\"no\\n(-535)\"},"
	  "{\"name\":\"spare\",\"held\":false,\"reason\":null}]}",
	  "gsmtpd 0.1.0, up 1 min\n"
	  "Status:  held\n"
	  "Queue:   2 queued, 1 failed\n"
	  "Corrupt: 3 put aside in the spool\n"
	  "Account: main is held, nothing is sent through it: no\\x0a(-535)\n"
	  "\n"
	  "No modem is configured.\n" },
	{ "one to be tried", ctl_show_retry, "{\"count\":1}", "1 mail to be tried now.\n" },
	{ "none to be tried", ctl_show_retry, "{\"count\":0}", "0 mails to be tried now.\n" },
	{ "an answer of another form", ctl_show_queue, "[1]", "The queue is empty.\n" },
};

static void shows(void **state)
{
	const struct row *row = *state;
	struct buf out = BUF_INIT(65536);
	json_t *json = json_loads(row->json, 0, NULL);

	assert_non_null(json);
	row->show(json, NOW_S, &out);
	assert_string_equal(buf_string(&out), row->text);
	json_decref(json);
	buf_clear(&out);
}

static const struct size_row {
	const char *name;
	int64_t octets;
	const char *text;
} size_rows[] = {
	{ "no octet", 0, "0" },
	{ "the most octets without a unit", 1023, "1023" },
	{ "one K", 1024, "1.0K" },
	{ "never 1024.0K", 1048575, "1.0M" },
	{ "a G", 1610612736, "1.5G" },
	{ "more than there are units for", INT64_C(1) << 52, "4096.0T" },
};

static void shows_a_size(void **state)
{
	const struct size_row *row = *state;
	struct buf out = BUF_INIT(100);

	ctl_text_size(row->octets, &out);
	assert_string_equal(buf_string(&out), row->text);
	buf_clear(&out);
}

int main(void)
{
	static struct rows all, *rows = &all;

	ROWS_ADD_TABLE(rows, table, shows);
	ROWS_ADD_TABLE(rows, size_rows, shows_a_size);
	return rows_run(rows, "ctl_show");
}
