/* SPDX-License-Identifier: ISC */
#include "queue/verdict_memory.h"

/* FNV-1a, as published by its authors. Case counts in no mailbox that anybody
 * runs, and matters little here. */
static uint64_t hash_of(struct span address)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < address.length; i++) {
		unsigned char octet = (unsigned char)address.at[i];

		if (octet >= 'A' && octet <= 'Z')
			octet = (unsigned char)(octet + 'a' - 'A');
		hash = (hash ^ octet) * 1099511628211u;
	}
	return hash;
}

/* The row of that hash, else the one that is free or ends first. */
static struct verdict_memory_row *find_row(struct verdict_memory *memory, uint64_t hash)
{
	struct verdict_memory_row *found = &memory->rows[0];

	for (size_t i = 0; i < VERDICT_MEMORY_MAX; i++) {
		struct verdict_memory_row *row = &memory->rows[i];

		if (row->until_ms > 0 && row->hash == hash)
			return row;
		if (row->until_ms < found->until_ms)
			found = row;
	}
	return found;
}

void verdict_memory_note(struct verdict_memory *memory, struct span address, int64_t now_ms)
{
	uint64_t hash = hash_of(address);

	*find_row(memory, hash) = (struct verdict_memory_row){ hash, now_ms + VERDICT_MEMORY_MS };
}

void verdict_memory_forget(struct verdict_memory *memory, struct span address)
{
	uint64_t hash = hash_of(address);

	for (size_t i = 0; i < VERDICT_MEMORY_MAX; i++)
		if (memory->rows[i].hash == hash)
			memory->rows[i] = (struct verdict_memory_row){ 0 };
}

bool verdict_memory_holds(const struct verdict_memory *memory, struct span address, int64_t now_ms)
{
	uint64_t hash = hash_of(address);

	for (size_t i = 0; i < VERDICT_MEMORY_MAX; i++)
		if (memory->rows[i].hash == hash && memory->rows[i].until_ms > now_ms)
			return true;
	return false;
}
