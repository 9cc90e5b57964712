/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_draft.h"

#include <stdlib.h>

static void free_attachment(struct emulator_attachment *attachment)
{
	free(attachment->name);
	buf_clear(&attachment->content);
}

void emulator_draft_init(struct emulator_draft *draft)
{
	*draft = (struct emulator_draft){ .port = 25 };
	emulator_draft_set(&draft->user, span_of(""));
	emulator_draft_set(&draft->password, span_of(""));
	emulator_draft_set(&draft->address, span_of(""));
	emulator_draft_set(&draft->name, span_of(""));
	emulator_draft_set(&draft->server, span_of(""));
	emulator_draft_set(&draft->subject, span_of(""));
	buf_init(&draft->body, EMULATOR_BODY_MAX);
}

void emulator_draft_clear(struct emulator_draft *draft)
{
	free(draft->user);
	free(draft->password);
	free(draft->address);
	free(draft->name);
	free(draft->server);
	free(draft->subject);
	buf_clear(&draft->body);
	emulator_draft_delete_recipients(draft, 0, NULL);
	emulator_draft_delete_attachment(draft, 0);
}

void emulator_draft_set(char **text, struct span value)
{
	char *copy = span_dup(value);

	if (copy == NULL)
		abort();	/* a test tool: better no answer than a wrong one */
	free(*text);
	*text = copy;
}

int emulator_draft_add_recipient(struct emulator_draft *draft, int type, struct span address)
{
	struct emulator_recipient *recipient;

	if (draft->recipient_count == EMULATOR_RECIPIENTS_MAX)
		return EMULATOR_RESULT_PARAMETER;
	recipient = &draft->recipients[draft->recipient_count++];
	*recipient = (struct emulator_recipient){ .type = type };
	emulator_draft_set(&recipient->address, address);
	return 0;
}

int emulator_draft_delete_recipients(struct emulator_draft *draft, int type,
				     const struct span *address)
{
	size_t kept = 0;
	size_t before = draft->recipient_count;

	for (size_t i = 0; i < before; i++) {
		struct emulator_recipient *recipient = &draft->recipients[i];
		bool chosen = type == 0 || recipient->type == type;

		if (chosen && address != NULL)
			chosen = span_is(*address, recipient->address);
		if (chosen)
			free(recipient->address);
		else
			draft->recipients[kept++] = *recipient;
	}
	draft->recipient_count = kept;
	return address != NULL && kept == before ? EMULATOR_RESULT_PARAMETER : 0;
}

static void move(struct buf *to, struct buf *from)
{
	size_t max = to->max;

	buf_clear(to);
	*to = *from;
	to->max = max;
	buf_init(from, from->max);
}

int emulator_draft_set_body(struct emulator_draft *draft, int charset, struct buf *content)
{
	if (content->length > EMULATOR_BODY_MAX)
		return EMULATOR_RESULT_PARAMETER;
	draft->body_charset = charset;
	move(&draft->body, content);
	return (int)draft->body.length;
}

static struct emulator_attachment *add(struct emulator_draft *draft, struct span name, size_t size)
{
	struct emulator_attachment *attachment;

	attachment = &draft->attachments[draft->attachment_count++];
	*attachment = (struct emulator_attachment){ .size = size };
	buf_init(&attachment->content, EMULATOR_ATTACHMENT_MAX);
	emulator_draft_set(&attachment->name, name);
	return attachment;
}

int emulator_draft_add_content(struct emulator_draft *draft, struct span name,
			       struct buf *content)
{
	size_t sum = content->length;

	for (size_t i = 0; i < draft->attachment_count; i++)
		sum += draft->attachments[i].content.length;
	if (sum > EMULATOR_ATTACHMENT_MAX || draft->attachment_count == EMULATOR_ATTACHMENTS_MAX)
		return EMULATOR_RESULT_NO_MEMORY;
	move(&add(draft, name, content->length)->content, content);
	return (int)draft->attachments[draft->attachment_count - 1].size;
}

int emulator_draft_add_stored(struct emulator_draft *draft, struct span name, size_t size)
{
	if (draft->attachment_count == EMULATOR_ATTACHMENTS_MAX)
		return EMULATOR_RESULT_NO_MEMORY;
	add(draft, name, size)->stored = true;
	return (int)size;
}

int emulator_draft_delete_attachment(struct emulator_draft *draft, size_t index)
{
	size_t kept = 0;
	size_t before = draft->attachment_count;

	for (size_t i = 0; i < before; i++) {
		if (index == 0 || i + 1 == index)
			free_attachment(&draft->attachments[i]);
		else
			draft->attachments[kept++] = draft->attachments[i];
	}
	draft->attachment_count = kept;
	return index != 0 && kept == before ? EMULATOR_RESULT_PARAMETER : 0;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool emulator_draft_is_subject(int charset, struct span title)
{
	if (charset == 0) {
		for (size_t i = 0; i < title.length; i++)
			if ((unsigned char)title.at[i] > 0x7e)
				return false;
		return title.length <= EMULATOR_SUBJECT_TEXT_MAX;
	}
	for (size_t i = 0; i < title.length; i++)
		if (!is_hex(title.at[i]))
			return false;
	return title.length <= EMULATOR_SUBJECT_HEX_MAX && title.length % 2 == 0;
}
