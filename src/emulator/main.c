/* SPDX-License-Identifier: ISC */
/* gsmtp-emulator(1): the module of emulator_core on a pseudo-terminal. Here is
 * only what joins them: clock, tty, network, log. */
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "emulator/emulator_core.h"
#include "emulator/emulator_log.h"
#include "emulator/emulator_options.h"
#include "emulator/emulator_pty.h"
#include "emulator/emulator_relay.h"
#include "emulator/emulator_sink.h"

#define FILE_MAX (4u * 1024 * 1024)
#define RESULT_NOT_SENT (-11)	/* reference: "failed to send" */

struct emulator {
	struct emulator_options options;
	struct emulator_script script;
	struct emulator_tape tape;
	struct event_base *base;
	struct event *deadline, *on_term, *on_int, *on_power;
	struct emulator_core *core;
	struct emulator_pty *pty;
	struct emulator_relay *relay;
	struct emulator_log *log;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void log_sink_fault(struct emulator *emulator, int fault)
{
	emulator_log_write(emulator->log,
			   json_pack("{s:s, s:s, s:s}", "event", "fault", "sink",
				     emulator->options.sink, "error", strerror(-fault)));
	fprintf(stderr, "gsmtp-emulator: %s: %s\n", emulator->options.sink, strerror(-fault));
}

static void deliver(struct emulator *emulator, const struct emulator_order *order)
{
	json_t *record = json_incref(order->mail->record);
	int fault = 0;

	json_object_set_new(record, "delivered", json_boolean(order->deliver));
	emulator_log_write(emulator->log, record);
	if (!order->deliver)
		return;
	if (emulator->options.sink != NULL)
		fault = emulator_sink_write(emulator->options.sink,
					    buf_span(&order->mail->message));
	if (fault != 0)
		log_sink_fault(emulator, fault);
	if (emulator->relay != NULL)
		emulator_relay_send(emulator->relay, order->mail);
	else
		emulator_core_delivered(emulator->core, fault ? RESULT_NOT_SENT : 0, now_ms());
}

static void obey(struct emulator *emulator, struct emulator_order *order)
{
	switch (order->kind) {
	case EMULATOR_ORDER_SEND:
		emulator_pty_send(emulator->pty, buf_span(&order->octets));
		break;
	case EMULATOR_ORDER_LOG:
		emulator_log_write(emulator->log, json_incref(order->record));
		break;
	case EMULATOR_ORDER_MAIL:
		deliver(emulator, order);
		break;
	case EMULATOR_ORDER_ABANDON:
		if (emulator->relay != NULL)
			emulator_relay_abandon(emulator->relay);
		break;
	case EMULATOR_ORDER_HANGUP:
		emulator_pty_hangup(emulator->pty, order->hangup_ms);
		break;
	}
}

/* Before anything is fed: what the host has set its side of the line to. */
static void look_at_rate(struct emulator *emulator)
{
	if (emulator->options.module.module_baud != 0)
		emulator_core_host_baud(emulator->core, emulator_pty_host_baud(emulator->pty));
}

/* After anything happened: does what the module wants, and sets its alarm. */
static void turn(struct emulator *emulator)
{
	struct emulator_order order;
	struct timeval after = { 0, 0 };
	int64_t due_ms, left_ms;

	while (emulator_core_next(emulator->core, &order))
		obey(emulator, &order);
	due_ms = emulator_core_deadline_ms(emulator->core);
	event_del(emulator->deadline);
	if (due_ms == INT64_MAX)
		return;
	left_ms = due_ms - now_ms();
	if (left_ms > 0)
		after = (struct timeval){ left_ms / 1000, left_ms % 1000 * 1000 };
	event_add(emulator->deadline, &after);
}

static void on_heard(void *context, struct span octets, int64_t begin_us, int64_t end_us)
{
	struct emulator *emulator = context;

	look_at_rate(emulator);
	emulator_core_stamp(emulator->core, begin_us, end_us);
	emulator_core_feed(emulator->core, octets, now_ms());
	turn(emulator);
}

static void on_left(void *context, size_t octets, int64_t begin_us, int64_t end_us)
{
	struct emulator *emulator = context;

	emulator_log_write(emulator->log,
			   json_pack("{s:s, s:I, s:I, s:I}", "event", "left", "bytes",
				     (json_int_t)octets, "first_us", (json_int_t)begin_us,
				     "last_us", (json_int_t)end_us));
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
	struct emulator *emulator = context;

	(void)fd;
	(void)what;
	look_at_rate(emulator);
	emulator_core_tick(emulator->core, now_ms());
	turn(emulator);
}

static void on_relayed(void *context, int result)
{
	struct emulator *emulator = context;

	look_at_rate(emulator);
	emulator_core_delivered(emulator->core, result, now_ms());
	turn(emulator);
}

static void on_relay_log(void *context, json_t *record)
{
	struct emulator *emulator = context;

	emulator_log_write(emulator->log, record);
}

static void on_stop(evutil_socket_t fd, short what, void *context)
{
	struct emulator *emulator = context;

	(void)fd;
	(void)what;
	event_base_loopbreak(emulator->base);
}

static void on_power_key(evutil_socket_t fd, short what, void *context)
{
	struct emulator *emulator = context;

	(void)fd;
	(void)what;
	look_at_rate(emulator);
	emulator_core_press(emulator->core, now_ms());
	turn(emulator);
}

static int complain(const char *subject, const char *what, int status)
{
	fprintf(stderr, "gsmtp-emulator: %s: %s\n", subject, what);
	return status;
}

static int read_whole(const char *path, struct buf *text)
{
	FILE *file = fopen(path, "re");
	char *room;
	size_t got;

	if (file == NULL)
		return complain(path, strerror(errno), EX_NOINPUT);
	while ((room = buf_room(text, 4096)) != NULL && (got = fread(room, 1, 4096, file)) > 0)
		buf_grew(text, got);
	fclose(file);
	return text->failed ? complain(path, "too long", EX_DATAERR) : 0;
}

typedef bool file_parser(struct emulator *emulator, struct span text, struct buf *why);

static bool parse_script(struct emulator *emulator, struct span text, struct buf *why)
{
	return emulator_script_parse(&emulator->script, text, why);
}

static bool parse_tape(struct emulator *emulator, struct span text, struct buf *why)
{
	return emulator_tape_parse(&emulator->tape, text, why);
}

/* A path of NULL: nothing to load. */
static int load(struct emulator *emulator, const char *path, file_parser *parse)
{
	struct buf text = BUF_INIT(FILE_MAX);
	struct buf why = BUF_INIT(2000);
	int status = path ? read_whole(path, &text) : 0;

	if (path != NULL && status == 0 && !parse(emulator, buf_span(&text), &why)) {
		fprintf(stderr, "gsmtp-emulator: %s:%s\n", path, buf_string(&why));
		status = EX_DATAERR;
	}
	buf_clear(&text);
	buf_clear(&why);
	return status;
}

static int open_files(struct emulator *emulator)
{
	const struct emulator_options *options = &emulator->options;

	int status = load(emulator, options->script, parse_script);

	if (status == 0)
		status = load(emulator, options->replay, parse_tape);
	if (status != 0)
		return status;
	if (options->log != NULL) {
		emulator->log = emulator_log_open(options->log);
		if (emulator->log == NULL)
			return complain(options->log, strerror(errno), EX_CANTCREAT);
	}
	return 0;
}

static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	/* A piece of a paced line is shorter than a tick of epoll. */
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static int start(struct emulator *emulator)
{
	const struct emulator_options *options = &emulator->options;
	struct emulator_pty_callbacks line = { on_heard, on_left, emulator };
	struct emulator_relay_callbacks callbacks = { on_relayed, on_relay_log, emulator };

	emulator->base = new_base();
	if (emulator->base == NULL)
		return complain("event loop", "cannot be had", EX_OSERR);
	emulator->deadline = evtimer_new(emulator->base, on_deadline, emulator);
	emulator->on_term = evsignal_new(emulator->base, SIGTERM, on_stop, emulator);
	emulator->on_int = evsignal_new(emulator->base, SIGINT, on_stop, emulator);
	emulator->on_power = evsignal_new(emulator->base, SIGUSR1, on_power_key, emulator);
	event_add(emulator->on_term, NULL);
	event_add(emulator->on_int, NULL);
	event_add(emulator->on_power, NULL);
	if (options->relay != NULL) {
		emulator->relay = emulator_relay_new(emulator->base, options->relay, &callbacks);
		if (emulator->relay == NULL)
			return complain(options->relay, "no relay can be had", EX_OSERR);
	}
	emulator->core = emulator_core_new(&options->module, &emulator->script, now_ms());
	if (options->replay != NULL)
		emulator_core_replay(emulator->core, &emulator->tape, options->replay_speed);
	emulator->pty = emulator_pty_new(emulator->base, options->link, options->baud, &line);
	if (emulator->pty == NULL)
		return complain(options->link ? options->link : "pseudo-terminal", strerror(errno),
				EX_CANTCREAT);
	return 0;
}

static void stop(struct emulator *emulator)
{
	emulator_pty_free(emulator->pty);
	emulator_relay_free(emulator->relay);
	emulator_core_free(emulator->core);
	emulator_script_clear(&emulator->script);
	emulator_tape_clear(&emulator->tape);
	emulator_log_close(emulator->log);
	if (emulator->base == NULL)
		return;
	event_free(emulator->deadline);
	event_free(emulator->on_term);
	event_free(emulator->on_int);
	event_free(emulator->on_power);
	event_base_free(emulator->base);
	libevent_global_shutdown();
}

static int run(struct emulator *emulator)
{
	int status = open_files(emulator);

	if (status == 0)
		status = start(emulator);
	if (status == 0) {
		printf("ready %s\n", emulator_pty_path(emulator->pty));
		fflush(stdout);
		turn(emulator);
		event_base_dispatch(emulator->base);
	}
	stop(emulator);
	return status;
}

static int show_help(void)
{
	struct buf text = BUF_INIT(16384);

	emulator_options_help(&text);
	fputs(buf_string(&text), stdout);
	buf_clear(&text);
	return 0;
}

int main(int count, char **arguments)
{
	struct emulator emulator = { .base = NULL };
	struct buf why = BUF_INIT(1000);
	int status = 0;

	signal(SIGPIPE, SIG_IGN);
	if (!emulator_options_parse(&emulator.options, count, arguments, &why)) {
		fprintf(stderr, "gsmtp-emulator: %s\nTry gsmtp-emulator --help.\n",
			buf_string(&why));
		status = EX_USAGE;
	} else if (emulator.options.help) {
		status = show_help();
	} else if (emulator.options.version) {
		printf("gsmtp-emulator %s\n", PACKAGE_VERSION);
	} else {
		status = run(&emulator);
	}
	buf_clear(&why);
	return status;
}
