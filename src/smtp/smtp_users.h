/* SPDX-License-Identifier: ISC */
/* The users-file: who may hand in mail after AUTH, "name:hash" a line, the hash
 * as crypt(5) describes it: yescrypt ($y$) or SHA-512 ($6$). Empty lines and
 * lines that begin with # are passed over. Only reads; it hashes nothing. */
#ifndef SMTP_SMTP_USERS_H
#define SMTP_SMTP_USERS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

#define SMTP_USERS_FILE_MAX (256 * 1024) /* octets */
#define SMTP_USERS_MAX 4096
#define SMTP_USERS_NAME_MAX 255

/* What one check may cost: the memory of yescrypt, the rounds of SHA-512. A hash
 * that costs more is refused, since whoever may say AUTH could make us pay it. */
#define SMTP_USERS_MEMORY_MAX (64 * 1024 * 1024)
#define SMTP_USERS_ROUNDS_MAX 5000000

struct smtp_users;

/* Each bad line adds "FILE:LINE: what; allowed: ..." to the complaints, which never
 * hold any of a hash. NULL when there was one, or when out of memory. */
struct smtp_users *smtp_users_parse(const char *file, struct span text, struct buf *complaints);

/* Wipes it, too. */
void smtp_users_free(struct smtp_users *users);

size_t smtp_users_count(const struct smtp_users *users);

/* The hash of a user, or NULL. Names are compared octet by octet. */
const char *smtp_users_find(const struct smtp_users *users, struct span name);

/* A hash to be worked on in vain for a name that is not there, so that the answer
 * takes as long as for one that is: of a kind that the file has, and for the same
 * name always the same. NULL when the file has no user. */
const char *smtp_users_stand_in(const struct smtp_users *users, struct span name);

#endif
