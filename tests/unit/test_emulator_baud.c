/* SPDX-License-Identifier: ISC */
#include "rows.h"

#include <string.h>

#include "emulator/emulator_baud.h"

#define ALL 256

/* Rates at which every octet comes through. */
static const struct good {
	const char *name;
	unsigned sent_at, received_at;
} good[] = {
	{ "115200 to 115200", 115200, 115200 },
	{ "300 to 300", 300, 300 },
	{ "a receiver bears 2 percent too slow", 112900, 115200 },
	{ "and 2 percent too fast", 117500, 115200 },
};

static void test_good(void **state)
{
	const struct good *row = *state;

	for (unsigned octet = 0; octet < ALL; octet++) {
		unsigned char received[EMULATOR_BAUD_MOST];

		assert_int_equal(emulator_baud_receive(row->sent_at, row->received_at,
						       (unsigned char)octet, received), 1);
		assert_int_equal(received[0], octet);
	}
}

/* Worked out by hand: the sender's bits, sampled in the middle of the receiver's. */
static const struct garbage {
	const char *name;
	unsigned sent_at, received_at;
	unsigned char octet;
	const char *received;
	size_t count;
} garbage[] = {
	/* Start and four low bits take 60 bits of the receiver, which hears zeros, and
	 * again for each falling edge: 'A' is 0 1000001 0 1 on the line. */
	{ "a slow A is three breaks to a fast receiver", 9600, 115200, 'A', "\0\0\0", 3 },
	/* Its middle of the start bit is in the fourth bit of 'T', which is high. */
	{ "a fast octet whose fourth bit is high is no start", 57600, 9600, 'T', "", 0 },
	{ "and one whose fourth bit is low is all ones", 57600, 9600, 'A', "\xff", 1 },
	{ "half the rate", 115200, 57600, 'A', "\xfe", 1 },
	{ "twice the rate", 57600, 115200, 'A', "\x06\xfe", 2 },
};

static void test_garbage(void **state)
{
	const struct garbage *row = *state;
	unsigned char received[EMULATOR_BAUD_MOST];
	size_t count = emulator_baud_receive(row->sent_at, row->received_at, row->octet, received);

	assert_int_equal(count, row->count);
	if (count > 0)
		assert_memory_equal(received, row->received, count);
}

/* Between any two common rates no command comes through, and nothing is ever more
 * than it can be. */
static void test_all(void **state)
{
	static const unsigned rates[] = { 300, 9600, 19200, 38400, 57600, 115200, 460800, 921600 };

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		unsigned sent_at = rates[i / 8], received_at = rates[i % 8];
		unsigned same = 0;

		for (unsigned octet = 0; octet < ALL; octet++) {
			unsigned char received[EMULATOR_BAUD_MOST];
			size_t count = emulator_baud_receive(sent_at, received_at,
							     (unsigned char)octet, received);

			assert_in_range(count, 0, EMULATOR_BAUD_MOST);
			same += count == 1 && received[0] == octet;
		}
		assert_true(sent_at == received_at ? same == ALL : same <= 2);
	}
}

int main(void)
{
	static struct rows tests;

	ROWS_ADD_TABLE(&tests, good, test_good);
	ROWS_ADD_TABLE(&tests, garbage, test_garbage);
	ROWS_ADD(&tests, "common rates garble each other, within bounds", test_all);
	return rows_run(&tests, "emulator_baud");
}
