/* SPDX-License-Identifier: ISC */
#include "ctl/ctl_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "ctl/ctl_text.h"

#define ANSWER_MAX (64 * 1024 * 1024)
#define CONNECT_LIMIT_S 5L
#define ANSWER_LIMIT_S 30L

static size_t take(char *octets, size_t size, size_t count, void *context)
{
	return buf_put(context, span_make(octets, size * count)) ? size * count : 0;
}

static CURL *make_handle(const struct ctl_client *client, const char *method, const char *path,
			 struct buf *body)
{
	CURL *curl = curl_easy_init();
	struct buf url = BUF_INIT(1024);

	if (curl == NULL)
		return NULL;
	buf_format(&url, "http://gsmtpd%s", path);
	curl_easy_setopt(curl, CURLOPT_URL, buf_string(&url));
	buf_clear(&url);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, client->socket_path);
	/* $http_proxy must not lead away from the socket. */
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	if (strcmp(method, "POST") == 0)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_LIMIT_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_LIMIT_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	return curl;
}

static int tell_connection(const struct ctl_client *client, CURL *curl, CURLcode code)
{
	long os_error = 0;

	curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_error);
	if (code == CURLE_COULDNT_CONNECT && (os_error == EACCES || os_error == EPERM)) {
		fprintf(stderr, "gsmtpctl: %s: permission denied; be root or in the group of the "
			"socket\n", client->socket_path);
		return EX_NOPERM;
	}
	if (code == CURLE_OPERATION_TIMEDOUT)
		fprintf(stderr, "gsmtpctl: the daemon at %s does not answer in time\n",
			client->socket_path);
	else
		fprintf(stderr, "gsmtpctl: no daemon answers at %s (%s); is gsmtpd running? See: "
			"systemctl status gsmtpd\n", client->socket_path,
			os_error ? strerror((int)os_error) : curl_easy_strerror(code));
	return EX_UNAVAILABLE;
}

/* What the daemon said is wrong. */
static int tell_refusal(json_t *json, long http_status)
{
	const char *message = NULL;
	struct buf text = BUF_INIT(4096);

	json_unpack(json, "{s:{s:s}}", "error", "message", &message);
	ctl_text_escape(span_of(message ? message : "no reason given"), &text);
	fprintf(stderr, "gsmtpctl: %s (HTTP %ld)\n", buf_string(&text), http_status);
	buf_clear(&text);
	return 1;
}

static int judge(const struct ctl_client *client, CURL *curl, CURLcode code, struct buf *body,
		 struct ctl_answer *answer)
{
	long http_status = 0;

	if (code != CURLE_OK)
		return tell_connection(client, curl, code);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
	answer->json = json_loadb(body->at ? body->at : "", body->length, 0, NULL);
	if (answer->json == NULL) {
		fprintf(stderr, "gsmtpctl: what answers at %s is no gsmtpd (HTTP %ld)\n",
			client->socket_path, http_status);
		return EX_PROTOCOL;
	}
	if (http_status >= 300)
		return tell_refusal(answer->json, http_status);
	answer->text = buf_take(body);
	return answer->text ? 0 : EX_OSERR;
}

int ctl_client_ask(const struct ctl_client *client, const char *method, const char *path,
		   struct ctl_answer *answer)
{
	struct buf body = BUF_INIT(ANSWER_MAX);
	CURL *curl = make_handle(client, method, path, &body);
	int result = EX_OSERR;

	*answer = (struct ctl_answer){ NULL, NULL };
	if (curl)
		result = judge(client, curl, curl_easy_perform(curl), &body, answer);
	curl_easy_cleanup(curl);
	buf_clear(&body);
	if (result != 0)
		ctl_client_clear(answer);
	return result;
}

void ctl_client_clear(struct ctl_answer *answer)
{
	free(answer->text);
	json_decref(answer->json);
	*answer = (struct ctl_answer){ NULL, NULL };
}
