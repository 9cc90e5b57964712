/* SPDX-License-Identifier: ISC */
/* Addresses: the path of SMTP (RFC 5321, 4.1.2) and the mailbox lists of
 * header fields (RFC 5322, 3.4), both as plain "local@domain" text. */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

#define ADDRESS_MAX 254		/* octets of an address; RFC 5321, 4.5.3.1.3 less the <> */

enum address_fault {
	ADDRESS_OK,
	ADDRESS_SYNTAX,		/* not a path or address by the grammar */
	ADDRESS_TOO_LONG,
	ADDRESS_NO_CARRY,	/* good, but the module cannot carry it in a quoted string */
};

/* Reads a path "<local@domain>" or, leniently, "local@domain" at the front of
 * *rest: quoted local parts, address literals, source routes (dropped), a bare
 * local part (postmaster, root). *address is then the part between the angle
 * brackets, without a source route; empty for "<>". *rest moves behind it. */
enum address_fault address_parse_path(struct span *rest, struct span *address);

/* Whether a whole address is good in itself ("local@domain", or a bare local
 * part when `bare` is true). Unicode is taken only when `utf8`. */
enum address_fault address_check(struct span address, bool bare, bool utf8);

/* Whether the module can carry it: allow-list of octets, local@domain. */
enum address_fault address_check_carry(struct span address);

/* What stands behind the last '@' (outside quotes); empty for a bare address. */
struct span address_domain(struct span address);

/* Same mailbox: domain compared without case, local part exactly. */
bool address_equal(struct span a, struct span b);

/* Pulls the next mailbox out of a header field's value (unfolded or not:
 * comments, groups, quoted strings, encoded words, obsolete routes, lists).
 * *rest moves on; *address is appended to `out` after out was reset. False at
 * the end. A part that is no address is passed over and *broken set. */
bool address_next_mailbox(struct span *rest, struct buf *out, bool *broken);

#endif
