/* SPDX-License-Identifier: ISC */
/* Every step of every script against everything that can go wrong there, on
 * virtual time. The cases are generated (fault_scripts.h times fault_list.h);
 * what must come of each is told by fault_allowed.h, and the rules that hold
 * whatever happens by fault_bench.h and below. */
#include "fault_allowed.h"
#include "fault_scripts.h"
#include "qsmtp/qsmtp_errors.h"

#define CASES_MAX 40000
#define SYNC_MS 8000	/* with a module that answers */
#define REST_MS 30000	/* as the life rests when nothing answers */

struct fault_case {
	char name[160];
	const struct fault_script *script;
	size_t step;
	struct fault fault;
	bool guarded, self_ending;
	size_t piece;
};

/* Steps may pass before it is noticed: answers that came twice stand for those
 * of the next commands, and a module that started anew without a word between
 * two commands answers the next one. */
static bool may_slip(const struct fault_case *c)
{
	const struct fault_row *row = c->fault.row;

	return row->deed == FAULT_TWICE || row->deed == FAULT_TWICE_WHOLE ||
		fault_is_of_no_need(&c->script->steps[c->step], &c->fault) ||
		(row->deed == FAULT_RESET && row->text == NULL && c->fault.part == FAULT_END);
}

static void check_outcome(const struct fault_case *c, struct fault_bench *b)
{
	const struct at_chat_result *result = &b->result;
	unsigned allowed = fault_allowed(c->script->steps, c->script->count, c->step, &c->fault);
	size_t latest = c->step + (c->fault.part == FAULT_END) +
		(c->fault.row->deed == FAULT_CANCEL);

	if (!b->module.done)
		FAULT_COMPLAIN(b, "the fault never happened (%s)",
			       at_chat_outcome_name(result->outcome));
	if ((allowed >> result->outcome & 1) == 0)
		FAULT_COMPLAIN(b, "ended with %s at step %zu, \"%s\"",
			       at_chat_outcome_name(result->outcome), result->step, result->line);
	if (result->outcome == AT_CHAT_OK) {
		assert_int_equal(result->step, c->script->count);
		assert_null(result->label);
		return;
	}
	assert_true(result->step < c->script->count);
	assert_string_equal(result->label, c->script->steps[result->step].label);
	if (!may_slip(c) && (result->step < c->step || result->step > latest))
		FAULT_COMPLAIN(b, "ended at step %zu", result->step);
	/* An answer with other content must never pass. */
	if (b->module.content_bad && result->step > b->module.content_step)
		FAULT_COMPLAIN(b, "other content was taken for ours");
}

/* From the fault to the end: what is left of the step, and to synchronise. */
static void check_time(const struct fault_case *c, struct fault_bench *b)
{
	const struct at_step *step = &c->script->steps[c->step];
	int64_t limit_ms = b->module.done_ms + FAULT_SYNC_MS + fault_step_limit_ms(b, step);

	if (b->result.outcome == AT_CHAT_OK || may_slip(c))
		return;
	if (c->fault.part == FAULT_END && c->step + 1 < c->script->count)
		limit_ms += fault_step_limit_ms(b, &c->script->steps[c->step + 1]);
	/* Silence is noticed by the shorter limit, and who answers again is soon
	 * synchronised. */
	if (c->fault.row->deed == FAULT_SILENT && c->fault.part <= FAULT_OK)
		limit_ms -= FAULT_SYNC_MS - SYNC_MS + step->result_ms;
	if (c->fault.row->deed == FAULT_SILENT && c->fault.part <= FAULT_OK &&
	    step->idle_ms > 0 && step->idle_ms < step->answer_ms)
		limit_ms -= step->answer_ms - step->idle_ms;
	if (b->finished_ms > limit_ms)
		FAULT_COMPLAIN(b, "it took %" PRId64 " ms too long", b->finished_ms - limit_ms);
}

static void check_mail(const struct fault_case *c, struct fault_bench *b)
{
	const struct fault_module *m = &b->module;
	struct verdict verdict = qsmtp_errors_judge(&b->result);
	bool sent = m->puts > 0 && m->put_code == 0;
	bool known = b->result.has_code && b->result.step < c->script->count &&
		c->script->steps[b->result.step].commits;

	assert_non_null(verdict.status);
	assert_non_null(verdict.text);
	if (m->puts > 1)
		FAULT_COMPLAIN(b, "sent %u times", m->puts);
	if (m->puts > 0 && m->content_bad)
		FAULT_COMPLAIN(b, "sent with other content");
	if (verdict.class == VERDICT_DELIVERED && !sent)
		FAULT_COMPLAIN(b, "called delivered and was not");
	if (sent && verdict.class != VERDICT_DELIVERED && verdict.class != VERDICT_UNCERTAIN)
		FAULT_COMPLAIN(b, "was sent and is called %s", verdict_class_name(verdict.class));
	if (m->puts > 0 && !sent && !known && verdict.class != VERDICT_UNCERTAIN)
		FAULT_COMPLAIN(b, "may be sent and is called %s",
			       verdict_class_name(verdict.class));
	if (b->result.outcome == AT_CHAT_ERROR && c->script->steps[b->result.step].commits)
		assert_false(b->result.committed);
	if (b->commits_sent == 0 && verdict.class == VERDICT_UNCERTAIN)
		FAULT_COMPLAIN(b, "called uncertain and nothing was told to send");
	if (m->puts > 0 && known && verdict.class != qsmtp_errors_verdict(m->put_code).class &&
	    m->put_code > INT_MIN)
		FAULT_COMPLAIN(b, "called %s for %d", verdict_class_name(verdict.class),
			       m->put_code);
}

static void let_time_pass(struct fault_bench *b, int64_t ms)
{
	int64_t until_ms = b->now_ms + ms;

	while (fault_module_due_ms(&b->module) <= until_ms)
		fault_step_on(b, until_ms);
	b->now_ms = until_ms;
}

/* What is said in answer to these must be their own, whatever is late. */
/* It may still work on what it was asked minutes ago, or wait for the rest of a
 * file, out of which no escape helps. */
static bool is_out_of_reach(const struct fault_bench *b)
{
	const struct fault_module *m = &b->module;

	return m->free_ms > b->now_ms || m->slow_until_ms > b->now_ms ||
		(m->in_data && fault_is_for_store(m->step));
}

static void probe(const struct fault_case *c, struct fault_bench *b)
{
	static const struct span tags[] = { FAULT_S("+TAG: 1"), FAULT_S("+TAG: 2"), FAULT_S("+TAG: 3") };
	static const char *const lines[] = { "AT+TAG=1", FAULT_SLOW_COMMAND, "AT+TAG=3" };
	struct at_step steps[3];

	for (size_t i = 0; i < 3; i++)
		steps[i] = (struct at_step){
			.label = "TAG", .line = span_of(lines[i]), .info = "+TAG:",
			.expected = &tags[i], .expected_count = 1, .verify_expected = true,
			.answer_ms = i == 1 ? 1000000 : 30000,
		};
	for (unsigned tries = 0; tries < 20; tries++) {
		bool was_out_of_reach = is_out_of_reach(b);

		fault_run(b, steps, 3);
		/* That it started anew when nothing ran is noticed only now. */
		if (b->result.outcome == AT_CHAT_RESET && c->fault.part == FAULT_END && tries == 0)
			continue;
		if (b->result.synced || !(was_out_of_reach || is_out_of_reach(b)))
			break;
		let_time_pass(b, REST_MS);
	}
	if (b->result.outcome != AT_CHAT_OK)
		FAULT_COMPLAIN(b, "a clean script behind it ended with %s at step %zu, \"%s\"",
			       at_chat_outcome_name(b->result.outcome), b->result.step,
			       b->result.line);
}

/* The same script once more, with a module that is well. */
static void run_again(const struct fault_case *c, struct fault_bench *b)
{
	b->module.content_bad = false;
	b->module.puts = 0;
	fault_run(b, c->script->steps, c->script->count);
	if (b->result.outcome != AT_CHAT_OK)
		FAULT_COMPLAIN(b, "run again it ended with %s at step %zu, \"%s\"",
			       at_chat_outcome_name(b->result.outcome), b->result.step,
			       b->result.line);
	if (b->module.content_bad || b->module.puts != (c->script->mail ? 1u : 0u))
		FAULT_COMPLAIN(b, "run again it was not as it should be");
}

static void set_manner(struct fault_module *m, const struct fault_row *row)
{
	if (row->deed != FAULT_MANNER)
		return;
	m->manner = row->text;
	m->blanks = row->ms == 1 ? 0 : row->ms == 2 ? 2 : 1;
	m->echo = row->ms == 3;
}

static void test_case(void **state)
{
	const struct fault_case *c = *state;
	const struct at_chat_options options = {
		.baud = c->script->baud, .pace_ms = 20, .piece_octets = 512,
		.escape_guard_ms = c->guarded ? 1200 : 0,
	};
	struct fault_bench *b = fault_bench_new(c->name, &options);

	b->piece = c->piece;
	b->module.guarded = c->guarded;
	b->module.self_ending = c->self_ending;
	b->module.fault = c->fault;
	b->module.fault_step = c->step;
	set_manner(&b->module, c->fault.row);
	fault_run(b, c->script->steps, c->script->count);
	check_outcome(c, b);
	check_time(c, b);
	if (c->script->mail)
		check_mail(c, b);
	/* What a module that repeats itself or starts anew has to say is said first. */
	if (may_slip(c) || c->fault.part == FAULT_END)
		let_time_pass(b, FAULT_BOOT_MS + 1000);
	fault_mend(b);
	probe(c, b);
	run_again(c, b);
	fault_bench_free(b);
}

static size_t case_count;
static struct fault_case *cases;

static void add_case(const struct fault_script *script, size_t step, const struct fault *fault,
		     bool guarded, bool self_ending)
{
	static const size_t pieces[] = { 0, 1, 7, 0 };
	struct fault_case *c = &cases[case_count];
	bool last = step + 1 == script->count;
	const struct at_step *s = &script->steps[step];

	if (script->size_ends_data != AT_UNKNOWN)
		self_ending = script->size_ends_data == AT_YES;
	if (!fault_applies(s, fault, last, self_ending))
		return;
	if (case_count == CASES_MAX)
		abort();
	*c = (struct fault_case){ .script = script, .step = step, .fault = *fault,
				  .guarded = guarded, .self_ending = self_ending,
				  .piece = pieces[case_count % 4] };
	if (may_slip(c))
		c->piece = 0;
	snprintf(c->name, sizeof(c->name), "%s, %s[%zu]: %s%s%s%s", script->name, s->label, step,
		 fault->row->words, fault_place(fault),
		 s->data && guarded ? ", silence around +++" : "",
		 s->data && self_ending ? ", ends by size" : "");
	case_count++;
}

/* Data is tried with all kinds of firmware, the rest with one after the other. */
static void add_kinds(const struct fault_script *script, size_t step, const struct fault *fault)
{
	const struct at_step *s = &script->steps[step];

	if (!s->data) {
		add_case(script, step, fault, case_count & 1, case_count & 2);
		return;
	}
	for (unsigned kind = 0; kind < 4; kind++) {
		bool self_ending = kind & 2;

		if (self_ending && (s->data_end != AT_DATA_SIZED ||
				    script->size_ends_data != AT_UNKNOWN))
			continue;
		if (fault_is_for_store(s) && (kind & 1))
			continue;
		add_case(script, step, fault, kind & 1, self_ending);
	}
}

static void add_step(const struct fault_script *script, size_t step)
{
	for (size_t i = 0; i < FAULT_ROWS; i++) {
		const struct fault_row *row = &fault_rows[i];
		bool whole_run = row->deed == FAULT_NONE || row->deed == FAULT_MANNER;

		if (whole_run && step > 0)
			continue;
		for (int part = 0; part < FAULT_PARTS; part++) {
			struct fault fault = { row, (enum fault_part)part };

			if (row->parts & FAULT_AT(part))
				add_kinds(script, step, &fault);
		}
	}
}

int main(int argc, char **argv)
{
	struct fault_script *scripts = fault_scripts_new();
	struct CMUnitTest *tests;
	size_t chosen = 0;
	int failed;

	cases = calloc(CASES_MAX, sizeof(*cases));
	tests = calloc(CASES_MAX, sizeof(*tests));
	if (cases == NULL || tests == NULL)
		abort();
	for (size_t i = 0; i < FAULT_SCRIPTS; i++)
		for (size_t step = 0; step < scripts[i].count; step++)
			if (scripts[i].chosen[step]) {
				add_step(&scripts[i], step);
				chosen++;
			}
	for (size_t i = 0; i < case_count; i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL, &cases[i] };
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	printf("# %zu cases: %zu steps of %zu scripts\n", case_count, chosen, (size_t)FAULT_SCRIPTS);
	failed = _cmocka_run_group_tests("fault matrix", tests, case_count, NULL, NULL);
	free(tests);
	free(cases);
	fault_scripts_free(scripts);
	return failed > 0;
}
