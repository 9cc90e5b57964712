/* SPDX-License-Identifier: ISC */
/* Whatever happens, in whatever order, over restarts of the daemon: the life
 * comes to rest, has a timer, sends nothing but AT commands without a control
 * in them, burns at most one try of each SIM, resets the module no more often
 * than its caps allow, and does nothing but listen while a mail of an earlier
 * daemon is to be settled. */
#include "modem/modem_life.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORDERS_MAX 12	/* in a row without time or event between */
#define BOOT_ID "boot"
#define RESETS_MAX 4096

static const char *const iccids[] = {
	"", "8988211000000000014", "8988211000000000022",
};

#define SIMS (sizeof(iccids) / sizeof(iccids[0]))

struct sim {
	enum modem_pin_memory disk;
	bool refused;		/* it refused the PIN */
	bool spent;		/* a try was sent whose outcome was not seen */
};

struct game {
	const uint8_t *data;
	size_t size;
	struct modem_life *life;
	int64_t now_ms;
	struct modem_order order;	/* under way; WAIT when none */
	bool mail;
	bool settling;
	int64_t settle_until_ms;
	bool operator_reset;
	struct sim sims[SIMS];
	size_t sim;		/* which the life asked for last */
	bool has_tries;		/* what the counter said last */
	int tries;
	char memory[MODEM_MEMORY_TEXT_MAX];
	size_t memory_length;
	int64_t resets_ms[RESETS_MAX];	/* of the ladder */
	size_t resets;
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
		.has_reset_command = true, .pin = "1234",
		.baud = 115200, .finds_guard = true, .guard_ms = 1200, .wants_store = true,
		.seed = 7,
	};

	modem_memory_parse(span_make(game->memory, game->memory_length), BOOT_ID, game->now_ms,
			   &options.memory);
	game->order.kind = MODEM_ORDER_WAIT;
	game->mail = false;
	game->has_tries = false;
	game->operator_reset = false;
	/* A refusal that could not be noted is forgotten by a restart: then only the
	 * counter holds it up. */
	for (size_t i = 0; i < SIMS; i++)
		game->sims[i].refused = game->sims[i].disk == MODEM_PIN_REFUSED;
	game->life = modem_life_new(&options, game->now_ms);
	if (game->life == NULL)
		exit(0);
	game->settling = take(game) % 4 == 1;
	if (!game->settling)
		return;
	game->settle_until_ms = game->now_ms + take(game) * 1000;
	modem_life_settle(game->life, game->settle_until_ms, game->now_ms);
}

static bool is_pin(const struct modem_order *order)
{
	return order->kind == MODEM_ORDER_RUN && span_starts(order->steps[0].line, "AT+CPIN=");
}

static bool is_script(const struct modem_order *order)
{
	return order->kind == MODEM_ORDER_RUN || order->kind == MODEM_ORDER_LISTEN;
}

static void check_pin(struct game *game)
{
	const struct modem_order *order = &game->order;
	struct sim *sim = &game->sims[game->sim];

	require(order->count == 1 && span_is(order->steps[0].line, "AT+CPIN=\"1234\""));
	require(order->steps[0].secret);
	require(!sim->refused);
	require(sim->disk == MODEM_PIN_TRYING || sim->disk == MODEM_PIN_ACCEPTED);
	require(!game->has_tries || game->tries >= 3);
	require(!sim->spent || game->has_tries || sim->disk == MODEM_PIN_ACCEPTED);
	sim->spent = true;
}

static void check_steps(const struct modem_order *order)
{
	require(order->count > 0);
	for (size_t i = 0; i < order->count; i++) {
		const struct at_step *step = &order->steps[i];

		require(step->answer_ms > 0);
		require(span_starts(step->line, "AT") ||
			(order->kind == MODEM_ORDER_LISTEN && step->line.length == 0));
		require(step->listens == (order->kind == MODEM_ORDER_LISTEN));
		for (size_t k = 0; k < step->line.length; k++)
			require(step->line.at[k] >= 0x20 && step->line.at[k] < 0x7f);
	}
}

/* Hours and days of the ladder begin when they are needed: two of them lie in
 * any hour at most. */
static void check_caps(const struct game *game)
{
	const int64_t hour_ms = 3600000;
	size_t in_hour = 0, in_day = 0;

	for (size_t i = 0; i < game->resets; i++) {
		in_hour += game->now_ms - game->resets_ms[i] < hour_ms;
		in_day += game->now_ms - game->resets_ms[i] < 24 * hour_ms;
	}
	require(in_hour <= 2 * MODEM_LADDER_RESETS_AN_HOUR);
	require(in_day <= 2 * MODEM_LADDER_RESETS_A_DAY);
}

static void note_reset(struct game *game)
{
	const struct modem_order *order = &game->order;
	bool restart = order->kind == MODEM_ORDER_RUN &&
		span_is(order->steps[0].line, "AT+CFUN=1,1");

	if (!restart && order->kind != MODEM_ORDER_RESET_COMMAND)
		return;
	if (restart && game->operator_reset) {
		game->operator_reset = false;
		return;
	}
	if (game->resets < RESETS_MAX)
		game->resets_ms[game->resets++] = game->now_ms;
	check_caps(game);
}

static void check_order(struct game *game)
{
	const struct modem_order *order = &game->order;

	/* CLOSE: what the shell did not end within a quarter of an hour. */
	if (game->settling)
		require(order->kind == MODEM_ORDER_OPEN || order->kind == MODEM_ORDER_LISTEN ||
			order->kind == MODEM_ORDER_CLOSE);
	else
		require(order->kind != MODEM_ORDER_LISTEN);
	if (order->kind == MODEM_ORDER_SYNC)
		require(modem_life_baud(game->life) != 0);
	if (is_script(order))
		check_steps(order);
	if (is_pin(order))
		check_pin(game);
	note_reset(game);
}

static void remember(struct game *game)
{
	struct buf text = BUF_INIT(MODEM_MEMORY_TEXT_MAX);

	require(modem_memory_format(modem_life_memory(game->life), BOOT_ID, &text));
	memcpy(game->memory, text.at, text.length);
	game->memory_length = text.length;
	buf_clear(&text);
}

/* What is told rather than done. */
static bool take_news(struct game *game, const struct modem_order *order)
{
	if (order->kind == MODEM_ORDER_REMEMBER) {
		remember(game);
	} else if (order->kind == MODEM_ORDER_SETTLED) {
		require(game->settling);
		require(order->settled->outcome == AT_CHAT_OK ||
			order->settled->outcome == AT_CHAT_RESULT ||
			order->settled->outcome == AT_CHAT_TIMEOUT ||
			order->settled->outcome == AT_CHAT_RESET);
		game->settling = false;
	} else {
		return false;
	}
	return true;
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
		if (take_news(game, &order))
			continue;
		require(game->order.kind == MODEM_ORDER_WAIT || order.kind == MODEM_ORDER_CLOSE);
		game->order = order;
		check_order(game);
		if (order.kind == MODEM_ORDER_CLOSE) {
			game->order.kind = MODEM_ORDER_WAIT;
			game->mail = false;
		}
	}
	require(modem_life_deadline_ms(game->life) != INT64_MAX);
	require(modem_life_deadline_ms(game->life) >= game->now_ms ||
		modem_life_state(game->life) == MODEM_SENDING);
	require((unsigned)modem_life_state(game->life) < MODEM_STATES);
	require(!game->settling || !modem_life_is_ready(game->life));
	require(!game->settling || game->order.kind != MODEM_ORDER_WAIT ||
		game->now_ms < game->settle_until_ms);
	require(modem_life_guard_ms(game->life) == 0 ||
		modem_life_guard_ms(game->life) == MODEM_GUARD_SURE_MS);
	require(!modem_life_basis(game->life).session_set || modem_life_is_ready(game->life));
	require(strlen(modem_life_why(game->life)) < 200);
}

static const char *const lines[] = {
	"+CPIN: READY", "+CPIN: SIM PIN", "+CPIN: SIM PUK", "+CPIN: NOT READY", "+CPIN: PH-NET PIN",
	"+CREG: 0,1", "+CREG: 0,2", "+CREG: 0,5", "+CGREG: 0,1", "+CSQ: 20,0", "+CSQ: 99,99",
	"+QSMTPCFG: (1)", "+QSMTPCFG: \"account\"", "+COPS: 0,0,\"x\"", "+QPINC: \"SC\",3,10",
	"+QPINC: \"SC\",2,10", "+QTRPIN: 3,3", "+QCCID: 8988211000000000014",
	"8988211000000000022", "+QFUPL: (1-1000)", "+QFLDS: 5000,10000",
	"+QFLST: \"UFS:gsmtpd-a.txt\",5", "+QFLST: \"gsmtpd-\"b\",5", "+QSMTPPUT: 0",
	"+QSMTPPUT:-550", "RDY", "+CFUN: 1", "NORMAL POWER DOWN", "M95", "",
};

#define LINES (sizeof(lines) / sizeof(lines[0]))

static void hear(struct game *game)
{
	const char *line = lines[take(game) % LINES];

	if (!is_script(&game->order))
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
	const char *iccid = iccids[take(game) % SIMS];

	for (size_t i = 0; i < game->order.count; i++) {
		const struct at_step *step = &game->order.steps[i];

		if (strcmp(step->label, "QCCID") == 0)
			modem_life_info(game->life, step->label, span_of(iccid));
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

	result.bare_escape_ends = (enum at_known)(take(game) % 3);
	result.size_ends_data = (enum at_known)(take(game) % 3);
	result.step = take(game) % 2;
	if (is_script(&game->order))
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
		game->sims[game->sim].spent = false;
	else if (result->outcome == AT_CHAT_ERROR)
		game->sims[game->sim].refused = true;
}

static void find_sim(struct game *game, const char *iccid)
{
	size_t i = 0;

	while (i < SIMS && strcmp(iccids[i], iccid) != 0)
		i++;
	require(i < SIMS);
	game->sim = i;
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
	case MODEM_ORDER_LISTEN:
		if (is_pin(&order))
			note_pin(game, &result);
		modem_life_finished(game->life, &result, game->now_ms);
		break;
	case MODEM_ORDER_RECALL_PIN:
		find_sim(game, order.iccid);
		modem_life_recalled(game->life, game->sims[game->sim].disk, game->now_ms);
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		find_sim(game, order.iccid);
		if (done)
			game->sims[game->sim].disk = order.pin_memory;
		modem_life_remembered(game->life, done, game->now_ms);
		break;
	case MODEM_ORDER_RESET_COMMAND:
		modem_life_reset_done(game->life, done, game->now_ms);
		break;
	case MODEM_ORDER_CLOSE:
	case MODEM_ORDER_REMEMBER:
	case MODEM_ORDER_SETTLED:
		break;
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
		if (game->order.kind != MODEM_ORDER_RESET_COMMAND &&
		    game->order.kind != MODEM_ORDER_OPEN)
			game->order.kind = MODEM_ORDER_WAIT;
		game->mail = false;
		break;
	case 10:
		if (modem_life_is_ready(game->life)) {
			modem_life_sending(game->life, take(game) & 1, game->now_ms);
			game->mail = true;
		} else {
			modem_life_reset(game->life, game->now_ms);
			game->operator_reset = true;
		}
		break;
	case 11:
		/* Half an hour may go by until it is started again. */
		game->now_ms += take(game) * 7000;
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
