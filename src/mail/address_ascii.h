/* SPDX-License-Identifier: ISC */
/* Addresses in the form that every mail server takes: Unicode domains as A-labels (RFC
 * 5890), no quotes that nothing needs. The one user of libidn2. Pure. */
#ifndef MAIL_ADDRESS_ASCII_H
#define MAIL_ADDRESS_ASCII_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Puts the address into `out` after that was reset, its domain in ASCII. False when
 * the domain is none by IDNA 2008, or it does not fit. A Unicode local part stays:
 * nothing stands for it in ASCII. A quoted one goes without its quotes where that is
 * the same mailbox (RFC 5321, 4.1.2). */
bool address_to_ascii(struct span address, struct buf *out);

#endif
