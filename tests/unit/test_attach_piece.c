/* SPDX-License-Identifier: ISC */
#include "compose/attach_piece.h"

#include "mail/wire_text.h"
#include "rows.h"

struct row {
	const char *name;
	const char *octets;
	size_t max;
	size_t length;
};

static const struct row pieces[] = {
	{ "nothing is a piece of nothing", "", 5, 0 },
	{ "what fits is one piece", "abcde", 5, 5 },
	{ "more is cut at the limit", "abcdef", 5, 5 },
	{ "no piece ends in a plus sign", "abcd+f", 5, 4 },
	{ "nor in one of two", "abc++f", 5, 3 },
	{ "a plus sign may begin one", "abcde+", 5, 5 },
	{ "two plus signs may begin one", "abcde++f", 5, 5 },
	{ "no piece begins with AT", "abcdeATx", 5, 4 },
	{ "no piece begins with aT", "abcdeaT", 5, 4 },
	{ "no piece begins with A/", "abcdea/", 5, 4 },
	{ "a T may begin one", "abcdATx", 5, 5 },
	{ "an A alone may begin one", "abcdeA", 5, 5 },
	{ "a plus sign behind the border is good", "abATAT+AT", 7, 6 },
	{ "the border goes back as far as it must", "abcd+ATAT", 5, 4 },
	{ "where there is no border there is no piece", "++++++", 3, 0 },
};

static void cuts(void **state)
{
	const struct row *row = *state;

	assert_int_equal(attach_piece_length(span_of(row->octets), row->max), row->length);
}

/* Whatever is safe as a whole is safe in pieces. */
static void any_octets(void **state)
{
	static const char alphabet[] = "+++AaTt/\r\nxyz";
	uint32_t random = 2463534242u;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		char text[40];
		struct span rest = span_make(text, sizeof text);

		for (size_t i = 0; i < sizeof text; i++) {
			random = random * 1664525u + 1013904223u;
			text[i] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
		}
		if (wire_text_octets_fault(rest))
			continue;
		while (rest.length > 0) {
			size_t length = attach_piece_length(rest, 7);

			assert_true(length > 0 && length <= 7);
			assert_null(wire_text_octets_fault(span_take(rest, length)));
			rest = span_skip(rest, length);
		}
	}
}

int main(void)
{
	static struct rows rows;

	ROWS_ADD_TABLE(&rows, pieces, cuts);
	ROWS_ADD(&rows, "any safe octets make safe pieces", any_octets);
	return rows_run(&rows, "attach_piece");
}
