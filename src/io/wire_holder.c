/* SPDX-License-Identifier: ISC */
#include "io/wire_holder.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "io/wire_uucp.h"

/* The process with an flock() on the file: a line of /proc/locks is
 * "1: FLOCK  ADVISORY  WRITE 812 00:05:95 0 EOF", the device in hexadecimal. */
static long find_lock(const char *path)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[200], kind[20];
	struct stat file;
	long found = 0;

	if (locks == NULL)
		return 0;
	if (stat(path, &file) < 0)
		file.st_ino = 0;
	while (found == 0 && fgets(line, sizeof(line), locks)) {
		unsigned major_number, minor_number;
		unsigned long long inode;
		long pid;

		if (sscanf(line, "%*s %19s %*s %*s %ld %x:%x:%llu", kind, &pid, &major_number,
			   &minor_number, &inode) != 5)
			continue;
		if (strcmp(kind, "FLOCK") == 0 && pid > 0 && inode == file.st_ino &&
		    makedev(major_number, minor_number) == file.st_dev)
			found = pid;
	}
	fclose(locks);
	return found;
}

static bool has_open(const char *pid, const char *path)
{
	char folder[64], link[400], target[PATH_MAX];
	const struct dirent *entry;
	bool found = false;
	DIR *fds;

	snprintf(folder, sizeof(folder), "/proc/%.20s/fd", pid);
	fds = opendir(folder);
	if (fds == NULL)
		return false;
	while (!found && (entry = readdir(fds)) != NULL) {
		ssize_t length;

		snprintf(link, sizeof(link), "%s/%s", folder, entry->d_name);
		length = readlink(link, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		found = strcmp(target, path) == 0;
	}
	closedir(fds);
	return found;
}

/* Another process that has the device open: those of other users are seen only
 * with privilege. */
static long find_open(const char *path)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	long found = 0;

	if (processes == NULL)
		return 0;
	while (found == 0 && (entry = readdir(processes)) != NULL) {
		long pid = strtol(entry->d_name, NULL, 10);

		if (pid > 0 && pid != (long)getpid() && has_open(entry->d_name, path))
			found = pid;
	}
	closedir(processes);
	return found;
}

const char *wire_holder_find(const char *path, char out[static WIRE_HOLDER_SIZE])
{
	char name_path[64], name[32] = "";
	long pid = wire_uucp_holder(WIRE_UUCP_FOLDER, path);
	FILE *file;

	if (pid == 0)
		pid = find_lock(path);
	if (pid == 0)
		pid = find_open(path);
	if (pid == 0) {
		snprintf(out, WIRE_HOLDER_SIZE, "another process");
		return out;
	}
	snprintf(name_path, sizeof(name_path), "/proc/%ld/comm", pid);
	file = fopen(name_path, "re");
	if (file != NULL) {
		if (fgets(name, sizeof(name), file) != NULL)
			name[strcspn(name, "\n")] = '\0';
		fclose(file);
	}
	snprintf(out, WIRE_HOLDER_SIZE, "%s (pid %ld)", name[0] ? name : "a process", pid);
	return out;
}
