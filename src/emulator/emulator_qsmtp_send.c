/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_qsmtp.h"

#include "emulator/emulator_download.h"

#define DATA_TIMEOUT_MAX_S 48000
#define PUT_TIMEOUT_MIN_S 100
#define PUT_TIMEOUT_MAX_S 48000

/* What came in data mode is taken, unless time ran out or the script refuses. */
static bool is_taken(const struct emulator_download *download, enum emulator_data_end end,
		     int *result)
{
	if (end == EMULATOR_DATA_TIMEOUT)
		*result = EMULATOR_RESULT_TIMEOUT;
	if (download->fault->has_answer && download->fault->answer < 0)
		*result = download->fault->answer;
	return *result == 0;
}

static void give_result(struct emulator_core *core, const char *name, int result, int64_t now_ms)
{
	const struct emulator_fault *fault = core->download.fault;

	emulator_answer_result(core, EMULATOR_DEED_SAY, name,
			       fault->has_answer ? fault->answer : result, fault, now_ms);
}

static void body_done(struct emulator_core *core, enum emulator_data_end end, int64_t now_ms)
{
	struct emulator_download *download = &core->download;
	int result = 0;

	if (is_taken(download, end, &result) && download->data.count > EMULATOR_BODY_MAX)
		result = EMULATOR_RESULT_PARAMETER;
	if (result == 0)
		result = emulator_draft_set_body(&core->draft, download->charset,
						 &download->data.content);
	give_result(core, "+QSMTPBODY", result, now_ms);
}

/* =<charset>[,<timeout>] */
bool emulator_qsmtp_write_body(struct emulator_core *core, const struct emulator_call *call,
			       struct emulator_answer *answer)
{
	struct emulator_data_options options = {
		.max = EMULATOR_BODY_MAX, .plus_ends = true, .guard_ms = core->settings.guard_ms,
		.guard_kind = core->settings.guard_kind,
	};
	struct emulator_syntax syntax;
	int64_t charset;

	emulator_syntax_begin(&syntax, call->command.parameters);
	charset = emulator_syntax_number(&syntax, 0, 3);
	if (emulator_syntax_more(&syntax))
		options.total_ms = 1000 * emulator_syntax_number(&syntax, 1, DATA_TIMEOUT_MAX_S);
	if (!emulator_syntax_end(&syntax))
		return false;
	emulator_download_start(core, &options, call->line, call->fault, body_done, call->now_ms);
	core->download.charset = (int)charset;
	answer->connect = true;
	answer->pending = true;
	return true;
}

static void attachment_done(struct emulator_core *core, enum emulator_data_end end, int64_t now_ms)
{
	struct emulator_download *download = &core->download;
	int result = 0;

	if (is_taken(download, end, &result) && download->data.count > EMULATOR_ATTACHMENT_MAX)
		result = EMULATOR_RESULT_NO_MEMORY;
	else if (result == 0 && download->sized && download->data.count > download->size)
		result = EMULATOR_RESULT_NOT_SAVED;
	if (result == 0)
		result = emulator_draft_add_content(&core->draft, span_of(download->name),
						    &download->data.content);
	give_result(core, "+QSMTPATT", result, now_ms);
}

/* A file of the store: no data mode, and its real size is the result. */
static bool attach_stored(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer, struct span name)
{
	const struct emulator_file *file = NULL;
	int result = EMULATOR_RESULT_NO_FILE;

	if (span_starts(name, "/UFS/"))
		file = emulator_store_find(&core->store, span_skip(name, strlen("/UFS/")));
	if (call->fault->has_answer && call->fault->answer < 0)
		result = call->fault->answer;
	else if (file != NULL)
		result = emulator_draft_add_stored(&core->draft, name, file->content.length);
	answer->result_of = call->row->name;
	answer->result = call->fault->has_answer ? call->fault->answer : result;
	return true;
}

static bool is_stored(struct span name)
{
	return span_starts(name, "/UFS/") || span_starts(name, "/SD/") ||
	       span_starts(name, "/RAM/");
}

/* ="<filename>"[,<filesz>,<timeout>]; the two come together or not at all. */
bool emulator_qsmtp_write_attachment(struct emulator_core *core, const struct emulator_call *call,
				     struct emulator_answer *answer)
{
	struct emulator_data_options options = {
		.max = EMULATOR_ATTACHMENT_MAX, .plus_ends = true,
		.guard_ms = core->settings.guard_ms, .guard_kind = core->settings.guard_kind,
	};
	struct emulator_syntax syntax;
	struct span name;
	bool sized;

	emulator_syntax_begin(&syntax, call->command.parameters);
	name = emulator_syntax_text(&syntax);
	sized = emulator_syntax_more(&syntax);
	if (sized) {
		options.size = (size_t)emulator_syntax_number(&syntax, 0, EMULATOR_ATTACHMENT_MAX);
		options.total_ms = 1000 * emulator_syntax_number(&syntax, 1, DATA_TIMEOUT_MAX_S);
	}
	if (!emulator_syntax_end(&syntax) || name.length == 0 || (sized && is_stored(name)))
		return false;
	if (is_stored(name))
		return attach_stored(core, call, answer, name);
	options.size_ends = sized && core->settings.filesz_ends;
	emulator_download_start(core, &options, call->line, call->fault, attachment_done,
			       call->now_ms);
	emulator_draft_set(&core->download.name, name);
	core->download.sized = sized;
	core->download.size = options.size;
	answer->connect = true;
	answer->pending = true;
	return true;
}

/* What keeps the mail from being sent at all; 0 when nothing does. */
static int draft_fault(const struct emulator_core *core)
{
	const struct emulator_draft *draft = &core->draft;

	if (draft->recipient_count == 0)
		return EMULATOR_RESULT_NO_RECIPIENT;
	if (*draft->server == '\0' || *draft->address == '\0' ||
	    (core->authenticate && *draft->user == '\0'))
		return EMULATOR_RESULT_PARAMETER;
	return 0;
}

/* How the mail ends whatever the server says; 0 when the server decides. */
static int early_end(const struct emulator_core *core, const struct emulator_fault *fault)
{
	if (!emulator_world_has_data(core) || core->world.path != EMULATOR_PATH_FINE)
		return EMULATOR_RESULT_NETWORK;
	if (fault->change.context_lost && fault->phase != EMULATOR_PHASE_AFTER)
		return EMULATOR_RESULT_CONTEXT;
	return 0;
}

/* A rule for whole mails goes before one for the command. */
static const struct emulator_fault *fault_of_mail(struct emulator_core *core,
						  const struct emulator_call *call)
{
	struct emulator_happening happening = {
		.event = EMULATOR_EVENT_PUT, .line = call->line, .draft = &core->draft,
	};
	const struct emulator_fault *fault = emulator_commands_ask(core, &happening);

	return fault ? fault : call->fault;
}

static void arm_timeout(struct emulator_core *core, int64_t timeout_ms, int64_t now_ms)
{
	struct emulator_item item = {
		.due_ms = now_ms + timeout_ms, .deed = EMULATOR_DEED_PUT_TIMEOUT,
		.value = core->mails,
	};

	if (timeout_ms > 0)
		emulator_agenda_add(&core->agenda, &item, span_of(""));
}

/* Whether the mail leaves: not when the script answers in the server's place,
 * nor when the module or its network goes down first, unless the script says so. */
static bool is_delivered(const struct emulator_core *core, const struct emulator_fault *fault)
{
	bool falls = (fault->disruption == EMULATOR_DISRUPTION_RESET ||
		      fault->disruption == EMULATOR_DISRUPTION_OFF) &&
		     fault->phase != EMULATOR_PHASE_AFTER;

	return fault->deliver || (!fault->has_answer && !falls && core->sending_end == 0);
}

static void settle(struct emulator_core *core, int result, const struct emulator_fault *fault,
		   int64_t now_ms)
{
	emulator_answer_result(core, EMULATOR_DEED_PUT_DONE, "+QSMTPPUT",
			       fault->has_answer ? fault->answer : result, fault,
			       now_ms + fault->delay_answer_ms);
}

static void dispatch(struct emulator_core *core, const struct emulator_fault *fault,
		     int64_t timeout_ms, int64_t now_ms)
{
	core->outgoing = emulator_mail_new(&core->draft, &core->store, core->authenticate,
					   ++core->mails);
	core->outgoing_deliver = is_delivered(core, fault);
	if (core->outgoing == NULL) {
		settle(core, EMULATOR_RESULT_NO_FILE, fault, now_ms);
	} else if (core->outgoing_deliver) {
		core->awaiting = true;
		arm_timeout(core, timeout_ms, now_ms);
	} else {
		settle(core, core->sending_end, fault, now_ms);
	}
}

static bool put(struct emulator_core *core, const struct emulator_call *call,
		struct emulator_answer *answer, int64_t timeout_ms)
{
	int result = draft_fault(core);
	const struct emulator_fault *fault = result ? call->fault : fault_of_mail(core, call);

	answer->fault = fault;
	if (emulator_script_refuses(fault))
		return true;
	answer->pending = true;
	core->sending = true;
	core->sending_fault = fault;
	core->sending_end = early_end(core, fault);
	emulator_core_log_state(core, "sending");
	if (result != 0)
		settle(core, result, fault, call->now_ms);
	else
		dispatch(core, fault, timeout_ms, call->now_ms);
	return true;
}

bool emulator_qsmtp_write_put(struct emulator_core *core, const struct emulator_call *call,
			      struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	int64_t timeout_s;

	emulator_syntax_begin(&syntax, call->command.parameters);
	timeout_s = emulator_syntax_number(&syntax, PUT_TIMEOUT_MIN_S, PUT_TIMEOUT_MAX_S);
	if (!emulator_syntax_end(&syntax))
		return false;
	return put(core, call, answer, timeout_s * 1000);
}

bool emulator_qsmtp_execute_put(struct emulator_core *core, const struct emulator_call *call,
				struct emulator_answer *answer)
{
	return put(core, call, answer, 0);
}
