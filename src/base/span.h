/* SPDX-License-Identifier: ISC */
/* Borrowed text: a pointer and a length, never owned, not ended by NUL. A span
 * is valid only as long as what it points into; nothing here allocates but
 * span_dup(). All comparisons are on octets; "nocase" folds ASCII only. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *at;
	size_t length;
};

/* For printf's "%.*s": the length is cut at INT_MAX. */
#define SPAN_ARG(s) ((s).length > 0x7fffffff ? 0x7fffffff : (int)(s).length), ((s).at ? (s).at : "")

/* The text without its NUL; NULL gives an empty span. */
static inline struct span span_of(const char *text)
{
	return (struct span){ text, text ? strlen(text) : 0 };
}

static inline struct span span_make(const void *at, size_t length)
{
	return (struct span){ at, length };
}

bool span_equal(struct span a, struct span b);
bool span_equal_nocase(struct span a, struct span b);

/* Compare with a NUL-ended text. */
bool span_is(struct span span, const char *text);
bool span_is_nocase(struct span span, const char *text);
bool span_starts(struct span span, const char *prefix);
bool span_starts_nocase(struct span span, const char *prefix);

/* The span without its first `count` octets (empty when it has fewer). */
struct span span_skip(struct span span, size_t count);

/* At most the first `count` octets. */
struct span span_take(struct span span, size_t count);

/* Without blanks and tabs (and CR, LF) at both ends. */
struct span span_trim(struct span span);

/* Offset of the first `octet`, or the span's length when there is none. */
size_t span_index(struct span span, char octet);

/* Offset of the first occurrence of `text`, or the span's length. */
size_t span_find(struct span span, struct span text);

/* Takes the part before the first `separator` off the front of *rest into
 * *head, the separator itself dropped. False (and *head empty) only when *rest
 * is exhausted: rest->at is NULL then, so that "a,,b" gives three parts and a
 * loop ends. */
bool span_cut(struct span *rest, char separator, struct span *head);

/* Takes the next word (no blanks or tabs in it) off the front of *rest. False
 * when only blanks are left. */
bool span_word(struct span *rest, struct span *word);

/* The whole span as a decimal number, with an optional leading '-', within
 * [min, max]. No blanks, no '+', no overflow. False leaves *value alone. */
bool span_number(struct span span, int64_t min, int64_t max, int64_t *value);

/* A NUL-ended copy; the caller frees it. NULL when out of memory. */
char *span_dup(struct span span);

/* Copies at most size - 1 octets and ends with NUL; false when it was cut. */
bool span_copy(struct span span, char *out, size_t size);

#endif
