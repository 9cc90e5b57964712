/* SPDX-License-Identifier: ISC */
#include "emulator/emulator_relay.h"

#include <curl/curl.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "emulator/emulator_smtp.h"

/* How a module announces itself (modem.md 4). */
#define HELO_NAME "localhost"
#define STOP_S 2	/* a thread that looks up a name cannot be stopped */

/* One delivery with its thread. */
struct job {
	struct job *next;
	struct emulator_relay *relay;
	struct emulator_mail *mail;
	struct emulator_smtp smtp;
	pthread_t thread;
	int result;
	bool abandoned;		/* its outcome is nobody's */
};

struct emulator_relay {
	struct event *wake;
	int done_fd[2];		/* a pipe of pointers to jobs whose thread is at its end */
	char *url;
	struct emulator_relay_callbacks callbacks;
	struct job *jobs;	/* the first is the newest */
};

static void *run(void *context)
{
	struct job *job = context;

	job->result = emulator_smtp_send(&job->smtp);
	/* A pointer goes through a pipe whole (POSIX, PIPE_BUF). */
	if (write(job->relay->done_fd[1], &job, sizeof(job)) < 0)
		abort();
	return NULL;
}

static void forget(struct job *job)
{
	struct job **place = &job->relay->jobs;

	while (*place != job)
		place = &(*place)->next;
	*place = job->next;
	emulator_smtp_clear(&job->smtp);
	emulator_mail_free(job->mail);
	free(job);
}

static void on_done(evutil_socket_t fd, short what, void *context)
{
	struct emulator_relay *relay = context;
	struct job *job;
	bool abandoned;
	int result;

	(void)what;
	if (read(fd, &job, sizeof(job)) != (ssize_t)sizeof(job))
		return;
	pthread_join(job->thread, NULL);
	abandoned = job->abandoned;
	result = job->result;
	forget(job);
	if (!abandoned)
		relay->callbacks.done(relay->callbacks.context, result);
}

struct emulator_relay *emulator_relay_new(struct event_base *base, const char *target,
					  const struct emulator_relay_callbacks *callbacks)
{
	struct emulator_relay *relay = calloc(1, sizeof(*relay));
	struct buf url = BUF_INIT(1000);

	if (relay == NULL)
		return NULL;
	relay->callbacks = *callbacks;
	if (pipe2(relay->done_fd, O_CLOEXEC) != 0) {
		free(relay);
		return NULL;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	buf_format(&url, "smtp://%s/" HELO_NAME, target);
	relay->url = buf_take(&url);
	relay->wake = event_new(base, relay->done_fd[0], EV_READ | EV_PERSIST, on_done, relay);
	if (relay->url == NULL || relay->wake == NULL) {
		emulator_relay_free(relay);
		errno = ENOMEM;
		return NULL;
	}
	event_add(relay->wake, NULL);
	return relay;
}

/* Waits a little for the threads. False: one is stuck, and what it uses stays. */
static bool stop_all(struct emulator_relay *relay)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_S;
	for (struct job *job = relay->jobs; job != NULL; job = job->next)
		emulator_smtp_stop(&job->smtp);
	while (relay->jobs != NULL) {
		if (pthread_timedjoin_np(relay->jobs->thread, NULL, &until) != 0)
			return false;
		forget(relay->jobs);
	}
	return true;
}

void emulator_relay_free(struct emulator_relay *relay)
{
	if (relay == NULL)
		return;
	if (relay->wake != NULL)
		event_free(relay->wake);
	if (!stop_all(relay))
		return;
	close(relay->done_fd[0]);
	close(relay->done_fd[1]);
	free(relay->url);
	free(relay);
	curl_global_cleanup();
}

/* Signals are for the event loop's thread alone. */
static int start(struct job *job)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&job->thread, NULL, run, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

void emulator_relay_send(struct emulator_relay *relay, struct emulator_mail *mail)
{
	struct job *job = calloc(1, sizeof(*job));

	emulator_relay_abandon(relay);
	if (job == NULL)
		abort();
	job->relay = relay;
	job->mail = emulator_mail_hold(mail);
	emulator_smtp_init(&job->smtp, mail, relay->url);
	job->smtp.log = relay->callbacks.log;
	job->smtp.context = relay->callbacks.context;
	job->next = relay->jobs;
	relay->jobs = job;
	if (start(job) != 0)
		abort();
}

void emulator_relay_abandon(struct emulator_relay *relay)
{
	for (struct job *job = relay->jobs; job != NULL; job = job->next) {
		if (!job->abandoned)
			emulator_smtp_stop(&job->smtp);
		job->abandoned = true;
	}
}
