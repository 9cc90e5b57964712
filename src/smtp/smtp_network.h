/* SPDX-License-Identifier: ISC */
/* Whether a client's numeric address lies in a network: "127.0.0.0/8", "::1". */
#ifndef SMTP_SMTP_NETWORK_H
#define SMTP_SMTP_NETWORK_H

#include <stdbool.h>

#include "base/span.h"

/* An IPv4 address in IPv6 clothes (::ffff:192.0.2.1) is one of IPv4. False when
 * either is malformed: nobody is trusted by a mistake. */
bool smtp_network_matches(struct span network, struct span address);

#endif
