/* SPDX-License-Identifier: ISC */
#include "queue/refusals.h"

#include <stdio.h>
#include <string.h>

bool refusals_note(struct refusals *refusals, const char *id, const struct verdict *verdict)
{
	if (verdict->class == VERDICT_BUSY || verdict->class == VERDICT_LINK)
		return false;
	if (!verdict->has_code || verdict->code != REFUSALS_CODE) {
		*refusals = (struct refusals){ 0 };
		return false;
	}
	if (refusals->count > 0 && strcmp(refusals->last_id, id) == 0)
		return refusals->count >= REFUSALS_IN_A_ROW;
	if (refusals->count < REFUSALS_IN_A_ROW)
		refusals->count++;
	snprintf(refusals->last_id, sizeof refusals->last_id, "%s", id);
	return refusals->count >= REFUSALS_IN_A_ROW;
}
