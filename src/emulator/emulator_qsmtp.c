/* SPDX-License-Identifier: ISC */
/* The QSMTP commands that build a mail; those that take data or send it are in
 * emulator_qsmtp_send.c. The forms are the reference's, word by word. */
#include "emulator/emulator_qsmtp.h"

/* ="<text>": one text of at most `max` octets. */
static bool write_text(const struct emulator_call *call, size_t max, char **place)
{
	struct emulator_syntax syntax;
	struct span text;

	emulator_syntax_begin(&syntax, call->command.parameters);
	text = emulator_syntax_text(&syntax);
	if (!emulator_syntax_end(&syntax) || text.length > max)
		return false;
	emulator_draft_set(place, text);
	return true;
}

static bool read_text(const struct emulator_call *call, const char *text,
		      struct emulator_answer *answer)
{
	emulator_answer_line(answer, "%s: \"%s\"", call->row->name, text);
	return true;
}

static bool write_user(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	(void)answer;
	return write_text(call, EMULATOR_USER_MAX, &core->draft.user);
}

static bool read_user(struct emulator_core *core, const struct emulator_call *call,
		      struct emulator_answer *answer)
{
	return read_text(call, core->draft.user, answer);
}

static bool write_password(struct emulator_core *core, const struct emulator_call *call,
			   struct emulator_answer *answer)
{
	(void)answer;
	return write_text(call, EMULATOR_USER_MAX, &core->draft.password);
}

static bool read_password(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	(void)core;
	return read_text(call, "<***>", answer);
}

/* No limit is given for address and name: the line's own is the only one. */
static bool write_address(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	(void)answer;
	return write_text(call, EMULATOR_LINE_MAX, &core->draft.address);
}

static bool read_address(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	return read_text(call, core->draft.address, answer);
}

static bool write_name(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	(void)answer;
	return write_text(call, EMULATOR_LINE_MAX, &core->draft.name);
}

static bool read_name(struct emulator_core *core, const struct emulator_call *call,
		      struct emulator_answer *answer)
{
	return read_text(call, core->draft.name, answer);
}

static bool write_server(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	struct span server;
	int64_t port;

	(void)answer;
	emulator_syntax_begin(&syntax, call->command.parameters);
	server = emulator_syntax_text(&syntax);
	port = emulator_syntax_number(&syntax, 1, 65535);
	if (!emulator_syntax_end(&syntax) || server.length == 0)
		return false;
	emulator_draft_set(&core->draft.server, server);
	core->draft.port = (unsigned)port;
	return true;
}

/* The source prints OK first here; hosts have to take both orders. */
static bool read_server(struct emulator_core *core, const struct emulator_call *call,
			struct emulator_answer *answer)
{
	emulator_answer_late(answer, "%s: \"%s\",%u", call->row->name, core->draft.server,
			     core->draft.port);
	return true;
}

/* The result of a command that is about to work: what the script says, or what
 * the work gives. A refused command has done nothing. */
static bool is_refused(const struct emulator_call *call)
{
	return call->fault->has_answer && call->fault->answer < 0;
}

static void give_result(const struct emulator_call *call, struct emulator_answer *answer,
			int result)
{
	answer->result_of = call->row->name;
	answer->result = call->fault->has_answer ? call->fault->answer : result;
}

/* =<mode>[,<type>[,"<e-addr>"]] */
static bool write_recipient(struct emulator_core *core, const struct emulator_call *call,
			    struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	struct span address = { NULL, 0 };
	int64_t mode, type = 0;
	int result = 0;

	emulator_syntax_begin(&syntax, call->command.parameters);
	mode = emulator_syntax_number(&syntax, 0, 1);
	if (emulator_syntax_more(&syntax))
		type = emulator_syntax_number(&syntax, 1, 3);
	if (emulator_syntax_more(&syntax))
		address = emulator_syntax_text(&syntax);
	if (!emulator_syntax_end(&syntax))
		return false;
	/* Adding takes all three, and an address that is one. */
	if ((mode == 1 || address.at != NULL) && address.length == 0)
		return false;
	if (!is_refused(call) && mode == 1)
		result = emulator_draft_add_recipient(&core->draft, (int)type, address);
	else if (!is_refused(call))
		result = emulator_draft_delete_recipients(&core->draft, (int)type,
							  address.at ? &address : NULL);
	give_result(call, answer, result);
	return true;
}

static bool read_recipients(struct emulator_core *core, const struct emulator_call *call,
			    struct emulator_answer *answer)
{
	for (size_t i = 0; i < core->draft.recipient_count; i++)
		emulator_answer_line(answer, "%s: %d,\"%s\"", call->row->name,
				     core->draft.recipients[i].type,
				     core->draft.recipients[i].address);
	return true;
}

static bool write_subject(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	struct span title;
	int64_t charset;

	(void)answer;
	emulator_syntax_begin(&syntax, call->command.parameters);
	charset = emulator_syntax_number(&syntax, 0, 3);
	title = emulator_syntax_text(&syntax);
	if (!emulator_syntax_end(&syntax) || !emulator_draft_is_subject((int)charset, title))
		return false;
	core->draft.subject_charset = (int)charset;
	emulator_draft_set(&core->draft.subject, title);
	return true;
}

static bool read_subject(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	emulator_answer_line(answer, "%s: %d,\"%s\"", call->row->name,
			     core->draft.subject_charset, core->draft.subject);
	return true;
}

static bool read_attachments(struct emulator_core *core, const struct emulator_call *call,
			     struct emulator_answer *answer)
{
	for (size_t i = 0; i < core->draft.attachment_count; i++)
		emulator_answer_line(answer, "%s: %zu,\"%s\",%zu", call->row->name, i + 1,
				     core->draft.attachments[i].name,
				     core->draft.attachments[i].size);
	return true;
}

static bool delete_attachment(struct emulator_core *core, const struct emulator_call *call,
			      struct emulator_answer *answer, size_t index)
{
	int result = 0;

	if (!is_refused(call))
		result = emulator_draft_delete_attachment(&core->draft, index);
	give_result(call, answer, result);
	return true;
}

static bool write_delete(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	int64_t index;

	emulator_syntax_begin(&syntax, call->command.parameters);
	index = emulator_syntax_number(&syntax, 1, EMULATOR_ATTACHMENTS_MAX);
	if (!emulator_syntax_end(&syntax))
		return false;
	return delete_attachment(core, call, answer, (size_t)index);
}

static bool execute_delete(struct emulator_core *core, const struct emulator_call *call,
			   struct emulator_answer *answer)
{
	return delete_attachment(core, call, answer, 0);
}

/* QSMTPCFG is not in the list of what it clears. */
static bool execute_clear(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	(void)call;
	(void)answer;
	emulator_draft_clear(&core->draft);
	emulator_draft_init(&core->draft);
	return true;
}

/* =<type>[,<value>]; without a value it reads, and prints no blank. */
static bool write_setting(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	int64_t value = core->authenticate;
	bool reads;

	emulator_syntax_begin(&syntax, call->command.parameters);
	emulator_syntax_number(&syntax, 1, 1);
	reads = !emulator_syntax_more(&syntax);
	if (!reads)
		value = emulator_syntax_number(&syntax, 0, 1);
	if (!emulator_syntax_end(&syntax))
		return false;
	if (reads)
		emulator_answer_line(answer, "%s:%d", call->row->name, core->authenticate);
	core->authenticate = value == 1;
	return true;
}

static const struct emulator_row rows[] = {
	{ "+QSMTPUSER", EMULATOR_ROW_MAIL, "\"USER\"", read_user, write_user, NULL, NULL, 0, 0, 0 },
	{ "+QSMTPPWD", EMULATOR_ROW_MAIL, "\"PASSWORD\"", read_password, write_password, NULL,
	  NULL, 0, 0, 0 },
	{ "+QSMTPADDR", EMULATOR_ROW_MAIL, "\"ADDRESS\"", read_address, write_address, NULL, NULL,
	  0, 0, 0 },
	{ "+QSMTPNAME", EMULATOR_ROW_MAIL, "\"NAME\"", read_name, write_name, NULL, NULL, 0, 0, 0 },
	{ "+QSMTPSRV", EMULATOR_ROW_MAIL, "\"SERVER\",(1-65535)", read_server, write_server, NULL,
	  NULL, 0, 0, 0 },
	{ "+QSMTPDST", EMULATOR_ROW_MAIL, "(0,1),(1-3),\"ADDRESS\"", read_recipients,
	  write_recipient, NULL, NULL, 0, 0, 0 },
	{ "+QSMTPSUB", EMULATOR_ROW_MAIL, "(0-3),\"TITLE\"", read_subject, write_subject, NULL,
	  NULL, 0, 0, 0 },
	{ "+QSMTPBODY", EMULATOR_ROW_MAIL, "(0-3),(1-48000)", NULL, emulator_qsmtp_write_body, NULL,
	  NULL, 0, 0, 0 },
	{ "+QSMTPATT", EMULATOR_ROW_MAIL, "\"FILE NAME\",<filesz>,(1-48000)", read_attachments,
	  emulator_qsmtp_write_attachment, NULL, NULL, 0, 0, 0 },
	{ "+QSMTPDATT", EMULATOR_ROW_MAIL, "(1-10)", NULL, write_delete, execute_delete, NULL,
	  0, 0, 0 },
	{ "+QSMTPCLR", EMULATOR_ROW_MAIL, "", NULL, NULL, execute_clear, NULL, 0, 0, 0 },
	{ "+QSMTPCFG", EMULATOR_ROW_MAIL, "(1)", NULL, write_setting, NULL, NULL, 0, 0, 0 },
	{ "+QSMTPPUT", EMULATOR_ROW_MAIL, "(100-48000)", NULL, emulator_qsmtp_write_put,
	  emulator_qsmtp_execute_put, NULL, 0, 0, 0 },
};

const struct emulator_table emulator_qsmtp_table = { rows, sizeof(rows) / sizeof(rows[0]) };
