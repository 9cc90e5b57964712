/* SPDX-License-Identifier: ISC */
/* What the files of an attempt share: attempt.c sends part after part,
 * attempt_judge.c says what an outcome means, attempt_note.c has it written
 * down. Nobody else includes this. */
#ifndef APP_ATTEMPT_INSIDE_H
#define APP_ATTEMPT_INSIDE_H

#include "app/attempt.h"
#include "app/composition.h"
#include "app/parts.h"
#include "queue/journal.h"
#include "queue/retry.h"

/* In which state the entry is left when the attempt ends with recipients still
 * pending. Worse outcomes of later parts replace better ones. */
struct aftermath {
	enum queue_state state;		/* QUEUED, DEFERRED or UNCERTAIN */
	int64_t wait_ms;
	bool counted;
	struct verdict verdict;
	bool has_verdict;
};

struct attempt {
	struct attempt_context context;
	struct queue_entry *entry;
	struct modem_driver *driver;
	const struct settings_modem *modem;
	struct composition *composition;
	struct parts parts;		/* of the composition's list; empty until it is made */
	struct part current;
	size_t room_octets;		/* of attachments that each transaction was made for */
	size_t indices[TRANSACTION_RECIPIENTS_MAX];	/* of the current part's recipients */
	struct at_script script;
	bool sending;			/* the driver runs the script */
	bool in_flight;			/* written down for the current part */
	bool stopping;
	bool noting;			/* a durable note is under way */
	bool abandoned;			/* freed as soon as the note is done */
	enum journal_kind noted;	/* which */
	bool ended_early;		/* the script ended while a note was under way */
	struct at_chat_result early;	/* with this */
	bool committed;			/* the module was told to send the current part */
	const char *step;		/* where its script ended: static text */
	struct verdict verdict;		/* of that */
	bool expired;
	bool stuck;		/* it was put off for silence, which may be the link's */
	struct event *watch;	/* over the driver, while it runs the script */
	int64_t limit_ms;	/* of that */
	bool gave_up;		/* the limit has passed */
	struct aftermath after;
};

/* Of attempt.c. */

/* Sends the next part, or ends the attempt. */
void attempt_next_part(struct attempt *attempt);

/* Leaves the entry as the aftermath says, and is over. */
void attempt_finish(struct attempt *attempt);
void attempt_free(struct attempt *attempt);

/* Whether more pages for the recipients of the current part follow it. */
bool attempt_is_page(const struct attempt *attempt);

/* Of attempt_watch.c: the driver is given as long for a script as its steps may take
 * at most; then it is reset, and the attempt ends all the same. */

bool attempt_watch_open(struct attempt *attempt);
void attempt_watch_close(struct attempt *attempt);
void attempt_watch_begin(struct attempt *attempt);

/* While it waits for the disk, which it cannot help. */
void attempt_watch_pause(struct attempt *attempt);
void attempt_watch_resume(struct attempt *attempt);

/* Of attempt_judge.c. */

/* Acts on the verdict about the current part. */
void attempt_judge(struct attempt *attempt);

/* What the verdict means for the message. */
struct retry_decision attempt_decide(const struct attempt *attempt);

/* The entry's fate if it still has pending recipients; a state further down in
 * the list QUEUED, DEFERRED, UNCERTAIN wins over one before it. */
void attempt_leave(struct attempt *attempt, enum queue_state state, int64_t wait_ms, bool counted);

/* Of attempt_note.c. */

/* Makes the current part's outcome durable, then goes on. */
void attempt_note(struct attempt *attempt, enum journal_kind kind);

/* Nothing of the current part was sent: a restart must not take it for
 * uncertain. */
void attempt_settle_flight(struct attempt *attempt);

/* One page of several is there, and it is not the last one. */
void attempt_note_page(struct attempt *attempt);

#endif
