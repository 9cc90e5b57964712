/* SPDX-License-Identifier: ISC */
#include "compose/compose_limits.h"

#include <errno.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "mail/transaction.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

struct limit {
	int resource;
	rlim_t value;
};

static const struct limit limits[] = {
	{ RLIMIT_CORE, 0 },
	{ RLIMIT_CPU, COMPOSE_LIMITS_CPU_S },
	{ RLIMIT_FSIZE, TRANSACTION_TEXT_MAX },
#ifndef SANITIZED	/* the sanitizer needs terabytes of address space, and a thread */
	{ RLIMIT_AS, COMPOSE_LIMITS_MEMORY },
	{ RLIMIT_NPROC, 0 },
#endif
};

int compose_limits_apply(void)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		struct rlimit now;

		if (getrlimit((__rlimit_resource_t)limits[i].resource, &now) < 0)
			return -errno;
		if (now.rlim_max > limits[i].value)
			now.rlim_max = limits[i].value;
		now.rlim_cur = now.rlim_max;
		if (setrlimit((__rlimit_resource_t)limits[i].resource, &now) < 0)
			return -errno;
	}
	return 0;
}
