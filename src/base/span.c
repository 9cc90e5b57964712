/* SPDX-License-Identifier: ISC */
#include "base/span.h"

#include <stdlib.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool same_octets_nocase(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool span_equal(struct span a, struct span b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool span_equal_nocase(struct span a, struct span b)
{
	return a.length == b.length && same_octets_nocase(a.at, b.at, a.length);
}

bool span_is(struct span span, const char *text)
{
	return span_equal(span, span_of(text));
}

bool span_is_nocase(struct span span, const char *text)
{
	return span_equal_nocase(span, span_of(text));
}

bool span_starts(struct span span, const char *prefix)
{
	return span_is(span_take(span, strlen(prefix)), prefix);
}

bool span_starts_nocase(struct span span, const char *prefix)
{
	return span_is_nocase(span_take(span, strlen(prefix)), prefix);
}

struct span span_skip(struct span span, size_t count)
{
	if (span.at == NULL)
		return span;
	if (count > span.length)
		count = span.length;
	return (struct span){ span.at + count, span.length - count };
}

struct span span_take(struct span span, size_t count)
{
	return (struct span){ span.at, count < span.length ? count : span.length };
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span span)
{
	while (span.length > 0 && is_space(span.at[0]))
		span = span_skip(span, 1);
	while (span.length > 0 && is_space(span.at[span.length - 1]))
		span.length--;
	return span;
}

size_t span_index(struct span span, char octet)
{
	const char *found = span.length ? memchr(span.at, octet, span.length) : NULL;

	return found ? (size_t)(found - span.at) : span.length;
}

size_t span_find(struct span span, struct span text)
{
	const char *found;

	if (text.length == 0)
		return 0;
	if (span.length < text.length)
		return span.length;
	found = memmem(span.at, span.length, text.at, text.length);
	return found ? (size_t)(found - span.at) : span.length;
}

bool span_cut(struct span *rest, char separator, struct span *head)
{
	size_t end;

	*head = (struct span){ NULL, 0 };
	if (rest->at == NULL)
		return false;
	end = span_index(*rest, separator);
	*head = span_take(*rest, end);
	if (end == rest->length)
		*rest = (struct span){ NULL, 0 };
	else
		*rest = span_skip(*rest, end + 1);
	return true;
}

bool span_word(struct span *rest, struct span *word)
{
	size_t end = 0;

	while (rest->length > 0 && (rest->at[0] == ' ' || rest->at[0] == '\t'))
		*rest = span_skip(*rest, 1);
	while (end < rest->length && rest->at[end] != ' ' && rest->at[end] != '\t')
		end++;
	*word = span_take(*rest, end);
	*rest = span_skip(*rest, end);
	return end > 0;
}

bool span_number(struct span span, int64_t min, int64_t max, int64_t *value)
{
	bool negative = span.length > 0 && span.at[0] == '-';
	int64_t sum = 0;

	if (negative)
		span = span_skip(span, 1);
	if (span.length == 0)
		return false;
	for (size_t i = 0; i < span.length; i++) {
		int digit = span.at[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_sub_overflow(sum, digit, &sum))
			return false;
	}
	/* Summed downwards, since INT64_MIN has no positive twin. */
	if (!negative && __builtin_sub_overflow((int64_t)0, sum, &sum))
		return false;
	if (sum < min || sum > max)
		return false;
	*value = sum;
	return true;
}

char *span_dup(struct span span)
{
	char *copy = malloc(span.length + 1);

	if (copy == NULL)
		return NULL;
	if (span.length > 0)
		memcpy(copy, span.at, span.length);
	copy[span.length] = '\0';
	return copy;
}

bool span_copy(struct span span, char *out, size_t size)
{
	size_t length = span.length < size ? span.length : size - 1;

	if (length > 0)
		memcpy(out, span.at, length);
	out[length] = '\0';
	return length == span.length;
}
