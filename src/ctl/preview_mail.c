/* SPDX-License-Identifier: ISC */
#include "ctl/preview_mail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/checksum.h"
#include "mail/address.h"
#include "mail/header_field.h"
#include "mail/spool_file.h"

#define READ_SIZE 65536

static int read_all(int fd, struct buf *out)
{
	char piece[READ_SIZE];

	for (;;) {
		ssize_t got = read(fd, piece, sizeof piece);

		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0)
			return 0;
		if (got > 0 && !buf_put(out, span_make(piece, (size_t)got)))
			return -EFBIG;
	}
}

int preview_mail_read(const char *path, struct buf *out)
{
	int fd, result;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, out);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	result = read_all(fd, out);
	close(fd);
	return result;
}

/* Octets at the front that go as they are. */
static size_t plain_length(struct span text)
{
	size_t length = 0;

	while (length < text.length && text.at[length] != '\r' && text.at[length] != '\n' &&
	       text.at[length] != '\0')
		length++;
	return length;
}

bool preview_mail_content(struct span input, struct buf *out)
{
	struct span rest = header_field_skip_mailbox_line(input);

	while (rest.length > 0) {
		size_t length = plain_length(rest);

		buf_put(out, span_take(rest, length));
		rest = span_skip(rest, length);
		if (rest.length > 0 && rest.at[0] != '\0')
			buf_text(out, "\r\n");
		rest = span_skip(rest, span_starts(rest, "\r\n") ? 2 : 1);
	}
	if (out->length > 0 && out->at[out->length - 1] != '\n')
		buf_text(out, "\r\n");
	return !out->failed;
}

/* Why the daemon would refuse it at RCPT; NULL when it would not. */
static const char *refusal_of(enum alias_outcome outcome)
{
	switch (outcome) {
	case ALIAS_OK:
		break;
	case ALIAS_NOT_ALLOWED:
		return "no pattern of allow = matches it";
	case ALIAS_LOOP:
		return "its aliases name each other";
	case ALIAS_NO_CARRY:
		return "the module cannot carry such an address";
	case ALIAS_LOCAL:
		return "no alias for it, and no default domain of another machine";
	case ALIAS_NO_TARGET:
		return "its alias names nobody";
	case ALIAS_TOO_MANY:
		return "more recipients than a mail may have";
	}
	return NULL;
}

bool preview_mail_add_recipient(const struct alias_policy *policy, struct span address,
				struct envelope *envelope, struct buf *remarks)
{
	enum alias_outcome outcome;
	const char *refusal;

	if (address_check(address, true, true) == ADDRESS_OK) {
		outcome = alias_resolve(policy, address, envelope);
		refusal = refusal_of(outcome);
	} else {
		refusal = "it is no address";
	}
	if (refusal)
		buf_format(remarks, "%.*s would be refused: %s\n", SPAN_ARG(address), refusal);
	return !remarks->failed;
}

static bool add_mailboxes(const struct alias_policy *policy, struct span list,
			  struct envelope *envelope, bool *broken, struct buf *remarks)
{
	struct buf address = BUF_INIT(ADDRESS_MAX);
	bool added = true;

	while (added && address_next_mailbox(&list, &address, broken))
		added = preview_mail_add_recipient(policy, buf_span(&address), envelope, remarks);
	buf_clear(&address);
	return added;
}

bool preview_mail_add_header_recipients(const struct alias_policy *policy, struct span content,
					struct envelope *envelope, struct buf *remarks)
{
	bool resent = header_field_is_resent(content), broken = false, added = true;
	struct header_field field;

	while (added && header_field_next(&content, &field))
		if (header_field_is_recipients(field.name, resent))
			added = add_mailboxes(policy, field.value, envelope, &broken, remarks);
	if (broken)
		buf_text(remarks, "part of what the header says of recipients is no address\n");
	return added && !remarks->failed;
}

void preview_mail_author(struct span content, struct buf *out)
{
	struct header_field field;
	bool broken;

	while (out->length == 0 && header_field_next(&content, &field))
		if (span_is_nocase(field.name, "From"))
			address_next_mailbox(&field.value, out, &broken);
}

bool preview_mail_take(const struct trace *trace, struct span content, struct buf *out)
{
	struct header_filter filter = { 0 };

	return header_filter_put(&filter, trace, content, out) &&
	       header_filter_end(&filter, trace, out);
}

bool preview_mail_spool_file(const struct envelope *envelope, struct span content,
			     struct buf *out)
{
	char head[SPOOL_FILE_HEAD_SIZE];
	struct buf text = BUF_INIT(ENVELOPE_TEXT_MAX);
	bool made = envelope_format(envelope, &text);

	spool_file_format_head(&(struct spool_file_head){
		.content_octets = content.length,
		.content_crc32 = checksum_crc32(0, content.at, content.length),
		.envelope_octets = text.length,
		.envelope_crc32 = checksum_crc32(0, text.at, text.length),
	}, head);
	made = made && buf_put(out, span_make(head, sizeof head)) && buf_put(out, content) &&
	       buf_put(out, buf_span(&text));
	buf_clear(&text);
	return made;
}
