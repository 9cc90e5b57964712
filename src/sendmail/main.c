/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf.h"
#include "mail/address.h"
#include "sendmail/sendmail_client.h"
#include "sendmail/sendmail_dialogue.h"
#include "sendmail/sendmail_message.h"
#include "sendmail/sendmail_options.h"
#include "sendmail/sendmail_relay.h"
#include "sendmail/sendmail_tell.h"

#define DEFAULT_SUBMIT "unix:/run/gsmtpd/smtp.sock"
#define INPUT_MAX (64 * 1024 * 1024)
#define READ_SIZE 65536
#define NAME_SIZE 256
#define BUSY_PAUSE_MS 200

static const char usage[] =
	"usage: gsmtp-sendmail [-ti] [-f SENDER] [-F NAME] [--] [RECIPIENT...]\n"
	"       gsmtp-sendmail -bs | -bp | -bi | --help | --version\n"
	"Hands a mail from standard input to gsmtpd. Other options of sendmail are\n"
	"taken and ignored. See gsmtp-sendmail(8).\n";

/* The caller may still be writing: without this it would die of SIGPIPE, and
 * what it has to say about our failure with it. */
static void drain_input(void)
{
	char waste[READ_SIZE];
	ssize_t count;

	if (isatty(STDIN_FILENO))
		return;
	do {
		count = read(STDIN_FILENO, waste, sizeof(waste));
	} while (count > 0 || (count < 0 && errno == EINTR));
}

/* NULs are dropped: text cannot hold them, and the mail matters more. */
static size_t drop_nuls(char *text, size_t length)
{
	char *first = memchr(text, '\0', length);
	size_t kept;

	if (first == NULL)
		return length;
	kept = (size_t)(first - text);
	for (size_t i = kept; i < length; i++)
		if (text[i] != '\0')
			text[kept++] = text[i];
	return kept;
}

/* To the end, whatever happens. The exit status. */
static int read_input(struct buf *input)
{
	for (;;) {
		char *room = buf_room(input, READ_SIZE);
		ssize_t count;

		if (room == NULL) {
			drain_input();
			sendmail_tell("the message is larger than %d MiB", INPUT_MAX >> 20);
			return EX_DATAERR;
		}
		count = read(STDIN_FILENO, room, READ_SIZE);
		if (count == 0)
			return 0;
		if (count < 0 && errno != EINTR) {
			sendmail_tell("cannot read the message: %s", strerror(errno));
			return EX_DATAERR;
		}
		if (count > 0)
			buf_grew(input, drop_nuls(room, (size_t)count));
	}
}

/* Debian's /etc/mailname where there is one, else the machine's name. */
static void find_domain(char domain[static NAME_SIZE])
{
	int fd = open("/etc/mailname", O_RDONLY | O_CLOEXEC);
	char text[NAME_SIZE];
	ssize_t count = fd < 0 ? 0 : read(fd, text, sizeof(text));
	struct span name = span_trim(span_make(text, count > 0 ? (size_t)count : 0));

	if (fd >= 0)
		close(fd);
	name = span_take(name, span_index(name, '\n'));
	if (name.length > 0 && span_copy(name, domain, NAME_SIZE))
		return;
	if (gethostname(domain, NAME_SIZE) < 0)
		snprintf(domain, NAME_SIZE, "localhost");
	domain[NAME_SIZE - 1] = '\0';
}

static bool put_caller(struct buf *address, const char *domain)
{
	const struct passwd *user = getpwuid(getuid());

	if (user != NULL)
		return buf_format(address, "%s@%s", user->pw_name, domain);
	return buf_format(address, "uid%u@%s", (unsigned)getuid(), domain);
}

/* What -f says, else user@domain of the caller. `author` is for a missing
 * From:, so it is never the null sender. The exit status. */
static int find_sender(const struct sendmail_options *options, struct buf *author,
		       struct envelope *envelope)
{
	struct span rest = span_of(options->sender);
	char domain[NAME_SIZE];
	bool broken = false, null = true;

	find_domain(domain);
	if (options->sender == NULL)
		null = !put_caller(author, domain);
	else if (!span_is(span_trim(rest), "<>"))
		null = !address_next_mailbox(&rest, author, &broken);
	if (!null && address_domain(buf_span(author)).length == 0)
		buf_format(author, "@%s", domain);
	if (!envelope_set(&envelope->sender, buf_span(author)))
		broken = true;
	if (null)
		put_caller(author, domain);
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

static int try_to_hand_in(const char *hostname, const struct envelope *envelope,
			  const struct sendmail_message *message)
{
	struct sendmail_client client;
	int status = EX_TEMPFAIL, fd = open_submission(&status);

	if (fd < 0)
		return status;
	sendmail_client_init(&client, fd);
	status = sendmail_dialogue_run(&client, hostname, envelope, message);
	sendmail_client_clear(&client);
	return status;
}

/* At the full hour many jobs of cron send at once: who is turned away because
 * of that asks again. */
static int hand_in(const struct envelope *envelope, struct sendmail_message *message)
{
	static const struct timespec pause = { .tv_nsec = BUSY_PAUSE_MS * 1000000 };
	char hostname[NAME_SIZE];
	int status = SENDMAIL_BUSY;

	if (gethostname(hostname, sizeof(hostname)) < 0 || hostname[0] == '\0')
		snprintf(hostname, sizeof(hostname), "localhost");
	hostname[NAME_SIZE - 1] = '\0';
	if (!buf_text(&message->wire, ".\r\n"))
		return EX_TEMPFAIL;
	for (int waited_ms = 0; waited_ms <= SENDMAIL_WAIT_S * 1000; waited_ms += BUSY_PAUSE_MS) {
		status = try_to_hand_in(hostname, envelope, message);
		if (status != SENDMAIL_BUSY)
			return status;
		nanosleep(&pause, NULL);
	}
	sendmail_tell("the mail daemon has too many clients; the message was not queued");
	return EX_TEMPFAIL;
}

static int send_mail(const struct sendmail_options *options)
{
	struct buf input = BUF_INIT(INPUT_MAX), author = BUF_INIT(ADDRESS_MAX);
	struct sendmail_message message = { .wire = BUF_INIT(2 * INPUT_MAX) };
	struct envelope envelope = { 0 };
	int status = read_input(&input);

	if (status == 0)
		status = find_sender(options, &author, &envelope);
	if (status == 0)
		status = add_arguments(options, &envelope);
	if (status == 0)
		status = build(options, buf_span(&input), buf_span(&author), &message, &envelope);
	if (status == 0)
		status = hand_in(&envelope, &message);
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
	drain_input();
	return status;
}

/* gsmtpctl lies beside this program, whatever link it was called by. */
static int run_control(const char *command)
{
	static const char name[] = "gsmtpctl";
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(name));
	char *slash;

	if (length > 0) {
		path[length] = '\0';
		slash = strrchr(path, '/');
		memcpy(slash ? slash + 1 : path, name, sizeof(name));
		execl(path, name, command, (char *)NULL);
	}
	execl(GSMTPCTL_PATH, name, command, (char *)NULL);
	sendmail_tell("cannot run gsmtpctl: %s", strerror(errno));
	return EX_UNAVAILABLE;
}

static int run(const struct sendmail_options *options)
{
	switch (options->mode) {
	case SENDMAIL_SEND:
		if (*options->recipients != NULL || options->recipients_in_header)
			return send_mail(options);
		drain_input();
		sendmail_tell("no recipients; give them here, or in the header with -t");
		return EX_USAGE;
	case SENDMAIL_SMTP:
		return speak_smtp();
	case SENDMAIL_LIST:
		return run_control("queue");
	case SENDMAIL_RELOAD:
		return run_control("reload");
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
	while (rest.length > 0 && span_cut(&rest, '\n', &line))
		sendmail_tell("%.*s", SPAN_ARG(line));
	buf_clear(&warnings);
	if (fault == NULL)
		return run(&options);
	drain_input();
	sendmail_tell("%s", fault);
	return EX_USAGE;
}
