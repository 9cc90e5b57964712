/* SPDX-License-Identifier: ISC */
/* Wire safety: which octets may go to the module. One place for compose, which
 * makes texts safe, and for the daemon, which checks them again before a byte
 * is written. In data mode "+++" ends the data and what follows may be run as
 * commands; a quoted parameter has no escape (reference, "Data mode";
 * interface, "What becomes of a mail"). */
#ifndef MAIL_WIRE_TEXT_H
#define MAIL_WIRE_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* A body that is sent in data mode: no "+++", not even together with the
 * terminator behind it (so no '+' at the end), no line that begins with AT, at
 * (any mix of case), A/, a/ or '.', no control character but TAB, CR and LF only
 * as CRLF, ends with CRLF, at least one octet. NULL when safe, else what is
 * wrong. */
const char *wire_text_body_fault(struct span body);

/* Octets of an attachment: no "+++", no '+' at the end, no AT (any mix of case), A/
 * or a/ at the beginning or behind CR or LF. Dots are let through: octets of any
 * kind are full of them, and the module codes a file in base64. */
const char *wire_text_octets_fault(struct span octets);

/* Where octets have to be torn apart so that the first thing in them that is not
 * safe is broken: the offset of its last octet. The length when there is none. */
size_t wire_text_find_break(struct span octets);

/* What stands between quotes in a command: no '"', no octet below 0x20, no
 * 0x7f, no octet above 0x7e, at most `max` octets. */
const char *wire_text_parameter_fault(struct span text, size_t max);

/* An attachment's name: [A-Za-z0-9._-], 1 to 63 octets, not beginning with '.'
 * or '/'. */
const char *wire_text_name_fault(struct span name);

/* Makes any text a safe body: line ends become CRLF, NUL and other controls
 * but TAB become '?', a line that begins as above is indented by one blank, a
 * run of three or more '+' is broken: by U+200D (zero-width joiner) after each
 * second '+' when `utf8`, else by a blank; a line above 998 octets (RFC 5321) is
 * folded behind a blank, or else between characters. *changed tells whether anything but
 * line ends was altered. False when `out` is full (it may be longer than the
 * text). */
bool wire_text_make_body(struct span text, bool utf8, struct buf *out, bool *changed);

#endif
