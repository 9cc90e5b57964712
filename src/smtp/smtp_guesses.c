/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_guesses.h"

#include <arpa/inet.h>

#define ASK_AGAIN_MS 200 /* when others of the address are being looked at */
#define NETWORK_OCTETS 8 /* of an IPv6 address */

struct key {
	unsigned char octets[16];
};

static struct key key_of(struct span address)
{
	struct key key = { { 0 } };
	char numeric[INET6_ADDRSTRLEN];

	if (!span_copy(address, numeric, sizeof(numeric)))
		return key;
	if (inet_pton(AF_INET, numeric, key.octets + 12) == 1) {
		key.octets[11] = key.octets[10] = 0xff;
	} else if (inet_pton(AF_INET6, numeric, key.octets) == 1) {
		memset(key.octets + NETWORK_OCTETS, 0, sizeof(key.octets) - NETWORK_OCTETS);
	} else {
		key = (struct key){ { 0 } };
	}
	return key;
}

static struct smtp_guess *find(struct smtp_guesses *guesses, struct span address)
{
	struct key key = key_of(address);

	for (size_t i = 0; i < SMTP_GUESSES_ADDRESSES; i++) {
		struct smtp_guess *guess = &guesses->entries[i];

		if (guess->used && memcmp(guess->address, key.octets, sizeof(key.octets)) == 0)
			return guess;
	}
	return NULL;
}

/* Whether `a` may rather be forgotten than `b`. */
static bool is_more_harmless(const struct smtp_guess *a, const struct smtp_guess *b)
{
	if (a->used != b->used)
		return !a->used;
	if (a->wrong != b->wrong)
		return a->wrong < b->wrong;
	return a->last_ms < b->last_ms;
}

/* NULL while every one is being looked at. */
static struct smtp_guess *add(struct smtp_guesses *guesses, struct span address)
{
	struct smtp_guess *found = NULL;
	struct key key = key_of(address);

	for (size_t i = 0; i < SMTP_GUESSES_ADDRESSES; i++) {
		struct smtp_guess *guess = &guesses->entries[i];

		if (guess->running == 0 && (found == NULL || is_more_harmless(guess, found)))
			found = guess;
	}
	if (found == NULL)
		return NULL;
	*found = (struct smtp_guess){ .used = true };
	memcpy(found->address, key.octets, sizeof(found->address));
	return found;
}

int64_t smtp_guesses_begin(struct smtp_guesses *guesses, struct span address, int64_t now_ms)
{
	struct smtp_guess *guess = find(guesses, address);

	if (guess == NULL)
		guess = add(guesses, address);
	if (guess == NULL)
		return ASK_AGAIN_MS;
	if (guess->wrong > 0 && now_ms - guess->last_ms >= SMTP_GUESSES_MEMORY_MS)
		guess->wrong = 0;
	if (guess->wrong >= SMTP_GUESSES_MAX)
		return SMTP_GUESSES_CUT_OFF;
	if (guess->wrong > 0 && guess->free_ms > now_ms)
		return guess->free_ms - now_ms;
	if (guess->running >= (guess->wrong < SMTP_GUESSES_FEW ? SMTP_GUESSES_AT_ONCE : 1))
		return ASK_AGAIN_MS;
	guess->running++;
	return 0;
}

static void leave(struct smtp_guess *guess)
{
	if (guess->running > 0)
		guess->running--;
	if (guess->running == 0 && guess->wrong == 0)
		guess->used = false;
}

void smtp_guesses_right(struct smtp_guesses *guesses, struct span address)
{
	struct smtp_guess *guess = find(guesses, address);

	if (guess == NULL)
		return;
	guess->wrong = 0;
	leave(guess);
}

static int64_t wait_behind(unsigned wrong)
{
	int64_t wait_ms = SMTP_GUESSES_FIRST_MS;

	while (--wrong > 0 && wait_ms < SMTP_GUESSES_LAST_MS)
		wait_ms *= 2;
	return wait_ms < SMTP_GUESSES_LAST_MS ? wait_ms : SMTP_GUESSES_LAST_MS;
}

void smtp_guesses_wrong(struct smtp_guesses *guesses, struct span address, int64_t now_ms)
{
	struct smtp_guess *guess = find(guesses, address);

	if (guess == NULL)
		return;
	guess->wrong++;
	guess->last_ms = now_ms;
	guess->free_ms = now_ms + wait_behind(guess->wrong);
	leave(guess);
}

void smtp_guesses_dropped(struct smtp_guesses *guesses, struct span address)
{
	struct smtp_guess *guess = find(guesses, address);

	if (guess != NULL)
		leave(guess);
}
