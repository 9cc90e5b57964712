/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_guesses.h"

#include <stdio.h>

#include "rows.h"

enum act { END, BEGIN, RIGHT, WRONG, DROPPED, AGE };

struct step {
	enum act act;
	const char *address;
	int64_t now_ms;
	int64_t wait_ms;	/* what BEGIN says */
	unsigned times;		/* 0 is once */
};

struct row {
	const char *name;
	struct step steps[12];
};

#define A "192.0.2.1"
#define B "192.0.2.2"
#define CUT_OFF SMTP_GUESSES_CUT_OFF

/* So many wrong ones, each as soon as it may be. */
#define WRONG_TIMES(count, address) { AGE, address, 0, 0, count }

static const struct row table[] = {
	{ "the first is looked at at once", { { BEGIN, A, 0, 0, 0 } } },
	{ "behind a wrong one the next waits a second",
	  { { BEGIN, A, 0, 0, 0 }, { WRONG, A, 100, 0, 0 }, { BEGIN, A, 100, 1000, 0 },
	    { BEGIN, A, 1099, 1, 0 }, { BEGIN, A, 1100, 0, 0 } } },
	{ "then two, then four",
	  { { BEGIN, A, 0, 0, 0 }, { WRONG, A, 0, 0, 0 }, { BEGIN, A, 1000, 0, 0 },
	    { WRONG, A, 1000, 0, 0 }, { BEGIN, A, 1000, 2000, 0 }, { BEGIN, A, 3000, 0, 0 },
	    { WRONG, A, 3000, 0, 0 }, { BEGIN, A, 3000, 4000, 0 } } },
	{ "never longer than a minute, as the ninth",
	  { WRONG_TIMES(9, A), { BEGIN, A, 1000000, 60000, 0 } } },
	{ "after ten nothing is looked at",
	  { WRONG_TIMES(10, A), { BEGIN, A, 1000000, CUT_OFF, 0 },
	    { BEGIN, A, 1000000 + 899999, CUT_OFF, 0 } } },
	{ "after a quarter of an hour all is forgotten",
	  { WRONG_TIMES(10, A), { BEGIN, A, 1000000 + 900000, 0, 0 },
	    { WRONG, A, 2000000, 0, 0 }, { BEGIN, A, 2000000, 1000, 0 } } },
	{ "another address is another matter",
	  { WRONG_TIMES(10, A), { BEGIN, B, 1000000, 0, 0 } } },
	{ "a right one is the end of it",
	  { WRONG_TIMES(9, A), { BEGIN, A, 1060000, 0, 0 }, { RIGHT, A, 0, 0, 0 },
	    { BEGIN, A, 1060000, 0, 0 }, { WRONG, A, 1060000, 0, 0 },
	    { BEGIN, A, 1060000, 1000, 0 } } },
	{ "four of an address are looked at together",
	  { { BEGIN, A, 0, 0, 4 }, { BEGIN, A, 0, 200, 0 }, { RIGHT, A, 0, 0, 0 },
	    { BEGIN, A, 0, 0, 0 }, { BEGIN, A, 0, 200, 0 } } },
	{ "of one that has guessed wrong three times only one",
	  { WRONG_TIMES(3, A), { BEGIN, A, 1004000, 0, 0 }, { BEGIN, A, 1004000, 200, 0 },
	    { DROPPED, A, 0, 0, 0 }, { BEGIN, A, 1004000, 0, 0 } } },
	{ "one that came to nothing does not count",
	  { { BEGIN, A, 0, 0, 0 }, { DROPPED, A, 0, 0, 0 }, { BEGIN, A, 0, 0, 0 } } },
	{ "wrong ones that ran together all count",
	  { { BEGIN, A, 0, 0, 4 }, { WRONG, A, 0, 0, 4 }, { BEGIN, A, 0, 8000, 0 } } },
	{ "a network of IPv6 is one",
	  { WRONG_TIMES(10, "2001:db8:0:1::1"), { BEGIN, "2001:db8:0:1:ffff::2", 1000000, CUT_OFF, 0 },
	    { BEGIN, "2001:db8:0:2::1", 1000000, 0, 0 } } },
	{ "what is no address is all the same",
	  { WRONG_TIMES(10, ""), { BEGIN, "localhost", 1000000, CUT_OFF, 0 } } },
};

static void guess_wrong(struct smtp_guesses *guesses, struct span address, unsigned times)
{
	int64_t now_ms = 1000000 - 1000000000;

	for (unsigned i = 0; i < times; i++) {
		int64_t wait_ms = smtp_guesses_begin(guesses, address, now_ms);

		if (wait_ms > 0) {
			now_ms += wait_ms;
			assert_int_equal(smtp_guesses_begin(guesses, address, now_ms), 0);
		}
		smtp_guesses_wrong(guesses, address, i + 1 == times ? 1000000 : now_ms);
	}
}

static void take_step(struct smtp_guesses *guesses, const struct step *step)
{
	struct span address = span_of(step->address);

	switch (step->act) {
	case BEGIN:
		assert_int_equal(smtp_guesses_begin(guesses, address, step->now_ms), step->wait_ms);
		break;
	case RIGHT:
		smtp_guesses_right(guesses, address);
		break;
	case WRONG:
		smtp_guesses_wrong(guesses, address, step->now_ms);
		break;
	case DROPPED:
		smtp_guesses_dropped(guesses, address);
		break;
	case AGE:
	case END:
		break;
	}
}

static void test_row(void **state)
{
	const struct row *row = *state;
	static struct smtp_guesses guesses;

	guesses = (struct smtp_guesses){ 0 };
	for (const struct step *step = row->steps; step->act != END; step++) {
		if (step->act == AGE)
			guess_wrong(&guesses, span_of(step->address), step->times);
		else
			for (unsigned i = 0; i < (step->times ? step->times : 1); i++)
				take_step(&guesses, step);
	}
}

/* The worst are remembered for longest. */
static void a_flood_of_addresses_does_not_wash_a_guesser_away(void **state)
{
	static struct smtp_guesses guesses;
	char address[32];

	(void)state;
	guess_wrong(&guesses, span_of(A), 10);
	for (unsigned i = 0; i < 4 * SMTP_GUESSES_ADDRESSES; i++) {
		snprintf(address, sizeof(address), "10.0.%u.%u", i / 256, i % 256);
		assert_int_equal(smtp_guesses_begin(&guesses, span_of(address), 1000000), 0);
		smtp_guesses_wrong(&guesses, span_of(address), 1000000 + i);
	}
	assert_int_equal(smtp_guesses_begin(&guesses, span_of(A), 1000000), CUT_OFF);
	assert_int_equal(smtp_guesses_begin(&guesses, span_of("10.0.3.255"), 1000000), 1000 + 1023);
	/* The oldest of the others have gone. */
	assert_int_equal(smtp_guesses_begin(&guesses, span_of("10.0.0.1"), 1000000), 0);
}

static void while_all_are_being_looked_at_others_wait(void **state)
{
	static struct smtp_guesses guesses;
	char address[32];

	(void)state;
	for (unsigned i = 0; i < SMTP_GUESSES_ADDRESSES; i++) {
		snprintf(address, sizeof(address), "10.0.0.%u", i);
		assert_int_equal(smtp_guesses_begin(&guesses, span_of(address), 0), 0);
	}
	assert_int_equal(smtp_guesses_begin(&guesses, span_of(A), 0), 200);
	smtp_guesses_right(&guesses, span_of("10.0.0.7"));
	assert_int_equal(smtp_guesses_begin(&guesses, span_of(A), 0), 0);
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, table, test_row);
	ROWS_ADD(&rows, "a flood of addresses does not wash a guesser away",
		 a_flood_of_addresses_does_not_wash_a_guesser_away);
	ROWS_ADD(&rows, "while all are being looked at others wait",
		 while_all_are_being_looked_at_others_wait);
	return rows_run(&rows, "guesses");
}
