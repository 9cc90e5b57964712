/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_smtp.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/emulator_outcome.h"
#include "emulator/emulator_record.h"

void emulator_smtp_init(struct emulator_smtp *smtp, const struct emulator_mail *mail,
			const char *url)
{
	*smtp = (struct emulator_smtp){ .mail = mail, .url = url, .socket = -1 };
	pthread_mutex_init(&smtp->lock, NULL);
}

void emulator_smtp_clear(struct emulator_smtp *smtp)
{
	pthread_mutex_destroy(&smtp->lock);
}

void emulator_smtp_stop(struct emulator_smtp *smtp)
{
	pthread_mutex_lock(&smtp->lock);
	smtp->stopped = true;
	if (smtp->socket >= 0)
		shutdown(smtp->socket, SHUT_RDWR);
	pthread_mutex_unlock(&smtp->lock);
}

static bool is_stopped(struct emulator_smtp *smtp)
{
	bool stopped;

	pthread_mutex_lock(&smtp->lock);
	stopped = smtp->stopped;
	pthread_mutex_unlock(&smtp->lock);
	return stopped;
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct emulator_smtp *smtp = context;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

	(void)purpose;
	pthread_mutex_lock(&smtp->lock);
	smtp->socket = fd;
	pthread_mutex_unlock(&smtp->lock);
	return fd;
}

/* Under the lock, so that nobody shuts down what the number means next. */
static int on_close(void *context, curl_socket_t fd)
{
	struct emulator_smtp *smtp = context;
	int result;

	pthread_mutex_lock(&smtp->lock);
	if (smtp->socket == fd)
		smtp->socket = -1;
	result = close(fd);
	pthread_mutex_unlock(&smtp->lock);
	return result;
}

static size_t on_upload(char *out, size_t size, size_t count, void *context)
{
	struct emulator_smtp *smtp = context;
	struct span rest = span_skip(buf_span(&smtp->mail->message), smtp->sent);

	if (smtp->without_auth)
		return CURL_READFUNC_ABORT;
	rest = span_take(rest, size * count);
	if (rest.length > 0)
		memcpy(out, rest.at, rest.length);
	smtp->sent += rest.length;
	return rest.length;
}

static int on_progress(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
		       curl_off_t up)
{
	struct emulator_smtp *smtp = context;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	/* libcurl goes on without AUTH when none is offered; a module does not. */
	return smtp->without_auth || is_stopped(smtp);
}

static void on_command(struct emulator_smtp *smtp, struct span line)
{
	if (span_starts_nocase(line, "AUTH "))
		smtp->authenticating = true;
	else if (span_starts_nocase(line, "MAIL ") || span_starts_nocase(line, "QUIT"))
		smtp->authenticating = false;
	if (span_starts_nocase(line, "QUIT"))
		smtp->quitting = true;
	if (span_starts_nocase(line, "MAIL ") && smtp->mail->authenticate && !smtp->offers_auth)
		smtp->without_auth = true;
	/* What follows AUTH is the password in another dress. */
	if (!smtp->authenticating)
		smtp->log(smtp->context, emulator_record_line("smtp", "host", span_trim(line)));
}

static void on_reply(struct emulator_smtp *smtp, struct span line)
{
	struct span text = span_skip(line, 4);
	int64_t code;

	smtp->log(smtp->context, emulator_record_line("smtp", "module", span_trim(line)));
	if (smtp->quitting || !span_number(span_take(line, 3), 100, 599, &code))
		return;
	smtp->reply = (int)code;
	span_copy(span_trim(line), smtp->reply_text, sizeof(smtp->reply_text));
	if (code == 250 && (span_starts_nocase(text, "AUTH ") || span_starts_nocase(text, "AUTH=")))
		smtp->offers_auth = true;
}

static int on_dialogue(CURL *easy, curl_infotype type, char *octets, size_t length, void *context)
{
	struct span all = span_make(octets, length);
	struct span line;

	(void)easy;
	if (type != CURLINFO_HEADER_IN && type != CURLINFO_HEADER_OUT)
		return 0;
	while (span_cut(&all, '\n', &line)) {
		if (line.length == 0)
			continue;
		if (type == CURLINFO_HEADER_IN)
			on_reply(context, line);
		else
			on_command(context, line);
	}
	return 0;
}

static void set_callbacks(CURL *easy, struct emulator_smtp *smtp)
{
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, smtp);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, smtp);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_upload);
	curl_easy_setopt(easy, CURLOPT_READDATA, smtp);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, smtp);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_dialogue);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, smtp);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
}

static struct curl_slist *set_mail(CURL *easy, const struct emulator_smtp *smtp)
{
	const struct emulator_mail *mail = smtp->mail;
	struct curl_slist *recipients = NULL;

	for (size_t i = 0; i < mail->recipient_count; i++)
		recipients = curl_slist_append(recipients, mail->recipients[i]);
	curl_easy_setopt(easy, CURLOPT_URL, smtp->url);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->sender);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	if (mail->authenticate) {
		/* All that a module knows (modem.md 4). */
		curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
		curl_easy_setopt(easy, CURLOPT_USERNAME, mail->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, mail->password);
	}
	return recipients;
}

static enum emulator_way way_of(CURLcode code, const struct emulator_smtp *smtp)
{
	if (smtp->without_auth)
		return EMULATOR_WAY_NO_MECHANISM;
	switch ((int)code) {
	case CURLE_OK:
		return EMULATOR_WAY_SENT;
	case CURLE_COULDNT_RESOLVE_HOST:
		return EMULATOR_WAY_NO_NAME;
	case CURLE_COULDNT_CONNECT:
		return EMULATOR_WAY_NO_CONNECTION;
	case CURLE_LOGIN_DENIED:
		return smtp->reply >= 400 ? EMULATOR_WAY_OTHER : EMULATOR_WAY_NO_MECHANISM;
	case CURLE_OPERATION_TIMEDOUT:
		return EMULATOR_WAY_TIMEOUT;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return EMULATOR_WAY_CLOSED;
	default:
		return EMULATOR_WAY_OTHER;
	}
}

int emulator_smtp_send(struct emulator_smtp *smtp)
{
	CURL *easy = curl_easy_init();
	struct curl_slist *recipients;
	CURLcode code;
	int result;

	if (easy == NULL)
		return emulator_outcome(EMULATOR_WAY_OTHER, 0, false);
	set_callbacks(easy, smtp);
	recipients = set_mail(easy, smtp);
	code = curl_easy_perform(easy);
	result = emulator_outcome(way_of(code, smtp), smtp->reply, smtp->authenticating);
	smtp->log(smtp->context,
		  json_pack("{s:s, s:i, s:i, s:i, s:o, s:s}", "event", "relay", "mail",
			    (int)smtp->mail->number, "result", result, "reply", smtp->reply,
			    "reply_text", emulator_record_text(span_of(smtp->reply_text)),
			    "curl", curl_easy_strerror(code)));
	curl_easy_cleanup(easy);
	curl_slist_free_all(recipients);
	return result;
}
