/* SPDX-License-Identifier: ISC */
/* Whatever happens, in whatever order, over restarts of the daemon: the life
 * comes to rest, has a timer, sends nothing but AT commands without a control
 * in them, and burns at most one try of the SIM. */
#include "modem/modem_life.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORDERS_MAX 8	/* in a row without time or event between */

struct game {
	const uint8_t *data;
	size_t size;
	struct modem_life *life;
	int64_t now_ms;
	struct modem_order order;	/* under way; WAIT when none */
	bool mail;
	enum modem_pin_memory disk;
	bool refused;		/* the PIN was refused */
	bool spent;		/* a try was sent whose outcome was not seen */
	bool has_tries;		/* what the counter said last */
	int tries;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static uint8_t take(struct game *game)
{
	if (game->size == 0)
		return 0;
	game->size--;
	return *game->data++;
}

static void begin(struct game *game)
{
	struct modem_life_options options = {
		.dialect = modem_dialect_find("gsm"),
		.command_timeout_ms = 1000, .register_timeout_ms = 60000,
		.has_reset_command = true, .pin = "1234", .pin_memory = game->disk,
	};

	game->order.kind = MODEM_ORDER_WAIT;
	game->mail = false;
	game->has_tries = false;
	/* A refusal that could not be noted is forgotten by a restart: then only the
	 * counter holds it up. */
	game->refused = game->disk == MODEM_PIN_REFUSED;
	game->life = modem_life_new(&options, game->now_ms);
	if (game->life == NULL)
		exit(0);
}

static bool is_pin(const struct modem_order *order)
{
	return order->kind == MODEM_ORDER_RUN && order->steps[0].secret;
}

static void check_order(struct game *game)
{
	const struct modem_order *order = &game->order;

	if (order->kind != MODEM_ORDER_RUN)
		return;
	require(order->count > 0);
	for (size_t i = 0; i < order->count; i++) {
		struct span line = order->steps[i].line;

		require(span_starts(line, "AT") && order->steps[i].answer_ms > 0);
		for (size_t k = 0; k < line.length; k++)
			require(line.at[k] >= 0x20 && line.at[k] < 0x7f);
	}
	if (!is_pin(order))
		return;
	require(order->count == 1 && span_is(order->steps[0].line, "AT+CPIN=\"1234\""));
	require(!game->refused);
	require(game->disk == MODEM_PIN_TRYING || game->disk == MODEM_PIN_ACCEPTED);
	require(!game->has_tries || game->tries >= 3);
	require(!game->spent || game->has_tries || game->disk == MODEM_PIN_ACCEPTED);
	game->spent = true;
}

static void ask(struct game *game)
{
	struct modem_order order;
	int count = 0;

	for (;;) {
		modem_life_next(game->life, game->now_ms, &order);
		if (order.kind == MODEM_ORDER_WAIT)
			break;
		require(++count < ORDERS_MAX);
		require(game->order.kind == MODEM_ORDER_WAIT || order.kind == MODEM_ORDER_CLOSE);
		game->order = order;
		if (order.kind == MODEM_ORDER_CLOSE) {
			game->order.kind = MODEM_ORDER_WAIT;
			game->mail = false;
		}
		check_order(game);
	}
	require(modem_life_deadline_ms(game->life) != INT64_MAX);
	require(modem_life_deadline_ms(game->life) >= game->now_ms ||
		modem_life_state(game->life) == MODEM_SENDING);
	require((unsigned)modem_life_state(game->life) < MODEM_STATES);
	require(strlen(modem_life_why(game->life)) < 200);
}

static const char *const lines[] = {
	"+CPIN: READY", "+CPIN: SIM PIN", "+CPIN: SIM PUK", "+CPIN: NOT READY", "+CPIN: PH-NET PIN",
	"+CREG: 0,1", "+CREG: 0,2", "+CREG: 0,5", "+CGREG: 0,1", "+CSQ: 20,0", "+CSQ: 99,99",
	"+QSMTPCFG: (1)", "+QSMTPCFG: \"account\"", "+COPS: 0,0,\"x\"", "+QPINC: \"SC\",3,10",
	"+QPINC: \"SC\",2,10", "+QTRPIN: 3,3", "RDY", "+CFUN: 1", "NORMAL POWER DOWN", "M95", "",
};

#define LINES (sizeof(lines) / sizeof(lines[0]))

static void hear(struct game *game)
{
	const char *line = lines[take(game) % LINES];

	if (game->order.kind != MODEM_ORDER_RUN)
		return;
	modem_life_info(game->life, game->order.steps[take(game) % game->order.count].label,
			span_of(line));
	if (strcmp(game->order.steps[0].label, "QPINC") != 0)
		return;
	if (strcmp(line, "+QPINC: \"SC\",2,10") == 0)
		game->tries = 2, game->has_tries = true;
	else if (strstr(line, "+QPINC") || strstr(line, "+QTRPIN"))
		game->tries = 3, game->has_tries = true;
}

/* What the real answers would be: else hardly any game gets far. */
static void hear_well(struct game *game)
{
	for (size_t i = 0; i < game->order.count; i++) {
		const struct at_step *step = &game->order.steps[i];

		for (size_t k = 0; step->info != NULL && k < LINES; k++)
			if (step->info[0] != '\0' && strstr(lines[k], step->info) == lines[k]) {
				modem_life_info(game->life, step->label, span_of(lines[k]));
				break;
			}
	}
	if (strcmp(game->order.steps[0].label, "QPINC") == 0)
		game->tries = 3, game->has_tries = true;
}

static struct at_chat_result make_result(struct game *game)
{
	static const int codes[] = { -1, 3, 10, 11, 12, 14, 16, -3, -5, -550, -9, -13 };
	struct at_chat_result result = {
		.outcome = (enum at_chat_outcome)(take(game) % (AT_CHAT_UNSAFE + 1)),
		.label = "QSMTPPUT",
		.has_code = take(game) & 1,
		.code = codes[take(game) % (sizeof(codes) / sizeof(codes[0]))],
		.synced = take(game) & 1,
	};

	if (game->order.kind == MODEM_ORDER_RUN)
		result.label = game->order.steps[take(game) % game->order.count].label;
	if (result.outcome == AT_CHAT_OK)
		result.label = NULL;
	return result;
}

/* What a PIN's end means for the SIM. */
static void note_pin(struct game *game, const struct at_chat_result *result)
{
	bool untried = result->has_code && (result->code == 10 || result->code == 13 ||
					    result->code == 14 || result->code == 15);

	if (result->outcome == AT_CHAT_OK ||
	    (result->outcome == AT_CHAT_ERROR && untried))
		game->spent = false;
	else if (result->outcome == AT_CHAT_ERROR)
		game->refused = true;
}

static void finish(struct game *game, bool well)
{
	struct at_chat_result result = { .outcome = AT_CHAT_OK, .synced = true };
	struct modem_order order = game->order;
	bool done = well || take(game) & 1;

	if (!well)
		result = make_result(game);
	game->order.kind = MODEM_ORDER_WAIT;
	switch (order.kind) {
	case MODEM_ORDER_OPEN:
		if (done)
			modem_life_opened(game->life, game->now_ms);
		else
			modem_life_open_failed(game->life, take(game) & 1, "why", game->now_ms);
		break;
	case MODEM_ORDER_SYNC:
	case MODEM_ORDER_RUN:
		if (is_pin(&order))
			note_pin(game, &result);
		modem_life_finished(game->life, &result, game->now_ms);
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		if (done)
			game->disk = order.pin_memory;
		modem_life_remembered(game->life, done, game->now_ms);
		break;
	case MODEM_ORDER_RESET_COMMAND:
		modem_life_reset_done(game->life, done, game->now_ms);
		break;
	case MODEM_ORDER_CLOSE:
	case MODEM_ORDER_WAIT:
		if (game->mail)
			modem_life_sent(game->life, &result, game->now_ms);
		game->mail = false;
		break;
	}
}

static void play(struct game *game)
{
	switch (take(game) % 12) {
	case 0: case 1: case 2:
		if (game->order.kind == MODEM_ORDER_RUN && !is_pin(&game->order))
			hear_well(game);
		finish(game, true);
		break;
	case 3:
		finish(game, false);
		break;
	case 4: case 5:
		hear(game);
		break;
	case 6:
		game->now_ms += take(game) * 100;
		break;
	case 7:
		game->now_ms = modem_life_deadline_ms(game->life);
		break;
	case 8:
		modem_life_unsolicited(game->life, span_of(lines[take(game) % LINES]),
				       game->now_ms);
		break;
	case 9:
		modem_life_lost(game->life, "lost", game->now_ms);
		game->order.kind = MODEM_ORDER_WAIT;
		game->mail = false;
		break;
	case 10:
		if (modem_life_is_ready(game->life)) {
			modem_life_sending(game->life, game->now_ms);
			game->mail = true;
		} else {
			modem_life_reset(game->life, game->now_ms);
		}
		break;
	case 11:
		modem_life_free(game->life);
		begin(game);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct game game = { .data = data, .size = size };

	begin(&game);
	ask(&game);
	while (game.size > 0) {
		play(&game);
		if (game.order.kind == MODEM_ORDER_WAIT || take(&game) & 1)
			ask(&game);
	}
	modem_life_free(game.life);
	return 0;
}
