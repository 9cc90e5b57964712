/* SPDX-License-Identifier: ISC */
/* A libevent stream that speaks TLS from our side of it. */
#ifndef IO_TLS_STREAM_H
#define IO_TLS_STREAM_H

#include <stddef.h>

struct bufferevent;
struct event_base;
struct tls_context;

#define TLS_STREAM_TEXT_SIZE 128

/* Waits on the descriptor for the client to begin; the stream's event callback hears
 * BEV_EVENT_CONNECTED when it holds. The descriptor is closed with the stream. NULL when
 * out of memory: the descriptor stays the caller's. */
struct bufferevent *tls_stream_new(struct event_base *base, int fd,
				   const struct tls_context *context);

/* "TLSv1.3 TLS_AES_256_GCM_SHA384" */
const char *tls_stream_describe(struct bufferevent *stream, char out[static TLS_STREAM_TEXT_SIZE]);

/* Why it does not hold, for a log; of OpenSSL's words only. */
const char *tls_stream_fault(struct bufferevent *stream, char out[static TLS_STREAM_TEXT_SIZE]);

/* Says that nothing more will be said (close_notify), when the socket takes it. */
void tls_stream_finish(struct bufferevent *stream);

#endif
