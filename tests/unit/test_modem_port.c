/* SPDX-License-Identifier: ISC */
/* A port in a real loop over a real pty. */
#include "io/modem_port.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <event2/event.h>

#include "rows.h"

#define MUCH (256 * 1024)

struct bench {
	struct event_base *base;
	struct modem_port port;
	int module;
	char path[100], why[WIRE_WHY_SIZE];
	size_t came, largest;
	char last;
	unsigned moves;
	bool was_open;		/* when it moved last */
};

static void on_came(void *context, struct span octets)
{
	struct bench *bench = context;

	bench->came += octets.length;
	if (octets.length > bench->largest)
		bench->largest = octets.length;
	bench->last = octets.at[octets.length - 1];
}

static void on_moved(void *context)
{
	struct bench *bench = context;

	bench->moves++;
	bench->was_open = modem_port_is_open(&bench->port);
}

static const struct wire_options options = { 115200, false, true };

static int bench_open(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	const struct modem_port_events events = { on_came, on_moved, bench };
	int slave;

	assert_non_null(bench);
	bench->base = event_base_new();
	assert_int_equal(openpty(&bench->module, &slave, bench->path, NULL, NULL), 0);
	close(slave);
	assert_int_equal(fcntl(bench->module, F_SETFL, O_NONBLOCK), 0);
	assert_true(modem_port_init(&bench->port, bench->base, &events));
	assert_int_equal(modem_port_open(&bench->port, bench->path, &options, bench->why), 0);
	*state = bench;
	return 0;
}

static int bench_close(void **state)
{
	struct bench *bench = *state;

	modem_port_clear(&bench->port);
	if (bench->module >= 0)
		close(bench->module);
	event_base_free(bench->base);
	free(bench);
	return 0;
}

static void turn(struct bench *bench)
{
	assert_true(event_base_loop(bench->base, EVLOOP_ONCE) >= 0);
}

static void test_hang_up(void **state)
{
	struct bench *bench = *state;
	int fd = bench->port.wire->fd;

	close(bench->module);
	bench->module = -1;
	while (bench->moves == 0)
		turn(bench);
	/* Closed before anybody was told: a held descriptor would cost the module its name. */
	assert_int_equal(bench->moves, 1);
	assert_false(bench->was_open);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(modem_port_backlog(&bench->port), 0);
	modem_port_write(&bench->port, span_of("AT\r"));
	assert_false(modem_port_read(&bench->port));
	assert_false(modem_port_is_elsewhere(&bench->port, "/dev/null"));
	assert_int_equal(modem_port_set_baud(&bench->port, 9600), 0);
}

static void test_write_to_nobody(void **state)
{
	struct bench *bench = *state;

	close(bench->module);
	bench->module = -1;
	modem_port_write(&bench->port, span_of("AT\r"));
	assert_false(modem_port_is_open(&bench->port));
	assert_int_equal(bench->moves, 0);
}

static void test_pieces(void **state)
{
	static char octets[16384];
	struct bench *bench = *state;
	size_t written = 0;

	memset(octets, 'x', sizeof(octets));
	while (bench->came < sizeof(octets)) {
		ssize_t count = write(bench->module, octets, sizeof(octets) - written);

		if (count > 0)
			written += (size_t)count;
		turn(bench);
	}
	assert_int_equal(bench->came, sizeof(octets));
	assert_true(bench->largest <= 4096);
}

/* As the driver does before it holds that a limit has passed. */
static void test_read_at_once(void **state)
{
	struct bench *bench = *state;

	assert_false(modem_port_read(&bench->port));
	assert_int_equal(write(bench->module, "OK", 2), 2);
	while (!modem_port_read(&bench->port))
		;
	assert_int_equal(bench->came, 2);
	assert_int_equal(bench->last, 'K');
	assert_true(modem_port_is_open(&bench->port));
	assert_int_equal(bench->moves, 0);
}

static void test_backlog(void **state)
{
	struct bench *bench = *state;
	char *octets = malloc(MUCH), piece[4096];
	size_t read_octets = 0;

	assert_non_null(octets);
	for (size_t i = 0; i < MUCH; i++)
		octets[i] = (char)('A' + i % 26);
	modem_port_write(&bench->port, span_make(octets, MUCH));
	assert_true(modem_port_backlog(&bench->port) > 0);
	while (read_octets < MUCH) {
		ssize_t count = read(bench->module, piece, sizeof(piece));

		if (count <= 0) {
			turn(bench);
			continue;
		}
		assert_true(read_octets + (size_t)count <= MUCH);
		assert_memory_equal(piece, octets + read_octets, (size_t)count);
		read_octets += (size_t)count;
	}
	assert_int_equal(modem_port_backlog(&bench->port), 0);
	assert_true(bench->moves > 0);
	assert_true(bench->was_open);
	free(octets);
}

/* A module that takes nothing must not hold up who closes its line. */
static void test_close_with_backlog(void **state)
{
	struct bench *bench = *state;
	char *octets = calloc(1, MUCH);

	assert_non_null(octets);
	modem_port_write(&bench->port, span_make(octets, MUCH));
	free(octets);
	modem_port_close(&bench->port);
	assert_int_equal(modem_port_backlog(&bench->port), 0);
	/* And the next one begins with nothing of it. */
	assert_int_equal(modem_port_open(&bench->port, bench->path, &options, bench->why), 0);
	assert_int_equal(modem_port_backlog(&bench->port), 0);
}

static void test_rate(void **state)
{
	struct bench *bench = *state;
	struct termios mode;

	assert_int_equal(modem_port_set_baud(&bench->port, 57600), 0);
	assert_int_equal(tcgetattr(bench->port.wire->fd, &mode), 0);
	assert_int_equal(cfgetospeed(&mode), B57600);
	assert_int_equal(modem_port_set_baud(&bench->port, 1), -EINVAL);
	assert_int_equal(modem_port_set_baud(&bench->port, 57600), 0);
	/* A line that is opened anew has the rate that it is opened with. */
	modem_port_close(&bench->port);
	assert_int_equal(modem_port_open(&bench->port, bench->path, &options, bench->why), 0);
	assert_int_equal(modem_port_set_baud(&bench->port, 57600), 0);
	assert_int_equal(tcgetattr(bench->port.wire->fd, &mode), 0);
	assert_int_equal(cfgetospeed(&mode), B57600);
}

int main(void)
{
#define ON_PTY(sentence, function) { sentence, function, bench_open, bench_close, NULL }
	const struct CMUnitTest tests[] = {
		ON_PTY("a hang-up closes it in the same call-back", test_hang_up),
		ON_PTY("writing to nobody closes it without a word", test_write_to_nobody),
		ON_PTY("much that comes is handed on in pieces", test_pieces),
		ON_PTY("what has come can be had at once", test_read_at_once),
		ON_PTY("what the line does not take is written later, in order", test_backlog),
		ON_PTY("it closes though the line takes nothing", test_close_with_backlog),
		ON_PTY("its rate can be changed", test_rate),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("modem_port", tests, NULL, NULL);
}
