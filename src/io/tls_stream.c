/* SPDX-License-Identifier: ISC */
#include "io/tls_stream.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <stdio.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "io/tls_context.h"

struct bufferevent *tls_stream_new(struct event_base *base, int fd,
				   const struct tls_context *context)
{
	struct ssl_st *session = tls_context_session(context);
	struct bufferevent *stream;

	if (session == NULL)
		return NULL;
	/* Not a filter over the plain stream: that one loses the last reply, since its
	 * own output is empty before the socket has taken anything. */
	stream = bufferevent_openssl_socket_new(base, fd, session, BUFFEREVENT_SSL_ACCEPTING,
						BEV_OPT_CLOSE_ON_FREE);
	if (stream == NULL)
		SSL_free(session);
	return stream;
}

const char *tls_stream_describe(struct bufferevent *stream, char out[static TLS_STREAM_TEXT_SIZE])
{
	const SSL *session = bufferevent_openssl_get_ssl(stream);

	snprintf(out, TLS_STREAM_TEXT_SIZE, "%s %s", SSL_get_version(session),
		 SSL_get_cipher_name(session));
	return out;
}

const char *tls_stream_fault(struct bufferevent *stream, char out[static TLS_STREAM_TEXT_SIZE])
{
	unsigned long error = bufferevent_get_openssl_error(stream);
	const char *text = error ? ERR_reason_error_string(error) : NULL;

	snprintf(out, TLS_STREAM_TEXT_SIZE, "%s", text ? text : "the client went away");
	ERR_clear_error();
	return out;
}

void tls_stream_finish(struct bufferevent *stream)
{
	SSL *session = bufferevent_openssl_get_ssl(stream);

	if (session != NULL && SSL_is_init_finished(session))
		SSL_shutdown(session);
	ERR_clear_error();
}
