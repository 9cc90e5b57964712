/* SPDX-License-Identifier: ISC */
/* For test_fault_matrix: at which steps a fault can happen, and which outcomes
 * are right then. */
#ifndef TESTS_UNIT_FAULT_ALLOWED_H
#define TESTS_UNIT_FAULT_ALLOWED_H

#include <string.h>

#include "at/at_chat.h"
#include "fault_list.h"

#define FAULT_M(outcome) (1u << AT_CHAT_##outcome)

/* More content than can have been handed out when half of it has arrived. */
#define FAULT_MUCH_DATA 4096

static inline bool fault_ends_by_size(const struct at_step *step, bool self_ending)
{
	return step->data_end == AT_DATA_COUNTED ||
		(step->data_end == AT_DATA_SIZED && self_ending);
}

static inline bool fault_has_part(const struct at_step *step, enum fault_part part)
{
	switch (part) {
	case FAULT_TAKEN:
	case FAULT_OK:
		return step->line.length > 0;
	case FAULT_END:
		return step->line.length > 0 || step->result != NULL;
	case FAULT_INFO:
		return step->verify_expected ? step->expected_count > 0 : step->info != NULL;
	case FAULT_CONNECT:
		return step->data;
	case FAULT_DATA:
		return step->data && step->payload.length > 0;
	case FAULT_RESULT:
		return step->result != NULL;
	case FAULT_HELD:
		return step->hold;
	case FAULT_PARTS:
		break;
	}
	return false;
}

/* Whether the fault can happen at this step at all. */
static inline bool fault_applies(const struct at_step *step, const struct fault *fault,
				 bool last, bool self_ending)
{
	bool store = fault_is_for_store(step);

	switch (fault->row->deed) {
	case FAULT_ONE_MORE:
		return step->verify_expected;
	case FAULT_ONE_LESS:
	case FAULT_ONE_OTHER:
		return step->verify_expected && step->expected_count > 0;
	case FAULT_LENGTH:
		return step->result_is_length && (step->data || step->payload.length > 0) &&
			(int64_t)step->payload.length + fault->row->ms >= 0;
	case FAULT_SUM:
		return step->has_checksum;
	case FAULT_SWAP:
		return step->result != NULL && !store;
	case FAULT_STRAY:
		/* Its OK would come late as well, and no host can tell one OK from another. */
		return step->result != NULL && !store;
	case FAULT_DEAF:
		return fault_has_part(step, FAULT_DATA) && !fault_ends_by_size(step, self_ending);
	case FAULT_DROP:
		/* While it is not known that the size ends the data, the escape may stand
		 * for what was lost: no host can tell. */
		if (step->data_end == AT_DATA_SIZED && self_ending)
			return false;
		return step->data && step->payload.length > 1;
	case FAULT_LEAVES:
	case FAULT_STALL:
		/* Half of it must be on the way while the other half is in our hands. */
		if (fault->part == FAULT_DATA)
			return step->data && step->payload.length > 1;
		break;
	case FAULT_LOST:
	case FAULT_CANCEL:
		if (fault->part == FAULT_END && last)
			return false;
		break;
	case FAULT_MANNER:
	case FAULT_NONE:
	case FAULT_ASIDE:
	case FAULT_INSTEAD:
	case FAULT_ANSWERED_SO:
	case FAULT_LOSE:
	case FAULT_TWICE:
	case FAULT_TWICE_WHOLE:
	case FAULT_LATE:
	case FAULT_SLOW:
	case FAULT_SILENT:
	case FAULT_DEAD:
	case FAULT_TRICKLE:
	case FAULT_RESET:
	case FAULT_DOWN:
		break;
	}
	return fault_has_part(step, fault->part);
}

/* An ERROR in place of an answer. */
static inline unsigned fault_refused(const struct at_step *step)
{
	return step->on_error == AT_ON_ERROR_GO_ON ? FAULT_M(OK) : FAULT_M(ERROR);
}

/* A result that is not the true one. */
static inline unsigned fault_answered(const struct at_step *step, const char *text)
{
	bool number = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');

	if (!number)
		return FAULT_M(TIMEOUT);
	if (text[0] != '-' && step->result_is_length)
		return step->payload.length > 0 ? FAULT_M(MISMATCH) :
			step->data && text[0] != '0' ? FAULT_M(MISMATCH) : FAULT_M(OK);
	/* A number that no integer holds may count as none. */
	if (strlen(text) > 18)
		return FAULT_M(RESULT) | FAULT_M(TIMEOUT) | FAULT_M(OK);
	if (step->any_result || text[0] == '0')
		return FAULT_M(OK) | (text[0] != '-' ? FAULT_M(RESULT) : 0);
	return FAULT_M(RESULT);
}

static inline unsigned fault_lost_part(const struct at_step *step, enum fault_part part)
{
	if (part == FAULT_INFO)
		return step->verify_expected ? FAULT_M(MISMATCH) : FAULT_M(OK);
	/* CONNECT or the length says as much as OK does. */
	if (part == FAULT_OK && step->data)
		return FAULT_M(OK);
	/* The module gives up to wait for the file. */
	if (part == FAULT_CONNECT && fault_is_for_store(step))
		return FAULT_M(TIMEOUT) | FAULT_M(ERROR);
	return FAULT_M(TIMEOUT);
}

static inline unsigned fault_cancelled_at(const struct at_step *steps, size_t count, size_t at,
					  bool held)
{
	for (size_t i = 0; i < at; i++)
		if (steps[i].commits)
			return FAULT_M(OK);
	if (steps[at].commits && !held)
		return FAULT_M(OK);
	return at + 1 == count && !held ? FAULT_M(CANCELLED) | FAULT_M(OK) : FAULT_M(CANCELLED);
}

/* Behind an answer the next command may be on its way already. */
static inline unsigned fault_cancelled(const struct at_step *steps, size_t count, size_t at,
				       enum fault_part part)
{
	unsigned allowed = fault_cancelled_at(steps, count, at, part == FAULT_HELD);

	if (part == FAULT_END)
		allowed |= fault_cancelled_at(steps, count, at + 1, steps[at + 1].hold);
	return allowed;
}

/* Something comes while content is being written. */
static inline unsigned fault_in_data(const struct at_step *step, unsigned else_allowed)
{
	if (step->payload.length > FAULT_MUCH_DATA)
		return FAULT_M(BROKEN_DATA);
	return FAULT_M(BROKEN_DATA) | else_allowed;
}

/* A module that says the same again may be a step ahead of the host until the
 * next line with a name; nothing but harm to the mail is excluded then. */
#define FAULT_ANY_BUT_HARM                                                             \
	(FAULT_M(OK) | FAULT_M(ERROR) | FAULT_M(RESULT) | FAULT_M(MISMATCH) |          \
	 FAULT_M(TIMEOUT) | FAULT_M(BROKEN_DATA))

static inline unsigned fault_twice(const struct at_step *step, const struct fault *fault)
{
	/* An OK too many before PUT is reason enough not to give it. */
	unsigned well = FAULT_M(OK) | FAULT_M(MISMATCH);

	if (fault->part == FAULT_CONNECT && fault->row->ms == 0)
		return FAULT_M(BROKEN_DATA);
	if (fault->part == FAULT_CONNECT && step->payload.length > 0)
		return FAULT_M(BROKEN_DATA) | FAULT_M(OK) | FAULT_M(MISMATCH) | FAULT_M(TIMEOUT);
	if (fault->part == FAULT_INFO && step->verify_expected)
		return FAULT_M(MISMATCH);
	return fault->row->ms > 0 ? FAULT_ANY_BUT_HARM : well;
}

static inline unsigned fault_start(const struct at_step *step, const struct fault *fault, bool last)
{
	bool in_data = fault->part == FAULT_DATA;

	if (fault->part == FAULT_END && last)
		return FAULT_M(OK);
	if (fault->part == FAULT_END && fault->row->text == NULL)
		return FAULT_ANY_BUT_HARM | FAULT_M(RESET);
	/* The line may come in pieces. */
	if (fault->row->text != NULL)
		return FAULT_M(RESET) | (in_data ? FAULT_M(BROKEN_DATA) : 0);
	if (in_data || (fault->part == FAULT_RESULT && step->data))
		return FAULT_M(TIMEOUT) | FAULT_M(RESET) | FAULT_M(BROKEN_DATA) | FAULT_M(ERROR);
	return FAULT_M(TIMEOUT) | FAULT_M(RESET);
}

/* The OK behind a result that ends data is awaited and not missed: what is wrong
 * with it may show at the next command. */
static inline bool fault_is_of_no_need(const struct at_step *step, const struct fault *fault)
{
	return fault_is_for_store(step) && fault->part == FAULT_OK &&
		(fault->row->deed == FAULT_SILENT || fault->row->deed == FAULT_LATE ||
		 fault->row->deed == FAULT_SLOW ||
		 fault->row->deed == FAULT_TRICKLE || fault->row->deed == FAULT_DEAD ||
		 (fault->row->deed == FAULT_RESET && fault->row->text == NULL));
}

/* Octets that the line or the module loses. Who waits for the rest of a file gives
 * it up at last, with an error of its own. */
static inline unsigned fault_badly_carried(const struct at_step *step, const struct fault *fault)
{
	bool store = fault_is_for_store(step);

	if (fault->row->deed == FAULT_DROP)
		return FAULT_M(MISMATCH) | (store ? FAULT_M(ERROR) : 0) |
			(step->data_end == AT_DATA_COUNTED ? FAULT_M(TIMEOUT) : 0);
	if (fault->row->deed == FAULT_DEAF && step->data_end == AT_DATA_PROBED)
		return FAULT_M(OK) | FAULT_M(MISMATCH) | FAULT_M(TIMEOUT);
	return FAULT_M(TIMEOUT) |
		(store && fault->part == FAULT_DATA ? FAULT_M(BROKEN_DATA) : 0);
}

/* The outcomes that are right for this fault at step `at`. */
static inline unsigned fault_allowed(const struct at_step *steps, size_t count, size_t at,
				     const struct fault *fault)
{
	const struct at_step *step = &steps[at];
	bool last = at + 1 == count;
	enum fault_part part = fault->part;

	if (fault_is_of_no_need(step, fault))
		return FAULT_ANY_BUT_HARM | FAULT_M(RESET);
	switch (fault->row->deed) {
	case FAULT_NONE:
	case FAULT_MANNER:
	case FAULT_SWAP:
		return FAULT_M(OK);
	case FAULT_ASIDE:
		return part == FAULT_DATA ? fault_in_data(step, FAULT_M(OK)) : FAULT_M(OK);
	case FAULT_INSTEAD:
		if (part == FAULT_RESULT)
			return FAULT_M(TIMEOUT) | fault_refused(step);
		return fault_refused(step);
	case FAULT_ANSWERED_SO:
		return fault_answered(step, fault->row->text);
	case FAULT_LEAVES:
		return fault_in_data(step, FAULT_M(RESULT));
	case FAULT_LOSE:
		return fault_lost_part(step, part);
	case FAULT_TWICE:
		return fault_twice(step, fault);
	case FAULT_TWICE_WHOLE:
		return FAULT_ANY_BUT_HARM;
	case FAULT_LATE:
	case FAULT_SLOW:
	case FAULT_STRAY:
	case FAULT_SILENT:
	case FAULT_TRICKLE:
		return FAULT_M(TIMEOUT);
	case FAULT_DEAD:
		return part == FAULT_END && last ? FAULT_M(OK) : FAULT_M(TIMEOUT);
	case FAULT_RESET:
	case FAULT_DOWN:
		return fault_start(step, fault, last);
	case FAULT_LOST:
		return FAULT_M(LOST);
	case FAULT_CANCEL:
		return fault_cancelled(steps, count, at, part);
	case FAULT_STALL:
	case FAULT_DEAF:
	case FAULT_DROP:
		return fault_badly_carried(step, fault);
	case FAULT_LENGTH:
	case FAULT_SUM:
	case FAULT_ONE_MORE:
	case FAULT_ONE_LESS:
	case FAULT_ONE_OTHER:
		return FAULT_M(MISMATCH);
	}
	return 0;
}

#endif
