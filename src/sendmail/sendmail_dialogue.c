/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_dialogue.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "sendmail/sendmail_tell.h"

#define BATCH_MAX 100 /* recipients that every server takes (RFC 5321, 4.5.3.1.8) */
#define COMMANDS_MAX 65536
#define REFUSALS_TOLD_MAX 10

struct dialogue {
	struct sendmail_client *client;
	const struct envelope *envelope;
	const struct sendmail_message *message;
	bool pipelining, size, eight_bit; /* what the server offers */
	bool *done;			  /* recipients: the message was taken for them */
	size_t batch[BATCH_MAX];	  /* of this transaction, as in the envelope */
	bool accepted[BATCH_MAX];
	size_t batch_count, accepted_count;
	bool sender_taken;
	struct buf commands;
	int status; /* the first failure */
	unsigned refusals;
};

static int tell_broken(int result)
{
	if (result == -ETIMEDOUT)
		sendmail_tell("the mail daemon does not answer; the message was not queued");
	else if (result == -EPROTO)
		sendmail_tell("what answers there does not speak SMTP; the message was not queued");
	else if (result == -ENOMEM)
		sendmail_tell("out of memory; the message was not queued");
	else
		sendmail_tell("the mail daemon hung up; the message was not queued");
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
		return tell_broken(result);
	if (reply.code != 250)
		return tell_refused(&reply, "greeting");
	dialogue->pipelining = sendmail_reply_offers(&reply, "PIPELINING");
	dialogue->size = sendmail_reply_offers(&reply, "SIZE");
	dialogue->eight_bit = sendmail_reply_offers(&reply, "8BITMIME");
	return 0;
}

/* The commands of a transaction by number: MAIL, the RCPTs, DATA. */
static void put_command(struct dialogue *dialogue, size_t number)
{
	struct buf *out = &dialogue->commands;

	if (number == 0) {
		buf_format(out, "MAIL FROM:<%s>", dialogue->envelope->sender);
		if (dialogue->size)
			buf_format(out, " SIZE=%zu", dialogue->message->octets);
		if (dialogue->eight_bit && dialogue->message->eight_bit)
			buf_text(out, " BODY=8BITMIME");
	} else if (number <= dialogue->batch_count) {
		buf_format(out, "RCPT TO:<%s>",
			   dialogue->envelope->recipients[dialogue->batch[number - 1]].address);
	} else {
		buf_text(out, "DATA");
	}
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
		if (!dialogue->sender_taken)
			fail(dialogue, reply, "sender");
	} else if (!dialogue->sender_taken) {
		/* Whatever follows a MAIL that was refused is only its echo. */
		return;
	} else if (number <= dialogue->batch_count) {
		judge_recipient(dialogue, number - 1, reply);
	} else if (dialogue->status == 0 && reply->code != 354) {
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

static int run_data(struct dialogue *dialogue)
{
	struct sendmail_reply reply;
	int result;

	sendmail_client_send(dialogue->client, buf_span(&dialogue->message->wire));
	result = sendmail_client_reply(dialogue->client, &reply);
	if (result < 0)
		return tell_broken(result);
	if (reply.code != 250)
		return tell_refused(&reply, "message");
	for (size_t i = 0; i < dialogue->batch_count; i++)
		if (dialogue->accepted[i])
			dialogue->done[dialogue->batch[i]] = true;
	return 0;
}

static int run_transaction(struct dialogue *dialogue)
{
	int result;

	choose_batch(dialogue);
	buf_reset(&dialogue->commands);
	result = dialogue->pipelining ? run_pipelined(dialogue) : run_one_by_one(dialogue);
	if (result < 0)
		return dialogue->status ? dialogue->status : tell_broken(result);
	return dialogue->status ? dialogue->status : run_data(dialogue);
}

static size_t count_left(const struct dialogue *dialogue)
{
	size_t left = 0;

	for (size_t i = 0; i < dialogue->envelope->recipient_count; i++)
		left += !dialogue->done[i];
	return left;
}

int sendmail_dialogue_run(struct sendmail_client *client, const char *hostname,
			  const struct envelope *envelope, const struct sendmail_message *message)
{
	struct dialogue dialogue = { .client = client, .envelope = envelope, .message = message };
	int status;

	dialogue.done = calloc(envelope->recipient_count, sizeof(*dialogue.done));
	buf_init(&dialogue.commands, COMMANDS_MAX);
	if (dialogue.done == NULL)
		status = tell_broken(-ENOMEM);
	else
		status = greet(&dialogue, hostname);
	while (status == 0 && count_left(&dialogue) > 0)
		status = run_transaction(&dialogue);
	if (status == 0)
		sendmail_client_send(client, span_of("QUIT\r\n"));
	buf_clear(&dialogue.commands);
	free(dialogue.done);
	return status;
}
