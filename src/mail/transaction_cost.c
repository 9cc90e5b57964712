/* SPDX-License-Identifier: ISC */
#include "mail/transaction_cost.h"

#define OCTETS(text) (sizeof(text) - 1)

/* On the line (reference, "Form of the dialogue"). */
#define BITS_AN_OCTET 10
#define CR 1
#define LINE_ENDS OCTETS("\r\n\r\n")		/* around each line of an answer */
#define ANSWER OCTETS("\r\nOK\r\n")
#define ESCAPE OCTETS("+++")
#define TIMEOUT_DIGITS 3			/* of the data's; 60 s and a little as a rule */
#define PUT_TIMEOUT_DIGITS 3
#define STORE_PREFIX OCTETS("gsmtpd-")		/* modem/modem_store.h */
#define CHECKSUM_DIGITS 4
#define TURN_AROUND_MS 30			/* from a command's end to its whole answer */

/* Over the air: what the module writes is told in modem.md, 4. */
#define BASE64_LINE 57				/* octets that make one line of it */
#define BASE64_LINE_LENGTH (76 + OCTETS("\r\n"))
#define ENCODED_WORD (OCTETS("=?UTF-8?B?") + OCTETS("?=\r\n "))
#define ENCODED_WORD_TEXT 39			/* octets of text in one; RFC 2047, 2 */
#define BOUNDARY_LINE OCTETS("--===Quectel_000_0013_01CA1D99.17A48460===\r\n")

/* Assumed: what servers usually say, and segments as GPRS carries them. */
#define GREETING 50
#define EHLO_ANSWER 150
#define SMTP_ANSWER 30
#define NAME_LOOKUP 150				/* DNS, both directions */
#define PACKET_HEADER 40			/* IPv4 and TCP without options */
#define SEGMENT 1360
#define SEGMENT_COST (PACKET_HEADER + PACKET_HEADER / 2)	/* every second one is acknowledged */
#define OPEN_AND_CLOSE (7 * PACKET_HEADER)

static size_t digits_of(size_t number)
{
	size_t digits = 1;

	for (; number >= 10; number /= 10)
		digits++;
	return digits;
}

/* A command of so many octets that is answered by OK, and what comes beside it. */
static void add_command(struct transaction_cost *cost, size_t octets, size_t beside)
{
	cost->commands++;
	cost->line_octets += octets + CR + ANSWER + beside;
}

static void add_text(struct transaction_cost *cost, size_t command, struct span text)
{
	if (text.length > 0)
		add_command(cost, command + text.length, 0);
}

static void add_context(struct transaction_cost *cost, const struct transaction_cost_way *way)
{
	size_t login = way->apn_user.length + way->apn_password_octets;

	if (way->apn.length == 0)
		return;
	add_command(cost, OCTETS("AT+QIFGCNT=0"), 0);
	add_command(cost, OCTETS("AT+QICSGP=1,\"\"") + way->apn.length +
			  (login > 0 ? OCTETS(",\"\",\"\"") + login : 0), 0);
}

static void add_session(struct transaction_cost *cost, const struct transaction_cost_way *way)
{
	if (way->session_set) {
		add_command(cost, OCTETS("AT+QSMTPDST=0"), LINE_ENDS + OCTETS("+QSMTPDST: 0"));
		return;
	}
	add_command(cost, OCTETS("AT+QSMTPCLR"), 0);
	add_command(cost, OCTETS("AT+QSMTPSRV=\"\",") + way->server.length + digits_of(way->port),
		    0);
	if (way->authenticate) {
		add_text(cost, OCTETS("AT+QSMTPUSER=\"\""), way->user);
		add_command(cost, OCTETS("AT+QSMTPPWD=\"\"") + way->password_octets, 0);
	}
	add_text(cost, OCTETS("AT+QSMTPADDR=\"\""), way->address);
	add_text(cost, OCTETS("AT+QSMTPNAME=\"\""), way->name);
	add_command(cost, OCTETS("AT+QSMTPCFG=1,1"), 0);
	add_context(cost, way);
}

static void add_recipients(struct transaction_cost *cost, const struct transaction *transaction,
			   bool verify)
{
	size_t listed = 0;

	for (size_t i = 0; i < transaction->recipient_count; i++) {
		size_t length = transaction->recipients[i].address.length;

		add_command(cost, OCTETS("AT+QSMTPDST=1,1,\"\"") + length,
			    LINE_ENDS + OCTETS("+QSMTPDST: 0"));
		listed += LINE_ENDS + OCTETS("+QSMTPDST: 1,\"\"") + length;
	}
	if (verify)
		add_command(cost, OCTETS("AT+QSMTPDST?"), listed);
}

static void add_subject(struct transaction_cost *cost, const struct transaction *transaction)
{
	size_t length = transaction->subject.length;

	if (transaction->subject_charset != TRANSACTION_ASCII)
		length *= 2;
	add_command(cost, OCTETS("AT+QSMTPSUB=0,\"\"") + length, 0);
}

/* A command that data follows; `result` is the line that follows the data, less the
 * number of octets that it tells. */
static void add_data(struct transaction_cost *cost, size_t command, size_t octets, size_t result)
{
	add_command(cost, command, LINE_ENDS + OCTETS("CONNECT") + octets + LINE_ENDS + result +
				   digits_of(octets));
	cost->commands++;
}

static void add_escape(struct transaction_cost *cost, const struct transaction_cost_way *way)
{
	cost->line_octets += ESCAPE;
	cost->line_ms += 2 * way->guard_ms;
}

static void add_by_line(struct transaction_cost *cost, const struct transaction_cost_way *way,
			size_t name, size_t octets)
{
	add_data(cost, OCTETS("AT+QSMTPATT=\"\",,") + name + digits_of(octets) + TIMEOUT_DIGITS,
		 octets, OCTETS("+QSMTPATT: "));
	add_escape(cost, way);
}

static void add_by_store(struct transaction_cost *cost, size_t name, size_t octets)
{
	size_t stored = STORE_PREFIX + name;

	/* Before and afterwards. */
	add_command(cost, OCTETS("AT+QFDEL=\"UFS:\"") + stored, 0);
	add_command(cost, OCTETS("AT+QFDEL=\"UFS:\"") + stored, 0);
	add_data(cost, OCTETS("AT+QFUPL=\"UFS:\",,") + stored + digits_of(octets) + TIMEOUT_DIGITS,
		 octets, OCTETS("+QFUPL: ,") + CHECKSUM_DIGITS);
	add_command(cost, OCTETS("AT+QSMTPATT=\"/UFS/\"") + stored,
		    LINE_ENDS + OCTETS("+QSMTPATT: ") + digits_of(octets));
}

static void add_attachments(struct transaction_cost *cost, const struct transaction *transaction,
			    const struct transaction_cost_way *way)
{
	size_t listed = 0;

	for (size_t i = 0; i < transaction->attachment_count; i++) {
		const struct transaction_attachment *attachment = &transaction->attachments[i];
		size_t name = attachment->name.length, octets = attachment->octets.length;

		if (way->by_store && octets > 0)
			add_by_store(cost, name, octets);
		else
			add_by_line(cost, way, name, octets);
		listed += LINE_ENDS + OCTETS("+QSMTPATT: 1,\"\",") + name + digits_of(octets);
		if (way->by_store)
			listed += OCTETS("/UFS/") + STORE_PREFIX;
	}
	if (way->verify)
		add_command(cost, OCTETS("AT+QSMTPATT?"), listed);
}

static void add_line(struct transaction_cost *cost, const struct transaction *transaction,
		     const struct transaction_cost_way *way)
{
	add_session(cost, way);
	add_recipients(cost, transaction, way->verify);
	add_subject(cost, transaction);
	add_data(cost, OCTETS("AT+QSMTPBODY=1,") + TIMEOUT_DIGITS, transaction->body.length,
		 OCTETS("+QSMTPBODY: "));
	add_escape(cost, way);
	add_attachments(cost, transaction, way);
	add_command(cost, OCTETS("AT+QSMTPPUT=") + PUT_TIMEOUT_DIGITS,
		    LINE_ENDS + OCTETS("+QSMTPPUT: 0"));
	if (way->baud > 0)
		cost->line_ms += (int64_t)cost->line_octets * BITS_AN_OCTET * 1000 / way->baud;
	cost->line_ms += (int64_t)cost->commands * TURN_AROUND_MS;
}

static size_t base64_octets(size_t octets)
{
	size_t rest = octets % BASE64_LINE;

	return octets / BASE64_LINE * BASE64_LINE_LENGTH +
	       (rest > 0 ? (rest + 2) / 3 * 4 + OCTETS("\r\n") : 0);
}

static size_t subject_octets(const struct transaction *transaction)
{
	size_t length = transaction->subject.length;
	size_t words = (length + ENCODED_WORD_TEXT - 1) / ENCODED_WORD_TEXT;

	if (transaction->subject_charset == TRANSACTION_ASCII)
		return OCTETS("Subject: \r\n") + length;
	return OCTETS("Subject: \r\n") + (length + 2) / 3 * 4 + words * ENCODED_WORD;
}

static size_t header_octets(const struct transaction *transaction,
			    const struct transaction_cost_way *way)
{
	size_t octets = OCTETS("From: \"\" <>\r\nTo: \r\nMIME-Version: 1.0\r\n") + way->name.length +
			way->address.length + subject_octets(transaction);

	for (size_t i = 0; i < transaction->recipient_count; i++)
		if (transaction->recipients[i].type != TRANSACTION_BCC)
			octets += OCTETS("<>,\r\n ") + transaction->recipients[i].address.length;
	return octets;
}

static size_t message_octets(const struct transaction *transaction,
			     const struct transaction_cost_way *way)
{
	size_t octets = header_octets(transaction, way) +
			OCTETS("Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n") +
			3 * BOUNDARY_LINE +
			OCTETS("Content-Type: text/plain; charset=\"UTF-8\"\r\n"
			       "Content-Transfer-Encoding: base64\r\n\r\n") +
			base64_octets(transaction->body.length);

	for (size_t i = 0; i < transaction->attachment_count; i++)
		octets += BOUNDARY_LINE +
			  OCTETS("Content-Type: application/octet-stream; name=\"\"\r\n"
				 "Content-Disposition: attachment; file_name=\"\"\r\n"
				 "Content-Transfer-Encoding: base64\r\n\r\n") +
			  2 * transaction->attachments[i].name.length +
			  base64_octets(transaction->attachments[i].octets.length);
	return octets;
}

/* A line each way, a packet each way. */
static size_t exchange_octets(size_t command, size_t answer)
{
	return command + answer + 2 * PACKET_HEADER;
}

static size_t dialogue_octets(const struct transaction *transaction,
			      const struct transaction_cost_way *way)
{
	size_t octets = exchange_octets(0, GREETING) +
			exchange_octets(OCTETS("EHLO localhost\r\n"), EHLO_ANSWER) +
			exchange_octets(OCTETS("MAIL FROM:<>\r\n") + way->address.length,
					SMTP_ANSWER) +
			exchange_octets(OCTETS("DATA\r\n"), SMTP_ANSWER) +
			exchange_octets(OCTETS("\r\n.\r\n"), SMTP_ANSWER) +
			exchange_octets(OCTETS("QUIT\r\n"), SMTP_ANSWER);

	for (size_t i = 0; i < transaction->recipient_count; i++)
		octets += exchange_octets(OCTETS("RCPT TO:<>\r\n") +
					  transaction->recipients[i].address.length, SMTP_ANSWER);
	if (way->authenticate)
		octets += exchange_octets(OCTETS("AUTH LOGIN\r\n"), SMTP_ANSWER) +
			  exchange_octets(base64_octets(way->user.length), SMTP_ANSWER) +
			  exchange_octets(base64_octets(way->password_octets), SMTP_ANSWER);
	return octets;
}

struct transaction_cost transaction_cost_reckon(const struct transaction *transaction,
						const struct transaction_cost_way *way)
{
	struct transaction_cost cost = { 0 };
	size_t message = message_octets(transaction, way);

	add_line(&cost, transaction, way);
	cost.air_octets = NAME_LOOKUP + OPEN_AND_CLOSE + dialogue_octets(transaction, way) +
			  message + (message + SEGMENT - 1) / SEGMENT * SEGMENT_COST;
	return cost;
}

void transaction_cost_add(struct transaction_cost *sum, const struct transaction_cost *cost)
{
	sum->line_octets += cost->line_octets;
	sum->commands += cost->commands;
	sum->line_ms += cost->line_ms;
	sum->air_octets += cost->air_octets;
}
