/* SPDX-License-Identifier: ISC */
/* A fuzz target without libFuzzer: feeds it its seeds, and copies of them cut
 * short and changed in one place, so that `make check` of any build keeps what
 * the fuzzer once learnt. fuzz_NAME takes the files of tests/fuzz/seeds/NAME. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED_MAX (1 << 20)
#define CHANGES_MAX 512		/* changed copies of one seed */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

/* Every run has memory of its own of the exact size, so that the sanitizer sees
 * a read beyond the end. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void replay(uint8_t *data, size_t size)
{
	static const uint8_t odd[] = { 0, '\r', '\n', '"', '+', ',', 0x80, 0xff };
	size_t step = size / CHANGES_MAX + 1;

	run(data, size);
	for (size_t i = 0; i < size; i += step) {
		uint8_t kept = data[i];

		run(data, i);
		data[i] = odd[i / step % sizeof odd];
		run(data, size);
		data[i] = kept;
	}
}

static uint8_t *load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(SEED_MAX);

	if (file == NULL || data == NULL) {
		printf("Bail out! %s cannot be read\n", path);
		exit(1);
	}
	*size = fread(data, 1, SEED_MAX, file);
	fclose(file);
	return data;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static const char *target_name(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;

	return strncmp(name, "fuzz_", 5) == 0 ? name + 5 : name;
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	struct dirent **seeds;
	char folder[4096], path[8192];
	int count;

	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	snprintf(folder, sizeof folder, "%s/tests/fuzz/seeds/%s", top ? top : ".",
		 target_name(argv[0]));
	count = scandir(folder, &seeds, visible, alphasort);
	if (count <= 0) {
		printf("Bail out! no seeds in %s\n", folder);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		uint8_t *data;
		size_t size;

		snprintf(path, sizeof path, "%s/%s", folder, seeds[i]->d_name);
		data = load(path, &size);
		fflush(stdout);
		replay(data, size);
		printf("ok %d - seed %s holds, also cut and changed\n", i + 1, seeds[i]->d_name);
		free(data);
		free(seeds[i]);
	}
	free(seeds);
	return 0;
}
