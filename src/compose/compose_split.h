/* SPDX-License-Identifier: ISC */
/* From a spooled message file to the list of transactions: who gets the letter
 * together with whom, in how many transactions. The whole work of gsmtpd-compose
 * but its input and output. */
#ifndef COMPOSE_COMPOSE_SPLIT_H
#define COMPOSE_COMPOSE_SPLIT_H

#include "base/buf.h"
#include "base/span.h"
#include "compose/compose_letter.h"
#include "compose/compose_options.h"

/* Appends the list (mail/transaction.h) to an empty buffer, after reading it back:
 * what is appended parses. *failure is a phrase unless COMPOSE_DONE. */
enum compose_outcome compose_split_build(const struct compose_options *options, struct span file,
					 struct buf *out, const char **failure);

#endif
