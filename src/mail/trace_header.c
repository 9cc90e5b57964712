/* SPDX-License-Identifier: ISC */
#include "mail/trace_header.h"

#include "base/time_text.h"
#include "mail/address.h"

bool trace_header_received(const struct trace *trace, struct buf *out)
{
	char date[TIME_TEXT_SIZE];

	buf_format(out, "Received: from %s", trace->helo);
	if (trace->client)
		buf_format(out, " (%s)", trace->client);
	if (trace->tls)
		buf_format(out, "\r\n\t(using %s)", trace->tls);
	buf_format(out, "\r\n\tby %s (gsmtpd) with %s id %s;\r\n\t%s\r\n", trace->hostname,
		   trace->protocol, trace->id,
		   time_text_rfc5322(trace->now_s, trace->zone_offset_min, date));
	return !out->failed;
}

bool trace_header_date(const struct trace *trace, struct buf *out)
{
	char date[TIME_TEXT_SIZE];

	if (!trace->clock_trusted)
		return !out->failed;
	return buf_format(out, "Date: %s\r\n",
			  time_text_rfc5322(trace->now_s, trace->zone_offset_min, date));
}

bool trace_header_message_id(const struct trace *trace, struct buf *out)
{
	return buf_format(out, "Message-ID: <%s@%s>\r\n", trace->id, trace->hostname);
}

bool trace_header_from(const struct trace *trace, struct buf *out)
{
	const char *sender = *trace->sender ? trace->sender : "MAILER-DAEMON";
	bool bare = address_domain(span_of(sender)).length == 0;

	return buf_format(out, "From: %s%s%s\r\n", sender, bare ? "@" : "",
			  bare ? trace->hostname : "");
}
