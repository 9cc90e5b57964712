/* SPDX-License-Identifier: ISC */
/* What it takes, against a dialogue that is written out, and by what must hold of
 * any estimate: more of something never takes less. That it is what really passes on
 * the line is shown with the whole programs, tests/daemon/test_preview.py. */
#include "rows.h"

#include <string.h>

#include "mail/transaction_cost.h"

#define OK "\r\nOK\r\n"

static struct transaction_recipient recipients[20];
static struct transaction_attachment attachments[10];

static struct transaction_cost_way make_way(void)
{
	return (struct transaction_cost_way){
		.baud = 9600, .verify = true, .authenticate = true,
		.server = span_of("smtp.example.net"), .port = 25,
		.user = span_of("gw1"), .password_octets = 6,
		.address = span_of("gw1@example.net"), .name = span_of("Gateway 1"),
		.apn = span_of("internet"),
	};
}

static struct transaction make_transaction(size_t recipient_count, size_t attachment_count)
{
	for (size_t i = 0; i < 20; i++)
		recipients[i] = (struct transaction_recipient){
			TRANSACTION_TO, i, span_of("ops@example.net") };
	for (size_t i = 0; i < 10; i++)
		attachments[i] = (struct transaction_attachment){ span_of("a.txt"),
								  span_of("0123456789\n") };
	return (struct transaction){
		.recipients = recipients, .recipient_count = recipient_count,
		.subject = span_of("Disk full"), .body = span_of("/var is full\r\n"),
		.attachments = attachments, .attachment_count = attachment_count,
	};
}

static const char whole_dialogue[] =
	"AT+QSMTPCLR\r" OK
	"AT+QSMTPSRV=\"smtp.example.net\",25\r" OK
	"AT+QSMTPUSER=\"gw1\"\r" OK
	"AT+QSMTPPWD=\"secret\"\r" OK
	"AT+QSMTPADDR=\"gw1@example.net\"\r" OK
	"AT+QSMTPNAME=\"Gateway 1\"\r" OK
	"AT+QSMTPCFG=1,1\r" OK
	"AT+QIFGCNT=0\r" OK
	"AT+QICSGP=1,\"internet\"\r" OK
	"AT+QSMTPDST=1,1,\"ops@example.net\"\r" OK "\r\n+QSMTPDST: 0\r\n"
	"AT+QSMTPSUB=0,\"Disk full\"\r" OK
	"AT+QSMTPBODY=0,123\r" OK "\r\nCONNECT\r\n/var is full\r\n+++\r\n+QSMTPBODY: 14\r\n"
	"AT+QSMTPATT=\"a.txt\",11,123\r" OK "\r\nCONNECT\r\n0123456789\n+++"
	"\r\n+QSMTPATT: 11\r\n"
	"AT+QSMTPDST?\r\r\n+QSMTPDST: 1,\"ops@example.net\"\r\n" OK
	"AT+QSMTPATT?\r\r\n+QSMTPATT: 1,\"a.txt\",11\r\n" OK
	"AT+QSMTPPUT=300\r" OK "\r\n+QSMTPPUT: 0\r\n";

static void the_line_is_counted(void **state)
{
	struct transaction transaction = make_transaction(1, 1);
	struct transaction_cost_way way = make_way();
	struct transaction_cost cost = transaction_cost_reckon(&transaction, &way);

	(void)state;
	assert_int_equal(cost.line_octets, strlen(whole_dialogue));
	assert_int_equal(cost.commands, 18);
	assert_int_equal(cost.line_ms, strlen(whole_dialogue) * 10 * 1000 / 9600 + 18 * 30);
}

static const char burst_dialogue[] =
	"AT+QSMTPDST=0\r" OK "\r\n+QSMTPDST: 0\r\n"
	"AT+QSMTPDST=1,1,\"ops@example.net\"\r" OK "\r\n+QSMTPDST: 0\r\n"
	"AT+QSMTPSUB=1,\"4469736b2066756c6c\"\r" OK
	"AT+QSMTPBODY=0,123\r" OK "\r\nCONNECT\r\n/var is full\r\n+++\r\n+QSMTPBODY: 14\r\n"
	"AT+QSMTPPUT=300\r" OK "\r\n+QSMTPPUT: 0\r\n";

static void a_burst_is_counted(void **state)
{
	struct transaction transaction = make_transaction(1, 0);
	struct transaction_cost_way way = make_way();

	(void)state;
	transaction.subject_charset = TRANSACTION_UTF8;
	way.session_set = true;
	way.verify = false;
	assert_int_equal(transaction_cost_reckon(&transaction, &way).line_octets,
			 strlen(burst_dialogue));
}

static const char store_dialogue[] =
	"AT+QSMTPDST=0\r" OK "\r\n+QSMTPDST: 0\r\n"
	"AT+QSMTPDST=1,1,\"ops@example.net\"\r" OK "\r\n+QSMTPDST: 0\r\n"
	"AT+QSMTPSUB=0,\"Disk full\"\r" OK
	"AT+QSMTPBODY=0,123\r" OK "\r\nCONNECT\r\n/var is full\r\n+++\r\n+QSMTPBODY: 14\r\n"
	"AT+QFDEL=\"UFS:gsmtpd-a.txt\"\r" OK
	"AT+QFUPL=\"UFS:gsmtpd-a.txt\",11,123\r" OK
	"\r\nCONNECT\r\n0123456789\n\r\n+QFUPL: 11,abcd\r\n"
	"AT+QSMTPATT=\"/UFS/gsmtpd-a.txt\"\r" OK "\r\n+QSMTPATT: 11\r\n"
	"AT+QSMTPATT?\r\r\n+QSMTPATT: 1,\"/UFS/gsmtpd-a.txt\",11\r\n" OK
	"AT+QSMTPDST?\r\r\n+QSMTPDST: 1,\"ops@example.net\"\r\n" OK
	"AT+QSMTPPUT=300\r" OK "\r\n+QSMTPPUT: 0\r\n"
	"AT+QFDEL=\"UFS:gsmtpd-a.txt\"\r" OK;

static void the_store_is_counted(void **state)
{
	struct transaction transaction = make_transaction(1, 1);
	struct transaction_cost_way way = make_way();

	(void)state;
	way.session_set = way.by_store = true;
	assert_int_equal(transaction_cost_reckon(&transaction, &way).line_octets,
			 strlen(store_dialogue));
}

static void silence_takes_time(void **state)
{
	struct transaction transaction = make_transaction(1, 2);
	struct transaction_cost_way way = make_way();
	int64_t without_ms = transaction_cost_reckon(&transaction, &way).line_ms;

	(void)state;
	way.guard_ms = 1200;
	assert_int_equal(transaction_cost_reckon(&transaction, &way).line_ms - without_ms,
			 3 * 2 * 1200);
	way.by_store = true;
	way.guard_ms = 0;
	without_ms = transaction_cost_reckon(&transaction, &way).line_ms;
	way.guard_ms = 1200;
	assert_int_equal(transaction_cost_reckon(&transaction, &way).line_ms - without_ms, 2 * 1200);
}

static void no_line_takes_no_time(void **state)
{
	struct transaction transaction = make_transaction(1, 0);
	struct transaction_cost_way way = make_way();
	struct transaction_cost cost;

	(void)state;
	way.baud = 0;
	cost = transaction_cost_reckon(&transaction, &way);
	assert_int_equal(cost.line_ms, cost.commands * 30);
}

static void more_takes_more(void **state)
{
	struct transaction_cost_way way = make_way();
	struct transaction_cost before = { 0 };

	(void)state;
	for (size_t recipient_count = 1; recipient_count <= 20; recipient_count++) {
		struct transaction transaction = make_transaction(recipient_count,
								  recipient_count / 2);
		struct transaction_cost cost = transaction_cost_reckon(&transaction, &way);

		assert_true(cost.line_octets > before.line_octets);
		assert_true(cost.line_ms > before.line_ms);
		assert_true(cost.air_octets > before.air_octets);
		before = cost;
	}
}

/* A large body is base64 in segments of 1360 octets: about 4/3 and 78/76 and 1420/1360. */
static void the_air_takes_a_third_more(void **state)
{
	static char octets[100000];
	struct transaction transaction = make_transaction(1, 1);
	struct transaction_cost_way way = make_way();
	size_t without = transaction_cost_reckon(&transaction, &way).air_octets, with;

	(void)state;
	attachments[0].octets = span_make(octets, sizeof octets);
	with = transaction_cost_reckon(&transaction, &way).air_octets;
	assert_in_range(with - without, 142000, 144000);
}

/* 57 octets are a line of base64; the 58th is four more digits and a line end. */
static void base64_is_counted_by_the_digit(void **state)
{
	static char octets[58];
	struct transaction transaction = make_transaction(1, 1);
	struct transaction_cost_way way = make_way();
	size_t air[3];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		attachments[0].octets = span_make(octets, 56 + i);
		air[i] = transaction_cost_reckon(&transaction, &way).air_octets;
	}
	assert_int_equal(air[1] - air[0], 0);
	assert_int_equal(air[2] - air[1], 6);
}

static void costs_are_added(void **state)
{
	struct transaction_cost sum = { 1, 2, 3, 4 }, cost = { 10, 20, 30, 40 };

	(void)state;
	transaction_cost_add(&sum, &cost);
	assert_int_equal(sum.line_octets, 11);
	assert_int_equal(sum.commands, 22);
	assert_int_equal(sum.line_ms, 33);
	assert_int_equal(sum.air_octets, 44);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD(&rows, "a whole dialogue to the octet", the_line_is_counted);
	ROWS_ADD(&rows, "the next mail of a burst", a_burst_is_counted);
	ROWS_ADD(&rows, "attachments by the file store", the_store_is_counted);
	ROWS_ADD(&rows, "silence around each escape", silence_takes_time);
	ROWS_ADD(&rows, "without a line only the module takes time", no_line_takes_no_time);
	ROWS_ADD(&rows, "more never takes less", more_takes_more);
	ROWS_ADD(&rows, "base64 and packets over the air", the_air_takes_a_third_more);
	ROWS_ADD(&rows, "base64 by the digit", base64_is_counted_by_the_digit);
	ROWS_ADD(&rows, "costs are added", costs_are_added);
	return rows_run(&rows, "what a transaction takes");
}
