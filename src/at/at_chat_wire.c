/* SPDX-License-Identifier: ISC */
#include "at/at_chat_state.h"

/* Start bit, eight data bits, stop bit. */
#define BITS_AN_OCTET 10

/* No limit of a script is longer than the module's largest time-out (48000 s),
 * and no clock is near this. */
#define AGES_MS (INT64_MAX / 4000)

int64_t at_chat_later(int64_t at_ms, int64_t by_ms)
{
	if (by_ms < 0)
		by_ms = 0;
	if (by_ms > AGES_MS)
		by_ms = AGES_MS;
	return at_ms > AGES_MS - by_ms ? AGES_MS : at_ms + by_ms;
}

static int64_t wire_us(const struct at_chat *chat, size_t octets)
{
	if (chat->options.baud == 0)
		return 0;
	return (int64_t)octets * BITS_AN_OCTET * 1000000 / chat->options.baud;
}

void at_chat_wire_sent(struct at_chat *chat, size_t octets)
{
	int64_t now_us = chat->now_ms * 1000;

	if (chat->wire_free_us < now_us)
		chat->wire_free_us = now_us;
	chat->wire_free_us += wire_us(chat, octets);
}

void at_chat_wire_set_backlog(struct at_chat *chat, size_t octets)
{
	int64_t free_us = chat->now_ms * 1000 + wire_us(chat, octets);

	if (chat->backlog == 0 || octets < chat->backlog)
		chat->backlog_moved_ms = chat->now_ms;
	chat->backlog = octets;
	if (octets > 0 && chat->wire_free_us < free_us)
		chat->wire_free_us = free_us;
}

int64_t at_chat_wire_done_ms(const struct at_chat *chat, int64_t since_ms)
{
	int64_t done_ms = (chat->wire_free_us + 999) / 1000;

	return done_ms > since_ms ? done_ms : since_ms;
}

int64_t at_chat_wire_room_ms(const struct at_chat *chat)
{
	return (chat->wire_free_us - wire_us(chat, chat->options.piece_octets)) / 1000;
}

bool at_chat_wire_is_stalled(const struct at_chat *chat)
{
	return chat->backlog > 0 &&
	       chat->now_ms >= at_chat_later(chat->backlog_moved_ms, AT_CHAT_STALL_MS);
}
