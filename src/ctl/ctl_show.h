/* SPDX-License-Identifier: ISC */
/* The daemon's answers as text for people. Pure: `now_s` is Unix time. */
#ifndef CTL_CTL_SHOW_H
#define CTL_CTL_SHOW_H

#include <jansson.h>
#include <stdint.h>

#include "base/buf.h"

void ctl_show_status(json_t *status, int64_t now_s, struct buf *out);
void ctl_show_queue(json_t *answer, int64_t now_s, struct buf *out);
void ctl_show_entry(json_t *entry, int64_t now_s, struct buf *out);
void ctl_show_modems(json_t *answer, int64_t now_s, struct buf *out);
void ctl_show_retry(json_t *answer, int64_t now_s, struct buf *out);
void ctl_show_reset(json_t *answer, int64_t now_s, struct buf *out);
void ctl_show_reload(json_t *answer, int64_t now_s, struct buf *out);

#endif
