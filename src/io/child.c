/* SPDX-License-Identifier: ISC */
#include "io/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>

/* Nothing of ours: no secret, no socket's name, no loader's tricks. */
static const char *const environment[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", NULL,
};

static int prepare_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
					POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

/* Whatever some library forgot to mark close-on-exec is closed as well: the line
 * to the module, above all, is not for a child. */
static int prepare_actions(posix_spawn_file_actions_t *actions, const int *descriptors)
{
	int error = 0;

	for (int i = 0; i < 3 && error == 0; i++)
		error = descriptors ?
			posix_spawn_file_actions_adddup2(actions, descriptors[i], i) :
			posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
	return error ? error : posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

int child_start(const char *const *words, const int *descriptors, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	error = prepare_attributes(&attributes);
	if (error == 0)
		error = prepare_actions(&actions, descriptors);
	/* posix_spawnp() takes pointers to what it does not change. */
	if (error == 0)
		error = posix_spawnp(pid, words[0], &actions, &attributes,
				     (char *const *)(uintptr_t)words,
				     (char *const *)(uintptr_t)environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -error;
}
