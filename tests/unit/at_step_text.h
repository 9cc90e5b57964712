/* SPDX-License-Identifier: ISC */
/* A step of a script as text, a member a line, for dialogues as data:
 *
 *	info, result PREFIX; expect LINE (may be empty); payload TEXT; length;
 *	secret; hold; commits; go-on; any; silences; listens; before, answer, idle, within MS;
 *	ending MS (sized data), probed MS, counted; checksum HEX
 *
 * In a TEXT \r, \n, \xHH and \\ mean what they mean in C; '|' is CR LF, and TEXT*N
 * repeats it. What a step points to is kept in a buffer whose memory must not
 * move. */
#ifndef TESTS_UNIT_AT_STEP_TEXT_H
#define TESTS_UNIT_AT_STEP_TEXT_H

#include <stddef.h>
#include <stdlib.h>

#include "at/at_script.h"
#include "base/buf.h"
#include "rows.h"

enum at_step_text_kind { PREFIX, FLAG, NUMBER, SIZED, PROBED, COUNTED, CHECKSUM };

static const struct at_step_text_member {
	const char *key;
	enum at_step_text_kind kind;
	size_t offset;
} at_step_text_members[] = {
	{ "info", PREFIX, offsetof(struct at_step, info) },
	{ "result", PREFIX, offsetof(struct at_step, result) },
	{ "length", FLAG, offsetof(struct at_step, result_is_length) },
	{ "secret", FLAG, offsetof(struct at_step, secret) },
	{ "hold", FLAG, offsetof(struct at_step, hold) },
	{ "commits", FLAG, offsetof(struct at_step, commits) },
	{ "before", NUMBER, offsetof(struct at_step, wait_before_ms) },
	{ "answer", NUMBER, offsetof(struct at_step, answer_ms) },
	{ "within", NUMBER, offsetof(struct at_step, result_ms) },
	{ "idle", NUMBER, offsetof(struct at_step, idle_ms) },
	{ "listens", FLAG, offsetof(struct at_step, listens) },
	{ "any", FLAG, offsetof(struct at_step, any_result) },
	{ "silences", FLAG, offsetof(struct at_step, silences_echo) },
	{ "ending", SIZED, offsetof(struct at_step, self_ending_ms) },
	{ "probed", PROBED, offsetof(struct at_step, self_ending_ms) },
	{ "counted", COUNTED, offsetof(struct at_step, self_ending_ms) },
	{ "checksum", CHECKSUM, offsetof(struct at_step, self_ending_ms) },
};

static inline struct span at_step_text_decode(struct buf *kept, const char *text)
{
	size_t start = kept->length, length, times = 1;
	const char *star = strrchr(text, '*');
	const char *end = text + strlen(text);

	if (star && star[1] != '\0' && star[strspn(star + 1, "0123456789") + 1] == '\0') {
		times = strtoul(star + 1, NULL, 10);
		end = star;
	}
	for (; text < end; text++) {
		char hex[3] = { 0 };

		if (*text == '|') {
			buf_text(kept, "\r\n");
		} else if (*text != '\\') {
			buf_byte(kept, *text);
		} else if (*++text == 'x') {
			memcpy(hex, text + 1, 2);
			buf_byte(kept, (char)strtoul(hex, NULL, 16));
			text += 2;
		} else {
			buf_byte(kept, *text == 'r' ? '\r' : *text == 'n' ? '\n' : *text);
		}
	}
	length = kept->length - start;
	for (size_t i = 1; i < times; i++)
		buf_put(kept, span_make(kept->at + start, length));
	assert_false(kept->failed);
	return span_make(kept->at + start, kept->length - start);
}

/* A NUL-ended copy. */
static inline const char *at_step_text_keep(struct buf *kept, const char *text)
{
	size_t start = kept->length;

	buf_text(kept, text);
	buf_byte(kept, '\0');
	assert_false(kept->failed);
	return kept->at + start;
}

static inline bool at_step_text_set_member(struct at_step *step, struct buf *kept,
					   const char *key, const char *text)
{
	for (size_t i = 0; i < sizeof at_step_text_members / sizeof at_step_text_members[0]; i++) {
		const struct at_step_text_member *known = &at_step_text_members[i];
		void *member = (char *)step + known->offset;

		if (strcmp(key, known->key) != 0)
			continue;
		if (known->kind == PREFIX)
			*(const char **)member = at_step_text_keep(kept, text);
		else if (known->kind == FLAG)
			*(bool *)member = true;
		else if (known->kind != CHECKSUM)
			*(int64_t *)member = strtoll(text, NULL, 10);
		if (known->kind == SIZED)
			step->data_end = AT_DATA_SIZED;
		else if (known->kind == PROBED)
			step->data_end = AT_DATA_PROBED;
		else if (known->kind == COUNTED)
			step->data_end = AT_DATA_COUNTED;
		else if (known->kind == CHECKSUM)
			step->checksum = (uint32_t)strtoul(text, NULL, 16);
		step->has_checksum |= known->kind == CHECKSUM;
		return true;
	}
	return false;
}

/* False when there is no such member. `expected` is room for lines to read back. */
static inline bool at_step_text_fill_in(struct at_step *step, struct span *expected,
					struct buf *kept, const char *key, const char *text)
{
	if (strcmp(key, "expect") == 0) {
		step->expected = expected;
		if (text[0] != '\0')
			expected[step->expected_count++] = at_step_text_decode(kept, text);
		step->verify_expected = true;
	} else if (strcmp(key, "payload") == 0) {
		step->data = true;
		step->payload = at_step_text_decode(kept, text);
	} else if (strcmp(key, "go-on") == 0) {
		step->on_error = AT_ON_ERROR_GO_ON;
	} else {
		return at_step_text_set_member(step, kept, key, text);
	}
	return true;
}

#endif
