/* SPDX-License-Identifier: ISC */
#include "queue/breaker.h"

void breaker_init(struct breaker *breaker, const int64_t *waits_ms, size_t wait_count)
{
	*breaker = (struct breaker){ .state = BREAKER_CLOSED };
	for (size_t i = 0; i < wait_count && i < BREAKER_STEPS_MAX; i++)
		breaker->waits_ms[breaker->wait_count++] = waits_ms[i];
}

bool breaker_would_allow(const struct breaker *breaker, int64_t now_ms)
{
	switch (breaker->state) {
	case BREAKER_CLOSED:
		return true;
	case BREAKER_OPEN:
		return now_ms >= breaker->retry_at_ms;
	case BREAKER_PROBING:
		/* One mail is a probe; a second would only fail with it. */
		return false;
	}
	return false;
}

bool breaker_allows(struct breaker *breaker, int64_t now_ms)
{
	bool allows = breaker_would_allow(breaker, now_ms);

	if (allows && breaker->state == BREAKER_OPEN)
		breaker->state = BREAKER_PROBING;
	return allows;
}

void breaker_on_failure(struct breaker *breaker, int64_t now_ms)
{
	size_t step = breaker->failures;

	if (step >= breaker->wait_count)
		step = breaker->wait_count ? breaker->wait_count - 1 : 0;
	breaker->failures++;
	breaker->state = BREAKER_OPEN;
	breaker->retry_at_ms = now_ms + breaker->waits_ms[step];
}

void breaker_on_success(struct breaker *breaker)
{
	breaker->state = BREAKER_CLOSED;
	breaker->failures = 0;
	breaker->retry_at_ms = 0;
}

void breaker_return_probe(struct breaker *breaker, int64_t now_ms)
{
	if (breaker->state != BREAKER_PROBING)
		return;
	breaker->state = BREAKER_OPEN;
	breaker->retry_at_ms = now_ms;
}

int64_t breaker_next_ms(const struct breaker *breaker)
{
	return breaker->state == BREAKER_OPEN ? breaker->retry_at_ms : INT64_MAX;
}

const char *breaker_state_name(enum breaker_state state)
{
	switch (state) {
	case BREAKER_CLOSED:
		return "closed";
	case BREAKER_OPEN:
		return "open";
	case BREAKER_PROBING:
		return "probing";
	}
	return "unknown";
}
