/* SPDX-License-Identifier: ISC */
/* Starts a program: no shell, signals as a program expects them, a process
 * group of its own, a small environment, and no descriptor but the three. */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include <sys/types.h>

/* words[0] is the program; without a '/' in it it is looked up in PATH. NULL-ended.
 * descriptors[i] becomes its descriptor i; NULL: all three are /dev/null. They
 * stay the caller's. 0 and *pid (also its group), or a negative errno. */
int child_start(const char *const *words, const int *descriptors, pid_t *pid);

#endif
