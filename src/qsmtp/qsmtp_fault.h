/* SPDX-License-Identifier: ISC */
/* What a module cannot carry, found before a byte is sent. */
#ifndef QSMTP_QSMTP_FAULT_H
#define QSMTP_QSMTP_FAULT_H

#include "qsmtp/qsmtp_step.h"

/* NULL when all of it can be carried; else a phrase. */
const char *qsmtp_fault_find(const struct qsmtp_plan *plan);

#endif
