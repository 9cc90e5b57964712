/* SPDX-License-Identifier: ISC */
/* The certificate, its key and the rules of TLS that all sessions share: 1.2 or later,
 * only suites with forward secrecy and AEAD, no renegotiation, no compression, no
 * resumption (so there is no ticket key that would have to be changed now and then). */
#ifndef IO_TLS_CONTEXT_H
#define IO_TLS_CONTEXT_H

#include <stddef.h>

struct ssl_st;
struct tls_context;

#define TLS_CONTEXT_WHY_SIZE 512

/* Reads both files, by path or name of a credential (PEM; a chain behind the
 * certificate, the key without a passphrase and not for all to read). NULL with a
 * sentence in `why` that names the file, what is wrong and what is allowed; errno is
 * EACCES when it may only be that the caller has no right to look. With a context, `why`
 * may hold a warning (expired ...), or "". */
struct tls_context *tls_context_new(const char *certificate, const char *key,
				    char why[static TLS_CONTEXT_WHY_SIZE]);

/* Sessions under way keep what they need of it. */
void tls_context_free(struct tls_context *context);

/* OpenSSL's state of a new session, or NULL. Of tls_stream alone. */
struct ssl_st *tls_context_session(const struct tls_context *context);

#endif
