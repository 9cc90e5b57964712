/* SPDX-License-Identifier: ISC */
#include "io/modem_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io/clock.h"
#include "io/state_file.h"

#define MATTER "modem"

/* Names this start of the machine; "" where the kernel does not tell. */
static void read_boot_id(char id[static MODEM_BOOT_ID_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	if (fd >= 0) {
		got = read(fd, id, MODEM_BOOT_ID_SIZE - 1);
		close(fd);
	}
	id[got < 0 ? 0 : got] = '\0';
	id[strcspn(id, "\n")] = '\0';
}

void modem_keep_load(const char *folder, const char *modem, struct modem_memory *memory)
{
	struct buf text = BUF_INIT(MODEM_MEMORY_TEXT_MAX);
	char boot_id[MODEM_BOOT_ID_SIZE];

	read_boot_id(boot_id);
	if (state_file_load(folder, MATTER, modem, &text) < 0)
		buf_reset(&text);
	modem_memory_parse(buf_span(&text), boot_id, clock_boot_ms(), memory);
	buf_clear(&text);
}

int modem_keep_store(const char *folder, const char *modem, const struct modem_memory *memory)
{
	struct buf text = BUF_INIT(MODEM_MEMORY_TEXT_MAX);
	char boot_id[MODEM_BOOT_ID_SIZE];
	int result = -ENOMEM;

	read_boot_id(boot_id);
	if (modem_memory_format(memory, boot_id, &text))
		result = state_file_store(folder, MATTER, modem, buf_span(&text));
	buf_clear(&text);
	return result;
}
