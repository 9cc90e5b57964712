/* SPDX-License-Identifier: ISC */
#include "smtp/smtp_data.h"

/* Ordinary octets go in one piece: how many at the front need no look. */
static size_t plain_length(struct span input)
{
	size_t length = 0;

	while (length < input.length && input.at[length] != '\r' && input.at[length] != '\n' &&
	       input.at[length] != '\0')
		length++;
	return length;
}

static void decode_plain(struct smtp_data *data, struct span *input, struct buf *out, size_t enough)
{
	size_t length = plain_length(span_take(*input, enough - out->length));

	buf_put(out, span_take(*input, length));
	*input = span_skip(*input, length);
	data->state = SMTP_DATA_IN_LINE;
}

/* An octet that does not belong to what is held back in the state CR, DOT or
 * DOT_CR: says what that was. The octet itself is looked at again. */
static void release(struct smtp_data *data, char octet, struct buf *out)
{
	switch (data->state) {
	case SMTP_DATA_CR:
		buf_text(out, "\r\n");
		data->state = SMTP_DATA_LOOSE_START;
		break;
	case SMTP_DATA_DOT_CR:
		buf_text(out, ".\r\n");
		data->state = SMTP_DATA_LOOSE_START;
		break;
	case SMTP_DATA_DOT:
		/* A dot before anything is stuffing; alone before a bare LF it is
		 * neither that nor the end, so it stays. */
		if (octet == '\n')
			buf_byte(out, '.');
		data->state = SMTP_DATA_IN_LINE;
		break;
	case SMTP_DATA_LOOSE_DOT:
		/* Clients that end lines with LF stuff dots all the same (Python's
		 * smtplib does, with octets): a dot before anything is stuffing. */
		if (octet == '\r' || octet == '\n')
			buf_byte(out, '.');
		data->state = SMTP_DATA_IN_LINE;
		break;
	case SMTP_DATA_LINE_START:
	case SMTP_DATA_LOOSE_START:
	case SMTP_DATA_IN_LINE:
	case SMTP_DATA_END:
		break;
	}
}

/* CR, LF, NUL, and a dot at a line start. */
static void decode_special(struct smtp_data *data, char octet, struct buf *out)
{
	if (octet == '\0') {
		data->has_nul = true;
		data->state = SMTP_DATA_IN_LINE;
	} else if (octet == '\r') {
		data->state = SMTP_DATA_CR;
	} else if (octet == '\n') {
		buf_text(out, "\r\n");
		data->state = SMTP_DATA_LOOSE_START;
	} else {
		data->state = data->state == SMTP_DATA_LOOSE_START ? SMTP_DATA_LOOSE_DOT :
								     SMTP_DATA_DOT;
	}
}

static bool is_special(const struct smtp_data *data, char octet)
{
	return octet == '\r' || octet == '\n' || octet == '\0' ||
	       (octet == '.' && (data->state == SMTP_DATA_LINE_START ||
				 data->state == SMTP_DATA_LOOSE_START));
}

static bool holds_back(const struct smtp_data *data)
{
	return data->state == SMTP_DATA_CR || data->state == SMTP_DATA_DOT ||
	       data->state == SMTP_DATA_DOT_CR || data->state == SMTP_DATA_LOOSE_DOT;
}

/* Handles an octet in a state that holds something back. False when the octet
 * is still to be looked at. */
static bool decode_held(struct smtp_data *data, char octet, struct buf *out)
{
	if (data->state == SMTP_DATA_CR && octet == '\n') {
		buf_text(out, "\r\n");
		data->state = SMTP_DATA_LINE_START;
		return true;
	}
	if (data->state == SMTP_DATA_DOT && octet == '\r') {
		data->state = SMTP_DATA_DOT_CR;
		return true;
	}
	if (data->state == SMTP_DATA_DOT_CR && octet == '\n') {
		data->state = SMTP_DATA_END;
		return true;
	}
	release(data, octet, out);
	return false;
}

void smtp_data_decode(struct smtp_data *data, struct span *input, struct buf *out, size_t enough)
{
	while (input->length > 0 && out->length < enough && data->state != SMTP_DATA_END) {
		char octet = input->at[0];
		bool taken = true;

		if (holds_back(data))
			taken = decode_held(data, octet, out);
		else if (is_special(data, octet))
			decode_special(data, octet, out);
		else {
			decode_plain(data, input, out, enough);
			taken = false;
		}
		if (taken)
			*input = span_skip(*input, 1);
	}
}
