/* SPDX-License-Identifier: ISC */
/* A growable buffer with a hard maximum, so that nothing from outside can make
 * it grow without end. Failure (maximum reached, or out of memory) is sticky:
 * write a whole text, then look at `failed` once. A failed append appends
 * nothing. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct buf {
	char *at;		/* owned; always NUL-ended once anything was put */
	size_t length;		/* octets held, the NUL not counted */
	size_t capacity;
	size_t max;		/* length never exceeds this */
	bool failed;		/* something did not fit; cleared by buf_reset() */
};

/* An empty buffer that may hold `max` octets; allocates nothing yet. */
#define BUF_INIT(max_octets) { NULL, 0, 0, (max_octets), false }
void buf_init(struct buf *buf, size_t max);

/* Frees what it holds; may be used again as after buf_init(). */
void buf_clear(struct buf *buf);

/* Forgets the content and the failure, keeps the memory. */
void buf_reset(struct buf *buf);

/* Append. Each returns !buf->failed. */
bool buf_put(struct buf *buf, struct span span);
bool buf_text(struct buf *buf, const char *text);
bool buf_byte(struct buf *buf, char octet);
bool buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool buf_vformat(struct buf *buf, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* Room for `count` more octets at the returned place, to be filled by the
 * caller and confirmed by buf_grew(). NULL (and failed) when they do not fit. */
char *buf_room(struct buf *buf, size_t count);
void buf_grew(struct buf *buf, size_t count);

/* Removes `count` octets from the front. */
void buf_drop_front(struct buf *buf, size_t count);

/* What it holds; valid until the next change. */
struct span buf_span(const struct buf *buf);

/* What it holds as NUL-ended text ("" when empty); valid until the next change. */
const char *buf_string(const struct buf *buf);

/* Hands the memory over to the caller, who frees it; the buffer is empty
 * afterwards. NULL when it failed or when out of memory. */
char *buf_take(struct buf *buf);

#endif
