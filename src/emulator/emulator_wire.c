/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_wire.h"

#include "emulator/emulator_answer.h"
#include "emulator/emulator_baud.h"
#include "emulator/emulator_power.h"

#define PASSED_MAX (4 * 1024 * 1024)

void emulator_wire_init(struct emulator_core *core)
{
	struct emulator_wire *wire = &core->wire;

	*wire = (struct emulator_wire){
		.watches_in = emulator_script_watches(core->script, EMULATOR_SIDE_HOST),
		.watches_out = emulator_script_watches(core->script, EMULATOR_SIDE_MODULE),
		.physical = core->settings.module_baud != 0,
		.host_baud = core->settings.module_baud,
		.module_baud = core->settings.module_baud,
	};
	emulator_way_init(&wire->in);
	emulator_way_init(&wire->out);
}

void emulator_wire_clear(struct emulator_core *core)
{
	emulator_way_clear(&core->wire.in);
	emulator_way_clear(&core->wire.out);
	core->wire.cut = false;
}

/* One octet at the receiver's rate. */
static void receive(const struct emulator_wire *wire, enum emulator_side from, char octet,
		    struct buf *out)
{
	bool from_host = from == EMULATOR_SIDE_HOST;
	unsigned sent_at = from_host ? wire->host_baud : wire->module_baud;
	unsigned received_at = from_host ? wire->module_baud : wire->host_baud;
	unsigned char received[EMULATOR_BAUD_MOST];
	size_t count;

	if (wire->physical && wire->host_baud == 0)
		return;
	if (!wire->physical || sent_at == 0 || received_at == 0) {
		buf_byte(out, octet);
		return;
	}
	count = emulator_baud_receive(sent_at, received_at, (unsigned char)octet, received);
	buf_put(out, span_make(received, count));
}

static const struct emulator_rule *ask(struct emulator_core *core, enum emulator_side from,
				       const struct emulator_way *way)
{
	struct emulator_happening happening = {
		.event = EMULATOR_EVENT_OCTET, .from = from, .place = way->place,
		.place_since = way->place_since,
		.line = span_make(core->last_command, core->last_command_length),
	};
	const struct emulator_rule *rule = emulator_script_ask(core->script, &happening);

	if (rule != NULL)
		emulator_core_log_octet_rule(core, rule, way->place);
	return rule;
}

static void say_in_stream(struct emulator_core *core, enum emulator_side from,
			  const struct emulator_fault *fault, struct buf *out)
{
	if (fault->say == NULL)
		return;
	if (from == EMULATOR_SIDE_HOST) {
		emulator_wire_say(core, fault->say, fault->inside);
	} else if (fault->inside) {
		emulator_core_log_line(core, span_of(fault->say));
		buf_format(out, "\r\n%s\r\n", fault->say);
	} else {
		core->wire.behind = fault->say;
	}
}

/* What hits the module waits its turn: it may be in the middle of something. */
static void hit(struct emulator_core *core, enum emulator_side from,
		const struct emulator_fault *fault)
{
	struct emulator_item item = {
		.due_ms = core->now_ms, .deed = EMULATOR_DEED_DISRUPT, .fault = fault,
	};

	emulator_world_change(core, &fault->change);
	if (!emulator_power_is_disruptive(fault))
		return;
	emulator_agenda_add(&core->agenda, &item, span_of(""));
	if (from == EMULATOR_SIDE_MODULE && fault->disruption != EMULATOR_DISRUPTION_NONE)
		core->wire.cut = true;
}

/* What the script makes of an octet: any number of them, and a pause before. */
static void pass(struct emulator_core *core, enum emulator_side from, struct emulator_way *way,
		 char octet, struct buf *out)
{
	const struct emulator_rule *rule;
	const struct emulator_fault *fault = &emulator_script_no_fault;

	way->place++;
	way->place_since++;
	rule = ask(core, from, way);
	if (rule != NULL)
		fault = &rule->fault;
	if (fault->line.split_ms > 0)
		emulator_way_pause(way, fault->line.split_ms, core->now_ms);
	say_in_stream(core, from, fault, out);
	if (fault->line.drop > way->dropping)
		way->dropping = fault->line.drop;
	if (way->dropping > 0)
		way->dropping--;
	else
		for (unsigned i = 0; i <= fault->line.duplicate; i++)
			receive(&core->wire, from, (char)(octet ^ (char)fault->line.flip), out);
	hit(core, from, fault);
}

static void heard(struct emulator_core *core, struct span octets)
{
	if (octets.length > 0 && !emulator_core_take(core, octets))
		core->wire.unheard += octets.length;
}

static void hear_octet(struct emulator_core *core, char octet)
{
	struct buf out = BUF_INIT(PASSED_MAX);

	pass(core, EMULATOR_SIDE_HOST, &core->wire.in, octet, &out);
	if (!emulator_way_hold(&core->wire.in, buf_span(&out)))
		heard(core, buf_span(&out));
	buf_clear(&out);
}

static void log_unheard(struct emulator_core *core)
{
	if (core->wire.unheard > 0)
		emulator_queue_log(&core->queue, json_pack("{s:s, s:I}", "event", "unheard", "bytes",
							   (json_int_t)core->wire.unheard));
	core->wire.unheard = 0;
}

static bool is_plain(const struct emulator_wire *wire, bool watched, const struct emulator_way *way)
{
	return !watched && !wire->physical && way->pause_count == 0;
}

/* When all but `left` octets of a run had come. */
static int64_t us_in(const struct emulator_stamp *run, size_t left)
{
	if (left >= run->count)
		return run->begin_us;
	return run->end_us - (run->end_us - run->begin_us) * (int64_t)left / (int64_t)run->count;
}

int64_t emulator_wire_us(const struct emulator_core *core, size_t left)
{
	return us_in(&core->wire.stamp, left);
}

/* One by one: what each brings about is done before the next passes. */
static void hear_each(struct emulator_core *core, struct span octets)
{
	struct emulator_stamp whole = core->wire.stamp;

	for (size_t i = 0; i < octets.length; i++) {
		core->wire.stamp = (struct emulator_stamp){
			.begin_us = us_in(&whole, octets.length - i),
			.end_us = us_in(&whole, octets.length - i - 1), .count = 1,
		};
		emulator_core_tick(core, core->now_ms);
		hear_octet(core, octets.at[i]);
	}
}

void emulator_wire_hear(struct emulator_core *core, struct span octets)
{
	struct emulator_wire *wire = &core->wire;

	if (!wire->stamp.given)
		wire->stamp.begin_us = wire->stamp.end_us = core->now_ms * 1000;
	wire->stamp.count = octets.length;
	if (is_plain(wire, wire->watches_in, &wire->in))
		heard(core, octets);
	else
		hear_each(core, octets);
	wire->stamp.given = false;
	log_unheard(core);
}

static void send_octet(struct emulator_core *core, char octet)
{
	struct emulator_wire *wire = &core->wire;
	struct buf out = BUF_INIT(PASSED_MAX);

	pass(core, EMULATOR_SIDE_MODULE, &wire->out, octet, &out);
	if (octet == '\n' && wire->behind != NULL) {
		emulator_core_log_line(core, span_of(wire->behind));
		buf_format(&out, "\r\n%s\r\n", wire->behind);
		wire->behind = NULL;
	}
	if (!emulator_way_hold(&wire->out, buf_span(&out)))
		emulator_queue_send(&core->queue, buf_span(&out));
	buf_clear(&out);
}

void emulator_wire_send(struct emulator_core *core, struct span octets)
{
	if (is_plain(&core->wire, core->wire.watches_out, &core->wire.out)) {
		emulator_queue_send(&core->queue, octets);
		return;
	}
	for (size_t i = 0; i < octets.length && !core->wire.cut; i++)
		send_octet(core, octets.at[i]);
}

void emulator_wire_say(struct emulator_core *core, const char *text, bool inside)
{
	if (inside)
		core->wire.inside = text;
	else
		emulator_answer_interject(core, text);
}

void emulator_wire_tick(struct emulator_core *core)
{
	struct buf out = BUF_INIT(PASSED_MAX);

	emulator_way_release(&core->wire.out, &out, core->now_ms);
	emulator_queue_send(&core->queue, buf_span(&out));
	buf_reset(&out);
	emulator_way_release(&core->wire.in, &out, core->now_ms);
	heard(core, buf_span(&out));
	log_unheard(core);
	buf_clear(&out);
}

int64_t emulator_wire_deadline_ms(const struct emulator_core *core)
{
	int64_t in = emulator_way_deadline_ms(&core->wire.in);
	int64_t out = emulator_way_deadline_ms(&core->wire.out);

	return in < out ? in : out;
}
