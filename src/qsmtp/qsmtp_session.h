/* SPDX-License-Identifier: ISC */
/* What is set once for a burst of mails: the account and its bearer. */
#ifndef QSMTP_QSMTP_SESSION_H
#define QSMTP_QSMTP_SESSION_H

#include "qsmtp/qsmtp_step.h"

#define QSMTP_APN_MAX 100		/* 3GPP TS 23.003, 9.1 */
#define QSMTP_APN_SECRET_MAX 64		/* user and password of the APN */

/* Clears the module and sets it up anew. */
void qsmtp_session_add(struct qsmtp_plan *plan);

#endif
