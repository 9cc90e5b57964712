/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_store.h"

void emulator_store_init(struct emulator_store *store, size_t size)
{
	store->count = 0;
	store->size = size;
}

void emulator_store_clear(struct emulator_store *store)
{
	while (store->count > 0)
		buf_clear(&store->files[--store->count].content);
}

size_t emulator_store_free(const struct emulator_store *store)
{
	size_t used = 0;

	for (size_t i = 0; i < store->count; i++)
		used += store->files[i].content.length;
	return store->size - used;
}

static size_t position(const struct emulator_store *store, struct span name)
{
	size_t i = 0;

	while (i < store->count && !span_is(name, store->files[i].name))
		i++;
	return i;
}

const struct emulator_file *emulator_store_find(const struct emulator_store *store,
						struct span name)
{
	size_t i = position(store, name);

	return i < store->count ? &store->files[i] : NULL;
}

int emulator_store_name(struct span given, struct span *name)
{
	*name = span_starts(given, "UFS:") ? span_skip(given, strlen("UFS:")) : given;
	if (name->length == 0 || name->length > EMULATOR_STORE_NAME_MAX)
		return EMULATOR_STORE_BAD_NAME;
	/* Another store's prefix, or a path. */
	if (span_index(*name, ':') < name->length || span_index(*name, '/') < name->length)
		return EMULATOR_STORE_BAD_NAME;
	return 0;
}

int emulator_store_check(const struct emulator_store *store, struct span name, size_t size)
{
	if (span_index(name, '*') < name.length)
		return EMULATOR_STORE_BAD_NAME;
	if (emulator_store_find(store, name) != NULL)
		return EMULATOR_STORE_EXISTS;
	if (size > emulator_store_free(store) || store->count == EMULATOR_STORE_FILES)
		return EMULATOR_STORE_FULL;
	return 0;
}

int emulator_store_add(struct emulator_store *store, struct span name, struct buf *content)
{
	int fault = emulator_store_check(store, name, content->length);
	struct emulator_file *file;

	if (fault != 0)
		return fault;
	file = &store->files[store->count++];
	span_copy(name, file->name, sizeof(file->name));
	file->content = *content;
	buf_init(content, content->max);
	return 0;
}

int emulator_store_delete(struct emulator_store *store, struct span name)
{
	size_t i = position(store, name);

	if (span_is(name, "*")) {
		emulator_store_clear(store);
		return 0;
	}
	if (i == store->count)
		return EMULATOR_STORE_NOT_FOUND;
	buf_clear(&store->files[i].content);
	store->count--;
	for (; i < store->count; i++)
		store->files[i] = store->files[i + 1];
	return 0;
}

uint16_t emulator_store_checksum(struct span octets)
{
	uint16_t sum = 0;

	for (size_t i = 0; i < octets.length; i++) {
		unsigned octet = (unsigned char)octets.at[i];

		sum ^= (uint16_t)(i % 2 == 0 ? octet << 8 : octet);
	}
	return sum;
}
