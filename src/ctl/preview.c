/* SPDX-License-Identifier: ISC */
#include "ctl/preview.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf_compose.h"
#include "ctl/ctl_text.h"
#include "ctl/preview_compose.h"
#include "ctl/preview_mail.h"
#include "ctl/preview_setup.h"
#include "ctl/preview_view.h"
#include "io/clock.h"
#include "mail/address.h"
#include "mail/excerpt.h"
#include "mail/spool_file.h"

#define NOBODY "somebody@example.invalid"	/* RFC 2606: it is nobody's */
#define ARGUMENTS_TEXT_MAX 8192
#define ARGUMENTS_MAX 32
#define REMARKS_MAX (1024 * 1024)

/* A preview in the making; cleared as a whole. */
struct preview {
	const struct preview_options *options;
	struct preview_setup setup;
	struct envelope envelope;
	int64_t now_s;
	size_t attachments_max;
	struct buf remarks, content, stored, file, arguments, output;
	struct preview_compose_end end;
	struct transaction_list list;
	char fault[320];
};

static int complain(int status, const char *what, const char *why)
{
	struct buf text = BUF_INIT(4 * PATH_MAX);

	ctl_text_escape(span_of(what), &text);
	fprintf(stderr, "gsmtpctl: %s%s%s\n", buf_string(&text), why[0] ? ": " : "", why);
	buf_clear(&text);
	return status;
}

/* As large as the daemon takes it; CRLF may make more of it. */
static int read_mail(struct preview *preview)
{
	const char *path = preview->options->file;
	size_t max = (size_t)preview->setup.conf.smtp.max_message_octets;
	struct buf input = BUF_INIT(max);
	int result = preview_mail_read(path, &input);

	if (strcmp(path, "-") == 0)
		path = "standard input";
	if (result == 0) {
		buf_init(&preview->content, max);
		buf_init(&preview->stored, max + HEADER_FILTER_ADDED_MAX);
		buf_init(&preview->file, max + HEADER_FILTER_ADDED_MAX + ENVELOPE_TEXT_MAX + SPOOL_FILE_HEAD_SIZE);
		result = preview_mail_content(buf_span(&input), &preview->content) ? 0 : -EFBIG;
	}
	buf_clear(&input);
	if (result == -EFBIG)
		return complain(EX_DATAERR, path, "larger than max-message-size allows");
	return result < 0 ? complain(EX_NOINPUT, path, strerror(-result)) : 0;
}

/* The sender that sendmail would give: the author, else whoever calls. */
static bool fill_sender(struct preview *preview)
{
	struct buf sender = BUF_INIT(4096);
	const struct passwd *user;
	bool filled;

	if (preview->options->sender)
		buf_text(&sender, preview->options->sender);
	else
		preview_mail_author(buf_span(&preview->content), &sender);
	if (sender.length == 0 && preview->options->sender == NULL) {
		user = getpwuid(getuid());
		buf_format(&sender, "%s@%s", user ? user->pw_name : "nobody",
			   preview->setup.conf.daemon.hostname);
	}
	filled = envelope_set(&preview->envelope.sender, buf_span(&sender));
	buf_clear(&sender);
	return filled;
}

static bool fill_recipients(struct preview *preview)
{
	const struct alias_policy *policy = &preview->setup.policy;
	const struct preview_options *options = preview->options;
	struct envelope *envelope = &preview->envelope;

	for (size_t i = 0; i < options->to_count; i++)
		if (!preview_mail_add_recipient(policy, span_of(options->to[i]), envelope,
						&preview->remarks))
			return false;
	if (options->to_count == 0 &&
	    !preview_mail_add_header_recipients(policy, buf_span(&preview->content), envelope,
						&preview->remarks))
		return false;
	if (envelope->recipient_count > 0)
		return true;
	buf_text(&preview->remarks,
		 "it has no recipient, so it would not be taken: shown for " NOBODY "\n");
	return envelope_add_recipient(envelope, span_of(NOBODY), span_of(NOBODY));
}

static bool fill_content(struct preview *preview)
{
	const struct trace trace = {
		.hostname = preview->setup.conf.daemon.hostname,
		.id = preview->options->id ? preview->options->id : "preview",
		.helo = "localhost",
		.protocol = "ESMTP",
		.sender = preview->envelope.sender,
		.now_s = preview->now_s,
		.zone_offset_min = clock_zone_offset_min(preview->now_s),
		.clock_trusted = clock_is_plausible(preview->now_s),
	};

	return preview_mail_take(&trace, buf_span(&preview->content), &preview->stored);
}

static bool fill_envelope(struct preview *preview)
{
	preview->envelope.arrived_s = preview->now_s;
	return fill_sender(preview) && fill_recipients(preview) && fill_content(preview) &&
	       preview_mail_spool_file(&preview->envelope, buf_span(&preview->stored),
				       &preview->file);
}

static void put_word(struct buf *text, const char *word)
{
	buf_text(text, word);
	buf_byte(text, '\0');
}

/* The one that was built, or installed, beside this program; else the installed one. */
static void put_program(const struct preview *preview, struct buf *text)
{
	char self[PATH_MAX], path[PATH_MAX + 16];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	if (preview->options->compose) {
		put_word(text, preview->options->compose);
		return;
	}
	self[length > 0 ? length : 0] = '\0';
	snprintf(path, sizeof path, "%s/gsmtpd-compose", dirname(self));
	put_word(text, length > 0 && access(path, X_OK) == 0 ? path : COMPOSE_PATH);
}

/* As app/compose_request has it for the first attempt. */
static bool put_arguments(struct preview *preview)
{
	struct buf *text = &preview->arguments;

	put_program(preview, text);
	if (preview->options->id) {
		put_word(text, "--id");
		put_word(text, preview->options->id);
	}
	put_word(text, "--now");
	buf_format(text, "%" PRId64, preview->now_s);
	buf_byte(text, '\0');
	conf_compose_put(&preview->setup.conf, text);
	put_word(text, "--attachments-max");
	buf_format(text, "%zu", preview->attachments_max);
	return buf_byte(text, '\0');
}

static void run_compose(struct preview *preview)
{
	const char *words[ARGUMENTS_MAX] = { NULL };
	struct span rest = buf_span(&preview->arguments);

	for (size_t i = 0; rest.length > 0 && i + 1 < ARGUMENTS_MAX; i++) {
		words[i] = rest.at;
		rest = span_skip(rest, strlen(rest.at) + 1);
	}
	preview_compose_run(words, buf_span(&preview->file), &preview->output, &preview->end);
}

/* NULL when it is good. */
static const char *parse_output(struct preview *preview)
{
	return transaction_list_parse(buf_span(&preview->output),
				      preview->envelope.recipient_count, &preview->list);
}

static const char *make_excerpt(struct preview *preview)
{
	bool pending[ENVELOPE_RECIPIENTS_MAX];
	const char *id = preview->options->id ? preview->options->id : "(preview)";

	memset(pending, true, sizeof pending);
	buf_reset(&preview->output);
	if (!excerpt_build(&preview->envelope, pending, buf_span(&preview->stored), id,
			   preview->fault, &preview->output))
		return "out of memory";
	return parse_output(preview);
}

static bool is_rejected(const struct preview *preview)
{
	return preview->end.exit_status == EX_DATAERR &&
	       preview->setup.conf.content.oversize == CONF_OVERSIZE_REJECT;
}

/* What the daemon does: compose, or where that fails an excerpt. */
static int make_transactions(struct preview *preview)
{
	const char *fault;

	run_compose(preview);
	if (is_rejected(preview))
		return complain(EX_DATAERR, "nothing would be sent, the mail would fail",
				preview->end.failure);
	fault = preview->end.failure[0] ? preview->end.failure : parse_output(preview);
	if (fault == NULL)
		return 0;
	snprintf(preview->fault, sizeof preview->fault, "%s", fault);
	fault = make_excerpt(preview);
	return fault ? complain(EX_SOFTWARE, "not even an excerpt can be made", fault) : 0;
}

static void put_from(const struct preview_setup *setup, struct buf *out)
{
	if (setup->sender_address.length == 0)
		return;
	if (setup->sender_name.length > 0)
		buf_format(out, "\"%.*s\" ", SPAN_ARG(setup->sender_name));
	buf_format(out, "<%.*s>", SPAN_ARG(setup->sender_address));
}

/* Of a burst only the first mail sets the account up, and one with attachments ends
 * it (qsmtp/qsmtp_plan). */
static void reckon(const struct preview *preview, struct transaction_cost *costs,
		   struct transaction_cost *total)
{
	struct transaction_cost_way way = preview_setup_way(&preview->setup,
							    preview->attachments_max);

	for (size_t i = 0; i < preview->list.count; i++) {
		const struct transaction *transaction = &preview->list.transactions[i];

		costs[i] = transaction_cost_reckon(transaction, &way);
		transaction_cost_add(total, &costs[i]);
		way.session_set = transaction->attachment_count == 0;
	}
}

static bool has_attachments(const struct transaction_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->transactions[i].attachment_count > 0)
			return true;
	return false;
}

/* Which way they go is for the daemon to decide when it knows the module. */
static void remark_store(struct preview *preview)
{
	const struct conf_modem *modem = preview->setup.modem;

	if (!has_attachments(&preview->list))
		return;
	if (preview->attachments_max > TRANSACTION_ATTACHMENTS_LINE_OCTETS)
		buf_text(&preview->remarks, "attachments go through the module's file store, where "
			 "their names begin with gsmtpd-\n");
	else if (preview->options->attachments_max < 0 &&
		 (modem == NULL || modem->attachments == CONF_ATTACHMENTS_AUTO))
		buf_text(&preview->remarks, "attachments are shown as they go over the line; a "
			 "module with a file store takes more at once\n");
}

static int show(struct preview *preview, struct buf *out)
{
	struct transaction_cost *costs = calloc(preview->list.count, sizeof *costs);
	struct buf from = BUF_INIT(1024);
	struct preview_view view = { .fault = preview->fault, .envelope = &preview->envelope,
				     .list = &preview->list, .costs = costs };

	if (costs == NULL)
		return complain(EX_OSERR, "out of memory", "");
	remark_store(preview);
	put_from(&preview->setup, &from);
	view.from = buf_span(&from);
	view.remarks = buf_span(&preview->remarks);
	reckon(preview, costs, &view.total);
	if (preview->options->json)
		preview_json(&view, out);
	else
		preview_show(&view, out);
	buf_clear(&from);
	free(costs);
	return out->failed || out->length == 0 ? complain(EX_OSERR, "out of memory", "") : 0;
}

static int make(struct preview *preview, struct buf *out)
{
	const struct preview_options *options = preview->options;
	int status;

	if (!preview_setup_load(options->configuration, &preview->setup, &preview->remarks))
		return complain(EX_OSERR, "out of memory", "");
	preview->attachments_max = options->attachments_max < 0 ?
				   preview_setup_attachments_max(&preview->setup) :
				   (size_t)options->attachments_max;
	status = read_mail(preview);
	if (status != 0)
		return status;
	if (!fill_envelope(preview) || !put_arguments(preview))
		return complain(EX_OSERR, "out of memory", "");
	status = make_transactions(preview);
	return status != 0 ? status : show(preview, out);
}

int preview_run(const struct preview_options *options, struct buf *out)
{
	struct preview preview = {
		.options = options,
		.now_s = options->now_s > 0 ? options->now_s : (int64_t)time(NULL),
		.remarks = BUF_INIT(REMARKS_MAX),
		.arguments = BUF_INIT(ARGUMENTS_TEXT_MAX),
		.output = BUF_INIT(TRANSACTION_TEXT_MAX),
	};
	int status = make(&preview, out);

	transaction_list_clear(&preview.list);
	envelope_clear(&preview.envelope);
	preview_setup_clear(&preview.setup);
	buf_clear(&preview.remarks);
	buf_clear(&preview.content);
	buf_clear(&preview.stored);
	buf_clear(&preview.file);
	buf_clear(&preview.arguments);
	buf_clear(&preview.output);
	return status;
}
