/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_power.h"

#include "emulator/emulator_answer.h"
#include "emulator/emulator_commands.h"

#define BOOT_STEP_MS 50		/* between the lines of a start */

static void abandon(struct emulator_core *core)
{
	if (core->awaiting)
		emulator_queue_abandon(&core->queue);
	core->awaiting = false;
}

/* All that the module forgets when it loses power: everything but the files,
 * the counters of the SIM, and what the script has still to do. */
static void forget(struct emulator_core *core)
{
	abandon(core);
	emulator_mail_free(core->outgoing);
	core->outgoing = NULL;
	core->sending = false;
	emulator_agenda_forget(&core->agenda);
	emulator_data_clear(&core->download.data);
	emulator_draft_clear(&core->draft);
	emulator_draft_init(&core->draft);
	core->authenticate = true;
	core->bearer = EMULATOR_BEARER_INITIAL;
	buf_reset(&core->input);
	core->held_until_ms = INT64_MIN;
	core->silent_until_ms = INT64_MIN;
	emulator_line_init(&core->line);
	core->wire.cut = false;
	core->last_length = 0;
	core->last_command_length = 0;
	emulator_world_mend(&core->world, EMULATOR_PATH_DEAD);
	emulator_sim_lock(&core->sim);
	emulator_base_reset(core);
	core->wire.module_baud = (unsigned)core->saved_baud;
}

void emulator_power_reset(struct emulator_core *core, bool mute, int64_t now_ms)
{
	struct emulator_item booted = {
		.due_ms = now_ms + core->settings.boot_ms, .deed = EMULATOR_DEED_BOOTED,
		.value = mute,
	};

	forget(core);
	core->mode = EMULATOR_MODE_BOOTING;
	emulator_core_log_state(core, "boot");
	emulator_agenda_add(&core->agenda, &booted, span_of(""));
}

void emulator_power_booted(struct emulator_core *core, bool mute, int64_t now_ms)
{
	const char *sim = emulator_sim_state(&core->sim);

	core->mode = EMULATOR_MODE_COMMAND;
	emulator_core_log_state(core, "command");
	/* A module that takes any rate does not know the host's yet (modem.md 2). */
	if (mute || (core->wire.physical && core->wire.module_baud == 0))
		return;
	/* The order of an M95 (modem.md 2). */
	emulator_answer_interject(core, "RDY");
	emulator_answer_urc(core, "+CFUN: 1", now_ms + BOOT_STEP_MS);
	if (sim == NULL || strcmp(sim, "READY") != 0) {
		emulator_answer_urc(core, sim == NULL ? "+CPIN: NOT INSERTED"
				    : strcmp(sim, "SIM PIN") == 0 ? "+CPIN: SIM PIN"
				    : "+CPIN: SIM PUK", now_ms + 2 * BOOT_STEP_MS);
		return;
	}
	emulator_answer_urc(core, "+CPIN: READY", now_ms + 2 * BOOT_STEP_MS);
	emulator_answer_urc(core, "Call Ready", now_ms + 3 * BOOT_STEP_MS);
}

bool emulator_power_is_disruptive(const struct emulator_fault *fault)
{
	return fault->disruption != EMULATOR_DISRUPTION_NONE || fault->change.context_lost;
}

void emulator_power_mishap(struct emulator_core *core, const struct emulator_fault *fault,
			   int64_t now_ms)
{
	if (fault->before != NULL && !emulator_core_is_deaf(core))
		emulator_answer_interject(core, fault->before);
	if (fault->say != NULL && !emulator_core_is_deaf(core))
		emulator_wire_say(core, fault->say, fault->inside);
	emulator_world_change(core, &fault->change);
	emulator_power_disrupt(core, fault, now_ms);
}

void emulator_power_disrupt(struct emulator_core *core, const struct emulator_fault *fault,
			    int64_t now_ms)
{
	if (fault->change.context_lost)
		emulator_world_lose_context(core, fault);
	switch (fault->disruption) {
	case EMULATOR_DISRUPTION_NONE:
		break;
	case EMULATOR_DISRUPTION_RESET:
		emulator_power_reset(core, fault->mute, now_ms);
		break;
	case EMULATOR_DISRUPTION_HANGUP:
		emulator_wire_clear(core);
		emulator_queue_hangup(&core->queue, fault->disruption_ms);
		break;
	case EMULATOR_DISRUPTION_SILENCE:
		core->wire.cut = false;
		core->silent_until_ms = now_ms + fault->disruption_ms;
		break;
	case EMULATOR_DISRUPTION_OFF:
		forget(core);
		core->mode = EMULATOR_MODE_OFF;
		emulator_core_log_state(core, "off");
		break;
	}
}
