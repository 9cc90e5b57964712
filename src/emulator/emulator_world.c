/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_state.h"

#include "emulator/emulator_answer.h"

#define STAT_NONE 0
#define STAT_HOME 1
#define STAT_ROAMING 5
#define CSQ 21			/* -71 dBm (TS 27.007, 8.5) */

void emulator_world_init(struct emulator_world *world)
{
	*world = (struct emulator_world){
		.creg = STAT_HOME, .cgreg = STAT_HOME, .csq = CSQ, .path = EMULATOR_PATH_FINE,
	};
}

static bool has_radio(const struct emulator_core *core)
{
	const char *sim = emulator_sim_state(&core->sim);

	return core->session.registers[EMULATOR_REGISTER_CFUN] == 1 && sim != NULL &&
	       strcmp(sim, "READY") == 0;
}

int emulator_world_creg(const struct emulator_core *core)
{
	return has_radio(core) ? core->world.creg : STAT_NONE;
}

int emulator_world_cgreg(const struct emulator_core *core)
{
	return has_radio(core) ? core->world.cgreg : STAT_NONE;
}

static bool is_in(int stat)
{
	return stat == STAT_HOME || stat == STAT_ROAMING;
}

bool emulator_world_is_registered(const struct emulator_core *core)
{
	return is_in(emulator_world_creg(core));
}

bool emulator_world_has_data(const struct emulator_core *core)
{
	return is_in(emulator_world_cgreg(core));
}

/* +CREG: <stat>, if AT+CREG=1 or 2 asked for it. The place that 2 adds is left
 * out here. */
static void tell(struct emulator_core *core, enum emulator_register number, const char *name,
		 int stat)
{
	char text[32];

	if (core->session.registers[number] == 0 || emulator_core_is_deaf(core))
		return;
	snprintf(text, sizeof(text), "%s: %d", name, stat);
	emulator_answer_urc(core, text, core->now_ms);
}

static void end_mail(struct emulator_core *core, int result)
{
	if (!core->awaiting)
		return;
	emulator_queue_abandon(&core->queue);
	emulator_core_delivered(core, result, core->now_ms);
}

void emulator_world_change(struct emulator_core *core, const struct emulator_change *change)
{
	struct emulator_world *world = &core->world;
	int creg = emulator_world_creg(core), cgreg = emulator_world_cgreg(core);

	if (change->has_creg)
		world->creg = change->creg;
	if (change->has_cgreg)
		world->cgreg = change->cgreg;
	if (change->has_csq)
		world->csq = change->csq;
	if (change->path != EMULATOR_PATH_AS_IT_WAS)
		world->path = change->path;
	if (emulator_world_creg(core) != creg)
		tell(core, EMULATOR_REGISTER_CREG, "+CREG", emulator_world_creg(core));
	if (emulator_world_cgreg(core) != cgreg)
		tell(core, EMULATOR_REGISTER_CGREG, "+CGREG", emulator_world_cgreg(core));
	if (!emulator_world_has_data(core)) {
		core->bearer = EMULATOR_BEARER_INITIAL;
		end_mail(core, EMULATOR_RESULT_NETWORK);
	}
}

void emulator_world_lose_context(struct emulator_core *core, const struct emulator_fault *by)
{
	core->bearer = EMULATOR_BEARER_LOST;
	if (!emulator_core_is_deaf(core))
		emulator_answer_interject(core, "+PDP DEACT");
	if (core->sending_fault != by)
		end_mail(core, EMULATOR_RESULT_CONTEXT);
}

void emulator_world_mend(struct emulator_world *world, enum emulator_path worst)
{
	if (world->path <= worst)
		world->path = EMULATOR_PATH_FINE;
}
