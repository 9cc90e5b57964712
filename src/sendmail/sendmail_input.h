/* SPDX-License-Identifier: ISC */
/* Standard input and the other descriptors, whatever the caller left of them. */
#ifndef SENDMAIL_SENDMAIL_INPUT_H
#define SENDMAIL_SENDMAIL_INPUT_H

#include "base/buf.h"

#define SENDMAIL_INPUT_MAX (64 * 1024 * 1024)

/* Puts something harmless where standard input, output or error is closed, so
 * that no socket becomes one of them, and has a write to nobody fail instead of
 * ending the program. */
void sendmail_input_secure(void);

/* Undoes what a program that is run in our place must not inherit. */
void sendmail_input_release(void);

/* Reads to the end, whatever happens, NULs taken out. The exit status. */
int sendmail_input_read(struct buf *input);

/* The caller may still be writing: without this it would die of SIGPIPE, and
 * what it has to say about our failure with it. */
void sendmail_input_drain(void);

#endif
