/* SPDX-License-Identifier: ISC */
/* Lock files as UUCP had them: minicom, pppd and others leave "LCK..ttyUSB0" in
 * /run/lock while they use a port, with their number in it, and may ask the kernel
 * for no lock. We heed them and write none: flock() is enough against ourselves. */
#ifndef IO_WIRE_UUCP_H
#define IO_WIRE_UUCP_H

#define WIRE_UUCP_FOLDER "/run/lock"

/* The living process, not ourselves, that has a lock file for the device in `folder`;
 * 0 when there is none. */
long wire_uucp_holder(const char *folder, const char *path);

#endif
