/* SPDX-License-Identifier: ISC */
/* Commands of the file store (modem.md 7). */
#include "emulator/emulator_base.h"
#include "emulator/emulator_download.h"

#define UPLOAD_DEFAULT_OCTETS 10240
#define UPLOAD_MAX_OCTETS 1048576
#define UPLOAD_IDLE_S 5
#define WRONG_BITS 0x0101u

static void upload_done(struct emulator_core *core, enum emulator_data_end end, int64_t now_ms)
{
	struct emulator_download *download = &core->download;
	struct span content = buf_span(&download->data.content);
	struct emulator_answer answer;

	emulator_answer_init(&answer, core);
	emulator_answer_line(&answer, "+QFUPL: %zu,%x", content.length,
			     emulator_store_checksum(content) ^
			     (download->fault->wrong_checksum ? WRONG_BITS : 0));
	/* Too little is stored all the same, and told as a fault. */
	answer.cme = emulator_store_add(&core->store, span_of(download->name),
					&download->data.content);
	if (answer.cme == 0 && end == EMULATOR_DATA_TIMEOUT)
		answer.cme = EMULATOR_STORE_TIMEOUT;
	if (!download->fault->drop_result)
		emulator_answer_send(core, &answer, &emulator_script_no_fault, now_ms);
	emulator_answer_clear(&answer);
}

/* The size that can be given is what is free. */
static bool test_upload(struct emulator_core *core, const struct emulator_call *call,
			struct emulator_answer *answer)
{
	if (call->command.form != EMULATOR_FORM_TEST)
		return false;
	emulator_answer_line(answer, "%s: <filename>,(1-%zu),(1-65535),(0,1)", call->row->name,
			     emulator_store_free(&core->store));
	return true;
}

/* ="<name>"[,<size>[,<timeout>[,<ackmode>]]] */
static bool write_upload(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	struct emulator_data_options options = { .size_ends = true };
	struct emulator_syntax syntax;
	struct span given, name;
	int64_t size = UPLOAD_DEFAULT_OCTETS, timeout_s = UPLOAD_IDLE_S, ack = 0;

	emulator_syntax_begin(&syntax, call->command.parameters);
	given = emulator_syntax_text(&syntax);
	if (emulator_syntax_more(&syntax))
		size = emulator_syntax_number(&syntax, 1, UPLOAD_MAX_OCTETS);
	if (emulator_syntax_more(&syntax))
		timeout_s = emulator_syntax_number(&syntax, 1, 65535);
	if (emulator_syntax_more(&syntax))
		ack = emulator_syntax_number(&syntax, 0, 1);
	if (!emulator_syntax_end(&syntax))
		return false;
	answer->cme = emulator_store_name(given, &name);
	if (answer->cme == 0)
		answer->cme = emulator_store_check(&core->store, name, (size_t)size);
	if (answer->cme != 0)
		return true;
	options.max = options.size = (size_t)size;
	options.idle_ms = timeout_s * 1000;
	emulator_download_start(core, &options, call->line, call->fault, upload_done,
			       call->now_ms);
	emulator_draft_set(&core->download.name, name);
	core->download.acknowledges = ack == 1;
	answer->final = "";
	answer->connect = true;
	answer->pending = true;
	return true;
}

static void list(const struct emulator_core *core, struct emulator_answer *answer,
		 const struct span *name)
{
	for (size_t i = 0; i < core->store.count; i++) {
		const struct emulator_file *file = &core->store.files[i];

		if (name == NULL || span_is(*name, file->name))
			emulator_answer_line(answer, "+QFLST: \"UFS:%s\",%zu", file->name,
					     file->content.length);
	}
}

static bool execute_list(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	(void)call;
	list(core, answer, NULL);
	return true;
}

/* The one name that a command is given; false when its form is wrong. What is
 * wrong with the name itself is in the answer. */
static bool take_name(const struct emulator_call *call, struct emulator_answer *answer,
		      struct span *name)
{
	struct emulator_syntax syntax;
	struct span given;

	emulator_syntax_begin(&syntax, call->command.parameters);
	given = emulator_syntax_text(&syntax);
	if (!emulator_syntax_end(&syntax))
		return false;
	answer->cme = emulator_store_name(given, name);
	return true;
}

static bool write_list(struct emulator_core *core, const struct emulator_call *call,
		       struct emulator_answer *answer)
{
	struct span name;

	if (!take_name(call, answer, &name))
		return false;
	if (answer->cme == 0 && !span_is(name, "*") &&
	    emulator_store_find(&core->store, name) == NULL)
		answer->cme = EMULATOR_STORE_NOT_FOUND;
	if (answer->cme == 0)
		list(core, answer, span_is(name, "*") ? NULL : &name);
	return true;
}

static bool write_delete(struct emulator_core *core, const struct emulator_call *call,
			 struct emulator_answer *answer)
{
	struct span name;

	if (!take_name(call, answer, &name))
		return false;
	if (answer->cme == 0)
		answer->cme = emulator_store_delete(&core->store, name);
	return true;
}

static bool execute_space(struct emulator_core *core, const struct emulator_call *call,
			  struct emulator_answer *answer)
{
	emulator_answer_line(answer, "%s: %zu,%zu", call->row->name,
			     emulator_store_free(&core->store), core->store.size);
	return true;
}

static bool write_space(struct emulator_core *core, const struct emulator_call *call,
			struct emulator_answer *answer)
{
	struct emulator_syntax syntax;
	struct span store;

	emulator_syntax_begin(&syntax, call->command.parameters);
	store = emulator_syntax_text(&syntax);
	if (!emulator_syntax_end(&syntax))
		return false;
	if (!span_is(store, "UFS"))
		answer->cme = EMULATOR_STORE_BAD_NAME;
	else
		execute_space(core, call, answer);
	return true;
}

static const struct emulator_row rows[] = {
	{ "+QFUPL", EMULATOR_ROW_OWN_TEST, NULL, test_upload, write_upload, NULL, NULL, 0, 0, 0 },
	{ "+QFLST", 0, "", NULL, write_list, execute_list, NULL, 0, 0, 0 },
	{ "+QFDEL", 0, "", NULL, write_delete, NULL, NULL, 0, 0, 0 },
	{ "+QFLDS", 0, "", NULL, write_space, execute_space, NULL, 0, 0, 0 },
};

const struct emulator_table emulator_files_table = { rows, sizeof(rows) / sizeof(rows[0]) };
