/* SPDX-License-Identifier: ISC */
#include "sendmail/sendmail_control.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "sendmail/sendmail_input.h"
#include "sendmail/sendmail_tell.h"

/* gsmtpctl lies beside this program, whatever link it was called by. */
int sendmail_control_run(const char *command)
{
	static const char name[] = "gsmtpctl";
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(name));
	char *slash;

	sendmail_input_release();
	if (length > 0) {
		path[length] = '\0';
		slash = strrchr(path, '/');
		memcpy(slash ? slash + 1 : path, name, sizeof(name));
		execl(path, name, command, (char *)NULL);
	}
	execl(GSMTPCTL_PATH, name, command, (char *)NULL);
	sendmail_tell("cannot run gsmtpctl: %s", strerror(errno));
	return EX_UNAVAILABLE;
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}

int sendmail_control_reload(void)
{
	pid_t child = fork();
	int status;

	if (child < 0) {
		sendmail_tell("cannot run gsmtpctl: %s", strerror(errno));
		return EX_OSERR;
	}
	if (child == 0)
		_exit(sendmail_control_run("reload") == EX_OK ? EX_OK : EX_OSFILE);
	status = wait_for(child);
	/* An MTA's maintainer scripts call newaliases before it runs. */
	if (status != EX_UNAVAILABLE)
		return status;
	sendmail_tell("the aliases are read when gsmtpd starts");
	return EX_OK;
}
