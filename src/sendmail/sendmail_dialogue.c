/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_dialogue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "mail/address.h"
#include "sendmail/sendmail_tell.h"

#define BATCH_MAX 100 /* recipients that every server takes (RFC 5321, 4.5.3.1.8) */
#define COMMANDS_MAX 65536 /* a batch of the longest addresses with NOTIFY= is half of it */
#define REFUSALS_TOLD_MAX 10
#define NAMES_MAX ((size_t)ENVELOPE_RECIPIENTS_MAX * (ADDRESS_MAX + 1))
#define NOT_QUEUED "the message was not queued"

struct dialogue {
	struct sendmail_client *client;
	const struct envelope *envelope;
	const struct sendmail_message *message;
	const struct sendmail_options *options;
	bool pipelining, size, eight_bit, dsn; /* what the server offers */
	bool probing;			  /* RSET instead of DATA: nothing is sent yet */
	bool *done;			  /* recipients: the message was taken for them */
	size_t batch[BATCH_MAX];	  /* of this transaction, as in the envelope */
	bool accepted[BATCH_MAX];
	size_t batch_count, accepted_count;
	bool sender_taken;
	struct buf commands;
	int status; /* the first failure */
	unsigned refusals;
};

static int tell_broken(int result, const char *outcome)
{
	sendmail_tell("%s; %s",
		      result == -ETIMEDOUT ? "the mail daemon does not answer" :
		      result == -EPROTO	   ? "what answers there does not speak SMTP" :
		      result == -ENOMEM	   ? "out of memory" :
					     "the mail daemon hung up",
		      outcome);
	return EX_TEMPFAIL;
}

static int tell_refused(const struct sendmail_reply *reply, const char *what)
{
	sendmail_tell("%s refused: %d %.*s", what, reply->code, SPAN_ARG(reply->text));
	return sendmail_reply_exit(reply);
}

/* Sends a command and waits for what is said to it. */
static int ask(struct dialogue *dialogue, struct sendmail_reply *reply)
{
	sendmail_client_send(dialogue->client, buf_span(&dialogue->commands));
	return sendmail_client_reply(dialogue->client, reply);
}

static int greet(struct dialogue *dialogue, const char *hostname)
{
	struct sendmail_reply reply;
	int result = sendmail_client_reply(dialogue->client, &reply);

	/* 4.3.2: it stops, so there is nothing to wait for (RFC 3463, 3.4). */
	if (result == 0 && reply.code == 421 && !span_starts(reply.text, "4.3.2"))
		return SENDMAIL_BUSY;
	if (result == 0 && reply.code != 220)
		return tell_refused(&reply, "connection");
	buf_format(&dialogue->commands, "EHLO %s\r\n", hostname);
	if (result == 0)
		result = ask(dialogue, &reply);
	if (result == 0 && reply.code >= 500) {
		buf_reset(&dialogue->commands);
		buf_format(&dialogue->commands, "HELO %s\r\n", hostname);
		result = ask(dialogue, &reply);
	}
	if (result < 0)
		return tell_broken(result, NOT_QUEUED);
	if (reply.code != 250)
		return tell_refused(&reply, "greeting");
	dialogue->pipelining = sendmail_reply_offers(&reply, "PIPELINING");
	dialogue->size = sendmail_reply_offers(&reply, "SIZE");
	dialogue->eight_bit = sendmail_reply_offers(&reply, "8BITMIME");
	dialogue->dsn = sendmail_reply_offers(&reply, "DSN");
	return 0;
}

/* A value of an option in capitals, as the RFC writes it. */
static void put_capitals(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		buf_byte(out, *text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text);
}

/* RFC 3461, 4: xtext. */
static void put_xtext(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text == '+' || *text == '=')
			buf_format(out, "+%02X", (unsigned)*text);
		else
			buf_byte(out, *text);
}

static void put_mail(struct dialogue *dialogue, struct buf *out)
{
	const struct sendmail_options *options = dialogue->options;

	buf_format(out, "MAIL FROM:<%s>", dialogue->envelope->sender);
	if (dialogue->size)
		buf_format(out, " SIZE=%zu", dialogue->message->octets);
	if (dialogue->eight_bit && dialogue->message->eight_bit)
		buf_text(out, " BODY=8BITMIME");
	if (dialogue->dsn && options->returns != NULL) {
		buf_text(out, " RET=");
		put_capitals(out, options->returns);
	}
	if (dialogue->dsn && options->envelope_id != NULL) {
		buf_text(out, " ENVID=");
		put_xtext(out, options->envelope_id);
	}
}

static void put_recipient(struct dialogue *dialogue, const char *address, struct buf *out)
{
	buf_format(out, "RCPT TO:<%s>", address);
	if (dialogue->dsn && dialogue->options->notify != NULL) {
		buf_text(out, " NOTIFY=");
		put_capitals(out, dialogue->options->notify);
	}
}

/* The commands of a transaction by number: MAIL, the RCPTs, DATA. */
static void put_command(struct dialogue *dialogue, size_t number)
{
	struct buf *out = &dialogue->commands;

	if (number == 0)
		put_mail(dialogue, out);
	else if (number <= dialogue->batch_count)
		put_recipient(dialogue,
			      dialogue->envelope->recipients[dialogue->batch[number - 1]].address,
			      out);
	else
		buf_text(out, dialogue->probing ? "RSET" : "DATA");
	buf_text(out, "\r\n");
}

static void choose_batch(struct dialogue *dialogue)
{
	dialogue->batch_count = 0;
	dialogue->accepted_count = 0;
	for (size_t i = 0; i < dialogue->envelope->recipient_count; i++)
		if (!dialogue->done[i] && dialogue->batch_count < BATCH_MAX)
			dialogue->batch[dialogue->batch_count++] = i;
}

static void fail(struct dialogue *dialogue, const struct sendmail_reply *reply, const char *what)
{
	int status = sendmail_reply_exit(reply);

	if (dialogue->refusals++ < REFUSALS_TOLD_MAX)
		tell_refused(reply, what);
	if (dialogue->status == 0)
		dialogue->status = status;
}

static void judge_recipient(struct dialogue *dialogue, size_t place,
			    const struct sendmail_reply *reply)
{
	bool good = reply->code == 250 || reply->code == 251;

	dialogue->accepted[place] = good;
	if (good)
		dialogue->accepted_count++;
	/* 452: the transaction is full; those that are left get one of their own
	 * (RFC 5321, 4.5.3.1.10). */
	else if (reply->code != 452 || dialogue->accepted_count == 0)
		fail(dialogue, reply,
		     dialogue->envelope->recipients[dialogue->batch[place]].address);
}

static void judge(struct dialogue *dialogue, size_t number, const struct sendmail_reply *reply)
{
	if (number == 0) {
		dialogue->sender_taken = reply->code == 250;
		/* What is refused with these is its size (RFC 1870, 6.1). */
		if (!dialogue->sender_taken)
			fail(dialogue, reply,
			     reply->code == 552 || reply->code == 452 ? "message" : "sender");
	} else if (!dialogue->sender_taken) {
		/* Whatever follows a MAIL that was refused is only its echo. */
		return;
	} else if (number <= dialogue->batch_count) {
		judge_recipient(dialogue, number - 1, reply);
	} else if (dialogue->status == 0 && reply->code != (dialogue->probing ? 250 : 354)) {
		fail(dialogue, reply, "message");
	}
}

static int run_pipelined(struct dialogue *dialogue)
{
	size_t count = dialogue->batch_count + 2;
	struct sendmail_reply reply;
	int result = 0;

	for (size_t i = 0; i < count; i++)
		put_command(dialogue, i);
	sendmail_client_send(dialogue->client, buf_span(&dialogue->commands));
	for (size_t i = 0; i < count && result == 0; i++) {
		result = sendmail_client_reply(dialogue->client, &reply);
		if (result == 0)
			judge(dialogue, i, &reply);
	}
	return result;
}

static int run_one_by_one(struct dialogue *dialogue)
{
	size_t count = dialogue->batch_count + 2;
	struct sendmail_reply reply;
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		/* Not to all is to none: DATA is not even begun. */
		if (dialogue->status != 0 && (!dialogue->sender_taken || i == count - 1))
			break;
		buf_reset(&dialogue->commands);
		put_command(dialogue, i);
		result = ask(dialogue, &reply);
		if (result == 0)
			judge(dialogue, i, &reply);
	}
	return result;
}

/* Those that the server took in this transaction are done with. */
static void mark_done(struct dialogue *dialogue)
{
	for (size_t i = 0; i < dialogue->batch_count; i++)
		if (dialogue->accepted[i])
			dialogue->done[dialogue->batch[i]] = true;
}

static int run_data(struct dialogue *dialogue)
{
	struct sendmail_reply reply;
	int result;

	sendmail_client_send(dialogue->client, buf_span(&dialogue->message->wire));
	result = sendmail_client_reply(dialogue->client, &reply);
	if (result < 0)
		return tell_broken(result, "it is not known whether the message was queued");
	return reply.code == 250 ? 0 : tell_refused(&reply, "message");
}

static int run_transaction(struct dialogue *dialogue)
{
	int result;

	choose_batch(dialogue);
	buf_reset(&dialogue->commands);
	result = dialogue->pipelining ? run_pipelined(dialogue) : run_one_by_one(dialogue);
	if (result < 0)
		return dialogue->status ? dialogue->status : tell_broken(result, NOT_QUEUED);
	result = dialogue->status;
	if (result == 0 && !dialogue->probing)
		result = run_data(dialogue);
	if (result == 0)
		mark_done(dialogue);
	return result;
}

static size_t count_done(const struct dialogue *dialogue)
{
	size_t count = 0;

	for (size_t i = 0; i < dialogue->envelope->recipient_count; i++)
		count += dialogue->done[i];
	return count;
}

/* One failed behind others that cannot be called back. */
static void tell_who_is_left(const struct dialogue *dialogue)
{
	struct buf names = BUF_INIT(NAMES_MAX);

	for (size_t i = 0; i < dialogue->envelope->recipient_count; i++)
		if (!dialogue->done[i])
			buf_format(&names, " %s", dialogue->envelope->recipients[i].address);
	sendmail_tell("queued for %zu of %zu recipients; send it again to the others only:%s",
		      count_done(dialogue), dialogue->envelope->recipient_count,
		      buf_string(&names));
	buf_clear(&names);
}

static int run_transactions(struct dialogue *dialogue, bool probing)
{
	size_t count = dialogue->envelope->recipient_count;
	int status = 0;

	dialogue->probing = probing;
	memset(dialogue->done, 0, count * sizeof(*dialogue->done));
	while (status == 0 && count_done(dialogue) < count)
		status = run_transaction(dialogue);
	if (status != 0 && !probing && count_done(dialogue) > 0)
		tell_who_is_left(dialogue);
	return status;
}

int sendmail_dialogue_run(struct sendmail_client *client, const char *hostname,
			  const struct sendmail_options *options, const struct envelope *envelope,
			  const struct sendmail_message *message)
{
	struct dialogue dialogue = {
		.client = client,
		.envelope = envelope,
		.message = message,
		.options = options,
	};
	int status;

	dialogue.done = calloc(envelope->recipient_count, sizeof(*dialogue.done));
	buf_init(&dialogue.commands, COMMANDS_MAX);
	if (dialogue.done == NULL)
		status = tell_broken(-ENOMEM, NOT_QUEUED);
	else
		status = greet(&dialogue, hostname);
	if (status == 0 && envelope->recipient_count > BATCH_MAX)
		status = run_transactions(&dialogue, true);
	if (status == 0)
		status = run_transactions(&dialogue, false);
	if (status == 0)
		sendmail_client_send(client, span_of("QUIT\r\n"));
	buf_clear(&dialogue.commands);
	free(dialogue.done);
	return status;
}
