/* SPDX-License-Identifier: ISC */
#include "app/daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/delivery.h"
#include "app/door.h"
#include "app/intake.h"
#include "app/mailroom.h"
#include "app/operator.h"
#include "app/settings.h"
#include "app/sockets.h"
#include "app/status.h"
#include "io/clock.h"
#include "io/log.h"
#include "io/notify.h"

/* How long a stop waits for a mail that the module was told to send already. */
#define STOP_GRACE_S 60

/* How often a status line that tells an age is made anew. */
#define STATUS_INTERVAL_S 30

struct daemon {
	const struct daemon_options *options;
	struct settings *settings, *incoming;	/* incoming: read, waits until all is idle */
	struct event_base *base;
	struct event *signals[3], *status_timer, *watchdog_timer, *stop_timer;
	struct mailroom mail;
	struct delivery *delivery;
	struct smtp_server *smtp;
	struct control_server *control;
	struct operator operator;
	struct sockets_result sockets;
	struct door door;
	bool running, stopping, smtp_stopped, delivery_stopped;
};

static void report(enum log_event event, const struct buf *lines)
{
	struct span rest = buf_span(lines), line;

	while (span_cut(&rest, '\n', &line))
		if (line.length > 0)
			log_write(event, NULL, "%.*s", SPAN_ARG(line));
}

static void update_status(struct daemon *daemon)
{
	struct buf line = BUF_INIT(STATUS_MAX);

	if (!daemon->running || daemon->stopping)
		return;
	status_format(daemon->mail.queue, daemon->delivery, daemon->sockets.trouble, clock_boot_ms(),
		      &line);
	notify_status("%s", buf_string(&line));
	buf_clear(&line);
}

static void on_changed(void *context)
{
	update_status(context);
}

static void on_status_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	update_status(context);
}

static void on_watchdog_timer(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
	notify_watchdog();
}

static void on_accepted(void *context, const char *id, int64_t size_octets,
			const struct envelope *envelope)
{
	struct daemon *daemon = context;

	intake_accept(daemon->mail.queue, id, size_octets, envelope);
	delivery_kick(daemon->delivery);
	update_status(daemon);
}

/* A client comes: whoever changed an alias need not tell. */
static void on_opening(void *context)
{
	struct daemon *daemon = context;

	settings_refresh_aliases(daemon->settings, false);
}

static void serve_smtp_by(struct daemon *daemon, const struct settings *settings)
{
	struct smtp_server_options options = door_options(&daemon->door, settings);

	smtp_server_set_options(daemon->smtp, &options);
}

static bool load_door(struct daemon *daemon, const struct settings *settings, struct buf *complaints)
{
	struct buf warnings = BUF_INIT(CONF_COMPLAINTS_MAX);
	bool good = door_load(&daemon->door, &settings->conf.smtp, false, complaints, &warnings);

	report(LOG_WARNING, &warnings);
	buf_clear(&warnings);
	return good;
}

/* Everything is idle: the settings change hands. */
static void swap_settings(void *context)
{
	struct daemon *daemon = context;
	struct settings *old = daemon->settings;

	if (daemon->stopping)
		return;
	daemon->settings = daemon->incoming;
	daemon->incoming = NULL;
	settings_keep_aliases(daemon->settings, old);
	serve_smtp_by(daemon, daemon->settings);
	mailroom_set_settings(&daemon->mail, daemon->settings);
	if (!delivery_configure(daemon->delivery, daemon->settings))
		log_write(LOG_TROUBLE, NULL, "out of memory: the modems are not used");
	settings_free(old);
	log_write(LOG_RELOADED, NULL, "configuration read anew");
	notify_ready();
	update_status(daemon);
}

static void start_reload(void *context, struct buf *complaints)
{
	struct daemon *daemon = context;
	struct settings *fresh;

	/* The control API is served until the end. */
	if (daemon->stopping)
		return;
	notify_reloading();
	/* At once: the rest waits until the modems are idle. */
	settings_refresh_aliases(daemon->settings, true);
	fresh = settings_load(daemon->options->configuration, complaints);
	if (fresh != NULL && !load_door(daemon, fresh, complaints))
		log_write(LOG_CONFIGURATION, NULL, "the certificate or the users in force stay as they were");
	serve_smtp_by(daemon, daemon->settings);
	report(LOG_CONFIGURATION, complaints);
	if (fresh == NULL) {
		log_write(LOG_CONFIGURATION, NULL, "the configuration in force stays as it was");
		notify_ready();
	} else {
		settings_free(daemon->incoming);
		daemon->incoming = fresh;
		delivery_quiesce(daemon->delivery, swap_settings, daemon);
	}
}

static void on_reload_signal(struct daemon *daemon)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);

	start_reload(daemon, &complaints);
	buf_clear(&complaints);
}

static void stop_when_done(struct daemon *daemon)
{
	if (daemon->smtp_stopped && daemon->delivery_stopped)
		event_base_loopbreak(daemon->base);
}

static void on_smtp_stopped(void *context)
{
	struct daemon *daemon = context;

	daemon->smtp_stopped = true;
	stop_when_done(daemon);
}

static void on_delivery_stopped(void *context)
{
	struct daemon *daemon = context;

	daemon->delivery_stopped = true;
	stop_when_done(daemon);
}

static void on_stop_timer(evutil_socket_t fd, short what, void *context)
{
	struct daemon *daemon = context;

	(void)fd;
	(void)what;
	if (!daemon->delivery_stopped)
		log_write(LOG_WARNING, NULL,
			  "stopped in the middle of a send; the next start asks what came of it");
	event_base_loopbreak(daemon->base);
}

static void start_stop(struct daemon *daemon)
{
	/* Who asks twice does not want to wait. */
	if (daemon->stopping) {
		event_base_loopbreak(daemon->base);
		return;
	}
	daemon->stopping = true;
	notify_stopping();
	log_write(LOG_STOPPING, NULL, "stopping, %zu messages stay in the queue",
		  queue_total(daemon->mail.queue));
	event_add(daemon->stop_timer, &(struct timeval){ STOP_GRACE_S, 0 });
	smtp_server_stop(daemon->smtp, on_smtp_stopped, daemon);
	delivery_quiesce(daemon->delivery, on_delivery_stopped, daemon);
}

static void on_signal(evutil_socket_t number, short what, void *context)
{
	struct daemon *daemon = context;

	(void)what;
	if (number == SIGHUP && !daemon->stopping)
		on_reload_signal(daemon);
	else if (number != SIGHUP)
		start_stop(daemon);
}

/* The quiet before a command is a millisecond: a timer as coarse as a tick of the
 * kernel would make four of it. */
static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config != NULL && event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) == 0)
		base = event_base_new_with_config(config);
	if (config != NULL)
		event_config_free(config);
	return base;
}

static bool start_loop(struct daemon *daemon)
{
	static const int numbers[3] = { SIGTERM, SIGINT, SIGHUP };

	signal(SIGPIPE, SIG_IGN);
	daemon->base = new_base();
	if (daemon->base == NULL)
		return false;
	for (size_t i = 0; i < 3; i++) {
		daemon->signals[i] = evsignal_new(daemon->base, numbers[i], on_signal, daemon);
		if (daemon->signals[i] == NULL || event_add(daemon->signals[i], NULL) != 0)
			return false;
	}
	daemon->status_timer = event_new(daemon->base, -1, EV_PERSIST, on_status_timer, daemon);
	daemon->watchdog_timer = event_new(daemon->base, -1, EV_PERSIST, on_watchdog_timer, daemon);
	daemon->stop_timer = event_new(daemon->base, -1, 0, on_stop_timer, daemon);
	return daemon->status_timer && daemon->watchdog_timer && daemon->stop_timer;
}

/* A mail in flight from before has its outcome. */
static void on_settled(void *context)
{
	struct daemon *daemon = context;

	delivery_kick(daemon->delivery);
	update_status(daemon);
}

static int start_mailroom(struct daemon *daemon)
{
	struct mailroom_events events = {
		.accepted = on_accepted,
		.settled = on_settled,
		.changed = on_changed,
		.context = daemon,
	};

	return mailroom_open(&daemon->mail, daemon->base, daemon->settings, &events);
}

static int start_servers(struct daemon *daemon)
{
	struct smtp_server_options options;
	struct smtp_server_events events = {
		.accepted = on_accepted,
		.opening = on_opening,
		.context = daemon,
	};
	struct delivery_options delivery = {
		.base = daemon->base,
		.spool = daemon->mail.spool,
		.queue = daemon->mail.queue,
		.settlement = daemon->mail.settlement,
		.reporter = daemon->mail.reporter,
		.trust = &daemon->mail.trust,
		.compose_program = daemon->options->compose_program,
		.changed = on_changed,
		.context = daemon,
	};

	if (!door_open(&daemon->door, daemon->base))
		return EX_OSERR;
	options = door_options(&daemon->door, daemon->settings);
	daemon->delivery = delivery_new(&delivery);
	daemon->smtp = smtp_server_new(daemon->base, daemon->mail.spool, &options, &events);
	daemon->operator = (struct operator){
		.queue = daemon->mail.queue,
		.delivery = daemon->delivery,
		.spool = daemon->mail.spool,
		.trouble = daemon->sockets.trouble,
		.started_ms = clock_boot_ms(),
		.reload = start_reload,
		.context = daemon,
	};
	daemon->control = control_server_new(daemon->base, operator_handle, &daemon->operator);
	if (daemon->delivery == NULL || daemon->smtp == NULL || daemon->control == NULL)
		return EX_OSERR;
	sockets_open(&daemon->settings->conf, daemon->smtp, daemon->control, &daemon->sockets);
	if (daemon->sockets.smtp == 0) {
		log_write(LOG_TROUBLE, NULL, "there is no socket to take mail on");
		return EX_UNAVAILABLE;
	}
	return delivery_configure(daemon->delivery, daemon->settings) ? 0 : EX_OSERR;
}

static void tell_ready(struct daemon *daemon)
{
	int64_t watchdog_ms = notify_watchdog_interval_ms();

	daemon->running = true;
	if (geteuid() == 0)
		log_write(LOG_WARNING, NULL,
			  "runs as root, which it does not need: see gsmtpd(8)");
	log_write(LOG_STARTED, NULL, "gsmtpd %s takes mail, %zu messages in the queue",
		  PACKAGE_VERSION, queue_total(daemon->mail.queue) -
		  queue_count(daemon->mail.queue, QUEUE_FAILED));
	notify_ready();
	update_status(daemon);
	event_add(daemon->status_timer, &(struct timeval){ STATUS_INTERVAL_S, 0 });
	if (watchdog_ms > 0)
		event_add(daemon->watchdog_timer, &(struct timeval){
			watchdog_ms / 1000, watchdog_ms % 1000 * 1000 });
}

static int start(struct daemon *daemon)
{
	struct buf complaints = BUF_INIT(CONF_COMPLAINTS_MAX);
	int status;
	bool good;

	daemon->settings = settings_load(daemon->options->configuration, &complaints);
	good = daemon->settings != NULL && load_door(daemon, daemon->settings, &complaints);
	report(LOG_CONFIGURATION, &complaints);
	buf_clear(&complaints);
	if (!good)
		return EX_CONFIG;
	if (!start_loop(daemon))
		return EX_OSERR;
	status = start_mailroom(daemon);
	if (status == 0)
		status = start_servers(daemon);
	if (status == 0)
		tell_ready(daemon);
	return status;
}

static void stop(struct daemon *daemon)
{
	struct event *events[] = { daemon->status_timer, daemon->watchdog_timer, daemon->stop_timer,
				   daemon->signals[0], daemon->signals[1], daemon->signals[2] };

	/* Syncs under way end first: their sessions get their 250. */
	mailroom_end_writing(&daemon->mail);
	smtp_server_free(daemon->smtp);
	door_close(&daemon->door);
	control_server_free(daemon->control);
	delivery_free(daemon->delivery);
	mailroom_close(&daemon->mail);
	for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
		if (events[i])
			event_free(events[i]);
	if (daemon->base) {
		/* What was freed with output pending ends in the loop's next round. */
		event_base_loop(daemon->base, EVLOOP_NONBLOCK);
		event_base_free(daemon->base);
	}
	settings_free(daemon->incoming);
	settings_free(daemon->settings);
}

int daemon_run(const struct daemon_options *options)
{
	struct daemon daemon = { .options = options };
	int status = start(&daemon);

	if (status == 0)
		event_base_dispatch(daemon.base);
	stop(&daemon);
	return status;
}
