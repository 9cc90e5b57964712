/* SPDX-License-Identifier: ISC */
#include "queue/verdict.h"

const char *verdict_class_name(enum verdict_class class)
{
	switch (class) {
	case VERDICT_DELIVERED:
		return "delivered";
	case VERDICT_BUSY:
		return "busy";
	case VERDICT_LINK:
		return "link";
	case VERDICT_LATER:
		return "later";
	case VERDICT_UNCERTAIN:
		return "uncertain";
	case VERDICT_ACCOUNT:
		return "account";
	case VERDICT_RECIPIENT:
		return "recipient";
	case VERDICT_CONTENT:
		return "content";
	case VERDICT_OURS:
		return "ours";
	case VERDICT_NEVER:
		return "never";
	}
	return "unknown";
}

bool verdict_wants_split(const struct verdict *verdict)
{
	switch (verdict->class) {
	case VERDICT_RECIPIENT:
	case VERDICT_CONTENT:
	case VERDICT_OURS:
	case VERDICT_NEVER:
		return true;
	case VERDICT_LATER:
		/* "Mailbox busy" of one recipient defers all of them: RFC 5321, 4.2.3;
		 * interface, "What becomes of an outcome". */
		return verdict->has_code && verdict->code == -450;
	case VERDICT_DELIVERED:
	case VERDICT_BUSY:
	case VERDICT_LINK:
	case VERDICT_UNCERTAIN:
	case VERDICT_ACCOUNT:
		return false;
	}
	return false;
}
