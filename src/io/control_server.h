/* SPDX-License-Identifier: ISC */
/* The control socket: HTTP/1.1 by libevent's evhttp. Every answer is made by
 * the handler; over TCP only GET is passed on. */
#ifndef IO_CONTROL_SERVER_H
#define IO_CONTROL_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"
#include "control/control_api.h"

struct event_base;
struct control_server;

struct control_answer {
	int http_status;	/* 200, 404, ... */
	char *body;		/* owned by the server afterwards; NULL is a 500 */
	const char *content_type;	/* NULL: application/json */
};

/* Fills *answer. Called in the loop. */
typedef void (*control_handler)(void *context, const struct control_request *request,
				struct control_answer *answer);

struct control_server *control_server_new(struct event_base *base, control_handler handler,
					  void *context);

/* A UNIX socket's file gets mode 0660. 0, or a negative errno with a sentence. */
int control_server_listen(struct control_server *server, const struct conf_listen *listen,
			  char *why, size_t why_size);
int control_server_adopt(struct control_server *server, int fd);
void control_server_free(struct control_server *server);

#endif
