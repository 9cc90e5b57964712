/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_sim.h"

/* Numbers of 3GPP TS 27.007, 9.2.1. */
#define CME_NOT_ALLOWED 3
#define CME_FAILURE 13
#define CME_WRONG_PASSWORD 16

void emulator_sim_init(struct emulator_sim *sim, const char *pin, unsigned failures)
{
	*sim = (struct emulator_sim){
		.pin_tries = failures < 3 ? 3 - failures : 0, .puk_tries = 10,
	};
	span_copy(span_of(pin), sim->pin, sizeof(sim->pin));
	emulator_sim_lock(sim);
}

void emulator_sim_lock(struct emulator_sim *sim)
{
	sim->unlocked = sim->pin[0] == '\0';
}

const char *emulator_sim_state(const struct emulator_sim *sim)
{
	if (sim->puk_tries == 0)
		return NULL;
	if (sim->pin_tries == 0)
		return "SIM PUK";
	return sim->unlocked ? "READY" : "SIM PIN";
}

static bool is_pin(struct span code)
{
	for (size_t i = 0; i < code.length; i++)
		if (code.at[i] < '0' || code.at[i] > '9')
			return false;
	return code.length >= 4 && code.length <= 8;
}

static int enter_puk(struct emulator_sim *sim, struct span code, const struct span *fresh)
{
	if (fresh == NULL || !is_pin(*fresh))
		return CME_WRONG_PASSWORD;
	if (!span_is(code, EMULATOR_SIM_PUK)) {
		sim->puk_tries--;
		return CME_WRONG_PASSWORD;
	}
	span_copy(*fresh, sim->pin, sizeof(sim->pin));
	sim->pin_tries = 3;
	sim->puk_tries = 10;
	sim->unlocked = true;
	return 0;
}

int emulator_sim_enter(struct emulator_sim *sim, struct span code, const struct span *fresh)
{
	if (sim->puk_tries == 0)
		return CME_FAILURE;
	if (sim->pin_tries == 0)
		return enter_puk(sim, code, fresh);
	if (sim->unlocked || fresh != NULL)
		return CME_NOT_ALLOWED;
	if (!span_is(code, sim->pin)) {
		sim->pin_tries--;
		return CME_WRONG_PASSWORD;
	}
	sim->pin_tries = 3;
	sim->unlocked = true;
	return 0;
}
