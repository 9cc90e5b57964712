/* SPDX-License-Identifier: ISC */
#include "queue/retry.h"

/* How long a busy module is left alone: it is still at the mail before. */
#define BUSY_WAIT_MS 5000

/* "Two tries in all": interface, "What becomes of an outcome", class ours. */
#define OURS_TRIES_MAX 2

/* A machine whose clock is never right must not try for ever, either. */
#define DOUBTED_EXPIRE_MS (INT64_C(30) * 24 * 3600 * 1000)

static int64_t scheduled_wait_ms(const struct retry_policy *policy, unsigned attempts,
				 unsigned jitter_permille)
{
	size_t step = attempts < policy->wait_count ? attempts : policy->wait_count - 1;
	int64_t wait_ms = policy->waits_ms[step];

	return wait_ms + wait_ms / 10 * (int64_t)(jitter_permille % 1000) / 1000;
}

/* A message is never given up for its age alone: a link that was down for days
 * must not turn a mail into a failure that nobody ever tried to send. */
static bool is_expired(const struct retry_policy *policy, const struct retry_history *history)
{
	int64_t expire_ms = policy->expire_ms;

	if (history->clock_doubted && expire_ms < DOUBTED_EXPIRE_MS)
		expire_ms = DOUBTED_EXPIRE_MS;
	return policy->expire_ms > 0 && history->attempts > 0 && history->age_ms > expire_ms;
}

static struct retry_decision decide(enum retry_action action)
{
	return (struct retry_decision){ .action = action };
}

static struct retry_decision decide_again(enum retry_action action,
					  const struct retry_policy *policy,
					  const struct retry_history *history,
					  unsigned jitter_permille)
{
	if (is_expired(policy, history))
		return (struct retry_decision){ .action = RETRY_FAIL, .expired = true };
	return (struct retry_decision){
		.action = action,
		.wait_ms = scheduled_wait_ms(policy, history->attempts, jitter_permille),
	};
}

struct retry_decision retry_decide(const struct retry_policy *policy,
				   const struct retry_history *history,
				   const struct verdict *verdict, unsigned jitter_permille)
{
	switch (verdict->class) {
	case VERDICT_DELIVERED:
		return decide(RETRY_DONE);
	case VERDICT_BUSY:
		return (struct retry_decision){ .action = RETRY_NOW, .wait_ms = BUSY_WAIT_MS };
	case VERDICT_LINK:
		return decide(RETRY_OPEN_BREAKER);
	case VERDICT_LATER:
		return decide_again(RETRY_AFTER, policy, history, jitter_permille);
	case VERDICT_UNCERTAIN:
		if (!policy->resend_uncertain)
			return decide(RETRY_FAIL);
		return decide_again(RETRY_RESEND_MARKED, policy, history, jitter_permille);
	case VERDICT_ACCOUNT:
		return decide(RETRY_HOLD_ACCOUNT);
	case VERDICT_CONTENT:
		return decide(history->degraded ? RETRY_FAIL : RETRY_DEGRADE);
	case VERDICT_OURS:
		return decide(history->ours_tries + 1 < OURS_TRIES_MAX ? RETRY_NOW : RETRY_FAIL);
	case VERDICT_RECIPIENT:
	case VERDICT_NEVER:
		return decide(RETRY_FAIL);
	}
	return decide(RETRY_FAIL);
}

bool retry_wants_split(const struct retry_decision *decision, const struct verdict *verdict,
		       size_t recipients)
{
	return recipients > 1 && verdict_wants_split(verdict) && !decision->expired &&
	       (decision->action == RETRY_FAIL || decision->action == RETRY_AFTER);
}
