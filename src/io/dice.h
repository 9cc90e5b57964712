/* SPDX-License-Identifier: ISC */
/* Chance, for waits that are not to fall together. */
#ifndef IO_DICE_H
#define IO_DICE_H

/* 0 to 999. */
unsigned dice_permille(void);

#endif
