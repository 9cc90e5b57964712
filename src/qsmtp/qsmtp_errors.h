/* SPDX-License-Identifier: ISC */
/* From what the module answered to a verdict: the error table of the reference
 * and the classes of the contract, one row a code. Pure. */
#ifndef QSMTP_QSMTP_ERRORS_H
#define QSMTP_QSMTP_ERRORS_H

#include "at/at_chat.h"
#include "queue/verdict.h"

/* The verdict of a number given at PUT: 0, one of the 31 codes, or any other
 * (unknown -4xx is later, unknown -5xx never, every other unknown as -1). */
struct verdict qsmtp_errors_verdict(int code);

/* The verdict of a whole script's end, by where and how it ended. */
struct verdict qsmtp_errors_judge(const struct at_chat_result *result);

/* The verdict of a mail that could not even be planned, for this fault of
 * qsmtp_plan_build(). */
struct verdict qsmtp_errors_unplanned(const char *fault);

/* The codes of the table, for tests and documents: row i, false at the end. */
bool qsmtp_errors_row(size_t i, struct verdict *verdict);

#endif
