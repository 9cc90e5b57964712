/* SPDX-License-Identifier: ISC */
#include "io/pin_memory.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/span.h"

#define TEXT_MAX 128

static const char *const names[] = {
	[MODEM_PIN_NEW] = "new",
	[MODEM_PIN_TRYING] = "trying",
	[MODEM_PIN_ACCEPTED] = "accepted",
	[MODEM_PIN_REFUSED] = "refused",
};

static void format_path(const char *folder, const char *modem, const char *ending, char *out,
			size_t size)
{
	int length = snprintf(out, size, "%s/pin-", folder);
	size_t at = length < 0 ? 0 : (size_t)length;

	/* A modem's name comes from the configuration and may hold anything. */
	for (; *modem != '\0' && at + 16 < size; modem++)
		out[at++] = isalnum((unsigned char)*modem) ? *modem : '_';
	if (at < size)
		snprintf(out + at, size - at, "%s", ending);
}

static uint32_t sum_pin(struct span salt, const char *pin)
{
	return checksum_crc32(checksum_crc32(0, salt.at, salt.length), pin, strlen(pin));
}

/* "gsmtpd-pin 1 STATE SALT SUM", LF-ended. */
static enum modem_pin_memory parse(struct span text, const char *pin)
{
	struct span word[5];
	char sum[16];

	for (size_t i = 0; i < 5; i++) {
		if (!span_word(&text, &word[i]))
			return MODEM_PIN_TRYING;
	}
	if (!span_is(word[0], "gsmtpd-pin") || !span_is(word[1], "1"))
		return MODEM_PIN_TRYING;
	snprintf(sum, sizeof(sum), "%08x", sum_pin(word[3], pin));
	if (!span_is(span_trim(word[4]), sum))
		return MODEM_PIN_NEW;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (span_is(word[2], names[i]))
			return (enum modem_pin_memory)i;
	}
	return MODEM_PIN_TRYING;
}

enum modem_pin_memory pin_memory_load(const char *folder, const char *modem, const char *pin)
{
	char path[PATH_MAX], text[TEXT_MAX];
	ssize_t length;
	int fd;

	format_path(folder, modem, "", path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? MODEM_PIN_NEW : MODEM_PIN_TRYING;
	length = read(fd, text, sizeof(text));
	close(fd);
	return length < 0 ? MODEM_PIN_TRYING : parse(span_make(text, (size_t)length), pin);
}

static int write_whole(const char *path, const char *text)
{
	size_t length = strlen(text);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int result = 0;

	if (fd < 0)
		return -errno;
	errno = EIO;	/* for a short write */
	if (write(fd, text, length) != (ssize_t)length || fsync(fd) < 0)
		result = -errno;
	close(fd);
	return result;
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) < 0)
		result = -errno;
	close(fd);
	return result;
}

int pin_memory_store(const char *folder, const char *modem, const char *pin,
		     enum modem_pin_memory memory)
{
	char path[PATH_MAX], draft[PATH_MAX], text[TEXT_MAX], salt_text[16];
	uint32_t salt;
	int result;

	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return -EIO;
	snprintf(salt_text, sizeof(salt_text), "%08x", salt);
	snprintf(text, sizeof(text), "gsmtpd-pin 1 %s %s %08x\n", names[memory], salt_text,
		 sum_pin(span_of(salt_text), pin));
	format_path(folder, modem, "", path, sizeof(path));
	format_path(folder, modem, ".new", draft, sizeof(draft));
	result = write_whole(draft, text);
	if (result == 0 && rename(draft, path) < 0)
		result = -errno;
	return result == 0 ? sync_folder(folder) : result;
}
