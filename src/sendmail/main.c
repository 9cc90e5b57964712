/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "conf/conf.h"
#include "mail/address.h"
#include "sendmail/sendmail_caller.h"
#include "sendmail/sendmail_client.h"
#include "sendmail/sendmail_control.h"
#include "sendmail/sendmail_dialogue.h"
#include "sendmail/sendmail_input.h"
#include "sendmail/sendmail_message.h"
#include "sendmail/sendmail_options.h"
#include "sendmail/sendmail_relay.h"
#include "sendmail/sendmail_tell.h"

#define DEFAULT_SUBMIT "unix:/run/gsmtpd/smtp.sock"
#define BUSY_PAUSE_MS 200

static const char usage[] =
	"usage: gsmtp-sendmail [-ti] [-f SENDER] [-F NAME] [--] [RECIPIENT...]\n"
	"       gsmtp-sendmail -bs | -bp | -bi | --help | --version\n"
	"Hands a mail from standard input to gsmtpd. Other options of sendmail are\n"
	"taken and ignored. See gsmtp-sendmail(8).\n";

/* What -f says, else user@domain of the caller. `author` is for a missing
 * From:, so it is never the null sender. The exit status. */
static int find_sender(const struct sendmail_options *options, struct buf *author,
		       struct envelope *envelope)
{
	struct span rest = span_of(options->sender);
	char domain[SENDMAIL_NAME_SIZE];
	bool broken = false, null = true;

	sendmail_caller_domain(domain);
	if (options->sender == NULL)
		null = !sendmail_caller_put(author, domain);
	else if (!span_is(span_trim(rest), "<>"))
		null = !address_next_mailbox(&rest, author, &broken);
	if (!null && address_domain(buf_span(author)).length == 0)
		buf_format(author, "@%s", domain);
	if (!envelope_set(&envelope->sender, buf_span(author)))
		broken = true;
	if (null)
		sendmail_caller_put(author, domain);
	if (!broken && !author->failed)
		return 0;
	sendmail_tell("the sender (-f) is no address; give local@domain or <>");
	return EX_DATAERR;
}

static int add_arguments(const struct sendmail_options *options, struct envelope *envelope)
{
	bool broken = false, fits = true;

	for (char **recipient = options->recipients; fits && *recipient != NULL; recipient++) {
		fits = sendmail_message_add_recipients(span_of(*recipient), envelope, &broken);
		if (broken) {
			sendmail_tell("not an address: %s", *recipient);
			return EX_DATAERR;
		}
	}
	if (!fits)
		sendmail_tell("more than %d recipients", ENVELOPE_RECIPIENTS_MAX);
	return fits ? 0 : EX_DATAERR;
}

static int build(const struct sendmail_options *options, struct span input, struct span author,
		 struct sendmail_message *message, struct envelope *envelope)
{
	struct sendmail_rewrite rewrite = {
		.take_recipients = options->recipients_in_header,
		.full_name = options->full_name,
		.author = author,
	};
	bool broken = false;

	input = sendmail_message_cut(input, options->dots_are_text);
	if (!sendmail_message_build(input, &rewrite, message, envelope, &broken)) {
		sendmail_tell("too many recipients, or out of memory");
		return EX_DATAERR;
	}
	if (broken)
		sendmail_tell("a recipient in the header is no address and was passed over");
	if (envelope->recipient_count == 0) {
		sendmail_tell("no recipients in the header");
		return EX_DATAERR;
	}
	return 0;
}

/* Connects to where GSMTPD_SUBMIT says. The descriptor, or -1 and the exit
 * status. */
static int open_submission(int *status)
{
	const char *submit = getenv("GSMTPD_SUBMIT");
	struct conf_listen listen;
	int fd;

	if (submit == NULL || *submit == '\0')
		submit = DEFAULT_SUBMIT;
	if (conf_parse_listen(span_of(submit), &listen) == CONF_LISTEN_BAD) {
		sendmail_tell("GSMTPD_SUBMIT is bad; give unix:/path, 127.0.0.1:25 or [::1]:25");
		*status = EX_CONFIG;
		return -1;
	}
	fd = sendmail_client_connect(&listen);
	if (fd < 0) {
		sendmail_tell("cannot reach the mail daemon at %s: %s; the message was not queued",
			      submit, strerror(-fd));
		*status = EX_TEMPFAIL;
		return -1;
	}
	return fd;
}

static int try_to_hand_in(const char *hostname, const struct sendmail_options *options,
			  const struct envelope *envelope, const struct sendmail_message *message)
{
	struct sendmail_client client;
	int status = EX_TEMPFAIL, fd = open_submission(&status);

	if (fd < 0)
		return status;
	sendmail_client_init(&client, fd);
	status = sendmail_dialogue_run(&client, hostname, options, envelope, message);
	sendmail_client_clear(&client);
	return status;
}

/* At the full hour many jobs of cron send at once: who is turned away because
 * of that asks again. */
static int hand_in(const struct sendmail_options *options, const struct envelope *envelope,
		   struct sendmail_message *message)
{
	static const struct timespec pause = { .tv_nsec = BUSY_PAUSE_MS * 1000000 };
	char hostname[SENDMAIL_NAME_SIZE];
	int status = SENDMAIL_BUSY;

	sendmail_caller_hostname(hostname);
	if (!buf_text(&message->wire, ".\r\n"))
		return EX_TEMPFAIL;
	for (int waited_ms = 0; waited_ms <= SENDMAIL_WAIT_S * 1000; waited_ms += BUSY_PAUSE_MS) {
		status = try_to_hand_in(hostname, options, envelope, message);
		if (status != SENDMAIL_BUSY)
			return status;
		nanosleep(&pause, NULL);
	}
	sendmail_tell("the mail daemon has too many clients; the message was not queued");
	return EX_TEMPFAIL;
}

static int send_mail(const struct sendmail_options *options)
{
	struct buf input = BUF_INIT(SENDMAIL_INPUT_MAX), author = BUF_INIT(ADDRESS_MAX);
	struct sendmail_message message = { .wire = BUF_INIT(2 * SENDMAIL_INPUT_MAX) };
	struct envelope envelope = { 0 };
	int status = sendmail_input_read(&input);

	if (status == 0)
		status = find_sender(options, &author, &envelope);
	if (status == 0)
		status = add_arguments(options, &envelope);
	if (status == 0)
		status = build(options, buf_span(&input), buf_span(&author), &message, &envelope);
	if (status == 0)
		status = hand_in(options, &envelope, &message);
	envelope_clear(&envelope);
	buf_clear(&message.wire);
	buf_clear(&author);
	buf_clear(&input);
	return status;
}

static int speak_smtp(void)
{
	static const char sorry[] = "421 4.3.2 The mail daemon cannot be reached; try again\r\n";
	int status = EX_TEMPFAIL, fd = open_submission(&status);

	if (fd >= 0)
		return sendmail_relay_run(fd);
	fputs(sorry, stdout);
	fflush(stdout);
	sendmail_input_drain();
	return status;
}

static int run(const struct sendmail_options *options)
{
	switch (options->mode) {
	case SENDMAIL_SEND:
		if (*options->recipients != NULL || options->recipients_in_header)
			return send_mail(options);
		sendmail_input_drain();
		sendmail_tell("no recipients; give them here, or in the header with -t");
		return EX_USAGE;
	case SENDMAIL_SMTP:
		return speak_smtp();
	case SENDMAIL_LIST:
		return sendmail_control_run("queue");
	case SENDMAIL_RELOAD:
		return sendmail_control_reload();
	case SENDMAIL_FLUSH:
		break;
	case SENDMAIL_HELP:
		fputs(usage, stdout);
		break;
	case SENDMAIL_VERSION:
		puts("gsmtp-sendmail " PACKAGE_VERSION);
		break;
	}
	return EX_OK;
}

int main(int argc, char **argv)
{
	struct sendmail_options options;
	struct buf warnings = BUF_INIT(4000);
	const char *fault = sendmail_options_parse(argv, &options, &warnings);
	struct span rest = buf_span(&warnings), line;

	(void)argc;
	sendmail_input_secure();
	while (rest.length > 0 && span_cut(&rest, '\n', &line))
		sendmail_tell("%.*s", SPAN_ARG(line));
	buf_clear(&warnings);
	if (fault == NULL)
		return run(&options);
	sendmail_input_drain();
	sendmail_tell("%s", fault);
	return EX_USAGE;
}
