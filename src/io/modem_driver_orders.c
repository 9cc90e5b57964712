/* SPDX-License-Identifier: ISC */
#include "io/modem_driver_inside.h"

#include <errno.h>
#include <string.h>

#include "io/clock.h"
#include "io/log.h"
#include "io/modem_keep.h"
#include "io/pin_memory.h"

void modem_driver_set_line(struct modem_driver *driver)
{
	unsigned baud = modem_life_baud(driver->life);
	const struct at_chat_options options = {
		.baud = baud,
		.pace_ms = MODEM_DRIVER_PACE_MS,
		.escape_guard_ms = modem_life_guard_ms(driver->life),
		.piece_octets = MODEM_DRIVER_PIECE_OCTETS,
	};
	int result = modem_port_set_baud(&driver->port, baud);

	if (result < 0)
		log_write(LOG_DETAIL, &(struct log_fields){ .modem = driver->name },
			  "%s: the line cannot be set to %u baud: %s", driver->name, baud,
			  strerror(-result));
	at_chat_set_options(driver->chat, &options);
}

/* Closes the line and lets the chat end what ran on it. */
static void close_line(struct modem_driver *driver)
{
	modem_port_close(&driver->port);
	at_chat_lost(driver->chat);
}

static void follow_open(struct modem_driver *driver)
{
	char why[WIRE_WHY_SIZE] = "";
	int result = modem_port_open(&driver->port, driver->device, &driver->wire_options, why);
	bool absent = result == -ENOENT || result == -ENODEV || result == -ENXIO;

	if (result == 0)
		modem_life_opened(driver->life, clock_boot_ms());
	else
		modem_life_open_failed(driver->life, absent, why, clock_boot_ms());
}

static void on_reset_done(void *context, bool well, const char *said)
{
	struct modem_driver *driver = context;

	driver->reset = NULL;
	log_write(well ? LOG_DETAIL : LOG_MODEM_TROUBLE,
		  &(struct log_fields){ .modem = driver->name }, "%s: reset-command %s",
		  driver->name, said);
	modem_life_reset_done(driver->life, well, clock_boot_ms());
	modem_driver_pump(driver);
}

static void follow_reset_command(struct modem_driver *driver)
{
	if (driver->reset == NULL)
		driver->reset = reset_command_start(driver->base, driver->reset_line,
						    on_reset_done, driver);
	if (driver->reset != NULL)
		return;
	log_write(LOG_MODEM_TROUBLE, &(struct log_fields){ .modem = driver->name },
		  "%s: reset-command cannot be run: %s", driver->name, strerror(errno));
	modem_life_reset_done(driver->life, false, clock_boot_ms());
}

static void tell_unkept(const struct modem_driver *driver, const char *what, int result)
{
	log_write(LOG_MODEM_TROUBLE, &(struct log_fields){ .modem = driver->name },
		  "%s: %s cannot be noted in %s: %s", driver->name, what, driver->state_folder,
		  strerror(-result));
}

static void follow_remember(struct modem_driver *driver)
{
	int result = modem_keep_store(driver->state_folder, driver->name,
				      modem_life_memory(driver->life));

	if (result < 0 && !driver->unkept)
		tell_unkept(driver, "what is known of the modem", result);
	driver->unkept = result < 0;
}

static void follow_remember_pin(struct modem_driver *driver, const struct modem_order *order)
{
	int result = pin_memory_store(driver->state_folder, driver->name, driver->pin,
				      order->iccid, order->pin_memory);

	if (result < 0)
		tell_unkept(driver, "what became of the PIN", result);
	modem_life_remembered(driver->life, result == 0, clock_boot_ms());
}

bool modem_driver_follow_life(struct modem_driver *driver)
{
	struct modem_order order;

	modem_life_next(driver->life, clock_boot_ms(), &order);
	switch (order.kind) {
	case MODEM_ORDER_WAIT:
		return false;
	case MODEM_ORDER_OPEN:
		follow_open(driver);
		break;
	case MODEM_ORDER_CLOSE:
		close_line(driver);
		break;
	case MODEM_ORDER_SYNC:
		modem_driver_set_line(driver);
		at_chat_start_sync(driver->chat, order.sync_kind, clock_boot_ms());
		break;
	case MODEM_ORDER_RUN:
		modem_driver_set_line(driver);
		at_chat_start(driver->chat, order.steps, order.count, clock_boot_ms());
		break;
	case MODEM_ORDER_LISTEN:
		modem_driver_set_line(driver);
		at_chat_start_listening(driver->chat, order.steps, order.count, clock_boot_ms());
		break;
	case MODEM_ORDER_SETTLED:
		driver->settled = *order.settled;
		driver->tell_settled = true;
		break;
	case MODEM_ORDER_REMEMBER:
		follow_remember(driver);
		break;
	case MODEM_ORDER_RECALL_PIN:
		modem_life_recalled(driver->life, pin_memory_load(driver->state_folder, driver->name,
								  driver->pin, order.iccid),
				    clock_boot_ms());
		break;
	case MODEM_ORDER_REMEMBER_PIN:
		follow_remember_pin(driver, &order);
		break;
	case MODEM_ORDER_RESET_COMMAND:
		follow_reset_command(driver);
		break;
	}
	return true;
}
