/* SPDX-License-Identifier: ISC */
/* An envelope that is taken is written as a text that is taken again and is
 * written the same; one that is refused leaves nothing. */
#include <stdint.h>
#include <stdlib.h>

#include "mail/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
	if (!truth)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct envelope envelope = { 0 }, again = { 0 };
	struct buf first = BUF_INIT(2 * ENVELOPE_TEXT_MAX), second = BUF_INIT(2 * ENVELOPE_TEXT_MAX);

	if (envelope_parse(span_make(data, size), &envelope) != NULL) {
		expect(envelope.sender == NULL && envelope.client == NULL && envelope.helo == NULL);
		expect(envelope.recipients == NULL && envelope.recipient_count == 0);
		return 0;
	}
	expect(envelope.sender != NULL && envelope.recipient_count > 0);
	expect(envelope.recipient_count <= ENVELOPE_RECIPIENTS_MAX);
	expect(envelope_format(&envelope, &first));
	expect(first.length <= size);	/* nothing is written in a longer way than it was read */
	expect(envelope_parse(buf_span(&first), &again) == NULL);
	expect(again.recipient_count == envelope.recipient_count);
	expect(envelope_format(&again, &second));
	expect(span_equal(buf_span(&first), buf_span(&second)));
	envelope_clear(&envelope);
	envelope_clear(&again);
	buf_clear(&first);
	buf_clear(&second);
	return 0;
}
