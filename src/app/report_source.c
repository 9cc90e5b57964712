/* SPDX-License-Identifier: ISC */
#include "app/report_source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io/spool.h"
#include "mail/spool_file.h"

/* Octets of the content that are looked at: of a header that is longer, some fields
 * are not reported. */
#define FRONT_MAX (32 * 1024)

static bool read_at(int fd, uint64_t octets, uint64_t offset, struct buf *out)
{
	while (octets > 0) {
		size_t want = octets < 4096 ? (size_t)octets : 4096;
		char *room = buf_room(out, want);
		ssize_t got = room ? pread(fd, room, want, (off_t)offset) : -1;

		if (got < 0 && room && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		buf_grew(out, (size_t)got);
		octets -= (uint64_t)got;
		offset += (uint64_t)got;
	}
	return true;
}

static const char *read_parts(int fd, struct buf *text, struct report_source *source)
{
	struct spool_file_head head;
	const char *fault = "it cannot be read";

	if (read_at(fd, SPOOL_FILE_HEAD_SIZE, 0, text))
		fault = spool_file_parse_head(buf_span(text), &head);
	if (fault)
		return fault;
	buf_reset(text);
	if (head.envelope_octets > ENVELOPE_TEXT_MAX ||
	    !read_at(fd, head.envelope_octets, SPOOL_FILE_HEAD_SIZE + head.content_octets, text) ||
	    !read_at(fd, head.content_octets < FRONT_MAX ? head.content_octets : FRONT_MAX,
		     SPOOL_FILE_HEAD_SIZE, &source->content))
		return "it cannot be read";
	return envelope_parse(buf_span(text), &source->envelope);
}

const char *report_source_read(struct spool *spool, const char *id, struct report_source *source)
{
	struct buf text = BUF_INIT(ENVELOPE_TEXT_MAX + 4096);
	int fd = spool_open_message(spool, id);
	const char *fault;

	if (fd < 0)
		return strerror(-fd);
	*source = (struct report_source){ .content = BUF_INIT(FRONT_MAX + 4096) };
	fault = read_parts(fd, &text, source);
	close(fd);
	buf_clear(&text);
	if (fault)
		report_source_clear(source);
	return fault;
}

void report_source_clear(struct report_source *source)
{
	envelope_clear(&source->envelope);
	buf_clear(&source->content);
}
