/* SPDX-License-Identifier: ISC */
#include "modem/modem_recorder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 512
#define HEAD_SIZE 40	/* the time and the mark */

struct modem_recorder {
	int64_t start_ms;
	size_t first, length;	/* where the oldest record begins, and octets of all */

	/* Data that may still grow; it follows all that is in the ring. */
	size_t data_octets;
	int64_t data_ms;

	char ring[MODEM_RECORDER_OCTETS];
};

static const char marks[] = {
	[MODEM_RECORDER_SENT] = '>',
	[MODEM_RECORDER_CAME] = '<',
	[MODEM_RECORDER_NOTE] = '=',
};

struct modem_recorder *modem_recorder_new(int64_t now_ms)
{
	struct modem_recorder *recorder = calloc(1, sizeof(*recorder));

	if (recorder != NULL)
		recorder->start_ms = now_ms;
	return recorder;
}

void modem_recorder_free(struct modem_recorder *recorder)
{
	free(recorder);
}

/* "12.043 > " */
static struct span make_head(const struct modem_recorder *recorder, enum modem_recorder_mark mark,
			     int64_t now_ms, char head[static HEAD_SIZE])
{
	int64_t ms = now_ms > recorder->start_ms ? now_ms - recorder->start_ms : 0;
	int length = snprintf(head, HEAD_SIZE, "%" PRId64 ".%03d %c ", ms / 1000,
			      (int)(ms % 1000), marks[mark]);

	return span_make(head, length < 0 ? 0 : (size_t)length);
}

/* The oldest record goes, whole. */
static void drop_oldest(struct modem_recorder *recorder)
{
	char octet;

	do {
		octet = recorder->ring[recorder->first];
		recorder->first = (recorder->first + 1) % MODEM_RECORDER_OCTETS;
		recorder->length--;
	} while (octet != '\n');
}

static void put(struct modem_recorder *recorder, char octet)
{
	recorder->ring[(recorder->first + recorder->length) % MODEM_RECORDER_OCTETS] = octet;
	recorder->length++;
}

static void put_record(struct modem_recorder *recorder, struct span head, struct span text)
{
	text = span_take(text, TEXT_MAX);
	while (recorder->length + head.length + text.length + 1 > MODEM_RECORDER_OCTETS)
		drop_oldest(recorder);
	for (size_t i = 0; i < head.length; i++)
		put(recorder, head.at[i]);
	for (size_t i = 0; i < text.length; i++)
		put(recorder, text.at[i] >= 0x20 && text.at[i] <= 0x7e ? text.at[i] : '?');
	put(recorder, '\n');
}

static struct span make_data(const struct modem_recorder *recorder, char text[static HEAD_SIZE])
{
	int length = snprintf(text, HEAD_SIZE, "(%zu octets)", recorder->data_octets);

	return span_make(text, length < 0 ? 0 : (size_t)length);
}

static void put_data(struct modem_recorder *recorder)
{
	char head[HEAD_SIZE], text[HEAD_SIZE];

	if (recorder->data_octets == 0)
		return;
	put_record(recorder,
		   make_head(recorder, MODEM_RECORDER_SENT, recorder->data_ms, head),
		   make_data(recorder, text));
	recorder->data_octets = 0;
}

void modem_recorder_add(struct modem_recorder *recorder, enum modem_recorder_mark mark,
			struct span text, int64_t now_ms)
{
	char head[HEAD_SIZE];

	put_data(recorder);
	put_record(recorder, make_head(recorder, mark, now_ms, head), text);
}

void modem_recorder_add_data(struct modem_recorder *recorder, size_t octets, int64_t now_ms)
{
	recorder->data_octets += octets;
	recorder->data_ms = now_ms;
}

bool modem_recorder_read(const struct modem_recorder *recorder, struct buf *out)
{
	size_t to_end = MODEM_RECORDER_OCTETS - recorder->first;
	size_t before = recorder->length < to_end ? recorder->length : to_end;
	char head[HEAD_SIZE], text[HEAD_SIZE];

	buf_put(out, span_make(recorder->ring + recorder->first, before));
	buf_put(out, span_make(recorder->ring, recorder->length - before));
	if (recorder->data_octets > 0) {
		buf_put(out, make_head(recorder, MODEM_RECORDER_SENT, recorder->data_ms, head));
		buf_put(out, make_data(recorder, text));
		buf_byte(out, '\n');
	}
	return !out->failed;
}
