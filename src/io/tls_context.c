/* SPDX-License-Identifier: ISC */
#include "io/tls_context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "io/conf_file.h"

#define PEM_MAX (128 * 1024) /* octets of a file */

/* Debian's group ssl-cert may read keys. */
#define KEY_FORBIDDEN (S_IRWXO | S_IWGRP | S_IXGRP)

/* AEAD with forward secrecy; those of TLS 1.3 all are. */
#define SUITES "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL"

struct tls_context {
	SSL_CTX *openssl;
};

/* What went wrong in OpenSSL, for people. */
static const char *reason(void)
{
	unsigned long error = ERR_peek_last_error();
	const char *text = ERR_reason_error_string(error);

	return text ? text : "out of memory";
}

static int refuse(char *why, const char *name, const char *what, const char *allowed)
{
	snprintf(why, TLS_CONTEXT_WHY_SIZE, "%.300s: %s; allowed: %s", name, what, allowed);
	ERR_clear_error();
	return -EINVAL;
}

/* One that wants a passphrase gets none: nobody sits at a daemon. */
static int no_passphrase(char *out, int size, int writing, void *asked)
{
	(void)out;
	(void)size;
	(void)writing;
	*(int *)asked = 1;
	return 0;
}

/* The rest of the file of the certificate. */
static bool use_chain(SSL_CTX *openssl, BIO *pem)
{
	unsigned long error;
	X509 *one;

	while ((one = PEM_read_bio_X509(pem, NULL, NULL, NULL)) != NULL) {
		if (SSL_CTX_add0_chain_cert(openssl, one) != 1) {
			X509_free(one);
			return false;
		}
	}
	error = ERR_peek_last_error();
	ERR_clear_error();
	return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static int use_certificate(SSL_CTX *openssl, BIO *pem, const char *name, char *why)
{
	X509 *own = PEM_read_bio_X509_AUX(pem, NULL, NULL, NULL);
	int result = 0;

	if (own == NULL)
		return refuse(why, name, "it holds no certificate",
			      "a PEM file, the server's certificate first");
	if (SSL_CTX_use_certificate(openssl, own) != 1)
		result = refuse(why, name, reason(), "a certificate that is strong enough");
	else if (!use_chain(openssl, pem))
		result = refuse(why, name, "a certificate behind the first is damaged",
				"those that lead to the authority, PEM");
	X509_free(own);
	return result;
}

static int use_key(SSL_CTX *openssl, BIO *pem, const char *name, char *why)
{
	int asked = 0, result = 0;
	EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, no_passphrase, &asked);

	if (key == NULL)
		return refuse(why, name,
			      asked ? "the key wants a passphrase" : "it holds no private key",
			      "a PEM file, the key without a passphrase");
	/* Compares it with the certificate, too. */
	if (SSL_CTX_use_PrivateKey(openssl, key) != 1)
		result = refuse(why, name, "the key is not that of the certificate",
				"the key that tls-certificate was made with");
	EVP_PKEY_free(key);
	return result;
}

static int load(SSL_CTX *openssl, const char *name, mode_t forbidden, char *why,
		int (*use)(SSL_CTX *openssl, BIO *pem, const char *name, char *why))
{
	char *text = malloc(PEM_MAX);
	size_t length = 0;
	BIO *pem = NULL;
	int result = -ENOMEM;

	if (text != NULL)
		result = conf_file_read_text(name, forbidden, text, PEM_MAX, &length, why,
					     TLS_CONTEXT_WHY_SIZE);
	if (result == 0) {
		pem = BIO_new_mem_buf(text, (int)length);
		result = pem ? use(openssl, pem, name, why) : -ENOMEM;
		BIO_free(pem);
	}
	if (text != NULL)
		explicit_bzero(text, PEM_MAX);
	free(text);
	return result;
}

static void warn_of_dates(const SSL_CTX *openssl, const char *name, char *why)
{
	const X509 *own = SSL_CTX_get0_certificate(openssl);

	why[0] = '\0';
	if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0)
		snprintf(why, TLS_CONTEXT_WHY_SIZE,
			 "%.300s: the certificate has expired: clients that look will go away", name);
	else if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0)
		snprintf(why, TLS_CONTEXT_WHY_SIZE,
			 "%.300s: the certificate is not valid yet: is the clock right?", name);
}

static bool set_rules(SSL_CTX *openssl)
{
	char groups[] = "X25519:P-256:P-384"; /* not const: OpenSSL's macro */

	SSL_CTX_set_options(openssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					     SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
					     SSL_OP_PRIORITIZE_CHACHA |
					     /* An end without goodbye is one of TCP: a message ends
					      * with its dot, so nothing can be cut off unseen. */
					     SSL_OP_IGNORE_UNEXPECTED_EOF |
					     /* Passwords come this way. */
					     SSL_OP_CLEANSE_PLAINTEXT);
	/* Sessions that idle keep no record buffers. */
	SSL_CTX_set_mode(openssl, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(openssl, SSL_SESS_CACHE_OFF);
	return SSL_CTX_set_num_tickets(openssl, 0) == 1 &&
	       SSL_CTX_set_min_proto_version(openssl, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set_cipher_list(openssl, SUITES) == 1 &&
	       SSL_CTX_set1_groups_list(openssl, groups) == 1;
}

struct tls_context *tls_context_new(const char *certificate, const char *key,
				    char why[static TLS_CONTEXT_WHY_SIZE])
{
	struct tls_context *context = calloc(1, sizeof(*context));
	int result = -ENOMEM;

	snprintf(why, TLS_CONTEXT_WHY_SIZE, "out of memory");
	if (context != NULL)
		context->openssl = SSL_CTX_new(TLS_server_method());
	if (context != NULL && context->openssl != NULL && set_rules(context->openssl))
		result = load(context->openssl, certificate, 0, why, use_certificate);
	if (result == 0)
		result = load(context->openssl, key, KEY_FORBIDDEN, why, use_key);
	if (result == 0) {
		warn_of_dates(context->openssl, certificate, why);
		return context;
	}
	ERR_clear_error();
	tls_context_free(context);
	errno = -result;
	return NULL;
}

void tls_context_free(struct tls_context *context)
{
	if (context == NULL)
		return;
	SSL_CTX_free(context->openssl);
	free(context);
}

struct ssl_st *tls_context_session(const struct tls_context *context)
{
	SSL *session = SSL_new(context->openssl);

	if (session == NULL)
		ERR_clear_error();
	return session;
}
