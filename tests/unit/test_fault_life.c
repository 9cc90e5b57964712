/* SPDX-License-Identifier: ISC */
/* A modem's life against everything that can go wrong in any step of any of its
 * scripts and in a mail: whatever it was, once the module behaves the life comes
 * back to ready by itself and sends the next mail. The cases are generated as in
 * test_fault_matrix. */
#include "fault_allowed.h"
#include "fault_shell.h"

#define CASES_MAX 20000
#define HAPPENS_MS (2 * FAULT_HOUR_MS)	/* until the script was reached, at most */
#define TROUBLE_MS (10 * FAULT_MINUTE_MS)	/* so long the trouble lasts */
#define LONG_TROUBLE_MS (2 * FAULT_HOUR_MS)	/* ... or so, */
#define DAYS_OF_TROUBLE_MS (26 * FAULT_HOUR_MS)	/* or where the way up begins */
#define BACK_MS (20 * FAULT_MINUTE_MS)	/* ... and then until it is ready again */

static const struct fault_setting settings[] = {
	{ .name = "base", .script = MODEM_SCRIPT_BASE },
	{ .name = "baud", .script = MODEM_SCRIPT_BAUD, .module_baud = 9600 },
	{ .name = "guard", .script = MODEM_SCRIPT_GUARD },
	{ .name = "size", .script = MODEM_SCRIPT_SIZE },
	{ .name = "store", .script = MODEM_SCRIPT_STORE },
	{ .name = "sweep", .script = MODEM_SCRIPT_SWEEP },
	{ .name = "sim", .script = MODEM_SCRIPT_SIM },
	{ .name = "iccid", .script = MODEM_SCRIPT_ICCID, .wants_pin = true },
	{ .name = "pin tries", .script = MODEM_SCRIPT_PIN_TRIES, .wants_pin = true },
	{ .name = "pin", .script = MODEM_SCRIPT_PIN, .wants_pin = true },
	{ .name = "wrong pin", .script = MODEM_SCRIPT_PIN, .wants_pin = true, .wrong_pin = true },
	{ .name = "quiet", .script = MODEM_SCRIPT_QUIET },
	{ .name = "network", .script = MODEM_SCRIPT_NETWORK },
	{ .name = "operator", .script = MODEM_SCRIPT_OPERATOR },
	{ .name = "tidy", .script = MODEM_SCRIPT_TIDY, .mail_code = -550 },
	{ .name = "context", .script = MODEM_SCRIPT_CONTEXT, .mail_code = -5 },
	{ .name = "radio", .script = MODEM_SCRIPT_RADIO, .no_network = true },
	{ .name = "restart", .script = MODEM_SCRIPT_RESTART, .operator_resets = true },
	{ .name = "listen", .script = MODEM_SCRIPT_LISTEN, .settles = true },
	{ .name = "poll", .script = MODEM_SCRIPT_POLL, .settles = true },
	{ .name = "poll while it sends", .script = MODEM_SCRIPT_POLL, .settles = true,
	  .sending = true },
	{ .name = "mail", .script = MODEM_SCRIPTS },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

struct life_case {
	char name[120];
	const struct fault_setting *setting;
	struct fault fault;
	size_t step;
	bool for_ever, guarded;
};

static unsigned states_entered, states_left;

static bool has_happened(const struct fault_world *w)
{
	return w->happened || (w->bench->module.fault.row != NULL && w->bench->module.done);
}

static bool is_idle(const struct fault_world *w)
{
	return modem_life_is_ready(w->life) && at_chat_is_idle(w->bench->chat) && !w->mail;
}

static void begin_mail(struct fault_world *w)
{
	struct fault_plan_row row = {
		"mail", w->bench->options.baud, 1, 300, 0, 0, QSMTP_ATTACHMENTS_AUTO,
		modem_life_basis(w->life), false,
	};

	if (w->letter.mail)
		at_script_clear(&w->letter.built);
	fault_build_mail(&row, &w->letter);
	w->bench->module.puts = 0;
	fault_fit_line(w);
	fault_arm(w, w->letter.steps, w->letter.count, MODEM_SCRIPTS);
	modem_life_sending(w->life, w->letter.built.leaves_session, w->bench->now_ms);
	w->mail = true;
	at_chat_start(w->bench->chat, w->letter.steps, w->letter.count, w->bench->now_ms);
	fault_pump(w->bench);
}

/* What is needed so that the script of the case is run at all. */
static void provoke(struct fault_world *w)
{
	const struct at_chat_result result = {
		.outcome = AT_CHAT_RESULT, .label = "QSMTPPUT", .has_code = true,
		.code = w->setting->mail_code, .committed = true, .answered = true, .synced = true,
	};

	if (!is_idle(w))
		return;
	if (w->setting->mail_code != 0 && !w->mail_failed) {
		modem_life_sending(w->life, false, w->bench->now_ms);
		modem_life_sent(w->life, &result, w->bench->now_ms);
		w->mail_failed = true;
	} else if (w->setting->operator_resets && w->resets == 0) {
		modem_life_reset(w->life, w->bench->now_ms);
	} else if (w->setting->script == MODEM_SCRIPTS) {
		begin_mail(w);
	}
	fault_ask_life(w);
}

static void live_until_it_happens(struct fault_world *w)
{
	int64_t limit_ms = w->bench->now_ms + HAPPENS_MS;

	while (!has_happened(w)) {
		if (w->bench->now_ms > limit_ms)
			FAULT_COMPLAIN(w->bench, "the fault never happened; %s: %s",
				       modem_state_name(modem_life_state(w->life)),
				       modem_life_why(w->life));
		provoke(w);
		fault_live(w, FAULT_NEVER_MS);
	}
}

static void live_for(struct fault_world *w, int64_t for_ms)
{
	int64_t until_ms = w->bench->now_ms + for_ms;

	while (w->bench->now_ms < until_ms)
		fault_live(w, until_ms);
}

/* Only the PIN may need a person: it is never tried where that may cost. */
static void be_helpful(struct fault_world *w)
{
	if (!modem_life_wants_hand(w->life) || w->sim_open || w->bench->module.dead ||
	    modem_life_state(w->life) == MODEM_OPENING)
		return;
	if (!w->setting->wants_pin)
		FAULT_COMPLAIN(w->bench, "wants a hand: %s", modem_life_why(w->life));
	w->sim_open = true;
}

static void live_until_ready(struct fault_world *w)
{
	/* Where only a reset helps, it may have to wait for its hour. */
	int64_t limit_ms = w->bench->now_ms +
		(w->setting->no_network ? FAULT_HOUR_MS + BACK_MS : BACK_MS);

	while (!is_idle(w)) {
		if (w->bench->now_ms > limit_ms)
			FAULT_COMPLAIN(w->bench, "not ready; %s: %s",
				       modem_state_name(modem_life_state(w->life)),
				       modem_life_why(w->life));
		be_helpful(w);
		fault_live(w, FAULT_NEVER_MS);
	}
}

static void deliver_one(struct fault_world *w)
{
	begin_mail(w);
	while (w->mail)
		fault_live(w, FAULT_NEVER_MS);
	if (w->bench->result.outcome != AT_CHAT_OK || w->bench->module.puts != 1)
		FAULT_COMPLAIN(w->bench, "the next mail ended with %s at step %zu, \"%s\"",
			       at_chat_outcome_name(w->bench->result.outcome),
			       w->bench->result.step, w->bench->result.line);
}

static void check_world(struct fault_world *w)
{
	if (w->tries < 2)
		FAULT_COMPLAIN(w->bench, "%d tries are left for the PIN", w->tries);
	if (w->setting->wrong_pin && w->pins_sent > 1)
		FAULT_COMPLAIN(w->bench, "a wrong PIN was tried %u times", w->pins_sent);
	if (w->setting->settles && w->settled != 1)
		FAULT_COMPLAIN(w->bench, "the mail of an earlier daemon is not settled");
	states_entered |= w->entered;
	states_left |= w->left;
}

static void test_case(void **state)
{
	const struct life_case *c = *state;
	struct fault_world *w = fault_world_new(c->name, c->setting, &c->fault, c->step);
	struct fault_bench *b = w->bench;

	b->hook = fault_on_event;
	b->module.guarded = c->guarded;
	w->for_ever = c->for_ever;
	fault_begin_life(w);
	fault_ask_life(w);
	live_until_it_happens(w);
	live_for(w, !c->for_ever ? TROUBLE_MS : c->setting->script == MODEM_SCRIPT_BASE ?
		 DAYS_OF_TROUBLE_MS : LONG_TROUBLE_MS);
	w->happened = true;
	w->for_ever = false;
	fault_mend(b);
	live_until_ready(w);
	deliver_one(w);
	live_until_ready(w);
	check_world(w);
	fault_world_free(w);
}

/* Not for a run of chosen cases. */
static void test_every_state_was_entered_and_left(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MODEM_STATES; i++) {
		if ((states_entered >> i & 1) == 0)
			fail_msg("%s was never entered", modem_state_name((enum modem_state)i));
		if ((states_left >> i & 1) == 0)
			fail_msg("%s was never left", modem_state_name((enum modem_state)i));
	}
}

static size_t case_count;
static struct life_case *cases;

static void add_case(const struct fault_setting *setting, const struct at_step *steps,
		     size_t count, size_t step, const struct fault *fault, bool for_ever)
{
	struct life_case *c = &cases[case_count];
	bool last = step + 1 == count;

	if (!fault_applies(&steps[step], fault, last, false))
		return;
	/* Only a mail is ever cancelled. */
	if (fault->row->deed == FAULT_CANCEL && setting->script != MODEM_SCRIPTS)
		return;
	/* A command that is refused asks for no line, and nothing comes behind it. */
	if (setting->sending && (fault->part == FAULT_INFO || step > 0))
		return;
	if (case_count == CASES_MAX)
		abort();
	*c = (struct life_case){ .setting = setting, .fault = *fault, .step = step,
				 .for_ever = for_ever, .guarded = case_count & 1 };
	snprintf(c->name, sizeof(c->name), "%s, %s[%zu]: %s%s%s", setting->name,
		 steps[step].label, step, fault->row->words, fault_place(fault),
		 for_ever ? ", each time for hours" : "");
	case_count++;
}

/* What may go on for hours and keeps the life from getting further. */
static bool may_last(enum fault_deed deed)
{
	return deed == FAULT_INSTEAD || deed == FAULT_SILENT || deed == FAULT_RESET ||
		deed == FAULT_LOST || deed == FAULT_LATE;
}

/* Each deed at each part, once: what is said there makes no difference here. */
static bool is_first_of_its_kind(size_t row, int part)
{
	for (size_t i = 0; i < row; i++)
		if (fault_rows[i].deed == fault_rows[row].deed &&
		    (fault_rows[i].parts & FAULT_AT(part)))
			return false;
	return true;
}

static void add_step(const struct fault_setting *setting, const struct at_step *steps,
		     size_t count, size_t step)
{
	for (size_t i = 0; i < FAULT_ROWS; i++) {
		enum fault_deed deed = fault_rows[i].deed;

		for (int part = 0; part < FAULT_PARTS; part++) {
			struct fault fault = { &fault_rows[i], (enum fault_part)part };

			if ((fault_rows[i].parts & FAULT_AT(part)) == 0 ||
			    deed == FAULT_MANNER || !is_first_of_its_kind(i, part))
				continue;
			add_case(setting, steps, count, step, &fault, false);
			if (part <= FAULT_OK && step == 0 && may_last(deed) &&
			    setting->script != MODEM_SCRIPTS)
				add_case(setting, steps, count, step, &fault, true);
		}
	}
}

static void add_setting(const struct fault_setting *setting)
{
	static struct fault_script mail;
	struct fault_script script = { .name = NULL };

	if (setting->script == MODEM_SCRIPTS) {
		fault_build_mail(&fault_plans[0], &mail);
		for (size_t i = 0; i < mail.count; i++)
			add_step(setting, mail.steps, mail.count, i);
		at_script_clear(&mail.built);
		return;
	}
	fault_build_bringup(setting->script, &script);
	for (size_t i = 0; i < script.count; i++)
		add_step(setting, script.steps, script.count, i);
	buf_clear(&script.text);
}

/* A script that is new has no setting: then it has to be run on the way up. */
static void add_unknown_scripts(void)
{
	static struct fault_setting plain[MODEM_SCRIPTS];

	for (int i = 0; i < MODEM_SCRIPTS; i++) {
		bool known = false;

		for (size_t j = 0; j < SETTINGS; j++)
			known = known || settings[j].script == (enum modem_script)i;
		if (known)
			continue;
		plain[i] = (struct fault_setting){ .name = "new", .script = (enum modem_script)i };
		add_setting(&plain[i]);
	}
}

int main(int argc, char **argv)
{
	struct CMUnitTest *tests;
	int failed;

	cases = calloc(CASES_MAX, sizeof(*cases));
	tests = calloc(CASES_MAX + 1, sizeof(*tests));
	if (cases == NULL || tests == NULL)
		abort();
	for (size_t i = 0; i < SETTINGS; i++)
		add_setting(&settings[i]);
	add_unknown_scripts();
	for (size_t i = 0; i < case_count; i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL, &cases[i] };
	tests[case_count] = (struct CMUnitTest){
		"every state was entered and left", test_every_state_was_entered_and_left,
		NULL, NULL, NULL,
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	printf("# %zu cases\n", case_count);
	failed = _cmocka_run_group_tests("fault life", tests, case_count + 1, NULL, NULL);
	free(tests);
	free(cases);
	return failed > 0;
}
